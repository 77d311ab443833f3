/* Recurrent layers, forward and backward, as torch_bench.py has them under the same names:
 * sequences of 32 places, in batches of 64, from width 64 to hidden states of 128, in f32. The
 * gradients of the parameters begin anew in each step.
 */
#include <autograd.h>

#include "bench.h"

enum { PLACES = 32, BATCH = 64, IN = 64, HIDDEN = 128, PARAMETERS = 4 };

typedef struct layer {
    ag_graph *graph;
    nn_module *module;
    ag_tensor *x, *parameter[PARAMETERS];
    ag_mark mark;
} layer;

static void step(void *state)
{
    layer *l = state;
    ag_tensor *y = ag_sum(nn_call(l->module, l->x));
    if (ag_backward(y) != AG_OK || ag_graph_rewind(l->graph, l->mark) != AG_OK) {
        bench_stop(ag_error_message(l->graph));
    }
    for (int i = 0; i < PARAMETERS; i++) {
        ag_zero_grad(l->parameter[i]);
    }
}

typedef nn_module *maker(ag_graph *g, int64_t hidden, const nn_recurrent_options *o);

static void measure(const char *name, maker *make)
{
    if (!bench_wants(name)) {
        return;
    }
    layer l = {.graph = ag_graph_new_with(&(ag_graph_options){.dtype = AG_F32, .seed = 1})};
    l.module = make(l.graph, HIDDEN, NULL);
    l.x = ag_full(l.graph, AG_CONSTANT, AG_SHAPE(BATCH, PLACES, IN), 0);
    if (l.module == NULL || ag_fill_normal(l.x, 0, 1) != AG_OK ||
        nn_build(l.module, AG_F32, AG_SHAPE(PLACES, IN)) != AG_OK ||
        nn_parameters(l.module, NULL, l.parameter, PARAMETERS) != PARAMETERS) {
        bench_stop(ag_error_message(l.graph));
    }
    l.mark = ag_graph_mark(l.graph);
    bench_row(name, 1e3 * bench_time(step, &l, 5), "ms");
    ag_graph_free(l.graph);
}

int main(void)
{
    measure("rnn 32x64, 64-128 fwd+bwd", (nn_rnn));
    measure("lstm 32x64, 64-128 fwd+bwd", (nn_lstm));
    measure("gru 32x64, 64-128 fwd+bwd", (nn_gru));
    return 0;
}
