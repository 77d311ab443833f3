/* Checksums. Eight bytes of a CRC at a time: Kounavis and Berry, Novel table lookup-based
 * algorithms for high-performance CRC generation, 2008. The tables are made anew for each use,
 * which takes some microseconds and needs no shared state. Knows no format.
 */
#include "checksum.h"

void nn__crc_open(nn__crc *c)
{
    c->value = 0xFFFFFFFFu;
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t r = i;
        for (int bit = 0; bit < 8; bit++) {
            r = r >> 1 ^ (r & 1 ? 0xEDB88320u : 0);
        }
        c->table[0][i] = r;
    }
    for (uint32_t i = 0; i < 256; i++) {
        for (int k = 1; k < 8; k++) {
            uint32_t r = c->table[k - 1][i];
            c->table[k][i] = r >> 8 ^ c->table[0][r & 255];
        }
    }
}

void nn__crc_add(nn__crc *c, const void *bytes, size_t n)
{
    const unsigned char *p = bytes;
    uint32_t r = c->value;
    for (; n >= 8; n -= 8, p += 8) {
        r ^= (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
        r = c->table[7][r & 255] ^ c->table[6][r >> 8 & 255] ^ c->table[5][r >> 16 & 255] ^
            c->table[4][r >> 24] ^ c->table[3][p[4]] ^ c->table[2][p[5]] ^ c->table[1][p[6]] ^
            c->table[0][p[7]];
    }
    for (; n > 0; n--, p++) {
        r = r >> 8 ^ c->table[0][(r ^ *p) & 255];
    }
    c->value = r;
}

uint32_t nn__crc_of(const void *bytes, size_t n)
{
    nn__crc c;
    nn__crc_open(&c);
    nn__crc_add(&c, bytes, n);
    return ~c.value;
}

uint32_t nn__adler_add(uint32_t adler, const void *bytes, size_t n)
{
    enum { MODULUS = 65521, UNTIL = 5552 }; /* so many sums stay below 2^32 */
    const unsigned char *p = bytes;
    uint32_t a = adler & 0xFFFF, b = adler >> 16;
    while (n > 0) {
        size_t part = n < UNTIL ? n : UNTIL;
        n -= part;
        for (; part > 0; part--) {
            a += *p++;
            b += a;
        }
        a %= MODULUS;
        b %= MODULUS;
    }
    return b << 16 | a;
}
