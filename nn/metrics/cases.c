/* Reads predictions and targets; see cases.h. Must not know any metric. */
#include "cases.h"

#include <autograd/ops.h>
#include <math.h>
#include <string.h>

/* --- the kinds of targets --------------------------------------------------------------------- */

static bool keep_label(nn__cases *c, int64_t row, double label)
{
    if (label == 0 || label == 1) {
        c->label[row] = label == 1;
        return true;
    }
    ag_fail(c->graph, AG_ERR_VALUE,
            "one score a row is for the classes 0 and 1; more classes need a score for each",
            "%s: the target of row %lld is %g", c->what, (long long)row, label);
    return false;
}

/* Memory is zeroed, and there is some for no rows, too. */
static double *room_for(const nn__cases *c, int64_t each)
{
    return ag_graph_memory(c->graph, (size_t)(c->n * each) * sizeof(double));
}

static bool read_one_score(nn__cases *c)
{
    double *value = room_for(c, 1);
    c->score = room_for(c, 1);
    bool fine = value != NULL && c->score != NULL && ag_get(c->y, c->score, c->n) == AG_OK &&
                ag_get(c->t, value, c->n) == AG_OK;
    for (int64_t i = 0; fine && i < c->n; i++) {
        fine = keep_label(c, i, value[i]);
    }
    return fine;
}

/* The numbers of a tensor in row-major order with the axis of classes last; NULL and an error. */
static double *read_scores(const nn__cases *c, const ag_tensor *y)
{
    ag_tensor *last = AG_UNCONST(ag_tensor *, y);
    double *score = room_for(c, c->classes);
    if (ag_shape_of(y).ndim > 2 && !c->classes_last) {
        last = ag_moveaxis(last, AG_AXES(1), AG_AXES(-1));
    }
    bool fine = score != NULL && last != NULL && ag_get(last, score, ag_size(last)) == AG_OK;
    return fine ? score : NULL;
}

int64_t nn__largest(const double *score, int64_t n)
{
    int64_t best = 0;
    for (int64_t k = 1; k < n && !isnan(score[best]); k++) {
        best = score[k] > score[best] || isnan(score[k]) ? k : best;
    }
    return best;
}

static bool keep_one_hot(nn__cases *c, int64_t row, const double *share)
{
    double sum = 0;
    for (int64_t k = 0; k < c->classes; k++) {
        sum += share[k];
    }
    c->label[row] = nn__largest(share, c->classes);
    if (fabs(sum - 1) <= 1e-4) {
        return true;
    }
    ag_fail(c->graph, AG_ERR_VALUE, "targets in the shape of the scores are one-hot",
            "%s: the targets of row %lld have the sum %g", c->what, (long long)row, sum);
    return false;
}

static bool read_one_hot(nn__cases *c)
{
    const double *target = read_scores(c, c->t);
    c->score = target != NULL ? read_scores(c, c->y) : NULL;
    bool fine = c->score != NULL;
    for (int64_t i = 0; fine && i < c->n; i++) {
        fine = keep_one_hot(c, i, target + i * c->classes);
    }
    return fine;
}

static bool read_labels(nn__cases *c)
{
    c->score = read_scores(c, c->y);
    return c->score != NULL && ag_read(c->t, c->label, (size_t)c->n * sizeof *c->label) == AG_OK;
}

bool nn__threshold_fits(ag_graph *g, const char *what, const nn_score_options *o)
{
    if (o == NULL || (o->threshold >= 0 && o->threshold < 1)) {
        return true;
    }
    ag_fail(g, AG_ERR_VALUE, "it is a probability; 0 means 1/2", "%s: the threshold is %g", what,
            o->threshold);
    return false;
}

static void count(nn__cases *c)
{
    ag_shape s = ag_shape_of(c->y);
    c->classes = c->one_score ? 2 : s.dim[c->classes_last ? s.ndim - 1 : 1];
    int64_t each = c->one_score ? 1 : c->classes;
    c->n = each > 0 ? ag_size(c->y) / each : 0;
}

bool nn__cases_open(nn__cases *c, const char *what, const ag_tensor *y, const ag_tensor *t,
                    const nn_score_options *o)
{
    ag_shape s = ag_shape_of(y);
    *c = (nn__cases){.graph = ag_graph_of(y != NULL ? y : t), .what = what, .y = y, .t = t};
    if (o != NULL) {
        c->classes_last = o->classes_last;
        c->probabilities = o->probabilities;
        c->threshold = o->threshold;
    }
    c->one_score = y != NULL && (s.ndim == 1 || (s.ndim == 2 && s.dim[1] == 1));
    bool one_hot = t != NULL && s.ndim > 1 && ag_shape_equal(s, ag_shape_of(t));
    c->read = c->one_score ? read_one_score : one_hot ? read_one_hot : read_labels;
    bool fine = c->one_score ? nn_same_shapes(what, y, t) == AG_OK
                             : one_hot || nn_labels_fit(what, y, t, c->classes_last) == AG_OK;
    fine = fine && nn__threshold_fits(c->graph, what, o);
    if (fine) {
        count(c);
    }
    return fine;
}

bool nn__cases_read(nn__cases *c)
{
    c->mark = ag_graph_mark(c->graph);
    c->label = ag_graph_memory(c->graph, (size_t)c->n * sizeof *c->label);
    bool fine = c->label != NULL && c->read(c);
    if (!fine) {
        nn__cases_close(c);
    }
    return fine;
}

