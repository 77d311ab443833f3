/* The place of each row of the elementwise tables among the rows, and so of its kernels. Private to
 * ops/.
 */
#ifndef OPS_ROW_NUMBERS_H
#define OPS_ROW_NUMBERS_H

enum {
#define UNARY(name, value, partial, low, high, doc) name##_number,
#define BINARY(name, value, partial_a, partial_b, low, high, doc) name##_number,
#include "rows.h"
};

#endif
