/* Losses. Without their header they are listed as not in this build; with it, a sample of one that
 * has no call here fails. */
#ifndef CALL_LOSS_H
#define CALL_LOSS_H

#include "call.h"

#if __has_include(<autograd/loss.h>)
#define GOLDEN_LOSS(X)
#else
#define GOLDEN_LOSS(X)                                                                             \
    X(mse_loss, 0)                                                                                 \
    X(l1_loss, 0)                                                                                  \
    X(smooth_l1_loss, 0)                                                                           \
    X(huber_loss, 0)                                                                               \
    X(quantile_loss, 0)                                                                            \
    X(bce_loss, 0)                                                                                 \
    X(bce_with_logits, 0)                                                                          \
    X(cross_entropy, 0)                                                                            \
    X(nll_loss, 0)                                                                                 \
    X(kl_div, 0)                                                                                   \
    X(poisson_nll_loss, 0)                                                                         \
    X(gaussian_nll_loss, 0)                                                                        \
    X(hinge_embedding_loss, 0)                                                                     \
    X(margin_ranking_loss, 0)                                                                      \
    X(cosine_embedding_loss, 0)                                                                    \
    X(cosine_similarity, 0)                                                                        \
    X(triplet_margin_loss, 0)
#endif

static const golden_entry loss_calls[] = {GOLDEN_LOSS(GOLDEN_ABSENT){"", NULL}};

#endif
