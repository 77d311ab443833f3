/* A formula as read, between formula.c, which reads it, and formula_write.c. Private to those
 * two. */
#ifndef AUTOGRAD_FORMULA_FORMULA_TREE_H
#define AUTOGRAD_FORMULA_FORMULA_TREE_H

#include <string.h>

#include "formula.h"

#define AG__FORMULA_TERMS 96
#define AG__FORMULA_DEPTH 24
#define AG__FORMULA_ARGS 4

typedef enum kind {
    NUMBER,
    NAME,
    GRADIENT,
    NEG,
    ADD,
    SUB,
    MUL,
    DIV,
    POW,
    DOT,
    TRANSPOSE,
    CALL
} kind;

typedef struct term {
    kind kind;
    double number;
    char symbol;      /* of NAME */
    const char *word; /* of CALL, not terminated */
    int word_length;
    int n, arg[AG__FORMULA_ARGS];
} term;

typedef struct formula {
    const ag__formula_names *names;
    const char *at; /* next character to read */
    term term[AG__FORMULA_TERMS];
    int n, depth;
    bool bad;
    ag_notation notation;
    char *text;
    size_t bytes, used;
} formula;

static inline bool ag__formula_word_is(const char *word, size_t length, const char *want)
{
    return strlen(want) == length && memcmp(word, want, length) == 0;
}

void ag__formula_write_term(formula *f, int i);

#endif
