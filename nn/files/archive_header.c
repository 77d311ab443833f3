/* What the header of a safetensors file says, held against the file. Every number is checked
 * before it is used: offsets lie within the data, one tensor begins where the one before ends,
 * and each has as many bytes as its shape and dtype need. Sorting, not comparing each with each,
 * finds names that are there twice, so a long header takes no long time. Must not know where the
 * bytes come from.
 */
#define AG_NO_SITES
#include <stdlib.h>
#include <string.h>

#include "archive.h"
#include "json_text.h"

static int64_t byte_of(nn_archive *a, const nn__json *j)
{
    return 8 + (int64_t)(j->at - a->header);
}

static bool fail_json(nn_archive *a, const nn__json *j)
{
    return nn__archive_fail(a, AG_ERR_VALUE, byte_of(a, j), "%s", j->problem);
}

/* --- one tensor ------------------------------------------------------------------------------- */

static bool read_dtype(nn__json *j, nn__file_entry *e)
{
    const char *name = nn__json_string(j);
    e->kind = name != NULL ? nn__file_dtype_called(name) : NULL;
    if (e->kind == NULL && j->problem == NULL) {
        j->problem = "the dtype is not known";
    }
    return e->kind != NULL;
}

static bool read_shape(nn__json *j, nn__file_entry *e)
{
    for (bool more = nn__json_first(j, '[', ']'); more; more = nn__json_more(j, ']')) {
        if (e->shape.ndim == AG_MAX_DIMS) {
            j->problem = "the shape has more than 8 dimensions";
        } else if (nn__json_count(j, &e->shape.dim[e->shape.ndim])) {
            e->shape.ndim++;
        }
        if (j->problem != NULL) {
            return false;
        }
    }
    return j->problem == NULL;
}

static bool read_offsets(nn__json *j, nn__file_entry *e)
{
    return nn__json_skip(j, '[') && nn__json_count(j, &e->begin) && nn__json_skip(j, ',') &&
           nn__json_count(j, &e->end) && nn__json_skip(j, ']');
}

static const struct key {
    const char *name;
    bool (*read)(nn__json *j, nn__file_entry *e);
} keys[] = {{"dtype", read_dtype}, {"shape", read_shape}, {"data_offsets", read_offsets}};
enum { KEYS = sizeof keys / sizeof keys[0] };

/* The three keys, each once, in any order. */
static bool read_keys(nn__json *j, nn__file_entry *e)
{
    unsigned seen = 0;
    for (bool more = nn__json_first(j, '{', '}'); more; more = nn__json_more(j, '}')) {
        const char *name = nn__json_string(j);
        int k = 0;
        while (name != NULL && k < KEYS && strcmp(keys[k].name, name) != 0) {
            k++;
        }
        if (name != NULL && (k == KEYS || (seen & 1u << k) != 0)) {
            j->problem = "only dtype, shape and data_offsets are expected, each once";
        }
        if (name == NULL || j->problem != NULL || !nn__json_skip(j, ':') || !keys[k].read(j, e)) {
            return false;
        }
        seen |= 1u << k;
    }
    if (j->problem == NULL && seen != (1u << KEYS) - 1) {
        j->problem = "a tensor needs dtype, shape and data_offsets";
    }
    return j->problem == NULL;
}

/* Does the number of bytes between the offsets fit the shape? */
static bool bytes_fit(nn_archive *a, const nn__json *j, const nn__file_entry *e)
{
    char shape[AG_SHAPE_TEXT], name[NN__SHOWN];
    int64_t most = a->data_bytes, bytes = e->kind->bytes;
    if (e->begin > e->end || e->end > most) {
        return nn__archive_fail(
            a, AG_ERR_VALUE, byte_of(a, j), "\"%s\" is from %lld to %lld of %lld bytes",
            nn__shown(e->name, name), (long long)e->begin, (long long)e->end, (long long)most);
    }
    for (int i = 0; i < e->shape.ndim; i++) {
        int64_t n = e->shape.dim[i];
        bytes = n == 0 || bytes <= INT64_MAX / n ? bytes * n : INT64_MAX;
    }
    for (int i = 0; i < e->shape.ndim; i++) {
        bytes = e->shape.dim[i] == 0 ? 0 : bytes; /* beside what seemed too large */
    }
    if (bytes != e->end - e->begin) {
        return nn__archive_fail(a, AG_ERR_VALUE, byte_of(a, j), "\"%s\", %s %s, has %lld bytes",
                                nn__shown(e->name, name), e->kind->name,
                                ag_shape_text(e->shape, shape), (long long)(e->end - e->begin));
    }
    return true;
}

static bool read_entry(nn_archive *a, nn__json *j, const char *name)
{
    nn__file_entry e = {.name = name};
    if (!read_keys(j, &e)) {
        return fail_json(a, j);
    }
    nn__file_entry *list =
        bytes_fit(a, j, &e) ? nn__archive_grow(a, &a->entry_memory, a->n, sizeof e) : NULL;
    if (list == NULL) {
        return false;
    }
    a->entry = list;
    a->entry[a->n++] = e;
    return true;
}

