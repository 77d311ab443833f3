/* Class labels: which axis they choose from, whether they are good, and the fused cross-entropy.
 * Private to ops/.
 */
#ifndef OPS_LOSS_LABELS_H
#define OPS_LOSS_LABELS_H

#include <autograd/custom_op.h>

typedef struct ag__ignored {
    bool any;
    int64_t label;
} ag__ignored;

/* The axis of the classes: 0 of a vector, else 1. */
int ag__class_axis(ag_shape shape);

/* Operand 0 has scores, operand 1 a label for each position: dtypes and shapes fit, each label is a
 * class or ignored. Sets call->shape to that of the positions. */
ag_status ag__class_check(ag_call *call, ag__ignored ignored);

/* 1 where the class is the position's label, else 0 (i64), of the scores' shape. */
ag_tensor *ag__class_mask(ag_tensor *labels, ag_shape scores);

/* 1 where the position's label is not ignored, else 0 (i64). */
ag_tensor *ag__class_kept(ag_tensor *labels, ag__ignored ignored);

/* log(sum_c exp(x_c)) - x_label, 0 for ignored labels: (N,C,...), (N,...) -> (N,...) */
ag_tensor *ag__cross_entropy_record(ag_tensor *scores, ag_tensor *labels, ag__ignored ignored);

#endif
