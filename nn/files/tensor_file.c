/* Named tensors and texts into a file and out of one. Must not know networks, nor the format. */
#define AG_NO_SITES
#include "archive.h"

#include <string.h>

ag_status nn_write_tensors(ag_graph *g, const char *path, const nn_named_tensor *list, int n,
                           const nn_note *texts, int n_texts)
{
    nn_archive *a = g != NULL ? nn__archive_begin(g, "nn_write_tensors") : NULL;
    if (a == NULL) {
        return g != NULL ? ag_error(g) : AG_ERR_NULL_ARGUMENT;
    }
    if ((list == NULL && n > 0) || (texts == NULL && n_texts > 0)) {
        nn__archive_fail(a, AG_ERR_NULL_ARGUMENT, -1, "the %s are NULL",
                         list == NULL && n > 0 ? "tensors" : "texts");
    }
    for (int i = 0; i < n && a->status == AG_OK; i++) {
        nn_archive_set_tensor(a, list[i].name, list[i].tensor);
    }
    for (int i = 0; i < n_texts && a->status == AG_OK; i++) {
        nn_archive_set_text(a, texts[i].key, texts[i].text);
    }
    ag_status status = nn_archive_save(a, path);
    nn_archive_free(a);
    return status;
}

/* --- reading ---------------------------------------------------------------------------------- */

static const char *copy_text(ag_graph *g, const char *text)
{
    size_t bytes = strlen(text) + 1;
    char *copy = ag_graph_memory(g, bytes);
    return copy != NULL ? memcpy(copy, text, bytes) : NULL;
}

static bool make_tensor(nn_archive *a, const nn__file_entry *e, nn_named_tensor *out)
{
    char name[NN__SHOWN];
    if (e->kind->dtype < 0) {
        return nn__archive_fail(a, AG_ERR_DTYPE, -1, "\"%s\" is of %s, which tensors here are not",
                                nn__shown(e->name, name), e->kind->name);
    }
    ag_tensor *t = ag_leaf(a->graph, AG_CONSTANT, (ag_dtype)e->kind->dtype, e->shape, NULL);
    void *to = ag_mutable_data(t);
    *out = (nn_named_tensor){copy_text(a->graph, e->name), t};
    if (to == NULL || out->name == NULL) {
        return false;
    }
    nn__archive_copy(a, e, to);
    return true;
}

/* Can they be counted by an int? */
static bool can_count(nn_archive *a, int64_t n)
{
    return n <= INT32_MAX || nn__archive_fail(a, AG_ERR_OVERFLOW, -1, "there are too many");
}

int nn_read_tensors(ag_graph *g, const char *path, nn_named_tensor *out, int room)
{
    nn_archive *a = g != NULL ? nn__archive_begin(g, "nn_read_tensors") : NULL;
    bool good = a != NULL && nn__archive_read(a, path) && can_count(a, a->n);
    for (int i = 0; good && i < a->n && i < room && out != NULL; i++) {
        good = make_tensor(a, &a->entry[i], &out[i]);
    }
    int n = good ? (int)a->n : -1;
    nn_archive_free(a);
    return n;
}

int nn_read_texts(ag_graph *g, const char *path, nn_note *out, int room)
{
    nn_archive *a = g != NULL ? nn__archive_begin(g, "nn_read_texts") : NULL;
    bool good = a != NULL && nn__archive_read(a, path) && can_count(a, a->n_texts);
    for (int i = 0; good && i < a->n_texts && i < room && out != NULL; i++) {
        out[i] = (nn_note){copy_text(g, a->text[i].key), copy_text(g, a->text[i].text)};
        good = out[i].key != NULL && out[i].text != NULL;
    }
    int n = good ? (int)a->n_texts : -1;
    nn_archive_free(a);
    return n;
}
