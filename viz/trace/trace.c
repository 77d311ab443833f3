/* The printed trace: its public functions, and the layout for graphs in which every node is 0-d.
 * Must not know any operation.
 */
#include "trace_parts.h"

#include <string.h>

/* --- forward ---------------------------------------------------------------------------------- */

enum { STEP, NAME, FORMULA, VALUE, PARTIALS, COLUMNS };

/* Writes the local partials of a node; false if there are none to write. */
static bool put_partials(viz__out *out, viz__record *r, size_t step)
{
    bool any = false;
    size_t n = r->first_operand[step + 1] - r->first_operand[step];
    for (size_t i = 0; i < n; i++) {
        bool shown = (r->flags[r->operand[r->first_operand[step] + i]] & VIZ__SHOWN) != 0;
        if (shown && ag_flows_to(viz__node(r, step), (int)i)) {
            viz__pad(out, any ? 6 : 0);
            viz__partial(out, r, step, i);
            any = true;
        }
    }
    return any;
}

static void forward_row(viz__table *t, viz__record *r, size_t step, bool *partials)
{
    viz__count_cell(t, step);
    viz__text_cell(t, viz__name(r, step));
    viz__formula(&t->cells, r, step);
    viz__cell_end(t);
    viz__number_cell(t, ag_item(viz__node(r, step)), r->digits);
    if (!r->options->forward_only && put_partials(&t->cells, r, step)) {
        *partials = true;
    }
    viz__cell_end(t);
    viz__row_end(t, COLUMNS);
}

/* Returns the column in which the values begin. */
static size_t forward(viz__out *out, viz__record *r)
{
    static const viz__column column[COLUMNS] = {
        [STEP] = {.least = 2, .gap = 2, .right = true},
        [NAME] = {.least = 1, .most = 24, .gap = 3},
        [FORMULA] = {.least = 15, .most = 40, .gap = 2},
        [VALUE] = {.least = 10, .gap = 2},
        [PARTIALS] = {.gap = 0},
    };
    viz__table t = viz__table_new(r->graph, column, COLUMNS);
    bool partials = false;
    for (size_t i = 0; i < r->n && t.cells.status == AG_OK; i++) {
        if ((r->flags[i] & VIZ__SHOWN) != 0) {
            forward_row(&t, r, i, &partials);
        }
    }
    viz__table_measure(&t);
    size_t value = viz__table_offset(&t, VALUE) + 1;
    viz__puts(out, "forward");
    viz__pad(out, value - strlen("forward"));
    viz__puts(out, "value");
    if (partials) {
        viz__pad(out, viz__table_offset(&t, PARTIALS) - value - strlen("value"));
        viz__puts(out, "local partials");
    }
    viz__put(out, "\n", 1);
    viz__table_write(out, &t);
    viz__table_free(&t);
    return value;
}

/* --- backward --------------------------------------------------------------------------------- */

/* Writes what follows the word "backward": the seed, or why there are no gradients. */
static void put_start(viz__out *out, viz__record *r, const viz__chain *c)
{
    size_t root = viz__root(r);
    if (c->state == VIZ__NOT_REQUIRED) {
        viz__puts(out, "not required: nothing here needs a gradient");
        return;
    }
    if (c->state == VIZ__NOT_RUN) {
        viz__print(out, "not run yet: call ag_backward(%s)", viz__name(r, root));
        return;
    }
    viz__puts(out, "seed ");
    viz__chain_equation(out, r, c, root);
    viz__sum_note(out, c->runs);
    if (c->runs <= 1 && c->held != 1) {
        viz__puts(out, " (not 1: it scales every gradient below)");
    }
}

static bool backward_row(viz__table *t, viz__record *r, viz__chain *c, size_t step)
{
    if (viz__chain_read(c, r, step) != AG_OK) {
        return false;
    }
    viz__count_cell(t, step);
    viz__chain_equation(&t->cells, r, c, step);
    viz__cell_end(t);
    viz__chain_note(&t->cells, r, c, step);
    viz__cell_end(t);
    viz__row_end(t, 3);
    return true;
}

static ag_status backward_rows(viz__table *t, viz__record *r, viz__chain *c)
{
    for (size_t i = viz__root(r); i-- > 0 && t->cells.status == AG_OK;) {
        if ((r->flags[i] & VIZ__SHOWN) != 0 && !backward_row(t, r, c, i)) {
            return AG_ERR_MEMORY;
        }
    }
    return t->cells.status;
}

static void backward(viz__out *out, viz__record *r, size_t value)
{
    static const viz__column column[3] = {
        {.least = 2, .gap = 2, .right = true}, {.most = 120, .gap = 1}, {.gap = 0}};
    viz__table t = viz__table_new(r->graph, column, 3);
    viz__chain c = {.n = 0};
    ag_status status = viz__chain_read(&c, r, viz__root(r));
    viz__puts(out, "\nbackward");
    viz__pad(out, value - strlen("backward"));
    put_start(out, r, &c);
    viz__put(out, "\n", 1);
    if (status == AG_OK) {
        status = backward_rows(&t, r, &c);
    }
    viz__table_measure(&t);
    viz__table_write(out, &t);
    viz__fail(out, status);
    viz__chain_free(&c, r);
    viz__table_free(&t);
}

static void trace_scalars(viz__out *out, viz__record *r)
{
    size_t value = forward(out, r);
    if (!r->options->forward_only) {
        backward(out, r, value);
    }
}

/* --- public functions ------------------------------------------------------------------------- */

static void trace(viz__out *out, viz__record *r)
{
    (r->scalar ? trace_scalars : viz__trace_tensors)(out, r);
}

ag_status viz_trace_with(FILE *out, const ag_tensor *root, const viz_options *options)
{
    if (out == NULL || root == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    viz__out to = viz__to_file(ag_graph_of(root), out);
    return viz__draw(&to, root, viz__or_default(options), trace);
}

ag_status viz_trace(FILE *out, const ag_tensor *root, viz_format format)
{
    return viz_trace_with(out, root, &(viz_options){.format = format});
}

/* A string for the caller, with what viz_free must know before it. */
typedef struct owned {
    ag_graph *graph;
    size_t bytes;
    char text[];
} owned;

ag_status viz_trace_string(const ag_tensor *root, const viz_options *options, char **text)
{
    if (text == NULL || root == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    *text = NULL;
    viz__out out = viz__to_text(ag_graph_of(root));
    ag_status status = viz__draw(&out, root, viz__or_default(options), trace);
    if (status == AG_OK) {
        size_t bytes = sizeof(owned) + out.used + 1;
        owned *o = viz__array(out.graph, bytes, 1);
        if (o != NULL) {
            o->graph = out.graph;
            o->bytes = bytes;
            memcpy(o->text, viz__text(&out), out.used + 1);
            *text = o->text;
        }
        status = o != NULL ? AG_OK : AG_ERR_MEMORY;
    }
    viz__out_free(&out);
    return status;
}

void viz_free(char *text)
{
    if (text != NULL) {
        owned *o = (owned *)(void *)(text - offsetof(owned, text));
        viz__array_free(o->graph, o, o->bytes, 1);
    }
}
