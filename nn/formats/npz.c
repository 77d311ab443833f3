/* Archives of .npy files: an array by its name, data sets of two, and writing several. Knows no
 * file but through zip.h.
 */
#include <autograd/nn_formats.h>

#include <string.h>

#include <autograd/inspect.h>

#include "npy.h"
#include "zip.h"

/* --- reading ---------------------------------------------------------------------------------- */

/* Is the entry called `name`, or `name` and ".npy"? */
static bool is_named(const nn__zip_entry *e, const char *name)
{
    int64_t n = (int64_t)strlen(name);
    return (e->n == n || (e->n == n + 4 && memcmp(e->name + n, ".npy", 4) == 0)) &&
           memcmp(e->name, name, (size_t)n) == 0;
}

/* Finds the entry; where there is none the error lists what there is. */
static bool find(const nn__zip *z, const char *name, nn__zip_entry *e)
{
    char list[300] = "";
    size_t used = 0;
    int64_t at = z->directory;
    for (int64_t i = 0; i < z->entries; i++, at = e->next) {
        if (!nn__zip_entry_at(z, at, e)) {
            return false;
        }
        if (is_named(e, name)) {
            return true;
        }
        if (used < sizeof list - 60) {
            int shown = e->n < 40 ? (int)e->n : 40;
            used += (size_t)snprintf(list + used, sizeof list - used, "%s%.*s", i > 0 ? ", " : "",
                                     shown, e->name);
        }
    }
    nn__source_fail(z->in, AG_ERR_VALUE, NULL, "there is no array \"%.60s\"; there are %s", name,
                    list);
    return false;
}

static bool read_array(const nn__zip *z, const char *name, nn__npy *a, nn__scratch *memory)
{
    nn__zip_entry e;
    if (!find(z, name, &e)) {
        return false;
    }
    const unsigned char *bytes = nn__zip_bytes(z, &e, memory);
    const char *what = bytes != NULL ? nn__npy_parse(a, bytes, e.size) : NULL;
    if (what != NULL) {
        nn__source_fail(z->in, AG_ERR_IO, NULL, "array \"%.60s\": %s", name, what);
    }
    return bytes != NULL && what == NULL;
}

static ag_tensor *load(const nn__source *in, const char *name)
{
    nn__zip z;
    nn__npy a;
    nn__scratch memory = {NULL, NULL, 0};
    if (name == NULL) {
        return nn__source_fail(in, AG_ERR_NULL_ARGUMENT, "its name, as numpy.savez was given it",
                               "no name of an array");
    }
    bool good = nn__zip_open(&z, in) && read_array(&z, name, &a, &memory);
    ag_tensor *t = good ? nn__npy_tensor(in, &a) : NULL;
    nn__scratch_free(&memory);
    return t;
}

ag_tensor *(nn_load_npz)(ag_graph *g, const char *path, const char *name)
{
    nn__source in;
    if (g == NULL) {
        return NULL;
    }
    ag_tensor *t = nn__source_open(&in, g, "load_npz", path, NULL) ? load(&in, name) : NULL;
    nn__source_close(&in);
    return t;
}

ag_tensor *nn__load_npz_bytes(ag_graph *g, const void *bytes, size_t n, const char *name)
{
    nn__source in;
    ag_tensor *t = nn__source_copy(&in, g, "load_npz", "memory", bytes, n) ? load(&in, name) : NULL;
    nn__source_close(&in);
    return t;
}

static nn_data *read_pair(const nn__source *in, const char *x, const char *y)
{
    nn__zip z;
    nn__npy ax, ay;
    nn__scratch memory_x = {NULL, NULL, 0}, memory_y = {NULL, NULL, 0};
    if (x == NULL) {
        return nn__source_fail(in, AG_ERR_NULL_ARGUMENT, "its name, as numpy.savez was given it",
                               "no name of the inputs");
    }
    bool good = nn__zip_open(&z, in) && read_array(&z, x, &ax, &memory_x) &&
                (y == NULL || read_array(&z, y, &ay, &memory_y));
    nn_data *d = good ? nn__npy_data(in, &ax, in, y != NULL ? &ay : NULL) : NULL;
    nn__scratch_free(&memory_x);
    nn__scratch_free(&memory_y);
    return d;
}

