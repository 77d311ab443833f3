/* Attention as one operation, which keeps nothing but its result. Its rule is written with the
 * operations that it stands for, and numbers go by strips (attention_strips.c). Must not know when
 * it is used; that is attention.c.
 */
#include <math.h>
#include <string.h>

#include <autograd/elementwise.h>
#include <autograd/linalg.h>
#include <autograd/reduce.h>
#include <autograd/shape.h>

#include "attention_weights.h"
#include "ops/common/scalar_like.h"
#include "ops/neural/neural_ops.h"

/* --- forward ---------------------------------------------------------------------------------- */

/* The shape of the scores, or of the result, that go with q and a last size. */
static ag_shape with_last(ag_shape q, int64_t last)
{
    if (q.ndim > 0) {
        q.dim[q.ndim - 1] = last;
    }
    return q;
}

/* Whether x is (..., rows, columns) with q's leading sizes. */
static bool is_stack(const ag_tensor *x, ag_shape q, int64_t rows, int64_t columns)
{
    q.dim[q.ndim - 2] = rows;
    return ag_shape_equal(ag_shape_of(x), with_last(q, columns));
}

static ag_status attention_infer(ag_call *call)
{
    ag_tensor *const *in = call->in;
    bool fits = call->n_in == 3 || call->n_in == 4;
    ag_shape q = ag_shape_of(in[0]), v = fits ? ag_shape_of(in[2]) : q;
    fits = fits && q.ndim >= 2 && v.ndim == q.ndim && ag_size(in[0]) > 0 && ag_size(in[2]) > 0;
    if (fits) {
        int64_t keys = v.dim[v.ndim - 2], depth = v.dim[v.ndim - 1];
        fits = is_stack(in[1], q, keys, q.dim[q.ndim - 1]) && is_stack(in[2], q, keys, depth) &&
               (call->n_in == 3 || is_stack(in[3], q, q.dim[q.ndim - 2], keys));
        call->shape = with_last(q, depth);
    }
    if (!fits) {
        return ag_call_fail(call, AG_ERR_SHAPE, NULL, "q, k, v and the mask do not go together");
    }
    ag_call floats = *call;
    floats.n_in -= call->n_in == 4 && ag_dtype_of(in[3]) == AG_I64; /* a mask may be of i64 */
    return ag_call_same_float(&floats);
}

static ag__attention_arrays numbers_of(const void *attr, ag_tensor *const *in, int n_in, ag_array y)
{
    ag__attention_arrays a = {.attr = attr, .y = y};
    a.q = ag_array_of(in[0]);
    a.k = ag_array_of(in[1]);
    a.v = ag_array_of(in[2]);
    if (n_in == 4) {
        a.mask = ag_array_of(in[3]);
    }
    return a;
}

static ag_status attention_forward(ag_call *call)
{
    ag__attention_arrays a = numbers_of(call->attr, call->in, call->n_in, call->out);
    return ag__attention_forward(&a, call->graph);
}

/* --- the rule --------------------------------------------------------------------------------- */

static ag_status attention_vjp(ag_vjp_call *call)
{
    const ag__attention_attr *attr = call->attr;
    ag_tensor *q = call->in[0], *k = call->in[1], *v = call->in[2], *g = call->upstream;
    ag_tensor *a = ag__attention_weights(q, k, call->n_in == 4 ? call->in[3] : NULL, attr);
    ag_tensor *by_a = ag_matmul(g, ag_transpose(v));
    /* As in the rule of softmax, what belongs to a weight that is nearly 1 is subtracted first. */
    ag_tensor *most = ag_where(ag_gt(a, ag__scalar_like(a, 0.5)), by_a, ag__scalar_like(a, 0));
    by_a = ag_sub(by_a, ag_sum_over(most, AG_AXES(-1), true));
    ag_tensor *sum = ag_sum_over(ag_mul(by_a, a), AG_AXES(-1), true);
    ag_tensor *by_s = ag_mul_scalar(ag_mul(a, ag_sub(by_a, sum)), attr->scale);
    ag_status status = ag_accumulate(call, 0, ag_matmul(by_s, k));
    if (status == AG_OK) {
        status = ag_accumulate(call, 1, ag_matmul(ag_transpose(by_s), q));
    }
    return status == AG_OK ? ag_accumulate(call, 2, ag_matmul(ag_transpose(a), g)) : status;
}

