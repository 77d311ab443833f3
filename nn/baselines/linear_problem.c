/* Rows as a linear model's loss; see linear_problem.h. Must not know penalties. */
#include "linear_problem.h"

#include <autograd/derivatives.h>
#include <math.h>

int64_t nn__outputs_of(const nn_data *d)
{
    int64_t classes = nn_classes(d);
    return classes == 0 ? nn_target_size(d) : classes == 2 ? 1 : classes;
}

/* --- reading ---------------------------------------------------------------------------------- */

static bool not_finite(const nn__linear_problem *p, const char *what, const nn_data *d, int64_t row,
                       int64_t column, double x, bool target)
{
    const char *name = target ? nn_target_name(d, column) : nn_column_name(d, column);
    ag_fail(p->graph, AG_ERR_VALUE, "fill missing inputs (nn_fill_missing) or leave the rows out",
            "%s: row %lld: %s %lld \"%.60s\" is %g", what, (long long)nn_stored_row(d, row),
            target ? "target" : "input", (long long)column + 1, name != NULL ? name : "", x);
    return false;
}

static bool read_inputs(nn__linear_problem *p, const char *what, const nn_data *d,
                        const nn__scaling *s)
{
    double *x = ag_mutable_data(p->x);
    for (int64_t i = 0; x != NULL && i < p->rows; i++, x += p->width) {
        if (nn_get_sample(d, i, x, p->inputs) != AG_OK) {
            return false;
        }
        for (int64_t j = 0; j < p->inputs; j++) {
            if (!isfinite(x[j])) {
                return not_finite(p, what, d, i, j, x[j], false);
            }
            x[j] = (x[j] - s->mean[j]) / s->scale[j];
        }
        x[p->inputs] = 1;
    }
    return x != NULL;
}

static bool read_numbers(nn__linear_problem *p, const char *what, const nn_data *d)
{
    double *t = ag_mutable_data(p->t);
    for (int64_t i = 0; t != NULL && i < p->rows; i++, t += p->outputs) {
        if (nn_get_target(d, i, t, p->outputs) != AG_OK) {
            return false;
        }
        for (int64_t j = 0; j < p->outputs; j++) {
            if (!isfinite(t[j])) {
                return not_finite(p, what, d, i, j, t[j], true);
            }
        }
    }
    return t != NULL;
}

/* Two classes: (rows, 1), as the one score has it; more: (rows). */
static bool read_labels(nn__linear_problem *p, const nn_data *d)
{
    void *t = ag_mutable_data(p->t);
    for (int64_t i = 0; t != NULL && i < p->rows; i++) {
        if (ag_dtype_of(p->t) == AG_I64) {
            ((int64_t *)t)[i] = nn_label(d, i);
        } else {
            ((double *)t)[i] = (double)nn_label(d, i);
        }
    }
    return t != NULL;
}

bool nn__data_fit(const nn_data *d, const char *what)
{
    bool labels = nn_classes(d) > 0 && nn_target_size(d) != 1;
    if (nn_has_targets(d) && nn_rows(d) > 0 && nn_input_classes(d) == 0 && !labels) {
        return true;
    }
    ag_fail(nn_graph_of_data(d),
            !nn_has_targets(d) ? AG_ERR_STATE
            : nn_rows(d) == 0  ? AG_ERR_VALUE
                               : AG_ERR_DTYPE,
            "rows of numbers, and a target for each: nn_csv.target, nn_data_from", "%s: %s", what,
            !nn_has_targets(d) ? "the data have no targets"
            : nn_rows(d) == 0  ? "no rows"
            : labels           ? "a sample has several labels"
                               : "the inputs are classes, not numbers");
    return false;
}

bool nn__problem_read(nn__linear_problem *p, const char *what, const nn_data *d,
                      const nn__scaling *s)
{
    int64_t classes = nn_classes(d);
    *p = (nn__linear_problem){.graph = nn_graph_of_data(d), .rows = nn_rows(d)};
    p->inputs = nn_sample_size(d);
    p->outputs = nn__outputs_of(d);
    p->width = p->inputs + 1;
    p->n = p->outputs * p->width;
    p->quadratic = classes == 0;
    p->loss = classes == 0 ? nn_quadratic : classes == 2 ? nn_bce : nn_cross_entropy;
    p->x = ag_leaf(p->graph, AG_CONSTANT, AG_F64, AG_SHAPE(p->rows, p->width), NULL);
    p->theta = ag_leaf(p->graph, AG_VARIABLE, AG_F64, AG_SHAPE(p->outputs, p->width), NULL);
    p->t = ag_leaf(p->graph, AG_CONSTANT, classes > 2 ? AG_I64 : AG_F64,
                   classes > 2 ? AG_SHAPE(p->rows) : AG_SHAPE(p->rows, p->outputs), NULL);
    if (p->x == NULL || p->t == NULL || p->theta == NULL) {
        return false;
    }
    return read_inputs(p, what, d, s) &&
           (classes == 0 ? read_numbers(p, what, d) : read_labels(p, d));
}

/* --- the engine's part ------------------------------------------------------------------------ */

static ag_tensor *record(const nn__linear_problem *p, const double *theta)
{
    bool set = ag_set(p->theta, theta, p->n) == AG_OK;
    return set ? ag_mean(p->loss(ag_linear(p->x, p->theta, NULL), p->t, NULL)) : NULL;
}

double nn__problem_value(const nn__linear_problem *p, const double *theta)
{
    ag_mark mark = ag_graph_mark(p->graph);
    ag_no_grad_enter(p->graph);
    ag_tensor *loss = record(p, theta);
    double value = loss != NULL ? ag_item(loss) : (double)NAN;
    ag_no_grad_leave(p->graph);
    return ag_graph_rewind(p->graph, mark) == AG_OK ? value : (double)NAN;
}

bool nn__problem_gradient(const nn__linear_problem *p, const double *theta, double *gradient)
{
    ag_mark mark = ag_graph_mark(p->graph);
    ag_zero_grad(p->theta);
    ag_tensor *loss = record(p, theta);
    bool done = loss != NULL && ag_backward(loss) == AG_OK &&
                ag_grad_get(p->theta, gradient, p->n) == AG_OK;
    return ag_graph_rewind(p->graph, mark) == AG_OK && done;
}

bool nn__problem_hessian(const nn__linear_problem *p, const double *theta, double *hessian)
{
    ag_mark mark = ag_graph_mark(p->graph);
    ag_tensor *loss = record(p, theta), *h = loss != NULL ? ag_hessian(loss, p->theta) : NULL;
    bool done = h != NULL && ag_get(h, hessian, p->n * p->n) == AG_OK;
    return ag_graph_rewind(p->graph, mark) == AG_OK && done;
}
