/* Steps of optimizers; see ops/kernel/optim_kernels.h. Compiled once for each instruction set. The
 * loops are plain C, which the compilers turn into vector instructions, square roots included.
 */
#include <math.h>

#include "ops/kernel/optim_kernels.h"
#include "simd.h"

#define T double
#define ROOT sqrt
#define NAME(x) x##_f64
#include "optim_kernels_body.inc"
#undef T
#undef ROOT
#undef NAME
#define T float
#define ROOT sqrtf
#define NAME(x) x##_f32
#include "optim_kernels_body.inc"
#undef T
#undef ROOT
#undef NAME

extern const ag__steps AG__OF_SET(ag__steps);
const ag__steps AG__OF_SET(ag__steps) = {
    {
#define X(kind, states) {kind##_f64, kind##_f32},
        AG__STEP_KINDS(X)
#undef X
    },
    {squares_f64, squares_f32},
    {largest_f64, largest_f32},
};
