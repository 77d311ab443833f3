/* Convolution by the kernels of every instruction set that this machine runs, and by the widest
 * vectors, which every machine computes in parts, against the definition: seven loops and more. The
 * numbers are small integers, so every order of adding gives the same bits and equality is exact.
 */
#include <autograd/cpu.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check_main.h"
#include "ops/cpu/parallel.h"
#include "ops/kernel/conv_kernels.h"

#define AG_SET wide
#define AG_VECTOR_BYTES 64
#include "ops/kernel/simd/conv_micro.c"
#include "ops/kernel/simd/gemm_micro.c"

static const ag__kernels wide = {
    .name = "wide", .micro = &ag__micro_wide, .slide = &ag__slide_wide};

/* Set i: those of the machine, then the wide one; NULL past the last. */
static const ag__kernels *kernels_at(int i)
{
    bool runs = false;
    const ag__kernels *set = ag__kernels_at(i, &runs);
    if (set != NULL) {
        return runs ? set : ag__kernels_best();
    }
    return i > 0 && ag__kernels_at(i - 1, &runs) != NULL ? &wide : NULL;
}

/* --- the definition --------------------------------------------------------------------------- */

static int64_t all_of(const int64_t n[3])
{
    return n[0] * n[1] * n[2];
}

/* The places of a window's element in X, W and Y. */
typedef void visitor(void *context, int64_t x, int64_t w, int64_t y);

/* Element k of the window at position p, as places in a channel of each. */
static bool meets(const ag__conv_size *s, int64_t p, int64_t k, int64_t *x)
{
    int64_t at[3], y[3] = {p / s->y[2] / s->y[1], p / s->y[2] % s->y[1], p % s->y[2]};
    int64_t e[3] = {k / s->k[2] / s->k[1], k / s->k[2] % s->k[1], k % s->k[2]};
    for (int d = 0; d < 3; d++) {
        at[d] = y[d] * s->stride[d] + e[d] * s->dilation[d] - s->pad[d];
        if (at[d] < 0 || at[d] >= s->x[d]) {
            return false;
        }
    }
    *x = (at[0] * s->x[1] + at[1]) * s->x[2] + at[2];
    return true;
}

/* Every product of the form. */
static void visit(const ag__conv_size *s, visitor *v, void *context)
{
    int64_t ny = all_of(s->y), nk = all_of(s->k), nx = all_of(s->x), x;
    for (int64_t n = 0; n < s->batch * s->groups; n++) {
        for (int64_t o = 0; o < s->out; o++) {
            for (int64_t p = 0; p < ny * nk; p++) {
                if (!meets(s, p / nk, p % nk, &x)) {
                    continue;
                }
                for (int64_t c = 0; c < s->in; c++) {
                    int64_t row = n % s->groups * s->out + o;
                    v(context, (n * s->in + c) * nx + x, (row * s->in + c) * nk + p % nk,
                      (n * s->out + o) * ny + p / nk);
                }
            }
        }
    }
}

typedef struct numbers {
    int64_t n[3]; /* X, W, Y */
    double *given[3], *want[3];
    float *f32[3];
} numbers;

static void add_product(void *context, int64_t x, int64_t w, int64_t y)
{
    numbers *m = context;
    m->want[0][x] += m->given[1][w] * m->given[2][y];
    m->want[1][w] += m->given[0][x] * m->given[2][y];
    m->want[2][y] += m->given[0][x] * m->given[1][w];
}

static numbers numbers_new(const ag__conv_size *s)
{
    numbers m = {.n = {s->batch * s->groups * s->in * all_of(s->x),
                       s->groups * s->out * s->in * all_of(s->k),
                       s->batch * s->groups * s->out * all_of(s->y)}};
    unsigned state = 1;
    for (int i = 0; i < 3; i++) {
        size_t n = (size_t)m.n[i];
        m.given[i] = malloc(n * sizeof(double));
        m.want[i] = calloc(n, sizeof(double));
        m.f32[i] = malloc(n * sizeof(float));
        ck_assert(m.given[i] != NULL && m.want[i] != NULL && m.f32[i] != NULL);
        for (size_t e = 0; e < n; e++) {
            state = state * 1103515245u + 12345u;
            m.given[i][e] = (double)(state >> 16 & 7) - 3;
            m.f32[i][e] = (float)m.given[i][e];
        }
    }
    visit(s, add_product, &m);
    return m;
}

static void numbers_free(numbers *m)
{
    for (int i = 0; i < 3; i++) {
        free(m->given[i]);
        free(m->want[i]);
        free(m->f32[i]);
    }
}

/* --- against it ------------------------------------------------------------------------------- */

