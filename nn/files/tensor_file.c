/* Named tensors into a safetensors file and out of one. The header is made in memory first, so that
 * what cannot be written is known before a byte is. Must not know modules.
 */
#define AG_NO_SITES
#include <autograd/inspect.h>
#include <stdlib.h>
#include <string.h>

#include "archive.h"
#include "json_text.h"
#include "replace_file.h"

/* --- the header ------------------------------------------------------------------------------- */

typedef struct header {
    ag_graph *graph;
    char *text; /* not terminated */
    size_t n, capacity;
    bool failed;
} header;

static void put(header *h, const char *text, size_t n)
{
    if (!h->failed && n > h->capacity - h->n) {
        size_t more = 2 * (h->capacity + n) + 200;
        char *fresh = ag_graph_alloc(h->graph, more);
        h->failed = fresh == NULL;
        if (fresh != NULL && h->n > 0) {
            memcpy(fresh, h->text, h->n);
        }
        if (fresh != NULL) {
            ag_graph_release(h->graph, h->text, h->capacity);
            h->text = fresh;
            h->capacity = more;
        }
    }
    if (!h->failed && n > 0) {
        memcpy(h->text + h->n, text, n);
        h->n += n;
    }
}

static void put_number(header *h, int64_t n)
{
    char text[24];
    put(h, text, (size_t)snprintf(text, sizeof text, "%lld", (long long)n));
}

static void put_string(header *h, const char *text)
{
    put(h, "\"", 1);
    for (const char *c = text; *c != '\0'; c++) {
        char escape[8];
        if (*c == '"' || *c == '\\') {
            put(h, "\\", 1);
        }
        if ((unsigned char)*c < 0x20) {
            put(h, escape, (size_t)snprintf(escape, sizeof escape, "\\u%04x", (unsigned)*c));
        } else {
            put(h, c, 1);
        }
    }
    put(h, "\"", 1);
}

static void put_literal(header *h, const char *text)
{
    put(h, text, strlen(text));
}

static void put_texts(header *h, const nn_metadata *texts, int n)
{
    put_literal(h, "{\"__metadata__\":{");
    for (int i = 0; i < n; i++) {
        put_literal(h, i > 0 ? "," : "");
        put_string(h, texts[i].key);
        put_literal(h, ":");
        put_string(h, texts[i].text);
    }
    put_literal(h, "}");
}

static void put_tensor(header *h, const nn_named_tensor *t, int64_t begin)
{
    ag_shape shape = ag_shape_of(t->tensor);
    put_literal(h, ",");
    put_string(h, t->name);
    put_literal(h, ":{\"dtype\":\"");
    put_literal(h, nn__file_dtype_of(ag_dtype_of(t->tensor)));
    put_literal(h, "\",\"shape\":[");
    for (int i = 0; i < shape.ndim; i++) {
        put_literal(h, i > 0 ? "," : "");
        put_number(h, shape.dim[i]);
    }
    put_literal(h, "],\"data_offsets\":[");
    put_number(h, begin);
    put_literal(h, ",");
    put_number(h, begin + (int64_t)ag_bytes(t->tensor));
    put_literal(h, "]}");
}

/* The numbers begin at a multiple of 8, as readers that map the file like it. */
static void header_make(header *h, const nn_named_tensor *list, int n, const nn_metadata *texts,
                        int n_texts)
{
    int64_t begin = 0;
    put_texts(h, texts, n_texts);
    for (int i = 0; i < n; i++) {
        put_tensor(h, &list[i], begin);
        begin += (int64_t)ag_bytes(list[i].tensor);
    }
    put_literal(h, "}");
    put(h, "       ", (8 - h->n % 8) % 8);
}

/* --- writing ---------------------------------------------------------------------------------- */

static int by_text(const void *p, const void *q)
{
    return strcmp(*(const char *const *)p, *(const char *const *)q);
}

static ag_status fail(ag_graph *g, ag_status status, const char *format, const char *name)
{
    char text[NN__SHOWN];
    return ag_fail(g, status, NULL, format, nn__shown(name, text));
}

/* All are there, UTF-8, and each name once. */
static ag_status names_fit(ag_graph *g, const char **name, int n)
{
    for (int i = 0; i < n; i++) {
        if (name[i] == NULL) {
            return ag_fail(g, AG_ERR_NULL_ARGUMENT, NULL, "nn_write_tensors: a name is NULL");
        }
        if (!nn__is_utf8(name[i])) {
            return fail(g, AG_ERR_VALUE, "nn_write_tensors: \"%s\" is not UTF-8", name[i]);
        }
    }
    if (n > 1) {
        qsort(name, (size_t)n, sizeof *name, by_text);
    }
    for (int i = 1; i < n; i++) {
        if (strcmp(name[i - 1], name[i]) == 0) {
            return fail(g, AG_ERR_VALUE, "nn_write_tensors: two are called \"%s\"", name[i]);
        }
    }
    return AG_OK;
}

