/* Shape and index operations. */
#ifndef CALL_INDEX_H
#define CALL_INDEX_H

#include "call.h"

#define METHOD ((ag_quantile_method)WHOLE("method"))

#define GOLDEN_INDEX(X)                                                                            \
    X(squeeze, ONE(ag_squeeze(in[0])))                                                             \
    X(squeeze_axis, ONE(ag_squeeze_axis(in[0], AXIS)))                                             \
    X(squeeze_axes, ONE(ag_squeeze_axes(in[0], AXES)))                                             \
    X(unsqueeze, ONE(ag_unsqueeze(in[0], AXIS)))                                                   \
    X(flatten, ONE(ag_flatten(in[0], SMALL("start"), SMALL("end"))))                               \
    X(movedim, ONE(ag_moveaxis(in[0], attr_axes(r->text, "source"), attr_axes(r->text, "to"))))    \
    X(stack, ONE(ag_stack(in, r->n_in, AXIS)))                                                     \
    X(split, ag_split(in[0], AXIS, WHOLE("size"), out, MOST_TENSORS))                              \
    X(split_sizes, call_sizes(r, in, out))                                                         \
    X(chunk, call_chunks(r, in, out))                                                              \
    X(unbind, ag_unbind(in[0], AXIS, out, MOST_TENSORS))                                           \
    X(meshgrid, ag_meshgrid(in, r->n_in, out))                                                     \
    X(pad, call_padded(r, in, out))                                                                \
    X(flip, ONE(ag_flip(in[0], AXES)))                                                             \
    X(roll, ONE(ag_roll(in[0], AXIS, WHOLE("shift"))))                                             \
    X(repeat, ONE(ag_repeat(in[0], attr_list(r->text, "counts"))))                                 \
    X(tile, ONE(ag_tile(in[0], attr_list(r->text, "counts"))))                                     \
    X(repeat_interleave, ONE(ag_repeat_interleave(in[0], AXIS, WHOLE("n"))))                       \
    X(unfold, ONE(ag_unfold(in[0], AXIS, WHOLE("size"), WHOLE("step"))))                           \
    X(fold2d, call_folded(r, in, out))                                                             \
    X(unfold2d, call_patches(r, in, out))                                                          \
    X(select, ONE(ag_select(in[0], AXIS, WHOLE("index"))))                                         \
    X(narrow, ONE(ag_narrow(in[0], AXIS, WHOLE("start"), WHOLE("length"))))                        \
    X(index_select, ONE(ag_index_select(in[0], in[1], AXIS)))                                      \
    X(gather, ONE(ag_gather(in[0], in[1], AXIS)))                                                  \
    X(scatter, ONE(ag_scatter(in[0], in[1], in[2], AXIS)))                                         \
    X(scatter_add, ONE(ag_scatter_add(in[0], in[1], in[2], AXIS)))                                 \
    X(scatter_reduce,                                                                              \
      ONE(ag_scatter_reduce(in[0], in[1], in[2], AXIS,                                             \
                            &(ag_scatter_options){scattered_as(r), FLAG("exclude_self")})))        \
    X(index_reduce,                                                                                \
      ONE(ag_index_reduce(in[0], in[1], in[2], AXIS,                                               \
                          &(ag_scatter_options){scattered_as(r), FLAG("exclude_self")})))          \
    X(index_add, ONE(ag_index_add(in[0], in[1], in[2], AXIS)))                                     \
    X(index_put,                                                                                   \
      ONE(ag_index_put(in[0], in + 1, r->n_in - 2, in[r->n_in - 1], FLAG("accumulate"))))          \
    X(take_along, ONE(ag_take_along(in[0], in[1], AXIS)))                                          \
    X(masked_fill, ONE(ag_masked_fill(in[0], in[1], NUMBER("value"))))                             \
    X(masked_sum, ONE(ag_masked_sum_over(in[0], in[1], AXES, KEEP)))                               \
    X(masked_mean, ONE(ag_masked_mean_over(in[0], in[1], AXES, KEEP)))                             \
    X(masked_select, ONE(ag_masked_select(in[0], in[1])))                                          \
    X(nonzero, ONE(ag_nonzero(in[0])))                                                             \
    X(one_hot, ONE(ag_one_hot(in[0], WHOLE("classes"))))                                           \
    X(sort, TWO(ag_sort(in[0], AXIS, FLAG("descending"), &out[1])))                                \
    X(argsort, ONE(ag_argsort(in[0], AXIS, FLAG("descending"))))                                   \
    X(topk, TWO(ag_topk(in[0], AXIS, WHOLE("k"), FLAG("largest"), &out[1])))                       \
    X(kthvalue, TWO(ag_kthvalue(in[0], AXIS, KEEP, WHOLE("k"), &out[1])))                          \
    X(quantile, ONE(ag_quantile_over(in[0], AXES, KEEP, NUMBER("q"), METHOD)))                     \
    X(searchsorted, ONE(ag_searchsorted(in[0], in[1], FLAG("right"))))                             \
    X(arange, ONE(ag_arange(g, ag_dtype_of(ag_constant(g, 0)), NUMBER("start"), NUMBER("stop"),    \
                            NUMBER("step"))))                                                      \
    X(linspace, ONE(ag_linspace(g, ag_dtype_of(ag_constant(g, 0)), NUMBER("start"),                \
                                NUMBER("stop"), WHOLE("n"))))

