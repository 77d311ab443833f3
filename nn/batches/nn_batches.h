/* Batches: rows of a data set drawn in an order, as tensors; a thread that prepares the next batch
 * while the step runs; images distorted on the way. Must not know modules.
 *
 *     nn_batches *all = nn_batches_new(train, &(nn_batches_options){.size = 128});
 *     ag_mark mark = ag_graph_mark(g);
 *     nn_batch b;
 *     for (int epoch = 1; epoch <= 20; epoch++) {
 *         nn_batches_start(all, epoch, 0);
 *         while (nn_batches_next(all, &b)) {
 *             ... a step on b.x and b.y ...
 *             if (ag_graph_rewind(g, mark) != AG_OK) { break; }
 *         }
 *     }
 *
 * What a batch holds is a function of the data, the options and (epoch, number of the batch) alone:
 * not of what was drawn before, of the graph's generator, or of threads.
 */
#ifndef AUTOGRAD_NN_BATCHES_H
#define AUTOGRAD_NN_BATCHES_H

#include "nn_data.h"

AG_BEGIN_C

/* --- distorted images ------------------------------------------------------------------------- */

/* How images are changed at random, each number drawn evenly from its range: artificial expansion
 * of training data. All of it is 0, that is nothing, unless it is set. A distortion is drawn from
 * (seed, epoch, stored row), so an image is distorted anew in each epoch, and in the same way
 * whatever batch or thread it is in.
 *
 * Images are (H, W) or (C, H, W). The pixel at p of the result is the image at its source, between
 * four pixels linearly; what lies outside is `outside`. Elastic distortion: Simard, Steinkraus,
 * Platt, Best practices for convolutional neural networks applied to visual document analysis,
 * 2003. Each pixel's source is moved by `elastic` times a random field of numbers from -1 to 1 that
 * was smoothed by a Gaussian of standard deviation `smooth` and sum 1; for MNIST they took 34 and
 * 4. */
typedef struct nn_distortion {
    double rotate;          /* degrees, to either side */
    double translate;       /* pixels, in each direction */
    double scale;           /* by a factor from 1/(1 + scale) to 1 + scale */
    double skew;            /* degrees by which upright lines lean, to either side */
    double elastic, smooth; /* pixels; smooth: 0 means 4, at most 20 */
    double mirror, flip;    /* probabilities: left and right, top and bottom exchanged */
    double noise;           /* standard deviation of what is added to each number */
    double outside;         /* as numbers stand in a batch; 0 */
    uint64_t seed;
} nn_distortion;

/* The rows of d with their inputs distorted as in epoch `copy`, copied: bytes stay bytes, other
 * numbers become f64. For the expansion of a small data set (nn_join), for a picture, and for a
 * poll: predict several copies of the test rows and take the mean. Errors: SHAPE (no images), DTYPE
 * (classes), VALUE (a number below 0, not finite, or too large), MEMORY. */
AG_API nn_data *nn_distorted(const nn_data *d, const nn_distortion *how, int64_t copy);

/* --- batches ---------------------------------------------------------------------------------- */

/* What becomes of a last batch with too few rows. */
typedef enum nn_last_batch {
    NN_LAST_KEPT,
    NN_LAST_JOINED, /* to the batch before it */
    NN_LAST_DROPPED,
    NN_LAST_REFUSED /* an error before the first epoch */
} nn_last_batch;

typedef struct nn_batches_options {
    int64_t size;     /* rows of a batch; 0: 32 */
    bool in_order;    /* that of the data set; otherwise at random, another order in each epoch */
    bool replacement; /* each row is drawn from all, so some come twice and some not at all */
    nn_last_batch last;
    int64_t fewest; /* rows that a last batch must have; 0: all of `size` */
    uint64_t seed;
    const nn_distortion *distortion; /* of inputs; copied */

    /* A thread prepares the next batch: the same bits. Where there are no threads it is done at
     * once. */
    bool loader;
} nn_batches_options;

/* *Borrowed* from the data set's graph; to be made before the mark that steps rewind to, with all
 * memory that it will need: batches are drawn without allocation. Errors: VALUE (no rows; a size
 * below 0; a last batch that is refused, or the only one that is dropped); those of nn_distorted;
 * MEMORY. */
typedef struct nn_batches nn_batches;
AG_API nn_batches *nn_batches_new(const nn_data *d, const nn_batches_options *o);

/* The graph that owns the batches; how many an epoch has; the largest number of rows that one has.
 */
AG_API ag_graph *nn_graph_of_batches(const nn_batches *b);
AG_API int64_t nn_batches_count(const nn_batches *b);
AG_API int64_t nn_batches_most(const nn_batches *b);

/* Goes to batch `batch`, from 0, of an epoch: the next one drawn is that, as it would have been
 * after the batches before it. Errors: VALUE (outside the epoch; its end is allowed). */
AG_API ag_status nn_batches_start(nn_batches *b, int64_t epoch, int64_t batch);

/* One batch. The tensors are constants of the graph that read memory of the batches: they hold
 * until the next one is drawn. x (rows, ...) has the graph's dtype, or is i64 where inputs are
 * classes; y the same, NULL without targets. */
typedef struct nn_batch {
    ag_tensor *x, *y;
    int64_t rows, epoch, number;
    const int64_t *row; /* which rows of the data set they are */
} nn_batch;

/* Draws the next batch; false at the end of the epoch, and after an error, which the graph keeps:
 * then *out is zero. */
AG_API bool nn_batches_next(nn_batches *b, nn_batch *out);

/* Ends the thread of a loader in the midst of an epoch. To be called before the graph is freed, or
 * rewound to a mark before the batches, unless the epoch was drawn to its end or there is no
 * loader. */
AG_API void nn_batches_stop(nn_batches *b);

AG_END_C

/* The source line of the call, for messages. */
static inline nn_batches *nn__at_batches(const nn_batches *b, const char *where)
{
    (void)ag__at_graph(nn_graph_of_batches(b), where);
    return AG_UNCONST(nn_batches *, b);
}

#ifndef AG_NO_SITES
#define nn_distorted(d, ...) nn_distorted(NN_AT_DATA(d), __VA_ARGS__)
#define nn_batches_new(d, ...) nn_batches_new(NN_AT_DATA(d), __VA_ARGS__)
#define nn_batches_start(b, ...) nn_batches_start(nn__at_batches(b, AG_HERE), __VA_ARGS__)
#define nn_batches_next(b, out) nn_batches_next(nn__at_batches(b, AG_HERE), out)
#endif

#endif
