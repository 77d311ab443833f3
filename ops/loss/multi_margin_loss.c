/* Margin losses of many classes, with one label a sample or with several. They are compositions; a
 * label selects through a mask and is never used as an address.
 */
#include <math.h>

#include <autograd/elementwise.h>
#include <autograd/loss.h>
#include <autograd/reduce.h>
#include <autograd/shape.h>

#include "labels.h"
#include "loss_common.h"
#include "ops/common/scalar_like.h"
#include "ops/common/strided.h"

/* Opens the call of `name` with scores and labels of classes; 0 classes cannot have a label. */
static bool open(ag__composite *c, const char *name, ag_tensor *x, ag_tensor *labels,
                 ag_reduction reduction)
{
    if (!ag__composite_open(c, name, (ag_tensor *[]){x, labels}, 2, 2)) {
        return false;
    }
    if ((unsigned)reduction > AG_NONE) {
        ag_call_fail(&c->call, AG_ERR_VALUE, "AG_MEAN, AG_SUM or AG_NONE",
                     "there is no reduction %d here", (int)reduction);
        return false;
    }
    if (ag_shape_of(x).ndim > 2) {
        ag_call_fail(&c->call, AG_ERR_SHAPE, "(C) or (N,C); reshape more dimensions to these",
                     "takes scores of 1 or 2 dimensions, not %d", ag_shape_of(x).ndim);
        return false;
    }
    return true;
}

/* --- one label -------------------------------------------------------------------------------- */

/* For each sample the element of x that belongs to its label. */
static ag_tensor *pick(ag_tensor *x, ag_tensor *mask, int axis)
{
    return ag_sum_over(ag_where(mask, x, ag__scalar_like(x, 0)), AG_AXES(axis), true);
}

static ag_tensor *multi_margin(ag_tensor *x, ag_tensor *labels, const ag_multi_margin_options *o)
{
    ag_shape shape = ag_shape_of(x);
    int axis = ag__class_axis(shape);
    ag_tensor *mask = ag__class_mask(labels, shape);
    ag_tensor *lead = ag_sub(pick(x, mask, axis), x);
    ag_tensor *short_by = ag_relu(ag_rsub_scalar(lead, ag_option_or(o->margin, 1)));
    short_by = o->p == 2 ? ag_square(short_by) : short_by;
    ag_tensor *other = ag_where(mask, ag__scalar_like(x, 0), short_by);
    other =
        o->weight != NULL ? ag_mul(other, pick(ag_expand(o->weight, shape), mask, axis)) : other;
    return ag_mean_over(other, AG_AXES(axis), false);
}

ag_tensor *ag_multi_margin_loss(ag_tensor *x, ag_tensor *labels,
                                const ag_multi_margin_options *options)
{
    ag_multi_margin_options o = options != NULL ? *options : (ag_multi_margin_options){.p = 1};
    ag__composite c;
    if (!open(&c, "multi_margin_loss", x, labels, o.reduction) ||
        ag__class_check(&c.call, (ag__ignored){false, 0}) != AG_OK ||
        !ag__composite_argument(&c, o.p == 0 || o.p == 1 || o.p == 2, "p", o.p,
                                "1 or 2; 0 means 1") ||
        !ag__composite_argument(&c, isfinite(o.margin), "margin", o.margin,
                                "a finite number; 0 means 1, AG_EXACT_ZERO is 0")) {
        return NULL;
    }
    ag_shape shape = ag_shape_of(x);
    if (!ag__composite_shape(&c, "weight", o.weight, AG_SHAPE(shape.dim[shape.ndim - 1]))) {
        return NULL;
    }
    ag__composite_enter(&c);
    ag_tensor *each = multi_margin(x, labels, &o);
    return ag__loss_end(&c, each, o.reduction);
}

/* --- several labels --------------------------------------------------------------------------- */

/* Counts the labels of one sample, of which there are as many as classes; -1 ends them. -1, or the
 * place of a label that is no class. */
static int64_t count(const int64_t *label, int64_t step, int64_t classes, int64_t *times)
{
    for (int64_t i = 0; i < classes && label[i * step] != -1; i++) {
        int64_t at = label[i * step];
        if (at < 0 || at >= classes) {
            return i;
        }
        times[at]++;
    }
    return -1;
}

/* How often the class is among the sample's labels, as a constant of the labels' shape. NULL, with
 * an error kept, if a label is no class. */
