/* Hooks and the edge listener, for the files that go backward. Private to autograd/. */
#ifndef AUTOGRAD_BACKWARD_HOOK_H
#define AUTOGRAD_BACKWARD_HOOK_H

#include "sweep.h"

/* Runs the hooks of t on its complete gradient. Returns the gradient or what takes its place; NULL
 * and a kept error when a hook failed. */
ag_tensor *ag__run_hooks(ag_tensor *t, ag_tensor *gradient);

/* Tells the listener of one contribution of the node in hand, and counts it. */
void ag__report_edge(ag__sweep *s, int operand, double upstream, double partial);

#endif
