/* What the rows of the tables share: shapes, loops over arrays with the kernels of
 * ops/elementwise/simd/row_kernels.c, the differentiable rule.
 */
#define AG_NO_SITES

#include <autograd/inspect.h>

#include "integer.h"
#include "ops/common/simd_loop.h"
#include "ops/kernel/kernel_table.h"
#include "row.h"

static const ag__row *row_of(const ag_op *op)
{
    return (const ag__row *)(const void *)op;
}

static ag__constants constants_of(const ag__row *r, const void *attr)
{
    const double *c = attr;
    return (ag__constants){r->constants > 0 ? c[0] : 0, r->constants > 1 ? c[1] : 0};
}

ag_status ag__row_infer(ag_call *call)
{
    const ag__row *r = row_of(call->op);
    double p = constants_of(r, call->attr).p;
    if (r->allows != NULL && !r->allows(p)) {
        return ag_call_fail(call, AG_ERR_VALUE, r->hint, "the constant is %g", p);
    }
    if (call->dtype == AG_I64 && ag__integer_row(call->op->name)) {
        return ag__integer_infer(call);
    }
    ag_status status = ag_call_same_float(call);
    return status == AG_OK ? ag_call_broadcast(call) : status;
}

static double number_of(const ag_tensor *t)
{
    return (ag_item)(t);
}

/* Of an f64 tensor without dimensions: what the inline path, too, would compute. */
static double number_by(ag__number_function f, ag_tensor *const *in, int n_in, double y,
                        ag__constants c, double upstream)
{
    return f(number_of(in[0]), number_of(in[n_in - 1]), y, c, upstream);
}

/* The kernels are of numbers in vectors: ops/kernel/ewise_kernels.h. */
static const ag__row_kernels *kernels_of(const ag__row *r, ag_dtype dtype, const void *attr,
                                         ag__lanes *lanes)
{
    const ag__kernels *best = ag__kernels_best();
    ag__constants c = constants_of(r, attr);
    *lanes = (ag__lanes){.c = {c.p, c.q}, .bytes = best->bytes};
    return &best->rows->of[dtype][r->number];
}

ag_status ag__row_forward(ag_call *call)
{
    ag__loop l;
    ag__lanes lanes;
    const ag__row *r = row_of(call->op);
    if (call->dtype == AG_I64) {
        return ag__integer_forward(call);
    }
    if (call->dtype == AG_F64 && call->out.ndim == 0) {
        *(double *)call->out.data =
            number_by(r->value, call->in, call->n_in, 0, constants_of(r, call->attr), 1);
        return AG_OK;
    }
    lanes.kernel = kernels_of(r, call->dtype, call->attr, &lanes)->forward;
    ag__loop_open(&l, call->out.ndim, call->out.dim);
    ag__loop_add(&l, &call->out);
    for (int i = 0; i < call->n_in; i++) {
        ag_array a = ag_array_of(call->in[i]);
        ag__loop_add(&l, &a);
    }
    ag__lanes_run(&lanes, &l);
    return AG_OK;
}

static ag_status backward_operand(ag_vjp_call *call, int i)
{
    ag__loop l;
    ag__lanes lanes;
    ag_array upstream = ag_array_of(call->upstream), y = ag_array_of(call->out);
    const ag__row *r = row_of(ag_op_of(call->out));
    bool fresh = false;
    /* What was broadcast is added to more than once. */
    ag_array gradient =
        ag_size(call->in[i]) == y.size ? ag_grad_target(call, i, &fresh) : ag_grad_array(call, i);
    if (gradient.data == NULL) {
        return AG_ERR_MEMORY;
    }
    if (y.dtype == AG_F64 && y.ndim == 0) {
        double *g = gradient.data;
        *g = (fresh ? 0 : *g) + number_by(r->partial[i], call->in, call->n_in, number_of(call->out),
                                          constants_of(r, call->attr), number_of(call->upstream));
        return AG_OK;
    }
    lanes.kernel = kernels_of(r, y.dtype, call->attr, &lanes)->backward[i];
    lanes.adds = true;
    lanes.fresh = fresh;
    ag__loop_open(&l, y.ndim, y.dim);
    ag__loop_add(&l, &gradient);
    ag__loop_add(&l, &upstream);
    ag__loop_add(&l, &y);
    for (int k = 0; k < call->n_in; k++) {
        ag_array a = ag_array_of(call->in[k]);
        ag__loop_add(&l, &a);
    }
    ag__lanes_run(&lanes, &l);
    return AG_OK;
}

