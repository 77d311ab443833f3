/* Gradient checking: the derivative of every output element by every input element is compared with
 * a finite difference. Must not know any operation.
 */
#include <math.h>
#include <string.h>

#include <autograd/gradcheck.h>

#include "autograd/graph/error.h"
#include "autograd/graph/node.h"
#include "autograd/graph/shape_math.h"
#include "checked.h"

/* Where a derivative stands, and how it was computed. */
typedef struct place {
    int operand;
    int64_t index, output;
    bool numbers;
} place;

static void compare(const ag__checked *t, ag_gradcheck_result *check, place at, double rule,
                    double numeric)
{
    double apart = fabs(rule - numeric), allowed = t->absolute + t->relative * fabs(numeric);
    double error = isnan(apart / allowed) ? (double)INFINITY : apart / allowed;
    check->derivatives += !at.numbers;
    if (error > check->error || (check->derivatives == 1 && !at.numbers)) {
        check->operand = at.operand;
        check->index = at.index;
        check->output = at.output;
        check->by_numbers = at.numbers;
        check->analytic = rule;
        check->numeric = numeric;
        check->error = error;
    }
}

/* A function that draws at random gives other values, and differences of them mean nothing. */
static bool repeats(ag__checked *t, double *twice, int64_t m)
{
    if (!ag__checked_values(t, twice, m) || !ag__checked_values(t, twice + m, m)) {
        return false;
    }
    if (memcmp(twice, twice + m, (size_t)m * sizeof *twice) != 0) {
        ag__checked_fail(t, AG_ERR_OP,
                         "called twice with the same inputs, the function gave two results");
        ag__fail_more(t->graph, "\n  hint: draw outside of the function, or let it begin with "
                                "ag_random_set_state");
        return false;
    }
    return true;
}

/* `work` has room for two Jacobians of m by n and for three columns. */
static bool compare_all(ag__checked *t, ag_gradcheck_result *check, double *work, int64_t m,
                        int64_t n)
{
    double *by_rule = work, *by_numbers = work + m * n, *column = work + 2 * m * n;
    if (!repeats(t, column, m) || !ag__checked_gradients(t, true, by_rule, n) ||
        !ag__checked_gradients(t, false, by_numbers, n)) {
        return false;
    }
    int64_t at = 0;
    for (int k = 0; k < t->n_inputs; k++) {
        for (int64_t j = 0; j < ag_size(t->input[k]); j++, at++) {
            if (!ag__checked_differences(t, t->input[k], j, column, m)) {
                return false;
            }
            for (int64_t i = 0; i < m; i++) {
                compare(t, check, (place){k, j, i, false}, by_rule[i * n + at], column[i]);
                compare(t, check, (place){k, j, i, true}, by_numbers[i * n + at], column[i]);
            }
        }
    }
    return true;
}

/* --- the check -------------------------------------------------------------------------------- */

static ag_status check_inputs(ag_function f, ag_tensor *const *inputs, int n)
{
    ag_graph *g = NULL;
    for (int i = 0; inputs != NULL && g == NULL && i < n; i++) {
        g = ag_graph_of(inputs[i]);
    }
    if (g == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    if (f == NULL) {
        return ag_fail(g, AG_ERR_NULL_ARGUMENT, NULL, "gradcheck: the function is NULL");
    }
    if (n > AG__CHECKED_INPUTS) {
        return ag_fail(g, AG_ERR_VALUE, NULL, "gradcheck: %d inputs; 1 to %d are possible", n,
                       AG__CHECKED_INPUTS);
    }
    for (int i = 0; i < n; i++) {
        const ag_tensor *x = inputs[i];
        if (x == NULL || ag__graph_from(x) != g) {
            return ag_fail(g, AG_ERR_NULL_ARGUMENT, NULL,
                           "gradcheck: input %d is NULL or of another graph", i);
        }
        if (x->dtype != AG_F64 || !(x->flags & AG__LEAF) || !(x->flags & AG__NEEDS)) {
            return ag_fail(g, AG_ERR_VALUE,
                           "pass constants through `user`, or make them variables for the check",
                           "gradcheck: input %d must be an f64 variable or parameter", i);
        }
    }
    return AG_OK;
}

/* Whether every option is 0, which means the usual number, or positive and finite. */
static ag_status check_options(ag_graph *g, const ag_gradcheck_options *o)
{
    static const char *const name[] = {"step", "relative", "absolute"};
    const double value[] = {o->step, o->relative, o->absolute};
    for (int i = 0; i < 3; i++) {
        if (!(value[i] >= 0) || isinf(value[i])) {
            return ag_fail(g, AG_ERR_VALUE, "a finite number above 0; 0 means the usual one",
                           "gradcheck: %s is %g", name[i], value[i]);
        }
    }
    return AG_OK;
}

/* Returns the number of output elements of the function under test, or -1 on error. For second
 * derivatives it also makes the upstream gradient. */
static int64_t probe(ag__checked *t, bool second, uint64_t seed)
{
    ag_tensor *outputs[AG__CHECKED_INPUTS];
    ag_mark mark = ag_graph_mark(t->graph);
    int n = ag__checked_evaluate(t, outputs);
    int64_t m = n >= 0 ? ag__checked_size(outputs, n) : -1;
    ag_shape shape = n >= 0 ? ag_shape_of(outputs[0]) : AG_SCALAR;
    bool ok = n >= 0 && outputs[0]->dtype == AG_F64;
    if (n >= 0 && !ok) {
        ag__checked_fail(t, AG_ERR_DTYPE, "the output of the function is not f64");
    }
    ok = ag__checked_rewind(t, mark) && ok;
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
    return ag__checked_size(t->input, t->n_given);
}

static ag_status run(ag__checked *t, ag_gradcheck_result *check, bool second, uint64_t seed)
{
    ag_graph *g = t->graph;
    int64_t m = probe(t, second, seed);
    int64_t n = m >= 0 ? ag__checked_size(t->input, t->n_inputs) : 0;
    check->op = t->op;
    check->operations = t->operations;
    t->size = second ? -1 : m;
    if (m < 0) {
        return ag__failure(g);
    }
    if (n > 0 && m > INT64_MAX / 64 / (2 * n + 3)) {
        return ag_fail(g, AG_ERR_OVERFLOW, NULL,
                       "gradcheck: a Jacobian of %lld by %lld elements is too large", (long long)m,
                       (long long)n);
    }
    size_t bytes = ((size_t)(2 * m * n + 3 * m) + 1) * sizeof(double);
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
    ag_gradcheck_options o = options != NULL ? *options : (ag_gradcheck_options){0};
    if (check.status == AG_OK) {
        check.status = check_options(ag__graph_from(inputs[0]), &o);
    }
    if (check.status != AG_OK) {
        return check;
    }
    ag__checked t = {.graph = ag__graph_from(inputs[0]),
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
    if (!ag__checked_rewind(&t, mark) && check.status == AG_OK) {
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
