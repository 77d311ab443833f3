/* What callbacks keep in a checkpoint: one function for both ways, so that nothing is saved that is
 * not read. */
#include "state.h"

enum { NAME = 4200 };

static const char *full_name(const nn_event *e, const char *name, char text[NAME])
{
    snprintf(text, NAME, "training.callback.%d.%s", e->number, name);
    return text;
}

void nn__state_ints(const nn_event *e, const char *name, int64_t *x, int64_t n)
{
    char text[NAME];
    full_name(e, name, text);
    if (e->when == NN_SAVE) {
        nn_archive_set_ints(e->archive, text, x, n);
    } else if (nn_archive_get_size(e->archive, text) >= 0) {
        nn_archive_get_ints(e->archive, text, x, n);
    }
}

void nn__state_doubles(const nn_event *e, const char *name, double *x, int64_t n)
{
    char text[NAME];
    full_name(e, name, text);
    if (e->when == NN_SAVE) {
        nn_archive_set_doubles(e->archive, text, x, n);
    } else if (nn_archive_get_size(e->archive, text) >= 0) {
        nn_archive_get_doubles(e->archive, text, x, n);
    }
}

void nn__state_monitor(const nn_event *e, nn__monitor *m)
{
    int64_t epoch = m->best_epoch;
    nn__state_doubles(e, "best", &m->best, 1);
    nn__state_ints(e, "best_epoch", &epoch, 1);
    m->best_epoch = (int)epoch;
}

void nn__state_snapshot(const nn_event *e, const char *prefix, nn__snapshot *s)
{
    char text[NAME];
    int64_t taken = s->taken;
    nn__state_ints(e, "taken", &taken, 1);
    s->taken = taken != 0;
    for (const nn__copy_of *c = s->first; s->taken && c != NULL; c = c->next) {
        snprintf(text, NAME, "%s%s", prefix, c->path);
        if (e->when == NN_SAVE) {
            nn_archive_set_tensor(e->archive, text, c->copy);
        } else {
            nn_archive_get_tensor(e->archive, text, c->copy);
        }
    }
}
