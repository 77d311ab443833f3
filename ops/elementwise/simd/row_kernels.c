/* A kernel for every row of the elementwise tables; see ops/kernel/ewise_kernels.h. Compiled once
 * for each instruction set. Adding an operation adds a row to a table and nothing here.
 */
#include "simd_functions.h"

#include "ops/kernel/ewise_kernels.h"

#define T double
#define S f64
#define V v_f64
#include "ops/elementwise/vocabulary_simd.h"

#include "row_kernels_body.inc"

#include "ops/elementwise/vocabulary_end.h"
#undef V

#define T float
#define S f32
#define V v_f32
#include "ops/elementwise/vocabulary_simd.h"

#include "row_kernels_body.inc"

#include "ops/elementwise/vocabulary_end.h"
#undef V

static const ag__row_kernels rows_f64[] = {
#define UNARY(name, value, partial, low, high, doc) {name##_forward_f64, {name##_backward0_f64}},
#define BINARY(name, value, partial_a, partial_b, low, high, doc)                                  \
    {name##_forward_f64, {name##_backward0_f64, name##_backward1_f64}},
#include "ops/elementwise/each_row.h"
};

static const ag__row_kernels rows_f32[] = {
#define UNARY(name, value, partial, low, high, doc) {name##_forward_f32, {name##_backward0_f32}},
#define BINARY(name, value, partial_a, partial_b, low, high, doc)                                  \
    {name##_forward_f32, {name##_backward0_f32, name##_backward1_f32}},
#include "ops/elementwise/each_row.h"
};

extern const ag__rows AG__OF_SET(ag__rows);
const ag__rows AG__OF_SET(ag__rows) = {
    .of = {rows_f64, rows_f32},
    /* Of a product with a constant, the gradient gains the upstream one times the constant. */
    .add_scaled = {mul_scalar_backward0_f64, mul_scalar_backward0_f32},
};