void nn__cases_close(const nn__cases *c)
{
    (void)!ag_graph_rewind(c->graph, c->mark); /* fails where reading fails, which keeps an error */
}

/* --- what is predicted ------------------------------------------------------------------------ */

static double sigmoid(double x)
{
    return x >= 0 ? 1 / (1 + exp(-x)) : exp(x) / (1 + exp(x));
}

/* Class 1 where its probability is above the threshold; for a logit, where that is above the
 * threshold's. */
int64_t nn__case_predicted(const nn__cases *c, int64_t row)
{
    double at = c->threshold > 0 ? c->threshold : 0.5;
    if (c->one_score) {
        return c->score[row] > (c->probabilities ? at : log(at / (1 - at)));
    }
    const double *score = c->score + row * c->classes;
    if (c->threshold > 0 && c->classes == 2) {
        return c->probabilities ? score[1] > at : score[1] - score[0] > log(at / (1 - at));
    }
    return nn__largest(score, c->classes);
}

/* exp(x) / sum exp(x), the largest subtracted first. */
static void softmax(double *x, int64_t n)
{
    double most = x[nn__largest(x, n)], sum = 0;
    for (int64_t k = 0; k < n; k++) {
        x[k] = exp(x[k] - most);
        sum += x[k];
    }
    for (int64_t k = 0; k < n; k++) {
        x[k] /= sum;
    }
}

double nn__case_score(const nn__cases *c, int64_t row, int64_t k)
{
    const double *score = c->score + row * (c->one_score ? 1 : c->classes);
    if (c->one_score) {
        return k == 1 ? score[0] : -score[0];
    }
    bool logits = c->classes == 2 && !c->probabilities;
    return logits ? score[k] - score[1 - k] : score[k];
}

/* log(1 + exp(x)) */
static double softplus(double x)
{
    return fmax(x, 0) + log1p(exp(-fabs(x)));
}

double nn__case_log_probability(const nn__cases *c, int64_t row, int64_t k)
{
    const double *x = c->score + row * (c->one_score ? 1 : c->classes);
    if (c->one_score && c->probabilities) {
        return k == 1 ? log(x[0]) : log1p(-x[0]);
    }
    if (c->one_score) {
        return -softplus(k == 1 ? -x[0] : x[0]);
    }
    if (c->probabilities) {
        return log(x[k]);
    }
    double most = x[nn__largest(x, c->classes)], sum = 0;
    for (int64_t j = 0; j < c->classes; j++) {
        sum += exp(x[j] - most);
    }
    return x[k] - most - log(sum);
}

double nn__case_probability(const nn__cases *c, int64_t row)
{
    return c->one_score ? c->score[row] : c->score[row * c->classes + 1];
}

void nn__cases_to_probabilities(nn__cases *c)
{
    for (int64_t i = 0; !c->probabilities && i < c->n; i++) {
        if (c->one_score) {
            c->score[i] = sigmoid(c->score[i]);
        } else {
            softmax(c->score + i * c->classes, c->classes);
        }
    }
    c->probabilities = true;
}

double nn__measure_cases(const char *what, const ag_tensor *y, const ag_tensor *t,
                         const nn_score_options *o, nn__case_measure measure)
{
    nn__cases c;
    if (!nn__cases_open(&c, what, y, t, o) || !nn__cases_read(&c)) {
        return (double)NAN;
    }
    double value = c.n > 0 ? measure(&c, o) : (double)NAN;
    nn__cases_close(&c);
    return value;
}

/* --- numbers ---------------------------------------------------------------------------------- */

bool nn__numbers_read(nn__numbers *c, const char *what, const ag_tensor *y, const ag_tensor *t)
{
    *c = (nn__numbers){.graph = ag_graph_of(y != NULL ? y : t)};
    if (nn_same_shapes(what, y, t) != AG_OK) {
        return false;
    }
    int64_t n = ag_size(y);
    c->rows = ag_shape_of(y).dim[0];
    c->columns = c->rows > 0 ? n / c->rows : 0;
    c->mark = ag_graph_mark(c->graph);
    c->y = ag_graph_memory(c->graph, 2 * (size_t)n * sizeof *c->y);
    c->t = c->y != NULL ? c->y + n : NULL;
    bool fine = c->y != NULL && ag_get(y, c->y, n) == AG_OK && ag_get(t, c->t, n) == AG_OK;
    if (!fine) {
        nn__numbers_close(c);
    }
    return fine;
}

void nn__numbers_close(const nn__numbers *c)
{
    (void)!ag_graph_rewind(c->graph, c->mark);
}

double nn__measure_numbers(const char *what, const ag_tensor *y, const ag_tensor *t,
                           nn__number_measure of_all, nn__column_measure of_column)
{
    nn__numbers c;
    double value = (double)NAN;
    if (!nn__numbers_read(&c, what, y, t)) {
        return value;
    }
    if (c.rows > 0 && c.columns > 0) {
        value = of_all != NULL ? of_all(&c) : 0;
        for (int64_t j = 0; of_all == NULL && j < c.columns; j++) {
            value += of_column(&c, j) / (double)c.columns;
        }
    }
    nn__numbers_close(&c);
    return value;
}

double nn__mean_of(const double *x, int64_t rows, int64_t step)
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
