/* Scaled dot-product attention: two products and a softmax, recorded one by one where somebody
 * could look at the weights, otherwise as one operation that keeps none.
 */
#include <math.h>

#include <autograd/elementwise.h>
#include <autograd/linalg.h>
#include <autograd/neural.h>
#include <autograd/shape.h>

#include "attention_weights.h"
#include "ops/common/batched_gemm.h"
#include "ops/common/composite.h"
#include "ops/neural/neural_ops.h"

/* With fewer scores than this a trace and a figure show the steps, and nothing is gained by leaving
 * them out (tests/bench/README.md). */
enum { MANY = 1 << 16 };

/* --- checks ----------------------------------------------------------------------------------- */

static bool attention_fits(ag__composite *c, ag_shape q, ag_shape k, ag_shape v)
{
    char tq[AG__TEXT_BYTES], tk[AG__TEXT_BYTES], tv[AG__TEXT_BYTES];
    if (q.ndim < 2 || k.ndim < 2 || v.ndim < 2 || q.dim[q.ndim - 1] != k.dim[k.ndim - 1] ||
        k.dim[k.ndim - 2] != v.dim[v.ndim - 2]) {
        ag_call_fail(&c->call, AG_ERR_SHAPE,
                     "q (..., L, E), k (..., S, E), v (..., S, V) with the same leading sizes",
                     "q %s, k %s and v %s do not go together", ag__text_of(q, tq),
                     ag__text_of(k, tk), ag__text_of(v, tv));
        return false;
    }
    return true;
}

/* Whether the mask broadcasts to the shape of the scores. */
static bool mask_fits(ag__composite *c, const ag_tensor *mask, ag_shape scores)
{
    char tm[AG__TEXT_BYTES], ts[AG__TEXT_BYTES];
    ag_shape m = ag_shape_of(mask);
    bool fits = m.ndim <= scores.ndim;
    for (int d = 0; fits && d < m.ndim; d++) {
        fits = m.dim[d] == 1 || m.dim[d] == scores.dim[scores.ndim - m.ndim + d];
    }
    if (!fits) {
        ag_call_fail(&c->call, AG_ERR_SHAPE, "one number for each pair of query and key",
                     "a mask of shape %s does not broadcast to the scores' %s", ag__text_of(m, tm),
                     ag__text_of(scores, ts));
    }
    return fits;
}

/* The leading sizes of a and b, broadcast, and behind them two more. False if they do not. */
static bool stack_shape(ag_shape a, ag_shape b, int64_t rows, int64_t columns, ag_shape *all)
{
    bool fits = ag__broadcast_batch(a.ndim - 2, a.dim, b.ndim - 2, b.dim, all);
    all->dim[all->ndim++] = rows;
    all->dim[all->ndim++] = columns;
    return fits;
}

static bool fits(ag__composite *c, ag_tensor *mask, const ag_attention_options *o, ag_shape *scores)
{
    ag_shape q = ag_shape_of(c->in[0]), k = ag_shape_of(c->in[1]), v = ag_shape_of(c->in[2]);
    if (!attention_fits(c, q, k, v) ||
        !ag__composite_argument(c, o->dropout >= 0 && o->dropout <= 1, "p", o->dropout,
                                "the part that is dropped, from 0 to 1") ||
        !ag__composite_argument(c, isfinite(o->scale), "scale", o->scale,
                                "a finite number; 0 means 1/sqrt(E)")) {
        return false;
    }
    /* Leading sizes that do not broadcast are refused by the product. */
    return !stack_shape(q, k, q.dim[q.ndim - 2], k.dim[k.ndim - 2], scores) || mask == NULL ||
           mask_fits(c, mask, *scores);
}

/* --- the two ways ----------------------------------------------------------------------------- */

static ag_tensor *recorded(ag_tensor *const in[4], const ag__attention_attr *attr,
                           const ag_attention_options *o)
{
    ag_tensor *weights = ag__attention_weights(in[0], in[1], in[3], attr);
    ag_tensor *result = ag_matmul(ag_dropout(weights, o->dropout, true), in[2]);
    if (o->weights != NULL && result != NULL) {
        *o->weights = weights;
    }
    return result;
}

/* Whether nobody could see the weights, and the operation can do what is asked. */
static bool is_fused(ag_tensor *const in[4], const ag_attention_options *o, ag_shape scores)
{
    double many = (double)scores.dim[scores.ndim - 2] * (double)scores.dim[scores.ndim - 1];
    ag_dtype dtype = in[3] != NULL ? ag_dtype_of(in[3]) : AG_I64;
    bool plain = dtype == AG_I64 || (dtype == ag_dtype_of(in[0]) && !ag_needs_grad(in[3]));
    bool some = ag_size(in[0]) > 0 && ag_size(in[1]) > 0 && ag_size(in[2]) > 0;
    return plain && some && o->weights == NULL && o->dropout == 0 &&
           (o->form == AG_ATTENTION_FUSED || (o->form == AG_ATTENTION_AUTO && many >= MANY));
}

static ag_tensor *as(ag_tensor *x, ag_shape shape)
{
    return ag_shape_equal(ag_shape_of(x), shape) ? x : ag_expand(x, shape);
}

static ag_tensor *fused(ag_tensor *const in[4], const ag__attention_attr *attr, ag_shape scores)
{
    ag_shape v = ag_shape_of(in[2]), q, k;
    int64_t rows = scores.dim[scores.ndim - 2], keys = scores.dim[scores.ndim - 1];
    int64_t width = ag_shape_of(in[0]).dim[ag_shape_of(in[0]).ndim - 1];
    if (!stack_shape(scores, v, rows, width, &q)) {
        return ag_matmul(in[0], in[2]); /* says why not */
    }
    stack_shape(scores, v, keys, width, &k);
    stack_shape(scores, v, keys, v.dim[v.ndim - 1], &v);
    stack_shape(scores, q, rows, keys, &scores);
    ag_tensor *mask = in[3] != NULL ? as(in[3], scores) : NULL;
    ag_tensor *const list[] = {as(in[0], q), as(in[1], k), as(in[2], v), mask};
    return ag_apply(&ag__attention_op, list, in[3] != NULL ? 4 : 3, attr, sizeof *attr);
}

ag_tensor *ag_attention(ag_tensor *q, ag_tensor *k, ag_tensor *v, ag_tensor *mask,
                        const ag_attention_options *options)
{
    ag_attention_options o = options != NULL ? *options : (ag_attention_options){0};
    ag_tensor *const in[] = {q, k, v, mask};
    ag_shape scores;
    ag__composite c;
    if (o.weights != NULL) {
        *o.weights = NULL;
    }
    if (!ag__composite_open(&c, "attention", in, 3, 3) || ag_call_same_float(&c.call) != AG_OK ||
        !fits(&c, mask, &o, &scores)) {
        return NULL;
    }
    double width = (double)ag_shape_of(q).dim[ag_shape_of(q).ndim - 1];
    const ag__attention_attr attr = {ag_option_or(o.scale, 1 / sqrt(width)), o.causal};
    return AG__COMPOSED(&c, is_fused(in, &o, scores) ? fused(in, &attr, scores)
                                                     : recorded(in, &attr, &o));
}
