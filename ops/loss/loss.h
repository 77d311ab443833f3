/* Losses: how far a prediction y is from a target t, as one number or one per element.
 *
 * Every loss first makes an array of element losses l, over the shape to which its operands
 * broadcast unless said otherwise, and then reduces it. They are compositions of other operations,
 * so they can be differentiated any number of times, by the targets too; labels are the exception.
 * Operands are f64 or f32, all of one dtype. Options are read during the call; NULL means all
 * defaults, and AG_EXACT_ZERO is 0 in an option whose 0 means the usual number. Where PyTorch 1.13 has the loss, values and gradients are the same.
 *
 * Errors of all: SHAPE (do not broadcast), DTYPE, GRAPH, NULL_ARGUMENT, VALUE (no such reduction);
 * further ones stand with the loss. A message begins with the name of the loss.
 */
#ifndef AUTOGRAD_LOSS_H
#define AUTOGRAD_LOSS_H

#include "base.h"

AG_BEGIN_C

/* What becomes of the element losses. The mean of no elements is NaN. */
typedef enum ag_reduction {
    AG_MEAN,      /* sum(l) / number of elements; the default of the options */
    AG_SUM,       /* sum(l) */
    AG_NONE,      /* l itself */
    AG_BATCH_MEAN /* sum(l) / size of the first axis; ag_kl_div only */
} ag_reduction;

/* --- regression ------------------------------------------------------------------------------- */

/* The squared error: l = (y - t)^2.  gy = 2 (y - t), gt = -gy. */
AG_API ag_tensor *ag_mse_loss(ag_tensor *y, ag_tensor *t, ag_reduction reduction);

/* The absolute error: l = |y - t|.  gy = sign(y - t), 0 where y = t; gt = -gy. */
AG_API ag_tensor *ag_l1_loss(ag_tensor *y, ag_tensor *t, ag_reduction reduction);

/* The absolute error with its corner rounded (Girshick 2015, eq. 3, for beta = 1). With d = y - t:
 *   l = d^2 / (2 beta) where |d| < beta, else |d| - beta/2;  beta = 0 is ag_l1_loss
 *   gy = d / beta kept within -1 and 1, gt = -gy
 * Errors: VALUE (beta is negative or not finite). */
AG_API ag_tensor *ag_smooth_l1_loss(ag_tensor *y, ag_tensor *t, double beta,
                                    ag_reduction reduction);

/* The squared error near 0, the absolute one far away (Huber 1964). With d = y - t:
 *   l = d^2 / 2 where |d| <= delta, else delta (|d| - delta/2)
 *   gy = d kept within -delta and delta, gt = -gy
 * Errors: VALUE (delta is not positive). */
AG_API ag_tensor *ag_huber_loss(ag_tensor *y, ag_tensor *t, double delta, ag_reduction reduction);

/* The pinball loss, least where y is the tau-quantile of t (Koenker and Bassett 1978). With
 * d = t - y:
 *   l = max(tau d, (tau - 1) d)
 *   gy = -tau where t > y, 1 - tau where t < y, 1/2 - tau where they are equal; gt = -gy
 * Errors: VALUE (tau is not between 0 and 1). */
AG_API ag_tensor *ag_quantile_loss(ag_tensor *y, ag_tensor *t, double tau, ag_reduction reduction);

/* --- likelihoods ------------------------------------------------------------------------------ */

/* Poisson: the target counts t, the operand x is the logarithm of the rate, or the rate. */
typedef struct ag_poisson_options {
    bool rate;  /* x is the rate itself */
    bool full;  /* add Stirling's term where t > 1: t log t - t + log(2 pi t)/2 */
    double eps; /* keeps log(rate + eps) finite; 0 means 1e-8 */
    ag_reduction reduction;
} ag_poisson_options;

/*   l = exp(x) - t x,  gx = exp(x) - t;  for a rate l = x - t log(x + eps), gx = 1 - t/(x + eps)
 * Errors: VALUE (eps is negative). */
