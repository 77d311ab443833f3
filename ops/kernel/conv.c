/* Convolution as matrix products: the windows of a block of output positions are written side by
 * side as columns (im2col), so that one product does them all; the way back adds the columns to
 * where they came from. A block is as wide as a bounded workspace allows. Chellapilla, Puri,
 * Simard: High Performance Convolutional Neural Networks for Document Processing (2006). Must not
 * know what a tensor is.
 */
#include <string.h>

#include "conv.h"
#include "gemm.h"
#include "kernel.h"

enum { COLUMN_BYTES = 1 << 20 }; /* of a block of columns, unless a single one is larger */

static int64_t product_of(const int64_t n[3])
{
    return n[0] * n[1] * n[2];
}

/* Elements of one window: the rows of the matrix of columns. */
static int64_t window_size(const ag__conv_size *s)
{
    return s->in * product_of(s->k);
}

/* Output positions done at a time. */
static int64_t block_width(size_t element, const ag__conv_size *s)
{
    int64_t fit = (int64_t)(COLUMN_BYTES / element) / window_size(s), all = product_of(s->y);
    return fit < 1 ? 1 : fit < all ? fit : all;
}

static size_t round_up(size_t bytes)
{
    return (bytes + 63) / 64 * 64;
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

static size_t column_bytes(size_t element, const ag__conv_size *s)
{
    return round_up(element * (size_t)window_size(s) * (size_t)block_width(element, s));
}

size_t ag__conv_work(size_t element, const ag__conv_size *s)
{
    const ag__micro *micro = ag__kernels_best()->micro;
    int64_t rows = window_size(s), width = block_width(element, s);
    size_t forward = ag__gemm_work(micro, element, s->out, width, rows);
    size_t input = ag__gemm_work(micro, element, rows, width, s->out);
    size_t weight = ag__gemm_work(micro, element, s->out, rows, width);
    return column_bytes(element, s) + larger(forward, larger(input, weight));
}

/* A stretch of output positions along the last dimension, under one element of the window: of its
 * `run` positions those in [from, to) meet X, beginning at element `at` of the channel. */
typedef struct span {
    int64_t run, from, to, at;
} span;

static int64_t clamped(int64_t i, int64_t n)
{
    return i < 0 ? 0 : i > n ? n : i;
}

static span span_of(const ag__conv_size *s, const int64_t k[3], int64_t position, int64_t most)
{
    int64_t o[3] = {position / s->y[2] / s->y[1], position / s->y[2] % s->y[1], position % s->y[2]};
    int64_t i[3];
    for (int d = 0; d < 3; d++) {
        i[d] = o[d] * s->stride[d] + k[d] * s->dilation[d] - s->pad[d];
    }
    span r = {s->y[2] - o[2] < most ? s->y[2] - o[2] : most, 0, 0, 0};
    if (i[0] < 0 || i[0] >= s->x[0] || i[1] < 0 || i[1] >= s->x[1] || i[2] >= s->x[2]) {
        return r;
    }
    int64_t step = s->stride[2];
    r.from = clamped(i[2] < 0 ? (-i[2] - 1) / step + 1 : 0, r.run);
    r.to = clamped((s->x[2] - 1 - i[2]) / step + 1, r.run);
    if (r.from >= r.to) {
        r.from = r.to = 0;
        return r;
    }
    r.at = (i[0] * s->x[1] + i[1]) * s->x[2] + i[2] + r.from * step;
    return r;
}

#define T double
#define NAME(x) x##_f64
#include "conv_body.inc"
#undef T
#undef NAME
#define T float
#define NAME(x) x##_f32
#include "conv_body.inc"
#undef T
#undef NAME
