/* By name: the tensor or module at a path, freezing what matches a pattern. */
#define AG_NO_SITES
#include <autograd/nn_module.h>
#include <string.h>

#include "module.h"

/* --- paths ------------------------------------------------------------------------------------ */

/* The child whose name is the first part of *path, which then begins with the next part; NULL where
 * there is none. */
static nn_module *step_down(const nn_module *m, const char **path)
{
    size_t n = strcspn(*path, ".");
    for (const nn__place *p = m->children; p != NULL; p = p->next_child) {
        if (strlen(p->name) == n && memcmp(p->name, *path, n) == 0) {
            *path += (*path)[n] == '.' ? n + 1 : n;
            return p->child;
        }
    }
    return NULL;
}

static ag_status add_module_name(char *path, nn_module *m, void *user)
{
    (void)m;
    if (*path != '\0') {
        nn__names_add(user, path);
    }
    return AG_OK;
}

static ag_status add_slot_name(const char *path, const nn_slot *slot, void *user)
{
    (void)slot;
    nn__names_add(user, path);
    return AG_OK;
}

static void fail_unknown(const nn_module *m, const char *what, const char *path,
                         const nn__names *names)
{
    ag_fail(m->graph, AG_ERR_VALUE, m->built ? NULL : "parameters are made by nn_build",
            "%s: there is no \"%.80s\", only %s", what, path != NULL ? path : "NULL",
            names->n > 0 ? names->text : "nothing");
}

nn_module *nn_find_module(const nn_module *m, const char *path)
{
    const nn_module *at = m;
    for (const char *rest = path; at != NULL && rest != NULL && *rest != '\0';) {
        at = step_down(at, &rest);
    }
    if (m != NULL && (at == NULL || path == NULL)) {
        nn__names names = {{0}, 0, 0};
        (void)!nn__walk(m, add_module_name, &names);
        fail_unknown(m, "nn_find_module", path, &names);
        return NULL;
    }
    return (nn_module *)at;
}

static nn__held_slot *slot_at(const nn_module *m, const char *path)
{
    const nn_module *at = m;
    while (at != NULL && strchr(path, '.') != NULL) {
        at = step_down(at, &path);
    }
    nn__held_slot *s = at != NULL ? nn__slot_find(at, path) : NULL;
    for (const nn__link *l; at != NULL && s == NULL && (l = nn__link_find(at, path)) != NULL;) {
        at = l->with;
        path = l->theirs;
        s = nn__slot_find(at, path);
    }
    return s;
}

ag_tensor *nn_find(const nn_module *m, const char *path)
{
    if (m == NULL) {
        return NULL;
    }
    nn__held_slot *s = path != NULL ? slot_at(m, path) : NULL;
    if (s == NULL) {
        nn__names names = {{0}, 0, 0};
        (void)!nn_visit(m, NULL, add_slot_name, &names);
        fail_unknown(m, "nn_find", path, &names);
        return NULL;
    }
    return s->slot.tensor;
}

/* --- freezing --------------------------------------------------------------------------------- */

typedef struct freeze {
    const char *pattern;
    bool on;
    int n;
} freeze;

/* The gradient that a parameter had before it was frozen must not move it after it is thawed. */
static ag_status freeze_slots(char *path, nn_module *m, void *user)
{
    freeze *f = user;
    for (nn__held_slot *s = m->slots; s != NULL; s = s->next) {
        char *end = nn__path_append(path, s->slot.name);
        if (nn_matches(f->pattern, path)) {
            f->n++;
            s->slot.frozen = f->on;
            ag_zero_grad(s->slot.tensor);
        }
        *end = '\0';
    }
    return AG_OK;
}

ag_status nn_freeze(nn_module *m, const char *pattern, bool on)
{
    if (m == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    freeze f = {pattern, on, 0};
    (void)!nn__walk(m, freeze_slots, &f);
    if (f.n == 0) {
        nn__names names = {{0}, 0, 0};
        (void)!nn_visit(m, NULL, add_slot_name, &names);
        fail_unknown(m, "nn_freeze", pattern, &names);
        return AG_ERR_VALUE;
    }
    return AG_OK;
}
