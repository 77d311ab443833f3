/* IDX, the format of MNIST: two zeros, the kind of number, the number of dimensions, big-endian
 * sizes, then the numbers, big-endian, too (LeCun, Cortes, Burges, The MNIST database of
 * handwritten digits).
 */
#include <autograd/nn_formats.h>

#include <errno.h>
#include <string.h>

#include "idx.h"
#include "nn/disk/byte_order.h"
#include "nn/disk/source.h"

typedef struct idx {
    nn_element element;
    ag_shape shape; /* of all of it */
    int64_t header, bytes;
} idx;

/* The kind of number that a code of the format stands for; NN_ELEMENT_COUNT: none. */
static nn_element element_of(unsigned char code)
{
    static const struct {
        unsigned char code;
        nn_element element;
    } kind[] = {{0x08, NN_U8},  {0x09, NN_I8},  {0x0B, NN_I16},
                {0x0C, NN_I32}, {0x0D, NN_F32}, {0x0E, NN_F64}};
    for (size_t i = 0; i < sizeof kind / sizeof *kind; i++) {
        if (kind[i].code == code) {
            return kind[i].element;
        }
    }
    return NN_ELEMENT_COUNT;
}

/* NULL, or what is wrong. */
static const char *idx_read(idx *x, const unsigned char *p, int64_t n)
{
    *x = (idx){NN_ELEMENT_COUNT, {0, {0}}, 4, 0};
    if (n < 4 || p[0] != 0 || p[1] != 0) {
        return "it is no IDX file: the first two bytes are not 0";
    }
    x->element = element_of(p[2]);
    if (x->element == NN_ELEMENT_COUNT) {
        return "byte 2 names no kind of number: 08 09 0B 0C 0D 0E";
    }
    if (p[3] == 0 || p[3] > AG_MAX_DIMS) {
        return "byte 3 says 0 dimensions, or more than 8";
    }
    x->shape.ndim = p[3];
    x->header = 4 + 4 * (int64_t)p[3];
    for (int i = 0; i < x->shape.ndim && x->header <= n; i++) {
        x->shape.dim[i] = nn__big_u32(p + 4 + 4 * i);
    }
    int64_t size = nn__shape_size(x->shape);
    x->bytes = nn__times(size, (int64_t)nn_element_bytes(x->element));
    return n < x->header                                      ? "it ends within its sizes"
           : x->bytes < 0 || x->bytes > INT64_MAX - x->header ? "its sizes are too large"
                                                              : NULL;
}

static int64_t expected(const unsigned char *head, int64_t n)
{
    idx x;
    return idx_read(&x, head, n) == NULL ? x.header + x.bytes : -1;
}

/* --- under which name ------------------------------------------------------------------------- */

enum { PATH_ROOM = 1024 };

static bool is_there(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file != NULL) {
        fclose(file);
    }
    return file != NULL;
}

/* path with "-idx" and ".idx" exchanged, and ".gz" put behind it or taken away. */
static bool other_name(const char *path, bool other_point, bool other_gz, char to[PATH_ROOM])
{
    size_t n = strlen(path);
    if (n + 4 > PATH_ROOM) {
        return false;
    }
    memcpy(to, path, n + 1);
    char *at = NULL;
    for (char *p = to; (p = strstr(p, "idx")) != NULL; p++) {
        at = p > to && (p[-1] == '-' || p[-1] == '.') ? p - 1 : at;
    }
    if (other_point && at == NULL) {
        return false;
    }
    if (other_point) {
        *at = *at == '-' ? '.' : '-';
    }
    bool gz = n > 3 && strcmp(to + n - 3, ".gz") == 0;
    if (other_gz) {
        memcpy(to + (gz ? n - 3 : n), gz ? "" : ".gz", gz ? 1 : 4);
    }
    return true;
}

/* The name under which the file is there: its own, or one of the other three. */
static const char *name_of(const char *path, char to[PATH_ROOM])
{
    if (path == NULL || is_there(path)) {
        return path;
    }
    for (int i = 1; i < 4; i++) {
        if (other_name(path, (i & 1) != 0, (i & 2) != 0, to) && is_there(to)) {
            return to;
        }
    }
    return NULL;
}

/* --- one file --------------------------------------------------------------------------------- */

/* The numbers, in memory of the graph and in this machine's order. */
static void *take_numbers(const nn__source *in, const idx *x)
{
    size_t each = nn_element_bytes(x->element);
    void *to = nn__memory(in->graph, x->bytes, 1);
    if (to != NULL && x->bytes > 0) {
        memcpy(to, in->bytes + x->header, (size_t)x->bytes);
        if (each > 1 && !nn__is_big_endian()) {
            nn__swap_bytes(to, x->bytes / (int64_t)each, each);
        }
    }
    return to;
}

/* What stands in a source that is open. */
static const void *parse(const nn__source *in, idx *x)
{
    const char *wrong = idx_read(x, in->bytes, in->n);
    if (wrong != NULL) {
        return nn__source_fail(in, AG_ERR_IO, NULL, "%s", wrong);
    }
    if (x->header + x->bytes != in->n) {
        char text[AG_SHAPE_TEXT];
        return nn__source_fail(in, AG_ERR_IO, "the file was cut off, or is another",
                               "its sizes %s ask for %lld bytes, it has %s%lld",
                               ag_shape_text(x->shape, text), (long long)(x->header + x->bytes),
                               in->n > x->header + x->bytes ? "at least " : "", (long long)in->n);
    }
    return take_numbers(in, x);
}

