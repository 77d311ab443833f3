/* scatter_reduce, of which each reduction is an operation of its own, and index_add and
 * index_reduce, whose index is a vector. Must not know how elements are put at their places.
 */
#define AG_NO_SITES
#include <math.h>

#include <autograd/elementwise.h>
#include <autograd/index.h>
#include <autograd/shape.h>

#include "index_ops.h"
#include "ops/common/axis.h"
#include "ops/common/composite.h"
#include "ops/common/indexing.h"
#include "ops/common/scalar_like.h"
#include "places.h"

/* For each reduction its operation, and the number that changes no result of it. */
static const struct {
    const ag_op *op;
    double neutral;
} reductions[] = {
    [AG_SCATTER_SUM] = {&ag__scatter_add_op, 0},
    [AG_SCATTER_MEAN] = {&ag__scatter_add_op, 0},
    [AG_SCATTER_MAX] = {&ag__scatter_max_op, -INFINITY},
    [AG_SCATTER_MIN] = {&ag__scatter_min_op, INFINITY},
    [AG_SCATTER_PROD] = {&ag__scatter_prod_op, 1},
};

/* How many elements the mean of a place has; 1 where there is none. */
static ag_tensor *count(ag_tensor *x, ag_tensor *index, int axis, bool exclude_self)
{
    ag_tensor *self = ag_expand(ag__scalar_like(x, exclude_self ? 0 : 1), ag_shape_of(x));
    ag_tensor *n = ag_scatter_add(self, index, ag__scalar_like(x, 1), axis);
    return exclude_self ? ag_clamp_min(n, 1) : n;
}

static ag_tensor *reduce(ag_tensor *x, ag_tensor *index, ag_tensor *src, int axis,
                         const ag_scatter_options *o)
{
    if (o->exclude_self) {
        x = ag_scatter(x, index, ag__scalar_like(x, reductions[o->reduction].neutral), axis);
    }
    ag__scatter_attr attr = {axis, o->exclude_self};
    ag_tensor *y = ag__scatter_apply(reductions[o->reduction].op, x, index, src, attr);
    return y != NULL && o->reduction == AG_SCATTER_MEAN
               ? ag_div(y, count(x, index, axis, o->exclude_self))
               : y;
}

/* Checks what no part checks. NULL options are those of zeros. */
static bool check_options(const ag__composite *c, const ag_scatter_options *o)
{
    if (!ag__composite_argument(c, (unsigned)o->reduction <= AG_SCATTER_PROD, "reduction",
                                o->reduction, "AG_SCATTER_SUM, MEAN, MAX, MIN or PROD")) {
        return false;
    }
    if (o->reduction == AG_SCATTER_MEAN && c->call.dtype == AG_I64) {
        ag_call_fail(&c->call, AG_ERR_DTYPE, "ag_cast(..., AG_F64)",
                     "the mean of i64 is no integer");
        return false;
    }
    return true;
}

ag_tensor *ag_scatter_reduce(ag_tensor *x, ag_tensor *index, ag_tensor *src, int axis,
                             const ag_scatter_options *options)
{
    static const ag_scatter_options usual = {0};
    const ag_scatter_options *o = options != NULL ? options : &usual;
    ag__composite c;
    if (!ag__composite_open(&c, "scatter_reduce", (ag_tensor *[]){x, index, src}, 3, 3) ||
        !check_options(&c, o)) {
        return NULL;
    }
    return AG__COMPOSED(&c, reduce(x, index, src, axis, o));
}

/* --- by a vector of indices ------------------------------------------------------------------- */

/* Whether src has x's shape, but along the axis the length of the index. */
static bool slices_fit(const ag__composite *c, ag_tensor *const *in, int axis)
{
    ag_shape want = ag_shape_of(in[0]), index = ag_shape_of(in[1]);
    char text[AG_SHAPE_TEXT];
    int d;
    if (ag__index_dtype(&c->call, in[1], "index") != AG_OK ||
        ag__call_axis_1d(&c->call, axis, want.ndim, &d) != AG_OK) {
        return false;
    }
    if (index.ndim > 1 || (want.ndim == 0 && ag_size(in[1]) != 1)) {
        ag_call_fail(&c->call, AG_ERR_SHAPE, "ag_scatter_reduce takes one of more dimensions",
                     index.ndim > 1 ? "the index is a vector, not %s"
                                    : "an index of %s into a 0-d tensor",
                     ag_shape_text(index, text));
        return false;
    }
    if (want.ndim > 0) {
        want.dim[d] = ag_size(in[1]);
    }
    return ag__composite_shape(c, "source", in[2], want);
}

static ag_tensor *along(const char *name, ag_tensor *const *in, int axis,
                        const ag_scatter_options *o)
{
    ag__composite c;
    if (!ag__composite_open(&c, name, in, 3, 3) || !slices_fit(&c, in, axis) ||
        !check_options(&c, o)) {
        return NULL;
    }
    ag__composite_enter(&c);
    ag_tensor *index = ag__places_spread(in[1], ag_shape_of(in[2]), axis);
    return ag__composite_leave(&c, reduce(in[0], index, in[2], axis, o));
}

ag_tensor *ag_index_add(ag_tensor *x, ag_tensor *index, ag_tensor *src, int axis)
{
    static const ag_scatter_options sum = {0};
    return along("index_add", (ag_tensor *[]){x, index, src}, axis, &sum);
}

ag_tensor *ag_index_reduce(ag_tensor *x, ag_tensor *index, ag_tensor *src, int axis,
                           const ag_scatter_options *options)
{
    static const ag_scatter_options usual = {0};
    return along("index_reduce", (ag_tensor *[]){x, index, src}, axis,
                 options != NULL ? options : &usual);
}
