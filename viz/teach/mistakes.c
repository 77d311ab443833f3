/* What typical mistakes give: for each blank the numbers that a student gets who makes one of them.
 * The mistakes are made with the student's own numbers where there are any, so that an earlier slip
 * does not hide a later one. Must not know any operation.
 */
#include <math.h>
#include <string.h>

#include "teach.h"
#include "viz/record/replay.h"

const char *viz_mistake_text(viz_mistake mistake)
{
    static const char *const text[VIZ_MISTAKE_COUNT] = {
#define TEXT(code, words) words,
        VIZ_MISTAKE_TABLE(TEXT)
#undef TEXT
    };
    return (unsigned)mistake < VIZ_MISTAKE_COUNT ? text[mistake] : "?";
}

double viz__half_unit(double value, int digits)
{
    if (value == 0 || !isfinite(value)) {
        return 0;
    }
    return 0.5 * pow(10, floor(log10(fabs(value))) + 1 - digits);
}

/* What the key prints is rounded, unless it is exact. */
double viz__key_factor(const viz__factors *f, viz__asked asked, size_t step, size_t operand,
                       double *half)
{
    const viz__record *r = f->record;
    double value = r->fact[step].value;
    if (asked == VIZ__PARTIAL) {
        value = r->edge[r->first_edge[step] + operand].partial;
    } else if (asked == VIZ__GRADIENT) {
        value = r->fact[step].gradient;
    }
    *half = viz__as_printed(value, r->digits) == value ? 0 : viz__half_unit(value, r->digits);
    return value;
}

void viz__blank_name(viz__out *out, viz__record *r, const viz__blank *b)
{
    switch (b->asked) {
    case VIZ__VALUE:
        viz__puts(out, viz__name(r, b->step));
        break;
    case VIZ__PARTIAL:
        viz__partial_name(out, r, b->step, b->at);
        return;
    case VIZ__GRADIENT:
        viz__gradient_name(out, r, b->step);
        break;
    }
    viz__index(out, viz__shape_of(r, b->step), (int64_t)b->at);
}

void viz__mistake_put(viz__out *out, viz__record *r, const viz__blank *b, viz_mistake mistake,
                      size_t through)
{
    viz__puts(out, viz_mistake_text(mistake));
    if (b->asked == VIZ__GRADIENT && through != b->step) {
        viz__print(out, ", in the term over %s", viz__name(r, through));
    }
}

/* --- the student's numbers --------------------------------------------------------------------- */

static double get(const viz__factors *f, viz__asked asked, size_t step, size_t operand)
{
    double half;
    return f->get(f, asked, step, operand, &half);
}

/* The operands of a node; false if there are too many. */
static bool read_operands(const viz__factors *f, size_t step, double operand[VIZ__MOST_AGAIN],
                          size_t *n)
{
    const viz__record *r = f->record;
    *n = r->first_edge[step + 1] - r->first_edge[step];
    for (size_t i = 0; i < *n && *n <= VIZ__MOST_AGAIN; i++) {
        operand[i] = get(f, VIZ__VALUE, r->edge[r->first_edge[step] + i].from, 0);
    }
    return *n <= VIZ__MOST_AGAIN;
}

/* The local partial with operand `place` set to a value; NaN if it is not known. */
static double partial_at(const viz__factors *f, size_t step, size_t place, double value)
{
    double operand[VIZ__MOST_AGAIN], partial[VIZ__MOST_AGAIN], result;
    size_t n;
    if (!read_operands(f, step, operand, &n)) {
        return (double)NAN;
    }
    operand[place] = value;
    bool good = viz__node_again(f->record, step, operand, &result, partial) == AG_OK;
    return good ? partial[place] : (double)NAN;
}

/* --- wrong local partials --------------------------------------------------------------------- */

