/* How training shows its progress: a callback that writes lines, and between them draws a bar where
 * that is possible. Must not know what a step computes.
 */
#include "progress.h"

#include "bar.h"
#include "terminal.h"

typedef struct progress {
    FILE *out;
    bool bar;
    nn__terminal terminal;
    int written; /* the last epoch that has a line */
    double began, drawn;
    int64_t first, steps; /* before training, and since */
    int width;            /* of what is drawn now */
    char text[NN__BAR];
} progress;

/* --- lines ------------------------------------------------------------------------------------ */

static int digits_of(int n)
{
    int digits = 1;
    for (; n >= 10; n /= 10) {
        digits++;
    }
    return digits;
}

/* The bar gives way to a line. Spaces do that on any terminal. */
static void wipe(progress *p)
{
    if (p->width > 0) {
        fprintf(p->out, "\r%*s\r", p->width, "");
        p->width = 0;
    }
}

static void write_line(progress *p, const nn_event *e)
{
    char values[NN__VALUES];
    wipe(p);
    nn__values_text(e->history, true, values);
    fprintf(p->out, "epoch %*d/%d  %s\n", digits_of(e->epochs), nn_epochs(e->history), e->epochs,
            values);
    fflush(p->out);
    p->written = nn_epochs(e->history);
}

/* The last epoch has a line, too; then why there is no further one, and what there is to say. */
static void write_end(progress *p, const nn_event *e)
{
    const nn_history *h = e->history;
    wipe(p);
    if (nn_epochs(h) > p->written) {
        write_line(p, e);
    }
    if (e->status == AG_OK && nn_ended_by(h) != NN_END_EPOCHS && nn_epochs(h) < e->epochs) {
        fprintf(p->out, "%s after epoch %d of %d\n",
                nn_ended_by(h) == NN_END_INTERRUPTED ? "interrupted" : "stopped", nn_epochs(h),
                e->epochs);
    }
    fputs(nn_remarks(h), p->out);
    fflush(p->out);
}

/* --- the bar ---------------------------------------------------------------------------------- */

/* At most ten times a second, since a terminal is slow and eyes are, too. */
static void draw(progress *p, const nn_event *e)
{
    const double interval = 0.1;
    double now = nn__seconds();
    p->steps++;
    if (now - p->drawn < interval) {
        return;
    }
    p->drawn = now;
    double all = (double)e->epochs * (double)e->batches;
    double done = (double)(e->epoch - 1) * (double)e->batches + (double)e->batch + 1;
    nn__bar b = {e,          p->terminal,    nn__terminal_columns(p->out),
                 done / all, now - p->began, p->steps};
    int before = p->width;
    p->width = nn__bar_text(&b, p->text);
    int behind = before > p->width ? before - p->width : 0;
    fprintf(p->out, "\r%s%*s", p->text, behind, "");
    fflush(p->out);
}

/* --- the callback ----------------------------------------------------------------------------- */

static void begin(progress *p, const nn_event *e)
{
    p->written = nn_epochs(e->history);
    p->width = 0;
    p->steps = 0;
    p->began = p->drawn = nn__seconds();
}

static void on_progress(nn_event *e, void *user)
{
    progress *p = user;
    if (e->when == NN_BATCH_END) {
        if (p->bar) {
            draw(p, e);
        }
    } else if (e->when == NN_BEGIN) {
        begin(p, e);
    } else if (e->when == NN_EPOCH_END && (nn__has_line(e->epoch) || e->epoch == e->epochs)) {
        write_line(p, e);
    } else if (e->when == NN_END) {
        write_end(p, e);
    }
}

ag_status nn__progress_new(ag_graph *g, nn_show show, FILE *on, nn_callback *out)
{
    *out = (nn_callback){NULL, NULL};
    if (show == NN_SHOW_NOTHING) {
        return AG_OK;
    }
    progress *p = ag_graph_memory(g, sizeof *p);
    if (p == NULL) {
        return AG_ERR_MEMORY;
    }
    p->out = on != NULL ? on : stderr;
    p->terminal = nn__terminal_of(p->out);
    p->bar = show == NN_SHOW_BAR || (show == NN_SHOW_AUTO && p->terminal.draws);
    *out = (nn_callback){on_progress, p};
    return AG_OK;
}
