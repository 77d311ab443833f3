/* Formulas in the vocabulary of ops/README.md, read and written for a blackboard. Knows no tensor:
 * also the program that writes the operations' header uses it. Private to the library.
 */
#ifndef AUTOGRAD_FORMULA_FORMULA_H
#define AUTOGRAD_FORMULA_FORMULA_H

#include <autograd/base.h>

typedef struct ag__formula_names {
    /* The text for an operand 'A' to 'D', for the node 'Y', or for what is being differentiated
     * 'L'; NULL when there is no such thing. */
    const char *(*name)(void *context, char symbol);
    void *context;
    const char *value;       /* the node's value, for Y; NULL: its name */
    const double *parameter; /* P, then Q; NULL writes them as c and d */
} ag__formula_names;

/* Writes at most `bytes`, terminated; returns the length of the whole text, 0 if `source` (may be
 * NULL) is no formula. */
size_t ag__formula_write(const char *source, const ag__formula_names *names, ag_notation notation,
                         char *text, size_t bytes);

#endif
