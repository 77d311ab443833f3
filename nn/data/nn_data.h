/* Data: rows of inputs and targets in plain memory, views of them, splits and folds, and the
 * numbers that standardize them. Readers of files are in nn_formats.h, batches in nn_batches.h.
 * Must not know modules.
 *
 * A data set has n rows. Each has an input x and mostly a target y; all x have one shape and one
 * kind of number, and so have all y. Numbers stay as they were stored (the bytes of an image stay
 * bytes) until a batch is made of them. A view (a split, a fold, a selection) is a list of rows and
 * shares the numbers, so it is cheap.
 *
 * Ownership. A data set is *borrowed* from the graph that it was made in; a view from the graph of
 * the data set that it was made of (nn_data_in changes that). The numbers must outlive their views.
 *
 * Threads. A data set does not change once it was made, and any thread may ask it. Such questions
 * therefore keep no error: they answer NULL, -1, NaN or a status. Functions that make something
 * belong to the graph's thread and keep their errors in the graph.
 */
#ifndef AUTOGRAD_NN_DATA_H
#define AUTOGRAD_NN_DATA_H

#include "engine.h"
#include <stdio.h>

AG_BEGIN_C

typedef struct nn_data nn_data;

/* How numbers are stored: name, type in C. A file may have more kinds than a tensor. */
#define NN_ELEMENT_TABLE(X)                                                                        \
    X(F64, double)                                                                                 \
    X(F32, float)                                                                                  \
    X(I64, int64_t)                                                                                \
    X(I32, int32_t)                                                                                \
    X(I16, int16_t)                                                                                \
    X(I8, int8_t)                                                                                  \
    X(U32, uint32_t)                                                                               \
    X(U16, uint16_t)                                                                               \
    X(U8, uint8_t)

typedef enum nn_element {
#define NN__ELEMENT_ENUM(name, type) NN_##name,
    NN_ELEMENT_TABLE(NN__ELEMENT_ENUM)
#undef NN__ELEMENT_ENUM
        NN_ELEMENT_COUNT
} nn_element;

/* "f64", "u8" and so on, "?" for anything else; bytes of one element, 0 for anything else. */
AG_API const char *nn_element_text(nn_element e);
AG_API size_t nn_element_bytes(nn_element e);

/* --- making a data set of arrays -------------------------------------------------------------- */

/* n rows of numbers, row-major. `x_shape` and `y_shape` are those of one row: AG_SHAPE(4), or
 * AG_SCALAR for one label. A count of classes says that the numbers are classes (or, in x, tokens
 * of a vocabulary): integers from 0 to classes - 1. They become i64 in a batch; other numbers take
 * the dtype of the graph. Names may be NULL. */
typedef struct nn_arrays {
    int64_t rows;
    const void *x;
    nn_element x_element;
    ag_shape x_shape;
    int64_t x_classes;
    const void *y; /* NULL: no targets */
    nn_element y_element;
    ag_shape y_shape;
    int64_t y_classes;
    const char *const *class_names;  /* y_classes of them; without y, x_classes */
    const char *const *column_names; /* one for each number of x */
    bool borrow; /* keep the pointers to x and y instead of copying what they point to */
} nn_arrays;

/* A data set of arrays, copied or borrowed. nn_data_from: of doubles, with the rows in front of
 * both shapes, AG_SHAPE(100, 4); y may be NULL. nn_data_of: of two tensors with rows as their first
 * axis, copied; i64 holds classes from 0; y may be NULL. Errors: SHAPE, VALUE (a class outside; the
 * message gives row and value), OVERFLOW, MEMORY, GRAPH. */
AG_API nn_data *nn_data_new(ag_graph *g, const nn_arrays *a);
AG_API nn_data *nn_data_from(ag_graph *g, ag_shape x_shape, const double *x, ag_shape y_shape,
                             const double *y);
AG_API nn_data *nn_data_of(const ag_tensor *x, const ag_tensor *y);

/* --- asking ----------------------------------------------------------------------------------- */

/* Rows; classes of the targets (0: they are numbers or there are none); classes of the inputs (a
 * vocabulary; 0: they are numbers). 0 for NULL. */
AG_API int64_t nn_rows(const nn_data *d);
AG_API int64_t nn_classes(const nn_data *d);
AG_API int64_t nn_input_classes(const nn_data *d);

/* The shape of one row's input and target, without the batch axis; how many numbers that is (0
 * where there are no targets); the dtype they have in a batch: i64 for classes, else that of the
 * graph. */
AG_API ag_shape nn_sample_shape(const nn_data *d);
AG_API ag_shape nn_target_shape(const nn_data *d);
AG_API int64_t nn_sample_size(const nn_data *d);
AG_API int64_t nn_target_size(const nn_data *d);
AG_API bool nn_has_targets(const nn_data *d);
AG_API nn_element nn_sample_element(const nn_data *d);
AG_API nn_element nn_target_element(const nn_data *d);

/* The graph that owns the data set. */
AG_API ag_graph *nn_graph_of_data(const nn_data *d);

