/* A network of two dense layers, a batch of data without chance and its loss, for the tests of
 * optimizers.
 */
#ifndef SMALL_NET_H
#define SMALL_NET_H

#include "tests/nn/own_modules.h"

typedef struct small {
    ag_graph *graph;
    nn_module *net;
    ag_tensor *x, *y; /* [6,2] and [6,1] */
} small;

/* In a graph of the caller; a scene of a test of memory stops where something is NULL. */
static inline ag_status small_in(small *s, ag_graph *g)
{
    double x[12], y[6];
    for (int i = 0; i < 12; i++) {
        x[i] = sin(i + 1);
        y[i / 2] = cos(i) / 2;
    }
    *s = (small){g, chain(g, dense(g, 3, false), dense(g, 1, false)), NULL, NULL};
    ag_status status =
        s->net != NULL ? nn_build(s->net, ag_graph_dtype(g), AG_SHAPE(2)) : ag_error(g);
    s->x = ag_from_values(g, AG_CONSTANT, AG_SHAPE(6, 2), x);
    s->y = ag_from_values(g, AG_CONSTANT, AG_SHAPE(6, 1), y);
    return status == AG_OK && (s->x == NULL || s->y == NULL) ? ag_error(g) : status;
}

static inline small small_new(ag_dtype dtype)
{
    small s;
    ag_status status =
        small_in(&s, ag_graph_new_with(&(ag_graph_options){.dtype = dtype, .seed = 5}));
    ck_assert_msg(status == AG_OK, "%s", ag_error_message(s.graph));
    return s;
}

/* The mean squared error of the batch, scaled. */
static inline ag_tensor *small_loss(const small *s, double scale)
{
    ag_tensor *error = ag_sub((nn_call)(s->net, s->x), s->y);
    return ag_mul_scalar(ag_mean(ag_square(error)), scale);
}

/* n steps, each with its recording dropped. */
static inline ag_status small_train(const small *s, nn_optimizer *opt, int n)
{
    ag_mark mark = ag_graph_mark(s->graph);
    ag_status status = AG_OK;
    for (int i = 0; i < n && status == AG_OK; i++) {
        ag_tensor *loss = small_loss(s, 1);
        status = loss != NULL ? ag_backward(loss) : ag_error(s->graph);
        status = status == AG_OK ? nn_step(opt) : status;
        ag_status rewound = ag_graph_rewind(s->graph, mark);
        status = status == AG_OK ? rewound : status;
    }
    return status;
}

enum { SMALL_WEIGHTS = 13 }; /* 3x2 + 3 + 1x3 + 1 */

static inline void small_weights(const small *s, double out[SMALL_WEIGHTS])
{
    ck_assert_int_eq(nn_weights_size(s->net), SMALL_WEIGHTS);
    expect_ok(nn_get_weights(s->net, out, SMALL_WEIGHTS));
}

#endif
