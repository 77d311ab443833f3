/* Texts that are saved with a network, by key: what its classes are called, where its data came
 * from. They are sorted, so that many are no slower than few. Must not know files.
 */
#define AG_NO_SITES
#include "module.h"

#include <autograd/inspect.h>
#include <stdlib.h>
#include <string.h>

/* --- by key ----------------------------------------------------------------------------------- */

static int by_key(const void *p, const void *q)
{
    return strcmp(((const nn_note *)p)->key, ((const nn_note *)q)->key);
}

const char *nn_get_note(const nn_module *m, const char *key)
{
    nn_note wanted = {key, NULL};
    bool some = m != NULL && key != NULL && m->n_notes > 0;
    const nn_note *n =
        some ? bsearch(&wanted, m->note, (size_t)m->n_notes, sizeof wanted, by_key) : NULL;
    return n != NULL ? n->text : NULL;
}

const char *nn_note_key(const nn_module *m, int i)
{
    return m != NULL && i >= 0 && i < m->n_notes ? m->note[i].key : NULL;
}

/* --- many at once ----------------------------------------------------------------------------- */

/* A new note, and which of them it is: of two with one key the later one counts. */
typedef struct fresh_note {
    nn_note note;
    int i;
} fresh_note;

static int by_key_and_age(const void *p, const void *q)
{
    const fresh_note *x = p, *y = q;
    int order = strcmp(x->note.key, y->note.key);
    return order != 0 ? order : (x->i > y->i) - (x->i < y->i);
}

/* Old and new ones in order; how many there are. */
static int merge(const nn_module *m, const fresh_note *fresh, int n, nn_note *out)
{
    int old = 0, to = 0;
    for (int i = 0; i < n; i++) {
        int order = 1;
        while (old < m->n_notes && (order = by_key(&m->note[old], &fresh[i].note)) < 0) {
            out[to++] = m->note[old++];
        }
        old += old < m->n_notes && order == 0;
        if (i + 1 == n || strcmp(fresh[i].note.key, fresh[i + 1].note.key) != 0) {
            out[to++] = fresh[i].note;
        }
    }
    while (old < m->n_notes) {
        out[to++] = m->note[old++];
    }
    return to;
}

static bool copy_notes(nn_module *m, const nn_note *notes, int n, fresh_note *out)
{
    for (int i = 0; i < n; i++) {
        out[i] = (fresh_note){
            {nn__text_copy(m->graph, notes[i].key), nn__text_copy(m->graph, notes[i].text)}, i};
        if (out[i].note.key == NULL || out[i].note.text == NULL) {
            return false;
        }
    }
    return true;
}

/* Room for so many notes, those there are in it. */
static bool make_room(nn_module *m, int n)
{
    if (n <= m->note_room) {
        return true;
    }
    nn_note *list = ag_graph_memory(m->graph, 2 * (size_t)n * sizeof *list);
    if (list != NULL && m->n_notes > 0) {
        memcpy(list, m->note, (size_t)m->n_notes * sizeof *list);
    }
    if (list != NULL) {
        m->note = list;
        m->note_room = 2 * n;
    }
    return list != NULL;
}

/* With memory for the new ones, and for all. */
static bool add_notes(nn_module *m, const nn_note *notes, int n, fresh_note *fresh, nn_note *all)
{
    if (!copy_notes(m, notes, n, fresh) || !make_room(m, m->n_notes + n)) {
        return false;
    }
    qsort(fresh, (size_t)n, sizeof *fresh, by_key_and_age);
    m->n_notes = merge(m, fresh, n, all);
    memcpy(m->note, all, (size_t)m->n_notes * sizeof *all);
    return true;
}

