/* What the tests that loop over the registry share: a sample of an operation (its case, drawn
 * operands, how they lie in memory) and the checks that every sample must pass. A check answers
 * with false and says why, so that a planted fault can be required to be caught by the same code.
 * Must not know any operation by name.
 *
 * Values: one per operand element, all different, none within 0.05 of 0: finite differences would
 * step over a kink or a tie. They are rounded to f32, so that both dtypes compute the same
 * function.
 */
#ifndef REGISTRY_H
#define REGISTRY_H

#include <autograd.h>
#include <autograd/extend.h>
#include <math.h>
#include <stdio.h>

#include "check_main.h"

enum { OPERANDS = 3, ELEMENTS = 1024 };

/* How an operand lies in memory: row-major; axes permuted (a vector: reversed); every second
 * element; one row for all (stride 0). The last is for elementwise operations: equal rows would
 * put others, such as a standard deviation, on a kink. */
typedef enum layout { PLAIN, PERMUTED, SLICED, EXPANDED, LAYOUTS } layout;

typedef struct sample {
    const ag_op *op;
    const ag_case *from;
    ag_shape shape[OPERANDS]; /* preset from the case; a test may change it before sample_open */
    layout layout;
    ag_graph *graph;
    ag_tensor *leaf[OPERANDS];
    int64_t derivatives;
    int strided; /* operands that were not contiguous */
    char why[900];
} sample;

static inline sample sample_of(const ag_op *op, const ag_case *from, layout how)
{
    sample s = {.op = op, .from = from, .layout = how};
    memcpy(s.shape, from->shape, sizeof s.shape);
    return s;
}

/* --- layouts ---------------------------------------------------------------------------------- */

/* The shape of the leaf that, seen through the layout, has the shape. */
static inline ag_shape leaf_shape(layout how, ag_shape shape)
{
    ag_shape leaf = shape;
    if (how == PLAIN) {
        return shape;
    }
    if (shape.ndim == 0) {
        return AG_SHAPE(3);
    }
    if (how == SLICED) {
        leaf.dim[0] += shape.ndim > 1;
        leaf.dim[shape.ndim - 1] = 2 * shape.dim[shape.ndim - 1] + 1;
    }
    if (how == EXPANDED && shape.dim[0] > 1) {
        leaf.dim[0] = 1;
    }
    for (int i = 0; how == PERMUTED && i < shape.ndim; i++) {
        leaf.dim[i] = shape.dim[shape.ndim - 1 - i];
    }
    return leaf;
}

static inline ag_tensor *seen_through(layout how, ag_tensor *leaf, ag_shape shape)
{
    int ndim = shape.ndim;
    if (how == PLAIN) {
        return leaf;
    }
    if (ndim == 0) {
        return ag_reshape(ag_slice(leaf, 0, 1, 2, 1), AG_SCALAR);
    }
    if (how == EXPANDED) {
        return ag_expand(leaf, shape);
    }
    if (how == SLICED) {
        ag_tensor *half = ag_slice(leaf, -1, 1, INT64_MAX, 2);
        return ndim > 1 ? ag_slice(half, 0, 1, INT64_MAX, 1) : half;
    }
    if (ndim == 1) {
        return ag_slice(leaf, 0, INT64_MAX, INT64_MIN, -1);
    }
    ag_axes order = {.n = ndim};
    for (int i = 0; i < ndim; i++) {
        order.axis[i] = ndim - 1 - i;
    }
    return ag_permute(leaf, order);
}

/* The function under test: the case's call on the operands as the layout shows them. */
static inline ag_tensor *sample_call(ag_tensor *const *in, int n, void *user)
{
    sample *s = user;
    ag_tensor *seen[OPERANDS] = {NULL};
    s->strided = 0;
    for (int i = 0; i < n; i++) {
        seen[i] = seen_through(s->layout, in[i], s->shape[i]);
        if (seen[i] == NULL) {
            return NULL;
        }
        ag_array a = ag_array_of(seen[i]);
        s->strided += !ag_array_is_contiguous(&a);
    }
    return s->from->call(seen);
}

