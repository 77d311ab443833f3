/* Single operations on f32 tensors, as in the PyTorch workload of the same names: matrix products,
 * elementwise functions and reductions of a million numbers, softmax, normalization. Results are
 * dropped after each call, and their memory is used again.
 */
#include <autograd.h>

#include "bench.h"

typedef struct work {
    ag_graph *graph;
    ag_tensor *a, *b;
    ag_mark mark;
    ag_tensor *(*call)(ag_tensor *a, ag_tensor *b);
} work;

static void forward(void *state)
{
    work *w = state;
    if (w->call(w->a, w->b) == NULL || ag_graph_rewind(w->graph, w->mark) != AG_OK) {
        bench_stop(ag_error_message(w->graph));
    }
}

static void both_ways(void *state)
{
    work *w = state;
    ag_zero_grad(w->a);
    if (ag_backward(ag_sum(w->call(w->a, w->b))) != AG_OK ||
        ag_graph_rewind(w->graph, w->mark) != AG_OK) {
        bench_stop(ag_error_message(w->graph));
    }
}

/* Median seconds of one call on two drawn tensors; `role` says whether gradients are wanted. */
static double seconds(ag_shape shape, ag_role role, ag_tensor *(*call)(ag_tensor *, ag_tensor *),
                      bench_function f, int repeats)
{
    work w = {.graph = ag_graph_new_with(&(ag_graph_options){.dtype = AG_F32}), .call = call};
    w.a = ag_full(w.graph, role, shape, 0);
    w.b = ag_full(w.graph, AG_CONSTANT, shape, 0);
    if (w.b == NULL || ag_fill_normal(w.a, 0, 1) != AG_OK || ag_fill_normal(w.b, 0, 1) != AG_OK) {
        bench_stop(ag_error_message(w.graph));
    }
    w.mark = ag_graph_mark(w.graph);
    double s = bench_time(f, &w, repeats);
    ag_graph_free(w.graph);
    return s;
}

static ag_tensor *matmul(ag_tensor *a, ag_tensor *b)
{
    return ag_matmul(a, b);
}

static ag_tensor *add(ag_tensor *a, ag_tensor *b)
{
    return ag_add(a, b);
}

static ag_tensor *exponential(ag_tensor *a, ag_tensor *b)
{
    (void)b;
    return ag_exp(a);
}

static ag_tensor *tangent(ag_tensor *a, ag_tensor *b)
{
    (void)b;
    return ag_tanh(a);
}

static ag_tensor *sum(ag_tensor *a, ag_tensor *b)
{
    (void)b;
    return ag_sum(a);
}

static ag_tensor *softmax(ag_tensor *a, ag_tensor *b)
{
    (void)b;
    return ag_softmax(a, 1);
}

static ag_tensor *layer_norm(ag_tensor *a, ag_tensor *b)
{
    (void)b;
    return ag_layer_norm(a, 1, NULL, NULL, 1e-5);
}

static ag_tensor *batch_norm(ag_tensor *a, ag_tensor *b)
{
    (void)b;
    return ag_batch_norm(a, NULL, NULL, NULL, NULL, &(ag_batch_norm_options){.training = true});
}

/* Of the same queries, keys and values. */
static ag_tensor *attention(ag_tensor *a, ag_tensor *b)
{
    (void)b;
    return ag_attention(a, a, a, NULL, NULL);
}

static ag_tensor *causal(ag_tensor *a, ag_tensor *b)
{
    (void)b;
    return ag_attention(a, a, a, NULL, &(ag_attention_options){.causal = true});
}

typedef struct row {
    const char *name;
    ag_shape shape;
    ag_tensor *(*call)(ag_tensor *, ag_tensor *);
    bench_function f;
    int repeats;
} row;

int main(void)
{
    const ag_shape million = AG_SHAPE(1 << 20), square = AG_SHAPE(1024, 1024);
    const ag_shape images = AG_SHAPE(128, 32, 26, 26), heads = AG_SHAPE(1, 8, 2048, 64);
    const row rows[] = {
        {"sgemm 128", AG_SHAPE(128, 128), matmul, forward, 400},
        {"sgemm 512", AG_SHAPE(512, 512), matmul, forward, 10},
        {"sgemm 1024", AG_SHAPE(1024, 1024), matmul, forward, 3},
        {"add 1M", million, add, forward, 50},
        {"exp 1M", million, exponential, forward, 20},
        {"tanh 1M", million, tangent, forward, 10},
        {"sum 1M", million, sum, forward, 50},
        {"softmax 1024x1024", square, softmax, forward, 10},
        {"layernorm 1024x1024 fwd+bwd", square, layer_norm, both_ways, 10},
        {"batchnorm 128x32x26x26 fwd+bwd", images, batch_norm, both_ways, 3},
        {"attention 8x2048x64 fwd+bwd", heads, attention, both_ways, 1},
        {"attention causal 8x2048x64 fwd+bwd", heads, causal, both_ways, 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const row *r = &rows[i];
        if (bench_wants(r->name)) {
            ag_role role = r->f == both_ways ? AG_VARIABLE : AG_CONSTANT;
            double n = (double)r->shape.dim[0],
                   s = seconds(r->shape, role, r->call, r->f, r->repeats);
            bool product = r->call == matmul;
            bench_row(r->name, product ? 2e-9 * n * n * n / s : 1e6 * s,
                      product ? "GFLOP/s" : "us");
        }
    }
    return 0;
}
