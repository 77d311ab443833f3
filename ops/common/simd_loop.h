/* Runs a kernel of vectors over strided arrays: brings what does not lie side by side into strips,
 * and sums what goes to one place. Private to ops/.
 */
#ifndef OPS_COMMON_SIMD_LOOP_H
#define OPS_COMMON_SIMD_LOOP_H

#include "ops/kernel/ewise_kernels.h"
#include "strided.h"

typedef struct ag__lanes {
    ag__strip_kernel *kernel;
    double c[2];
    int bytes; /* of a vector */
    /* The kernel adds to its first operand, which is the loop's first array as it is found; or 0,
     * if that is yet to be written. That array may be smaller than the loop: what goes to one place
     * is summed, in an order that depends on the loop's shape alone. */
    bool adds, fresh;
} ag__lanes;

/* Array 0 of the loop is written, the others are the kernel's operands (after the one it adds to);
 * the last stands for those that are missing. In threads, if it is much. */
void ag__lanes_run(const ag__lanes *lanes, ag__loop *l);

/* to = (fresh ? 0 : to) + by * from, which broadcasts to the shape of `to`; equal dtypes, f64 or
 * f32. */
void ag__add_scaled(const ag_array *to, bool fresh, const ag_array *from, double by);

#endif
