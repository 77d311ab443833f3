/* How good probabilities are: log loss, Brier score, calibration. */
#include <float.h>
#include <math.h>

#include "cases.h"
#include "ranking.h"

static double log_loss(nn__cases *c, const nn_score_options *o)
{
    double sum = 0, least = log(DBL_EPSILON);
    (void)o;
    for (int64_t i = 0; i < c->n; i++) {
        double l = nn__case_log_probability(c, i, c->label[i]);
        sum -= l < least ? least : l;
    }
    return sum / (double)c->n;
}

static double brier(nn__cases *c, const nn_score_options *o)
{
    double sum = 0;
    (void)o;
    nn__cases_to_probabilities(c);
    for (int64_t i = 0; i < c->n; i++) {
        if (c->classes == 2) {
            double d = nn__case_probability(c, i) - (double)c->label[i];
            sum += d * d;
            continue;
        }
        for (int64_t k = 0; k < c->classes; k++) {
            double d = c->score[i * c->classes + k] - (k == c->label[i]);
            sum += d * d;
        }
    }
    return sum / (double)c->n;
}

/* --- calibration ------------------------------------------------------------------------------ */

/* A bin has its upper border and not its lower one, as in scikit-learn. Adds up the probabilities
 * in `mean` and the rows that are right in `share`; false, with an error kept, for a probability
 * that is none. */
static bool fill_bins(const nn__cases *c, int bins, int64_t *rows, double *mean, double *share)
{
    for (int64_t i = 0; i < c->n; i++) {
        bool two = c->classes == 2;
        int64_t k = two ? 1 : nn__largest(c->score + i * c->classes, c->classes);
        double p = two ? nn__case_probability(c, i) : c->score[i * c->classes + k];
        if (!(p >= 0 && p <= 1)) {
            ag_fail(c->graph, AG_ERR_VALUE,
                    ".probabilities = true is for outputs that are 0 to 1; leave it out for logits",
                    "%s: the probability of row %lld is %g", c->what, (long long)i, p);
            return false;
        }
        int bin = (int)ceil(p * bins) - 1;
        bin = bin < 0 ? 0 : bin;
        rows[bin]++;
        mean[bin] += p;
        share[bin] += c->label[i] == k;
    }
    return true;
}

static double calibration_error(nn__cases *c, const nn_score_options *o)
{
    enum { BINS = 10 };
    int64_t rows[BINS] = {0};
    double mean[BINS] = {0}, share[BINS] = {0}, sum = 0;
    (void)o;
    nn__cases_to_probabilities(c);
    if (!fill_bins(c, BINS, rows, mean, share)) {
        return (double)NAN;
    }
    for (int b = 0; b < BINS; b++) {
        sum += fabs(mean[b] - share[b]);
    }
    return sum / (double)c->n;
}

static const nn_calibration *calibration_of(nn__cases *c, int bins)
{
    nn_calibration *made = ag_graph_memory(c->graph, sizeof *made);
    int64_t *rows = ag_graph_memory(c->graph, (size_t)bins * sizeof *rows);
    double *mean = ag_graph_memory(c->graph, (size_t)bins * 2 * sizeof *mean);
    if (made == NULL || rows == NULL || mean == NULL || !nn__cases_read(c)) {
        return NULL;
    }
    nn__cases_to_probabilities(c);
    bool filled = fill_bins(c, bins, rows, mean, mean + bins);
    nn__cases_close(c);
    if (!filled) {
        return NULL;
    }
    for (int b = 0; b < 2 * bins; b++) {
        mean[b] /= (double)rows[b % bins]; /* 0/0 without rows */
    }
    *made = (nn_calibration){bins, rows, mean, mean + bins};
    return made;
}

const nn_calibration *(nn_calibration_new)(const ag_tensor *y, const ag_tensor *t, int bins,
                                           const nn_score_options *o)
{
    nn__cases c;
    const nn_calibration *made = NULL;
    if (!nn__cases_open(&c, "nn_calibration_new", y, t, o)) {
        return NULL;
    }
    if (bins < 1 || bins > 10000) {
        ag_fail(c.graph, AG_ERR_VALUE, "1 to 10000 bins; 10 are usual", "%s: %d bins", c.what,
                bins);
    } else if (nn__two_classes(&c)) {
        made = calibration_of(&c, bins);
    }
    return made;
}

/* --- the metrics ------------------------------------------------------------------------------ */

#define METRIC(name)                                                                               \
    static double name##_of(ag_tensor *y, ag_tensor *t, const void *user)                          \
    {                                                                                              \
        return nn__measure_cases("nn_" #name, y, t, user, name);                                   \
    }                                                                                              \
    const nn_metric nn_##name = {#name, name##_of, false, NULL};
METRIC(log_loss)
METRIC(brier)
METRIC(calibration_error)
