/* Zip archives, as far as NumPy's .npz needs them. Private to nn/formats. Knows no format of what
 * is in them.
 */
#ifndef NN_FORMATS_ZIP_H
#define NN_FORMATS_ZIP_H

#include "nn/disk/sink.h"
#include "nn/disk/source.h"

typedef struct nn__zip_entry {
    const char *name; /* n bytes, in the archive */
    int64_t n;
    int method, flags;
    uint32_t crc;
    int64_t packed, size, at; /* at: of its local header */
    int64_t next;             /* of the directory's next entry */
} nn__zip_entry;

/* Where the directory is, and how many entries it has. */
typedef struct nn__zip {
    const nn__source *in;
    int64_t directory, directory_end, entries;
} nn__zip;

/* These return false with an error kept. */
bool nn__zip_open(nn__zip *z, const nn__source *in);
/* The entry of the directory at this place; the first is at z->directory. */
bool nn__zip_entry_at(const nn__zip *z, int64_t at, nn__zip_entry *e);
/* Its bytes, checked: in the archive, or unpacked into `memory`. NULL and an error. */
const unsigned char *nn__zip_bytes(const nn__zip *z, const nn__zip_entry *e, nn__scratch *memory);

/* Writing: entries one after the other, stored; then the directory. */
typedef struct nn__zip_writer {
    nn__sink *out;
    nn__scratch directory;
    int64_t used, at, entries; /* bytes of the directory and of the file so far */
} nn__zip_writer;
bool nn__zip_put(nn__zip_writer *w, const char *name, const void *head, size_t head_bytes,
                 const void *body, size_t body_bytes);
void nn__zip_end(nn__zip_writer *w);
void nn__zip_free(nn__zip_writer *w);

#endif
