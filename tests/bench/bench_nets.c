/* Training steps of small networks, as in the PyTorch workload of the same names: the same layers,
 * losses and optimizers, on one batch that is drawn once. A step records the loss, goes backward,
 * moves the parameters, resets their gradients and drops the recording. Layers are written with
 * operations. That the loss goes down is checked, outside of the time.
 */
#include <autograd.h>
#include <math.h>

#include "bench.h"

enum { MOST = 16 };

typedef struct net {
    ag_graph *graph;
    ag_tensor *p[MOST], *mean[MOST], *square[MOST]; /* parameters and what optimizers keep */
    int n;
    ag_tensor *x, *y;
    ag_mark mark;
    int64_t t;
    double loss; /* of the last step */
    const struct kind *kind;
} net;

typedef struct kind {
    const char *name, *memory; /* of the rows */
    void (*make)(net *);
    ag_tensor *(*loss)(net *);
    ag_status (*move)(net *);
    int repeats;
    double scale; /* from seconds to the unit */
    const char *unit;
} kind;

/* --- what they are made of -------------------------------------------------------------------- */

static ag_tensor *parameter(net *m, ag_shape shape, double bound)
{
    int i = m->n++;
    m->p[i] = ag_full(m->graph, AG_PARAMETER, shape, 0);
    m->mean[i] = ag_full(m->graph, AG_CONSTANT, shape, 0);
    m->square[i] = ag_full(m->graph, AG_CONSTANT, shape, 0);
    if (m->square[i] == NULL || ag_fill_uniform(m->p[i], -bound, bound) != AG_OK) {
        bench_stop(ag_error_message(m->graph));
    }
    return m->p[i];
}

/* Weight and bias of a layer, drawn as torch.nn does. */
static void layer(net *m, ag_shape weight)
{
    double bound = 1;
    for (int d = 1; d < weight.ndim; d++) {
        bound *= (double)weight.dim[d];
    }
    bound = 1 / sqrt(bound);
    parameter(m, weight, bound);
    parameter(m, AG_SHAPE(weight.dim[0]), bound);
}

static void ones(ag_tensor *t)
{
    float *x = ag_mutable_data(t);
    for (int64_t i = 0; i < ag_size(t); i++) {
        x[i] = 1;
    }
}

static ag_tensor *uniform(net *m, ag_shape shape)
{
    ag_tensor *t = ag_full(m->graph, AG_CONSTANT, shape, 0);
    if (t == NULL || ag_fill_uniform(t, 0, 1) != AG_OK) {
        bench_stop(ag_error_message(m->graph));
    }
    return t;
}

static ag_tensor *normal(net *m, ag_shape shape)
{
    ag_tensor *t = ag_full(m->graph, AG_CONSTANT, shape, 0);
    if (t == NULL || ag_fill_normal(t, 0, 1) != AG_OK) {
        bench_stop(ag_error_message(m->graph));
    }
    return t;
}

static ag_tensor *labels(net *m, int64_t n, int64_t classes)
{
    ag_tensor *t = ag_leaf(m->graph, AG_CONSTANT, AG_I64, AG_SHAPE(n), NULL);
    int64_t *label = ag_mutable_data(t);
    for (int64_t i = 0; i < n; i++) {
        label[i] = (int64_t)(ag_random_uniform(m->graph) * (double)classes);
    }
    return t;
}

/* Layer i of those whose weights and biases stand first among the parameters; and with a relu, a relu
 * and dropout, or a sigmoid behind it. */
static ag_tensor *dense(net *m, int i, ag_tensor *x)
{
    return ag_linear(x, m->p[2 * i], m->p[2 * i + 1]);
}

static ag_tensor *dense_relu(net *m, int i, ag_tensor *x)
{
    return ag_linear_relu(x, m->p[2 * i], m->p[2 * i + 1]);
}

static ag_tensor *dense_relu_dropout(net *m, int i, ag_tensor *x, double p)
{
    return ag_linear_relu_dropout(x, m->p[2 * i], m->p[2 * i + 1], p);
}

static ag_tensor *dense_sigmoid(net *m, int i, ag_tensor *x)
{
    return ag_linear_sigmoid(x, m->p[2 * i], m->p[2 * i + 1]);
}

static ag_status adam(net *m)
{
    return ag_adam_step(&(ag_adam){.rate = 1e-3}, m->p, m->n, m->mean, m->square, m->t);
}

