/* Kernels of one line of numbers; see ops/kernel/line_kernels.h. Compiled once for each instruction
 * set.
 */
#include "ops/kernel/line_kernels.h"
#include "simd_math.h"

#define BODY "ops/kernel/simd/line_kernels_body.inc"
#include "ops/kernel/each_float.inc"

/* Those that operations of neural.h alone use are not in the page, which has none of these. */
#ifdef AG_NO_NEURAL
#define NORMS(S) NULL, NULL, NULL, NULL, NULL, NULL
#else
#define NORMS(S)                                                                                   \
    standardize_##S, standardize_back_##S, layer_norm_##S, layer_norm_back_##S, rms_norm_##S,      \
        rms_norm_back_##S
#endif
#define KERNELS(S)                                                                                 \
    {                                                                                              \
        softmax_##S, log_softmax_##S, exponentials_##S, scale_##S, softmax_back_##S,               \
            log_softmax_back_##S, NORMS(S), logsumexp_##S,                                         \
        {                                                                                          \
            many_softmax_##S, many_log_softmax_##S, many_softmax_back_##S,                         \
                many_log_softmax_back_##S                                                          \
        }                                                                                          \
    }
extern const ag__line_set AG__OF_SET(ag__line_set);
const ag__line_set AG__OF_SET(ag__line_set) = {{KERNELS(f64), KERNELS(f32)}};
