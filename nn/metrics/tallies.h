/* What is counted of each class, and the metrics that follow from the counts. Private to
 * nn/metrics. */
#ifndef NN_METRICS_TALLIES_H
#define NN_METRICS_TALLIES_H

#include "cases.h"

typedef struct nn__tallies {
    int64_t classes, rows;
    const int64_t *hit, *truth,
        *predicted; /* rows of each class: right, that have it, predicted as it */
} nn__tallies;

/* Counts, into 3 times classes zeros at `room`. */
nn__tallies nn__tally(const nn__cases *c, int64_t *room);
bool nn__tallies_of_cases(nn__tallies *t, const nn__cases *c);

/* Those of a matrix; nothing to free. */
nn__tallies nn__tallies_of_matrix(const nn_confusion *c);

nn_class_scores nn__scores_of_class(const nn__tallies *t, int64_t k);

/* One number of what a class comes to. */
typedef double (*nn__score_part)(const nn_class_scores *s);
double nn__score_mean(const nn__tallies *t, nn_average average, nn__score_part part);

double nn__precision_part(const nn_class_scores *s);
double nn__recall_part(const nn_class_scores *s);
double nn__specificity_part(const nn_class_scores *s);
double nn__f1_part(const nn_class_scores *s);

/* The mean recall of the classes that have rows. */
double nn__mean_recall(const nn__tallies *t);

#endif
