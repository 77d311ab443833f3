/* Sums over dimensions of strided arrays; see strided_sum.h. Must not know what a tensor is. */
#include <string.h>

#include "ops/cpu/parallel.h"
#include "ops/kernel/kernel_table.h"
#include "strided_sum.h"

enum {
    RUN = 128, /* elements of a leaf along a line */
    LONG_RUN =
        4096,  /* the same where they lie side by side: many lanes share them, so each adds few */
    ROWS = 16, /* rows of a leaf where neighboring results are summed together */
    TILE = 64, /* neighboring results that are summed together */
    LEVELS = 64,
    PIECES = 32 /* the most pieces that a sum is cut into for threads */
};

#define BYTE_NS 0.02 /* for adding a byte, in nanoseconds; measured on one core */

/* Where elements that lie side by side in x belong to different results, these results are summed
 * together, so that memory is read in order. `width` is how many (1: no others), `step` their
 * distance. */
typedef struct plan {
    ag__loop kept, over;
    bool some;                   /* is there anything to sum? */
    int64_t width, step, across; /* `across`: how many tiles the width makes */
    int64_t size;                /* elements in all */
} plan;

static int64_t distance(int64_t stride)
{
    return stride < 0 ? -stride : stride;
}

/* Is the last dimension kept, and is its stride smaller than that of every summed dimension? */
static bool side_by_side(const ag_array *x, int last, const bool over[AG_MAX_DIMS])
{
    bool near = last >= 0 && !over[last];
    for (int d = 0; near && d < last; d++) {
        near = !over[d] || x->dim[d] == 1 || distance(x->stride[d]) >= distance(x->stride[last]);
    }
    return near;
}

/* The loop over those dimensions up to `last` whose flag equals `which`. */
static void loop_over(ag__loop *l, const ag_array *x, int last, const bool over[AG_MAX_DIMS],
                      bool which)
{
    ag__part part;
    int64_t dim[AG_MAX_DIMS] = {0}, stride[AG_MAX_DIMS] = {0};
    int n = 0;
    for (int d = 0; d <= last; d++) {
        if (over[d] == which) {
            dim[n] = x->dim[d];
            stride[n++] = x->stride[d];
        }
    }
    ag__part_shape(&part, x, n, dim, stride, 0);
    ag__loop_open(l, n, dim);
    ag__loop_add(l, &part.array);
}

static void plan_open(plan *p, const ag_array *x, const bool over[AG_MAX_DIMS])
{
    int last = x->ndim - 1;
    while (last >= 0 && x->dim[last] == 1) {
        last--;
    }
    p->size = x->size;
    p->width = 1;
    p->step = 0;
    if (side_by_side(x, last, over)) {
        p->width = x->dim[last];
        p->step = x->stride[last];
        last--;
    }
    p->across = (p->width + TILE - 1) / TILE;
    loop_over(&p->kept, x, last, over, false);
    loop_over(&p->over, x, last, over, true);
}

/* How many elements of a run, or how many rows, make a leaf. */
static int64_t leaf_of(int64_t width, int64_t stride)
{
    return width > 1 ? ROWS : stride == 1 ? LONG_RUN : RUN;
}

/* Cuts the only run into at most PIECES pieces of *each elements. *each is 2^s leaves for some
 * s. */
static int64_t pieces_of(const plan *p, int64_t *each)
{
    int64_t n = p->over.run;
    *each = leaf_of(p->width, p->over.step[0]);
    while ((n + *each - 1) / *each > PIECES) {
        *each *= 2;
    }
    return (n + *each - 1) / *each;
}

#define BODY "ops/common/strided_sum_body.inc"
#include "ops/kernel/each_float.inc"
#define T uint64_t /* the sums of int64_t: unsigned overflow is defined */
#define NAME(x) x##_i64
#include "strided_sum_body.inc"
#undef T
#undef NAME

void ag__strided_sum(const ag_array *x, const bool over[AG_MAX_DIMS], void *out)
{
    static const ag__sums_i64 plain = {NULL, NULL, NULL};
    const ag__sums *sums = ag__kernels_best()->sums;
    plan p;
    plan_open(&p, x, over);
    switch (x->dtype) {
    case AG_F32:
        sum_f32(&p, &sums->f32, out);
        break;
    case AG_I64:
        sum_i64(&p, &plain, out);
        break;
    default:
        sum_f64(&p, &sums->f64, out);
        break;
    }
}
