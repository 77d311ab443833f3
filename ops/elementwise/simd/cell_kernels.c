/* Kernels of recurrent cells; see ops/kernel/cell_kernels.h. They stand here because their
 * activations are functions of the tables. Compiled once for each instruction set.
 */
#include "ops/kernel/cell_kernels.h"
#include "simd_functions.h"

#define BODY "ops/elementwise/simd/cell_kernels_body.inc"
#include "ops/kernel/each_float.inc"

#define KERNELS(S)                                                                                 \
    {                                                                                              \
        lstm_##S, lstm_back_##S, gru_##S, gru_back_##S                                             \
    }
extern const ag__cell_set AG__OF_SET(ag__cell_set);
const ag__cell_set AG__OF_SET(ag__cell_set) = {{KERNELS(f64), KERNELS(f32)}};