AG_API ag_tensor *ag_poisson_nll_loss(ag_tensor *x, ag_tensor *t,
                                      const ag_poisson_options *options);

typedef struct ag_gaussian_options {
    bool full;  /* add the constant log(2 pi)/2 */
    double eps; /* the least variance; 0 means 1e-6 */
    ag_reduction reduction;
} ag_gaussian_options;

/* The target t under a normal distribution of mean mu and variance var (Nix and Weigend 1994). With
 * v = max(var, eps):
 *   l = (log v + (t - mu)^2 / v) / 2
 *   gmu = (mu - t) / v,  gvar = (1 - (t - mu)^2 / v) / (2 v), also where var < eps
 * Errors: VALUE (a negative variance, which is named; eps is negative). */
AG_API ag_tensor *ag_gaussian_nll_loss(ag_tensor *mu, ag_tensor *t, ag_tensor *var,
                                       const ag_gaussian_options *options);

/* The Kullback-Leibler divergence of the distribution p from q, whose logarithm is given, element
 * by element; AG_BATCH_MEAN gives what mathematics calls by that name.
 *   l = p (log p - logq), 0 where p = 0;  glogq = -p, gp = log p + 1 - logq (NaN where p = 0)
 *   with log_target p is given as its logarithm, so l = exp(p) (p - logq) */
AG_API ag_tensor *ag_kl_div(ag_tensor *logq, ag_tensor *p, bool log_target, ag_reduction reduction);

/* --- two classes ------------------------------------------------------------------------------ */

/* Binary cross-entropy of probabilities p; `weight`, which broadcasts, may be NULL. Logarithms stop
 * at -100.
 *   l = -weight (t log p + (1 - t) log(1 - p))
 *   gp = weight (p - t) / max(p (1 - p), 1e-12),  gt = weight (log(1 - p) - log p)
 * Errors: VALUE (a probability outside [0,1], which is named). */
AG_API ag_tensor *ag_bce_loss(ag_tensor *p, ag_tensor *t, ag_tensor *weight,
                              ag_reduction reduction);

typedef struct ag_bce_options {
    ag_tensor *weight;     /* of the element; broadcasts; NULL: 1 */
    ag_tensor *pos_weight; /* of the positive class; broadcasts; NULL: 1 */
    ag_reduction reduction;
} ag_bce_options;

/* The same of logits x, p = sigmoid(x), exact for any x:
 *   l = weight (pos_weight t log(1 + exp(-x)) + (1 - t) log(1 + exp(x)))
 *     = max(x, 0) - x t + log1p(exp(-|x|)) without the weights
 *   gx = sigmoid(x) - t, without the weights;  gt = -x */
AG_API ag_tensor *ag_bce_with_logits(ag_tensor *x, ag_tensor *t, const ag_bce_options *options);

typedef struct ag_focal_options {
    double alpha; /* the weight of t = 1, where t = 0 has 1 - alpha; 0 means 0.25, negative: none */
    double gamma; /* how little counts what is right already; 0 means 2, AG_EXACT_ZERO is 0 */
    ag_reduction reduction;
} ag_focal_options;

/* Binary cross-entropy in which what is classified well counts little (Lin, Goyal, Girshick, He and
 * Dollar 2017, eq. 5). Of logits x, with p = sigmoid(x) and q = t (1 - p) + (1 - t) p:
 *   l = (alpha t + (1 - alpha) (1 - t)) q^gamma bce_with_logits(x, t)
 * Errors: VALUE (alpha is more than 1, gamma negative or not finite). */
AG_API ag_tensor *ag_focal_loss(ag_tensor *x, ag_tensor *t, const ag_focal_options *options);

/* --- many classes ----------------------------------------------------------------------------- */

typedef struct ag_cross_entropy_options {
    ag_tensor *weight;      /* (C), of each class; NULL: 1 */
    bool ignore;            /* leave positions with the label ignore_index out, ... */
    int64_t ignore_index;   /* ... which may be any number, -100 say */
    double label_smoothing; /* s in [0,1]: the target is 1-s of the label's class, s/C of all */
    ag_reduction reduction;
} ag_cross_entropy_options;

