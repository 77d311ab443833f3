/* Layers that change shapes, and numbers by constants: flatten, reshape, rescale, standardize. */
#define AG_NO_SITES
#include <autograd/inspect.h>
#include <autograd/ops.h>
#include <math.h>
#include <string.h>

#include "layer.h"

ag_tensor *nn__flatten_forward(nn_module *m, ag_tensor *x)
{
    ag_shape s = ag_shape_of(x);
    (void)m;
    return s.ndim == 1 ? ag_unsqueeze(x, 1) : ag_flatten(x, 1, -1);
}

nn_module *nn_flatten(ag_graph *g)
{
    return nn_module_new(g, "flatten", 0, nn__flatten_forward);
}

/* The batch axis is kept as it is, also where it is empty and a -1 could not be found. */
ag_tensor *nn__reshape_forward(nn_module *m, ag_tensor *x)
{
    const ag_shape *sample = nn_self(m);
    ag_shape from = ag_shape_of(x), to = {.ndim = sample->ndim + 1};
    int64_t n = 1;
    to.dim[0] = from.ndim > 0 ? from.dim[0] : 1;
    for (int i = 1; i < from.ndim; i++) {
        n *= from.dim[i];
    }
    int unknown = -1;
    for (int i = 0; i < sample->ndim; i++) {
        to.dim[i + 1] = sample->dim[i];
        unknown = sample->dim[i] == -1 ? i + 1 : unknown;
        n = sample->dim[i] > 0 && n % sample->dim[i] == 0 ? n / sample->dim[i] : n;
    }
    if (unknown > 0 && to.dim[0] == 0) {
        to.dim[unknown] = n;
    }
    return ag_reshape(x, to);
}

nn_module *nn_reshape(ag_graph *g, ag_shape shape)
{
    if (g != NULL && (shape.ndim < 0 || shape.ndim >= AG_MAX_DIMS)) {
        ag_fail(g, AG_ERR_VALUE, "the batch axis is one more",
                "nn_reshape: %d dimensions of a sample; there can be 0 to %d", shape.ndim,
                AG_MAX_DIMS - 1);
        return NULL;
    }
    return nn__layer_new(g, "reshape", nn__reshape_forward, &shape, sizeof shape);
}

ag_tensor *nn__rescale_forward(nn_module *m, ag_tensor *x)
{
    const nn__rescale_layer *r = nn_self(m);
    x = r->factor != 1 ? ag_mul_scalar(x, r->factor) : x;
    return r->shift != 0 ? ag_add_scalar(x, r->shift) : x;
}

nn_module *nn_rescale(ag_graph *g, double factor, double shift)
{
    nn__rescale_layer r = {factor, shift};
    return nn__number_fits(g, "rescale", "the factor", factor) &&
                   nn__number_fits(g, "rescale", "the shift", shift)
               ? nn__layer_new(g, "rescale", nn__rescale_forward, &r, sizeof r)
               : NULL;
}

/* --- standardize ------------------------------------------------------------------------------ */

/* What the buffers begin with; and those that have begun so, since a building pass that fails drops
 * its buffers and the next makes others. */
typedef struct standardize {
    ag_shape shape;
    ag_tensor *mean, *deviation;
    const ag_tensor *begun;
} standardize;

static bool begin(standardize *s, ag_tensor *mean, ag_tensor *deviation)
{
    if (s->begun == mean) {
        return true;
    }
    s->begun = mean;
    return ag_write(mean, ag_data(s->mean), ag_bytes(mean)) == AG_OK &&
           ag_write(deviation, ag_data(s->deviation), ag_bytes(deviation)) == AG_OK;
}

ag_tensor *nn__standardize_forward(nn_module *m, ag_tensor *x)
{
    standardize *s = nn_self(m);
    ag_tensor *mean = nn_buffer(m, "mean", s->shape, 0);
    ag_tensor *deviation = nn_buffer(m, "deviation", s->shape, 1);
    if (mean == NULL || deviation == NULL || !begin(s, mean, deviation)) {
        return NULL;
    }
    return ag_div(ag_sub(x, mean), deviation);
}

/* A constant of these values, or of one value where there are none. */
static ag_tensor *values_or(ag_graph *g, ag_shape shape, const double *values, double value)
{
    return values != NULL ? ag_from_values(g, AG_CONSTANT, shape, values)
                          : ag_full(g, AG_CONSTANT, shape, value);
}

/* Constant columns are divided by 1, so that they become 0 and not 0/0. */
static bool deviations_fit(ag_graph *g, ag_tensor *deviation, const double *value)
{
    for (int64_t i = 0; value != NULL && i < ag_size(deviation); i++) {
        if (!nn__number_fits(g, "standardize_by", "a deviation", value[i])) {
            return false;
        }
        if (value[i] < 0) {
            ag_fail(g, AG_ERR_VALUE, "0 counts as 1",
                    "nn_standardize_by: deviation %lld is %g, below 0", (long long)i, value[i]);
            return false;
        }
    }
    ag_tensor *fixed = ag_where(deviation, deviation, ag_full(g, AG_CONSTANT, AG_SCALAR, 1));
    return fixed != NULL && ag_write(deviation, ag_data(fixed), ag_bytes(fixed)) == AG_OK;
}

nn_module *nn_standardize_by(ag_graph *g, ag_shape shape, const double *mean,
                             const double *deviation)
{
    standardize s = {.shape = shape};
    if (g == NULL) {
        return NULL;
    }
    s.mean = values_or(g, shape, mean, 0);
    s.deviation = values_or(g, shape, deviation, 1);
    if (s.mean == NULL || s.deviation == NULL || !deviations_fit(g, s.deviation, deviation)) {
        return NULL;
    }
    for (int64_t i = 0; mean != NULL && i < ag_size(s.mean); i++) {
        if (!nn__number_fits(g, "standardize_by", "a mean", mean[i])) {
            return NULL;
        }
    }
    return nn__layer_new(g, "standardize", nn__standardize_forward, &s, sizeof s);
}

nn_module *nn_standardize(ag_graph *g, const nn_data *train)
{
    if (g == NULL || train == NULL) {
        return NULL;
    }
    int64_t n = nn_sample_size(train);
    size_t bytes = (size_t)n * sizeof(double);
    double *mean = ag_graph_alloc(g, 2 * bytes + 1), *deviation = mean != NULL ? mean + n : NULL;
    nn_module *m = NULL;
    if (mean == NULL) {
        ag_fail(g, AG_ERR_MEMORY, NULL, "nn_standardize: out of memory");
    } else if (nn_moments(train, mean, deviation, n, false) == AG_OK) {
        m = nn_standardize_by(g, nn_sample_shape(train), mean, deviation);
    }
    ag_graph_release(g, mean, 2 * bytes + 1);
    return m;
}
