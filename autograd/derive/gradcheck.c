/* Gradient checking: the derivative of every output element by every input element is compared with
 * a finite difference. Must not know any operation.
 *
 * The central difference over five points, (8 (f(x+h) - f(x-h)) - (f(x+2h) - f(x-2h))) / 12h, has
 * the error h^4 f^(5) / 30 (Abramowitz and Stegun 1964, 25.3.6). With h = 1e-3 this is about as
 * small as the rounding error.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <autograd/gradcheck.h>

#include "autograd/graph/error.h"
#include "autograd/graph/leaf.h"
#include "autograd/graph/node.h"
#include "autograd/graph/shape_math.h"

#define MOST_INPUTS 16

/* The function under test: f, or the gradient of f. */
typedef struct target {
    ag_graph *graph;
    ag_function f;
    void *user;
    ag_tensor *input[MOST_INPUTS + 1]; /* those of f, then the upstream gradient if `second` */
    int n_given;                       /* inputs of f */
    int n_inputs;                      /* inputs of the function under test */
    bool second;                       /* the function under test is the gradient of f */
    int64_t size;                      /* of the output of f; -1 as long as it is not known */
    const char *op;                    /* the operation that made the output of f */
    const char *where;                 /* the source line of the call */
    double step, relative, absolute;   /* as in ag_gradcheck_options, with the defaults filled in */
} target;

/* --- evaluating ------------------------------------------------------------------------------- */

/* Keeps the message with the line of the call of ag_gradcheck; f may have stored other lines. */
static int fail(const target *t, ag_status status, const char *why)
{
    ag__fail_begin(t->graph, status, "gradcheck: %s", why);
    ag__fail_at(t->graph, t->where);
    return -1;
}

/* Computes the outputs of the function under test. Returns their number, or -1 on error. */
static int evaluate(target *t, ag_tensor **outputs)
{
    const ag_graph *g = t->graph;
    uint64_t rewinds = g->rewinds;
    ag_tensor *y = t->f(t->input, t->n_given, t->user);
    if (y == NULL) {
        return fail(t, AG_ERR_OP, "the function returned NULL");
    }
    if (ag__graph_from(y) != g) {
        return fail(t, AG_ERR_OP, "the function returned a tensor of another graph");
    }
    if (g->rewinds != rewinds && y->id >= ag__count(&g->main)) {
        return fail(t, AG_ERR_STATE, "the function returned a tensor that it has rewound");
    }
    t->op = y->op != NULL ? y->op->name : "leaf";
    ag_tensor *seed = t->second ? t->input[t->n_given] : NULL;
    if ((t->size >= 0 && ag_size(y) != t->size) ||
        (seed != NULL && !ag_shape_equal(ag_shape_of(y), ag_shape_of(seed)))) {
        return fail(t, AG_ERR_OP, "the output of the function has another shape than before");
    }
    if (!t->second) {
        outputs[0] = y;
        return 1;
    }
    ag_grad_options options = {.create_graph = true, .allow_unused = true};
    ag_status status = ag_grad(&y, 1, &seed, t->input, t->n_given, &options, outputs);
    return status == AG_OK ? t->n_given : -1;
}

static int64_t total_size(ag_tensor *const *t, int n)
{
    int64_t size = 0;
    for (int i = 0; i < n; i++) {
        size += ag_size(t[i]);
    }
    return size;
}

static bool rewind_to(const target *t, ag_mark mark)
{
    return ag_graph_rewind(t->graph, mark) == AG_OK;
}

/* Computes all m elements of the outputs, one output after the other. */
static bool values(target *t, double *out, int64_t m)
{
    ag_tensor *outputs[MOST_INPUTS];
    ag_mark mark = ag_graph_mark(t->graph);
    int n = evaluate(t, outputs);
    bool ok = n >= 0 && total_size(outputs, n) == m;
    for (int k = 0; ok && k < n; k++) {
        ok = (ag_get)(outputs[k], out, ag_size(outputs[k])) == AG_OK;
        out += ag_size(outputs[k]);
    }
    return rewind_to(t, mark) && ok;
}

/* Computes one row of the Jacobian: the gradient of one output element by all inputs. */
static bool analytic_row(target *t, ag_tensor *output, int64_t element, double *row)
{
    ag_tensor *grads[MOST_INPUTS + 1];
    ag_grad_options options = {.allow_unused = true};
    ag_tensor *seed = ag__filled(t->graph, "gradcheck", AG_F64, ag_shape_of(output), 0.0);
    if (seed == NULL) {
        return false;
    }
    ag__element_set(ag__value_data(seed), AG_F64, element, 1.0);
    if (ag_grad(&output, 1, &seed, t->input, t->n_inputs, &options, grads) != AG_OK) {
        return false;
    }
    for (int i = 0; i < t->n_inputs; i++) {
        if ((ag_get)(grads[i], row, ag_size(grads[i])) != AG_OK) {
            return false;
        }
        row += ag_size(grads[i]);
    }
    return true;
}

