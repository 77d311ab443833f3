/* The movie network, 5-4-3-1 with ReLU: one training step on the lecture's first film, node by node
 * in scalars and layer by layer in tensors, which must give the same 43 gradients.
 *
 * The lecture rounds on the way, as one does by hand; so the tensors run twice, without and with
 * that rounding, and the table shows both. The lecture prints the weights of the nodes marked (L);
 * the others are ours, chosen so that these nodes get the z or A that the lecture prints.
 * Source: lecture notes on neural networks, section 11.4, tables 11.8 to 11.13, equations 11.23 to
 * 11.39. The output layer for classes and the exercise are in movie_output.c.
 */
#include "board.h"
#include "example.h"

enum { P = 5, K1 = 4, K2 = 3, W1 = K1 * (P + 1), W2 = K2 * (K1 + 1), ALL = W1 + W2 + K2 + 1 };

static const double weights[ALL] = {
    -0.12, 0.34,  -0.21, 0.07,  0.41,  -0.18, /* layer 1: node 1 (L), its bias first */
    -0.14, -0.20, 0.15,  0.10,  -0.05, 0.30,  /*   node 2, z = -0.305 */
    0.06,  0.40,  0.25,  -0.30, 0.21,  0.10,  /*   node 3, z = 1.441 */
    0.04,  -0.35, 0.16,  0.11,  0.10,  0.12,  /*   node 4, z = -0.088 */
    0.05,  -0.30, 0.55,  0.22,  -0.48,        /* layer 2: node 1 (L) */
    0.657, -0.30, 0.10,  0.60,  0.20,         /*   node 2, A = 1.230; of its weights -0.30 is (L) */
    -0.10, 0.20,  0.35,  -0.40, 0.15,         /*   node 3, A = 0 */
    1.50,  2.80,  3.10,  0.95};               /* output (L) */
static const double film[P] = {1.5, 0.8, -0.3, 2.1, 0.5};
static const double attendance = 6.1;

static ag_tensor *loss_of(ag_tensor *prediction)
{
    return ag_mul_scalar(ag_square(ag_add_scalar(prediction, -attendance)), 0.5);
}

/* By scalars: z = bias + the sum of w A for each node of each layer; w is ordered as `weights`. */
static ag_tensor *by_scalars(ag_graph *g, ag_tensor *w[ALL])
{
    const int size[] = {P, K1, K2, 1};
    ag_tensor *a[P], *z[P], **next = w;
    for (int i = 0; i < ALL; i++) {
        w[i] = ag_parameter(g, weights[i]);
    }
    for (int j = 0; j < P; j++) {
        a[j] = ag_constant(g, film[j]);
    }
    for (int layer = 1; layer <= 3; layer++) {
        for (int k = 0; k < size[layer]; k++) {
            z[k] = *next++;
            for (int j = 0; j < size[layer - 1]; j++) {
                z[k] = ag_add(z[k], ag_mul(*next++, a[j]));
            }
        }
        for (int k = 0; k < size[layer]; k++) {
            a[k] = layer < 3 ? ag_relu(z[k]) : z[k];
        }
    }
    return loss_of(a[0]);
}

typedef struct pass {
    ag_tensor *w1, *w2, *beta;
    ag_tensor *z1, *a2, *sum, *prediction, *loss;
} pass;

/* w (1, A), where a row of w belongs to a node and begins with its bias. */
static ag_tensor *linear(ag_tensor *w, ag_tensor *a)
{
    ag_tensor *one = ag_full(ag_graph_of(w), AG_CONSTANT, AG_SHAPE(1), 1);
    return ag_matmul(w, ag_concat((ag_tensor *[]){one, a}, 2, 0));
}

static pass by_tensors(ag_graph *g, bool rounding)
{
    pass t = {.w1 = ag_from_values(g, AG_PARAMETER, AG_SHAPE(K1, P + 1), weights),
              .w2 = ag_from_values(g, AG_PARAMETER, AG_SHAPE(K2, K1 + 1), weights + W1),
              .beta = ag_from_values(g, AG_PARAMETER, AG_SHAPE(K2 + 1), weights + W1 + W2)};
    ag_name(t.w1, "W1"), ag_name(t.w2, "W2"), ag_name(t.beta, "beta");
    t.z1 = linear(t.w1, ag_from_values(g, AG_CONSTANT, AG_SHAPE(P), film));
    t.a2 = ag_relu(linear(t.w2, ag_relu(t.z1)));
    t.a2 = rounding ? board_round(t.a2, 3) : t.a2;
    t.sum = linear(t.beta, t.a2);
    t.prediction = rounding ? board_round(t.sum, 2) : t.sum;
    t.loss = loss_of(t.prediction);
    return t;
}

