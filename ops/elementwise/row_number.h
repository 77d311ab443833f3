/* The place of each row of the elementwise tables among the rows, and so of its kernels. Private to
 * ops/.
 */
#ifndef OPS_ELEMENTWISE_ROW_NUMBER_H
#define OPS_ELEMENTWISE_ROW_NUMBER_H

enum {
#define UNARY(name, value, partial, low, high, doc) name##_number,
#define BINARY(name, value, partial_a, partial_b, low, high, doc) name##_number,
#include "each_row.h"
};

#endif
