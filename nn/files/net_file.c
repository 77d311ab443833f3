/* A network into a file and back. Loading compares everything before it changes anything, and tells
 * all that differs. Must not know the format.
 */
#define AG_NO_SITES
#include <autograd/inspect.h>
#include <stdarg.h>
#include <string.h>

#include "archive.h"

/* Keys that begin so are of this file and no notes of the network. */
static const char own_key[] = "nn.";

/* --- saving ----------------------------------------------------------------------------------- */

typedef struct list {
    nn_named_tensor *named;
    int n, room;
    char *names; /* all of them, one behind the other */
    size_t used, bytes;
} list;

static ag_status count_slot(const char *path, const nn_slot *slot, void *user)
{
    list *l = user;
    (void)slot;
    l->room++;
    l->bytes += strlen(path) + 1;
    return AG_OK;
}

static ag_status add_slot(const char *path, const nn_slot *slot, void *user)
{
    list *l = user;
    size_t bytes = strlen(path) + 1;
    l->named[l->n++] = (nn_named_tensor){memcpy(l->names + l->used, path, bytes), slot->tensor};
    l->used += bytes;
    return AG_OK;
}

static int count_notes(const nn_module *net)
{
    int n = 0;
    while (nn_note_key(net, n) != NULL) {
        n++;
    }
    return n;
}

/* The notes, and what the network was built for. */
static int collect_texts(const nn_module *net, nn_metadata *text, char *input, size_t room)
{
    int n = 0;
    char shape[AG_SHAPE_TEXT];
    ag_dtype dtype;
    ag_shape s = nn_input_shape(net, &dtype);
    snprintf(input, room, "%s %s", ag_dtype_text(dtype), ag_shape_text(s, shape));
    text[n++] = (nn_metadata){"nn.input", input};
    for (int i = 0; nn_note_key(net, i) != NULL; i++) {
        const char *key = nn_note_key(net, i);
        if (strncmp(key, own_key, sizeof own_key - 1) != 0) {
            text[n++] = (nn_metadata){key, nn_get_note(net, key)};
        }
    }
    return n;
}

/* Writes what was counted. */
static ag_status save_counted(const nn_module *net, const char *path, list *l)
{
    ag_graph *g = nn_graph_of(net);
    char input[AG_SHAPE_TEXT + 8];
    size_t n_texts = (size_t)count_notes(net) + 1;
    size_t list_bytes = (size_t)(l->room + 1) * sizeof *l->named;
    nn_metadata *text = ag_graph_alloc(g, n_texts * sizeof *text);
    l->named = ag_graph_alloc(g, list_bytes);
    l->names = ag_graph_alloc(g, l->bytes + 1);
    ag_status status = AG_ERR_MEMORY;
    if (text != NULL && l->named != NULL && l->names != NULL) {
        (void)!nn_visit(net, NULL, add_slot, l);
        int n = collect_texts(net, text, input, sizeof input);
        status = nn_write_tensors(g, path, l->named, l->n, text, n);
    } else {
        ag_fail(g, status, NULL, "nn_save: out of memory");
    }
    ag_graph_release(g, text, n_texts * sizeof *text);
    ag_graph_release(g, l->named, list_bytes);
    ag_graph_release(g, l->names, l->bytes + 1);
    return status;
}

