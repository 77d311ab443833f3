/* Lines of numbers reduced to one number each; see ops/kernel/fold_kernels.h. Compiled once for
 * each instruction set. A fold is what stands in the three functions below; the rest is how a line
 * is gone through.
 */
#include <stdbool.h>

#include "ops/kernel/fold_kernels.h"
#include "simd.h"

enum { SIDE = 4, BLOCK = 4096 };

typedef enum fold {
    PRODUCT,
    NUMBERS,
    MAGNITUDES,
    SQUARES,
    DIFFERENCES,
    SQUARED_DIFFERENCES,
    SQUARES_ABOUT_MEAN /* made of the two before it */
} fold;

typedef enum extreme { LARGEST, SMALLEST, LARGEST_MAGNITUDE } extreme;

AG__INLINE double start_of(fold f)
{
    return f == PRODUCT ? 1 : 0;
}

/* What comes of `a` so far and of more. */
AG__INLINE v_f64 both(fold f, v_f64 a, v_f64 b)
{
    return f == PRODUCT ? a * b : a + b;
}

AG__INLINE double both_numbers(fold f, double a, double b)
{
    return f == PRODUCT ? a * b : a + b;
}

/* The same with the next numbers x, which are taken about others. */
AG__INLINE v_f64 next(fold f, v_f64 a, v_f64 x, v_f64 about)
{
    switch (f) {
    case MAGNITUDES:
        return both(f, a, magnitude_f64(x));
    case NUMBERS:
        return both(f, a, select_f64(x == x, x, all_f64(0)));
    case SQUARES:
        return both(f, a, x * x);
    case DIFFERENCES:
        return both(f, a, x - about);
    case SQUARED_DIFFERENCES:
        return both(f, a, (x - about) * (x - about));
    default:
        return both(f, a, x);
    }
}

#define BODY "ops/kernel/simd/fold_kernels_body.inc"
#include "ops/kernel/each_float.inc"

#define KERNELS(S)                                                                                 \
    {                                                                                              \
        largest_##S, smallest_##S, largest_magnitude_##S, product_##S, numbers_##S,                \
            magnitudes_##S, squares_##S, squares_about_mean_##S                                    \
    }
extern const ag__fold_set AG__OF_SET(ag__fold_set);
const ag__fold_set AG__OF_SET(ag__fold_set) = {{KERNELS(f64), KERNELS(f32)}};
