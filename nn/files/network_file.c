/* A network in an archive, under its names or behind a prefix, and alone in a file. Must not know
 * the format.
 */
#define AG_NO_SITES
#include "archive.h"

#include <string.h>

static bool is_built(nn_archive *a, const nn_module *net)
{
    if (net == NULL) {
        return nn__archive_fail(a, AG_ERR_NULL_ARGUMENT, -1, "the network is NULL");
    }
    if (!nn_is_built(net)) {
        return nn__archive_fail(a, AG_ERR_STATE, -1,
                                "the network is not built: call nn_build(network, dtype, shape of "
                                "a sample)");
    }
    return nn_graph_of(net) == a->graph ||
           nn__archive_fail(a, AG_ERR_GRAPH, -1, "the network belongs to another graph");
}

/* prefix and path behind each other; NULL and a failure. */
static const char *full_name(nn_archive *a, const char *prefix, const char *path)
{
    size_t bytes = strlen(prefix) + strlen(path) + 1;
    char *name = nn__archive_keep(a, bytes);
    if (name != NULL) {
        snprintf(name, bytes, "%s%s", prefix, path);
    }
    return name;
}

/* --- into an archive -------------------------------------------------------------------------- */

typedef struct saving {
    nn_archive *archive;
    const char *prefix;
} saving;

static ag_status add_slot(const char *path, const nn_slot *slot, void *user)
{
    const saving *s = user;
    const char *name = full_name(s->archive, s->prefix, path);
    if (name != NULL) {
        nn_archive_set_tensor(s->archive, name, slot->tensor);
    }
    return s->archive->status;
}

/* The notes, and what the network was built for. */
static void add_texts(nn_archive *a, const nn_module *net)
{
    char shape[AG_SHAPE_TEXT], input[AG_SHAPE_TEXT + 8];
    ag_dtype dtype;
    ag_shape s = nn_input_shape(net, &dtype);
    snprintf(input, sizeof input, "%s %s", ag_dtype_text(dtype), ag_shape_text(s, shape));
    nn_archive_set_text(a, "nn.input", input);
    for (int i = 0; nn_note_key(net, i) != NULL; i++) {
        const char *key = nn_note_key(net, i);
        if (!nn__is_own_key(key)) {
            nn_archive_set_text(a, key, nn_get_note(net, key));
        }
    }
}

void nn_archive_set_network(nn_archive *a, const char *prefix, const nn_module *net)
{
    saving s = {a, prefix != NULL ? prefix : ""};
    if (nn__archive_ready(a, "nn_archive_set_network", false) && is_built(a, net)) {
        (void)!nn_visit(net, NULL, add_slot, &s);
        if (*s.prefix == '\0') {
            add_texts(a, net);
        }
    }
}

/* --- out of an archive ------------------------------------------------------------------------ */

typedef struct loading {
    nn_archive *archive;
    const nn_load_options *options;
    const char *prefix;
    int matched;
} loading;

static ag_status want_slot(const char *path, const nn_slot *slot, void *user)
{
    loading *l = user;
    const char *name = full_name(l->archive, l->prefix, path);
    l->matched++;
    if (name != NULL) {
        nn__archive_aim(l->archive, name, slot->tensor, l->options->convert);
    }
    return l->archive->status;
}

/* Names that a checkpoint has beside those of the network. */
static bool is_beside(const char *name)
{
    static const char *const first[] = {"optimizer.", "best.", "training."};
    for (size_t i = 0; i < sizeof first / sizeof first[0]; i++) {
        if (strncmp(name, first[i], strlen(first[i])) == 0) {
            return true;
        }
    }
    return false;
}

/* Behind the prefix there may only be names that the network has. */
static void find_unexpected(const loading *l)
{
    char shown[NN__SHOWN];
    nn_archive *a = l->archive;
    const nn_load_options *o = l->options;
    size_t before = strlen(l->prefix);
    bool checkpoint = before == 0 && nn_archive_get_text(a, "nn.kind") != NULL;
    for (int64_t i = 0; i < a->n; i++) {
        const char *name = a->entry[i].name;
        bool ours = strncmp(name, l->prefix, before) == 0 && !(checkpoint && is_beside(name));
        bool ignored = ours && ((o->ignore != NULL && nn_matches(o->ignore, name + before)) ||
                                !nn_matches(o->only, name + before));
        if (ours && !ignored && !a->entry[i].used) {
            nn__archive_differs(a, "\"%s\" is not in the network", nn__shown(name, shown));
        }
    }
}

void nn__archive_get_part(nn_archive *a, nn_module *net, const nn_load_options *o)
{
    loading l = {a, o, o->prefix != NULL ? o->prefix : "", 0};
    if (!is_built(a, net)) {
        return;
    }
    (void)!nn_visit(net, o->only, want_slot, &l);
    find_unexpected(&l);
    if (l.matched == 0 && o->only != NULL) {
        nn__archive_fail(a, AG_ERR_VALUE, -1, "nothing in the network matches \"%.80s\"", o->only);
    }
    if (*l.prefix == '\0' && o->only == NULL) {
        a->net = net;
    }
}

void nn_archive_get_network(nn_archive *a, const char *prefix, nn_module *net)
{
    if (nn__archive_ready(a, "nn_archive_get_network", true)) {
        nn__archive_get_part(a, net, &(nn_load_options){.prefix = prefix});
    }
}

/* --- alone in a file -------------------------------------------------------------------------- */

ag_status nn_save(const nn_module *net, const char *path)
{
    if (net == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    nn_archive *a = nn__archive_begin(nn_graph_of(net), "nn_save");
    if (a == NULL) {
        return AG_ERR_MEMORY;
    }
    nn_archive_set_network(a, NULL, net);
    ag_status status = nn_archive_save(a, path);
    nn_archive_free(a);
    return status;
}

/* The end of loading, of the archive too. */
static ag_status load(nn_archive *a, bool read, nn_module *net, const nn_load_options *o)
{
    const nn_load_options usual = {.only = NULL};
    o = o != NULL ? o : &usual;
    if (read) {
        a->differences.report = o->report;
        nn__archive_get_part(a, net, o);
    }
    ag_status status = a == NULL ? AG_ERR_MEMORY : read ? nn_archive_apply(a) : a->status;
    nn_archive_free(a);
    return status;
}

ag_status nn_load(nn_module *net, const char *path, const nn_load_options *o)
{
    if (net == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    nn_archive *a = nn__archive_begin(nn_graph_of(net), "nn_load");
    return load(a, a != NULL && is_built(a, net) && nn__archive_read(a, path), net, o);
}

ag_status nn_load_bytes(nn_module *net, const void *bytes, size_t n, const nn_load_options *o)
{
    if (net == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    nn_archive *a = nn__archive_begin(nn_graph_of(net), "nn_load_bytes");
    return load(a, a != NULL && is_built(a, net) && nn__archive_read_bytes(a, bytes, n), net, o);
}
