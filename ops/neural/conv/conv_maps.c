/* The three maps of convolution in one to three dimensions, as numbers; see conv_maps.h. Knows
 * shapes and which map the gradient of a map is; the arithmetic is ops/kernel/conv_kernels.c.
 */
#include "conv_maps.h"

#include <stdio.h>
#include <string.h>

#include "ops/common/grad_out.h"
#include "ops/common/simd_loop.h"
#include "ops/common/strided.h"
#include "ops/common/strided_sum.h"
#include "ops/cpu/parallel.h"

#define BODY "ops/neural/conv/conv_maps_body.inc"
#include "ops/kernel/each_float.inc"

/* --- shapes ----------------------------------------------------------------------------------- */

/* The first operand, the second one and the result of each map. */
enum { X, W, Y };
static const int roles[3][3] = {
    [AG__CONV_FORWARD] = {X, W, Y},
    [AG__CONV_INPUT] = {Y, W, X},
    [AG__CONV_WEIGHT] = {X, Y, W},
};

/* The shape of X, W or Y. */
static ag_shape shape_of(const ag__conv_attr *c, int role)
{
    const ag__conv_size *s = &c->size;
    const int64_t *extent = role == X ? s->x : role == W ? s->k : s->y;
    ag_shape shape = {c->n + 2, {role == W ? s->groups * s->out : s->batch}};
    shape.dim[1] = role == X ? s->groups * s->in : role == W ? s->in : s->groups * s->out;
    for (int d = 0; d < c->n; d++) {
        shape.dim[2 + d] = extent[3 - c->n + d];
    }
    return shape;
}

/* Size number d of operand i, or 0 if there is none. The whole shape is checked afterwards. */
static int64_t dim_of(ag_tensor *const *in, int i, int d)
{
    ag_shape s = ag_shape_of(in[i]);
    return d < s.ndim ? s.dim[d] : 0;
}

/* The parameters, completed by the sizes of the operands. */
static ag__conv_attr with_sizes(const void *attr, ag_tensor *const *in)
{
    ag__conv_attr c = *(const ag__conv_attr *)attr;
    bool weight = c.map == AG__CONV_WEIGHT;
    c.size.batch = dim_of(in, 0, 0);
    c.size.in = weight ? dim_of(in, 0, 1) / c.size.groups : dim_of(in, 1, 1);
    c.size.out = dim_of(in, 1, weight ? 1 : 0) / c.size.groups;
    return c;
}

static ag_status check_operands(ag_call *call, const ag__conv_attr *c)
{
    ag_status status = ag_call_same_float(call);
    for (int i = 0; i < 2 && status == AG_OK; i++) {
        ag_shape have = ag_shape_of(call->in[i]), want = shape_of(c, roles[c->map][i]);
        char th[AG__TEXT_BYTES], tw[AG__TEXT_BYTES];
        if (!ag_shape_equal(have, want)) {
            status = ag_call_fail(call, AG_ERR_SHAPE, NULL, "operand %d has shape %s, not %s", i,
                                  ag__text_of(have, th), ag__text_of(want, tw));
        }
    }
    return status;
}

