/* Two runs side by side: what an optimizer's step has changed. Nodes are found by their names, which
 * are unique in a run. Must not know any operation.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "diff_snapshot.h"
#include "trace_parts.h"

/* --- the comparison --------------------------------------------------------------------------- */

typedef struct named {
    const char *name;
    const viz__kept *node;
} named;

/* What is found on the way through the nodes. */
typedef struct comparison {
    const viz_snapshot *before;
    named *sorted; /* the nodes of the run before, by name */
    size_t same;   /* nodes that are as they were */
    size_t leaves; /* whose gradients predict the change */
    double predicted;
} comparison;

static int by_name(const void *a, const void *b)
{
    return strcmp(((const named *)a)->name, ((const named *)b)->name);
}

static bool sort(comparison *c, const viz__record *r)
{
    const viz_snapshot *run = c->before;
    c->sorted = viz__array(r->graph, run->n, sizeof *c->sorted);
    for (size_t i = 0; c->sorted != NULL && i < run->n; i++) {
        c->sorted[i] = (named){viz__text(&run->names) + run->node[i].name, &run->node[i]};
    }
    if (c->sorted != NULL) {
        qsort(c->sorted, run->n, sizeof *c->sorted, by_name);
    }
    return c->sorted != NULL;
}

/* The node of the same name and size in the run before; NULL if there is none. */
static const viz__kept *counterpart(const comparison *c, const viz__record *r, const viz__kept *now,
                                    size_t step)
{
    named key = {viz__name(r, step), NULL};
    const named *found = bsearch(&key, c->sorted, c->before->n, sizeof key, by_name);
    return found != NULL && found->node->size == now->size ? found->node : NULL;
}

/* Adds a leaf's part of the predicted change. */
static void predict(comparison *c, const viz__kept *before, const viz__kept *now)
{
    if (!before->predicts || before->slope == NULL || now->elements == NULL) {
        return;
    }
    for (size_t i = 0; i < now->size; i++) {
        c->predicted += before->slope[i] * (now->elements[i] - before->elements[i]);
    }
    c->leaves++;
}

/* --- the table -------------------------------------------------------------------------------- */

enum { STEP, NAME, BEFORE, AFTER, CHANGE, GRADIENT, AFTERWARDS, GRADIENT_CHANGE, COLUMNS };

/* The digits with which the printed numbers have the printed difference; 0 if no number of digits
 * does that. */
static int digits_of_difference(double before, double after, int digits)
{
    double want = viz__as_printed(after - before, digits);
    for (int more = 0; more <= VIZ__MORE_DIGITS; more++) {
        double difference =
            viz__as_printed(after, digits + more) - viz__as_printed(before, digits + more);
        if (viz__as_printed(difference, digits) == want) {
            return digits + more;
        }
    }
    return 0;
}

/* Three cells: before, after, the change. */
static void put_three(viz__table *t, viz__record *r, double before, double after)
{
    int digits = digits_of_difference(before, after, r->digits);
    viz__number_cell(t, before, digits > 0 ? digits : r->digits);
    viz__number_cell(t, after, digits > 0 ? digits : r->digits);
    viz__puts(&t->cells, digits > 0 ? "" : viz__signs_of(r)->about);
    viz__number_cell(t, after - before, r->digits);
}

/* The gradient, too, where both runs have one. */
static void end_row(viz__table *t, viz__record *r, bool both, double before, double after)
{
    if (both && !r->options->forward_only) {
        put_three(t, r, before, after);
        viz__row_end(t, COLUMNS);
    } else {
        viz__row_end(t, GRADIENT);
    }
}

/* A row for each element of a small tensor. */
static void put_elements(viz__table *t, viz__record *r, size_t step, const viz__kept *before,
                         const viz__kept *now)
{
    bool both = before->slope != NULL && now->slope != NULL;
    for (size_t i = 0; i < now->size; i++) {
        if (i == 0) {
            viz__print(&t->cells, "%zu", step);
        }
        viz__cell_end(t);
        viz__puts(&t->cells, viz__name(r, step));
        viz__index(&t->cells, viz__shape_of(r, step), (int64_t)i);
        viz__cell_end(t);
        put_three(t, r, before->elements[i], now->elements[i]);
        end_row(t, r, both, both ? before->slope[i] : 0, both ? now->slope[i] : 0);
    }
}

static void put_row(viz__table *t, viz__record *r, size_t step, const viz__kept *before,
                    const viz__kept *now)
{
    bool few = now->size > 1 && now->size <= VIZ__COMPARED;
    if (few && before->elements != NULL && now->elements != NULL) {
        put_elements(t, r, step, before, now);
        return;
    }
    viz__count_cell(t, step);
    const char *norm = now->size == 1 ? "" : viz__signs_of(r)->norm;
    viz__print(&t->cells, "%s%s%s", norm, viz__name(r, step), norm);
    viz__cell_end(t);
    put_three(t, r, before->value, now->value);
    end_row(t, r, before->has_gradient && now->has_gradient, before->gradient, now->gradient);
}

