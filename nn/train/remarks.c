/* Dead units and constant outputs, found by running some rows through a network. It knows no kind
 * of layer: a unit is dead when it is 0 for every row, which one behind a ReLU can be.
 */
#include "remarks.h"

#include "evaluation.h"

enum { ROWS = 256 };

static double number_at(const ag_tensor *t, const void *data, int64_t i)
{
    return ag_dtype_of(t) == AG_F32 ? (double)((const float *)data)[i] : ((const double *)data)[i];
}

/* --- dead units ------------------------------------------------------------------------------- */

/* (rows, units, places...): is unit u 0 in every row and place? */
static bool is_dead(const ag_tensor *t, const void *data, int64_t u)
{
    ag_shape s = ag_shape_of(t);
    int64_t places = 1;
    for (int d = 2; d < s.ndim; d++) {
        places *= s.dim[d];
    }
    for (int64_t row = 0; row < s.dim[0]; row++) {
        for (int64_t i = 0; i < places; i++) {
            if (number_at(t, data, (row * s.dim[1] + u) * places + i) != 0) {
                return false;
            }
        }
    }
    return true;
}

typedef struct looking {
    nn_history *history;
    int64_t dead; /* units of the layer before, which this one may only hand on */
} looking;

static ag_status look_at_layer(const char *path, nn_module *m, void *user)
{
    looking *l = user;
    const ag_tensor *t = nn_output(m);
    const void *data = nn_child_at(m, 0) == NULL ? ag_data(t) : NULL;
    int64_t units = ag_shape_of(t).ndim >= 2 ? ag_shape_of(t).dim[1] : 0, dead = 0;
    if (data == NULL || ag_dtype_of(t) == AG_I64) {
        return AG_OK;
    }
    for (int64_t u = 0; u < units; u++) {
        dead += is_dead(t, data, u);
    }
    if (dead > 0 && dead != l->dead) {
        nn__remark(l->history, "%lld of %lld units of \"%s\" (%s) are 0 for every row: dead\n",
                   (long long)dead, (long long)units, path, nn_type_of(m));
    }
    l->dead = dead;
    return AG_OK;
}

/* --- a constant output ------------------------------------------------------------------------ */

static bool is_constant(const ag_tensor *y)
{
    const void *data = ag_data(y);
    ag_shape s = ag_shape_of(y);
    int64_t outputs = s.ndim > 0 && s.dim[0] > 0 ? ag_size(y) / s.dim[0] : 0;
    if (data == NULL || ag_dtype_of(y) == AG_I64 || outputs == 0 || s.dim[0] < 2) {
        return false;
    }
    for (int64_t i = outputs; i < ag_size(y); i++) {
        if (number_at(y, data, i) != number_at(y, data, i % outputs)) {
            return false;
        }
    }
    return true;
}

/* --- both ------------------------------------------------------------------------------------- */

/* Building once more forgets older outputs, so that a module which is not called has none. */
static ag_status look(nn_history *h, nn_module *net, const nn_data *d)
{
    const nn_data *some = nn_rows_between(d, 0, nn_rows(d) < ROWS ? nn_rows(d) : ROWS);
    ag_tensor *x = some != NULL ? nn_inputs(some) : NULL;
    ag_tensor *y = x != NULL && nn_build_on(net, &x, 1) == AG_OK ? nn_call(net, x) : NULL;
    looking l = {h, 0};
    if (y == NULL) {
        return ag_error(nn_graph_of(net));
    }
    if (is_constant(y)) {
        nn__remark(h, "the network gives the same output for every row\n");
    }
    return nn_visit_modules(net, look_at_layer, &l);
}

ag_status nn__remark_units(nn_history *h, nn_module *net, const nn_data *d)
{
    nn__aside aside = nn__aside_begin(net);
    return nn__aside_end(&aside, look(h, net, d));
}
