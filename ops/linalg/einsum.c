/* einsum, made of diagonal, permute, reshape, sum, mul and matmul. Operands are combined from left
 * to right, each pair by one batched matrix product.
 */
#define AG_NO_SITES
#include <autograd/elementwise.h>
#include <autograd/linalg.h>
#include <autograd/reduce.h>
#include <autograd/shape.h>

#include "einsum_equation.h"
#include "ops/common/composite.h"
#include "ops/common/strided.h"

/* A tensor and the labels of its axes, none of which occurs twice. */
typedef struct labeled {
    ag_tensor *t; /* NULL after a failure */
    ag__term axes;
} labeled;

/* --- one operand ------------------------------------------------------------------------------ */

static void drop(ag__term *t, int axis)
{
    t->n--;
    for (int i = axis; i < t->n; i++) {
        t->label[i] = t->label[i + 1];
    }
}

/* A letter that occurs twice takes a diagonal, which becomes the last axis. */
static void take_diagonals(labeled *x)
{
    for (int j = 1; j < x->axes.n; j++) {
        for (int i = 0; i < j; i++) {
            int label = x->axes.label[i];
            if (label == x->axes.label[j]) {
                x->t = ag_diagonal(x->t, i, j, 0);
                drop(&x->axes, j);
                drop(&x->axes, i);
                x->axes.label[x->axes.n++] = label;
                j = 0; /* the axes have moved, so begin again */
                break;
            }
        }
    }
}

/* Removes the axes of size 1 for which another operand has a larger size, because they
 * broadcast. */
static void drop_broadcast(labeled *x, const ag__subscripts *s)
{
    ag_shape from = ag_shape_of(x->t), to = AG_SCALAR;
    for (int d = from.ndim - 1; d >= 0; d--) {
        if (from.dim[d] == 1 && s->size[x->axes.label[d]] != 1) {
            drop(&x->axes, d);
        }
    }
    if (x->axes.n == from.ndim) {
        return;
    }
    for (int d = 0; d < x->axes.n; d++) {
        to.dim[to.ndim++] = s->size[x->axes.label[d]];
    }
    x->t = ag_reshape(x->t, to);
}

static labeled operand_of(ag__subscripts *s, int i)
{
    labeled x = {s->call->in[i], ag__subscripts_next(s, i)};
    take_diagonals(&x);
    if (x.t != NULL) {
        drop_broadcast(&x, s);
    }
    return x;
}

/* Sums over the axes that neither another operand nor the result has. */
static void sum_own(labeled *x, const ag__subscripts *s, const ag__term *other)
{
    ag_axes over = {0};
    for (int d = x->axes.n - 1; d >= 0; d--) {
        int label = x->axes.label[d];
        if (!ag__subscripts_needs(s, label) && !ag__term_has(other, label)) {
            over.axis[over.n++] = d;
            drop(&x->axes, d);
        }
    }
    if (over.n > 0) {
        x->t = ag_sum_over(x->t, over, false);
    }
}

/* --- two operands ----------------------------------------------------------------------------- */

/* The labels of a pair of operands: those of both that are needed later, those of the left one
 * alone, those of the right one alone, and those that are summed over. */
typedef struct pairing {
    ag__term batch, left, right, inner;
} pairing;

static pairing pair_up(const ag__subscripts *s, const ag__term *a, const ag__term *b)
{
    pairing p = {{0}, {0}, {0}, {0}};
    for (int d = 0; d < a->n; d++) {
        int label = a->label[d];
        ag__term *t = !ag__term_has(b, label)          ? &p.left
                      : ag__subscripts_needs(s, label) ? &p.batch
                                                       : &p.inner;
        t->label[t->n++] = label;
    }
    for (int d = 0; d < b->n; d++) {
        if (!ag__term_has(a, b->label[d])) {
            p.right.label[p.right.n++] = b->label[d];
        }
    }
    return p;
}

/* x with its axes in the order of `order`, which has each of its labels. */
static ag_tensor *in_order(const labeled *x, const ag__term *order)
{
    ag_axes axes = {.n = order->n};
    bool same = true;
    for (int d = 0; d < order->n; d++) {
        while (x->axes.label[axes.axis[d]] != order->label[d]) {
            axes.axis[d]++;
        }
        same = same && axes.axis[d] == d;
    }
    return same || x->t == NULL ? x->t : ag_permute(x->t, axes);
}

static void append(ag__term *t, const ag__term *more)
{
    for (int i = 0; i < more->n; i++) {
        t->label[t->n++] = more->label[i];
    }
}

/* The number of index tuples of the labels. False if it does not fit. */
static bool count_of(const ag__subscripts *s, const ag__term *t, int64_t *count)
{
    int64_t dim[AG_MAX_DIMS];
    for (int i = 0; i < t->n; i++) {
        dim[i] = s->size[t->label[i]];
    }
    return ag__product(dim, t->n, count);
}

