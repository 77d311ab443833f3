/* Metrics of numbers: errors, and how much of the variation is explained. */
#include "cases.h"

#include <math.h>

static double mean_square(const nn__numbers *c)
{
    double sum = 0;
    for (int64_t i = 0, n = c->rows * c->columns; i < n; i++) {
        double d = c->y[i] - c->t[i];
        sum += d * d;
    }
    return sum / (double)(c->rows * c->columns);
}

static double rmse(const nn__numbers *c)
{
    return sqrt(mean_square(c));
}

/* The mean is taken in two passes, so that numbers far from 0 keep their digits. */
static double mean_of(const double *x, int64_t rows, int64_t step)
{
    double mean = 0;
    for (int pass = 0; pass < 2; pass++) {
        double sum = 0;
        for (int64_t i = 0; i < rows; i++) {
            sum += x[i * step] - mean;
        }
        mean += sum / (double)rows;
    }
    return mean;
}

static double r2_of_column(const nn__numbers *c, int64_t j)
{
    double mean = mean_of(c->t + j, c->rows, c->columns), left = 0, all = 0;
    for (int64_t i = j, n = c->rows * c->columns; i < n; i += c->columns) {
        double d = c->t[i] - c->y[i], away = c->t[i] - mean;
        left += d * d;
        all += away * away;
    }
    return all > 0 ? 1 - left / all : (double)NAN;
}

static double r2(const nn__numbers *c)
{
    double sum = 0;
    for (int64_t j = 0; j < c->columns; j++) {
        sum += r2_of_column(c, j);
    }
    return sum / (double)c->columns;
}

/* The number that `measure` gives; NaN without numbers, and after an error. */
static double measured(const char *what, const ag_tensor *y, const ag_tensor *t,
                       double (*measure)(const nn__numbers *c))
{
    nn__numbers c;
    if (!nn__numbers_read(&c, what, y, t)) {
        return (double)NAN;
    }
    double value = c.rows > 0 && c.columns > 0 ? measure(&c) : (double)NAN;
    nn__numbers_free(&c);
    return value;
}

/* Name, is more better? */
#define TABLE(X)                                                                                   \
    X(rmse, false)                                                                                 \
    X(r2, true)

#define METRIC(name, more)                                                                         \
    static double name##_of(ag_tensor *y, ag_tensor *t, const void *user)                          \
    {                                                                                              \
        (void)user;                                                                                \
        return measured("nn_" #name, y, t, name);                                                  \
    }                                                                                              \
    const nn_metric nn_##name = {#name, name##_of, more, NULL};
TABLE(METRIC)
