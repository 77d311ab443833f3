/* Views of a data set: lists of its rows, other scales, shapes and names for the same numbers;
 * copies of rows; tensors of all. Must not know files and batches.
 */
#include "data.h"

#include <math.h>
#include <string.h>

nn_data *(nn_data_in)(ag_graph *g, const nn_data *d)
{
    return g != NULL ? nn__copy(g, d) : NULL;
}

/* --- rows ------------------------------------------------------------------------------------- */

nn_data *(nn_select)(const nn_data *d, const int64_t *rows, int64_t n)
{
    if (d == NULL) {
        return NULL;
    }
    if (n < 0 || (rows == NULL && n > 0)) {
        ag_fail(d->graph, n < 0 ? AG_ERR_VALUE : AG_ERR_NULL_ARGUMENT,
                "an array of rows and how many there are, from 0", "select: %lld rows%s",
                (long long)n, n < 0 ? "" : " that are NULL");
        return NULL;
    }
    int64_t *list = nn__memory(d->graph, n, sizeof *list);
    for (int64_t i = 0; list != NULL && i < n; i++) {
        if (rows[i] < 0 || rows[i] >= d->rows) {
            ag_fail(d->graph, AG_ERR_VALUE, "rows are counted from 0",
                    "select: row %lld, where there are %lld", (long long)rows[i],
                    (long long)d->rows);
            return NULL;
        }
        list[i] = nn__stored(d, rows[i]);
    }
    nn_data *view = list != NULL ? nn__copy(d->graph, d) : NULL;
    if (view != NULL) {
        view->rows = n;
        view->row = list;
    }
    return view;
}

nn_data *(nn_rows_between)(const nn_data *d, int64_t from, int64_t to)
{
    if (d == NULL) {
        return NULL;
    }
    if (from < 0 || from > to || to > d->rows) {
        ag_fail(d->graph, AG_ERR_VALUE, "0 <= from <= to <= the number of rows",
                "rows_between: from %lld to %lld of %lld rows", (long long)from, (long long)to,
                (long long)d->rows);
        return NULL;
    }
    int64_t *list = nn__memory(d->graph, to - from, sizeof *list);
    for (int64_t i = from; list != NULL && i < to; i++) {
        list[i - from] = nn__stored(d, i);
    }
    nn_data *view = list != NULL ? nn__copy(d->graph, d) : NULL;
    if (view != NULL) {
        view->rows = to - from;
        view->row = list;
    }
    return view;
}

/* --- other words for the same numbers --------------------------------------------------------- */

nn_data *(nn_scaled)(const nn_data *d, double subtract, double divide)
{
    if (d == NULL) {
        return NULL;
    }
    if (d->x.classes > 0) {
        ag_fail(d->graph, AG_ERR_DTYPE, "classes go through nn_embedding, or ag_one_hot",
                "scaled: the inputs are classes, not numbers");
        return NULL;
    }
    if (!isfinite(subtract) || !isfinite(divide) || divide == 0) {
        ag_fail(d->graph, AG_ERR_VALUE, "nn_scaled(d, 0, 255) divides by 255",
                "scaled: (x - %g)/%g", subtract, divide);
        return NULL;
    }
    nn_data *view = nn__copy(d->graph, d);
    if (view != NULL) {
        view->x.subtract = d->x.subtract + subtract * d->x.divide;
        view->x.divide = d->x.divide * divide;
    }
    return view;
}

nn_data *(nn_reshaped)(const nn_data *d, ag_shape sample)
{
    if (d == NULL) {
        return NULL;
    }
    char from[AG_SHAPE_TEXT], to[AG_SHAPE_TEXT];
    if (nn__shape_size(sample) != d->x.size || sample.ndim >= AG_MAX_DIMS) {
        ag_fail(d->graph, AG_ERR_SHAPE, "give all sizes of one row, without the batch",
                "reshaped: an input of shape %s does not fit %s", ag_shape_text(d->x.shape, from),
                ag_shape_text(sample, to));
        return NULL;
    }
    nn_data *view = nn__copy(d->graph, d);
    if (view != NULL) {
        view->x.shape = sample;
    }
    return view;
}

nn_data *(nn_with_class_names)(const nn_data *d, const char *const *names, int64_t n)
{
    if (d == NULL) {
        return NULL;
    }
    const nn__block *b = d->y.values != NULL ? &d->y : &d->x;
    if (b->classes == 0 || names == NULL || n < b->classes) {
        ag_fail(d->graph, b->classes == 0 ? AG_ERR_DTYPE : AG_ERR_VALUE,
                "a name for each class; numbers have none",
                "with_class_names: %lld names for %lld classes", (long long)n,
                (long long)b->classes);
        return NULL;
    }
    nn_data *view = nn__copy(d->graph, d);
    nn__name_list copied =
        view != NULL ? nn__copy_names(d->graph, names, n) : (nn__name_list){NULL, 0};
    if (copied.name == NULL) {
        return NULL;
    }
    *(d->y.values != NULL ? &view->y.classes : &view->x.classes) = n;
    view->classes = copied;
    return view;
}

/* --- copies of rows --------------------------------------------------------------------------- */

/* The numbers of d's rows, unscaled, one row behind the other. */
static void gather(const nn_data *d, const nn__block *b, char *to)
{
    size_t bytes = (size_t)b->size * nn_element_bytes(b->element);
    for (int64_t i = 0; i < d->rows && bytes > 0; i++) {
        memcpy(to + (size_t)i * bytes, nn__element_at(b, nn__stored(d, i)), bytes);
    }
}

/* Room for the numbers of `rows` rows, one behind the other; where there are none, nothing to do.
 */
