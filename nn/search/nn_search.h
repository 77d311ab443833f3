/* Search: values of hyperparameters tried by cross-validation, in threads: a grid, random points,
 * successive halving; and nested cross-validation, which judges the search itself.
 *
 *     static double score(const nn_trial *t)
 *     {
 *         ag_graph *g = t->graph;
 *         nn_module *net = nn_sequential(g, nn_standardize(g, t->train),
 *                                        nn_linear(g, (int64_t)t->at[0], NULL), nn_relu(g),
 *                                        nn_linear(g, 3, NULL));
 *         nn_fit(net, t->train,
 *                &(nn_fit_options){.loss = nn_cross_entropy,
 *                                  .optimizer = nn_adam(g, &(ag_adam){.rate = t->at[1]}),
 *                                  .epochs = 50,
 *                                  .show = NN_SHOW_NOTHING});
 *         const nn_evaluate_options o = {.loss = nn_cross_entropy, .metrics = {nn_accuracy}};
 *         return nn_evaluate(net, t->test, &o).metric[0];
 *     }
 *     ...
 *     const nn_axis axes[] = {{.name = "hidden", .values = (const double[]){8, 32}, .n = 2},
 *                             {.name = "rate", .values = (const double[]){1e-3, 1e-2}, .n = 2}};
 *     nn_search_result *r = nn_search(train, axes, 2, score, NULL, NULL);
 *     if (r == NULL || nn_print_search(stdout, r) != AG_OK) ...
 *
 * Each trial has a graph of its own and sees its fold's training rows alone. What it computes is a
 * function of the point, the fold and the seed, so the result is the same for any number of
 * threads.
 */
#ifndef AUTOGRAD_NN_SEARCH_H
#define AUTOGRAD_NN_SEARCH_H

#include "nn_data.h"
#include "nn_train.h"

AG_BEGIN_C

/* --- what is tried ---------------------------------------------------------------------------- */

/* A hyperparameter: values to be tried, or where there are none a range from low to high, which
 * random search draws from. */
typedef struct nn_axis {
    const char *name;
    const double *values;
    int n;
    double low, high;
    bool log;   /* evenly in the logarithm */
    bool whole; /* rounded to a whole number */
} nn_axis;

/* One trial: the values of the axes in their order, the rows to train with and to be judged by. */
typedef struct nn_trial {
    ag_graph *graph; /* its own, of the dtype of the data's graph, and seeded by the fold */
    const double *at;
    const nn_data *train, *test; /* in that graph */
    double budget;               /* of successive halving, such as epochs; 0 without */
    const void *user;
} nn_trial;

/* Called in any thread, for several trials at a time. What it makes it makes in the graph of the
 * trial, which is then freed. A result that is NaN, and an error that the graph keeps, is a trial
 * that failed: its point is never the best. */
typedef double (*nn_trial_score)(const nn_trial *t);

typedef struct nn_search_options {
    int folds;     /* 0 means 5 */
    bool stratify; /* folds keep the shares of the classes */
    int random;    /* so many points at random; 0: every combination of the values */
    bool less_is_better;

    /* Successive halving (Jamieson and Talwalkar 2016): all points are tried with the first budget;
     * of n points the best n/halving, at least one, go on with `halving` times as much, up to the
     * last budget. halving 0: without; otherwise 2 or more. */
    int halving;
    double first_budget, last_budget;

    int threads;   /* 0: ag_get_threads */
    uint64_t seed; /* of folds, points and trials */
    nn_show show;  /* progress, as fit's */
    FILE *show_on; /* NULL: stderr */
} nn_search_options;

/* --- searching -------------------------------------------------------------------------------- */

typedef struct nn_search_result {
    int points, axes, folds;
    const char *const *axis;        /* the names */
    const double *point;            /* axes numbers for each point */
    const double *score;            /* folds numbers for each point: those of its last budget */
    const double *mean, *deviation; /* over the folds, divided by one less; NaN where one failed */
    const double *budget;           /* the last one of each point */
    int best;                       /* among those with the largest budget, the first of equals */
    int failed;                     /* trials */
    const char *failure;            /* the message of the first of them, "" for none */
    bool less_is_better, halves;
} nn_search_result;

/* *Borrowed* from the graph of the data. Errors: VALUE (no axis; an axis that is none, or a range
 * without random; folds, budgets; no trial succeeded, with the message of the first), those of
 * nn_fold, MEMORY, NULL_ARGUMENT. */
AG_API nn_search_result *nn_search(const nn_data *d, const nn_axis *axes, int n_axes,
                                   nn_trial_score score, const void *user,
                                   const nn_search_options *o);

/* The value of an axis at a point; NaN where there is none of that name. */
AG_API double nn_search_value(const nn_search_result *r, int point, const char *axis);

/* A table of the points, the best first, at most 40 of them. Numbers have a point in every locale.
 * Errors, returned: NULL_ARGUMENT, IO. */
AG_API AG_MUST_USE ag_status nn_print_search(FILE *out, const nn_search_result *r);

/* --- judging the search ----------------------------------------------------------------------- */

/* Nested cross-validation: for each of `folds` outer folds a search among its training rows alone,
 * then a trial of the best point, trained with all of these, on its test rows, which no decision
 * has seen. Its mean is what the whole procedure can be expected to reach. */
typedef struct nn_nested_result {
    int folds, axes;
    const double *score; /* of each outer fold */
    const double *point; /* what was best in it: axes numbers for each */
    double mean, deviation;
} nn_nested_result;

/* *Borrowed* from the graph of the data. The budget of the last trial is the last one. Errors as
 * nn_search's. */
AG_API nn_nested_result *nn_search_nested(const nn_data *d, int folds, const nn_axis *axes,
                                          int n_axes, nn_trial_score score, const void *user,
                                          const nn_search_options *o);

AG_END_C

/* The source line of the call, for messages. */
#ifndef AG_NO_SITES
#define nn_search(d, ...) nn_search(NN_AT_DATA(d), __VA_ARGS__)
#define nn_search_nested(d, ...) nn_search_nested(NN_AT_DATA(d), __VA_ARGS__)
#endif

#endif
