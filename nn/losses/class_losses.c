/* Losses of classes: two by one score, many by a score each; one number for each sample. */
#include "targets.h"

#include <float.h>
#include <math.h>

/* --- two classes ------------------------------------------------------------------------------ */

static ag_tensor *shares(const char *what, ag_tensor *y, ag_tensor *t)
{
    return nn__targets_are_shares(what, y, t) ? nn__targets_like(t, y) : NULL;
}

ag_tensor *nn_bce(ag_tensor *y, ag_tensor *t, const void *user)
{
    (void)user;
    t = shares("nn_bce", y, t);
    return t != NULL ? nn__mean_of_sample(
                           ag_bce_with_logits(y, t, &(ag_bce_options){.reduction = AG_NONE}))
                     : NULL;
}

ag_tensor *nn_bce_of_probabilities(ag_tensor *y, ag_tensor *t, const void *user)
{
    (void)user;
    t = shares("nn_bce_of_probabilities", y, t);
    return t != NULL ? nn__mean_of_sample(ag_bce_loss(y, t, NULL, AG_NONE)) : NULL;
}

ag_tensor *nn_hinge(ag_tensor *y, ag_tensor *t, const void *user)
{
    (void)user;
    t = shares("nn_hinge", y, t);
    if (t == NULL) {
        return NULL;
    }
    ag_tensor *sign = ag_add_scalar(ag_mul_scalar(t, 2), -1);
    return nn__mean_of_sample(ag_relu(ag_add_scalar(ag_neg(ag_mul(sign, y)), 1)));
}

/* --- many classes ----------------------------------------------------------------------------- */

static const nn_class_options *options_of(const void *user)
{
    static const nn_class_options usual = {false, 0};
    return user != NULL ? user : &usual;
}

/* The scores with the axis of classes where the operations look for it. */
static ag_tensor *classes_second(ag_tensor *y, const nn_class_options *o)
{
    return o->classes_last && ag_shape_of(y).ndim > 2 ? ag_moveaxis(y, AG_AXES(-1), AG_AXES(1)) : y;
}

ag_tensor *nn_cross_entropy(ag_tensor *y, ag_tensor *t, const void *user)
{
    const nn_class_options *o = options_of(user);
    if (nn_labels_fit("nn_cross_entropy", y, t, o->classes_last) != AG_OK) {
        return NULL;
    }
    const ag_cross_entropy_options with = {.label_smoothing = o->label_smoothing,
                                           .reduction = AG_NONE};
    return nn__mean_of_sample(ag_cross_entropy(classes_second(y, o), t, &with));
}

ag_tensor *nn_nll(ag_tensor *y, ag_tensor *t, const void *user)
{
    const nn_class_options *o = options_of(user);
    if (nn_labels_fit("nn_nll", y, t, o->classes_last) != AG_OK) {
        return NULL;
    }
    const ag_cross_entropy_options with = {.reduction = AG_NONE};
    return nn__mean_of_sample(ag_nll_loss(classes_second(y, o), t, &with));
}

/* A sum of rounded probabilities may lead a little above 1. */
static bool are_probabilities(const char *what, const ag_tensor *y)
{
    nn__elements e = nn__elements_of(y);
    for (int64_t i = 0; i < e.n; i++) {
        double p = nn__element_at(&e, i);
        if (p < 0 || p > 1 + 1e-5) { /* NaN is for who watches the training */
            ag_fail(ag_graph_of(y), AG_ERR_VALUE,
                    "end the network with nn_softmax, or take nn_cross_entropy, for logits",
                    "%s: a score of row %lld is %g, which is no probability", what,
                    (long long)(i / (e.n / ag_shape_of(y).dim[0])), p);
            return false;
        }
    }
    return true;
}

/* The logarithm of 0 would be infinite, so the smallest normal f32 stands for less. */
ag_tensor *nn_cross_entropy_of_probabilities(ag_tensor *y, ag_tensor *t, const void *user)
{
    const char *what = "nn_cross_entropy_of_probabilities";
    const nn_class_options *o = options_of(user);
    if (nn_labels_fit(what, y, t, o->classes_last) != AG_OK || !are_probabilities(what, y)) {
        return NULL;
    }
    const ag_cross_entropy_options with = {.reduction = AG_NONE};
    ag_tensor *log_p = ag_log(ag_clamp_min(classes_second(y, o), FLT_MIN));
    return nn__mean_of_sample(ag_nll_loss(log_p, t, &with));
}

/* Does every place's distribution over the classes have the sum 1? `axis` is that of the
 * classes. */
static bool sums_are_one(const char *what, ag_tensor *t, int axis)
{
    ag_no_grad_enter(ag_graph_of(t));
    ag_tensor *sum = ag_sum_over(t, AG_AXES(axis), false);
    ag_no_grad_leave(ag_graph_of(t));
    nn__elements e = nn__elements_of(sum);
    int64_t rows = sum != NULL && ag_shape_of(sum).dim[0] > 0 ? ag_shape_of(sum).dim[0] : 1;
    for (int64_t i = 0; i < e.n; i++) {
        double value = nn__element_at(&e, i);
        if (!(fabs(value - 1) <= 1e-4)) {
            ag_fail(ag_graph_of(t), AG_ERR_VALUE, "one-hot rows and probabilities have the sum 1",
                    "%s: the targets of row %lld have the sum %g", what,
                    (long long)(i / (e.n / rows)), value);
            return false;
        }
    }
    return sum != NULL;
}

ag_tensor *nn_cross_entropy_of_shares(ag_tensor *y, ag_tensor *t, const void *user)
{
    const char *what = "nn_cross_entropy_of_shares";
    const nn_class_options *o = options_of(user);
    t = shares(what, y, t);
    if (t == NULL) {
        return NULL;
    }
    if (ag_shape_of(y).ndim < 2) {
        ag_fail(ag_graph_of(y), AG_ERR_SHAPE, "nn_bce is for one score a sample",
                "%s: scores of one dimension have no axis of classes", what);
        return NULL;
    }
    if (!sums_are_one(what, t, o->classes_last ? -1 : 1)) {
        return NULL;
    }
    const ag_cross_entropy_options with = {.label_smoothing = o->label_smoothing,
                                           .reduction = AG_NONE};
    return nn__mean_of_sample(ag_cross_entropy(classes_second(y, o), classes_second(t, o), &with));
}
