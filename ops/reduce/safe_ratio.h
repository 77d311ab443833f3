/* A quotient that is 0 where it would be 0/0. Private to ops/. */
#ifndef OPS_REDUCE_SAFE_RATIO_H
#define OPS_REDUCE_SAFE_RATIO_H

#define AG_NO_SITES
#include <autograd/custom_op.h>

/* a / b; where b is 0, the quotient and its derivatives are 0. NULL for NULL. */
ag_tensor *ag__safe_ratio(ag_tensor *a, ag_tensor *b);

/* If a was recorded as a product with b, or as a sum of such products, this is a / b without the
 * factor b. It is correct, with all its derivatives, also where b is 0. NULL for any other a. */
ag_tensor *ag__exact_ratio(ag_tensor *a, const ag_tensor *b);

#endif
