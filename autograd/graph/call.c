/* The checks that operations make before they compute, and the message of a call that fails: the
 * operation's name, what is wrong, the operands with their names and shapes, the caller's source
 * line, and a hint. Knows operations only through their descriptors.
 */
#include <stdarg.h>

#include "call.h"

#include "dropped.h"
#include "error.h"
#include "node.h"
#include "shape_math.h"

/* --- messages --------------------------------------------------------------------------------- */

void ag__fail_operands(ag_graph *g, ag_tensor *const *in, int n_in)
{
    static const char *const two[] = {"left operand", "right operand"};
    for (int i = 0; i < n_in && i < 4; i++) {
        const ag_tensor *t = in[i];
        ag__fail_more(g, "%s", i == 0 ? "\n  " : ", ");
        if (n_in == 2) {
            ag__fail_more(g, "%s", two[i]);
        } else if (n_in == 1) {
            ag__fail_more(g, "operand");
        } else {
            ag__fail_more(g, "operand %d", i);
        }
        if (t == NULL) {
            ag__fail_more(g, " NULL");
            continue;
        }
        char shape[AG_SHAPE_TEXT];
        ag_shape_text(ag_shape_of(t), shape);
        if (ag_name_of(t) != NULL) {
            ag__fail_more(g, " \"%.40s\"", ag_name_of(t));
        }
        ag__fail_more(g, " %s %s", ag_dtype_text((ag_dtype)t->dtype), shape);
        if (ag__origin_of(t)->op != NULL) {
            ag__fail_more(g, " from %s", ag__origin_of(t)->op->name);
        }
    }
    if (n_in > 4) {
        ag__fail_more(g, ", and %d more", n_in - 4);
    }
}

/* The call that a message about `call` names: the composite operation around it, or itself. */
static const ag_call *named_call(const ag_call *call)
{
    return call->graph->composite != NULL ? call->graph->composite : call;
}

ag_status ag_call_fail(const ag_call *call, ag_status status, const char *hint, const char *format,
                       ...)
{
    ag_graph *g = call->graph;
    call = named_call(call);
    status = ag__fail_begin(g, status, "%s: ", call->op->name != NULL ? call->op->name : "?");
    va_list args;
    va_start(args, format);
    ag__fail_more_args(g, format, args);
    va_end(args);
    ag__fail_operands(g, call->in, call->n_in);
    ag__fail_at(g, g->site.where);
    if (hint != NULL) {
        ag__fail_more(g, "\n  hint: %s", hint);
    }
    return status;
}

/* --- operands --------------------------------------------------------------------------------- */

static bool usable(const ag_graph *g, const ag_tensor *in)
{
    bool there = in != NULL && ag__graph_from(in) == g;
    bool gone =
        there && (in->flags & AG__TEMPORARY) && (g->heap == &g->main || (in->flags & AG__DROPPED));
    return there && !gone;
}

/* Keeps the message about the first operand that is not usable; there is one. */
static ag_status refuse_operands(ag_call *call)
{
    int i = 0;
    while (i < call->n_in && call->in[i] == NULL) {
        i++;
    }
    if (i >= call->n_in) {
        return AG_ERR_NULL_ARGUMENT;
    }
    call->graph = ag__graph_from(call->in[i]);
    for (i = 0; usable(call->graph, call->in[i]);) {
        i++;
    }
    if (call->in[i] == NULL) {
        return ag_call_fail(call, AG_ERR_NULL_ARGUMENT, NULL,
                            "an operand is NULL (an earlier call failed, or it was never set)");
    }
    if (ag__graph_from(call->in[i]) != call->graph) {
        return ag_call_fail(call, AG_ERR_GRAPH, NULL, "operands belong to different graphs");
    }
    return ag_call_fail(call, AG_ERR_STATE, NULL, "an operand %s", ag__why_gone(call->in[i]));
}

ag_status ag_call_operands(ag_call *call)
{
    const ag_tensor *first = call->n_in > 0 ? call->in[0] : NULL;
    ag_graph *g = first != NULL ? ag__graph_from(first) : NULL;
    for (int i = 0; g != NULL && i < call->n_in; i++) {
        g = usable(g, call->in[i]) ? g : NULL;
    }
    call->graph = g;
    if (g == NULL) {
        return refuse_operands(call);
    }
    call->dtype = (ag_dtype)first->dtype;
    return AG_OK;
}

