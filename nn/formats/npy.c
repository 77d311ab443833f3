/* The numbers of .npy files: read, written, as tensors and as data sets. Knows no archive. */
#include "npy.h"

#include <autograd/nn_formats.h>

#include <math.h>
#include <string.h>

#include "nn/disk/byte_order.h"
#include "nn/disk/sink.h"

/* --- reading numbers -------------------------------------------------------------------------- */

/* Fortran order has the first index run fastest. Element i, row-major, has its indices counted up
 * as a number whose digits are the sizes; `at` is its place in the file. */
static void from_fortran(const nn__npy *a, unsigned char *to)
{
    int64_t stride[AG_MAX_DIMS], index[AG_MAX_DIMS] = {0}, at = 0, n = 1;
    for (int d = 0; d < a->shape.ndim; d++) {
        stride[d] = n;
        n *= a->shape.dim[d];
    }
    for (int64_t i = 0; i < a->size; i++) {
        memcpy(to + i * a->item, a->numbers + at * a->item, (size_t)a->item);
        for (int d = a->shape.ndim - 1; d >= 0; d--) {
            at += stride[d];
            if (++index[d] < a->shape.dim[d]) {
                break;
            }
            at -= stride[d] * a->shape.dim[d];
            index[d] = 0;
        }
    }
}

/* IEEE 754 binary16. */
static float from_half(uint16_t h)
{
    int exponent = h >> 10 & 31, fraction = h & 1023;
    double v = exponent == 0    ? ldexp(fraction, -24)
               : exponent == 31 ? (fraction == 0 ? (double)INFINITY : (double)NAN)
                                : ldexp(1024 + fraction, exponent - 25);
    return (float)(h & 0x8000 ? -v : v);
}

/* From the last to the first, since a float takes the place of two halves. */
static void widen_halves(unsigned char *p, int64_t n)
{
    while (n-- > 0) {
        uint16_t h;
        memcpy(&h, p + 2 * n, sizeof h);
        float f = from_half(h);
        memcpy(p + 4 * n, &f, sizeof f);
    }
}

const char *nn__npy_numbers(const nn__npy *a, void *to)
{
    unsigned char *p = to;
    if (a->fortran && a->shape.ndim > 1) {
        from_fortran(a, p);
    } else if (a->size > 0) {
        memcpy(p, a->numbers, (size_t)(a->size * a->item));
    }
    if (a->swap) {
        nn__swap_bytes(p, a->size, (size_t)a->item);
    }
    if (a->kind == 'f' && a->item == 2) {
        widen_halves(p, a->size);
    }
    for (int64_t i = 0; i < a->size && a->kind == 'b'; i++) {
        p[i] = p[i] != 0;
    }
    for (int64_t i = 0; i < a->size && a->kind == 'u' && a->item == 8; i++) {
        if (((const int64_t *)to)[i] < 0) {
            return "a number is larger than 2^63 - 1";
        }
    }
    return NULL;
}

/* Keeps what is wrong as an error; false. */
static bool refuse(const nn__source *in, const char *what)
{
    nn__source_fail(in, AG_ERR_IO, NULL, "%s", what);
    return false;
}

ag_tensor *nn__npy_tensor(const nn__source *in, const nn__npy *a)
{
    nn__scratch memory = {NULL, NULL, 0};
    ag_dtype dtype = a->element == NN_F64 ? AG_F64 : a->element == NN_F32 ? AG_F32 : AG_I64;
    void *numbers = nn__scratch_get(&memory, in->graph, a->size, nn_element_bytes(a->element));
    const char *what = numbers != NULL ? nn__npy_numbers(a, numbers) : NULL;
    ag_tensor *t = NULL;
    if (what != NULL) {
        refuse(in, what);
    } else if (numbers != NULL) {
        t = ag_leaf(in->graph, AG_CONSTANT, dtype, a->shape, NULL);
    }
    if (t != NULL && a->size > 0) {
        nn__block all = nn__block_of(numbers, a->element, AG_SHAPE(a->size), 0);
        nn__convert(&all, NULL, 0, 1, dtype, ag_mutable_data(t));
    }
    nn__scratch_free(&memory);
    return t;
}

/* --- data sets -------------------------------------------------------------------------------- */

