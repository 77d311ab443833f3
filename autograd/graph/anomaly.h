/* The checks of anomaly mode. Private to autograd/. */
#ifndef AUTOGRAD_GRAPH_ANOMALY_H
#define AUTOGRAD_GRAPH_ANOMALY_H

#include <autograd/custom_op.h>

bool ag__is_finite(const ag_array *a);

/* ANOMALY and a kept message where the result t is not finite. */
ag_status ag__check_finite(ag_graph *g, ag_tensor *t);

/* Keeps the message that `node` gave its operand a NaN or Inf in the pass that began at root. */
ag_status ag__anomaly_backward(const ag_tensor *root, ag_tensor *node, int operand);

#endif
