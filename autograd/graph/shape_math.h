/* Arithmetic on shapes and strides, and strided memory element by element. Private to autograd/.
 * Knows no tensor.
 */
#ifndef AUTOGRAD_GRAPH_SHAPE_MATH_H
#define AUTOGRAD_GRAPH_SHAPE_MATH_H

#include <autograd/custom_op.h>

/* The number of elements goes to *size. Checks the number of dimensions, every size, and that the
 * bytes (`element` each) can be counted; `what` begins the message. */
ag_status ag__shape_check(ag_graph *g, const char *what, ag_shape shape, size_t element,
                          int64_t *size);

/* The strides of row-major memory. */
void ag__strides(ag_shape shape, int64_t stride[AG_MAX_DIMS]);

/* The joint shape as in NumPy. Where there is none: SHAPE, and *bad is the dimension of the result
 * at which the sizes differ. Keeps no message. */
ag_status ag__broadcast(ag_shape a, ag_shape b, ag_shape *out, int *bad);

/* Moves `index` to the next element in row-major order, counting dimensions up to `last`; returns
 * by how much the offset changes. */
int64_t ag__advance(const ag_array *a, int64_t index[AG_MAX_DIMS], int last);

/* Copies all elements to `to`, which is contiguous and of the same dtype. */
void ag__copy_strided(const ag_array *from, void *to);

/* The i-th number of contiguous memory as a double; a double beyond the range of int64 becomes the nearest end. */
double ag__element(const void *data, ag_dtype dtype, int64_t i);
void ag__element_set(void *data, ag_dtype dtype, int64_t i, double value);

#endif
