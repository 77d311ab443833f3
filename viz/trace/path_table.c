/* The paths from a node to the root, each with its product; the largest ones, and the sum of the
 * rest. Must not know any operation.
 */
#include <float.h>
#include <math.h>

#include "trace_parts.h"
#include "viz/record/paths.h"

#define LONGEST 12 /* nodes of a path that are written */

/* A path as it is printed. */
typedef struct row {
    size_t n, node[LONGEST];
    double partial[LONGEST], product;
    int digits;      /* of the factors */
    int of_product;  /* digits */
    bool reconciles; /* the printed factors give the printed product */
} row;

/* Does the product of the printed factors round to the printed product? */
static bool leads_to(const row *w, int digits, int of_product)
{
    double product = 1;
    for (size_t i = 0; i + 1 < w->n; i++) {
        product *= viz__as_printed(w->partial[i], digits);
    }
    double want = viz__as_printed(w->product, of_product), tiny = 4 * DBL_EPSILON * fabs(product);
    return product == want || (viz__as_printed(product - tiny, of_product) == want &&
                               viz__as_printed(product + tiny, of_product) == want);
}

static void choose_digits(row *w, int digits, int of_product)
{
    w->reconciles = w->n <= LONGEST;
    w->of_product = of_product;
    for (int more = 0; w->reconciles && more <= VIZ__MORE_DIGITS; more++) {
        w->digits = digits + more;
        if (leads_to(w, w->digits, of_product)) {
            return;
        }
    }
    w->digits = digits;
    w->reconciles = false;
}

static void put_path(viz__out *out, viz__record *r, const row *w)
{
    const char *arrow = r->options->ascii ? " -> " : " → ";
    size_t root = viz__root(r);
    for (size_t i = 0; i < w->n && i < LONGEST; i++) {
        viz__print(out, "%s%s", i > 0 ? arrow : "", viz__name(r, w->node[i]));
    }
    if (w->n > LONGEST) {
        viz__print(out, "%s%s%s%s", arrow, viz__signs_of(r)->dots, arrow, viz__name(r, root));
    }
}

/* Of a path with one edge the product is that local partial, and stands alone. */
static void put_factors(viz__out *out, viz__record *r, const row *w)
{
    if (w->n <= 2 && w->reconciles) {
        return;
    }
    for (size_t i = 0; i + 1 < w->n && w->n <= LONGEST; i++) {
        viz__print(out, i > 0 ? " %s " : "%s", i > 0 ? viz__signs_of(r)->times : "");
        viz__factor(out, w->partial[i], w->digits, i == 0);
    }
    viz__puts(out, w->n > LONGEST ? "" : w->reconciles ? " =" : " ");
    viz__puts(out, w->n > LONGEST || w->reconciles ? "" : viz__signs_of(r)->about);
}

static void put_row(viz__table *t, const viz__paths *p, size_t from, size_t number, int digits)
{
    viz__record *r = p->record;
    row w = {.product = p->step[from * p->most + number].product};
    w.n = viz__path_read(p, from, number, w.node, w.partial, LONGEST);
    choose_digits(&w, r->digits, digits);
    viz__count_cell(t, number + 1);
    put_path(&t->cells, r, &w);
    viz__cell_end(t);
    put_factors(&t->cells, r, &w);
    viz__cell_end(t);
    viz__number_cell(t, w.product, w.of_product);
    viz__row_end(t, t->columns);
}

static double kept_sum(const viz__paths *p, size_t from)
{
    double sum = 0;
    for (size_t i = 0; i < p->kept[from]; i++) {
        sum += p->step[from * p->most + i].product;
    }
    return sum;
}

static void put_last_row(viz__table *t, const char *label, double value, int digits)
{
    viz__cell_end(t);
    viz__text_cell(t, label);
    viz__cell_end(t);
    viz__number_cell(t, value, digits);
    viz__row_end(t, t->columns);
}

static double rest_sum(const viz__paths *p, size_t from)
{
    return p->count[from] > p->kept[from] ? p->sum[from] - kept_sum(p, from) : 0;
}

/* Chooses the digits of the products, so that what a reader adds up is the printed sum; false if
 * no number of digits does that. */
static bool add_up(const viz__paths *p, size_t from, int *digits)
{
    int usual = p->record->digits;
    double want = viz__as_printed(p->sum[from], usual);
    for (*digits = usual; *digits <= usual + VIZ__MORE_DIGITS; ++*digits) {
        double sum = viz__as_printed(rest_sum(p, from), *digits), size = fabs(sum);
        for (size_t i = 0; i < p->kept[from]; i++) {
            double product = p->step[from * p->most + i].product;
            sum += viz__as_printed(product, *digits);
            size += fabs(product);
        }
        double tiny = DBL_EPSILON * size;
        if (viz__as_printed(sum - tiny, usual) == want &&
            viz__as_printed(sum + tiny, usual) == want) {
            return true;
        }
    }
    *digits = usual;
    return false;
}

/* Writes how many paths there are; a number beyond 2^53 is not known exactly. */
static void put_many(viz__out *out, double count)
{
    if (count < 9007199254740992.0) {
        viz__print(out, "%lld", (long long)count);
    } else {
        viz__puts(out, "about ");
        viz__number(out, count, 3);
    }
    viz__puts(out, count == 1 ? " path" : " paths");
}

/* Writes "the other 12 paths", and the sum of all paths. */
static void put_sums(viz__table *t, const viz__paths *p, size_t from, int digits, bool equal)
{
    viz__record *r = p->record;
    double all = p->count[from], rest = all - p->kept[from];
    viz__out label = viz__to_text(r->graph);
    if (rest > 0) {
        viz__puts(&label, "the other ");
        put_many(&label, rest);
        put_last_row(t, viz__text(&label), rest_sum(p, from), digits);
        viz__cut(&label, 0);
    }
    viz__gradient_name(&label, r, from);
    viz__print(&label, " %s the sum of ", equal ? "=" : viz__signs_of(r)->about);
    put_many(&label, all);
    put_last_row(t, viz__text(&label), p->sum[from], r->digits);
    viz__fail(&t->cells, label.status);
    viz__out_free(&label);
}

static void put_table(viz__out *out, const viz__paths *p, size_t from, size_t number)
{
    (void)number;
    static const viz__column column[4] = {
        {.least = 2, .gap = 2, .right = true}, {.most = 60, .gap = 2}, {.gap = 1}, {.gap = 0}};
    static const char *const title[4] = {"path", "nodes", "local partials", "product"};
    viz__record *r = p->record;
    viz__out heading = viz__to_text(r->graph);
    viz__print(&heading, "paths from %s to %s", viz__name(r, from), viz__name(r, viz__root(r)));
    viz__trace_part(out, r, viz__text(&heading));
    viz__fail(out, heading.status);
    viz__out_free(&heading);
    if (!p->known[from]) {
        viz__puts(out, "not every local partial is known\n");
        return;
    }
    viz__table t = viz__table_new(r->graph, column, 4);
    viz__trace_titles(&t, r, title);
    int digits;
    bool equal = add_up(p, from, &digits);
    for (size_t i = 0; i < p->kept[from] && t.cells.status == AG_OK; i++) {
        put_row(&t, p, from, i, digits);
    }
    put_sums(&t, p, from, digits, equal);
    viz__trace_table(out, r, &t);
    viz__table_free(&t);
}

void viz__path_tables(viz__out *out, viz__record *r)
{
    if (r->options->sheet == VIZ_TRACE) {
        viz__paths_each(out, r, put_table);
    }
}
