/* What the tests of convolution's kernels share: the definition, seven loops and more, the sizes, and
 * the kernels of every instruction set that this machine runs and of the widest vectors, which every
 * machine computes in parts. The numbers are small integers, so every order of adding gives the same
 * bits and equality is exact.
 */
#ifndef TESTS_OPS_KERNEL_CONV_DEFINITION_H
#define TESTS_OPS_KERNEL_CONV_DEFINITION_H

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

/* --- memory ------------------------------------------------------------------------------------ */

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

/* --- sizes ------------------------------------------------------------------------------------- */

typedef void checker(const ag__conv_size *size, const char *what);

/* Stride, dilation and padding of 0 to 4 in the last two dimensions, in every combination. */
static void each_step(checker *check)
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

/* On both sides of tiles, blocks, boxes, samples and parts. */
static void each_size(checker *check)
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

#endif