/* What stands in place of a local partial, for each mistake that is one of it alone. */
static size_t wrong_partials(const viz__factors *f, size_t step, size_t place, viz__wrong wrong[8])
{
    const viz__record *r = f->record;
    size_t first = r->first_edge[step], operands = r->first_edge[step + 1] - first, n = 0;
    double value = get(f, VIZ__VALUE, step, 0);
    double operand = get(f, VIZ__VALUE, r->edge[first + place].from, 0);
    double right = get(f, VIZ__PARTIAL, step, place);
    wrong[n++] = (viz__wrong){VIZ_MISTAKE_VALUE, step, value};
    wrong[n++] = (viz__wrong){VIZ_MISTAKE_OPERAND, step, operand};
    wrong[n++] = (viz__wrong){VIZ_MISTAKE_RECIPROCAL, step, 1 / right};
    wrong[n++] = (viz__wrong){VIZ_MISTAKE_AT_OUTPUT, step, partial_at(f, step, place, value)};
    if (operands == 2 && r->edge[first + 1 - place].known) {
        double other = get(f, VIZ__PARTIAL, step, 1 - place);
        wrong[n++] = (viz__wrong){VIZ_MISTAKE_OTHER_OPERAND, step, other};
    }
    return n;
}

static void add_partial_mistakes(viz__wrongs *l)
{
    viz__wrong wrong[8];
    const viz__blank *b = l->blank;
    size_t n = wrong_partials(l->f, b->step, b->at, wrong);
    viz__wrong_add(l, VIZ_MISTAKE_SIGN, b->step, -l->right);
    for (size_t i = 0; i < n; i++) {
        viz__wrong_add(l, wrong[i].mistake, b->step, wrong[i].value);
    }
    viz__wrong_add(l, VIZ_MISTAKE_WITH_UPSTREAM, b->step,
                   l->right * get(l->f, VIZ__GRADIENT, b->step, 0));
}

/* --- wrong gradients -------------------------------------------------------------------------- */

/* Each term is replaced by what the mistake makes of it; the others stay. */
static void add_term_mistakes(viz__wrongs *l, viz__use use)
{
    viz__wrong wrong[8];
    double upstream = get(l->f, VIZ__GRADIENT, use.consumer, 0);
    double partial = get(l->f, VIZ__PARTIAL, use.consumer, use.operand);
    double others = l->right - upstream * partial;
    size_t n = wrong_partials(l->f, use.consumer, use.operand, wrong);
    viz__wrong_add(l, VIZ_MISTAKE_NO_PARTIAL, use.consumer, others + upstream);
    viz__wrong_add(l, VIZ_MISTAKE_NO_UPSTREAM, use.consumer, others + partial);
    viz__wrong_add(l, VIZ_MISTAKE_ADDED, use.consumer, others + upstream + partial);
    for (size_t i = 0; i < n; i++) {
        viz__wrong_add(l, wrong[i].mistake, use.consumer, others + upstream * wrong[i].value);
    }
}

static void add_path_mistakes(viz__wrongs *l, viz__use use, size_t terms)
{
    double upstream = get(l->f, VIZ__GRADIENT, use.consumer, 0);
    double term = upstream * get(l->f, VIZ__PARTIAL, use.consumer, use.operand);
    viz__wrong_add(l, VIZ_MISTAKE_PATH, use.consumer, l->right - term);
    viz__wrong_add(l, VIZ_MISTAKE_TERM_SIGN, use.consumer, l->right - 2 * term);
    if (terms > 2) { /* of two terms the other one is left out */
        viz__wrong_add(l, VIZ_MISTAKE_ONE_PATH, use.consumer, term);
    }
}

/* What happens to all terms at once. */
static void add_whole_mistakes(viz__wrongs *l, size_t terms)
{
    const viz__record *r = l->f->record;
    double product = 1, partials = 0, upstreams = 0;
    for (size_t k = r->first_use[l->blank->step]; k < r->first_use[l->blank->step + 1]; k++) {
        viz__use use = r->use[k];
        if (r->edge[r->first_edge[use.consumer] + use.operand].flows) {
            double upstream = get(l->f, VIZ__GRADIENT, use.consumer, 0);
            double partial = get(l->f, VIZ__PARTIAL, use.consumer, use.operand);
            product *= upstream * partial;
            partials += partial;
            upstreams += upstream;
        }
    }
    viz__wrong_add(l, VIZ_MISTAKE_SIGN, l->blank->step, -l->right);
    if (terms > 1) {
        viz__wrong_add(l, VIZ_MISTAKE_PATHS_MULTIPLIED, l->blank->step, product);
        viz__wrong_add(l, VIZ_MISTAKE_NO_UPSTREAM, l->blank->step, partials);
        viz__wrong_add(l, VIZ_MISTAKE_NO_PARTIAL, l->blank->step, upstreams);
    }
}

