/* Data and networks for the tests of training: points on both sides of a line, a small network, and
 * options that show nothing. Must not know any private header.
 */
#ifndef FIT_CASES_H
#define FIT_CASES_H

#include "tests/expect.h"

enum { CASE_ROWS = 39 }; /* 7 are left over from batches of 32 */

static inline ag_graph *case_graph(ag_dtype dtype)
{
    return ag_graph_new_with(&(ag_graph_options){.dtype = dtype, .seed = 3});
}

/* Two classes of points, apart by a line but for a few. */
static inline nn_data *labelled(ag_graph *g, int64_t rows)
{
    double *x = malloc((size_t)rows * 2 * sizeof *x);
    int64_t *y = malloc((size_t)rows * sizeof *y);
    for (int64_t i = 0; i < rows; i++) {
        double a = sin(1.7 * (double)i), b = cos(2.3 * (double)i + 1);
        x[2 * i] = a;
        x[2 * i + 1] = b;
        y[i] = a + b + 0.3 * sin((double)(5 * i)) > 0;
    }
    nn_arrays arrays = {.rows = rows,
                        .x = x,
                        .x_shape = AG_SHAPE(2),
                        .y = y,
                        .y_element = NN_I64,
                        .y_shape = AG_SCALAR,
                        .y_classes = 2};
    nn_data *d = nn_data_new(g, &arrays);
    free(x);
    free(y);
    return d;
}

/* y = a number for each point. */
static inline nn_data *numbered(ag_graph *g, int64_t rows)
{
    double *x = malloc((size_t)rows * 2 * sizeof *x), *y = malloc((size_t)rows * sizeof *y);
    for (int64_t i = 0; i < rows; i++) {
        x[2 * i] = sin(1.7 * (double)i);
        x[2 * i + 1] = cos(2.3 * (double)i + 1);
        y[i] = x[2 * i] - 2 * x[2 * i + 1] * x[2 * i + 1] + 0.1 * sin((double)(5 * i));
    }
    nn_data *d = nn_data_from(g, AG_SHAPE(rows, 2), x, AG_SHAPE(rows, 1), y);
    free(x);
    free(y);
    return d;
}

static inline nn_module *classifier(ag_graph *g)
{
    return nn_sequential(g, nn_linear(g, 5, NULL), nn_tanh(g), nn_linear(g, 2, NULL));
}

static inline nn_module *regressor(ag_graph *g)
{
    return nn_sequential(g, nn_linear(g, 5, NULL), nn_tanh(g), nn_linear(g, 1, NULL));
}

static inline nn_fit_options quiet(nn_loss loss, int epochs)
{
    return (nn_fit_options){.loss = loss, .epochs = epochs, .seed = 7, .show = NN_SHOW_NOTHING};
}

enum { MOST_WEIGHTS = 200 };

/* The weights of a network, and how many they are. */
static inline int64_t weights_of(const nn_module *net, double out[MOST_WEIGHTS])
{
    int64_t n = nn_weights_size(net);
    ck_assert_int_le(n, MOST_WEIGHTS);
    expect_ok(nn_get_weights(net, out, n));
    return n;
}

#endif