static bool report(const pass *e, const pass *r)
{
    const double rate = 0.01, *b = weights + W1 + W2;
    const double *de = ag_grad_data(e->beta), *dr = ag_grad_data(r->beta);
    if (de == NULL || dr == NULL) {
        return false;
    }
    printf("film 1                          exact     rounded   lecture\n");
    bool good = board_row("z of layer 1, node 1", board_at(e->z1, 0), board_at(r->z1, 0), "0.972");
    good &= board_row("  its sigmoid", board_at(ag_sigmoid(e->z1), 0), 1 / (1 + 0.3786), "0.725");
    good &= board_row("A of layer 2, node 1", board_at(e->a2, 0), board_at(r->a2, 0), "0.075");
    good &= board_row("prediction", ag_item(e->prediction), ag_item(r->prediction), "5.52");
    good &= board_row("loss R", ag_item(e->loss), ag_item(r->loss), "0.168");
    good &= board_row("dR/dprediction", ag_grad_item(e->prediction), ag_grad_item(r->prediction),
                      "-0.58");
    good &= board_row("dR/dbeta1", de[1], dr[1], "-0.0435");
    good &= board_row("dR/dbeta2", de[2], dr[2], "-0.7134");
    good &= board_row("beta1 after the step", b[1] - rate * de[1], b[1] - rate * dr[1], "2.8004");
    good &= board_row("beta2 after the step", b[2] - rate * de[2], b[2] - rate * dr[2], "3.107");
    return good;
}

static void explain(const pass *e, const pass *r)
{
    printf("The lecture rounds A of layer 2 to 3 decimals, which gives the prediction %.3f,\n"
           "and rounds that to %.2f before it takes the loss: hence %.3f instead of %.3f.\n"
           "For the sigmoid it takes exp(-0.972) as 0.3786; that is 0.3783, and so 0.726.\n\n",
           ag_item(r->sum), ag_item(r->prediction), ag_item(r->loss), ag_item(e->loss));
}

/* All gradients the same both ways, and those of the dead nodes exactly 0: layer 1 nodes 2 and 4,
 * layer 2 node 3 and its beta. */
static bool same(ag_tensor *const *scalar, const pass *t)
{
    double d[ALL], apart = 0;
    int zeros = 0;
    if (ag_grad_get(t->w1, d, W1) != AG_OK || ag_grad_get(t->w2, d + W1, W2) != AG_OK ||
        ag_grad_get(t->beta, d + W1 + W2, K2 + 1) != AG_OK) {
        return false;
    }
    for (int i = 0; i < ALL; i++) {
        bool dead = (i >= 6 && i < 12) || (i >= 18 && i < 24) || (i >= 34 && i < 39) || i == 42;
        zeros += dead && d[i] == 0 && ag_grad_item(scalar[i]) == 0;
        apart = fmax(apart, fabs(d[i] - ag_grad_item(scalar[i])));
    }
    printf("%d gradients (24 + 15 + 4), by scalars and by tensors: at most %.1e apart\n", ALL,
           apart);
    printf("%d of them belong to dead nodes (their ReLU gave 0) and are exactly 0\n", zeros);
    return apart < 1e-13 && zeros == 18 && W1 == 24 && W2 == 15 && ALL == 24 + 15 + 4;
}

int main(int argc, char **argv)
{
    example e = {"One training step of a network 5-4-3-1, by scalars and by tensors.",
                 .no_seed = true, .draws = "movie-scalars.svg, movie-tensors.svg"};
    if (!example_options(&e, argc, argv)) {
        return e.status;
    }
    ag_tensor *w[ALL];
    ag_graph *g = ag_graph_new();
    ag_tensor *loss = by_scalars(g, w);
    pass exact = by_tensors(g, false), rounded = by_tensors(g, true);
    bool good =
        ag_backward(rounded.loss) == AG_OK && ag_backward(loss) == AG_OK &&
        example_draw_graph(&e, "movie-scalars", loss, NULL) && ag_backward(exact.loss) == AG_OK &&
        example_draw_graph(&e, "movie-tensors", exact.loss, NULL) && report(&exact, &rounded);
    if (good) {
        explain(&exact, &rounded);
        good = same(w, &exact);
    }
    return example_end(g, good);
}
