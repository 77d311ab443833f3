/* Walks over the tree: every module once, every parameter by its path; finding and freezing by
 * name, all weights as one list. Must not know what modules compute.
 */
#define AG_NO_SITES
#include <autograd/ops.h>
#include <string.h>

#include "module.h"

/* --- the walk --------------------------------------------------------------------------------- */

/* The largest number that a walk has left in the tree. A walk marks the modules that it has met
 * with one more, so that it meets those with several places once. */
static uint64_t last_walk(const nn_module *m)
{
    uint64_t most = m->walk;
    for (const nn__place *p = m->children; p != NULL; p = p->next_child) {
        uint64_t walk = last_walk(p->child);
        most = walk > most ? walk : most;
    }
    return most;
}

typedef struct walk {
    uint64_t number;
    nn__module_visitor each;
    void *user;
    char path[NN__PATH];
} walk;

static ag_status walk_down(walk *w, nn_module *m)
{
    m->walk = w->number;
    ag_status status = w->each(w->path, m, w->user);
    for (const nn__place *p = m->children; p != NULL && status == AG_OK; p = p->next_child) {
        if (p->child->walk != w->number) {
            char *end = nn__path_append(w->path, p->name);
            status = walk_down(w, p->child);
            *end = '\0';
        }
    }
    return status;
}

ag_status nn__walk(const nn_module *m, nn__module_visitor each, void *user)
{
    walk w = {.number = last_walk(m) + 1, .each = each, .user = user};
    return walk_down(&w, (nn_module *)m);
}

/* The star that was met last takes one character more whenever what follows it does not match. */
bool nn_matches(const char *pattern, const char *text)
{
    const char *star = NULL, *from = NULL;
    if (pattern == NULL) {
        return true;
    }
    while (*text != '\0') {
        if (*pattern == '*') {
            star = ++pattern;
            from = text;
        } else if (*pattern == '?' || *pattern == *text) {
            pattern++;
            text++;
        } else if (star != NULL) {
            pattern = star;
            text = ++from;
        } else {
            return false;
        }
    }
    while (*pattern == '*') {
        pattern++;
    }
    return *pattern == '\0';
}

typedef struct visit {
    const char *pattern;
    nn_visitor each;
    void *user;
} visit;

static ag_status visit_slots(char *path, nn_module *m, void *user)
{
    const visit *v = user;
    ag_status status = AG_OK;
    for (const nn__held_slot *s = m->slots; s != NULL && status == AG_OK; s = s->next) {
        char *end = nn__path_append(path, s->slot.name);
        if (nn_matches(v->pattern, path)) {
            status = v->each(path, &s->slot, v->user);
        }
        *end = '\0';
    }
    return status;
}

ag_status nn_visit(const nn_module *m, const char *pattern, nn_visitor each, void *user)
{
    if (m == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    if (each == NULL) {
        return ag_fail(m->graph, AG_ERR_NULL_ARGUMENT, NULL, "nn_visit: there is no function");
    }
    visit v = {pattern, each, user};
    return nn__walk(m, visit_slots, &v);
}

typedef struct module_visit {
    nn_on_module each;
    void *user;
} module_visit;

static ag_status visit_module(char *path, nn_module *m, void *user)
{
    const module_visit *v = user;
    return v->each(path, m, v->user);
}

ag_status nn_visit_modules(const nn_module *m, nn_on_module each, void *user)
{
    if (m == NULL || each == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    module_visit v = {each, user};
    return nn__walk(m, visit_module, &v);
}

typedef struct list {
    ag_tensor **out;
    int n, room;
} list;

static ag_status add_to_list(const char *path, const nn_slot *slot, void *user)
{
    list *l = user;
    (void)path;
    if (!slot->buffer) {
        if (l->n < l->room && l->out != NULL) {
            l->out[l->n] = slot->tensor;
        }
        l->n++;
    }
    return AG_OK;
}

int nn_parameters(const nn_module *m, const char *pattern, ag_tensor **out, int room)
{
    list l = {out, 0, room};
    return m != NULL && nn_visit(m, pattern, add_to_list, &l) == AG_OK ? l.n : 0;
}
