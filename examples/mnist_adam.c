/* Handwritten digits by 784-100-10 with ReLU and dropout of 0.3, Adam, batches of 100, 20 epochs
 * (the notes on deep learning, 12.12), and the lecture's variants: an L2 penalty of 0.01 on the
 * first layer; two hidden layers with batch normalization before the activation. The lecture:
 * 0.9778 to 0.9797. Then one prediction by hand from the weights.
 */
#include "mnist.h"
#include <math.h>

static nn_module *plain(ag_graph *g, double l2)
{
    return nn_sequential(g, nn_rescale(g, 1.0 / 255, 0), nn_flatten(g),
                         nn_linear(g, 100, &(nn_linear_options){.penalty = {.l2 = l2}}), nn_relu(g),
                         nn_dropout(g, 0.3), nn_linear(g, 10, NULL));
}

static nn_module *normalized(ag_graph *g)
{
    return nn_sequential(g, nn_rescale(g, 1.0 / 255, 0), nn_flatten(g), nn_linear(g, 100, NULL),
                         nn_batch_norm(g, NULL), nn_relu(g), nn_linear(g, 100, NULL), nn_relu(g),
                         nn_dropout(g, 0.3), nn_linear(g, 10, NULL));
}

/* The scores of the first test image, from the weights alone, beside the network's. */
static bool by_hand(nn_module *net, const nn_data *test)
{
    double x[784], hidden[100], most = 0;
    const float *w1 = ag_data(nn_find(net, "2.weight")), *b1 = ag_data(nn_find(net, "2.bias"));
    const float *w2 = ag_data(nn_find(net, "5.weight")), *b2 = ag_data(nn_find(net, "5.bias"));
    ag_tensor *y = nn_predict(net, nn_rows_between(test, 0, 1));
    if (y == NULL || b2 == NULL || nn_get_sample(test, 0, x, 784) != AG_OK) {
        return false;
    }
    for (int j = 0; j < 100; j++) {
        hidden[j] = b1[j];
        for (int i = 0; i < 784; i++) {
            hidden[j] += w1[784 * j + i] * x[i] / 255;
        }
        hidden[j] = fmax(0, hidden[j]);
    }
    for (int k = 0; k < 10; k++) {
        double score = b2[k];
        for (int j = 0; j < 100; j++) {
            score += w2[100 * k + j] * hidden[j];
        }
        most = fmax(most, fabs(score - ag_item_at(y, AG_SHAPE(0, k))));
    }
    printf("scores of the first test image by hand: at most %.1e from the network's\n", most);
    return most < 1e-3;
}

int main(int argc, char **argv)
{
    example e = {"Handwritten digits by 784-100-10 with Adam, and variants of it.",
                 .data = MNIST_FOLDER, .seed = 1, .epochs = 20,
                 .draws = "mnist-adam.svg, mnist-adam-mistakes.svg"};
    if (!example_options(&e, argc, argv)) {
        return e.status;
    }
    ag_graph *g = ag_graph_new_with(&(ag_graph_options){.dtype = AG_F32, .seed = e.seed});
    nn_data *train = mnist_images(&e, g, false), *test = mnist_images(&e, g, true);
    static const char *const names[] = {"784-100-10", "with an L2 penalty",
                                        "with batch normalization"};
    nn_module *nets[] = {plain(g, 0), plain(g, 0.01), normalized(g)};
    bool good = true;
    viz_plot compare[2] = {{.title = NULL}};
    for (int i = 0; good && i < 3; i++) {
        good = mnist_run(&e, compare, names[i], nets[i], train, test,
                         (nn_fit_options){.epochs = e.epochs,
                                          .batch = 100,
                                          .validation_share = 0.2,
                                          .seed = e.seed}) >= 0;
    }
    const char *mistakes = example_figure(&e, g, "mnist-adam-mistakes.svg");
    good = good && by_hand(nets[0], test) &&
           example_draw(&e, g, "mnist-adam.svg", "Digits with Adam", compare, 2) &&
           EXAMPLE_DRAWN(mistakes, nn_save_mistakes, nets[0], test, 12, "12 mistakes", NULL);
    return example_end(g, good);
}
