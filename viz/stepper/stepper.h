/* The page that shows a pass step by step. Private to viz/. */
#ifndef VIZ_STEPPER_H
#define VIZ_STEPPER_H

#include "viz/record/record.h"

/* Writes the page of a record: one file without anything else, which works without a network. */
void viz__stepper_draw(viz__out *out, viz__record *r);

#endif
