/* The checks of anomaly mode. Private to autograd/. */
#ifndef AUTOGRAD_GRAPH_ANOMALY_H
#define AUTOGRAD_GRAPH_ANOMALY_H

#include <autograd/custom_op.h>

/* Has a gradient no anomaly? */
bool ag__gradient_is_sound(const ag_graph *g, const ag_array *a);

/* ANOMALY and a kept message, of the operation named, if the result t has an anomaly and is one
 * that the mode judges. */
ag_status ag__check_result(ag_graph *g, ag_tensor *t, const char *op);

/* How a message finds the way that a pass from `root` took: `grad`, by id from `base` on, is not
 * NULL for the nodes to which it came; where `grad` is NULL, these have the number of the pass. */
typedef struct ag__reached {
    const ag_tensor *root;
    ag_tensor *const *grad;
    uint32_t base;
} ag__reached;

/* Keeps the message that in a pass the rule of `node` made a NaN or Inf in the gradient of an
 * operand. */
ag_status ag__anomaly_backward(const ag__reached *r, ag_tensor *node, int operand);

#endif
