/* Which rows each batch of an epoch has, and their numbers as a tensor's. Knows no thread. */
#include "batches.h"

#include <string.h>

bool nn__batch_count(nn_batches *b)
{
    int64_t full = b->data->rows / b->o.size, rest = b->data->rows % b->o.size;
    bool few = rest > 0 && rest < b->o.fewest;
    bool joined = few && b->o.last == NN_LAST_JOINED && full > 0;
    bool refused = few && b->o.last == NN_LAST_REFUSED;
    bool dropped = few && b->o.last == NN_LAST_DROPPED;
    b->count = full + (rest > 0 && !joined && !dropped);
    b->most = joined ? b->o.size + rest : full > 0 ? b->o.size : rest;
    if (!refused && b->count > 0) {
        return true;
    }
    ag_fail(b->data->graph, AG_ERR_VALUE,
            "NN_LAST_KEPT keeps it, NN_LAST_JOINED puts it to the batch before it",
            "batches_new: of %lld rows in batches of %lld the last has %lld, and is %s",
            (long long)b->data->rows, (long long)b->o.size, (long long)rest,
            refused ? "refused" : "the only one, and dropped");
    return false;
}

int64_t nn__batch_rows(const nn_batches *b, int64_t k)
{
    int64_t left = b->data->rows - k * b->o.size;
    return k + 1 < b->count ? b->o.size : left < b->most ? left : b->most;
}

void nn__batch_order(nn_batches *b)
{
    int64_t n = b->data->rows;
    nn__stream s = nn__stream_of(NN__FOR_ORDER, b->o.seed, (uint64_t)b->epoch, 0);
    for (int64_t i = 0; b->order != NULL && i < n; i++) {
        b->order[i] = b->o.replacement ? nn__below(&s, n) : i;
    }
    if (b->order != NULL && !b->o.replacement) {
        nn__shuffle(&s, b->order, n);
    }
}

static void distort_rows(nn_batches *b, const nn__batch_slot *slot, int64_t n)
{
    const nn_data *d = b->data;
    ag_dtype dtype = nn__batch_dtype(d, &d->x);
    const nn__block result = nn__block_of(b->distorter.result, NN_F64, d->x.shape, 0);
    size_t bytes = (size_t)d->x.size * ag_dtype_bytes(dtype);
    for (int64_t i = 0; i < n; i++) {
        nn__read(&d->x, slot->stored[i], 0, d->x.size, b->distorter.image);
        nn__distort(&b->distorter, b->epoch, nn_stored_row(d, slot->row[i]));
        nn__convert(&result, NULL, 0, 1, dtype, (char *)slot->x + (size_t)i * bytes);
    }
}

void nn__batch_prepare(nn_batches *b, nn__batch_slot *slot, int64_t k)
{
    const nn_data *d = b->data;
    int64_t first = k * b->o.size, n = nn__batch_rows(b, k);
    for (int64_t i = 0; i < n; i++) {
        slot->row[i] = b->order != NULL ? b->order[first + i] : first + i;
        slot->stored[i] = nn__stored(d, slot->row[i]);
    }
    if (b->distorts) {
        distort_rows(b, slot, n);
    } else {
        nn__convert(&d->x, slot->stored, 0, n, nn__batch_dtype(d, &d->x), slot->x);
    }
    if (d->y.values != NULL) {
        nn__convert(&d->y, slot->stored, 0, n, nn__batch_dtype(d, &d->y), slot->y);
    }
}
