/* A quotient that is 0 where it would be 0/0. Private to ops/. */
#ifndef OPS_REDUCE_SAFE_RATIO_H
#define OPS_REDUCE_SAFE_RATIO_H

#define AG_NO_SITES
#include <autograd/custom_op.h>

/* a / b, and 0 with a derivative of 0 where b is 0. NULL for NULL. */
ag_tensor *ag__safe_ratio(ag_tensor *a, ag_tensor *b);

/* a / b where a was recorded as a product with b, or as a sum of such: what is left without that
 * factor, right with all derivatives also where b is 0. NULL for any other a. */
ag_tensor *ag__exact_ratio(ag_tensor *a, const ag_tensor *b);

#endif
