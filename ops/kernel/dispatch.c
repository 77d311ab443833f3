/* The kernels of every instruction set that was compiled. AG_SETS is the Makefile's list of these
 * sets, with S(name, bytes of a vector) for each. ops/cpu/isa.h says which of them is used.
 */
#include <stddef.h>

#include "kernel_table.h"
#include "ops/cpu/isa.h"

/* The kernels that only operations of neural.h use. The page in a browser has none of these
 * operations, and is compiled without. */
#ifdef AG_NO_NEURAL
#define NEURAL(set)
#else
#define NEURAL(set)                                                                                \
    .channels = &ag__channel_set_##set, .cells = &ag__cell_set_##set, .masks = &ag__masks_##set,   \
    .window = &ag__window_##set, .slide = &ag__slide_##set,
#endif

#define S(set, vector)                                                                             \
    extern const ag__micro ag__micro_##set;                                                        \
    extern const ag__rows ag__rows_##set;                                                          \
    extern const ag__sums ag__sums_##set;                                                          \
    extern const ag__line_set ag__line_set_##set;                                                  \
    extern const ag__fold_set ag__fold_set_##set;                                                  \
    extern const ag__channel_set ag__channel_set_##set;                                            \
    extern const ag__cell_set ag__cell_set_##set;                                                  \
    extern const ag__masks ag__masks_##set;                                                        \
    extern const ag__fills ag__fills_##set;                                                        \
    extern const ag__steps ag__steps_##set;                                                        \
    extern const ag__window ag__window_##set;                                                      \
    extern const ag__slide ag__slide_##set;
AG_SETS
#undef S

static const ag__kernels all[] = {
#define S(set, vector)                                                                             \
    {.name = #set,                                                                                 \
     .bytes = vector,                                                                              \
     .micro = &ag__micro_##set,                                                                    \
     .rows = &ag__rows_##set,                                                                      \
     .sums = &ag__sums_##set,                                                                      \
     .lines = &ag__line_set_##set,                                                                 \
     .folds = &ag__fold_set_##set,                                                                 \
     .fills = &ag__fills_##set,                                                                    \
     .steps = &ag__steps_##set,                                                                    \
     NEURAL(set)},
    AG_SETS
#undef S
};

enum { SETS = sizeof all / sizeof all[0] };

const ag__kernels *ag__kernels_best(void)
{
    return &all[ag__isa()];
}

const ag__kernels *ag__kernels_at(int i, bool *runs)
{
    if (i < 0 || i >= SETS) {
        return NULL;
    }
    *runs = ag__isa_runs(i);
    return &all[i];
}
