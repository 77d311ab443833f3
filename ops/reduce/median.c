/* The lower median: of all elements, over axes, and along an axis with its index. Must not know
 * how a line is found in memory; that is ops/common/axis_lines.c.
 */
#define AG_NO_SITES
#include <math.h>
#include <string.h>

#include <autograd/reduce.h>

#include "gather_line.h"
#include "ops/common/axis_lines.h"
#include "ops/common/sample.h"
#include "reduce_ops.h"
#include "tie_share.h"

#define BODY "ops/reduce/body/median.inc"
#include "ops/kernel/each_dtype.inc"

typedef int64_t median_function(const void *line, int64_t n, void *work);

/* The median of a line without elements is NaN. */
static void value_at(const ag_array *x, const char *line, int64_t at, int64_t n, char *out)
{
    size_t each = ag_dtype_bytes(x->dtype);
    if (n > 0) {
        memcpy(out, line + at * (int64_t)each, each);
    } else if (x->dtype == AG_F64) {
        *(double *)(void *)out = (double)NAN;
    } else {
        *(float *)(void *)out = (float)NAN;
    }
}

/* The median of every line, or with `where` its index. */
static ag_status forward(ag_call *call, bool where)
{
    static median_function *const by_dtype[] = {median_f64, median_f32, median_i64};
    ag_array x = ag_array_of(call->in[0]);
    int64_t each = (int64_t)ag_dtype_bytes(call->dtype);
    ag__lines l;
    ag__reduction_lines(&l, call->attr, &x);
    void *work = ag_workspace(call->graph, (size_t)l.length * ag_dtype_bytes(x.dtype));
    ag_status status = work == NULL ? AG_ERR_MEMORY : ag__lines_ready(&l, call->graph);
    char *out = call->out.data;
    for (bool more = status == AG_OK && ag__lines_start(&l); more; more = ag__lines_next(&l)) {
        int64_t at = l.length > 0 ? by_dtype[x.dtype](l.line[0], l.length, work) : 0;
        if (where) {
            *(int64_t *)(void *)out = at;
        } else {
            value_at(&x, l.line[0], at, l.length, out);
        }
        out += each;
    }
    return status;
}

/* --- the table -------------------------------------------------------------------------------- */

static ag_status median_infer(ag_call *call)
{
    return call->dtype == AG_I64 ? ag__reduction_infer_some(call) : ag__reduction_infer(call);
}

static ag_status median_forward(ag_call *call)
{
    return forward(call, false);
}

static ag_status index_infer(ag_call *call)
{
    ag_status status = ag__reduction_infer_some(call);
    call->dtype = AG_I64;
    return status;
}

static ag_status index_forward(ag_call *call)
{
    return forward(call, true);
}

static ag_tensor *median_index(ag_tensor *x, int axis, bool keepdim)
{
    return ag__reduction_apply(&ag__median_index_op, x, AG_AXES(axis), keepdim, 0);
}

AG__SAMPLE(median, ag_median(in[0]))
AG__SAMPLE(median_outer, ag_median_over(in[0], AG_AXES(0, -1), true))
AG__SAMPLE(index, median_index(in[0], 1, false))
AG__SAMPLE(median_along, ag_median_along(in[0], -1, false, NULL))
AG__SAMPLE(median_along_first, ag_median_along(in[0], 0, true, NULL))

static const ag_case median_cases[] = {
    {"of an even number", sample_median, 1, {{2, {3, 4}}}, -2, 2},
    {"of an odd number", sample_median, 1, {{3, {3, 3, 1}}}, -2, 2},
    {"0-d", sample_median, 1, {{0, {0}}}, -2, 2},
    {"outer axes of [2,3,2], keepdim", sample_median_outer, 1, {{3, {2, 3, 2}}}, -2, 2},
};

static const ag_case index_cases[] = {
    {"axis 1 of [2,5,2]", sample_index, 1, {{3, {2, 5, 2}}}, -2, 2},
};

static const ag_case median_along_cases[] = {
    {"last axis of [3,4]", sample_median_along, 1, {{2, {3, 4}}}, -2, 2},
    {"axis 0 of [3,2,2]", sample_median_along_first, 1, {{3, {3, 2, 2}}}, -2, 2},
};

const ag_op ag__median_op = {
    .name = "median",
    .n_in = 1,
    .infer = median_infer,
    .forward = median_forward,
    .vjp = ag__tie_share_vjp,
    .partial_number = ag__partial_one,
    .formula = "F(median, A)",
    .partial_formula = {"K(1)"},
    .vjp_formula = {"MUL(GY, F(tie_share, A, Y))"},
    .describe = ag__reduction_describe,
    AG_CASES(median_cases),
};

const ag_op ag__median_index_op = {
    .name = "median_index",
    .n_in = 1,
    .flags = AG_OP_NO_GRADIENT,
    .infer = index_infer,
    .forward = index_forward,
    .formula = "F(median_index, A)",
    .describe = ag__reduction_describe,
    AG_CASES(index_cases),
};

const ag_op ag__median_along_op = {
    .name = "median_along",
    .n_in = 2,
    .infer = ag__gather_line_infer,
    .forward = ag__gather_line_forward,
    .vjp = ag__gather_line_vjp,
    .backward = ag__gather_line_backward,
    .formula = "F(median_along, A)",
    .vjp_formula = {"F(scatter_line, GY, B)"},
    .describe = ag__gather_line_describe,
    AG_CASES(median_along_cases),
};

ag_tensor *ag_median(ag_tensor *x)
{
    return ag__reduction_apply(&ag__median_op, x, AG_ALL, false, 0);
}

ag_tensor *ag_median_over(ag_tensor *x, ag_axes axes, bool keepdim)
{
    return ag__reduction_over("median_over", &ag__median_op, x, axes, keepdim, 0);
}

ag_tensor *ag_median_along(ag_tensor *x, int axis, bool keepdim, ag_tensor **indices)
{
    return ag__gather_along(&ag__median_along_op, median_index, x, axis, keepdim, indices);
}
