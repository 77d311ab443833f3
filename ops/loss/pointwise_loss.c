/* Losses that look at one element at a time: for regression, likelihoods and two classes. They are
 * compositions of other operations, among them rows of the elementwise tables.
 */
#include <math.h>

#include <autograd/elementwise.h>
#include <autograd/loss.h>

#include "loss_common.h"
#include "ops/common/scalar_like.h"
#include "ops/elementwise/elementwise_ops.h"

/* --- regression ------------------------------------------------------------------------------- */

ag_tensor *ag_mse_loss(ag_tensor *y, ag_tensor *t, ag_reduction reduction)
{
    ag__composite c;
    if (!ag__loss_open(&c, "mse_loss", (ag_tensor *[]){y, t}, 2, reduction)) {
        return NULL;
    }
    ag__composite_enter(&c);
    return ag__loss_end(&c, ag_square(ag_sub(y, t)), reduction);
}

ag_tensor *ag_l1_loss(ag_tensor *y, ag_tensor *t, ag_reduction reduction)
{
    ag__composite c;
    if (!ag__loss_open(&c, "l1_loss", (ag_tensor *[]){y, t}, 2, reduction)) {
        return NULL;
    }
    ag__composite_enter(&c);
    return ag__loss_end(&c, ag_abs(ag_sub(y, t)), reduction);
}

static ag_tensor *huber(ag_tensor *d, double c)
{
    return ag__huber_row.call.one_constant(d, c);
}

/* The same divided by c, without c |d|, which may be no number where the result is. */
static ag_tensor *smooth(ag_tensor *d, double c)
{
    ag_tensor *scale = ag__scalar_like(d, c);
    return c > 1 ? ag_mul(huber(ag_div(d, scale), 1), scale) : ag_div(huber(d, c), scale);
}

ag_tensor *ag_smooth_l1_loss(ag_tensor *y, ag_tensor *t, double beta, ag_reduction reduction)
{
    ag__composite c;
    if (!ag__loss_open(&c, "smooth_l1_loss", (ag_tensor *[]){y, t}, 2, reduction) ||
        !ag__composite_argument(&c, beta >= 0 && isfinite(beta), "beta", beta,
                                "at least 0, finite")) {
        return NULL;
    }
    ag__composite_enter(&c);
    ag_tensor *d = ag_sub(y, t);
    ag_tensor *each = beta == 0 ? ag_abs(d) : smooth(d, beta);
    return ag__loss_end(&c, each, reduction);
}

ag_tensor *ag_huber_loss(ag_tensor *y, ag_tensor *t, double delta, ag_reduction reduction)
{
    ag__composite c;
    if (!ag__loss_open(&c, "huber_loss", (ag_tensor *[]){y, t}, 2, reduction) ||
        !ag__composite_argument(&c, delta > 0, "delta", delta, "more than 0")) {
        return NULL;
    }
    ag__composite_enter(&c);
    return ag__loss_end(&c, huber(ag_sub(y, t), delta), reduction);
}

ag_tensor *ag_quantile_loss(ag_tensor *y, ag_tensor *t, double tau, ag_reduction reduction)
{
    ag__composite c;
    if (!ag__loss_open(&c, "quantile_loss", (ag_tensor *[]){y, t}, 2, reduction) ||
        !ag__composite_argument(&c, tau > 0 && tau < 1, "tau", tau, "between 0 and 1")) {
        return NULL;
    }
    ag__composite_enter(&c);
    ag_tensor *d = ag_sub(t, y);
    ag_tensor *each = ag_maximum(ag_mul_scalar(d, tau), ag_mul_scalar(d, tau - 1));
    return ag__loss_end(&c, each, reduction);
}

/* --- likelihoods ------------------------------------------------------------------------------ */

/* t log t - t + log(2 pi t)/2 where t > 1, otherwise 0. The branch that is not taken never computes
 * log 0. */
