/* The chain rule of one 0-d node with its numbers: the terms of its gradient, and how many digits a
 * reader needs to compute the printed line again. Reads the gradient that the engine holds. Where
 * that is not the sum of the terms, because of several backward passes or a hook, the line says so.
 * Must not know any operation.
 */
#include "blanks.h"
#include "finite_differences.h"

#include <float.h>
#include <math.h>

static bool add_term(viz__chain *c, viz__record *r, viz__term term)
{
    if (c->n == c->capacity) {
        size_t capacity = c->capacity == 0 ? 8 : 2 * c->capacity;
        viz__term *grown = viz__array(r->graph, capacity, sizeof *grown);
        if (grown == NULL) {
            return false;
        }
        for (size_t i = 0; i < c->n; i++) {
            grown[i] = c->term[i];
        }
        viz__array_free(r->graph, c->term, c->capacity, sizeof *c->term);
        c->term = grown;
        c->capacity = capacity;
    }
    c->term[c->n++] = term;
    return true;
}

void viz__chain_free(viz__chain *c, viz__record *r)
{
    viz__array_free(r->graph, c->term, c->capacity, sizeof *c->term);
    c->term = NULL;
    c->capacity = 0;
}

/* Adds the term of one use; false when memory runs out. If a factor is not known, neither is the
 * chain. */
static bool read_use(viz__chain *c, viz__record *r, viz__use use)
{
    viz__term term = {.use = use};
    const viz__fact *consumer = &r->fact[use.consumer];
    const viz__edge *edge = &r->edge[r->first_edge[use.consumer] + use.operand];
    if (!edge->flows) {
        return true;
    }
    if (consumer->has_gradient && consumer->state != AG_GRAD_NOT_RUN && edge->known) {
        term.partial = edge->partial;
        term.upstream = consumer->gradient;
    } else {
        c->state = VIZ__UNKNOWN;
    }
    return add_term(c, r, term);
}

/* Adds the terms from the oldest consumer to the newest, as one writes them, or in the other order,
 * in which the backward pass adds them. The operands of one consumer stay in their own order. */
static bool read_terms(viz__chain *c, viz__record *r, size_t step)
{
    const viz__use *use = r->use + r->first_use[step];
    size_t n = r->first_use[step + 1] - r->first_use[step], done = 0;
    bool ok = true;
    while (ok && done < n) {
        size_t from = done, until = n - done;
        if (r->options->newest_first) {
            for (from = until - 1; from > 0 && use[from - 1].consumer == use[from].consumer;) {
                from--;
            }
        } else {
            until = n;
        }
        done += until - from;
        for (; ok && from < until; from++) {
            ok = read_use(c, r, use[from]);
        }
    }
    return ok;
}

/* Are they equal but for rounding? `size` is the sum of the magnitudes of the terms. */
static bool close(double a, double b, double size, ag_dtype dtype)
{
    if (isnan(a) || isnan(b) || isinf(a) || isinf(b)) {
        return a == b || (isnan(a) && isnan(b));
    }
    return fabs(a - b) <= (dtype == AG_F32 ? 1e-5 : 1e-12) * size;
}

/* Does a reader who multiplies and adds the printed factors, and rounds, get the printed result?
 * No, if the sum lies just between two results, because then the reader may round to either. */
static bool leads_to(const viz__chain *c, int digits, double result, int result_digits)
{
    double sum = 0, size = 0;
    for (size_t i = 0; i < c->n; i++) {
        double product = viz__as_printed(c->term[i].upstream, digits) *
                         viz__as_printed(c->term[i].partial, digits);
        sum = i == 0 ? product : sum + product;
        size += fabs(product);
    }
    double want = viz__as_printed(result, result_digits), tiny = DBL_EPSILON * size;
    if (sum == want || isnan(sum) || isnan(want)) {
        return sum == want || (isnan(sum) && isnan(want));
    }
    return viz__as_printed(sum - tiny, result_digits) == want &&
           viz__as_printed(sum + tiny, result_digits) == want;
}

/* Chooses the digits. The result keeps the usual number if more digits for the factors are enough;
 * else it has as many as they. */
static void reconcile(viz__chain *c, int digits)
{
    c->reconciles = true;
    c->result_digits = digits;
    for (int more = 0; more <= VIZ__MORE_DIGITS; more++) {
        c->digits = digits + more;
        if (leads_to(c, c->digits, c->sum, digits)) {
            return;
        }
    }
    for (int more = 1; more <= VIZ__MORE_DIGITS; more++) {
        c->digits = c->result_digits = digits + more;
        if (leads_to(c, c->digits, c->sum, c->result_digits)) {
            return;
        }
    }
    c->reconciles = false;
    c->result_digits = digits;
}

/* Computes the sum of the terms and compares it with the gradient that the engine holds. */
static void add_up(viz__chain *c, viz__record *r, const ag_tensor *t)
{
    double size = 0;
    c->sum = 0;
    for (size_t i = 0; i < c->n; i++) {
        double product = c->term[i].upstream * c->term[i].partial;
        c->sum += product;
        size += fabs(product);
    }
    c->agrees = close(c->sum, c->held, size, ag_dtype_of(t));
    if (c->agrees) {
        c->sum = c->held; /* so that the printed number is that of the engine */
    }
    reconcile(c, r->digits);
}