/* Cross-entropy of softmax(x) along the class axis. The targets are either class labels 0 to C-1
 * (i64), one a position, or probabilities of every class (the logits' shape and dtype).
 *   logits (C), labels 0-d -> 0-d;  (N,C,d1,...), (N,d1,...) -> (N,d1,...) before the reduction
 *   l = weight[t] (log sum_c exp(x_c) - x_t),  gx_c = weight[t] (softmax(x)_c - [c = t])
 *   l = -sum_c weight[c] t_c log softmax(x)_c for probabilities t
 * The greatest logit is subtracted first, so no logit is too large. AG_MEAN divides by the sum of
 * the weights of the labels not ignored, or for probabilities by the number of positions. With all
 * ignored it is NaN, with a gradient of 0. Labels without smoothing run as one fused operation.
 * Errors: SHAPE; VALUE (a label outside the classes, which is named with its position; s outside
 * [0,1]; `ignore` with probabilities). */
AG_API ag_tensor *ag_cross_entropy(ag_tensor *logits, ag_tensor *targets,
                                   const ag_cross_entropy_options *options);

/* As ag_cross_entropy with labels, of given log-probabilities: l = -weight[t] logp_t. Label
 * smoothing does not apply. Errors as there. */
AG_API ag_tensor *ag_nll_loss(ag_tensor *logp, ag_tensor *labels,
                              const ag_cross_entropy_options *options);

/* --- margins ---------------------------------------------------------------------------------- */

/* Labels y are 1 or -1, of the operands' dtype or i64. max(0, z) has the derivative 1 at 0. Errors of
 * all: VALUE (a margin that is not finite). */

/* Is x small where y = 1, above the margin where y = -1?
 *   l = x where y = 1, max(0, margin - x) where y = -1; their sum where y is neither */
AG_API ag_tensor *ag_hinge_embedding_loss(ag_tensor *x, ag_tensor *y, double margin,
                                          ag_reduction reduction);

/* Is a above b by the margin where y = 1, below it where y = -1?
 *   l = max(0, margin - y (a - b)) */
AG_API ag_tensor *ag_margin_ranking_loss(ag_tensor *a, ag_tensor *b, ag_tensor *y, double margin,
                                         ag_reduction reduction);

/* The cosine of the angle between a and b along an axis, which goes. Norms below eps count as eps
 * (1e-8 is usual).  (..., n, ...) -> (..., ...); 0-d operands count as vectors of one element
 *   s = sum(u v) with u = a / max(|a|, eps), v = b / max(|b|, eps)
 *   ga = (v - s u) / |a| where |a| >= eps, v / eps below; likewise gb
 * Errors: AXIS; VALUE (eps is negative or not finite). */
AG_API ag_tensor *ag_cosine_similarity(ag_tensor *a, ag_tensor *b, int axis, double eps);

/* Are a and b alike where y = 1, apart where y = -1? Along the last axis,
 *   cos = sum(a b) / sqrt((sum(a^2) + e) (sum(b^2) + e)), e = 1e-12
 *   l = 1 - cos where y = 1, max(0, cos - margin) where y = -1, 0 where y is neither
 *   (..., n), (..., n), y (...) -> (...)
 * Errors: SHAPE (0-d operands). */
AG_API ag_tensor *ag_cosine_embedding_loss(ag_tensor *a, ag_tensor *b, ag_tensor *y, double margin,
                                           ag_reduction reduction);

typedef struct ag_triplet_options {
    double margin; /* 0 means 1, AG_EXACT_ZERO 0 */
    double p;      /* of the norm, more than 0 or INFINITY; 0 means 2 */
    double eps;    /* added to each difference; 0 means 1e-6 */
    bool swap;     /* the negative's distance to anchor or positive, whichever is less */
    ag_reduction reduction;
} ag_triplet_options;

