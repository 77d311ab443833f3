/* Scaled dot-product attention. It is composed of two matrix products and a softmax. */
#include <math.h>

#include <autograd/elementwise.h>
#include <autograd/linalg.h>
#include <autograd/neural.h>
#include <autograd/reduce.h>
#include <autograd/shape.h>

#include "ops/common/composite.h"
#include "ops/common/scalar_like.h"
#include "ops/common/strided.h"

/* --- attention -------------------------------------------------------------------------------- */

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

/* Gives -inf where the mask is 0, and 0 elsewhere. */
static ag_tensor *hide(ag_tensor *scores, ag_tensor *mask)
{
    ag_tensor *never = ag__scalar_like(scores, -(double)INFINITY);
    return ag_where(mask, scores, never);
}

/* A mask of 1 on and below the diagonal and 0 above it: position i sees the positions up to i. */
static ag_tensor *causal_mask(ag_graph *g, int64_t rows, int64_t columns)
{
    ag_tensor *mask = ag_leaf(g, AG_CONSTANT, AG_I64, AG_SHAPE(rows, columns), NULL);
    int64_t *one = ag_mutable_data(mask);
    for (int64_t i = 0; one != NULL && columns > 0 && i < rows; i++) {
        for (int64_t j = 0; j <= i && j < columns; j++) {
            one[i * columns + j] = 1;
        }
    }
    return mask;
}

static ag_tensor *masked(ag__composite *c, ag_tensor *scores, ag_tensor *mask, bool causal)
{
    ag_shape s = ag_shape_of(scores);
    if (scores == NULL || (mask != NULL && !mask_fits(c, mask, s))) {
        return NULL;
    }
    if (causal) {
        scores = hide(scores, causal_mask(c->call.graph, s.dim[s.ndim - 2], s.dim[s.ndim - 1]));
    }
    if (mask == NULL) {
        return scores;
    }
    return ag_dtype_of(mask) == AG_I64 ? hide(scores, mask) : ag_add(scores, mask);
}

static bool is_hidden(const ag_array *scores, int64_t i)
{
    double score = scores->dtype == AG_F64 ? ((const double *)scores->data)[i]
                                           : (double)((const float *)scores->data)[i];
    return score == -(double)INFINITY;
}

/* Is a row of the scores, which are contiguous, hidden altogether? Most rows say no at once. */
static bool has_hidden_row(const ag_tensor *scores)
{
    ag_array a = ag_array_of(scores);
    int64_t n = a.dim[a.ndim - 1], hidden = 0;
    for (int64_t i = 0; i < a.size && hidden < n; i += n) {
        for (hidden = 0; hidden < n && is_hidden(&a, i + hidden);) {
            hidden++;
        }
    }
    return a.size > 0 && hidden == n;
}

/* The softmax of masked scores. A row that is hidden altogether attends to nothing, with weights of
 * 0 that pass no NaN to anyone. */
static ag_tensor *attention_weights(ag_tensor *scores)
{
    if (scores == NULL || !has_hidden_row(scores)) {
        return ag_softmax(scores, -1);
    }
    ag_tensor *zero = ag__scalar_like(scores, 0),
              *never = ag__scalar_like(scores, -(double)INFINITY);
    ag_tensor *hidden = ag_eq(ag_max_over(ag_detach(scores), AG_AXES(-1), true), never);
    return ag_where(hidden, zero, ag_softmax(ag_where(hidden, zero, scores), -1));
}

ag_tensor *ag_attention(ag_tensor *q, ag_tensor *k, ag_tensor *v, ag_tensor *mask,
                        const ag_attention_options *options)
{
    ag_attention_options o = options != NULL ? *options : (ag_attention_options){0};
    ag_tensor *in[] = {q, k, v};
    ag__composite c;
    if (o.weights != NULL) {
        *o.weights = NULL;
    }
    if (!ag__composite_open(&c, "attention", in, 3, 3) || ag_call_same_float(&c.call) != AG_OK ||
        !attention_fits(&c, ag_shape_of(q), ag_shape_of(k), ag_shape_of(v)) ||
        !ag__composite_argument(&c, o.dropout >= 0 && o.dropout <= 1, "p", o.dropout,
                                "the part that is dropped, from 0 to 1") ||
        !ag__composite_argument(&c, isfinite(o.scale), "scale", o.scale,
                                "a finite number; 0 means 1/sqrt(E)")) {
        return NULL;
    }
    ag_shape sq = ag_shape_of(q);
    double width = (double)sq.dim[sq.ndim - 1];
    ag_tensor *scores = ag_matmul(q, ag_transpose(k));
    if (scores == NULL) {
        return NULL;
    }
    scores = ag_mul_scalar(scores, ag_option_or(o.scale, 1 / sqrt(width)));
    scores = masked(&c, scores, mask, o.causal);
    ag_tensor *weights = mask != NULL ? attention_weights(scores) : ag_softmax(scores, -1);
    ag_tensor *result = ag_matmul(ag_dropout(weights, o.dropout, true), v);
    if (o.weights != NULL && result != NULL) {
        *o.weights = weights;
    }
    return result;
}
