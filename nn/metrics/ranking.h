/* Rows in the order of their scores. Private to nn/metrics. */
#ifndef NN_METRICS_RANKING_H
#define NN_METRICS_RANKING_H

#include "cases.h"

typedef struct nn__scored {
    double score;
    bool positive;
} nn__scored;

/* Rows with their scores for class k against the rest, of all rows, or where `group` is not NULL of
 * those whose group is `only`; sorted, the highest score first. How many they are and how many of
 * them are positive; `list` needs room for all rows. A score that is NaN makes it -1. */
typedef struct nn__ranking {
    int64_t n, positive;
    const nn__scored *list;
} nn__ranking;
nn__ranking nn__rank(const nn__cases *c, int64_t k, const int64_t *group, int64_t only,
                     nn__scored *list);

/* Behind the rows from i on that have one score; adds to the counts of positive and negative
 * rows. */
int64_t nn__rank_tie(const nn__ranking *r, int64_t i, int64_t *positive, int64_t *negative);

/* The area under the ROC curve; NaN where a class has no row. */
double nn__rank_area(const nn__ranking *r);

/* Errors of curves: NaN among the scores, one class only, more than two classes. */
bool nn__rank_is_curve(const nn__cases *c, const nn__ranking *r, int64_t k);

/* Has it two classes? Otherwise an error. */
bool nn__two_classes(const nn__cases *c);

#endif
