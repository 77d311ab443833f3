/* Is there an infinity among the numbers of a tensor, or a denormal number, or one near an end of
 * the range? Rules ask it that have a careful form for those and a faster one for everything else.
 * Private to ops/. Must not know any operation.
 */
#ifndef OPS_COMMON_INFINITY_H
#define OPS_COMMON_INFINITY_H

#define AG_NO_SITES
#include <autograd/custom_op.h>

/* True also for NULL. */
bool ag__has_infinity(const ag_tensor *t);

/* The same for denormal numbers; 0 is none. */
bool ag__has_denormal(const ag_tensor *t);

/* Whether a number is not ordinary by ops/kernel/line_kernels.h; 0, infinity and NaN are not. t is
 * contiguous; true for NULL. */
bool ag__has_extreme(const ag_tensor *t);

/* The units in which numbers of these sizes are computed with, as a constant of the shape of
 * `sizes`, which is contiguous; a smaller size counts as `least`. NULL if all are 1, if `sizes` is
 * NULL, or with an error kept. */
ag_tensor *ag__units(const ag_tensor *sizes, double least);

#endif
