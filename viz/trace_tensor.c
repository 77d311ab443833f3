/* The printed trace for graphs with tensors of one dimension or more: a line of summary per
 * node, the backward rules as shape algebra, the elements of small tensors, and how gradient
 * norms compare. Lays out what record, stats and rules say; knows no operation.
 */
#include "internal.h"

#include <math.h>
#include <string.h>

#define EXPAND_UP_TO 64

/* --- forward ---------------------------------------------------------------------------------- */

enum { STEP, NAME, OP, TYPE, BYTES, ROLE, NORM, MIN, MAX, VALUES, COLUMNS };

static void put_text(viz__table *t, const char *text)
{
    viz__puts(&t->cells, text);
    viz__cell_end(t);
}

static void put_number(viz__table *t, viz__record *r, double value)
{
    viz__signed(&t->cells, value, r->digits);
    viz__cell_end(t);
}

static const char *role_of(const viz__record *r, size_t step)
{
    const ag_tensor *t = viz__node(r, step);
    if (ag_op_name(t) == NULL) {
        return viz__role(r, step);
    }
    if (step == viz__root(r)) {
        return ag_size(t) == 1 ? "loss" : "output";
    }
    return ag_is_view(t) ? "view" : "hidden";
}

static void put_op(viz__out *out, viz__record *r, size_t step)
{
    const ag_tensor *t = viz__node(r, step);
    char attributes[120];
    if (ag_op_name(t) == NULL) {
        viz__puts(out, "leaf");
        return;
    }
    viz__formula(out, r, step);
    if (ag_attributes_text(t, attributes, sizeof attributes) > 0) {
        viz__puts(out, " {");
        viz__clean(out, attributes, r->options->ascii);
        viz__puts(out, "}");
    }
}

static void put_values(viz__out *out, viz__record *r, const viz__stats *s)
{
    bool all = s->n <= VIZ__FEW;
    int64_t first = all ? s->n : VIZ__FEW / 2;
    for (int64_t i = 0; i < first; i++) {
        viz__puts(out, i > 0 ? " " : "");
        viz__number(out, s->first[i], r->digits);
    }
    viz__puts(out, s->n == 0 ? "no elements" : "");
    if (!all) {
        viz__print(out, " %s", viz__signs_of(r)->dots);
        for (int i = 0; i < VIZ__LAST; i++) {
            viz__puts(out, " ");
            viz__number(out, s->last[i], r->digits);
        }
    }
    if (s->nan > 0) {
        viz__print(out, "  [%zu nan]", (size_t)s->nan);
    }
    if (s->inf > 0) {
        viz__print(out, "  [%zu inf]", (size_t)s->inf);
    }
}

static ag_status forward_row(viz__table *t, viz__record *r, size_t step)
{
    const ag_tensor *node = viz__node(r, step);
    viz__stats s;
    ag_status status = viz__stats_read(&s, r, node, false);
    if (status != AG_OK) {
        return status;
    }
    viz__print(&t->cells, "%zu", step);
    viz__cell_end(t);
    put_text(t, viz__name(r, step));
    put_op(&t->cells, r, step);
    viz__cell_end(t);
    viz__type(&t->cells, node);
    viz__cell_end(t);
    viz__print(&t->cells, "%zu", ag_bytes(node));
    viz__cell_end(t);
    put_text(t, role_of(r, step));
    put_number(t, r, s.norm);
    put_number(t, r, s.min);
    put_number(t, r, s.max);
    put_values(&t->cells, r, &s);
    viz__cell_end(t);
    viz__row_end(t, COLUMNS);
    return t->cells.status;
}

static void forward(viz__out *out, viz__record *r)
{
    static const viz__column column[COLUMNS] = {
        [STEP] = {.least = 4, .gap = 2, .right = true},
        [NAME] = {.least = 4, .most = 24, .gap = 2},
        [OP] = {.least = 8, .most = 40, .gap = 2},
        [TYPE] = {.least = 4, .gap = 2},
        [BYTES] = {.least = 5, .gap = 2, .right = true},
        [ROLE] = {.least = 9, .gap = 1},
        [NORM] = {.least = 9, .gap = 1},
        [MIN] = {.least = 9, .gap = 1},
        [MAX] = {.least = 9, .gap = 2},
        [VALUES] = {.gap = 0},
    };
    static const char *const title[COLUMNS] = {"step", "name",  "op",   "type", "bytes",
                                               "role", " norm", " min", " max", "values"};
    viz__table t = viz__table_new(r->graph, column, COLUMNS);
    for (size_t k = 0; k < COLUMNS; k++) {
        put_text(&t, title[k]);
    }
    viz__row_end(&t, COLUMNS);
    ag_status status = t.cells.status;
    for (size_t i = 0; i < r->n && status == AG_OK; i++) {
        if ((r->flags[i] & VIZ__SHOWN) != 0) {
            status = forward_row(&t, r, i);
        }
    }
    viz__fail(out, status);
    viz__puts(out, "forward\n");
    viz__table_measure(&t);
    viz__table_write(out, &t);
    viz__table_free(&t);
}

