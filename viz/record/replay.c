/* The recorded computation done again with other numbers. The operations are those of the nodes, so
 * this knows none of them. An operation that draws random numbers draws others.
 */
#include "replay.h"

#include <math.h>

/* Gives a copy of a leaf its new elements. */
static ag_status draw(ag_tensor *copy, viz__record *r, size_t step, viz__leaf_value leaf,
                      void *user)
{
    ag_status status = AG_OK;
    double *x = viz__elements(r, step, false, &status);
    for (int64_t i = 0; x != NULL && i < r->fact[step].size; i++) {
        x[i] = leaf(user, r, step, x[i]);
    }
    status = x != NULL ? ag_set(copy, x, r->fact[step].size) : status;
    viz__elements_free(r, step, x);
    return status;
}

static ag_tensor *copy_leaf(viz__replay *p, size_t step, viz__leaf_value leaf, void *user)
{
    viz__record *r = p->record;
    const ag_tensor *t = viz__node(r, step);
    size_t bytes = r->fact[step].bytes;
    void *data = viz__array(r->graph, bytes, 1);
    ag_tensor *copy = NULL;
    if (data != NULL && ag_read(t, data, bytes) == AG_OK) {
        copy = ag_leaf(p->graph, r->fact[step].role, ag_dtype_of(t), ag_shape_of(t), data);
    }
    if (copy != NULL && leaf != NULL) {
        copy = draw(copy, r, step, leaf, user) == AG_OK ? copy : NULL;
    }
    viz__array_free(r->graph, data, bytes, 1);
    return copy;
}

/* Records the operation of a node with operands from `node`. */
static ag_tensor *again(const viz__replay *p, ag_tensor *const *node, size_t step)
{
    const viz__record *r = p->record;
    size_t first = r->first_edge[step], n = r->first_edge[step + 1] - first;
    ag_tensor *few[8] = {NULL}, **in = n <= 8 ? few : viz__array(r->graph, n, sizeof *in);
    ag_tensor *t = NULL;
    if (in != NULL) {
        for (size_t i = 0; i < n; i++) {
            in[i] = node[r->edge[first + i].from];
        }
        t = ag_apply_again(viz__node(r, step), in, (int)n);
    }
    if (in != few) {
        viz__array_free(r->graph, in, n, sizeof *in);
    }
    return t;
}

/* Why something on the new graph failed. */
static ag_status failure(const viz__replay *p)
{
    return p->graph != NULL && ag_error(p->graph) != AG_OK ? ag_error(p->graph) : AG_ERR_MEMORY;
}

static ag_status name_node(viz__replay *p, size_t step)
{
    const char *given = ag_name_of(viz__node(p->record, step));
    return given == NULL || ag_name(p->node[step], given) != NULL ? AG_OK : AG_ERR_MEMORY;
}

/* The new graph has its memory from the reader's graph, and so from the reader's allocator. */
static void *get(void *context, size_t bytes)
{
    return ag_graph_alloc(context, bytes);
}

static void put(void *context, void *memory, size_t bytes)
{
    ag_graph_release(context, memory, bytes);
}

ag_graph *viz__graph_beside(viz__record *r)
{
    return ag_graph_new_with(
        &(ag_graph_options){.allocator = {get, put, r->graph}, .dtype = ag_graph_dtype(r->graph)});
}

ag_status viz__replay_new(viz__replay *p, viz__record *r, viz__leaf_value leaf, void *user)
{
    *p = (viz__replay){.record = r};
    p->graph = viz__graph_beside(r);
    p->node = viz__array(r->graph, r->n, sizeof(ag_tensor *));
    p->with = viz__array(r->graph, r->n, sizeof(ag_tensor *));
    ag_status status = AG_OK;
    if (p->graph == NULL || p->node == NULL || p->with == NULL) {
        return AG_ERR_MEMORY;
    }
    for (size_t i = 0; i < r->n && status == AG_OK; i++) {
        p->node[i] = viz__is_leaf(r, i) ? copy_leaf(p, i, leaf, user) : again(p, p->node, i);
        status = p->node[i] != NULL ? name_node(p, i) : failure(p);
    }
    p->base = ag_graph_mark(p->graph);
    return status;
}

