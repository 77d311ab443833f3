/* The common parts of operations over axes; see reduction.h. Must not know any operation. */
#include <stdio.h>

#include "axis.h"
#include "composite.h"
#include "reduction.h"

/* --- over a set of axes ----------------------------------------------------------------------- */

ag_status ag__reduction_infer(ag_call *call)
{
    const ag__reduced_axes *r = call->attr;
    ag_shape from = ag_shape_of(call->in[0]);
    bool over[AG_MAX_DIMS];
    ag_status status = ag__call_axes_1d(call, r->axes, from.ndim, over);
    call->shape = AG_SCALAR;
    for (int d = 0; status == AG_OK && d < from.ndim; d++) {
        if (!over[d] || r->keepdim) {
            call->shape.dim[call->shape.ndim++] = over[d] ? 1 : from.dim[d];
        }
    }
    return status;
}

ag_status ag__reduction_infer_float(ag_call *call)
{
    ag_status status = ag_call_same_float(call);
    return status == AG_OK ? ag__reduction_infer(call) : status;
}

ag_status ag__reduction_infer_some(ag_call *call)
{
    ag_shape from = ag_shape_of(call->in[0]);
    char shape[AG__TEXT_BYTES], axes[2 * AG__TEXT_BYTES];
    int64_t count;
    ag_status status = ag__reduction_infer(call);
    if (status != AG_OK) {
        return status;
    }
    ag__reduction_kept(call->attr, from, &count);
    if (count == 0) {
        ag__reduction_describe(call->attr, axes, sizeof axes);
        return ag_call_fail(call, AG_ERR_SHAPE, "there must be an element to choose",
                            "%s of %s %s no element", axes, ag_shape_text(from, shape),
                            ((const ag__reduced_axes *)call->attr)->axes.n == 1 ? "has" : "have");
    }
    return AG_OK;
}

void ag__reduction_flags(const ag__reduced_axes *r, int ndim, bool over[AG_MAX_DIMS])
{
    for (int d = 0; d < AG_MAX_DIMS; d++) {
        over[d] = r->axes.n == 0 && d < ndim;
    }
    for (int i = 0; i < r->axes.n; i++) {
        int axis = r->axes.axis[i];
        over[ag__axis_of(axis, ndim)] = ndim > 0;
    }
}

ag_shape ag__reduction_kept(const ag__reduced_axes *r, ag_shape from, int64_t *count)
{
    bool over[AG_MAX_DIMS];
    ag__reduction_flags(r, from.ndim, over);
    *count = 1;
    for (int d = 0; d < from.ndim; d++) {
        if (over[d]) {
            *count *= from.dim[d];
            from.dim[d] = 1;
        }
    }
    return from;
}

void ag__reduction_describe(const void *parameters, char *text, size_t bytes)
{
    const ag__reduced_axes *r = parameters;
    char list[AG__TEXT_BYTES];
    const char *what = r->axes.n == 0 ? "all axes" : r->axes.n == 1 ? "axis " : "axes ";
    snprintf(text, bytes, "%s%s%s", what, ag__text_of_axes(r->axes, list),
             r->keepdim ? ", keepdim" : "");
}

void ag__reduction_describe_number(const void *attr, const char *name, char *text, size_t bytes)
{
    char axes[2 * AG__TEXT_BYTES];
    ag__reduction_describe(attr, axes, sizeof axes);
    ag_format_text(text, bytes, "%s, %s %g", axes, name, ((const ag__reduced_axes *)attr)->number);
}

ag_tensor *ag__reduction_apply(const ag_op *op, ag_tensor *x, ag_axes axes, bool keepdim,
                               double number)
{
    ag__reduced_axes r = {axes, keepdim, number};
    return ag_apply(op, &x, 1, &r, sizeof r);
}

ag_tensor *ag__reduction_over(const char *name, const ag_op *op, ag_tensor *x, ag_axes axes,
                              bool keepdim, double number)
{
    ag__reduced_axes r = {axes, keepdim, number};
    return ag__apply_as(name, op, x, &r, sizeof r);
}