nn_data *(nn_read_npz)(ag_graph *g, const char *path, const char *x, const char *y)
{
    nn__source in;
    if (g == NULL) {
        return NULL;
    }
    nn_data *d = nn__source_open(&in, g, "read_npz", path, NULL) ? read_pair(&in, x, y) : NULL;
    nn__source_close(&in);
    return d;
}

/* --- writing ---------------------------------------------------------------------------------- */

/* The numbers of a tensor, or of a block of a data set as they stand in a batch. */
typedef struct numbers_of {
    const ag_tensor *tensor;
    const nn_data *data;
    const nn__block *block;
} numbers_of;

static bool put_array(nn__zip_writer *w, const numbers_of *s, ag_dtype dtype, ag_shape shape,
                      const char *name)
{
    unsigned char header[NN__NPY_HEADER];
    nn__scratch memory = {NULL, NULL, 0};
    int64_t size = nn__shape_size(shape), each = (int64_t)ag_dtype_bytes(dtype);
    char file[80];
    snprintf(file, sizeof file, "%.70s.npy", name);
    void *numbers = nn__scratch_get(&memory, w->out->graph, nn__times(size, each), 1);
    bool good = numbers != NULL;
    if (good && s->tensor != NULL) {
        good = ag_read(s->tensor, numbers, (size_t)(size * each)) == AG_OK;
    } else if (good) {
        nn__convert(s->block, s->data->row, 0, s->data->rows, dtype, numbers);
    }
    good = good && nn__zip_put(w, file, header, nn__npy_header(dtype, shape, header), numbers,
                               (size_t)(size * each));
    nn__scratch_free(&memory);
    return good;
}

static const char *name_of(const ag_tensor *t, int i, char number[24])
{
    snprintf(number, 24, "arr_%d", i);
    return ag_name_of(t) != NULL ? ag_name_of(t) : number;
}

/* No two of one name, which NumPy would take for one array. */
static bool check_names(ag_graph *g, ag_tensor *const *t, int n)
{
    for (int i = 0; i < n; i++) {
        char mine[24], theirs[24];
        for (int j = 0; t[i] != NULL && j < i; j++) {
            if (strncmp(name_of(t[i], i, mine), name_of(t[j], j, theirs), 70) == 0) {
                ag_fail(g, AG_ERR_STATE, "ag_name gives them different ones",
                        "save_npz: tensors %d and %d are both called \"%.60s\"", j, i,
                        name_of(t[i], i, mine));
                return false;
            }
        }
        if (t[i] == NULL) {
            ag_fail(g, AG_ERR_NULL_ARGUMENT, NULL, "save_npz: tensor %d is NULL", i);
            return false;
        }
    }
    return true;
}

ag_status(nn_save_npz)(ag_tensor *const *t, int n, const char *path)
{
    nn__sink out;
    ag_graph *g = t != NULL && n > 0 && t[0] != NULL ? ag_graph_of(t[0]) : NULL;
    if (g == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    if (!check_names(g, t, n) || !nn__sink_open(&out, g, "save_npz", path)) {
        return ag_error(g);
    }
    nn__zip_writer w = {.out = &out};
    bool good = true;
    for (int i = 0; good && i < n; i++) {
        char number[24];
        numbers_of s = {t[i], NULL, NULL};
        good = put_array(&w, &s, ag_dtype_of(t[i]), ag_shape_of(t[i]), name_of(t[i], i, number));
    }
    nn__zip_end(&w);
    nn__zip_free(&w);
    return nn__sink_close(&out, good);
}

static bool put_block(nn__zip_writer *w, const nn_data *d, const nn__block *b, const char *name)
{
    numbers_of s = {NULL, d, b};
    ag_shape shape = {b->shape.ndim + 1, {d->rows}};
    for (int i = 0; i < b->shape.ndim; i++) {
        shape.dim[i + 1] = b->shape.dim[i];
    }
    return put_array(w, &s, nn__batch_dtype(d, b), shape, name);
}

ag_status(nn_save_data_npz)(const nn_data *d, const char *path)
{
    nn__sink out;
    if (d == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    if (!nn__sink_open(&out, d->graph, "save_data_npz", path)) {
        return ag_error(d->graph);
    }
    nn__zip_writer w = {.out = &out};
    bool good =
        put_block(&w, d, &d->x, "x") && (d->y.values == NULL || put_block(&w, d, &d->y, "y"));
    nn__zip_end(&w);
    nn__zip_free(&w);
    return nn__sink_close(&out, good);
}
