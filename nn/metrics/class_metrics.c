/* Metrics of predicted classes. Must not know how predictions came about. */
#include "cases.h"

#include <math.h>

static double accuracy(const nn__cases *c)
{
    int64_t right = 0;
    for (int64_t i = 0; i < c->n; i++) {
        right += nn__case_predicted(c, i) == c->label[i];
    }
    return (double)right / (double)c->n;
}

/* The number that `measure` gives; NaN without rows, and after an error. */
static double measured(const char *what, const ag_tensor *y, const ag_tensor *t, const void *user,
                       double (*measure)(const nn__cases *c))
{
    nn__cases c;
    if (!nn__cases_read(&c, what, y, t, user)) {
        return (double)NAN;
    }
    double value = c.n > 0 ? measure(&c) : (double)NAN;
    nn__cases_free(&c);
    return value;
}

/* Name, is more better? */
#define TABLE(X) X(accuracy, true)

#define METRIC(name, more)                                                                         \
    static double name##_of(ag_tensor *y, ag_tensor *t, const void *user)                          \
    {                                                                                              \
        return measured("nn_" #name, y, t, user, name);                                            \
    }                                                                                              \
    const nn_metric nn_##name = {#name, name##_of, more, NULL};
TABLE(METRIC)
