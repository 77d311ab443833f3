/* The sweep by numbers, for checkpoint.c. Private to autograd/. */
#ifndef AUTOGRAD_BACKWARD_BACKWARD_H
#define AUTOGRAD_BACKWARD_BACKWARD_H

#include "sweep.h"

/* Visits what the pass has reached, from the node before `end` down to `stop`. */
ag_status ag__sweep_down(ag__sweep *s, uint32_t end, uint32_t stop);

#endif
