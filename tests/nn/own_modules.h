/* Modules of one's own, as a user would write them, for tests of the tree: a dense layer, two
 * modules one after the other, a gain of a fixed size. Must not know the layers of the library.
 */
#ifndef OWN_MODULES_H
#define OWN_MODULES_H

#include "tests/expect.h"

typedef struct dense_self {
    int64_t out;
    bool penalized;
} dense_self;

static inline ag_tensor *dense_forward(nn_module *m, ag_tensor *x)
{
    const dense_self *s = nn_self(m);
    int64_t in = ag_shape_of(x).dim[ag_shape_of(x).ndim - 1];
    ag_tensor *w =
        nn_parameter(m, "weight", AG_SHAPE(s->out, in), (nn_init){NN_DEFAULT, 0, 0, 0, 0});
    ag_tensor *b = nn_parameter(m, "bias", AG_SHAPE(s->out), (nn_init){NN_ZEROS, 0, 0, 0, 0});
    if (s->penalized && nn_penalize(m, "weight", (nn_penalty){0.5, 0.25}) != AG_OK) {
        return NULL;
    }
    return w != NULL && b != NULL ? (ag_linear)(x, w, b) : NULL;
}

static inline nn_module *dense(ag_graph *g, int64_t out, bool penalized)
{
    nn_module *m = nn_module_new(g, "dense", sizeof(dense_self), dense_forward);
    dense_self *s = nn_self(m);
    if (s != NULL) {
        *s = (dense_self){out, penalized};
    }
    return m;
}

/* x times a parameter "gain" of n numbers. */
static inline ag_tensor *fixed_forward(nn_module *m, ag_tensor *x)
{
    const int64_t *n = nn_self(m);
    return (ag_mul)(x, (nn_parameter)(m, "gain", AG_SHAPE(*n), (nn_init){NN_ZEROS, 0, 0, 0, 0}));
}

static inline nn_module *fixed(ag_graph *g, int64_t n)
{
    nn_module *m = nn_module_new(g, "fixed", sizeof n, fixed_forward);
    if (m != NULL) {
        *(int64_t *)nn_self(m) = n;
    }
    return m;
}

static inline ag_tensor *chain_forward(nn_module *m, ag_tensor *x)
{
    for (int i = 0; nn_child_at(m, i) != NULL; i++) {
        x = (nn_call)(nn_child_at(m, i), x);
    }
    return x;
}

static inline nn_module *chain(ag_graph *g, nn_module *first, nn_module *second)
{
    nn_module *m = nn_module_new(g, "chain", 0, chain_forward);
    bool good = nn_child(m, "first", first) != NULL && nn_child(m, "second", second) != NULL;
    return good ? m : NULL;
}

#endif
