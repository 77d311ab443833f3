/* What fit costs beside a loop of one's own with the same steps: 800 points on two circles,
 * 2-8-6-1, Adam, batches of 16. With arguments, a way and a number of epochs, it trains once so:
 * for test_fit_cost.sh, which counts instructions.
 */
#include <autograd.h>

#include "bench.h"
#include "circles.h"

enum { ROWS = 800, BATCH = 16 };

typedef struct training {
    ag_graph *graph;
    nn_data *data;
    nn_module *net;
    FILE *nowhere; /* where the bar is drawn */
    int epochs;
} training;

static void make(training *t)
{
    static double x[2 * ROWS], y[ROWS];
    bench_circles(ROWS, x, y);
    ag_graph *g = t->graph = ag_graph_new_with(&(ag_graph_options){.dtype = AG_F32, .seed = 1});
    t->data = nn_data_from(g, AG_SHAPE(ROWS, 2), x, AG_SHAPE(ROWS, 1), y);
    t->net = nn_sequential(g, nn_linear(g, 8, NULL), nn_relu(g), nn_linear(g, 6, NULL), nn_relu(g),
                           nn_linear(g, 1, NULL));
}

static void end(training *t)
{
    if (ag_error(t->graph) != AG_OK) {
        bench_stop(ag_error_message(t->graph));
    }
    ag_graph_free(t->graph);
}

/* --- the ways --------------------------------------------------------------------------------- */

static void loop(void *state)
{
    training *t = state;
    make(t);
    nn_optimizer *adam = nn_adam(t->graph, NULL);
    nn_batches_options o = {.size = BATCH, .seed = 1};
    bool good = nn_build(t->net, AG_F32, AG_SHAPE(2)) == AG_OK && nn_attach(adam, t->net) == AG_OK;
    nn_batches *all = nn_batches_new(t->data, &o);
    ag_mark mark = ag_graph_mark(t->graph);
    nn_batch b;
    double sum = 0; /* as one would print it */
    for (int epoch = 1; good && epoch <= t->epochs; epoch++) {
        good = nn_batches_start(all, epoch, 0) == AG_OK;
        while (good && nn_batches_next(all, &b)) {
            ag_tensor *loss = ag_mean(nn_bce(nn_call(t->net, b.x), b.y, NULL));
            sum += ag_item(loss);
            good = ag_backward(loss) == AG_OK && nn_step(adam) == AG_OK &&
                   ag_graph_rewind(t->graph, mark) == AG_OK;
        }
    }
    if (!(sum > 0)) {
        bench_stop("the loss is not above 0");
    }
    end(t);
}

static void fit_with(training *t, nn_show show, nn_callback callback)
{
    make(t);
    nn_fit(t->net, t->data,
           &(nn_fit_options){.loss = nn_bce,
                             .epochs = t->epochs,
                             .batch = BATCH,
                             .callbacks = {callback},
                             .seed = 1,
                             .show = show,
                             .show_on = t->nowhere});
    end(t);
}

static void fit(void *state)
{
    fit_with(state, NN_SHOW_NOTHING, (nn_callback){NULL, NULL});
}

static void fit_and_bar(void *state)
{
    fit_with(state, NN_SHOW_BAR, (nn_callback){NULL, NULL});
}

/* Something that costs, for the test to find. */
static void waste(nn_event *e, void *user)
{
    volatile double sum = 0;
    for (int i = 0; e->when == NN_BATCH_END && i < 1000; i++) {
        sum = sum + i;
    }
    (void)user;
}

static void fit_and_waste(void *state)
{
    fit_with(state, NN_SHOW_NOTHING, (nn_callback){waste, NULL});
}

static const struct way {
    const char *name, *row;
    bench_function run;
} ways[] = {{"loop", "circles 200 epochs, a loop", loop},
            {"fit", "circles 200 epochs, nn_fit", fit},
            {"bar", "circles 200 epochs, nn_fit and a bar", fit_and_bar},
            {"waste", NULL, fit_and_waste}};
enum { WAYS = sizeof ways / sizeof ways[0] };

int main(int argc, char **argv)
{
    training t = {.epochs = argc > 2 ? atoi(argv[2]) : 200, .nowhere = fopen("/dev/null", "w")};
    for (int i = 0; i < WAYS; i++) {
        if (argc > 1 && strcmp(argv[1], ways[i].name) == 0) {
            ways[i].run(&t);
        } else if (argc < 2 && ways[i].row != NULL && bench_wants(ways[i].row)) {
            bench_row(ways[i].row, bench_time(ways[i].run, &t, 1) * 1e3, "ms");
        }
    }
    fclose(t.nowhere);
    return 0;
}
