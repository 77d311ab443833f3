/* The equation of an einsum, as "ij,jk->ik". It is read and checked against the shapes of the
 * operands. Private to ops/. Must not know any operation.
 */
#ifndef OPS_LINALG_EINSUM_EQUATION_H
#define OPS_LINALG_EINSUM_EQUATION_H

#define AG_NO_SITES
#include <autograd/custom_op.h>

/* A label is a letter, A to Z or a to z, or one of the axes that an ellipsis stands for; the last
 * of these has the last label. */
enum { AG__LETTERS = 52, AG__LABELS = AG__LETTERS + AG_MAX_DIMS };

/* The labels of a tensor's axes. */
typedef struct ag__term {
    int n;
    int label[AG_MAX_DIMS];
} ag__term;

typedef struct ag__subscripts {
    const ag_call *call; /* has the operands, and gets the error */
    const char *text;
    size_t at;
    int64_t size[AG__LABELS]; /* -1: the label does not occur */
    int ahead[AG__LABELS];    /* how many of the terms not yet read have it */
    ag__term out;
} ag__subscripts;

/* Reads and checks the equation. If it is wrong, returns false and keeps an error that tells the
 * position. */
bool ag__subscripts_open(ag__subscripts *s, const char *text, const ag_call *call);
/* The term of operand i. The terms are asked for in their order. */
ag__term ag__subscripts_next(ag__subscripts *s, int i);
/* Whether the label is in the result or in a term that has not been read yet. */
bool ag__subscripts_needs(const ag__subscripts *s, int label);
bool ag__term_has(const ag__term *t, int label);

#endif
