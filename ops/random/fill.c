/* Leaves filled with random numbers; see random.h. The generator draws a stream of numbers in
 * [0,1), two from each block. A uniform number takes one number of the stream, a normal one takes
 * two. Any piece of the stream can be computed by itself, so threads fill pieces in any order. Must
 * not know which generator it is.
 */
#define AG_NO_SITES
#include <autograd/random.h>
#include <math.h>

#include "ops/common/composite.h"
#include "ops/common/strided.h"
#include "ops/cpu/parallel.h"
#include "ops/kernel/kernel_table.h"

/* BLOCKS blocks are computed at a time. They are so few that their numbers stay in the first cache,
 * and a multiple of the number that ops/kernel/simd/random_kernels.c computes together. A piece is
 * PARTS times as long. */
enum { BLOCKS = 480, PARTS = 16 };

typedef struct fill {
    const ag__fills *kernels;
    ag__fill_kernel *kernel;
    double a, b; /* the parameters of the kernel */
    int draws;   /* how many numbers of the stream make one number */
    double ns;   /* how many nanoseconds a number takes; measured on one core */

    ag_dtype dtype;
    char *out;
    int64_t n, pieces;
    ag_random_state state; /* the state at the first block of the stream */
    int64_t drawn;         /* how many numbers of the stream come before number 0 */
} fill;

/* Writes the numbers from `from` to `to`, at most BLOCKS blocks, made of pairs of the stream. */
static void put(const fill *f, int64_t from, int64_t to, const double *x, const double *y)
{
    double number[2 * BLOCKS];
    char *out = f->out + (size_t)from * ag_dtype_bytes(f->dtype);
    f->kernel(to - from, x, y, f->a, f->b, f->dtype == AG_I64 ? (void *)number : out);
    for (int64_t i = 0; f->dtype == AG_I64 && i < to - from; i++) {
        ((int64_t *)(void *)out)[i] = ag__to_i64(number[i]);
    }
}

/* The same for numbers that may begin with the second half of a block and end with the first half
 * of another. */
static void fill_part(const fill *f, int64_t from, int64_t to)
{
    double first[BLOCKS + 1], second[BLOCKS + 1];
    int64_t start = f->drawn + from * f->draws, end = f->drawn + to * f->draws, block = start / 2;
    f->kernels->uniforms(f->state.key, f->state.counter + (uint64_t)block, (end + 1) / 2 - block,
                         first, second);
    if (start % 2 == 0) {
        put(f, from, to, first, second);
    } else {
        put(f, from, to, second, first + 1);
    }
}

static void fill_piece(void *context, int64_t piece, int worker)
{
    const fill *f = context;
    int64_t part = 2 * BLOCKS / f->draws;
    int64_t to = ag__piece_start(f->n, part, f->pieces, piece + 1);
    for (int64_t i = ag__piece_start(f->n, part, f->pieces, piece); i < to; i += part) {
        fill_part(f, i, to < i + part ? to : i + part);
    }
    (void)worker;
}

/* If a block has been begun, the first two numbers are drawn one at a time, because the caller may
 * have set the rest of that block to anything. After that, the block that is begun, if there is
 * one, is the one before the counter. */
static void begin(fill *f, ag_graph *g)
{
    f->state = ag_random_get_state(g);
    if (f->state.used >= 0 && f->state.used <= 2) {
        double half[2][2];
        int64_t n = f->n < 2 ? f->n : 2;
        for (int i = 0; i < (int)n * f->draws; i++) {
            half[i % 2][i / 2] = ag_random_uniform(g);
        }
        put(f, 0, n, half[0], half[1]);
        f->out += (size_t)n * ag_dtype_bytes(f->dtype);
        f->n -= n;
        f->state = ag_random_get_state(g);
    }
    f->state.counter--;
    f->drawn = f->state.used == 2 ? 1 : 2;
}

/* Leaves the generator behind the last number that was drawn. */
static void end(const fill *f, ag_graph *g)
{
    int64_t drawn = f->drawn + f->n * f->draws, block = (drawn - 1) / 2;
    ag_random_state state = f->state;
    state.counter += (uint64_t)block;
    state.used = 4;
    ag_random_set_state(g, state);
    for (int64_t i = 2 * block; i < drawn; i++) {
        (void)ag_random_bits(g);
    }
}

static ag_status run(fill *f, const char *name, ag_tensor *t)
{
    ag__composite c;
    if (!ag__composite_open(&c, name, &t, 1, 1)) {
        return AG_ERR_NULL_ARGUMENT;
    }
    f->out = ag_call_mutable_data(&c.call, t);
    if (f->out == NULL) {
        return AG_ERR_STATE;
    }
    ag_graph *g = ag_graph_of(t);
    f->dtype = ag_dtype_of(t);
    f->n = ag_size(t);
    if (f->n > 0) {
        begin(f, g);
    }
    if (f->n > 0) {
        int64_t piece = PARTS * 2 * BLOCKS / f->draws;
        f->pieces = (f->n + piece - 1) / piece;
        ag__parallel(f->pieces, ag__team_for(f->pieces, f->ns * (double)f->n), fill_piece, f);
        end(f, g);
    }
    return AG_OK;
}

/* Fails because of two parameters, which `words` names. */
static ag_status refuse(ag_tensor *t, const char *name, const char *hint,
                        const char *const words[2], double a, double b)
{
    ag__composite c;
    if (ag__composite_open(&c, name, &t, 1, 1)) {
        ag_call_fail(&c.call, AG_ERR_VALUE, hint, "%s is %g and %s is %g", words[0], a, words[1],
                     b);
    }
    return AG_ERR_VALUE;
}

ag_status(ag_fill_uniform)(ag_tensor *t, double low, double high)
{
    static const char *const words[] = {"low", "high"};
    const ag__fills *kernels = ag__kernels_best()->fills;
    fill f = {.kernels = kernels, .a = low, .b = high - low, .draws = 1, .ns = 1.0};
    if (t != NULL && !(low <= high && isfinite(f.b))) {
        return refuse(t, "fill_uniform", "from low to high, which is not lower, both finite", words,
                      low, high);
    }
    f.kernel = kernels->uniform[ag_dtype_of(t) == AG_F32];
    return run(&f, "fill_uniform", t);
}

ag_status(ag_fill_normal)(ag_tensor *t, double mean, double deviation)
{
    static const char *const words[] = {"the mean", "the deviation"};
    const ag__fills *kernels = ag__kernels_best()->fills;
    fill f = {.kernels = kernels, .a = mean, .b = deviation, .draws = 2, .ns = 4.0};
    if (t != NULL && !(isfinite(mean) && isfinite(deviation) && deviation >= 0)) {
        return refuse(t, "fill_normal", "both finite, and the deviation not negative", words, mean,
                      deviation);
    }
    f.kernel = kernels->normal[ag_dtype_of(t) == AG_F32];
    return run(&f, "fill_normal", t);
}
