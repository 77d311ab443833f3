/* Writing Protocol Buffers: a message is fields, each a number, a kind and a value. Messages are
 * made from the inside out, since one stands in another behind its length. Private to nn/onnx. Must
 * not know what is written. Source: protobuf.dev, Encoding.
 */
#ifndef NN_ONNX_PROTO_H
#define NN_ONNX_PROTO_H

#include "nn/data/scratch.h"

#include <stdint.h>

typedef struct nn__proto {
    ag_graph *graph;
    nn__scratch memory;
    unsigned char *bytes;
    int64_t n;
    bool failed; /* for want of memory, with an error kept; then nothing is added */
} nn__proto;

void nn__proto_int(nn__proto *p, int field, int64_t value);
void nn__proto_float(nn__proto *p, int field, float value);
void nn__proto_text(nn__proto *p, int field, const char *text);
void nn__proto_bytes(nn__proto *p, int field, const void *bytes, int64_t n);

/* The inner message becomes a field of p and is empty then. */
void nn__proto_message(nn__proto *p, int field, nn__proto *inner);

/* The fields of another message become those of p, too. */
void nn__proto_append(nn__proto *p, const nn__proto *other);
void nn__proto_free(nn__proto *p);

#endif
