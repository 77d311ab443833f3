/* Convolution and its two transposes, in one to three dimensions; see conv.h. Knows shapes and
 * rules; the arithmetic is ops/kernel/conv_kernels.c, the arguments a user gives are read in conv_args.c, the
 * text of a node and samples for tests are conv_cases.c.
 */
#define AG_NO_SITES
#include <string.h>

#include <autograd/ops.h>

#include "conv.h"
#include "ops/common/grad_out.h"
#include "ops/common/simd_loop.h"
#include "ops/common/strided.h"
#include "ops/common/strided_sum.h"

/* --- shapes ----------------------------------------------------------------------------------- */

static ag_shape with_extents(int64_t a, int64_t b, int n, const int64_t extent[3])
{
    ag_shape s = {n + 2, {a, b}};
    for (int d = 0; d < n; d++) {
        s.dim[2 + d] = extent[3 - n + d];
    }
    return s;
}

static ag_shape shape_x(const ag__conv_attr *c)
{
    return with_extents(c->size.batch, c->size.groups * c->size.in, c->n, c->size.x);
}

static ag_shape shape_w(const ag__conv_attr *c)
{
    return with_extents(c->size.groups * c->size.out, c->size.in, c->n, c->size.k);
}

static ag_shape shape_y(const ag__conv_attr *c)
{
    return with_extents(c->size.batch, c->size.groups * c->size.out, c->n, c->size.y);
}

/* Size `d` of operand i, 0 where there is none: the check of the whole shape comes after. */
static int64_t dim_of(ag_tensor *const *in, int i, int d)
{
    ag_shape s = ag_shape_of(in[i]);
    return d < s.ndim ? s.dim[d] : 0;
}

/* The operands' shapes must be these. */
static ag_status expect(ag_call *call, ag_shape first, ag_shape second)
{
    ag_status status = ag_call_same_float(call);
    const ag_shape want[2] = {first, second};
    for (int i = 0; i < 2 && status == AG_OK; i++) {
        ag_shape have = ag_shape_of(call->in[i]);
        char th[AG__TEXT_BYTES], tw[AG__TEXT_BYTES];
        size_t bytes = (size_t)have.ndim * sizeof have.dim[0];
        if (have.ndim != want[i].ndim || memcmp(have.dim, want[i].dim, bytes) != 0) {
            status = ag_call_fail(call, AG_ERR_SHAPE, NULL, "operand %d has shape %s, not %s", i,
                                  ag__text_of(have, th), ag__text_of(want[i], tw));
        }
    }
    return status;
}

/* The sizes that the maps read off their operands. */
static ag__conv_attr conv_sizes(const void *attr, ag_tensor *const *in)
{
    ag__conv_attr c = *(const ag__conv_attr *)attr;
    c.size.batch = dim_of(in, 0, 0);
    c.size.out = dim_of(in, 1, 0) / c.size.groups;
    c.size.in = dim_of(in, 1, 1);
    return c;
}

static ag__conv_attr weight_sizes(const void *attr, ag_tensor *const *in)
{
    ag__conv_attr c = *(const ag__conv_attr *)attr;
    c.size.batch = dim_of(in, 0, 0);
    c.size.in = dim_of(in, 0, 1) / c.size.groups;
    c.size.out = dim_of(in, 1, 1) / c.size.groups;
    return c;
}

static ag_status forward_infer(ag_call *call)
{
    ag__conv_attr c = conv_sizes(call->attr, call->in);
    call->shape = shape_y(&c);
    ag_status status = expect(call, shape_x(&c), shape_w(&c));
    if (status == AG_OK && call->n_in > 2) {
        char text[AG__TEXT_BYTES];
        ag_shape b = ag_shape_of(call->in[2]);
        if (b.ndim != 1 || b.dim[0] != call->shape.dim[1]) {
            status = ag_call_fail(call, AG_ERR_SHAPE, NULL, "the bias has shape %s, not [%lld]",
                                  ag__text_of(b, text), (long long)call->shape.dim[1]);
        }
    }
    return status;
}

static ag_status input_infer(ag_call *call)
{
    ag__conv_attr c = conv_sizes(call->attr, call->in);
    call->shape = shape_x(&c);
    return expect(call, shape_y(&c), shape_w(&c));
}

static ag_status weight_infer(ag_call *call)
{
    ag__conv_attr c = weight_sizes(call->attr, call->in);
    call->shape = shape_w(&c);
    return expect(call, shape_x(&c), shape_y(&c));
}

/* --- numbers ---------------------------------------------------------------------------------- */

