/* How a search shows its progress: lines, or one line that is drawn again on a terminal. */
#include "search.h"

#include "nn/data/number.h"
#include "nn/train/progress/bar.h"

struct nn__search_progress {
    FILE *out;
    bool bar, less;
    int64_t trials, done;
    double best; /* the best single score; NaN before */
    double began, drawn;
    int width; /* of what is drawn */
};

ag_status nn__search_progress_new(nn__searching *s, int64_t trials)
{
    if (s->o.show == NN_SHOW_NOTHING) {
        return AG_OK;
    }
    nn__search_progress *p = s->progress = ag_graph_memory(s->graph, sizeof *p);
    if (p == NULL) {
        return AG_ERR_MEMORY;
    }
    p->out = s->o.show_on != NULL ? s->o.show_on : stderr;
    p->bar =
        s->o.show == NN_SHOW_BAR || (s->o.show == NN_SHOW_AUTO && nn__terminal_of(p->out).draws);
    p->less = s->o.less_is_better;
    p->trials = trials;
    p->began = p->drawn = nn__seconds();
    return AG_OK;
}

static void wipe(nn__search_progress *p)
{
    if (p->width > 0) {
        fprintf(p->out, "\r%*s\r", p->width, "");
        p->width = 0;
    }
}

static int text_of(const nn__search_progress *p, double now, char *text, int room)
{
    char number[NN__NUMBER_TEXT], time[NN__TIME];
    double passed = now - p->began, left = passed / (double)p->done * (double)(p->trials - p->done);
    nn__time_text(p->done < p->trials ? left : passed, time);
    int n = snprintf(text, (size_t)room, "trial %lld/%lld  best score %s  %s%s", (long long)p->done,
                     (long long)p->trials, nn__number_text(p->best, 4, number), time,
                     p->done < p->trials ? " left" : "");
    return n < room ? n : room - 1;
}

void nn__search_progress_step(nn__search_progress *p, double score)
{
    enum { ROOM = 200 };
    char text[ROOM];
    if (p == NULL) {
        return;
    }
    double now = nn__seconds();
    p->done++;
    if (p->done == 1 || p->best != p->best || (p->less ? score < p->best : score > p->best)) {
        p->best = score;
    }
    bool line = p->done == p->trials || nn__has_line(p->done);
    if (line && !p->bar) {
        text_of(p, now, text, ROOM);
        fprintf(p->out, "%s\n", text);
        fflush(p->out);
    } else if (p->bar && now - p->drawn >= 0.1) {
        int columns = nn__terminal_columns(p->out);
        p->drawn = now;
        wipe(p);
        p->width = text_of(p, now, text, columns < ROOM ? columns : ROOM);
        fprintf(p->out, "\r%s", text);
        fflush(p->out);
    }
}

void nn__search_progress_end(nn__search_progress *p)
{
    if (p != NULL) {
        wipe(p);
        fflush(p->out);
    }
}