static bool is_same(const viz__kept *a, const viz__kept *b)
{
    bool same = a->value == b->value && a->has_gradient == b->has_gradient &&
                (!a->has_gradient || a->gradient == b->gradient);
    for (size_t i = 0; same && a->elements != NULL && b->elements != NULL && i < a->size; i++) {
        same = a->elements[i] == b->elements[i] &&
               (a->slope == NULL || b->slope == NULL || a->slope[i] == b->slope[i]);
    }
    return same;
}

static void compare_nodes(viz__table *t, viz__record *r, comparison *c, const viz_snapshot *now)
{
    for (size_t i = 0; i < r->n && t->cells.status == AG_OK; i++) {
        const viz__kept *n = &now->node[i], *before = counterpart(c, r, n, i);
        if (!viz__is_shown(r, i)) {
            continue;
        }
        if (before == NULL) {
            viz__count_cell(t, i);
            viz__text_cell(t, viz__name(r, i));
            viz__text_cell(t, "not in the run before");
            viz__row_end(t, AFTER);
            continue;
        }
        predict(c, before, n);
        if (is_same(before, n)) {
            c->same++;
        } else {
            put_row(t, r, i, before, n);
        }
    }
}

static void put_titles(viz__table *t)
{
    static const char *const title[COLUMNS] = {"step",    "name",      " before", " after",
                                               " change", " gradient", " after",  " change"};
    for (size_t k = 0; k < COLUMNS; k++) {
        viz__text_cell(t, title[k]);
    }
    viz__row_end(t, COLUMNS);
}

/* Writes the change of the root beside the predicted one. */
static void put_change(viz__out *out, viz__record *r, const comparison *c, const viz_snapshot *now)
{
    const viz__kept *root = &now->node[viz__root(r)];
    const viz__kept *before = counterpart(c, r, root, viz__root(r));
    viz__out text = viz__to_text(r->graph);
    if (c->same > 0) {
        viz__print(&text, "%zu %s. ", c->same,
                   c->same == 1 ? "node is as it was" : "nodes are as they were");
    }
    if (before != NULL && root->size == 1) {
        viz__print(&text, "Change of %s: ", viz__name(r, viz__root(r)));
        viz__number(&text, root->value - before->value, r->digits);
        viz__puts(&text, "; predicted by the gradients before: ");
        viz__number(&text, c->predicted, r->digits);
        viz__print(&text, " = the sum of gradient %s change over %zu %s.", viz__signs_of(r)->times,
                   c->leaves, c->leaves == 1 ? "leaf" : "leaves");
    }
    viz__puts(out, "\n");
    viz__text_as(out, viz__text(&text), viz__markup_of(r));
    viz__puts(out, "\n");
    viz__fail(out, text.status);
    viz__out_free(&text);
}

static void put_comparison(viz__out *out, viz__record *r, comparison *c, const viz_snapshot *now)
{
    static const viz__column column[COLUMNS] = {[STEP] = {.least = 4, .gap = 2, .right = true},
                                                [NAME] = {.most = 24, .gap = 1},
                                                [BEFORE] = {.gap = 1},
                                                [AFTER] = {.gap = 1},
                                                [CHANGE] = {.gap = 3},
                                                [GRADIENT] = {.gap = 1},
                                                [AFTERWARDS] = {.gap = 1},
                                                [GRADIENT_CHANGE] = {.gap = 0}};
    viz__table t = viz__table_new(r->graph, column, COLUMNS);
    put_titles(&t);
    compare_nodes(&t, r, c, now);
    viz__trace_table(out, r, &t);
    viz__fail(out, t.cells.status);
    viz__table_free(&t);
    put_change(out, r, c, now);
}

static void draw(viz__out *out, viz__record *r)
{
    comparison *c = r->user;
    viz_snapshot now = {.graph = r->graph, .names = viz__to_text(r->graph)};
    viz__snapshot_fill(out, r, &now);
    if (out->status == AG_OK && !sort(c, r)) {
        viz__fail(out, AG_ERR_MEMORY);
    }
    if (out->status == AG_OK) {
        put_comparison(out, r, c, &now);
    }
    viz__array_free(r->graph, c->sorted, c->before->n, sizeof *c->sorted);
    viz__snapshot_clear(&now);
}

ag_status viz_diff(FILE *out, const viz_snapshot *before, const ag_tensor *root,
                   const viz_options *options)
{
    viz_format format = viz__or_default(options)->format;
    if (out == NULL || before == NULL || root == NULL) {
        return viz__refuse("viz_diff", root, AG_ERR_NULL_ARGUMENT, NULL, "the %s is NULL",
                           out == NULL ? "file" : "run before");
    }
    if (format != VIZ_TEXT && format != VIZ_MARKDOWN && format != VIZ_LATEX) {
        return viz__refuse("viz_diff", root, AG_ERR_VALUE, NULL,
                           "it writes text, Markdown and LaTeX only");
    }
    comparison c = {.before = before};
    viz__out to = viz__text_beside(root);
    to.file = out;
    return viz__draw("viz_diff", &to, root, options, draw, &c);
}
