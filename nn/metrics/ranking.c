/* Rows in the order of their scores, and the areas that follow from it; see ranking.h. */
#include "ranking.h"

#include <math.h>
#include <stdlib.h>

static int by_score(const void *a, const void *b)
{
    double x = ((const nn__scored *)a)->score, y = ((const nn__scored *)b)->score;
    return (x < y) - (x > y);
}

nn__ranking nn__rank(const nn__cases *c, int64_t k, const int64_t *group, int64_t only,
                     nn__scored *list)
{
    nn__ranking r = {0, 0, list};
    for (int64_t i = 0; i < c->n; i++) {
        double score = nn__case_score(c, i, k);
        if (group != NULL && group[i] != only) {
            continue;
        }
        if (isnan(score)) {
            r.n = -1;
            return r;
        }
        list[r.n++] = (nn__scored){score, c->label[i] == k};
        r.positive += c->label[i] == k;
    }
    qsort(list, (size_t)r.n, sizeof *list, by_score);
    return r;
}

int64_t nn__rank_tie(const nn__ranking *r, int64_t i, int64_t *positive, int64_t *negative)
{
    double score = r->list[i].score;
    for (; i < r->n && r->list[i].score == score; i++) {
        *positive += r->list[i].positive;
        *negative += !r->list[i].positive;
    }
    return i;
}

/* Pairs of a positive and a negative row: those in the right order, and half of those tied. A tie's
 * pairs are its negatives times the positives above, and half of its own. */
double nn__rank_area(const nn__ranking *r)
{
    double pairs = 0;
    int64_t above = 0, i = 0;
    if (r->n < 0 || r->positive == 0 || r->positive == r->n) {
        return (double)NAN;
    }
    while (i < r->n) {
        int64_t positive = 0, negative = 0;
        i = nn__rank_tie(r, i, &positive, &negative);
        pairs += (double)negative * ((double)above + 0.5 * (double)positive);
        above += positive;
    }
    return pairs / ((double)r->positive * (double)(r->n - r->positive));
}

bool nn__two_classes(const nn__cases *c)
{
    if (c->classes == 2) {
        return true;
    }
    ag_fail(c->graph, AG_ERR_VALUE, "it is for two classes", "%s: there are %lld classes", c->what,
            (long long)c->classes);
    return false;
}

bool nn__rank_is_curve(const nn__cases *c, const nn__ranking *r, int64_t k)
{
    if (r->n < 0) {
        ag_fail(c->graph, AG_ERR_VALUE, "the network gives NaN: nn_fit_options.anomaly finds where",
                "%s: a score is NaN", c->what);
        return false;
    }
    if (r->positive == 0 || r->positive == r->n) {
        ag_fail(c->graph, AG_ERR_VALUE, "there is no curve of one class: it needs rows of both",
                "%s: %s of the %lld rows is of class %lld", c->what,
                r->positive == 0 ? "none" : "each", (long long)r->n, (long long)k);
        return false;
    }
    return true;
}

/* --- metrics ---------------------------------------------------------------------------------- */

/* The precision at each score from the highest, times the recall that it adds. */
static double area_of_precision(const nn__ranking *r)
{
    int64_t positive = 0, negative = 0, i = 0;
    double sum = 0;
    while (i < r->n) {
        int64_t before = positive;
        i = nn__rank_tie(r, i, &positive, &negative);
        sum += (double)(positive - before) * (double)positive / (double)(positive + negative);
    }
    return sum / (double)r->positive;
}

/* Of class 1, or of each class against the rest and the mean. */
static double area(nn__cases *c, const nn_score_options *o, double (*of)(const nn__ranking *r))
{
    nn__scored *list = ag_graph_memory(c->graph, (size_t)c->n * sizeof *list);
    bool weighted = o != NULL && o->average == NN_WEIGHTED;
    double sum = 0, weights = 0;
    if (c->classes > 2) {
        nn__cases_to_probabilities(c);
    }
    for (int64_t k = c->classes == 2; list != NULL && k < c->classes; k++) {
        nn__ranking r = nn__rank(c, k, NULL, 0, list);
        if (!nn__rank_is_curve(c, &r, k)) {
            sum = (double)NAN;
            weights = 1;
            break;
        }
        double weight = weighted ? (double)r.positive : 1;
        sum += weight * of(&r);
        weights += weight;
    }
    return sum / weights; /* without memory 0/0 */
}

static double auc(nn__cases *c, const nn_score_options *o)
{
    return area(c, o, nn__rank_area);
}

static double average_precision(nn__cases *c, const nn_score_options *o)
{
    return area(c, o, area_of_precision);
}

static double auc_of(ag_tensor *y, ag_tensor *t, const void *user)
{
    return nn__measure_cases("nn_auc", y, t, user, auc);
}

static double average_precision_of(ag_tensor *y, ag_tensor *t, const void *user)
{
    return nn__measure_cases("nn_average_precision", y, t, user, average_precision);
}

const nn_metric nn_auc = {"auc", auc_of, true, NULL};
const nn_metric nn_average_precision = {"average_precision", average_precision_of, true, NULL};
