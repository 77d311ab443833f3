/* The weights of attention; see attention_weights.h. Must not know the operation that does without
 * them.
 */
#include "attention_weights.h"

#include <math.h>

#include <autograd/elementwise.h>
#include <autograd/linalg.h>
#include <autograd/reduce.h>
#include <autograd/shape.h>

#include "ops/common/scalar_like.h"

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

static ag_tensor *masked(ag_tensor *scores, ag_tensor *mask, bool causal)
{
    ag_shape s = ag_shape_of(scores);
    if (causal && scores != NULL) {
        ag_graph *g = ag_graph_of(scores);
        scores = hide(scores, causal_mask(g, s.dim[s.ndim - 2], s.dim[s.ndim - 1]));
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
static ag_tensor *weights_of(ag_tensor *scores)
{
    if (scores == NULL || !has_hidden_row(scores)) {
        return ag_softmax(scores, -1);
    }
    ag_tensor *zero = ag__scalar_like(scores, 0),
              *never = ag__scalar_like(scores, -(double)INFINITY);
    ag_tensor *hidden = ag_eq(ag_max_over(ag_detach(scores), AG_AXES(-1), true), never);
    return ag_where(hidden, zero, ag_softmax(ag_where(hidden, zero, scores), -1));
}

ag_tensor *ag__attention_weights(ag_tensor *q, ag_tensor *k, ag_tensor *mask,
                                 const ag__attention_attr *attr)
{
    ag_tensor *scores = ag_mul_scalar(ag_matmul(q, ag_transpose(k)), attr->scale);
    scores = masked(scores, mask, attr->causal);
    return mask != NULL ? weights_of(scores) : ag_softmax(scores, -1);
}
