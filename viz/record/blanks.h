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
    size_t step, at; /* at: the operand of a partial, else the element */
    double answer;
} viz__blank;

/* Numbers the blanks from 1 in the order in which a worksheet has them. Does nothing unless the
 * options ask for a worksheet, a key or questions. VALUE if a node has more than VIZ__FEW_ELEMENTS
 * elements. */
ag_status viz__blanks_new(viz__record *r);
void viz__blanks_free(viz__record *r);

/* How many places r->blank has: for each element of a node a value and a gradient, for each edge a
 * partial. */
size_t viz__blank_places(const viz__record *r);

/* The number of a blank; 0 if this is not asked for. */
size_t viz__blank_number(const viz__record *r, viz__asked asked, size_t step, size_t at);

/* The blank in place `place`, where `place` is less than viz__blank_places; false if there is none.
 * The order of the places is that of the numbers. */
bool viz__blank_at(const viz__record *r, size_t place, viz__blank *b);

/* Writes "(3) ____", or its answer in a key, in the language of the record; in LaTeX for within a
 * formula. false, and nothing is written, if this is not asked for. */
bool viz__blank_put(viz__out *out, viz__record *r, viz__asked asked, size_t step, size_t at);

/* Is the reader to find this gradient out, so that nothing may tell it? */
bool viz__is_secret(const viz__record *r, size_t step);

#endif
