/* The tensor at which a backward pass begins. Private to autograd/.
 */
#ifndef AUTOGRAD_BACKWARD_ROOT_H
#define AUTOGRAD_BACKWARD_ROOT_H

#include <autograd/engine.h>

/* AG_OK if a pass may begin at `root`; `seed` may be NULL. Otherwise an error is kept, whose message
 * begins with `what`, the function that was called. */
ag_status ag__check_root(ag_tensor *root, const char *what, const ag_tensor *seed);

/* Keeps the error "what: why" with the root as its operand, and returns its status. */
ag_status ag__fail_root(ag_tensor *root, const char *what, ag_status status, const char *why);

#endif
