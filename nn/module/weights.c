/* All parameters of a tree as one list of numbers, in and out. */
#define AG_NO_SITES
#include <autograd/nn_module.h>

#include "module.h"

typedef struct list {
    double *out;
    const double *in;
    int64_t n;
} list;

static ag_status add_size(const char *path, const nn_slot *slot, void *user)
{
    (void)path;
    ((list *)user)->n += slot->buffer ? 0 : ag_size(slot->tensor);
    return AG_OK;
}

static ag_status copy_slot(const char *path, const nn_slot *slot, void *user)
{
    list *l = user;
    int64_t n = ag_size(slot->tensor), from = l->n;
    (void)path;
    if (slot->buffer) {
        return AG_OK;
    }
    l->n += n;
    return l->out != NULL ? ag_get(slot->tensor, l->out + from, n)
                          : ag_set(slot->tensor, l->in + from, n);
}

int64_t nn_weights_size(const nn_module *m)
{
    list l = {NULL, NULL, 0};
    return m != NULL && nn_visit(m, NULL, add_size, &l) == AG_OK ? l.n : 0;
}

static ag_status copy_all(const nn_module *m, const char *what, list l, int64_t n)
{
    if (m == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    if (l.out == NULL && l.in == NULL) {
        return ag_fail(m->graph, AG_ERR_NULL_ARGUMENT, NULL, "%s: the numbers are NULL", what);
    }
    if (n != nn_weights_size(m)) {
        return ag_fail(m->graph, AG_ERR_SHAPE, "nn_weights_size says how many there are",
                       "%s: %lld numbers for %lld weights", what, (long long)n,
                       (long long)nn_weights_size(m));
    }
    return nn_visit(m, NULL, copy_slot, &l);
}

ag_status nn_get_weights(const nn_module *m, double *out, int64_t n)
{
    return copy_all(m, "nn_get_weights", (list){.out = out}, n);
}

ag_status nn_set_weights(nn_module *m, const double *in, int64_t n)
{
    return copy_all(m, "nn_set_weights", (list){.in = in}, n);
}
