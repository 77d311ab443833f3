/* The descriptors of the family, for its table and for the rules that record them. Private to
 * ops/neural/.
 */
#ifndef OPS_NEURAL_NEURAL_OPS_H
#define OPS_NEURAL_NEURAL_OPS_H

#include <autograd/custom_op.h>

extern const ag_op ag__attention_op; /* attention_fused.c */
extern const ag_op ag__conv_op, ag__conv_bias_op, ag__conv_relu_op, ag__conv_input_op,
    ag__conv_weight_op;                                                           /* conv.c */
extern const ag_op ag__dropout_mask_op;                                           /* dropout.c */
extern const ag_op ag__embedding_op, ag__embedding_add_op;                        /* embedding.c */
extern const ag_op ag__lstm_cell_op, ag__gru_cell_op;                             /* recurrent/ */
extern const ag_op ag__linear_op, ag__linear_relu_op, ag__linear_relu_dropout_op; /* linear/ */

#endif
