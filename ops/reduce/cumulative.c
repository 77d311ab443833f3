/* Products and running totals: prod, cumsum, cumprod. Their rules are made of running products and
 * recurrences (recurrence.h), and divide by nothing.
 */
#define AG_NO_SITES
#include <math.h>

#include <autograd/ops.h>

#include "ops/common/axis_lines.h"
#include "recurrence.h"
#include "reduce_ops.h"

#define T double
#define SUM double
#define NAME(x) x##_f64
#include "prod_body.inc"
#undef T
#undef NAME
#define T float
#define NAME(x) x##_f32
#include "prod_body.inc"
#undef T
#undef SUM
#undef NAME
#define T int64_t
#define SUM uint64_t
#define NAME(x) x##_i64
#include "prod_body.inc"
#undef T
#undef SUM
#undef NAME

#define SAMPLE(word, call)                                                                         \
    static ag_tensor *sample_##word(ag_tensor *const *in)                                          \
    {                                                                                              \
        return call;                                                                               \
    }

/* --- cumsum ----------------------------------------------------------------------------------- */

static ag_status cumsum_forward(ag_call *call)
{
    static ag__scan_function *const by_dtype[] = {cumsum_f64, cumsum_f32, cumsum_i64};
    return ag__scan(call, by_dtype);
}

static ag_tensor *cumsum(ag_tensor *x, int axis, bool backwards);

static ag_status cumsum_vjp(ag_vjp_call *call)
{
    const ag__along *a = call->attr;
    return ag_accumulate(call, 0, cumsum(call->upstream, a->axis, !a->flag));
}

SAMPLE(cumsum, ag_cumsum(in[0], 1))
SAMPLE(cumsum_0d, ag_cumsum(in[0], -1))
SAMPLE(cumsum_back, cumsum(in[0], -2, true))

static const ag_case cumsum_cases[] = {
    {"axis 1 of [2,4,2]", sample_cumsum, 1, {{3, {2, 4, 2}}}, -2, 2},
    {"0-d", sample_cumsum_0d, 1, {{0, {0}}}, -2, 2},
    {"backwards, axis 0 of [3,2]", sample_cumsum_back, 1, {{2, {3, 2}}}, -2, 2},
};

const ag_op ag__cumsum_op = {
    .name = "cumsum",
    .n_in = 1,
    .flags = AG_OP_LINEAR,
    .infer = ag__along_infer,
    .forward = cumsum_forward,
    .vjp = cumsum_vjp,
    .formula = "F(cumsum, A)",
    .vjp_formula = {"F(cumsum_backwards, GY)"},
    .describe = ag__along_describe,
    .cases = cumsum_cases,
    .n_cases = sizeof cumsum_cases / sizeof cumsum_cases[0],
};

static ag_tensor *cumsum(ag_tensor *x, int axis, bool backwards)
{
    return ag__along_apply(&ag__cumsum_op, x, axis, backwards);
}

ag_tensor *ag_cumsum(ag_tensor *x, int axis)
{
    return cumsum(x, axis, false);
}

/* --- cumprod ---------------------------------------------------------------------------------- */

static ag_status cumprod_forward(ag_call *call)
{
    static ag__scan_function *const by_dtype[] = {cumprod_f64, cumprod_f32, cumprod_i64};
    return ag__scan(call, by_dtype);
}

/* dY[i]/dX[k] is what stands before k, times all between k and i: the first factor comes out of the
 * sum over i, and the rest is a recurrence, s[k] = g[k] + x[k+1] s[k+1]. */
static ag_status cumprod_vjp(ag_vjp_call *call)
{
    const ag__along *a = call->attr;
    ag_tensor *s = ag__recurrence(call->in[0], call->upstream, a->axis, !a->flag, true);
    return ag_accumulate(call, 0, ag_mul(ag__shifted(call->out, a->axis, a->flag, 1), s));
}

ag_tensor *ag__product_before(ag_tensor *x, int axis, bool backwards)
{
    return ag__shifted(ag__along_apply(&ag__cumprod_op, x, axis, backwards), axis, backwards, 1);
}

SAMPLE(cumprod, ag_cumprod(in[0], 1))
SAMPLE(cumprod_0d, ag_cumprod(in[0], 0))
SAMPLE(cumprod_back, ag__along_apply(&ag__cumprod_op, in[0], -1, true))

static const ag_case cumprod_cases[] = {
    {"axis 1 of [2,3,2]", sample_cumprod, 1, {{3, {2, 3, 2}}}, -2, 2},
    {"0-d", sample_cumprod_0d, 1, {{0, {0}}}, -2, 2},
    {"backwards, axis 1 of [2,4]", sample_cumprod_back, 1, {{2, {2, 4}}}, -2, 2},
};

const ag_op ag__cumprod_op = {
    .name = "cumprod",
    .n_in = 1,
    .infer = ag__along_infer,
    .forward = cumprod_forward,
    .vjp = cumprod_vjp,
    .formula = "F(cumprod, A)",
    .vjp_formula = {"MUL(F(shift, Y), F(recurrence, A, GY))"},
    .describe = ag__along_describe,
    .cases = cumprod_cases,
    .n_cases = sizeof cumprod_cases / sizeof cumprod_cases[0],
};

ag_tensor *ag_cumprod(ag_tensor *x, int axis)
{
    return ag__along_apply(&ag__cumprod_op, x, axis, false);
}

/* --- prod ------------------------------------------------------------------------------------- */

static ag_status prod_forward(ag_call *call)
{
    static ag__fold_function *const by_dtype[] = {prod_f64, prod_f32, prod_i64};
    return ag__fold(call, by_dtype);
}

