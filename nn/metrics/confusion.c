/* The confusion matrix as numbers. Must not know how it is printed. */
#include "tallies.h"

enum { MOST_CLASSES = 30000 };

static const nn_confusion *counted(nn__cases *c)
{
    nn_confusion *m = ag_graph_memory(c->graph, sizeof *m);
    size_t bytes = sizeof *m->count * (size_t)c->classes;
    int64_t *count = ag_graph_memory(c->graph, bytes * (size_t)c->classes + 1);
    int64_t *room = ag_graph_memory(c->graph, bytes * 3 + 1);
    if (m == NULL || count == NULL || room == NULL || !nn__cases_read(c)) {
        return NULL;
    }
    for (int64_t i = 0; i < c->n; i++) {
        count[c->label[i] * c->classes + nn__case_predicted(c, i)]++;
    }
    nn__tallies t = nn__tally(c, room);
    nn__cases_close(c);
    *m = (nn_confusion){c->classes, c->n, count, t.truth, t.predicted, t.hit};
    return m;
}

const nn_confusion *(nn_confusion_new)(const ag_tensor *y, const ag_tensor *t,
                                       const nn_score_options *o)
{
    nn__cases c;
    const nn_confusion *m = NULL;
    if (!nn__cases_open(&c, "nn_confusion_new", y, t, o)) {
        return NULL;
    }
    if (c.classes <= MOST_CLASSES) {
        m = counted(&c);
    } else {
        ag_fail(c.graph, AG_ERR_VALUE, "nn_accuracy and the other metrics take more",
                "nn_confusion_new: %lld classes are more than %d", (long long)c.classes,
                MOST_CLASSES);
    }
    return m;
}

nn_class_scores nn_class_scores_get(const nn_confusion *c, int64_t k)
{
    if (c == NULL || k < 0 || k >= c->classes) {
        return (nn_class_scores){0};
    }
    nn__tallies t = nn__tallies_of_matrix(c);
    return nn__scores_of_class(&t, k);
}