/* Is the anchor nearer to the positive than to the negative by the margin? (Schroff, Kalenichenko
 * and Philbin 2015; swap: Balntas et al. 2016.) Along the last axis, with |.| the p-norm:
 *   d(a, b) = |a - b + eps|,  l = max(0, margin + d(anchor, positive) - d(anchor, negative))
 *   (..., n), (..., n), (..., n) -> (...)
 * The norm of zeros has the gradient 0.
 * Errors: SHAPE (0-d operands); VALUE (p is not positive, margin or eps negative or not finite). */
AG_API ag_tensor *ag_triplet_margin_loss(ag_tensor *anchor, ag_tensor *positive,
                                         ag_tensor *negative, const ag_triplet_options *options);

/* --- margins between classes ------------------------------------------------------------------ */

typedef struct ag_multi_margin_options {
    ag_tensor *weight; /* (C), of each class; NULL: 1 */
    double margin;     /* 0 means 1, AG_EXACT_ZERO is 0 */
    double p;          /* the power, 1 or 2; 0 means 1 */
    ag_reduction reduction;
} ag_multi_margin_options;

/* Is the score of the label above those of the other classes by the margin? max(0, z) has the
 * derivative 0 at 0 here and below, as in PyTorch.
 *   x (C), a label 0-d -> 0-d;  x (N,C), labels (N) -> (N) before the reduction
 *   l = weight[t] sum over c != t of max(0, margin - x_t + x_c)^p / C
 * Errors: SHAPE; VALUE (a label outside the classes, p, margin). */
AG_API ag_tensor *ag_multi_margin_loss(ag_tensor *x, ag_tensor *labels,
                                       const ag_multi_margin_options *options);

/* Are the scores of all labels above those of all other classes by 1? The labels of a sample are a
 * list of classes as long as there are classes, in which -1 ends what counts; a label counts as often as it is there.
 *   x (C), labels (C) -> 0-d;  x (N,C), labels (N,C) -> (N) before the reduction
 *   l = sum over labels t and classes c that are none of max(0, 1 - x_t + x_c) / C
 * Errors: SHAPE; VALUE (a label outside the classes). */
AG_API ag_tensor *ag_multilabel_margin_loss(ag_tensor *x, ag_tensor *labels,
                                            ag_reduction reduction);

/* The mean over the classes, which lie along the last axis, of the binary cross-entropy of logits
 * x; t is 1 for a class that applies, else 0. `weight` broadcasts and may be NULL.
 *   (..., C), (..., C) -> (...) before the reduction
 *   l = sum over c of weight_c (log(1 + exp(x_c)) - t_c x_c) / C
 * Errors: SHAPE (0-d operands). */
AG_API ag_tensor *ag_multilabel_soft_margin_loss(ag_tensor *x, ag_tensor *t, ag_tensor *weight,
                                                 ag_reduction reduction);

/* --- sequences -------------------------------------------------------------------------------- */

typedef struct ag_ctc_options {
    int64_t blank;      /* 0: the class that means no label */
    bool zero_infinity; /* a sample whose labels do not fit into its steps costs 0, not inf */
    ag_reduction reduction;
} ag_ctc_options;

/* Connectionist temporal classification: minus the logarithm of the probability of all ways to
 * spread the labels over the steps, with blanks between them; a label that follows itself needs a
 * blank between. Computed forward and backward in logarithms, in f64.
 *   log_probs (T, N, C), targets (N, S) or all one after another, lengths (N), the last three i64
 *   -> (N), of which AG_MEAN first divides each by its number of labels, or by 1
 *   g(log_probs)[t,n,k] = -gl[n] times the probability of label k at step t given the labels
 * PyTorch's gradient has exp(log_probs) more in it; through a log-softmax both are the same. Where
 * there is no way, l is inf and the gradient 0 (PyTorch: NaN). It can be differentiated any number
 * of times. Graves, Fernandez, Gomez, Schmidhuber: Connectionist Temporal Classification (2006),
 * eq. 5 to 16. Errors: VALUE (lengths, a label that is no class or the blank; the blank). */
