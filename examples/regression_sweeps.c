/* What the notes on multilayer perceptrons in Python vary in the fit of regression.h: the penalty
 * alpha, the size of the batch, and the rate of gradient descent by 5-fold cross-validation,
 * without and with Nesterov's momentum; and how many rows there are to learn from. The lecture
 * found, with the penalty, .049 .050 .060 .188 .676 for the alphas, and R2 .916 .916 .913 .854
 * -.011.
 */
#include "regression.h"
#include <math.h>

/* What is drawn: losses over alpha, batch and rows, errors over the rate. */
enum { MOST = 16 };
typedef struct series {
    double x[MOST], low[MOST], high[MOST];
    size_t n;
} series;

static void note(series *s, double x, double low, double high)
{
    if (s->n < MOST) {
        s->x[s->n] = x;
        s->low[s->n] = low;
        s->high[s->n++] = high;
    }
}

/* One row of a table: a regression_setting, how many epochs it took, the loss on the training rows,
 * the last one with the penalty, R2. The memory it needs is given back. */
static bool print_setting(const nn_halves *part, const regression_setting *s, const example *e,
                          series *to, double x)
{
    ag_graph *g = nn_graph_of_data(part->train);
    ag_mark mark = ag_graph_mark(g);
    nn_module *net = regression_start(part->train, s, e);
    nn_history *h = regression_fit(net, part->train, s, e);
    double train = regression_judge(net, part->train).loss;
    nn_score test = regression_judge(net, part->test);
    note(to, x, train, test.loss);
    printf("  alpha %-7g batch %4lld   %4d epochs   loss %.4f, with penalty %.4f   test R2 %.3f\n",
           s->alpha, (long long)s->batch, nn_epochs(h), train, nn_last(h, "objective"),
           test.metric[0]);
    return ag_graph_rewind(g, mark) == AG_OK && h != NULL;
}

/* A learning curve: from few rows the loss on them is small and that on others large; with more
 * rows they meet (the notes on deep learning, 11.5.3.3). */
static bool print_rows(const nn_halves *part, const example *e, series *to)
{
    bool good = true;
    for (int64_t n = 20; good; n *= 2) {
        int64_t rows = n < nn_rows(part->train) ? n : nn_rows(part->train);
        nn_halves some = {nn_rows_between(part->train, 0, rows), part->test};
        printf("  %4lld rows", (long long)rows);
        good = print_setting(&some, &regression_usual, e, to, (double)rows);
        if (rows == nn_rows(part->train)) {
            break;
        }
    }
    return good;
}

/* The mean squared error over five folds of the training rows; a rate that is too high ends in
 * numbers that are not finite, and counts as infinite. */
static double cross_validated(const nn_data *train, const regression_setting *s, const example *e)
{
    double sum = 0;
    for (int fold = 0; fold < 5; fold++) {
        ag_graph *g = ag_graph_new_with(&(ag_graph_options){.seed = e->seed + 1});
        nn_halves part = nn_fold(nn_data_in(g, train), fold, 5, NULL);
        nn_module *net = regression_network(part.train, s);
        sum += regression_fit(net, part.train, s, e) != NULL
                   ? 2 * regression_judge(net, part.test).loss / 5
                   : INFINITY;
        ag_graph_free(g);
    }
    return sum;
}

static void print_rates(const nn_data *train, const example *e, series *to)
{
    static const double rates[] = {1e-5, 5e-3, 1e-2, 5e-2, 1e-1, 5e-1};
    printf("gradient descent: mean squared error over five folds\n      rate   plain   momentum "
           "0.9\n");
    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
        regression_setting s = regression_usual;
        s.rate = rates[i];
        double plain = cross_validated(train, &s, e);
        s.momentum = 0.9;
        double momentum = cross_validated(train, &s, e);
        printf("  %8g  %6.3f  %6.3f\n", rates[i], plain, momentum);
        note(to, rates[i], plain, momentum);
    }
}

static viz_plot panel(const char *x, const char *y, const char *low, const char *high,
                      const series *s)
{
    viz_plot p = {.x = {x, .log = true}, .y = {y, .log = true}, .width = 420, .height = 300};
    example_line(&p, low, s->x, s->low, s->n);
    example_line(&p, high, s->x, s->high, s->n);
    return p;
}

int main(int argc, char **argv)
{
    example e = {"What may be varied in the fit of a curve by a network 1-80-20-1.",
                 .data = "examples/data", .epochs = 2000, .draws = "regression-sweeps.svg"};
    if (!example_options(&e, argc, argv)) {
        return e.status;
    }
    ag_graph *g = ag_graph_new_with(&(ag_graph_options){.seed = e.seed});
    nn_halves part = regression_data(g, &e);
    static const double alphas[] = {1e-5, 1e-3, 1e-1, 10, 1e3};
    const int64_t batches[] = {2, 64, 256, nn_rows(part.train)};
    static series by_alpha, by_batch, by_rows, by_rate;
    bool good = part.train != NULL;
    printf("alpha\n");
    for (int i = 0; good && i < 5; i++) {
        good = print_setting(&part, &(regression_setting){.alpha = alphas[i], .batch = 200}, &e,
                             &by_alpha, alphas[i]);
    }
    printf("batch\n");
    for (int i = 0; good && i < 4; i++) {
        good = print_setting(&part, &(regression_setting){.alpha = 1e-4, .batch = batches[i]}, &e,
                             &by_batch, (double)batches[i]);
    }
    printf("rows\n");
    good = good && print_rows(&part, &e, &by_rows);
    if (good) {
        print_rates(part.train, &e, &by_rate);
    }
    viz_plot p[4] = {
        panel("alpha", "loss", "training", "test", &by_alpha),
        panel("batch", "loss", "training", "test", &by_batch),
        panel("rows", "loss", "training", "test", &by_rows),
        panel("rate of descent", "error over five folds", "plain", "momentum 0.9", &by_rate)};
    return example_end(
        g, good && example_draw(&e, g, "regression-sweeps.svg", "A network 1-80-20-1", p, 4));
}
