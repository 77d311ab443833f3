/* The weights of attention, recorded one operation after the other. Private to
 * ops/neural/attention/.
 */
#ifndef OPS_NEURAL_ATTENTION_ATTENTION_WEIGHTS_H
#define OPS_NEURAL_ATTENTION_ATTENTION_WEIGHTS_H

#include "attention_strips.h"

/* softmax(q k^T scale + mask); the mask may be NULL and broadcasts to (..., L, S). A row that a mask
 * hides altogether attends to nothing, with weights of 0 that pass no NaN to anyone. */
ag_tensor *ag__attention_weights(ag_tensor *q, ag_tensor *k, ag_tensor *mask,
                                 const ag__attention_attr *attr);

#endif
