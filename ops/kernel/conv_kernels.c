/* Convolution as matrix products whose columns are read from the channels without a copy for each
 * window. The channels are laid out with their padding, one box at a time, which the second cache
 * holds (conv_layout.c). Then the numbers that one element of the window meets at a run of
 * positions are a run of memory. The gradient in X is a convolution of Y with the reversed weights;
 * with a stride it is several convolutions, one for each remainder of a place divided by the
 * stride. The gradient in W multiplies lines of X by Y, which is transposed so that its channels
 * lie side by side. After Georganas and others: Anatomy of High-Performance Deep Learning
 * Convolutions on SIMD Architectures (2018). Must not know what a tensor is, nor an instruction
 * set.
 */
#include <math.h>
#include <string.h>

#include "conv_kernels.h"
#include "conv_layout.h"
#include "ops/cpu/parallel.h"

enum {
    DEPTH = 256,           /* how many elements of windows are multiplied at a time */
    RUN = 256,             /* how many positions the gradient in W adds at a time */
    PARTS = 8,             /* the gradient in W has at most so many partial sums, for threads, */
    PART_NUMBERS = 1 << 18 /* and together they have at most so many numbers */
};

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* How many units cover n. */
static int64_t times(int64_t n, int64_t unit)
{
    return (n + unit - 1) / unit;
}

static int64_t round_up(int64_t n, int64_t unit)
{
    return times(n, unit) * unit;
}

static int64_t product_of(const int64_t n[3])
{
    return n[0] * n[1] * n[2];
}

/* The rows of each of as few tiles as m rows take, about the same for all: a tile of two rows takes
 * almost as long as one of six. */
static int64_t rows_each(int64_t m, int64_t rows)
{
    return times(m, times(m, rows));
}

static int rows_of(const ag__kernels *kernels, size_t element)
{
    return element == 8 ? kernels->micro->f64.rows : kernels->micro->f32.rows;
}

static int columns_of(const ag__kernels *kernels, size_t element)
{
    return element == 8 ? kernels->micro->f64.columns : kernels->micro->f32.columns;
}

/* A stretch of memory. */
typedef struct stretch {
    const char *at;
    int64_t bytes;
} stretch;

/* Two stretches that will be needed next, and what of them is asked for with the next tile. */
typedef struct ahead {
    ag__ahead now;
    stretch first, second;
} ahead;

/* They are asked for in the course of so many products. */
static ahead ahead_of(stretch first, stretch second, int64_t products)
{
    return (ahead){{first.at, (first.bytes + second.bytes) / products}, first, second};
}

/* To be called after a tile of k products. */
static void go_ahead(ahead *a, int64_t k)
{
    a->now.at += k * a->now.step;
    if (a->now.at >= a->first.at + a->first.bytes) {
        a->now.at = a->second.at;
        a->first = a->second;
    }
}

/* --- one of several convolutions -------------------------------------------------------------- */

/* A convolution that slides over X or Y. It says where its weights come from and where its results
 * go. Among the weights, `row` is the distance between neighboring result channels and `column`
 * that between neighboring source channels. Of the results, element o goes to place first + o
 * every. */
typedef struct sweep {
    ag__slides slides;
    int64_t row, column;
    int64_t k[3], k_step[3];    /* the first element of the window, and the distance to the next */
    int64_t extent[3];          /* the extents of the whole window of weights */
    int64_t target[3];          /* the extents of a channel of the results */
    int64_t first[3], every[3]; /* which places of the target are written */
    int threads;
} sweep;

static sweep sweep_forward(const ag__conv_size *s)
{
    int64_t window = product_of(s->k);
    sweep w = {.slides = {s->batch, s->groups, s->in, s->out, {{0}}, {0}},
               .row = s->in * window,
               .column = window,
               .threads = s->threads};
    for (int d = 0; d < 3; d++) {
        w.slides.along[d] =
            (ag__sliding){s->y[d], s->k[d], -s->pad[d], s->dilation[d], s->stride[d]};
        w.slides.source[d] = s->x[d];
        w.k_step[d] = w.every[d] = 1;
        w.extent[d] = s->k[d];
        w.target[d] = s->y[d];
    }
    return w;
}

