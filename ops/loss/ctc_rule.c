/* The derivative of connectionist temporal classification, recorded as operations so that it can be
 * differentiated again: the recursions of ctc_paths.c, for all samples at once. Must not know how
 * the numbers of a plain backward pass are found.
 */
#include <math.h>

#include <autograd/elementwise.h>
#include <autograd/index.h>
#include <autograd/shape.h>

#include "ctc.h"
#include "ops/common/indexing.h"
#include "ops/common/scalar_like.h"

/* Constants of shape (N, states), and (N, 1) for the steps. */
typedef struct states {
    ag_shape shape;
    ag_tensor *label, *may_skip, *is_end, *steps, *never, *zero;
} states;

/* Fills the constants: a state that a sample does not have is never reached and has the label 0. */
static bool find_states(states *s, ag_tensor *const *in, int64_t blank)
{
    ag_graph *g = ag_graph_of(in[0]);
    ag_shape labels = ag_shape_of(in[1]);
    s->shape = AG_SHAPE(labels.dim[0], 2 * labels.dim[1] + 1);
    s->label = ag_leaf(g, AG_CONSTANT, AG_I64, s->shape, NULL);
    s->may_skip = ag_leaf(g, AG_CONSTANT, AG_I64, s->shape, NULL);
    s->is_end = ag_leaf(g, AG_CONSTANT, AG_I64, s->shape, NULL);
    s->steps = ag_reshape(in[2], AG_SHAPE(labels.dim[0], 1));
    s->never = ag__scalar_like(in[0], -(double)INFINITY);
    s->zero = ag__scalar_like(in[0], 0);
    if (s->label == NULL || s->may_skip == NULL || s->is_end == NULL) {
        return false;
    }
    int64_t *label = ag_mutable_data(s->label), *skip = ag_mutable_data(s->may_skip);
    int64_t *end = ag_mutable_data(s->is_end), width = s->shape.dim[1];
    for (int64_t i = 0; i < ag_size(s->label); i++) {
        const ag__ctc_sample c = ag__ctc_sample_of(in, blank, i / width);
        int64_t k = i % width;
        bool has = k < c.states;
        label[i] = has ? ag__ctc_label(&c, k) : 0;
        skip[i] = has && ag__ctc_may_skip(&c, k);
        end[i] = has && k >= c.states - 2;
    }
    return true;
}

/* x moved by k states, to higher ones or, for negative k, to lower ones. */
static ag_tensor *moved(const states *s, ag_tensor *x, int64_t k)
{
    int64_t n = s->shape.dim[1], by = k < 0 ? -k : k;
    if (by >= n) {
        return ag_expand(s->never, s->shape);
    }
    ag_tensor *edge = ag_expand(s->never, AG_SHAPE(s->shape.dim[0], by));
    ag_tensor *rest = ag_narrow(x, 1, k < 0 ? by : 0, n - by);
    return ag_concat((ag_tensor *[]){k < 0 ? rest : edge, k < 0 ? edge : rest}, 2, 1);
}

static ag_tensor *emission(const states *s, ag_tensor *log_probs, int64_t t)
{
    return ag_gather(ag_select(log_probs, 0, t), s->label, 1);
}

/* alpha[t]: the paths that have come to each state by step t. */
static void find_alpha(const states *s, ag_tensor *log_probs, int64_t steps, ag_tensor **alpha)
{
    ag_shape rest = s->shape;
    rest.dim[1] = s->shape.dim[1] > 2 ? s->shape.dim[1] - 2 : 0;
    for (int64_t t = 0; t < steps; t++) {
        ag_tensor *now = emission(s, log_probs, t);
        if (t == 0) {
            ag_tensor *start = ag_narrow(now, 1, 0, s->shape.dim[1] - rest.dim[1]);
            alpha[0] = ag_concat((ag_tensor *[]){start, ag_expand(s->never, rest)}, 2, 1);
        } else {
            ag_tensor *before = alpha[t - 1];
            ag_tensor *stay = ag_logaddexp(before, moved(s, before, 1));
            ag_tensor *past = ag_where(s->may_skip, moved(s, before, 2), s->never);
            alpha[t] = ag_add(ag_logaddexp(stay, past), now);
        }
    }
}

/* The paths that lead on from each state at step t, from `after`, those at step t + 1. */
static ag_tensor *beta_at(const states *s, ag_tensor *log_probs, int64_t t, ag_tensor *after)
{
    ag_tensor *last = ag_eq(s->steps, ag__scalar_like(s->steps, (double)(t + 1)));
    ag_tensor *start = ag_where(ag_mul(last, s->is_end), s->zero, s->never);
    if (after == NULL) {
        return start;
    }
    ag_tensor *stay = ag_add(after, emission(s, log_probs, t + 1));
    ag_tensor *past = moved(s, ag_where(s->may_skip, stay, s->never), -2);
    ag_tensor *on = ag_logaddexp(ag_logaddexp(stay, moved(s, stay, -1)), past);
    return ag_where(last, start, on);
}

/* Minus the probability of each label at step t, that of its states together. */
static ag_tensor *share(const states *s, ag_tensor *log_probs, ag_tensor *alpha, ag_tensor *beta,
                        ag_tensor *losses)
{
    ag_shape all = ag_shape_of(log_probs), one = AG_SHAPE(all.dim[1], all.dim[2]);
    ag_tensor *way = ag_add(alpha, beta);
    ag_tensor *of_state = ag_where(ag_eq(beta, s->never), s->zero, ag_exp(ag_add(way, losses)));
    ag_tensor *none = ag__zeros(ag_graph_of(log_probs), ag_dtype_of(log_probs), one);
    return ag_scatter_add(none, s->label, ag_neg(of_state), 1);
}

ag_tensor *ag__ctc_recorded(ag_tensor *const *in, int64_t blank, ag_tensor *losses,
                            ag_tensor *upstream)
{
    ag_tensor *log_probs = in[0], *beta = NULL;
    ag_shape shape = ag_shape_of(log_probs), column = AG_SHAPE(shape.dim[1], 1);
    int64_t steps = shape.dim[0];
    states s;
    ag_tensor **alpha = ag_graph_memory(ag_graph_of(log_probs), (size_t)steps * sizeof *alpha);
    if (alpha == NULL || !find_states(&s, in, blank)) {
        return NULL;
    }
    find_alpha(&s, log_probs, steps, alpha);
    losses = ag_reshape(losses, column); /* infinite without a path, where nothing is shared */
    losses = ag_where(ag_isinf(losses), s.zero, losses);
    for (int64_t t = steps - 1; t >= 0; t--) {
        beta = beta_at(&s, log_probs, t, beta);
        alpha[t] = share(&s, log_probs, alpha[t], beta, losses); /* no longer needed */
    }
    ag_tensor *each = ag_stack(alpha, (int)steps, 0), *weight = ag_reshape(upstream, column);
    return ag_mul(each, weight);
}
