/* What typical mistakes give for one element of a tensor. Each is made by the operation itself:
 * with an operand transposed, with another upstream gradient. Must not know any operation.
 */
#include <math.h>

#include "arithmetic.h"
#include "teach.h"
#include "viz/record/replay.h"

#define MOST_ROWS 16 /* of an axis whose summands are tried one by one */

/* --- numbers of the key ----------------------------------------------------------------------- */

/* An element; NaN where it is not known. */
static double element(viz__record *r, size_t step, bool gradient, size_t at)
{
    ag_status status;
    bool known = at < (size_t)r->fact[step].size && (!gradient || r->fact[step].has_gradient);
    double *x = known ? viz__elements(r, step, gradient, &status) : NULL;
    double value = x != NULL ? x[at] : (double)NAN;
    viz__elements_free(r, step, x);
    return value;
}

static double flow(viz__record *r, viz__use use, viz__change change, size_t at)
{
    double x = 0;
    ag_status status = viz__flow_again(r, use.consumer, use.operand, change, at, &x);
    return status == AG_OK ? x : (double)NAN;
}

static double value(viz__record *r, size_t step, viz__change change, size_t at)
{
    double x = 0;
    return viz__value_again(r, step, change, at, &x) == AG_OK ? x : (double)NAN;
}

static bool is_square(const viz__record *r, size_t step)
{
    ag_shape s = viz__shape_of(r, step);
    return s.ndim == 2 && s.dim[0] == s.dim[1] && s.dim[0] > 1;
}

/* The place of an element of a square matrix once it is transposed. */
static size_t across(const viz__record *r, size_t step, size_t at)
{
    size_t n = (size_t)viz__shape_of(r, step).dim[0];
    return at % n * n + at / n;
}

static size_t operands_of(const viz__record *r, size_t step)
{
    return r->first_edge[step + 1] - r->first_edge[step];
}

/* --- one term of a gradient ------------------------------------------------------------------- */

/* The term over a use, of one element; `others` is the rest of the sum. */
typedef struct term {
    viz__wrongs *l;
    viz__use use;
    size_t at;
    double others, right;
} term;

static void add(const term *t, viz_mistake mistake, double instead)
{
    viz__wrong_add(t->l, mistake, t->use.consumer, t->others + instead);
}

/* The number at the begin of a local partial, as the 2 of "2 x"; 1 without one. */
static double constant_factor(const viz__out *partial)
{
    viz__lexeme number = {.sign = VIZ__OTHER};
    const char *end = viz__text(partial) + partial->used;
    const char *after = viz__token_read(viz__text(partial), end, &number);
    bool is = number.sign == VIZ__NUM && number.value != 0 && after < end && *after == ' ';
    return is ? number.value : 1;
}

/* Of an operation by elements the factors of each are known. */
static void add_factors(const term *t, size_t step)
{
    viz__record *r = t->l->f->record;
    size_t consumer = t->use.consumer;
    viz__out text = viz__to_text(r->graph);
    bool known = viz__copy_text(&text, r, ag_partial_text, consumer, t->use.operand, viz__namer);
    double partial = flow(r, t->use, (viz__change){.ones = true}, t->at);
    add(t, VIZ_MISTAKE_NO_UPSTREAM, partial);
    if (known && viz__same_shape(r, consumer, step)) {
        double upstream = element(r, consumer, true, t->at);
        add(t, VIZ_MISTAKE_NO_PARTIAL, upstream);
        add(t, VIZ_MISTAKE_ADDED, upstream + partial);
        add(t, VIZ_MISTAKE_VALUE, upstream * element(r, consumer, false, t->at));
        add(t, VIZ_MISTAKE_OPERAND, upstream * element(r, step, false, t->at));
        add(t, VIZ_MISTAKE_FACTOR, t->right / constant_factor(&text));
    }
    viz__out_free(&text);
}

static void add_transposed(const term *t)
{
    viz__record *r = t->l->f->record;
    for (size_t i = 0; i < operands_of(r, t->use.consumer); i++) {
        size_t from = r->edge[r->first_edge[t->use.consumer] + i].from;
        if (i != t->use.operand && is_square(r, from)) {
            add(t, VIZ_MISTAKE_TRANSPOSED,
                flow(r, t->use, (viz__change){.transposed = i + 1}, t->at));
        }
    }
}

/* A term is a sum over an axis of the result where several rows of it contribute: where the operand
 * was broadcast, where it is the same for all samples of a batch, or within a matrix product. */
