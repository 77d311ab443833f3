/* Modules and how they hang together: making one, giving it children. Must not know tensors. */
#define AG_NO_SITES
#include <autograd/nn_module.h>
#include <stdio.h>
#include <string.h>

#include "module.h"

nn_module *nn_module_new(ag_graph *g, const char *type, size_t bytes, nn_forward forward)
{
    if (g == NULL) {
        return NULL;
    }
    if (type == NULL || forward == NULL) {
        ag_fail(g, AG_ERR_NULL_ARGUMENT, NULL, "nn_module_new: %s is NULL",
                type == NULL ? "the type's name" : "the forward function");
        return NULL;
    }
    nn_module *m = ag_graph_memory(g, sizeof *m);
    void *self = bytes > 0 ? ag_graph_memory(g, bytes) : NULL;
    if (m == NULL || (bytes > 0 && self == NULL)) {
        return NULL;
    }
    m->graph = g;
    m->type = type;
    m->made_at = ag_noted_line(g);
    m->forward = forward;
    m->self = self;
    m->training = true;
    m->output_shape.ndim = m->input_shape.ndim = -1;
    return m;
}

void *nn_self(const nn_module *m)
{
    return m != NULL ? m->self : NULL;
}

ag_graph *nn_graph_of(const nn_module *m)
{
    return m != NULL ? m->graph : NULL;
}

nn_forward nn_forward_of(const nn_module *m)
{
    return m != NULL ? m->forward : NULL;
}

const char *nn_type_of(const nn_module *m)
{
    return m != NULL ? m->type : NULL;
}

/* --- names ------------------------------------------------------------------------------------ */

const char *nn__text_copy(ag_graph *g, const char *text)
{
    size_t bytes = strlen(text) + 1;
    char *copy = ag_graph_memory(g, bytes);
    return copy != NULL ? memcpy(copy, text, bytes) : NULL;
}

bool nn__name_fits(ag_graph *g, const char *what, const char *name)
{
    if (name == NULL) {
        ag_fail(g, AG_ERR_NULL_ARGUMENT, NULL, "%s: the name is NULL", what);
        return false;
    }
    size_t n = strlen(name);
    if (n == 0 || n > NN__LONGEST_NAME || strpbrk(name, ".*?") != NULL) {
        ag_fail(g, AG_ERR_VALUE, "points separate the parts of a path, * and ? are patterns",
                "%s: \"%.80s\" is no name: it must have 1 to %d characters and none of . * ?", what,
                name, NN__LONGEST_NAME);
        return false;
    }
    return true;
}

void nn__names_add(nn__names *names, const char *name)
{
    size_t room = sizeof names->text - names->used;
    const char *before = names->n++ > 0 ? ", " : "";
    if (names->used > 0 && strlen(name) + 8 > room) {
        names->used += (size_t)snprintf(names->text + names->used, room, "%s",
                                        names->text[names->used - 1] == '.' ? "" : ", ...");
        return;
    }
    int n = snprintf(names->text + names->used, room, "%s%.80s", before, name);
    names->used += (size_t)n;
}

char *nn__path_append(char *path, const char *name)
{
    char *end = path + strlen(path);
    size_t room = NN__PATH - (size_t)(end - path);
    snprintf(end, room, "%s%s", end > path ? "." : "", name);
    return end;
}

/* --- the tree --------------------------------------------------------------------------------- */

static int height(const nn_module *m)
{
    int most = 0;
    for (const nn__place *p = m->children; p != NULL; p = p->next_child) {
        int h = 1 + height(p->child);
        most = h > most ? h : most;
    }
    return most;
}

static int depth(const nn_module *m)
{
    int most = 0;
    for (const nn__place *p = m->places; p != NULL; p = p->next_place) {
        int d = 1 + depth(p->parent);
        most = d > most ? d : most;
    }
    return most;
}

static bool is_below(const nn_module *m, const nn_module *above)
{
    if (m == above) {
        return true;
    }
    for (const nn__place *p = m->places; p != NULL; p = p->next_place) {
        if (is_below(p->parent, above)) {
            return true;
        }
    }
    return false;
}

static bool child_fits(const nn_module *m, const char *name, const nn_module *child)
{
    ag_graph *g = m->graph;
    if (child->graph != g) {
        ag_fail(g, AG_ERR_GRAPH, "make all modules of a network in one graph",
                "nn_child: \"%s\" belongs to another graph", name);
        return false;
    }
    if (m->building) {
        ag_fail(g, AG_ERR_STATE, "give a module its children where it is made",
                "nn_child: \"%s\" comes while the network is being built", name);
        return false;
    }
    if (is_below(m, child)) {
        ag_fail(g, AG_ERR_STATE, "a module may be at two places, not within itself",
                "nn_child: \"%s\" would be below itself", name);
        return false;
    }
    for (const nn__place *p = m->children; p != NULL; p = p->next_child) {
        if (strcmp(p->name, name) == 0) {
            ag_fail(g, AG_ERR_VALUE, "give each child a name of its own",
                    "nn_child: there is a child \"%s\" already", name);
            return false;
        }
    }
    if (depth(m) + 1 + height(child) > NN__DEEPEST) {
        ag_fail(g, AG_ERR_VALUE, "put modules side by side in one list",
                "nn_child: with \"%s\" the tree is deeper than %d", name, NN__DEEPEST);
        return false;
    }
    return true;
}

nn_module *nn_child(nn_module *m, const char *name, nn_module *child)
{
    if (m == NULL || child == NULL) {
        return NULL;
    }
    ag_graph *g = m->graph;
    if (!nn__name_fits(g, "nn_child", name) || !child_fits(m, name, child)) {
        return NULL;
    }
    nn__place *p = ag_graph_memory(g, sizeof *p);
    const char *copy = nn__text_copy(g, name);
    if (p == NULL || copy == NULL) {
        return NULL;
    }
    *p = (nn__place){.name = copy, .parent = m, .child = child};
    nn__place **end = &m->children;
    while (*end != NULL) {
        end = &(*end)->next_child;
    }
    *end = p;
    for (end = &child->places; *end != NULL;) {
        end = &(*end)->next_place;
    }
    *end = p;
    return child;
}

nn_module *nn_child_at(const nn_module *m, int i)
{
    const nn__place *p = m != NULL && i >= 0 ? m->children : NULL;
    while (p != NULL && i-- > 0) {
        p = p->next_child;
    }
    return p != NULL ? p->child : NULL;
}