/* One of the three maps, of operands in order: written, or (add) added to `out`. */
#define RUN(S)                                                                                     \
    static void run_##S(ag__conv_map map, const ag__conv_size *s, const void *a, const void *b,    \
                        const void *bias, void *out, bool add, void *work)                         \
    {                                                                                              \
        const ag__kernels *kernels = ag__kernels_best();                                           \
        if (map == AG__CONV_FORWARD) {                                                             \
            ag__conv_forward_##S(kernels, s, a, b, bias, out, add, work);                          \
        } else if (map == AG__CONV_INPUT) {                                                        \
            ag__conv_input_##S(kernels, s, a, b, out, add, work);                                  \
        } else {                                                                                   \
            ag__conv_weight_##S(kernels, s, a, b, out, add, work);                                 \
        }                                                                                          \
    }
RUN(f64)
RUN(f32)

/* Of tensors; `bias` may be NULL. */
static ag_status run(ag__conv_map map, const ag__conv_attr *c, const ag_tensor *first,
                     const ag_tensor *second, const ag_tensor *bias, void *out, bool add)
{
    ag_graph *g = ag_graph_of(first);
    ag_array a = ag_array_of(first), b = ag_array_of(second);
    ag_array plus = ag_array_of(bias != NULL ? bias : first);
    size_t each = ag_dtype_bytes(a.dtype);
    const void *in_a = ag__contiguous(g, &a), *in_b = ag__contiguous(g, &b);
    const void *in_bias = bias != NULL ? ag__contiguous(g, &plus) : NULL;
    void *work = ag_workspace(g, ag__conv_work(ag__kernels_best(), each, &c->size, map));
    if (in_a == NULL || in_b == NULL || work == NULL || (bias != NULL && in_bias == NULL)) {
        return AG_ERR_MEMORY;
    }
    (a.dtype == AG_F64 ? run_f64 : run_f32)(map, &c->size, in_a, in_b, in_bias, out, add, work);
    return AG_OK;
}

/* What a map makes of the call's operands; without a term in any sum, zeros or the bias. */
static ag_status run_call(ag_call *call, const ag__conv_attr *c, ag__conv_map map)
{
    const ag_tensor *bias = call->n_in > 2 ? call->in[2] : NULL;
    if (ag_size(call->in[0]) > 0 && ag_size(call->in[1]) > 0 && call->out.size > 0) {
        return run(map, c, call->in[0], call->in[1], bias, call->out.data, false);
    }
    memset(call->out.data, 0, (size_t)call->out.size * ag_dtype_bytes(call->dtype));
    if (bias != NULL && call->out.size > 0) {
        ag_array from = ag_array_of(bias);
        int64_t stride[AG_MAX_DIMS] = {0, from.stride[0]};
        from.ndim = call->out.ndim;
        from.dim = call->out.dim;
        from.stride = stride;
        ag__strided_copy(&call->out, &from);
    }
    return AG_OK;
}

static ag_status forward_forward(ag_call *call)
{
    ag__conv_attr c = conv_sizes(call->attr, call->in);
    return run_call(call, &c, AG__CONV_FORWARD);
}

static ag_status input_forward(ag_call *call)
{
    ag__conv_attr c = conv_sizes(call->attr, call->in);
    return run_call(call, &c, AG__CONV_INPUT);
}

static ag_status weight_forward(ag_call *call)
{
    ag__conv_attr c = weight_sizes(call->attr, call->in);
    return run_call(call, &c, AG__CONV_WEIGHT);
}

/* --- the rules -------------------------------------------------------------------------------- */

/* <g, conv_input(y, w)> = <conv(g, w), y>, and so on: the three maps are one trilinear form, so the
 * gradient of a map in an operand is a map of the upstream gradient and the other operand. */
enum { UPSTREAM = 2 };
typedef struct term {
    ag__conv_map map;
    int first, second; /* operands, or UPSTREAM */
} term;
static const term terms[3][2] = {
    [AG__CONV_FORWARD] = {{AG__CONV_INPUT, UPSTREAM, 1}, {AG__CONV_WEIGHT, 0, UPSTREAM}},
    [AG__CONV_INPUT] = {{AG__CONV_FORWARD, UPSTREAM, 1}, {AG__CONV_WEIGHT, UPSTREAM, 0}},
    [AG__CONV_WEIGHT] = {{AG__CONV_INPUT, 1, UPSTREAM}, {AG__CONV_FORWARD, 0, UPSTREAM}},
};

static const ag_op *const maps[3] = {
    [AG__CONV_FORWARD] = &ag__conv_op,
    [AG__CONV_INPUT] = &ag__conv_input_op,
    [AG__CONV_WEIGHT] = &ag__conv_weight_op,
};

static const term *term_of(const ag_vjp_call *call, int i)
{
    const ag_op *op = ag_op_of(call->out);
    int map = 0;
    while (map < 3 && maps[map] != op) {
        map++;
    }
    return &terms[map < 3 ? map : AG__CONV_FORWARD][i]; /* else with a bias */
}

static ag_tensor *tensor_of(const ag_vjp_call *call, int i)
{
    return i == UPSTREAM ? call->upstream : call->in[i];
}

