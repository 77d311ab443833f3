/* The operation standardize brings numbers to mean 0 and variance 1 over some axes; the
 * normalizations in normalization.c are made of it. It is one operation and not a composition of
 * means and squares, so that it takes no longer than reading and writing its memory. Its rule is
 * written with that composition.
 */
#include <math.h>

#include <autograd/elementwise.h>
#include <autograd/neural.h>
#include <autograd/reduce.h>

#include "ops/common/axis_lines.h"
#include "ops/common/extremes.h"
#include "ops/common/families.h"
#include "ops/common/reduction.h"
#include "ops/kernel/kernel_table.h"
#include "standardize.h"

#define NUMBER_NS 0.5 /* for one number, in nanoseconds; measured on one core */

static ag_status infer(ag_call *call)
{
    ag_status status = ag__reduction_infer_float(call); /* which checks the axes */
    call->shape = ag_shape_of(call->in[0]);
    return status;
}

static const ag__line_kernels *kernels(ag_dtype dtype)
{
    return &ag__kernels_best()->lines->of[dtype];
}

static ag_status forward(ag_call *call)
{
    const ag__reduced_axes *r = call->attr;
    ag_array x = ag_array_of(call->in[0]);
    ag__lines l;
    ag__reduction_lines(&l, r, &x);
    ag__lines_add(&l, &call->out, AG__LINE_WRITE);
    return ag__lines_run(&l, call->graph, NUMBER_NS,
                         (ag__line_pair){kernels(x.dtype)->standardize, NULL},
                         (ag__line_options){.number = r->number});
}

static ag_status backward(ag_vjp_call *call)
{
    const ag__reduced_axes *r = call->attr;
    ag_array x = ag_array_of(call->in[0]), g = ag_array_of(call->upstream);
    ag__line_options options = {.number = r->number};
    ag_array to = ag_grad_target(call, 0, &options.fresh);
    ag__lines l;
    if (to.data == NULL) {
        return to.size > 0 ? AG_ERR_MEMORY : AG_OK;
    }
    ag__reduction_lines(&l, r, &x);
    ag__lines_add(&l, &g, AG__LINE_READ);
    ag__lines_add(&l, &to, options.fresh ? AG__LINE_WRITE : AG__LINE_READ | AG__LINE_WRITE);
    return ag__lines_run(&l, ag_graph_of(call->out), NUMBER_NS,
                         (ag__line_pair){kernels(x.dtype)->standardize_back, NULL}, options);
}

static ag__standard in_units(ag_tensor *x, ag_axes axes, double eps, bool centered, ag_tensor *unit)
{
    ag_tensor *in = unit != NULL ? ag_mul(x, unit) : x;
    ag__standard t = {axes, centered, in, NULL, unit};
    t.c = centered ? ag_sub(in, ag_mean_over(in, axes, true)) : in;
    ag_tensor *var = ag_mean_over(ag_square(t.c), axes, true);
    t.root = ag_rsqrt(unit != NULL ? ag_add(var, ag_square(ag_mul_scalar(unit, sqrt(eps))))
                                   : ag_add_scalar(var, eps));
    return t;
}

ag__standard ag__standard_of(ag_tensor *x, ag_axes axes, double eps, bool centered)
{
    ag__standard t = in_units(x, axes, eps, centered, NULL);
    ag_tensor *unit = t.root != NULL && ag_size(x) > 0 && ag__has_extreme(t.root)
                          ? ag__units(ag_norm_over(x, axes, true, (double)INFINITY), sqrt(eps))
                          : NULL;
    return unit != NULL ? in_units(x, axes, eps, centered, unit) : t;
}

ag_tensor *ag__standard_back(const ag__standard *t, ag_tensor *h, ag_tensor *s)
{
    ag_tensor *rest = t->centered ? ag_sub(h, ag_mean_over(h, t->axes, true)) : h;
    rest = ag_mul(ag_sub(rest, ag_mul(s, ag_mean_over(ag_mul(h, s), t->axes, true))), t->root);
    return t->unit != NULL ? ag_mul(rest, t->unit) : rest;
}

static ag_status vjp(ag_vjp_call *call)
{
    const ag__reduced_axes *r = call->attr;
    const ag__standard t = ag__standard_of(call->in[0], r->axes, r->number, true);
    return ag_accumulate(call, 0, ag__standard_back(&t, call->upstream, call->out));
}

static void describe(const void *attr, char *text, size_t bytes)
{
    const ag__reduced_axes *r = attr;
    char list[AG__TEXT_BYTES];
    ag_format_text(text, bytes, "axes %s, eps %g",
                   r->axes.n == 0 ? "all" : ag__text_of_axes(r->axes, list), r->number);
}

static ag_tensor *sample_last(ag_tensor *const *in)
{
    return ag__standardize(in[0], AG_AXES(1), 1e-5);
}

static ag_tensor *sample_outer(ag_tensor *const *in)
{
    return ag__standardize(in[0], AG_AXES(0, 2), 0.1);
}

static const ag_case cases[] = {
    {"last axis of [3,4]", sample_last, 1, {{2, {3, 4}}}, -2, 2},
    {"outer axes of [2,2,3]", sample_outer, 1, {{3, {2, 2, 3}}}, -2, 2},
};

const ag_op ag__standardize_op = {
    .name = "standardize",
    .n_in = 1,
    .infer = infer,
    .forward = forward,
    .vjp = vjp,
    .backward = backward,
    .formula = "F(standardize, A)",
    .describe = describe,
    AG_CASES(cases),
};

ag_tensor *ag__standardize(ag_tensor *x, ag_axes axes, double eps)
{
    return ag__reduction_apply(&ag__standardize_op, x, axes, true, eps);
}
