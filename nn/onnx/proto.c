/* See proto.h. */
#include "proto.h"

#include <string.h>

#include "nn/disk/byte_order.h"

enum { VARINT = 0, LENGTH = 2, FOUR_BYTES = 5 };

static void put(nn__proto *p, const void *bytes, int64_t n)
{
    unsigned char *memory = p->failed ? NULL : nn__scratch_grow(&p->memory, p->graph, p->n + n, 1);
    if (memory == NULL) {
        p->failed = true;
        return;
    }
    p->bytes = memory;
    if (n > 0) {
        memcpy(p->bytes + p->n, bytes, (size_t)n);
    }
    p->n += n;
}

/* Seven bits a byte, the lowest first; all but the last have the highest bit set. */
static void put_varint(nn__proto *p, uint64_t value)
{
    unsigned char bytes[10];
    int n = 0;
    while (value >= 0x80) {
        bytes[n++] = (unsigned char)(value | 0x80);
        value >>= 7;
    }
    bytes[n++] = (unsigned char)value;
    put(p, bytes, n);
}

static void put_key(nn__proto *p, int field, int kind)
{
    put_varint(p, (uint64_t)field << 3 | (uint64_t)kind);
}

void nn__proto_int(nn__proto *p, int field, int64_t value)
{
    put_key(p, field, VARINT);
    put_varint(p, (uint64_t)value);
}

void nn__proto_float(nn__proto *p, int field, float value)
{
    put_key(p, field, FOUR_BYTES);
    nn__to_little(&value, 1, sizeof value);
    put(p, &value, sizeof value);
}

void nn__proto_bytes(nn__proto *p, int field, const void *bytes, int64_t n)
{
    put_key(p, field, LENGTH);
    put_varint(p, (uint64_t)n);
    put(p, bytes, n);
}

void nn__proto_text(nn__proto *p, int field, const char *text)
{
    nn__proto_bytes(p, field, text, (int64_t)strlen(text));
}

void nn__proto_message(nn__proto *p, int field, nn__proto *inner)
{
    nn__proto_bytes(p, field, inner->bytes, inner->n);
    p->failed = p->failed || inner->failed;
    inner->n = 0;
}

void nn__proto_append(nn__proto *p, const nn__proto *other)
{
    put(p, other->bytes, other->n);
    p->failed = p->failed || other->failed;
}

void nn__proto_free(nn__proto *p)
{
    nn__scratch_free(&p->memory);
    p->bytes = NULL;
    p->n = 0;
}
