/* How channels are laid out for windows that slide over them: planes padded with zeros, so that an
 * element of the window lies the same few numbers after the first under every position, and a run
 * of positions is a run of memory. Where windows move by more than one element, or their elements
 * lie far apart, a dimension is dealt out to several planes. Private to ops/kernel/.
 */
#ifndef OPS_KERNEL_CONV_LAYOUT_H
#define OPS_KERNEL_CONV_LAYOUT_H

#include <stddef.h>
#include <stdint.h>

/* One dimension: element k of the window at position o meets element at + k by + o step of a
 * channel, or a zero outside of it. k < count, o < n, by and step positive. */
typedef struct ag__sliding {
    int64_t n, count, at, by, step;
} ag__sliding;

/* Windows over `channels` channels of each group of each sample, where `m` numbers come of each. */
typedef struct ag__slides {
    int64_t batch, groups, channels, m;
    ag__sliding along[3];
    int64_t source[3]; /* extents of a channel */
} ag__slides;

/* A dimension laid out: element i of plane f is element at + f unit + (o + i) step of the channel,
 * for a box of positions from o on. */
typedef struct ag__dealt {
    int64_t planes, unit, extent;
} ag__dealt;

/* The work cut into boxes of positions, each with its samples and channels laid out at a time:
 * channel, plane, sample, element, the last side by side. */
typedef struct ag__layout_cut {
    int64_t samples, channels, n[3];
    ag__dealt dealt[3];
    int64_t window;  /* elements of a window in one channel */
    int64_t sample;  /* numbers of a plane of one sample */
    int64_t plane;   /* of all samples */
    int64_t channel; /* of all planes of a channel */
    int64_t span;    /* from the first position of a box to its last, rounded up to columns */
    int64_t boxes[3], sample_pieces, pieces;
} ag__layout_cut;

/* With `one` sample at a time, or as many as make a good length; `columns` are read at a time. The
 * cut depends on sizes alone. */
void ag__cut_open(ag__layout_cut *c, const ag__slides *s, size_t element, int64_t columns, int one);

/* Where the element of window element (c,k) under the first position is, for all of a box. */
void ag__cut_places(const ag__layout_cut *c, const ag__slides *s, int64_t *at);

/* A piece: its box, cut off at the end. */
typedef struct ag__box {
    int64_t sample, samples, group;
    int64_t from[3], n[3];
} ag__box;
ag__box ag__box_of(const ag__layout_cut *c, const ag__slides *s, int64_t piece);

/* The greatest common divisor. */
int64_t ag__divisor(int64_t a, int64_t b);

/* Which i < extent have from + i step in [0, n): those in [*low, *high). */
void ag__meets(int64_t from, int64_t step, int64_t n, int64_t extent, int64_t *low, int64_t *high);

#endif
