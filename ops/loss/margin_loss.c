/* Losses that compare distances, angles or scores with a margin. They are compositions. */
#include <math.h>

#include <autograd/elementwise.h>
#include <autograd/loss.h>
#include <autograd/reduce.h>

#include "loss_common.h"
#include "ops/common/scalar_like.h"

static const ag_axes last_axis = {1, {-1}};

static bool is_margin(const ag__composite *c, double margin)
{
    return ag__composite_argument(c, isfinite(margin), "margin", margin, "a finite number");
}

ag_tensor *ag_hinge_embedding_loss(ag_tensor *x, ag_tensor *y, double margin,
                                   ag_reduction reduction)
{
    ag__composite c;
    y = ag__loss_label(y, x);
    if (!ag__loss_open(&c, "hinge_embedding_loss", (ag_tensor *[]){x, y}, 2, reduction) ||
        !is_margin(&c, margin)) {
        return NULL;
    }
    ag__composite_enter(&c);
    ag_tensor *zero = ag__scalar_like(x, 0), *one = ag__scalar_like(x, 1);
    ag_tensor *below = ag__loss_hinge(ag_add_scalar(ag_neg(x), margin));
    ag_tensor *apart = ag_where(ag_ne(y, one), below, zero);
    ag_tensor *alike = ag_where(ag_ne(y, ag_neg(one)), x, zero);
    return ag__loss_end(&c, ag_add(apart, alike), reduction);
}

ag_tensor *ag_margin_ranking_loss(ag_tensor *a, ag_tensor *b, ag_tensor *y, double margin,
                                  ag_reduction reduction)
{
    ag__composite c;
    y = ag__loss_label(y, a);
    if (!ag__loss_open(&c, "margin_ranking_loss", (ag_tensor *[]){a, b, y}, 3, reduction) ||
        !is_margin(&c, margin)) {
        return NULL;
    }
    ag__composite_enter(&c);
    ag_tensor *lead = ag_mul(y, ag_sub(a, b));
    return ag__loss_end(&c, ag__loss_hinge(ag_add_scalar(ag_neg(lead), margin)), reduction);
}

/* --- angles ----------------------------------------------------------------------------------- */

/* a / max(|a|, eps) along the axis; below eps the divisor is a constant. */
static ag_tensor *direction(ag_tensor *a, ag_axes axis, double eps)
{
    return ag_div(a, ag_clamp_min(ag_norm_over(a, axis, true, 2), eps));
}

ag_tensor *ag_cosine_similarity(ag_tensor *a, ag_tensor *b, int axis, double eps)
{
    ag__composite c;
    int normal;
    if (!ag__loss_open(&c, "cosine_similarity", (ag_tensor *[]){a, b}, 2, AG_NONE) ||
        !ag__composite_argument(&c, eps >= 0 && isfinite(eps), "eps", eps,
                                "finite, at least 0; 1e-8 is usual")) {
        return NULL;
    }
    ag_shape shape = c.call.shape.ndim > 0 ? c.call.shape : AG_SHAPE(1);
    if (ag_call_axis(&c.call, axis, shape.ndim, &normal) != AG_OK) {
        return NULL;
    }
    ag__composite_enter(&c);
    ag_tensor *u = direction(ag_expand(a, shape), AG_AXES(normal), eps);
    ag_tensor *v = direction(ag_expand(b, shape), AG_AXES(normal), eps);
    ag_tensor *cos = ag_sum_over(ag_mul(u, v), AG_AXES(normal), false);
    return ag__composite_leave(&c, cos);
}

/* Checks operands that have a last axis, and labels for the other axes. */
static bool open_vectors(ag__composite *c, const char *name, ag_tensor *const *in, int n_in,
                         ag_reduction reduction)
{
    if (!ag__loss_open(c, name, in, n_in, reduction)) {
        return false;
    }
    if (c->call.shape.ndim == 0) {
        ag_call_fail(&c->call, AG_ERR_SHAPE, "the last axis holds the elements of a vector",
                     "0-d operands are no vectors");
    }
    return c->call.shape.ndim > 0;
}

