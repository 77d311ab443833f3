/* Any bytes as a .npy file: a tensor of their size, or an error. */
#include "fuzz.h"

#include "nn/formats/npy.h"

#include <autograd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *t = nn__load_npy_bytes(g, data, n);
    fuzz_require((t == NULL) == (ag_error(g) != AG_OK));
    fuzz_require(t == NULL || ag_size(t) <= (int64_t)n * 1032); /* gzip's best ratio */
    ag_graph_free(g);
    return 0;
}
