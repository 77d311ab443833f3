/* Sums of what lies side by side; see ops/kernel/sum_kernels.h. Compiled once for each instruction set. */
#include "ops/kernel/sum_kernels.h"
#include "simd.h"

#define T double
#define NAME(x) x##_f64
#include "sum_kernels_body.inc"
#undef T
#undef NAME
#define T float
#define NAME(x) x##_f32
#include "sum_kernels_body.inc"
#undef T
#undef NAME

const ag__sums AG__OF_SET(ag__sums) = {
    {run_f64, rows_f64, add_f64},
    {run_f32, rows_f32, add_f32},
};
