/* An archive that is being filled: what it holds, and whose it is. What fails is kept, and nothing
 * is done after it. Must not know the format.
 */
#define AG_NO_SITES
#include "archive.h"

#include <string.h>

nn_archive *nn__archive_begin(ag_graph *g, const char *voice)
{
    nn_archive *a = ag_graph_alloc(g, sizeof *a);
    if (a == NULL) {
        ag_fail(g, AG_ERR_MEMORY, NULL, "%s: out of memory",
                voice != NULL ? voice : "nn_archive_new");
        return NULL;
    }
    *a = (nn_archive){.graph = g, .voice = voice, .what = voice};
    return a;
}

nn_archive *nn_archive_new(ag_graph *g, const char *kind)
{
    nn_archive *a = g != NULL ? nn__archive_begin(g, NULL) : NULL;
    if (kind != NULL) {
        nn_archive_set_text(a, "nn.kind", kind);
    }
    return a;
}

void nn_archive_free(nn_archive *a)
{
    if (a == NULL) {
        return;
    }
    for (nn__archive_block *b = a->blocks, *next; b != NULL; b = next) {
        next = b->next;
        ag_graph_release(a->graph, b, b->bytes);
    }
    nn__scratch_free(&a->entry_memory);
    nn__scratch_free(&a->text_memory);
    nn__scratch_free(&a->target_memory);
    nn__source_close(&a->in);
    ag_graph_release(a->graph, a, sizeof *a);
}

ag_graph *nn_archive_graph(const nn_archive *a)
{
    return a != NULL ? a->graph : NULL;
}

void *nn__archive_keep(nn_archive *a, size_t bytes)
{
    size_t begin = (sizeof(nn__archive_block) + 15) / 16 * 16;
    nn__archive_block *b = bytes < SIZE_MAX / 2 ? ag_graph_alloc(a->graph, begin + bytes) : NULL;
    if (b == NULL) {
        nn__archive_fail(a, AG_ERR_MEMORY, -1, "out of memory");
        return NULL;
    }
    *b = (nn__archive_block){a->blocks, begin + bytes};
    a->blocks = b;
    return (char *)b + begin;
}

bool nn__archive_ready(nn_archive *a, const char *what, bool loaded)
{
    if (a == NULL || a->status != AG_OK) {
        return false;
    }
    a->what = a->voice != NULL ? a->voice : what;
    return a->loaded == loaded ||
           nn__archive_fail(a, AG_ERR_STATE, -1,
                            loaded ? "the archive was not loaded" : "the archive was loaded");
}

void *nn__archive_grow(nn_archive *a, nn__scratch *list, int64_t n, size_t each)
{
    void *memory = nn__scratch_grow(list, a->graph, n + 1, each);
    if (memory == NULL) {
        a->status = a->status == AG_OK ? ag_error(a->graph) : a->status;
    }
    return memory;
}

/* --- what it holds ---------------------------------------------------------------------------- */

static const void *keep_copy(nn_archive *a, const void *from, size_t bytes)
{
    void *copy = nn__archive_keep(a, bytes);
    return copy != NULL && bytes > 0 ? memcpy(copy, from, bytes) : copy;
}

static bool is_null(nn_archive *a, const void *p, const char *which)
{
    return p == NULL && !nn__archive_fail(a, AG_ERR_NULL_ARGUMENT, -1, "the %s is NULL", which);
}

static void add_entry(nn_archive *a, const char *name, nn__file_entry e)
{
    e.name = keep_copy(a, name, strlen(name) + 1);
    nn__file_entry *list = nn__archive_grow(a, &a->entry_memory, a->n, sizeof e);
    if (e.name != NULL && list != NULL) {
        a->entry = list;
        a->entry[a->n++] = e;
    }
}

void nn_archive_set_text(nn_archive *a, const char *key, const char *text)
{
    if (!nn__archive_ready(a, "nn_archive_set_text", false) || is_null(a, key, "key") ||
        is_null(a, text, "text")) {
        return;
    }
    nn_note t = {keep_copy(a, key, strlen(key) + 1), keep_copy(a, text, strlen(text) + 1)};
    nn_note *list = nn__archive_grow(a, &a->text_memory, a->n_texts, sizeof t);
    if (t.key != NULL && t.text != NULL && list != NULL) {
        a->text = list;
        a->text[a->n_texts++] = t;
    }
}

void nn_archive_set_tensor(nn_archive *a, const char *name, const ag_tensor *t)
{
    char shown[NN__SHOWN];
    if (!nn__archive_ready(a, "nn_archive_set_tensor", false) || is_null(a, name, "name")) {
        return;
    }
    if (t == NULL) {
        nn__archive_fail(a, AG_ERR_NULL_ARGUMENT, -1, "the tensor \"%s\" is NULL",
                         nn__shown(name, shown));
    } else {
        add_entry(a, name,
                  (nn__file_entry){.kind = nn__file_dtype_of(ag_dtype_of(t)),
                                   .shape = ag_shape_of(t),
                                   .tensor = t});
    }
}

static void set_numbers(nn_archive *a, const char *name, ag_dtype dtype, const void *x, int64_t n)
{
    if (is_null(a, name, "name") || (n > 0 && is_null(a, x, "list of numbers"))) {
        return;
    }
    if (n < 0 || n > INT32_MAX) {
        nn__archive_fail(a, AG_ERR_VALUE, -1, "%lld numbers", (long long)n);
        return;
    }
    nn__file_entry e = {.kind = nn__file_dtype_of(dtype), .shape = AG_SHAPE(n)};
    e.numbers = keep_copy(a, x, (size_t)n * ag_dtype_bytes(dtype));
    if (e.numbers != NULL) {
        add_entry(a, name, e);
    }
}

void nn_archive_set_doubles(nn_archive *a, const char *name, const double *x, int64_t n)
{
    if (nn__archive_ready(a, "nn_archive_set_doubles", false)) {
        set_numbers(a, name, AG_F64, x, n);
    }
}

void nn_archive_set_ints(nn_archive *a, const char *name, const int64_t *x, int64_t n)
{
    if (nn__archive_ready(a, "nn_archive_set_ints", false)) {
        set_numbers(a, name, AG_I64, x, n);
    }
}
