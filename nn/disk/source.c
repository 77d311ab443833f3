/* Files that are read: their bytes. Knows no format. */
#include "source.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

/* What is read from a pipe, or from a device without end, at most. */
#define MOST_UNSEEN ((int64_t)1 << 30)

/* How long the file seems; -1 where it does not tell. */
static int64_t length_of(FILE *file)
{
    long n = fseek(file, 0, SEEK_END) == 0 ? ftell(file) : -1;
    bool sensible = n >= 0 && n < LONG_MAX; /* of a folder it may be the largest there is */
    return fseek(file, 0, SEEK_SET) == 0 && sensible ? n : -1;
}

/* Reads to the end, whatever the length said: a file may grow, or be none. */
static bool read_all(nn__source *in, FILE *file)
{
    int64_t room = length_of(file);
    room = room > 0 ? room : 65536;
    for (;;) {
        char *memory = nn__scratch_grow(&in->memory, in->graph, room + 1, 1);
        if (memory == NULL) {
            return false;
        }
        size_t got = fread(memory + in->n, 1, (size_t)(room + 1 - in->n), file);
        in->n += (int64_t)got;
        if (ferror(file)) {
            nn__source_fail(in, AG_ERR_IO, NULL, "reading failed: %s", strerror(errno));
            return false;
        }
        if (in->n <= room) {
            in->bytes = in->memory.memory;
            in->bytes[in->n] = 0;
            return true;
        }
        if (room >= MOST_UNSEEN) {
            nn__source_fail(in, AG_ERR_IO, "give the name of a file that ends",
                            "it has no length, and no end within %lld bytes", (long long)room);
            return false;
        }
        room *= 2;
    }
}

static bool is_gzip(const nn__source *in)
{
    return in->n >= 2 && in->bytes[0] == 0x1F && in->bytes[1] == 0x8B;
}

bool nn__source_read(nn__source *in, ag_graph *g, const char *what, const char *path)
{
    *in = (nn__source){.graph = g, .what = what, .path = path};
    FILE *file = path != NULL ? fopen(path, "rb") : NULL;
    if (file == NULL) {
        bool none = path != NULL && errno == ENOENT;
        nn__source_fail(in, path != NULL ? AG_ERR_IO : AG_ERR_NULL_ARGUMENT,
                        none ? "a path begins at the folder in which the program runs" : NULL,
                        "it cannot be opened: %s", path != NULL ? strerror(errno) : "no path");
        return false;
    }
    bool good = read_all(in, file);
    fclose(file);
    return good;
}

bool nn__source_take(nn__source *in, ag_graph *g, const char *what, const char *name,
                     const void *bytes, size_t n)
{
    *in = (nn__source){.graph = g, .what = what, .path = name};
    bool fits = n < SIZE_MAX / 4;
    in->bytes = nn__scratch_grow(&in->memory, g, fits ? (int64_t)n + 1 : -1, 1);
    if (in->bytes == NULL) {
        return false;
    }
    if (n > 0) {
        memcpy(in->bytes, bytes, n);
    }
    in->bytes[n] = 0;
    in->n = (int64_t)n;
    return true;
}

bool nn__source_open(nn__source *in, ag_graph *g, const char *what, const char *path,
                     nn__expected *expected)
{
    return nn__source_read(in, g, what, path) && (!is_gzip(in) || nn__gunzip(in, expected));
}

bool nn__source_copy(nn__source *in, ag_graph *g, const char *what, const char *name,
                     const void *bytes, size_t n)
{
    return nn__source_take(in, g, what, name, bytes, n) && (!is_gzip(in) || nn__gunzip(in, NULL));
}

void nn__source_close(nn__source *in)
{
    nn__scratch_free(&in->memory);
    in->bytes = NULL;
}
