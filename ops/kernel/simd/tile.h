/* The tiles of the matrix product and of the convolution. A tile has ROWS rows of two vectors, as
 * many as leave room in the registers for two vectors of B and one element of A. TILES(t) expands
 * t(m) for every number of rows from 1 to ROWS; tile_row_f64 and tile_row_f32 write a row to
 * memory. Private to ops/kernel/simd/.
 */
#ifndef OPS_KERNEL_SIMD_TILE_H
#define OPS_KERNEL_SIMD_TILE_H

#include <stdbool.h>

#include "simd.h"

#if (defined(__AVX512F__) && AG_VECTOR_BYTES == 64) || defined(__aarch64__)
#define ROWS 14
#define TILES(t) t(1) t(2) t(3) t(4) t(5) t(6) t(7) t(8) t(9) t(10) t(11) t(12) t(13) t(14)
#else
#define ROWS 6
#define TILES(t) t(1) t(2) t(3) t(4) t(5) t(6)
#endif

/* Writes a full row of a tile, which is two vectors, from registers to C, or adds it to C. */
#define AG__TILE_ROW(T, S)                                                                         \
    AG__INLINE void tile_row_##S(T *c, v_##S left, v_##S right, bool add)                          \
    {                                                                                              \
        if (add) {                                                                                 \
            left += load_##S(c);                                                                   \
            right += load_##S(c + LANES_##S);                                                      \
        }                                                                                          \
        store_##S(c, left);                                                                        \
        store_##S(c + LANES_##S, right);                                                           \
    }
AG__TILE_ROW(double, f64)
AG__TILE_ROW(float, f32)

#endif
