/* The operations of the elementwise family, for the registry. The rows of the tables come first,
 * each at its number (row_number.h).
 */
#include "elementwise_ops.h"
#include "ops/common/families.h"

const ag_op *const ag__elementwise_ops[] = {
#define UNARY(name, value, partial, low, high, doc) &ag__##name##_row.op,
#define BINARY(name, value, partial_a, partial_b, low, high, doc) &ag__##name##_row.op,
#include "each_row.h"
    &ag__lt_op, &ag__le_op,    &ag__gt_op,   &ag__ge_op,           &ag__eq_op,
    &ag__ne_op, &ag__where_op, &ag__cast_op, &ag__floor_divide_op, NULL,
};
