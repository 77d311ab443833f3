/* The tables of operations, one for each family, for the registry. Each ends with NULL. Private to
 * ops/.
 */
#ifndef OPS_COMMON_FAMILIES_H
#define OPS_COMMON_FAMILIES_H

#define AG_NO_SITES
#include <autograd/custom_op.h>

extern const ag_op *const ag__elementwise_ops[];
extern const ag_op *const ag__shape_ops[];
extern const ag_op *const ag__reduce_ops[];
extern const ag_op *const ag__index_ops[];
extern const ag_op *const ag__linalg_ops[];
extern const ag_op *const ag__neural_ops[];
extern const ag_op *const ag__resample_ops[];
extern const ag_op *const ag__fourier_ops[];
extern const ag_op *const ag__loss_ops[];

#endif