static ag_tensor *counts_of(const ag__composite *c, const ag_tensor *labels)
{
    ag_array a = ag_array_of(labels);
    ag_shape shape = ag_shape_of(labels);
    int last = a.ndim - 1;
    int64_t rows = last > 0 ? a.dim[0] : 1, classes = a.dim[last];
    ag_tensor *times = ag_leaf(ag_graph_of(labels), AG_CONSTANT, AG_I64, shape, NULL);
    int64_t *to = times != NULL ? ag_mutable_data(times) : NULL;
    for (int64_t n = 0; to != NULL && n < rows && classes > 0; n++) {
        const int64_t *label = (const int64_t *)a.data + (last > 0 ? n * a.stride[0] : 0);
        int64_t bad = count(label, a.stride[last], classes, to + n * classes);
        if (bad >= 0) {
            char at[AG__TEXT_BYTES];
            ag_call_fail(&c->call, AG_ERR_VALUE, "labels count from 0, and -1 ends them",
                         "label %lld at %s is not one of the %lld classes",
                         (long long)label[bad * a.stride[last]],
                         ag__text_of(ag__loss_index(shape, n * classes + bad), at),
                         (long long)classes);
            return NULL;
        }
    }
    return to != NULL || ag_size(labels) == 0 ? times : NULL;
}

/* By how much each label's score fails to exceed that of each other class by 1, in two new axes:
 * classes, then labels. */
static ag_tensor *shortfalls(ag_tensor *x, ag_tensor *times)
{
    ag_tensor *label = ag_unsqueeze(times, -2);
    ag_tensor *zero = ag__scalar_like(x, 0);
    ag_tensor *lead = ag_sub(ag_unsqueeze(x, -2), ag_unsqueeze(x, -1));
    ag_tensor *short_by = ag_relu(ag_rsub_scalar(lead, 1));
    short_by = ag_where(ag_unsqueeze(times, -1), zero, short_by);
    short_by = ag_mul(short_by, ag_cast(label, ag_dtype_of(x)));
    return ag_where(label, short_by, zero);
}

static ag_tensor *multilabel_margin(ag_tensor *x, ag_tensor *times)
{
    ag_shape shape = ag_shape_of(x);
    double classes = (double)shape.dim[shape.ndim - 1];
    ag_tensor *sum = ag_sum_over(shortfalls(x, times), AG_AXES(-2, -1), false);
    return ag_div(sum, ag__scalar_like(x, classes));
}

ag_tensor *ag_multilabel_margin_loss(ag_tensor *x, ag_tensor *labels, ag_reduction reduction)
{
    char tx[AG__TEXT_BYTES], tl[AG__TEXT_BYTES];
    ag__composite c;
    if (!open(&c, "multilabel_margin_loss", x, labels, reduction)) {
        return NULL;
    }
    if (ag_dtype_of(x) == AG_I64 || ag_dtype_of(labels) != AG_I64) {
        ag_call_fail(&c.call, AG_ERR_DTYPE, "labels are i64, scores are not; see ag_cast",
                     "scores are %s and labels %s", ag_dtype_text(ag_dtype_of(x)),
                     ag_dtype_text(ag_dtype_of(labels)));
        return NULL;
    }
    if (ag_shape_of(x).ndim == 0 || !ag_shape_equal(ag_shape_of(x), ag_shape_of(labels))) {
        ag_call_fail(&c.call, AG_ERR_SHAPE, "both are (C) or (N,C), and -1 ends a list of labels",
                     "labels %s do not fit scores %s", ag__text_of(ag_shape_of(labels), tl),
                     ag__text_of(ag_shape_of(x), tx));
        return NULL;
    }
    ag_tensor *times = counts_of(&c, labels);
    if (times == NULL) {
        return NULL;
    }
    c.call.shape = ag_shape_of(x);
    ag__composite_enter(&c);
    ag_tensor *each = multilabel_margin(x, times);
    return ag__loss_end(&c, each, reduction);
}

ag_tensor *ag_multilabel_soft_margin_loss(ag_tensor *x, ag_tensor *t, ag_tensor *weight,
                                          ag_reduction reduction)
{
    ag__composite c;
    ag_tensor *in[] = {x, t, weight};
    if (!ag__loss_open(&c, "multilabel_soft_margin_loss", in, weight != NULL ? 3 : 2, reduction)) {
        return NULL;
    }
    if (c.call.shape.ndim == 0) {
        ag_call_fail(&c.call, AG_ERR_SHAPE, "classes lie along the last axis",
                     "0-d operands have no classes");
        return NULL;
    }
    ag__composite_enter(&c);
    ag_bce_options apart = {.weight = weight, .reduction = AG_NONE};
    ag_tensor *each = ag_bce_with_logits(x, t, &apart);
    each = ag_mean_over(ag_expand(each, c.call.shape), AG_AXES(-1), false);
    return ag__loss_end(&c, each, reduction);
}
