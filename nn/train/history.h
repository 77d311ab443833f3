/* The history while it is written. Private to nn/train. */
#ifndef NN_TRAIN_HISTORY_H
#define NN_TRAIN_HISTORY_H

#define AG_NO_SITES
#include <autograd/nn_train.h>

enum { NN__MOST_COLUMNS = 24, NN__REMARKS = 1000 };

typedef struct nn__series {
    const char *name;
    bool more_is_better;
    double *value; /* of every epoch */
} nn__series;

struct nn_history {
    ag_graph *graph;
    nn__series column[NN__MOST_COLUMNS];
    int columns;
    int epochs, room;
    nn_end_reason reason;
    char remarks[NN__REMARKS];
};

/* With room for so many epochs; without a column. NULL and an error. */
nn_history *nn__history_new(ag_graph *g, int room);

/* Adds a column called prefix and name; returns its number, -1 and an error without memory. */
int nn__history_add(nn_history *h, const char *prefix, const char *name, bool more_is_better);

/* The column of that name, NULL where there is none. */
const nn__series *nn__history_find(const nn_history *h, const char *name);

/* Adds a line to the remarks, as far as there is room. */
void nn__remark(nn_history *h, const char *format, ...) AG_PRINTF(2, 3);

/* Writes the header of the CSV file; the line of an epoch, from 1. Errors, returned: IO. */
AG_MUST_USE ag_status nn__write_header(FILE *out, const nn_history *h);
AG_MUST_USE ag_status nn__write_epoch(FILE *out, const nn_history *h, int epoch);

#endif
