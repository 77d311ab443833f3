/* Asking a data set. Any thread may, so nothing here changes anything, not even the graph's error.
 */
#include "data.h"

#include <math.h>
#include <string.h>

static bool is_row(const nn_data *d, int64_t row)
{
    return d != NULL && row >= 0 && row < d->rows;
}

int64_t nn_rows(const nn_data *d)
{
    return d != NULL ? d->rows : 0;
}

int64_t nn_classes(const nn_data *d)
{
    return d != NULL && d->y.values != NULL ? d->y.classes : 0;
}

int64_t nn_input_classes(const nn_data *d)
{
    return d != NULL ? d->x.classes : 0;
}

ag_shape nn_sample_shape(const nn_data *d)
{
    return d != NULL ? d->x.shape : AG_SCALAR;
}

ag_shape nn_target_shape(const nn_data *d)
{
    return d != NULL ? d->y.shape : AG_SCALAR;
}

int64_t nn_sample_size(const nn_data *d)
{
    return d != NULL ? d->x.size : 0;
}

int64_t nn_target_size(const nn_data *d)
{
    return nn_has_targets(d) ? d->y.size : 0;
}

bool nn_has_targets(const nn_data *d)
{
    return d != NULL && d->y.values != NULL;
}

nn_element nn_sample_element(const nn_data *d)
{
    return d != NULL ? d->x.element : NN_ELEMENT_COUNT;
}

nn_element nn_target_element(const nn_data *d)
{
    return nn_has_targets(d) ? d->y.element : NN_ELEMENT_COUNT;
}

ag_graph *nn_graph_of_data(const nn_data *d)
{
    return d != NULL ? d->graph : NULL;
}

int64_t nn_stored_row(const nn_data *d, int64_t row)
{
    if (!is_row(d, row)) {
        return -1;
    }
    int64_t stored = nn__stored(d, row);
    return d->number != NULL ? d->number[stored] : stored;
}

/* --- numbers ---------------------------------------------------------------------------------- */

static ag_status get(const nn_data *d, const nn__block *b, int64_t row, double *out, int64_t n)
{
    if (!is_row(d, row)) {
        return AG_ERR_VALUE;
    }
    if (b->values == NULL || n != b->size) {
        return AG_ERR_SHAPE;
    }
    nn__read(b, nn__stored(d, row), 0, n, out);
    return AG_OK;
}

ag_status nn_get_sample(const nn_data *d, int64_t row, double *out, int64_t n)
{
    return d != NULL && out != NULL ? get(d, &d->x, row, out, n) : AG_ERR_NULL_ARGUMENT;
}

ag_status nn_get_target(const nn_data *d, int64_t row, double *out, int64_t n)
{
    return d != NULL && out != NULL ? get(d, &d->y, row, out, n) : AG_ERR_NULL_ARGUMENT;
}

int64_t nn_label(const nn_data *d, int64_t row)
{
    int64_t label = -1;
    if (is_row(d, row) && nn_classes(d) > 0 && d->y.size == 1) {
        int64_t stored = nn__stored(d, row);
        nn__convert(&d->y, &stored, 0, 1, AG_I64, &label);
    }
    return label;
}

ag_status nn_class_counts(const nn_data *d, int64_t *count, int64_t n)
{
    if (d == NULL || count == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    if (n != nn_classes(d) || d->y.size != 1) {
        return AG_ERR_SHAPE;
    }
    memset(count, 0, (size_t)n * sizeof *count);
    for (int64_t i = 0; i < d->rows && n > 0; i++) {
        count[nn_label(d, i)]++;
    }
    return AG_OK;
}

/* --- names ------------------------------------------------------------------------------------ */

static const char *name_at(const nn__name_list *names, int64_t i)
{
    return i >= 0 && i < names->n ? names->name[i] : NULL;
}

static int64_t place_of(const nn__name_list *names, const char *name)
{
    for (int64_t i = 0; name != NULL && i < names->n; i++) {
        if (strcmp(names->name[i], name) == 0) {
            return i;
        }
    }
    return -1;
}

const char *nn_class_name(const nn_data *d, int64_t c)
{
    return d != NULL ? name_at(&d->classes, c) : NULL;
}

int64_t nn_class_of(const nn_data *d, const char *name)
{
    return d != NULL ? place_of(&d->classes, name) : -1;
}

const char *nn_column_name(const nn_data *d, int64_t j)
{
    return d != NULL ? name_at(&d->x_names, j) : NULL;
}

const char *nn_target_name(const nn_data *d, int64_t j)
{
    return d != NULL ? name_at(&d->y_names, j) : NULL;
}

int64_t nn_column_of(const nn_data *d, const char *name)
{
    return d != NULL ? place_of(&d->x_names, name) : -1;
}

double nn_extra(const nn_data *d, const char *name, int64_t row)
{
    int64_t c = d != NULL ? place_of(&d->extra.names, name) : -1;
    return c >= 0 && is_row(d, row) ? d->extra.value[nn__stored(d, row) * d->extra.names.n + c]
                                    : NAN;
}

int64_t nn_extra_classes(const nn_data *d, const char *name)
{
    int64_t c = d != NULL ? place_of(&d->extra.names, name) : -1;
    return c >= 0 ? d->extra.classes[c].n : -1;
}

const char *nn_extra_class_name(const nn_data *d, const char *name, int64_t c)
{
    int64_t column = d != NULL ? place_of(&d->extra.names, name) : -1;
    return column >= 0 ? name_at(&d->extra.classes[column], c) : NULL;
}
