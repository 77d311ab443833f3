/* Adding strided elements to contiguous ones. Private to autograd/. */
#ifndef AUTOGRAD_BACKWARD_STRIDED_ADD_H
#define AUTOGRAD_BACKWARD_STRIDED_ADD_H

#include <autograd/custom_op.h>

/* out = (fresh ? 0 : out) + a, where out is contiguous, of a's shape and dtype. */
void ag__add_into(void *out, const ag_array *a, bool fresh);

/* out[...] += a[...], out going by `stride` through a's dimensions (one or more): a stride of 0 sums
 * over that dimension. */
void ag__sum_into(void *out, const int64_t *stride, const ag_array *a);

#endif