static void add_sums(const term *t)
{
    viz__record *r = t->l->f->record;
    ag_shape shape = viz__shape_of(r, t->use.consumer);
    for (int axis = 0; axis < shape.ndim; axis++) {
        double summand[MOST_ROWS];
        int64_t n = shape.dim[axis], several = 0;
        for (int64_t i = 0; n > 1 && n <= MOST_ROWS && i < n; i++) {
            summand[i] = flow(r, t->use, (viz__change){.axis = axis + 1, .row = i}, t->at);
            several += summand[i] != 0;
        }
        for (int64_t i = 0; several > 1 && i < n; i++) {
            add(t, VIZ_MISTAKE_NO_SUM, summand[i]);
        }
        if (several > 1) {
            add(t, VIZ_MISTAKE_SUMMANDS, t->right / (double)n);
        }
    }
}

/* Of a sum or a mean of the operand. */
static void add_count(const term *t, size_t step)
{
    const viz__record *r = t->l->f->record;
    int64_t all = r->fact[step].size, left = r->fact[t->use.consumer].size;
    if (left > 0 && all > left && all % left == 0) {
        double n = (double)(all / left);
        add(t, VIZ_MISTAKE_SUMMANDS, t->right * n);
        add(t, VIZ_MISTAKE_SUMMANDS, t->right / n);
    }
}

static void add_term(viz__wrongs *l, viz__use use, size_t terms)
{
    viz__record *r = l->f->record;
    const viz__blank *b = l->blank;
    double right = flow(r, use, (viz__change){0}, b->at);
    term t = {l, use, b->at, l->right - right, right};
    if (terms > 1) {
        viz__wrong_add(l, VIZ_MISTAKE_PATH, use.consumer, t.others);
        viz__wrong_add(l, VIZ_MISTAKE_TERM_SIGN, use.consumer, t.others - right);
    }
    if (terms > 2) {
        viz__wrong_add(l, VIZ_MISTAKE_ONE_PATH, use.consumer, right);
    }
    add_factors(&t, b->step);
    add_transposed(&t);
    add_sums(&t);
    add_count(&t, b->step);
}

static void add_gradient_mistakes(viz__wrongs *l)
{
    viz__record *r = l->f->record;
    const viz__blank *b = l->blank;
    size_t first = r->first_use[b->step], end = r->first_use[b->step + 1], terms = 0;
    if (is_square(r, b->step)) {
        viz__wrong_add(l, VIZ_MISTAKE_TRANSPOSED, b->step,
                       element(r, b->step, true, across(r, b->step, b->at)));
    }
    for (size_t k = first; k < end; k++) {
        terms += r->edge[r->first_edge[r->use[k].consumer] + r->use[k].operand].flows;
    }
    for (size_t k = first; k < end; k++) {
        if (r->edge[r->first_edge[r->use[k].consumer] + r->use[k].operand].flows) {
            add_term(l, r->use[k], terms);
        }
    }
}

/* --- a value ---------------------------------------------------------------------------------- */

static void add_value_mistakes(viz__wrongs *l)
{
    viz__record *r = l->f->record;
    size_t step = l->blank->step, at = l->blank->at, n = operands_of(r, step);
    size_t from = n > 0 ? r->edge[r->first_edge[step]].from : step;
    if (is_square(r, step)) {
        viz__wrong_add(l, VIZ_MISTAKE_TRANSPOSED, step,
                       element(r, step, false, across(r, step, at)));
    }
    for (size_t i = 0; i < n; i++) {
        viz__wrong_add(l, VIZ_MISTAKE_TRANSPOSED, step,
                       value(r, step, (viz__change){.transposed = i + 1}, at));
    }
    if (n == 2) {
        viz__wrong_add(l, VIZ_MISTAKE_SWAPPED, step,
                       value(r, step, (viz__change){.swapped = true}, at));
    }
    if (n == 1 && viz__same_shape(r, from, step)) {
        viz__wrong_add(l, VIZ_MISTAKE_NOT_APPLIED, step, element(r, from, false, at));
    }
    if (n == 1 && viz__is_of_angle(r, step)) {
        viz__wrong_add(l, VIZ_MISTAKE_DEGREES, step,
                       value(r, step, (viz__change){.scale = VIZ__DEGREE}, at));
    }
    if (n == 1 && r->fact[step].size > 0 && r->fact[from].size > r->fact[step].size) {
        double count = (double)(r->fact[from].size / r->fact[step].size);
        viz__wrong_add(l, VIZ_MISTAKE_SUMMANDS, step, l->right * count);
        viz__wrong_add(l, VIZ_MISTAKE_SUMMANDS, step, l->right / count);
    }
}

void viz__tensor_mistakes(viz__wrongs *l)
{
    viz__wrong_add(l, VIZ_MISTAKE_SIGN, l->blank->step, -l->right);
    if (l->blank->asked == VIZ__VALUE) {
        add_value_mistakes(l);
    } else if (l->blank->asked == VIZ__GRADIENT) {
        add_gradient_mistakes(l);
    }
}
