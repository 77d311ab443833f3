/* Modules made of modules: one after the other, around a shortcut, side by side; and a function as
 * a module. Must not know other layers.
 */
#define AG_NO_SITES
#include <autograd/ops.h>
#include <stdio.h>

#include "layer.h"

/* The modules of a list in the order of their names, and room for their results. */
typedef struct list {
    int n, axis;
    nn_module **module;
    ag_tensor **result;
} list;

/* Gives m the children "0", "1", ... */
static nn_module *with_children(nn_module *m, nn_module *const *from, int n, int axis)
{
    ag_graph *g = nn_graph_of(m);
    list *l = nn_self(m);
    if (l == NULL) {
        return NULL;
    }
    l->n = n;
    l->axis = axis;
    l->module = ag_graph_memory(g, (size_t)n * sizeof *l->module);
    l->result = ag_graph_memory(g, (size_t)n * sizeof(ag_tensor *));
    for (int i = 0; i < n && l->module != NULL && l->result != NULL; i++) {
        char name[16];
        snprintf(name, sizeof name, "%d", i);
        if (from[i] == NULL && ag_error(g) == AG_OK) {
            ag_fail(g, AG_ERR_NULL_ARGUMENT, NULL, "nn_%s: module %d of %d is NULL", nn_type_of(m),
                    i, n);
        }
        l->module[i] = nn_child(m, name, from[i]);
        if (l->module[i] == NULL) {
            return NULL;
        }
    }
    return l->module != NULL && l->result != NULL ? m : NULL;
}

static bool list_fits(ag_graph *g, const char *what, nn_module *const *from, int n)
{
    if (g != NULL && (from == NULL || n < 1)) {
        ag_fail(g, AG_ERR_VALUE, "nn_identity(g) leaves its input as it is",
                "nn_%s: the list of modules is empty", what);
    }
    return g != NULL && from != NULL && n >= 1;
}

ag_tensor *nn__sequential_forward(nn_module *m, ag_tensor *x)
{
    const list *l = nn_self(m);
    for (int i = 0; i < l->n; i++) {
        x = nn_call(l->module[i], x);
    }
    return x;
}

nn_module *nn_sequential_of(ag_graph *g, nn_module *const *from, int n)
{
    return list_fits(g, "sequential", from, n)
               ? with_children(nn_module_new(g, "sequential", sizeof(list), nn__sequential_forward),
                               from, n, 0)
               : NULL;
}

ag_tensor *nn__branches_forward(nn_module *m, ag_tensor *x)
{
    const list *l = nn_self(m);
    for (int i = 0; i < l->n; i++) {
        l->result[i] = nn_call(l->module[i], x);
        if (l->result[i] == NULL) {
            return NULL;
        }
    }
    return ag_concat(l->result, l->n, l->axis);
}

int nn__branches_axis(const nn_module *branches)
{
    return ((const list *)nn_self(branches))->axis;
}

nn_module *nn_branches_of(ag_graph *g, int axis, nn_module *const *from, int n)
{
    return list_fits(g, "branches", from, n)
               ? with_children(nn_module_new(g, "branches", sizeof(list), nn__branches_forward),
                               from, n, axis)
               : NULL;
}

/* --- residual --------------------------------------------------------------------------------- */

typedef struct residual {
    nn_module *body, *shortcut;
} residual;

ag_tensor *nn__residual_forward(nn_module *m, ag_tensor *x)
{
    const residual *r = nn_self(m);
    ag_tensor *y = nn_call(r->body, x);
    return ag_add(y, r->shortcut != NULL ? nn_call(r->shortcut, x) : x);
}

nn_module *nn_residual(ag_graph *g, nn_module *body, nn_module *shortcut)
{
    nn_module *m = nn_module_new(g, "residual", sizeof(residual), nn__residual_forward);
    residual *r = nn_self(m);
    if (r == NULL) {
        return NULL;
    }
    r->body = nn_child(m, "body", body);
    r->shortcut = shortcut != NULL ? nn_child(m, "shortcut", shortcut) : NULL;
    if (body == NULL && ag_error(g) == AG_OK) {
        ag_fail(g, AG_ERR_NULL_ARGUMENT, "a module; the shortcut may be NULL",
                "nn_residual: the body is NULL");
    }
    return r->body != NULL && (shortcut == NULL || r->shortcut != NULL) ? m : NULL;
}

/* --- itself ----------------------------------------------------------------------------------- */

static ag_tensor *identity_forward(nn_module *m, ag_tensor *x)
{
    (void)m;
    return x;
}

nn_module *nn_identity(ag_graph *g)
{
    return nn_module_new(g, "identity", 0, identity_forward);
}

/* --- a function ------------------------------------------------------------------------------- */

typedef struct lambda {
    nn_function function;
    void *user;
} lambda;

static ag_tensor *lambda_forward(nn_module *m, ag_tensor *x)
{
    const lambda *l = nn_self(m);
    return l->function(x, l->user);
}

nn_module *nn_lambda(ag_graph *g, nn_function function, void *user)
{
    if (g != NULL && function == NULL) {
        ag_fail(g, AG_ERR_NULL_ARGUMENT, NULL, "nn_lambda: the function is NULL");
        return NULL;
    }
    return nn__layer_new(g, "lambda", lambda_forward, &(lambda){function, user}, sizeof(lambda));
}
