/* An array (N, C, ...) in blocks of channels, for the kernels of ops/kernel/channel_kernels.h. A
 * block is one channel or, if channels have few numbers side by side, several channels as the
 * columns of a matrix, so that memory is read in order in both cases. The blocks depend on the
 * shape alone. Private to ops/. Must not know any operation.
 */
#ifndef OPS_NEURAL_CHANNEL_BLOCKS_H
#define OPS_NEURAL_CHANNEL_BLOCKS_H

#include <autograd/custom_op.h>

#include "ops/cpu/parallel.h"
#include "ops/kernel/channel_kernels.h"

enum { AG__COLUMNS = 64 }; /* the largest number of columns in a block */

typedef struct ag__blocks {
    const ag__channel_kernels *kernel;
    ag_dtype dtype;
    ag__block all; /* x, g and to of the whole arrays, which are contiguous; or NULL */
    int64_t channels, area,
        count;            /* the numbers of a channel that lie side by side, and all of them */
    int64_t each, pieces; /* the channels in a block, and the number of blocks */
    int64_t spread;       /* how many numbers stand for one channel in an ag__per_channel */
} ag__blocks;

void ag__blocks_open(ag__blocks *t, const ag_array *x);

/* Gives block number `piece`. It has *channels channels, and *first is the first of them. */
ag__block ag__blocks_at(const ag__blocks *t, int64_t piece, int64_t *first, int64_t *channels);

/* Calls `body` for every block, in several threads if that pays. */
void ag__blocks_run(const ag__blocks *t, ag__piece *piece, void *context);

/* The address of number i of an array that has the dtype of the blocks. */
double ag__blocks_get(const ag__blocks *t, const void *p, int64_t i);
void ag__blocks_set(const ag__blocks *t, void *p, int64_t i, double value);

/* Numbers for the channels of a block that a kernel reads or writes. Channel c of the block has
 * those from c * spread to (c + 1) * spread. */
typedef double ag__per_channel[AG__COLUMNS];
void ag__blocks_give(const ag__blocks *t, ag__per_channel p, int64_t c, double value);

#endif
