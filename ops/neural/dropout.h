/* How dropout draws its factors, for the operation that makes a tensor of them and for a layer that
 * multiplies by them at once. Private to ops/neural/.
 */
#ifndef OPS_NEURAL_DROPOUT_H
#define OPS_NEURAL_DROPOUT_H

#include <autograd/custom_op.h>

#include "ops/common/composite.h"
#include "ops/kernel/random_kernels.h"

/* Factors of so many numbers, which are drawn in row-major order from whole blocks of the graph's
 * generator, one word of 32 bits for each. So p is rounded to a multiple of 2^-32. */
typedef struct ag__drop {
    ag__mask_kernel *kernel;
    ag_random_state state; /* before the first block */
    uint32_t below;        /* a random word of 32 bits below this drops the element */
    double kept;           /* the factor of the others */
} ag__drop;

#define AG__DROP_NS 3.0 /* for one block, in nanoseconds; measured on one core */

/* Takes n numbers from the generator of the graph. */
ag__drop ag__drop_open(ag_graph *g, ag_dtype dtype, double p, int64_t n);

/* Writes the factors of the 4 numbers of each block from `from` to `to`. */
void ag__drop_factors(const ag__drop *d, int64_t from, int64_t to, void *out);

/* 1/(1 - p), and 0 for p = 1. */
double ag__drop_kept(double p);

/* Whether p is a probability. If not, an error is kept. */
AG_MUST_USE bool ag__drop_fits(const ag__composite *c, double p);

/* Writes "p = 0.5" for an operation whose parameter is p. */
void ag__drop_describe(const void *attr, char *text, size_t bytes);

#endif
