/* Class labels: the axis that they select from, their checks, and the fused cross-entropy. Private
 * to ops/.
 */
#ifndef OPS_LOSS_LABELS_H
#define OPS_LOSS_LABELS_H

#include <autograd/custom_op.h>

typedef struct ag__ignored {
    bool any;
    int64_t label;
} ag__ignored;

/* The axis of the classes: 0 for a vector, otherwise 1. */
int ag__class_axis(ag_shape shape);

/* Checks that operand 0 has scores and operand 1 has a label for each position: dtypes and shapes
 * must fit, and each label must be a class or the ignored one. Sets call->shape to that of the
 * positions. */
ag_status ag__class_check(ag_call *call, ag__ignored ignored);

/* 1 where the class is the label of the position, otherwise 0; i64, in the shape of the scores. */
ag_tensor *ag__class_mask(ag_tensor *labels, ag_shape scores);

/* 1 where the label of the position is not ignored, otherwise 0; i64. */
ag_tensor *ag__class_kept(ag_tensor *labels, ag__ignored ignored);

/* log(sum_c exp(x_c)) - x_label, and 0 for ignored labels: (N,C,...), (N,...) -> (N,...). */
ag_tensor *ag__cross_entropy_record(ag_tensor *scores, ag_tensor *labels, ag__ignored ignored);

#endif
