/* Convolution in one to three dimensions: the operations, their rule, and what a user calls. The
 * maps in numbers are in conv_maps.c, and the arguments of a user are read in conv_args.c.
 */
#include <string.h>

#include <autograd/elementwise.h>
#include <autograd/reduce.h>

#include "conv_args.h"
#include "ops/neural/neural_ops.h"
#include "ops/neural/relu.h"
#include "ops/neural/spatial.h"

/* --- the rule --------------------------------------------------------------------------------- */

static const ag_op *const maps[] = {
    [AG__CONV_FORWARD] = &ag__conv_op,
    [AG__CONV_INPUT] = &ag__conv_input_op,
    [AG__CONV_WEIGHT] = &ag__conv_weight_op,
};

/* The gradient of the bias: the sum over all axes but that of the channels. */
static ag_tensor *bias_gradient(ag_tensor *g)
{
    ag_axes all[3] = {AG_AXES(0, 2), AG_AXES(0, 2, 3), AG_AXES(0, 2, 3, 4)};
    return ag_sum_over(g, all[ag_shape_of(g).ndim - 3], false);
}

static ag_tensor *operand_gradient(const ag_vjp_call *call, int i)
{
    ag__conv_attr c = *(const ag__conv_attr *)call->attr;
    ag__conv_term t = ag__conv_term_of(c.map, i);
    c.relu = false;
    ag_tensor *in[] = {ag__conv_tensor(call, t.first), ag__conv_tensor(call, t.second)};
    c.map = t.map;
    return ag_apply(maps[t.map], in, 2, &c, sizeof c);
}

static ag_status vjp(ag_vjp_call *call)
{
    ag_status status = AG_OK;
    for (int i = 0; i < call->n_in && status == AG_OK; i++) {
        if (ag_needs_input_grad(call, i)) {
            status = ag_accumulate(
                call, i, i < 2 ? operand_gradient(call, i) : bias_gradient(call->upstream));
        }
    }
    return status;
}

/* For the gradient of what the relu is of, the rule is that of conv_bias. */
static ag_status relu_vjp(ag_vjp_call *call)
{
    ag_vjp_call of_sum = *call;
    of_sum.upstream = ag__relu_gradient(call);
    return of_sum.upstream != NULL ? vjp(&of_sum) : ag_error(ag_graph_of(call->out));
}

/* --- samples for the tests that loop over all operations -------------------------------------- */

static ag_tensor *sample_1d(ag_tensor *const *in)
{
    return ag_conv1d(in[0], in[1], NULL, &(ag_conv_options){.stride = {2}, .padding = {1}});
}

static ag_tensor *sample_2d(ag_tensor *const *in)
{
    return ag_conv2d(in[0], in[1], in[2], NULL);
}

static ag_tensor *sample_relu(ag_tensor *const *in)
{
    return ag_conv2d_relu(in[0], in[1], in[2], NULL);
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
    ag__conv_attr c = {.map = AG__CONV_WEIGHT,
                       .n = 2,
                       .size = {.groups = 2, .x = {1, 4, 3}, .k = {1, 2, 2}, .y = {1, 3, 1}}};
    memcpy(c.size.stride, (int64_t[3]){1, 1, 2}, sizeof c.size.stride);
    memcpy(c.size.dilation, (int64_t[3]){1, 1, 1}, sizeof c.size.dilation);
    memcpy(c.size.pad, (int64_t[3]){0, 0, 0}, sizeof c.size.pad);
    return ag_apply(&ag__conv_weight_op, in, 2, &c, sizeof c);
}

static const ag_case conv_cases[] = {
    {"[2,2,5] with [2,2,3], stride 2", sample_1d, 2, {{3, {2, 2, 5}}, {3, {2, 2, 3}}}, -2, 2},
    {"2 groups, dilation 1,2", sample_groups, 2, {{4, {1, 4, 2, 3}}, {4, {2, 2, 2, 2}}}, -2, 2},
    {"[1,1,2,3,3] with [2,1,2,1,2]",
     sample_3d,
     2,
     {{5, {1, 1, 2, 3, 3}}, {5, {2, 1, 2, 1, 2}}},
     -2,
     2},
    {"a batch of 0", sample_1d, 2, {{3, {0, 2, 5}}, {3, {2, 2, 3}}}, -2, 2},
};

static const ag_case conv_input_cases[] = {
    {"2 groups, output padding",
     sample_transpose,
     2,
     {{4, {1, 4, 2, 2}}, {4, {4, 1, 3, 2}}},
     -2,
     2},
};

static const ag_case conv_weight_cases[] = {
    {"2 groups, stride 1,2", sample_weight, 2, {{4, {2, 2, 4, 3}}, {4, {2, 4, 3, 1}}}, -2, 2},
};

#define BIAS_CASES(sample)                                                                         \
    {                                                                                              \
        {"[1,2,3,4] with [2,2,2,2]",                                                               \
         sample,                                                                                   \
         3,                                                                                        \
         {{4, {1, 2, 3, 4}}, {4, {2, 2, 2, 2}}, {1, {2}}},                                         \
         -2,                                                                                       \
         2},                                                                                       \
            {"a batch of 0", sample, 3, {{4, {0, 2, 3, 4}}, {4, {2, 2, 2, 2}}, {1, {2}}}, -2, 2},  \
            {"no channels", sample, 3, {{4, {2, 0, 3, 4}}, {4, {2, 0, 2, 2}}, {1, {2}}}, -2, 2},   \
    }
