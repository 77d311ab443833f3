/* Training from a table: autograd fit data.csv --target y. A network of fully connected layers with
 * ReLU, Adam, and figures of how it went. Must not know how a network is trained.
 */
#include "fit_table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static double usual(double given, double otherwise)
{
    return given > 0 ? given : otherwise;
}

/* "16,16" */
static bool read_layers(viz__fitting *f, const char *text)
{
    while (text != NULL && *text != '\0') {
        char *end;
        long units = strtol(text, &end, 10);
        if (end == text || units < 1 || units > 100000 || f->n_hidden == VIZ__MOST_LAYERS ||
            (*end != ',' && *end != '\0')) {
            fprintf(stderr,
                    "autograd: --layers: units of at most %d hidden layers, 1 to 100000 each, as "
                    "16,16\n",
                    VIZ__MOST_LAYERS);
            return false;
        }
        f->units[f->n_hidden++] = units;
        text = *end == ',' ? end + 1 : end;
    }
    return true;
}

/* The last layer gives the target in units of its deviation from its mean over the rows that train,
 * which is what the small numbers of a new network are right for; this layer gives it back its own
 * units. It is the inverse of standardizing, so its two numbers are saved with the network. */
static nn_module *restore_units(viz__fitting *f)
{
    const nn_data *d = f->part.train;
    double mean = 0, squares = 0, y = 0;
    for (int64_t i = 0; i < nn_rows(d); i++) { /* about the mean so far: Welford 1962 */
        if (nn_get_target(d, i, &y, 1) != AG_OK) {
            return NULL;
        }
        double off = y - mean;
        mean += off / (double)(i + 1);
        squares += off * (y - mean);
    }
    double deviation = squares > 0 ? sqrt(squares / (double)nn_rows(d)) : 1;
    const double shift = -mean / deviation, scale = 1 / deviation;
    return nn_standardize_by(f->graph, AG_SHAPE(1), &shift, &scale);
}

static bool make_network(viz__fitting *f)
{
    nn_module *list[2 * VIZ__MOST_LAYERS + 3];
    int n = 0;
    list[n++] = nn_standardize(f->graph, f->part.train);
    for (int i = 0; i < f->n_hidden; i++) {
        list[n++] = nn_linear(f->graph, f->units[i], NULL);
        list[n++] = nn_relu(f->graph);
    }
    list[n++] = nn_linear(f->graph, f->classes ? nn_classes(f->part.train) : 1, NULL);
    if (!f->classes) {
        list[n++] = restore_units(f);
    }
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

/* Would a file that is written at the end be the table? */
static bool spares_table(const viz__request *r)
{
    static const char *const endings[] = {"curves.svg",  "curves.csv",  "network.svg",
                                          "network.csv", "regions.svg", "regions.csv",
                                          "safetensors"};
    char path[4096];
    bool good = true;
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        good = good && !viz__overwrites(file_named(r, endings[i], path), r->program);
    }
    return good;
}

static ag_status told(ag_status status, const char *path)
{
    if (status == AG_OK) {
        printf("wrote %s\n", path);
    }
    return status;
}

/* Curves, a diagram, for two inputs the plane, and the network itself. */
static ag_status save_all(const viz__fitting *f, const viz__request *r, const nn_history *h)
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

static nn_score print_score(const char *rows, const viz__fitting *f, const nn_data *d)
{
    const nn_evaluate_options o = {.loss = f->classes ? nn_cross_entropy : nn_mse,
                                   .metrics = {f->classes ? nn_accuracy : nn_r2}};
    nn_score s = nn_evaluate(f->net, d, &o);
    printf("%-11s %7lld rows   loss %-10.4g %s %.4g\n", rows, (long long)s.rows, s.loss,
           f->classes ? "accuracy" : "R2", s.metric[0]);
    return s;
}

/* Was the best epoch among the last tenth of them, with a loss of training that still fell? */
static bool still_falls(const nn_history *h, int best)
{
    int n = nn_epochs(h), before = n - 1 - (n + 9) / 10;
    const double *loss = nn_curve(h, "loss");
    return loss != NULL && before >= 0 && best > before && loss[n - 1] < 0.99 * loss[before];
}

