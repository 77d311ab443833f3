/* One vjp call, for the two kinds of sweep. Private to autograd/. */
#ifndef AUTOGRAD_BACKWARD_VJP_H
#define AUTOGRAD_BACKWARD_VJP_H

#include "sweep.h"

/* CHANGED and a kept message where an operand was written after the node used it. */
ag_status ag__check_unchanged(const ag_tensor *node);

/* Calls the descriptor's rule on one node, whose gradient `upstream` is complete; NULL stands for
 * one that could not be made. */
ag_status ag__vjp_run(ag__sweep *s, ag_tensor *node, ag_tensor *upstream);

/* Keeps the message that the rule of the node in hand gave operand i something impossible. */
ag_status ag__wrong_contribution(const ag__sweep *s, int i, const char *why);

#endif
