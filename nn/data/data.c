/* Making data sets of arrays and tensors: sizes and classes are checked, numbers copied into memory
 * of the graph or borrowed. Must not know files and batches.
 */
#include "data.h"

#include <math.h>
#include <string.h>

/* --- shapes and memory ------------------------------------------------------------------------ */

int64_t nn__shape_size(ag_shape shape)
{
    int64_t n = shape.ndim >= 0 && shape.ndim <= AG_MAX_DIMS ? 1 : -1;
    for (int i = 0; i < shape.ndim && n >= 0; i++) {
        n = nn__times(n, shape.dim[i]);
    }
    return n;
}

void *nn__memory(ag_graph *g, int64_t n, size_t bytes)
{
    if (n < 0 || (uint64_t)n > SIZE_MAX / 2 / (bytes > 0 ? bytes : 1)) {
        ag_fail(g, AG_ERR_OVERFLOW, NULL, "data: %lld elements of %zu bytes are too many",
                (long long)n, bytes);
        return NULL;
    }
    return ag_graph_memory(g, (size_t)n * bytes);
}

const char *nn__copy_text(ag_graph *g, const char *text, size_t bytes)
{
    char *copy = bytes < SIZE_MAX / 4 ? nn__memory(g, (int64_t)bytes + 1, 1) : NULL;
    if (copy != NULL && bytes > 0) {
        memcpy(copy, text, bytes);
    }
    return copy;
}

nn__name_list nn__copy_names(ag_graph *g, const char *const *name, int64_t n)
{
    const char **copy = name != NULL && n > 0 ? nn__memory(g, n, sizeof *copy) : NULL;
    for (int64_t i = 0; copy != NULL && i < n; i++) {
        const char *text = name[i] != NULL ? name[i] : "";
        copy[i] = nn__copy_text(g, text, strlen(text));
        copy = copy[i] != NULL ? copy : NULL;
    }
    return copy != NULL ? (nn__name_list){copy, n} : (nn__name_list){NULL, 0};
}

nn__block nn__block_of(const void *values, nn_element e, ag_shape shape, int64_t classes)
{
    int64_t size = nn__shape_size(shape);
    return (nn__block){.values = values,
                       .element = e,
                       .shape = shape,
                       .size = size,
                       .stride = size,
                       .classes = classes,
                       .divide = 1};
}

nn_data *nn__copy(ag_graph *g, const nn_data *d)
{
    nn_data *copy = d != NULL ? nn__memory(g, 1, sizeof *copy) : NULL;
    if (copy != NULL) {
        *copy = *d;
        copy->graph = g;
    }
    return copy;
}

/* --- checks ----------------------------------------------------------------------------------- */

bool nn__check_classes(ag_graph *g, const char *what, const nn__block *b, int64_t rows)
{
    enum { CHUNK = 512 };
    double part[CHUNK];
    for (int64_t i = 0; b->classes > 0 && i < rows * b->size; i += CHUNK) {
        int64_t n = rows * b->size - i < CHUNK ? rows * b->size - i : CHUNK;
        nn__block flat = *b;
        flat.stride = 1;
        nn__read(&flat, i, 0, n, part);
        for (int64_t j = 0; j < n; j++) {
            double c = part[j];
            if (!(c >= 0 && c < (double)b->classes && c == floor(c))) {
                const char *hint =
                    c == (double)b->classes
                        ? "classes are counted from 0: subtract 1 from each, or add a class"
                        : "classes are whole numbers from 0";
                ag_fail(g, AG_ERR_VALUE, hint, "%s: row %lld has class %g, outside 0 to %lld", what,
                        (long long)((i + j) / b->size), c, (long long)b->classes - 1);
                return false;
            }
        }
    }
    return true;
}

/* Room for `rows` rows of the block, which then points to a copy of them. */
static bool copy_values(ag_graph *g, nn__block *b, int64_t rows)
{
    size_t bytes = nn_element_bytes(b->element);
    void *copy = nn__memory(g, nn__times(rows, b->size), bytes);
    if (copy != NULL && b->values != NULL && rows * b->size > 0) {
        memcpy(copy, b->values, (size_t)(rows * b->size) * bytes);
    }
    b->values = copy;
    return copy != NULL;
}

static bool check_block(ag_graph *g, const nn__block *b, int64_t rows, const char *which)
{
    char text[AG_SHAPE_TEXT];
    if ((unsigned)b->element >= NN_ELEMENT_COUNT) {
        ag_fail(g, AG_ERR_DTYPE, "one of nn_element", "data: %s has no such element (%d)", which,
                (int)b->element);
    } else if (b->size < 0 || nn__times(rows, b->size) < 0 || b->shape.ndim >= AG_MAX_DIMS) {
        ag_fail(g, AG_ERR_SHAPE, "sizes are not negative; a row has at most 7 dimensions",
                "data: %lld rows of shape %s as %s", (long long)rows, ag_shape_text(b->shape, text),
                which);
    } else if (b->classes < 0) {
        ag_fail(g, AG_ERR_VALUE, "0 for numbers", "data: %lld classes of %s", (long long)b->classes,
                which);
    } else {
        return nn__check_classes(g, "data", b, rows);
    }
    return false;
}

/* --- making ----------------------------------------------------------------------------------- */

