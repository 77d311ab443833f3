/* Random masks in bulk, the contract between ops/dropout.c and vector/random.c. Private to ops/.
 *
 * A kernel writes 4 blocks numbers, each 0 or `kept`: one for each word of a block of Philox
 * 4x32-10 with this key, the blocks with the numbers counter, counter + 1, ... It is 0 where the
 * word is less than `below`.
 */
#ifndef OPS_KERNEL_RANDOM_H
#define OPS_KERNEL_RANDOM_H

#include <stdint.h>

typedef void ag__mask_kernel(uint64_t key, uint64_t counter, int64_t blocks, uint32_t below,
                             double kept, void *out);

/* By dtype: f64, f32. */
typedef struct ag__masks {
    ag__mask_kernel *of[2];
} ag__masks;

#endif
