/* The descriptors of the elementwise family: a row for each line of its tables, and the operations
 * of compare.c. Private to ops/elementwise/.
 */
#ifndef OPS_ELEMENTWISE_ELEMENTWISE_OPS_H
#define OPS_ELEMENTWISE_ELEMENTWISE_OPS_H

#include "integer.h"
#include "row.h"

#define UNARY(name, value, partial, low, high, doc) extern const ag__row ag__##name##_row;
#define BINARY(name, value, partial_a, partial_b, low, high, doc)                                  \
    extern const ag__row ag__##name##_row;
#include "each_row.h"

extern const ag_op ag__lt_op, ag__le_op, ag__gt_op, ag__ge_op, ag__eq_op, ag__ne_op;
extern const ag_op ag__where_op, ag__cast_op;

#endif
