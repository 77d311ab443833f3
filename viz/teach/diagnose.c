/* What a student's numbers come from: right, right by earlier answers, or what a mistake gives. Must
 * not know any operation.
 */
#include <math.h>
#include <string.h>

#include "teach.h"

#define UNREAD_BYTES 40 /* of what is no number, the most that are printed */

/* --- the student's numbers -------------------------------------------------------------------- */

/* The answers in the order of the blanks' numbers. */
typedef struct sheet {
    const viz_answer **by_number; /* NULL where there is none; from 1 */
    size_t blanks;
    size_t judged; /* the blank whose answer is judged, for which the key's number stands */
} sheet;

static const viz_answer *answer_to(const sheet *s, size_t number)
{
    bool known = number > 0 && number <= s->blanks && number != s->judged;
    return known ? s->by_number[number] : NULL;
}

static double student_factor(const viz__factors *f, viz__asked asked, size_t step, size_t operand,
                             double *half)
{
    const viz_answer *a = answer_to(f->user, viz__blank_number(f->record, asked, step, operand));
    if (a == NULL) {
        return viz__key_factor(f, asked, step, operand, half);
    }
    *half = a->tolerance;
    return a->value;
}

/* --- one answer ------------------------------------------------------------------------------- */

static bool is_near(double a, double b, double room)
{
    return fabs(a - b) <= room + 1e-12 * fmax(fabs(a), fabs(b));
}

/* Finds the causes that give the number, each mistake once; returns how many. More than two are
 * none. */
static size_t find_causes(viz_diagnosis *d, const viz__factors *f, const viz__blank *b, double room)
{
    viz__wrong wrong[VIZ__MOST_WRONG];
    size_t n = viz__mistakes(f, b, wrong), found = 0;
    for (size_t i = 0; i < n; i++) {
        bool again = false;
        for (size_t k = 0; k < found && k < 2; k++) {
            again = again || (d->cause[k] == wrong[i].mistake && d->through[k] == wrong[i].through);
        }
        if (again || !is_near(wrong[i].value, d->given.value, room)) {
            continue;
        }
        if (found < 2) {
            d->cause[found] = wrong[i].mistake;
            d->through[found] = wrong[i].through;
        }
        found++;
    }
    d->verdict = found == 1 ? VIZ_ONE_CAUSE : found == 2 ? VIZ_TWO_CAUSES : VIZ_UNCLEAR;
    if (found > 2) {
        d->cause[0] = d->cause[1] = VIZ_MISTAKE_NONE;
        d->through[0] = d->through[1] = 0;
    }
    return found;
}

/* The rounding of the factors counts at most as much as a unit in the last digit: a student who
 * computes with four digits loses no more. */
static void judge(viz_diagnosis *d, viz__record *r, const sheet *s, const viz__blank *b)
{
    const viz__factors key = {r, viz__key_factor, NULL}, own = {r, student_factor, s};
    double of_key, of_own;
    viz__expected(&key, b, &of_key);
    double follows = viz__expected(&own, b, &of_own);
    double room = d->given.tolerance;
    d->right = b->answer;
    if (is_near(d->given.value, d->right, room + of_key)) {
        d->verdict = VIZ_CORRECT;
    } else if (is_near(d->given.value, follows, room + of_own)) {
        d->verdict = VIZ_FOLLOWS;
    } else if (find_causes(d, &own, b, room + of_own) == 0) {
        find_causes(d, &key, b, room + of_key); /* who went on with the right numbers */
    }
}

/* --- all answers ------------------------------------------------------------------------------ */

typedef struct request {
    const viz_answer *answer;
    size_t n;
    viz_diagnosis *diagnosis;
} request;

static size_t count_blanks(const viz__record *r)
{
    size_t n = 0;
    for (size_t at = 0; at < viz__blank_places(r); at++) {
        n += r->blank[at] != 0;
    }
    return n;
}

/* Finds the blank with a number. */
static bool find_blank(const viz__record *r, size_t number, viz__blank *b)
{
    for (size_t at = 0; at < viz__blank_places(r); at++) {
        if (r->blank[at] == number) {
            return number > 0 && viz__blank_at(r, at, b);
        }
    }
    return false;
}

static void diagnose(viz__out *out, viz__record *r)
{
    request *q = r->user;
    sheet s = {.blanks = count_blanks(r)};
    s.by_number = viz__array(r->graph, s.blanks + 1, sizeof(viz_answer *));
    if (s.by_number == NULL) {
        viz__fail(out, AG_ERR_MEMORY);
        return;
    }
    for (size_t i = q->n; i-- > 0;) { /* of two answers the first counts */
        bool known = q->answer[i].blank > 0 && q->answer[i].blank <= s.blanks;
        if (known && q->answer[i].unread == NULL) {
            s.by_number[q->answer[i].blank] = &q->answer[i];
        }
    }
    for (size_t i = 0; i < q->n; i++) {
        viz__blank b;
        q->diagnosis[i] = (viz_diagnosis){.given = q->answer[i]};
        if (!find_blank(r, q->answer[i].blank, &b)) {
            continue;
        }
        s.judged = q->answer[i].blank;
        if (q->answer[i].unread != NULL) {
            q->diagnosis[i].right = b.answer;
            q->diagnosis[i].verdict = VIZ_UNREAD;
        } else {
            judge(&q->diagnosis[i], r, &s, &b);
        }
    }
    viz__array_free(r->graph, s.by_number, s.blanks + 1, sizeof(viz_answer *));
}

