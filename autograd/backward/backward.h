/* The numeric sweep, for checkpoint.c. Private to autograd/. */
#ifndef AUTOGRAD_BACKWARD_BACKWARD_H
#define AUTOGRAD_BACKWARD_BACKWARD_H

#include "sweep.h"

/* Visits the nodes that the pass has reached, from id end - 1 down to id `stop`. */
ag_status ag__sweep_down(ag__sweep *s, uint32_t end, uint32_t stop);

#endif
