/* The operations that take more than tensors, each with arguments drawn from the input. What takes
 * tensors alone, and every operation in the registry, is called by its cases. Must not know what
 * the tensors are.
 */
#ifndef FUZZ_CALLS_H
#define FUZZ_CALLS_H

#include "bytes.h"

/* Three tensors, any of which may be NULL, of any shapes, and from another graph. */
typedef ag_tensor *call(stream *b, ag_tensor *x, ag_tensor *y, ag_tensor *z);

#define CALL(name, ...)                                                                            \
    static ag_tensor *name(stream *b, ag_tensor *x, ag_tensor *y, ag_tensor *z)                    \
    {                                                                                              \
        (void)b, (void)x, (void)y, (void)z;                                                        \
        return __VA_ARGS__;                                                                        \
    }

/* --- shapes ----------------------------------------------------------------------------------- */

static ag_shape pick_small_shape(stream *b)
{
    ag_shape s = {.ndim = pick(b, 5)};
    for (int d = 0; d < s.ndim; d++) {
        s.dim[d] = pick(b, 7) - 1;
    }
    return s;
}

CALL(call_reshape, ag_reshape(x, pick_small_shape(b)))
CALL(call_expand, ag_expand(x, pick_small_shape(b)))
CALL(call_sum_to, ag_sum_to(x, pick_small_shape(b)))
CALL(call_transpose, ag_transpose(x))
CALL(call_transpose_axes, ag_transpose_axes(x, pick_axis(b), pick_axis(b)))
CALL(call_permute, ag_permute(x, pick_axes(b)))
CALL(call_moveaxis, ag_moveaxis(x, pick_axes(b), pick_axes(b)))
CALL(call_squeeze, flip(b) ? ag_squeeze(x) : ag_squeeze_axis(x, pick_axis(b)))
CALL(call_unsqueeze, ag_unsqueeze(x, pick_axis(b)))
CALL(call_flatten, ag_flatten(x, pick_axis(b), pick_axis(b)))
CALL(call_flip, ag_flip(x, pick_axes(b)))
CALL(call_roll, ag_roll(x, pick_axis(b), pick_whole(b)))
CALL(call_slice, ag_slice(x, pick_axis(b), pick_whole(b), pick_whole(b), pick_whole(b)))
CALL(call_select, ag_select(x, pick_axis(b), pick_whole(b)))
CALL(call_narrow, ag_narrow(x, pick_axis(b), pick_whole(b), pick_whole(b)))
CALL(call_repeat, ag_repeat(x, pick_small_shape(b)))
CALL(call_tile, ag_tile(x, pick_small_shape(b)))
CALL(call_interleave, ag_repeat_interleave(x, pick_axis(b), pick(b, 6) - 1))
CALL(call_unfold, ag_unfold(x, pick_axis(b), pick_whole(b), pick_whole(b)))
CALL(call_concat, ag_concat((ag_tensor *[]){x, y, z}, 1 + pick(b, 3), pick_axis(b)))
CALL(call_stack, ag_stack((ag_tensor *[]){x, y, z}, 1 + pick(b, 3), pick_axis(b)))
CALL(call_arange, ag_arange(ag_graph_of(x), (ag_dtype)(pick(b, 4)), pick_number(b), pick_number(b),
                            pick_number(b)))
CALL(call_linspace, ag_linspace(ag_graph_of(x), (ag_dtype)(pick(b, 4)), pick_number(b),
                                pick_number(b), pick(b, 30) - 1))

static ag_tensor *call_pad(stream *b, ag_tensor *x, ag_tensor *y, ag_tensor *z)
{
    ag_pad_widths w = {0};
    for (int d = 0; d < 4; d++) {
        w.before[d] = pick(b, 6) - 2;
        w.after[d] = next_byte(b) > 250 ? pick_whole(b) : pick(b, 6) - 2;
    }
    (void)y, (void)z;
    return ag_pad(x, (ag_pad_mode)pick(b, 5), &w, pick_number(b));
}

static ag_tensor *call_unfold2d(stream *b, ag_tensor *x, ag_tensor *y, ag_tensor *z)
{
    ag_unfold_options o = {{pick(b, 5), pick(b, 5)},
                           {pick(b, 4), pick(b, 4)},
                           {pick(b, 4) - 1, pick(b, 3)},
                           {pick(b, 4), pick(b, 4)}};
    (void)y, (void)z;
    return ag_unfold2d(x, &o);
}

