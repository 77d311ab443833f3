/* Values between the elements of a signal, an image or a volume: to another size, and at places of
 * the caller's choice. The comment at the top of ops.h applies: results are *borrowed* from the
 * graph, and NULL after an error, which the graph keeps. gY is the gradient of the result. Layouts
 * are those of PyTorch: batch, channels, then one to three spatial dimensions.
 */
#ifndef AUTOGRAD_RESAMPLE_H
#define AUTOGRAD_RESAMPLE_H

#include "base.h"

AG_BEGIN_C

/* Which elements a value between them is made of. With t the distance to the element before it:
 *   linear:  (1 - t) a + t b, along each dimension in turn
 *   nearest: one element
 *   cubic:   four along each dimension, by Keys' kernel with a = -0.75 (Keys, Cubic convolution
 *            interpolation, 1981, eq. 15)
 *   area:    the mean of all elements that a place of the result covers; ag_interpolate only */
typedef enum ag_resample_mode {
    AG_RESAMPLE_LINEAR,
    AG_RESAMPLE_NEAREST,
    AG_RESAMPLE_CUBIC,
    AG_RESAMPLE_AREA
} ag_resample_mode;

/* One number for each spatial dimension: sizes or factors, the others all 0. */
typedef struct ag_interpolate_options {
    ag_resample_mode mode;
    int64_t size[3];
    double scale[3];    /* size' = floor(size scale) */
    bool align_corners; /* linear and cubic: the outermost elements keep their values */
} ag_interpolate_options;

/* x in another size (torch.nn.functional.interpolate). Element o of the result lies at
 *   (o + 1/2) size/size' - 1/2, or with align_corners at o (size - 1)/(size' - 1),
 * of x; with factors it is 1/scale in the place of size/size'. Linear interpolation takes the
 * outermost element for what lies beyond it, and so does each of the four of the cubic one; the
 * nearest is that at floor(o size/size'); the area is that of adaptive average pooling. Each
 * dimension that changes is one operation, and one step of a trace.
 *   (N, C, size...) -> (N, C, size'...)
 *   gX = gY times the same weights, added at the elements they belong to
 * Errors: SHAPE (no spatial dimension, or more than three; no element); VALUE (no size, sizes and
 * factors, negative ones, align_corners with nearest or area); NULL_ARGUMENT (the options). */
AG_API ag_tensor *ag_interpolate(ag_tensor *x, const ag_interpolate_options *options);

/* What counts beyond x: zeros, its outermost elements, or x mirrored at its border. */
typedef enum ag_grid_padding { AG_GRID_ZEROS, AG_GRID_BORDER, AG_GRID_REFLECTION } ag_grid_padding;

typedef struct ag_grid_options {
    ag_resample_mode mode; /* cubic: of images only */
    ag_grid_padding padding;
    bool align_corners; /* -1 and 1 are the centers of the outermost elements, not their edges */
} ag_grid_options;

/* x at the places of a grid (torch.nn.functional.grid_sample), as for spatial transformers. The
 * last axis of the grid has the coordinates, the last spatial dimension of x first, from -1 to 1.
 *   x (N, C, H, W), grid (N, H', W', 2) -> (N, C, H', W')
 *   x (N, C, D, H, W), grid (N, D', H', W', 3) -> (N, C, D', H', W')
 *   gX as in ag_interpolate;  gGRID = sum over C of gY times the slope of x there, 0 where a
 *   coordinate was moved to the border, and for nearest
 * Made of others, which a trace shows. `options` may be NULL: linear, zeros. Jaderberg and others,
 * Spatial Transformer Networks (2015), eq. 3 to 7. Errors: SHAPE; DTYPE; VALUE (the mode). */
AG_API ag_tensor *ag_grid_sample(ag_tensor *x, ag_tensor *grid, const ag_grid_options *options);

AG_END_C

/* The source line of the call, for messages. */
#ifndef AG_NO_SITES
#define ag_interpolate(x, ...) ag_interpolate(AG_AT(x), __VA_ARGS__)
#define ag_grid_sample(x, grid, ...) ag_grid_sample(AG_AT(x), AG_AT(grid), __VA_ARGS__)
#endif

#endif
