/* Losses of training: one number for each sample of a batch, so that weights of samples and
 * classes, exact means over partial batches and reports by subgroup need nothing else. What they
 * compute stands in loss.h. Must not know modules and data.
 *
 * All compare shapes first, because the losses of loss.h broadcast: a prediction [n,1] against a
 * target [n] would there be n times n numbers. Errors of all: SHAPE (the message names both
 * shapes), DTYPE, VALUE (a target that is none for it: the message gives row and value),
 * NULL_ARGUMENT.
 */
#ifndef AUTOGRAD_NN_LOSSES_H
#define AUTOGRAD_NN_LOSSES_H

#include "base.h"

AG_BEGIN_C

/* Of predictions y and targets t, both with one row for each sample, gives the samples' losses:
 *   (n, ...), (n, ...) -> (n)
 * `user` is what the caller of fit gave beside it. One of your own is such a function; it should
 * begin with nn_same_shapes or nn_labels_fit. */
typedef ag_tensor *(*nn_loss)(ag_tensor *y, ag_tensor *t, const void *user);

/* --- numbers ---------------------------------------------------------------------------------- */

/* y and t have one shape; t may be i64, which is converted. A sample of several numbers has the
 * mean of their losses, but for nn_quadratic. */

/* (y - t)^2 */
AG_API ag_tensor *nn_mse(ag_tensor *y, ag_tensor *t, const void *user);

/* |y - t| */
AG_API ag_tensor *nn_mae(ag_tensor *y, ag_tensor *t, const void *user);

/* The quadratic cost: half the sum of (y - t)^2 over the numbers of a sample. */
AG_API ag_tensor *nn_quadratic(ag_tensor *y, ag_tensor *t, const void *user);

/* ag_huber_loss; user: const double *delta, NULL is 1. */
AG_API ag_tensor *nn_huber(ag_tensor *y, ag_tensor *t, const void *user);

/* ag_quantile_loss; user: const double *tau, NULL is 1/2. */
AG_API ag_tensor *nn_quantile(ag_tensor *y, ag_tensor *t, const void *user);

/* ag_poisson_nll_loss, y the logarithm of the rate. */
AG_API ag_tensor *nn_poisson(ag_tensor *y, ag_tensor *t, const void *user);

/* --- two classes ------------------------------------------------------------------------------ */

/* y and t have one shape; t is 0 or 1, or a probability; i64 labels 0 and 1 are converted. */

/* Binary cross-entropy of logits. */
AG_API ag_tensor *nn_bce(ag_tensor *y, ag_tensor *t, const void *user);

/* The same of probabilities, for a network that ends with nn_sigmoid. */
AG_API ag_tensor *nn_bce_of_probabilities(ag_tensor *y, ag_tensor *t, const void *user);

/* max(0, 1 - s y) with s = 2t - 1: the hinge loss of labels 0 and 1. */
AG_API ag_tensor *nn_hinge(ag_tensor *y, ag_tensor *t, const void *user);

/* --- many classes ----------------------------------------------------------------------------- */

/* Scores y, labels t from 0 to C-1 (i64): (n, C), (n), or (n, C, d...), (n, d...), where a sample's
 * loss is the mean over its places. */
typedef struct nn_class_options {
    bool classes_last;      /* scores are (n, d..., C), as a transformer gives them */
    double label_smoothing; /* as in loss.h; nn_cross_entropy only */
} nn_class_options;

/* Cross-entropy of logits; user: const nn_class_options *, NULL is usual. */
AG_API ag_tensor *nn_cross_entropy(ag_tensor *y, ag_tensor *t, const void *user);

/* The same of probabilities, for a network that ends with nn_softmax; less than 1.2e-38 counts as
 * that, with the gradient 0. And of their logarithms. */
AG_API ag_tensor *nn_cross_entropy_of_probabilities(ag_tensor *y, ag_tensor *t, const void *user);
AG_API ag_tensor *nn_nll(ag_tensor *y, ag_tensor *t, const void *user);

