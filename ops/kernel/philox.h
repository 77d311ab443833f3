/* Random numbers in blocks, and masks of them; contract of vector/philox.c. Private to ops/.
 *
 * bits   the numbers that blocks `counter`, `counter + 1`, ... of the generator of autograd/rng.c
 *        give, two for each block, in the order in which ag_random_bits would give them
 * keep   out[i] = 0 where the uppermost 53 of bits[i] are below `below`, else `kept`; by dtype,
 *        f64 and f32
 */
#ifndef OPS_KERNEL_PHILOX_H
#define OPS_KERNEL_PHILOX_H

#include <stdint.h>

typedef struct ag__philox {
    void (*bits)(uint64_t key, uint64_t counter, int64_t blocks, uint64_t *out);
    void (*keep[2])(const uint64_t *bits, int64_t n, uint64_t below, double kept, void *out);
} ag__philox;

#endif
