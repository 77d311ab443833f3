/* A tile of a matrix product in registers; see ops/kernel/gemm_micro.h. Compiled once for each
 * instruction set. Six rows of two vectors, or fourteen if there are 32 registers, leave room for
 * two vectors of B and one element of A. Van Zee and van de Geijn, BLIS: A Framework for Rapidly
 * Instantiating BLAS Functionality (2015).
 */
#include "ops/kernel/gemm_micro.h"
#include "simd.h"
#include "tile.h"

enum {
    SMALL_B = 512, /* the most numbers of B in a small product */
    GROUP = 4,     /* how many rows of a small product are computed at a time */
    /* How many steps of k go by before the loop is counted: with vectors of 64 bytes counting
       and jumping take the place of products, since the same two units do both. */
    STEPS = AG_VECTOR_BYTES == 64 ? 2 : 1
};

#define BODY "ops/kernel/simd/gemm_micro_body.inc"
#include "ops/kernel/each_float.inc"

#define OF_f64(m) tile_##m##_f64,
#define OF_f32(m) tile_##m##_f32,
const ag__micro AG__OF_SET(ag__micro) = {
    {.rows = ROWS,
     .columns = 2 * LANES_f64,
     .tile = {TILES(OF_f64)},
     .direct = direct_f64,
     .pack_a = pack_a_f64,
     .pack_b = pack_b_f64,
     .pack_half = pack_half_f64,
     .scale = scale_f64,
     .small = small_f64},
    {.rows = ROWS,
     .columns = 2 * LANES_f32,
     .tile = {TILES(OF_f32)},
     .direct = direct_f32,
     .pack_a = pack_a_f32,
     .pack_b = pack_b_f32,
     .pack_half = pack_half_f32,
     .scale = scale_f32,
     .small = small_f32},
};