/* Computes the Jacobian, n columns wide, from the gradients of the engine. */
static bool analytic(target *t, double *jacobian, int64_t n)
{
    ag_tensor *outputs[MOST_INPUTS];
    ag_mark mark = ag_graph_mark(t->graph);
    int n_outputs = evaluate(t, outputs);
    bool ok = n_outputs >= 0;
    for (int k = 0; ok && k < n_outputs; k++) {
        for (int64_t e = 0; ok && e < ag_size(outputs[k]); e++) {
            ag_mark inner = ag_graph_mark(t->graph);
            ok = analytic_row(t, outputs[k], e, jacobian);
            ok = rewind_to(t, inner) && ok;
            jacobian += n;
        }
    }
    return rewind_to(t, mark) && ok;
}

/* --- differences ------------------------------------------------------------------------------ */

/* Computes one column of the Jacobian from differences: the derivatives of all m output elements by
 * element j of x. `column` has room for 2 m numbers. */
static bool differences(target *t, ag_tensor *x, int64_t j, double *column, int64_t m)
{
    static const double at[4] = {1, -1, 2, -2}, weight[4] = {8, -8, -1, 1};
    double old = ag__element(ag__value_data(x), AG_F64, j);
    double h = t->step * fmax(1.0, fabs(old)), *y = column + m;
    bool ok = true;
    uint32_t version = x->version; /* restored at the end, since x will be as it was */
    memset(column, 0, (size_t)m * sizeof *column);
    for (int p = 0; ok && p < 4; p++) {
        ag__element_set(ag_mutable_data(x), AG_F64, j, old + at[p] * h);
        ok = values(t, y, m);
        for (int64_t i = 0; ok && i < m; i++) {
            column[i] += weight[p] * y[i] / (12 * h);
        }
    }
    ag__element_set(ag_mutable_data(x), AG_F64, j, old);
    x->version = version;
    return ok;
}

static void compare(const target *t, ag_gradcheck_result *check, int operand, int64_t index,
                    int64_t output, double rule, double numeric)
{
    double error = fabs(rule - numeric) / (t->absolute + t->relative * fabs(numeric));
    error = error == error ? error : (double)INFINITY;
    check->derivatives++;
    if (error > check->error || check->derivatives == 1) {
        check->operand = operand;
        check->index = index;
        check->output = output;
        check->analytic = rule;
        check->numeric = numeric;
        check->error = error;
    }
}

static bool compare_all(target *t, ag_gradcheck_result *check, double *work, int64_t m, int64_t n)
{
    double *jacobian = work, *column = work + m * n;
    if (!analytic(t, jacobian, n)) {
        return false;
    }
    int64_t at = 0;
    for (int k = 0; k < t->n_inputs; k++) {
        for (int64_t j = 0; j < ag_size(t->input[k]); j++, at++) {
            if (!differences(t, t->input[k], j, column, m)) {
                return false;
            }
            for (int64_t i = 0; i < m; i++) {
                compare(t, check, k, j, i, jacobian[i * n + at], column[i]);
            }
        }
    }
    return true;
}

/* --- the check -------------------------------------------------------------------------------- */

