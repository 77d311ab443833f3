/* Losses of numbers: squared, absolute and their kin, one number for each sample. */
#include "targets.h"

/* The target in the dtype of the prediction; NULL and an error where their shapes differ. */
static ag_tensor *compared(const char *what, ag_tensor *y, ag_tensor *t)
{
    return nn_same_shapes(what, y, t) == AG_OK ? nn__targets_like(t, y) : NULL;
}

ag_tensor *nn_mse(ag_tensor *y, ag_tensor *t, const void *user)
{
    (void)user;
    t = compared("nn_mse", y, t);
    return t != NULL ? nn__mean_of_sample(ag_mse_loss(y, t, AG_NONE)) : NULL;
}

ag_tensor *nn_mae(ag_tensor *y, ag_tensor *t, const void *user)
{
    (void)user;
    t = compared("nn_mae", y, t);
    return t != NULL ? nn__mean_of_sample(ag_l1_loss(y, t, AG_NONE)) : NULL;
}

ag_tensor *nn_quadratic(ag_tensor *y, ag_tensor *t, const void *user)
{
    (void)user;
    t = compared("nn_quadratic", y, t);
    if (t == NULL) {
        return NULL;
    }
    ag_tensor *l = ag_mse_loss(y, t, AG_NONE);
    ag_axes rest = {ag_shape_of(y).ndim - 1, {1, 2, 3, 4, 5, 6, 7}};
    return ag_mul_scalar(rest.n > 0 ? ag_sum_over(l, rest, false) : l, 0.5);
}

ag_tensor *nn_huber(ag_tensor *y, ag_tensor *t, const void *user)
{
    double delta = user != NULL ? *(const double *)user : 1;
    t = compared("nn_huber", y, t);
    return t != NULL ? nn__mean_of_sample(ag_huber_loss(y, t, delta, AG_NONE)) : NULL;
}

ag_tensor *nn_quantile(ag_tensor *y, ag_tensor *t, const void *user)
{
    double tau = user != NULL ? *(const double *)user : 0.5;
    t = compared("nn_quantile", y, t);
    return t != NULL ? nn__mean_of_sample(ag_quantile_loss(y, t, tau, AG_NONE)) : NULL;
}

ag_tensor *nn_poisson(ag_tensor *y, ag_tensor *t, const void *user)
{
    (void)user;
    t = compared("nn_poisson", y, t);
    return t != NULL ? nn__mean_of_sample(
                           ag_poisson_nll_loss(y, t, &(ag_poisson_options){.reduction = AG_NONE}))
                     : NULL;
}
