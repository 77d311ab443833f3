/* Any bytes as a .npz archive, of which the array "x" is taken: a tensor or an error. */
#include "fuzz.h"

#include "nn/formats/npy.h"

#include <autograd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *t = nn__load_npz_bytes(g, data, n, "x");
    fuzz_require((t == NULL) == (ag_error(g) != AG_OK));
    ag_graph_free(g);
    return 0;
}
