/* How training shows its progress: a callback that writes lines. Must not know what a step
 * computes.
 */
#include "progress.h"

#include "nn/data/number.h"

#include <string.h>
#include <time.h>

enum { LINE = 400 };

typedef struct progress {
    FILE *out;
    int written; /* the last epoch that has a line */
} progress;

/* --- text ------------------------------------------------------------------------------------- */

bool nn__is_shown(int epoch)
{
    while (epoch >= 10 && epoch % 10 == 0) {
        epoch /= 10;
    }
    return epoch == 1 || epoch == 2 || epoch == 5;
}

/* Not shown: what is for figures alone. */
static bool is_plain(const char *name)
{
    return strcmp(name, "rate") != 0 && strcmp(name, "objective") != 0;
}

void nn__values_text(const nn_history *h, char *text, size_t room)
{
    char number[NN__NUMBER_TEXT];
    size_t used = 0;
    text[0] = '\0';
    for (int i = 0; i < h->columns; i++) {
        const nn__curve *c = &h->column[i];
        const char *value = nn__number_text(c->value[h->epochs - 1], 4, number);
        size_t needed = strlen(c->name) + strlen(value) + 3;
        if (is_plain(c->name) && used + needed < room) {
            used += (size_t)snprintf(text + used, room - used, "%s%s %s", used > 0 ? "  " : "",
                                     c->name, value);
        }
    }
}

/* --- the callback ----------------------------------------------------------------------------- */

static int digits_of(int n)
{
    int digits = 1;
    for (; n >= 10; n /= 10) {
        digits++;
    }
    return digits;
}

static void write_line(progress *p, const nn_event *e)
{
    char values[LINE];
    nn__values_text(e->history, values, sizeof values);
    fprintf(p->out, "epoch %*d/%d  %s\n", digits_of(e->epochs), e->history->epochs, e->epochs,
            values);
    fflush(p->out);
    p->written = e->history->epochs;
}

/* The last epoch has a line, too; then why there is no further one, and what there is to say. */
static void write_end(progress *p, const nn_event *e)
{
    const nn_history *h = e->history;
    if (h->epochs > p->written) {
        write_line(p, e);
    }
    if (e->status == AG_OK && h->reason != NN_END_EPOCHS && h->epochs < e->epochs) {
        fprintf(p->out, "%s after epoch %d of %d\n",
                h->reason == NN_END_INTERRUPTED ? "interrupted" : "stopped", h->epochs, e->epochs);
    }
    fputs(h->remarks, p->out);
    fflush(p->out);
}

static void on_lines(nn_event *e, void *user)
{
    progress *p = user;
    if (e->when == NN_BEGIN) {
        p->written = e->history->epochs;
    } else if (e->when == NN_EPOCH_END && (nn__is_shown(e->epoch) || e->epoch == e->epochs)) {
        write_line(p, e);
    } else if (e->when == NN_END) {
        write_end(p, e);
    }
}

ag_status nn__progress_add(nn__fitting *f)
{
    if (f->o.show == NN_SHOW_NOTHING) {
        return AG_OK;
    }
    progress *p = ag_graph_memory(f->graph, sizeof *p);
    if (p == NULL) {
        return AG_ERR_MEMORY;
    }
    p->out = f->o.show_on != NULL ? f->o.show_on : stderr;
    f->call[f->calls++] = (nn_callback){on_lines, p};
    return AG_OK;
}
