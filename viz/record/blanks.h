/* The blanks of a worksheet: which numbers a reader is asked for, and how they are numbered.
 * Private to viz/.
 */
#ifndef VIZ_BLANKS_H
#define VIZ_BLANKS_H

#include "record.h"

typedef enum viz__asked {
    VIZ__VALUE,   /* of a node that is no leaf */
    VIZ__PARTIAL, /* of a node by one of its operands */
    VIZ__GRADIENT /* of the root by a node */
} viz__asked;

typedef struct viz__blank {
    viz__asked asked;
    size_t step, operand; /* operand: of a partial */
    double answer;
} viz__blank;

/* Numbers the blanks from 1 in the order in which a worksheet has them. Does nothing unless the
 * options ask for a worksheet, a key or questions. VALUE if a node is not 0-d. */
ag_status viz__blanks_new(viz__record *r);

/* How many places r->blank has: for each node a value and a gradient, for each edge a partial. */
static inline size_t viz__blank_places(const viz__record *r)
{
    return 2 * r->n + r->edges;
}

/* The number of a blank; 0 if this is not asked for. */
size_t viz__blank_number(const viz__record *r, viz__asked asked, size_t step, size_t operand);

/* The blank in place `at`, where `at` is less than viz__blank_places; false if there is none. The
 * order of the places is that of the numbers. */
bool viz__blank_at(const viz__record *r, size_t at, viz__blank *b);

/* Writes "(3) ____", or its answer in a key, in the language of the record; in LaTeX for within a
 * formula. false, and nothing is written, if this is not asked for. */
bool viz__blank_put(viz__out *out, viz__record *r, viz__asked asked, size_t step, size_t operand);

#endif
