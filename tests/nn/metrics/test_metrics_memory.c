/* Losses and metrics when memory runs out at any moment: an ordinary error, nothing leaks. */
#include "no_memory.h"

/* Numbers between -1 and 1; NULL where there is no memory. */
static ag_tensor *some(ag_graph *g, ag_shape shape)
{
    ag_tensor *t = ag_leaf(g, AG_CONSTANT, AG_F64, shape, NULL);
    return t != NULL && ag_fill_uniform(t, -1, 1) == AG_OK ? t : NULL;
}

static ag_status scene_losses(ag_graph *g)
{
    ag_tensor *y = some(g, AG_SHAPE(5, 3, 2)), *by = ag_transpose(y);
    ag_tensor *t = y != NULL ? ag_argmax_along(y, 1, false) : NULL;
    const nn_class_options last = {.classes_last = true};
    const double weight[] = {1, 2, 3};
    ag_tensor *one = ag_select(t, 1, 0), *w = one != NULL ? nn_class_weights(one, weight, 3) : NULL;
    ag_tensor *l = ag_add(nn_cross_entropy(y, t, NULL), nn_nll(by, t, &last));
    ag_tensor *hot = ag_softmax(y, 1);
    l = ag_add(l, hot != NULL ? nn_cross_entropy_of_shares(y, hot, NULL) : NULL);
    ag_tensor *sum = w != NULL ? nn_weighted_mean(l, w) : NULL;
    return status_of(g, sum);
}

static ag_status scene_metrics(ag_graph *g)
{
    ag_tensor *y = some(g, AG_SHAPE(20, 3));
    ag_tensor *t = y != NULL ? ag_argmax_along(y, 1, false) : NULL;
    if (t == NULL) {
        return status_of(g, t);
    }
    double value = nn_accuracy.of(y, t, NULL) + nn_f1.of(y, t, NULL) + nn_kappa.of(y, t, NULL) +
                   nn_auc.of(y, t, NULL) + nn_brier.of(y, t, NULL) + nn_spearman.of(y, y, NULL) +
                   nn_median_error.of(y, y, NULL) + nn_balanced_accuracy.of(y, t, NULL);
    const nn_confusion *m = nn_confusion_new(y, t, NULL);
    return isnan(value) ? ag_error(g) : status_of(g, m);
}

static ag_status scene_curves(ag_graph *g)
{
    const int64_t group[6] = {0, 1, 0, 1, 0, 1};
    double out[2];
    ag_tensor *y = some(g, AG_SHAPE(6));
    ag_tensor *t = of_values(g, AG_SHAPE(6), 0, 0, 1, 1, 1, 0);
    if (y == NULL || t == NULL) {
        return ag_error(g);
    }
    const nn_roc *roc = nn_roc_new(y, t, NULL);
    nn_threshold_choice c = nn_choose_threshold(y, t, NULL, NULL);
    const nn_calibration *k = nn_calibration_new(y, t, 10, NULL);
    const nn_subgroups *s = nn_subgroups_new(y, t, group, 2, NULL);
    ag_status status = nn_metric_by_group(nn_auc, y, t, group, 2, out);
    bool all = roc != NULL && !isnan(c.threshold) && k != NULL && s != NULL && status == AG_OK;
    return all ? AG_OK : ag_error(g);
}

START_TEST(test_losses)
{
    each_call(scene_losses, true, 0);
    each_call_and_level(scene_losses, check_small() ? 4096 : 512);
}
END_TEST

START_TEST(test_metrics)
{
    each_call_and_level(scene_metrics, check_small() ? 4096 : 512);
}
END_TEST

START_TEST(test_curves)
{
    each_call_and_level(scene_curves, check_small() ? 4096 : 512);
}
END_TEST

CHECK_MAIN("metrics_memory", test_losses, test_metrics, test_curves)