void viz__replay_free(viz__replay *p)
{
    ag_graph *g = p->record->graph;
    ag_graph_free(p->graph);
    viz__array_free(g, p->node, p->record->n, sizeof(ag_tensor *));
    viz__array_free(g, p->with, p->record->n, sizeof(ag_tensor *));
}

/* A leaf with the values of the node at `step`, but for one element. */
static ag_tensor *changed(viz__replay *p, size_t step, int64_t at, double value)
{
    viz__record *r = p->record;
    ag_status status;
    double *x = viz__elements(r, step, false, &status);
    ag_tensor *t = NULL;
    if (x != NULL) {
        const ag_tensor *old = viz__node(r, step);
        x[at] = value;
        t = ag_leaf(p->graph, AG_CONSTANT, ag_dtype_of(old), ag_shape_of(old), NULL);
        if (t != NULL && ag_set(t, x, r->fact[step].size) != AG_OK) {
            t = NULL;
        }
    }
    viz__elements_free(r, step, x);
    return t;
}

/* Does the node have an operand that is not as it was? */
static bool depends(const viz__replay *p, size_t step)
{
    const viz__record *r = p->record;
    for (size_t e = r->first_edge[step]; e < r->first_edge[step + 1]; e++) {
        if (p->with[r->edge[e].from] != p->node[r->edge[e].from]) {
            return true;
        }
    }
    return false;
}

ag_status viz__replay_with(viz__replay *p, size_t step, int64_t at, double value, double *root)
{
    const viz__record *r = p->record;
    size_t last = viz__root(r);
    ag_no_grad_enter(p->graph);
    for (size_t i = 0; i < r->n; i++) {
        p->with[i] = p->node[i];
    }
    p->with[step] = changed(p, step, at, value);
    bool good = p->with[step] != NULL;
    for (size_t i = step + 1; i < r->n && good; i++) {
        if (depends(p, i)) {
            p->with[i] = again(p, p->with, i);
            good = p->with[i] != NULL;
        }
    }
    ag_status status = good ? ag_get(p->with[last], root, 1) : failure(p);
    ag_no_grad_leave(p->graph);
    ag_status back = ag_graph_rewind(p->graph, p->base);
    return status != AG_OK ? status : back;
}

/* --- a single node ---------------------------------------------------------------------------- */

static ag_status read_again(const ag_tensor *t, size_t n, double *value, double *partial)
{
    for (size_t i = 0; partial != NULL && i < n; i++) {
        if (!ag_local_partial(t, (int)i, &partial[i])) {
            partial[i] = (double)NAN;
        }
    }
    return ag_get(t, value, 1);
}

ag_status viz__node_again(viz__record *r, size_t step, const double *operand, double *value,
                          double *partial)
{
    size_t first = r->first_edge[step], n = r->first_edge[step + 1] - first;
    ag_tensor *in[VIZ__MOST_AGAIN] = {NULL}, *t = NULL;
    if (n > VIZ__MOST_AGAIN) {
        return AG_ERR_OVERFLOW;
    }
    ag_graph *g = viz__graph_beside(r);
    for (size_t i = 0; g != NULL && i < n; i++) {
        const ag_tensor *old = viz__node(r, r->edge[first + i].from);
        ag_role role = ag_dtype_of(old) == AG_I64 ? AG_CONSTANT : AG_VARIABLE;
        in[i] = ag_leaf(g, role, ag_dtype_of(old), AG_SCALAR, NULL);
        in[i] = in[i] != NULL && ag_set(in[i], &operand[i], 1) == AG_OK ? in[i] : NULL;
    }
    if (g != NULL && (n == 0 || in[n - 1] != NULL)) {
        t = ag_apply_again(viz__node(r, step), in, (int)n);
    }
    ag_status status = t != NULL ? read_again(t, n, value, partial) : AG_ERR_MEMORY;
    if (g != NULL && ag_error(g) != AG_OK) {
        status = ag_error(g);
    }
    ag_graph_free(g);
    return status;
}
