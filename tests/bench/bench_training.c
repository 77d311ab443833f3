/* Whole trainings by nn_fit, with the drawing of batches, metrics and validation, as the peers' own
 * fit does them: 300 epochs on two circles, an epoch on 60,000 images, and the steps that R's
 * neuralnet took. Images are bytes of which four in five are 0, as in MNIST, with classes that can
 * be learned. That the loss goes down is checked, outside of the time.
 */
#include <autograd.h>

#include "bench.h"
#include "circles.h"

enum { IMAGES = 60000, PIXELS = 784, POINTS = 1000, CIRCLES = 800, RPROP_STEPS = 7479 };

typedef struct training {
    ag_graph *graph;
    nn_data *data;
    nn_module *net;
    nn_optimizer *optimizer;
    double loss; /* of the last epoch */
    int runs;
} training;

static void *room(size_t bytes)
{
    void *memory = calloc(1, bytes);
    if (memory == NULL) {
        bench_stop("out of memory");
    }
    return memory;
}

/* A number that looks drawn: the upper bits of a product (Knuth's multiplicative hash). */
static unsigned drawn(unsigned i)
{
    i = (i ^ (i >> 15)) * 2654435761U;
    return (i ^ (i >> 13)) * 2246822519U >> 8;
}

/* --- images ----------------------------------------------------------------------------------- */

/* The ten places of a class are brighter in its images. */
static unsigned char pixel(unsigned image, unsigned place)
{
    unsigned value = drawn(image * PIXELS + place);
    bool lit = place % 10 == image % 10 ? value % 3 == 0 : value % 6 == 0;
    return lit ? (unsigned char)(value >> 8 & 255) : 0;
}

static nn_data *images(ag_graph *g, nn_element element)
{
    unsigned char *bytes = element == NN_U8 ? room((size_t)IMAGES * PIXELS) : NULL;
    float *floats = element == NN_F32 ? room((size_t)IMAGES * PIXELS * sizeof *floats) : NULL;
    int64_t *label = room(IMAGES * sizeof *label);
    for (unsigned i = 0; i < IMAGES; i++) {
        label[i] = i % 10;
        for (unsigned j = 0; j < PIXELS; j++) {
            if (bytes != NULL) {
                bytes[i * PIXELS + j] = pixel(i, j);
            } else {
                floats[i * PIXELS + j] = (float)pixel(i, j) / 255;
            }
        }
    }
    return nn_data_new(g, &(nn_arrays){.rows = IMAGES,
                                       .x = bytes != NULL ? (void *)bytes : floats,
                                       .x_element = element,
                                       .x_shape = AG_SHAPE(PIXELS),
                                       .y = label,
                                       .y_element = NN_I64,
                                       .y_shape = AG_SCALAR,
                                       .y_classes = 10,
                                       .borrow = true});
}

static nn_optimizer *rmsprop(ag_graph *g)
{
    return nn_rmsprop(g, &(ag_rmsprop){.rate = 1e-3, .alpha = 0.9});
}

static void make_wide(training *t)
{
    ag_graph *g = t->graph;
    t->data = images(g, NN_U8);
    t->net = nn_sequential(g, nn_rescale(g, 1.0 / 255, 0), nn_linear(g, 512, NULL), nn_relu(g),
                           nn_dropout(g, 0.2), nn_linear(g, 10, NULL));
    t->optimizer = rmsprop(g);
}

static void make_narrow(training *t)
{
    ag_graph *g = t->graph;
    t->data = images(g, NN_F32);
    t->net = nn_sequential(g, nn_linear(g, 64, NULL), nn_relu(g), nn_linear(g, 10, NULL));
    t->optimizer = rmsprop(g);
}

static void fit(training *t, nn_fit_options o)
{
    o.optimizer = t->optimizer;
    o.seed = 1;
    o.show = NN_SHOW_NOTHING;
    const nn_history *h = nn_fit(t->net, t->data, &o);
    double loss = nn_last(h, "loss");
    if (ag_error(t->graph) != AG_OK) {
        bench_stop(ag_error_message(t->graph));
    }
    if (t->runs++ > 0 && !(loss <= t->loss)) {
        bench_stop("the loss does not go down");
    }
    t->loss = t->runs < 3 ? loss : t->loss; /* later it is near 0, and dropout moves it */
}

static void epoch_wide(void *state)
{
    fit(state, (nn_fit_options){.loss = nn_cross_entropy,
                                .epochs = 1,
                                .batch = 128,
                                .validation_share = 0.2,
                                .metrics = {nn_accuracy}});
}

