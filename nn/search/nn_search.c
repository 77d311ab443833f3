/* The search: rounds of trials, and what is said of each point. */
#include "search.h"

#include <autograd/cpu.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- memory ----------------------------------------------------------------------------------- */

static double *doubles(ag_graph *g, int64_t n)
{
    return ag_graph_memory(g, (size_t)n * sizeof(double));
}

static const char *const *copy_names(ag_graph *g, const nn_axis *axes, int n)
{
    const char **names = ag_graph_memory(g, (size_t)n * sizeof *names);
    for (int i = 0; names != NULL && i < n; i++) {
        size_t bytes = strlen(axes[i].name) + 1;
        char *copy = ag_graph_memory(g, bytes);
        if (copy == NULL) {
            return NULL;
        }
        names[i] = memcpy(copy, axes[i].name, bytes);
    }
    return names;
}

/* The numbers of the result. */
static bool make_room(nn__searching *s, int64_t points, int n_axes)
{
    ag_graph *g = s->graph;
    s->point = doubles(g, points * n_axes);
    s->scores = doubles(g, points * s->o.folds);
    s->mean = doubles(g, points);
    s->deviation = doubles(g, points);
    s->budget = doubles(g, points);
    s->failure = ag_graph_memory(g, NN__MESSAGE);
    return s->point != NULL && s->scores != NULL && s->mean != NULL && s->deviation != NULL &&
           s->budget != NULL && s->failure != NULL;
}

/* The result, which stays. */
static ag_status make_result(nn__searching *s, int n_axes)
{
    int64_t points = nn__space_points(s->axes, n_axes, &s->o);
    nn_search_result *r = s->result = ag_graph_memory(s->graph, sizeof *r);
    const char *const *names = copy_names(s->graph, s->axes, n_axes);
    if (r == NULL || names == NULL || !make_room(s, points, n_axes)) {
        return AG_ERR_MEMORY;
    }
    *r = (nn_search_result){.points = (int)points,
                            .axes = n_axes,
                            .folds = s->o.folds,
                            .axis = names,
                            .point = s->point,
                            .score = s->scores,
                            .mean = s->mean,
                            .deviation = s->deviation,
                            .budget = s->budget,
                            .failure = s->failure,
                            .less_is_better = s->o.less_is_better,
                            .halves = s->o.halving > 0};
    nn__space_fill(s->axes, n_axes, &s->o, r->points, s->point);
    return AG_OK;
}

static ag_status make_folds(nn__searching *s, const nn_data *d)
{
    const nn_split_options o = {.stratify = s->o.stratify, .seed = s->o.seed};
    nn_halves *fold = ag_graph_memory(s->graph, (size_t)s->o.folds * sizeof *fold);
    s->alive = ag_graph_memory(s->graph, (size_t)s->result->points * sizeof *s->alive);
    s->fold = fold;
    if (fold == NULL || s->alive == NULL) {
        return AG_ERR_MEMORY;
    }
    for (int k = 0; k < s->o.folds; k++) {
        fold[k] = nn_fold(d, k, s->o.folds, &o);
        if (fold[k].train == NULL) {
            return ag_error(s->graph);
        }
    }
    for (s->n_alive = 0; s->n_alive < s->result->points; s->n_alive++) {
        s->alive[s->n_alive] = s->n_alive;
    }
    return AG_OK;
}

/* --- a round ---------------------------------------------------------------------------------- */

static void work(int64_t job, const void *user, nn__job_end *end)
{
    const nn__searching *s = user;
    int fold = (int)(job % s->o.folds), point = s->alive[job / s->o.folds];
    nn__trial_run(s, s->point + (size_t)point * (size_t)s->result->axes, s->fold[fold].train,
                  s->fold[fold].test, fold, s->round_budget, end);
}

/* The message that is kept is the first in the order of points and folds, not of time. */
static void done(int64_t job, void *user, const nn__job_end *end)
{
    nn__searching *s = user;
    int fold = (int)(job % s->o.folds), point = s->alive[job / s->o.folds];
    s->scores[(size_t)point * (size_t)s->o.folds + (size_t)fold] = end->score;
    if (end->score != end->score && (s->failed_job < 0 || job < s->failed_job)) {
        s->failed_job = job;
        snprintf(s->message, sizeof s->message, "%s",
                 end->message[0] != '\0' ? end->message : "a score was NaN");
    }
    nn__search_progress_step(s->progress, end->score);
}

