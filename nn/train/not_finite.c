/* Where a loss that is not finite came from: a parameter that the step before has made so, a row of
 * data, or an operation.
 */
#include "fit.h"

#include <autograd/hooks.h>
#include <math.h>

/* Where the first number that is not finite stands; -1 for none. */
static int64_t first_bad(const ag_tensor *t)
{
    const void *data = ag_data(t);
    for (int64_t i = 0; data != NULL && ag_dtype_of(t) != AG_I64 && i < ag_size(t); i++) {
        double x =
            ag_dtype_of(t) == AG_F32 ? (double)((const float *)data)[i] : ((const double *)data)[i];
        if (!isfinite(x)) {
            return i;
        }
    }
    return -1;
}

typedef struct culprit {
    const nn__fitting *f;
    const nn_batch *batch;
    double loss;
} culprit;

static const char *kind_of(double loss)
{
    return loss != loss ? "NaN" : "infinite";
}

static ag_status look_at_slot(const char *path, const nn_slot *slot, void *user)
{
    const culprit *c = user;
    if (first_bad(slot->tensor) < 0) {
        return AG_OK;
    }
    return ag_fail(c->f->graph, AG_ERR_ANOMALY,
                   "a smaller rate, nn_with_clipping; .anomaly = true names the operation",
                   "nn_fit: the loss is %s in epoch %d, batch %lld, since \"%s\" is not finite "
                   "after the step before",
                   kind_of(c->loss), c->f->event.epoch, (long long)c->batch->number, path);
}

/* `what` are the inputs or the targets of the batch. */
static ag_status look_at_rows(const culprit *c, const ag_tensor *t, const char *what)
{
    int64_t bad = t != NULL ? first_bad(t) : -1;
    if (bad < 0) {
        return AG_OK;
    }
    int64_t row = c->batch->row[bad / (ag_size(t) / c->batch->rows)];
    return ag_fail(c->f->graph, AG_ERR_ANOMALY,
                   "nn_fill_missing, or nn_csv.when_missing = NN_MISSING_DROP",
                   "nn_fit: the loss is %s in epoch %d, batch %lld, since %s of row %lld are not "
                   "finite",
                   kind_of(c->loss), c->f->event.epoch, (long long)c->batch->number, what,
                   (long long)nn_stored_row(c->f->train, row));
}

/* The same computation again, in anomaly mode, which keeps an error that names the operation. */
static ag_status replay(nn__fitting *f, const nn_batch *b)
{
    ag_tensor *y;
    double mean, penalty;
    ag_status status = ag_graph_rewind(f->graph, f->mark);
    if (status != AG_OK) {
        return status;
    }
    nn_batch again = *b;
    (void)nn_batches_start(f->batches, b->epoch, b->number);
    if (!nn_batches_next(f->batches, &again)) {
        return ag_error(f->graph);
    }
    ag_random_set_state(f->graph, f->random);
    ag_set_anomaly(f->graph, true);
    (void)nn__fit_loss(f, &again, &y, &mean, &penalty);
    ag_set_anomaly(f->graph, f->o.anomaly);
    return ag_error(f->graph);
}

ag_status nn__fail_not_finite(nn__fitting *f, const nn_batch *b, double loss)
{
    culprit c = {f, b, loss};
    ag_status status = nn_visit(f->net, NULL, look_at_slot, &c);
    status = status == AG_OK ? look_at_rows(&c, b->x, "the inputs") : status;
    status = status == AG_OK ? look_at_rows(&c, b->y, "the targets") : status;
    if (status != AG_OK) {
        return status;
    }
    status = replay(f, b);
    if (status != AG_OK) {
        return nn__fail_while(f->graph, f->where, status, "nn_fit was in epoch %d, batch %lld",
                              f->event.epoch, (long long)b->number);
    }
    return ag_fail(
        f->graph, AG_ERR_ANOMALY,
        "a smaller rate, clipping (nn_with_clipping), or a loss of logits in place of log(0)",
        "nn_fit: the loss is %s in epoch %d, batch %lld", kind_of(loss), f->event.epoch,
        (long long)b->number);
}
