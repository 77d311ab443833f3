/* Numbers that standardize inputs, and missing inputs filled in. A mean is computed first and the
 * squares then around it, so that numbers far from 0 keep their digits (Chan, Golub, LeVeque,
 * Algorithms for computing the sample variance, 1983). Must not know modules.
 */
#include "data.h"

#include <math.h>
#include <string.h>

enum { CHUNK = 256 };

/* For the numbers from `at` on, at most CHUNK of them: the sums of (x - center)^power over all
 * rows, and how many of them are no NaN. */
static void sums(const nn_data *d, int64_t at, int64_t n, const double *center, int power,
                 double *sum, int64_t *count)
{
    double x[CHUNK];
    for (int64_t j = 0; j < n; j++) {
        sum[j] = 0;
        count[j] = 0;
    }
    for (int64_t i = 0; i < d->rows; i++) {
        nn__read(&d->x, nn__stored(d, i), at, n, x);
        for (int64_t j = 0; j < n; j++) {
            double away = x[j] - center[j];
            if (!isnan(x[j])) {
                sum[j] += power == 2 ? away * away : away;
                count[j]++;
            }
        }
    }
}

/* The smallest and largest are compared, since rounding may leave a constant column a deviation. */
static bool is_constant(const nn_data *d, int64_t j)
{
    double x, low = INFINITY, high = -INFINITY;
    for (int64_t i = 0; i < d->rows; i++) {
        nn__read(&d->x, nn__stored(d, i), j, 1, &x);
        low = x < low ? x : low;
        high = x > high ? x : high;
    }
    return !(low < high);
}

/* Counts of values that are no NaN in count. */
static void means(const nn_data *d, int64_t at, int64_t n, double *mean, int64_t *count)
{
    double sum[CHUNK];
    memset(mean, 0, (size_t)n * sizeof *mean);
    for (int pass = 0; pass < 2; pass++) { /* the second takes the first one's rounding away */
        sums(d, at, n, mean, 1, sum, count);
        for (int64_t j = 0; j < n; j++) {
            mean[j] += count[j] > 0 ? sum[j] / (double)count[j] : 0;
        }
    }
}

static void chunk_moments(const nn_data *d, int64_t at, int64_t n, double *mean, double *deviation,
                          bool unbiased)
{
    int64_t count[CHUNK];
    means(d, at, n, mean, count);
    sums(d, at, n, mean, 2, deviation, count);
    for (int64_t j = 0; j < n; j++) {
        double by = (double)count[j] - (unbiased ? 1 : 0);
        double tiny = 1e-14 * fabs(mean[j]); /* what rounding may leave */
        deviation[j] = by > 0 ? sqrt(deviation[j] / by) : 0;
        if (deviation[j] <= tiny && is_constant(d, at + j)) {
            deviation[j] = 1;
        }
        deviation[j] = deviation[j] > 0 ? deviation[j] : 1;
    }
}

static bool numbers_of(const char *what, const nn_data *d)
{
    if (d->x.classes == 0 && d->rows > 0) {
        return true;
    }
    ag_fail(d->graph, d->rows > 0 ? AG_ERR_DTYPE : AG_ERR_VALUE,
            "rows of numbers have means and deviations", "%s: %s", what,
            d->rows > 0 ? "the inputs are classes, not numbers" : "no rows");
    return false;
}

ag_status(nn_moments)(const nn_data *d, double *mean, double *deviation, int64_t n, bool unbiased)
{
    if (d == NULL || mean == NULL || deviation == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    if (!numbers_of("moments", d)) {
        return ag_error(d->graph);
    }
    if (n != d->x.size) {
        return ag_fail(d->graph, AG_ERR_SHAPE, "nn_sample_size says how many",
                       "moments: room for %lld numbers, where an input has %lld", (long long)n,
                       (long long)d->x.size);
    }
    for (int64_t at = 0; at < n; at += CHUNK) {
        chunk_moments(d, at, n - at < CHUNK ? n - at : CHUNK, mean + at, deviation + at, unbiased);
    }
    return AG_OK;
}

/* --- missing values --------------------------------------------------------------------------- */

static bool fill_chunk(const nn_data *d, const nn_data *train, int64_t at, int64_t n, double *out)
{
    double mean[CHUNK], x[CHUNK];
    int64_t count[CHUNK];
    means(train, at, n, mean, count);
    for (int64_t i = 0; i < d->rows; i++) {
        nn__read(&d->x, nn__stored(d, i), at, n, x);
        for (int64_t j = 0; j < n; j++) {
            if (isnan(x[j]) && count[j] == 0) {
                const char *name = nn_column_name(train, at + j);
                ag_fail(d->graph, AG_ERR_VALUE, "leave the column out: nn_csv.without",
                        "fill_missing: column %lld \"%.60s\" has no value in any training row",
                        (long long)(at + j + 1), name != NULL ? name : "");
                return false;
            }
            out[i * d->x.size + at + j] = isnan(x[j]) ? mean[j] : x[j];
        }
    }
    return true;
}

nn_data *(nn_fill_missing)(const nn_data *d, const nn_data *train)
{
    if (d == NULL || train == NULL || !numbers_of("fill_missing", d) ||
        !numbers_of("fill_missing", train)) {
        return NULL;
    }
    if (d->x.size != train->x.size) {
        ag_fail(d->graph, AG_ERR_SHAPE, "both have the same columns",
                "fill_missing: inputs of %lld and of %lld numbers", (long long)d->x.size,
                (long long)train->x.size);
        return NULL;
    }
    void *x;
    nn_data *filled = nn__copy_rows(d, NN_F64, &x);
    if (filled == NULL) {
        return NULL;
    }
    for (int64_t at = 0; at < d->x.size; at += CHUNK) {
        if (!fill_chunk(d, train, at, d->x.size - at < CHUNK ? d->x.size - at : CHUNK, x)) {
            return NULL;
        }
    }
    filled->x.subtract = 0;
    filled->x.divide = 1;
    return filled;
}
