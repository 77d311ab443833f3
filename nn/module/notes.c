/* Texts that are saved with a network, by key: what its classes are called, where its data came
 * from. Must not know files.
 */
#define AG_NO_SITES
#include <autograd/nn_module.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "module.h"

static nn__held_note *note_find(const nn_module *m, const char *key)
{
    nn__held_note *n = m->notes;
    while (n != NULL && strcmp(n->key, key) != 0) {
        n = n->next;
    }
    return n;
}

static ag_status note_add(nn_module *m, const char *key, const char *text)
{
    nn__held_note *n = ag_graph_memory(m->graph, sizeof *n);
    const char *copy = nn__text_copy(m->graph, key);
    if (n == NULL || copy == NULL) {
        return AG_ERR_MEMORY;
    }
    *n = (nn__held_note){.key = copy, .text = text};
    nn__held_note **end = &m->notes;
    while (*end != NULL) {
        end = &(*end)->next;
    }
    *end = n;
    return AG_OK;
}

ag_status nn_set_note(nn_module *m, const char *key, const char *text)
{
    if (m == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    if (key == NULL || text == NULL) {
        return ag_fail(m->graph, AG_ERR_NULL_ARGUMENT, NULL, "nn_set_note: the %s is NULL",
                       key == NULL ? "key" : "text");
    }
    nn__held_note *n = note_find(m, key);
    const char *copy = nn__text_copy(m->graph, text);
    if (copy == NULL) {
        return AG_ERR_MEMORY;
    }
    if (n != NULL) {
        n->text = copy;
        return AG_OK;
    }
    return note_add(m, key, copy);
}

const char *nn_get_note(const nn_module *m, const char *key)
{
    const nn__held_note *n = m != NULL && key != NULL ? note_find(m, key) : NULL;
    return n != NULL ? n->text : NULL;
}

const char *nn_note_key(const nn_module *m, int i)
{
    const nn__held_note *n = m != NULL && i >= 0 ? m->notes : NULL;
    while (n != NULL && i-- > 0) {
        n = n->next;
    }
    return n != NULL ? n->key : NULL;
}

/* --- classes ---------------------------------------------------------------------------------- */

/* Notes "classes" with their number and "class.0", "class.1", ... with their names. */
static void class_key(char key[32], int64_t c)
{
    snprintf(key, 32, "class.%lld", (long long)c);
}

ag_status nn_set_classes(nn_module *m, const char *const *names, int64_t n)
{
    char key[32], count[32];
    if (m == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    if (names == NULL || n < 0) {
        return ag_fail(m->graph, names == NULL ? AG_ERR_NULL_ARGUMENT : AG_ERR_VALUE, NULL,
                       "nn_set_classes: %s", names == NULL ? "the names are NULL" : "fewer than 0");
    }
    for (int64_t c = 0; c < n; c++) {
        class_key(key, c);
        ag_status status = nn_set_note(m, key, names[c]);
        if (status != AG_OK) {
            return status;
        }
    }
    snprintf(count, sizeof count, "%lld", (long long)n);
    return nn_set_note(m, "classes", count);
}

/* A note that was loaded may claim any number, so as many count as have a name. */
int64_t nn_class_count(const nn_module *m)
{
    const char *text = nn_get_note(m, "classes");
    long long most = text != NULL ? strtoll(text, NULL, 10) : 0, n = 0;
    char key[32];
    for (class_key(key, 0); n < most && nn_get_note(m, key) != NULL; class_key(key, n)) {
        n++;
    }
    return n;
}

const char *nn_class_called(const nn_module *m, int64_t c)
{
    char key[32];
    class_key(key, c);
    return c >= 0 && c < nn_class_count(m) ? nn_get_note(m, key) : NULL;
}
