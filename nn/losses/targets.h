/* What every loss asks of its targets before it computes. Private to nn/losses. */
#ifndef NN_LOSSES_TARGETS_H
#define NN_LOSSES_TARGETS_H

#define AG_NO_SITES
#include <autograd/ops.h>

#include <autograd/nn_losses.h>

/* The elements of a tensor, to be read one by one as doubles. */
typedef struct nn__elements {
    const ag_tensor *tensor;
    const void *data; /* NULL where they are not contiguous */
    ag_dtype dtype;
    int64_t n;
} nn__elements;
nn__elements nn__elements_of(const ag_tensor *t);

/* Element i in row-major order, of a tensor that is not contiguous. */
double nn__strided_element(const ag_tensor *t, int64_t i);

static inline double nn__element_at(const nn__elements *e, int64_t i)
{
    return e->data == NULL      ? nn__strided_element(e->tensor, i)
           : e->dtype == AG_F64 ? ((const double *)e->data)[i]
           : e->dtype == AG_F32 ? (double)((const float *)e->data)[i]
                                : (double)((const int64_t *)e->data)[i];
}

/* Are y and t of one shape, and every number of t from 0 to 1? */
bool nn__targets_are_shares(const char *what, const ag_tensor *y, const ag_tensor *t);

/* t in the dtype of y. */
ag_tensor *nn__targets_like(ag_tensor *t, const ag_tensor *y);

/* Losses of every number or place, (n, ...), as one for each sample: their mean. */
ag_tensor *nn__mean_of_sample(ag_tensor *l);

#endif
