/* Adding strided memory to contiguous memory. Private to autograd/. */
#ifndef AUTOGRAD_BACKWARD_STRIDED_ADD_H
#define AUTOGRAD_BACKWARD_STRIDED_ADD_H

#include <autograd/custom_op.h>

/* out += a, or out = 0 + a if `fresh`, where out is contiguous and has a's shape and dtype. */
void ag__add_into(void *out, const ag_array *a, bool fresh);

/* out[...] += a[...]. Both are indexed by the dimensions of a, of which there is at least one;
 * `stride` are the strides of out, and a stride of 0 sums over that dimension. */
void ag__sum_into(void *out, const int64_t *stride, const ag_array *a);

#endif
