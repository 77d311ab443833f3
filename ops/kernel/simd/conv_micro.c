/* The innermost parts of convolution; see ops/kernel/conv_micro.h. Compiled once for each
 * instruction set. Must not know what is convolved.
 */
#include "ops/kernel/conv_micro.h"
#include "simd.h"
#include "tile.h"

/* Loops over the rows of a tile are unrolled so that the sums stay in registers. Otherwise GCC
 * keeps them in an array for a moment, which takes long compared with a small window. */
#if defined(__clang__)
#define UNROLL _Pragma("unroll")
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif

/* In a tile of fewer rows the instruction that asks for memory costs more than waiting for it. */
enum { FETCHING = 4 };

AG__INLINE void fetch(int rows, ag__ahead *ahead)
{
    if (rows >= FETCHING) {
        __builtin_prefetch(ahead->at, 0, 2);
        ahead->at += ahead->step;
    }
}

#define BODY "ops/kernel/simd/conv_micro_body.inc"
#include "ops/kernel/each_float.inc"

#define EACH_f64(m) slide_##m##_f64,
#define EACH_f32(m) slide_##m##_f32,
const ag__slide AG__OF_SET(ag__slide) = {
    {{TILES(EACH_f64)}, lines_f64, lay_f64, put_lines_f64, add_lines_f64},
    {{TILES(EACH_f32)}, lines_f32, lay_f32, put_lines_f32, add_lines_f32},
};
#undef EACH_f64
#undef EACH_f32