static ag_status set_notes(nn_module *m, const char *what, const nn_note *notes, int n)
{
    for (int i = 0; i < n; i++) {
        if (notes[i].key == NULL || notes[i].text == NULL) {
            return ag_fail(m->graph, AG_ERR_NULL_ARGUMENT, NULL, "%s: the %s is NULL", what,
                           notes[i].key == NULL ? "key" : "text");
        }
    }
    if (n <= 0) {
        return AG_OK;
    }
    size_t fresh_bytes = (size_t)n * sizeof(fresh_note);
    size_t all_bytes = ((size_t)m->n_notes + (size_t)n) * sizeof(nn_note);
    fresh_note *fresh = ag_graph_alloc(m->graph, fresh_bytes);
    nn_note *all = ag_graph_alloc(m->graph, all_bytes);
    bool good = fresh != NULL && all != NULL && add_notes(m, notes, n, fresh, all);
    ag_graph_release(m->graph, fresh, fresh_bytes);
    ag_graph_release(m->graph, all, all_bytes);
    return good ? AG_OK : ag_fail(m->graph, AG_ERR_MEMORY, NULL, "%s: out of memory", what);
}

ag_status nn_set_notes(nn_module *m, const nn_note *notes, int n)
{
    if (m == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    if (notes == NULL && n > 0) {
        return ag_fail(m->graph, AG_ERR_NULL_ARGUMENT, NULL, "nn_set_notes: the notes are NULL");
    }
    return set_notes(m, "nn_set_notes", notes, n);
}

ag_status nn_set_note(nn_module *m, const char *key, const char *text)
{
    return m != NULL ? set_notes(m, "nn_set_note", &(nn_note){key, text}, 1) : AG_ERR_NULL_ARGUMENT;
}

/* --- classes ---------------------------------------------------------------------------------- */

/* Notes "classes" with their number and "class.0", "class.1", ... with their names. */
typedef struct class_text {
    char text[32];
} class_text;

static const char *class_key(class_text *key, int64_t c)
{
    snprintf(key->text, sizeof key->text, "class.%lld", (long long)c);
    return key->text;
}

static ag_status set_classes(nn_module *m, const char *const *names, int n, class_text *key,
                             nn_note *note)
{
    class_text count;
    for (int c = 0; c < n; c++) {
        note[c] = (nn_note){class_key(&key[c], c), names[c]};
    }
    snprintf(count.text, sizeof count.text, "%d", n);
    note[n] = (nn_note){"classes", count.text};
    return set_notes(m, "nn_set_classes", note, n + 1);
}

ag_status nn_set_classes(nn_module *m, const char *const *names, int64_t n)
{
    if (m == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    if (names == NULL || n < 0 || n >= INT32_MAX) {
        return ag_fail(m->graph, names == NULL ? AG_ERR_NULL_ARGUMENT : AG_ERR_VALUE, NULL,
                       "nn_set_classes: %s", names == NULL ? "the names are NULL" : "a bad number");
    }
    size_t key_bytes = (size_t)(n + 1) * sizeof(class_text);
    size_t note_bytes = (size_t)(n + 1) * sizeof(nn_note);
    class_text *key = ag_graph_alloc(m->graph, key_bytes);
    nn_note *note = ag_graph_alloc(m->graph, note_bytes);
    ag_status status = key != NULL && note != NULL ? set_classes(m, names, (int)n, key, note)
                                                   : ag_fail(m->graph, AG_ERR_MEMORY, NULL,
                                                             "nn_set_classes: out of memory");
    ag_graph_release(m->graph, key, key_bytes);
    ag_graph_release(m->graph, note, note_bytes);
    return status;
}

/* A note that was loaded may claim any number, so as many count as have a name. */
int64_t nn_class_count(const nn_module *m)
{
    const char *text = nn_get_note(m, "classes");
    long long most = text != NULL ? strtoll(text, NULL, 10) : 0, n = 0;
    class_text key;
    while (n < most && nn_get_note(m, class_key(&key, n)) != NULL) {
        n++;
    }
    return n;
}

const char *nn_class_called(const nn_module *m, int64_t c)
{
    class_text key;
    const char *text = nn_get_note(m, "classes");
    bool known = text != NULL && c >= 0 && c < strtoll(text, NULL, 10);
    return known ? nn_get_note(m, class_key(&key, c)) : NULL;
}
