/* Kernels of one line of n numbers that lie side by side: exponentials that are divided by their
 * sum, and numbers brought to mean 0 and variance 1; contract of ops/kernel/simd/line_kernels.c.
 * Private to ops/.
 *
 * Each is called with the lines it reads and, last, the one it writes; `fresh` says that a gradient
 * is yet to be written, else it is added to. Sums are taken in an order that depends on n alone.
 *
 * softmax           x, y: y = exp(x - max)/sum
 * log_softmax       x, y: y = x - max - log(sum)
 * logsumexp         x, y: y[0] = max + log(sum); an infinite max is not subtracted
 * exponentials      x, y: y[0] = max, y[1] = log(sum), the sum of exp(x - max)
 * scale             x, y: y += number x, for a y that may be x where it is fresh
 * softmax_back      y, g, gradient: += y (g - sum(g y))
 * log_softmax_back  y, g, gradient: += g - exp(y) sum(g)
 * standardize       x, y: y = (x - mean)/sqrt(variance + number)
 * standardize_back  x, g, gradient: += (g - mean(g) - y mean(g y))/sqrt(variance + number)
 * layer_norm        x, w, b, y: y = standardize(x) w + b
 * layer_norm_back   x, g, w, gradients of x, w, b: the latter two are always added to
 * rms_norm          x, w, y: y = x w/sqrt(mean(x^2) + number)
 * rms_norm_back     x, g, w, gradients of x, w
 */
#ifndef OPS_KERNEL_LINE_KERNELS_H
#define OPS_KERNEL_LINE_KERNELS_H

#include <stdbool.h>
#include <stdint.h>

typedef struct ag__line_options {
    double number;
    bool fresh;
} ag__line_options;

typedef void ag__line_kernel(void *const line[], int64_t n, ag__line_options options);

typedef struct ag__line_kernels {
    ag__line_kernel *softmax, *log_softmax, *logsumexp, *exponentials, *scale, *softmax_back,
        *log_softmax_back;
    ag__line_kernel *standardize, *standardize_back;
    ag__line_kernel *layer_norm, *layer_norm_back, *rms_norm, *rms_norm_back;
} ag__line_kernels;

/* By dtype: f64, f32. */
typedef struct ag__line_set {
    ag__line_kernels of[2];
} ag__line_set;

#endif