#if __has_include(<autograd/index.h>)

static ag_scatter_reduction scattered_as(const record *r)
{
    static const char *const names[] = {"sum", "mean", "amax", "amin", "prod"};
    int found = 0;
    for (int i = 0; i < 5; i++) {
        found = attr_is(r->text, "reduction", names[i]) ? i : found;
    }
    return (ag_scatter_reduction)found;
}

static int call_sizes(const record *r, ag_tensor *const *in, ag_tensor **out)
{
    ag_shape sizes = attr_list(r->text, "sizes");
    return ag_split_sizes(in[0], AXIS, sizes.dim, sizes.ndim, out);
}

static int call_chunks(const record *r, ag_tensor *const *in, ag_tensor **out)
{
    int n = SMALL("n");
    return ag_chunk(in[0], AXIS, n < MOST_TENSORS ? n : MOST_TENSORS, out);
}

static int call_padded(const record *r, ag_tensor *const *in, ag_tensor **out)
{
    static const char *const modes[] = {"constant", "reflect", "replicate", "circular"};
    ag_shape before = attr_list(r->text, "before"), after = attr_list(r->text, "after");
    ag_pad_widths widths;
    int mode = 0;
    memcpy(widths.before, before.dim, sizeof before.dim);
    memcpy(widths.after, after.dim, sizeof after.dim);
    for (int i = 0; i < 4; i++) {
        mode = attr_is(r->text, "mode", modes[i]) ? i : mode;
    }
    return ONE(ag_pad(in[0], (ag_pad_mode)mode, &widths, NUMBER("value")));
}

static ag_unfold_options patches_of(const record *r)
{
    int64_t kernel[3], stride[3], padding[3], dilation[3];
    three(r, "kernel", kernel);
    three(r, "stride", stride);
    three(r, "padding", padding);
    three(r, "dilation", dilation);
    return (ag_unfold_options){.kernel = {kernel[0], kernel[1]},
                               .stride = {stride[0], stride[1]},
                               .padding = {padding[0], padding[1]},
                               .dilation = {dilation[0], dilation[1]}};
}

static int call_patches(const record *r, ag_tensor *const *in, ag_tensor **out)
{
    ag_unfold_options options = patches_of(r);
    return ONE(ag_unfold2d(in[0], &options));
}

static int call_folded(const record *r, ag_tensor *const *in, ag_tensor **out)
{
    ag_unfold_options options = patches_of(r);
    ag_shape size = attr_list(r->text, "size");
    return ONE(ag_fold2d(in[0], size.dim[0], size.dim[1], &options));
}

GOLDEN_INDEX(GOLDEN_CALL)
static const golden_entry index_calls[] = {GOLDEN_INDEX(GOLDEN_ENTRY)};
#else
static const golden_entry index_calls[] = {GOLDEN_INDEX(GOLDEN_ABSENT)};
#endif

#endif
