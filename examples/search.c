/* Which network for the irises? A grid of 2 x 2 x 2 settings by five-fold cross-validation, in
 * threads; the same settings by successive halving, which gives most epochs to the best of them;
 * and nested cross-validation, which judges the search itself: the best of many is partly the
 * luckiest.
 */
#include "example.h"

enum { HIDDEN, RATE, DROPOUT, AXES };

/* Called in any thread, with a graph of its own. A budget is a number of epochs. */
static double score(const nn_trial *t)
{
    ag_graph *g = t->graph;
    const example *e = t->user;
    nn_module *net =
        nn_sequential(g, nn_standardize(g, t->train), nn_linear(g, (int64_t)t->at[HIDDEN], NULL),
                      nn_relu(g), nn_dropout(g, t->at[DROPOUT]), nn_linear(g, 3, NULL));
    nn_fit(net, t->train,
           &(nn_fit_options){.loss = nn_cross_entropy,
                             .optimizer = nn_adam(g, &(ag_adam){.rate = t->at[RATE]}),
                             .epochs = t->budget > 0 ? (int)t->budget : e->epochs,
                             .show = NN_SHOW_NOTHING});
    const nn_evaluate_options o = {.loss = nn_cross_entropy, .metrics = {nn_accuracy}};
    return nn_evaluate(net, t->test, &o).metric[0];
}

/* Accuracy over the rate, a line for each other setting. */
static bool draw(const example *e, ag_graph *g, const nn_search_result *grid)
{
    static const double rate[] = {0.001, 0.01};
    static const char *const name[] = {"8 hidden", "8, dropout 0.3", "32 hidden",
                                       "32, dropout 0.3"};
    double mean[4][2];
    viz_plot p = {.x = {.label = "rate", .log = true},
                  .y = {.label = "accuracy by cross-validation"}};
    for (int i = 0; i < grid->points; i++) {
        int hidden = nn_search_value(grid, i, "hidden") > 8,
            fast = nn_search_value(grid, i, "rate") > 0.005;
        mean[2 * hidden + (nn_search_value(grid, i, "dropout") > 0)][fast] = grid->mean[i];
    }
    for (int k = 0; k < 4; k++) {
        example_line(&p, name[k], rate, mean[k], 2);
    }
    return example_draw(e, g, "search.svg", "Networks for irises", &p, 1);
}

int main(int argc, char **argv)
{
    example e = {
        "Settings of a network for irises: a grid, successive halving, nested cross-validation.",
        .data = "examples/data", .seed = 1, .epochs = 50, .draws = "search.svg"};
    if (!example_options(&e, argc, argv)) {
        return e.status;
    }
    ag_graph *g = ag_graph_new_with(&(ag_graph_options){.seed = e.seed});
    nn_data *iris = nn_read_csv(g, example_file(&e, g, "iris.csv"), &(nn_csv){.target = "species"});
    const nn_axis axes[AXES] = {
        [HIDDEN] = {.name = "hidden", .values = (const double[]){8, 32}, .n = 2},
        [RATE] = {.name = "rate", .values = (const double[]){0.001, 0.01}, .n = 2},
        [DROPOUT] = {.name = "dropout", .values = (const double[]){0, 0.3}, .n = 2}};
    nn_search_options grid = {
        .folds = 5, .stratify = true, .seed = e.seed, .show = NN_SHOW_NOTHING};
    nn_search_options halving = grid;
    halving.halving = 2;
    halving.first_budget = (double)e.epochs / 4;
    halving.last_budget = e.epochs;
    printf("a grid\n");
    nn_search_result *all = nn_search(iris, axes, AXES, score, &e, &grid);
    bool good = nn_print_search(stdout, all) == AG_OK;
    printf("\nsuccessive halving\n");
    nn_search_result *half = nn_search(iris, axes, AXES, score, &e, &halving);
    good = good && nn_print_search(stdout, half) == AG_OK;
    nn_nested_result *nested = nn_search_nested(iris, 5, axes, AXES, score, &e, &grid);
    if (good && nested != NULL) {
        printf(
            "\nthe best of the grid has %.3f; the whole search, by nested cross-validation, %.3f\n",
            all->mean[all->best], nested->mean);
    }
    return example_end(g, good && nested != NULL && draw(&e, g, all));
}
