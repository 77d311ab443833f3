/* A search that runs. Private to nn/search. */
#ifndef NN_SEARCH_SEARCH_H
#define NN_SEARCH_SEARCH_H

#define AG_NO_SITES
#include <autograd/nn_search.h>

#include "workers.h"

typedef struct nn__searching {
    ag_graph *graph;
    nn_search_options o;
    const nn_axis *axes;
    nn_trial_score score;
    const void *user;
    nn_search_result *result;
    double *point, *scores, *mean, *deviation, *budget; /* of the result */
    char *failure;
    const nn_halves *fold;
    int *alive; /* the points that are tried in this round */
    int n_alive;
    double round_budget;
    char message[NN__MESSAGE];
    int64_t failed_job; /* the first one of this round that failed; -1 for none */
    struct nn__search_progress *progress;
} nn__searching;

/* --- space.c ---------------------------------------------------------------------------------- */

/* Are the axes and the options those of a search? `who` speaks. */
AG_MUST_USE ag_status nn__space_check(ag_graph *g, const char *who, const nn_axis *axes, int n,
                                      const nn_search_options *o);

AG_MUST_USE ag_status nn__score_check(ag_graph *g, const char *who, nn_trial_score score);

/* How many points there are; -1 where that is too many. Writes them. */
int64_t nn__space_points(const nn_axis *axes, int n, const nn_search_options *o);
void nn__space_fill(const nn_axis *axes, int n, const nn_search_options *o, int points,
                    double *out);

/* The mean of n scores, and their standard deviation, divided by n - 1: 0 where all are equal, NaN
 * of a single one. */
double nn__mean_of_scores(const double *score, int n, double *deviation);

/* --- trial.c ---------------------------------------------------------------------------------- */

/* Runs a trial in a graph of its own. Touches nothing that other threads write. */
void nn__trial_run(const nn__searching *s, const double *at, const nn_data *train,
                   const nn_data *test, int fold, double budget, nn__job_end *end);

/* --- search_progress.c ------------------------------------------------------------------------ */

typedef struct nn__search_progress nn__search_progress;

/* Errors: MEMORY. */
AG_MUST_USE ag_status nn__search_progress_new(nn__searching *s, int64_t trials);

/* A trial has been done; the search is over. */
void nn__search_progress_step(nn__search_progress *p, double score);
void nn__search_progress_end(nn__search_progress *p);

#endif