/* The block of an array with rows in front; whole numbers are classes where that is asked for. */
bool nn__npy_block(const nn__source *in, const nn__npy *a, bool classes, nn__block *b)
{
    if (a->shape.ndim == 0) {
        return refuse(in, "it is one number; rows are the first dimension");
    }
    ag_shape row = {a->shape.ndim - 1, {0}};
    for (int d = 0; d < row.ndim; d++) {
        row.dim[d] = a->shape.dim[d + 1];
    }
    void *values = nn__memory(in->graph, a->size, nn_element_bytes(a->element));
    const char *what = values != NULL ? nn__npy_numbers(a, values) : NULL;
    if (values == NULL || what != NULL) {
        return what != NULL && refuse(in, what);
    }
    bool whole = classes && a->kind != 'f' && row.ndim == 0;
    bool number = row.ndim == 0 && !whole; /* a network's output is [1], not a scalar */
    *b = nn__block_of(values, a->element, number ? AG_SHAPE(1) : row, whole ? 1 : 0);
    for (int64_t i = 0; whole && i < a->shape.dim[0]; i++) {
        double c;
        nn__read(b, i, 0, 1, &c);
        if (c >= 9007199254740992.0) {
            return refuse(in, "a class is larger than 2^53");
        }
        b->classes = c >= (double)b->classes ? (int64_t)c + 1 : b->classes;
    }
    return true;
}

nn_data *nn__npy_data(const nn__source *in, const nn__npy *x, const nn__source *in_y,
                      const nn__npy *y)
{
    nn_data made = {.graph = in->graph};
    if (!nn__npy_block(in, x, false, &made.x)) {
        return NULL;
    }
    made.rows = made.stored = x->shape.dim[0];
    if (y != NULL) {
        if (!nn__npy_block(in_y, y, true, &made.y)) {
            return NULL;
        }
        if (y->shape.dim[0] != made.rows) {
            return nn__source_fail(
                in_y, AG_ERR_SHAPE, "are both for training, or both for testing?",
                "y has %lld rows, x has %lld", (long long)y->shape.dim[0], (long long)made.rows);
        }
        if (!nn__check_classes(in->graph, in->what, &made.y, made.rows)) {
            return NULL;
        }
    }
    return nn__copy(made.graph, &made);
}

/* --- files ------------------------------------------------------------------------------------ */

static bool parse(const nn__source *in, nn__npy *a)
{
    const char *what = nn__npy_parse(a, in->bytes, in->n);
    return what == NULL || refuse(in, what);
}

ag_tensor *(nn_load_npy)(ag_graph *g, const char *path)
{
    nn__source in;
    nn__npy a;
    if (g == NULL) {
        return NULL;
    }
    bool good = nn__source_open(&in, g, "load_npy", path, NULL) && parse(&in, &a);
    ag_tensor *t = good ? nn__npy_tensor(&in, &a) : NULL;
    nn__source_close(&in);
    return t;
}

ag_tensor *nn__load_npy_bytes(ag_graph *g, const void *bytes, size_t n)
{
    nn__source in;
    nn__npy a;
    bool good = nn__source_copy(&in, g, "load_npy", "memory", bytes, n) && parse(&in, &a);
    ag_tensor *t = good ? nn__npy_tensor(&in, &a) : NULL;
    nn__source_close(&in);
    return t;
}

nn_data *(nn_read_npy)(ag_graph *g, const char *x, const char *y)
{
    nn__source in_x, in_y = {.graph = NULL};
    nn__npy ax, ay;
    if (g == NULL) {
        return NULL;
    }
    bool good = nn__source_open(&in_x, g, "read_npy", x, NULL) && parse(&in_x, &ax);
    if (good && y != NULL) {
        good = nn__source_open(&in_y, g, "read_npy", y, NULL) && parse(&in_y, &ay);
    }
    nn_data *d = good ? nn__npy_data(&in_x, &ax, &in_y, y != NULL ? &ay : NULL) : NULL;
    nn__source_close(&in_x);
    nn__source_close(&in_y);
    return d;
}

ag_status(nn_save_npy)(const ag_tensor *t, const char *path)
{
    nn__sink out;
    nn__scratch memory = {NULL, NULL, 0};
    unsigned char header[NN__NPY_HEADER];
    if (t == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    ag_graph *g = ag_graph_of(t);
    size_t bytes = (size_t)ag_size(t) * ag_dtype_bytes(ag_dtype_of(t));
    if (!nn__sink_open(&out, g, "save_npy", path)) {
        return ag_error(g);
    }
    void *numbers = nn__scratch_get(&memory, g, (int64_t)bytes, 1);
    bool good = numbers != NULL && ag_read(t, numbers, bytes) == AG_OK;
    if (good) {
        nn__put(&out, header, nn__npy_header(ag_dtype_of(t), ag_shape_of(t), header));
        nn__put(&out, numbers, bytes);
    }
    nn__scratch_free(&memory);
    return nn__sink_close(&out, good);
}
