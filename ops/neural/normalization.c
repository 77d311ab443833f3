/* Batch, layer, group and root-mean-square normalization, made of batch_norm.c, layer_norm.c,
 * standardize.c, means and elementwise operations. They differ in the axes of the mean and in
 * where the statistics come from.
 */
#include <math.h>

#include <autograd/elementwise.h>
#include <autograd/neural.h>
#include <autograd/reduce.h>
#include <autograd/shape.h>

#include "batch_norm.h"
#include "layer_norm.h"
#include "ops/common/scalar_like.h"
#include "ops/common/strided.h"
#include "spatial.h"
#include "standardize.h"

/* x weight + bias; either may be missing. */
static ag_tensor *affine(ag_tensor *x, ag_tensor *weight, ag_tensor *bias)
{
    x = weight != NULL && x != NULL ? ag_mul(x, weight) : x;
    return bias != NULL && x != NULL ? ag_add(x, bias) : x;
}

/* The same with one weight and one bias for each channel, axis 1. */
static ag_tensor *affine_channels(ag_tensor *x, ag_tensor *weight, ag_tensor *bias)
{
    int ndim = ag_shape_of(x).ndim;
    if (x == NULL) {
        return NULL;
    }
    return affine(x, weight != NULL ? ag__layer_channels(weight, ndim) : NULL,
                  bias != NULL ? ag__layer_channels(bias, ndim) : NULL);
}

static bool is_eps(const ag__composite *c, double eps)
{
    return ag__composite_argument(c, eps >= 0 && isfinite(eps), "eps", eps,
                                  "a finite number, 0 or more; 1e-5 is usual");
}

/* --- batch ------------------------------------------------------------------------------------ */

static ag_tensor *constant(ag_tensor *x)
{
    return ag_needs_grad(x) ? ag_detach(x) : x;
}

/* Moves one running statistic towards that of this batch, which is `factor` times row `row` of the
 * moments, without their unit. */
static bool follow(ag_tensor *running, const ag_tensor *moments, int row, double factor,
                   double momentum)
{
    void *to = moments != NULL ? ag_mutable_data(running) : NULL;
    const void *now = moments != NULL ? ag_data(moments) : NULL;
    int64_t n = ag_size(running);
    if (to == NULL || now == NULL) {
        return false;
    }
    for (int64_t i = 0; i < n; i++) {
        if (ag_dtype_of(running) == AG_F64) {
            const double *m = now, unit = m[2 * n + i];
            double *r = (double *)to + i, v = m[row * n + i] / unit / (row == 1 ? unit : 1);
            *r = (1 - momentum) * *r + momentum * factor * v;
        } else {
            const float *m = now;
            float *r = (float *)to + i;
            const double unit = (double)m[2 * n + i];
            double v = factor * ((double)m[row * n + i] / unit / (row == 1 ? unit : 1));
            *r = (float)((1 - momentum) * (double)*r + momentum * v);
        }
    }
    return true;
}

static bool can_train(ag__composite *c, ag_tensor *x, ag_tensor *running_mean,
                      ag_tensor *running_var)
{
    if (ag_size(x) > 0 && ag_size(x) == ag_shape_of(x).dim[1]) {
        ag_call_fail(&c->call, AG_ERR_SHAPE, "a larger batch, or .training = false",
                     "training with 1 value for each channel: its variance is not defined");
        return false;
    }
    if ((running_mean != NULL && ag_op_of(running_mean) != NULL) ||
        (running_var != NULL && ag_op_of(running_var) != NULL)) {
        ag_call_fail(&c->call, AG_ERR_STATE, "keep them in leaves made by ag_full or ag_leaf",
                     "the running statistics are results, which training cannot write");
        return false;
    }
    return true;
}

/* Moves the running statistics, if there are any, towards those of the batch, unless it is
 * empty. */
