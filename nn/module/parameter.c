/* Parameters and buffers: made when the network is built, found by their names from then on. Their
 * penalties, and parameters that two modules share. Must not know what layers there are.
 */
#define AG_NO_SITES
#include <autograd/ops.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "module.h"

nn__held_slot *nn__slot_find(const nn_module *m, const char *name)
{
    nn__held_slot *s = m->slots;
    while (s != NULL && strcmp(s->slot.name, name) != 0) {
        s = s->next;
    }
    return s;
}

nn__link *nn__link_find(const nn_module *m, const char *name)
{
    nn__link *l = m->links;
    while (l != NULL && strcmp(l->name, name) != 0) {
        l = l->next;
    }
    return l;
}

/* --- making ----------------------------------------------------------------------------------- */

/* Not there: either nothing has been built, or the name is none of those that were asked for
 * then. */
static void fail_missing(const nn_module *m, const char *what, const char *name)
{
    nn__names names = {{0}, 0, 0};
    if (!m->built) {
        ag_fail(
            m->graph, AG_ERR_STATE,
            "call nn_build(network, dtype, shape of a sample) first, before the mark that steps "
            "rewind to",
            "%s: \"%.80s\" is not there, since the network is not built", what, name);
        return;
    }
    for (const nn__held_slot *s = m->slots; s != NULL; s = s->next) {
        nn__names_add(&names, s->slot.name);
    }
    ag_fail(m->graph, AG_ERR_STATE, "is the name misspelled, or asked for in training only?",
            "%s: no \"%.80s\" was asked for when the network was built, only %s", what, name,
            names.n > 0 ? names.text : "nothing");
}

static nn__held_slot *slot_add(nn_module *m, const char *name, ag_tensor *tensor, bool buffer)
{
    nn__held_slot *s = ag_graph_memory(m->graph, sizeof *s);
    const char *copy = nn__text_copy(m->graph, name);
    if (s == NULL || copy == NULL || tensor == NULL) {
        return NULL;
    }
    s->slot = (nn_slot){.name = copy, .tensor = tensor, .buffer = buffer};
    s->fresh = true;
    nn__held_slot **end = &m->slots;
    while (*end != NULL) {
        end = &(*end)->next;
    }
    *end = s;
    return s;
}

/* Is the slot of this shape? Otherwise an error. */
static bool shape_fits(const nn_module *m, const char *what, const nn_slot *slot, ag_shape want)
{
    ag_shape have = ag_shape_of(slot->tensor);
    char built[AG_SHAPE_TEXT], now[AG_SHAPE_TEXT];
    if (ag_shape_equal(have, want)) {
        return true;
    }
    ag_fail(m->graph, AG_ERR_SHAPE, "is the input as wide as the sample was?",
            "%s: \"%s\" has shape %s since the network was built, and now %s is wanted", what,
            slot->name, ag_shape_text(have, built), ag_shape_text(want, now));
    return false;
}

/* For use in a forward function. */
static ag_tensor *handed_out(const nn_slot *slot)
{
    return slot->frozen && !slot->buffer ? ag_detach(slot->tensor) : slot->tensor;
}

static ag_tensor *made(nn_module *m, const char *name, ag_shape shape, const nn_init *init)
{
    ag_graph *g = m->graph;
    ag_tensor *t = ag_full(g, AG_PARAMETER, shape, 0);
    if (t == NULL || nn__init_fill(t, init) != AG_OK || slot_add(m, name, t, false) == NULL) {
        return NULL;
    }
    return t;
}

ag_tensor *nn_parameter(nn_module *m, const char *name, ag_shape shape, nn_init init)
{
    if (m == NULL) {
        return NULL;
    }
    const nn__held_slot *s = name != NULL ? nn__slot_find(m, name) : NULL;
    const nn__link *l = s == NULL && name != NULL ? nn__link_find(m, name) : NULL;
    if (l != NULL) {
        return nn_parameter(l->with, l->theirs, shape, init);
    }
    if (s != NULL) {
        return shape_fits(m, "nn_parameter", &s->slot, shape) ? handed_out(&s->slot) : NULL;
    }
    if (!nn__name_fits(m->graph, "nn_parameter", name)) {
        return NULL;
    }
    if (!m->building) {
        fail_missing(m, "nn_parameter", name);
        return NULL;
    }
    return made(m, name, shape, &init);
}

ag_tensor *nn_buffer(nn_module *m, const char *name, ag_shape shape, double value)
{
    if (m == NULL || !nn__name_fits(m->graph, "nn_buffer", name)) {
        return NULL;
    }
    const nn__held_slot *s = nn__slot_find(m, name);
    if (s != NULL) {
        return shape_fits(m, "nn_buffer", &s->slot, shape) ? handed_out(&s->slot) : NULL;
    }
    if (!m->building) {
        fail_missing(m, "nn_buffer", name);
        return NULL;
    }
    ag_tensor *t = ag_full(m->graph, AG_CONSTANT, shape, value);
    return slot_add(m, name, t, true) != NULL ? t : NULL;
}

bool nn_is_frozen(const nn_module *m, const char *name)
{
    const nn__held_slot *s = m != NULL && name != NULL ? nn__slot_find(m, name) : NULL;
    return s != NULL && s->slot.frozen;
}

/* Does following the links from (with, theirs) lead to (m, name)? */
static bool goes_round(const nn_module *m, const char *name, const nn_module *with,
                       const char *theirs)
{
    while (with != m || strcmp(theirs, name) != 0) {
        const nn__link *l = nn__link_find(with, theirs);
        if (l == NULL) {
            return false;
        }
        with = l->with;
        theirs = l->theirs;
    }
    return true;
}

ag_status nn_share(nn_module *m, const char *name, nn_module *with, const char *theirs)
{
    if (m == NULL || with == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    ag_graph *g = m->graph;
    if (!nn__name_fits(g, "nn_share", name) || !nn__name_fits(g, "nn_share", theirs)) {
        return ag_error(g);
    }
    if (with->graph != g) {
        return ag_fail(g, AG_ERR_GRAPH, "make all modules of a network in one graph",
                       "nn_share: the modules belong to different graphs");
    }
    if (nn__slot_find(m, name) != NULL || nn__link_find(m, name) != NULL) {
        return ag_fail(g, AG_ERR_STATE, "share before nn_build, and once",
                       "nn_share: the module has a parameter \"%s\" already", name);
    }
    if (goes_round(m, name, with, theirs)) {
        return ag_fail(g, AG_ERR_STATE, "one of the modules must own it",
                       "nn_share: \"%s\" would be shared with itself", name);
    }
    nn__link *l = ag_graph_memory(g, sizeof *l);
    const char *mine = nn__text_copy(g, name), *copy = nn__text_copy(g, theirs);
    if (l == NULL || mine == NULL || copy == NULL) {
        return AG_ERR_MEMORY;
    }
    *l = (nn__link){.name = mine, .theirs = copy, .with = with, .next = m->links};
    m->links = l;
    return AG_OK;
}