static ag_status all_fit(ag_graph *g, const nn_named_tensor *list, int n, const nn_metadata *texts,
                         int n_texts)
{
    size_t bytes = ((size_t)n + (size_t)n_texts + 1) * sizeof(const char *);
    const char **name = ag_graph_alloc(g, bytes);
    ag_status status =
        name != NULL ? AG_OK : fail(g, AG_ERR_MEMORY, "nn_write_tensors: %s", "out of memory");
    for (int i = 0; i < n && status == AG_OK; i++) {
        name[i] = list[i].name;
        if (list[i].tensor == NULL) {
            status =
                ag_fail(g, AG_ERR_NULL_ARGUMENT, NULL, "nn_write_tensors: tensor %d is NULL", i);
        }
    }
    status = status == AG_OK ? names_fit(g, name, n) : status;
    for (int i = 0; i < n_texts && status == AG_OK; i++) {
        name[i] = texts[i].key;
        if (texts[i].text == NULL || !nn__is_utf8(texts[i].text)) {
            status = ag_fail(g, AG_ERR_VALUE, NULL, "nn_write_tensors: text %d is not UTF-8", i);
        }
    }
    status = status == AG_OK ? names_fit(g, name, n_texts) : status;
    ag_graph_release(g, name, bytes);
    return status;
}

/* False where memory runs out; what the disk refuses is seen when the file is put in its place. */
static bool write_tensor(const ag_tensor *t, FILE *out)
{
    ag_graph *g = ag_graph_of(t);
    size_t bytes = ag_bytes(t);
    void *copy = ag_graph_alloc(g, bytes + 1);
    bool good = copy != NULL && ag_read(t, copy, bytes) == AG_OK;
    if (good) {
        nn__swap_order(copy, (size_t)ag_size(t), ag_dtype_bytes(ag_dtype_of(t)));
        fwrite(copy, 1, bytes, out);
    }
    ag_graph_release(g, copy, bytes + 1);
    return good;
}

static ag_status write_all(ag_graph *g, const char *path, const header *h,
                           const nn_named_tensor *list, int n)
{
    nn__replacement r;
    unsigned char length[8];
    bool good = true;
    for (int i = 0; i < 8; i++) {
        length[i] = (unsigned char)((uint64_t)h->n >> 8 * i & 0xFF);
    }
    if (!nn__replace_begin(&r, path)) {
        return ag_fail(g, AG_ERR_IO, NULL, "nn_write_tensors: %.200s: %s", path, r.reason);
    }
    fwrite(length, 1, sizeof length, r.out);
    fwrite(h->text, 1, h->n, r.out);
    for (int i = 0; i < n && good && !ferror(r.out); i++) {
        good = write_tensor(list[i].tensor, r.out);
    }
    if (!good) {
        nn__replace_cancel(&r);
        return ag_fail(g, AG_ERR_MEMORY, NULL, "nn_write_tensors: out of memory");
    }
    return nn__replace_commit(&r) ? AG_OK
                                  : ag_fail(g, AG_ERR_IO, "the file that was there is unchanged",
                                            "nn_write_tensors: %.200s: %s", path, r.reason);
}

ag_status nn_write_tensors(ag_graph *g, const char *path, const nn_named_tensor *list, int n,
                           const nn_metadata *texts, int n_texts)
{
    if (g == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    bool no_list = list == NULL && n > 0;
    if (path == NULL || no_list || (texts == NULL && n_texts > 0)) {
        return ag_fail(g, AG_ERR_NULL_ARGUMENT, NULL, "nn_write_tensors: the %s NULL",
                       path == NULL ? "path is"
                       : no_list    ? "tensors are"
                                    : "texts are");
    }
    n = n > 0 ? n : 0;
    n_texts = n_texts > 0 ? n_texts : 0;
    ag_status status = all_fit(g, list, n, texts, n_texts);
    if (status != AG_OK) {
        return status;
    }
    header h = {.graph = g};
    header_make(&h, list, n, texts, n_texts);
    status = h.failed ? ag_fail(g, AG_ERR_MEMORY, NULL, "nn_write_tensors: out of memory")
                      : write_all(g, path, &h, list, n);
    ag_graph_release(g, h.text, h.capacity);
    return status;
}

/* --- reading ---------------------------------------------------------------------------------- */

static const char *copy_text(ag_graph *g, const char *text)
{
    size_t bytes = strlen(text) + 1;
    char *copy = ag_graph_memory(g, bytes);
    return copy != NULL ? memcpy(copy, text, bytes) : NULL;
}

static bool make_tensor(const nn__archive *a, const nn__file_entry *e, nn_named_tensor *out)
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
    memcpy(to, a->data + e->begin, (size_t)(e->end - e->begin));
    nn__swap_order(to, (size_t)ag_size(t), (size_t)e->kind->bytes);
    return true;
}

int nn_read_tensors(ag_graph *g, const char *path, nn_named_tensor *out, int room)
{
    nn__archive a;
    if (g == NULL) {
        return -1;
    }
    bool good = nn__archive_open(&a, g, "nn_read_tensors", path) &&
                (a.n <= INT32_MAX || nn__archive_fail(&a, AG_ERR_OVERFLOW, -1, "too many tensors"));
    for (size_t i = 0; i < a.n && (int)i < room && out != NULL && good; i++) {
        good = make_tensor(&a, &a.entry[i], &out[i]);
    }
    nn__archive_close(&a);
    return good ? (int)a.n : -1;
}

int nn_read_metadata(ag_graph *g, const char *path, nn_metadata *out, int room)
{
    nn__archive a;
    if (g == NULL) {
        return -1;
    }
    bool good =
        nn__archive_open(&a, g, "nn_read_metadata", path) &&
        (a.n_texts <= INT32_MAX || nn__archive_fail(&a, AG_ERR_OVERFLOW, -1, "too many texts"));
    for (size_t i = 0; i < a.n_texts && (int)i < room && out != NULL && good; i++) {
        out[i] = (nn_metadata){copy_text(g, a.text[i].key), copy_text(g, a.text[i].text)};
        good = out[i].key != NULL && out[i].text != NULL;
    }
    nn__archive_close(&a);
    return good ? (int)a.n_texts : -1;
}
