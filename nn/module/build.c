/* Building: the one pass over a sample in which parameters are made. Either all of it succeeds or
 * no parameter has been added. Must not know how parameters begin.
 */
#define AG_NO_SITES
#include <autograd/ops.h>
#include <string.h>

#include "module.h"

static ag_status begin(char *path, nn_module *m, void *user)
{
    (void)path;
    (void)user;
    m->building = true;
    return AG_OK;
}

/* What the pass has made stays, named by its path for messages and figures. */
static ag_status settle(char *path, nn_module *m, void *user)
{
    (void)user;
    for (nn__held_slot *s = m->slots; s != NULL; s = s->next) {
        if (s->fresh) {
            char *end = nn__path_append(path, s->slot.name);
            if (ag_name(s->slot.tensor, path) == NULL) {
                return ag_error(m->graph);
            }
            *end = '\0';
        }
    }
    return AG_OK;
}

static ag_status end(char *path, nn_module *m, void *user)
{
    bool good = *(const bool *)user;
    (void)path;
    m->building = false;
    m->built = m->built || good;
    m->output = NULL;
    for (nn__held_slot **s = &m->slots; *s != NULL;) {
        if ((*s)->fresh && !good) {
            *s = (*s)->next; /* its memory stays with the graph */
        } else {
            (*s)->fresh = false;
            s = &(*s)->next;
        }
    }
    for (nn__kept_tensor *k = m->kept; k != NULL; k = k->next) {
        k->tensor = NULL;
    }
    return AG_OK;
}

ag_status nn_build_on(nn_module *m, ag_tensor *const *sample, int n)
{
    if (m == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    ag_graph *g = m->graph;
    if (ag_error(g) != AG_OK) {
        return ag_error(g); /* of a constructor, mostly */
    }
    if (m->building) {
        return ag_fail(g, AG_ERR_STATE, "a forward function must not build",
                       "nn_build: the network is being built");
    }
    ag_random_state before = ag_random_get_state(g);
    (void)!nn__walk(m, begin, NULL);
    ag_no_grad_enter(g);
    bool good = nn_call_with(m, sample, n) != NULL && ag_error(g) == AG_OK;
    ag_no_grad_leave(g);
    good = good && nn__walk(m, settle, NULL) == AG_OK;
    (void)!nn__walk(m, end, &good);
    if (!good) {
        ag_random_set_state(g, before);
        return ag_error(g) != AG_OK
                   ? ag_error(g)
                   : ag_fail(g, AG_ERR_NULL_ARGUMENT, "a shape, or a tensor, for each input",
                             "nn_build: a sample is NULL");
    }
    return AG_OK;
}

ag_status nn_build(nn_module *m, ag_dtype dtype, ag_shape sample)
{
    if (m == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    if (sample.ndim < 0 || sample.ndim >= AG_MAX_DIMS) {
        return ag_fail(m->graph, AG_ERR_SHAPE, "the batch axis is one more",
                       "nn_build: a sample of %d dimensions; there can be 0 to %d", sample.ndim,
                       AG_MAX_DIMS - 1);
    }
    ag_shape batch = {.ndim = sample.ndim + 1, .dim = {1}};
    memcpy(batch.dim + 1, sample.dim, (size_t)sample.ndim * sizeof sample.dim[0]);
    ag_tensor *zeros = ag_leaf(m->graph, AG_CONSTANT, dtype, batch, NULL);
    return zeros != NULL ? nn_build_on(m, &zeros, 1) : ag_error(m->graph);
}

bool nn_is_built(const nn_module *m)
{
    return m != NULL && m->built;
}
