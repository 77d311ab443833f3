/* Kernels of recurrent cells: the contract between ops/neural/recurrent/ and
 * ops/elementwise/simd/cell_kernels.c, which has the activations from the tables. Private to ops/.
 *
 * There are `rows` rows, each of k n gates before their activation and of n numbers of a state. x
 * and u are the two parts of the gates, s is the state before the step.
 *
 * lstm       k = 4: to = h', c'
 * lstm_back  y = c', g = the gradients of h' and c': to = the gradients of x, u and s = c
 * gru        k = 3: to = h'
 * gru_back   g = the gradient of h': to = the gradients of x, u and s = h
 *
 * A gradient whose `to` is NULL is not computed; one that is `fresh` is written, any other is added
 * to. The gradients of x and u may be the same memory; then only that of x is fresh.
 */
#ifndef OPS_KERNEL_CELL_KERNELS_H
#define OPS_KERNEL_CELL_KERNELS_H

#include <stdbool.h>
#include <stdint.h>

typedef struct ag__cells {
    int64_t rows, n;
    const void *x, *u, *s, *y, *g[2];
    void *to[3];
    bool fresh[3];
} ag__cells;

typedef void ag__cell_kernel(const ag__cells *c);

typedef struct ag__cell_kernels {
    ag__cell_kernel *lstm, *lstm_back, *gru, *gru_back;
} ag__cell_kernels;

/* By dtype: f64, f32. */
typedef struct ag__cell_set {
    ag__cell_kernels of[2];
} ag__cell_set;

#endif