/* Places of X with the same remainder divided by the stride meet the same elements of the window.
 * This is the number of remainders whose places meet any: each of them begins at one of the first
 * elements of the window. */
static int64_t remainders(const ag__conv_size *s, int d)
{
    return smaller(s->k[d], s->stride[d] / ag__divisor(s->stride[d], s->dilation[d]));
}

/* The convolution for the places of X that meet elements k, k + stride / common, ... of the window.
 * Returns false if there are no such places. */
static bool sweep_input(const ag__conv_size *s, int64_t index, sweep *w)
{
    int64_t window = product_of(s->k);
    *w = (sweep){.slides = {s->batch, s->groups, s->out, s->in, {{0}}, {0}},
                 .row = window,
                 .column = s->in * window,
                 .threads = s->threads};
    bool any = true;
    for (int d = 2; d >= 0; d--) {
        int64_t step = s->stride[d], common = ag__divisor(step, s->dilation[d]),
                part = step / common;
        int64_t k = index % remainders(s, d), count = (s->k[d] - 1 - k) / part + 1;
        int64_t last = k + (count - 1) * part, rest = (k * s->dilation[d] - s->pad[d]) % step;
        index /= remainders(s, d);
        w->first[d] = rest < 0 ? rest + step : rest;
        w->every[d] = step;
        w->target[d] = s->x[d];
        w->slides.source[d] = s->y[d];
        w->extent[d] = s->k[d];
        w->k[d] = last;
        w->k_step[d] = -part;
        any = any && w->first[d] < s->x[d];
        int64_t n = any ? (s->x[d] - 1 - w->first[d]) / step + 1 : 0;
        w->slides.along[d] =
            (ag__sliding){n, count, (w->first[d] + s->pad[d] - last * s->dilation[d]) / step,
                          s->dilation[d] / common, 1};
    }
    return any;
}

/* The place of element k of the window among the weights of one row and one channel. */
static int64_t weight_at(const sweep *w, int64_t k)
{
    int64_t of[3];
    for (int d = 2; d >= 0; d--) {
        of[d] = w->k[d] + k % w->slides.along[d].count * w->k_step[d];
        k /= w->slides.along[d].count;
    }
    return (of[0] * w->extent[1] + of[1]) * w->extent[2] + of[2];
}

/* Sizes of the working memory in elements. Packed weights and places exist once, planes and sums
 * once for each worker. */
typedef struct memory {
    ag__team team;
    int64_t packed, places, planes, sums;
} memory;

static memory memory_of(const sweep *w, const ag__layout_cut *c, int rows, int columns)
{
    const ag__slides *s = &w->slides;
    double work = (double)s->batch * (double)s->groups * (double)s->m * (double)s->channels;
    for (int d = 0; d < 3; d++) {
        work *= (double)s->along[d].n * (double)s->along[d].count;
    }
    return (memory){.team = ag__team_of(w->threads, c->pieces, work / 25),
                    .packed =
                        round_up(s->groups * round_up(s->m, rows) * s->channels * c->window, 64),
                    .places = round_up(c->channels * c->window, 64),
                    .planes = round_up(c->channels * c->channel + 2 * columns, 64),
                    .sums = round_up(s->m * c->span, 64)};
}

static size_t sweep_bytes(const sweep *w, const ag__kernels *kernels, size_t element)
{
    ag__layout_cut c;
    int columns = columns_of(kernels, element);
    ag__cut_open(&c, &w->slides, element, columns, 0);
    memory m = memory_of(w, &c, rows_of(kernels, element), columns);
    return (size_t)m.places * sizeof(int64_t) +
           element * (size_t)(m.packed + m.team.workers * (m.planes + m.sums));
}

/* --- the gradient in W ------------------------------------------------------------------------ */

/* How the gradient in W is cut. Each part of the batch has sums of its own. They are a matrix with
 * a row for each element of the windows of all channels of X, and one for the sums of Y itself; its
 * columns are the channels of Y, in panels as wide as a tile, or half as wide if all of them fit.
 * Each part of the channels of X fills some of the rows, and the first one the last row. */