static void *work_of(const ag__kernels *set, size_t element, const ag__conv_size *s, int map)
{
    size_t bytes = ag__conv_work(set, element, s, (ag__conv_map)map);
    char *work = aligned_alloc(64, (bytes + 127) / 64 * 64);
    ck_assert_ptr_nonnull(work);
    memset(work, 0xff, bytes); /* NaNs: nothing may depend on them */
    memset(work + bytes, 'x', 64);
    return work;
}

static void end_work(char *work, const ag__kernels *set, size_t element, const ag__conv_size *s,
                     int map)
{
    size_t bytes = ag__conv_work(set, element, s, (ag__conv_map)map);
    for (int i = 0; i < 64; i++) {
        ck_assert_msg(work[bytes + (size_t)i] == 'x', "map %d wrote past its memory", map);
    }
    free(work);
}

/* What each map makes of the others, over numbers that it must not look at, or (add) added to
 * ones; forward takes a bias instead. */
#define MAPS(T, S, given)                                                                          \
    static void maps_##S(const ag__kernels *set, const ag__conv_size *s, const numbers *m,         \
                         bool add, const char *what)                                               \
    {                                                                                              \
        T bias[64];                                                                                \
        for (int i = 0; i < 64; i++) {                                                             \
            bias[i] = (T)(add ? i + 1 : 0);                                                        \
        }                                                                                          \
        for (int map = 0; map < 3; map++) {                                                        \
            int to = map == AG__CONV_FORWARD ? 2 : map == AG__CONV_INPUT ? 0 : 1;                  \
            T *out = malloc((size_t)m->n[to] * sizeof(T));                                         \
            void *work = work_of(set, sizeof(T), s, map);                                          \
            for (int64_t i = 0; i < m->n[to]; i++) {                                               \
                out[i] = add ? 1 : (T)NAN;                                                         \
            }                                                                                      \
            ag__conv_numbers n = {.first = m->given[map == AG__CONV_INPUT ? 2 : 0],                \
                                  .second = m->given[map == AG__CONV_WEIGHT ? 2 : 1],              \
                                  .out = out,                                                      \
                                  .bias = to == 2 && add ? bias : NULL,                            \
                                  .add = to != 2 && add};                                          \
            ag__conv_run(set, sizeof(T), s, (ag__conv_map)map, &n, work);                          \
            for (int64_t i = 0; i < m->n[to]; i++) {                                               \
                int64_t row = i / all_of(s->y) % (s->groups * s->out);                             \
                double want = m->want[to][i] + (to == 2 ? (double)bias[row % 64] : add);           \
                if ((double)out[i] != want) { /* a check of each takes long */                     \
                    ck_abort_msg("%s, %s, map %d: %d is %g, not %g", set->name, what, map, (int)i, \
                                 (double)out[i], want);                                            \
                }                                                                                  \
            }                                                                                      \
            end_work(work, set, sizeof(T), s, map);                                                \
            free(out);                                                                             \
        }                                                                                          \
    }
MAPS(double, f64, given)
MAPS(float, f32, f32)

/* Runs a map in f32 and returns the number of its results; the sums of Y follow the weights. */
static int64_t run_gated(const ag__kernels *set, const ag__conv_size *s, const numbers *m, int map,
                         const float *y, const float *gate, float *out)
{
    bool weight = map == AG__CONV_WEIGHT, forward = map == AG__CONV_FORWARD;
    int64_t count = m->n[forward ? 2 : weight ? 1 : 0];
    ag__conv_numbers n = {.first = map == AG__CONV_INPUT ? y : m->f32[0],
                          .second = weight ? y : m->f32[1],
                          .out = out,
                          .relu = forward && gate != NULL,
                          .gate = forward ? NULL : gate,
                          .sums = weight ? out + count : NULL};
    void *work = work_of(set, sizeof(float), s, map);
    ag__conv_run(set, sizeof(float), s, (ag__conv_map)map, &n, work);
    end_work(work, set, sizeof(float), s, map);
    return count + (weight ? s->groups * s->out : 0);
}

static void check_sums(const ag__conv_size *s, const float *y, const float *sums)
{
    int64_t channels = s->groups * s->out, positions = all_of(s->y);
    for (int64_t o = 0; o < channels; o++) {
        float want = 0;
        for (int64_t i = 0; i < s->batch * positions; i++) {
            want += y[(i / positions * channels + o) * positions + i % positions];
        }
        ck_assert_msg(sums[o] == want, "sum %d: %g, not %g", (int)o, (double)sums[o], (double)want);
    }
}

/* A gate does what a Y does to which the relu has been applied, and forward cuts off what is
 * negative. */
