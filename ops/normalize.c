/* Batch, layer, group and root-mean-square normalisation, made of standardise.c, trailing_norm.c,
 * means and elementwise operations. What differs is over which axes the mean goes and where the
 * statistics come from.
 */
#define AG_NO_SITES
#include <math.h>

#include <autograd/ops.h>

#include "layer.h"
#include "standardise.h"
#include "strided.h"
#include "trailing_norm.h"

/* x weight + bias, each where there is one. */
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

static bool has_channels(ag__layer *l, ag_tensor *x)
{
    char text[AG__TEXT_BYTES];
    if (ag_shape_of(x).ndim < 2) {
        ag_call_fail(&l->call, AG_ERR_SHAPE, "batch, channels, then any others",
                     "an operand of shape %s has no channels", ag__text_of(ag_shape_of(x), text));
        return false;
    }
    return true;
}

/* --- batch ------------------------------------------------------------------------------------ */

static ag_tensor *constant(ag_tensor *x)
{
    return ag_needs_grad(x) ? ag_detach(x) : x;
}

/* One running statistic: moved towards what this batch has. */
static bool follow(ag_tensor *running, const ag_tensor *from, double momentum)
{
    void *to = from != NULL ? ag_write_data(running) : NULL;
    const void *now = from != NULL ? ag_data(from) : NULL;
    if (to == NULL || now == NULL) {
        return false;
    }
    for (int64_t i = 0, n = ag_size(running); i < n; i++) {
        if (ag_dtype_of(running) == AG_F64) {
            double *r = (double *)to + i;
            *r = (1 - momentum) * *r + momentum * ((const double *)now)[i];
        } else {
            float *r = (float *)to + i;
            double v = (double)((const float *)now)[i];
            *r = (float)((1 - momentum) * (double)*r + momentum * v);
        }
    }
    return true;
}

static ag_tensor *by_batch(ag__layer *l, ag_tensor *x, ag_tensor *running_mean,
                           ag_tensor *running_var, double momentum, double eps)
{
    ag_shape s = ag_shape_of(x);
    ag_axes axes = {.n = 1};
    double count = s.dim[1] > 0 ? (double)ag_size(x) / (double)s.dim[1] : 0;
    for (int d = 2; d < s.ndim; d++) {
        axes.axis[axes.n++] = d;
    }
    if (count == 1) {
        ag_call_fail(&l->call, AG_ERR_SHAPE, "a larger batch, or .training = false",
                     "training with 1 value for each channel: its variance is not defined");
        return NULL;
    }
    if ((running_mean != NULL && ag_op_of(running_mean) != NULL) ||
        (running_var != NULL && ag_op_of(running_var) != NULL)) {
        ag_call_fail(&l->call, AG_ERR_STATE, "keep them in leaves made by ag_full or ag_leaf",
                     "the running statistics are results, which training cannot write");
        return NULL;
    }
    if (count > 0 && running_mean != NULL &&
        !follow(running_mean, ag_mean_over(constant(x), axes, false), momentum)) {
        return NULL;
    }
    if (count > 0 && running_var != NULL &&
        !follow(running_var, ag_var(constant(x), axes, false, 1), momentum)) {
        return NULL;
    }
    return ag__standardise(x, axes, eps);
}

static ag_tensor *by_running(ag__layer *l, ag_tensor *x, ag_tensor *running_mean,
                             ag_tensor *running_var, double eps)
{
    if (running_mean == NULL || running_var == NULL) {
        ag_call_fail(&l->call, AG_ERR_NULL_ARGUMENT, "or set .training = true",
                     "the running %s is NULL: without training both statistics are needed",
                     running_mean == NULL ? "mean" : "variance");
        return NULL;
    }
    int ndim = ag_shape_of(x).ndim;
    ag_tensor *mean = ag__layer_channels(constant(running_mean), ndim);
    ag_tensor *var = ag__layer_channels(constant(running_var), ndim);
    return ag_mul(ag_sub(x, mean), ag_rsqrt(ag_add_scalar(var, eps)));
}

