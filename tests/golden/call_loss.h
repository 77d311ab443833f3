/* Losses. `log_input` is PyTorch's name for what is the opposite of our `rate`. Optional tensors
 * are the operands behind the required ones; bce_with_logits says which of its two there are. */
#ifndef CALL_LOSS_H
#define CALL_LOSS_H

#include "call.h"

#define REDUCTION reduction_of(r)

#define PAIR_CALL(X, name) X(name, ONE(ag_##name(in[0], in[1], REDUCTION)))
#define PAIR_WITH_CALL(X, name, key) X(name, ONE(ag_##name(in[0], in[1], NUMBER(key), REDUCTION)))
#define LABELLED_CALL(X, name)                                                                     \
    X(name, ONE(ag_##name(in[0], in[1], in[2], NUMBER("margin"), REDUCTION)))

/* clang-format off */
#define GOLDEN_LOSS(X)                                                                             \
    PAIR_CALL(X, mse_loss) PAIR_CALL(X, l1_loss)                                                   \
    PAIR_WITH_CALL(X, smooth_l1_loss, "beta") PAIR_WITH_CALL(X, huber_loss, "delta")               \
    PAIR_WITH_CALL(X, quantile_loss, "tau") PAIR_WITH_CALL(X, hinge_embedding_loss, "margin")      \
    LABELLED_CALL(X, margin_ranking_loss) LABELLED_CALL(X, cosine_embedding_loss)                  \
    X(cosine_similarity, ONE(ag_cosine_similarity(in[0], in[1], AXIS, NUMBER("eps"))))             \
    X(bce_loss, ONE(ag_bce_loss(in[0], in[1], optional(r, in, 2), REDUCTION)))                     \
    X(bce_with_logits, call_logits(r, in, out))                                                    \
    X(cross_entropy, call_classes(ag_cross_entropy, r, in, out))                                   \
    X(nll_loss, call_classes(ag_nll_loss, r, in, out))                                             \
    X(kl_div, ONE(ag_kl_div(in[0], in[1], FLAG("log_target"), REDUCTION)))                         \
    X(poisson_nll_loss, call_poisson(r, in, out))                                                  \
    X(gaussian_nll_loss, call_gaussian(r, in, out))                                                \
    X(triplet_margin_loss, call_triplet(r, in, out))                                               \
    X(ctc_loss, ONE(ag_ctc_loss(ag_log_softmax(in[0], 2), in[1], in[2], in[3],                     \
                                &(ag_ctc_options){WHOLE("blank"), false, REDUCTION})))             \
    X(focal_loss, call_focal(r, in, out))                                                          \
    X(multi_margin_loss, call_multi_margin(r, in, out))                                            \
    X(multilabel_margin_loss, ONE(ag_multilabel_margin_loss(in[0], in[1], REDUCTION)))             \
    X(multilabel_soft_margin_loss, ONE(ag_multilabel_soft_margin_loss(                             \
                                       in[0], in[1], optional(r, in, 2), REDUCTION)))
/* clang-format on */

#if __has_include(<autograd/loss.h>)

/* Every sample names its reduction; without one the call is refused. */
static ag_reduction reduction_of(const record *r)
{
    static const struct {
        const char *name;
        ag_reduction is;
    } all[] = {{"mean", AG_MEAN}, {"sum", AG_SUM}, {"none", AG_NONE}, {"batchmean", AG_BATCH_MEAN}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        if (attr_is(r->text, "reduction", all[i].name)) {
            return all[i].is;
        }
    }
    return (ag_reduction)-1;
}

static int call_logits(const record *r, ag_tensor *const *in, ag_tensor **out)
{
    int next = 2;
    ag_bce_options o = {.reduction = REDUCTION};
    o.weight = FLAG("weight") ? in[next++] : NULL;
    o.pos_weight = FLAG("pos_weight") ? in[next++] : NULL;
    return ONE(ag_bce_with_logits(in[0], in[1], &o));
}

typedef ag_tensor *class_loss(ag_tensor *x, ag_tensor *t, const ag_cross_entropy_options *options);

static int call_classes(class_loss *loss, const record *r, ag_tensor *const *in, ag_tensor **out)
{
    ag_cross_entropy_options o = {.weight = optional(r, in, 2),
                                  .ignore = attr_at(r->text, "ignore") != NULL,
                                  .ignore_index = WHOLE("ignore"),
                                  .label_smoothing = NUMBER("smoothing"),
                                  .reduction = REDUCTION};
    return ONE(loss(in[0], in[1], &o));
}

static int call_poisson(const record *r, ag_tensor *const *in, ag_tensor **out)
{
    ag_poisson_options o = {.rate = !FLAG("log_input"),
                            .full = FLAG("full"),
                            .eps = OPTION("eps"),
                            .reduction = REDUCTION};
    return ONE(ag_poisson_nll_loss(in[0], in[1], &o));
}

static int call_gaussian(const record *r, ag_tensor *const *in, ag_tensor **out)
{
    ag_gaussian_options o = {.full = FLAG("full"), .eps = OPTION("eps"), .reduction = REDUCTION};
    return ONE(ag_gaussian_nll_loss(in[0], in[1], in[2], &o));
}

static int call_triplet(const record *r, ag_tensor *const *in, ag_tensor **out)
{
    ag_triplet_options o = {.margin = OPTION("margin"),
                            .p = NUMBER("p"),
                            .eps = OPTION("eps"),
                            .swap = FLAG("swap"),
                            .reduction = REDUCTION};
    return ONE(ag_triplet_margin_loss(in[0], in[1], in[2], &o));
}

static int call_focal(const record *r, ag_tensor *const *in, ag_tensor **out)
{
    ag_focal_options o = {
        .alpha = OPTION("alpha"), .gamma = OPTION("gamma"), .reduction = REDUCTION};
    return ONE(ag_focal_loss(in[0], in[1], &o));
}

static int call_multi_margin(const record *r, ag_tensor *const *in, ag_tensor **out)
{
    ag_multi_margin_options o = {.weight = optional(r, in, 2),
                                 .margin = OPTION("margin"),
                                 .p = NUMBER("p"),
                                 .reduction = REDUCTION};
    return ONE(ag_multi_margin_loss(in[0], in[1], &o));
}

GOLDEN_LOSS(GOLDEN_CALL)
static const golden_entry loss_calls[] = {GOLDEN_LOSS(GOLDEN_ENTRY)};
#else
static const golden_entry loss_calls[] = {GOLDEN_LOSS(GOLDEN_ABSENT)};
#endif

#endif