AG_API ag_tensor *ag_ctc_loss(ag_tensor *log_probs, ag_tensor *targets, ag_tensor *input_lengths,
                              ag_tensor *target_lengths, const ag_ctc_options *options);

AG_END_C

/* The source line of the call, for messages. Variadic where braces may be in an argument. */
#ifndef AG_NO_SITES
#define ag_ctc_loss(log_probs, targets, input_lengths, target_lengths, ...)                        \
    ag_ctc_loss(AG_AT(log_probs), AG_AT(targets), AG_AT(input_lengths), AG_AT(target_lengths),     \
                __VA_ARGS__)
#define ag_mse_loss(y, t, reduction) ag_mse_loss(AG_AT(y), AG_AT(t), reduction)
#define ag_l1_loss(y, t, reduction) ag_l1_loss(AG_AT(y), AG_AT(t), reduction)
#define ag_smooth_l1_loss(y, t, ...) ag_smooth_l1_loss(AG_AT(y), AG_AT(t), __VA_ARGS__)
#define ag_huber_loss(y, t, ...) ag_huber_loss(AG_AT(y), AG_AT(t), __VA_ARGS__)
#define ag_quantile_loss(y, t, ...) ag_quantile_loss(AG_AT(y), AG_AT(t), __VA_ARGS__)
#define ag_poisson_nll_loss(x, t, ...) ag_poisson_nll_loss(AG_AT(x), AG_AT(t), __VA_ARGS__)
#define ag_gaussian_nll_loss(mu, t, var, ...)                                                      \
    ag_gaussian_nll_loss(AG_AT(mu), AG_AT(t), AG_AT(var), __VA_ARGS__)
#define ag_kl_div(logq, p, ...) ag_kl_div(AG_AT(logq), AG_AT(p), __VA_ARGS__)
#define ag_bce_loss(p, t, ...) ag_bce_loss(AG_AT(p), AG_AT(t), __VA_ARGS__)
#define ag_bce_with_logits(x, t, ...) ag_bce_with_logits(AG_AT(x), AG_AT(t), __VA_ARGS__)
#define ag_focal_loss(x, t, ...) ag_focal_loss(AG_AT(x), AG_AT(t), __VA_ARGS__)
#define ag_cross_entropy(x, t, ...) ag_cross_entropy(AG_AT(x), AG_AT(t), __VA_ARGS__)
#define ag_nll_loss(logp, t, ...) ag_nll_loss(AG_AT(logp), AG_AT(t), __VA_ARGS__)
#define ag_hinge_embedding_loss(x, y, ...) ag_hinge_embedding_loss(AG_AT(x), AG_AT(y), __VA_ARGS__)
#define ag_margin_ranking_loss(a, b, y, ...)                                                       \
    ag_margin_ranking_loss(AG_AT(a), AG_AT(b), AG_AT(y), __VA_ARGS__)
#define ag_cosine_similarity(a, b, axis, eps) ag_cosine_similarity(AG_AT(a), AG_AT(b), axis, eps)
#define ag_cosine_embedding_loss(a, b, y, ...)                                                     \
    ag_cosine_embedding_loss(AG_AT(a), AG_AT(b), AG_AT(y), __VA_ARGS__)
#define ag_triplet_margin_loss(a, p, n, ...)                                                       \
    ag_triplet_margin_loss(AG_AT(a), AG_AT(p), AG_AT(n), __VA_ARGS__)
#define ag_multi_margin_loss(x, labels, ...)                                                       \
    ag_multi_margin_loss(AG_AT(x), AG_AT(labels), __VA_ARGS__)
#define ag_multilabel_margin_loss(x, labels, reduction)                                            \
    ag_multilabel_margin_loss(AG_AT(x), AG_AT(labels), reduction)
#define ag_multilabel_soft_margin_loss(x, t, weight, reduction)                                    \
    ag_multilabel_soft_margin_loss(AG_AT(x), AG_AT(t), AG_AT(weight), reduction)
#endif

#endif
