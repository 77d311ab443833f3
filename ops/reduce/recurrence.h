/* The parts of which the rules of products and running totals are made. Private to ops/.
 *
 * The derivative of a running product is a linear recurrence, s[i] = b[i] + a[i] s[i-1], and that
 * of a linear recurrence is another one in the other direction. So no derivative of any order
 * divides by an element.
 */
#ifndef OPS_REDUCE_RECURRENCE_H
#define OPS_REDUCE_RECURRENCE_H

#include "ops/common/reduction.h"

/* s[i] = b[i] + a[i] s[i-1] along the axis, where s before the first element is 0. With `backwards`
 * it runs from the last element to the first: s[i] = b[i] + a[i] s[i+1]. With `late` the factor
 * belongs to the element before: a[i-1] s[i-1] or, backwards, a[i+1] s[i+1]. The operands have one
 * shape. */
ag_tensor *ag__recurrence(ag_tensor *a, ag_tensor *b, int axis, bool backwards, bool late);

/* x moved by one place along the axis, to higher indices or, with `down`, to lower ones. The place
 * that becomes free gets `fill`. */
ag_tensor *ag__shifted(ag_tensor *x, int axis, bool down, double fill);

#endif