static void check_relu(const ag__kernels *set, const ag__conv_size *s, const numbers *m,
                       const char *what)
{
    size_t most = (size_t)(m->n[0] + m->n[1] + m->n[2]) * sizeof(float);
    float *y = malloc(most), *gate = malloc(most), *want = malloc(most), *have = malloc(most);
    ck_assert(y != NULL && gate != NULL && want != NULL && have != NULL);
    for (int64_t i = 0; i < m->n[2]; i++) {
        gate[i] = (float)((i + m->n[1]) % 3 - 1);
        y[i] = gate[i] > 0 ? m->f32[2][i] : 0;
    }
    for (int map = 0; map < 3; map++) {
        int64_t n = run_gated(set, s, m, map, y, NULL, want);
        run_gated(set, s, m, map, m->f32[2], gate, have);
        for (int64_t i = 0; i < n; i++) {
            float is = map == AG__CONV_FORWARD && want[i] < 0 ? 0 : want[i];
            if (have[i] != is) {
                ck_abort_msg("%s, %s, relu, map %d: %d is %g, not %g", set->name, what, map, (int)i,
                             (double)have[i], (double)is);
            }
        }
        if (map == AG__CONV_WEIGHT) {
            check_sums(s, y, have + m->n[1]);
        }
    }
    free(y);
    free(gate);
    free(want);
    free(have);
}

static void check(const ag__conv_size *size, const char *what)
{
    ag__conv_size in_threads = *size, *s = &in_threads;
    s->threads = ag__threads();
    numbers m = numbers_new(s);
    for (int i = 0; kernels_at(i) != NULL; i++) {
        for (int add = 0; add < 2; add++) {
            maps_f64(kernels_at(i), s, &m, add, what);
            maps_f32(kernels_at(i), s, &m, add, what);
        }
        check_relu(kernels_at(i), s, &m, what);
    }
    numbers_free(&m);
}

/* Stride, dilation and padding of 0 to 4 in the last two dimensions, in every combination. */
START_TEST(test_steps)
{
    for (int i = 0; i < 4 * 3 * 3 * 3; i++) {
        int64_t stride = 1 + i % 4, dilation = 1 + i / 4 % 3, pad = 2 * (i / 12 % 3),
                k = 1 + i / 36;
        ag__conv_size s = {.batch = 2, .groups = 1 + i % 2, .in = 2, .out = 3};
        const int64_t x[3] = {1, 7, 9}, window[3] = {1, 2, k};
        for (int d = 0; d < 3; d++) {
            s.x[d] = x[d];
            s.k[d] = window[d];
            s.stride[d] = d == 0 ? 1 : d == 1 ? 1 + i % 2 : stride;
            s.dilation[d] = d == 0 ? 1 : d == 1 ? 1 + i % 3 : dilation;
            s.pad[d] = d == 0 ? 0 : d == 1 ? i % 3 : pad;
            int64_t room = s.x[d] + 2 * s.pad[d] - (s.k[d] - 1) * s.dilation[d] - 1;
            s.y[d] = room / s.stride[d] + 1 + (i % 5 == 0 && d == 2); /* one too many: zeros */
        }
        char what[80];
        snprintf(what, sizeof what, "stride %d dilation %d padding %d kernel %d", (int)stride,
                 (int)dilation, (int)pad, (int)k);
        check(&s, what);
    }
}
END_TEST

/* On both sides of tiles, blocks, boxes, samples and parts. */
START_TEST(test_sizes)
{
    static const ag__conv_size sizes[] = {
        {1, 1, 1, 1, {1, 1, 1}, {1, 1, 1}, {1, 1, 1}, {1, 1, 1}, {1, 1, 1}, {0, 0, 0}, 1},
        {33, 1, 3, 5, {1, 4, 4}, {1, 3, 3}, {1, 4, 4}, {1, 1, 1}, {1, 1, 1}, {0, 1, 1}, 1},
        {3, 2, 5, 7, {4, 5, 6}, {2, 3, 2}, {3, 2, 5}, {1, 2, 1}, {1, 1, 1}, {0, 1, 0}, 1},
        {2, 1, 3, 16, {1, 6, 7}, {1, 2, 2}, {1, 6, 7}, {1, 1, 1}, {1, 1, 1}, {0, 0, 0}, 1},
        {1, 1, 37, 34, {1, 6, 19}, {1, 3, 3}, {1, 6, 19}, {1, 1, 1}, {1, 1, 1}, {0, 1, 1}, 1},
        {2, 9, 1, 1, {1, 11, 40}, {1, 3, 3}, {1, 11, 40}, {1, 1, 1}, {1, 1, 1}, {0, 1, 1}, 1},
        {1, 1, 2, 2, {1, 120, 500}, {1, 2, 2}, {1, 119, 499}, {1, 1, 1}, {1, 1, 1}, {0, 0, 0}, 1},
        {1, 1, 40, 2, {1, 5, 2100}, {1, 2, 1}, {1, 4, 2100}, {1, 1, 1}, {1, 1, 1}, {0, 0, 0}, 1},
        {1, 1, 1, 2, {1, 1, 70000}, {1, 1, 2}, {1, 1, 35000}, {1, 1, 2}, {1, 1, 1}, {0, 0, 0}, 1},
        {1, 1, 2, 1, {1, 700, 700}, {1, 2, 2}, {1, 99, 99}, {1, 1, 1}, {1, 600, 600}, {0, 0, 0}, 1},
        {1, 1, 1, 1, {1, 60, 60}, {1, 2, 2}, {1, 2, 2}, {1, 50, 50}, {1, 3, 7}, {0, 0, 3}, 1},
    };
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        char what[20];
        snprintf(what, sizeof what, "sizes %d", (int)i);
        check(&sizes[i], what);
    }
}
END_TEST