/* A row of d in what was read: the first row of a file is 0. It stays the same in every view, so a
 * digit that a network mistakes can be found again. -1 outside. */
AG_API int64_t nn_stored_row(const nn_data *d, int64_t row);

/* The numbers of a row as they stand in a batch (scaled); the class of a row, -1 where targets are
 * no classes or `row` is outside. Return NULL_ARGUMENT, VALUE (row outside) or SHAPE (n is not
 * nn_sample_size, nn_target_size). */
AG_API AG_MUST_USE ag_status nn_get_sample(const nn_data *d, int64_t row, double *out, int64_t n);
AG_API AG_MUST_USE ag_status nn_get_target(const nn_data *d, int64_t row, double *out, int64_t n);
AG_API int64_t nn_label(const nn_data *d, int64_t row);

/* The name of class c; the number of a class by its name, -1 where there is none; how many rows
 * each class has, `n` = nn_classes counts. Classes without names are called by their number in what
 * is printed. *Borrowed*; NULL without a name. */
AG_API const char *nn_class_name(const nn_data *d, int64_t c);
AG_API int64_t nn_class_of(const nn_data *d, const char *name);
AG_API AG_MUST_USE ag_status nn_class_counts(const nn_data *d, int64_t *count, int64_t n);

/* The name of the j-th number of an input or target; which number of the input has this name, -1
 * where none has. *Borrowed*; NULL without a name. */
AG_API const char *nn_column_name(const nn_data *d, int64_t j);
AG_API const char *nn_target_name(const nn_data *d, int64_t j);
AG_API int64_t nn_column_of(const nn_data *d, const char *name);

/* A column that was read but is no part of x and y (nn_csv.extra): a mark, a weight, a group. NaN
 * where there is none. nn_extra_classes: how many classes a column of text has, 0 for numbers, -1
 * where there is no such column; nn_extra_class_name: their names. */
AG_API double nn_extra(const nn_data *d, const char *name, int64_t row);
AG_API int64_t nn_extra_classes(const nn_data *d, const char *name);
AG_API const char *nn_extra_class_name(const nn_data *d, const char *name, int64_t c);

/* Prints what is in a data set, a line for each column with its first values, smallest, mean and
 * largest; at most 40 columns. nn_print_head: the first n rows as a table. Numbers have a point in
 * every locale. Return NULL_ARGUMENT, IO, MEMORY. */
AG_API ag_status nn_print_data(FILE *out, const nn_data *d);
AG_API ag_status nn_print_head(FILE *out, const nn_data *d, int64_t n);

/* --- views ------------------------------------------------------------------------------------ */

/* The same rows, belonging to another graph, where views and batches of them are then made: for a
 * thread with a graph of its own. The graph of d must outlive it. */
AG_API nn_data *nn_data_in(ag_graph *g, const nn_data *d);

/* The rows with these numbers, in this order, repeated where a number is. Errors: VALUE (outside).
 */
AG_API nn_data *nn_select(const nn_data *d, const int64_t *rows, int64_t n);

/* Rows from `from` (included) to `to` (excluded). Errors: VALUE. */
AG_API nn_data *nn_rows_between(const nn_data *d, int64_t from, int64_t to);

/* Inputs become (x - subtract)/divide when a batch is made: nn_scaled(images, 0, 255) gives numbers
 * from 0 to 1, while the bytes stay bytes. Of a scaled data set it scales what was scaled. Errors:
 * VALUE (divide is 0 or a number is not finite), DTYPE (inputs are classes). */
AG_API nn_data *nn_scaled(const nn_data *d, double subtract, double divide);

/* Inputs of another shape with as many numbers: images [1,28,28] as AG_SHAPE(784). Errors: SHAPE.
 */
AG_API nn_data *nn_reshaped(const nn_data *d, ag_shape sample);

/* Names for the classes, copied. Errors: VALUE (n below nn_classes, which becomes n), DTYPE. */
AG_API nn_data *nn_with_class_names(const nn_data *d, const char *const *names, int64_t n);

/* The rows of a, then those of b, copied; of the same shapes, elements, scales and classes. For
 * views of one data set nothing is copied. The names are a's. Errors: SHAPE, DTYPE, VALUE, MEMORY.
 */
AG_API nn_data *nn_join(const nn_data *a, const nn_data *b);

/* All inputs or targets as a constant tensor of the data set's graph, rows first: for full-batch
 * training and prediction. Errors: STATE (no targets), MEMORY. */
AG_API ag_tensor *nn_inputs(const nn_data *d);
AG_API ag_tensor *nn_targets(const nn_data *d);

/* --- splits ----------------------------------------------------------------------------------- */

/* Rows are drawn at random and stay in their order within each part. The parts are disjoint and
 * cover all rows; equal seeds give equal parts. */
typedef struct nn_split_options {
    bool stratify; /* each class keeps its share, to within one row */
    bool in_order; /* not at random: the last rows (of each class) are the test rows */
    uint64_t seed;
} nn_split_options;

typedef struct nn_halves {
    nn_data *train, *test;
} nn_halves;
typedef struct nn_thirds {
    nn_data *train, *validation, *test;
} nn_thirds;

