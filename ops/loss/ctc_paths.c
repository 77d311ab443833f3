/* The forward-backward algorithm of connectionist temporal classification, in logarithms and in f64:
 * Graves and others (2006), eq. 5 to 16. Must not know tensors that are recorded.
 */
#include "ctc.h"

#include <math.h>

int64_t ag__ctc_label(const ag__ctc_sample *c, int64_t s)
{
    return s % 2 == 1 ? c->labels[s / 2] : c->blank;
}

bool ag__ctc_may_skip(const ag__ctc_sample *c, int64_t s)
{
    return s % 2 == 1 && s > 1 && c->labels[s / 2] != c->labels[s / 2 - 1];
}

ag__ctc_sample ag__ctc_sample_of(ag_tensor *const *in, int64_t blank, int64_t n)
{
    const int64_t *labels = ag_array_of(in[1]).data;
    const int64_t *steps = ag_array_of(in[2]).data, *lengths = ag_array_of(in[3]).data;
    int64_t row = ag_shape_of(in[1]).dim[1];
    return (ag__ctc_sample){.log_probs = ag_array_of(in[0]),
                            .n = n,
                            .steps = steps[n],
                            .labels = row > 0 ? labels + n * row : labels,
                            .states = 2 * lengths[n] + 1,
                            .blank = blank};
}

static int64_t place(const ag_array *a, int64_t t, int64_t n, int64_t k)
{
    return t * a->stride[0] + n * a->stride[1] + k * a->stride[2];
}

/* The logarithm of the probability of the label of state s at step t. */
static double emission(const ag__ctc_sample *c, int64_t t, int64_t s)
{
    int64_t at = place(&c->log_probs, t, c->n, ag__ctc_label(c, s));
    return c->log_probs.dtype == AG_F64 ? ((const double *)c->log_probs.data)[at]
                                        : (double)((const float *)c->log_probs.data)[at];
}

/* log(exp(a) + exp(b) + exp(c)) */
static double log_sum(double a, double b, double c)
{
    double most = a > b ? a : b;
    most = c > most ? c : most;
    if (most == -(double)INFINITY) {
        return most;
    }
    return most + log(exp(a - most) + exp(b - most) + exp(c - most));
}

double ag__ctc_forward(const ag__ctc_sample *c, double *alpha)
{
    const double never = -(double)INFINITY;
    if (c->steps == 0) {
        return c->states == 1 ? 0 : -never;
    }
    for (int64_t s = 0; s < c->states; s++) {
        alpha[s] = s < 2 ? emission(c, 0, s) : never;
    }
    for (int64_t t = 1; t < c->steps; t++) {
        const double *before = alpha;
        alpha += c->states;
        for (int64_t s = 0; s < c->states; s++) {
            double skipped = ag__ctc_may_skip(c, s) ? before[s - 2] : never;
            double paths = log_sum(before[s], s > 0 ? before[s - 1] : never, skipped);
            alpha[s] = paths + emission(c, t, s);
        }
    }
    return -log_sum(alpha[c->states - 1], c->states > 1 ? alpha[c->states - 2] : never, never);
}

/* The logarithm of the probability of what follows state s at step t, from that at step t + 1. */
static double follow(const ag__ctc_sample *c, const double *after, int64_t t, int64_t s)
{
    const double never = -(double)INFINITY;
    double stay = after[s] + emission(c, t + 1, s), next = never, skip = never;
    if (s + 1 < c->states) {
        next = after[s + 1] + emission(c, t + 1, s + 1);
    }
    if (s + 2 < c->states && ag__ctc_may_skip(c, s + 2)) {
        skip = after[s + 2] + emission(c, t + 1, s + 2);
    }
    return log_sum(stay, next, skip);
}

/* The probability of state s at step t, of all paths, is exp(alpha + beta + loss); the derivative by
 * the logarithm of a label's probability is minus the sum over its states. */
void ag__ctc_backward(const ag__ctc_sample *c, const double *alpha, double *beta, double loss,
                      double upstream, const ag_array *grad)
{
    double *now = beta, *after = beta + c->states;
    for (int64_t t = c->steps - 1; t >= 0; t--) {
        for (int64_t s = 0; s < c->states; s++) {
            bool end = s >= c->states - 2;
            now[s] = t < c->steps - 1 ? follow(c, after, t, s) : end ? 0 : -(double)INFINITY;
            double share = upstream * exp(alpha[t * c->states + s] + now[s] + loss);
            int64_t at = place(grad, t, c->n, ag__ctc_label(c, s));
            if (grad->dtype == AG_F64) {
                ((double *)grad->data)[at] -= share;
            } else {
                ((float *)grad->data)[at] -= (float)share;
            }
        }
        double *swap = now;
        now = after;
        after = swap;
    }
}
