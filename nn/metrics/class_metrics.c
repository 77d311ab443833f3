/* Metrics of predicted classes. Must not know how predictions came about. */
#include <math.h>

#include "tallies.h"

/* --- of rows ---------------------------------------------------------------------------------- */

static double accuracy(nn__cases *c, const nn_score_options *o)
{
    int64_t right = 0;
    (void)o;
    for (int64_t i = 0; i < c->n; i++) {
        right += nn__case_predicted(c, i) == c->label[i];
    }
    return (double)right / (double)c->n;
}

/* Is the label among the k largest scores? Of equal scores those that stand first count. */
static bool among(const double *score, int64_t classes, int64_t label, int64_t k)
{
    int64_t before = 0;
    for (int64_t j = 0; j < classes; j++) {
        before += score[j] > score[label] || (score[j] == score[label] && j < label) ||
                  (isnan(score[label]) && j != label);
    }
    return before < k;
}

static double top_k(nn__cases *c, const nn_score_options *o)
{
    int64_t k = o != NULL && o->k > 0 ? o->k : 5, right = 0;
    if (c->one_score) {
        return k > 1 ? 1 : accuracy(c, o);
    }
    for (int64_t i = 0; i < c->n; i++) {
        right += among(c->score + i * c->classes, c->classes, c->label[i], k);
    }
    return (double)right / (double)c->n;
}

/* --- of counts -------------------------------------------------------------------------------- */

static double mean_score(const nn__cases *c, const nn_score_options *o, nn__score_part part)
{
    nn__tallies t;
    if (!nn__tallies_of_cases(&t, c)) {
        return (double)NAN;
    }
    return nn__score_mean(&t, o != NULL ? o->average : NN_AVERAGE_USUAL, part);
}

static double precision(nn__cases *c, const nn_score_options *o)
{
    return mean_score(c, o, nn__precision_part);
}

static double recall(nn__cases *c, const nn_score_options *o)
{
    return mean_score(c, o, nn__recall_part);
}

static double specificity(nn__cases *c, const nn_score_options *o)
{
    return mean_score(c, o, nn__specificity_part);
}

static double f1(nn__cases *c, const nn_score_options *o)
{
    return mean_score(c, o, nn__f1_part);
}

static double of_tallies(const nn__cases *c, double (*measure)(const nn__tallies *t))
{
    nn__tallies t;
    return nn__tallies_of_cases(&t, c) ? measure(&t) : (double)NAN;
}

static double balanced_accuracy(nn__cases *c, const nn_score_options *o)
{
    (void)o;
    return of_tallies(c, nn__mean_recall);
}

/* The share of hits, and the one that chance would give: both as counts, the second by rows. */
typedef struct agreement {
    double hits, by_chance, truth_squared, predicted_squared, rows;
} agreement;

static agreement agreement_of(const nn__tallies *t)
{
    agreement a = {0, 0, 0, 0, (double)t->rows};
    for (int64_t k = 0; k < t->classes; k++) {
        double truth = (double)t->truth[k], predicted = (double)t->predicted[k];
        a.hits += (double)t->hit[k];
        a.by_chance += truth * predicted;
        a.truth_squared += truth * truth;
        a.predicted_squared += predicted * predicted;
    }
    return a;
}

/* (p - e)/(1 - e). Where chance explains all, truth and prediction are one same class. */
static double kappa_of(const nn__tallies *t)
{
    agreement a = agreement_of(t);
    double p = a.hits / a.rows, e = a.by_chance / (a.rows * a.rows);
    return e < 1 ? (p - e) / (1 - e) : (double)NAN;
}

static double kappa(nn__cases *c, const nn_score_options *o)
{
    (void)o;
    return of_tallies(c, kappa_of);
}

static double mcc_of(const nn__tallies *t)
{
    agreement a = agreement_of(t);
    double n2 = a.rows * a.rows;
    double size = sqrt(n2 - a.truth_squared) * sqrt(n2 - a.predicted_squared);
    return size > 0 ? (a.hits * a.rows - a.by_chance) / size : 0;
}

static double mcc(nn__cases *c, const nn_score_options *o)
{
    (void)o;
    return of_tallies(c, mcc_of);
}

/* --- the metrics ------------------------------------------------------------------------------ */

/* Field, name. */
#define TABLE(X)                                                                                   \
    X(accuracy, "accuracy")                                                                        \
    X(balanced_accuracy, "balanced_accuracy")                                                      \
    X(top_k, "top_5")                                                                              \
    X(precision, "precision")                                                                      \
    X(recall, "recall")                                                                            \
    X(specificity, "specificity")                                                                  \
    X(f1, "f1")                                                                                    \
    X(kappa, "kappa")                                                                              \
    X(mcc, "mcc")

#define METRIC(field, name)                                                                        \
    static double field##_of_rows(ag_tensor *y, ag_tensor *t, const void *user)                    \
    {                                                                                              \
        return nn__measure_cases("nn_" #field, y, t, user, field);                                 \
    }                                                                                              \
    const nn_metric nn_##field = {name, field##_of_rows, true, NULL};
TABLE(METRIC)

static double right_answers(const nn__numbers *c, const nn_score_options *o)
{
    double at = o != NULL && o->threshold > 0 ? o->threshold : 0.5;
    double limit = o != NULL && o->probabilities ? at : log(at / (1 - at));
    int64_t n = c->rows * c->columns, right = 0;
    for (int64_t i = 0; i < n; i++) {
        if (c->t[i] != 0 && c->t[i] != 1) {
            ag_fail(c->graph, AG_ERR_VALUE, "nn_accuracy is for classes",
                    "nn_binary_accuracy: the target of row %lld is %g, not 0 or 1",
                    (long long)(i / c->columns), c->t[i]);
            return (double)NAN;
        }
        right += (c->y[i] > limit) == (c->t[i] == 1);
    }
    return (double)right / (double)n;
}

static double binary_accuracy_of(ag_tensor *y, ag_tensor *t, const void *user)
{
    nn__numbers c;
    if (!nn__threshold_fits(ag_graph_of(y != NULL ? y : t), "nn_binary_accuracy", user) ||
        !nn__numbers_read(&c, "nn_binary_accuracy", y, t)) {
        return (double)NAN;
    }
    double value = c.rows > 0 && c.columns > 0 ? right_answers(&c, user) : (double)NAN;
    nn__numbers_close(&c);
    return value;
}

const nn_metric nn_binary_accuracy = {"binary_accuracy", binary_accuracy_of, true, NULL};
