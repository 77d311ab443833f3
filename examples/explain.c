/* Why a network calls a film a hit, and for whom it is right (the notes on deep learning, 11.16): a
 * network 6-16-1 on the simulated films, then what each input has added to one prediction, by three
 * methods: Shapley values, integrated gradients, and LIME's linear model nearby. The first two add
 * up to the difference of the output from that of the mean film. Then the gradients of its layers,
 * units that do nothing, the threshold with the least cost when a flop taken for a hit costs three
 * times a missed hit, and the rates of sequels beside those of other films.
 */
#include "example.h"

static nn_module *trained(const nn_data *train, const example *e)
{
    ag_graph *g = nn_graph_of_data(train);
    nn_module *net = nn_sequential(g, nn_standardize(g, train), nn_linear(g, 16, NULL), nn_relu(g),
                                   nn_linear(g, 1, NULL), nn_reshape(g, AG_SCALAR));
    nn_history *h = nn_fit(net, train,
                           &(nn_fit_options){.loss = nn_bce,
                                             .epochs = e->epochs,
                                             .metrics = {nn_accuracy},
                                             .seed = e->seed,
                                             .show = NN_SHOW_NOTHING});
    fputs(nn_remarks(h), stdout);
    return h != NULL ? net : NULL;
}

enum { INPUTS = 6 };

/* What each input has added, for LIME what one deviation more would add: a symbol for each method,
 * over the number of the input. */
static bool draw_effects(const example *e, ag_graph *g, const double *shapley, const double *path,
                         const double *local)
{
    static const double input[INPUTS] = {1, 2, 3, 4, 5, 6};
    const double *effect[] = {shapley, path, local};
    static const char *const name[] = {"Shapley", "integrated gradients", "LIME, by one deviation"};
    viz_plot p = {.x = {.label = "input, as in the table"}, .y = {.label = "effect on the logit"}};
    for (int k = 0; k < 3; k++) {
        p.layer[k] =
            (viz_layer){VIZ_POINTS, name[k], .x = input, .y = effect[k], .n = INPUTS, .size = 5};
    }
    return example_draw(e, g, "explain-film.svg", "What speaks for a hit", &p, 1);
}

/* One film of the test rows, compared with the mean of the training rows. */
static bool explain(const example *e, nn_module *net, const nn_data *train, const nn_data *test)
{
    double mean[INPUTS], deviation[INPUTS], shapley[INPUTS], path[INPUTS];
    ag_graph *g = nn_graph_of(net);
    ag_tensor *x = nn_inputs(nn_rows_between(test, 0, 1));
    if (nn_moments(train, mean, deviation, INPUTS, false) != AG_OK) {
        return false;
    }
    ag_tensor *b = ag_from_values(g, AG_CONSTANT, AG_SHAPE(1, INPUTS), mean);
    const nn_attributions *s = nn_shapley(net, x, b, 0);
    const nn_attributions *i =
        nn_integrated_gradients(net, x, 0, &(nn_integrated_options){.baseline = b, .steps = 500});
    const nn_local_model *l =
        nn_explain_locally(net, x, 0, &(nn_local_options){.deviation = deviation, .seed = 1});
    if (s == NULL || i == NULL || l == NULL || ag_get(s->values, shapley, INPUTS) != AG_OK ||
        ag_get(i->values, path, INPUTS) != AG_OK) {
        return false;
    }
    printf("the logit is %.3f, that of the mean film %.3f\n", s->score[0], s->baseline_score[0]);
    printf("%-12s%10s%10s%12s%12s%12s\n", "", "film", "mean", "Shapley", "integrated", "LIME");
    double sums[2] = {0, 0};
    for (int j = 0; j < INPUTS; j++) {
        sums[0] += shapley[j];
        sums[1] += path[j];
        printf("%-12s%10.3f%10.3f%12.3f%12.3f%12.3f\n", nn_column_name(train, j),
               ag_item_at(x, AG_SHAPE(0, j)), mean[j], shapley[j], path[j], l->effect[j]);
    }
    printf("%-32s%12.3f%12.3f\n\n", "sum", sums[0], sums[1]);
    return draw_effects(e, g, shapley, path, l->effect);
}

/* The gradients of one full batch, layer by layer. */
static bool gradients(nn_module *net, const nn_data *train)
{
    ag_tensor *y = nn_call(net, nn_inputs(train));
    ag_tensor *loss = nn_weighted_mean(nn_bce(y, nn_targets(train), NULL), NULL);
    return loss != NULL && ag_backward(loss) == AG_OK &&
           nn_print_gradient_norms(stdout, nn_gradient_norms_new(net)) == AG_OK &&
           nn_print_idle_units(stdout, nn_idle_units_new(net, train)) == AG_OK;
}

static bool judge(const example *e, nn_module *net, const nn_data *train, const nn_data *test)
{
    static const char *const names[] = {"others", "sequels"};
    int64_t group[333], n = nn_rows(test);
    double row[6];
    const nn_choice_options cost = {.by = NN_LEAST_COST, .false_positive = 3};
    nn_threshold_choice c =
        nn_choose_threshold(nn_predict(net, train), nn_targets(train), NULL, &cost);
    printf("\nthe threshold with the least cost on the training rows is %.3f\n", c.threshold);
    for (int64_t i = 0; i < n; i++) {
        group[i] = nn_get_sample(test, i, row, 6) == AG_OK && row[nn_column_of(test, "sequel")] > 0;
    }
    const nn_score_options at = {.threshold = c.threshold};
    ag_tensor *y = nn_predict(net, test), *t = nn_targets(test);
    const nn_confusion *m = nn_confusion_new(y, t, &at);
    const nn_subgroups *s = nn_subgroups_new(y, t, group, 2, &at);
    const char *path = example_figure(e, nn_graph_of(net), "explain-confusion.svg");
    return EXAMPLE_DRAWN(path, nn_save_confusion, m, test, "Films, at that threshold", NULL) &&
           nn_print_matrix(stdout, m, test) == AG_OK &&
           nn_print_class_report(stdout, m, test) == AG_OK &&
           nn_print_subgroups(stdout, s, names) == AG_OK;
}

int main(int argc, char **argv)
{
    example e = {"Why a network calls a film a hit, and for whom it is right.",
                 .data = "examples/data", .seed = 1, .epochs = 100,
                 .draws = "explain-film.svg, explain-confusion.svg"};
    if (!example_options(&e, argc, argv)) {
        return e.status;
    }
    ag_graph *g = ag_graph_new_with(&(ag_graph_options){.seed = e.seed});
    const nn_csv columns = {.target = "hit", .classes = true, .extra = {"test"}};
    static const char *const names[] = {"flop", "hit"};
    nn_data *films = nn_read_csv(g, example_file(&e, g, "movies.csv"), &columns);
    nn_halves part = nn_split_marked(nn_with_class_names(films, names, 2), "test");
    nn_module *net = trained(part.train, &e);
    bool good = net != NULL && explain(&e, net, part.train, part.test) &&
                gradients(net, part.train) && judge(&e, net, part.train, part.test);
    return example_end(g, good);
}
