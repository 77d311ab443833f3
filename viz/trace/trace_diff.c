/* Two runs side by side: what an optimizer's step has changed. Nodes are found by their names, which
 * are unique in a run. Must not know any operation.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "trace_parts.h"

/* --- a run ------------------------------------------------------------------------------------ */

typedef struct node {
    size_t name;            /* where it begins in the names */
    size_t size;            /* elements */
    double value, gradient; /* of a node with one element; else the norms */
    bool has_gradient;
    double *elements, *slope; /* of a leaf with a gradient: values and gradient; else NULL */
} node;

struct viz_snapshot {
    ag_graph *graph;
    size_t n;
    node *node;
    viz__out names;
};

static const char *name_in(const viz_snapshot *run, const node *n)
{
    return viz__text(&run->names) + n->name;
}

static ag_status fill_numbers(node *n, viz__record *r, size_t step)
{
    const viz__fact *f = &r->fact[step];
    ag_status status = AG_OK;
    viz__stats s = {.norm = f->value};
    if (f->size != 1) {
        status = viz__stats_read(&s, r, step, false);
    }
    n->value = s.norm;
    bool run = f->state == AG_GRAD_COMPUTED || f->state == AG_GRAD_ACCUMULATED;
    n->has_gradient = f->has_gradient && run;
    s.norm = f->gradient;
    if (status == AG_OK && f->size != 1 && n->has_gradient) {
        status = viz__stats_read(&s, r, step, true);
    }
    n->gradient = s.norm;
    if (status == AG_OK && n->has_gradient && viz__is_leaf(r, step)) {
        n->elements = viz__elements(r, step, false, &status);
        n->slope = n->elements != NULL ? viz__elements(r, step, true, &status) : NULL;
    }
    return status;
}

static void fill(viz__out *out, viz__record *r)
{
    viz_snapshot *run = r->user;
    run->node = viz__array(r->graph, r->n, sizeof *run->node);
    if (run->node == NULL) {
        viz__fail(out, AG_ERR_MEMORY);
        return;
    }
    run->n = r->n;
    for (size_t i = 0; i < r->n && out->status == AG_OK; i++) {
        node *n = &run->node[i];
        *n = (node){.name = run->names.used, .size = (size_t)r->fact[i].size};
        viz__put(&run->names, viz__name(r, i), strlen(viz__name(r, i)) + 1);
        viz__fail(out, run->names.status);
        viz__fail(out, fill_numbers(n, r, i));
    }
}

static void clear(viz_snapshot *run)
{
    for (size_t i = 0; i < run->n; i++) {
        viz__array_free(run->graph, run->node[i].elements, run->node[i].size, sizeof(double));
        viz__array_free(run->graph, run->node[i].slope, run->node[i].size, sizeof(double));
    }
    viz__array_free(run->graph, run->node, run->n, sizeof *run->node);
    viz__out_free(&run->names);
}

void viz_snapshot_free(viz_snapshot *run)
{
    if (run != NULL) {
        clear(run);
        viz__array_free(run->graph, run, 1, sizeof *run);
    }
}

ag_status viz_snapshot_new(const ag_tensor *root, viz_snapshot **run)
{
    if (run != NULL) {
        *run = NULL;
    }
    if (root == NULL || run == NULL) {
        return viz__refuse("viz_snapshot_new", root, AG_ERR_NULL_ARGUMENT, NULL,
                           "the place for the run is NULL");
    }
    viz__out none = viz__text_beside(root);
    viz_snapshot *new = viz__array(none.graph, 1, sizeof *new);
    if (new == NULL) {
        return viz__refuse("viz_snapshot_new", root, AG_ERR_MEMORY, NULL, "out of memory");
    }
    *new = (viz_snapshot){.graph = none.graph, .names = viz__text_beside(root)};
    ag_status status = viz__draw("viz_snapshot_new", &none, root, NULL, fill, new);
    if (status == AG_OK) {
        *run = new;
    } else {
        viz_snapshot_free(new);
    }
    return status;
}

/* --- the comparison --------------------------------------------------------------------------- */

typedef struct named {
    const char *name;
    const node *node;
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
        c->sorted[i] = (named){name_in(run, &run->node[i]), &run->node[i]};
    }
    if (c->sorted != NULL) {
        qsort(c->sorted, run->n, sizeof *c->sorted, by_name);
    }
    return c->sorted != NULL;
}

/* The node of the same name and size in the run before; NULL if there is none. */
static const node *counterpart(const comparison *c, const viz__record *r, const node *now,
                               size_t step)
{
    named key = {viz__name(r, step), NULL};
    const named *found = bsearch(&key, c->sorted, c->before->n, sizeof key, by_name);
    return found != NULL && found->node->size == now->size ? found->node : NULL;
}

/* Adds a leaf's part of the predicted change. */
static void predict(comparison *c, const node *before, const node *now)
{
    if (before->slope == NULL || now->elements == NULL) {
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

static void put_row(viz__table *t, viz__record *r, size_t step, const node *before, const node *now)
{
    viz__count_cell(t, step);
    const char *norm = now->size == 1 ? "" : viz__signs_of(r)->norm;
    viz__print(&t->cells, "%s%s%s", norm, viz__name(r, step), norm);
    viz__cell_end(t);
    put_three(t, r, before->value, now->value);
    if (before->has_gradient && now->has_gradient && !r->options->forward_only) {
        put_three(t, r, before->gradient, now->gradient);
        viz__row_end(t, COLUMNS);
    } else {
        viz__row_end(t, GRADIENT);
    }
}

static bool is_same(const node *a, const node *b)
{
    bool same = a->value == b->value && a->has_gradient == b->has_gradient &&
                (!a->has_gradient || a->gradient == b->gradient);
    for (size_t i = 0; same && a->elements != NULL && b->elements != NULL && i < a->size; i++) {
        same = a->elements[i] == b->elements[i];
    }
    return same;
}

static void compare_nodes(viz__table *t, viz__record *r, comparison *c, const viz_snapshot *now)
{
    for (size_t i = 0; i < r->n && t->cells.status == AG_OK; i++) {
        const node *n = &now->node[i], *before = counterpart(c, r, n, i);
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
    const node *root = &now->node[viz__root(r)];
    const node *before = counterpart(c, r, root, viz__root(r));
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
    r->user = &now;
    fill(out, r);
    if (out->status == AG_OK && !sort(c, r)) {
        viz__fail(out, AG_ERR_MEMORY);
    }
    if (out->status == AG_OK) {
        put_comparison(out, r, c, &now);
    }
    viz__array_free(r->graph, c->sorted, c->before->n, sizeof *c->sorted);
    clear(&now);
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
