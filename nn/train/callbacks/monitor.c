/* A value of the history that a callback watches, and when it is better. */
#include "monitor.h"

#include <math.h>
#include <string.h>

const char *nn__kept_text(ag_graph *g, const char *text)
{
    size_t bytes = text != NULL ? strlen(text) + 1 : 0;
    char *copy = text != NULL ? ag_graph_memory(g, bytes) : NULL;
    return copy != NULL ? memcpy(copy, text, bytes) : NULL;
}

bool nn__monitor_new(nn__monitor *m, ag_graph *g, const char *who, const char *name,
                     nn_direction direction, double min_delta)
{
    *m = (nn__monitor){nn__kept_text(g, name), direction, min_delta, NULL, false, (double)NAN, 0};
    if (!(min_delta >= 0 && min_delta < (double)INFINITY) || direction < NN_DIRECTION_USUAL ||
        direction > NN_DIRECTION_UP) {
        ag_fail(g, AG_ERR_VALUE, "min_delta is 0 or more, direction one of nn_direction",
                "%s: min_delta %g, direction %d", who, min_delta, (int)direction);
        return false;
    }
    return m->name != NULL || name == NULL;
}

bool nn__monitor_begin(nn__monitor *m, const nn_history *h, const char *who)
{
    const char *usual = nn__history_find(h, "val_loss") != NULL ? "val_loss" : "loss";
    const char *name = m->name != NULL ? m->name : usual;
    if (!nn_history_has(h, name, who)) {
        return false;
    }
    m->curve = nn__history_find(h, name);
    m->up = m->direction == NN_DIRECTION_USUAL ? m->curve->more_is_better
                                               : m->direction == NN_DIRECTION_UP;
    m->best = (double)NAN;
    m->best_epoch = 0;
    return true;
}

double nn__monitor_value(const nn__monitor *m, const nn_history *h)
{
    return m->curve->value[h->epochs - 1];
}

bool nn__monitor_improved(nn__monitor *m, const nn_history *h)
{
    double value = nn__monitor_value(m, h);
    bool better = m->up ? value > m->best + m->min_delta : value < m->best - m->min_delta;
    if (value == value && (m->best_epoch == 0 || better)) {
        m->best = value;
        m->best_epoch = h->epochs;
        return true;
    }
    return false;
}