/* Mean and deviation over the folds. */
static void sum_up(nn__searching *s, int point)
{
    int n = s->o.folds;
    const double *score = s->scores + (size_t)point * (size_t)n;
    for (int k = 0; k < n; k++) {
        s->result->failed += score[k] != score[k];
    }
    s->mean[point] = nn__mean_of_scores(score, n, &s->deviation[point]);
    s->budget[point] = s->round_budget;
}

static void run_round(nn__searching *s)
{
    s->failed_job = -1;
    nn__jobs_run(&(nn__jobs){(int64_t)s->n_alive * s->o.folds, s->o.threads, work, done, s});
    for (int i = 0; i < s->n_alive; i++) {
        sum_up(s, s->alive[i]);
    }
    if (s->failed_job >= 0 && s->failure[0] == '\0') {
        memcpy(s->failure, s->message, NN__MESSAGE);
    }
}

/* --- rounds ----------------------------------------------------------------------------------- */

/* Is point a better than b? NaN is never; of equals it is the first. */
static bool is_better(const nn__searching *s, int a, int b)
{
    double x = s->mean[a], y = s->mean[b];
    if (x != x || y != y) {
        return x == x || (y != y && a < b);
    }
    return x == y ? a < b : s->o.less_is_better ? x < y : x > y;
}

/* The points in the order from the best to the worst: sorted by insertion, which is stable. */
static void sort_alive(nn__searching *s)
{
    for (int i = 1; i < s->n_alive; i++) {
        int point = s->alive[i], at = i;
        for (; at > 0 && is_better(s, point, s->alive[at - 1]); at--) {
            s->alive[at] = s->alive[at - 1];
        }
        s->alive[at] = point;
    }
}

static void run_rounds(nn__searching *s)
{
    double next = s->o.halving > 0 ? s->o.first_budget : 0;
    for (bool last = false; !last;) {
        s->round_budget = next;
        run_round(s);
        sort_alive(s);
        last = s->o.halving == 0 || next >= s->o.last_budget;
        next = fmin(next * s->o.halving, s->o.last_budget);
        if (!last) {
            s->n_alive = s->n_alive / s->o.halving > 0 ? s->n_alive / s->o.halving : 1;
        }
    }
    s->result->best = s->alive[0];
}

static int64_t count_trials(const nn__searching *s)
{
    int64_t trials = 0;
    int alive = s->result->points;
    double budget = s->o.first_budget;
    for (bool last = false; !last; budget *= s->o.halving) {
        trials += (int64_t)alive * s->o.folds;
        last = s->o.halving == 0 || budget >= s->o.last_budget;
        alive = !last && alive / s->o.halving > 0 ? alive / s->o.halving : 1;
    }
    return trials;
}

/* --- the search ------------------------------------------------------------------------------- */

static ag_status search(nn__searching *s, const nn_data *d)
{
    ag_status status = make_folds(s, d);
    status = status == AG_OK ? nn__search_progress_new(s, count_trials(s)) : status;
    if (status != AG_OK) {
        return status;
    }
    run_rounds(s);
    nn__search_progress_end(s->progress);
    const nn_search_result *r = s->result;
    return s->mean[r->best] == s->mean[r->best]
               ? AG_OK
               : ag_fail(s->graph, AG_ERR_VALUE, "run one trial alone to see more",
                         "nn_search: no point succeeded in all folds; the first failure: %s",
                         r->failure);
}

nn_search_result *nn_search(const nn_data *d, const nn_axis *axes, int n_axes, nn_trial_score score,
                            const void *user, const nn_search_options *o)
{
    nn__searching s = {.graph = nn_graph_of_data(d), .axes = axes, .score = score, .user = user};
    s.o = o != NULL ? *o : (nn_search_options){.folds = 0};
    if (d == NULL || nn__score_check(s.graph, "nn_search", score) != AG_OK ||
        nn__space_check(s.graph, "nn_search", axes, n_axes, &s.o) != AG_OK) {
        return NULL;
    }
    s.o.folds = s.o.folds != 0 ? s.o.folds : 5;
    s.o.threads = s.o.threads != 0 ? s.o.threads : ag_get_threads();
    if (make_result(&s, n_axes) != AG_OK) {
        return NULL;
    }
    ag_mark mark = ag_graph_mark(s.graph);
    ag_status status = search(&s, d);
    ag_status rewound = ag_graph_rewind(s.graph, mark);
    return status == AG_OK && rewound == AG_OK ? s.result : NULL;
}
