/* Unpacking gzip and deflate, where the library was built with zlib. Knows no file and no archive.
 *
 * A small file can claim to unpack to any size. Deflate gives at most 1032 bytes for one, the
 * format of what is packed mostly tells its size in its first bytes, and beyond a gigabyte nothing
 * else is believed.
 */
#include "source.h"

#ifdef NN_ZLIB

#include <limits.h>
#include <string.h>
#include <zlib.h>

enum { HEAD = 4096, RATIO = 1032 };
#define MOST_UNPACKED ((int64_t)1 << 30)

/* zlib's own memory is the graph's allocator's, whose blocks are given back with their size. */
typedef union block {
    size_t bytes;
    long double align;
} block;

static void *zlib_alloc(void *graph, unsigned items, unsigned size)
{
    size_t bytes = (size_t)items * size + sizeof(block);
    block *b = ag_graph_alloc(graph, bytes);
    if (b == NULL) {
        return NULL;
    }
    b->bytes = bytes;
    return b + 1;
}

static void zlib_free(void *graph, void *p)
{
    block *b = (block *)p - 1;
    ag_graph_release(graph, b, b->bytes);
}

/* Unpacking in steps: from in to out, both of which may be longer than zlib can count. */
typedef struct unpacking {
    z_stream z;
    const unsigned char *in;
    unsigned char *out;
    int64_t left, room; /* of in, of out */
    int status;         /* Z_OK, Z_STREAM_END, or what is wrong */
} unpacking;

static bool unpacking_open(unpacking *u, ag_graph *g, int window_bits, const unsigned char *in,
                           int64_t n)
{
    *u = (unpacking){.in = in, .left = n};
    u->z.zalloc = zlib_alloc;
    u->z.zfree = zlib_free;
    u->z.opaque = g;
    return inflateInit2(&u->z, window_bits) == Z_OK;
}

/* Fills out until it is full, the stream ends, or something is wrong. */
static void unpack(unpacking *u)
{
    u->status = Z_OK;
    while (u->status == Z_OK && u->room > 0) {
        uInt in = u->left > INT_MAX ? INT_MAX : (uInt)u->left;
        uInt out = u->room > INT_MAX ? INT_MAX : (uInt)u->room;
        u->z.next_in = (z_const Bytef *)u->in;
        u->z.avail_in = in;
        u->z.next_out = u->out;
        u->z.avail_out = out;
        u->status = inflate(&u->z, Z_NO_FLUSH);
        u->in += in - u->z.avail_in;
        u->left -= in - u->z.avail_in;
        u->out += out - u->z.avail_out;
        u->room -= out - u->z.avail_out;
    }
}

static const char *wrong(const unpacking *u)
{
    return u->status == Z_BUF_ERROR && u->left == 0 ? "it ends too early: the file was cut off"
           : u->status == Z_MEM_ERROR               ? "out of memory for unpacking"
                                                    : "it is damaged, or no gzip";
}

static bool refuse(const nn__source *in, const unpacking *u)
{
    nn__source_fail(in, u->status == Z_MEM_ERROR ? AG_ERR_MEMORY : AG_ERR_IO, "fetch it again",
                    "gzip, byte %lld of %lld: %s", (long long)(in->n - u->left), (long long)in->n,
                    wrong(u));
    return false;
}

/* The next member begins behind the end of one; zeros, as tapes have them, may fill the rest. */
static bool next_member(unpacking *u)
{
    int64_t zeros = 0;
    while (zeros < u->left && u->in[zeros] == 0) {
        zeros++;
    }
    if (zeros == u->left) {
        return false;
    }
    u->status = inflateReset(&u->z);
    return u->status == Z_OK;
}

/* The size that the last four bytes tell, modulo 2^32, for a first guess; never more than can be.
 */
static int64_t first_room(const nn__source *in, int64_t most)
{
    const unsigned char *end = in->bytes + in->n;
    int64_t told =
        in->n >= 18 ? end[-4] | end[-3] << 8 | end[-2] << 16 | (int64_t)end[-1] << 24 : 0;
    told = told < HEAD ? HEAD : told;
    return told < most ? told : most;
}

/* What is unpacked to: n bytes as yet, room for more, and how many are believed. */
typedef struct result {
    nn__scratch memory;
    int64_t n, room, most;
    nn__expected *expected;
} result;

