/* What a data set is made of, and the helpers that its makers share: readers of files, views,
 * copies. Private to nn/data, nn/disk, nn/formats, nn/files and nn/batches. Knows no file and no
 * batch.
 */
#ifndef NN_DATA_DATA_H
#define NN_DATA_DATA_H

#define AG_NO_SITES
#include <autograd/nn_data.h>

/* Numbers of all stored rows, of which a data set lists some. `stride` is how many elements lie
 * between the starts of two stored rows: less than `size` where rows overlap (the windows of a
 * text). */
typedef struct nn__block {
    const void *values; /* NULL: there are none */
    nn_element element;
    ag_shape shape; /* of one row */
    int64_t size;   /* elements of one row */
    int64_t stride;
    int64_t classes;         /* 0: numbers; otherwise integers below it */
    double subtract, divide; /* a number in a batch is (stored - subtract)/divide */
} nn__block;

typedef struct nn__name_list {
    const char *const *name;
    int64_t n;
} nn__name_list;

/* Columns beside x and y: value of column c in stored row r is value[r n + c]. */
typedef struct nn__extras {
    const double *value;
    const nn__name_list *classes; /* of each column; none for numbers */
    nn__name_list names;
} nn__extras;

/* How a column of a table became numbers of x, so that another table is read in the same way. */
typedef struct nn__column {
    const char *name;
    nn__name_list categories; /* n is 0 for numbers */
    int64_t source;           /* the column of the file, from 0 */
    int64_t first, width;     /* the numbers of x */
    int base;                 /* categories before this one have no number of their own: 0 or 1 */
    bool other;               /* the last number marks a category that is not in the list */
    bool code;                /* one number that is the category's place in the list */
} nn__column;

struct nn_data {
    ag_graph *graph;
    nn__block x, y;
    int64_t rows, stored;
    const int64_t *row;    /* the stored row of each row; NULL: the same */
    const int64_t *number; /* what each stored row is called (nn_stored_row); NULL: the same */
    nn__name_list x_names, y_names, classes;
    nn__extras extra;
    const nn__column *column; /* of a table; NULL otherwise */
    int64_t columns;
};

static inline int64_t nn__stored(const nn_data *d, int64_t row)
{
    return d->row != NULL ? d->row[row] : row;
}

static inline const char *nn__element_at(const nn__block *b, int64_t stored)
{
    return (const char *)b->values + (size_t)(stored * b->stride) * nn_element_bytes(b->element);
}

/* a b, or -1 where that is no int64_t or one of them is negative. */
static inline int64_t nn__times(int64_t a, int64_t b)
{
    return a < 0 || b < 0 || (a != 0 && b > INT64_MAX / a) ? -1 : a * b;
}

/* Elements of a shape; -1 where that is too many, a size is negative, or there are too many of
 * them. */
int64_t nn__shape_size(ag_shape shape);

/* Memory of the graph for n elements of `bytes`; NULL and an error when that does not fit or there
 * is none. */
void *nn__memory(ag_graph *g, int64_t n, size_t bytes);
/* Copies in memory of the graph; `n` names, or the bytes of one. NULL in (no names) gives NULL out.
 */
const char *nn__copy_text(ag_graph *g, const char *text, size_t bytes);
nn__name_list nn__copy_names(ag_graph *g, const char *const *name, int64_t n);

/* A copy of the struct, in the graph g. NULL and an error. */
nn_data *nn__copy(ag_graph *g, const nn_data *d);
/* A block of numbers without scale whose rows lie one behind the other. */
nn__block nn__block_of(const void *values, nn_element e, ag_shape shape, int64_t classes);
/* Is every number of n values a class? Keeps an error with row and value where one is not. `what`
 * is who asks. */
bool nn__check_classes(ag_graph *g, const char *what, const nn__block *b, int64_t rows);
/* A data set of the same rows whose y, names and extra columns are copied, and whose x has room for
 * this kind of number, zeros as yet, at *x. */
nn_data *nn__copy_rows(const nn_data *d, nn_element x_element, void **x);

/* Numbers of the rows `row[0..n)` (stored rows; NULL: from `first` on) as a tensor's, one row
 * behind the other: scaled, then converted. */
void nn__convert(const nn__block *b, const int64_t *row, int64_t first, int64_t n, ag_dtype to,
                 void *out);
/* The dtype that a block's numbers have in a batch. */
ag_dtype nn__batch_dtype(const nn_data *d, const nn__block *b);
/* Part of a row, elements from `at` on, as doubles; scaled. */
void nn__read(const nn__block *b, int64_t stored, int64_t at, int64_t n, double *out);

#endif
