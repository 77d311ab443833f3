/* Metrics by subgroup, and how far apart groups are: demographic parity, equalized odds,
 * calibration. Must not know how they are printed.
 */
#include <autograd/ops.h>
#include <math.h>

#include "ranking.h"

/* Is every group one of them? */
static bool groups_fit(ag_graph *g, const char *what, const int64_t *group, int64_t n,
                       int64_t groups)
{
    if (group == NULL || groups < 1) {
        ag_fail(g, group == NULL ? AG_ERR_NULL_ARGUMENT : AG_ERR_VALUE,
                "a group, counted from 0, for each row, and how many groups there are",
                "%s: there are no groups", what);
        return false;
    }
    for (int64_t i = 0; i < n; i++) {
        if (group[i] >= groups) {
            ag_fail(g, AG_ERR_VALUE, "groups count from 0; negative ones are left out",
                    "%s: the group of row %lld is %lld; there are %lld", what, (long long)i,
                    (long long)group[i], (long long)groups);
            return false;
        }
    }
    return true;
}

/* --- any metric ------------------------------------------------------------------------------- */

/* The rows of t in a group. */
static ag_tensor *rows_of(ag_tensor *t, const int64_t *row, int64_t n)
{
    ag_graph *g = ag_graph_of(t);
    return ag_index_select(t, ag_leaf(g, AG_CONSTANT, AG_I64, AG_SHAPE(n), row), 0);
}

/* What is not defined for the rows of one group is NaN; other errors stay. */
static ag_status measure(nn_metric m, ag_tensor *y, ag_tensor *t, const int64_t *row, int64_t n,
                         double *out)
{
    ag_graph *g = ag_graph_of(y);
    *out = (double)NAN;
    if (n == 0) {
        return AG_OK;
    }
    ag_no_grad_enter(g);
    ag_tensor *some_y = rows_of(y, row, n), *some_t = rows_of(t, row, n);
    *out = some_y != NULL && some_t != NULL ? m.of(some_y, some_t, m.user) : *out;
    ag_no_grad_leave(g);
    if (some_y != NULL && some_t != NULL && ag_error(g) == AG_ERR_VALUE) {
        ag_error_clear(g);
    }
    return ag_error(g);
}

ag_status(nn_metric_by_group)(nn_metric m, ag_tensor *y, ag_tensor *t, const int64_t *group,
                              int64_t groups, double *out)
{
    ag_graph *g = ag_graph_of(y != NULL ? y : t);
    int64_t rows = ag_shape_of(y).ndim > 0 ? ag_shape_of(y).dim[0] : 0;
    if (y == NULL || t == NULL || m.of == NULL || out == NULL) {
        return ag_fail(g, AG_ERR_NULL_ARGUMENT, NULL,
                       "nn_metric_by_group: y, t, the metric or the room for results is NULL");
    }
    if (ag_error(g) != AG_OK) {
        return ag_error(g);
    }
    ag_mark before = ag_graph_mark(g);
    int64_t *row = groups_fit(g, "nn_metric_by_group", group, rows, groups)
                       ? ag_graph_memory(g, (size_t)rows * sizeof *row)
                       : NULL;
    ag_mark mark = ag_graph_mark(g);
    ag_status status = row != NULL ? AG_OK : ag_error(g);
    for (int64_t k = 0; status == AG_OK && k < groups; k++) {
        int64_t n = 0;
        for (int64_t i = 0; i < rows; i++) {
            row[n] = i;
            n += group[i] == k;
        }
        status = measure(m, y, t, row, n, &out[k]);
        ag_status rewound = ag_graph_rewind(g, mark);
        status = status == AG_OK ? rewound : status;
    }
    ag_status rewound = ag_graph_rewind(g, before);
    return status == AG_OK ? rewound : status;
}

/* --- two classes ------------------------------------------------------------------------------ */

static nn_subgroup of_group(const nn__cases *c, const int64_t *group, int64_t k, nn__scored *list)
{
    double rows = 0, positive = 0, predicted = 0, hits = 0, right = 0, sum = 0;
    for (int64_t i = 0; i < c->n; i++) {
        if (group[i] == k) {
            int64_t truth = c->label[i], guess = nn__case_predicted(c, i);
            rows++;
            positive += (double)truth;
            predicted += (double)guess;
            hits += (double)(truth & guess);
            right += truth == guess;
            sum += nn__case_probability(c, i);
        }
    }
    nn__ranking r = nn__rank(c, 1, group, k, list);
    return (nn_subgroup){.rows = (int64_t)rows,
                         .base_rate = positive / rows,
                         .predicted_rate = predicted / rows,
                         .true_rate = hits / positive,
                         .false_rate = (predicted - hits) / (rows - positive),
                         .accuracy = right / rows,
                         .auc = nn__rank_area(&r),
                         .mean_probability = sum / rows};
}

/* The largest difference of one number between groups, those where it is NaN left out. */
static double spread(const nn_subgroups *s, double (*part)(const nn_subgroup *g))
{
    double low = INFINITY, high = -INFINITY;
    for (int64_t k = 0; k < s->n; k++) {
        double x = part(&s->group[k]);
        low = x < low ? x : low;
        high = x > high ? x : high;
    }
    return high >= low ? high - low : (double)NAN;
}

static double predicted_rate(const nn_subgroup *g)
{
    return g->predicted_rate;
}

static double true_rate(const nn_subgroup *g)
{
    return g->true_rate;
}

static double false_rate(const nn_subgroup *g)
{
    return g->false_rate;
}

static void compare(nn_subgroups *s)
{
    s->parity = spread(s, predicted_rate);
    s->odds = fmax(spread(s, true_rate), spread(s, false_rate));
    s->calibration = (double)NAN;
    for (int64_t k = 0; k < s->n; k++) {
        s->calibration =
            fmax(s->calibration, fabs(s->group[k].mean_probability - s->group[k].base_rate));
    }
}

static const nn_subgroups *compared(nn__cases *c, const int64_t *group, int64_t groups)
{
    nn_subgroups *s = ag_graph_memory(c->graph, sizeof *s);
    nn_subgroup *each = ag_graph_memory(c->graph, (size_t)groups * sizeof *each);
    if (s == NULL || each == NULL || !nn__cases_read(c)) {
        return NULL;
    }
    nn__scored *list = ag_graph_memory(c->graph, (size_t)c->n * sizeof *list);
    nn__cases_to_probabilities(c);
    for (int64_t k = 0; list != NULL && k < groups; k++) {
        each[k] = of_group(c, group, k, list);
    }
    nn__cases_close(c);
    if (list == NULL) {
        return NULL;
    }
    *s = (nn_subgroups){.n = groups, .group = each};
    compare(s);
    return s;
}

const nn_subgroups *(nn_subgroups_new)(const ag_tensor *y, const ag_tensor *t, const int64_t *group,
                                       int64_t groups, const nn_score_options *o)
{
    nn__cases c;
    const nn_subgroups *s = NULL;
    if (!nn__cases_open(&c, "nn_subgroups_new", y, t, o)) {
        return NULL;
    }
    if (nn__two_classes(&c) && groups_fit(c.graph, c.what, group, c.n, groups)) {
        s = compared(&c, group, groups);
    }
    return s;
}
