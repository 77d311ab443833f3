/* One derivative as a sum over paths (the notes on multilayer perceptrons in Python): in a network
 * 2-8-6-1 of tanh units the first-layer weight w04, from input X1 to hidden unit 4, reaches the
 * loss through each of the six units of the second layer. On every path the partial derivatives are
 * multiplied; the sum of the products is what backward finds at once.
 */
#include "example.h"
#include <math.h>

enum { UNIT = 4, FIRST = 8, SECOND = 6 };

/* The derivative of tanh by its result. */
static double slope(double y)
{
    return 1 - y * y;
}

/* Prints the product of the partial derivatives along every path from w04 to the loss of this
 * point, and returns their sum. */
static double print_paths(nn_module *net, const double x[2], double y, double target)
{
    const double *w2 = ag_data(nn_find(net, "2.weight")), *w3 = ag_data(nn_find(net, "4.weight"));
    const double *a1 = ag_data(nn_output(nn_find_module(net, "1")));
    const double *a2 = ag_data(nn_output(nn_find_module(net, "3")));
    if (w2 == NULL || w3 == NULL || a1 == NULL || a2 == NULL) {
        return NAN;
    }
    double outer = y - target, inner = slope(a1[UNIT]) * x[0], sum = 0;
    printf("dL/dy = y - t = %.6f, and dA4/dw04 = tanh'(z4) X1 = %.6f on every path\n", outer,
           inner);
    for (int k = 0; k < SECOND; k++) {
        double w = w2[k * FIRST + UNIT], product = outer * w3[k] * slope(a2[k]) * w * inner;
        printf("  by unit %d: %9.6f x %9.6f x %9.6f x %9.6f x %9.6f = %10.7f\n", k, outer, w3[k],
               slope(a2[k]), w, inner, product);
        sum += product;
    }
    return sum;
}

/* The recorded graph with the way from the first weights to the loss in bold, and the network. */
static bool draw(const example *e, nn_module *net, const ag_tensor *loss)
{
    static const char *const in[] = {"X1", "X2"}, *const out[] = {"y"};
    const nn_diagram diagram = {.input_name = in, .output_name = out};
    const char *network = example_figure(e, nn_graph_of(net), "paths-network.svg");
    const viz_options options = {.highlight = nn_find(net, "0.weight")};
    return example_draw_graph(e, "paths", loss, &options) &&
           EXAMPLE_DRAWN(network, nn_save_diagram, net, &diagram, NULL);
}

int main(int argc, char **argv)
{
    example e = {"One derivative in a network 2-8-6-1 as a sum over six paths.", .seed = 1,
                 .draws = "paths.svg, paths-network.svg"};
    if (!example_options(&e, argc, argv)) {
        return e.status;
    }
    ag_graph *g = ag_graph_new_with(&(ag_graph_options){.seed = e.seed});
    const double at[2] = {0.8, -0.3}, target = 0.5;
    nn_module *net = nn_sequential(g, nn_linear(g, FIRST, NULL), nn_tanh(g),
                                   nn_linear(g, SECOND, NULL), nn_tanh(g), nn_linear(g, 1, NULL));
    ag_tensor *x = ag_from_values(g, AG_CONSTANT, AG_SHAPE(1, 2), at);
    ag_tensor *t = ag_full(g, AG_CONSTANT, AG_SHAPE(1, 1), target);
    bool good = nn_build(net, AG_F64, AG_SHAPE(2)) == AG_OK;
    ag_tensor *y = nn_call(net, x);
    double sum = print_paths(net, at, ag_item(y), target);
    ag_tensor *loss = ag_sum(nn_quadratic(y, t, NULL));
    good = good && ag_backward(loss) == AG_OK;
    double backward = ag_grad_item_at(nn_find(net, "0.weight"), AG_SHAPE(UNIT, 0));
    printf("the sum of the six is %.9f, backward has %.9f\n", sum, backward);
    good = good && draw(&e, net, loss);
    return example_end(g, good && fabs(sum - backward) <= 1e-12);
}
