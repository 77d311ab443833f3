/* A plain matrix product: rows of B are added into a row of C, in blocks of B that stay in the
 * cache; a block whose rows are not contiguous is packed first. See gemm.h for the contract. Must
 * not know what a tensor is. Blocking: Goto and van de Geijn, Anatomy of High-Performance Matrix
 * Multiplication (2008), without its register kernel.
 */
#include <string.h>

#include "gemm.h"

enum {
    COLUMNS = 256, /* of a block of B and of the row being summed, which stays in the first cache */
    DEPTH = 128    /* rows of a block of B: 256 KiB in f64 */
};

size_t ag__gemm_work(size_t element, int64_t m, int64_t n, int64_t k)
{
    int64_t columns = n < COLUMNS ? n : COLUMNS, depth = k < DEPTH ? k : DEPTH;
    return m > 0 ? element * (size_t)columns * (size_t)depth : 0;
}

#define T double
#define NAME(x) x##_f64
#include "gemm_body.inc"
#undef T
#undef NAME
#define T float
#define NAME(x) x##_f32
#include "gemm_body.inc"
#undef T
#undef NAME
