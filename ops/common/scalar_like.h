/* A number as a constant that can be combined with a tensor. Private to ops/. Must not know any
 * operation.
 */
#ifndef OPS_COMMON_SCALAR_LIKE_H
#define OPS_COMMON_SCALAR_LIKE_H

#define AG_NO_SITES
#include <autograd/custom_op.h>

/* A 0-d constant in the graph and of the dtype of `like`; for i64 the value is truncated towards 0.
 * NULL if `like` is NULL, or with an error kept. */
ag_tensor *ag__scalar_like(const ag_tensor *like, double value);

#endif
