/* Pictures as PNG (RFC 2083) and as PGM or PPM (Netpbm). The pixels of a PNG are a stream of zlib's
 * that stores them as they are, so that no zlib is needed. Knows no tensor.
 */
#include "picture.h"

#include <string.h>

#include "checksum.h"
#include "nn/disk/byte_order.h"

enum { BLOCK = 65535 }; /* bytes of a stored block of deflate, at most */

void nn__put_pnm(nn__sink *out, const nn__pixels *p)
{
    char head[80];
    int n = snprintf(head, sizeof head, "P%c\n%lld %lld\n255\n", p->channels == 1 ? '5' : '6',
                     (long long)p->width, (long long)p->height);
    nn__put(out, head, (size_t)n);
    nn__put(out, p->pixels, (size_t)(p->width * p->height * p->channels));
}

/* --- chunks ----------------------------------------------------------------------------------- */

/* A chunk being written: its checksum is of its type and of what is in it. */
typedef struct chunk {
    nn__sink *out;
    nn__crc crc;
} chunk;

static void chunk_put(chunk *c, const void *bytes, size_t n)
{
    nn__crc_add(&c->crc, bytes, n);
    nn__put(c->out, bytes, n);
}

static void chunk_open(chunk *c, nn__sink *out, const char *type, int64_t n)
{
    unsigned char length[4];
    c->out = out;
    nn__crc_open(&c->crc);
    nn__put_big(length, (uint64_t)n, 4);
    nn__put(out, length, 4);
    chunk_put(c, type, 4);
}

static void chunk_close(chunk *c)
{
    unsigned char crc[4];
    nn__put_big(crc, ~c->crc.value, 4);
    nn__put(c->out, crc, 4);
}

/* --- pixels ----------------------------------------------------------------------------------- */

/* The bytes of a stream, cut into stored blocks as they come. */
typedef struct stream {
    chunk *chunk;
    int64_t left, in_block; /* bytes to come; of them in the block that is open */
    uint32_t adler;
} stream;

static void stream_put(stream *s, const unsigned char *bytes, int64_t n)
{
    s->adler = nn__adler_add(s->adler, bytes, (size_t)n);
    while (n > 0) {
        if (s->in_block == 0) {
            unsigned char head[5];
            s->in_block = s->left < BLOCK ? s->left : BLOCK;
            head[0] = s->left <= BLOCK; /* the last one */
            nn__put_little(head + 1, (uint64_t)s->in_block, 2);
            nn__put_little(head + 3, ~(uint64_t)s->in_block, 2);
            chunk_put(s->chunk, head, 5);
        }
        int64_t part = n < s->in_block ? n : s->in_block;
        chunk_put(s->chunk, bytes, (size_t)part);
        bytes += part;
        n -= part;
        s->in_block -= part;
        s->left -= part;
    }
}

static void put_pixels(chunk *c, const nn__pixels *p)
{
    const unsigned char zlib[2] = {0x78, 0x01}, no_filter = 0;
    unsigned char end[4];
    int64_t row = p->width * p->channels;
    stream s = {c, (row + 1) * p->height, 0, 1};
    chunk_put(c, zlib, 2);
    for (int64_t y = 0; y < p->height; y++) {
        stream_put(&s, &no_filter, 1);
        stream_put(&s, p->pixels + y * row, row);
    }
    nn__put_big(end, s.adler, 4);
    chunk_put(c, end, 4);
}

void nn__put_png(nn__sink *out, const nn__pixels *p)
{
    chunk c;
    unsigned char head[13] = {0};
    int64_t bytes = (p->width * p->channels + 1) * p->height;
    nn__put(out, "\x89PNG\r\n\x1A\n", 8);
    nn__put_big(head, (uint64_t)p->width, 4);
    nn__put_big(head + 4, (uint64_t)p->height, 4);
    head[8] = 8; /* bits of a channel */
    head[9] = p->channels == 1 ? 0 : 2;
    chunk_open(&c, out, "IHDR", sizeof head);
    chunk_put(&c, head, sizeof head);
    chunk_close(&c);
    chunk_open(&c, out, "IDAT", 2 + (bytes + BLOCK - 1) / BLOCK * 5 + bytes + 4);
    put_pixels(&c, p);
    chunk_close(&c);
    chunk_open(&c, out, "IEND", 0);
    chunk_close(&c);
}
