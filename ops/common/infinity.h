/* Is there an infinity among the numbers of a tensor, or a denormal number? Rules ask it that have
 * a careful form for those and a faster one for everything else. Private to ops/. Must not know
 * any operation.
 */
#ifndef OPS_COMMON_INFINITY_H
#define OPS_COMMON_INFINITY_H

#define AG_NO_SITES
#include <autograd/custom_op.h>

/* True also for NULL. */
bool ag__has_infinity(const ag_tensor *t);

/* The same for denormal numbers; 0 is none. */
bool ag__has_denormal(const ag_tensor *t);

#endif
