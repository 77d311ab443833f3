/* Convolution in up to three dimensions, the contract between the operations and the kernel.
 * Private to ops/.
 *
 *     Y[n,o,p] = sum over c, k of X[n,c, p stride + k dilation - pad] W[o,c,k]
 *
 * with X zero outside of its extents and, for more than one group, c running over the channels of
 * o's group. The three maps are each linear in both operands, and are each others' transposes.
 * Arrays are contiguous: X (batch, groups in, x...), W (groups out, in, k...), Y (batch, groups
 * out, y...). No extent is 0, no stride or dilation below 1. `work` is ag__conv_work bytes, aligned
 * to 64. Sums run in an order that depends on the sizes alone, not on the number of threads. The
 * extents of Y may be smaller than those that would fit, or larger. `kernels` are those of an
 * instruction set: ag__kernels_best(). They and the size are the same for ag__conv_work and the map.
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
    int64_t stride[3], dilation[3], pad[3]; /* pad: what is missing before the first element */
    int threads;                            /* that may work: ag__threads(); 0 is 1 */
} ag__conv_size;

typedef enum ag__conv_map { AG__CONV_FORWARD, AG__CONV_INPUT, AG__CONV_WEIGHT } ag__conv_map;

size_t ag__conv_work(const ag__kernels *kernels, size_t element, const ag__conv_size *s,
                     ag__conv_map map);

/* forward  Y = conv(X, W), plus a number for each channel of Y if `bias` is not NULL
 * input    X = the transpose of that in X, applied to Y; or added to X
 * weight   W = the transpose in W; or added to W */
#define AG__CONV(T, S)                                                                             \
    void ag__conv_forward_##S(const ag__kernels *kernels, const ag__conv_size *s, const T *x,      \
                              const T *w, const T *bias, T *y, bool add, void *work);              \
    void ag__conv_input_##S(const ag__kernels *kernels, const ag__conv_size *s, const T *y,        \
                            const T *w, T *x, bool add, void *work);                               \
    void ag__conv_weight_##S(const ag__kernels *kernels, const ag__conv_size *s, const T *x,       \
                             const T *y, T *w, bool add, void *work);
AG__CONV(double, f64)
AG__CONV(float, f32)

#endif
