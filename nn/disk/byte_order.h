/* Numbers whose largest byte is first, and those whose smallest is. Private to nn/disk, nn/formats
 * and nn/files. */
#ifndef NN_DISK_BYTE_ORDER_H
#define NN_DISK_BYTE_ORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static inline bool nn__is_big_endian(void)
{
    const uint16_t one = 1;
    return *(const unsigned char *)&one == 0;
}

static inline uint32_t nn__big_u32(const unsigned char *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static inline uint32_t nn__little_u16(const unsigned char *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8;
}

static inline uint32_t nn__little_u32(const unsigned char *p)
{
    return nn__little_u16(p) | nn__little_u16(p + 2) << 16;
}

static inline uint64_t nn__little_u64(const unsigned char *p)
{
    return nn__little_u32(p) | (uint64_t)nn__little_u32(p + 4) << 32;
}

/* `bytes` bytes of v, the largest first or the smallest first. */
static inline void nn__put_big(unsigned char *p, uint64_t v, int bytes)
{
    for (int i = bytes; i-- > 0; v >>= 8) {
        p[i] = (unsigned char)v;
    }
}

static inline void nn__put_little(unsigned char *p, uint64_t v, int bytes)
{
    for (int i = 0; i < bytes; i++, v >>= 8) {
        p[i] = (unsigned char)v;
    }
}

/* Turns each of n numbers of `each` bytes round. */
static inline void nn__swap_bytes(void *numbers, int64_t n, size_t each)
{
    unsigned char *p = numbers;
    for (int64_t k = 0; k < n; k++, p += each) {
        for (size_t i = 0; i < each / 2; i++) {
            unsigned char t = p[i];
            p[i] = p[each - 1 - i];
            p[each - 1 - i] = t;
        }
    }
}

/* Turns n numbers from this machine's order into little-endian, or back. */
static inline void nn__to_little(void *numbers, int64_t n, size_t each)
{
    if (nn__is_big_endian()) {
        nn__swap_bytes(numbers, n, each);
    }
}

#endif
