/* One step of fit: the loss of a batch, its gradient, the optimizer's step. This is all that runs
 * once for every batch, so nothing here allocates but what it records.
 */
#include "fit.h"

#include <math.h>

/* Gradients that a callback or a hook has left are not of this step. */
static void forget_gradients(nn_optimizer *opt)
{
    if (nn_get_counters(opt).accumulated == 0) {
        nn_zero_grads(opt);
    }
}

static ag_status count(nn__fitting *f, const nn_batch *b, const ag_tensor *y, double mean,
                       double penalty)
{
    f->penalty_sum += penalty * f->weights.sum;
    ag_status status =
        nn__measure_add(&f->seen, y, b->y != NULL ? b->y : b->x, mean, f->weights.sum);
    f->event.batch = b->number;
    f->event.batch_loss = mean;
    f->event.loss = nn__measure_loss(&f->seen);
    return status;
}

static ag_status differentiate_and_step(nn__fitting *f, const nn_batch *b, ag_tensor *loss)
{
    forget_gradients(f->optimizer);
    ag_status status = ag_backward(loss);
    if (b->number + 1 == f->event.batches) {
        f->rate = nn_rate(f->optimizer);
    }
    return status == AG_OK ? nn_step(f->optimizer) : status;
}

ag_status nn__fit_step(nn__fitting *f, const nn_batch *b)
{
    ag_tensor *y;
    double mean, penalty;
    f->random = ag_random_get_state(f->graph);
    ag_tensor *loss = nn__fit_loss(f, b, &y, &mean, &penalty);
    (void)ag__at_graph(f->graph, f->where); /* the loss may have noted its own */
    if (loss != NULL && !isfinite(mean + penalty)) {
        return nn__fail_not_finite(f, b, mean + penalty);
    }
    ag_status status = loss != NULL ? count(f, b, y, mean, penalty) : ag_error(f->graph);
    status = status == AG_OK ? differentiate_and_step(f, b, loss) : status;
    return status == AG_OK
               ? AG_OK
               : nn__fail_while(f->graph, f->where, status, "nn_fit was in epoch %d, batch %lld",
                                f->event.epoch, (long long)b->number);
}