typedef struct parts {
    ag__layout_cut cut;
    int64_t samples;  /* the number of parts of the batch */
    int64_t channels; /* the number of parts of the channels */
    int64_t lines;    /* the number of elements of windows */
    int64_t rows;     /* the number of rows of the sums: one more */
    int64_t panels;   /* the number of panels of the sums, */
    int64_t columns;  /* and the width of each */
    int64_t width;    /* how many positions of one row are added at a time */
    int64_t run;      /* how many such rows are added at a time */
    memory memory;
} parts;

static parts parts_of(const sweep *w, const ag__kernels *kernels, size_t element)
{
    parts p;
    const ag__slides *s = &w->slides;
    int columns = columns_of(kernels, element);
    ag__slides alone = *s;
    alone.m = 0;
    ag__cut_open(&p.cut, &alone, element, columns, 1);
    p.lines = s->channels * p.cut.window;
    p.rows = p.lines + 1;
    p.columns = s->m <= columns / 2 ? columns / 2 : columns;
    p.panels = (s->m + p.columns - 1) / p.columns;
    double sums = (double)s->groups * (double)p.rows * (double)(p.panels * p.columns);
    p.samples = smaller(
        s->batch, sums > PART_NUMBERS / 2 ? 1 : smaller(PARTS, (int64_t)(PART_NUMBERS / sums)));
    if (p.samples * s->groups < PARTS / 2) {
        p.cut.channels = smaller(p.cut.channels, (s->channels + PARTS / 2 - 1) / (PARTS / 2));
    }
    p.channels = (s->channels + p.cut.channels - 1) / p.cut.channels;
    p.width = smaller(p.cut.n[2], RUN);
    p.run = RUN / p.width;
    p.memory = memory_of(w, &p.cut, rows_of(kernels, element), columns);
    p.memory.packed = 0;
    p.memory.team = ag__team_of(w->threads, p.samples * s->groups * p.channels,
                                sums * (double)s->batch * (double)product_of(w->target) / 25);
    p.memory.sums = 2 * round_up(p.width * p.run * p.columns, 64);
    return p;
}

static int64_t part_numbers(const parts *p, const sweep *w)
{
    return p->samples * w->slides.groups * p->panels * p->rows * p->columns;
}

static size_t weight_bytes(const sweep *w, const ag__kernels *kernels, size_t element)
{
    parts p = parts_of(w, kernels, element);
    int64_t each = p.memory.planes + p.memory.sums;
    return (size_t)p.memory.places * sizeof(int64_t) +
           element * (size_t)(RUN + part_numbers(&p, w) + p.memory.team.workers * each);
}

size_t ag__conv_work(const ag__kernels *kernels, size_t element, const ag__conv_size *s,
                     ag__conv_map map)
{
    sweep w = sweep_forward(s);
    if (map != AG__CONV_INPUT) {
        return (map == AG__CONV_WEIGHT ? weight_bytes : sweep_bytes)(&w, kernels, element);
    }
    size_t most = 0;
    int64_t all = remainders(s, 0) * remainders(s, 1) * remainders(s, 2);
    for (int64_t i = 0; i < all; i++) {
        if (sweep_input(s, i, &w)) {
            size_t bytes = sweep_bytes(&w, kernels, element);
            most = bytes > most ? bytes : most;
        }
    }
    return most;
}

#define of_f64 f64
#define of_f32 f32
#define BODY "ops/kernel/conv_kernels_body.inc"
#include "each_float.inc"
#define BODY "ops/kernel/conv_weight_body.inc"
#include "each_float.inc"

void ag__conv_run(const ag__kernels *kernels, size_t element, const ag__conv_size *s,
                  ag__conv_map map, const ag__conv_numbers *n, void *work)
{
    static void (*const of[3][2])(const ag__kernels *, const ag__conv_size *,
                                  const ag__conv_numbers *, void *) = {
        [AG__CONV_FORWARD] = {forward_f32, forward_f64},
        [AG__CONV_INPUT] = {input_f32, input_f64},
        [AG__CONV_WEIGHT] = {weight_f32, weight_f64},
    };
    of[map][element == sizeof(double)](kernels, s, n, work);
}
