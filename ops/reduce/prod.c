/* The product of elements. Its rule is made of running products and contains no division, so that
 * zeros are handled, in higher derivatives too.
 */
#define AG_NO_SITES
#include <autograd/elementwise.h>
#include <autograd/reduce.h>
#include <autograd/shape.h>

#include "keepdim.h"
#include "ops/common/axis_lines.h"
#include "ops/common/sample.h"
#include "ops/common/strided.h"
#include "ops/kernel/kernel_table.h"
#include "recurrence.h"
#include "reduce_ops.h"

#define BODY "ops/reduce/body/prod.inc"
#include "ops/kernel/each_float.inc"

/* In unsigned numbers, whose overflow is defined. */
static void of_integers(const void *line, int64_t n, double number, void *out)
{
    const int64_t *x = line;
    uint64_t product = 1;
    (void)number;
    for (int64_t i = 0; i < n; i++) {
        product *= (uint64_t)x[i];
    }
    *(int64_t *)out = (int64_t)product;
}

static ag_status prod_forward(ag_call *call)
{
    static ag__fold_function *const by_dtype[AG_DTYPE_COUNT] = {[AG_I64] = of_integers};
    return call->dtype == AG_I64
               ? ag__fold(call, by_dtype)
               : ag__fold_by(call, ag__kernels_best()->folds->of[call->dtype].product, NULL);
}

/* Writes the order of axes that begins with those that stay and ends with the reduced ones, and the
 * order that leads back. Returns how many axes stay. */
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

/* For each element the product of those before it or, with `backwards`, of those after it. The
 * product of no elements is 1. */
static ag_tensor *product_before(ag_tensor *x, int axis, bool backwards)
{
    return ag__shifted(ag__along_apply(&ag__cumprod_op, x, axis, backwards), axis, backwards, 1);
}

/* For each element the product of the others of its line: that of those before it times that of
 * those after it. */
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
        ag_mul(product_before(line, kept, false), product_before(line, kept, true));
    return ag_permute(ag_reshape(product, turned_shape), back);
}

static ag_status prod_vjp(ag_vjp_call *call)
{
    ag_tensor *x = call->in[0], *g = ag__reduction_restore(call, call->upstream);
    if (ag_size(x) < 2) { /* no element has others */
        return ag_accumulate(call, 0, ag_expand(g, ag_shape_of(x)));
    }
    return ag_accumulate(call, 0, ag_mul(g, others(x, call->attr)));
}

static ag_status prod_backward(ag_vjp_call *call)
{
    ag_graph *graph = ag_graph_of(call->out);
    ag_array x = ag_array_of(call->in[0]), to = ag_grad_array(call, 0);
    ag_array g = ag_array_of(call->upstream);
    ag__lines l;
    if (to.data == NULL) {
        return x.size == 0 ? AG_OK : AG_ERR_MEMORY;
    }
    ag__reduction_lines(&l, call->attr, &x);
    ag__lines_add(&l, &to, AG__LINE_READ | AG__LINE_WRITE);
    const void *upstream = ag__contiguous(graph, &g);
    double *before = ag_workspace(graph, (size_t)l.length * sizeof *before);
    if (upstream == NULL || before == NULL) {
        return AG_ERR_MEMORY;
    }
    ag_status status = ag__lines_ready(&l, graph);
    int64_t at = 0;
    for (bool more = status == AG_OK && ag__lines_start(&l); more; more = ag__lines_next(&l)) {
        if (x.dtype == AG_F64) {
            prod_back_f64(l.line[0], l.length, ((const double *)upstream)[at++], l.line[1], before);
        } else {
            prod_back_f32(l.line[0], l.length, ((const float *)upstream)[at++], l.line[1], before);
        }
    }
    return status;
}

AG__SAMPLE(prod, ag_prod(in[0]))
AG__SAMPLE(prod_axis, ag_prod_over(in[0], AG_AXES(1), false))
AG__SAMPLE(prod_outer, ag_prod_over(in[0], AG_AXES(0, -1), true))

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
    AG_CASES(prod_cases),
};

ag_tensor *ag_prod(ag_tensor *x)
{
    return ag__reduction_apply(&ag__prod_op, x, AG_ALL, false, 0);
}

ag_tensor *ag_prod_over(ag_tensor *x, ag_axes axes, bool keepdim)
{
    return ag__reduction_over("prod_over", &ag__prod_op, x, axes, keepdim, 0);
}
