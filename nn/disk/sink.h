/* A file that is written: whole under its name and on the disk, or not at all. It is written beside
 * its place, as "NAME.part", and renamed; whoever is interrupted at any byte has the old file
 * still. Private to nn/disk, nn/formats and nn/files. Knows no format.
 */
#ifndef NN_DISK_SINK_H
#define NN_DISK_SINK_H

#include <autograd/engine.h>

#include <stdio.h>

enum { NN__PATH_ROOM = 4096 };

typedef struct nn__sink {
    ag_graph *graph;
    const char *what, *path;  /* "save_npy", "x.npy" */
    char part[NN__PATH_ROOM]; /* where it is written until it is whole */
    FILE *file;
    int error; /* the first errno; 0: none */
} nn__sink;

/* False and an error kept: NULL_ARGUMENT, VALUE, IO. */
bool nn__sink_open(nn__sink *out, ag_graph *g, const char *what, const char *path);

/* Once something could not be written, nothing more is. */
void nn__put(nn__sink *out, const void *bytes, size_t n);

/* Gives the file its name, or removes it where it is not whole, or not `good`. IO, or for what is
 * not good the error that the graph has. */
ag_status nn__sink_close(nn__sink *out, bool good);

#endif