/* --- backward --------------------------------------------------------------------------------- */

static void put_note(viz__out *out, viz__record *r, const ag_tensor *t)
{
    if (!ag_has_grad(t)) {
        viz__puts(out, "not kept (ag_keep_grads)");
    } else if (ag_shape_of(t).ndim == 0) {
        viz__puts(out, "value ");
        viz__number(out, ag_grad_item(t), r->digits);
    } else {
        viz__stats s = {.n = 0};
        viz__fail(out, viz__stats_read(&s, r, t, true));
        viz__puts(out, "norm ");
        viz__number(out, s.norm, r->digits);
        if (s.nan > 0) {
            viz__print(out, " [%zu nan]", (size_t)s.nan);
        }
    }
    if (ag_grad_runs(t) > 1) {
        viz__print(out, " [sum of %zu backward calls]", (size_t)ag_grad_runs(t));
    }
    viz__puts(out, ag_is_hooked(t) ? " [has a hook]" : "");
}

static void backward_row(viz__table *t, viz__record *r, viz__out *notes, size_t step)
{
    const ag_tensor *node = viz__node(r, step);
    ag_grad_state state = ag_grad_state_of(node);
    viz__print(&t->cells, "%zu", step);
    viz__cell_end(t);
    viz__gradient_name(&t->cells, r, step);
    if (ag_shape_of(node).ndim > 0) {
        viz__puts(&t->cells, " ");
        viz__shape(&t->cells, node);
    }
    viz__cut(notes, 0);
    if (state == AG_GRAD_NOT_REQUIRED) {
        viz__print(&t->cells, " = %s", viz__signs_of(r)->not_required);
    } else {
        viz__rule_terms(&t->cells, notes, r, step);
    }
    viz__cell_end(t);
    if (state == AG_GRAD_NOT_REQUIRED) {
        put_text(t, "not required");
    } else if (state == AG_GRAD_NOT_RUN) {
        viz__print(&t->cells, "%s not run yet", viz__signs_of(r)->not_run);
        viz__cell_end(t);
    } else {
        put_note(&t->cells, r, node);
        viz__cell_end(t);
    }
    put_text(t, viz__text(notes));
    viz__fail(&t->cells, notes->status);
    viz__row_end(t, 4);
}

static void put_start(viz__out *out, viz__record *r)
{
    const ag_tensor *root = viz__node(r, viz__root(r));
    ag_grad_state state = ag_grad_state_of(root);
    viz__puts(out, "\nbackward   ");
    if (state == AG_GRAD_NOT_REQUIRED) {
        viz__puts(out, "not required: nothing here wants a gradient\n");
    } else if (state == AG_GRAD_NOT_RUN) {
        viz__print(out, "not run yet: call ag_backward(%s)\n", viz__name(r, viz__root(r)));
    } else {
        viz__puts(out, "seed ");
        viz__gradient_name(out, r, viz__root(r));
        if (ag_has_grad(root) && ag_size(root) == 1) {
            double seed = 0;
            viz__fail(out, ag_grad_get(root, &seed, 1));
            viz__puts(out, " = ");
            viz__number(out, seed, r->digits);
        }
        viz__puts(out, "\n");
    }
}

static void backward(viz__out *out, viz__record *r)
{
    static const viz__column column[4] = {{.least = 4, .gap = 2, .right = true},
                                          {.most = 90, .gap = 3},
                                          {.most = 50, .gap = 3},
                                          {.gap = 0}};
    viz__table t = viz__table_new(r->graph, column, 4);
    viz__out notes = viz__to_text(r->graph);
    put_start(out, r);
    for (size_t i = viz__root(r); i-- > 0 && t.cells.status == AG_OK;) {
        if ((r->flags[i] & VIZ__SHOWN) != 0) {
            backward_row(&t, r, &notes, i);
        }
    }
    viz__table_measure(&t);
    viz__table_write(out, &t);
    viz__table_free(&t);
    viz__out_free(&notes);
}

/* --- elements --------------------------------------------------------------------------------- */

static void put_index(viz__out *out, ag_shape shape, int64_t at)
{
    ag_shape index = shape;
    for (int i = shape.ndim; i-- > 0;) {
        index.dim[i] = at % shape.dim[i];
        at /= shape.dim[i];
    }
    viz__dims(out, index);
}

