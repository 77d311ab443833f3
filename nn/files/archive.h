/* A safetensors file in memory: its entries and texts, checked, and its numbers. Private to
 * nn/files. Must not know modules.
 */
#ifndef NN_FILES_ARCHIVE_H
#define NN_FILES_ARCHIVE_H

#include <autograd/nn_files.h>

/* The dtypes of the format: how they are called, bytes of an element, and which of ours it is. */
typedef struct nn__file_dtype {
    const char *name;
    int64_t bytes;
    int dtype; /* -1: none */
} nn__file_dtype;

typedef struct nn__file_entry {
    const char *name;
    const nn__file_dtype *kind;
    ag_shape shape;
    int64_t begin, end; /* bytes of the data */
    bool used;          /* for the caller */
} nn__file_entry;

typedef struct nn__archive {
    ag_graph *graph;
    const char *what, *path; /* for messages: "nn_load", and NULL where it comes from memory */
    char *header;
    size_t header_bytes;
    unsigned char *own_data; /* NULL where `data` is the caller's */
    const unsigned char *data;
    size_t data_bytes;
    nn__file_entry *entry; /* sorted by name */
    size_t n, capacity;
    nn_metadata *text; /* sorted by key */
    size_t n_texts, text_capacity;
    bool has_texts;
} nn__archive;

/* Reads and checks a file, or memory, which must outlive the archive. False and an error; in either
 * case nn__archive_close ends it. */
bool nn__archive_open(nn__archive *a, ag_graph *g, const char *what, const char *path);
bool nn__archive_open_bytes(nn__archive *a, ag_graph *g, const char *what, const void *bytes,
                            size_t n);
void nn__archive_close(nn__archive *a);

/* archive_header.c: fills entries and texts from the header. */
bool nn__archive_parse(nn__archive *a);

/* The same: NULL where there is no such name. */
nn__file_entry *nn__archive_find(const nn__archive *a, const char *name);

/* "F32" and so on for a dtype of ours. */
const char *nn__file_dtype_of(ag_dtype dtype);

/* archive_message.c */

/* Keeps an error: "nn_load: net.safetensors: byte 123: the text". A byte below 0 is left out. */
bool nn__archive_fail(const nn__archive *a, ag_status status, int64_t byte, const char *format, ...)
    AG_PRINTF(4, 5);

/* A name from a file as a message may show it: 80 characters, those that control a terminal as
 * ?. */
enum { NN__SHOWN = 84 };
const char *nn__shown(const char *name, char text[NN__SHOWN]);

/* Turns n elements between little-endian and this machine's order, in place. */
void nn__swap_order(void *data, size_t n, size_t bytes);

#endif
