/* A tile of a matrix product in registers; see ../micro.h. Compiled once for each instruction set.
 * Six rows of two vectors, or fourteen where there are 32 registers, leave room for two vectors of B
 * and one element of A. Van Zee and van de Geijn, BLIS: A Framework for Rapidly Instantiating BLAS
 * Functionality (2015).
 */
#include "../micro.h"
#include "simd.h"

#if (defined(__AVX512F__) && AG_VECTOR_BYTES == 64) || defined(__aarch64__)
#define ROWS 14
#else
#define ROWS 6
#endif

#define T double
#define NAME(x) x##_f64
#include "micro_body.inc"
#undef T
#undef NAME
#define T float
#define NAME(x) x##_f32
#include "micro_body.inc"
#undef T
#undef NAME

const ag__micro AG__OF_SET(ag__micro) = {
    {ROWS, 2 * LANES_f64, tile_f64, direct_f64, pack_f64},
    {ROWS, 2 * LANES_f32, tile_f32, direct_f32, pack_f32},
};