/* A network that predicts the same for every row has R2 = 0, and of k classes the loss log(k). */
static bool hardly_learned(const viz__fitting *f, nn_score s)
{
    return f->classes ? s.loss > 0.9 * log((double)nn_classes(f->part.train)) : s.metric[0] < 0.1;
}

static void print_advice(const viz__fitting *f, const nn_history *h, nn_score training)
{
    int best = 0;
    nn_best(h, "val_loss", &best);
    printf("The weights are those of epoch %d, where the loss of the validation rows was lowest.\n",
           best);
    puts("Compare choices by the validation rows, and report the figure of the test rows.");
    if (still_falls(h, best)) {
        puts("The loss was still falling: more --epochs or a larger --rate may do better.");
    } else if (hardly_learned(f, training)) {
        puts("It has hardly learned anything: try another --rate, or --layers 16,16; or the inputs "
             "do not tell the target.");
    }
}

static ag_status report(const viz__fitting *f, const viz__request *r, const nn_history *h)
{
    printf("\n%d epochs. %s\n", nn_epochs(h), nn_remarks(h));
    nn_score training = print_score("training", f, f->part.train);
    print_score("validation", f, f->part.validation);
    print_score("test", f, f->part.test);
    print_advice(f, h, training);
    ag_status status = ag_error(f->graph);
    if (status == AG_OK && f->classes) {
        printf("\ntest rows, by class and prediction\n");
        status = nn_print_confusion(stdout, f->net, f->part.test, NULL);
    }
    putchar('\n');
    return status == AG_OK ? save_all(f, r, h) : status;
}

/* A small table has few batches, so it is gone through more often: about 2000 steps. */
static int usual_epochs(const viz__fitting *f, int64_t batch)
{
    int64_t steps = (nn_rows(f->part.train) + batch - 1) / batch,
            epochs = (2000 + steps - 1) / steps;
    return epochs < 100 ? 100 : (int)epochs;
}

static ag_status train(viz__fitting *f, const viz__request *r)
{
    const ag_adam adam = {.rate = usual(r->rate, 0.01)};
    const int64_t batch = (int64_t)usual(r->batch, 32);
    const int epochs = r->epochs > 0 ? (int)r->epochs : usual_epochs(f, batch);
    const nn_early_stopping_options best = {.patience = epochs, .restore_best = true};
    const nn_fit_options o = {.loss = f->classes ? nn_cross_entropy : nn_mse,
                              .optimizer = nn_adam(f->graph, &adam),
                              .epochs = epochs,
                              .batch = batch,
                              .validation = f->part.validation,
                              .metrics = {f->classes ? nn_accuracy : nn_r2},
                              .callbacks = {nn_early_stopping(f->graph, &best)},
                              .interruptible = true,
                              .show = r->quiet ? NN_SHOW_NOTHING : NN_SHOW_AUTO};
    viz__print_table(f, r);
    nn_history *h = nn_fit(f->net, f->part.train, &o);
    if (h == NULL) {
        return ag_error(f->graph);
    }
    ag_status status = nn_summary(stdout, f->net);
    return status == AG_OK ? report(f, r, h) : status;
}

static int fit(viz__fitting *f, const viz__request *r)
{
    viz__budget budget;
    const ag_graph_options o = {
        .dtype = AG_F32, .seed = (uint64_t)r->seed, .allocator = viz__limited(&budget, r->memory)};
    int code = VIZ__USAGE;
    f->graph = ag_graph_new_with(&o);
    bool read = f->graph != NULL && viz__read_table(f, r);
    if (!read || !make_network(f) || train(f, r) != AG_OK) {
        bool memory = ag_error(f->graph) == AG_ERR_MEMORY;
        viz__tell(f->graph, (double)(budget.most >> 20));
        code = read || memory ? VIZ__WRONG : VIZ__USAGE;
    } else {
        code = VIZ__DONE;
    }
    ag_graph_free(f->graph);
    return code;
}

int viz__run_fit(const viz__request *r)
{
    viz__fitting f = {.n_hidden = 0};
    if (r->target == NULL) {
        fprintf(stderr, "autograd: fit: name the column to predict with --target\n");
        return VIZ__USAGE;
    }
    return read_layers(&f, r->layers) && spares_table(r) ? fit(&f, r) : VIZ__USAGE;
}
