/* Convolution and its two transposes, in one to three dimensions; see conv.h. Knows shapes and
 * rules; the arithmetic is kernel/conv.c, the arguments a user gives are read in convolution.c.
 */
#define AG_NO_SITES
#include <stdio.h>
#include <string.h>

#include <autograd/ops.h>

#include "conv.h"
#include "strided.h"

/* --- shapes ----------------------------------------------------------------------------------- */

static ag_shape with_extents(int64_t a, int64_t b, int n, const int64_t extent[3])
{
    ag_shape s = {n + 2, {a, b}};
    for (int d = 0; d < n; d++) {
        s.dim[2 + d] = extent[3 - n + d];
    }
    return s;
}

static ag_shape shape_x(const ag__conv *c)
{
    return with_extents(c->size.batch, c->size.groups * c->size.in, c->n, c->size.x);
}

static ag_shape shape_w(const ag__conv *c)
{
    return with_extents(c->size.groups * c->size.out, c->size.in, c->n, c->size.k);
}

static ag_shape shape_y(const ag__conv *c)
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
static ag__conv conv_sizes(const void *attr, ag_tensor *const *in)
{
    ag__conv c = *(const ag__conv *)attr;
    c.size.batch = dim_of(in, 0, 0);
    c.size.out = dim_of(in, 1, 0) / c.size.groups;
    c.size.in = dim_of(in, 1, 1);
    return c;
}

static ag__conv weight_sizes(const void *attr, ag_tensor *const *in)
{
    ag__conv c = *(const ag__conv *)attr;
    c.size.batch = dim_of(in, 0, 0);
    c.size.in = dim_of(in, 0, 1) / c.size.groups;
    c.size.out = dim_of(in, 1, 1) / c.size.groups;
    return c;
}

static ag_status forward_infer(ag_call *call)
{
    ag__conv c = conv_sizes(call->attr, call->in);
    call->shape = shape_y(&c);
    return expect(call, shape_x(&c), shape_w(&c));
}

static ag_status input_infer(ag_call *call)
{
    ag__conv c = conv_sizes(call->attr, call->in);
    call->shape = shape_x(&c);
    return expect(call, shape_y(&c), shape_w(&c));
}

static ag_status weight_infer(ag_call *call)
{
    ag__conv c = weight_sizes(call->attr, call->in);
    call->shape = shape_w(&c);
    return expect(call, shape_x(&c), shape_y(&c));
}

/* --- numbers ---------------------------------------------------------------------------------- */

/* One of the three maps, of operands in order; `add` only for those that are gradients. */
static void run_f64(ag__conv_map map, const ag__conv_size *s, const void *a, const void *b,
                    void *out, bool add, void *work)
{
    const ag__kernels *kernels = ag__kernels_best();
    if (map == AG__CONV_FORWARD) {
        ag__conv_forward_f64(kernels, s, a, b, NULL, out, work);
    } else if (map == AG__CONV_INPUT) {
        ag__conv_input_f64(kernels, s, a, b, out, add, work);
    } else {
        ag__conv_weight_f64(kernels, s, a, b, out, add, work);
    }
}

static void run_f32(ag__conv_map map, const ag__conv_size *s, const void *a, const void *b,
                    void *out, bool add, void *work)
{
    const ag__kernels *kernels = ag__kernels_best();
    if (map == AG__CONV_FORWARD) {
        ag__conv_forward_f32(kernels, s, a, b, NULL, out, work);
    } else if (map == AG__CONV_INPUT) {
        ag__conv_input_f32(kernels, s, a, b, out, add, work);
    } else {
        ag__conv_weight_f32(kernels, s, a, b, out, add, work);
    }
}

static ag_status run(ag_graph *g, const ag__conv *c, ag__conv_map map, const ag_tensor *first,
                     const ag_tensor *second, void *out, bool add)
{
    ag_array a = ag_array_of(first), b = ag_array_of(second);
    size_t each = ag_dtype_bytes(a.dtype);
    const void *in_a = ag__in_order(g, &a), *in_b = ag__in_order(g, &b);
    void *work = ag_workspace(g, ag__conv_work(ag__kernels_best(), each, &c->size, map));
    if (in_a == NULL || in_b == NULL || work == NULL) {
        return AG_ERR_MEMORY;
    }
    (a.dtype == AG_F64 ? run_f64 : run_f32)(map, &c->size, in_a, in_b, out, add, work);
    return AG_OK;
}