/* x / sqrt(sum(x^2) + 1e-12), as in PyTorch, by hypot, as the sum of squares may leave the range.
 */
static ag_tensor *direction_of_loss(ag_tensor *x)
{
    ag_tensor *norm = ag_norm_over(x, last_axis, true, 2);
    return ag_div(x, ag_hypot(norm, ag__scalar_like(x, 1e-6)));
}

static ag_tensor *cosine(ag_tensor *a, ag_tensor *b)
{
    return ag_sum_over(ag_mul(direction_of_loss(a), direction_of_loss(b)), last_axis, false);
}

ag_tensor *ag_cosine_embedding_loss(ag_tensor *a, ag_tensor *b, ag_tensor *y, double margin,
                                    ag_reduction reduction)
{
    static const char *const name = "cosine_embedding_loss";
    ag__composite c;
    y = ag__loss_label(y, a);
    if (!ag__composite_open(&c, name, (ag_tensor *[]){a, b, y}, 3, 3) ||
        !open_vectors(&c, name, (ag_tensor *[]){a, b}, 2, reduction) || !is_margin(&c, margin)) {
        return NULL;
    }
    ag_tensor *cos =
        AG__COMPOSED(&c, cosine(ag_expand(a, c.call.shape), ag_expand(b, c.call.shape)));
    if (!ag__loss_open(&c, name, (ag_tensor *[]){cos, y}, 2, reduction)) {
        return NULL;
    }
    ag__composite_enter(&c);
    ag_tensor *zero = ag__scalar_like(a, 0), *one = ag__scalar_like(a, 1);
    ag_tensor *alike = ag_where(ag_eq(y, one), ag_sub(one, cos), zero);
    ag_tensor *above = ag__loss_hinge(ag_add_scalar(cos, -margin));
    ag_tensor *apart = ag_where(ag_eq(y, ag_neg(one)), above, zero);
    return ag__loss_end(&c, ag_add(alike, apart), reduction);
}

/* --- triplets --------------------------------------------------------------------------------- */

/* The p-norm of a - b + eps along the last axis. */
static ag_tensor *distance(ag_tensor *a, ag_tensor *b, double p, double eps)
{
    return ag_norm_over(ag_add_scalar(ag_sub(a, b), eps), last_axis, false, p);
}

ag_tensor *ag_triplet_margin_loss(ag_tensor *anchor, ag_tensor *positive, ag_tensor *negative,
                                  const ag_triplet_options *options)
{
    ag_triplet_options o = options != NULL ? *options : (ag_triplet_options){.p = 0};
    ag__composite c;
    if (!open_vectors(&c, "triplet_margin_loss", (ag_tensor *[]){anchor, positive, negative}, 3,
                      o.reduction) ||
        !ag__composite_argument(&c, o.p >= 0, "p", o.p, "more than 0; 0 means 2") ||
        !ag__composite_argument(&c, o.margin >= 0 && isfinite(o.margin), "margin", o.margin,
                                "finite, more than 0; 0 means 1, AG_EXACT_ZERO 0") ||
        !ag__composite_argument(&c, o.eps >= 0 && isfinite(o.eps), "eps", o.eps,
                                "finite, more than 0; 0 means 1e-6, AG_EXACT_ZERO 0")) {
        return NULL;
    }
    ag__composite_enter(&c);
    double p = ag_option_or(o.p, 2), eps = ag_option_or(o.eps, 1e-6);
    ag_shape shape = c.call.shape;
    anchor = ag_expand(anchor, shape);
    positive = ag_expand(positive, shape);
    negative = ag_expand(negative, shape);
    ag_tensor *near = distance(anchor, positive, p, eps);
    ag_tensor *far = distance(anchor, negative, p, eps);
    if (o.swap) {
        far = ag_minimum(far, distance(positive, negative, p, eps));
    }
    ag_tensor *gap = ag_add_scalar(ag_sub(near, far), ag_option_or(o.margin, 1));
    return ag__loss_end(&c, ag__loss_hinge(gap), o.reduction);
}
