/* The ROC curve, and the threshold that is best by a criterion. */
#include <math.h>

#include "ranking.h"

/* --- the curve -------------------------------------------------------------------------------- */

/* Points of the curve, one for each score that occurs, behind the first at (0, 0): into four
 * columns of `most` zeros. */
static nn_roc trace(const nn__ranking *r, int64_t most, double *column)
{
    double *threshold = column, *false_rate = column + most, *true_rate = column + 2 * most;
    double *precision = column + 3 * most;
    int64_t positive = 0, negative = 0, n = 1;
    threshold[0] = (double)INFINITY;
    precision[0] = 1;
    for (int64_t i = 0; i < r->n; n++) {
        threshold[n] = r->list[i].score;
        i = nn__rank_tie(r, i, &positive, &negative);
        true_rate[n] = (double)positive / (double)r->positive;
        false_rate[n] = (double)negative / (double)(r->n - r->positive);
        precision[n] = (double)positive / (double)(positive + negative);
    }
    return (nn_roc){n, threshold, false_rate, true_rate, precision, nn__rank_area(r)};
}

/* The rows of both classes in the order of the score of class 1. */
static bool ranked(const nn__cases *c, nn__ranking *r)
{
    nn__scored *room =
        nn__two_classes(c) ? ag_graph_memory(c->graph, (size_t)c->n * sizeof *room) : NULL;
    if (room == NULL) {
        return false;
    }
    *r = nn__rank(c, 1, NULL, 0, room);
    return nn__rank_is_curve(c, r, 1);
}

const nn_roc *(nn_roc_new)(const ag_tensor *y, const ag_tensor *t, const nn_score_options *o)
{
    nn__cases c;
    nn__ranking r;
    if (!nn__cases_open(&c, "nn_roc_new", y, t, o)) {
        return NULL;
    }
    nn_roc *roc = ag_graph_memory(c.graph, sizeof *roc);
    double *column = ag_graph_memory(c.graph, ((size_t)c.n + 1) * 4 * sizeof *column);
    if (roc == NULL || column == NULL || !nn__cases_read(&c)) {
        return NULL;
    }
    bool good = ranked(&c, &r);
    if (good) {
        *roc = trace(&r, c.n + 1, column);
    }
    nn__cases_close(&c);
    return good ? roc : NULL;
}

/* --- the threshold ---------------------------------------------------------------------------- */

/* Rows above a threshold, of those of each class. */
typedef struct counts {
    int64_t hits, false_alarms, positive, negative;
} counts;

/* What the criterion says; more is better. */
static double judge(counts n, const nn_choice_options *o)
{
    double missed = (double)(n.positive - n.hits), alarms = (double)n.false_alarms;
    double rows = (double)(n.positive + n.negative);
    switch (o->by) {
    case NN_LARGEST_F1:
        return 2 * (double)n.hits / (2 * (double)n.hits + alarms + missed);
    case NN_LEAST_COST:
        return -(o->false_positive * alarms + o->false_negative * missed) / rows;
    case NN_YOUDEN:
    default:
        return (double)n.hits / (double)n.positive - alarms / (double)n.negative;
    }
}

/* Between two neighboring probabilities, so that the higher one alone is above it. */
static double between(double low, double high)
{
    double middle = low + (high - low) / 2;
    return middle < high ? middle : low;
}

static nn_threshold_choice best(const nn__ranking *r, const nn_choice_options *o)
{
    counts n = {0, 0, r->positive, r->n - r->positive};
    nn_threshold_choice choice = {.value = (double)-INFINITY};
    double above = 1;
    for (int64_t i = 0; i <= r->n;) {
        double below = i < r->n ? r->list[i].score : 0, value = judge(n, o);
        double at = between(below, above);
        if (value > choice.value && at > 0 && at < 1) {
            choice = (nn_threshold_choice){at, value, (double)n.hits / (double)n.positive,
                                           (double)n.false_alarms / (double)n.negative};
        }
        above = below;
        i = i < r->n ? nn__rank_tie(r, i, &n.hits, &n.false_alarms) : i + 1;
    }
    choice.value = o->by == NN_LEAST_COST ? -choice.value : choice.value;
    return choice;
}

/* Costs that are numbers; 0 becomes 1. */
static bool options_fit(const nn__cases *c, nn_choice_options *o)
{
    o->false_positive = o->false_positive != 0 ? o->false_positive : 1;
    o->false_negative = o->false_negative != 0 ? o->false_negative : 1;
    bool costs = o->false_positive >= 0 && isfinite(o->false_positive) && o->false_negative >= 0 &&
                 isfinite(o->false_negative);
    if (costs && o->by >= NN_YOUDEN && o->by <= NN_LEAST_COST) {
        return true;
    }
    ag_fail(c->graph, AG_ERR_VALUE, "costs are 0 or more, criteria those of nn_criterion",
            "%s: criterion %d, costs %g and %g", c->what, (int)o->by, o->false_positive,
            o->false_negative);
    return false;
}

nn_threshold_choice(nn_choose_threshold)(const ag_tensor *y, const ag_tensor *t,
                                         const nn_score_options *scores, const nn_choice_options *o)
{
    const double none = (double)NAN;
    nn_threshold_choice choice = {none, none, none, none};
    nn_choice_options by = o != NULL ? *o : (nn_choice_options){.by = NN_YOUDEN};
    nn__cases c;
    nn__ranking r;
    if (!nn__cases_open(&c, "nn_choose_threshold", y, t, scores) || !nn__cases_read(&c)) {
        return choice;
    }
    nn__cases_to_probabilities(&c);
    if (options_fit(&c, &by) && ranked(&c, &r)) {
        choice = best(&r, &by);
    }
    nn__cases_close(&c);
    return choice;
}
