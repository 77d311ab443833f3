/* The loss of a batch of training: the mean over its rows, weighted where they have weights, and
 * the penalties of the network.
 */
#include "fit.h"

#include <autograd/ops.h>

/* Rows whose weights are all 0 have the loss 0 and a step with gradients that are 0. */
static ag_tensor *mean_of(nn__fitting *f, ag_tensor *losses, const nn_batch *b)
{
    if (f->weights.of_row == NULL) {
        f->weights.sum = (double)b->rows;
        return ag_mean(losses);
    }
    ag_tensor *w = nn__batch_weights(&f->weights, b);
    return f->weights.sum > 0 ? nn_weighted_mean(losses, w) : ag_sum(ag_mul(losses, w));
}

ag_tensor *nn__fit_loss(nn__fitting *f, const nn_batch *b, ag_tensor **y, double *mean,
                        double *penalty)
{
    *y = nn_call(f->net, b->x);
    ag_tensor *losses = nn__row_losses(&f->seen, *y, b->y != NULL ? b->y : b->x);
    ag_tensor *loss = losses != NULL ? mean_of(f, losses, b) : NULL;
    *penalty = 0;
    if (loss == NULL) {
        return NULL;
    }
    *mean = ag_item(loss);
    ag_tensor *sum = f->penalized ? nn_penalty_sum(f->net) : NULL;
    if (sum == NULL) {
        return ag_error(f->graph) == AG_OK ? loss : NULL;
    }
    *penalty = ag_item(sum);
    return ag_add(loss, sum);
}
