/* The three maps of convolution in one to three dimensions, as numbers; see conv_maps.h. Knows
 * shapes and which map the gradient of a map is; the arithmetic is ops/kernel/conv_kernels.c.
 */
#include "conv_maps.h"

#include <stdio.h>
#include <string.h>

#include "ops/common/grad_out.h"
#include "ops/common/strided.h"
#include "ops/cpu/parallel.h"
#include "ops/neural/relu.h"

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

/* Computes a map of two tensors. `n` says where the result goes, and what else belongs to it. */
static ag_status run(ag__conv_map map, const ag__conv_size *s, const ag_tensor *first,
                     const ag_tensor *second, ag__conv_numbers *n)
{
    ag_graph *g = ag_graph_of(first);
    ag_array a = ag_array_of(first), b = ag_array_of(second);
    const ag__kernels *kernels = ag__kernels_best();
    ag__conv_size in_threads = *s;
    in_threads.threads = ag__threads();
    n->first = ag__contiguous(g, &a);
    n->second = ag__contiguous(g, &b);
    size_t element = ag_dtype_bytes(a.dtype);
    void *work = ag_workspace(g, ag__conv_work(kernels, element, &in_threads, map));
    if ((a.size > 0 && n->first == NULL) || n->second == NULL || work == NULL) {
        return AG_ERR_MEMORY;
    }
    ag__conv_run(kernels, element, &in_threads, map, n, work);
    return AG_OK;
}

/* The result where no sum has a term: 0, or the bias. */
static void write_bias(const ag_call *call, bool relu)
{
    memset(call->out.data, 0, (size_t)call->out.size * ag_dtype_bytes(call->dtype));
    if (call->n_in > 2 && call->out.size > 0) {
        ag_array from = ag_array_of(call->in[2]);
        int64_t stride[AG_MAX_DIMS] = {0, from.stride[0]};
        from.ndim = call->out.ndim;
        from.dim = call->out.dim;
        from.stride = stride;
        ag__strided_copy(&call->out, &from);
    }
    if (relu) {
        ag__relu_apply(&call->out);
    }
}

ag_status ag__conv_forward(ag_call *call)
{
    ag__conv_attr c = with_sizes(call->attr, call->in);
    ag__conv_numbers n = {.out = call->out.data, .relu = c.relu};
    if (ag_size(call->in[0]) == 0 || ag_size(call->in[1]) == 0 || call->out.size == 0) {
        write_bias(call, c.relu);
        return AG_OK;
    }
    if (call->n_in > 2) {
        ag_array bias = ag_array_of(call->in[2]);
        n.bias = ag__contiguous(call->graph, &bias);
        if (n.bias == NULL) {
            return AG_ERR_MEMORY;
        }
    }
    return run(c.map, &c.size, call->in[0], call->in[1], &n);
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

/* Whether there are numbers to be written. Zeros are written here if none of them has a term. */
static bool has_terms(const ag__grad_out *to, bool terms)
{
    if (to->at != NULL && !terms && to->fresh) {
        memset(to->at, 0, (size_t)to->array.size * ag_dtype_bytes(to->array.dtype));
    }
    return to->at != NULL && terms;
}

/* Computes the gradient of operand i and, with that of the weight, that of the bias, if they have
 * places. If x has no elements, the bias still has its gradient. */
static ag_status run_term(const ag_vjp_call *call, int i, const ag__grad_out *to,
                          const ag__grad_out *bias)
{
    ag__conv_attr c = with_sizes(call->attr, call->in);
    ag__conv_term t = ag__conv_term_of(c.map, i);
    const ag_tensor *first = ag__conv_tensor(call, t.first);
    const ag_tensor *second = ag__conv_tensor(call, t.second);
    ag__conv_numbers n = {.gate = c.relu ? ag_array_of(call->out).data : NULL};
    if (has_terms(to, ag_size(first) > 0 && ag_size(second) > 0)) {
        n.out = to->at;
        n.add = !to->fresh;
    } else {
        c.size.in = 1; /* x is not read */
    }
    if (has_terms(bias, ag_size(call->upstream) > 0)) {
        n.sums = bias->at;
        n.add_sums = !bias->fresh;
    }
    return n.out != NULL || n.sums != NULL ? run(t.map, &c.size, first, second, &n) : AG_OK;
}

static ag_status operand_backward(ag_vjp_call *call, int i)
{
    ag__grad_out to = {.at = NULL}, bias = {.at = NULL};
    bool and_bias = i == 1 && call->n_in > 2 && ag_needs_input_grad(call, 2);
    if ((ag_needs_input_grad(call, i) && !ag__grad_out_open(&to, call, i)) ||
        (and_bias && !ag__grad_out_open(&bias, call, 2))) {
        return AG_ERR_MEMORY;
    }
    ag_status status = run_term(call, i, &to, &bias);
    if (status == AG_OK) {
        ag__grad_out_close(&to);
        ag__grad_out_close(&bias);
    }
    return status;
}

ag_status ag__conv_backward(ag_vjp_call *call)
{
    ag_status status = operand_backward(call, 0);
    return status == AG_OK ? operand_backward(call, 1) : status;
}
