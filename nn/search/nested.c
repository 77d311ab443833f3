/* Nested cross-validation: a search in each outer fold, and its best point on rows that the search
 * has not seen.
 */
#include "search.h"

#include <string.h>

typedef struct nested {
    nn__searching last; /* what the last trial of a fold needs */
    const nn_axis *axes;
    int n_axes, folds;
    nn_split_options split;
    double *score, *point;
} nested;

/* The search among the training rows of an outer fold, then the trial of its best point. */
static ag_status run_fold(nested *n, const nn_data *d, int k)
{
    ag_graph *g = n->last.graph;
    nn_halves part = nn_fold(d, k, n->folds, &n->split);
    nn_search_result *r = part.train != NULL ? nn_search(part.train, n->axes, n->n_axes,
                                                         n->last.score, n->last.user, &n->last.o)
                                             : NULL;
    if (r == NULL) {
        return ag_error(g) != AG_OK ? ag_error(g) : AG_ERR_NULL_ARGUMENT;
    }
    double *at = n->point + (size_t)k * (size_t)n->n_axes;
    memcpy(at, r->point + (size_t)r->best * (size_t)n->n_axes, (size_t)n->n_axes * sizeof *at);
    nn__job_end end;
    double budget = n->last.o.halving > 0 ? n->last.o.last_budget : 0;
    nn__trial_run(&n->last, at, part.train, part.test, n->last.o.folds + k, budget, &end);
    n->score[k] = end.score;
    if (end.score != end.score) {
        return ag_fail(g, AG_ERR_VALUE, NULL, "nn_search_nested: the trial of fold %d failed: %s",
                       k, end.message[0] != '\0' ? end.message : "its score is NaN");
    }
    return AG_OK;
}

static ag_status run_folds(nested *n, const nn_data *d)
{
    ag_status status = AG_OK;
    for (int k = 0; k < n->folds && status == AG_OK; k++) {
        ag_mark mark = ag_graph_mark(n->last.graph);
        status = run_fold(n, d, k);
        ag_status rewound = ag_graph_rewind(n->last.graph, mark);
        status = status == AG_OK ? rewound : status;
    }
    return status;
}

nn_nested_result *nn_search_nested(const nn_data *d, int folds, const nn_axis *axes, int n_axes,
                                   nn_trial_score score, const void *user,
                                   const nn_search_options *o)
{
    ag_graph *g = nn_graph_of_data(d);
    nested n = {.last = {.graph = g, .axes = axes, .score = score, .user = user}, .axes = axes};
    n.last.o = o != NULL ? *o : (nn_search_options){.folds = 0};
    n.n_axes = n_axes;
    n.folds = folds;
    n.split = (nn_split_options){.stratify = n.last.o.stratify, .seed = n.last.o.seed};
    if (d == NULL || nn__score_check(g, "nn_search_nested", score) != AG_OK ||
        nn__space_check(g, "nn_search_nested", axes, n_axes, &n.last.o) != AG_OK) {
        return NULL;
    }
    if (folds < 2) {
        ag_fail(g, AG_ERR_VALUE, "2 or more", "nn_search_nested: %d outer folds", folds);
        return NULL;
    }
    nn_nested_result *r = ag_graph_memory(g, sizeof *r);
    n.score = ag_graph_memory(g, (size_t)folds * sizeof *n.score);
    n.point = ag_graph_memory(g, (size_t)folds * (size_t)n_axes * sizeof *n.point);
    if (r == NULL || n.score == NULL || n.point == NULL || run_folds(&n, d) != AG_OK) {
        return NULL;
    }
    *r = (nn_nested_result){folds, n_axes, n.score, n.point, 0, 0};
    r->mean = nn__mean_of_scores(r->score, r->folds, &r->deviation);
    return r;
}
