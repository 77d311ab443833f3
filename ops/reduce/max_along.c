/* The operations whose result is some of their operand's elements: the largest, the smallest, the
 * median of each line, the largest and smallest so far. Where they are comes from max_min.c and
 * median.c, how they are taken and what their gradient is from line_gather.c.
 */
#define AG_NO_SITES
#include <autograd/ops.h>

#include "line_gather.h"
#include "reduce_ops.h"
#include "ties.h"

#define PICK(word, how_described)                                                                  \
    static ag_tensor *sample_##word(ag_tensor *const *in);                                         \
    static ag_tensor *sample_##word##_first(ag_tensor *const *in);                                 \
    static const ag_case word##_cases[] = {                                                        \
        {"last axis of [3,4]", sample_##word, 1, {{2, {3, 4}}}, -2, 2},                            \
        {"axis 0 of [3,2,2]", sample_##word##_first, 1, {{3, {3, 2, 2}}}, -2, 2},                  \
    };                                                                                             \
    const ag_op ag__##word##_op = {                                                                \
        .name = #word,                                                                             \
        .n_in = 2,                                                                                 \
        .infer = ag__pick_infer,                                                                   \
        .forward = ag__pick_forward,                                                               \
        .vjp = ag__pick_vjp,                                                                       \
        .backward = ag__pick_backward,                                                             \
        .formula = "F(" #word ", A)",                                                              \
        .vjp_formula = {"F(unpick, GY, B)"},                                                       \
        .describe = how_described,                                                                 \
        .cases = word##_cases,                                                                     \
        .n_cases = sizeof word##_cases / sizeof word##_cases[0],                                   \
    };

PICK(max_along, ag__pick_describe)
PICK(min_along, ag__pick_describe)
PICK(median_along, ag__pick_describe)
PICK(cummax, ag__along_describe)
PICK(cummin, ag__along_describe)

static ag_tensor *pick(const ag_op *op, ag_tensor *x, ag_tensor *index, ag__pick attr)
{
    return ag_apply(op, (ag_tensor *[]){x, index}, 2, &attr, sizeof attr);
}

/* Checks the axis in the name of the operation that was called; `some`: a line has an element. */
static bool fits(const ag_op *op, ag_tensor *x, int axis, bool some)
{
    ag__reduced_axes lines = {AG_AXES(axis), true, 0};
    ag_call call = {.graph = ag_graph_of(x), .op = op, .in = &x, .n_in = 1, .attr = &lines};
    call.dtype = ag_dtype_of(x);
    return (some ? ag__reduction_infer_some(&call) : ag__reduction_infer(&call)) == AG_OK;
}

/* x at the indices along the axis; hands the indices out if asked. */
static ag_tensor *pick_along(const ag_op *op, ag_tensor *x, ag_tensor *index, ag__pick attr,
                             ag_tensor **indices)
{
    ag_tensor *y = index != NULL ? pick(op, x, index, attr) : NULL;
    if (indices != NULL) {
        *indices = y != NULL ? index : NULL;
    }
    return y;
}

typedef ag_tensor *index_function(ag_tensor *x, int axis, bool flag);

/* One element of each line. A 0-d x is a vector of one element on the way. */
static ag_tensor *along(const ag_op *op, index_function *where, ag_tensor *x, int axis,
                        bool keepdim, ag_tensor **indices)
{
    bool scalar = ag__along_scalar(x, axis), dropped = scalar || !keepdim;
    ag_tensor *line = scalar ? ag_reshape(x, AG_SHAPE(1)) : x;
    bool ok = line != NULL && fits(op, line, axis, true);
    return pick_along(op, line, ok ? where(line, axis, !dropped) : NULL,
                      (ag__pick){axis, dropped, 0}, indices);
}

ag_tensor *ag_max_along(ag_tensor *x, int axis, bool keepdim, ag_tensor **indices)
{
    return along(&ag__max_along_op, (ag_argmax_along), x, axis, keepdim, indices);
}

ag_tensor *ag_min_along(ag_tensor *x, int axis, bool keepdim, ag_tensor **indices)
{
    return along(&ag__min_along_op, (ag_argmin_along), x, axis, keepdim, indices);
}

ag_tensor *ag_median_along(ag_tensor *x, int axis, bool keepdim, ag_tensor **indices)
{
    return along(&ag__median_along_op, ag__median_index, x, axis, keepdim, indices);
}

/* As many elements as there are. */
static ag_tensor *so_far(const ag_op *op, ag_tensor *x, int axis, bool smaller, ag_tensor **indices)
{
    bool scalar = ag__along_scalar(x, axis);
    ag_tensor *line = scalar ? ag_reshape(x, AG_SHAPE(1)) : x, *index = NULL;
    if (line != NULL && fits(op, line, axis, false)) {
        index = ag__running_index(line, axis, smaller);
        index = scalar ? ag_reshape(index, AG_SCALAR) : index;
    }
    return pick_along(op, line, index, (ag__pick){axis, scalar, 0}, indices);
}

ag_tensor *ag_cummax(ag_tensor *x, int axis, ag_tensor **indices)
{
    return so_far(&ag__cummax_op, x, axis, false, indices);
}

ag_tensor *ag_cummin(ag_tensor *x, int axis, ag_tensor **indices)
{
    return so_far(&ag__cummin_op, x, axis, true, indices);
}

#define SAMPLE(word, call)                                                                         \
    static ag_tensor *sample_##word(ag_tensor *const *in)                                          \
    {                                                                                              \
        return call;                                                                               \
    }
#define SAMPLES_ALONG(word)                                                                        \
    SAMPLE(word, ag_##word(in[0], -1, false, NULL))                                                \
    SAMPLE(word##_first, ag_##word(in[0], 0, true, NULL))
#define SAMPLES_SO_FAR(word)                                                                       \
    SAMPLE(word, ag_##word(in[0], -1, NULL))                                                       \
    SAMPLE(word##_first, ag_##word(in[0], 0, NULL))
SAMPLES_ALONG(max_along)
SAMPLES_ALONG(min_along)
SAMPLES_ALONG(median_along)
SAMPLES_SO_FAR(cummax)
SAMPLES_SO_FAR(cummin)
