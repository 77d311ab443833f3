/* Weights of the rows of training data: by class, by stored row, by a column of the table. */
#include "row_weights.h"

#include <math.h>
#include <stdbool.h>

/* --- what the options ask for ----------------------------------------------------------------- */

static ag_status check_classes(const nn_data *d, const nn_fit_options *o)
{
    ag_graph *g = nn_graph_of_data(d);
    int64_t classes = nn_classes(d);
    if (o->class_weights == NULL) {
        return AG_OK;
    }
    if (classes == 0 || nn_target_size(d) != 1) {
        return ag_fail(g, AG_ERR_DTYPE, "row_weights are for any targets",
                       "nn_fit: class_weights, but the targets are not one class for each row");
    }
    if (o->n_class_weights != classes) {
        return ag_fail(g, AG_ERR_VALUE, "one for each class; n_class_weights is how many",
                       "nn_fit: %lld class_weights for %lld classes", (long long)o->n_class_weights,
                       (long long)classes);
    }
    return AG_OK;
}

static ag_status check_column(const nn_data *d, const nn_fit_options *o)
{
    if (o->weight_column != NULL && nn_extra_classes(d, o->weight_column) != 0) {
        return ag_fail(nn_graph_of_data(d), AG_ERR_VALUE,
                       "a column of numbers that was read with nn_csv.extra",
                       "nn_fit: there is no extra column \"%.80s\" of numbers", o->weight_column);
    }
    return AG_OK;
}

/* The weight of a row; false where it has none. */
static bool weight_of(const nn_data *d, const nn_fit_options *o, int64_t row, double *weight)
{
    int64_t stored = nn_stored_row(d, row);
    *weight = 1;
    if (o->class_weights != NULL) {
        *weight *= o->class_weights[nn_label(d, row)];
    }
    if (o->row_weights != NULL) {
        *weight *= stored < o->n_row_weights ? o->row_weights[stored] : (double)NAN;
    }
    if (o->weight_column != NULL) {
        *weight *= nn_extra(d, o->weight_column, row);
    }
    return *weight >= 0 && *weight < (double)INFINITY;
}

static ag_status read_weights(nn__row_weights *w, const nn_data *d, const nn_fit_options *o)
{
    double sum = 0;
    for (int64_t i = 0; i < nn_rows(d); i++) {
        if (!weight_of(d, o, i, &w->of_row[i])) {
            return ag_fail(
                w->graph, AG_ERR_VALUE, "0 or more, finite, one for each row in what was read",
                "nn_fit: row %lld has the weight %g", (long long)nn_stored_row(d, i), w->of_row[i]);
        }
        sum += w->of_row[i];
    }
    if (!(sum > 0)) {
        return ag_fail(w->graph, AG_ERR_VALUE, "some row needs a weight above 0",
                       "nn_fit: the weights of all rows are 0");
    }
    return AG_OK;
}

ag_status nn__row_weights_open(nn__row_weights *w, const nn_data *train, const nn_fit_options *o,
                               int64_t most)
{
    *w = (nn__row_weights){.graph = nn_graph_of_data(train)};
    if (o->class_weights == NULL && o->row_weights == NULL && o->weight_column == NULL) {
        return AG_OK;
    }
    ag_status status = check_classes(train, o);
    status = status == AG_OK ? check_column(train, o) : status;
    if (status != AG_OK) {
        return status;
    }
    w->of_row = ag_graph_memory(w->graph, (size_t)nn_rows(train) * sizeof *w->of_row);
    w->batch = ag_graph_memory(w->graph, (size_t)most * sizeof(double));
    if (w->of_row == NULL || w->batch == NULL) {
        return AG_ERR_MEMORY;
    }
    return read_weights(w, train, o);
}

/* --- a batch ---------------------------------------------------------------------------------- */

ag_tensor *nn__batch_weights(nn__row_weights *w, const nn_batch *b)
{
    ag_dtype dtype = ag_graph_dtype(w->graph);
    w->sum = 0;
    for (int64_t i = 0; i < b->rows; i++) {
        double weight = w->of_row[b->row[i]];
        w->sum += weight;
        if (dtype == AG_F32) {
            ((float *)w->batch)[i] = (float)weight;
        } else {
            ((double *)w->batch)[i] = weight;
        }
    }
    return ag_borrow(w->graph, AG_CONSTANT, dtype, AG_SHAPE(b->rows), w->batch);
}
