/* Connectionist temporal classification: what the loss, its paths and its recorded rule share.
 * Private to ops/loss/.
 */
#ifndef OPS_LOSS_CTC_H
#define OPS_LOSS_CTC_H

#define AG_NO_SITES
#include <autograd/custom_op.h>

/* One sample. Its states are the labels with a blank before, between and after them. */
typedef struct ag__ctc_sample {
    ag_array log_probs;    /* (T, N, C), of which this is sample n */
    int64_t n, steps;      /* the steps that count */
    const int64_t *labels; /* states / 2 of them */
    int64_t states, blank;
} ag__ctc_sample;

/* The label of a state, and whether a path may go from state s - 2 to s: past a blank, to a label
 * that is not the same. */
int64_t ag__ctc_label(const ag__ctc_sample *c, int64_t s);
bool ag__ctc_may_skip(const ag__ctc_sample *c, int64_t s);

/* -log of the probability of all paths; `alpha` has room for steps x states numbers, and keeps the
 * logarithm of the probability to be in each state at each step. */
double ag__ctc_forward(const ag__ctc_sample *c, double *alpha);

/* Adds upstream times the derivative of `loss` by log_probs to `grad`, of log_probs's shape. `alpha` is
 * that of the forward pass; `beta` has room for two times `states` numbers. */
void ag__ctc_backward(const ag__ctc_sample *c, const double *alpha, double *beta, double loss,
                      double upstream, const ag_array *grad);

/* Sample n of a call whose operands (log_probs, labels, input lengths, target lengths) have been
 * checked. The last three are contiguous. */
ag__ctc_sample ag__ctc_sample_of(ag_tensor *const *in, int64_t blank, int64_t n);

/* The derivative of the losses, weighted by `upstream`, by log_probs: recorded, step by step. */
ag_tensor *ag__ctc_recorded(ag_tensor *const *in, int64_t blank, ag_tensor *losses,
                            ag_tensor *upstream);

#endif
