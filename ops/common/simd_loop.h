/* Runs a vector kernel over strided arrays: copies operands that do not lie side by side into
 * strips, and adds up results that belong to one element. Private to ops/. Must not know any
 * operation.
 */
#ifndef OPS_COMMON_SIMD_LOOP_H
#define OPS_COMMON_SIMD_LOOP_H

#include "ops/kernel/ewise_kernels.h"
#include "strided.h"

typedef struct ag__lanes {
    ag__strip_kernel *kernel;
    double c[2];
    int bytes; /* the size of a vector */
    /* The kernel adds to its first operand, which is array 0 of the loop. That array may be smaller
     * than the loop: the results that belong to one element are then summed, in an order that
     * depends on the shape of the loop alone. */
    bool adds;
    bool fresh; /* array 0 is uninitialized and counts as zeros; used only with `adds` */
} ag__lanes;

/* Runs the kernel, which writes array 0 of the loop. The other arrays are the operands of the
 * kernel, after the one that it adds to; the last one is also given for operands that are missing.
 * Uses threads if that saves time. */
void ag__lanes_run(const ag__lanes *lanes, ag__loop *l);

/* to = by * from if `fresh`, otherwise to += by * from. `from` broadcasts to the shape of `to`;
 * both are f64 or both f32. */
void ag__add_scaled(const ag_array *to, bool fresh, const ag_array *from, double by);

#endif
