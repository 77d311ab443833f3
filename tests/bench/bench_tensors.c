/* Single operations on f32 tensors, as in the PyTorch workload of the same names: matrix products,
 * elementwise functions and reductions of a million numbers, softmax, layer normalisation. Results
 * are dropped after each call, and their memory is used again.
 */
#include <autograd.h>

#include "bench.h"

typedef struct work {
    ag_graph *graph;
    ag_tensor *a, *b;
    ag_mark mark;
    ag_tensor *(*call)(ag_tensor *a, ag_tensor *b);
} work;

static void stop(const ag_graph *g)
{
    fprintf(stderr, "%s\n", ag_error_message(g));
    exit(1);
}

static void forward(void *state)
{
    work *w = state;
    if (w->call(w->a, w->b) == NULL || ag_graph_rewind(w->graph, w->mark) != AG_OK) {
        stop(w->graph);
    }
}

static void both_ways(void *state)
{
    work *w = state;
    ag_zero_grad(w->a);
    if (ag_backward(ag_sum(w->call(w->a, w->b))) != AG_OK ||
        ag_graph_rewind(w->graph, w->mark) != AG_OK) {
        stop(w->graph);
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
        stop(w.graph);
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

static void product_row(const char *name, int64_t n, int repeats)
{
    double s = seconds(AG_SHAPE(n, n), AG_CONSTANT, matmul, forward, repeats);
    bench_row(name, 2e-9 * (double)(n * n * n) / s, "GFLOP/s");
}

int main(void)
{
    const ag_shape million = AG_SHAPE(1 << 20), square = AG_SHAPE(1024, 1024);
    product_row("sgemm 128", 128, 400);
    product_row("sgemm 512", 512, 10);
    product_row("sgemm 1024", 1024, 3);
    bench_row("add 1M", 1e6 * seconds(million, AG_CONSTANT, add, forward, 50), "us");
    bench_row("exp 1M", 1e6 * seconds(million, AG_CONSTANT, exponential, forward, 20), "us");
    bench_row("tanh 1M", 1e6 * seconds(million, AG_CONSTANT, tangent, forward, 10), "us");
    bench_row("sum 1M", 1e6 * seconds(million, AG_CONSTANT, sum, forward, 50), "us");
    bench_row("softmax 1024x1024", 1e6 * seconds(square, AG_CONSTANT, softmax, forward, 10), "us");
    bench_row("layernorm 1024x1024 fwd+bwd",
              1e6 * seconds(square, AG_VARIABLE, layer_norm, both_ways, 10), "us");
    return 0;
}