/* --- operands --------------------------------------------------------------------------------- */

/* n numbers, one from the middle quarter of each of n equal parts of the range, in random order. */
static inline void draw(ag_graph *g, double low, double high, double *out, int64_t n)
{
    const double near = 0.05;
    low = fabs(low) < near ? near : low;
    high = fabs(high) < near ? -near : high;
    bool around = low < 0 && high > 0;
    double width = high - low - (around ? 2 * near : 0);
    for (int64_t i = 0; i < n; i++) {
        double t =
            low + width * ((double)i + 0.5 + 0.25 * (ag_random_uniform(g) - 0.5)) / (double)n;
        t += around && t > -near ? 2 * near : 0;
        int64_t j = (int64_t)(ag_random_uniform(g) * (double)(i + 1));
        if (j < i) {
            out[i] = out[j];
        }
        out[j] = (double)(float)t;
    }
}

/* Fresh leaves on a fresh graph of the dtype; the same values each time. False: no such leaves. */
static inline bool sample_open(sample *s, ag_dtype dtype)
{
    double values[ELEMENTS];
    int64_t n = 0, at = 0;
    s->graph = ag_graph_new_with(&(ag_graph_options){.dtype = dtype, .seed = 11});
    for (int i = 0; i < s->from->n_in; i++) {
        ag_shape shape = leaf_shape(s->layout, s->shape[i]);
        s->leaf[i] = ag_leaf(s->graph, AG_VARIABLE, dtype, shape, NULL);
        n += ag_size(s->leaf[i]);
    }
    ck_assert_int_le(n, ELEMENTS);
    draw(s->graph, s->from->low, s->from->high, values, n);
    for (int i = 0; i < s->from->n_in; i++) {
        if (ag_set(s->leaf[i], values + at, ag_size(s->leaf[i])) != AG_OK) {
            return false;
        }
        at += ag_size(s->leaf[i]);
    }
    return true;
}

static inline void sample_close(sample *s)
{
    ag_graph_free(s->graph);
    s->graph = NULL;
}

static inline bool sample_fails(sample *s, const char *what)
{
    snprintf(s->why, sizeof s->why, "%s: %s", what, ag_error_message(s->graph));
    return false;
}

/* --- the checks ------------------------------------------------------------------------------- */

/* Against finite differences: the derivative, or (order 2) the derivative of the gradient. */
static inline bool differences_agree(sample *s, int order)
{
    if (!sample_open(s, AG_F64)) {
        return sample_fails(s, "leaves");
    }
    int n = s->from->n_in;
    ag_check check = order == 1 ? ag_gradcheck(sample_call, s, s->leaf, n, NULL)
                                : ag_gradgradcheck(sample_call, s, s->leaf, n, NULL);
    s->derivatives += check.derivatives;
    ag_check_text(&check, s->why, sizeof s->why);
    if (!check.ok && check.status != AG_OK) {
        sample_fails(s, "gradcheck");
    }
    sample_close(s);
    return check.ok;
}

/* A result and the gradients of <u, result>, u drawn. */
typedef struct outcome {
    int64_t n[1 + OPERANDS];
    double of[1 + OPERANDS][ELEMENTS]; /* the value, then a gradient per operand */
} outcome;

/* By plain numbers, in that many passes of ag_backward, or with 0 by recorded operations
 * (ag_grad). */
