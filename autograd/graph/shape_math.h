/* Arithmetic on shapes and strides, and strided memory element by element. Private to autograd/.
 * Must not know what a tensor is.
 */
#ifndef AUTOGRAD_GRAPH_SHAPE_MATH_H
#define AUTOGRAD_GRAPH_SHAPE_MATH_H

#include <autograd/custom_op.h>

/* Sets *size to the number of elements, after checking the number of dimensions, every size, and
 * that the number of bytes, `element` for each element, does not overflow. `what` begins the
 * message, which has no source line yet. */
ag_status ag__shape_check(ag_graph *g, const char *what, ag_shape shape, size_t element,
                          int64_t *size);

/* The shape to which both are broadcast. SHAPE where they do not broadcast; *bad is then the
 * dimension of the result in which the sizes differ. Keeps no message. */
ag_status ag__broadcast(ag_shape a, ag_shape b, ag_shape *out, int *bad);

/* Moves `index` to the next element in row-major order over the dimensions 0 to `last`. Returns by
 * how much the offset of the element changes. */
int64_t ag__advance(const ag_array *a, int64_t index[AG_MAX_DIMS], int last);

/* Copies all elements to `to`, which is contiguous memory of the same dtype. */
void ag__copy_strided(const ag_array *from, void *to);

/* The i-th element of contiguous memory, read and written as a double. Written to i64, a double
 * beyond its range becomes the nearest end, and NaN becomes 0. */
double ag__element(const void *data, ag_dtype dtype, int64_t i);
void ag__element_set(void *data, ag_dtype dtype, int64_t i, double value);

#endif