static const void *read_idx(nn__source *in, ag_graph *g, const char *path, idx *x)
{
    char other[PATH_ROOM];
    const char *found = name_of(path, other);
    if (found == NULL) {
        *in = (nn__source){.graph = g, .what = "read_idx", .path = path};
        return nn__source_fail(
            in, AG_ERR_IO, "check the path; MNIST's are like train-images-idx3-ubyte",
            "it cannot be opened, nor with .idx for -idx, nor with .gz: %s", strerror(errno));
    }
    return nn__source_open(in, g, "read_idx", found, expected) ? parse(in, x) : NULL;
}

/* --- images and labels ------------------------------------------------------------------------ */

/* One row of (n, h, w) is [1,h,w], as convolutions want it; of (n) it is [1]. */
static ag_shape sample_of(const idx *x)
{
    bool channel = x->shape.ndim == 3 || x->shape.ndim == 1;
    ag_shape row = {x->shape.ndim - 1 + channel, {1}};
    for (int i = 1; i < x->shape.ndim; i++) {
        row.dim[i - 1 + channel] = x->shape.dim[i];
    }
    return row;
}

/* Whole numbers with one dimension are classes, up to the largest that occurs. */
static nn__block labels_of(const void *values, const idx *y)
{
    ag_shape row = sample_of(y);
    bool classes = y->shape.ndim == 1 && y->element != NN_F32 && y->element != NN_F64;
    nn__block b = nn__block_of(values, y->element, classes ? AG_SCALAR : row, classes ? 1 : 0);
    for (int64_t i = 0; classes && i < y->shape.dim[0]; i++) {
        double label;
        nn__read(&b, i, 0, 1, &label);
        b.classes = label >= (double)b.classes ? (int64_t)label + 1 : b.classes;
    }
    return b;
}

static nn_data images_of(ag_graph *g, const void *values, const idx *x)
{
    nn_data made = {.graph = g, .rows = x->shape.dim[0], .stored = x->shape.dim[0]};
    made.x = nn__block_of(values, x->element, sample_of(x), 0);
    return made;
}

static bool add_labels(nn_data *d, const nn__source *in, const void *values, const idx *y)
{
    if (values != NULL && y->shape.dim[0] != d->rows) {
        values = nn__source_fail(in, AG_ERR_SHAPE, "are both for training, or both for testing?",
                                 "%lld labels for %lld images", (long long)y->shape.dim[0],
                                 (long long)d->rows);
    }
    if (values == NULL) {
        return false;
    }
    d->y = labels_of(values, y);
    return nn__check_classes(in->graph, "read_idx", &d->y, d->rows);
}

nn_data *(nn_read_idx)(ag_graph *g, const char *images, const char *labels)
{
    nn__source in;
    idx x;
    if (g == NULL) {
        return NULL;
    }
    if (images == NULL) {
        ag_fail(g, AG_ERR_NULL_ARGUMENT, NULL, "read_idx: no path");
        return NULL;
    }
    const void *values = read_idx(&in, g, images, &x);
    nn__source_close(&in);
    if (values == NULL) {
        return NULL;
    }
    nn_data made = images_of(g, values, &x);
    bool good = true;
    if (labels != NULL) {
        values = read_idx(&in, g, labels, &x);
        good = add_labels(&made, &in, values, &x);
        nn__source_close(&in);
    }
    return good ? nn__copy(g, &made) : NULL;
}

nn_data *nn__read_idx_bytes(ag_graph *g, const void *bytes, size_t n)
{
    nn__source in;
    idx x;
    nn_data made = {.graph = g};
    bool good = nn__source_copy(&in, g, "read_idx", "memory", bytes, n);
    const void *values = good ? parse(&in, &x) : NULL;
    good = values != NULL;
    if (good) {
        made = images_of(g, values, &x);
        good = add_labels(&made, &in, values, &x);
    }
    nn__source_close(&in);
    return good ? nn__copy(g, &made) : NULL;
}

nn_data *(nn_read_mnist)(ag_graph *g, const char *folder, bool test)
{
    char images[PATH_ROOM], labels[PATH_ROOM];
    const char *which = test ? "t10k" : "train";
    if (g == NULL) {
        return NULL;
    }
    if (folder == NULL || strlen(folder) + 40 > PATH_ROOM) {
        ag_fail(g, folder == NULL ? AG_ERR_NULL_ARGUMENT : AG_ERR_VALUE,
                "give the folder that holds the files of MNIST", "read_mnist: %s folder",
                folder == NULL ? "no" : "too long a name of the");
        return NULL;
    }
    snprintf(images, sizeof images, "%s/%s-images-idx3-ubyte", folder, which);
    snprintf(labels, sizeof labels, "%s/%s-labels-idx1-ubyte", folder, which);
    return (nn_read_idx)(g, images, labels);
}
