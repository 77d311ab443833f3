/* How layers are made and what they check. Must not know any layer. */
#define AG_NO_SITES
#include <math.h>
#include <string.h>

#include "layer.h"

nn_module *nn__layer_new(ag_graph *g, const char *type, nn_forward forward, const void *self,
                         size_t bytes)
{
    nn_module *m = nn_module_new(g, type, bytes, forward);
    if (m != NULL && bytes > 0) {
        memcpy(nn_self(m), self, bytes);
    }
    return m;
}

bool nn__size_fits(ag_graph *g, const char *layer, const char *what, int64_t n)
{
    if (n < 1 && g != NULL) {
        ag_fail(g, AG_ERR_VALUE, NULL, "nn_%s: %s is %lld and must be at least 1", layer, what,
                (long long)n);
    }
    return n >= 1;
}

bool nn__number_fits(ag_graph *g, const char *layer, const char *what, double x)
{
    if (!isfinite(x) && g != NULL) {
        ag_fail(g, AG_ERR_VALUE, NULL, "nn_%s: %s is %g and must be finite", layer, what, x);
    }
    return isfinite(x);
}

bool nn__probability_fits(ag_graph *g, const char *layer, const char *what, double p)
{
    bool fits = p >= 0 && p <= 1;
    if (!fits && g != NULL) {
        ag_fail(g, AG_ERR_VALUE, NULL, "nn_%s: %s is %g and must be from 0 to 1", layer, what, p);
    }
    return fits;
}

bool nn__dims_fit(const nn_module *m, const ag_tensor *x, int dims, const char *axes)
{
    char text[AG_SHAPE_TEXT];
    if (ag_shape_of(x).ndim == dims) {
        return true;
    }
    ag_fail(nn_graph_of(m), AG_ERR_SHAPE, axes, "nn_%s: an input %s has %d dimensions, not %d",
            nn_type_of(m), ag_shape_text(ag_shape_of(x), text), ag_shape_of(x).ndim, dims);
    return false;
}

/* What PyTorch takes for the fan in of a bias: that of its weight. */
static nn_init bias_init(const nn__affine *a)
{
    nn_init init = a->bias_init;
    double fan = 1;
    for (int i = 1; i < a->weight.ndim; i++) {
        fan *= (double)a->weight.dim[i];
    }
    init.kind = init.kind != NN_DEFAULT ? init.kind : NN_ZEROS;
    init.fan_in = init.fan_in > 0 ? init.fan_in : fan;
    return init;
}

bool nn__affine_get(nn_module *m, const nn__affine *a, ag_tensor **weight, ag_tensor **bias)
{
    bool penalized = a->penalty.l1 != 0 || a->penalty.l2 != 0;
    *weight = a->no_weight ? NULL : nn_parameter(m, "weight", a->weight, a->weight_init);
    *bias = a->no_bias ? NULL : nn_parameter(m, "bias", a->bias, bias_init(a));
    return (*weight != NULL || a->no_weight) && (*bias != NULL || a->no_bias) &&
           (!penalized || nn_penalize(m, "weight", a->penalty) == AG_OK);
}
