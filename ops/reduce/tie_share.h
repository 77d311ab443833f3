/* The rule of operations whose result is one of the elements of its line, where several elements
 * may be equal to it: they share the gradient evenly. Private to ops/.
 */
#ifndef OPS_REDUCE_TIE_SHARE_H
#define OPS_REDUCE_TIE_SHARE_H

#include "ops/common/reduction.h"

/* gX[i] = gY / m at each of the m elements of the line that equal the result, 0 elsewhere; a NaN
 * equals a NaN. For an operation over a set of axes. */
AG_MUST_USE ag_status ag__tie_share_vjp(ag_vjp_call *call);

#endif
