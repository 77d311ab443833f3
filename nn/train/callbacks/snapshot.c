/* A copy of a network's parameters and buffers, frozen ones too. */
#include "snapshot.h"

#include "monitor.h"

#include <string.h>

static ag_status add_slot(const char *path, const nn_slot *slot, void *user)
{
    nn__snapshot *s = user;
    ag_tensor *t = slot->tensor;
    nn__copy_of *c = ag_graph_memory(s->graph, sizeof *c);
    const char *name = nn__kept_text(s->graph, path);
    ag_tensor *copy = ag_leaf(s->graph, AG_CONSTANT, ag_dtype_of(t), ag_shape_of(t), NULL);
    if (c == NULL || name == NULL || copy == NULL) {
        return AG_ERR_MEMORY;
    }
    *c = (nn__copy_of){t, copy, name, NULL};
    *s->end = c;
    s->end = &c->next;
    return AG_OK;
}

ag_status nn__snapshot_open(nn__snapshot *s, const nn_module *net)
{
    *s = (nn__snapshot){.graph = nn_graph_of(net)};
    s->end = &s->first;
    return nn_visit(net, NULL, add_slot, s);
}

static ag_status copy_all(ag_tensor *to, const ag_tensor *from)
{
    return ag_size(from) > 0 ? ag_write(to, ag_data(from),
                                        (size_t)ag_size(from) * ag_dtype_bytes(ag_dtype_of(from)))
                             : AG_OK;
}

ag_status nn__snapshot_take(nn__snapshot *s, const nn_event *e)
{
    ag_status status = e->averaged ? nn_swap_average(e->optimizer) : AG_OK;
    for (const nn__copy_of *c = s->first; c != NULL && status == AG_OK; c = c->next) {
        status = copy_all(c->copy, c->of);
    }
    ag_status back = e->averaged ? nn_swap_average(e->optimizer) : AG_OK;
    status = status == AG_OK ? back : status;
    s->taken = status == AG_OK;
    return status;
}

ag_status nn__snapshot_restore(const nn__snapshot *s)
{
    ag_status status = AG_OK;
    for (const nn__copy_of *c = s->first; s->taken && c != NULL && status == AG_OK; c = c->next) {
        status = copy_all(c->of, c->copy);
    }
    return status;
}
