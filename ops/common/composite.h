/* A call of an operation that is made of others, for example of `softmin`. The arguments are
 * checked here. If a check fails, or later one of the parts, the message names the operation that
 * the user called. Private to ops/. Must not know any operation.
 *
 *     ag_tensor *ag_softmin(ag_tensor *x, int axis)
 *     {
 *         ag__composite c;
 *         if (!ag__composite_open(&c, "softmin", &x, 1, 1)) {
 *             return NULL;
 *         }
 *         return AG__COMPOSED(&c, ag_softmax(ag_neg(x), axis));
 *     }
 *
 * A check that one of the parts makes anyway is left out: here ag_neg refuses i64 and ag_softmax
 * refuses a wrong axis, and both messages begin with "softmin: ".
 */
#ifndef OPS_COMMON_COMPOSITE_H
#define OPS_COMMON_COMPOSITE_H

#define AG_NO_SITES
#include <autograd/custom_op.h>

#define AG__COMPOSITE_OPERANDS 5

/* `call` is given to the checks of <autograd/custom_op.h>: ag_call_fail, ag_call_same_float and so
 * on. It points into the struct, which therefore must not be copied. */
typedef struct ag__composite {
    ag_call call;
    ag_op op;                              /* lends its name; it is never recorded */
    ag_tensor *in[AG__COMPOSITE_OPERANDS]; /* the operands that are there */
} ag__composite;

/* Begins the call of `name` with the n operands of a list. The first `required` ones must not be
 * NULL; any other that is NULL is left out of the call, which is possible in lists of at most
 * AG__COMPOSITE_OPERANDS. A longer list is *borrowed*. All operands must be of one graph;
 * call.dtype is that of the first. False, with an error kept, if something is wrong; if all
 * operands are NULL, there is no graph to keep it. */
AG_MUST_USE bool ag__composite_open(ag__composite *c, const char *name, ag_tensor *const *list,
                                    int required, int n);

/* The same for a call on x along an axis. *normal is the axis in 0..ndim-1, *size its size. */
AG_MUST_USE bool ag__composite_open_along(ag__composite *c, const char *name, ag_tensor *x,
                                          int axis, int *normal, int64_t *size);

/* The same for a call without operands; false for NULL. */
AG_MUST_USE bool ag__composite_open_graph(ag__composite *c, const char *name, ag_graph *g);

/* Whether `what` has this shape; NULL passes. If not, an error is kept, as in "linear: the bias has
 * shape [3], not [4]". */
AG_MUST_USE bool ag__composite_shape(const ag__composite *c, const char *what, const ag_tensor *t,
                                     ag_shape shape);

/* Returns `good`, and keeps an error if it is false: "huber_loss: delta is -1". The hint says which
 * values are possible. */
AG_MUST_USE bool ag__composite_argument(const ag__composite *c, bool good, const char *name,
                                        double value, const char *hint);

/* Records op(x) in the name of the function that was called, where that is not the operation's own
 * name: ag_sum_over records "sum". */
ag_tensor *ag__apply_as(const char *name, const ag_op *op, ag_tensor *x, const void *attr,
                        size_t attr_bytes);

/* The value of an expression that calls the parts. While it is computed, messages name the
 * composite operation and not its parts. */
#define AG__COMPOSED(c, value) (ag__composite_enter(c), ag__composite_leave((c), (value)))
void ag__composite_enter(const ag__composite *c);
ag_tensor *ag__composite_leave(const ag__composite *c, ag_tensor *value);

#endif
