/* A row of the tables of elementwise operations, and what all of them share: elementwise.c expands
 * the tables into these. Private to ops/.
 */
#ifndef OPS_ELEMENTWISE_ROW_H
#define OPS_ELEMENTWISE_ROW_H

#include <autograd/custom_op.h>

#include "expression.h"

/* The constants of a row that has some: attr is the first `constants` of them. */
typedef struct ag__constants {
    double p, q;
} ag__constants;

/* The value; of a partial, the product with what comes from above. */
typedef double (*ag__number_function)(double a, double b, double y, ag__constants c,
                                      double upstream);
typedef ag__symbol (*ag__symbol_function)(ag__symbol a, ag__symbol b, ag__symbol y, ag__constants c,
                                          ag__symbol upstream);

/* How a row is recorded: the member that its operands and constants say. */
typedef union ag__row_call {
    ag_tensor *(*one)(ag_tensor *);
    ag_tensor *(*one_constant)(ag_tensor *, double);
    ag_tensor *(*one_two_constants)(ag_tensor *, double, double);
    ag_tensor *(*two)(ag_tensor *, ag_tensor *);
    ag_tensor *(*two_two_constants)(ag_tensor *, ag_tensor *, double, double);
} ag__row_call;

/* One row of a table. The descriptor comes first, so that a pointer to it is one to the row. */
typedef struct ag__row {
    ag_op op;
    int number; /* among the rows: that of its kernels, row_number.h */
    ag__number_function value;
    ag__number_function partial[2];
    ag__symbol_function symbol[2];
    ag__row_call call;
    int constants;
    bool (*allows)(double p); /* NULL: any constant */
    const char *hint;         /* which ones it allows */
} ag__row;

/* Whether rows of these operands are recorded inline: all are 0-d f64 tensors of one graph. Nothing
 * can then be wrong with them. */
bool ag__are_lean(const ag_tensor *a, const ag_tensor *b, const ag_tensor *c);

/* F(name, ...) of an expression: the row's operands, then its constants, which must be numbers. */
ag__symbol ag__symbol_row(const ag__row *row, const ag__symbol *argument);

/* The gradient of a, recorded, where y = op(a) has the gradient g; `op` is that of a row of one
 * operand without constants. For rules of operations that contain the row. NULL after an error. */
ag_tensor *ag__row_gradient(const ag_op *op, ag_tensor *a, ag_tensor *y, ag_tensor *g);

/* Members of the descriptor, the same for every row; `describe` for one and for two constants. */
AG_MUST_USE ag_status ag__row_infer(ag_call *call);
AG_MUST_USE ag_status ag__row_forward(ag_call *call);
AG_MUST_USE ag_status ag__row_backward(ag_vjp_call *call);
AG_MUST_USE ag_status ag__row_vjp(ag_vjp_call *call);
double ag__row_partial_number(const ag_tensor *node, int i);
void ag__row_describe_one(const void *attr, char *text, size_t bytes);
void ag__row_describe_two(const void *attr, char *text, size_t bytes);

#endif
