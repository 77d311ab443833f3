/* Is there an infinity among the numbers of a tensor? Rules ask it that have a careful form for
 * infinities and a faster one for everything else. Private to ops/. Must not know any operation.
 */
#ifndef OPS_COMMON_INFINITY_H
#define OPS_COMMON_INFINITY_H

#define AG_NO_SITES
#include <autograd/custom_op.h>

/* True also for a tensor that is not contiguous, which is not searched, and for NULL. */
bool ag__has_infinity(const ag_tensor *t);

#endif