ag_status ag__row_backward(ag_vjp_call *call)
{
    ag_status status = AG_OK;
    for (int i = 0; i < call->n_in && status == AG_OK; i++) {
        status = ag_needs_input_grad(call, i) ? backward_operand(call, i) : AG_OK;
    }
    return status;
}

ag_status ag__row_vjp(ag_vjp_call *call)
{
    const ag__row *r = row_of(ag_op_of(call->out));
    ag__symbol a = ag__symbol_tensor(call->in[0]), y = ag__symbol_tensor(call->out);
    ag__symbol b = ag__symbol_tensor(call->in[call->n_in - 1]);
    ag__symbol upstream = ag__symbol_tensor(call->upstream);
    ag__constants c = constants_of(r, call->attr);
    for (int i = 0; i < call->n_in; i++) {
        if (ag_needs_input_grad(call, i)) {
            ag__symbol product = r->symbol[i](a, b, y, c, upstream);
            ag_status status = ag_accumulate(call, i, ag__symbol_get(product, call->out));
            if (status != AG_OK) {
                return status;
            }
        }
    }
    return AG_OK;
}

ag_tensor *ag__row_gradient(const ag_op *op, ag_tensor *a, ag_tensor *y, ag_tensor *g)
{
    ag__symbol x = ag__symbol_tensor(a);
    return ag__symbol_get(row_of(op)->symbol[0](x, x, ag__symbol_tensor(y), (ag__constants){0, 0},
                                                ag__symbol_tensor(g)),
                          a);
}

static ag_tensor *call_row(const ag__row *r, ag_tensor *const *in, const double *c)
{
    if (r->op.n_in == 2) {
        return r->constants == 0 ? r->call.two(in[0], in[1])
                                 : r->call.two_two_constants(in[0], in[1], c[0], c[1]);
    }
    return r->constants == 0   ? r->call.one(in[0])
           : r->constants == 1 ? r->call.one_constant(in[0], c[0])
                               : r->call.one_two_constants(in[0], c[0], c[1]);
}

ag__symbol ag__symbol_row(const ag__row *r, const ag__symbol *argument)
{
    ag_tensor *in[2] = {NULL};
    const ag_tensor *like = NULL;
    double c[2] = {0};
    bool bad = false;
    for (int i = 0; i < r->op.n_in; i++) {
        bad = bad || argument[i].bad;
        like = like == NULL ? argument[i].tensor : like;
    }
    for (int i = 0; i < r->constants; i++) {
        const ag__symbol *constant = &argument[r->op.n_in + i];
        bad = bad || constant->bad || constant->tensor != NULL;
        c[i] = constant->number;
    }
    for (int i = 0; i < r->op.n_in && like != NULL; i++) {
        in[i] = ag__symbol_get(argument[i], like);
    }
    return ag__symbol_tensor(bad || like == NULL ? NULL : call_row(r, in, c));
}

double ag__row_partial_number(const ag_tensor *node, int i)
{
    const ag__row *r = row_of(ag_op_of(node));
    int last = ag_n_operands(node) - 1;
    return r->partial[i](number_of(ag_operand(node, 0)), number_of(ag_operand(node, last)),
                         number_of(node), constants_of(r, ag_attr_of(node)), 1);
}

void ag__row_describe_one(const void *attr, char *text, size_t bytes)
{
    ag_format_text(text, bytes, "c = %g", *(const double *)attr);
}

void ag__row_describe_two(const void *attr, char *text, size_t bytes)
{
    const double *c = attr;
    ag_format_text(text, bytes, "c = %g, d = %g", c[0], c[1]);
}