/* The same of logits, with targets that are one-hot or probabilities of every class, in the shape
 * of the scores. Errors: VALUE (a target outside [0,1], or a row whose sum is not 1). */
AG_API ag_tensor *nn_cross_entropy_of_shares(ag_tensor *y, ag_tensor *t, const void *user);

/* --- weights ---------------------------------------------------------------------------------- */

/* sum(w l) / sum(w), a 0-d tensor; without weights the mean of l. Both are (n). Errors: SHAPE;
 * VALUE (a weight that is negative or not finite; their sum is 0). */
AG_API ag_tensor *nn_weighted_mean(ag_tensor *losses, ag_tensor *weights);

/* The weight of every sample's class: weight[t], for labels t of shape (n) or (n, 1), i64 or whole
 * numbers. A constant (n) in the graph's dtype. Errors: SHAPE; VALUE (a label outside 0 to
 * classes-1: named with its row). */
AG_API ag_tensor *nn_class_weights(const ag_tensor *t, const double *weight, int64_t classes);

/* --- checks, for losses and metrics of your own ----------------------------------------------- */

/* `what` is the name of the function that asks, with which the message begins. nn_same_shapes: do y
 * and t have one shape, of one dimension or more? nn_labels_fit: are t labels for the scores y, of
 * the right shape, i64, from 0 to C-1? */
AG_API AG_MUST_USE ag_status nn_same_shapes(const char *what, const ag_tensor *y,
                                            const ag_tensor *t);
AG_API AG_MUST_USE ag_status nn_labels_fit(const char *what, const ag_tensor *y, const ag_tensor *t,
                                           bool classes_last);

AG_END_C

/* The source line of the call, for messages. */
#ifndef AG_NO_SITES
#define nn_mse(y, t, user) nn_mse(AG_AT(y), AG_AT(t), user)
#define nn_mae(y, t, user) nn_mae(AG_AT(y), AG_AT(t), user)
#define nn_quadratic(y, t, user) nn_quadratic(AG_AT(y), AG_AT(t), user)
#define nn_huber(y, t, user) nn_huber(AG_AT(y), AG_AT(t), user)
#define nn_quantile(y, t, user) nn_quantile(AG_AT(y), AG_AT(t), user)
#define nn_poisson(y, t, user) nn_poisson(AG_AT(y), AG_AT(t), user)
#define nn_bce(y, t, user) nn_bce(AG_AT(y), AG_AT(t), user)
#define nn_bce_of_probabilities(y, t, user) nn_bce_of_probabilities(AG_AT(y), AG_AT(t), user)
#define nn_hinge(y, t, user) nn_hinge(AG_AT(y), AG_AT(t), user)
#define nn_cross_entropy(y, t, ...) nn_cross_entropy(AG_AT(y), AG_AT(t), __VA_ARGS__)
#define nn_cross_entropy_of_probabilities(y, t, ...)                                               \
    nn_cross_entropy_of_probabilities(AG_AT(y), AG_AT(t), __VA_ARGS__)
#define nn_nll(y, t, ...) nn_nll(AG_AT(y), AG_AT(t), __VA_ARGS__)
#define nn_cross_entropy_of_shares(y, t, ...)                                                      \
    nn_cross_entropy_of_shares(AG_AT(y), AG_AT(t), __VA_ARGS__)
#define nn_weighted_mean(losses, weights) nn_weighted_mean(AG_AT(losses), weights)
#define nn_class_weights(t, ...) nn_class_weights(AG_AT(t), __VA_ARGS__)
#define nn_same_shapes(what, y, t) nn_same_shapes(what, AG_AT(y), AG_AT(t))
#define nn_labels_fit(what, y, t, last) nn_labels_fit(what, AG_AT(y), AG_AT(t), last)
#endif

#endif
