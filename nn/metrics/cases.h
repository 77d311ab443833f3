/* Predictions and targets as the metrics read them: plain numbers, checked. Private to nn/metrics. */
#ifndef NN_METRICS_CASES_H
#define NN_METRICS_CASES_H

#include <autograd/nn_metrics.h>

#include "nn/data/scratch.h"

/* Rows with a class. One score a row stands for two classes; else there is a score for each. */
typedef struct nn__cases {
    ag_graph *graph;
    int64_t n, classes;
    bool one_score;
    bool probabilities; /* the scores are these; otherwise they are logits */
    double threshold;   /* of the probability of class 1; 0: the larger of the scores */
    double *score;      /* n, or n times classes, row-major */
    int64_t *label;
    nn__scratch scores, labels;
} nn__cases;

/* Reads and checks both; `what` is the name that messages begin with. False and an error, and then
 * there is nothing to free. */
bool nn__cases_read(nn__cases *c, const char *what, const ag_tensor *y, const ag_tensor *t,
                    const nn_score_options *o);
void nn__cases_free(nn__cases *c);

/* The class that is predicted for a row. */
int64_t nn__case_predicted(const nn__cases *c, int64_t row);

/* Logits become probabilities, in place. */
void nn__cases_to_probabilities(nn__cases *c);

/* Rows of numbers: y and t have rows times columns, row-major. */
typedef struct nn__numbers {
    ag_graph *graph;
    int64_t rows, columns;
    double *y, *t;
    nn__scratch memory;
} nn__numbers;

bool nn__numbers_read(nn__numbers *c, const char *what, const ag_tensor *y, const ag_tensor *t);
void nn__numbers_free(nn__numbers *c);

#endif
