/* A number beside a tensor. Private to ops/. Knows no operation. */
#ifndef OPS_COMMON_SCALAR_LIKE_H
#define OPS_COMMON_SCALAR_LIKE_H

#define AG_NO_SITES
#include <autograd/custom_op.h>

/* A 0-d constant of like's graph and dtype; an i64 one goes towards 0 (see ag__to_i64). NULL for
 * NULL, or with an error kept. */
ag_tensor *ag__scalar_like(const ag_tensor *like, double value);

#endif
