/* The checks of anomaly mode. Private to autograd/. */
#ifndef AUTOGRAD_GRAPH_ANOMALY_H
#define AUTOGRAD_GRAPH_ANOMALY_H

#include <autograd/custom_op.h>

/* Are all elements finite? */
bool ag__is_finite(const ag_array *a);

/* ANOMALY and a kept message if an element of the result t is NaN or Inf. */
ag_status ag__check_finite(ag_graph *g, ag_tensor *t);

/* Keeps the message that, in the pass from root, the rule of `node` made a NaN or Inf in the
 * gradient of an operand. */
ag_status ag__anomaly_backward(const ag_tensor *root, ag_tensor *node, int operand);

#endif
