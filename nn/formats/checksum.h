/* The checksums of PNG, zip and zlib. Private to nn/formats. Knows no format. */
#ifndef NN_FORMATS_CHECKSUM_H
#define NN_FORMATS_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

/* CRC-32 of ISO 3309 (polynomial EDB88320, reflected) of all bytes added so far is ~value. */
typedef struct nn__crc {
    uint32_t value;
    uint32_t table[8][256]; /* of a byte with 0 to 7 zeros behind it */
} nn__crc;
void nn__crc_open(nn__crc *c);
void nn__crc_add(nn__crc *c, const void *bytes, size_t n);
uint32_t nn__crc_of(const void *bytes, size_t n);

/* Adler-32 (RFC 1950) of more bytes behind those that gave `adler`; begins with 1. */
uint32_t nn__adler_add(uint32_t adler, const void *bytes, size_t n);

#endif
