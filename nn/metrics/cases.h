/* Predictions and targets as the metrics read them: plain numbers, checked. Private to nn/metrics.
 *
 * What a metric needs for its time is memory of the graph, which a rewind gives back and keeps for
 * the next call: a training that computes metrics in every epoch asks the allocator for nothing.
 */
#ifndef NN_METRICS_CASES_H
#define NN_METRICS_CASES_H

#define AG_NO_SITES
#include <autograd/nn_metrics.h>

/* Rows with a class. One score a row stands for two classes; else there is a score for each. */
typedef struct nn__cases nn__cases;
struct nn__cases {
    ag_graph *graph;
    const char *what; /* the function that was called, for messages */
    int64_t n, classes;
    bool one_score;
    bool probabilities; /* the scores are these; otherwise they are logits */
    double threshold;   /* of the probability of class 1; 0: the larger of the scores */
    const ag_tensor *y, *t;
    bool classes_last;
    bool (*read)(nn__cases *c);
    ag_mark mark;
    double *score; /* n, or n times classes, row-major */
    int64_t *label;
};

/* Checks shapes and options and counts rows and classes; `what` is the name that messages begin
 * with. False and an error. */
bool nn__cases_open(nn__cases *c, const char *what, const ag_tensor *y, const ag_tensor *t,
                    const nn_score_options *o);

/* Reads both. False and an error, and then there is nothing to close. Otherwise what is made in the
 * graph until nn__cases_close goes with it, so results are made before reading. */
bool nn__cases_read(nn__cases *c);
void nn__cases_close(const nn__cases *c);

/* Is the threshold a probability? */
bool nn__threshold_fits(ag_graph *g, const char *what, const nn_score_options *o);

/* The class that is predicted for a row. */
int64_t nn__case_predicted(const nn__cases *c, int64_t row);

/* Of scores x, the place of the largest, the first of several; a NaN counts as larger than all. */
int64_t nn__largest(const double *x, int64_t n);

/* How much a row looks like a class, for ordering rows: of two classes the score of class 1, or its
 * negative for class 0; of more the class' own. */
double nn__case_score(const nn__cases *c, int64_t row, int64_t k);

/* log P(class), as exact as the scores allow. */
double nn__case_log_probability(const nn__cases *c, int64_t row, int64_t k);

/* P(class 1) of two classes, once the scores are probabilities. */
double nn__case_probability(const nn__cases *c, int64_t row);

/* Logits become probabilities, in place. */
void nn__cases_to_probabilities(nn__cases *c);

/* Opens, reads, measures and closes: what a metric of classes is but for its name. NaN without rows
 * and after an error. */
typedef double (*nn__case_measure)(nn__cases *c, const nn_score_options *o);
double nn__measure_cases(const char *what, const ag_tensor *y, const ag_tensor *t,
                         const nn_score_options *o, nn__case_measure measure);

/* Rows of numbers: y and t have rows times columns, row-major. */
typedef struct nn__numbers {
    ag_graph *graph;
    int64_t rows, columns;
    double *y, *t;
    ag_mark mark;
} nn__numbers;

bool nn__numbers_read(nn__numbers *c, const char *what, const ag_tensor *y, const ag_tensor *t);
void nn__numbers_close(const nn__numbers *c);

/* The same as nn__measure_cases for numbers; `of_column` is averaged over the columns. Exactly one
 * of the two is given. */
typedef double (*nn__number_measure)(const nn__numbers *c);
typedef double (*nn__column_measure)(nn__numbers *c, int64_t j);
double nn__measure_numbers(const char *what, const ag_tensor *y, const ag_tensor *t,
                           nn__number_measure of_all, nn__column_measure of_column);

/* The mean of `rows` numbers that stand `step` apart, in two passes, so that numbers far from 0
 * keep their digits. */
double nn__mean_of(const double *x, int64_t rows, int64_t step);

#endif
