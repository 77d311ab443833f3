/* Losses for class labels: cross-entropy and negative log-likelihood. They are compositions, except
 * for the fused cross-entropy of plain labels. A label selects through a mask and is never used as
 * an address.
 */
#include <autograd/elementwise.h>
#include <autograd/loss.h>
#include <autograd/reduce.h>
#include <autograd/shape.h>

#include "labels.h"
#include "loss_common.h"
#include "ops/common/scalar_like.h"
#include "ops/common/strided.h"

typedef struct classes {
    ag__composite loss;
    ag_cross_entropy_options options;
    ag__ignored ignored;
    ag_tensor *in[3]; /* scores, targets, weight */
    int axis;
    ag_tensor *weight;    /* (C,1,...), which broadcasts with the scores */
    ag_tensor *mask;      /* [class = label], of the scores' shape */
    ag_tensor *positions; /* the weight of each position; NULL means 1 */
} classes;

/* --- checks ----------------------------------------------------------------------------------- */

static bool open_weight(classes *c)
{
    char text[AG__TEXT_BYTES];
    ag_shape scores = ag_shape_of(c->in[0]), shape = ag_shape_of(c->in[2]);
    int64_t n = scores.ndim > 0 ? scores.dim[c->axis] : 0;
    if (shape.ndim != 1 || shape.dim[0] != n) {
        ag_call_fail(&c->loss.call, AG_ERR_SHAPE, "one weight for each class",
                     "weight %s for %lld classes", ag__text_of(shape, text), (long long)n);
        return false;
    }
    if (ag_dtype_of(c->in[2]) != ag_dtype_of(c->in[0])) {
        ag_call_fail(&c->loss.call, AG_ERR_DTYPE, "convert one of them with ag_cast",
                     "scores are %s and weights %s", ag_dtype_text(ag_dtype_of(c->in[0])),
                     ag_dtype_text(ag_dtype_of(c->in[2])));
        return false;
    }
    ag_shape beside = {.ndim = scores.ndim - c->axis, .dim = {n, 1, 1, 1, 1, 1, 1, 1}};
    c->weight = ag_reshape(c->in[2], beside);
    return c->weight != NULL;
}

static bool open(classes *c, const char *name, ag_tensor *scores, ag_tensor *targets,
                 const ag_cross_entropy_options *options)
{
    *c = (classes){.in = {scores, targets}};
    c->options = options != NULL ? *options : c->options;
    c->in[2] = c->options.weight;
    c->ignored = (ag__ignored){c->options.ignore, c->options.ignore_index};
    if (!ag__composite_open(&c->loss, name, c->in, 2, 3)) {
        return false;
    }
    double s = c->options.label_smoothing;
    if ((unsigned)c->options.reduction > AG_NONE) {
        ag_call_fail(&c->loss.call, AG_ERR_VALUE, "AG_MEAN, AG_SUM or AG_NONE",
                     "there is no reduction %d here", (int)c->options.reduction);
        return false;
    }
    c->axis = ag__class_axis(ag_shape_of(scores));
    return ag__composite_argument(&c->loss, s >= 0 && s <= 1, "label_smoothing", s, "0 to 1") &&
           (c->in[2] == NULL || open_weight(c));
}

static bool open_labels(classes *c)
{
    if (ag__class_check(&c->loss.call, c->ignored) != AG_OK) {
        return false;
    }
    c->mask = ag__class_mask(c->in[1], ag_shape_of(c->in[0]));
    return c->mask != NULL;
}

/* --- labels ----------------------------------------------------------------------------------- */

static ag_tensor *over_classes(const classes *c, ag_tensor *x)
{
    return ag_sum_over(x, AG_AXES(c->axis), false);
}

/* For each position the element of x that belongs to the class of its label. */
static ag_tensor *pick(const classes *c, ag_tensor *x)
{
    return over_classes(c, ag_where(c->mask, x, ag__scalar_like(c->in[0], 0)));
}

/* Computes the weight of each position, and x times the weight. Ignored positions get 0, whatever x
 * is. */
static ag_tensor *weigh(classes *c, ag_tensor *x)
{
    ag_tensor *zero = ag__scalar_like(c->in[0], 0);
    if (c->weight != NULL) {
        c->positions = pick(c, c->weight);
        x = ag_mul(c->positions, x);
    }
    if (c->ignored.any) {
        ag_tensor *kept = ag__class_kept(c->in[1], c->ignored);
        x = ag_where(kept, x, zero);
        c->positions = c->weight != NULL ? ag_where(kept, c->positions, zero)
                                         : ag_cast(kept, ag_dtype_of(c->in[0]));
    }
    return x;
}