static ag_status check_inputs(ag_function f, ag_tensor *const *inputs, int n)
{
    if (f == NULL || inputs == NULL || n < 1 || inputs[0] == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    ag_graph *g = ag__graph_from(inputs[0]);
    if (n > MOST_INPUTS) {
        return ag_fail(g, AG_ERR_VALUE, NULL, "gradcheck: %d inputs; 1 to %d are possible", n,
                       MOST_INPUTS);
    }
    for (int i = 0; i < n; i++) {
        const ag_tensor *x = inputs[i];
        if (x == NULL || ag__graph_from(x) != g) {
            return ag_fail(g, AG_ERR_NULL_ARGUMENT, NULL,
                           "gradcheck: input %d is NULL or of another graph", i);
        }
        if (x->dtype != AG_F64 || !(x->flags & AG__LEAF) || !(x->flags & AG__NEEDS)) {
            return ag_fail(g, AG_ERR_VALUE, NULL,
                           "gradcheck: input %d must be an f64 variable or parameter", i);
        }
    }
    return AG_OK;
}

/* Returns the number of output elements of the function under test, or -1 on error. For second
 * derivatives it also makes the upstream gradient. */
static int64_t probe(target *t, bool second, uint64_t seed)
{
    ag_tensor *outputs[MOST_INPUTS];
    ag_mark mark = ag_graph_mark(t->graph);
    int n = evaluate(t, outputs);
    int64_t m = n >= 0 ? total_size(outputs, n) : -1;
    ag_shape shape = n >= 0 ? ag_shape_of(outputs[0]) : AG_SCALAR;
    bool ok = n >= 0 && outputs[0]->dtype == AG_F64;
    if (n >= 0 && !ok) {
        fail(t, AG_ERR_DTYPE, "the output of the function is not f64");
    }
    ok = rewind_to(t, mark) && ok;
    if (!ok || !second) {
        return ok ? m : -1;
    }
    ag_tensor *u = (ag_leaf)(t->graph, AG_VARIABLE, AG_F64, shape, NULL);
    if (u == NULL) {
        return -1;
    }
    ag_random_state state = ag_random_get_state(t->graph);
    ag_seed(t->graph, seed);
    for (int64_t i = 0; i < ag_size(u); i++) {
        ag__element_set(ag__value_data(u), AG_F64, i, 2 * ag_random_uniform(t->graph) - 1);
    }
    ag_random_set_state(t->graph, state);
    t->input[t->n_given] = u;
    t->n_inputs = t->n_given + 1;
    t->second = true;
    return total_size(t->input, t->n_given);
}

static ag_status run(target *t, ag_gradcheck_result *check, bool second, uint64_t seed)
{
    ag_graph *g = t->graph;
    int64_t m = probe(t, second, seed);
    int64_t n = m >= 0 ? total_size(t->input, t->n_inputs) : 0;
    check->op = t->op;
    t->size = second ? -1 : m;
    if (m < 0) {
        return ag__failure(g);
    }
    if (n > 0 && m > INT64_MAX / 64 / (n + 2)) {
        return ag_fail(g, AG_ERR_OVERFLOW, NULL,
                       "gradcheck: a Jacobian of %lld by %lld elements is too large", (long long)m,
                       (long long)n);
    }
    size_t bytes = ((size_t)(m * n + 2 * m) + 1) * sizeof(double);
    double *work = ag__memory_get(&g->memory, bytes);
    if (work == NULL) {
        return ag_fail(g, AG_ERR_MEMORY, NULL, "out of memory: a Jacobian of %zu bytes", bytes);
    }
    bool ok = compare_all(t, check, work, m, n);
    ag__memory_put(&g->memory, work, bytes);
    return ok ? AG_OK : ag__failure(g);
}

static ag_gradcheck_result run_check(ag_function f, void *user, ag_tensor *const *inputs, int n,
                                     const ag_gradcheck_options *options, bool second)
{
    ag_gradcheck_result check = {.op = "none", .status = check_inputs(f, inputs, n)};
    if (check.status != AG_OK) {
        return check;
    }
    ag_gradcheck_options o = options != NULL ? *options : (ag_gradcheck_options){0};
    target t = {.graph = ag__graph_from(inputs[0]),
                .f = f,
                .user = user,
                .n_given = n,
                .n_inputs = n,
                .size = -1,
                .op = "none",
                .where = ag__graph_from(inputs[0])->site.where};
    double tolerance = second ? 1e-6 : 1e-7;
    t.step = o.step > 0 ? o.step : 1e-3;
    t.relative = o.relative > 0 ? o.relative : tolerance;
    t.absolute = o.absolute > 0 ? o.absolute : tolerance;
    memcpy(t.input, inputs, (size_t)n * sizeof *inputs);
    uint32_t floor = t.graph->floor;
    ag_mark mark = ag_graph_mark(t.graph);
    check.status = run(&t, &check, second, o.seed);
    if (!rewind_to(&t, mark) && check.status == AG_OK) {
        check.status = ag__failure(t.graph);
    }
    t.graph->floor = floor;
    check.ok = check.status == AG_OK && check.error <= 1.0;
    return check;
}

ag_gradcheck_result(ag_gradcheck)(ag_function f, void *user, ag_tensor *const *inputs, int n,
                                  const ag_gradcheck_options *options)
{
    return run_check(f, user, inputs, n, options, false);
}

ag_gradcheck_result(ag_gradgradcheck)(ag_function f, void *user, ag_tensor *const *inputs, int n,
                                      const ag_gradcheck_options *options)
{
    return run_check(f, user, inputs, n, options, true);
}

void ag_gradcheck_text(const ag_gradcheck_result *check, char *text, size_t bytes)
{
    if (check == NULL || text == NULL || bytes == 0) {
        return;
    }
    if (check->status != AG_OK) {
        snprintf(text, bytes, "gradcheck could not run: %s", ag_status_text(check->status));
        return;
    }
    snprintf(
        text, bytes,
        "gradcheck of %s %s: %lld derivatives, worst at operand %d, element %lld, output %lld: "
        "the rule says %.10g, the differences %.10g (%.3g times the tolerance)",
        check->op, check->ok ? "passed" : "FAILED", (long long)check->derivatives, check->operand,
        (long long)check->index, (long long)check->output, check->analytic, check->numeric,
        check->error);
}