static ag_status adamw(net *m)
{
    const ag_adam o = {.rate = 1e-3, .weight_decay = 1e-2, .decoupled = true};
    return ag_adam_step(&o, m->p, m->n, m->mean, m->square, m->t);
}

static ag_status rmsprop(net *m)
{
    return ag_rmsprop_step(&(ag_rmsprop){.rate = 1e-2}, m->p, m->n, m->square, NULL, NULL);
}

static ag_status sgd(net *m)
{
    return ag_sgd_step(&(ag_sgd){.rate = 3}, m->p, m->n, NULL);
}

/* --- the networks ----------------------------------------------------------------------------- */

static void make_circles(net *m)
{
    layer(m, AG_SHAPE(8, 2));
    layer(m, AG_SHAPE(6, 8));
    layer(m, AG_SHAPE(1, 6));
    m->x = normal(m, AG_SHAPE(16, 2));
    m->y = ag_round(uniform(m, AG_SHAPE(16, 1)));
}

static ag_tensor *circles(net *m)
{
    ag_tensor *h = dense_relu(m, 1, dense_relu(m, 0, m->x));
    return ag_bce_loss(dense_sigmoid(m, 2, h), m->y, NULL, AG_MEAN);
}

static void make_wide(net *m)
{
    layer(m, AG_SHAPE(512, 784));
    layer(m, AG_SHAPE(10, 512));
    m->x = uniform(m, AG_SHAPE(128, 784));
    m->y = labels(m, 128, 10);
}

static ag_tensor *wide(net *m)
{
    ag_tensor *h = dense_relu_dropout(m, 0, m->x, 0.2);
    return ag_cross_entropy(dense(m, 1, h), m->y, NULL);
}

static void make_narrow(net *m)
{
    layer(m, AG_SHAPE(30, 784));
    layer(m, AG_SHAPE(10, 30));
    m->x = uniform(m, AG_SHAPE(100, 784));
    m->y = labels(m, 100, 10);
}

static ag_tensor *narrow(net *m)
{
    return ag_cross_entropy(dense(m, 1, dense_sigmoid(m, 0, m->x)), m->y, NULL);
}

static void make_cnn(net *m)
{
    layer(m, AG_SHAPE(32, 1, 3, 3));
    layer(m, AG_SHAPE(16, 32, 2, 2));
    layer(m, AG_SHAPE(1000, 3136));
    layer(m, AG_SHAPE(10, 1000));
    m->x = uniform(m, AG_SHAPE(128, 1, 28, 28));
    m->y = labels(m, 128, 10);
}

static ag_tensor *cnn(net *m)
{
    const ag_conv_options same = {.same = true};
    const ag_pool_options two = {.kernel = {2, 2}};
    ag_tensor *h = ag_conv2d_relu(m->x, m->p[0], m->p[1], &same);
    h = ag_max_pool2d(ag_softplus(ag_conv2d(h, m->p[2], m->p[3], &same)), &two, NULL);
    h = dense_relu_dropout(m, 2, ag_reshape(h, AG_SHAPE(128, 3136)), 0.5);
    return ag_cross_entropy(dense(m, 3, h), m->y, NULL);
}

static void make_taxi(net *m)
{
    layer(m, AG_SHAPE(256, 7));
    layer(m, AG_SHAPE(128, 256));
    layer(m, AG_SHAPE(64, 128));
    layer(m, AG_SHAPE(1, 64));
    m->x = uniform(m, AG_SHAPE(512, 7));
    m->y = uniform(m, AG_SHAPE(512, 1));
}

static ag_tensor *taxi(net *m)
{
    ag_tensor *h = dense_relu_dropout(m, 1, dense_relu_dropout(m, 0, m->x, 0.1), 0.1);
    return ag_l1_loss(dense(m, 3, dense_relu(m, 2, h)), m->y, AG_MEAN);
}

/* --- the transformer block -------------------------------------------------------------------- */

enum { BATCH = 16, TIME = 64, WIDTH = 128, HEADS = 4, INNER = 512, HEAD = WIDTH / HEADS };

/* Projections of the attention and both layers, then weight and bias of two normalizations. */
static void make_block(net *m)
{
    layer(m, AG_SHAPE(3 * WIDTH, WIDTH));
    layer(m, AG_SHAPE(WIDTH, WIDTH));
    layer(m, AG_SHAPE(INNER, WIDTH));
    layer(m, AG_SHAPE(WIDTH, INNER));
    for (int i = 0; i < 2; i++) {
        ones(parameter(m, AG_SHAPE(WIDTH), 0));
        parameter(m, AG_SHAPE(WIDTH), 0);
    }
    m->x = normal(m, AG_SHAPE(BATCH, TIME, WIDTH));
}

