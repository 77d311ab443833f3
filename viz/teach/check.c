/* Computes the calculations in a page again. Each sign = is judged by what stands directly before it
 * and behind it; results of formulas with letters, and numbers in tables, are counted as unread. Must
 * not know any graph.
 */
#include <autograd/viz_teach.h>
#include <math.h>
#include <string.h>

#include "arithmetic.h"
#include "teach.h"

#define TOKENS 1024 /* of a line */

typedef struct page {
    viz__out *report;
    size_t line, noted; /* noted: the last one with an unread number */
    viz_check_result *result;
} page;

/* May the two be the same number, as printed? A number is rounded in its last digit. A whole one is
 * exact if it follows from whole ones, and 0 always is. A calculation behind the sign may be off by
 * what the rounding of all numbers amounts to. */
static bool agree(const viz__amount *left, const viz__amount *right, bool about)
{
    double room = right->half, tiny = 1e-12 * fmax(fabs(left->value), fabs(right->value));
    if (right->single && right->whole) {
        room = left->whole || right->value == 0 ? 0 : 0.5;
    } else if (!right->single) {
        room = left->half + right->half;
    }
    room = about ? fmax(20 * room, 0.05 * fabs(left->value)) : room;
    return fabs(left->value - right->value) <= room + tiny;
}

/* Notes a number that cannot be judged. */
static void pass_over(page *p)
{
    viz_check_result *r = p->result;
    size_t room = sizeof r->unread_line / sizeof *r->unread_line;
    r->unread++;
    if (p->noted == p->line) {
        return;
    }
    p->noted = p->line;
    if (r->unread_lines < room) {
        r->unread_line[r->unread_lines] = p->line;
    }
    r->unread_lines++;
}

static bool is_equality(const viz__lexeme *t)
{
    return t->sign == VIZ__EQUAL || t->sign == VIZ__ABOUT;
}

/* Does a formula stand before the sign, and not a name alone, which the number only defines? */
static bool ends_formula(const viz__lexeme *token, size_t sign)
{
    bool letter = false, formula = false;
    for (size_t i = sign; i-- > 0 && !is_equality(&token[i]);) {
        if (token[i].sign == VIZ__OTHER && !token[i].letter) {
            break; /* a comma, a bar */
        }
        letter = letter || token[i].letter;
        formula = formula || token[i].sign != VIZ__OTHER;
    }
    return letter && formula;
}

static void judge(page *p, const viz__lexeme *token, size_t n, size_t sign)
{
    viz__amount left, right;
    if (!viz__compute_first(token + sign + 1, n - sign - 1, &right)) {
        return;
    }
    if (!viz__compute_last(token, sign, &left)) {
        if (right.single && ends_formula(token, sign)) {
            pass_over(p);
        }
        return;
    }
    p->result->checked++;
    if (!agree(&left, &right, token[sign].sign == VIZ__ABOUT)) {
        p->result->wrong++;
        viz__print(p->report, "line %zu: ", p->line);
        viz__number(p->report, left.value, 10);
        viz__puts(p->report, " stands before the sign, and ");
        viz__number(p->report, right.value, 10);
        viz__puts(p->report, " behind it\n");
    }
}

/* A row of a table in Markdown or LaTeX: it has cells and no equation. */
static bool is_row(const char *at, const char *stop)
{
    size_t n = (size_t)(stop - at);
    while (at < stop && *at == ' ') {
        at++;
    }
    return at < stop && (*at == '|' || (memchr(at, '&', (size_t)(stop - at)) != NULL &&
                                        memchr(stop - n, '=', n) == NULL));
}

/* Passes over the numbers that fill a cell. */
static void pass_cells(page *p, const char *at, const char *stop)
{
    enum { ROOM = 8 };
    viz__lexeme token[ROOM];
    viz__amount number;
    for (; at < stop; at++) {
        const char *cell = at;
        while (at < stop && strchr("|&\\", *at) == NULL) {
            at++;
        }
        size_t n = viz__tokens_read(cell, at, token, ROOM);
        if (n <= ROOM && viz__compute(token, n, &number) && number.single) {
            pass_over(p);
        }
    }
}

static void check_line(page *p, const viz__lexeme *token, size_t n)
{
    if (n > TOKENS) {
        p->result->skipped++;
        viz__print(p->report, "line %zu: too long to be read\n", p->line);
        return;
    }
    for (size_t i = 1; i + 1 < n; i++) {
        if (token[i].sign == VIZ__EQUAL || token[i].sign == VIZ__ABOUT) {
            judge(p, token, n, i);
        }
    }
}

/* The mark of an item in a list of Markdown is no sign. */
static const char *behind_mark(const char *at, const char *end)
{
    const char *mark = at;
    while (mark < end && *mark == ' ') {
        mark++;
    }
    bool item = end - mark > 1 && memchr("-+*", *mark, 3) != NULL && mark[1] == ' ';
    return item ? mark + 1 : at;
}

ag_status viz_check(FILE *report, const char *text, size_t bytes, viz_check_result *result)
{
    if (result != NULL) {
        *result = (viz_check_result){0};
    }
    if (text == NULL || result == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    viz__lexeme token[TOKENS];
    viz__out out = viz__to_file(NULL, report);
    out.status = report != NULL ? AG_OK : AG_ERR_STATE; /* so that nothing is written */
    page p = {.report = &out, .result = result};
    for (const char *at = text, *end = text + bytes, *stop; at < end; at = stop + 1) {
        p.line++;
        stop = viz__line_end(at, end);
        check_line(&p, token, viz__tokens_read(behind_mark(at, stop), stop, token, TOKENS));
        if (is_row(at, stop)) {
            pass_cells(&p, at, stop);
        }
        if (stop == end) {
            break; /* no address beyond the text */
        }
    }
    return report != NULL ? viz__flush(&out) : AG_OK;
}