/* --- what is not a number, and threads -------------------------------------------------------- */

static const ag__conv_size plain = {
    8, 1, 3, 4, {1, 20, 21}, {1, 3, 3}, {1, 20, 21}, {1, 1, 1}, {1, 1, 1}, {0, 1, 1}, 1};
enum { X = 8 * 3 * 20 * 21, W = 4 * 3 * 9, Y = 8 * 4 * 20 * 21 };

static void counted(void *context, int64_t x, int64_t w, int64_t y)
{
    bool(*touched)[Y] = context;
    touched[0][y] |= x == 431;
    touched[1][w] |= x == 431;
    touched[2][x] |= y == 700;
}

/* One infinity reaches what the definition says, and nothing else; times 0 it is NaN. */
START_TEST(test_not_finite)
{
    static bool touched[3][Y];
    static float x[X], w[W], y[Y], out[Y];
    memset(touched, 0, sizeof touched);
    visit(&plain, counted, touched);
    for (int i = 0; kernels_at(i) != NULL; i++) {
        for (int map = 0; map < 3; map++) {
            void *work = work_of(kernels_at(i), sizeof(float), &plain, map);
            x[431] = INFINITY;
            y[700] = map == AG__CONV_INPUT ? INFINITY : 0;
            ag__conv_numbers n = {.first = map == AG__CONV_INPUT ? y : x,
                                  .second = map == AG__CONV_WEIGHT ? y : w,
                                  .out = out};
            ag__conv_run(kernels_at(i), sizeof(float), &plain, (ag__conv_map)map, &n, work);
            const int of = map == AG__CONV_FORWARD ? 0 : map == AG__CONV_WEIGHT ? 1 : 2;
            const int count[3] = {Y, W, X};
            for (int e = 0; e < count[of]; e++) {
                ck_assert_msg(touched[of][e] ? isnan(out[e]) : out[e] == 0, "%s, map %d: %d is %g",
                              kernels_at(i)->name, map, e, (double)out[e]);
            }
            free(work);
        }
    }
}
END_TEST

static void run_all(int threads, const ag__conv_size *size, const float *x, const float *w,
                    const float *y, float *out)
{
    ag__conv_size in_threads = *size, *s = &in_threads;
    s->threads = threads;
    const ag__kernels *best = ag__kernels_best();
    void *work[3];
    for (int map = 0; map < 3; map++) {
        work[map] = work_of(best, sizeof(float), s, map);
    }
    const ag__conv_numbers n[3] = {
        [AG__CONV_FORWARD] = {.first = x, .second = w, .out = out},
        [AG__CONV_INPUT] = {.first = y, .second = w, .out = out + Y},
        [AG__CONV_WEIGHT] = {.first = x, .second = y, .out = out + Y + X, .sums = out + Y + X + W}};
    for (int map = 0; map < 3; map++) {
        ag__conv_run(best, sizeof(float), s, (ag__conv_map)map, &n[map], work[map]);
        end_work(work[map], best, sizeof(float), s, map);
    }
}

START_TEST(test_threads)
{
    static float x[X], w[W], y[Y], one[X + W + Y + 4], other[X + W + Y + 4];
    for (int i = 0; i < Y; i++) { /* thirds, so that sums are rounded */
        y[i] = (float)(i * 37 % 101) / 3;
        x[i % X] = (float)(i * 13 % 97) / 7;
        w[i % W] = (float)(i * 29 % 89) / 11;
    }
    run_all(1, &plain, x, w, y, one);
    for (int threads = 2; threads <= 4; threads++) {
        run_all(threads, &plain, x, w, y, other);
        ck_assert_mem_eq(one, other, sizeof one);
    }
}
END_TEST

CHECK_MAIN("conv_kernel", test_steps, test_sizes, test_not_finite, test_threads)
