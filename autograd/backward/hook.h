/* Hooks and the edge listener, for the sweeps. Private to autograd/. */
#ifndef AUTOGRAD_BACKWARD_HOOK_H
#define AUTOGRAD_BACKWARD_HOOK_H

#include "sweep.h"

/* Calls the hooks of t, whose gradient is complete. Returns the gradient, or the tensor that takes
 * its place; NULL and a kept error when a hook failed. */
ag_tensor *ag__run_hooks(ag_tensor *t, ag_tensor *gradient);

/* Reports one contribution of the node whose rule is running to the listener, and counts it. */
void ag__report_edge(ag__sweep *s, int operand, double upstream, double partial);

#endif