/* Several results: one of them goes on. */
static ag_tensor *call_split(stream *b, ag_tensor *x, ag_tensor *y, ag_tensor *z)
{
    enum { ROOM = 8 };
    ag_tensor *out[ROOM] = {NULL}, *list[] = {x, y, z};
    const int64_t sizes[] = {pick_whole(b), pick_whole(b), pick_whole(b)};
    int n = -1;
    switch (pick(b, 5)) {
    case 0:
        n = ag_split(x, pick_axis(b), pick_whole(b), out, ROOM);
        break;
    case 1:
        n = ag_split_sizes(x, pick_axis(b), sizes, pick(b, 4), out);
        break;
    case 2:
        n = ag_chunk(x, pick_axis(b), pick(b, ROOM + 1), out);
        break;
    case 3:
        n = ag_unbind(x, pick_axis(b), out, ROOM);
        break;
    default:
        n = ag_meshgrid(list, 1 + pick(b, 3), out);
        break;
    }
    return n > 0 ? out[pick(b, n < ROOM ? n : ROOM)] : n == 0 ? x : NULL;
}

/* --- reductions ------------------------------------------------------------------------------- */

typedef ag_tensor *over(ag_tensor *x, ag_axes axes, bool keepdim);
typedef ag_tensor *over_number(ag_tensor *x, ag_axes axes, bool keepdim, double number);
typedef ag_tensor *along_axis(ag_tensor *x, int axis);
typedef ag_tensor *with_indices(ag_tensor *x, int axis, bool keepdim, ag_tensor **indices);

static ag_tensor *call_over(stream *b, ag_tensor *x, ag_tensor *y, ag_tensor *z)
{
    static over *const f[] = {ag_sum_over,  ag_mean_over, ag_nansum_over,        ag_nanmean_over,
                              ag_prod_over, ag_max_over,  ag_min_over,           ag_median_over,
                              ag_all_over,  ag_any_over,  ag_count_nonzero_over, ag_logsumexp_over};
    static over_number *const g[] = {ag_var_over, ag_std_over, ag_norm_over};
    int i = pick(b, 15);
    ag_axes axes = pick_axes(b);
    (void)y, (void)z;
    return i < 12 ? f[i](x, axes, flip(b)) : g[i - 12](x, axes, flip(b), pick_number(b));
}

static ag_tensor *call_along(stream *b, ag_tensor *x, ag_tensor *y, ag_tensor *z)
{
    static along_axis *const f[] = {ag_cumsum,  ag_cumprod, ag_logcumsumexp,
                                    ag_softmax, ag_softmin, ag_log_softmax};
    static with_indices *const g[] = {ag_max_along, ag_min_along, ag_median_along};
    ag_tensor *indices = NULL, *value = NULL;
    int i = pick(b, 12), axis = pick_axis(b);
    bool flag = flip(b);
    if (i < 6) {
        return f[i](x, axis);
    }
    switch (i) {
    case 9:
        value = ag_cummax(x, axis, &indices);
        break;
    case 10:
        value = ag_sort(x, axis, flag, &indices);
        break;
    case 11:
        value = ag_topk(x, axis, pick_whole(b), flag, &indices);
        break;
    default:
        value = g[i - 6](x, axis, flag, &indices);
        break;
    }
    (void)y, (void)z;
    return flip(b) ? indices : value;
}

CALL(call_normalize, ag_normalize(x, pick_axis(b), pick_number(b), pick_number(b)))
CALL(call_argmax, flip(b) ? ag_argmax_along(x, pick_axis(b), flip(b)) : ag_argmin(x))

/* --- indices, matrices ------------------------------------------------------------------------ */

CALL(call_index_select, ag_index_select(x, y, pick_axis(b)))
CALL(call_gather, ag_gather(x, y, pick_axis(b)))
CALL(call_scatter,
     flip(b) ? ag_scatter(x, y, z, pick_axis(b)) : ag_scatter_add(x, y, z, pick_axis(b)))

static ag_tensor *call_scatter_reduce(stream *b, ag_tensor *x, ag_tensor *y, ag_tensor *z)
{
    ag_scatter_options o = {(ag_scatter_reduction)pick(b, 6), flip(b)};
    int how = pick(b, 3), axis = pick_axis(b);
    return how == 0   ? ag_scatter_reduce(x, y, z, axis, &o)
           : how == 1 ? ag_index_reduce(x, y, z, axis, &o)
                      : ag_index_put(x, &y, pick(b, 2), z, flip(b));
}

