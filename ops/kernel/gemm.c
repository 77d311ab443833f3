/* The matrix product, cut into tiles. A block of B is so deep that a panel of it stays in the first
 * cache, and a block of A is so large that it stays in the second. Blocks are packed if they are
 * used often enough. See gemm.h for the contract and gemm_micro.h for a tile. Must not know what a
 * tensor is, nor an instruction set. Goto and van de Geijn: Anatomy of High-Performance Matrix
 * Multiplication (2008).
 */
#include "gemm.h"
#ifdef AG_BLAS
#include "blas.h"
#endif
#include "ops/cpu/parallel.h"

enum {
    DEPTH = 288,         /* the most rows of a block of B; a panel of it has 18 KiB with AVX2 */
    STRIPS = 24,         /* the most tiles down a block of A: 324 KiB in f64 with tiles of 6 rows */
    COLUMN_BLOCK = 1024, /* the most columns of a block of B: 2.25 MiB in f64 */
    LINE = 64,           /* bytes of the cache that are fetched at a time */
    PARTS = 3,           /* a row of a panel lies in at most so many of them */
    OFTEN = 5,           /* a block that is used more often than this is packed */
    SMALL = 64,          /* a product of at most so many rows with a small B is not tiled, */
    TALL = 4096          /* nor one of so many with at most half of a tile's columns */
};

static int64_t round_up(int64_t n, int64_t unit)
{
    return (n + unit - 1) / unit * unit;
}

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* The depth of the blocks of k, which is about the same for all: a shallow last block would go
 * through all of C for little work. */
static int64_t depth_of(int64_t k)
{
    int64_t blocks = (k + DEPTH - 1) / DEPTH;
    return (k + blocks - 1) / blocks;
}

/* How a product is cut. */
typedef struct plan {
    bool pack_a, pack_b;
    ag__team team;
    int64_t row_pieces, column_pieces;
    size_t each_a; /* the size of the packed block of A of each worker, in elements */
    size_t all_b;  /* the size of the packed block of B, in elements */
} plan;

static plan plan_of(int threads, int rows, int columns, int64_t m, int64_t n, int64_t k)
{
    plan p = {.pack_a = n > OFTEN * columns, .pack_b = m > OFTEN * rows};
    int64_t strips = (m + rows - 1) / rows, depth = depth_of(k);
    int64_t width = smaller(round_up(n, columns), COLUMN_BLOCK), panels = width / columns;
    p.team = ag__team_of(threads, strips * panels, 2.0 / 50 * (double)m * (double)n * (double)k);
    p.row_pieces = (strips + STRIPS - 1) / STRIPS;
    if (p.row_pieces > p.team.workers) {
        p.row_pieces = smaller(round_up(p.row_pieces, p.team.workers), strips);
    }
    p.column_pieces = smaller((p.team.workers + p.row_pieces - 1) / p.row_pieces, panels);
    int64_t piece = (strips + p.row_pieces - 1) / p.row_pieces + 1;
    p.each_a = (size_t)round_up(piece * rows * depth, 64);
    p.all_b = (size_t)(width * depth);
    return p;
}

static size_t work_of(int threads, int rows, int columns, int64_t m, int64_t n, int64_t k)
{
    plan p = plan_of(threads, rows, columns, m, n, k);
    return p.each_a * (size_t)p.team.workers + p.all_b;
}

size_t ag__gemm_work(const ag__micro *micro, int threads, size_t element, int64_t m, int64_t n,
                     int64_t k)
{
    if (m == 0 || n == 0 || k == 0) {
        return 0;
    }
    int rows = element == 8 ? micro->f64.rows : micro->f32.rows;
    int columns = element == 8 ? micro->f64.columns : micro->f32.columns;
    size_t straight = work_of(threads, rows, columns, m, n, k);
    size_t turned = work_of(threads, rows, columns, n, m, k);
    return element * (straight > turned ? straight : turned);
}

/* Whether C = A B has so few columns that tiles are mostly padding, and rows of A^T lie as tiles of
 * the transposed product take them. The gradient of the weights of a layer with a few inputs is
 * such a product. */
static bool is_narrow(int columns, int64_t m, int64_t n, int64_t k, int64_t rsa)
{
    return n <= columns / 2 && m >= columns && k > columns && rsa == 1;
}

#define of_f64 f64
#define of_f32 f32
#define BODY "ops/kernel/gemm_body.inc"
#include "each_float.inc"
