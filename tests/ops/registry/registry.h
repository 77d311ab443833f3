/* What the tests that loop over the registry share: the checks that every sample of an operation
 * must pass. A check answers with false and says why, so that a planted fault can be required to be
 * caught by the same code. Must not know any operation by name.
 */
#ifndef REGISTRY_H
#define REGISTRY_H

#include "expect.h"
#include "registry_sample.h"

/* --- the checks ------------------------------------------------------------------------------- */

/* Against finite differences: the derivative, or (order 2) the derivative of the gradient. */
static inline bool differences_agree(sample *s, int order)
{
    if (!sample_open(s, AG_F64)) {
        return sample_fails(s, "leaves");
    }
    int n = s->from->n_in;
    ag_gradcheck_result check = order == 1 ? ag_gradcheck(sample_call, s, s->leaf, n, NULL)
                                           : ag_gradgradcheck(sample_call, s, s->leaf, n, NULL);
    s->derivatives += check.derivatives;
    ag_gradcheck_text(&check, s->why, sizeof s->why);
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
        status = passes > 0 ? get_grad_or_zeros(s->leaf[i], out->of[1 + i], out->n[1 + i])
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
    return ag_from_values(s->graph, AG_VARIABLE, ag_shape_of(like), values);
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