static ag_status run_call(ag_call *call, const ag__conv *c, ag__conv_map map)
{
    if (ag_size(call->in[0]) == 0 || ag_size(call->in[1]) == 0 || call->out.size == 0) {
        memset(call->out.data, 0, (size_t)call->out.size * ag_dtype_bytes(call->dtype));
        return AG_OK; /* a sum of nothing */
    }
    return run(call->graph, c, map, call->in[0], call->in[1], call->out.data, false);
}

static ag_status forward_forward(ag_call *call)
{
    ag__conv c = conv_sizes(call->attr, call->in);
    return run_call(call, &c, AG__CONV_FORWARD);
}

static ag_status input_forward(ag_call *call)
{
    ag__conv c = conv_sizes(call->attr, call->in);
    return run_call(call, &c, AG__CONV_INPUT);
}

static ag_status weight_forward(ag_call *call)
{
    ag__conv c = weight_sizes(call->attr, call->in);
    return run_call(call, &c, AG__CONV_WEIGHT);
}

/* --- the rules -------------------------------------------------------------------------------- */

ag_tensor *ag__conv_forward(ag_tensor *x, ag_tensor *w, const ag__conv *c)
{
    return ag_apply(&ag__conv_op, (ag_tensor *[]){x, w}, 2, c, sizeof *c);
}

ag_tensor *ag__conv_input(ag_tensor *y, ag_tensor *w, const ag__conv *c)
{
    return ag_apply(&ag__conv_input_op, (ag_tensor *[]){y, w}, 2, c, sizeof *c);
}

static ag_tensor *conv_weight(ag_tensor *x, ag_tensor *y, const ag__conv *c)
{
    return ag_apply(&ag__conv_weight_op, (ag_tensor *[]){x, y}, 2, c, sizeof *c);
}

static ag_status forward_vjp(ag_pull *pull)
{
    ag_status status = AG_OK;
    if (ag_wants(pull, 0)) {
        status = ag_accumulate(pull, 0, ag__conv_input(pull->upstream, pull->in[1], pull->attr));
    }
    if (status == AG_OK && ag_wants(pull, 1)) {
        status = ag_accumulate(pull, 1, conv_weight(pull->in[0], pull->upstream, pull->attr));
    }
    return status;
}

/* <g, conv_input(y, w)> = <conv(g, w), y>, and so on: the three maps are one trilinear form. */
static ag_status input_vjp(ag_pull *pull)
{
    ag_status status = AG_OK;
    if (ag_wants(pull, 0)) {
        status = ag_accumulate(pull, 0, ag__conv_forward(pull->upstream, pull->in[1], pull->attr));
    }
    if (status == AG_OK && ag_wants(pull, 1)) {
        status = ag_accumulate(pull, 1, conv_weight(pull->upstream, pull->in[0], pull->attr));
    }
    return status;
}

static ag_status weight_vjp(ag_pull *pull)
{
    ag_status status = AG_OK;
    if (ag_wants(pull, 0)) {
        status = ag_accumulate(pull, 0, ag__conv_input(pull->in[1], pull->upstream, pull->attr));
    }
    if (status == AG_OK && ag_wants(pull, 1)) {
        status = ag_accumulate(pull, 1, ag__conv_forward(pull->in[0], pull->upstream, pull->attr));
    }
    return status;
}

/* --- the table -------------------------------------------------------------------------------- */

/* "kernel 3,3, stride 2,2, padding 1,1" and, where they are not 1, dilation and groups. */
static void describe(const void *attr, char *text, size_t bytes)
{
    const ag__conv *c = attr;
    const ag__conv_size *s = &c->size;
    const struct {
        const char *word;
        const int64_t *of;
    } list[] = {
        {"kernel", s->k},
        {", stride", s->stride},
        {", padding", s->pad},
        {", dilation", s->dilation},
    };
    size_t used = 0;
    for (int i = 0; i < 4; i++) {
        for (int d = 3 - c->n; d < 3 && used < bytes; d++) {
            used += (size_t)snprintf(text + used, bytes - used, "%s%c%lld",
                                     d == 3 - c->n ? list[i].word : "", d == 3 - c->n ? ' ' : ',',
                                     (long long)list[i].of[d]);
        }
    }
    if (s->groups > 1 && used < bytes) {
        snprintf(text + used, bytes - used, ", %lld groups", (long long)s->groups);
    }
}

static ag_tensor *sample_1d(ag_tensor *const *in)
{
    return ag_conv1d(in[0], in[1], NULL, &(ag_conv_options){.stride = {2}, .padding = {1}});
}

