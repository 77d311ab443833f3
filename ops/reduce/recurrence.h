/* The pieces of the rules of products and running totals. Private to ops/.
 *
 * A running product differentiates to a linear recurrence, s[i] = b[i] + a[i] s[i-1], and a linear
 * recurrence to another that runs the other way: so no rule divides by an element, at any order.
 */
#ifndef OPS_REDUCE_RECURRENCE_H
#define OPS_REDUCE_RECURRENCE_H

#include "ops/common/reduction.h"

/* s[i] = b[i] + a[i] s[i-1] along the axis, s before the first being 0; `backwards` from the last
 * element on, s[i] = b[i] + a[i] s[i+1]. With `late` the factor is the one before: a[i-1] s[i-1],
 * and a[i+1] s[i+1]. The operands have one shape. */
ag_tensor *ag__recurrence(ag_tensor *a, ag_tensor *b, int axis, bool backwards, bool late);

/* x moved one place along the axis, to higher indices or with `down` to lower; `fill` moves in. */
ag_tensor *ag__shifted(ag_tensor *x, int axis, bool down, double fill);

#endif