static ag_status attention_backward(ag_vjp_call *call)
{
    ag_array g = ag_array_of(call->upstream);
    ag__attention_arrays a = numbers_of(call->attr, call->in, call->n_in, g);
    ag_array *const to[] = {&a.gq, &a.gk, &a.gv};
    bool some = false;
    for (int i = 0; i < 3; i++) {
        if (ag_needs_input_grad(call, i)) {
            *to[i] = ag_grad_array(call, i);
            some = true;
            if (to[i]->data == NULL) {
                return AG_ERR_MEMORY;
            }
        }
    }
    return some ? ag__attention_backward(&a, ag_graph_of(call->out)) : AG_OK;
}

static void describe(const void *attr, char *text, size_t bytes)
{
    const ag__attention_attr *a = attr;
    ag_format_text(text, bytes, "scale %.4g%s", a->scale, a->causal ? ", causal" : "");
}

/* --- the table -------------------------------------------------------------------------------- */

static ag_tensor *apply(ag_tensor *const *in, ag_tensor *mask, bool causal)
{
    const ag__attention_attr attr = {0.5, causal};
    return ag_apply(&ag__attention_op, (ag_tensor *[]){in[0], in[1], in[2], mask},
                    mask != NULL ? 4 : 3, &attr, sizeof attr);
}

static ag_tensor *sample_plain(ag_tensor *const *in)
{
    return apply(in, NULL, false);
}

static ag_tensor *sample_causal(ag_tensor *const *in)
{
    return apply(in, NULL, true);
}

static ag_tensor *sample_hidden(ag_tensor *const *in)
{
    const int64_t see[] = {1, 0, 1, 1, 0, 0, 0, 0};
    ag_graph *g = ag_graph_of(in[0]);
    return apply(in, ag_leaf(g, AG_CONSTANT, AG_I64, AG_SHAPE(2, 4), see), false);
}

static ag_tensor *sample_added(ag_tensor *const *in)
{
    ag_tensor *one = ag__scalar_like(in[0], 1), *never = ag__scalar_like(in[0], -(double)INFINITY);
    ag_tensor *row = ag_stack((ag_tensor *[]){one, never, one, never}, 4, 0);
    return apply(in, ag_expand(row, AG_SHAPE(2, 4)), true);
}

static const ag_case cases[] = {
    {"[2,2,3] and four keys",
     sample_plain,
     3,
     {{3, {2, 2, 3}}, {3, {2, 4, 3}}, {3, {2, 4, 2}}},
     -2,
     2},
    {"causal", sample_causal, 3, {{2, {3, 2}}, {2, {4, 2}}, {2, {4, 2}}}, -2, 2},
    {"a row hidden", sample_hidden, 3, {{2, {2, 2}}, {2, {4, 2}}, {2, {4, 3}}}, -2, 2},
    {"a mask added, causal", sample_added, 3, {{2, {2, 2}}, {2, {4, 2}}, {2, {4, 3}}}, -2, 2},
};

/* q (..., L, E), k (..., S, E), v (..., S, V) and, if there is one, a mask (..., L, S), which gets
 * no gradient; leading sizes are the same, and no size is 0. */
const ag_op ag__attention_op = {
    .name = "attention",
    .n_in = AG_ANY_NUMBER,
    .infer = attention_infer,
    .forward = attention_forward,
    .vjp = attention_vjp,
    .backward = attention_backward,
    .formula = "DOT(F(softmax, DOT(A, T(B))), C)",
    .vjp_formula = {"F(attention_q, GY)", "F(attention_k, GY)",
                    "DOT(T(F(softmax, DOT(A, T(B)))), GY)"},
    .describe = describe,
    AG_CASES(cases),
};
