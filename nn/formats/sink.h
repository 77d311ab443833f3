/* A file that is written: whole under its name, or not at all. Private to nn/formats. Knows no
 * format.
 */
#ifndef NN_FORMATS_SINK_H
#define NN_FORMATS_SINK_H

#include <autograd/engine.h>

#include <stdio.h>

enum { NN__PATH_ROOM = 1024 };

typedef struct nn__sink {
    ag_graph *graph;
    const char *what, *path;  /* "save_npy", "x.npy" */
    char part[NN__PATH_ROOM]; /* where it is written until it is whole */
    FILE *file;
    int error; /* the first errno; 0: none */
} nn__sink;

/* False and an error kept. */
bool nn__sink_open(nn__sink *out, ag_graph *g, const char *what, const char *path);

/* Once something could not be written, nothing more is. */
void nn__put(nn__sink *out, const void *bytes, size_t n);

/* Gives the file its name, or removes it where it is not whole, or not `good`. */
ag_status nn__sink_close(nn__sink *out, bool good);

#endif