static bool take_names(nn_data *d, const nn_arrays *a)
{
    int64_t classes = a->y != NULL ? a->y_classes : a->x_classes;
    d->classes = nn__copy_names(d->graph, a->class_names, classes);
    d->x_names = nn__copy_names(d->graph, a->column_names, d->x.size);
    bool missed = (d->classes.name == NULL && a->class_names != NULL && classes > 0) ||
                  (d->x_names.name == NULL && a->column_names != NULL && d->x.size > 0);
    return !missed;
}

nn_data *(nn_data_new)(ag_graph *g, const nn_arrays *a)
{
    if (g == NULL) {
        return NULL;
    }
    if (a == NULL || (a->x == NULL && a->rows > 0 && nn__shape_size(a->x_shape) > 0)) {
        ag_fail(g, AG_ERR_NULL_ARGUMENT, NULL, "data: %s", a == NULL ? "no arrays" : "no inputs");
        return NULL;
    }
    nn_data made = {.graph = g,
                    .x = nn__block_of(a->x, a->x_element, a->x_shape, a->x_classes),
                    .rows = a->rows,
                    .stored = a->rows};
    bool good = check_block(g, &made.x, a->rows, "x");
    if (good && a->y != NULL) {
        made.y = nn__block_of(a->y, a->y_element, a->y_shape, a->y_classes);
        good = check_block(g, &made.y, a->rows, "y");
    }
    if (good && !a->borrow) {
        good =
            copy_values(g, &made.x, a->rows) && (a->y == NULL || copy_values(g, &made.y, a->rows));
    }
    return good && take_names(&made, a) ? nn__copy(g, &made) : NULL;
}

/* The shape of one row of an array with rows in front. */
static ag_shape row_shape(ag_shape shape)
{
    ag_shape row = {shape.ndim - 1, {0}};
    for (int i = 0; i + 1 < shape.ndim && i < AG_MAX_DIMS - 1; i++) {
        row.dim[i] = shape.dim[i + 1];
    }
    return row;
}

/* Have both shapes rows in front, and as many? */
static bool rows_agree(ag_graph *g, ag_shape x, ag_shape y, bool targets)
{
    char tx[AG_SHAPE_TEXT], ty[AG_SHAPE_TEXT];
    if (x.ndim > 0 && (!targets || (y.ndim > 0 && x.dim[0] == y.dim[0]))) {
        return true;
    }
    ag_fail(g, AG_ERR_SHAPE, "the first size of both is the number of rows",
            "data: x is %s and y %s", ag_shape_text(x, tx),
            targets ? ag_shape_text(y, ty) : "not there");
    return false;
}

nn_data *(nn_data_from)(ag_graph *g, ag_shape x_shape, const double *x, ag_shape y_shape,
                        const double *y)
{
    if (g == NULL || !rows_agree(g, x_shape, y_shape, y != NULL)) {
        return NULL;
    }
    const nn_arrays a = {.rows = x_shape.dim[0],
                         .x = x,
                         .x_shape = row_shape(x_shape),
                         .y = y,
                         .y_shape = y != NULL ? row_shape(y_shape) : AG_SCALAR};
    return (nn_data_new)(g, &a);
}

/* One more than the largest label; -1 where there is a negative one. */
static int64_t classes_in(const int64_t *label, int64_t n)
{
    int64_t most = 0;
    for (int64_t i = 0; i < n && most >= 0; i++) {
        most = label[i] < 0 || label[i] == INT64_MAX ? -1 : label[i] >= most ? label[i] + 1 : most;
    }
    return most;
}

/* The tensor's numbers, copied; classes if they are whole. */
static const void *tensor_block(const ag_tensor *t, nn_element *e, ag_shape *row, int64_t *classes)
{
    static const nn_element element[AG_DTYPE_COUNT] = {NN_F64, NN_F32, NN_I64};
    ag_graph *g = ag_graph_of(t);
    size_t bytes = ag_dtype_bytes(ag_dtype_of(t));
    void *copy = nn__memory(g, ag_size(t), bytes);
    if (copy == NULL || ag_read(t, copy, (size_t)ag_size(t) * bytes) != AG_OK) {
        return NULL;
    }
    *e = element[ag_dtype_of(t)];
    *row = row_shape(ag_shape_of(t));
    *classes = *e == NN_I64 ? classes_in(copy, ag_size(t)) : 0;
    if (*classes < 0) {
        ag_fail(g, AG_ERR_VALUE, "classes are counted from 0", "data: a negative class");
    }
    return *classes >= 0 ? copy : NULL;
}

nn_data *(nn_data_of)(const ag_tensor *x, const ag_tensor *y)
{
    ag_graph *g = x != NULL ? ag_graph_of(x) : NULL;
    ag_shape x_shape = x != NULL ? ag_shape_of(x) : AG_SCALAR;
    if (g == NULL || !rows_agree(g, x_shape, y != NULL ? ag_shape_of(y) : AG_SCALAR, y != NULL)) {
        return NULL;
    }
    nn_arrays a = {.rows = x_shape.dim[0], .borrow = true};
    a.x = tensor_block(x, &a.x_element, &a.x_shape, &a.x_classes);
    if (y != NULL && a.x != NULL) {
        a.y = tensor_block(y, &a.y_element, &a.y_shape, &a.y_classes);
    }
    return a.x != NULL && (y == NULL || a.y != NULL) ? (nn_data_new)(g, &a) : NULL;
}