static ag_shape shape_of(const ag__subscripts *s, const ag__term *t)
{
    ag_shape shape = AG_SCALAR;
    for (int i = 0; i < t->n; i++) {
        shape.dim[shape.ndim++] = s->size[t->label[i]];
    }
    return shape;
}

/* x as a batch of matrices. The labels of `first` are their rows and those of `second` their
 * columns. */
static ag_tensor *as_matrices(const ag__subscripts *s, const labeled *x, const ag__term *batch,
                              const ag__term *first, const ag__term *second)
{
    ag__term order = *batch;
    int64_t b, m, n;
    append(&order, first);
    append(&order, second);
    if (!count_of(s, batch, &b) || !count_of(s, first, &m) || !count_of(s, second, &n)) {
        ag_call_fail(s->call, AG_ERR_OVERFLOW, NULL, "sizes multiply to more than fits");
        return NULL;
    }
    ag_tensor *t = in_order(x, &order);
    ag_shape shape = batch->n > 0 ? AG_SHAPE(b, m, n) : AG_SHAPE(m, n);
    return t != NULL ? ag_reshape(t, shape) : NULL;
}

/* x with an axis of size 1 for each label of `order` that it lacks, so that it broadcasts. */
static ag_tensor *broadcastable(const ag__subscripts *s, const labeled *x, const ag__term *order)
{
    ag__term own = {0};
    ag_shape shape = shape_of(s, order);
    for (int d = 0; d < order->n; d++) {
        if (ag__term_has(&x->axes, order->label[d])) {
            own.label[own.n++] = order->label[d];
        } else {
            shape.dim[d] = 1;
        }
    }
    ag_tensor *t = in_order(x, &own);
    return t == NULL || own.n == order->n ? t : ag_reshape(t, shape);
}

static labeled combine(const ag__subscripts *s, labeled a, labeled b)
{
    sum_own(&a, s, &b.axes);
    sum_own(&b, s, &a.axes);
    pairing p = pair_up(s, &a.axes, &b.axes);
    labeled y = {NULL, p.batch};
    if (p.batch.n + p.left.n + p.right.n > AG_MAX_DIMS) {
        ag_call_fail(s->call, AG_ERR_SHAPE, "another order of the operands may need fewer",
                     "an intermediate result has more than %d dimensions", AG_MAX_DIMS);
        return y;
    }
    append(&y.axes, &p.left);
    append(&y.axes, &p.right);
    if (a.t == NULL || b.t == NULL) {
        return y;
    }
    if (p.inner.n == 0) {
        y.t = ag_mul(broadcastable(s, &a, &y.axes), broadcastable(s, &b, &y.axes));
        return y;
    }
    ag_tensor *product = ag_matmul(as_matrices(s, &a, &p.batch, &p.left, &p.inner),
                                   as_matrices(s, &b, &p.batch, &p.inner, &p.right));
    y.t = product != NULL ? ag_reshape(product, shape_of(s, &y.axes)) : NULL;
    return y;
}

/* --- all -------------------------------------------------------------------------------------- */

/* Opens the call. False unless there are an equation and operands of one floating dtype. */
static bool open(ag__composite *c, const char *equation, ag_tensor *const *in, int n)
{
    if (!ag__composite_open(c, "einsum", in, n, n)) {
        return false;
    }
    for (int i = 0; i < n; i++) {
        if (ag_dtype_of(in[i]) != c->call.dtype || c->call.dtype == AG_I64) {
            ag_call_fail(&c->call, AG_ERR_DTYPE, "convert with ag_cast",
                         "operand %d is %s; all are f64, or all f32", i,
                         ag_dtype_text(ag_dtype_of(in[i])));
            return false;
        }
    }
    if (equation == NULL) {
        ag_call_fail(&c->call, AG_ERR_NULL_ARGUMENT, NULL, "the equation is NULL");
    }
    return equation != NULL;
}

static ag_tensor *combine_all(ag__subscripts *s)
{
    labeled y = operand_of(s, 0);
    for (int i = 1; i < s->call->n_in && y.t != NULL; i++) {
        y = combine(s, y, operand_of(s, i));
    }
    if (y.t != NULL) {
        sum_own(&y, s, &(ag__term){0});
    }
    return y.t != NULL ? in_order(&y, &s->out) : NULL;
}

ag_tensor *ag_einsum(const char *equation, ag_tensor *const *operands, int n)
{
    ag__composite c;
    ag__subscripts s;
    if (operands == NULL || n < 1 || !open(&c, equation, operands, n) ||
        !ag__subscripts_open(&s, equation, &c.call)) {
        return NULL;
    }
    return AG__COMPOSED(&c, combine_all(&s));
}
