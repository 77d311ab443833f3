/* Any bytes as a safetensors file: loaded or refused, and after a refusal the weights are what they
 * were.
 */
#include "fuzz.h"

#include <autograd.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    double before[8], after[8];
    ag_graph *g = ag_graph_new_with(&(ag_graph_options){.seed = 1});
    nn_module *net = nn_sequential(g, nn_linear(g, 2, NULL), nn_batch_norm(g, NULL));
    const nn_load_options o = {.convert = n % 2 == 0, .ignore = "*tracked"};
    fuzz_require(nn_build(net, AG_F64, AG_SHAPE(1)) == AG_OK);
    fuzz_require(nn_get_weights(net, before, 8) == AG_OK);
    if (nn_load_bytes(net, data, n, &o) != AG_OK) {
        fuzz_require(nn_get_weights(net, after, 8) == AG_OK);
        fuzz_require(memcmp(before, after, 8 * sizeof *before) == 0);
    }
    ag_graph_free(g);
    return 0;
}