ag_status viz__chain_read(viz__chain *c, viz__record *r, size_t step)
{
    const viz__fact *f = &r->fact[step];
    c->n = 0;
    c->runs = f->runs;
    c->held = f->gradient;
    c->agrees = true;
    if (f->state == AG_GRAD_NOT_REQUIRED || f->state == AG_GRAD_NOT_RUN) {
        c->state = f->state == AG_GRAD_NOT_RUN ? VIZ__NOT_RUN : VIZ__NOT_REQUIRED;
        return AG_OK;
    }
    c->state = step == viz__root(r) ? VIZ__SEED : VIZ__EQUATION;
    if (!read_terms(c, r, step)) {
        return AG_ERR_MEMORY;
    }
    if (c->state == VIZ__EQUATION) {
        add_up(c, r, viz__node(r, step));
    }
    return AG_OK;
}

static void put_symbols(viz__out *out, viz__record *r, const viz__chain *c)
{
    for (size_t i = 0; i < c->n; i++) {
        viz__puts(out, i > 0 ? " + " : " = ");
        viz__gradient_name(out, r, c->term[i].use.consumer);
        viz__puts(out, viz__signs_of(r)->dot);
        viz__partial_name(out, r, c->term[i].use.consumer, c->term[i].use.operand);
    }
}

static void put_numbers(viz__out *out, viz__record *r, const viz__chain *c)
{
    for (size_t i = 0; i < c->n; i++) {
        viz__puts(out, i > 0 ? " + " : " = ");
        viz__factor(out, c->term[i].upstream, c->digits, i == 0);
        viz__print(out, " %s ", viz__signs_of(r)->times);
        viz__factor(out, c->term[i].partial, c->digits, false);
    }
}

/* Whether the gradient that is held may be another number than the sum of the terms, of which some
 * are not known: several backward passes or a hook made it. */
static bool may_differ(const viz__record *r, const viz__chain *c, size_t step)
{
    return c->state == VIZ__UNKNOWN && (c->runs > 1 || r->fact[step].hooked);
}

/* Writes the blank of a worksheet in place of the numbers; false if there is none. */
static bool put_blank(viz__out *out, viz__record *r, size_t step)
{
    bool asked = viz__blank_number(r, VIZ__GRADIENT, step, 0) > 0;
    viz__puts(out, asked ? " = " : "");
    return asked && viz__blank_put(out, r, VIZ__GRADIENT, step, 0);
}

/* Writes what follows the symbols. */
static void put_result(viz__out *out, viz__record *r, const viz__chain *c, size_t step)
{
    if (put_blank(out, r, step)) {
        return;
    }
    if (c->state == VIZ__EQUATION) {
        put_numbers(out, r, c);
        viz__print(out, " %s ", c->reconciles ? "=" : viz__signs_of(r)->about);
        viz__number(out, c->sum, c->result_digits);
    } else if (!may_differ(r, c, step)) {
        viz__puts(out, " = ");
        viz__number(out, c->held, r->digits);
    }
}

void viz__chain_equation(viz__out *out, viz__record *r, const viz__chain *c, size_t step)
{
    const viz__signs *signs = viz__signs_of(r);
    viz__gradient_name(out, r, step);
    switch (c->state) {
    case VIZ__NOT_RUN:
        viz__print(out, " = %s not run yet", signs->not_run);
        return;
    case VIZ__NOT_REQUIRED:
        viz__print(out, " = %s not required", signs->not_required);
        return;
    case VIZ__SEED:
        viz__puts(out, " = ");
        viz__number(out, c->held, r->digits);
        return;
    default:
        put_symbols(out, r, c);
        put_result(out, r, c, step);
    }
}

bool viz__chain_held(viz__out *out, viz__record *r, const viz__chain *c, size_t step)
{
    bool other = c->state == VIZ__NOT_RUN && c->runs > 0;
    bool known = c->state == VIZ__EQUATION, unknown = may_differ(r, c, step);
    if (!other && !unknown && !(known && (c->runs > 1 || !c->agrees))) {
        return false;
    }
    viz__number(out, c->held, r->digits);
    if (other) {
        viz__puts(out, " [of another backward call]");
    } else if (c->runs > 1) {
        viz__sum_note(out, c->runs);
    } else if (unknown) {
        viz__puts(out, " [has a hook]");
    } else {
        viz__puts(out,
                  r->fact[step].hooked ? " [changed by a hook]" : " [not from these terms alone]");
    }
    return true;
}

void viz__chain_note(viz__out *out, viz__record *r, const viz__chain *c, size_t step)
{
    size_t start = out->used;
    if (c->n > 1) {
        viz__print(out, "[%zu paths] ", c->n);
    }
    if (c->state == VIZ__UNKNOWN) {
        viz__puts(out, "[not every factor is known] ");
    }
    size_t end = out->used;
    viz__puts(out, "gradient ");
    if (viz__is_secret(r, step) || !viz__chain_held(out, r, c, step)) {
        viz__cut(out, end > start ? end - 1 : start); /* with the space before it */
    }
    bool first = out->used == start;
    if (c->state == VIZ__EQUATION || c->state == VIZ__UNKNOWN) {
        viz__difference_note(out, r, step, 0, c->held, first);
    }
}