ag_status nn_save(const nn_module *net, const char *path)
{
    list l = {.n = 0};
    if (net == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    if (!nn_is_built(net)) {
        return ag_fail(nn_graph_of(net), AG_ERR_STATE,
                       "call nn_build(network, dtype, shape of a sample)",
                       "nn_save: the network is not built");
    }
    (void)!nn_visit(net, NULL, count_slot, &l);
    return save_counted(net, path, &l);
}

/* --- what differs ----------------------------------------------------------------------------- */

typedef struct load {
    nn__archive archive;
    nn_load_options options;
    double *numbers; /* room for those of the largest tensor */
    int64_t most;
    int differences, matched;
    char text[600]; /* the first differences */
    size_t used;
} load;

static void differs(load *l, const char *format, ...) AG_PRINTF(2, 3);
static void differs(load *l, const char *format, ...)
{
    char line[400];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    if (l->options.report != NULL) {
        fprintf(l->options.report, "%s\n", line);
    }
    size_t room = sizeof l->text - l->used;
    if (l->differences++ == 0 || strlen(line) + 8 < room) {
        const char *before = l->used > 0 ? "; " : "";
        l->used += (size_t)snprintf(l->text + l->used, room, "%s%s", before, line);
    } else if (room > 6) {
        snprintf(l->text + l->used, room, "; ...");
        l->used = sizeof l->text - 1; /* and no more */
    }
}

static bool dtype_fits(const load *l, const nn__file_entry *e, ag_dtype dtype)
{
    bool both_float = e->kind->dtype == AG_F32 || e->kind->dtype == AG_F64;
    return e->kind->dtype == (int)dtype || (l->options.convert && both_float && dtype != AG_I64);
}

static ag_status compare(const char *path, const nn_slot *slot, void *user)
{
    load *l = user;
    nn__file_entry *e = nn__archive_find(&l->archive, path);
    char name[NN__SHOWN], have[AG_SHAPE_TEXT], want[AG_SHAPE_TEXT];
    ag_dtype dtype = ag_dtype_of(slot->tensor);
    nn__shown(path, name);
    l->matched++;
    l->most = ag_size(slot->tensor) > l->most ? ag_size(slot->tensor) : l->most;
    if (e == NULL) {
        differs(l, "\"%s\" is missing", name);
        return AG_OK;
    }
    e->used = true;
    if (!ag_shape_equal(e->shape, ag_shape_of(slot->tensor))) {
        differs(l, "\"%s\" is %s in the file and %s in the network", name,
                ag_shape_text(e->shape, have), ag_shape_text(ag_shape_of(slot->tensor), want));
    } else if (!dtype_fits(l, e, dtype)) {
        differs(l, "\"%s\" is %s in the file and %s in the network", name, e->kind->name,
                nn__file_dtype_of(dtype));
    }
    return AG_OK;
}

static void find_unexpected(load *l)
{
    char name[NN__SHOWN];
    const nn_load_options *o = &l->options;
    for (size_t i = 0; i < l->archive.n; i++) {
        const nn__file_entry *e = &l->archive.entry[i];
        bool ignored =
            (o->ignore != NULL && nn_matches(o->ignore, e->name)) || !nn_matches(o->only, e->name);
        if (!e->used && !ignored) {
            differs(l, "\"%s\" is not in the network", nn__shown(e->name, name));
        }
    }
}

/* --- loading ---------------------------------------------------------------------------------- */

/* Into the tensor. Nothing here can fail any more: all was compared, and there is room. */
static ag_status put(const char *path, const nn_slot *slot, void *user)
{
    load *l = user;
    const nn__file_entry *e = nn__archive_find(&l->archive, path);
    size_t bytes = (size_t)(e->end - e->begin);
    int64_t n = ag_size(slot->tensor);
    void *raw = l->numbers;
    if (e->kind->dtype == (int)ag_dtype_of(slot->tensor)) {
        memcpy(raw, l->archive.data + e->begin, bytes);
        nn__swap_order(raw, (size_t)n, (size_t)e->kind->bytes);
        return ag_write(slot->tensor, raw, bytes);
    }
    for (int64_t i = 0; i < n; i++) {
        const unsigned char *from = l->archive.data + e->begin + i * e->kind->bytes;
        double wide;
        float narrow;
        memcpy(e->kind->dtype == AG_F32 ? (void *)&narrow : (void *)&wide, from,
               (size_t)e->kind->bytes);
        nn__swap_order(e->kind->dtype == AG_F32 ? (void *)&narrow : (void *)&wide, 1,
                       (size_t)e->kind->bytes);
        l->numbers[i] = e->kind->dtype == AG_F32 ? (double)narrow : wide;
    }
    return ag_set(slot->tensor, l->numbers, n);
}

static ag_status put_texts(nn_module *net, const nn__archive *a)
{
    ag_status status = AG_OK;
    for (size_t i = 0; i < a->n_texts && status == AG_OK; i++) {
        if (strncmp(a->text[i].key, own_key, sizeof own_key - 1) != 0) {
            status = nn_set_note(net, a->text[i].key, a->text[i].text);
        }
    }
    return status;
}

/* All differences are found and told before anything changes. */
static ag_status all_fits(load *l, const nn_module *net)
{
    ag_graph *g = l->archive.graph;
    (void)!nn_visit(net, l->options.only, compare, l);
    find_unexpected(l);
    if (l->matched == 0 && l->options.only != NULL) {
        return ag_fail(g, AG_ERR_VALUE, NULL, "%s: nothing in the network matches \"%.80s\"",
                       l->archive.what, l->options.only);
    }
    if (l->differences > 0) {
        return ag_fail(
            g, AG_ERR_SHAPE,
            ".only loads a part, .ignore passes names over, .convert takes another dtype; "
            "nothing has changed",
            "%s: %.200s does not fit the network: %d differences: %s", l->archive.what,
            l->archive.path != NULL ? l->archive.path : "memory", l->differences, l->text);
    }
    return AG_OK;
}

static ag_status apply(load *l, nn_module *net)
{
    ag_status status = all_fits(l, net);
    if (status != AG_OK) {
        return status;
    }
    size_t bytes = ((size_t)l->most + 1) * sizeof(double);
    l->numbers = ag_graph_alloc(l->archive.graph, bytes);
    if (l->numbers == NULL) {
        return ag_fail(l->archive.graph, AG_ERR_MEMORY, NULL, "%s: out of memory", l->archive.what);
    }
    status = l->options.only == NULL ? put_texts(net, &l->archive) : AG_OK;
    status = status == AG_OK ? nn_visit(net, l->options.only, put, l) : status;
    ag_graph_release(l->archive.graph, l->numbers, bytes);
    return status;
}

static ag_status can_load(const nn_module *net, const char *what)
{
    return net == NULL        ? AG_ERR_NULL_ARGUMENT
           : nn_is_built(net) ? AG_OK
                              : ag_fail(nn_graph_of(net), AG_ERR_STATE,
                                        "call nn_build(network, dtype, shape of a sample)",
                                        "%s: the network is not built", what);
}

ag_status nn_load(nn_module *net, const char *path, const nn_load_options *o)
{
    load l = {.options = o != NULL ? *o : (nn_load_options){.only = NULL}};
    ag_status status = can_load(net, "nn_load");
    if (status != AG_OK) {
        return status;
    }
    ag_graph *g = nn_graph_of(net);
    status = nn__archive_open(&l.archive, g, "nn_load", path) ? apply(&l, net) : ag_error(g);
    nn__archive_close(&l.archive);
    return status;
}

ag_status nn_load_bytes(nn_module *net, const void *bytes, size_t n, const nn_load_options *o)
{
    load l = {.options = o != NULL ? *o : (nn_load_options){.only = NULL}};
    ag_status status = can_load(net, "nn_load_bytes");
    if (status != AG_OK) {
        return status;
    }
    ag_graph *g = nn_graph_of(net);
    status = nn__archive_open_bytes(&l.archive, g, "nn_load_bytes", bytes, n) ? apply(&l, net)
                                                                              : ag_error(g);
    nn__archive_close(&l.archive);
    return status;
}
