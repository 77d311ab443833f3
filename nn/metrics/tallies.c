/* Counts of each class and what follows from them; see tallies.h. Must not know scores. */
#include "tallies.h"

#include <math.h>

nn__tallies nn__tally(const nn__cases *c, int64_t *room)
{
    int64_t *truth = room + c->classes, *predicted = room + 2 * c->classes;
    for (int64_t i = 0; i < c->n; i++) {
        int64_t k = nn__case_predicted(c, i);
        room[k] += k == c->label[i];
        predicted[k]++;
        truth[c->label[i]]++;
    }
    return (nn__tallies){c->classes, c->n, room, truth, predicted};
}

bool nn__tallies_of_cases(nn__tallies *t, const nn__cases *c)
{
    int64_t *room = ag_graph_memory(c->graph, 3 * (size_t)c->classes * sizeof *room);
    if (room != NULL) {
        *t = nn__tally(c, room);
    }
    return room != NULL;
}

nn__tallies nn__tallies_of_matrix(const nn_confusion *c)
{
    return (nn__tallies){c->classes, c->rows, c->right, c->truth, c->predicted};
}

static double share(int64_t part, int64_t whole)
{
    return whole > 0 ? (double)part / (double)whole : 0;
}

/* What follows from the rows of a class, those predicted as it, both, and all rows. */
static nn_class_scores scores_of(int64_t hit, int64_t truth, int64_t predicted, int64_t rows)
{
    nn_class_scores s = {.rows = truth, .predicted = predicted};
    s.precision = share(hit, predicted);
    s.recall = share(hit, truth);
    s.specificity = share(rows - truth - predicted + hit, rows - truth);
    s.f1 = share(2 * hit, truth + predicted);
    return s;
}

nn_class_scores nn__scores_of_class(const nn__tallies *t, int64_t k)
{
    return scores_of(t->hit[k], t->truth[k], t->predicted[k], t->rows);
}

double nn__precision_part(const nn_class_scores *s)
{
    return s->precision;
}

double nn__recall_part(const nn_class_scores *s)
{
    return s->recall;
}

double nn__specificity_part(const nn_class_scores *s)
{
    return s->specificity;
}

double nn__f1_part(const nn_class_scores *s)
{
    return s->f1;
}

/* Every row counts once for each class: right or wrong, as it or as another. */
static nn_class_scores pooled(const nn__tallies *t)
{
    int64_t hit = 0;
    for (int64_t k = 0; k < t->classes; k++) {
        hit += t->hit[k];
    }
    return scores_of(hit, t->rows, t->rows, t->rows * t->classes);
}

double nn__score_mean(const nn__tallies *t, nn_average average, nn__score_part part)
{
    double sum = 0, weights = 0;
    if (average == NN_MICRO || (average == NN_AVERAGE_USUAL && t->classes == 2)) {
        nn_class_scores s = average == NN_MICRO ? pooled(t) : nn__scores_of_class(t, 1);
        return part(&s);
    }
    for (int64_t k = 0; k < t->classes; k++) {
        nn_class_scores s = nn__scores_of_class(t, k);
        bool occurs = s.rows > 0 || s.predicted > 0;
        double weight = average == NN_WEIGHTED ? (double)s.rows : occurs ? 1 : 0;
        sum += weight * part(&s);
        weights += weight;
    }
    return sum / weights;
}

double nn__mean_recall(const nn__tallies *t)
{
    double sum = 0, classes = 0;
    for (int64_t k = 0; k < t->classes; k++) {
        sum += share(t->hit[k], t->truth[k]);
        classes += t->truth[k] > 0;
    }
    return sum / classes;
}
