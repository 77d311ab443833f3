/* What the perceptron learns and what not: AND and OR, but not XOR, for which two more units are
 * needed.
 *
 * Rosenblatt's rule, w = w + rate (t - y) x with y = [w.x > 0], is gradient descent on (t - y)^2 /
 * 2 if the derivative of the threshold is taken as 1. That is what z + detach([z > 0] - z) does:
 * its value is the threshold's, its derivative that of z. Sources: Rosenblatt, The perceptron,
 * Psychological Review 65 (1958); Minsky, Papert, Perceptrons (1969); Bengio and others, Estimating
 * or propagating gradients through stochastic neurons (2013), for the derivative taken as 1.
 */
#include "bits.h"
#include <math.h>

enum { PATTERNS = BITS_PATTERNS, PANELS = 4, EPOCHS = 12, RESTARTS = 10, STEPS = 2000 };

typedef struct problem {
    const char *name;
    double target[PATTERNS];
    bool separable;
} problem;

static const problem problems[] = {
    {"AND", {0, 0, 0, 1}, true}, {"OR", {0, 1, 1, 1}, true}, {"XOR", {0, 1, 1, 0}, false}};

/* y for one pattern. */
static ag_tensor *perceptron(ag_tensor *w, ag_tensor *b, ag_tensor *x)
{
    ag_tensor *z = ag_add(ag_dot(w, x), b);
    ag_tensor *fired = ag_heaviside(z, ag_constant(ag_graph_of(z), 0));
    return ag_add(z, ag_detach(ag_sub(fired, z)));
}

/* One pass of the rule over the patterns; returns how many were wrong. */
static int pass(const problem *p, ag_tensor *const *wb)
{
    ag_graph *g = ag_graph_of(wb[0]);
    int wrong = 0;
    for (int i = 0; i < PATTERNS; i++) {
        ag_mark mark = ag_graph_mark(g);
        ag_tensor *x = ag_from_values(g, AG_CONSTANT, AG_SHAPE(2), bits_inputs[i]);
        ag_tensor *y = perceptron(wb[0], wb[1], x);
        ag_tensor *error = ag_sub(ag_constant(g, p->target[i]), y);
        wrong += ag_item(error) != 0;
        if (ag_backward(ag_mul_scalar(ag_square(error), 0.5)) != AG_OK ||
            ag_sgd_step(&(ag_sgd){.rate = 1}, wb, 2, NULL) != AG_OK) {
            return -1;
        }
        ag_zero_grads(g);
        if (ag_graph_rewind(g, mark) != AG_OK) {
            return -1;
        }
    }
    return wrong;
}

/* What is predicted on the plane, from 0 to 1: by three perceptrons, by the network on XOR. */
static double on_plane[PANELS][BITS_GRID];

/* Prints the number of mistakes in each epoch; true if there are none in the last. */
static bool settles(ag_graph *g, const problem *p, ag_tensor *plane, double *fired)
{
    ag_tensor *wb[] = {ag_full(g, AG_PARAMETER, AG_SHAPE(2), 0), ag_parameter(g, 0)};
    int wrong = 1;
    printf("%-4s mistakes in epochs 1 to %d:", p->name, EPOCHS);
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
        wrong = pass(p, wb);
        printf(" %d", wrong);
    }
    printf("   %s\n", wrong == 0 ? "settled" : "never settles");
    ag_tensor *y = ag_gt(ag_add(ag_matmul(plane, wb[0]), wb[1]), ag_constant(g, 0));
    return ag_get(ag_cast(y, AG_F64), fired, BITS_GRID) == AG_OK && wrong == 0;
}

/* XOR by a network 2-2-1 from drawn weights; returns its loss, NaN after an error. What it predicts
 * on the plane is kept if the loss is less than `best`. */
static double xor_network(ag_tensor *x, ag_tensor *t, ag_tensor *plane, double best)
{
    ag_graph *g = ag_graph_of(x);
    const nn_linear_options wide = {.weight = {NN_UNIFORM, .a = -1, .b = 1}};
    nn_module *net = nn_sequential(g, nn_linear(g, 2, &wide), nn_tanh(g), nn_linear(g, 1, &wide));
    nn_optimizer *adam = nn_adam(g, &(ag_adam){.rate = 0.05});
    double loss = NAN;
    if (nn_build(net, AG_F64, AG_SHAPE(2)) != AG_OK || nn_attach(adam, net) != AG_OK) {
        return loss;
    }
    ag_mark mark = ag_graph_mark(g);
    for (int step = 0; step < STEPS; step++) {
        ag_tensor *cost = ag_bce_with_logits(nn_call(net, x), t, NULL);
        loss = ag_item(cost);
        if (ag_backward(cost) != AG_OK || nn_step(adam) != AG_OK ||
            ag_graph_rewind(g, mark) != AG_OK) {
            return NAN;
        }
    }
    ag_tensor *p = loss < best ? ag_sigmoid(nn_call(net, plane)) : NULL;
    return p == NULL || ag_get(p, on_plane[3], BITS_GRID) == AG_OK ? loss : NAN;
}

static bool draw(const example *e, ag_graph *g)
{
    int64_t label[3][PATTERNS];
    for (int i = 0; i < 3 * PATTERNS; i++) {
        label[i / PATTERNS][i % PATTERNS] = problems[i / PATTERNS].target[i % PATTERNS] == 1;
    }
    viz_plot p[PANELS] = {bits_panel("XOR by a network 2-2-1", on_plane[3], label[2])};
    p[3] = p[0];
    for (int k = 0; k < 3; k++) {
        p[k] = bits_panel(problems[k].name, on_plane[k], label[k]);
    }
    return example_draw(e, g, "perceptron.svg", "What a perceptron can separate", p, PANELS);
}

int main(int argc, char **argv)
{
    example e = {"The perceptron on AND, OR and XOR, and a network 2-2-1 on XOR.", .seed = 1,
                 .draws = "perceptron.svg"};
    if (!example_options(&e, argc, argv)) {
        return e.status;
    }
    ag_graph *g = ag_graph_new_with(&(ag_graph_options){.seed = e.seed});
    ag_tensor *plane = bits_points(g);
    bool good = true;
    for (int i = 0; i < 3; i++) {
        good = settles(g, &problems[i], plane, on_plane[i]) == problems[i].separable && good;
    }
    ag_tensor *x = ag_from_values(g, AG_CONSTANT, AG_SHAPE(PATTERNS, 2), bits_inputs[0]);
    ag_tensor *t = ag_from_values(g, AG_CONSTANT, AG_SHAPE(PATTERNS, 1), problems[2].target);
    double best = INFINITY;
    printf("XOR by 2-2-1, loss after %d steps from %d starts:", STEPS, RESTARTS);
    for (int i = 0; i < RESTARTS; i++) {
        double loss = xor_network(x, t, plane, best);
        printf(" %.3f", loss);
        best = fmin(best, loss);
    }
    printf("\n  the best is %.5f\n", best);
    return example_end(g, good && best < 0.01 && draw(&e, g));
}