void ag__reduction_lines(ag__lines *l, const ag__reduced_axes *r, const ag_array *x)
{
    bool over[AG_MAX_DIMS];
    ag__reduction_flags(r, x->ndim, over);
    ag__lines_open(l, x->ndim, x->dim, over);
    ag__lines_add(l, x, AG__LINE_READ);
}

ag_status ag__fold(ag_call *call, ag__fold_function *const by_dtype[AG_DTYPE_COUNT])
{
    const ag__reduced_axes *r = call->attr;
    ag_array x = ag_array_of(call->in[0]);
    int64_t each = (int64_t)ag_dtype_bytes(call->dtype);
    ag__lines l;
    ag__reduction_lines(&l, r, &x);
    ag_status status = ag__lines_ready(&l, call->graph);
    char *out = call->out.data;
    for (bool more = status == AG_OK && ag__lines_start(&l); more; more = ag__lines_next(&l)) {
        by_dtype[x.dtype](l.line[0], l.length, r->number, out);
        out += each;
    }
    return status;
}

/* The results of `count` lines, from out[at] on. */
static void put_results(const ag_array *out, int64_t at, const double *result, int64_t count)
{
    for (int64_t i = 0; out->dtype == AG_F64 && i < count; i++) {
        ((double *)out->data)[at + i] = result[i];
    }
    for (int64_t i = 0; out->dtype == AG_F32 && i < count; i++) {
        ((float *)out->data)[at + i] = (float)result[i];
    }
}

ag_status ag__fold_by(ag_call *call, ag__fold_kernel *kernel, ag__fold_end *end)
{
    enum { MOST = 256 };
    const ag__reduced_axes *r = call->attr;
    ag_array x = ag_array_of(call->in[0]);
    ag__lines l;
    ag__reduction_lines(&l, r, &x);
    ag_status status = ag__lines_ready(&l, call->graph);
    int64_t at = 0;
    for (bool more = status == AG_OK && ag__lines_start(&l); more; more = ag__lines_next_tile(&l)) {
        const int64_t apart = ag__lines_apart(&l, 0);
        for (int64_t i = 0, n; i < l.count; i += n, at += n) {
            double result[MOST];
            n = l.count - i < MOST ? l.count - i : MOST;
            const char *line = (const char *)l.line[0] + i * apart * l.kept.each[0];
            kernel(line, l.length, apart, n, result);
            for (int64_t k = 0; end != NULL && k < n; k++, line += apart * l.kept.each[0]) {
                result[k] = end(result[k], line, l.length, r->number);
            }
            put_results(&call->out, at, result, n);
        }
    }
    return status;
}

/* --- along one axis --------------------------------------------------------------------------- */

ag_status ag__along_infer(ag_call *call)
{
    const ag__along *a = call->attr;
    int axis;
    call->shape = ag_shape_of(call->in[0]);
    return ag_call_axis(call, a->axis, call->shape.ndim, &axis);
}

ag_status ag__along_infer_float(ag_call *call)
{
    ag_status status = ag_call_same_float(call);
    return status == AG_OK ? ag__along_infer(call) : status;
}

void ag__along_flags(int axis, int ndim, bool over[AG_MAX_DIMS])
{
    for (int d = 0; d < AG_MAX_DIMS; d++) {
        over[d] = d == ag__axis_of(axis, ndim);
    }
}

ag_status ag__scan(ag_call *call, ag__scan_function *const by_dtype[AG_DTYPE_COUNT])
{
    const ag__along *a = call->attr;
    bool over[AG_MAX_DIMS];
    ag__lines l;
    ag__along_flags(a->axis, call->out.ndim, over);
    ag__lines_open(&l, call->out.ndim, call->out.dim, over);
    for (int i = 0; i < call->n_in; i++) {
        ag_array x = ag_array_of(call->in[i]);
        ag__lines_add(&l, &x, AG__LINE_READ);
    }
    ag__lines_add(&l, &call->out, AG__LINE_WRITE);
    ag_status status = ag__lines_ready(&l, call->graph);
    ag__scan_function *run = by_dtype[ag_dtype_of(call->in[0])];
    for (bool more = status == AG_OK && ag__lines_start(&l); more; more = ag__lines_next(&l)) {
        run(l.line, l.length, a->flag);
    }
    return status;
}
