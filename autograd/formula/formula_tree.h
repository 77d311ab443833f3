/* The tree of a formula, which formula.c reads and formula_write.c writes. Private to these two
 * files.
 */
#ifndef AUTOGRAD_FORMULA_FORMULA_TREE_H
#define AUTOGRAD_FORMULA_FORMULA_TREE_H

#include <string.h>

#include "formula.h"

/* Limits of a formula. A formula beyond them counts as none, so the recursion has a limit, too. */
#define AG__FORMULA_TERMS 192
#define AG__FORMULA_DEPTH 24
#define AG__FORMULA_ARGS 4

typedef enum kind {
    NUMBER,
    NAME,     /* one of the symbols A to D, Y, P and Q */
    GRADIENT, /* the upstream gradient */
    NEG,
    ADD,
    SUB,
    MUL,
    DIV,
    POW,
    DOT, /* matrix product */
    TRANSPOSE,
    CALL /* word(arguments) */
} kind;

/* A node of the tree. */
typedef struct term {
    kind kind;
    double number;    /* of NUMBER */
    char symbol;      /* of NAME */
    const char *word; /* of CALL, not terminated */
    int word_length;
    int n;                     /* arguments of CALL */
    int arg[AG__FORMULA_ARGS]; /* operands or arguments, by their place in `term` */
} term;

typedef struct formula {
    const ag__formula_names *names;
    const char *at; /* the next character to read */
    term *term;     /* room for AG__FORMULA_TERMS */
    int n;          /* terms so far */
    int depth;      /* of the term that is being read */
    bool bad;       /* this is no formula, or too large a one */
    ag_notation notation;
    char *text;
    size_t bytes; /* room at `text` */
    size_t used;  /* length of the whole text so far, which may be more */
} formula;

static inline bool ag__formula_word_is(const char *word, size_t length, const char *want)
{
    return strlen(want) == length && memcmp(word, want, length) == 0;
}

/* Writes term i and everything below it. */
void ag__formula_write_term(formula *f, int i);

#endif