/* One buffer full. *done where that was all, or where it cannot be such a file, as its reader will
 * say. */
static bool unpack_some(const nn__source *in, unpacking *u, result *r, bool *done)
{
    unsigned char *memory = nn__scratch_grow(&r->memory, in->graph, r->room + 1, 1);
    if (memory == NULL) {
        return false;
    }
    u->out = memory + r->n;
    u->room = r->room - r->n;
    unpack(u);
    r->n = r->room - u->room;
    memory[r->n] = 0;
    *done = u->status == Z_STREAM_END && !next_member(u) && u->status == Z_STREAM_END;
    if (!*done && u->status != Z_OK) {
        return refuse(in, u);
    }
    if (!*done && r->expected != NULL) {
        int64_t told = r->expected(memory, r->n);
        *done = told < 0;
        r->most = told + 1 < r->most ? told + 1 : r->most; /* one more, to notice a longer file */
        r->room = r->most > r->room ? r->most : r->room;
        r->expected = NULL;
    }
    return true;
}

static bool unpack_members(const nn__source *in, unpacking *u, result *r)
{
    bool done = false;
    while (unpack_some(in, u, r, &done)) {
        if (done) {
            return true;
        }
        if (r->n >= r->most) {
            nn__source_fail(in, AG_ERR_IO, "if that is right, unpack it with gunzip first",
                            "gzip, byte %lld: it unpacks to more than %lld bytes",
                            (long long)(in->n - u->left), (long long)(r->most - 1));
            return false;
        }
        if (r->n == r->room) {
            r->room = r->room > r->most / 2 ? r->most : r->room * 2;
        }
    }
    return false;
}

bool nn__gunzip(nn__source *in, nn__expected *expected)
{
    unpacking u;
    result r = {.expected = expected};
    r.most = in->n < MOST_UNPACKED / RATIO ? in->n * RATIO + HEAD : MOST_UNPACKED;
    r.room = expected != NULL ? HEAD : first_room(in, r.most);
    if (!unpacking_open(&u, in->graph, 15 + 16, in->bytes, in->n)) {
        nn__source_fail(in, AG_ERR_MEMORY, NULL, "out of memory for unpacking");
        return false;
    }
    bool good = unpack_members(in, &u, &r);
    inflateEnd(&u.z);
    if (!good) {
        nn__scratch_free(&r.memory);
        return false;
    }
    nn__scratch_free(&in->memory);
    in->memory = r.memory;
    in->bytes = r.memory.memory;
    in->n = r.n;
    return true;
}

const char *nn__inflate_raw(ag_graph *g, const unsigned char *in, int64_t n_in, unsigned char *out,
                            int64_t n_out, ag_status *status)
{
    unpacking u;
    unsigned char beyond;
    *status = AG_ERR_IO;
    if (!unpacking_open(&u, g, -15, in, n_in)) {
        *status = AG_ERR_MEMORY;
        return "out of memory for unpacking";
    }
    u.out = out;
    u.room = n_out;
    unpack(&u);
    if (u.status == Z_OK) { /* full: nothing more may come */
        u.out = &beyond;
        u.room = 1;
        unpack(&u);
        u.room -= 1;
    }
    inflateEnd(&u.z);
    if (u.status == Z_STREAM_END && u.room == 0 && u.left == 0) {
        return NULL;
    }
    *status = u.status == Z_MEM_ERROR ? AG_ERR_MEMORY : AG_ERR_IO;
    return u.status == Z_STREAM_END || u.status == Z_OK ? "it unpacks to another size than it says"
                                                        : wrong(&u);
}

#else

bool nn__gunzip(nn__source *in, nn__expected *expected)
{
    (void)expected;
    nn__source_fail(in, AG_ERR_IO, "unpack it with gunzip, or build the library with zlib",
                    "it is packed by gzip, and this library was built without zlib");
    return false;
}

const char *nn__inflate_raw(ag_graph *g, const unsigned char *in, int64_t n_in, unsigned char *out,
                            int64_t n_out, ag_status *status)
{
    (void)g;
    (void)in;
    (void)n_in;
    (void)out;
    (void)n_out;
    *status = AG_ERR_IO;
    return "it is deflated, and this library was built without zlib";
}

#endif
