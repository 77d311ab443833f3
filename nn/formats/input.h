/* A file that is read: all of its bytes in memory, unpacked if it is gzip, and messages that name
 * it. Private to nn/formats. Knows no format but gzip. */
#ifndef NN_FORMATS_INPUT_H
#define NN_FORMATS_INPUT_H

#include "nn/data/data.h"
#include "nn/data/scratch.h"

typedef struct nn__input {
    ag_graph *graph;
    const char *what, *path; /* "read_csv", "iris.csv" */
    unsigned char *bytes;    /* n of them, and a 0 behind */
    int64_t n;
    nn__scratch memory;
} nn__input;

/* How many bytes a file that begins with these should have; -1: they do not tell. What gzip unpacks
 * to is believed up to there only. */
typedef int64_t nn__expected(const unsigned char *head, int64_t n);

/* Reads the file; `expected` may be NULL. False and an error kept. nn__input_close in any case. */
bool nn__input_open(nn__input *in, ag_graph *g, const char *what, const char *path,
                    nn__expected *expected);

/* The same for bytes in memory, which are copied. */
bool nn__input_copy(nn__input *in, ag_graph *g, const char *what, const char *name,
                    const void *bytes, size_t n);
void nn__input_close(nn__input *in);

/* Keeps an error, "read_csv: iris.csv: ...". Returns NULL, so that a reader can return it. */
void *nn__input_fail(const nn__input *in, ag_status status, const char *hint, const char *format,
                     ...) AG_PRINTF(4, 5);

/* The end of a path that is too long for a message. */
const char *nn__path_tail(const char *path);

/* Bytes of a file as they can stand in a message: "...", cut, with ? for what does not print. */
#define NN__QUOTED 48
const char *nn__quoted(const char *text, int64_t n, char out[NN__QUOTED]);

/* --- gzip, in gunzip.c ------------------------------------------------------------------------ */

/* Unpacks all members of in->bytes, of which none is kept: in then has what was packed. */
bool nn__gunzip(nn__input *in, nn__expected *expected);

/* A raw deflate stream of a zip archive, which must give exactly n_out bytes. NULL where all is
 * well, otherwise what is wrong. */
const char *nn__inflate_raw(ag_graph *g, const unsigned char *in, int64_t n_in, unsigned char *out,
                            int64_t n_out);

#endif
