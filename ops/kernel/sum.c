/* Sums over dimensions; see sum.h. Must not know what a tensor is. */
#include <string.h>

#include "sum.h"

enum {
    RUN = 128, /* elements of a leaf along one line */
    ROWS = 16, /* rows of a leaf where neighbouring results are summed side by side */
    TILE = 32, /* how many of those */
    LEVELS = 64
};

/* Results that lie side by side in x are summed together, so that memory is still read in order.
 * `width` counts them (1: none), `step` is their distance. */
typedef struct plan {
    ag__loop kept, over;
    bool some; /* is there anything to sum? */
    int64_t width, step;
} plan;

static int64_t distance(int64_t stride)
{
    return stride < 0 ? -stride : stride;
}

/* Is the last dimension kept, and nearer together than everything summed? */
static bool side_by_side(const ag_array *x, int last, const bool over[AG_MAX_DIMS])
{
    bool near = last >= 0 && !over[last];
    for (int d = 0; near && d < last; d++) {
        near = !over[d] || x->dim[d] == 1 || distance(x->stride[d]) >= distance(x->stride[last]);
    }
    return near;
}

/* The loop over the dimensions up to `last` whose flag is `which`. */
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
    p->width = 1;
    p->step = 0;
    if (side_by_side(x, last, over)) {
        p->width = x->dim[last];
        p->step = x->stride[last];
        last--;
    }
    loop_over(&p->kept, x, last, over, false);
    loop_over(&p->over, x, last, over, true);
}

#define T double
#define NAME(x) x##_f64
#include "sum_body.inc"
#undef T
#undef NAME
#define T float
#define NAME(x) x##_f32
#include "sum_body.inc"
#undef T
#undef NAME
#define T uint64_t /* of int64_t: unsigned, because its overflow is defined */
#define NAME(x) x##_i64
#include "sum_body.inc"
#undef T
#undef NAME

void ag__sum(const ag_array *x, const bool over[AG_MAX_DIMS], void *out)
{
    plan p;
    plan_open(&p, x, over);
    switch (x->dtype) {
    case AG_F32:
        sum_f32(&p, out);
        break;
    case AG_I64:
        sum_i64(&p, out);
        break;
    default:
        sum_f64(&p, out);
        break;
    }
}