/* Label smoothing: (1 - s) times the loss of the label plus s/C times the losses of all classes. */
static ag_tensor *smooth(const classes *c, ag_tensor *each, ag_tensor *logp)
{
    double s = c->options.label_smoothing;
    int64_t n = ag_shape_of(c->in[0]).dim[c->axis];
    ag_tensor *all = ag_neg(over_classes(c, c->weight ? ag_mul(logp, c->weight) : logp));
    if (c->ignored.any) {
        ag_tensor *kept = ag__class_kept(c->in[1], c->ignored);
        all = ag_where(kept, all, ag__scalar_like(c->in[0], 0));
    }
    return ag_add(ag_mul_scalar(each, 1 - s), ag_mul_scalar(all, s / (double)n));
}

static ag_tensor *reduce(const classes *c, ag_tensor *each)
{
    if (c->options.reduction == AG_MEAN && c->positions != NULL) {
        return ag_div(ag_sum(each), ag_sum(c->positions));
    }
    return ag__loss_reduce(&c->loss, each, c->options.reduction);
}

ag_tensor *ag_nll_loss(ag_tensor *logp, ag_tensor *labels, const ag_cross_entropy_options *options)
{
    classes c;
    if (!open(&c, "nll_loss", logp, labels, options) || !open_labels(&c)) {
        return NULL;
    }
    double s = c.options.label_smoothing;
    if (!ag__composite_argument(&c.loss, s == 0, "label_smoothing", s,
                                "for ag_cross_entropy only")) {
        return NULL;
    }
    return AG__COMPOSED(&c.loss, reduce(&c, weigh(&c, ag_neg(pick(&c, logp)))));
}

/* --- cross-entropy ---------------------------------------------------------------------------- */

static ag_tensor *of_labels(classes *c)
{
    if (c->options.label_smoothing == 0) {
        if (c->weight != NULL && !open_labels(c)) {
            return NULL;
        }
        return reduce(c, weigh(c, ag__cross_entropy_record(c->in[0], c->in[1], c->ignored)));
    }
    if (!open_labels(c)) {
        return NULL;
    }
    ag_tensor *logp = ag_log_softmax(c->in[0], c->axis);
    return reduce(c, smooth(c, weigh(c, ag_neg(pick(c, logp))), logp));
}

static ag_tensor *of_probabilities(classes *c)
{
    char text[AG__TEXT_BYTES];
    ag_call *call = &c->loss.call;
    ag_shape x = ag_shape_of(c->in[0]), t = ag_shape_of(c->in[1]);
    bool same = x.ndim == t.ndim && x.ndim > 0;
    for (int d = 0; same && d < x.ndim; d++) {
        same = x.dim[d] == t.dim[d];
    }
    call->dtype = ag_dtype_of(c->in[0]);
    if (!same) {
        ag_call_fail(call, AG_ERR_SHAPE, "labels are i64; probabilities have the logits' shape",
                     "probabilities %s do not fit", ag__text_of(t, text));
        return NULL;
    }
    if (c->ignored.any) {
        ag_call_fail(call, AG_ERR_VALUE, "only labels can be ignored",
                     "ignore_index %lld with probabilities", (long long)c->ignored.label);
        return NULL;
    }
    if (ag_call_same_float(call) != AG_OK) {
        return NULL;
    }
    double s = c->options.label_smoothing;
    ag_tensor *logp = ag_log_softmax(c->in[0], c->axis);
    ag_tensor *p = s == 0
                       ? c->in[1]
                       : ag_add_scalar(ag_mul_scalar(c->in[1], 1 - s), s / (double)x.dim[c->axis]);
    ag_tensor *all = ag__loss_weighed_log(p, logp);
    all = c->weight != NULL ? ag_mul(all, c->weight) : all;
    return ag__loss_reduce(&c->loss, ag_neg(over_classes(c, all)), c->options.reduction);
}

ag_tensor *ag_cross_entropy(ag_tensor *logits, ag_tensor *targets,
                            const ag_cross_entropy_options *options)
{
    classes c;
    if (!open(&c, "cross_entropy", logits, targets, options)) {
        return NULL;
    }
    return AG__COMPOSED(&c.loss,
                        ag_dtype_of(targets) == AG_I64 ? of_labels(&c) : of_probabilities(&c));
}
