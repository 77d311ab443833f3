/* The printed trace, and its layout for graphs in which every node is 0-d.
 * Must not know any operation.
 */
#include "trace_parts.h"

#include <string.h>

#include "viz/record/blanks.h"

/* --- forward ---------------------------------------------------------------------------------- */

enum { STEP, NAME, FORMULA, VALUE, PARTIALS, COLUMNS };

/* Writes the local partials of a node; false if there are none to write. */
static bool put_partials(viz__out *out, viz__record *r, size_t step)
{
    bool any = false;
    for (size_t e = r->first_edge[step]; e < r->first_edge[step + 1]; e++) {
        if (viz__is_shown(r, r->edge[e].from) && r->edge[e].flows) {
            viz__pad(out, any ? 6 : 0);
            viz__partial(out, r, step, e - r->first_edge[step]);
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
    if (viz__blank_put(&t->cells, r, VIZ__VALUE, step, 0)) {
        viz__cell_end(t);
    } else {
        viz__number_cell(t, r->fact[step].value, r->digits);
    }
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
        if (viz__is_shown(r, i)) {
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
        if (viz__is_shown(r, i) && !backward_row(t, r, c, i)) {
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

void viz__trace_draw(viz__out *out, viz__record *r)
{
    bool marked = viz__markup_of(r) != VIZ__PLAIN;
    if (r->options->format == VIZ_LATEX) {
        viz__print(out,
                   "%% needs amsmath and booktabs; longtable for a table of more than %d rows\n",
                   VIZ__PAGE_ROWS);
    }
    if (r->scalar) {
        (marked ? viz__trace_marked : trace_scalars)(out, r);
        viz__path_tables(out, r);
    } else {
        viz__trace_tensors(out, r);
    }
}