static void epoch_narrow(void *state)
{
    fit(state, (nn_fit_options){
                   .loss = nn_cross_entropy, .epochs = 1, .batch = 64, .metrics = {nn_accuracy}});
}

/* --- points ----------------------------------------------------------------------------------- */

static void make_circles(training *t)
{
    static double x[2 * CIRCLES], y[CIRCLES];
    bench_circles(CIRCLES, x, y);
    ag_graph *g = t->graph;
    t->data = nn_data_from(g, AG_SHAPE(CIRCLES, 2), x, AG_SHAPE(CIRCLES, 1), y);
    t->net = nn_sequential(g, nn_linear(g, 8, NULL), nn_relu(g), nn_linear(g, 6, NULL), nn_relu(g),
                           nn_linear(g, 1, NULL));
    t->optimizer = nn_adam(g, NULL);
}

static void epochs_on_circles(void *state)
{
    fit(state,
        (nn_fit_options){.loss = nn_bce, .epochs = 300, .batch = 16, .metrics = {nn_accuracy}});
}

/* 2-4-1 of logistic units on all points, sse/2, in f64. */
static void make_neuralnet(training *t)
{
    static double x[2 * POINTS], y[POINTS];
    for (unsigned i = 0; i < POINTS; i++) {
        for (unsigned j = 0; j < 2; j++) {
            x[2 * i + j] = 4.0 * drawn(2 * i + j) / (1 << 24) - 2;
        }
        y[i] = x[2 * i] * x[2 * i] + x[2 * i + 1] * x[2 * i + 1] > 1;
    }
    ag_graph *g = t->graph;
    t->data = nn_data_from(g, AG_SHAPE(POINTS, 2), x, AG_SHAPE(POINTS, 1), y);
    t->net = nn_sequential(g, nn_linear(g, 4, NULL), nn_sigmoid(g), nn_linear(g, 1, NULL),
                           nn_sigmoid(g));
    t->optimizer = nn_rprop(g, NULL);
    if (nn_build(t->net, AG_F64, AG_SHAPE(2)) != AG_OK ||
        nn_attach(t->optimizer, t->net) != AG_OK) {
        bench_stop(ag_error_message(g));
    }
}

/* As examples/neuralnet.c does it but for the end: a tenth of the lecture's steps. */
static void steps_of_neuralnet(void *state)
{
    training *t = state;
    ag_graph *g = t->graph;
    ag_mark keep = ag_graph_mark(g);
    ag_tensor *x = nn_inputs(t->data), *y = nn_targets(t->data);
    ag_mark mark = ag_graph_mark(g);
    double loss = 0;
    for (int i = 0; i < RPROP_STEPS; i++) {
        ag_tensor *sum = ag_mul_scalar(ag_mse_loss(nn_call(t->net, x), y, AG_SUM), 0.5);
        loss = ag_item(sum);
        if (ag_backward(sum) != AG_OK || nn_step(t->optimizer) != AG_OK ||
            ag_graph_rewind(g, mark) != AG_OK) {
            bench_stop(ag_error_message(g));
        }
    }
    if (!(loss < 100) || ag_graph_rewind(g, keep) != AG_OK) {
        bench_stop("the error is not below 100");
    }
}

/* --- rows ------------------------------------------------------------------------------------- */

int main(void)
{
    static const struct row {
        const char *name;
        void (*make)(training *t);
        bench_function run;
        ag_dtype dtype;
        double scale; /* from seconds to the unit */
        const char *unit;
    } rows[] = {
        {"circles 2-8-6-1 b16 300 epochs", make_circles, epochs_on_circles, AG_F32, 1e3, "ms"},
        {"mnist 784-512-10 b128 epoch", make_wide, epoch_wide, AG_F32, 1e3, "ms"},
        {"mlp 784-64-10 b64 epoch", make_narrow, epoch_narrow, AG_F32, 1e3, "ms"},
        {"neuralnet 2-4-1 74,792 steps", make_neuralnet, steps_of_neuralnet, AG_F64,
         74792.0 / RPROP_STEPS, "s"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (bench_wants(rows[i].name)) {
            training t = {.runs = 0};
            t.graph = ag_graph_new_with(&(ag_graph_options){.dtype = rows[i].dtype, .seed = 1});
            rows[i].make(&t);
            bench_row(rows[i].name, bench_time(rows[i].run, &t, 1) * rows[i].scale, rows[i].unit);
            ag_graph_free(t.graph);
        }
    }
    return 0;
}
