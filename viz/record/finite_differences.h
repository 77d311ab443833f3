/* Gradients by finite differences, beside those of the backward pass. Private to viz/. */
#ifndef VIZ_DIFFERENCES_H
#define VIZ_DIFFERENCES_H

#include "record.h"

/* Fills in r->difference for each node whose gradient was computed and, of larger tensors, if they
 * have at most VIZ__FEW_ELEMENTS elements and are to be expanded. Does nothing unless the options
 * ask for it. Errors: VALUE (the root has several elements, or there are too many differences),
 * MEMORY, and those of the operations. */
ag_status viz__differences_new(viz__record *r);
void viz__differences_free(viz__record *r);

/* The gradient of an element by finite differences; false if it was not asked for. */
static inline bool viz__difference(const viz__record *r, size_t step, int64_t at, double *value)
{
    bool known = r->difference != NULL && r->first_difference[step] < r->first_difference[step + 1];
    *value = known ? r->difference[r->first_difference[step] + (size_t)at] : 0;
    return known;
}

/* Writes " [by differences -182.9]" after a gradient, if it was asked for;
 * without the space if it is the `first` remark. */
void viz__difference_note(viz__out *out, viz__record *r, size_t step, int64_t at, double gradient,
                          bool first);

/* Do the two agree as well as differences can? */
bool viz__difference_agrees(const viz__record *r, size_t step, double gradient, double difference);

#endif
