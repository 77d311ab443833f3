/* The curve through noise of regression.h: the fit itself, and that the loss is a function of the
 * weights alone. The lecture ends with a loss of .04931940 on the training rows; with the last
 * layer replaced by arbitrary numbers it is .98721445. It then takes the loss of ten predictions
 * [10,1] and ten targets [10], which NumPy broadcasts to a hundred differences; here that is an
 * error.
 */
#include "regression.h"

/* The last layer's weights become those of the lecture's file. */
static bool untrain(nn_module *net, const example *e)
{
    ag_graph *g = nn_graph_of(net);
    nn_data *d = nn_read_csv(g, example_file(e, g, "regression_outer_untrained.csv"), NULL);
    double *weight = ag_mutable_data(nn_find(net, "5.weight"));
    for (int64_t i = 0; weight != NULL && i < nn_rows(d); i++) {
        if (nn_get_sample(d, i, &weight[i], 1) != AG_OK) {
            return false;
        }
    }
    return ag_error(g) == AG_OK;
}

/* Shows the error, and goes on. */
static void refuse_broadcast(ag_graph *g)
{
    ag_tensor *y = ag_full(g, AG_CONSTANT, AG_SHAPE(10, 1), 0);
    ag_tensor *t = ag_full(g, AG_CONSTANT, AG_SHAPE(10), 0);
    nn_quadratic(y, t, NULL);
    printf("a loss of [10,1] and [10]:\n  %s\n", ag_error_message(g));
    ag_error_clear(g);
}

int main(int argc, char **argv)
{
    example e = {"A curve through noise by a network 1-80-20-1.", .data = "examples/data",
                 .epochs = 2000, .draws = "regression-curves.svg"};
    if (!example_options(&e, argc, argv)) {
        return e.status;
    }
    ag_graph *g = ag_graph_new_with(&(ag_graph_options){.seed = e.seed});
    nn_halves part = regression_data(g, &e);
    nn_module *net = regression_start(part.train, &regression_usual, &e);
    nn_history *h = regression_fit(net, part.train, &regression_usual, &e);
    nn_score train = regression_judge(net, part.train), test = regression_judge(net, part.test);
    printf("%d epochs   loss %.8f on training rows, %.8f on test rows   test R2 %.3f\n",
           nn_epochs(h), train.loss, test.loss, test.metric[0]);
    bool good = h != NULL && untrain(net, &e);
    if (good) {
        printf("with another last layer: loss %.8f\n", regression_judge(net, part.train).loss);
        refuse_broadcast(g);
    }
    const char *curves = example_figure(&e, g, "regression-curves.svg");
    good = good && EXAMPLE_DRAWN(curves, nn_save_curves, h, "A curve through noise", NULL);
    return example_end(g, good);
}
