/* The function that a gradient check examines: its values, its derivatives as the engine computes
 * them, and finite differences. Must not know any operation, nor what is compared with what.
 *
 * The central difference over five points, (8 (f(x+h) - f(x-h)) - (f(x+2h) - f(x-2h))) / 12h, has
 * the error h^4 f^(5) / 30 (Abramowitz and Stegun 1964, 25.3.6). With h = 1e-3 this is about as
 * small as the rounding error.
 */
#include <math.h>
#include <string.h>

#include "checked.h"

#include "autograd/graph/error.h"
#include "autograd/graph/leaf.h"
#include "autograd/graph/node.h"
#include "autograd/graph/shape_math.h"

/* --- evaluating ------------------------------------------------------------------------------- */

int ag__checked_fail(const ag__checked *t, ag_status status, const char *why)
{
    ag__fail_begin(t->graph, status, "gradcheck: %s", why);
    ag__fail_at(t->graph, t->where);
    return -1;
}

/* Calls f and checks what it returns; NULL and a kept error where that cannot be used. */
static ag_tensor *call(ag__checked *t)
{
    const ag_graph *g = t->graph;
    uint64_t rewinds = g->rewinds;
    uint32_t before = ag__count(&g->main);
    ag_tensor *y = t->f(t->input, t->n_given, t->user);
    ag_status status = AG_ERR_OP;
    const char *wrong = NULL;
    t->operations = (int64_t)ag__count(&g->main) - before;
    if (y == NULL) {
        wrong = "the function returned NULL";
    } else if (ag__graph_from(y) != g) {
        wrong = "the function returned a tensor of another graph";
    } else if (g->rewinds != rewinds &&
               (ag__origin_of(y)->id >= ag__count(&g->main) || (y->flags & AG__DROPPED))) {
        wrong = "the function returned a tensor that it has rewound";
        status = AG_ERR_STATE;
    }
    if (wrong != NULL) {
        ag__checked_fail(t, status, wrong);
        return NULL;
    }
    t->op = ag__origin_of(y)->op != NULL ? ag__origin_of(y)->op->name : "leaf";
    return y;
}

int ag__checked_evaluate(ag__checked *t, ag_tensor **outputs)
{
    ag_tensor *y = call(t), *seed = t->second ? t->input[t->n_given] : NULL;
    if (y == NULL) {
        return -1;
    }
    if ((t->size >= 0 && ag_size(y) != t->size) ||
        (seed != NULL && !ag_shape_equal(ag_shape_of(y), ag_shape_of(seed)))) {
        return ag__checked_fail(t, AG_ERR_OP,
                                "the output of the function has another shape than before");
    }
    if (!t->second) {
        outputs[0] = y;
        return 1;
    }
    ag_grad_options options = {.create_graph = true, .allow_unused = true};
    ag_status status = ag_grad(&y, 1, &seed, t->input, t->n_given, &options, outputs);
    return status == AG_OK ? t->n_given : -1;
}

int64_t ag__checked_size(ag_tensor *const *t, int n)
{
    int64_t size = 0;
    for (int i = 0; i < n; i++) {
        size += ag_size(t[i]);
    }
    return size;
}

bool ag__checked_rewind(const ag__checked *t, ag_mark mark)
{
    return ag_graph_rewind(t->graph, mark) == AG_OK;
}

bool ag__checked_values(ag__checked *t, double *out, int64_t m)
{
    ag_tensor *outputs[AG__CHECKED_INPUTS];
    ag_mark mark = ag_graph_mark(t->graph);
    int n = ag__checked_evaluate(t, outputs);
    bool ok = n >= 0 && ag__checked_size(outputs, n) == m;
    for (int k = 0; ok && k < n; k++) {
        ok = (ag_get)(outputs[k], out, ag_size(outputs[k])) == AG_OK;
        out += ag_size(outputs[k]);
    }
    return ag__checked_rewind(t, mark) && ok;
}

/* Computes one row of the Jacobian: the gradient of one output element by all inputs. */
static bool analytic_row(ag__checked *t, bool recorded, ag_tensor *output, int64_t element,
                         double *row)
{
    ag_tensor *grads[AG__CHECKED_INPUTS + 1];
    ag_grad_options options = {.create_graph = recorded, .allow_unused = true};
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

bool ag__checked_gradients(ag__checked *t, bool recorded, double *jacobian, int64_t n)
{
    ag_tensor *outputs[AG__CHECKED_INPUTS];
    ag_mark mark = ag_graph_mark(t->graph);
    int n_outputs = ag__checked_evaluate(t, outputs);
    bool ok = n_outputs >= 0;
    for (int k = 0; ok && k < n_outputs; k++) {
        for (int64_t e = 0; ok && e < ag_size(outputs[k]); e++) {
            ag_mark inner = ag_graph_mark(t->graph);
            ok = analytic_row(t, recorded, outputs[k], e, jacobian);
            ok = ag__checked_rewind(t, inner) && ok;
            jacobian += n;
        }
    }
    return ag__checked_rewind(t, mark) && ok;
}

/* --- differences ------------------------------------------------------------------------------ */

bool ag__checked_differences(ag__checked *t, ag_tensor *x, int64_t j, double *column, int64_t m)
{
    static const double at[4] = {1, -1, 2, -2}, weight[4] = {8, -8, -1, 1};
    double old = ag__element(ag__value_data(x), AG_F64, j);
    double h = t->step * fmax(1.0, fabs(old)), *y = column + m;
    bool ok = true;
    uint32_t version = ag__origin_of(x)->version; /* restored, since x will be as it was */
    memset(column, 0, (size_t)m * sizeof *column);
    for (int p = 0; ok && p < 4; p++) {
        ag__element_set(ag_mutable_data(x), AG_F64, j, old + at[p] * h);
        ok = ag__checked_values(t, y, m);
        for (int64_t i = 0; ok && i < m; i++) {
            column[i] += weight[p] * y[i] / (12 * h);
        }
    }
    ag__element_set(ag_mutable_data(x), AG_F64, j, old);
    ag__origin_of(x)->version = version;
    return ok;
}