static inline bool pull(sample *s, ag_tensor *y, ag_tensor *u, int passes, outcome *out)
{
    ag_grad_options options = {.create_graph = true, .allow_unused = true};
    ag_tensor *grads[OPERANDS];
    int n = s->from->n_in;
    ag_status status = passes > 0 ? AG_OK : ag_grad(&y, 1, &u, s->leaf, n, &options, grads);
    for (int i = 0; i < passes && status == AG_OK; i++) {
        status = ag_backward_from(y, u);
    }
    for (int i = 0; i < n && status == AG_OK; i++) {
        out->n[1 + i] = ag_size(s->leaf[i]);
        status = passes > 0 ? ag_grad_get(s->leaf[i], out->of[1 + i], out->n[1 + i])
                            : ag_get(grads[i], out->of[1 + i], out->n[1 + i]);
    }
    return status == AG_OK;
}

static inline bool run(sample *s, ag_dtype dtype, int passes, outcome *out)
{
    bool ok = sample_open(s, dtype);
    ag_tensor *y = ok ? sample_call(s->leaf, s->from->n_in, s) : NULL;
    if (y != NULL && ag_size(y) <= ELEMENTS) {
        double cotangent[ELEMENTS];
        out->n[0] = ag_size(y);
        ag_tensor *u = ag_leaf(s->graph, AG_CONSTANT, ag_dtype_of(y), ag_shape_of(y), NULL);
        ok = ag_get(y, out->of[0], out->n[0]) == AG_OK;
        draw(s->graph, -1, 1, cotangent, out->n[0]);
        ok = ok && ag_set(u, cotangent, out->n[0]) == AG_OK && pull(s, y, u, passes, out);
    } else {
        ok = false;
    }
    if (!ok) {
        sample_fails(s, passes > 0 ? "ag_backward" : "ag_grad");
    }
    sample_close(s);
    return ok;
}

/* Relative to the largest number of the tensor, or to 1. */
static inline bool close_to(sample *s, const outcome *have, const outcome *want, double tolerance)
{
    for (int k = 0; k < 1 + s->from->n_in; k++) {
        double scale = 1;
        for (int64_t i = 0; i < want->n[k]; i++) {
            scale = fmax(scale, fabs(want->of[k][i]));
        }
        for (int64_t i = 0; i < want->n[k]; i++) {
            double error = fabs(have->of[k][i] - want->of[k][i]);
            if (have->n[k] != want->n[k] || !(error <= tolerance * scale)) {
                snprintf(s->why, sizeof s->why, "%s %d, element %lld: %.17g and %.17g",
                         k == 0 ? "result" : "gradient of operand", k == 0 ? 0 : k - 1,
                         (long long)i, have->of[k][i], want->of[k][i]);
                return false;
            }
        }
    }
    return true;
}

/* The fused backward in numbers and the rule written with operations give one gradient. */
static inline bool numbers_equal_rule(sample *s)
{
    static const double tolerance = 1e-14;
    outcome numbers = {{0}, {{0}}}, rule = {{0}, {{0}}};
    return run(s, AG_F64, 1, &numbers) && run(s, AG_F64, 0, &rule) &&
           close_to(s, &numbers, &rule, tolerance);
}

/* A rule may write a gradient that is new, and adds to one that is not: the second pass adds the
 * same again. */
static inline bool passes_add_up(sample *s)
{
    static const double tolerance = 1e-14;
    outcome once = {{0}, {{0}}}, twice = {{0}, {{0}}};
    bool ok = run(s, AG_F64, 1, &once) && run(s, AG_F64, 2, &twice);
    for (int k = 1; k < 1 + OPERANDS; k++) {
        for (int64_t i = 0; i < once.n[k]; i++) {
            once.of[k][i] *= 2;
        }
    }
    return ok && close_to(s, &twice, &once, tolerance);
}

/* f32 computes the same function and the same gradient. */
static inline bool f32_agrees(sample *s)
{
    static const double tolerance = 1e-5;
    outcome wide = {{0}, {{0}}}, narrow = {{0}, {{0}}};
    return run(s, AG_F64, 1, &wide) && run(s, AG_F32, 1, &narrow) &&
           close_to(s, &narrow, &wide, tolerance);
}

