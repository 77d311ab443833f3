/* One call of a backward rule, for both kinds of sweep. Private to autograd/. */
#ifndef AUTOGRAD_BACKWARD_VJP_H
#define AUTOGRAD_BACKWARD_VJP_H

#include "sweep.h"

/* CHANGED and a kept message if an operand was written after the node used it. */
ag_status ag__check_unchanged(const ag_tensor *node);

/* Calls the backward rule of one node, whose gradient `upstream` is complete. If `upstream` is
 * NULL, it could not be made, and that error is returned. */
ag_status ag__vjp_run(ag__sweep *s, ag_tensor *node, ag_tensor *upstream);

/* Keeps the message that the rule that is running gave operand i something that cannot be its
 * gradient. Returns OP. */
ag_status ag__wrong_contribution(const ag__sweep *s, int i, const char *why);

#endif
