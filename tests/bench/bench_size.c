/* Time against the size of a graph: y = y w + x with w = 1, over and over, recorded and
 * differentiated, in graphs of a thousand to ten million operations. No number of it becomes so
 * small that the processor takes longer for it, as those of a chain of sines would: its gradients
 * leave the range of normal numbers after some ten thousand. The time is to stay the same for each
 * operation: on memory that is used again, but for what the caches no longer hold; and in a new
 * graph, which also has the system's zeroed pages to pay for.
 */
#include <autograd.h>

#include "bench.h"

typedef struct chain {
    ag_graph *graph;
    ag_tensor *x, *w;
    ag_mark mark;
    int ops;
} chain;

static void make(chain *c)
{
    c->graph = ag_graph_new();
    c->x = ag_variable(c->graph, 0.5);
    c->w = ag_variable(c->graph, 1);
    c->mark = ag_graph_mark(c->graph);
}

static void run(chain *c)
{
    ag_tensor *y = c->x;
    for (int i = 0; i < c->ops; i += 2) {
        y = ag_add(ag_mul(y, c->w), c->x);
    }
    if (ag_backward(y) != AG_OK) {
        bench_stop(ag_error_message(c->graph));
    }
}

static void again(void *state)
{
    chain *c = state;
    run(c);
    ag_zero_grad(c->x);
    ag_zero_grad(c->w);
    if (ag_graph_rewind(c->graph, c->mark) != AG_OK) {
        bench_stop(ag_error_message(c->graph));
    }
}

static void anew(void *state)
{
    chain *c = state;
    make(c);
    run(c);
    ag_graph_free(c->graph);
}

/* One row: nanoseconds of an operation, each figure from some hundred thousand of them at least. */
static void measure(const char *what, bench_function f, int power)
{
    char name[64];
    chain c = {.ops = 1};
    for (int i = 0; i < power; i++) {
        c.ops *= 10;
    }
    snprintf(name, sizeof name, "graph of 1e%d ops, %s", power, what);
    if (bench_wants(name)) {
        make(&c);
        ag_graph *first = c.graph;
        double s = bench_time(f, &c, c.ops < 100000 ? 200000 / c.ops : 1);
        bench_row(name, 1e9 * s / c.ops, "ns/op");
        ag_graph_free(first);
    }
}

int main(void)
{
    for (int power = 3; power <= 7; power++) {
        measure("memory used again", again, power);
    }
    for (int power = 3; power <= 7; power++) {
        measure("a new graph", anew, power);
    }
    return 0;
}
