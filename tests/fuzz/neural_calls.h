/* Layers, losses and steps of optimizers with arguments drawn from the input; see calls.h. */
#ifndef FUZZ_NEURAL_CALLS_H
#define FUZZ_NEURAL_CALLS_H

#include "calls.h"

static void pick_three(stream *b, int64_t out[3])
{
    for (int i = 0; i < 3; i++) {
        unsigned c = next_byte(b);
        out[i] = c < 250 ? (int64_t)(c % 5) - (c > 200) : pick_whole(b);
    }
}

static ag_tensor *call_conv(stream *b, ag_tensor *x, ag_tensor *y, ag_tensor *z)
{
    static ag_tensor *(*const f[])(ag_tensor *, ag_tensor *, ag_tensor *,
                                   const ag_conv_options *) = {
        ag_conv1d,           ag_conv2d,           ag_conv3d,
        ag_conv_transpose1d, ag_conv_transpose2d, ag_conv_transpose3d,
        ag_conv1d_relu,      ag_conv2d_relu,      ag_conv3d_relu};
    ag_conv_options o = {.groups = pick(b, 4), .same = flip(b)};
    pick_three(b, o.stride);
    pick_three(b, o.padding);
    pick_three(b, o.dilation);
    pick_three(b, o.output_padding);
    return f[pick(b, 9)](x, y, flip(b) ? z : NULL, flip(b) ? &o : NULL);
}

static ag_tensor *call_pool(stream *b, ag_tensor *x, ag_tensor *y, ag_tensor *z)
{
    ag_pool_options o = {.ceil_mode = flip(b), .exclude_pad = flip(b), .divisor = pick(b, 4) - 1};
    ag_tensor *indices = NULL;
    pick_three(b, o.kernel);
    pick_three(b, o.stride);
    pick_three(b, o.padding);
    pick_three(b, o.dilation);
    (void)y, (void)z;
    switch (pick(b, 6)) {
    case 0:
        return ag_max_pool1d(x, &o, flip(b) ? &indices : NULL);
    case 1:
        return ag_max_pool2d(x, &o, flip(b) ? &indices : NULL);
    case 2:
        return ag_avg_pool1d(x, &o);
    case 3:
        return ag_avg_pool2d(x, &o);
    case 4:
        return ag_adaptive_avg_pool1d(x, pick(b, 9) - 1);
    default:
        return ag_adaptive_avg_pool2d(x, pick(b, 9) - 1, pick(b, 9) - 1);
    }
}

static ag_tensor *call_norm(stream *b, ag_tensor *x, ag_tensor *y, ag_tensor *z)
{
    ag_batch_norm_options o = {flip(b), pick_number(b), pick_number(b), flip(b)};
    y = flip(b) ? y : NULL;
    z = flip(b) ? z : NULL;
    switch (pick(b, 5)) {
    case 0:
        return ag_layer_norm(x, pick_axis(b), y, z, pick_number(b));
    case 1:
        return ag_rms_norm(x, pick_axis(b), y, pick_number(b));
    case 2:
        return ag_group_norm(x, pick_whole(b), y, z, pick_number(b));
    case 3:
        return ag_batch_norm(x, NULL, NULL, y, z, &o);
    default:
        return ag_batch_norm(x, y, z, NULL, NULL, &o);
    }
}

static ag_tensor *call_linear(stream *b, ag_tensor *x, ag_tensor *y, ag_tensor *z)
{
    static ag_tensor *(*const f[])(ag_tensor *, ag_tensor *, ag_tensor *) = {
        ag_linear, ag_linear_relu, ag_linear_sigmoid, ag_linear_tanh};
    int i = pick(b, 5);
    z = flip(b) ? z : NULL;
    return i < 4 ? f[i](x, y, z) : ag_linear_relu_dropout(x, y, z, pick_number(b));
}

CALL(call_embedding, ag_embedding(x, y, &(ag_embedding_options){flip(b), pick_whole(b)}))
CALL(call_dropout, ag_dropout(x, pick_number(b), flip(b)))

static ag_tensor *call_attention(stream *b, ag_tensor *x, ag_tensor *y, ag_tensor *z)
{
    ag_tensor *weights = NULL;
    ag_attention_options o = {
        .causal = flip(b), .scale = pick_number(b), .dropout = flip(b) * 0.5, .weights = &weights};
    ag_tensor *result = ag_attention(x, y, flip(b) ? y : z, flip(b) ? z : NULL, &o);
    return result != NULL && flip(b) ? weights : result;
}

/* The state is mostly the first part of the gates, which then fits. */
static ag_tensor *call_cell(stream *b, ag_tensor *x, ag_tensor *y, ag_tensor *z)
{
    ag_shape s = ag_shape_of(x);
    int gates = flip(b) ? 4 : 3;
    ag_tensor *next = NULL;
    if (s.ndim > 0 && next_byte(b) < 200) {
        z = ag_narrow(x, -1, 0, s.dim[s.ndim - 1] / gates);
        y = flip(b) ? y : x;
    }
    if (gates == 3) {
        return ag_gru_cell(x, y, z);
    }
    ag_tensor *h = ag_lstm_cell(x, y, z, flip(b) ? &next : NULL);
    return h != NULL && next != NULL && flip(b) ? next : h;
}

CALL(call_cosine, ag_cosine_similarity(x, y, pick_axis(b), pick_number(b)))

