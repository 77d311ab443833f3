/* Which instruction set's kernels run here. AG_SETS is the Makefile's list of what was compiled,
 * S(name, bytes of a vector) for each, the best last. A machine is asked each time: the answer is a
 * load and a test, and nothing need be kept.
 */
#include <stddef.h>

#include "kernel_table.h"

#define S(set, vector)                                                                             \
    extern const ag__micro ag__micro_##set;                                                        \
    extern const ag__rows ag__rows_##set;                                                          \
    extern const ag__sums ag__sums_##set;                                                          \
    extern const ag__line_set ag__line_set_##set;                                                  \
    extern const ag__channel_set ag__channel_set_##set;                                            \
    extern const ag__masks ag__masks_##set;                                                        \
    extern const ag__fills ag__fills_##set;                                                        \
    extern const ag__steps ag__steps_##set;                                                        \
    extern const ag__window ag__window_##set;                                                      \
    extern const ag__slide ag__slide_##set;
AG_SETS
#undef S

static const ag__kernels all[] = {
#define S(set, vector)                                                                             \
    {                                                                                              \
        .name = #set,                                                                              \
        .bytes = vector,                                                                           \
        .micro = &ag__micro_##set,                                                                 \
        .rows = &ag__rows_##set,                                                                   \
        .sums = &ag__sums_##set,                                                                   \
        .lines = &ag__line_set_##set,                                                              \
        .channels = &ag__channel_set_##set,                                                        \
        .masks = &ag__masks_##set,                                                                 \
        .fills = &ag__fills_##set,                                                                 \
        .steps = &ag__steps_##set,                                                                 \
        .window = &ag__window_##set,                                                               \
        .slide = &ag__slide_##set,                                                                 \
    },
    AG_SETS
#undef S
};

enum { SETS = sizeof all / sizeof all[0] };

static bool baseline_runs(void)
{
    return true;
}

#if defined(__x86_64__)
static bool avx2_runs(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

static bool avx512_runs(void)
{
    return avx2_runs() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
}
#endif

static bool (*const runs[])(void) = {
#define S(set, bytes) set##_runs,
    AG_SETS
#undef S
};

const ag__kernels *ag__kernels_best(void)
{
    int i = SETS - 1;
    while (!runs[i]()) {
        i--;
    }
    return &all[i];
}

const ag__kernels *ag__kernels_at(int i, bool *can)
{
    if (i < 0 || i >= SETS) {
        return NULL;
    }
    *can = runs[i]();
    return &all[i];
}