static void add_gradient_mistakes(viz__wrongs *l)
{
    const viz__record *r = l->f->record;
    size_t first = r->first_use[l->blank->step], end = r->first_use[l->blank->step + 1];
    size_t terms = 0;
    for (size_t k = first; k < end; k++) {
        terms += r->edge[r->first_edge[r->use[k].consumer] + r->use[k].operand].flows;
    }
    add_whole_mistakes(l, terms);
    for (size_t k = first; k < end; k++) {
        if (r->edge[r->first_edge[r->use[k].consumer] + r->use[k].operand].flows) {
            if (terms > 1) {
                add_path_mistakes(l, r->use[k], terms);
            }
            add_term_mistakes(l, r->use[k]);
        }
    }
}

/* --- wrong values ----------------------------------------------------------------------------- */

static void add_value_mistakes(viz__wrongs *l)
{
    double operand[VIZ__MOST_AGAIN] = {0}, value;
    size_t n, step = l->blank->step;
    viz__wrong_add(l, VIZ_MISTAKE_SIGN, step, -l->right);
    if (!read_operands(l->f, step, operand, &n)) {
        return;
    }
    if (n == 1) {
        viz__wrong_add(l, VIZ_MISTAKE_NOT_APPLIED, step, operand[0]);
        double degrees = operand[0] * VIZ__DEGREE;
        if (viz__is_of_angle(l->f->record, step) &&
            viz__node_again(l->f->record, step, &degrees, &value, NULL) == AG_OK) {
            viz__wrong_add(l, VIZ_MISTAKE_DEGREES, step, value);
        }
    }
    if (n == 2) {
        double swapped[2] = {operand[1], operand[0]};
        if (viz__node_again(l->f->record, step, swapped, &value, NULL) == AG_OK) {
            viz__wrong_add(l, VIZ_MISTAKE_SWAPPED, step, value);
        }
    }
}

/* --- both ------------------------------------------------------------------------------------- */

static double expected_gradient(const viz__factors *f, const viz__blank *b, double *half)
{
    const viz__record *r = f->record;
    double sum = 0;
    for (size_t k = r->first_use[b->step]; k < r->first_use[b->step + 1]; k++) {
        viz__use use = r->use[k];
        double of_upstream, of_partial;
        if (!r->edge[r->first_edge[use.consumer] + use.operand].flows) {
            continue;
        }
        double upstream = f->get(f, VIZ__GRADIENT, use.consumer, 0, &of_upstream);
        double partial = f->get(f, VIZ__PARTIAL, use.consumer, use.operand, &of_partial);
        sum += upstream * partial;
        *half += fabs(upstream) * of_partial + fabs(partial) * of_upstream;
    }
    return sum;
}

double viz__expected(const viz__factors *f, const viz__blank *b, double *half)
{
    double operand[VIZ__MOST_AGAIN], partial[VIZ__MOST_AGAIN], value;
    size_t n;
    *half = 0;
    if (!f->record->scalar) {
        return b->answer;
    }
    if (b->asked == VIZ__GRADIENT) {
        return expected_gradient(f, b, half);
    }
    if (!read_operands(f, b->step, operand, &n) ||
        viz__node_again(f->record, b->step, operand, &value, partial) != AG_OK) {
        return b->answer;
    }
    for (size_t i = 0; i < n; i++) { /* the rounding of the operands, to the first order */
        double of_operand, slope = isfinite(partial[i]) ? partial[i] : 0;
        size_t from = f->record->edge[f->record->first_edge[b->step] + i].from;
        f->get(f, VIZ__VALUE, from, 0, &of_operand);
        double moved = b->asked == VIZ__VALUE ? fabs(slope) : 1;
        *half += moved * of_operand;
    }
    return b->asked == VIZ__VALUE ? value : partial[b->at];
}

size_t viz__mistakes(const viz__factors *f, const viz__blank *b, viz__wrong wrong[VIZ__MOST_WRONG])
{
    double half;
    viz__wrongs l = {.f = f, .blank = b, .wrong = wrong};
    l.right = viz__expected(f, b, &half);
    if (!f->record->scalar) {
        viz__tensor_mistakes(&l);
        return l.n;
    }
    switch (b->asked) {
    case VIZ__VALUE:
        add_value_mistakes(&l);
        break;
    case VIZ__PARTIAL:
        add_partial_mistakes(&l);
        break;
    case VIZ__GRADIENT:
        add_gradient_mistakes(&l);
        break;
    }
    return l.n;
}
