/* Drawing batches: options and memory, epochs, and tensors of what is prepared. */
#include "batches.h"

/* --- making ----------------------------------------------------------------------------------- */

static bool set_options(nn_batches *b, const nn_batches_options *o)
{
    const nn_data *d = b->data;
    b->o = o != NULL ? *o : (nn_batches_options){.size = 0};
    b->o.size = b->o.size == 0 ? 32 : b->o.size;
    b->o.fewest = b->o.fewest == 0 || b->o.fewest > b->o.size ? b->o.size : b->o.fewest;
    if (b->o.size < 0 || b->o.fewest < 0 || d->rows == 0) {
        ag_fail(d->graph, AG_ERR_VALUE, "a batch has at least one row",
                "batches_new: batches of %lld, at least %lld, of %lld rows", (long long)b->o.size,
                (long long)b->o.fewest, (long long)d->rows);
        return false;
    }
    if (b->o.replacement && b->o.in_order) {
        ag_fail(d->graph, AG_ERR_VALUE, "rows that are drawn have no order",
                "batches_new: .in_order and .replacement");
        return false;
    }
    return nn__batch_count(b);
}

static bool make_distorter(nn_batches *b)
{
    const nn_distortion *how = b->o.distortion;
    b->o.distortion = NULL; /* it is copied; the caller's may go */
    b->distorts = how != NULL;
    return how == NULL || nn__distorter_open(&b->distorter, "batches_new", b->data, how);
}

static void *room_for(const nn_data *d, const nn__block *b, int64_t rows)
{
    size_t each = ag_dtype_bytes(nn__batch_dtype(d, b));
    return nn__memory(d->graph, nn__times(rows, b->size), each);
}

static bool make_slot(nn_batches *b, nn__batch_slot *slot)
{
    const nn_data *d = b->data;
    slot->x = room_for(d, &d->x, b->most);
    slot->y = slot->x != NULL && d->y.values != NULL ? room_for(d, &d->y, b->most) : NULL;
    slot->row = nn__memory(d->graph, b->most, sizeof *slot->row);
    slot->stored = nn__memory(d->graph, b->most, sizeof *slot->stored);
    return slot->x != NULL && (slot->y != NULL || d->y.values == NULL) && slot->row != NULL &&
           slot->stored != NULL;
}

nn_batches *(nn_batches_new)(const nn_data *d, const nn_batches_options *o)
{
    nn_batches *b = d != NULL ? nn__memory(d->graph, 1, sizeof *b) : NULL;
    if (b == NULL) {
        return NULL;
    }
    b->data = d;
    if (!set_options(b, o) || !make_distorter(b) || !make_slot(b, &b->slot[0])) {
        return NULL;
    }
    if (b->o.loader && (!make_slot(b, &b->slot[1]) || !nn__loader_new(b))) {
        return NULL;
    }
    b->order = b->o.in_order ? NULL : nn__memory(d->graph, d->rows, sizeof *b->order);
    return b->o.in_order || b->order != NULL ? b : NULL;
}

ag_graph *nn_graph_of_batches(const nn_batches *b)
{
    return b != NULL ? b->data->graph : NULL;
}

int64_t nn_batches_count(const nn_batches *b)
{
    return b != NULL ? b->count : 0;
}

int64_t nn_batches_most(const nn_batches *b)
{
    return b != NULL ? b->most : 0;
}

/* --- drawing ---------------------------------------------------------------------------------- */

void nn_batches_stop(nn_batches *b)
{
    if (b != NULL) {
        nn__loader_stop(b);
        b->started = false;
    }
}

ag_status(nn_batches_start)(nn_batches *b, int64_t epoch, int64_t batch)
{
    nn_batches_stop(b);
    if (b == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    if (batch < 0 || batch > b->count) {
        return ag_fail(b->data->graph, AG_ERR_VALUE, "batches are counted from 0",
                       "batches_start: batch %lld of %lld", (long long)batch, (long long)b->count);
    }
    b->epoch = epoch;
    b->next = batch;
    b->started = true;
    nn__batch_order(b);
    if (batch < b->count) {
        nn__loader_start(b);
    }
    return AG_OK;
}

static ag_tensor *tensor_of(const nn_data *d, const nn__block *b, int64_t rows, void *numbers)
{
    ag_shape shape = {b->shape.ndim + 1, {rows}};
    for (int i = 0; i < b->shape.ndim; i++) {
        shape.dim[i + 1] = b->shape.dim[i];
    }
    return ag_borrow(d->graph, AG_CONSTANT, nn__batch_dtype(d, b), shape, numbers);
}

/* The slot of the next batch, once it is prepared. */
static const nn__batch_slot *prepared(nn_batches *b, int64_t k)
{
    if (nn__loader_runs(b)) {
        nn__loader_take(b, k);
        return &b->slot[k % 2];
    }
    nn__batch_prepare(b, &b->slot[0], k);
    return &b->slot[0];
}

bool(nn_batches_next)(nn_batches *b, nn_batch *out)
{
    if (b == NULL || out == NULL || !b->started || b->next >= b->count) {
        if (out != NULL) {
            *out = (nn_batch){0};
        }
        nn_batches_stop(b);
        return false;
    }
    const nn_data *d = b->data;
    int64_t k = b->next++;
    const nn__batch_slot *slot = prepared(b, k);
    *out = (nn_batch){.rows = nn__batch_rows(b, k), .epoch = b->epoch, .number = k};
    out->row = slot->row;
    out->x = tensor_of(d, &d->x, out->rows, slot->x);
    out->y = d->y.values != NULL ? tensor_of(d, &d->y, out->rows, slot->y) : NULL;
    bool good = out->x != NULL && (out->y != NULL || d->y.values == NULL);
    if (!good) {
        *out = (nn_batch){0};
        nn_batches_stop(b);
    }
    return good;
}
