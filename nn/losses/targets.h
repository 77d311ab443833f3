/* What every loss asks of its targets before it computes. Private to nn/losses. */
#ifndef NN_LOSSES_TARGETS_H
#define NN_LOSSES_TARGETS_H

#define AG_NO_SITES
#include <autograd/ops.h>

#include <autograd/nn_losses.h>

/* Element i of a tensor in row-major order, as a double. */
double nn__element_at(const ag_tensor *t, int64_t i);

/* Are y and t of one shape, and every number of t from 0 to 1? */
bool nn__targets_are_shares(const char *what, const ag_tensor *y, const ag_tensor *t);

/* t in the dtype of y. */
ag_tensor *nn__targets_like(ag_tensor *t, const ag_tensor *y);

/* Losses of every number or place, (n, ...), as one for each sample: their mean. */
ag_tensor *nn__mean_of_sample(ag_tensor *l);

#endif
