/* Neural-network operations. */
#ifndef CALL_NEURAL_H
#define CALL_NEURAL_H

#include "call.h"

#define CONV_CALL(X, n)                                                                            \
    X(conv##n##d, call_conv(ag_conv##n##d, r, in, out))                                            \
    X(conv_transpose##n##d, call_conv(ag_conv_transpose##n##d, r, in, out))
#define POOL_CALL(X, n)                                                                            \
    X(max_pool##n##d, call_largest(ag_max_pool##n##d, r, in, out))                                 \
    X(avg_pool##n##d, call_average(ag_avg_pool##n##d, r, in, out))

#define SIZE(i) attr_list(r->text, "size").dim[i]

/* clang-format off */
#define GOLDEN_NEURAL(X)                                                                           \
    X(linear, ONE(ag_linear(in[0], in[1], optional(r, in, 2))))                                    \
    X(linear_relu, ONE(ag_linear_relu(in[0], in[1], optional(r, in, 2))))                          \
    X(linear_sigmoid, ONE(ag_linear_sigmoid(in[0], in[1], optional(r, in, 2))))                    \
    X(linear_tanh, ONE(ag_linear_tanh(in[0], in[1], optional(r, in, 2))))                          \
    CONV_CALL(X, 1) CONV_CALL(X, 2) CONV_CALL(X, 3)                                                \
    POOL_CALL(X, 1) POOL_CALL(X, 2) POOL_CALL(X, 3)                                                \
    X(adaptive_avg_pool1d, ONE(ag_adaptive_avg_pool1d(in[0], SIZE(0))))                            \
    X(adaptive_avg_pool2d, ONE(ag_adaptive_avg_pool2d(in[0], SIZE(0), SIZE(1))))                   \
    X(adaptive_avg_pool3d, ONE(ag_adaptive_avg_pool3d(in[0], SIZE(0), SIZE(1), SIZE(2))))          \
    X(adaptive_max_pool1d, call_largest_of_each(r, 1, in, out))                                    \
    X(adaptive_max_pool2d, call_largest_of_each(r, 2, in, out))                                    \
    X(adaptive_max_pool3d, call_largest_of_each(r, 3, in, out))                                    \
    X(batch_norm, call_batches(r, in, out))                                                        \
    X(layer_norm, ONE(ag_layer_norm(in[0], SMALL("axes_n"), optional(r, in, 1),                    \
                                    optional(r, in, 2), NUMBER("eps"))))                           \
    X(max_unpool1d, call_unpooled(ag_max_unpool1d, r, in, out))                                    \
    X(max_unpool2d, call_unpooled(ag_max_unpool2d, r, in, out))                                    \
    X(max_unpool3d, call_unpooled(ag_max_unpool3d, r, in, out))                                    \
    X(instance_norm, ONE(ag_instance_norm(in[0], optional(r, in, 1), optional(r, in, 2),           \
                                          NUMBER("eps"))))                                         \
    X(group_norm, ONE(ag_group_norm(in[0], WHOLE("groups"), optional(r, in, 1),                    \
                                    optional(r, in, 2), NUMBER("eps"))))                           \
    X(rms_norm, ONE(ag_rms_norm(in[0], SMALL("axes_n"), optional(r, in, 1), NUMBER("eps"))))       \
    X(embedding, call_rows(r, in, out))                                                            \
    X(dropout, ONE(ag_dropout(in[0], NUMBER("p"), FLAG("training"))))                              \
    X(attention, call_attend(r, in, out))                                                          \
    X(lstm_cell, TWO(ag_lstm_cell(in[0], in[1], in[2], &out[1])))                                  \
    X(gru_cell, ONE(ag_gru_cell(in[0], in[1], in[2])))
/* clang-format on */

#if __has_include(<autograd/neural.h>)

typedef ag_tensor *conv_function(ag_tensor *x, ag_tensor *w, ag_tensor *b,
                                 const ag_conv_options *options);

static int call_conv(conv_function *conv, const record *r, ag_tensor *const *in, ag_tensor **out)
{
    ag_conv_options o = {.groups = WHOLE("groups"), .same = FLAG("same")};
    three(r, "stride", o.stride);
    three(r, "padding", o.padding);
    three(r, "dilation", o.dilation);
    three(r, "output_padding", o.output_padding);
    return ONE(conv(in[0], in[1], optional(r, in, 2), &o));
}

static ag_pool_options windows(const record *r)
{
    ag_pool_options o = {.ceil_mode = FLAG("ceil"),
                         .exclude_pad = !attr_whole(r->text, "include_pad", 1),
                         .divisor = WHOLE("divisor")};
    three(r, "kernel", o.kernel);
    three(r, "stride", o.stride);
    three(r, "padding", o.padding);
    three(r, "dilation", o.dilation);
    return o;
}

static int call_largest(ag_tensor *pool(ag_tensor *, const ag_pool_options *, ag_tensor **),
                        const record *r, ag_tensor *const *in, ag_tensor **out)
{
    ag_pool_options o = windows(r);
    out[1] = NULL;
    out[0] = pool(in[0], &o, FLAG("indices") ? &out[1] : NULL);
    return FLAG("indices") ? 2 : 1;
}

static int call_largest_of_each(const record *r, int n, ag_tensor *const *in, ag_tensor **out)
{
    out[0] = n == 1   ? ag_adaptive_max_pool1d(in[0], SIZE(0), &out[1])
             : n == 2 ? ag_adaptive_max_pool2d(in[0], SIZE(0), SIZE(1), &out[1])
                      : ag_adaptive_max_pool3d(in[0], SIZE(0), SIZE(1), SIZE(2), &out[1]);
    return FLAG("indices") ? 2 : 1;
}

static int call_average(ag_tensor *pool(ag_tensor *, const ag_pool_options *), const record *r,
                        ag_tensor *const *in, ag_tensor **out)
{
    ag_pool_options o = windows(r);
    return ONE(pool(in[0], &o));
}

/* The running statistics after it are results too. */
static int call_batches(const record *r, ag_tensor *const *in, ag_tensor **out)
{
    ag_batch_norm_options o = {
        .training = FLAG("training"), .momentum = OPTION("momentum"), .eps = OPTION("eps")};
    out[0] = ag_batch_norm(in[0], optional(r, in, 3), optional(r, in, 4), in[1], in[2], &o);
    out[1] = in[1];
    out[2] = in[2];
    return 3;
}

static int call_rows(const record *r, ag_tensor *const *in, ag_tensor **out)
{
    ag_embedding_options o = {.has_padding = attr_at(r->text, "padding_idx") != NULL,
                              .padding_idx = WHOLE("padding_idx")};
    return ONE(ag_embedding(in[0], in[1], &o));
}

static int call_attend(const record *r, ag_tensor *const *in, ag_tensor **out)
{
    ag_attention_options o = {
        .causal = FLAG("causal"), .scale = NUMBER("scale"), .form = AG_ATTENTION_FUSED};
    return ONE(ag_attention(in[0], in[1], in[2], optional(r, in, 3), &o));
}

static int call_unpooled(ag_tensor *(*unpool)(ag_tensor *, ag_tensor *, const ag_pool_options *,
                                              ag_shape),
                         const record *r, ag_tensor *const *in, ag_tensor **out)
{
    ag_pool_options o = {.divisor = 0};
    three(r, "kernel", o.kernel);
    three(r, "stride", o.stride);
    three(r, "padding", o.padding);
    return ONE(unpool(in[0], in[1], &o, attr_list(r->text, "size")));
}

GOLDEN_NEURAL(GOLDEN_CALL)
static const golden_entry neural_calls[] = {GOLDEN_NEURAL(GOLDEN_ENTRY)};
#else
static const golden_entry neural_calls[] = {GOLDEN_NEURAL(GOLDEN_ABSENT)};
#endif

#endif
