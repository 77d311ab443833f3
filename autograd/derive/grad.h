/* The sweep by nodes, for the other files of derive/. Private to autograd/. */
#ifndef AUTOGRAD_DERIVE_GRAD_H
#define AUTOGRAD_DERIVE_GRAD_H

#include <autograd/derivatives.h>

#include "autograd/backward/sweep.h"

/* From `out`, with the gradient `upstream`, through what was recorded from node `base` on; what
 * lies below gets its contributions in `outer`. */
ag_status ag__sweep_segment(ag__sweep *outer, ag_tensor *out, ag_tensor *upstream, uint32_t base);

/* J^T seed of one output and one input, whatever the message begins with; NULL and a kept error on
 * failure. */
ag_tensor *ag__vjp_of(const char *what, ag_tensor *y, ag_tensor *seed, ag_tensor *x,
                      ag_grad_options options);

#endif
