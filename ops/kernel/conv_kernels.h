/* Convolution in up to three dimensions, the contract between the operations and the kernel.
 * Private to ops/.
 *
 *     Y[n,o,p] = sum over c, k of X[n,c, p stride + k dilation - pad] W[o,c,k]
 *
 * X is zero outside of its extents and, if there are several groups, c runs over the channels of
 * the group of o. Each of the three maps is linear in both operands, and they are the transposes of
 * each other. Arrays are contiguous: X (batch, groups in, x...), W (groups out, in, k...), Y
 * (batch, groups out, y...). No extent is 0, and no stride or dilation is below 1. `work` is memory
 * of ag__conv_work bytes, aligned to 64. The order of every sum depends on the sizes alone, not on
 * the number of threads. The extents of Y may be smaller or larger than those that would fit.
 * `kernels` are those of an instruction set: ag__kernels_best(). A map must be given the same
 * kernels and sizes as ag__conv_work.
 */
#ifndef OPS_KERNEL_CONV_KERNELS_H
#define OPS_KERNEL_CONV_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel_table.h"

typedef struct ag__conv_size {
    int64_t batch, groups;
    int64_t in, out; /* channels of one group */
    int64_t x[3], k[3], y[3];
    int64_t stride[3], dilation[3];
    int64_t pad[3]; /* zeros before the first element */
    int threads;    /* how many threads may work: ag__threads(); 0 means 1 */
} ag__conv_size;

typedef enum ag__conv_map { AG__CONV_FORWARD, AG__CONV_INPUT, AG__CONV_WEIGHT } ag__conv_map;

size_t ag__conv_work(const ag__kernels *kernels, size_t element, const ag__conv_size *s,
                     ag__conv_map map);

/* The numbers of a map, in the order of its operands:
 * forward  Y = conv(X, W)
 * input    X = the transpose of the map from X to Y, applied to Y and W
 * weight   W = the transpose of the map from W to Y, applied to X and Y
 * Members that are NULL or false change nothing. */
typedef struct ag__conv_numbers {
    const void *first, *second;
    void *out;        /* weight: may be NULL, then X is not read, */
    bool add;         /* true: the result is added to what is there */
    const void *bias; /* forward: is added to each channel of Y */
    bool relu;        /* forward, not with `add`: what is at most 0 becomes 0 */
    const void *gate; /* input, weight: where its number is at most 0, that of Y is taken times 0 */
    void *sums;       /* weight: the sum of each channel of Y */
    bool add_sums;    /* true: they are added to what is there */
} ag__conv_numbers;

/* `element` is the size of a number, of a double or a float. */
void ag__conv_run(const ag__kernels *kernels, size_t element, const ag__conv_size *s,
                  ag__conv_map map, const ag__conv_numbers *n, void *work);

#endif
