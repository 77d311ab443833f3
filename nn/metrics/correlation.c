/* Correlation of predictions and targets, of the numbers or of their ranks. */
#include <math.h>
#include <stdlib.h>

#include "cases.h"

/* NaN where one of them is constant, which is compared, since rounding may leave a variance. */
static double correlation(const double *y, const double *t, int64_t n, int64_t step)
{
    double my = nn__mean_of(y, n, step), mt = nn__mean_of(t, n, step), yy = 0, tt = 0, yt = 0;
    bool y_same = true, t_same = true;
    for (int64_t i = 0; i < n; i++) {
        double a = y[i * step] - my, b = t[i * step] - mt;
        y_same = y_same && y[i * step] == y[0];
        t_same = t_same && t[i * step] == t[0];
        yy += a * a;
        tt += b * b;
        yt += a * b;
    }
    return y_same || t_same ? (double)NAN : yt / (sqrt(yy) * sqrt(tt));
}

static double pearson(nn__numbers *c, int64_t j)
{
    return correlation(c->y + j, c->t + j, c->rows, c->columns);
}

/* --- ranks ------------------------------------------------------------------------------------ */

typedef struct placed {
    double x;
    int64_t row;
} placed;

static int by_x(const void *a, const void *b)
{
    double x = ((const placed *)a)->x, y = ((const placed *)b)->x;
    return (x > y) - (x < y);
}

/* Ranks from 1; equal numbers have the mean of theirs. False where a number is NaN. */
static bool rank(const double *x, int64_t n, int64_t step, placed *list, double *out)
{
    for (int64_t i = 0; i < n; i++) {
        list[i] = (placed){x[i * step], i};
        if (isnan(list[i].x)) {
            return false;
        }
    }
    qsort(list, (size_t)n, sizeof *list, by_x);
    for (int64_t i = 0, end; i < n; i = end) {
        for (end = i; end < n && list[end].x == list[i].x; end++) {
        }
        for (int64_t k = i; k < end; k++) {
            out[list[k].row] = 0.5 * (double)(i + 1 + end);
        }
    }
    return true;
}

static double spearman(nn__numbers *c, int64_t j)
{
    int64_t n = c->rows;
    placed *list = ag_graph_memory(c->graph, (size_t)n * sizeof *list);
    double *of = ag_graph_memory(c->graph, 2 * (size_t)n * sizeof *of);
    bool ranked = list != NULL && of != NULL && rank(c->y + j, n, c->columns, list, of) &&
                  rank(c->t + j, n, c->columns, list, of + n);
    return ranked ? correlation(of, of + n, n, 1) : (double)NAN;
}

/* --- the metrics ------------------------------------------------------------------------------ */

#define METRIC(name)                                                                               \
    static double name##_of(ag_tensor *y, ag_tensor *t, const void *user)                          \
    {                                                                                              \
        (void)user;                                                                                \
        return nn__measure_numbers("nn_" #name, y, t, NULL, name);                                 \
    }                                                                                              \
    const nn_metric nn_##name = {#name, name##_of, true, NULL};
METRIC(pearson)
METRIC(spearman)
