/* A file that is read: all of its bytes in memory, unpacked if it is gzip, and messages that name
 * it. Private to nn/disk, nn/formats and nn/files. Knows no format but gzip.
 */
#ifndef NN_DISK_SOURCE_H
#define NN_DISK_SOURCE_H

#include "nn/data/data.h"
#include "nn/data/scratch.h"

typedef struct nn__source {
    ag_graph *graph;
    const char *what, *path; /* "read_csv", "iris.csv" */
    unsigned char *bytes;    /* n of them, and a 0 behind */
    int64_t n;
    nn__scratch memory;
} nn__source;

/* How many bytes a file that begins with these (4096, or all there are) must have; -1: it cannot be
 * such a file. What is packed is unpacked up to there only. */
typedef int64_t nn__expected(const unsigned char *head, int64_t n);

/* Reads the file; `expected` may be NULL. False and an error kept. nn__source_close in any case.
 * nn__source_copy: the same for bytes in memory, which are copied. */
bool nn__source_open(nn__source *in, ag_graph *g, const char *what, const char *path,
                     nn__expected *expected);
bool nn__source_copy(nn__source *in, ag_graph *g, const char *what, const char *name,
                     const void *bytes, size_t n);

/* These two unpack nothing: for formats whose files may begin as gzip does. */
bool nn__source_read(nn__source *in, ag_graph *g, const char *what, const char *path);
bool nn__source_take(nn__source *in, ag_graph *g, const char *what, const char *name,
                     const void *bytes, size_t n);
void nn__source_close(nn__source *in);

/* Keeps an error, "read_csv: iris.csv: ...". Returns NULL, so that a reader can return it. */
void *nn__source_fail(const nn__source *in, ag_status status, const char *hint, const char *format,
                      ...) AG_PRINTF(4, 5);

/* The end of a path that is too long for a message. */
const char *nn__path_tail(const char *path);

/* Bytes of a file as they can stand in a message: "...", cut, with ? for what does not print. */
#define NN__QUOTED 48
const char *nn__quoted(const char *text, int64_t n, char out[NN__QUOTED]);

/* --- gzip, in gunzip.c ------------------------------------------------------------------------ */

/* Unpacks all members of in->bytes, of which none is kept: in then has what was packed. */
bool nn__gunzip(nn__source *in, nn__expected *expected);

/* A raw deflate stream of a zip archive, which must give exactly n_out bytes. NULL where all is
 * well, otherwise what is wrong, and its status. */
const char *nn__inflate_raw(ag_graph *g, const unsigned char *in, int64_t n_in, unsigned char *out,
                            int64_t n_out, ag_status *status);

#endif
