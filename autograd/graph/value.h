/* Reading elements, for values as well as gradients. Private to autograd/. In all functions `what`
 * begins a message, and `t` is the tensor that the message is about. With `contiguous` the elements
 * lie in row-major order, and the strides of `a` are not used.
 */
#ifndef AUTOGRAD_GRAPH_VALUE_H
#define AUTOGRAD_GRAPH_VALUE_H

#include <autograd/custom_op.h>

/* Copies all elements to `out`, as ag_get does. */
ag_status ag__get_from(const ag_tensor *t, const char *what, const ag_array *a, bool contiguous,
                       double *out, int64_t n);

/* The offset of an element, in elements; INT64_MIN and a kept error if there is no such index. */
int64_t ag__locate(const ag_tensor *t, const char *what, const ag_array *a, bool contiguous,
                   ag_shape index);

/* The element at an index, or the only element of a tensor; NaN and a kept error if there is
 * none. */
double ag__element_at(const ag_tensor *t, const char *what, const ag_array *a, bool contiguous,
                      ag_shape index);
double ag__only_element(const ag_tensor *t, const char *what, const ag_array *a, bool contiguous);

#endif
