/* What rows of the tables do with integers, and floor_divide. Sums, differences and products wrap
 * around, as those of PyTorch and NumPy do. Private to ops/elementwise/. Must not know the tables.
 */
#ifndef OPS_ELEMENTWISE_INTEGER_H
#define OPS_ELEMENTWISE_INTEGER_H

#define AG_NO_SITES
#include <autograd/custom_op.h>

/* Is the row of this name defined for i64? */
bool ag__integer_row(const char *name);

/* For infer: refuses a constant that is no i64; for forward: computes the row. */
AG_MUST_USE ag_status ag__integer_infer(ag_call *call);
AG_MUST_USE ag_status ag__integer_forward(ag_call *call);

extern const ag_op ag__floor_divide_op;

#endif
