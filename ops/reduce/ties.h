/* What the operations that choose elements share: where the chosen one is, and who shares its
 * gradient. Private to ops/.
 */
#ifndef OPS_REDUCE_TIES_H
#define OPS_REDUCE_TIES_H

#include "ops/common/reduction.h"

/* The rule of an operation whose result is one of the elements of its line: the gradient goes to
 * the elements equal to the result, in equal parts. A NaN is equal to none, so that its line's
 * gradient is NaN; for `_or_nan` it is equal to other NaN. */
AG_MUST_USE ag_status ag__share_vjp(ag_vjp_call *call);
AG_MUST_USE ag_status ag__share_or_nan_vjp(ag_vjp_call *call);

/* Constants of i64: per element the index of the largest (smallest) so far along the axis, the last
 * of equals; per line that of the lower median, the first of equals. */
ag_tensor *ag__running_index(ag_tensor *x, int axis, bool smaller);
ag_tensor *ag__median_index(ag_tensor *x, int axis, bool keepdim);

#endif
