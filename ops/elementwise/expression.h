/* The vocabulary of the tables as recorded operations, for derivatives of derivatives: an
 * expression is a tensor or a plain number; adding 0 and multiplying by 1 are not recorded. Private
 * to ops/.
 */
#ifndef OPS_ELEMENTWISE_EXPRESSION_H
#define OPS_ELEMENTWISE_EXPRESSION_H

#define AG_NO_SITES
#include <autograd/custom_op.h>

#include "ops/common/extremes.h"

typedef struct ag__symbol {
    ag_tensor *tensor; /* NULL: the number */
    double number;
    bool bad; /* an operation failed; the graph has the error */
} ag__symbol;

ag__symbol ag__symbol_number(double number);
ag__symbol ag__symbol_tensor(ag_tensor *tensor); /* NULL makes it bad */
ag__symbol ag__symbol_neg(ag__symbol a);
ag__symbol ag__symbol_add(ag__symbol a, ag__symbol b);
ag__symbol ag__symbol_sub(ag__symbol a, ag__symbol b);
ag__symbol ag__symbol_mul(ag__symbol a, ag__symbol b);
ag__symbol ag__symbol_div(ag__symbol a, ag__symbol b);
ag__symbol ag__symbol_pow(ag__symbol a, ag__symbol b);
/* A comparison: "gt", "lt", "ge", "le", "eq", "ne"; 1 or 0. */
ag__symbol ag__symbol_is(const char *name, ag__symbol a, ag__symbol b);
ag__symbol ag__symbol_where(ag__symbol c, ag__symbol a, ag__symbol b);
/* The expression as a tensor of like's graph and dtype; NULL when bad. */
ag_tensor *ag__symbol_get(ag__symbol a, const ag_tensor *like);

#endif
