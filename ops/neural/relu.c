/* relu in the memory of its operand; see relu.h. A kernel or rule that asks for the operand is
 * given the result, which has the same sign where it counts. Must not know what is behind it.
 */
#include "relu.h"

#include <string.h>

#include <autograd/elementwise.h>

#include "ops/common/families.h"
#include "ops/common/simd_loop.h"
#include "ops/cpu/parallel.h"
#include "ops/elementwise/row.h"
#include "ops/elementwise/row_number.h"
#include "ops/kernel/kernel_table.h"

static const ag__row_kernels *kernels_of(ag_dtype dtype, int row, ag__lanes *lanes)
{
    const ag__kernels *best = ag__kernels_best();
    *lanes = (ag__lanes){.bytes = best->bytes};
    return &best->rows->of[dtype][row];
}

void ag__relu_apply(const ag_array *y)
{
    ag__loop l;
    ag__lanes lanes;
    lanes.kernel = kernels_of(y->dtype, relu_number, &lanes)->forward;
    ag__loop_open(&l, y->ndim, y->dim);
    ag__loop_add(&l, y);
    ag__loop_add(&l, y);
    ag__lanes_run(&lanes, &l);
}

void ag__relu_backward(const ag_array *z, const ag_array *y, const ag_array *g)
{
    ag__loop l;
    ag__lanes lanes;
    lanes.kernel = kernels_of(y->dtype, relu_number, &lanes)->backward[0];
    lanes.adds = lanes.fresh = true;
    ag__loop_open(&l, y->ndim, y->dim);
    ag__loop_add(&l, z);
    ag__loop_add(&l, g);
    ag__loop_add(&l, y);
    ag__loop_add(&l, y);
    ag__lanes_run(&lanes, &l);
}

ag_tensor *ag__relu_gradient(const ag_vjp_call *call)
{
    return ag__row_gradient(ag__elementwise_ops[relu_number], call->out, call->out, call->upstream);
}

/* --- with dropout ----------------------------------------------------------------------------- */

/* So many numbers are computed at a time that they stay in the first cache with their factors. UNIT
 * is a multiple of what a vector holds and of the numbers that one block of the generator gives. */
enum { BLOCK = 1024, UNIT = 16 };

typedef struct job job;
struct job {
    void (*block)(const job *j, int64_t from, int64_t n, void *z, const void *y, const void *g);
    const ag__row_kernels *relu, *product;
    const ag__drop *drop;
    union {
        double f64[8];
        float f32[16];
    } kept;      /* a strip of one number */
    size_t each; /* the size of a number, in bytes */
    int64_t n;
    char *z;
    const char *y, *g;
};

static const double none[8]; /* zeros, also as f32; and constants that neither row reads */

/* z = relu(y) times the factors of dropout */
static void drop_block(const job *j, int64_t from, int64_t n, void *z, const void *y, const void *g)
{
    double factors[BLOCK];
    ag__drop_factors(j->drop, from / 4, (from + n) / 4, factors);
    j->relu->forward(n, none, z, (const ag__strip[]){{y, 1}, {y, 1}});
    j->product->forward(n, none, z, (const ag__strip[]){{z, 1}, {factors, 1}});
    (void)g;
}

/* z = g times the derivative of that, which is 0 unless y > 0 */
static void back_block(const job *j, int64_t from, int64_t n, void *z, const void *y, const void *g)
{
    j->relu->backward[0](n, none, z,
                         (const ag__strip[]){{none, 0}, {g, 1}, {y, 1}, {y, 1}, {y, 1}});
    j->product->forward(n, none, z, (const ag__strip[]){{z, 1}, {&j->kept, 0}});
    (void)from;
}

/* The last block is computed in buffers if it does not fill a vector. */
static void run_block(void *context, int64_t i, int worker)
{
    const job *j = context;
    int64_t from = i * BLOCK, n = j->n - from < BLOCK ? j->n - from : BLOCK;
    size_t at = (size_t)from * j->each, bytes = (size_t)n * j->each;
    if (n % UNIT == 0) {
        j->block(j, from, n, j->z + at, j->y + at, j->g + at);
    } else {
        double z[BLOCK], y[BLOCK] = {0}, g[BLOCK] = {0};
        memcpy(y, j->y + at, bytes);
        memcpy(g, j->g + at, bytes);
        j->block(j, from, (n + UNIT - 1) / UNIT * UNIT, z, y, g);
        memcpy(j->z + at, z, bytes);
    }
    (void)worker;
}

static void run_blocks(job *j, const ag_array *y)
{
    ag__lanes lanes;
    int64_t blocks = (y->size + BLOCK - 1) / BLOCK;
    j->relu = kernels_of(y->dtype, relu_number, &lanes);
    j->product = kernels_of(y->dtype, mul_number, &lanes);
    j->each = ag_dtype_bytes(y->dtype);
    j->n = y->size;
    j->y = y->data;
    ag__parallel(blocks, ag__team_for(blocks, AG__DROP_NS / 4 * (double)y->size), run_block, j);
}

void ag__relu_drop(const ag_array *y, const ag__drop *d)
{
    job j = {.block = drop_block, .drop = d, .z = y->data, .g = y->data};
    run_blocks(&j, y);
}

void ag__relu_drop_backward(const ag_array *z, const ag_array *y, const void *g, double kept)
{
    job j = {.block = back_block, .z = z->data, .g = g};
    for (int i = 0; i < 16; i++) {
        if (y->dtype == AG_F64) {
            j.kept.f64[i / 2] = kept;
        } else {
            j.kept.f32[i] = (float)kept;
        }
    }
    run_blocks(&j, y);
}
