/* Sums over dimensions of strided arrays; see strided_sum.h. Must not know what a tensor is. */
#include <string.h>

#include "ops/cpu/parallel.h"
#include "ops/kernel/kernel_table.h"
#include "strided_sum.h"

enum {
    RUN = 128,       /* elements of a leaf along a line, if they do not lie side by side */
    SHORT = RUN,     /* lines of up to so many elements are summed without the counter */
    LONG_RUN = 4096, /* if they do: many lanes share them, so that each adds few */
    ROWS = 16,       /* rows of a leaf if neighboring results are summed together */
    TILE = 64,       /* how many neighboring results are summed together */
    LEVELS = 64,     /* the most digits of the binary counter of leaves */
    PIECES = 32      /* the most pieces that a sum is cut into for threads */
};

#define BYTE_NS 0.02 /* nanoseconds for adding a byte; measured on one core */

/* If elements that lie side by side in x belong to different results, these results are summed
 * together, so that memory is read in order. */
typedef struct plan {
    ag__loop kept, over;
    bool some;      /* whether there is anything to sum */
    int64_t width;  /* how many results are summed together; 1 if each is summed alone */
    int64_t step;   /* the distance of their elements */
    int64_t across; /* how many tiles the width makes */
    int64_t size;   /* the number of all elements */
} plan;

static int64_t distance(int64_t stride)
{
    return stride < 0 ? -stride : stride;
}

/* Whether the last dimension is kept and has a smaller stride than every summed dimension. */
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

/* Cuts the only run into at most PIECES pieces of *each elements, which is 2^s leaves for some
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
#define T uint64_t /* for the sums of int64_t, because unsigned overflow is defined */
#define NAME(x) x##_i64
#include "strided_sum_body.inc"
#undef T
#undef NAME

void ag__strided_sum(const ag_array *x, const bool over[AG_MAX_DIMS], void *out)
{
    static const ag__sums_i64 plain = {NULL, NULL, NULL, NULL};
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
