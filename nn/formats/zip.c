/* Zip archives: PKWARE, APPNOTE.TXT 6.3.10. Only the directory at the end is believed, and each of
 * its numbers only after a comparison with the length of the file. Sizes above 4 GiB (Zip64) are
 * read, not written. Knows no format of what is in them.
 */
#include "zip.h"

#include <string.h>

#include "checksum.h"
#include "nn/disk/byte_order.h"

enum { END = 22, END64 = 56, LOCATOR = 20, CENTRAL = 46, LOCAL = 30, MOST_COMMENT = 65535 };

static bool refuse(const nn__zip *z, int64_t at, const char *what)
{
    nn__source_fail(z->in, AG_ERR_IO, NULL, "zip, byte %lld: %s", (long long)at, what);
    return false;
}

/* --- reading ---------------------------------------------------------------------------------- */

static bool is_record(const nn__zip *z, int64_t at, int64_t size, const char *mark)
{
    return at >= 0 && size <= z->in->n && at <= z->in->n - size &&
           memcmp(z->in->bytes + at, mark, 4) == 0;
}

/* The last place where the end of the directory can be: it is followed by a comment of its length.
 */
static int64_t find_end(const nn__zip *z)
{
    for (int64_t at = z->in->n - END; at >= 0 && at >= z->in->n - END - MOST_COMMENT; at--) {
        if (is_record(z, at, END, "PK\5\6") &&
            at + END + nn__little_u16(z->in->bytes + at + 20) == z->in->n) {
            return at;
        }
    }
    return -1;
}

/* A number of 8 bytes, -1 where it is no size. */
static int64_t size_at(const unsigned char *p)
{
    uint64_t v = nn__little_u64(p);
    return v > INT64_MAX ? -1 : (int64_t)v;
}

/* In a large archive the numbers are in another record, to which a locator before the end leads. */
static bool open_large(nn__zip *z, int64_t end, int64_t *bytes)
{
    int64_t locator = end - LOCATOR;
    if (!is_record(z, locator, LOCATOR, "PK\6\7")) {
        return true;
    }
    int64_t at = size_at(z->in->bytes + locator + 8);
    if (!is_record(z, at, END64, "PK\6\6")) {
        return refuse(z, locator, "it leads to no end of the directory");
    }
    const unsigned char *p = z->in->bytes + at;
    z->entries = size_at(p + 32);
    *bytes = size_at(p + 40);
    z->directory = size_at(p + 48);
    return true;
}

bool nn__zip_open(nn__zip *z, const nn__source *in)
{
    *z = (nn__zip){.in = in};
    int64_t end = find_end(z);
    if (end < 0) {
        nn__source_fail(in, AG_ERR_IO, "the file was cut off, or is another",
                        "it is no zip archive: it has no end of a directory");
        return false;
    }
    const unsigned char *p = in->bytes + end;
    int64_t bytes = nn__little_u32(p + 12);
    z->entries = nn__little_u16(p + 10);
    z->directory = nn__little_u32(p + 16);
    if (!open_large(z, end, &bytes)) {
        return false;
    }
    if (z->directory < 0 || bytes < 0 || z->directory > end || bytes > end - z->directory ||
        z->entries < 0 || z->entries > bytes / CENTRAL) {
        return refuse(z, end, "its directory lies outside the file");
    }
    z->directory_end = z->directory + bytes;
    return true;
}

/* What does not fit into 4 bytes stands in an extra field, in this order. */
static bool large_sizes(const nn__zip *z, int64_t at, const unsigned char *extra, int64_t n,
                        nn__zip_entry *e)
{
    int64_t *const size[] = {&e->size, &e->packed, &e->at};
    while (n >= 4) {
        int64_t id = nn__little_u16(extra), bytes = nn__little_u16(extra + 2);
        extra += 4;
        n -= 4;
        if (bytes > n) {
            return refuse(z, at, "an extra field is longer than all of them");
        }
        int64_t used = 0;
        for (int i = 0; id == 1 && i < 3; i++) {
            if (*size[i] == 0xFFFFFFFF && used + 8 <= bytes) {
                *size[i] = size_at(extra + used);
                used += 8;
            }
        }
        extra += bytes;
        n -= bytes;
    }
    return true;
}

bool nn__zip_entry_at(const nn__zip *z, int64_t at, nn__zip_entry *e)
{
    if (at > z->directory_end - CENTRAL || !is_record(z, at, CENTRAL, "PK\1\2")) {
        return refuse(z, at, "no entry of the directory is here");
    }
    const unsigned char *p = z->in->bytes + at;
    int64_t extra = nn__little_u16(p + 30);
    *e = (nn__zip_entry){.name = (const char *)p + CENTRAL,
                         .n = nn__little_u16(p + 28),
                         .method = (int)nn__little_u16(p + 10),
                         .flags = (int)nn__little_u16(p + 8),
                         .crc = nn__little_u32(p + 16),
                         .packed = nn__little_u32(p + 20),
                         .size = nn__little_u32(p + 24),
                         .at = nn__little_u32(p + 42)};
    e->next = at + CENTRAL + e->n + extra + nn__little_u16(p + 32);
    if (e->next > z->directory_end) {
        return refuse(z, at, "an entry is longer than the directory");
    }
    return large_sizes(z, at, p + CENTRAL + e->n, extra, e);
}

