/* How channels are laid out for windows that slide over them: in planes padded with zeros. In a
 * plane an element of the window lies equally far from the first element at every position, and a
 * run of positions is a run of memory. If windows move by more than one element, or if the elements
 * of a window lie far apart, a dimension is divided among several planes. Private to ops/kernel/.
 */
#ifndef OPS_KERNEL_CONV_LAYOUT_H
#define OPS_KERNEL_CONV_LAYOUT_H

#include <stddef.h>
#include <stdint.h>

/* One dimension: element k of the window at position o meets element at + k by + o step of a
 * channel, or a zero if that is outside of the channel. k < count, o < n, by and step positive. */
typedef struct ag__sliding {
    int64_t n, count, at, by, step;
} ag__sliding;

/* Windows that slide over the channels of each group of each sample. At every position they give
 * `m` results for each group. */
typedef struct ag__slides {
    int64_t batch, groups, channels, m;
    ag__sliding along[3];
    int64_t source[3]; /* the extents of a channel */
} ag__slides;

/* A dimension divided among planes: for a box of positions from o on, element i of plane f is
 * element at + f unit + (o + i) step of the channel. */
typedef struct ag__dealt {
    int64_t planes, unit, extent;
} ag__dealt;

/* The work, cut into boxes of positions. For a box, some samples and some channels are laid out at
 * a time, ordered by channel, plane, sample and element, so that elements lie side by side. */
typedef struct ag__layout_cut {
    int64_t samples, channels; /* how many are laid out at a time */
    int64_t n[3];              /* the number of positions of a box */
    ag__dealt dealt[3];
    int64_t window;  /* the number of elements of a window in one channel */
    int64_t sample;  /* the size of a plane of one sample */
    int64_t plane;   /* the size of a plane of all samples that are laid out */
    int64_t channel; /* the size of all planes of a channel */
    int64_t span;    /* the length from the first position of a box to its last, in whole tiles */
    int64_t boxes[3], sample_pieces, pieces;
} ag__layout_cut;

/* Cuts the work. If `one` is set, one sample is laid out at a time, otherwise as many as give long
 * runs. A tile reads `columns` positions. The cut depends on sizes alone. */
void ag__cut_open(ag__layout_cut *c, const ag__slides *s, size_t element, int64_t columns, int one);

/* Writes the place of every element (channel, k) of the window at the first position of a box. */
void ag__cut_places(const ag__layout_cut *c, const ag__slides *s, int64_t *at);

/* The samples and positions of a piece. A box at the end of a dimension may be smaller. */
typedef struct ag__box {
    int64_t sample, samples, group;
    int64_t from[3], n[3];
} ag__box;
ag__box ag__box_of(const ag__layout_cut *c, const ag__slides *s, int64_t piece);

/* The greatest common divisor. */
int64_t ag__divisor(int64_t a, int64_t b);

/* Finds the i in [0, extent) for which from + i step is in [0, n): those in [*low, *high). */
void ag__meets(int64_t from, int64_t step, int64_t n, int64_t extent, int64_t *low, int64_t *high);

#endif
