/* The history: columns of numbers under names, one number for each epoch. Must not know how they
 * came about.
 */
#include "history.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

/* --- writing ---------------------------------------------------------------------------------- */

nn_history *nn__history_new(ag_graph *g, int room)
{
    nn_history *h = ag_graph_memory(g, sizeof *h);
    if (h != NULL) {
        h->graph = g;
        h->room = room;
    }
    return h;
}

int nn__history_add(nn_history *h, const char *prefix, const char *name, bool more_is_better)
{
    size_t bytes = strlen(prefix) + strlen(name) + 1;
    char *copy = ag_graph_memory(h->graph, bytes);
    double *value = ag_graph_memory(h->graph, (size_t)h->room * sizeof *value);
    if (copy == NULL || value == NULL) {
        return -1;
    }
    memcpy(copy, prefix, strlen(prefix));
    memcpy(copy + strlen(prefix), name, strlen(name) + 1);
    h->column[h->columns] = (nn__series){copy, more_is_better, value};
    return h->columns++;
}

void nn__remark(nn_history *h, const char *format, ...)
{
    size_t used = strlen(h->remarks), room = sizeof h->remarks - used;
    va_list args;
    va_start(args, format);
    vsnprintf(h->remarks + used, room, format, args);
    va_end(args);
}

/* --- asking ----------------------------------------------------------------------------------- */

const nn__series *nn__history_find(const nn_history *h, const char *name)
{
    for (int i = 0; h != NULL && name != NULL && i < h->columns; i++) {
        if (strcmp(h->column[i].name, name) == 0) {
            return &h->column[i];
        }
    }
    return NULL;
}

bool nn_history_has(const nn_history *h, const char *name, const char *who)
{
    char names[400] = "";
    if (h == NULL || nn__history_find(h, name) != NULL) {
        return h != NULL;
    }
    for (int i = 0; i < h->columns; i++) {
        const char *next = h->column[i].name;
        if (strlen(names) + strlen(next) + 3 < sizeof names) {
            strcat(strcat(names, i > 0 ? ", " : ""), next);
        }
    }
    ag_fail(h->graph, AG_ERR_VALUE, "names with val_ are there where there is validation",
            "%s: there is no \"%.80s\" in the history, only %s",
            who != NULL ? who : "nn_history_has", name != NULL ? name : "NULL", names);
    return false;
}

/* The column, and an error where there is none. */
static const nn__series *look_up(const nn_history *h, const char *name, const char *who)
{
    return nn_history_has(h, name, who) ? nn__history_find(h, name) : NULL;
}

int nn_epochs(const nn_history *h)
{
    return h != NULL ? h->epochs : 0;
}

static double value_at(const nn_history *h, const nn__series *c, int epoch)
{
    return c != NULL && epoch >= 1 && epoch <= h->epochs ? c->value[epoch - 1] : (double)NAN;
}

double nn_last(const nn_history *h, const char *name)
{
    return value_at(h, look_up(h, name, "nn_last"), nn_epochs(h));
}

double nn_history_at(const nn_history *h, const char *name, int epoch)
{
    return value_at(h, look_up(h, name, "nn_history_at"), epoch);
}

double nn_best(const nn_history *h, const char *name, int *epoch)
{
    const nn__series *c = look_up(h, name, "nn_best");
    double best = (double)NAN;
    int at = 0;
    for (int i = 1; c != NULL && i <= h->epochs; i++) {
        double v = c->value[i - 1];
        bool better = c->more_is_better ? v > best : v < best;
        if (v == v && (at == 0 || better)) {
            best = v;
            at = i;
        }
    }
    if (epoch != NULL) {
        *epoch = at;
    }
    return best;
}

const double *nn_curve(const nn_history *h, const char *name)
{
    const nn__series *c = look_up(h, name, "nn_curve");
    return c != NULL ? c->value : NULL;
}

const char *nn_history_name(const nn_history *h, int i)
{
    return h != NULL && i >= 0 && i < h->columns ? h->column[i].name : NULL;
}

bool nn_more_is_better(const nn_history *h, const char *name)
{
    const nn__series *c = nn__history_find(h, name);
    return c != NULL && c->more_is_better;
}

nn_end_reason nn_ended_by(const nn_history *h)
{
    return h != NULL ? h->reason : NN_END_EPOCHS;
}

const char *nn_remarks(const nn_history *h)
{
    return h != NULL ? h->remarks : "";
}

ag_graph *nn_graph_of_history(const nn_history *h)
{
    return h != NULL ? h->graph : NULL;
}
