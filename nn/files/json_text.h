/* Reading JSON one token at a time, from text that is not trusted. Nothing recurses: who reads
 * knows what may come next. Strings are decoded in place, so the text is changed. Source: RFC
 * 8259.
 */
#ifndef NN_FILES_JSON_TEXT_H
#define NN_FILES_JSON_TEXT_H

#include <stdbool.h>
#include <stdint.h>

typedef struct nn__json {
    char *begin, *at, *end;
    const char *problem; /* what was wrong at `at`, for a message; NULL while all is well */
} nn__json;

/* The next character that is not blank, without going beyond it; '\0' at the end. */
char nn__json_peek(nn__json *j);

/* Goes beyond this character. False, with a problem, where another comes. */
bool nn__json_skip(nn__json *j, char c);

/* Goes into a list or object: true before its first element; false where there is none, beyond
 * `close`, or with a problem. */
bool nn__json_first(nn__json *j, char open, char close);

/* After an element: true beyond a comma, false beyond `close` or with a problem. */
bool nn__json_more(nn__json *j, char close);

/* A string, decoded to UTF-8 and terminated; NULL with a problem (not UTF-8, a character 0). */
char *nn__json_string(nn__json *j);

/* A whole number from 0 to 2^63 - 1, without sign, point and exponent. */
bool nn__json_count(nn__json *j, int64_t *n);

/* Is the text UTF-8? */
bool nn__is_utf8(const char *text);

#endif
