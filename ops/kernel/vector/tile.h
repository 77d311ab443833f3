/* How many rows a tile of the matrix product has: as many as leave room in the registers for two
 * vectors of B and one element of A. TILES(t) is t(m) for every number of rows up to that. Private
 * to ops/kernel/vector/.
 */
#ifndef OPS_KERNEL_VECTOR_TILE_H
#define OPS_KERNEL_VECTOR_TILE_H

#if (defined(__AVX512F__) && AG_VECTOR_BYTES == 64) || defined(__aarch64__)
#define ROWS 14
#define TILES(t) t(1) t(2) t(3) t(4) t(5) t(6) t(7) t(8) t(9) t(10) t(11) t(12) t(13) t(14)
#else
#define ROWS 6
#define TILES(t) t(1) t(2) t(3) t(4) t(5) t(6)
#endif

#endif
