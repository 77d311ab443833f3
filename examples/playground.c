/* The challenge of TensorFlow's Playground (the notes on neural networks, 8.1): two spirals told
 * apart from x1 and x2 alone, without their squares, products and sines. The spirals are the
 * page's: radius r from 0 to 5, angle 1.75 * 2 pi r/5, the other one half a turn on, and noise. A
 * network 2-16-16-1 of tanh units and Adam do it, with as many points again to judge by.
 */
#include "example.h"
#include <math.h>

enum { POINTS = 250 }; /* of each spiral, for training and for the test */

static const double two_pi = 6.283185307179586;

static nn_data *spirals(ag_graph *g, double noise)
{
    double x[2 * POINTS][2], y[2 * POINTS];
    for (int i = 0; i < 2 * POINTS; i++) {
        double r = 5 * (double)(i / 2) / POINTS, turn = i % 2 == 0 ? 0 : two_pi / 2;
        double t = 1.75 * two_pi * r / 5 + turn;
        x[i][0] = r * sin(t) + noise * (2 * ag_random_uniform(g) - 1);
        x[i][1] = r * cos(t) + noise * (2 * ag_random_uniform(g) - 1);
        y[i] = i % 2;
    }
    return nn_data_from(g, AG_SHAPE(2 * POINTS, 2), x[0], AG_SHAPE(2 * POINTS, 1), y);
}

/* The regions on a grid over the plane, a character for each point: what the page colors. */
static bool print_regions(nn_module *net)
{
    enum { ROWS = 23, COLUMNS = 46 };
    double at[ROWS * COLUMNS][2];
    for (int i = 0; i < ROWS * COLUMNS; i++) {
        at[i][0] = -6 + 12 * (double)(i % COLUMNS) / (COLUMNS - 1);
        at[i][1] = 6 - 12 * (double)(i / COLUMNS) / (ROWS - 1);
    }
    nn_data *grid =
        nn_data_from(nn_graph_of(net), AG_SHAPE(ROWS * COLUMNS, 2), at[0], AG_SCALAR, NULL);
    const int64_t *class = ag_data(nn_predict_classes(net, grid, 0));
    for (int i = 0; class != NULL && i < ROWS * COLUMNS; i++) {
        printf("%c%s", class[i] == 1 ? '#' : '.', i % COLUMNS == COLUMNS - 1 ? "\n" : "");
    }
    return class != NULL;
}

int main(int argc, char **argv)
{
    example e = {"Two spirals by a network 2-16-16-1.", .seed = 1, .epochs = 400,
                 .draws = "playground.svg, playground-curves.svg"};
    if (!example_options(&e, argc, argv)) {
        return e.status;
    }
    ag_graph *g = ag_graph_new_with(&(ag_graph_options){.dtype = AG_F32, .seed = e.seed});
    nn_data *train = spirals(g, 0.1), *test = spirals(g, 0.1);
    nn_module *net = nn_sequential(g, nn_linear(g, 16, NULL), nn_tanh(g), nn_linear(g, 16, NULL),
                                   nn_tanh(g), nn_linear(g, 1, NULL));
    nn_history *h = nn_fit(net, train,
                           &(nn_fit_options){.loss = nn_bce,
                                             .optimizer = nn_adam(g, &(ag_adam){.rate = 0.01}),
                                             .epochs = e.epochs,
                                             .batch = 20,
                                             .validation = test,
                                             .metrics = {nn_accuracy},
                                             .seed = e.seed});
    bool good = h != NULL && print_regions(net);
    printf("accuracy: training %.3f, test %.3f\n", nn_last(h, "accuracy"),
           nn_last(h, "val_accuracy"));
    const char *curves = example_figure(&e, g, "playground-curves.svg");
    const char *plane = example_figure(&e, g, "playground.svg");
    const nn_regions o = {.title = "Two spirals from x1 and x2 alone", .logits = true};
    good = good && EXAMPLE_DRAWN(curves, nn_save_curves, h, "Training on two spirals", NULL) &&
           EXAMPLE_DRAWN(plane, nn_save_regions, net, test, &o, NULL);
    return example_end(g, good);
}
