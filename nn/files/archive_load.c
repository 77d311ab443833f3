/* Reading an archive: the file, or bytes of memory, and the length of its header. Nothing is
 * allocated by what the file says, only by how long it is. Must not know what stands in the header.
 */
#define AG_NO_SITES
#include "archive.h"

#include "nn/disk/byte_order.h"

/* Finds header and data, and reads the former. The header has to be shorter than what is left. */
static bool open_header(nn_archive *a)
{
    enum { MOST = 100000000 }; /* as the format has it */
    if (a->in.n < 8) {
        return nn__archive_fail(a, AG_ERR_VALUE, -1, "%lld bytes are no safetensors file",
                                (long long)a->in.n);
    }
    uint64_t n = nn__little_u64(a->in.bytes), left = (uint64_t)a->in.n - 8;
    if (n > left) {
        return nn__archive_fail(a, AG_ERR_VALUE, 0,
                                "a header of %llu bytes in a file of %lld: it is cut off, or none "
                                "of safetensors",
                                (unsigned long long)n, (long long)a->in.n);
    }
    if (n > MOST) {
        return nn__archive_fail(a, AG_ERR_VALUE, 0,
                                "a header of %llu bytes; at most %d are allowed",
                                (unsigned long long)n, MOST);
    }
    a->header = (char *)a->in.bytes + 8;
    a->header_bytes = (int64_t)n;
    a->data = a->in.bytes + 8 + n;
    a->data_bytes = (int64_t)(left - n);
    return nn__archive_parse(a);
}

bool nn__archive_read(nn_archive *a, const char *path)
{
    a->loaded = true;
    if (path == NULL) {
        return nn__archive_fail(a, AG_ERR_NULL_ARGUMENT, -1, "the path is NULL");
    }
    if (!nn__source_read(&a->in, a->graph, a->what, path)) {
        a->status = ag_error(a->graph);
    }
    return a->status == AG_OK && open_header(a);
}

bool nn__archive_read_bytes(nn_archive *a, const void *bytes, size_t n)
{
    a->loaded = true;
    if (!nn__source_take(&a->in, a->graph, a->what, "memory", bytes, bytes != NULL ? n : 0)) {
        a->status = ag_error(a->graph);
    }
    return a->status == AG_OK && open_header(a);
}

/* The archive where it was read, otherwise NULL. What is done with it later speaks for itself. */
static nn_archive *read_one(nn_archive *a, bool read)
{
    if (!read) {
        nn_archive_free(a);
        return NULL;
    }
    a->voice = NULL;
    return a;
}

nn_archive *nn_archive_load(ag_graph *g, const char *path)
{
    nn_archive *a = g != NULL ? nn__archive_begin(g, "nn_archive_load") : NULL;
    return read_one(a, a != NULL && nn__archive_read(a, path));
}

nn_archive *nn_archive_load_bytes(ag_graph *g, const void *bytes, size_t n)
{
    nn_archive *a = g != NULL ? nn__archive_begin(g, "nn_archive_load_bytes") : NULL;
    return read_one(a, a != NULL && nn__archive_read_bytes(a, bytes, n));
}
