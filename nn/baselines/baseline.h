/* What the files that fit baselines share. Private to nn/baselines. */
#ifndef NN_BASELINES_BASELINE_H
#define NN_BASELINES_BASELINE_H

#include "proximal_newton.h"

/* Checks penalties, tolerance and the count of weights. */
bool nn__baseline_options_fit(const nn_data *d, const char *what, const nn_baseline_options *o);

/* Means, and deviations or ones; memory from the data's graph. */
bool nn__scaling_of(nn__scaling *s, const nn_data *d, const nn_baseline_options *o);

/* A baseline with its module, all weights 0; and what a minimizer found, put into it. */
nn_baseline *nn__baseline_empty(const nn_data *d, const nn_baseline_options *o);
bool nn__baseline_fill(nn_baseline *b, const nn__minimizer *m, const nn__scaling *s);

int64_t nn__nonzero(const nn__minimizer *m);

#endif