/* The options of the worksheet. */
static viz_options options_of(const viz_options *options)
{
    viz_options o = *viz__or_default(options);
    o.sheet = VIZ_KEY;
    o.differences = false;
    return o;
}

ag_status viz_diagnose(const ag_tensor *root, const viz_options *options, const viz_answer *answer,
                       size_t n, viz_diagnosis *diagnosis)
{
    request q = {answer, n, diagnosis};
    if (root == NULL || ((answer == NULL || diagnosis == NULL) && n > 0)) {
        return viz__refuse("viz_diagnose", root, AG_ERR_NULL_ARGUMENT, NULL,
                           "there are no answers, or no place for what they come from");
    }
    viz_options o = options_of(options);
    viz__out none = viz__text_beside(root);
    return viz__draw("viz_diagnose", &none, root, &o, diagnose, &q);
}

/* --- printed ---------------------------------------------------------------------------------- */

static void put_verdict(viz__out *out, viz__record *r, const viz__blank *b, const viz_diagnosis *d)
{
    switch (d->verdict) {
    case VIZ_CORRECT:
        viz__puts(out, "right");
        return;
    case VIZ_FOLLOWS:
        viz__puts(out, "right, given the earlier answers");
        break;
    case VIZ_ONE_CAUSE:
        viz__mistake_put(out, r, b, d->cause[0], d->through[0]);
        break;
    case VIZ_TWO_CAUSES:
        viz__mistake_put(out, r, b, d->cause[0], d->through[0]);
        viz__puts(out, "; or ");
        viz__mistake_put(out, r, b, d->cause[1], d->through[1]);
        break;
    default:
        viz__puts(out, "no single mistake is found");
    }
    viz__puts(out, "; the answer is ");
    viz__number(out, d->right, r->digits);
}

/* What is no number, as it stands, and how to write one. A comma between digits becomes a point. */
static void put_unread(viz__out *out, const viz_answer *a)
{
    char text[UNREAD_BYTES + 1], number[UNREAD_BYTES + 1];
    size_t n = a->unread_bytes < UNREAD_BYTES ? a->unread_bytes : UNREAD_BYTES;
    memcpy(text, a->unread, n);
    text[n] = '\0';
    memcpy(number, text, n + 1);
    char *comma = strchr(number, ',');
    if (comma != NULL) {
        *comma = '.';
    }
    bool decimal = comma != NULL && strspn(number, "+-.0123456789") == n && comma[1] != '\0';
    viz__clean(out, text, false);
    viz__puts(out, " is not read as a number; write ");
    viz__puts(out, decimal ? number : "one, as 0.25 or -3e-4, or a fraction, as 1/4");
    viz__puts(out, decimal ? ", with a point\n" : "\n");
}

static void put_answer(viz__out *out, viz__record *r, const viz_diagnosis *d)
{
    viz__blank b;
    viz__print(out, "(%zu) ", d->given.blank);
    if (!find_blank(r, d->given.blank, &b)) {
        viz__puts(out, "there is no such blank\n");
        return;
    }
    viz__blank_name(out, r, &b);
    viz__puts(out, " = ");
    if (d->verdict == VIZ_UNREAD) {
        put_unread(out, &d->given);
        return;
    }
    viz__number(out, d->given.value, 6);
    viz__puts(out, ": ");
    put_verdict(out, r, &b, d);
    viz__puts(out, "\n");
}

static void print(viz__out *out, viz__record *r)
{
    request *q = r->user;
    size_t right = 0, unread = 0;
    diagnose(out, r);
    for (size_t i = 0; i < q->n && out->status == AG_OK; i++) {
        put_answer(out, r, &q->diagnosis[i]);
        right += q->diagnosis[i].verdict == VIZ_CORRECT;
        unread += q->diagnosis[i].verdict == VIZ_UNREAD;
    }
    viz__print(out, "%zu of %zu right; ", right, count_blanks(r));
    if (unread > 0) {
        viz__print(out, "%zu not read; ", unread);
    }
    viz__print(out, "%zu not answered\n", count_blanks(r) > q->n ? count_blanks(r) - q->n : 0);
}

ag_status viz_diagnose_print(FILE *out, const ag_tensor *root, const viz_options *options,
                             const viz_answer *answer, size_t n)
{
    if (out == NULL || root == NULL || (answer == NULL && n > 0)) {
        return viz__refuse("viz_diagnose_print", root, AG_ERR_NULL_ARGUMENT, NULL,
                           out == NULL ? "the file is NULL" : "there are no answers");
    }
    viz_options o = options_of(options);
    viz__out to = viz__text_beside(root);
    request q = {answer, n, viz__array(to.graph, n, sizeof(viz_diagnosis))};
    to.file = out;
    ag_status status = AG_ERR_MEMORY;
    if (q.diagnosis != NULL) {
        status = viz__draw("viz_diagnose_print", &to, root, &o, print, &q);
    }
    viz__array_free(to.graph, q.diagnosis, n, sizeof(viz_diagnosis));
    return status;
}
