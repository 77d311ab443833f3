/* Any bytes as an IDX file of images, and as one of labels: a data set or an error. */
#include "fuzz.h"

#include "nn/formats/idx.h"

#include <autograd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    ag_graph *g = ag_graph_new();
    nn_data *d = nn__read_idx_bytes(g, data, n);
    fuzz_require((d == NULL) == (ag_error(g) != AG_OK));
    if (d != NULL && nn_rows(d) > 0 && nn_sample_size(d) <= 8) {
        double sample[8];
        fuzz_require(nn_get_sample(d, nn_rows(d) - 1, sample, nn_sample_size(d)) == AG_OK);
    }
    ag_graph_free(g);
    return 0;
}
