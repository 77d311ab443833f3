/* The answers of a filled-in worksheet: the number after each blank's number in parentheses. An
 * answer may be a calculation, such as a fraction. Must not know any graph.
 */
#include <autograd/viz_teach.h>
#include <ctype.h>
#include <math.h>
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

static bool is_known(const viz_answer *answer, size_t n, size_t blank)
{
    for (size_t i = 0; i < n; i++) {
        if (answer[i].blank == blank) {
            return true;
        }
    }
    return false;
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
    const char *end = text + bytes, *stop = viz__line_end(text, end);
    for (const char *at = text; at < end && *n < room; at++) {
        viz_answer found = {.blank = 0};
        const char *behind = *at == '(' ? read_blank(text, at, end, &found.blank) : NULL;
        stop = at > stop ? viz__line_end(at, end) : stop;
        if (behind != NULL && read_value(behind, stop, &found) &&
            !is_known(answer, *n, found.blank)) {
            answer[(*n)++] = found;
        }
    }
    return AG_OK;
}
