/* Calls: running a module's forward function, and what can be read from its last call. Training and
 * evaluation mode. Must not know parameters.
 */
#define AG_NO_SITES
#include <autograd/nn_module.h>
#include <string.h>

#include "module.h"

/* The name under which the module that is running has this one; NULL where none that is running
 * has. */
static const char *name_in_caller(const nn_module *m)
{
    const nn__place *p = m->places;
    while (p != NULL && p->parent->running == 0) {
        p = p->next_place;
    }
    return p != NULL ? p->name : NULL;
}

static ag_tensor *run(nn_module *m, ag_tensor *const *in, int n)
{
    ag_graph *g = m->graph;
    ag_tensor *const *in_before = m->in;
    int n_before = m->n_in;
    m->in = in;
    m->n_in = n;
    m->running++;
    ag_tensor *y = m->forward(m, in[0]);
    m->running--;
    m->in = in_before;
    m->n_in = n_before;
    if (y == NULL && ag_error(g) == AG_OK) {
        ag_fail(g, AG_ERR_STATE, "return what the last operation gave",
                "nn_call: the forward function gave NULL without an error");
    }
    m->output = y;
    return y;
}

ag_tensor *nn_call_with(nn_module *m, ag_tensor *const *in, int n)
{
    if (m == NULL) {
        return NULL;
    }
    ag_graph *g = m->graph;
    if (in == NULL || n < 1) {
        ag_fail(g, AG_ERR_NULL_ARGUMENT, NULL, "nn_call_with: there are no inputs");
        return NULL;
    }
    for (int i = 0; i < n; i++) {
        if (in[i] == NULL) {
            return NULL;
        }
        if (ag_graph_of(in[i]) != g) {
            ag_fail(g, AG_ERR_GRAPH, "make the input in the graph of the network: nn_graph_of(net)",
                    "nn_call: the input belongs to another graph");
            return NULL;
        }
    }
    ag_scope scope = {.name = name_in_caller(m), .kind = m->type, .made_at = m->made_at};
    ag_scope_enter(g, &scope);
    ag_tensor *y = run(m, in, n);
    ag_scope_leave(g, &scope);
    if (y != NULL && m->building) {
        m->output_shape = ag_shape_of(y);
        m->input_shape = ag_shape_of(in[0]);
        m->input_dtype = ag_dtype_of(in[0]);
    }
    return y;
}

ag_tensor *nn_call(nn_module *m, ag_tensor *x)
{
    return nn_call_with(m, &x, 1);
}

ag_tensor *nn_input(const nn_module *m, int i)
{
    return m != NULL && i >= 0 && i < m->n_in ? m->in[i] : NULL;
}

/* --- what the last call left ------------------------------------------------------------------ */

ag_tensor *nn_output(const nn_module *m)
{
    return m != NULL ? m->output : NULL;
}

ag_shape nn_output_shape(const nn_module *m)
{
    return m != NULL && m->output_shape.ndim >= 0 ? m->output_shape : AG_SCALAR;
}

ag_shape nn_input_shape(const nn_module *m, ag_dtype *dtype)
{
    bool known = m != NULL && m->input_shape.ndim >= 0;
    if (dtype != NULL) {
        *dtype = known ? m->input_dtype : AG_F64;
    }
    return known ? m->input_shape : AG_SCALAR;
}

static nn__kept_tensor *kept_find(const nn_module *m, const char *name)
{
    nn__kept_tensor *k = m->kept;
    while (k != NULL && strcmp(k->name, name) != 0) {
        k = k->next;
    }
    return k;
}

ag_tensor *nn_keep(nn_module *m, const char *name, ag_tensor *t)
{
    if (m == NULL || name == NULL) {
        return t;
    }
    nn__kept_tensor *k = kept_find(m, name);
    if (k == NULL && m->building) { /* above a mark its memory would go away with the step */
        k = ag_graph_memory(m->graph, sizeof *k);
        if (k == NULL) {
            return NULL;
        }
        *k = (nn__kept_tensor){name, NULL, m->kept};
        m->kept = k;
    }
    if (k != NULL) {
        k->tensor = t;
    }
    return t;
}

ag_tensor *nn_kept(const nn_module *m, const char *name)
{
    const nn__kept_tensor *k = m != NULL && name != NULL ? kept_find(m, name) : NULL;
    return k != NULL ? k->tensor : NULL;
}

/* --- mode ------------------------------------------------------------------------------------- */

static ag_status set_training(char *path, nn_module *m, void *user)
{
    (void)path;
    m->training = *(const bool *)user;
    return AG_OK;
}

void nn_set_training(nn_module *m, bool on)
{
    if (m != NULL) {
        (void)!nn__walk(m, set_training, &on);
    }
}

bool nn_is_training(const nn_module *m)
{
    return m != NULL && m->training && !m->building;
}
