/* Weights of samples: the weighted mean of losses, and a weight for each class. */
#include "targets.h"

#include <math.h>

/* Are all weights numbers from 0 on, with a sum above 0? */
static bool weights_fit(const ag_tensor *w)
{
    double sum = 0;
    nn__elements e = nn__elements_of(w);
    for (int64_t i = 0; i < e.n; i++) {
        double value = nn__element_at(&e, i);
        if (!(value >= 0 && isfinite(value))) {
            ag_fail(ag_graph_of(w), AG_ERR_VALUE, "weights are 0 or more",
                    "nn_weighted_mean: the weight of row %lld is %g", (long long)i, value);
            return false;
        }
        sum += value;
    }
    if (!(sum > 0)) {
        ag_fail(ag_graph_of(w), AG_ERR_VALUE,
                "at least one sample of a batch needs a weight above 0",
                "nn_weighted_mean: the weights of all %lld rows are 0", (long long)ag_size(w));
        return false;
    }
    return true;
}

ag_tensor *nn_weighted_mean(ag_tensor *losses, ag_tensor *weights)
{
    if (weights == NULL || losses == NULL) {
        return ag_mean(losses);
    }
    if (nn_same_shapes("nn_weighted_mean", losses, weights) != AG_OK || !weights_fit(weights)) {
        return NULL;
    }
    ag_tensor *w = ag_dtype_of(weights) != ag_dtype_of(losses)
                       ? ag_cast(weights, ag_dtype_of(losses))
                       : weights;
    return ag_div(ag_sum(ag_mul(w, losses)), ag_sum(w));
}

/* Sets the weights of the rows in `out`; false, with an error kept, for a label that is none. */
static bool weigh(const ag_tensor *t, const double *weight, int64_t classes, ag_tensor *out)
{
    void *to = ag_mutable_data(out);
    nn__elements e = nn__elements_of(t);
    for (int64_t i = 0; to != NULL && i < e.n; i++) {
        double label = nn__element_at(&e, i);
        if (!(label >= 0 && label < (double)classes && label == floor(label))) {
            ag_fail(ag_graph_of(t), AG_ERR_VALUE,
                    "there is a weight for each of the classes from 0",
                    "nn_class_weights: the class %g of row %lld is not one of the %lld with a "
                    "weight",
                    label, (long long)i, (long long)classes);
            return false;
        }
        if (ag_dtype_of(out) == AG_F32) {
            ((float *)to)[i] = (float)weight[(int64_t)label];
        } else {
            ((double *)to)[i] = weight[(int64_t)label];
        }
    }
    return true;
}

ag_tensor *nn_class_weights(const ag_tensor *t, const double *weight, int64_t classes)
{
    ag_graph *g = ag_graph_of(t);
    ag_shape s = ag_shape_of(t);
    char text[AG_SHAPE_TEXT];
    if (t == NULL || weight == NULL) {
        ag_fail(g, AG_ERR_NULL_ARGUMENT, NULL, "nn_class_weights: %s are NULL",
                t == NULL ? "the labels" : "the weights");
        return NULL;
    }
    if (s.ndim < 1 || ag_size(t) != s.dim[0]) {
        ag_fail(g, AG_ERR_SHAPE, "every sample needs one class",
                "nn_class_weights: targets %s are not one label a sample", ag_shape_text(s, text));
        return NULL;
    }
    ag_tensor *out = ag_leaf(g, AG_CONSTANT, ag_graph_dtype(g), AG_SHAPE(s.dim[0]), NULL);
    return out != NULL && (s.dim[0] == 0 || weigh(t, weight, classes, out)) ? out : NULL;
}
