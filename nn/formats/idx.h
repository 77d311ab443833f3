/* IDX from memory. Private to nn/formats. */
#ifndef NN_FORMATS_IDX_H
#define NN_FORMATS_IDX_H

#include <autograd/nn_data.h>

/* A data set that has the bytes of one file as its images and as their labels: what fuzzing reads.
 */
nn_data *nn__read_idx_bytes(ag_graph *g, const void *bytes, size_t n);

#endif
