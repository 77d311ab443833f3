/* R's package neuralnet, once more: a network 2-4-1 of logistic units on points inside and outside
 * of a circle (the notes on neural networks, section 7), with the package's usual settings:
 *
 *     error = sum((y - p)^2) / 2, Rprop with weight backtracking on all points, weights from N(0,1),
 *     an end where the largest derivative is below 0.01.
 *
 * The lecture prints 74,792 steps, an error of 0.41125 and 39.35 seconds. Its weights cannot be
 * drawn again, so other seeds take other ways: some end in a few thousand steps, some go on.
 * Source: Günther, Fritsch, neuralnet: Training of neural networks, The R Journal 2 (2010).
 */
#include "circle.h"
#include <math.h>
#include <time.h>

enum { HIDDEN = 4 };

static nn_module *network(ag_graph *g)
{
    const nn_linear_options o = {.weight = {NN_NORMAL, .b = 1}, .bias = {NN_NORMAL, .b = 1}};
    nn_module *net = nn_sequential(g, nn_linear(g, HIDDEN, &o), nn_sigmoid(g), nn_linear(g, 1, &o),
                                   nn_sigmoid(g));
    return nn_build(net, AG_F64, AG_SHAPE(2)) == AG_OK ? net : NULL;
}

/* The largest derivative by a parameter. */
static double steepest(nn_module *net)
{
    ag_tensor *parameter[4];
    double most = 0;
    int n = nn_parameters(net, NULL, parameter, 4);
    for (int i = 0; i < n && i < 4; i++) {
        const double *gradient = ag_grad_data(parameter[i]);
        for (int64_t k = 0; gradient != NULL && k < ag_size(parameter[i]); k++) {
            most = fmax(most, fabs(gradient[k]));
        }
    }
    return most;
}

/* Steps until the end, at most `steps`; returns how many, -1 after an error. */
static int descend(nn_module *net, ag_tensor *x, ag_tensor *y, int steps, double *error)
{
    ag_graph *g = ag_graph_of(x);
    nn_optimizer *rprop = nn_rprop(g, NULL);
    ag_status status = nn_attach(rprop, net);
    ag_mark mark = ag_graph_mark(g);
    for (int step = 1; status == AG_OK && step <= steps; step++) {
        ag_tensor *loss = ag_mul_scalar(ag_mse_loss(nn_call(net, x), y, AG_SUM), 0.5);
        *error = ag_item(loss);
        status = ag_backward(loss);
        if (status == AG_OK && steepest(net) < 0.01) {
            return step;
        }
        status = status == AG_OK ? nn_step(rprop) : status;
        status = status == AG_OK ? ag_graph_rewind(g, mark) : status;
    }
    return status == AG_OK ? steps : -1;
}

/* The weights, as the lecture's diagram has them. */
static ag_status print_weights(const char *path, const nn_slot *slot, void *user)
{
    const double *w = ag_data(slot->tensor);
    printf("  %-9s", path);
    for (int64_t i = 0; w != NULL && i < ag_size(slot->tensor); i++) {
        printf(" %10.5f", w[i]);
    }
    printf("\n");
    (void)user;
    return AG_OK;
}

/* The package's plot(net). */
static bool draw(const example *e, nn_module *net)
{
    static const char *const in[] = {"x1", "x2"}, *const out[] = {"y"};
    const char *path = example_figure(e, nn_graph_of(net), "neuralnet.svg");
    const nn_diagram diagram = {.input_name = in, .output_name = out};
    return EXAMPLE_DRAWN(path, nn_save_diagram, net, &diagram, NULL);
}

int main(int argc, char **argv)
{
    example e = {"R's neuralnet(y ~ x1 + x2, hidden = 4) on points inside and outside of a circle.",
                 .data = "examples/data", .seed = 1, .epochs = 1000000, .draws = "neuralnet.svg"};
    if (!example_options(&e, argc, argv)) {
        return e.status;
    }
    ag_graph *g = ag_graph_new_with(&(ag_graph_options){.seed = e.seed});
    ag_tensor *x = circle_inputs(g, &e), *y = circle_targets(x);
    nn_module *net = network(g);
    double error = NAN;
    clock_t start = clock();
    int steps = descend(net, x, y, e.epochs, &error);
    printf("steps %d   error %.5f   time %.2f s\n", steps, error,
           (double)(clock() - start) / CLOCKS_PER_SEC);
    bool good = steps > 0 && nn_visit(net, "*", print_weights, NULL) == AG_OK;
    good = good && draw(&e, net);
    return example_end(g, good);
}