static const ag_case conv_bias_cases[] = BIAS_CASES(sample_2d);
static const ag_case conv_relu_cases[] = BIAS_CASES(sample_relu);

/* --- the table -------------------------------------------------------------------------------- */

#define MAP(op, text, first, second, list)                                                         \
    const ag_op ag__##op##_op = {                                                                  \
        .name = #op,                                                                               \
        .n_in = 2,                                                                                 \
        .flags = AG_OP_LINEAR,                                                                     \
        .infer = ag__conv_infer,                                                                   \
        .forward = ag__conv_forward,                                                               \
        .vjp = vjp,                                                                                \
        .backward = ag__conv_backward,                                                             \
        .formula = text,                                                                           \
        .vjp_formula = {first, second},                                                            \
        .describe = ag__conv_describe,                                                             \
        AG_CASES(list),                                                                            \
    }
MAP(conv, "F(conv, A, B)", "F(conv_input, GY, B)", "F(conv_weight, A, GY)", conv_cases);
MAP(conv_input, "F(conv_input, A, B)", "F(conv, GY, B)", "F(conv_weight, GY, A)", conv_input_cases);
MAP(conv_weight, "F(conv_weight, A, B)", "F(conv_input, B, GY)", "F(conv, A, GY)",
    conv_weight_cases);

#define BIAS(op, rule, text, upstream, list)                                                       \
    const ag_op ag__##op##_op = {                                                                  \
        .name = #op,                                                                               \
        .n_in = 3,                                                                                 \
        .infer = ag__conv_infer,                                                                   \
        .forward = ag__conv_forward,                                                               \
        .vjp = rule,                                                                               \
        .backward = ag__conv_backward,                                                             \
        .formula = text,                                                                           \
        .vjp_formula = {"F(conv_input, " upstream ", B)", "F(conv_weight, A, " upstream ")",       \
                        upstream},                                                                 \
        .describe = ag__conv_describe,                                                             \
        AG_CASES(list),                                                                            \
    }
BIAS(conv_bias, vjp, "ADD(F(conv, A, B), C)", "GY", conv_bias_cases);
BIAS(conv_relu, relu_vjp, "F(relu, ADD(F(conv, A, B), C))", "MUL(GY, IS(gt, Y, K(0)))",
     conv_relu_cases);

/* --- what the user calls ---------------------------------------------------------------------- */

static ag_tensor *apply(const char *name, int n, ag_tensor *const operand[3],
                        const ag_conv_options *o, bool relu)
{
    ag_tensor *in[3] = {operand[0], operand[1], operand[2]};
    const ag_op *op = in[2] == NULL ? &ag__conv_op : relu ? &ag__conv_relu_op : &ag__conv_bias_op;
    ag__conv_job j;
    if (!ag__conv_open(&j, name, n, in, o)) {
        return NULL;
    }
    in[0] = j.x;
    j.conv.map = AG__CONV_FORWARD;
    j.conv.relu = op == &ag__conv_relu_op;
    ag_tensor *y = ag_apply(op, in, op->n_in, &j.conv, sizeof j.conv);
    y = relu && in[2] == NULL ? ag_relu(y) : y;
    return j.batched ? y : ag__layer_unbatch(y);
}

static ag_tensor *convolve(const char *name, int n, ag_tensor *x, ag_tensor *w, ag_tensor *b,
                           const ag_conv_options *o)
{
    return apply(name, n, (ag_tensor *[]){x, w, b}, o, false);
}

static ag_tensor *rectified(const char *name, int n, ag_tensor *x, ag_tensor *w, ag_tensor *b,
                            const ag_conv_options *o)
{
    return apply(name, n, (ag_tensor *[]){x, w, b}, o, true);
}

/* The transpose of a convolution is the map that gives its input. */
static ag_tensor *transposed(const char *name, int n, ag_tensor *x, ag_tensor *w, ag_tensor *b,
                             const ag_conv_options *o)
{
    ag_tensor *in[3] = {x, w, b};
    ag__conv_job j;
    if (!ag__conv_transpose_open(&j, name, n, in, o)) {
        return NULL;
    }
    in[0] = j.x;
    j.conv.map = AG__CONV_INPUT;
    ag_tensor *y = ag_apply(&ag__conv_input_op, in, 2, &j.conv, sizeof j.conv);
    if (b != NULL && y != NULL) {
        y = ag_add(y, ag__layer_channels(b, n + 2));
    }
    return j.batched ? y : ag__layer_unbatch(y);
}

#define CONVOLUTION(function, how, n)                                                              \
    ag_tensor *ag_##function(ag_tensor *x, ag_tensor *w, ag_tensor *b, const ag_conv_options *o)   \
    {                                                                                              \
        return how(#function, n, x, w, b, o);                                                      \
    }
CONVOLUTION(conv1d, convolve, 1)
CONVOLUTION(conv2d, convolve, 2)
CONVOLUTION(conv3d, convolve, 3)
CONVOLUTION(conv1d_relu, rectified, 1)
CONVOLUTION(conv2d_relu, rectified, 2)
CONVOLUTION(conv3d_relu, rectified, 3)
CONVOLUTION(conv_transpose1d, transposed, 1)
CONVOLUTION(conv_transpose2d, transposed, 2)
CONVOLUTION(conv_transpose3d, transposed, 3)
