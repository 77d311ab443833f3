/* The kernels that exist once for each instruction set, and which of them this machine runs.
 * Private to ops/.
 *
 * Every .c file in this folder's simd/ and in the simd/ of a family is compiled once for each
 * instruction set that the compiler knows, with AG_SET (its name) and AG_VECTOR_BYTES (the width of
 * its vectors) defined. Such a file exports constant tables only. A group of kernels is a member of
 * ag__kernels and a line of dispatch.c.
 */
#ifndef OPS_KERNEL_KERNEL_TABLE_H
#define OPS_KERNEL_KERNEL_TABLE_H

#include <stdbool.h>

#include "cell_kernels.h"
#include "channel_kernels.h"
#include "conv_micro.h"
#include "ewise_kernels.h"
#include "fold_kernels.h"
#include "gemm_micro.h"
#include "line_kernels.h"
#include "optim_kernels.h"
#include "pool_kernels.h"
#include "random_kernels.h"
#include "sum_kernels.h"

typedef struct ag__kernels {
    const char *name; /* the name of the instruction set */
    int bytes;        /* the size of its vectors */
    const ag__micro *micro;
    const ag__rows *rows;
    const ag__sums *sums;
    const ag__line_set *lines;
    const ag__fold_set *folds;
    const ag__channel_set *channels;
    const ag__cell_set *cells;
    const ag__masks *masks;
    const ag__fills *fills;
    const ag__steps *steps;
    const ag__window *window;
    const ag__slide *slide;
} ag__kernels;

/* The set in use: the best one that this processor runs, unless another was asked for (cpu.h). A
 * caller that needs the same set twice, say for the size of memory and for the work, must ask once
 * and keep the answer. */
const ag__kernels *ag__kernels_best(void);

/* Set i of those that were compiled, and whether this processor runs it; NULL past the last. */
const ag__kernels *ag__kernels_at(int i, bool *runs);

#endif
