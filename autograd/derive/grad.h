/* The symbolic sweep, for the other files of derive/. Private to autograd/. */
#ifndef AUTOGRAD_DERIVE_GRAD_H
#define AUTOGRAD_DERIVE_GRAD_H

#include <autograd/derivatives.h>

#include "autograd/backward/sweep.h"

/* Sweeps from `out`, whose gradient is `upstream`, down to the node with id `base`. Contributions
 * to older nodes are added to their gradients in `outer`. */
ag_status ag__sweep_segment(ag__sweep *outer, ag_tensor *out, ag_tensor *upstream, uint32_t base);

/* J^T seed, where J = dy/dx; `what` begins the message. NULL and a kept error on failure. */
ag_tensor *ag__vjp_of(const char *what, ag_tensor *y, ag_tensor *seed, ag_tensor *x,
                      ag_grad_options options);

#endif
