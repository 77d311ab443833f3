/* Kernels of many windows side by side; see ops/kernel/pool_kernels.h. Compiled once for each
 * instruction set.
 */
#include <stdbool.h>

#include "ops/kernel/pool_kernels.h"
#include "simd.h"

#define EVEN_2 0, 3
#define EVEN_4 0, 2, 5, 7
#define EVEN_8 0, 2, 4, 6, 9, 11, 13, 15
#define EVEN_16 0, 2, 4, 6, 8, 10, 12, 14, 17, 19, 21, 23, 25, 27, 29, 31
#if AG_VECTOR_BYTES == 64
#define EVEN_f32 EVEN_16
#define EVEN_f64 EVEN_8
#elif AG_VECTOR_BYTES == 32
#define EVEN_f32 EVEN_8
#define EVEN_f64 EVEN_4
#else
#define EVEN_f32 EVEN_4
#define EVEN_f64 EVEN_2
#endif

#define BODY "ops/kernel/simd/pool_kernels_body.inc"
#include "ops/kernel/each_float.inc"

const ag__window AG__OF_SET(ag__window) = {
    {largest_f64, gain_f64, spread_f64},
    {largest_f32, gain_f32, spread_f32},
};