static ag_tensor *stirling(ag_tensor *t)
{
    static const double pi = 3.14159265358979323846;
    ag_tensor *one = ag__scalar_like(t, 1), *large = ag_gt(t, one);
    ag_tensor *n = ag_where(large, t, one);
    ag_tensor *entropy = ag_sub(ag_mul(n, ag_log(n)), n);
    ag_tensor *width = ag_mul_scalar(ag_log(ag_mul_scalar(n, 2 * pi)), 0.5);
    return ag_where(large, ag_add(entropy, width), ag__scalar_like(t, 0));
}

ag_tensor *ag_poisson_nll_loss(ag_tensor *x, ag_tensor *t, const ag_poisson_options *options)
{
    ag_poisson_options o = options != NULL ? *options : (ag_poisson_options){.eps = 0};
    ag__composite c;
    if (!ag__loss_open(&c, "poisson_nll_loss", (ag_tensor *[]){x, t}, 2, o.reduction) ||
        !ag__composite_argument(&c, o.eps >= 0 && isfinite(o.eps), "eps", o.eps, "0 means 1e-8")) {
        return NULL;
    }
    ag__composite_enter(&c);
    double eps = ag_option_or(o.eps, 1e-8);
    ag_tensor *each = o.rate ? ag_sub(x, ag_mul(t, ag_log(ag_add_scalar(x, eps))))
                             : ag_sub(ag_exp(x), ag_mul(t, x));
    return ag__loss_end(&c, o.full ? ag_add(each, stirling(t)) : each, o.reduction);
}

ag_tensor *ag_gaussian_nll_loss(ag_tensor *mu, ag_tensor *t, ag_tensor *var,
                                const ag_gaussian_options *options)
{
    static const double half_log_2pi = 0.91893853320467274178;
    ag_gaussian_options o = options != NULL ? *options : (ag_gaussian_options){.eps = 0};
    ag__composite c;
    if (!ag__loss_open(&c, "gaussian_nll_loss", (ag_tensor *[]){mu, t, var}, 3, o.reduction) ||
        !ag__composite_argument(&c, o.eps >= 0 && isfinite(o.eps), "eps", o.eps, "0 means 1e-6") ||
        !ag__loss_within(&c, 2, "variance", 0, INFINITY,
                         "variances are not negative: try ag_exp")) {
        return NULL;
    }
    ag__composite_enter(&c);
    ag_tensor *v = ag__loss_lift(var, ag_option_or(o.eps, 1e-6));
    ag_tensor *distance = ag_div(ag_square(ag_sub(mu, t)), v);
    ag_tensor *each = ag_mul_scalar(ag_add(ag_log(v), distance), 0.5);
    return ag__loss_end(&c, o.full ? ag_add_scalar(each, half_log_2pi) : each, o.reduction);
}

/* p log p, which is 0 for p = 0. As one operation of both, since 1/p is no number for the least p.
 */
static ag_tensor *negative_entropy(ag_tensor *p)
{
    ag_tensor *zero = ag__scalar_like(p, 0), *none = ag_eq(p, zero);
    ag_tensor *some = ag_where(none, ag__scalar_like(p, 1), p);
    return ag_where(none, zero, ag_xlogy(some, some));
}

/* e^p (p - log q), which is 0 for p = -inf. */
static ag_tensor *kl_of_logs(ag_tensor *p, ag_tensor *logq)
{
    ag_tensor *none = ag_eq(p, ag__scalar_like(p, -(double)INFINITY));
    return ag_mul(ag_exp(p), ag_where(none, ag__scalar_like(p, 0), ag_sub(p, logq)));
}

ag_tensor *ag_kl_div(ag_tensor *logq, ag_tensor *p, bool log_target, ag_reduction reduction)
{
    ag__composite c;
    ag_reduction known = reduction == AG_BATCH_MEAN ? AG_SUM : reduction;
    if (!ag__loss_open(&c, "kl_div", (ag_tensor *[]){logq, p}, 2, known)) {
        return NULL;
    }
    ag__composite_enter(&c);
    ag_tensor *each = log_target ? kl_of_logs(p, logq)
                                 : ag_sub(negative_entropy(p), ag__loss_weighed_log(p, logq));
    return ag__loss_end(&c, each, reduction);
}