static ag_tensor *call_resample(stream *b, ag_tensor *x, ag_tensor *y, ag_tensor *z)
{
    ag_interpolate_options o = {(ag_resample_mode)pick(b, 5), {0}, {0}, flip(b)};
    ag_grid_options at = {o.mode, (ag_grid_padding)pick(b, 4), flip(b)};
    bool sizes = flip(b);
    for (int d = 0; d < 3; d++) {
        o.size[d] = sizes ? pick(b, 7) - 1 : 0;
        o.scale[d] = sizes ? 0 : pick_number(b);
    }
    (void)z;
    return flip(b) ? ag_interpolate(x, &o) : ag_grid_sample(x, y, &at);
}

static ag_tensor *call_fourier(stream *b, ag_tensor *x, ag_tensor *y, ag_tensor *z)
{
    ag_tensor *(*const all[])(ag_tensor *, int, int64_t, ag_fft_norm) = {(ag_fft), (ag_ifft),
                                                                         (ag_rfft), (ag_irfft)};
    int axis = pick_axis(b), n = pick(b, 12) - 1, norm = pick(b, 4);
    (void)y, (void)z;
    return all[pick(b, 4)](x, axis, n, (ag_fft_norm)norm);
}

static ag_tensor *call_put_back(stream *b, ag_tensor *x, ag_tensor *y, ag_tensor *z)
{
    ag_unfold_options o = {{pick(b, 5), pick(b, 5)}, {pick(b, 4)}, {pick(b, 4) - 1}, {pick(b, 4)}};
    ag_pool_options w = {.kernel = {pick(b, 4), pick(b, 4)}, .stride = {pick(b, 3)}};
    (void)z;
    return flip(b) ? ag_fold2d(x, pick(b, 9), pick(b, 9), &o)
                   : ag_max_unpool2d(x, y, &w, AG_SCALAR);
}

CALL(call_masked, flip(b) ? ag_masked_fill(x, y, pick_number(b)) : ag_masked_select(x, y))
CALL(call_masked_over, flip(b) ? ag_masked_sum_over(x, y, pick_axes(b), flip(b))
                               : ag_masked_mean_over(x, y, pick_axes(b), flip(b)))
CALL(call_one_hot, ag_one_hot(x, pick(b, 12) - 2))
CALL(call_searchsorted, ag_searchsorted(x, y, flip(b)))
CALL(call_nonzero, ag_nonzero(x))
CALL(call_cast, ag_cast(x, (ag_dtype)pick(b, 4)))
CALL(call_where, ag_where(x, y, z))
CALL(call_matmul, ag_matmul(x, y))
CALL(call_outer, flip(b) ? ag_outer(x, y) : ag_kron(x, y))
CALL(call_dot, ag_dot(x, y))
CALL(call_diagonal, ag_diagonal(x, pick_axis(b), pick_axis(b), pick_whole(b)))
CALL(call_diag, ag_diag(x, pick(b, 9) - 4))
CALL(call_triangle, flip(b) ? ag_tril(x, pick_whole(b)) : ag_triu(x, pick_whole(b)))
CALL(call_solve, ag_solve(x, y))
CALL(call_solve_triangular,
     ag_solve_triangular(x, y, flip(b), &(ag_triangular_options){flip(b), flip(b), flip(b)}))
CALL(call_cholesky, flip(b) ? ag_cholesky(x, flip(b)) : ag_inverse(x))

static ag_tensor *call_einsum(stream *b, ag_tensor *x, ag_tensor *y, ag_tensor *z)
{
    static const char symbol[] = "abcdijk,.->ii ,";
    char equation[24];
    ag_tensor *in[] = {x, y, z};
    int n = pick(b, 24);
    for (int i = 0; i < n; i++) {
        unsigned c = next_byte(b);
        equation[i] = c < 240 ? symbol[c % (sizeof symbol - 1)] : (char)(c - 239);
    }
    equation[n] = '\0';
    return ag_einsum(equation, in, 1 + pick(b, 3));
}

static ag_tensor *call_factors(stream *b, ag_tensor *x, ag_tensor *y, ag_tensor *z)
{
    ag_tensor *out[3] = {NULL}, *value = NULL;
    switch (pick(b, 4)) {
    case 0:
        value = ag_svd(x, &out[0], &out[1], &out[2]);
        break;
    case 1:
        value = ag_eigh(x, &out[0]);
        break;
    case 2:
        value = ag_slogdet(x, &out[0]);
        break;
    default:
        value = ag_det(x);
        break;
    }
    int i = pick(b, 4);
    (void)y, (void)z;
    return i < 3 && out[i] != NULL ? out[i] : value;
}

#endif
