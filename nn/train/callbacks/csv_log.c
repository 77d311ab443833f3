/* The callback that writes the history to a CSV file while it grows. */
#include "monitor.h"

typedef struct csv_log {
    const char *path;
    FILE *file; /* NULL while no training runs */
} csv_log;

static void fail_io(const nn_event *e, const csv_log *s)
{
    ag_fail(nn_graph_of(e->net), AG_ERR_IO, "is the folder there, and room on the disk?",
            "nn_csv_log: \"%.200s\" cannot be written", s->path);
}

/* Can the file be written? It is left as it is until the first epoch begins, since training that
 * cannot begin should lose nothing. */
static void try_log(const csv_log *s, const nn_event *e)
{
    FILE *file = fopen(s->path, "a");
    if (file == NULL || fclose(file) != 0) {
        fail_io(e, s);
    }
}

/* What the history has already, from before training was resumed, stands in the file first: so a
 * line that was written after the checkpoint does not come twice. */
static void open_log(csv_log *s, const nn_event *e)
{
    s->file = fopen(s->path, "w");
    if (s->file == NULL || nn_write_history(s->file, e->history) != AG_OK || fflush(s->file) != 0) {
        fail_io(e, s);
    }
}

static void close_log(csv_log *s, const nn_event *e)
{
    if (s->file != NULL && fclose(s->file) != 0) {
        fail_io(e, s);
    }
    s->file = NULL;
}

static void on_csv(nn_event *e, void *user)
{
    csv_log *s = user;
    if (e->when == NN_BEGIN) {
        try_log(s, e);
    } else if (e->when == NN_EPOCH_BEGIN && s->file == NULL) {
        open_log(s, e);
    } else if (e->when == NN_EPOCH_END &&
               (nn__write_epoch(s->file, e->history, e->epoch) != AG_OK || fflush(s->file) != 0)) {
        fail_io(e, s);
    } else if (e->when == NN_END) {
        close_log(s, e);
    }
}

nn_callback nn_csv_log(ag_graph *g, const char *path)
{
    csv_log *s = ag_graph_memory(g, sizeof *s);
    if (g != NULL && path == NULL) {
        ag_fail(g, AG_ERR_NULL_ARGUMENT, NULL, "nn_csv_log: the path is NULL");
    }
    if (s == NULL || path == NULL || (s->path = nn__kept_text(g, path)) == NULL) {
        return (nn_callback){NULL, NULL};
    }
    return (nn_callback){on_csv, s};
}