static bool follow_both(ag_tensor *x, const ag_tensor *moments, ag_tensor *running_mean,
                        ag_tensor *running_var, const ag_batch_norm_options *o)
{
    if (ag_size(x) == 0) {
        return true;
    }
    double count = (double)ag_size(x) / (double)ag_shape_of(x).dim[1];
    double factor = o->biased_running ? 1 : count / (count - 1);
    return (running_mean == NULL || follow(running_mean, moments, 0, 1, o->momentum)) &&
           (running_var == NULL || follow(running_var, moments, 1, factor, o->momentum));
}

/* t or, if there is none, a constant with this value for each channel of x. */
static ag_tensor *or_all(ag_tensor *t, ag_tensor *x, double value)
{
    if (t != NULL) {
        return t;
    }
    ag_tensor *zeros =
        ag_leaf(ag_graph_of(x), AG_CONSTANT, ag_dtype_of(x), AG_SHAPE(ag_shape_of(x).dim[1]), NULL);
    return value == 0 ? zeros : ag_add_scalar(zeros, value);
}

static ag_tensor *by_running(ag__composite *c, ag_tensor *x, ag_tensor *running_mean,
                             ag_tensor *running_var)
{
    if (running_mean == NULL || running_var == NULL) {
        ag_call_fail(
            &c->call, AG_ERR_NULL_ARGUMENT,
            "leaves of one number a channel, at first 0 and 1, which training is given too",
            "the running %s is NULL: without training both statistics are needed",
            running_mean == NULL ? "mean" : "variance");
        return NULL;
    }
    ag_tensor *one = or_all(NULL, x, 1);
    return ag_stack((ag_tensor *[]){constant(running_mean), constant(running_var), one}, 3, 0);
}

ag_tensor *ag_batch_norm(ag_tensor *x, ag_tensor *weight, ag_tensor *bias, ag_tensor *running_mean,
                         ag_tensor *running_var, const ag_batch_norm_options *options)
{
    ag_tensor *in[] = {x, weight, bias, running_mean, running_var};
    ag_batch_norm_options o = options != NULL ? *options : (ag_batch_norm_options){0};
    ag__composite c;
    o.eps = ag_option_or(o.eps, 1e-5);
    o.momentum = ag_option_or(o.momentum, 0.1);
    if (!ag__composite_open(&c, "batch_norm", in, 1, 5) || ag_call_same_float(&c.call) != AG_OK ||
        ag__layer_has_channels(&c.call) != AG_OK || !is_eps(&c, o.eps) ||
        !ag__composite_argument(&c, o.momentum >= 0 && o.momentum <= 1, "momentum", o.momentum,
                                "the weight of a batch, from 0 to 1; 0 means 0.1")) {
        return NULL;
    }
    ag_shape channels = AG_SHAPE(ag_shape_of(x).dim[1]);
    if (!ag__composite_shape(&c, "weight", weight, channels) ||
        !ag__composite_shape(&c, "bias", bias, channels) ||
        !ag__composite_shape(&c, "running mean", running_mean, channels) ||
        !ag__composite_shape(&c, "running variance", running_var, channels)) {
        return NULL;
    }
    if (o.training && !can_train(&c, x, running_mean, running_var)) {
        return NULL;
    }
    ag_tensor *moments = o.training ? ag__batch_moments(x, sqrt(o.eps))
                                    : by_running(&c, x, running_mean, running_var);
    ag_tensor *y = ag__batch_norm_record(x, or_all(weight, x, 1), or_all(bias, x, 0), moments,
                                         o.eps, o.training);
    bool follows = y != NULL && o.training;
    return !follows || follow_both(x, moments, running_mean, running_var, &o) ? y : NULL;
}

/* --- layer and root mean square --------------------------------------------------------------- */

/* Finds the last n axes and their sizes. False and a kept error if x has fewer axes. */
static bool trailing(ag__composite *c, ag_tensor *x, int n, ag_axes *axes, ag_shape *shape)
{
    ag_shape s = ag_shape_of(x);
    if (n < 1 || n > s.ndim) {
        ag_call_fail(&c->call, AG_ERR_AXIS, "1 normalizes each row by itself",
                     "%d trailing axes of a tensor of %d dimensions", n, s.ndim);
        return false;
    }
    axes->n = shape->ndim = n;
    for (int d = 0; d < n; d++) {
        axes->axis[d] = s.ndim - n + d;
        shape->dim[d] = s.dim[s.ndim - n + d];
    }
    return true;
}

