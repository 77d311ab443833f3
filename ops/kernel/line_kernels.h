/* Kernels of one line of n numbers that lie side by side: exponentials divided by their sum, and
 * numbers brought to mean 0 and variance 1. This is the contract of ops/kernel/simd/line_kernels.c.
 * Private to ops/.
 *
 * Each kernel is called with the lines that it reads, followed by those that it writes. If `fresh`
 * is set, a gradient is written, otherwise it is added to what is there. The order of every sum
 * depends on n alone. The table gives the lines and what the kernel computes:
 *
 * softmax           x, y: y = exp(x - max)/sum
 * log_softmax       x, y: y = x - max - log(sum)
 * exponentials      x, y: y[0] = max, y[1] = log(sum), where sum is that of exp(x - max)
 * scale             x, y: y += number x; with `fresh`, y may be x
 * softmax_back      y, g, gradient: += y (g - sum(g y))
 * log_softmax_back  y, g, gradient: += g - exp(y) sum(g)
 * standardize       x, y: y = (x - mean)/sqrt(variance + number)
 * standardize_back  x, g, gradient: += (g - mean(g) - y mean(g y))/sqrt(variance + number)
 * layer_norm        x, w, b, y: y = standardize(x) w + b
 * layer_norm_back   x, g, w, gradients of x, w, b: those of w and b are always added to
 * rms_norm          x, w, y: y = x w/sqrt(mean(x^2) + number)
 * rms_norm_back     x, g, w, gradients of x, w: that of w is always added to
 */
#ifndef OPS_KERNEL_LINE_KERNELS_H
#define OPS_KERNEL_LINE_KERNELS_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

#include "fold_kernels.h"

typedef struct ag__line_options {
    double number;
    bool fresh;
} ag__line_options;

typedef void ag__line_kernel(void *const line[], int64_t n, ag__line_options options);

/* The same for `count` lines of up to AG__SHORT_LINE numbers; those of array k lie apart[k] numbers
 * from each other. */
typedef void ag__short_kernel(void *const line[], const int64_t apart[], int64_t n, int64_t count,
                              ag__line_options options);

typedef struct ag__short_kernels {
    ag__short_kernel *softmax, *log_softmax, *softmax_back, *log_softmax_back;
} ag__short_kernels;

typedef struct ag__line_kernels {
    ag__line_kernel *softmax, *log_softmax, *exponentials, *scale, *softmax_back, *log_softmax_back;
    ag__line_kernel *standardize, *standardize_back;
    ag__line_kernel *layer_norm, *layer_norm_back, *rms_norm, *rms_norm_back;
    ag__fold_kernel *logsumexp; /* max + log(sum); an infinite max is not subtracted */
    ag__short_kernels many;
} ag__line_kernels;

/* By dtype: f64, f32. */
typedef struct ag__line_set {
    ag__line_kernels of[2];
} ag__line_set;

/* --- units ------------------------------------------------------------------------------------ */

/* Lines near an end of the range of floats are measured in another unit, so that their squares and
 * products stay in the range: their numbers are multiplied by a power of two, which rounds nothing,
 * and what comes of them is multiplied back. Lines of ordinary numbers are not. */

/* The bytes of a type say which it is. Between 2^-42 and 2^42 in f32, 2^-340 and 2^340 in f64, a
 * number is ordinary: the product of three is in the range. 0 and NaN are not. */
static inline bool ag__is_ordinary(double size, int bytes)
{
    const double most = bytes == 4 ? 0x1p42 : 0x1p340;
    return size > 1 / most && size < most;
}

/* The power of two that brings such a size near 1; 1 for one that is ordinary, 0, infinite or NaN. */
static inline double ag__unit_of(double size, int bytes)
{
    const int most = bytes == 4 ? 126 : 1022;
    if (ag__is_ordinary(size, bytes) || !(size > 0) || isinf(size)) {
        return 1;
    }
    const int power = -ilogb(size);
    return ldexp(1, power < -most ? -most : power > most ? most : power);
}

#endif
