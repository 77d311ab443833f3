/* Training from a table: autograd fit data.csv --target y. A network of fully connected layers with
 * ReLU, Adam, and figures of how it went. Must not know how a network is trained.
 */
#define AG_NO_SITES
#include <autograd/nn.h>
#include <stdlib.h>
#include <string.h>

#include "arguments.h"

#define MOST_LAYERS 16

typedef struct fitting {
    ag_graph *graph;
    nn_halves part;
    nn_module *net;
    bool classes;
    int64_t units[MOST_LAYERS];
    int n_hidden;
} fitting;

static double usual(double given, double otherwise)
{
    return given > 0 ? given : otherwise;
}

/* "16,16" */
static bool read_layers(fitting *f, const char *text)
{
    while (text != NULL && *text != '\0') {
        char *end;
        long units = strtol(text, &end, 10);
        if (end == text || units < 1 || units > 100000 || f->n_hidden == MOST_LAYERS / 2 - 2 ||
            (*end != ',' && *end != '\0')) {
            fprintf(stderr, "autograd: --layers: units of each hidden layer, as 16,16\n");
            return false;
        }
        f->units[f->n_hidden++] = units;
        text = *end == ',' ? end + 1 : end;
    }
    return true;
}

static bool read_data(fitting *f, const viz__request *r)
{
    const nn_csv o = {.target = r->target, .classes = r->classes, .text = NN_TEXT_ONE_HOT};
    nn_data *d = nn_read_csv(f->graph, r->program, &o);
    f->classes = nn_classes(d) > 0;
    const nn_split_options split = {.stratify = f->classes, .seed = (uint64_t)r->seed + 1};
    f->part = d != NULL ? nn_split(d, usual(r->share, 0.2), &split) : (nn_halves){NULL, NULL};
    return f->part.train != NULL;
}

static bool make_network(fitting *f)
{
    nn_module *list[2 * MOST_LAYERS];
    int n = 0;
    list[n++] = nn_standardize(f->graph, f->part.train);
    for (int i = 0; i < f->n_hidden; i++) {
        list[n++] = nn_linear(f->graph, f->units[i], NULL);
        list[n++] = nn_relu(f->graph);
    }
    int64_t out = f->classes ? nn_classes(f->part.train) : nn_target_size(f->part.train);
    list[n++] = nn_linear(f->graph, out, NULL);
    f->net = nn_sequential_of(f->graph, list, n);
    return f->net != NULL;
}

/* --- what is told and written ----------------------------------------------------------------- */

/* prefix.ending, in a buffer of 4096 bytes. */
static const char *file_named(const viz__request *r, const char *ending, char *path)
{
    snprintf(path, 4096, "%.4000s.%s", r->output != NULL ? r->output : "fit", ending);
    return path;
}

static ag_status told(ag_status status, const char *path)
{
    if (status == AG_OK) {
        printf("wrote %s\n", path);
    }
    return status;
}

/* Curves, a diagram, for two inputs the plane, and the network itself. */
static ag_status save_all(const fitting *f, const viz__request *r, const nn_history *h)
{
    char path[4096];
    const char *p = file_named(r, "curves.svg", path);
    ag_status status = told(nn_save_curves(p, h, "Training", NULL), p);
    if (status == AG_OK) {
        p = file_named(r, "network.svg", path);
        status = told(nn_save_diagram(p, f->net, &(nn_diagram){.title = "Network"}, NULL), p);
    }
    if (status == AG_OK && f->classes && nn_sample_size(f->part.train) == 2) {
        p = file_named(r, "regions.svg", path);
        status = told(
            nn_save_regions(p, f->net, f->part.test, &(nn_regions){.title = "Test rows"}, NULL), p);
    }
    if (status == AG_OK) {
        p = file_named(r, "safetensors", path);
        status = told(nn_save(f->net, p), p);
    }
    return status;
}

static void print_score(const char *rows, const fitting *f, nn_score s)
{
    printf("%-9s %7lld rows   loss %-10.4g %s %.4g\n", rows, (long long)s.rows, s.loss,
           f->classes ? "accuracy" : "R2", s.metric[0]);
}

static ag_status report(const fitting *f, const viz__request *r, const nn_history *h)
{
    const nn_evaluate_options o = {.loss = f->classes ? nn_cross_entropy : nn_mse,
                                   .metrics = {f->classes ? nn_accuracy : nn_r2}};
    printf("\n%d epochs. %s\n", nn_epochs(h), nn_remarks(h));
    print_score("training", f, nn_evaluate(f->net, f->part.train, &o));
    print_score("test", f, nn_evaluate(f->net, f->part.test, &o));
    ag_status status = ag_error(f->graph);
    if (status == AG_OK && f->classes) {
        printf("\ntest rows, by class and prediction\n");
        status = nn_print_confusion(stdout, f->net, f->part.test, NULL);
    }
    putchar('\n');
    return status == AG_OK ? save_all(f, r, h) : status;
}

static ag_status train(fitting *f, const viz__request *r)
{
    const ag_adam adam = {.rate = usual(r->rate, 0.001)};
    const nn_fit_options o = {.loss = f->classes ? nn_cross_entropy : nn_mse,
                              .optimizer = nn_adam(f->graph, &adam),
                              .epochs = (int)usual(r->epochs, 100),
                              .batch = (int64_t)usual(r->batch, 32),
                              .validation = f->part.test,
                              .metrics = {f->classes ? nn_accuracy : nn_r2},
                              .interruptible = true,
                              .show = r->quiet ? NN_SHOW_NOTHING : NN_SHOW_AUTO};
    nn_history *h = nn_fit(f->net, f->part.train, &o);
    if (h == NULL) {
        return ag_error(f->graph);
    }
    ag_status status = nn_summary(stdout, f->net);
    return status == AG_OK ? report(f, r, h) : status;
}

int viz__run_fit(const viz__request *r)
{
    fitting f = {.n_hidden = 0};
    if (r->help || r->target == NULL) {
        fprintf(stderr, "autograd: fit: name the column to predict with --target\n");
        return VIZ__USAGE;
    }
    if (!read_layers(&f, r->layers)) {
        return VIZ__USAGE;
    }
    f.graph = ag_graph_new_with(&(ag_graph_options){.dtype = AG_F32, .seed = (uint64_t)r->seed});
    int code = VIZ__USAGE;
    ag_status status = AG_ERR_MEMORY;
    if (f.graph != NULL && read_data(&f, r) && make_network(&f)) {
        status = train(&f, r);
        code = VIZ__WRONG;
    }
    if (status != AG_OK) {
        fprintf(stderr, "autograd: %s\n", ag_error_message(f.graph));
    }
    ag_graph_free(f.graph);
    return status == AG_OK ? VIZ__DONE : code;
}