/* --- two classes ------------------------------------------------------------------------------ */

ag_tensor *ag_bce_loss(ag_tensor *p, ag_tensor *t, ag_tensor *weight, ag_reduction reduction)
{
    ag__composite c;
    int n = weight != NULL ? 3 : 2;
    if (!ag__loss_open(&c, "bce_loss", (ag_tensor *[]){p, t, weight}, n, reduction) ||
        !ag__loss_within(&c, 0, "probability", 0, 1,
                         "probabilities are in [0,1]; of logits take ag_bce_with_logits")) {
        return NULL;
    }
    ag__composite_enter(&c);
    ag_tensor *each = ag__bce_row.call.two(p, t);
    return ag__loss_end(&c, weight != NULL ? ag_mul(each, weight) : each, reduction);
}

/* Computes the two logarithms separately, so that one of them can be weighted. */
static ag_tensor *weigh_positive(ag_tensor *x, ag_tensor *t, ag_tensor *pos_weight)
{
    ag_tensor *positive = ag_mul(ag_mul(pos_weight, t), ag_softplus(ag_neg(x)));
    ag_tensor *rest = ag_mul(ag_add_scalar(ag_neg(t), 1), ag_softplus(x));
    return ag_add(positive, rest);
}

ag_tensor *ag_bce_with_logits(ag_tensor *x, ag_tensor *t, const ag_bce_options *options)
{
    ag_bce_options o = options != NULL ? *options : (ag_bce_options){.weight = NULL};
    ag_tensor *in[4] = {x, t};
    int n = 2;
    if (o.weight != NULL) {
        in[n++] = o.weight;
    }
    if (o.pos_weight != NULL) {
        in[n++] = o.pos_weight;
    }
    ag__composite c;
    if (!ag__loss_open(&c, "bce_with_logits", in, n, o.reduction)) {
        return NULL;
    }
    ag__composite_enter(&c);
    ag_tensor *each = o.pos_weight != NULL ? weigh_positive(x, t, o.pos_weight)
                                           : ag__bce_logits_row.call.two(x, t);
    return ag__loss_end(&c, o.weight != NULL ? ag_mul(each, o.weight) : each, o.reduction);
}

/* 1 less the probability of the class t, in terms that do not cancel. */
static ag_tensor *doubt(ag_tensor *x, ag_tensor *t)
{
    ag_tensor *for_one = ag_mul(t, ag_sigmoid(ag_neg(x)));
    return ag_add(for_one, ag_mul(ag_rsub_scalar(t, 1), ag_sigmoid(x)));
}

ag_tensor *ag_focal_loss(ag_tensor *x, ag_tensor *t, const ag_focal_options *options)
{
    ag_focal_options o = options != NULL ? *options : (ag_focal_options){.alpha = 0};
    double alpha = ag_option_or(o.alpha, 0.25), gamma = ag_option_or(o.gamma, 2);
    ag__composite c;
    if (!ag__loss_open(&c, "focal_loss", (ag_tensor *[]){x, t}, 2, o.reduction) ||
        !ag__composite_argument(&c, alpha <= 1, "alpha", alpha,
                                "at most 1; 0 means 0.25, a negative number no weights") ||
        !ag__composite_argument(&c, gamma >= 0 && isfinite(gamma), "gamma", gamma,
                                "finite, more than 0; 0 means 2, AG_EXACT_ZERO is 0")) {
        return NULL;
    }
    ag__composite_enter(&c);
    ag_tensor *each = ag__bce_logits_row.call.two(x, t);
    each = gamma > 0 ? ag_mul(each, ag_pow_scalar(doubt(x, t), gamma)) : each;
    if (alpha >= 0) {
        each = ag_mul(each, ag_add_scalar(ag_mul_scalar(t, 2 * alpha - 1), 1 - alpha));
    }
    return ag__loss_end(&c, each, o.reduction);
}