/* The axes that stay first, then the reduced ones; how many of the former. */
static int order_of(const ag__reduced_axes *r, int ndim, ag_axes *order, ag_axes *back)
{
    bool over[AG_MAX_DIMS];
    int kept = 0;
    ag__reduction_flags(r, ndim, over);
    *order = *back = (ag_axes){.n = ndim};
    for (int d = 0; d < ndim; d++) {
        kept += !over[d];
    }
    for (int d = 0, i = 0, j = kept; d < ndim; d++) {
        back->axis[d] = over[d] ? j++ : i++;
        order->axis[back->axis[d]] = d;
    }
    return kept;
}

/* Per element the product of the others of its line: of those before and of those after. */
static ag_tensor *others(ag_tensor *x, const ag__reduced_axes *r)
{
    ag_shape shape = ag_shape_of(x);
    ag_axes order, back;
    int kept = order_of(r, shape.ndim, &order, &back);
    ag_tensor *turned = ag_permute(x, order);
    ag_shape turned_shape = ag_shape_of(turned), flat = turned_shape;
    flat.ndim = kept + 1;
    flat.dim[kept] = 1;
    for (int d = kept; d < shape.ndim; d++) {
        flat.dim[kept] *= turned_shape.dim[d];
    }
    ag_tensor *line = ag_reshape(turned, flat);
    ag_tensor *product =
        ag_mul(ag__product_before(line, kept, false), ag__product_before(line, kept, true));
    return ag_permute(ag_reshape(product, turned_shape), back);
}

static ag_status prod_vjp(ag_vjp_call *call)
{
    ag_tensor *x = call->in[0], *g = ag__reduction_restore(call, call->upstream);
    if (ag_size(x) < 2) { /* no element has others, or there is none */
        return ag_accumulate(call, 0, ag_expand(g, ag_shape_of(x)));
    }
    return ag_accumulate(call, 0, ag_mul(g, others(x, call->attr)));
}

/* gradient[i] += g * the others: those before come from the first pass, those after from the
 * second. */
#define OTHERS(T, S)                                                                               \
    static void others_##S(void *const line[], int64_t n, const void *upstream, int64_t at,        \
                           double *before)                                                         \
    {                                                                                              \
        const T *x = line[0];                                                                      \
        T *gradient = line[1], g = ((const T *)upstream)[at];                                      \
        double product = 1, after = 1;                                                             \
        for (int64_t i = 0; i < n; i++) {                                                          \
            before[i] = product;                                                                   \
            product *= (double)x[i];                                                               \
        }                                                                                          \
        for (int64_t i = n - 1; i >= 0; i--) {                                                     \
            gradient[i] += (T)((double)g * (before[i] * after));                                   \
            after *= (double)x[i];                                                                 \
        }                                                                                          \
    }
OTHERS(double, f64)
OTHERS(float, f32)

static ag_status prod_backward(ag_vjp_call *call)
{
    ag_graph *graph = ag_graph_of(call->out);
    ag_array x = ag_array_of(call->in[0]), to = ag_grad_array(call, 0);
    ag_array g = ag_array_of(call->upstream);
    bool over[AG_MAX_DIMS];
    ag__lines l;
    if (x.size == 0) {
        return AG_OK;
    }
    ag__reduction_flags(call->attr, x.ndim, over);
    ag__lines_open(&l, x.ndim, x.dim, over);
    ag__lines_add(&l, &x, AG__LINE_READ);
    ag__lines_add(&l, &to, AG__LINE_READ | AG__LINE_WRITE);
    const void *upstream = ag__contiguous(graph, &g);
    double *before = ag_workspace(graph, (size_t)l.length * sizeof *before);
    if (to.data == NULL || upstream == NULL || before == NULL) {
        return AG_ERR_MEMORY;
    }
    ag_status status = ag__lines_ready(&l, graph);
    int64_t at = 0;
    for (bool more = status == AG_OK && ag__lines_start(&l); more; more = ag__lines_next(&l)) {
        (x.dtype == AG_F64 ? others_f64 : others_f32)(l.line, l.length, upstream, at++, before);
    }
    return status;
}

SAMPLE(prod, ag_prod(in[0]))
SAMPLE(prod_axis, ag_prod_over(in[0], AG_AXES(1), false))
SAMPLE(prod_outer, ag_prod_over(in[0], AG_AXES(0, -1), true))

static const ag_case prod_cases[] = {
    {"all axes", sample_prod, 1, {{2, {2, 3}}}, -2, 2},
    {"0-d", sample_prod, 1, {{0, {0}}}, -2, 2},
    {"no elements", sample_prod, 1, {{2, {0, 3}}}, -2, 2},
    {"axis 1 of [2,3,2]", sample_prod_axis, 1, {{3, {2, 3, 2}}}, -2, 2},
    {"outer axes, keepdim", sample_prod_outer, 1, {{3, {2, 3, 2}}}, -2, 2},
};

const ag_op ag__prod_op = {
    .name = "prod",
    .n_in = 1,
    .infer = ag__reduction_infer,
    .forward = prod_forward,
    .vjp = prod_vjp,
    .backward = prod_backward,
    .partial_number = ag__partial_one,
    .formula = "F(prod, A)",
    .partial_formula = {"K(1)"},
    .vjp_formula = {"MUL(GY, F(product_of_the_others, A))"},
    .describe = ag__reduction_describe,
    .cases = prod_cases,
    .n_cases = sizeof prod_cases / sizeof prod_cases[0],
};

ag_tensor *ag_prod(ag_tensor *x)
{
    return ag__reduction_apply(&ag__prod_op, x, AG_ALL, false, 0);
}

ag_tensor *ag_prod_over(ag_tensor *x, ag_axes axes, bool keepdim)
{
    return ag__reduction_apply(&ag__prod_op, x, axes, keepdim, 0);
}