/* Where the entry's bytes begin: behind its local header, whose own sizes are not believed. */
static int64_t begin_of(const nn__zip *z, const nn__zip_entry *e)
{
    if (!is_record(z, e->at, LOCAL, "PK\3\4")) {
        return -1;
    }
    const unsigned char *p = z->in->bytes + e->at;
    int64_t begin = e->at + LOCAL + nn__little_u16(p + 26) + nn__little_u16(p + 28);
    return e->packed >= 0 && begin <= z->in->n && e->packed <= z->in->n - begin ? begin : -1;
}

/* Why an entry cannot be read, before its bytes are looked at; NULL if it can. */
static const char *unreadable(const nn__zip_entry *e, int64_t begin)
{
    if (begin < 0) {
        return "it lies outside the file";
    }
    if ((e->flags & 1) != 0) {
        return "it is encrypted";
    }
    if (e->method != 0 && e->method != 8) {
        return "it is packed by another method than deflate";
    }
    bool stored = e->method == 0;
    /* Deflate packs at most 1032 bytes into one. */
    bool wrong = e->size < 0 || (stored && e->size != e->packed) || e->size / 1032 > e->packed;
    return wrong ? "its two sizes cannot both be right" : NULL;
}

const unsigned char *nn__zip_bytes(const nn__zip *z, const nn__zip_entry *e, nn__scratch *memory)
{
    int64_t begin = begin_of(z, e);
    ag_status status = AG_ERR_IO;
    const char *wrong = unreadable(e, begin);
    const unsigned char *bytes = begin >= 0 ? z->in->bytes + begin : NULL;
    if (wrong == NULL && e->method == 8) {
        unsigned char *to = nn__scratch_grow(memory, z->in->graph, e->size, 1);
        if (to == NULL) {
            return NULL;
        }
        wrong = nn__inflate_raw(z->in->graph, bytes, e->packed, to, e->size, &status);
        bytes = to;
    }
    if (wrong == NULL && nn__crc_of(bytes, (size_t)e->size) != e->crc) {
        wrong = "its checksum is another: it is damaged";
    }
    if (wrong != NULL) {
        char name[NN__QUOTED];
        return nn__source_fail(z->in, status, NULL, "%s in the archive: %s",
                               nn__quoted(e->name, e->n, name), wrong);
    }
    return bytes;
}

/* --- writing ---------------------------------------------------------------------------------- */

static uint32_t crc_of_both(const void *head, size_t head_bytes, const void *body,
                            size_t body_bytes)
{
    nn__crc c;
    nn__crc_open(&c);
    nn__crc_add(&c, head, head_bytes);
    nn__crc_add(&c, body, body_bytes);
    return ~c.value;
}

/* What a local header and an entry of the directory have in common, from the version on. */
static void put_common(unsigned char *p, uint32_t crc, uint64_t size, size_t name)
{
    memset(p, 0, 26);
    nn__put_little(p, 20, 2);             /* version 2.0 reads it */
    nn__put_little(p + 8, 1 << 5 | 1, 2); /* 1980-01-01, so that equal data give equal files */
    nn__put_little(p + 10, crc, 4);
    nn__put_little(p + 14, size, 4);
    nn__put_little(p + 18, size, 4);
    nn__put_little(p + 22, name, 2);
}

/* The format's numbers of bytes and entries have 32 and 16 bits. */
static bool has_room(const nn__zip_writer *w, size_t name, size_t body, int64_t size)
{
    bool room =
        name <= 60000 && body <= 0xFFFFFF00u && w->at + size <= 0xFFFF0000 && w->entries != 65000;
    if (!room) {
        ag_fail(w->out->graph, AG_ERR_OVERFLOW, "write several files, or .npy",
                "%s: %s: an archive above 4 GiB is not written", w->out->what,
                nn__path_tail(w->out->path));
    }
    return room;
}

bool nn__zip_put(nn__zip_writer *w, const char *name, const void *head, size_t head_bytes,
                 const void *body, size_t body_bytes)
{
    unsigned char local[LOCAL] = "PK\3\4";
    size_t n = strlen(name);
    int64_t size = (int64_t)(head_bytes + body_bytes);
    if (!has_room(w, n, body_bytes, size)) {
        return false;
    }
    unsigned char *directory =
        nn__scratch_grow(&w->directory, w->out->graph, w->used + CENTRAL + (int64_t)n, 1);
    if (directory == NULL) {
        return false;
    }
    unsigned char *central = directory + w->used;
    memset(central, 0, CENTRAL);
    memcpy(central, "PK\1\2\24\0", 6);
    put_common(central + 6, crc_of_both(head, head_bytes, body, body_bytes), (uint64_t)size, n);
    nn__put_little(central + 42, (uint64_t)w->at, 4);
    memcpy(central + CENTRAL, name, n);
    memcpy(local + 4, central + 6, 26);
    nn__put(w->out, local, LOCAL);
    nn__put(w->out, name, n);
    nn__put(w->out, head, head_bytes);
    nn__put(w->out, body, body_bytes);
    w->used += CENTRAL + (int64_t)n;
    w->at += LOCAL + (int64_t)n + size;
    w->entries++;
    return true;
}

void nn__zip_end(nn__zip_writer *w)
{
    unsigned char end[END] = "PK\5\6";
    nn__put_little(end + 8, (uint64_t)w->entries, 2);
    nn__put_little(end + 10, (uint64_t)w->entries, 2);
    nn__put_little(end + 12, (uint64_t)w->used, 4);
    nn__put_little(end + 16, (uint64_t)w->at, 4);
    nn__put(w->out, w->directory.memory, (size_t)w->used);
    nn__put(w->out, end, END);
}

void nn__zip_free(nn__zip_writer *w)
{
    nn__scratch_free(&w->directory);
}