static ag_tensor *sample_2d(ag_tensor *const *in)
{
    return ag_conv2d(in[0], in[1], in[2], NULL);
}

static ag_tensor *sample_groups(ag_tensor *const *in)
{
    return ag_conv2d(in[0], in[1], NULL,
                     &(ag_conv_options){.padding = {0, 2}, .dilation = {1, 2}, .groups = 2});
}

static ag_tensor *sample_3d(ag_tensor *const *in)
{
    return ag_conv3d(in[0], in[1], NULL, &(ag_conv_options){.stride = {1, 2, 1}});
}

static ag_tensor *sample_transpose(ag_tensor *const *in)
{
    return ag_conv_transpose2d(
        in[0], in[1], NULL,
        &(ag_conv_options){
            .stride = {2, 1}, .padding = {1, 0}, .output_padding = {1, 0}, .groups = 2});
}

static ag_tensor *sample_weight(ag_tensor *const *in)
{
    ag__conv c = {2, {.groups = 2, .x = {1, 4, 3}, .k = {1, 2, 2}, .y = {1, 3, 1}}};
    memcpy(c.size.stride, (int64_t[3]){1, 1, 2}, sizeof c.size.stride);
    memcpy(c.size.dilation, (int64_t[3]){1, 1, 1}, sizeof c.size.dilation);
    memcpy(c.size.pad, (int64_t[3]){0, 0, 0}, sizeof c.size.pad);
    return conv_weight(in[0], in[1], &c);
}

static const ag_case conv_cases[] = {
    {"[2,2,5] with [2,2,3], stride 2", sample_1d, 2, {{3, {2, 2, 5}}, {3, {2, 2, 3}}}, -2, 2},
    {"[1,2,3,4] with [2,2,2,2], bias",
     sample_2d,
     3,
     {{4, {1, 2, 3, 4}}, {4, {2, 2, 2, 2}}, {1, {2}}},
     -2,
     2},
    {"2 groups, dilation 1,2", sample_groups, 2, {{4, {1, 4, 2, 3}}, {4, {2, 2, 2, 2}}}, -2, 2},
    {"[1,1,2,3,3] with [2,1,2,1,2]",
     sample_3d,
     2,
     {{5, {1, 1, 2, 3, 3}}, {5, {2, 1, 2, 1, 2}}},
     -2,
     2},
    {"a batch of 0", sample_1d, 2, {{3, {0, 2, 5}}, {3, {2, 2, 3}}}, -2, 2},
};

static const ag_case input_cases[] = {
    {"2 groups, output padding",
     sample_transpose,
     2,
     {{4, {1, 4, 2, 2}}, {4, {4, 1, 3, 2}}},
     -2,
     2},
};

static const ag_case weight_cases[] = {
    {"2 groups, stride 1,2", sample_weight, 2, {{4, {2, 2, 4, 3}}, {4, {2, 4, 3, 1}}}, -2, 2},
};

const ag_op ag__conv_op = {
    .name = "conv",
    .n_in = 2,
    .flags = AG_OP_LINEAR,
    .infer = forward_infer,
    .forward = forward_forward,
    .vjp = forward_vjp,
    .value = "F(conv, A, B)",
    .rule = {"F(conv_input, GY, B)", "F(conv_weight, A, GY)"},
    .describe = describe,
    .cases = conv_cases,
    .n_cases = sizeof conv_cases / sizeof conv_cases[0],
};

const ag_op ag__conv_input_op = {
    .name = "conv_input",
    .n_in = 2,
    .flags = AG_OP_LINEAR,
    .infer = input_infer,
    .forward = input_forward,
    .vjp = input_vjp,
    .value = "F(conv_input, A, B)",
    .rule = {"F(conv, GY, B)", "F(conv_weight, GY, A)"},
    .describe = describe,
    .cases = input_cases,
    .n_cases = sizeof input_cases / sizeof input_cases[0],
};

const ag_op ag__conv_weight_op = {
    .name = "conv_weight",
    .n_in = 2,
    .flags = AG_OP_LINEAR,
    .infer = weight_infer,
    .forward = weight_forward,
    .vjp = weight_vjp,
    .value = "F(conv_weight, A, B)",
    .rule = {"F(conv_input, B, GY)", "F(conv, A, GY)"},
    .describe = describe,
    .cases = weight_cases,
    .n_cases = sizeof weight_cases / sizeof weight_cases[0],
};
