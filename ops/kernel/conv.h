/* Convolution in up to three dimensions, the contract between the operations and the kernel.
 * Private to ops/.
 *
 *     Y[n,o,p] = sum over c, k of X[n,c, p stride + k dilation - pad] W[o,c,k]
 *
 * with X zero outside of its extents and, for more than one group, c running over the channels of
 * o's group. The three maps are each linear in both operands, and are each others' transposes.
 * Arrays are contiguous: X (batch, groups in, x...), W (groups out, in, k...), Y (batch, groups
 * out, y...). No extent is 0, no stride or dilation below 1. `work` is ag__conv_work bytes, aligned
 * to 64. Sums run in an order that depends on the sizes alone. The extents of Y may be smaller than
 * those that would fit, or larger.
 */
#ifndef OPS_KERNEL_CONV_H
#define OPS_KERNEL_CONV_H

#include <stddef.h>
#include <stdint.h>

typedef struct ag__conv_size {
    int64_t batch, groups;
    int64_t in, out; /* channels of one group */
    int64_t x[3], k[3], y[3];
    int64_t stride[3], dilation[3], pad[3]; /* pad: what is missing before the first element */
} ag__conv_size;

size_t ag__conv_work(size_t element, const ag__conv_size *s);

/* Y = conv(X, W);  X = the transpose of that in X, applied to Y;  W = the transpose in W. */
void ag__conv_forward_f64(const ag__conv_size *s, const double *x, const double *w, double *y,
                          void *work);
void ag__conv_forward_f32(const ag__conv_size *s, const float *x, const float *w, float *y,
                          void *work);
void ag__conv_input_f64(const ag__conv_size *s, const double *y, const double *w, double *x,
                        void *work);
void ag__conv_input_f32(const ag__conv_size *s, const float *y, const float *w, float *x,
                        void *work);
void ag__conv_weight_f64(const ag__conv_size *s, const double *x, const double *y, double *w,
                         void *work);
void ag__conv_weight_f32(const ag__conv_size *s, const float *x, const float *y, float *w,
                         void *work);

#endif