ag_tensor *ag_layer_norm(ag_tensor *x, int n_trailing_axes, ag_tensor *weight, ag_tensor *bias,
                         double eps)
{
    ag_tensor *in[] = {x, weight, bias};
    ag_axes axes;
    ag_shape shape;
    ag__composite c;
    if (!ag__composite_open(&c, "layer_norm", in, 1, 3) || ag_call_same_float(&c.call) != AG_OK ||
        !trailing(&c, x, n_trailing_axes, &axes, &shape) ||
        !ag__composite_shape(&c, "weight", weight, shape) ||
        !ag__composite_shape(&c, "bias", bias, shape) || !is_eps(&c, eps)) {
        return NULL;
    }
    return weight != NULL && bias != NULL ? ag__layer_norm_record(x, weight, bias, eps)
                                          : affine(ag__standardize(x, axes, eps), weight, bias);
}

ag_tensor *ag_rms_norm(ag_tensor *x, int n_trailing_axes, ag_tensor *weight, double eps)
{
    ag_tensor *in[] = {x, weight};
    ag_axes axes;
    ag_shape shape;
    ag__composite c;
    if (!ag__composite_open(&c, "rms_norm", in, 1, 2) || ag_call_same_float(&c.call) != AG_OK ||
        !trailing(&c, x, n_trailing_axes, &axes, &shape) ||
        !ag__composite_shape(&c, "weight", weight, shape) || !is_eps(&c, eps)) {
        return NULL;
    }
    /* Without a weight the same operation, whose mean of squares stays in range where x^2 does
     * not. */
    ag_tensor *one = weight == NULL ? ag_expand(ag__scalar_like(x, 1), shape) : weight;
    return ag__rms_norm_record(x, one, eps);
}

/* --- group ------------------------------------------------------------------------------------ */

static ag_tensor *group_norm(const char *name, ag_tensor *x, int64_t groups, ag_tensor *weight,
                             ag_tensor *bias, double eps)
{
    ag_tensor *in[] = {x, weight, bias};
    ag__composite c;
    if (!ag__composite_open(&c, name, in, 1, 3) || ag_call_same_float(&c.call) != AG_OK ||
        ag__layer_has_channels(&c.call) != AG_OK || !is_eps(&c, eps)) {
        return NULL;
    }
    ag_shape s = ag_shape_of(x);
    if (groups < 1 || s.dim[1] % groups != 0) {
        ag_call_fail(&c.call, AG_ERR_VALUE, "each group has as many channels as every other",
                     "%lld groups do not divide %lld channels", (long long)groups,
                     (long long)s.dim[1]);
        return NULL;
    }
    if (!ag__composite_shape(&c, "weight", weight, AG_SHAPE(s.dim[1])) ||
        !ag__composite_shape(&c, "bias", bias, AG_SHAPE(s.dim[1]))) {
        return NULL;
    }
    ag_shape grouped = {3, {s.dim[0], groups, s.dim[1] / groups}};
    for (int d = 2; d < s.ndim; d++) {
        grouped.dim[2] *= s.dim[d]; /* cannot overflow: it is at most the product of all sizes */
    }
    ag_tensor *y = ag__standardize(ag_reshape(x, grouped), AG_AXES(2), eps);
    return affine_channels(ag_reshape(y, s), weight, bias);
}

ag_tensor *ag_group_norm(ag_tensor *x, int64_t groups, ag_tensor *weight, ag_tensor *bias,
                         double eps)
{
    return group_norm("group_norm", x, groups, weight, bias, eps);
}

ag_tensor *ag_instance_norm(ag_tensor *x, ag_tensor *weight, ag_tensor *bias, double eps)
{
    ag_shape s = ag_shape_of(x);
    return group_norm("instance_norm", x, s.ndim > 1 ? s.dim[1] : 1, weight, bias, eps);
}