ag_tensor *ag_batch_norm(ag_tensor *x, ag_tensor *weight, ag_tensor *bias, ag_tensor *running_mean,
                         ag_tensor *running_var, const ag_batch_norm_options *options)
{
    ag_tensor *in[] = {x, weight, bias, running_mean, running_var};
    ag_batch_norm_options o = options != NULL ? *options : (ag_batch_norm_options){0};
    ag__layer l;
    double eps = o.eps == 0 ? 1e-5 : o.eps, momentum = o.momentum == 0 ? 0.1 : o.momentum;
    if (!ag__layer_open(&l, "batch_norm", in, 1, 5) || ag_call_same_float(&l.call) != AG_OK ||
        !has_channels(&l, x)) {
        return NULL;
    }
    ag_shape channels = AG_SHAPE(ag_shape_of(x).dim[1]);
    if (!ag__layer_shape(&l, "weight", weight, channels) ||
        !ag__layer_shape(&l, "bias", bias, channels) ||
        !ag__layer_shape(&l, "running mean", running_mean, channels) ||
        !ag__layer_shape(&l, "running variance", running_var, channels)) {
        return NULL;
    }
    ag_tensor *y = o.training ? by_batch(&l, x, running_mean, running_var, momentum, eps)
                              : by_running(&l, x, running_mean, running_var, eps);
    return affine_channels(y, weight, bias);
}

/* --- layer and root mean square --------------------------------------------------------------- */

/* The last n axes, and their sizes; false with an error where x has not so many. */
static bool trailing(ag__layer *l, ag_tensor *x, int n, ag_axes *axes, ag_shape *shape)
{
    ag_shape s = ag_shape_of(x);
    if (n < 1 || n > s.ndim) {
        ag_call_fail(&l->call, AG_ERR_AXIS, "1 normalises each row by itself",
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
    ag__layer l;
    if (!ag__layer_open(&l, "layer_norm", in, 1, 3) || ag_call_same_float(&l.call) != AG_OK ||
        !trailing(&l, x, n_trailing_axes, &axes, &shape) ||
        !ag__layer_shape(&l, "weight", weight, shape) ||
        !ag__layer_shape(&l, "bias", bias, shape)) {
        return NULL;
    }
    return weight != NULL && bias != NULL ? ag__layer_norm(x, weight, bias, eps)
                                          : affine(ag__standardise(x, axes, eps), weight, bias);
}

ag_tensor *ag_rms_norm(ag_tensor *x, int n_trailing_axes, ag_tensor *weight, double eps)
{
    ag_tensor *in[] = {x, weight};
    ag_axes axes;
    ag_shape shape;
    ag__layer l;
    if (!ag__layer_open(&l, "rms_norm", in, 1, 2) || ag_call_same_float(&l.call) != AG_OK ||
        !trailing(&l, x, n_trailing_axes, &axes, &shape) ||
        !ag__layer_shape(&l, "weight", weight, shape)) {
        return NULL;
    }
    if (weight != NULL) {
        return ag__rms_norm(x, weight, eps);
    }
    ag_tensor *power = ag_mean_over(ag_square(x), axes, true);
    return ag_mul(x, ag_rsqrt(ag_add_scalar(power, eps)));
}

/* --- group ------------------------------------------------------------------------------------ */

ag_tensor *ag_group_norm(ag_tensor *x, int64_t groups, ag_tensor *weight, ag_tensor *bias,
                         double eps)
{
    ag_tensor *in[] = {x, weight, bias};
    ag__layer l;
    if (!ag__layer_open(&l, "group_norm", in, 1, 3) || ag_call_same_float(&l.call) != AG_OK ||
        !has_channels(&l, x)) {
        return NULL;
    }
    ag_shape s = ag_shape_of(x);
    if (groups < 1 || s.dim[1] % groups != 0) {
        ag_call_fail(&l.call, AG_ERR_VALUE, "each group has as many channels as every other",
                     "%lld groups do not divide %lld channels", (long long)groups,
                     (long long)s.dim[1]);
        return NULL;
    }
    if (!ag__layer_shape(&l, "weight", weight, AG_SHAPE(s.dim[1])) ||
        !ag__layer_shape(&l, "bias", bias, AG_SHAPE(s.dim[1]))) {
        return NULL;
    }
    ag_shape grouped = {3, {s.dim[0], groups, s.dim[1] / groups}};
    for (int d = 2; d < s.ndim; d++) {
        grouped.dim[2] *= s.dim[d]; /* cannot overflow: no more than the product of all sizes */
    }
    ag_tensor *y = ag__standardise(ag_reshape(x, grouped), AG_AXES(2), eps);
    return affine_channels(ag_reshape(y, s), weight, bias);
}
