/* Writing an archive. The header is made in memory first, so that what cannot be written is known
 * before a byte is. Must not know networks.
 */
#define AG_NO_SITES
#include "archive.h"

#include <stdlib.h>
#include <string.h>

#include "json_text.h"
#include "nn/disk/byte_order.h"
#include "nn/disk/sink.h"

/* --- the header ------------------------------------------------------------------------------- */

typedef struct header {
    nn_archive *archive;
    nn__scratch memory;
    char *text; /* not terminated */
    int64_t n;
} header;

static void put(header *h, const char *text, size_t n)
{
    if (h->archive->status == AG_OK && n > 0) {
        h->text = nn__archive_grow(h->archive, &h->memory, h->n + (int64_t)n, 1);
    }
    if (h->archive->status == AG_OK && n > 0) {
        memcpy(h->text + h->n, text, n);
        h->n += (int64_t)n;
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

static void put_texts(header *h)
{
    put_literal(h, "{\"__metadata__\":{");
    for (int64_t i = 0; i < h->archive->n_texts; i++) {
        put_literal(h, i > 0 ? "," : "");
        put_string(h, h->archive->text[i].key);
        put_literal(h, ":");
        put_string(h, h->archive->text[i].text);
    }
    put_literal(h, "}");
}

static void put_entry(header *h, const nn__file_entry *e)
{
    put_literal(h, ",");
    put_string(h, e->name);
    put_literal(h, ":{\"dtype\":\"");
    put_literal(h, e->kind->name);
    put_literal(h, "\",\"shape\":[");
    for (int i = 0; i < e->shape.ndim; i++) {
        put_literal(h, i > 0 ? "," : "");
        put_number(h, e->shape.dim[i]);
    }
    put_literal(h, "],\"data_offsets\":[");
    put_number(h, e->begin);
    put_literal(h, ",");
    put_number(h, e->end);
    put_literal(h, "]}");
}

/* The numbers begin at a multiple of 8, as readers that map the file like it. */
static void header_make(header *h)
{
    put_texts(h);
    for (int64_t i = 0; i < h->archive->n; i++) {
        put_entry(h, &h->archive->entry[i]);
    }
    put_literal(h, "}");
    put(h, "       ", (size_t)((8 - h->n % 8) % 8));
}

/* --- names ------------------------------------------------------------------------------------ */

static int by_text(const void *p, const void *q)
{
    return strcmp(*(const char *const *)p, *(const char *const *)q);
}

/* All are UTF-8, and each is there once. */
static bool names_fit(nn_archive *a, const char **name, int64_t n)
{
    char text[NN__SHOWN];
    for (int64_t i = 0; i < n; i++) {
        if (!nn__is_utf8(name[i])) {
            return nn__archive_fail(a, AG_ERR_VALUE, -1, "\"%s\" is not UTF-8",
                                    nn__shown(name[i], text));
        }
    }
    if (n > 1) {
        qsort(name, (size_t)n, sizeof *name, by_text);
    }
    for (int64_t i = 1; i < n; i++) {
        if (strcmp(name[i - 1], name[i]) == 0) {
            return nn__archive_fail(a, AG_ERR_VALUE, -1, "two are called \"%s\"",
                                    nn__shown(name[i], text));
        }
    }
    return true;
}

static bool all_names_fit(nn_archive *a)
{
    nn__scratch memory = {NULL, NULL, 0};
    const char **name = nn__archive_grow(a, &memory, a->n + a->n_texts, sizeof *name);
    bool good = name != NULL;
    for (int64_t i = 0; i < a->n && good; i++) {
        name[i] = a->entry[i].name;
    }
    good = good && names_fit(a, name, a->n);
    for (int64_t i = 0; i < a->n_texts && good; i++) {
        name[i] = a->text[i].key;
        good = nn__is_utf8(a->text[i].text) ||
               nn__archive_fail(a, AG_ERR_VALUE, -1, "text %lld is not UTF-8", (long long)i);
    }
    good = good && names_fit(a, name, a->n_texts);
    nn__scratch_free(&memory);
    return good;
}

/* --- the file --------------------------------------------------------------------------------- */

static int64_t size_of(const nn__file_entry *e)
{
    int64_t n = 1;
    for (int i = 0; i < e->shape.ndim; i++) {
        n *= e->shape.dim[i];
    }
    return n;
}

static int by_width(const void *p, const void *q)
{
    const nn__file_entry *x = p, *y = q;
    if (x->kind->bytes != y->kind->bytes) {
        return x->kind->bytes > y->kind->bytes ? -1 : 1;
    }
    return strcmp(x->name, y->name);
}

/* Wide numbers come first, so that all are aligned in the file, and among them those of the first
 * name. */
static void give_places(nn_archive *a)
{
    int64_t end = 0;
    if (a->n > 1) {
        qsort(a->entry, (size_t)a->n, sizeof *a->entry, by_width);
    }
    for (int64_t i = 0; i < a->n; i++) {
        a->entry[i].begin = end;
        end += size_of(&a->entry[i]) * a->entry[i].kind->bytes;
        a->entry[i].end = end;
    }
}

/* False where memory runs out; what the disk refuses is seen when the file is closed. */
static bool put_numbers(nn_archive *a, nn__sink *out, const nn__file_entry *e)
{
    nn__scratch memory = {NULL, NULL, 0};
    size_t bytes = (size_t)(e->end - e->begin);
    void *copy = nn__archive_grow(a, &memory, (int64_t)bytes, 1);
    if (copy != NULL && e->tensor != NULL) {
        a->status = ag_read(e->tensor, copy, bytes);
    } else if (copy != NULL && bytes > 0) {
        memcpy(copy, e->numbers, bytes);
    }
    if (a->status == AG_OK) {
        nn__to_little(copy, size_of(e), (size_t)e->kind->bytes);
        nn__put(out, copy, bytes);
    }
    nn__scratch_free(&memory);
    return a->status == AG_OK;
}

static void write_all(nn_archive *a, const header *h)
{
    nn__sink out;
    unsigned char length[8];
    if (!nn__sink_open(&out, a->graph, a->what, a->in.path)) {
        a->status = ag_error(a->graph);
        return;
    }
    nn__put_little(length, (uint64_t)h->n, 8);
    nn__put(&out, length, sizeof length);
    nn__put(&out, h->text, (size_t)h->n);
    bool good = true;
    for (int64_t i = 0; i < a->n && good && out.error == 0; i++) {
        good = put_numbers(a, &out, &a->entry[i]);
    }
    ag_status status = nn__sink_close(&out, good);
    a->status = good ? status : a->status;
}

ag_status nn_archive_save(nn_archive *a, const char *path)
{
    if (!nn__archive_ready(a, "nn_archive_save", false)) {
        return a != NULL ? a->status : AG_ERR_NULL_ARGUMENT;
    }
    header h = {.archive = a};
    a->in.path = path;
    if (path == NULL) {
        nn__archive_fail(a, AG_ERR_NULL_ARGUMENT, -1, "the path is NULL");
    } else if (all_names_fit(a)) {
        give_places(a);
        header_make(&h);
    }
    if (a->status == AG_OK) {
        write_all(a, &h);
    }
    nn__scratch_free(&h.memory);
    a->in.path = NULL;
    return a->status;
}
