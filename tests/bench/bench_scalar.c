/* The scalar path: time of an operation in a small graph that is rewound and recorded again,
 * forward and backward, and memory of a node in a large one. The chain is y = sin(y w), 500 times,
 * as in the PyTorch workload of the same name.
 */
#include <autograd.h>
#include <math.h>

#include "bench.h"

typedef struct chain {
    ag_graph *graph;
    ag_tensor *x, *w;
    ag_mark mark;
    double gradient;
} chain;

/* The backward pass of y; then the graph is as before. */
static void differentiate(chain *c, ag_tensor *y)
{
    ag_zero_grad(c->x);
    ag_zero_grad(c->w);
    if (ag_backward(y) != AG_OK) {
        bench_stop(ag_error_message(c->graph));
    }
    c->gradient = ag_grad_item(c->w);
    if (ag_graph_rewind(c->graph, c->mark) != AG_OK) {
        bench_stop(ag_error_message(c->graph));
    }
}

static void step(void *state)
{
    chain *c = state;
    ag_tensor *y = c->x;
    for (int i = 0; i < 500; i++) {
        y = ag_sin(ag_mul(y, c->w));
    }
    differentiate(c, y);
}

/* The same numbers from loops written by hand: what no recording could be faster than, as each sine
 * waits for the one before. */
static void by_hand(void *state)
{
    chain *c = state;
    double cosine[500], before[500], y = 0.5, w = 0.9, g = 1, gradient = 0;
    for (int i = 0; i < 500; i++) {
        before[i] = y;
        cosine[i] = cos(y * w);
        y = sin(y * w);
    }
    for (int i = 499; i >= 0; i--) {
        double through = g * cosine[i];
        gradient += through * before[i];
        g = through * w;
    }
    c->gradient = gradient;
}

/* Operations of one instruction: y = y w + w. */
static void line(void *state)
{
    chain *c = state;
    ag_tensor *y = c->x;
    for (int i = 0; i < 500; i++) {
        y = ag_add(ag_mul(y, c->w), c->w);
    }
    differentiate(c, y);
}

/* Bytes from the allocator per node, gradients included, after a million operations. */
static double bytes_per_node(void)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *w = ag_variable(g, 0.9), *y = ag_variable(g, 0.5);
    for (int i = 0; i < 1000000; i++) {
        y = ag_mul(y, w);
    }
    if (ag_backward(y) != AG_OK) {
        bench_stop(ag_error_message(g));
    }
    ag_graph_stats stats = ag_graph_get_stats(g);
    ag_graph_free(g);
    return (double)stats.peak_bytes / (double)stats.nodes;
}

static const struct {
    const char *name;
    bench_function f;
} rows[] = {{"scalar 1000 ops fwd+bwd", step},
            {"scalar, the same by hand", by_hand},
            {"scalar, 1000 products and sums", line}};

int main(void)
{
    chain c = {.graph = ag_graph_new()};
    c.x = ag_variable(c.graph, 0.5);
    c.w = ag_variable(c.graph, 0.9);
    c.mark = ag_graph_mark(c.graph);
    if (c.w == NULL) {
        bench_stop(ag_error_message(c.graph));
    }
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (bench_wants(rows[i].name)) {
            bench_row(rows[i].name, bench_time(rows[i].f, &c, 500) * 1e9 / 1000, "ns/op");
        }
    }
    if (bench_wants("scalar node")) {
        bench_row("scalar node", bytes_per_node(), "bytes");
    }
    ag_graph_free(c.graph);
    return 0;
}