static void put_elements(viz__table *t, viz__record *r, size_t step, const double *value,
                         const double *gradient)
{
    const ag_tensor *node = viz__node(r, step);
    for (int64_t i = 0; i < ag_size(node); i++) {
        if (i == 0) {
            viz__print(&t->cells, "%zu", step);
        }
        viz__cell_end(t);
        viz__puts(&t->cells, viz__name(r, step));
        put_index(&t->cells, ag_shape_of(node), i);
        viz__cell_end(t);
        put_number(t, r, value[i]);
        if (gradient != NULL) {
            viz__gradient_name(&t->cells, r, step);
            put_index(&t->cells, ag_shape_of(node), i);
            viz__puts(&t->cells, " = ");
            viz__number(&t->cells, gradient[i], r->digits);
        }
        viz__cell_end(t);
        viz__row_end(t, 4);
    }
}

static void expand_node(viz__table *t, viz__record *r, size_t step)
{
    const ag_tensor *node = viz__node(r, step);
    ag_grad_state state = ag_grad_state_of(node);
    bool run = state == AG_GRAD_COMPUTED || state == AG_GRAD_ACCUMULATED;
    bool with = !r->options->forward_only && run && ag_has_grad(node);
    ag_status status = AG_OK;
    double *value = viz__elements(r, node, false, &status);
    double *gradient = with && value != NULL ? viz__elements(r, node, true, &status) : NULL;
    if (status == AG_OK) {
        put_elements(t, r, step, value, gradient);
    }
    viz__fail(&t->cells, status);
    viz__elements_free(r, node, value);
    viz__elements_free(r, node, gradient);
}

static void elements(viz__out *out, viz__record *r)
{
    static const viz__column column[4] = {
        {.least = 4, .gap = 2, .right = true}, {.gap = 2}, {.least = 10, .gap = 2}, {.gap = 0}};
    viz__table t = viz__table_new(r->graph, column, 4);
    for (size_t i = 0; i < r->n && t.cells.status == AG_OK; i++) {
        int64_t size = ag_size(viz__node(r, i));
        if ((r->flags[i] & VIZ__SHOWN) != 0 && ag_shape_of(viz__node(r, i)).ndim > 0 && size > 0 &&
            size <= EXPAND_UP_TO) {
            expand_node(&t, r, i);
        }
    }
    viz__puts(out, "\nelements\n");
    viz__table_measure(&t);
    viz__table_write(out, &t);
    viz__table_free(&t);
}

/* --- footer ----------------------------------------------------------------------------------- */

static bool is_counted(const viz__record *r, size_t step)
{
    const ag_tensor *t = viz__node(r, step);
    ag_grad_state state = ag_grad_state_of(t);
    return ag_role_of(t) == AG_PARAMETER && (r->flags[step] & VIZ__SHOWN) != 0 && ag_has_grad(t) &&
           (state == AG_GRAD_COMPUTED || state == AG_GRAD_ACCUMULATED);
}

static void footer_row(viz__table *t, viz__record *r, size_t step, double norm)
{
    viz__cell_end(t);
    put_text(t, viz__name(r, step));
    put_number(t, r, norm);
    viz__row_end(t, 3);
}

/* Vanishing and exploding gradients show as a large ratio. */
static void footer(viz__out *out, viz__record *r)
{
    static const viz__column column[3] = {
        {.gap = 2}, {.least = 4, .most = 40, .gap = 1}, {.gap = 0}};
    viz__table t = viz__table_new(r->graph, column, 3);
    size_t n = 0, small = 0, large = 0;
    double least = (double)INFINITY, most = -1;
    for (size_t i = 0; i < r->n && t.cells.status == AG_OK; i++) {
        viz__stats s = {.n = 0};
        if (!is_counted(r, i)) {
            continue;
        }
        viz__fail(&t.cells, viz__stats_read(&s, r, viz__node(r, i), true));
        footer_row(&t, r, i, s.norm);
        small = s.norm < least ? i : small;
        large = s.norm > most ? i : large;
        least = fmin(least, s.norm);
        most = fmax(most, s.norm);
        n++;
    }
    if (n > 0) {
        viz__puts(out, "\ngradient norms of the parameters\n");
        viz__table_measure(&t);
        viz__table_write(out, &t);
    }
    if (n > 1) {
        viz__puts(out, "  largest/smallest = ");
        viz__number(out, most / least, r->digits);
        viz__print(out, " (%s, %s)\n", viz__name(r, large), viz__name(r, small));
    }
    viz__fail(out, t.cells.status);
    viz__table_free(&t);
}

void viz__trace_tensors(viz__out *out, viz__record *r)
{
    forward(out, r);
    if (!r->options->forward_only) {
        backward(out, r);
    }
    if (r->options->expand) {
        elements(out, r);
    }
    if (!r->options->forward_only) {
        footer(out, r);
    }
}
