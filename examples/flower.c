/* Four hidden units on points of two kinds in the eight petals of a flower (the notes on neural
 * networks, section 6): circle.h's network, 50,000 steps at a rate of 0.1. The lecture seeds its
 * flower with the clock, so its cost, 0.1962864, can be met only about.
 */
#include "circle.h"
#include <math.h>

/* The lecture's planar_dataset: n points, the second half of them of class 1. */
static bool flower(ag_tensor *x, ag_tensor *y)
{
    ag_graph *g = ag_graph_of(x);
    int64_t n = ag_size(y), half = n / 2;
    double *at = ag_mutable_data(x), *target = ag_mutable_data(y);
    for (int64_t i = 0; at != NULL && target != NULL && i < n; i++, at += 2) {
        bool second = i >= half;
        double part = (double)(i - (second ? half : 0)) / (double)(half - 1);
        double t = 3.12 * (part + second) + 0.2 * ag_random_normal(g);
        double r = 4 * sin(4 * t) + 0.2 * ag_random_normal(g);
        at[0] = r * sin(t);
        at[1] = r * cos(t);
        target[i] = second;
    }
    return ag_error(g) == AG_OK;
}

int main(int argc, char **argv)
{
    example e = {"A network 2-4-1 of sigmoids on points in the petals of a flower.", .seed = 1,
                 .epochs = 50000, .draws = "flower.svg"};
    if (!example_options(&e, argc, argv)) {
        return e.status;
    }
    ag_graph *g = ag_graph_new_with(&(ag_graph_options){.seed = e.seed});
    ag_tensor *x = ag_full(g, AG_CONSTANT, AG_SHAPE(1000, 2), 0);
    ag_tensor *y = ag_full(g, AG_CONSTANT, AG_SHAPE(1000, 1), 0);
    nn_module *net = circle_network(g, 4);
    bool good = flower(x, y) && circle_train(net, x, y, e.epochs);
    const char *plane = example_figure(&e, g, "flower.svg");
    const nn_regions o = {.title = "Petals of a flower by 2-4-1"};
    const nn_data *points = plane != NULL ? nn_data_of(x, y) : NULL;
    return example_end(g, good && EXAMPLE_DRAWN(plane, nn_save_regions, net, points, &o, NULL));
}
