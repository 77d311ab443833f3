/* Is there an infinity among the numbers of a tensor, or a denormal number, or one near an end of
 * the range? Rules ask it that have a careful form for those and a faster one for everything else.
 * Private to ops/. Must not know any operation.
 */
#ifndef OPS_COMMON_EXTREMES_H
#define OPS_COMMON_EXTREMES_H

#define AG_NO_SITES
#include <autograd/custom_op.h>

#include "ops/kernel/channel_kernels.h"

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

/* Number i of those that `from` describes. */
typedef double ag__number_reader(const void *from, int64_t i);

/* The unit of n numbers of a type of so many bytes: that of the largest magnitude, or of `least` if
 * that is larger. */
double ag__unit_of_all(ag__number_reader *number, const void *from, int64_t n, double least,
                       int bytes);

/* The moments of n numbers times `unit`, for lines whose squares have left the range. */
ag__moments ag__moments_in_units(ag__number_reader *number, const void *from, int64_t n,
                                 double unit);

#endif
