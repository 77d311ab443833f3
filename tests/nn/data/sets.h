/* Small data sets that the tests of data share, and what they ask of rows. Must not know files. */
#ifndef SETS_H
#define SETS_H

#include "expect.h"

/* n rows of x = (i, 10 i) and a class i % classes, named "a", "b", ... */
static inline nn_data *set_of(ag_graph *g, int64_t n, int64_t classes)
{
    static const char *const name[] = {"a", "b", "c", "d", "e", "f"};
    double *x = malloc((size_t)(2 * n + 1) * sizeof *x);
    int64_t *y = malloc((size_t)(n + 1) * sizeof *y);
    for (int64_t i = 0; i < n; i++) {
        x[2 * i] = (double)i;
        x[2 * i + 1] = 10.0 * (double)i;
        y[i] = i % classes;
    }
    nn_data *d = nn_data_new(g, &(nn_arrays){.rows = n,
                                             .x = x,
                                             .x_shape = AG_SHAPE(2),
                                             .y = y,
                                             .y_element = NN_I64,
                                             .y_classes = classes,
                                             .class_names = name,
                                             .column_names = (const char *[]){"i", "ten"}});
    free(x);
    free(y);
    return d;
}

/* Classes with these many rows, one behind the other. */
static inline nn_data *set_with(ag_graph *g, const int64_t *rows, int64_t classes)
{
    int64_t n = 0;
    double x[2000];
    int64_t y[2000];
    for (int64_t c = 0; c < classes; c++) {
        for (int64_t i = 0; i < rows[c]; i++) {
            x[n] = (double)n;
            y[n++] = c;
        }
    }
    ck_assert_int_le(n, 2000);
    return nn_data_new(g, &(nn_arrays){.rows = n,
                                       .x = x,
                                       .x_shape = AG_SHAPE(1),
                                       .y = y,
                                       .y_element = NN_I64,
                                       .y_classes = classes});
}

static inline double first_number(const nn_data *d, int64_t row)
{
    double *x = malloc((size_t)nn_sample_size(d) * sizeof *x);
    ck_assert_int_eq(nn_get_sample(d, row, x, nn_sample_size(d)), AG_OK);
    double first = x[0];
    free(x);
    return first;
}

/* How often stored row r is in d, for r below n, added to count. */
static inline void count_rows(const nn_data *d, int *count, int64_t n)
{
    for (int64_t i = 0; i < nn_rows(d); i++) {
        int64_t r = nn_stored_row(d, i);
        ck_assert(r >= 0 && r < n);
        count[r]++;
    }
}

#define no_data(g, here, call, status, ...)                                                        \
    failed_data(g, call, status, here, (const char *const[]){__VA_ARGS__, NULL})
static inline void failed_data(ag_graph *g, const nn_data *d, ag_status status, const char *where,
                               const char *const *part)
{
    ck_assert_msg(d == NULL, "data where %s was due", ag_status_text(status));
    failed(g, status, where, part);
}

#endif
