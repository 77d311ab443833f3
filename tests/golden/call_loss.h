/* Losses. */
#ifndef CALL_LOSS_H
#define CALL_LOSS_H

#include "call.h"

#define REDUCTION reduction_of(r)

#define GOLDEN_LOSS(X)                                                                             \
    X(mse_loss, ONE(ag_mse_loss(in[0], in[1], REDUCTION)))                                         \
    X(l1_loss, ONE(ag_l1_loss(in[0], in[1], REDUCTION)))                                           \
    X(smooth_l1_loss, ONE(ag_smooth_l1_loss(in[0], in[1], NUMBER("beta"), REDUCTION)))             \
    X(huber_loss, ONE(ag_huber_loss(in[0], in[1], NUMBER("delta"), REDUCTION)))                    \
    X(quantile_loss, ONE(ag_quantile_loss(in[0], in[1], NUMBER("tau"), REDUCTION)))                \
    X(bce_loss, ONE(ag_bce_loss(in[0], in[1], optional(r, in, 2), REDUCTION)))                     \
    X(bce_with_logits, call_logits(r, in, out))                                                    \
    X(cross_entropy, call_classes(r, in, out))                                                     \
    X(nll_loss, call_likelihood(r, in, out))                                                       \
    X(kl_div, ONE(ag_kl_div(in[0], in[1], FLAG("log_target"), REDUCTION)))                         \
    X(poisson_nll_loss, call_poisson(r, in, out))                                                  \
    X(gaussian_nll_loss,                                                                           \
      ONE(ag_gaussian_nll_loss(in[0], in[1], in[2], FLAG("full"), NUMBER("eps"), REDUCTION)))      \
    X(hinge_embedding_loss,                                                                        \
      ONE(ag_hinge_embedding_loss(in[0], in[1], NUMBER("margin"), REDUCTION)))                     \
    X(margin_ranking_loss,                                                                         \
      ONE(ag_margin_ranking_loss(in[0], in[1], in[2], NUMBER("margin"), REDUCTION)))               \
    X(cosine_embedding_loss,                                                                       \
      ONE(ag_cosine_embedding_loss(in[0], in[1], in[2], NUMBER("margin"), REDUCTION)))             \
    X(cosine_similarity, ONE(ag_cosine_similarity(in[0], in[1], AXIS, NUMBER("eps"))))             \
    X(triplet_margin_loss, call_triplet(r, in, out))

#if __has_include(<autograd/loss.h>)
GOLDEN_LOSS(GOLDEN_CALL)
static const golden_entry loss_calls[] = {GOLDEN_LOSS(GOLDEN_ENTRY)};
#else
static const golden_entry loss_calls[] = {GOLDEN_LOSS(GOLDEN_ABSENT)};
#endif

#endif