/* --- shapes ----------------------------------------------------------------------------------- */

ag_status ag__call_shape(const ag_call *call, int64_t *size)
{
    ag_graph *g = call->graph;
    const ag_call *named = named_call(call);
    size_t each = ag_dtype_bytes(call->dtype);
    ag_status status = ag__shape_check(g, named->op->name, call->shape, each, size);
    if (status != AG_OK) {
        ag__fail_operands(g, named->in, named->n_in);
        ag__fail_at(g, g->site.where);
    }
    return status;
}

ag_status ag_call_broadcast(ag_call *call)
{
    call->shape = ag_shape_of(call->in[0]);
    for (int i = 1; i < call->n_in; i++) {
        ag_shape a = call->shape, b = ag_shape_of(call->in[i]);
        int bad = 0;
        if (ag__broadcast(a, b, &call->shape, &bad) != AG_OK) {
            char ta[AG_SHAPE_TEXT], tb[AG_SHAPE_TEXT];
            ag_shape_text(a, ta);
            ag_shape_text(b, tb);
            int n = a.ndim > b.ndim ? a.ndim : b.ndim;
            ag_call_picture(
                call, AG_PICTURE_ALIGNED,
                (ag_picture_row[]){{i == 1 ? call->in[0] : NULL, "left", a, bad - (n - a.ndim)},
                                   {call->in[i], "right", b, bad - (n - b.ndim)}});
            return ag_call_fail(
                call, AG_ERR_SHAPE, "sizes must be equal or 1, counted from the last dimension",
                "shapes %s and %s do not broadcast: dimension %d is %lld and %lld", ta, tb, bad,
                (long long)a.dim[bad - (n - a.ndim)], (long long)b.dim[bad - (n - b.ndim)]);
        }
    }
    return AG_OK;
}

ag_status ag_call_axis(const ag_call *call, int axis, int ndim, int *normal)
{
    *normal = axis < 0 ? axis + ndim : axis;
    if (*normal >= 0 && *normal < ndim) {
        return AG_OK;
    }
    if (ndim == 0) {
        return ag_call_fail(call, AG_ERR_AXIS, NULL, "axis %d of a 0-d tensor, which has none",
                            axis);
    }
    return ag_call_fail(call, AG_ERR_AXIS, NULL, "axis %d is out of range: %d to %d are possible",
                        axis, -ndim, ndim - 1);
}

ag_status ag_call_axes(const ag_call *call, ag_axes axes, int ndim, bool flag[AG_MAX_DIMS])
{
    if (axes.n < 0 || axes.n > AG_MAX_DIMS) {
        return ag_call_fail(call, AG_ERR_AXIS, NULL, "%d axes; 0 to %d are possible", axes.n,
                            AG_MAX_DIMS);
    }
    for (int i = 0; i < AG_MAX_DIMS; i++) {
        flag[i] = axes.n == 0 && i < ndim;
    }
    for (int i = 0; i < axes.n; i++) {
        int normal;
        ag_status status = ag_call_axis(call, axes.axis[i], ndim, &normal);
        if (status != AG_OK) {
            return status;
        }
        if (flag[normal]) {
            return ag_call_fail(call, AG_ERR_AXIS, "name every axis once", "axis %d is named twice",
                                axes.axis[i]);
        }
        flag[normal] = true;
    }
    return AG_OK;
}

/* --- dtypes ----------------------------------------------------------------------------------- */

static ag_status same_dtype(ag_call *call, bool floating)
{
    for (int i = 0; i < call->n_in; i++) {
        ag_dtype dtype = (ag_dtype)call->in[i]->dtype;
        if (dtype != call->dtype) {
            return ag_call_fail(call, AG_ERR_DTYPE, "convert one of them with ag_cast",
                                "operands are %s and %s", ag_dtype_text(call->dtype),
                                ag_dtype_text(dtype));
        }
    }
    if (floating && call->dtype == AG_I64) {
        return ag_call_fail(call, AG_ERR_DTYPE, "convert with ag_cast to f64 or f32 first",
                            "not defined for i64");
    }
    return AG_OK;
}

ag_status ag_call_same_float(ag_call *call)
{
    return same_dtype(call, true);
}

ag_status ag_call_same_dtype(ag_call *call)
{
    return same_dtype(call, false);
}
