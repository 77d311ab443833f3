/* The answers of a filled-in worksheet: the number after each blank's number in parentheses. An
 * answer may be a calculation, such as a fraction; what is neither is kept as it stands. Must not know
 * any graph.
 */
#include <autograd/viz_teach.h>
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "arithmetic.h"

#define TOKENS 64 /* of an answer */
#define EXACT_TO                                                                                   \
    100 /* a whole number below it is meant as it stands, a larger one may be rounded */

/* Reads "(12)" at `at`; returns what follows it, NULL if it is no blank. In f(2) and x^(2) the
 * parentheses belong to a formula. */
static const char *read_blank(const char *text, const char *at, const char *end, size_t *blank)
{
    bool formula =
        at > text && (isalnum((unsigned char)at[-1]) != 0 || memchr("^{_\\", at[-1], 4) != NULL);
    *blank = 0;
    if (formula) {
        return NULL;
    }
    for (at++; at < end && isdigit((unsigned char)*at) != 0 && *blank < 100000000; at++) {
        *blank = 10 * *blank + (size_t)(*at - '0');
    }
    return at < end && *at == ')' && *blank > 0 ? at + 1 : NULL;
}

/* Reads the number behind, before the end of the line; false if there is none. */
static bool read_value(const char *at, const char *stop, viz_answer *answer)
{
    viz__lexeme token[TOKENS];
    viz__amount amount;
    size_t n = viz__tokens_read(at, stop, token, TOKENS);
    if (!viz__compute_first(token, n < TOKENS ? n : TOKENS, &amount)) {
        return false;
    }
    answer->value = amount.value;
    double whole = fabs(amount.value) < EXACT_TO ? 0 : 0.5;
    answer->tolerance = !amount.single ? 0 : amount.whole ? whole : amount.half;
    return true;
}

/* --- what cannot be read ---------------------------------------------------------------------- */

/* The signs around a blank in Markdown and LaTeX, which are no answer. */
static const char *skip_looks(const char *at, const char *stop)
{
    while (at < stop && (memchr(" \t$~*", *at, 5) != NULL ||
                         (*at == '\\' && at + 1 < stop && memchr(";,: !", at[1], 5) != NULL))) {
        at += *at == '\\' ? 2 : 1;
    }
    return at;
}

/* Keeps what stands at a blank, up to the end of the cell; false if that is nothing, or the line on
 * which to write. */
static bool keep_unread(const char *at, const char *stop, viz_answer *answer)
{
    at = skip_looks(at, stop);
    const char *first = at;
    size_t n = 0, most = (size_t)(stop - at);
    while (first < stop && memchr("+-.,", *first, 4) != NULL) {
        first++;
    }
    if (first >= stop || isalnum((unsigned char)*first) == 0) {
        return false;
    }
    while (n < most && memchr("|&$\\\r\t", at[n], 6) == NULL &&
           (at[n] != ' ' || (n + 1 < most && at[n + 1] != ' ' && at[n + 1] != '('))) {
        n++;
    }
    n -= n > 0 && at[n - 1] == ' ';
    answer->unread = at;
    answer->unread_bytes = n;
    return true;
}

/* --- which blanks have an answer -------------------------------------------------------------- */

/* The answers by their blanks: a table in which a number stands at its own place or behind. */
typedef struct places {
    size_t *place; /* 1 + the number of an answer; 0 where there is none */
    size_t mask;
} places;

/* An answer has three bytes at least, so that the table is at most half full. */
static bool make_places(places *p, size_t bytes, size_t room)
{
    size_t most = room < bytes / 3 ? room : bytes / 3;
    p->mask = 1;
    while (p->mask / 2 <= most) {
        p->mask = 2 * p->mask + 1;
    }
    p->place = calloc(p->mask + 1, sizeof *p->place);
    return p->place != NULL;
}

/* Where the answer to a blank is noted, or is to be. */
static size_t *place_of(const places *p, const viz_answer *answer, size_t blank)
{
    size_t at = blank * 0x9E3779B1u & p->mask;
    while (p->place[at] != 0 && answer[p->place[at] - 1].blank != blank) {
        at = (at + 1) & p->mask;
    }
    return &p->place[at];
}

/* Adds an answer, unless the blank has one; a number takes the place of what cannot be read. */
static void add(const places *p, viz_answer *answer, size_t *n, const viz_answer *found)
{
    size_t *place = place_of(p, answer, found->blank);
    if (*place == 0) {
        answer[*n] = *found;
        *place = ++*n;
    } else if (answer[*place - 1].unread != NULL && found->unread == NULL) {
        answer[*place - 1] = *found;
    }
}

ag_status viz_read_answers(const char *text, size_t bytes, viz_answer *answer, size_t room,
                           size_t *n)
{
    if (n != NULL) {
        *n = 0;
    }
    if (text == NULL || n == NULL || (answer == NULL && room > 0)) {
        return AG_ERR_NULL_ARGUMENT;
    }
    places p;
    if (!make_places(&p, bytes, room)) {
        return AG_ERR_MEMORY;
    }
    const char *end = text + bytes, *stop = viz__line_end(text, end);
    for (const char *at = text; at < end && *n < room; at++) {
        viz_answer found = {.blank = 0};
        const char *behind = *at == '(' ? read_blank(text, at, end, &found.blank) : NULL;
        stop = at > stop ? viz__line_end(at, end) : stop;
        if (behind != NULL &&
            (read_value(behind, stop, &found) || keep_unread(behind, stop, &found))) {
            add(&p, answer, n, &found);
        }
    }
    free(p.place);
    return AG_OK;
}
