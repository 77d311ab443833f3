/* Layer and root-mean-square normalization over the last axes of x, which are the axes of the
 * weight. Each is one operation. Private to ops/.
 */
#ifndef OPS_NEURAL_LAYER_NORM_H
#define OPS_NEURAL_LAYER_NORM_H

#include <autograd/custom_op.h>

extern const ag_op ag__layer_norm_op, ag__rms_norm_op;

/* They compute (x - mean)/sqrt(var + eps) w + b, and x w/sqrt(mean(x^2) + eps). */
ag_tensor *ag__layer_norm_record(ag_tensor *x, ag_tensor *w, ag_tensor *b, double eps);
ag_tensor *ag__rms_norm_record(ag_tensor *x, ag_tensor *w, double eps);

#endif
