/* The points of a search: every combination of the values, or points drawn at random. */
#include "search.h"

#include "nn/data/stream.h"

#include <math.h>

enum { MOST_POINTS = 1000000, MOST_AXES = 64 };

/* --- checks ----------------------------------------------------------------------------------- */

static ag_status check_axis(ag_graph *g, const char *who, const nn_axis *a, bool random)
{
    const char *name = a->name != NULL ? a->name : "NULL";
    if (a->name == NULL || a->n < 0 || (a->n > 0 && a->values == NULL)) {
        return ag_fail(g, AG_ERR_VALUE, "an axis has a name, and values and how many they are",
                       "%s: the axis \"%.40s\" is none", who, name);
    }
    if (a->n == 0 && !random) {
        return ag_fail(g, AG_ERR_VALUE, ".random = 50 draws points from ranges",
                       "%s: the axis \"%.40s\" has no values", who, name);
    }
    bool range = a->low < a->high && isfinite(a->low) && isfinite(a->high);
    if (a->n == 0 && (!range || (a->log && !(a->low > 0)))) {
        return ag_fail(g, AG_ERR_VALUE, "low below high; above 0 where the axis is logarithmic",
                       "%s: the axis \"%.40s\" goes from %g to %g", who, name, a->low, a->high);
    }
    return AG_OK;
}

static ag_status check_options(ag_graph *g, const char *who, const nn_search_options *o)
{
    if (o->folds < 0 || o->folds == 1 || o->random < 0 || o->random > MOST_POINTS ||
        o->threads < 0) {
        return ag_fail(g, AG_ERR_VALUE, "2 folds or more; 0 is the usual choice",
                       "%s: folds %d, random %d, threads %d", who, o->folds, o->random, o->threads);
    }
    bool budgets =
        o->first_budget > 0 && o->first_budget <= o->last_budget && isfinite(o->last_budget);
    if (o->halving != 0 && (o->halving < 2 || !budgets)) {
        return ag_fail(g, AG_ERR_VALUE, "halving 2 or more, 0 < first_budget <= last_budget",
                       "%s: halving %d, budgets %g to %g", who, o->halving, o->first_budget,
                       o->last_budget);
    }
    return AG_OK;
}

ag_status nn__space_check(ag_graph *g, const char *who, const nn_axis *axes, int n,
                          const nn_search_options *o)
{
    if (axes == NULL || n < 1 || n > MOST_AXES) {
        return ag_fail(g, AG_ERR_VALUE, "1 to 64 of them", "%s: %d axes", who, n);
    }
    ag_status status = check_options(g, who, o);
    for (int i = 0; i < n && status == AG_OK; i++) {
        status = check_axis(g, who, &axes[i], o->random > 0);
    }
    if (status == AG_OK && nn__space_points(axes, n, o) < 0) {
        status = ag_fail(g, AG_ERR_VALUE, ".random = 50 draws some of them",
                         "%s: there are more than %d points", who, MOST_POINTS);
    }
    return status;
}

ag_status nn__score_check(ag_graph *g, const char *who, nn_trial_score score)
{
    return score != NULL ? AG_OK : ag_fail(g, AG_ERR_NULL_ARGUMENT, NULL, "%s: score is NULL", who);
}

/* --- points ----------------------------------------------------------------------------------- */

int64_t nn__space_points(const nn_axis *axes, int n, const nn_search_options *o)
{
    int64_t points = 1;
    for (int i = 0; i < n && o->random == 0; i++) {
        points *= axes[i].n;
        if (points > MOST_POINTS) {
            return -1;
        }
    }
    return o->random > 0 ? o->random : points;
}

static double drawn(const nn_axis *a, nn__stream *s)
{
    if (a->n > 0) {
        return a->values[nn__below(s, a->n)];
    }
    double u = nn__uniform(s);
    double x = a->log ? a->low * pow(a->high / a->low, u) : a->low + u * (a->high - a->low);
    return a->whole ? floor(x + 0.5) : x;
}

/* The last axis changes fastest, as in a row-major array. A random point depends on its number and
 * the seed alone. */
void nn__space_fill(const nn_axis *axes, int n, const nn_search_options *o, int points, double *out)
{
    for (int p = 0; p < points; p++) {
        nn__stream s = nn__stream_of(NN__FOR_SEARCH, o->seed, 0, (uint64_t)p);
        int rest = p;
        for (int i = 0; i < n; i++) {
            if (o->random > 0) {
                out[p * n + i] = drawn(&axes[i], &s);
            } else {
                const nn_axis *a = &axes[n - 1 - i];
                out[p * n + n - 1 - i] = a->values[rest % a->n];
                rest /= a->n;
            }
        }
    }
}

/* From the first score on, so that equal ones have their own mean to the last bit. */
double nn__mean_of_scores(const double *score, int n, double *deviation)
{
    double sum = 0, squares = 0;
    for (int k = 0; k < n; k++) {
        sum += score[k] - score[0];
    }
    double mean = score[0] + sum / n;
    for (int k = 0; k < n; k++) {
        squares += (score[k] - mean) * (score[k] - mean);
    }
    *deviation = n > 1 ? sqrt(squares / (n - 1)) : (double)NAN;
    return mean;
}
