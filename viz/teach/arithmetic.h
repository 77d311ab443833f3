/* Calculations with numbers, as they stand in a text. Private to viz/teach/. Knows no graph. */
#ifndef VIZ_ARITHMETIC_H
#define VIZ_ARITHMETIC_H

#define AG_NO_SITES
#include <autograd/base.h>

typedef enum viz__sign {
    VIZ__OTHER, /* a letter or sign that is no part of a calculation */
    VIZ__NUM,   /* a number */
    VIZ__PLUS,
    VIZ__MINUS,
    VIZ__TIMES,
    VIZ__OVER,
    VIZ__POWER,
    VIZ__OPEN,  /* ( or { */
    VIZ__CLOSE, /* ) or } */
    VIZ__FRAC,  /* \frac */
    VIZ__SQRT,  /* \sqrt */
    VIZ__EQUAL, /* = */
    VIZ__ABOUT, /* ≈ */
} viz__sign;

typedef struct viz__lexeme {
    viz__sign sign;
    double value, half; /* of a number: half a unit of its last digit */
    bool whole;         /* of a number: it has no decimal point and no exponent */
    bool apart;         /* a space or the like stands before it */
    bool letter;        /* it belongs to a word or a formula with letters */
} viz__lexeme;

/* Reads a token that begins at or after `at`, and returns what follows it; NULL where there is none
 * before `end`. Spaces, and what LaTeX and Markdown have for looks, are passed over. */
const char *viz__token_read(const char *at, const char *end, viz__lexeme *token);

/* Where the line ends that begins at `at`. */
const char *viz__line_end(const char *at, const char *end);

/* Reads the tokens before `stop`, at most `room` of them; returns how many there are, or room + 1
 * if these are more. */
size_t viz__tokens_read(const char *at, const char *stop, viz__lexeme *token, size_t room);

/* A number with half a unit of its last digit; or of a calculation what that can amount to. */
typedef struct viz__amount {
    double value, half;
    bool whole;  /* made of whole numbers only */
    bool single; /* one number, perhaps with a sign or a power of ten */
} viz__amount;

/* Computes n tokens; false if they are no calculation. */
bool viz__compute(const viz__lexeme *token, size_t n, viz__amount *result);

/* The calculation that begins with the first of n tokens, or ends with the last of them; false if
 * there is none, or it is only a part of a formula with letters. */
bool viz__compute_first(const viz__lexeme *token, size_t n, viz__amount *result);
bool viz__compute_last(const viz__lexeme *token, size_t n, viz__amount *result);

#endif
