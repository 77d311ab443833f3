/* What reading a value and reading a gradient share. Private to autograd/. `what` begins a message;
 * `contiguous`: the elements lie row-major, whatever the strides say.
 */
#ifndef AUTOGRAD_GRAPH_VALUE_H
#define AUTOGRAD_GRAPH_VALUE_H

#include <autograd/custom_op.h>

ag_status ag__get_from(const ag_tensor *t, const char *what, const ag_array *a, bool contiguous,
                       double *out, int64_t n);

/* Where an element lies; INT64_MIN and a kept error where there is none of that index. */
int64_t ag__locate(const ag_tensor *t, const char *what, const ag_array *a, bool contiguous,
                   ag_shape index);

/* One element, by its index or as the only one; NaN and a kept error where there is none. */
double ag__element_at(const ag_tensor *t, const char *what, const ag_array *a, bool contiguous,
                      ag_shape index);
double ag__only_element(const ag_tensor *t, const char *what, const ag_array *a, bool contiguous);

#endif
