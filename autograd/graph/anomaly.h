/* The checks of anomaly mode. Private to autograd/. */
#ifndef AUTOGRAD_GRAPH_ANOMALY_H
#define AUTOGRAD_GRAPH_ANOMALY_H

#include <autograd/custom_op.h>

/* Has a gradient no anomaly? */
bool ag__gradient_is_sound(const ag_graph *g, const ag_array *a);

/* ANOMALY and a kept message, of the operation named, if the result t has an anomaly. */
ag_status ag__check_result(ag_graph *g, ag_tensor *t, const char *op);

/* Keeps the message that, in the pass from root, the rule of `node` made a NaN or Inf in the
 * gradient of an operand. */
ag_status ag__anomaly_backward(const ag_tensor *root, ag_tensor *node, int operand);

#endif
