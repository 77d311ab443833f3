/* Formulas: text in the vocabulary of ops/README.md, rewritten as on a blackboard. Private to the
 * library. Must not know what a tensor is, because the program that writes the header of the
 * elementwise operations uses it, too.
 */
#ifndef AUTOGRAD_FORMULA_FORMULA_H
#define AUTOGRAD_FORMULA_FORMULA_H

#include <autograd/base.h>

/* What the symbols of a formula stand for. */
typedef struct ag__formula_names {
    /* The text for the operands 'A' to 'D', the node 'Y', and what is being differentiated, 'L';
     * NULL if there is no such operand. */
    const char *(*name)(void *context, char symbol);
    void *context;
    const char *value;       /* the formula that is written for Y; NULL writes its name */
    const double *parameter; /* the values of P and Q; NULL writes the letters c and d */
} ag__formula_names;

/* Writes the formula `source` as a terminated string of at most `bytes`. Returns the length of the
 * whole text, as snprintf does; 0 if `source` is NULL or no formula. */
size_t ag__formula_write(const char *source, const ag__formula_names *names, ag_notation notation,
                         char *text, size_t bytes);

#endif
