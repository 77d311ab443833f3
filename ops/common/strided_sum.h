/* Sums over some dimensions of a strided array, pairwise in a fixed order. Private to ops/.
 *
 * The elements to be summed are cut into short leaves, each of which is added from left to right.
 * The sums of the leaves are combined as the digits of a binary counter, so the rounding error
 * grows with the logarithm of their number (Higham, Accuracy and Stability of Numerical Algorithms,
 * 2nd ed., section 4.2). The order depends on sizes and strides alone.
 */
#ifndef OPS_COMMON_STRIDED_SUM_H
#define OPS_COMMON_STRIDED_SUM_H

#include "strided.h"

/* out[k] = the sum of x over the dimensions d with over[d], for every index k of the other
 * dimensions in row-major order. `out` is contiguous and of x's dtype. The sum of no element is 0;
 * i64 wraps around. */
void ag__strided_sum(const ag_array *x, const bool over[AG_MAX_DIMS], void *out);

#endif
