/* Sums of numbers that lie side by side; see ops/kernel/sum_kernels.h. Compiled once for each
 * instruction set. */
#include <stdbool.h>

#include "ops/kernel/fold_kernels.h"
#include "ops/kernel/sum_kernels.h"
#include "simd.h"

#define BODY "ops/kernel/simd/sum_kernels_body.inc"
#include "ops/kernel/each_float.inc"

const ag__sums AG__OF_SET(ag__sums) = {
    {run_f64, lines_f64, rows_f64, add_f64},
    {run_f32, lines_f32, rows_f32, add_f32},
};