static ag_tensor *call_loss(stream *b, ag_tensor *x, ag_tensor *y, ag_tensor *z)
{
    static ag_tensor *(*const f[])(ag_tensor *, ag_tensor *, double, ag_reduction) = {
        ag_smooth_l1_loss, ag_huber_loss, ag_quantile_loss, ag_hinge_embedding_loss};
    ag_reduction r = (ag_reduction)pick(b, 5);
    ag_poisson_options poisson = {flip(b), flip(b), pick_number(b), r};
    ag_gaussian_options gaussian = {flip(b), pick_number(b), r};
    int i = pick(b, 12);
    switch (i) {
    case 4:
        return ag_mse_loss(x, y, r);
    case 5:
        return ag_poisson_nll_loss(x, y, &poisson);
    case 6:
        return ag_gaussian_nll_loss(x, y, z, &gaussian);
    case 7:
        return ag_kl_div(x, y, flip(b), r);
    case 8:
        return ag_bce_loss(x, y, flip(b) ? z : NULL, r);
    case 9:
        return ag_bce_with_logits(x, y, &(ag_bce_options){z, flip(b) ? z : NULL, r});
    case 10:
        return ag_margin_ranking_loss(x, y, z, pick_number(b), r);
    case 11:
        return ag_cosine_embedding_loss(x, y, z, pick_number(b), r);
    default:
        return f[i](x, y, pick_number(b), r);
    }
}

static ag_tensor *call_class_loss(stream *b, ag_tensor *x, ag_tensor *y, ag_tensor *z)
{
    ag_reduction r = (ag_reduction)pick(b, 5);
    ag_cross_entropy_options o = {flip(b) ? z : NULL, flip(b), pick(b, 4) - 1, 0, r};
    ag_triplet_options t = {pick_number(b), pick_number(b), pick_number(b), flip(b), r};
    switch (pick(b, 4)) {
    case 0:
        return ag_nll_loss(x, y, &o);
    case 1:
        return ag_triplet_margin_loss(x, y, z, &t);
    case 2:
        o.label_smoothing = pick_number(b);
        return ag_cross_entropy(x, y, &o);
    default:
        return ag_cross_entropy(x, y, &o);
    }
}

static call *const calls[] = {
    call_reshape,        call_expand,     call_sum_to,       call_transpose,
    call_transpose_axes, call_permute,    call_moveaxis,     call_squeeze,
    call_unsqueeze,      call_flatten,    call_flip,         call_roll,
    call_slice,          call_select,     call_narrow,       call_repeat,
    call_tile,           call_interleave, call_unfold,       call_concat,
    call_stack,          call_arange,     call_linspace,     call_pad,
    call_unfold2d,       call_split,      call_over,         call_along,
    call_normalize,      call_argmax,     call_index_select, call_gather,
    call_scatter,        call_masked,     call_masked_over,  call_one_hot,
    call_searchsorted,   call_nonzero,    call_cast,         call_where,
    call_matmul,         call_outer,      call_dot,          call_diagonal,
    call_diag,           call_triangle,   call_solve,        call_solve_triangular,
    call_cholesky,       call_einsum,     call_factors,      call_conv,
    call_pool,           call_norm,       call_linear,       call_embedding,
    call_dropout,        call_attention,  call_cosine,       call_loss,
    call_class_loss,     call_conv,       call_over,         call_along,
    call_scatter_reduce, call_fourier,    call_resample,     call_put_back,
    call_cell,
};
enum { CALLS = sizeof calls / sizeof calls[0] };

/* A step of some optimizer, p being the parameter and s a state. */
static ag_status step(stream *b, ag_tensor *p, ag_tensor *s, ag_tensor *t)
{
    ag_tensor *const *ps = &p, *const *ss = &s, *const *ts = &t;
    double number[4] = {pick_number(b), pick_number(b), pick_number(b), pick_number(b)}, norm;
    ag_sgd sgd = {number[0], number[1], number[2], flip(b), flip(b), flip(b)};
    ag_adam adam = {.rate = number[0],
                    .beta1 = number[1],
                    .beta2 = number[2],
                    .eps = number[3],
                    .decoupled = flip(b),
                    .eps_form = (ag_eps_form)pick(b, 4)};
    ag_rmsprop rms = {
        .rate = number[0], .alpha = number[1], .momentum = number[2], .centered = flip(b)};
    ag_rprop rprop = {.first = number[0], .shrink = number[1], .grow = number[2]};
    int n = pick(b, 8) == 0 ? pick(b, 3) - 1 : 1;
    switch (pick(b, 8)) {
    case 0:
        return ag_sgd_step(&sgd, ps, n, flip(b) ? ss : NULL);
    case 1:
        return ag_adam_step(&adam, ps, n, ss, ts, pick_whole(b));
    case 2:
        return ag_rmsprop_step(&rms, ps, n, ss, flip(b) ? ts : NULL, flip(b) ? ss : NULL);
    case 3:
        return ag_rprop_step(&rprop, ps, n, ss, ts);
    case 4:
        return ag_average_step(number[0], ss, n, ps);
    case 5:
        return ag_clip_grad_norm(ps, n, number[0], flip(b) ? &norm : NULL);
    case 6:
        return ag_clip_grad_value(ps, n, number[0]);
    default:
        return ag_scale_grads(ps, n, number[0]);
    }
}

#endif
