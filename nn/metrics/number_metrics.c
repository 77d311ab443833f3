/* Metrics of numbers: errors, and how much of the variation is explained. */
#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "cases.h"

/* --- over all numbers ------------------------------------------------------------------------- */

static double mean_square(const nn__numbers *c)
{
    double sum = 0;
    int64_t n = c->rows * c->columns;
    for (int64_t i = 0; i < n; i++) {
        double d = c->y[i] - c->t[i];
        sum += d * d;
    }
    return sum / (double)n;
}

static double root_mean_square(const nn__numbers *c)
{
    return sqrt(mean_square(c));
}

static double mean_size(const nn__numbers *c)
{
    double sum = 0;
    int64_t n = c->rows * c->columns;
    for (int64_t i = 0; i < n; i++) {
        sum += fabs(c->y[i] - c->t[i]);
    }
    return sum / (double)n;
}

static double mean_share(const nn__numbers *c)
{
    double sum = 0;
    int64_t n = c->rows * c->columns;
    for (int64_t i = 0; i < n; i++) {
        double size = fabs(c->t[i]);
        sum += fabs(c->y[i] - c->t[i]) / (size < DBL_EPSILON ? DBL_EPSILON : size);
    }
    return sum / (double)n;
}

static double largest_size(const nn__numbers *c)
{
    double most = 0;
    for (int64_t i = 0, n = c->rows * c->columns; i < n; i++) {
        double size = fabs(c->y[i] - c->t[i]);
        most = size > most || isnan(size) ? size : most;
        if (isnan(most)) {
            break;
        }
    }
    return most;
}

/* --- over the numbers of a column ------------------------------------------------------------- */

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median_size(nn__numbers *c, int64_t j)
{
    int64_t n = c->rows;
    double *size = ag_graph_memory(c->graph, (size_t)n * sizeof *size), median = (double)NAN;
    bool ordered = size != NULL;
    for (int64_t i = 0; ordered && i < n; i++) {
        size[i] = fabs(c->y[i * c->columns + j] - c->t[i * c->columns + j]);
        ordered = !isnan(size[i]);
    }
    if (ordered) {
        qsort(size, (size_t)n, sizeof *size, by_size);
        median = n % 2 == 1 ? size[n / 2] : (size[n / 2 - 1] + size[n / 2]) / 2;
    }
    return median;
}

/* 1 - sum (d - shift)^2 / sum (t - mean t)^2 with d = t - y. */
static double explained(const nn__numbers *c, int64_t j, double shift)
{
    double mean = nn__mean_of(c->t + j, c->rows, c->columns), left = 0, all = 0;
    for (int64_t i = j, n = c->rows * c->columns; i < n; i += c->columns) {
        double d = c->t[i] - c->y[i] - shift, away = c->t[i] - mean;
        left += d * d;
        all += away * away;
    }
    return all > 0 ? 1 - left / all : (double)NAN;
}

static double r2_of_column(nn__numbers *c, int64_t j)
{
    return explained(c, j, 0);
}

static double explained_variance_of_column(nn__numbers *c, int64_t j)
{
    double shift =
        nn__mean_of(c->t + j, c->rows, c->columns) - nn__mean_of(c->y + j, c->rows, c->columns);
    return explained(c, j, shift);
}

/* --- the metrics ------------------------------------------------------------------------------ */

/* Name; the measure of all numbers or of a column; is more better? */
#define TABLE(X)                                                                                   \
    X(squared_error, mean_square, NULL, false)                                                     \
    X(rmse, root_mean_square, NULL, false)                                                         \
    X(absolute_error, mean_size, NULL, false)                                                      \
    X(percentage_error, mean_share, NULL, false)                                                   \
    X(largest_error, largest_size, NULL, false)                                                    \
    X(median_error, NULL, median_size, false)                                                      \
    X(r2, NULL, r2_of_column, true)                                                                \
    X(explained_variance, NULL, explained_variance_of_column, true)

#define METRIC(name, of_all, of_column, more)                                                      \
    static double name##_of(ag_tensor *y, ag_tensor *t, const void *user)                          \
    {                                                                                              \
        (void)user;                                                                                \
        return nn__measure_numbers("nn_" #name, y, t, of_all, of_column);                          \
    }                                                                                              \
    const nn_metric nn_##name = {#name, name##_of, more, NULL};
TABLE(METRIC)

static double adjusted_r2_of(ag_tensor *y, ag_tensor *t, const void *user)
{
    if (user == NULL) {
        ag_fail(ag_graph_of(y), AG_ERR_NULL_ARGUMENT, "user: const int *, how many there are",
                "nn_adjusted_r2: the number of predictors is not given");
        return (double)NAN;
    }
    double r2 = nn__measure_numbers("nn_adjusted_r2", y, t, NULL, r2_of_column);
    double n = ag_shape_of(y).ndim > 0 ? (double)ag_shape_of(y).dim[0] : 0;
    double left = n - *(const int *)user - 1;
    return left > 0 ? 1 - (1 - r2) * (n - 1) / left : (double)NAN;
}

const nn_metric nn_adjusted_r2 = {"adjusted_r2", adjusted_r2_of, true, NULL};