/* A share of the rows for testing, the rest for training; the nearest whole number of rows, at
 * least one in each part. nn_split3: two shares of all rows. Both parts are NULL after an error.
 * Errors: VALUE (a share outside (0,1), a part without rows, a class of one row when stratified:
 * named), DTYPE (stratified without classes). */
AG_API nn_halves nn_split(const nn_data *d, double share, const nn_split_options *o);
AG_API nn_thirds nn_split3(const nn_data *d, double validation, double test,
                           const nn_split_options *o);

/* Fold `fold`, from 0, of `of`: its rows are the test rows, all others train. Over the folds each
 * row is tested once, and their sizes differ by one at most. Nested cross-validation folds the
 * training part of a fold. Errors as nn_split's; VALUE (fold outside, fewer rows than folds). */
AG_API nn_halves nn_fold(const nn_data *d, int64_t fold, int64_t of, const nn_split_options *o);

/* Row `row` is tested, all others train: fold `row` of as many folds as rows, in order. */
AG_API nn_halves nn_leave_one_out(const nn_data *d, int64_t row);

/* The rows with these numbers are tested; those whose extra column `name` is not 0. Errors: VALUE
 * (outside, twice, no such column, a part without rows). */
AG_API nn_halves nn_split_rows(const nn_data *d, const int64_t *test, int64_t n);
AG_API nn_halves nn_split_marked(const nn_data *d, const char *name);

/* --- numbers that standardize ----------------------------------------------------------------- */

/* The mean and standard deviation of each number of the input over the rows of d, which for a fold
 * are its training rows alone; n = nn_sample_size. The sum of squares is divided by the count of
 * rows (scikit-learn), or by one less where `unbiased` (R's scale). A number that is the same in
 * all rows gets deviation 1, so that (x - mean)/deviation is 0 and not NaN. NaN (a missing value)
 * is left out; a number that is NaN in all rows gets 0 and 1. Errors: SHAPE (n), DTYPE (inputs are
 * classes), VALUE (no rows), MEMORY. */
AG_API AG_MUST_USE ag_status nn_moments(const nn_data *d, double *mean, double *deviation,
                                        int64_t n, bool unbiased);

/* Inputs that are NaN take the mean of their column over the rows of `train`, as x stands in d:
 * missing values filled in without looking at test rows. A copy of the rows in f64. Errors: SHAPE,
 * DTYPE, VALUE (a column without any value in train), MEMORY. */
AG_API nn_data *nn_fill_missing(const nn_data *d, const nn_data *train);

AG_END_C

/* The source line of the call, for messages. NN_AT_DATA(d) notes it in the graph of a data set. */
static inline nn_data *nn__at_data(const nn_data *d, const char *where)
{
    (void)ag__at_graph(nn_graph_of_data(d), where);
    return AG_UNCONST(nn_data *, d);
}
#define NN_AT_DATA(data) nn__at_data((data), AG_HERE)

#ifndef AG_NO_SITES
#define nn_data_new(g, ...) nn_data_new(AG_AT_GRAPH(g), __VA_ARGS__)
#define nn_data_from(g, ...) nn_data_from(AG_AT_GRAPH(g), __VA_ARGS__)
#define nn_data_of(x, y) nn_data_of(AG_AT(x), y)
#define nn_data_in(g, d) nn_data_in(AG_AT_GRAPH(g), d)
#define nn_select(d, ...) nn_select(NN_AT_DATA(d), __VA_ARGS__)
#define nn_rows_between(d, from, to) nn_rows_between(NN_AT_DATA(d), from, to)
#define nn_scaled(d, subtract, divide) nn_scaled(NN_AT_DATA(d), subtract, divide)
#define nn_reshaped(d, ...) nn_reshaped(NN_AT_DATA(d), __VA_ARGS__)
#define nn_with_class_names(d, ...) nn_with_class_names(NN_AT_DATA(d), __VA_ARGS__)
#define nn_join(a, b) nn_join(NN_AT_DATA(a), b)
#define nn_inputs(d) nn_inputs(NN_AT_DATA(d))
#define nn_targets(d) nn_targets(NN_AT_DATA(d))
#define nn_split(d, ...) nn_split(NN_AT_DATA(d), __VA_ARGS__)
#define nn_split3(d, ...) nn_split3(NN_AT_DATA(d), __VA_ARGS__)
#define nn_fold(d, ...) nn_fold(NN_AT_DATA(d), __VA_ARGS__)
#define nn_leave_one_out(d, row) nn_leave_one_out(NN_AT_DATA(d), row)
#define nn_split_rows(d, ...) nn_split_rows(NN_AT_DATA(d), __VA_ARGS__)
#define nn_split_marked(d, name) nn_split_marked(NN_AT_DATA(d), name)
#define nn_moments(d, ...) nn_moments(NN_AT_DATA(d), __VA_ARGS__)
#define nn_fill_missing(d, train) nn_fill_missing(NN_AT_DATA(d), train)
#endif

#endif