/* Summed over all but the channels. */
static ag_tensor *bias_gradient(ag_tensor *g)
{
    ag_axes all[3] = {AG_AXES(0, 2), AG_AXES(0, 2, 3), AG_AXES(0, 2, 3, 4)};
    return ag_sum_over(g, all[ag_shape_of(g).ndim - 3], false);
}

static ag_status vjp(ag_vjp_call *call)
{
    ag_status status = AG_OK;
    for (int i = 0; i < call->n_in && status == AG_OK; i++) {
        if (!ag_needs_input_grad(call, i)) {
            continue;
        }
        ag_tensor *gradient;
        if (i < 2) {
            const term *t = term_of(call, i);
            ag_tensor *in[] = {tensor_of(call, t->first), tensor_of(call, t->second)};
            gradient = ag_apply(maps[t->map], in, 2, call->attr, sizeof(ag__conv_attr));
        } else {
            gradient = bias_gradient(call->upstream);
        }
        status = ag_accumulate(call, i, gradient);
    }
    return status;
}

static ag_status bias_backward(const ag_vjp_call *call, const ag__into *to)
{
    ag_array g = ag_array_of(call->upstream), sum = to->array;
    const bool over[AG_MAX_DIMS] = {true, false, true, true, true};
    int64_t one = 1;
    sum.stride = &one;
    sum.data = to->at;
    if (to->fresh) {
        ag__strided_sum(&g, over, to->at);
        return AG_OK;
    }
    ag_array add = sum;
    add.data = ag_workspace(ag_graph_of(call->out), (size_t)sum.size * ag_dtype_bytes(sum.dtype));
    if (add.data == NULL) {
        return AG_ERR_MEMORY;
    }
    ag__strided_sum(&g, over, add.data);
    ag__add_scaled(&sum, false, &add, 1);
    return AG_OK;
}

static ag_status term_backward(const ag_vjp_call *call, int i, const ag__into *to)
{
    const term *t = term_of(call, i);
    const ag_tensor *first = tensor_of(call, t->first), *second = tensor_of(call, t->second);
    if (ag_size(first) == 0 || ag_size(second) == 0) {
        if (to->fresh) {
            memset(to->at, 0, (size_t)to->array.size * ag_dtype_bytes(to->array.dtype));
        }
        return AG_OK;
    }
    ag__conv_attr c = ag_op_of(call->out) == &ag__conv_weight_op
                          ? weight_sizes(call->attr, call->in)
                          : conv_sizes(call->attr, call->in);
    return run(t->map, &c, first, second, NULL, to->at, !to->fresh);
}

static ag_status backward(ag_vjp_call *call)
{
    ag_status status = AG_OK;
    for (int i = 0; i < call->n_in && status == AG_OK; i++) {
        ag__into to;
        if (!ag_needs_input_grad(call, i)) {
            continue;
        }
        if (!ag__into_open(&to, call, i)) {
            return AG_ERR_MEMORY;
        }
        if (to.array.size > 0) {
            status = i < 2 ? term_backward(call, i, &to) : bias_backward(call, &to);
            ag__into_close(&to);
        }
    }
    return status;
}

/* --- the table -------------------------------------------------------------------------------- */

#define MAP(op, infer_of, forward_of, text, first, second, list)                                   \
    const ag_op ag__##op##_op = {                                                                  \
        .name = #op,                                                                               \
        .n_in = 2,                                                                                 \
        .flags = AG_OP_LINEAR,                                                                     \
        .infer = infer_of,                                                                         \
        .forward = forward_of,                                                                     \
        .vjp = vjp,                                                                                \
        .backward = backward,                                                                      \
        .formula = text,                                                                           \
        .vjp_formula = {first, second},                                                            \
        .describe = ag__conv_describe,                                                             \
        .cases = list,                                                                             \
        .n_cases = sizeof list / sizeof list[0],                                                   \
    }
MAP(conv, forward_infer, forward_forward, "F(conv, A, B)", "F(conv_input, GY, B)",
    "F(conv_weight, A, GY)", ag__conv_cases);
MAP(conv_input, input_infer, input_forward, "F(conv_input, A, B)", "F(conv, GY, B)",
    "F(conv_weight, GY, A)", ag__conv_input_cases);
MAP(conv_weight, weight_infer, weight_forward, "F(conv_weight, A, B)", "F(conv_input, B, GY)",
    "F(conv, A, GY)", ag__conv_weight_cases);

const ag_op ag__conv_bias_op = {
    .name = "conv_bias",
    .n_in = 3,
    .infer = forward_infer,
    .forward = forward_forward,
    .vjp = vjp,
    .backward = backward,
    .formula = "ADD(F(conv, A, B), C)",
    .vjp_formula = {"F(conv_input, GY, B)", "F(conv_weight, A, GY)", "GY"},
    .describe = ag__conv_describe,
    .cases = ag__conv_bias_cases,
    .n_cases = sizeof ag__conv_bias_cases / sizeof ag__conv_bias_cases[0],
};