/* --- texts ------------------------------------------------------------------------------------ */

static bool read_texts(nn_archive *a, nn__json *j)
{
    if (a->has_texts) {
        return nn__archive_fail(a, AG_ERR_VALUE, byte_of(a, j), "__metadata__ is there twice");
    }
    a->has_texts = true;
    for (bool more = nn__json_first(j, '{', '}'); more; more = nn__json_more(j, '}')) {
        nn_note t = {.key = nn__json_string(j)};
        t.text = t.key != NULL && nn__json_skip(j, ':') ? nn__json_string(j) : NULL;
        if (t.text == NULL) {
            return fail_json(a, j);
        }
        nn_note *list = nn__archive_grow(a, &a->text_memory, a->n_texts, sizeof t);
        if (list == NULL) {
            return false;
        }
        a->text = list;
        a->text[a->n_texts++] = t;
    }
    return j->problem == NULL || fail_json(a, j);
}

/* --- the whole -------------------------------------------------------------------------------- */

static int by_place(const void *p, const void *q)
{
    const nn__file_entry *x = p, *y = q;
    int first = (x->begin > y->begin) - (x->begin < y->begin);
    return first != 0 ? first : (x->end > y->end) - (x->end < y->end);
}

static int by_name(const void *p, const void *q)
{
    return strcmp(((const nn__file_entry *)p)->name, ((const nn__file_entry *)q)->name);
}

static int by_key(const void *p, const void *q)
{
    return strcmp(((const nn_note *)p)->key, ((const nn_note *)q)->key);
}

/* Each begins where the one before ends, the first at 0, and the last ends with the file. */
static bool places_fit(nn_archive *a)
{
    char name[NN__SHOWN];
    int64_t end = 0;
    for (int64_t i = 0; i < a->n; i++) {
        const nn__file_entry *e = &a->entry[i];
        if (e->begin != end) {
            return nn__archive_fail(a, AG_ERR_VALUE, -1,
                                    "\"%s\" begins at byte %lld of the data and what is before it "
                                    "ends at %lld",
                                    nn__shown(e->name, name), (long long)e->begin, (long long)end);
        }
        end = e->end;
    }
    return end == a->data_bytes ||
           nn__archive_fail(a, AG_ERR_VALUE, -1,
                            "the tensors take %lld bytes of the %lld behind the header",
                            (long long)end, (long long)a->data_bytes);
}

static bool no_name_twice(nn_archive *a)
{
    char name[NN__SHOWN];
    for (int64_t i = 1; i < a->n; i++) {
        if (by_name(&a->entry[i - 1], &a->entry[i]) == 0) {
            return nn__archive_fail(a, AG_ERR_VALUE, -1, "\"%s\" is there twice",
                                    nn__shown(a->entry[i].name, name));
        }
    }
    for (int64_t i = 1; i < a->n_texts; i++) {
        if (by_key(&a->text[i - 1], &a->text[i]) == 0) {
            return nn__archive_fail(a, AG_ERR_VALUE, -1, "the text \"%s\" is there twice",
                                    nn__shown(a->text[i].key, name));
        }
    }
    return true;
}

static void sort(void *list, int64_t n, size_t bytes, int (*order)(const void *, const void *))
{
    if (n > 1) {
        qsort(list, (size_t)n, bytes, order);
    }
}

bool nn__archive_parse(nn_archive *a)
{
    nn__json j = {.begin = a->header, .at = a->header, .end = a->header + a->header_bytes};
    for (bool more = nn__json_first(&j, '{', '}'); more; more = nn__json_more(&j, '}')) {
        const char *name = nn__json_string(&j);
        if (name == NULL || !nn__json_skip(&j, ':')) {
            return fail_json(a, &j);
        }
        bool texts = strcmp(name, "__metadata__") == 0;
        if (!(texts ? read_texts(a, &j) : read_entry(a, &j, name))) {
            return false;
        }
    }
    if (j.problem == NULL && (nn__json_peek(&j), j.at < j.end)) {
        j.problem = "there is more behind the header's object";
    }
    if (j.problem != NULL) {
        return fail_json(a, &j);
    }
    sort(a->entry, a->n, sizeof *a->entry, by_place);
    if (!places_fit(a)) {
        return false;
    }
    sort(a->entry, a->n, sizeof *a->entry, by_name);
    sort(a->text, a->n_texts, sizeof *a->text, by_key);
    return no_name_twice(a);
}

nn__file_entry *nn__archive_find(const nn_archive *a, const char *name)
{
    nn__file_entry wanted = {.name = name};
    return a->n > 0 ? bsearch(&wanted, a->entry, (size_t)a->n, sizeof *a->entry, by_name) : NULL;
}

const char *nn_archive_get_text(const nn_archive *a, const char *key)
{
    nn_note wanted = {.key = key};
    bool some = a != NULL && a->loaded && a->n_texts > 0 && key != NULL;
    const nn_note *found =
        some ? bsearch(&wanted, a->text, (size_t)a->n_texts, sizeof wanted, by_key) : NULL;
    return found != NULL ? found->text : NULL;
}
