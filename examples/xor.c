/* A network of two layers that learns XOR, in tensors, with gradient descent written out:
 *
 *     H = tanh(X W1 + b1)    Z = H W2 + b2    loss = mean(softplus(Z) - Y Z)
 *
 * X holds the four inputs, one a row; sigmoid(Z) is the probability of a 1, and the loss is the
 * cross-entropy of it, written so that it cannot overflow. Each step is recorded after a mark and
 * dropped when done: once the first has the memory it needs, the allocator is not called again.
 * Sources: Minsky, Papert, Perceptrons (1969), for why one layer cannot; Rumelhart, Hinton,
 * Williams, Learning representations by back-propagating errors, Nature 323 (1986), 533-536.
 */
#include "bits.h"
#include <math.h>

enum { HIDDEN = 4, LARGEST = 64, PARAMETERS = 4, STEPS = 2000 };

static const double targets[] = {0, 1, 1, 0};

typedef struct model {
    ag_tensor *x, *y;
    ag_tensor *parameter[PARAMETERS]; /* W1 [2,H], b1 [H], W2 [H,1], b2 [1] */
} model;

static ag_status model_new(ag_graph *g, model *m)
{
    const ag_shape shape[] = {AG_SHAPE(2, HIDDEN), AG_SHAPE(HIDDEN), AG_SHAPE(HIDDEN, 1),
                              AG_SHAPE(1)};
    const char *name[] = {"W1", "b1", "W2", "b2"};
    m->x = ag_name(ag_from_values(g, AG_CONSTANT, AG_SHAPE(4, 2), bits_inputs[0]), "X");
    m->y = ag_name(ag_from_values(g, AG_CONSTANT, AG_SHAPE(4, 1), targets), "Y");
    for (int i = 0; i < PARAMETERS; i++) {
        m->parameter[i] = ag_name(ag_full(g, AG_PARAMETER, shape[i], 0), name[i]);
        if (ag_fill_uniform(m->parameter[i], -1, 1) != AG_OK) {
            break;
        }
    }
    return ag_error(g);
}

static ag_tensor *logits(const model *m)
{
    ag_tensor *const *p = m->parameter;
    ag_tensor *h = ag_tanh(ag_add(ag_matmul(m->x, p[0]), p[1]));
    return ag_add(ag_matmul(h, p[2]), p[3]);
}

static ag_tensor *cross_entropy(ag_tensor *z, ag_tensor *y)
{
    return ag_mean(ag_sub(ag_softplus(z), ag_mul(y, z)));
}

/* p := p - rate dloss/dp, in place. */
static void descend(const model *m, double rate)
{
    for (int i = 0; i < PARAMETERS; i++) {
        ag_tensor *p = m->parameter[i];
        double value[LARGEST], gradient[LARGEST];
        int64_t n = ag_size(p);
        if (n > LARGEST || ag_get(p, value, n) != AG_OK || ag_grad_get(p, gradient, n) != AG_OK) {
            return;
        }
        for (int64_t k = 0; k < n; k++) {
            value[k] -= rate * gradient[k];
        }
        if (ag_set(p, value, n) != AG_OK) {
            return;
        }
    }
}

/* Prints now and then, writes the loss of each step; returns the number of allocations after the
 * first step. */
static size_t train(ag_graph *g, const model *m, double *losses)
{
    size_t settled = 0;
    ag_mark mark = ag_graph_mark(g);
    for (int i = 1; i <= STEPS; i++) {
        ag_zero_grads(g);
        ag_tensor *loss = cross_entropy(logits(m), m->y);
        if (ag_backward(loss) != AG_OK) {
            return 0;
        }
        double value = losses[i - 1] = ag_item(loss);
        descend(m, 0.5);
        if (ag_graph_rewind(g, mark) != AG_OK) {
            return 0;
        }
        size_t allocations = ag_graph_get_stats(g).allocations;
        settled = i == 1 ? allocations : settled;
        if (i == 1 || i == 10 || i == 100 || i % 500 == 0) {
            printf("step %4d   loss %.6f   allocations %zu\n", i, value, allocations);
        }
    }
    return settled;
}

/* Is every prediction within 0.1 of its target? */
static bool learned(const model *m)
{
    bool good = true;
    ag_tensor *p = ag_sigmoid(logits(m));
    for (int i = 0; i < 4; i++) {
        double one = ag_item_at(p, AG_SHAPE(i, 0));
        printf("%g xor %g = %g   predicted %.4f\n", bits_inputs[i][0], bits_inputs[i][1],
               targets[i], one);
        good = good && fabs(one - targets[i]) < 0.1;
    }
    return good;
}

/* The graph of the loss, how the loss fell, and what is predicted between the four points. */
static bool draw(const example *e, ag_graph *g, model m, const double *losses)
{
    static double one[BITS_GRID];
    static const int64_t label[] = {0, 1, 1, 0};
    ag_zero_grads(g);
    ag_tensor *loss = cross_entropy(logits(&m), m.y);
    bool good = ag_backward(loss) == AG_OK && example_draw_graph(e, "xor-graph", loss, NULL);
    m.x = bits_points(g);
    good = good && ag_get(ag_sigmoid(logits(&m)), one, BITS_GRID) == AG_OK;
    viz_plot p[] = {
        {.x = {.label = "step"}, .y = {.label = "loss", .log = true}, .width = 400, .height = 320},
        bits_panel(NULL, one, label)};
    example_line(&p[0], NULL, NULL, losses, STEPS);
    return good && example_draw(e, g, "xor.svg", "XOR by two layers", p, 2);
}

int main(int argc, char **argv)
{
    model m;
    static double losses[STEPS];
    example e = {"XOR by two layers, with gradient descent written out.", .seed = 1,
                 .draws = "xor.svg, xor-graph.svg"};
    if (!example_options(&e, argc, argv)) {
        return e.status;
    }
    ag_graph *g = ag_graph_new_with(&(ag_graph_options){.seed = e.seed});
    size_t settled = model_new(g, &m) == AG_OK ? train(g, &m, losses) : 0;
    bool flat = settled > 0 && ag_graph_get_stats(g).allocations == settled;
    bool good = flat && learned(&m);
    if (flat) {
        printf("not one allocation in the last %d steps\n", STEPS - 1);
    }
    return example_end(g, good && draw(&e, g, m, losses));
}