static ag_tensor *norm(net *m, int i, ag_tensor *x)
{
    return ag_layer_norm(x, 1, m->p[8 + 2 * i], m->p[9 + 2 * i], 1e-5);
}

/* Queries, keys or values of every head: (BATCH, HEADS, TIME, HEAD). */
static ag_tensor *heads(ag_tensor *all, int which)
{
    ag_tensor *t = ag_slice(all, -1, (int64_t)which * WIDTH, (int64_t)(which + 1) * WIDTH, 1);
    t = ag_reshape(t, AG_SHAPE(BATCH, TIME, HEADS, HEAD));
    return ag_permute(t, AG_AXES(0, 2, 1, 3));
}

/* As nn.TransformerEncoderLayer has it: each half is added to its input, then normalized. */
static ag_tensor *block(net *m)
{
    ag_tensor *all = dense(m, 0, m->x);
    ag_tensor *h = ag_attention(heads(all, 0), heads(all, 1), heads(all, 2), NULL, NULL);
    h = ag_reshape(ag_permute(h, AG_AXES(0, 2, 1, 3)), AG_SHAPE(BATCH, TIME, WIDTH));
    ag_tensor *x = norm(m, 0, ag_add(m->x, dense(m, 1, h)));
    ag_tensor *y = norm(m, 1, ag_add(x, dense(m, 3, ag_gelu(dense(m, 2, x)))));
    return ag_mean(ag_square(y));
}

/* --- measuring -------------------------------------------------------------------------------- */

static void step(void *state)
{
    net *m = state;
    ag_tensor *loss = m->kind->loss(m);
    m->t++;
    ag_status status = ag_backward(loss);
    m->loss = ag_item(loss);
    if (status != AG_OK || m->kind->move(m) != AG_OK) {
        bench_stop(ag_error_message(m->graph));
    }
    for (int i = 0; i < m->n; i++) {
        ag_zero_grad(m->p[i]);
    }
    if (ag_graph_rewind(m->graph, m->mark) != AG_OK) {
        bench_stop(ag_error_message(m->graph));
    }
}

static void measure(const kind *k)
{
    net m = {.graph = ag_graph_new_with(&(ag_graph_options){.dtype = AG_F32}), .kind = k};
    k->make(&m);
    m.mark = ag_graph_mark(m.graph);
    if (ag_error(m.graph) != AG_OK) {
        bench_stop(ag_error_message(m.graph));
    }
    size_t before = ag_graph_get_stats(m.graph).bytes;
    step(&m);
    double first = m.loss, last = first, s = bench_time(step, &m, k->repeats);
    for (int i = 0; i < 100 && !(last < first); i++) {
        step(&m);
        last = m.loss;
    }
    if (!(last < first)) {
        fprintf(stderr, "%s: the loss was %g and is %g\n", k->name, first, last);
        exit(1);
    }
    bench_row(k->name, k->scale * s, k->unit);
    size_t peak = ag_graph_get_stats(m.graph).peak_bytes;
    bench_row(k->memory, 1e-6 * (double)(peak - before), "MB");
    ag_graph_free(m.graph);
}

static const kind kinds[] = {
    {"circles 2-8-6-1 b16 adam step", "circles memory of a step", make_circles, circles, adam, 200,
     1e6, "us/step"},
    {"mnist 784-512-10 b128 rmsprop step", "mnist 784-512-10 memory of a step", make_wide, wide,
     rmsprop, 20, 1e3, "ms/step"},
    {"mnist 784-30-10 b100 sgd step", "mnist 784-30-10 memory of a step", make_narrow, narrow, sgd,
     100, 1e3, "ms/step"},
    {"mnist cnn (seed) b128 rmsprop step", "mnist cnn memory of a step", make_cnn, cnn, rmsprop, 1,
     1e3, "ms/step"},
    {"taxi 7-256-128-64-1 b512 adam step", "taxi memory of a step", make_taxi, taxi, adam, 20, 1e3,
     "ms/step"},
    {"transformer block 16x64x128 step", "transformer memory of a step", make_block, block, adamw,
     5, 1e3, "ms/step"},
};

int main(void)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (bench_wants(kinds[i].name)) {
            measure(&kinds[i]);
        }
    }
    return 0;
}
