/* What a stream can show, and a clock. Private to nn/train/progress. */
#ifndef NN_TRAIN_PROGRESS_TERMINAL_H
#define NN_TRAIN_PROGRESS_TERMINAL_H

#include <stdbool.h>
#include <stdio.h>

typedef struct nn__terminal {
    bool draws; /* a terminal on which a line can be drawn again */
    bool color; /* escape sequences are understood, and NO_COLOR is not set */
    bool unicode;
} nn__terminal;

nn__terminal nn__terminal_of(FILE *out);

/* How wide it is now: that of the terminal, otherwise of COLUMNS, otherwise 80. */
int nn__terminal_columns(FILE *out);

/* Seconds from some moment on, by a clock that nobody sets. */
double nn__seconds(void);

#endif