static inline double dot(const ag_tensor *a, const ag_tensor *b)
{
    double x[ELEMENTS], y[ELEMENTS], sum = 0;
    int64_t n = ag_size(a);
    if (n > ELEMENTS || ag_get(a, x, n) != AG_OK || ag_get(b, y, n) != AG_OK) {
        return (double)NAN;
    }
    for (int64_t i = 0; i < n; i++) {
        sum += x[i] * y[i];
    }
    return sum;
}

/* The same tensor with other values, n of them drawn, or zeros. */
static inline ag_tensor *another(sample *s, const ag_tensor *like, bool zeros)
{
    double values[ELEMENTS] = {0};
    if (!zeros) {
        draw(s->graph, -1, 1, values, ag_size(like));
    }
    return ag_from(s->graph, AG_VARIABLE, ag_shape_of(like), values);
}

/* Linear in operand 0, v: <u, f(v) - f(0)> = <u, J v> = <J^T u, v>. */
static inline bool is_transpose(sample *s)
{
    bool ok = sample_open(s, AG_F64);
    ag_tensor *v = s->leaf[0], *at_v = ok ? sample_call(s->leaf, s->from->n_in, s) : NULL;
    if (at_v == NULL) {
        sample_fails(s, "call");
        sample_close(s);
        return false;
    }
    ag_tensor *u = another(s, at_v, false);
    ag_tensor *pushed = ag_jvp(at_v, v, v), *pulled = ag_vjp(at_v, v, u);
    s->leaf[0] = another(s, v, true);
    ag_tensor *at_0 = sample_call(s->leaf, s->from->n_in, s);
    double moved = dot(u, at_v) - dot(u, at_0), forward = dot(u, pushed), back = dot(pulled, v);
    double tolerance = 1e-12 * (1 + fabs(moved));
    ok = fabs(moved - back) <= tolerance && fabs(forward - back) <= tolerance;
    snprintf(s->why, sizeof s->why,
             "<u, f(v) - f(0)> = %.17g, <u, Jv> = %.17g, <J^T u, v> = %.17g %s", moved, forward,
             back, ag_error_message(s->graph));
    sample_close(s);
    return ok;
}

/* The Hessian of <u, y> by operand 0 is its own transpose. */
static inline bool hessian_is_symmetric(sample *s)
{
    bool ok = sample_open(s, AG_F64);
    ag_tensor *x = s->leaf[0], *y = ok ? sample_call(s->leaf, s->from->n_in, s) : NULL;
    int64_t n = ag_size(x);
    double h[ELEMENTS] = {0}, apart = 0, largest = 1;
    bool room = n * n <= ELEMENTS && 2 * ag_shape_of(x).ndim <= AG_MAX_DIMS;
    if (y != NULL && ag_size(y) <= ELEMENTS && room) {
        ag_tensor *hessian = ag_hessian(ag_sum(ag_mul(y, another(s, y, false))), x);
        ok = hessian != NULL ? ag_get(hessian, h, n * n) == AG_OK
                             : ag_error(s->graph) == AG_ERR_NO_GRADIENT; /* y does not use x */
    }
    for (int64_t i = 0; i < n * n && room; i++) {
        apart = fmax(apart, fabs(h[i] - h[i % n * n + i / n]));
        largest = fmax(largest, fabs(h[i]));
        s->derivatives += h[i] != 0;
    }
    ok = ok && y != NULL && apart <= 1e-11 * largest;
    snprintf(s->why, sizeof s->why, "element and mirrored element %g apart %s", apart,
             ag_error_message(s->graph));
    sample_close(s);
    return ok;
}

/* Operations that say they have no gradient: their result wants none. */
static inline bool wants_no_gradient(sample *s)
{
    ag_tensor *y = sample_open(s, AG_F64) ? sample_call(s->leaf, s->from->n_in, s) : NULL;
    bool ok = y != NULL && !ag_needs_grad(y);
    if (!ok) {
        sample_fails(s, "the result wants a gradient");
    }
    sample_close(s);
    return ok;
}

#endif
