/* Units that give the same number whatever comes in: dead ReLUs, saturated units, constant outputs.
 */
#include <autograd/nn_batches.h>
#include <autograd/nn_layers.h>
#include <math.h>
#include <string.h>

#include "probe.h"

/* --- what is watched -------------------------------------------------------------------------- */

/* A module whose results are looked at: the smallest and largest of each unit. */
typedef struct watched {
    nn_module *module;
    const char *path;
    int64_t units;
    double *low, *high;
} watched;

typedef struct watch {
    nn_module *net;
    ag_graph *graph;
    watched *of; /* NULL while they are counted; the network itself is the last */
    int n;
    int64_t rows;
} watch;

static bool is_activation(const nn_module *m)
{
#define NAME(name) #name,
    static const char *const names[] = {
        NN_ACTIVATION_TABLE(NAME) "leaky_relu", "elu", "celu", "hardtanh", "prelu", "threshold"};
#undef NAME
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(nn_type_of(m), names[i]) == 0) {
            return true;
        }
    }
    return false;
}

static int64_t units_of(ag_shape s)
{
    return s.ndim > 1 ? s.dim[1] : 1;
}

static bool add(watch *w, nn_module *m, const char *path)
{
    if (w->of != NULL) {
        int64_t units = units_of(nn_output_shape(m));
        double *room = ag_graph_memory(w->graph, (size_t)units * 2 * sizeof *room + 1);
        char *copy = ag_graph_memory(w->graph, strlen(path) + 1);
        if (room == NULL || copy == NULL) {
            return false;
        }
        w->of[w->n] = (watched){m, strcpy(copy, path), units, room, room + units};
        for (int64_t k = 0; k < units; k++) {
            room[k] = (double)INFINITY;
            room[units + k] = (double)-INFINITY;
        }
    }
    w->n++;
    return true;
}

static ag_status add_activation(const char *path, nn_module *m, void *user)
{
    watch *w = user;
    if (is_activation(m) && nn_output_shape(m).ndim > 0 && !add(w, m, path)) {
        return AG_ERR_MEMORY;
    }
    return AG_OK;
}

/* Two walks: to count, and to note. */
static bool begin(watch *w)
{
    for (int walk = 0; walk < 2; walk++) {
        w->n = 0;
        if (nn_visit_modules(w->net, add_activation, w) != AG_OK || !add(w, w->net, "")) {
            return false;
        }
        if (walk == 0) {
            w->of = ag_graph_memory(w->graph, (size_t)w->n * sizeof *w->of);
            if (w->of == NULL) {
                return false;
            }
        }
    }
    return true;
}

/* --- what they give --------------------------------------------------------------------------- */

/* NaN counts as a change. */
static void see(watched *of, double x, int64_t k)
{
    of->low[k] = x < of->low[k] || isnan(x) ? (isnan(x) ? (double)-INFINITY : x) : of->low[k];
    of->high[k] = x > of->high[k] || isnan(x) ? (isnan(x) ? (double)INFINITY : x) : of->high[k];
}

static bool look(const watch *w, watched *of)
{
    const ag_tensor *y = nn_output(of->module);
    ag_shape s = ag_shape_of(y);
    nn__scratch memory = {NULL, NULL, 0};
    int64_t n = ag_size(y);
    double *x = y != NULL ? nn__scratch_get(&memory, w->graph, n, sizeof *x) : NULL;
    if (y == NULL) { /* not reached in this call */
        return true;
    }
    int64_t inner = 1;
    for (int d = 2; d < s.ndim; d++) {
        inner *= s.dim[d];
    }
    bool read = x != NULL && units_of(s) == of->units && ag_get(y, x, n) == AG_OK;
    for (int64_t i = 0; read && i < n; i++) {
        see(of, x[i], i / inner % of->units);
    }
    nn__scratch_free(&memory);
    return x != NULL;
}

static bool run(watch *w, const nn_data *d)
{
    nn_batches *batches = nn_batches_new(d, &(nn_batches_options){.size = 256, .in_order = true});
    ag_mark mark = ag_graph_mark(w->graph);
    nn_batch b;
    bool fine = batches != NULL && nn_batches_start(batches, 0, 0) == AG_OK;
    while (fine && nn_batches_next(batches, &b)) {
        ag_tensor *x = b.x; /* building again forgets the results of calls before this one */
        fine = w->rows > 0 || nn_build_on(w->net, &x, 1) == AG_OK;
        fine = fine && nn_call(w->net, b.x) != NULL;
        for (int i = 0; fine && i < w->n; i++) {
            fine = look(w, &w->of[i]);
        }
        w->rows += b.rows;
        fine = ag_graph_rewind(w->graph, mark) == AG_OK && fine;
    }
    return fine && ag_error(w->graph) == AG_OK;
}

