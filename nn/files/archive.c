/* Reading a safetensors file into memory. Nothing is allocated by what the file says, only by how
 * long it is. What stands in the header is read by archive_header.c.
 */
#define AG_NO_SITES
#if defined(__unix__) || defined(__APPLE__)
#define _FILE_OFFSET_BITS 64
#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif
#endif

#include "archive.h"

#include <autograd/inspect.h>
#include <errno.h>
#include <string.h>

/* The length of the header, which has to be smaller than what is left of the file. */
static bool header_fits(nn__archive *a, const unsigned char first[8], uint64_t size)
{
    enum { MOST = 100000000 }; /* as the format has it */
    uint64_t n = 0;
    for (int i = 7; i >= 0; i--) {
        n = n << 8 | first[i];
    }
    if (n > size - 8) {
        return nn__archive_fail(
            a, AG_ERR_VALUE, 0,
            "a header of %llu bytes in a file of %llu: it is cut off, or none of "
            "safetensors",
            (unsigned long long)n, (unsigned long long)size);
    }
    if (n > MOST) {
        return nn__archive_fail(a, AG_ERR_VALUE, 0,
                                "a header of %llu bytes; at most %d are allowed",
                                (unsigned long long)n, MOST);
    }
    a->header_bytes = (size_t)n;
    a->data_bytes = (size_t)(size - 8 - n);
    a->header = ag_graph_alloc(a->graph, a->header_bytes + 1);
    return a->header != NULL || nn__archive_fail(a, AG_ERR_MEMORY, -1, "out of memory");
}

static bool fail_reading(const nn__archive *a, FILE *in)
{
    const char *why = errno != 0 ? strerror(errno) : "it is shorter than it was";
    return nn__archive_fail(a, AG_ERR_IO, -1, "reading it: %s",
                            in != NULL && feof(in) ? "it ends" : why);
}

/* The file's length; below 0 where it has none. */
static int64_t length_of(FILE *in)
{
#if defined(_WIN32)
    int64_t n = _fseeki64(in, 0, SEEK_END) == 0 ? _ftelli64(in) : -1;
    return n >= 0 && _fseeki64(in, 0, SEEK_SET) == 0 ? n : -1;
#elif defined(_POSIX_C_SOURCE)
    int64_t n = fseeko(in, 0, SEEK_END) == 0 ? (int64_t)ftello(in) : -1;
    return n >= 0 && fseeko(in, 0, SEEK_SET) == 0 ? n : -1;
#else
    int64_t n = fseek(in, 0, SEEK_END) == 0 ? (int64_t)ftell(in) : -1;
    return n >= 0 && fseek(in, 0, SEEK_SET) == 0 ? n : -1;
#endif
}

static bool read_file(nn__archive *a, FILE *in)
{
    unsigned char first[8];
    int64_t size = length_of(in);
    if (size < 0 || (size >= 8 && fread(first, 1, 8, in) != 8)) {
        return fail_reading(a, in);
    }
    if (size < 8) {
        return nn__archive_fail(a, AG_ERR_VALUE, -1, "%lld bytes are no safetensors file",
                                (long long)size);
    }
    if (!header_fits(a, first, (uint64_t)size)) {
        return false;
    }
    a->own_data = ag_graph_alloc(a->graph, a->data_bytes + 1);
    a->data = a->own_data;
    if (a->own_data == NULL) {
        return nn__archive_fail(a, AG_ERR_MEMORY, -1, "out of memory: %zu bytes", a->data_bytes);
    }
    return (fread(a->header, 1, a->header_bytes, in) == a->header_bytes &&
            fread(a->own_data, 1, a->data_bytes, in) == a->data_bytes) ||
           fail_reading(a, in);
}

bool nn__archive_open(nn__archive *a, ag_graph *g, const char *what, const char *path)
{
    *a = (nn__archive){.graph = g, .what = what, .path = path};
    if (path == NULL) {
        return nn__archive_fail(a, AG_ERR_NULL_ARGUMENT, -1, "the path is NULL");
    }
    errno = 0;
    FILE *in = fopen(path, "rb");
    if (in == NULL) {
        return nn__archive_fail(a, AG_ERR_IO, -1, "opening it: %s", strerror(errno));
    }
    bool good = read_file(a, in);
    fclose(in);
    return good && nn__archive_parse(a);
}

bool nn__archive_open_bytes(nn__archive *a, ag_graph *g, const char *what, const void *bytes,
                            size_t n)
{
    *a = (nn__archive){.graph = g, .what = what};
    const unsigned char *all = bytes;
    if (bytes == NULL || n < 8) {
        return nn__archive_fail(a, AG_ERR_VALUE, -1, "%zu bytes are no safetensors file",
                                bytes != NULL ? n : 0);
    }
    if (!header_fits(a, all, n)) {
        return false;
    }
    memcpy(a->header, all + 8, a->header_bytes);
    a->data = all + 8 + a->header_bytes;
    return nn__archive_parse(a);
}

void nn__archive_close(nn__archive *a)
{
    ag_graph_release(a->graph, a->header, a->header_bytes + 1);
    ag_graph_release(a->graph, a->own_data, a->data_bytes + 1);
    ag_graph_release(a->graph, a->entry, a->capacity * sizeof *a->entry);
    ag_graph_release(a->graph, a->text, a->text_capacity * sizeof *a->text);
}
