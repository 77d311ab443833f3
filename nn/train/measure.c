/* The mean loss and the metrics of one pass over rows. Knows no network. */
#include "measure.h"

#include <math.h>
#include <string.h>

/* --- what is asked for ------------------------------------------------------------------------ */

static ag_status check_metric(const nn__measure *m, const char *who, const nn_metric *metric)
{
    if (metric->of == NULL) {
        return ag_fail(m->graph, AG_ERR_VALUE, "an nn_metric has a name and a function",
                       "%s: the metric \"%.40s\" has no function", who, metric->name);
    }
    if (strcmp(metric->name, "loss") == 0 || strncmp(metric->name, "val_", 4) == 0) {
        return ag_fail(m->graph, AG_ERR_VALUE, "loss and val_... are names that fit gives",
                       "%s: a metric is called \"%.40s\"", who, metric->name);
    }
    for (int i = 0; i < m->n_metrics; i++) {
        if (strcmp(m->metric[i].name, metric->name) == 0) {
            return ag_fail(m->graph, AG_ERR_VALUE, "copy one and change its name",
                           "%s: two metrics are called \"%.40s\"", who, metric->name);
        }
    }
    return AG_OK;
}

ag_status nn__measure_set(nn__measure *m, ag_graph *g, const char *who, nn_loss loss,
                          const void *loss_user, const nn_metric *metrics)
{
    *m = (nn__measure){.graph = g, .loss = loss, .loss_user = loss_user};
    if (loss == NULL) {
        return ag_fail(g, AG_ERR_NULL_ARGUMENT, "such as .loss = nn_cross_entropy",
                       "%s: there is no loss", who);
    }
    ag_status status = AG_OK;
    for (int i = 0; i < NN_MOST_METRICS && metrics[i].name != NULL && status == AG_OK; i++) {
        status = check_metric(m, who, &metrics[i]);
        m->metric[m->n_metrics++] = metrics[i];
    }
    return status;
}

/* --- batches ---------------------------------------------------------------------------------- */

/* How many rows a tensor has: its first axis; 1 for 0-d. */
static int64_t rows_of(const ag_tensor *t)
{
    ag_shape s = ag_shape_of(t);
    return s.ndim > 0 ? s.dim[0] : 1;
}

ag_tensor *nn__row_losses(const nn__measure *m, ag_tensor *y, ag_tensor *t)
{
    ag_tensor *l = y != NULL && t != NULL ? m->loss(y, t, m->loss_user) : NULL;
    if (l == NULL) {
        ag_fail(m->graph, AG_ERR_STATE, "return what the last operation gave",
                "the loss gave NULL without an error"); /* an earlier error is the one kept */
        return NULL;
    }
    ag_shape have = ag_shape_of(l);
    if (have.ndim == 1 && have.dim[0] == rows_of(t)) {
        return l;
    }
    char text[AG_SHAPE_TEXT], target[AG_SHAPE_TEXT];
    ag_fail(
        m->graph, AG_ERR_SHAPE,
        "ag_mean_over(loss, AG_AXES(1), false) is one for each row; losses of loss.h take AG_NONE",
        "the loss gave %s for targets %s, and must give one number for each row",
        ag_shape_text(have, text), ag_shape_text(ag_shape_of(t), target));
    return NULL;
}

static void learn_row(nn__rows_kept *r, const ag_tensor *like)
{
    ag_shape s = ag_shape_of(like);
    *r = (nn__rows_kept){.dtype = ag_dtype_of(like), .row = {.ndim = s.ndim - 1}};
    r->bytes = ag_dtype_bytes(r->dtype);
    for (int i = 1; i < s.ndim; i++) {
        r->row.dim[i - 1] = s.dim[i];
        r->bytes *= (size_t)s.dim[i];
    }
}

ag_status nn__measure_learn(nn__measure *m, const ag_tensor *y, const ag_tensor *t)
{
    if (ag_shape_of(y).ndim == 0 || rows_of(y) != rows_of(t)) {
        char out[AG_SHAPE_TEXT], target[AG_SHAPE_TEXT];
        return ag_fail(m->graph, AG_ERR_SHAPE, "the first axis of both is that of rows",
                       "the network gave %s for targets %s", ag_shape_text(ag_shape_of(y), out),
                       ag_shape_text(ag_shape_of(t), target));
    }
    learn_row(&m->y, y);
    learn_row(&m->t, t);
    return AG_OK;
}

static ag_status open_rows(ag_graph *g, nn__rows_kept *r, int64_t rows)
{
    if (r->bytes > 0 && (size_t)rows > SIZE_MAX / 2 / r->bytes) {
        return ag_fail(g, AG_ERR_OVERFLOW, "train without metrics",
                       "the metrics ask for %lld predictions of %zu bytes", (long long)rows,
                       r->bytes);
    }
    r->values = ag_graph_memory(g, r->bytes * (size_t)rows + 1);
    return r->values != NULL ? AG_OK : AG_ERR_MEMORY;
}

ag_status nn__measure_open(nn__measure *m, int64_t rows)
{
    if (m->n_metrics == 0) {
        return AG_OK;
    }
    ag_status status = open_rows(m->graph, &m->y, rows);
    return status == AG_OK ? open_rows(m->graph, &m->t, rows) : status;
}

void nn__measure_reset(nn__measure *m)
{
    m->rows = 0;
    m->loss_sum = m->weight_sum = 0;
}

static ag_status keep_rows(const nn__rows_kept *r, const ag_tensor *t, int64_t at, int64_t n)
{
    return ag_read(t, r->values + r->bytes * (size_t)at, r->bytes * (size_t)n);
}

ag_status nn__measure_add(nn__measure *m, const ag_tensor *y, const ag_tensor *t, double loss,
                          double weight)
{
    int64_t n = rows_of(t);
    ag_status status = AG_OK;
    if (m->n_metrics > 0) {
        status = keep_rows(&m->y, y, m->rows, n);
        status = status == AG_OK ? keep_rows(&m->t, t, m->rows, n) : status;
    }
    m->rows += n;
    m->loss_sum += weight > 0 ? loss * weight : 0;
    m->weight_sum += weight;
    return status;
}

/* --- the end of a pass ------------------------------------------------------------------------ */

double nn__measure_loss(const nn__measure *m)
{
    return m->loss_sum / m->weight_sum;
}

ag_tensor *nn__rows_seen(const nn__measure *m, const nn__rows_kept *r)
{
    ag_shape all = {.ndim = r->row.ndim + 1, .dim = {m->rows}};
    memcpy(all.dim + 1, r->row.dim, (size_t)r->row.ndim * sizeof all.dim[0]);
    return ag_borrow(m->graph, AG_CONSTANT, r->dtype, all, r->values);
}

ag_status nn__measure_finish(const nn__measure *m, double value[NN__MOST_VALUES])
{
    value[0] = nn__measure_loss(m);
    if (m->n_metrics == 0) {
        return AG_OK;
    }
    ag_tensor *y = nn__rows_seen(m, &m->y), *t = nn__rows_seen(m, &m->t);
    if (y == NULL || t == NULL) {
        return ag_error(m->graph);
    }
    for (int i = 0; i < m->n_metrics; i++) {
        value[1 + i] = m->metric[i].of(y, t, m->metric[i].user);
        if (ag_error(m->graph) != AG_OK) {
            return ag_error(m->graph);
        }
    }
    return AG_OK;
}