/* --- what follows ----------------------------------------------------------------------------- */

static bool is_constant(const watched *of, int64_t k)
{
    double low = of->low[k], high = of->high[k], size = fmax(fabs(low), fabs(high));
    return low <= high && high - low <= 1e-6 * size;
}

/* False where memory ran out. */
static bool report_layer(const watch *w, const watched *of, nn_idle_layer *layer)
{
    bool *is_idle = ag_graph_memory(w->graph, (size_t)of->units + 1);
    *layer = (nn_idle_layer){of->path, nn_type_of(of->module), of->units, 0, 0, is_idle};
    for (int64_t k = 0; is_idle != NULL && k < of->units; k++) {
        is_idle[k] = is_constant(of, k);
        layer->dead += is_idle[k] && of->high[k] == 0 && of->low[k] == 0;
        layer->constant += is_idle[k];
    }
    layer->constant -= layer->dead;
    return is_idle != NULL;
}

static const nn_idle_units *report(const watch *w)
{
    nn_idle_units *u = ag_graph_memory(w->graph, sizeof *u);
    nn_idle_layer *layer = ag_graph_memory(w->graph, (size_t)w->n * sizeof *layer);
    bool fine = u != NULL && layer != NULL;
    for (int i = 0; fine && i < w->n - 1; i++) {
        nn_idle_layer *l = &layer[u->n];
        fine = report_layer(w, &w->of[i], l);
        u->dead += l->dead;
        u->constant += l->constant;
        u->n += l->dead + l->constant > 0;
    }
    if (!fine) {
        return NULL;
    }
    const watched *last = &w->of[w->n - 1];
    u->layer = layer;
    u->rows = w->rows;
    u->outputs = last->units;
    for (int64_t k = 0; k < last->units; k++) {
        u->constant_outputs += is_constant(last, k);
    }
    return u;
}

static bool can_run(const nn_module *net, const nn_data *d)
{
    ag_graph *g = nn_graph_of(net);
    const char *wrong = d == NULL                  ? "there are no data"
                        : !nn_is_built(net)        ? "the network is not built"
                        : nn_graph_of_data(d) != g ? "the data belong to another graph"
                        : nn_rows(d) < 2           ? "constant says nothing of fewer than two rows"
                                                   : NULL;
    if (wrong != NULL) {
        ag_fail(g,
                d == NULL           ? AG_ERR_NULL_ARGUMENT
                : !nn_is_built(net) ? AG_ERR_STATE
                : nn_rows(d) < 2    ? AG_ERR_VALUE
                                    : AG_ERR_GRAPH,
                "nn_data_in gives the same rows in another graph", "nn_idle_units_new: %s", wrong);
    }
    return wrong == NULL;
}

/* What is reported stays, so only what a batch records is dropped. */
const nn_idle_units *nn_idle_units_new(nn_module *net, const nn_data *d)
{
    watch w = {.net = net, .graph = nn_graph_of(net)};
    if (net == NULL || !can_run(net, d)) {
        return NULL;
    }
    bool training = nn_is_training(net);
    ag_random_state random = ag_random_get_state(w.graph);
    nn_set_training(net, false);
    ag_no_grad_enter(w.graph);
    const nn_idle_units *u = begin(&w) && run(&w, d) ? report(&w) : NULL;
    ag_no_grad_leave(w.graph);
    nn_set_training(net, training);
    ag_random_set_state(w.graph, random);
    return u;
}

/* --- printing --------------------------------------------------------------------------------- */

enum { MOST_SHOWN = 12 };

static void print_layer(FILE *out, const nn_idle_layer *l, int64_t rows)
{
    int64_t idle = l->dead + l->constant, shown = 0;
    fprintf(out, "%lld of %lld units of %s (%s) %s for all %lld rows:", (long long)idle,
            (long long)l->units, l->path, l->type, l->constant == 0 ? "are 0" : "do not change",
            (long long)rows);
    for (int64_t k = 0; k < l->units && shown < MOST_SHOWN; k++) {
        if (l->is_idle[k]) {
            fprintf(out, "%s %lld", shown == 0 ? "" : ",", (long long)k);
            shown++;
        }
    }
    fputs(shown < idle ? ", ...\n" : "\n", out);
}

ag_status nn_print_idle_units(FILE *out, const nn_idle_units *u)
{
    if (out == NULL || u == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    for (int i = 0; i < u->n; i++) {
        print_layer(out, &u->layer[i], u->rows);
    }
    if (u->constant_outputs > 0) {
        fprintf(out, "%lld of %lld outputs do not depend on the input\n",
                (long long)u->constant_outputs, (long long)u->outputs);
    }
    return ferror(out) ? AG_ERR_IO : AG_OK;
}