static bool room_for(nn_data *copy, nn__block *b, int64_t rows, void **values)
{
    *values = NULL;
    if (b->values == NULL) {
        return true;
    }
    *values = nn__memory(copy->graph, nn__times(rows, b->size), nn_element_bytes(b->element));
    b->values = *values;
    b->stride = b->size;
    return *values != NULL;
}

static bool copy_extra(nn_data *copy, const nn_data *d)
{
    int64_t n = d->extra.names.n;
    double *value = n > 0 ? nn__memory(d->graph, nn__times(d->rows, n), sizeof *value) : NULL;
    for (int64_t i = 0; value != NULL && i < d->rows; i++) {
        memcpy(value + i * n, d->extra.value + nn__stored(d, i) * n, (size_t)n * sizeof *value);
    }
    copy->extra.value = value;
    return n == 0 || value != NULL;
}

nn_data *nn__copy_rows(const nn_data *d, nn_element x_element, void **x)
{
    void *y;
    nn_data *copy = nn__copy(d->graph, d);
    int64_t *number = copy != NULL ? nn__memory(d->graph, d->rows, sizeof *number) : NULL;
    if (number == NULL) {
        return NULL;
    }
    copy->x.element = x_element;
    if (!room_for(copy, &copy->x, d->rows, x) || !room_for(copy, &copy->y, d->rows, &y) ||
        !copy_extra(copy, d)) {
        return NULL;
    }
    for (int64_t i = 0; i < d->rows; i++) {
        number[i] = nn_stored_row(d, i);
    }
    if (y != NULL) {
        gather(d, &d->y, y);
    }
    copy->row = NULL;
    copy->stored = d->rows;
    copy->number = number;
    return copy;
}

static bool blocks_agree(const nn__block *a, const nn__block *b)
{
    return (a->values == NULL) == (b->values == NULL) && a->element == b->element &&
           ag_shape_equal(a->shape, b->shape) && a->classes == b->classes &&
           a->subtract == b->subtract && a->divide == b->divide;
}

static nn_data *join_views(const nn_data *a, const nn_data *b)
{
    int64_t *list = nn__memory(a->graph, a->rows + b->rows, sizeof *list);
    nn_data *view = list != NULL ? nn__copy(a->graph, a) : NULL;
    for (int64_t i = 0; view != NULL && i < a->rows + b->rows; i++) {
        list[i] = i < a->rows ? nn__stored(a, i) : nn__stored(b, i - a->rows);
    }
    if (view != NULL) {
        view->rows = a->rows + b->rows;
        view->row = list;
    }
    return view;
}

static void gather_both(const nn_data *a, const nn_data *b, const nn__block *of_a,
                        const nn__block *of_b, char *to)
{
    gather(a, of_a, to);
    gather(b, of_b, to + (size_t)(a->rows * of_a->size) * nn_element_bytes(of_a->element));
}

static nn_data *join_copies(const nn_data *a, const nn_data *b)
{
    nn_data *joined = nn__copy(a->graph, a);
    void *x, *y;
    int64_t rows = a->rows + b->rows;
    if (joined == NULL || !room_for(joined, &joined->x, rows, &x) ||
        !room_for(joined, &joined->y, rows, &y)) {
        return NULL;
    }
    gather_both(a, b, &a->x, &b->x, x);
    if (y != NULL) {
        gather_both(a, b, &a->y, &b->y, y);
    }
    joined->rows = joined->stored = rows;
    joined->row = joined->number = NULL;
    joined->extra = (nn__extras){NULL, NULL, {NULL, 0}};
    return joined;
}

nn_data *(nn_join)(const nn_data *a, const nn_data *b)
{
    if (a == NULL || b == NULL) {
        return NULL;
    }
    if (!blocks_agree(&a->x, &b->x) || !blocks_agree(&a->y, &b->y)) {
        char ta[AG_SHAPE_TEXT], tb[AG_SHAPE_TEXT];
        ag_fail(a->graph, AG_ERR_SHAPE,
                "shapes, elements, scales and classes of inputs and targets must be equal",
                "join: %s %s of %lld classes and %s %s of %lld classes differ",
                nn_element_text(a->x.element), ag_shape_text(a->x.shape, ta),
                (long long)nn_classes(a), nn_element_text(b->x.element),
                ag_shape_text(b->x.shape, tb), (long long)nn_classes(b));
        return NULL;
    }
    bool same = a->x.values == b->x.values && a->y.values == b->y.values;
    return same ? join_views(a, b) : join_copies(a, b);
}

/* --- tensors of all rows ---------------------------------------------------------------------- */

static ag_tensor *tensor_of(const nn_data *d, const nn__block *b)
{
    ag_shape shape = {b->shape.ndim + 1, {d->rows}};
    for (int i = 0; i < b->shape.ndim; i++) {
        shape.dim[i + 1] = b->shape.dim[i];
    }
    ag_tensor *t = ag_leaf(d->graph, AG_CONSTANT, nn__batch_dtype(d, b), shape, NULL);
    void *out = t != NULL && ag_size(t) > 0 ? ag_mutable_data(t) : NULL;
    if (out != NULL) {
        nn__convert(b, d->row, 0, d->rows, ag_dtype_of(t), out);
    }
    return t;
}

ag_tensor *(nn_inputs)(const nn_data *d)
{
    return d != NULL ? tensor_of(d, &d->x) : NULL;
}

ag_tensor *(nn_targets)(const nn_data *d)
{
    if (d != NULL && d->y.values == NULL) {
        ag_fail(d->graph, AG_ERR_STATE, "nn_csv.target names the column to be predicted",
                "targets: the data have none");
        return NULL;
    }
    return d != NULL ? tensor_of(d, &d->y) : NULL;
}
