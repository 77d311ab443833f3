/* Windows along one axis with a dilation, and their transpose. Private to ops/shape/. Must not know
 * what is done with a window.
 */
#ifndef OPS_SHAPE_UNFOLD_H
#define OPS_SHAPE_UNFOLD_H

#include <autograd/base.h>

/* As ag_unfold, with the elements of a window `dilation` apart. */
ag_tensor *ag__unfold_windows(ag_tensor *x, int axis, int64_t size, int64_t step, int64_t dilation);

/* Its transpose: zeros of the shape `whole`, to which the windows along the axis are added; the last
 * axis of x has the elements of a window. */
ag_tensor *ag__fold_windows(ag_tensor *x, int axis, int64_t step, int64_t dilation, ag_shape whole);

#endif