ag_status ag__conv_infer(ag_call *call)
{
    ag__conv_attr c = with_sizes(call->attr, call->in);
    call->shape = shape_of(&c, roles[c.map][2]);
    ag_status status = check_operands(call, &c);
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

/* Writes "kernel 3,3, stride 2,2, padding 1,1", and dilation and groups unless they are 1. */
void ag__conv_describe(const void *attr, char *text, size_t bytes)
{
    const ag__conv_attr *c = attr;
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

/* --- numbers ---------------------------------------------------------------------------------- */

/* Computes one of the maps for tensors. `bias` may be NULL. */
static ag_status run(ag__conv_map map, const ag__conv_size *s, const ag_tensor *first,
                     const ag_tensor *second, const ag_tensor *bias, void *out, bool add)
{
    ag_graph *g = ag_graph_of(first);
    ag_array a = ag_array_of(first), b = ag_array_of(second);
    ag_array plus = ag_array_of(bias != NULL ? bias : first);
    const ag__kernels *kernels = ag__kernels_best();
    ag__conv_size in_threads = *s;
    in_threads.threads = ag__threads();
    const void *in_a = ag__contiguous(g, &a), *in_b = ag__contiguous(g, &b);
    const void *in_bias = bias != NULL ? ag__contiguous(g, &plus) : NULL;
    size_t bytes = ag__conv_work(kernels, ag_dtype_bytes(a.dtype), &in_threads, map);
    void *work = ag_workspace(g, bytes);
    if (in_a == NULL || in_b == NULL || work == NULL || (bias != NULL && in_bias == NULL)) {
        return AG_ERR_MEMORY;
    }
    (a.dtype == AG_F64 ? run_f64 : run_f32)(kernels, map, &in_threads, in_a, in_b, in_bias, out,
                                            add, work);
    return AG_OK;
}

/* Computes the map of the operands of a call. If no sum has a term, the result is 0, or the bias.
 */
static ag_status run_call(ag_call *call, const ag__conv_attr *c)
{
    const ag_tensor *bias = call->n_in > 2 ? call->in[2] : NULL;
    if (ag_size(call->in[0]) > 0 && ag_size(call->in[1]) > 0 && call->out.size > 0) {
        return run(c->map, &c->size, call->in[0], call->in[1], bias, call->out.data, false);
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

ag_status ag__conv_forward(ag_call *call)
{
    ag__conv_attr c = with_sizes(call->attr, call->in);
    return run_call(call, &c);
}

/* --- gradients -------------------------------------------------------------------------------- */

ag__conv_term ag__conv_term_of(ag__conv_map map, int i)
{
    static const ag__conv_term terms[3][2] = {
        [AG__CONV_FORWARD] = {{AG__CONV_INPUT, AG__CONV_UPSTREAM, 1},
                              {AG__CONV_WEIGHT, 0, AG__CONV_UPSTREAM}},
        [AG__CONV_INPUT] = {{AG__CONV_FORWARD, AG__CONV_UPSTREAM, 1},
                            {AG__CONV_WEIGHT, AG__CONV_UPSTREAM, 0}},
        [AG__CONV_WEIGHT] = {{AG__CONV_INPUT, 1, AG__CONV_UPSTREAM},
                             {AG__CONV_FORWARD, 0, AG__CONV_UPSTREAM}},
    };
    return terms[map][i];
}

ag_tensor *ag__conv_tensor(const ag_vjp_call *call, int i)
{
    return i == AG__CONV_UPSTREAM ? call->upstream : call->in[i];
}

/* The gradient of the bias: the sum over all axes but that of the channels. */
static ag_status bias_backward(const ag_vjp_call *call, const ag__grad_out *to)
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

static ag_status operand_backward(const ag_vjp_call *call, int i, const ag__grad_out *to)
{
    ag__conv_attr c = with_sizes(call->attr, call->in);
    ag__conv_term t = ag__conv_term_of(c.map, i);
    const ag_tensor *first = ag__conv_tensor(call, t.first);
    const ag_tensor *second = ag__conv_tensor(call, t.second);
    if (ag_size(first) == 0 || ag_size(second) == 0) {
        if (to->fresh) {
            memset(to->at, 0, (size_t)to->array.size * ag_dtype_bytes(to->array.dtype));
        }
        return AG_OK;
    }
    return run(t.map, &c.size, first, second, NULL, to->at, !to->fresh);
}

ag_status ag__conv_backward(ag_vjp_call *call)
{
    ag_status status = AG_OK;
    for (int i = 0; i < call->n_in && status == AG_OK; i++) {
        ag__grad_out to;
        if (!ag_needs_input_grad(call, i)) {
            continue;
        }
        if (!ag__grad_out_open(&to, call, i)) {
            return AG_ERR_MEMORY;
        }
        if (to.array.size > 0) {
            status = i < 2 ? operand_backward(call, i, &to) : bias_backward(call, &to);
            ag__grad_out_close(&to);
        }
    }
    return status;
}
