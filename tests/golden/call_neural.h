/* Neural-network operations. */
#ifndef CALL_NEURAL_H
#define CALL_NEURAL_H

#include "call.h"

#define CONV_CALL(X, n)                                                                            \
    X(conv##n##d, ONE(ag_conv##n##d(in[0], in[1], optional(r, in, 2), conv_options(r).of)))        \
    X(conv_transpose##n##d,                                                                        \
      ONE(ag_conv_transpose##n##d(in[0], in[1], optional(r, in, 2), conv_options(r).of)))
#define POOL_CALL(X, n)                                                                            \
    X(max_pool##n##d, ONE(ag_max_pool##n##d(in[0], pool_options(r).of)))                           \
    X(avg_pool##n##d, ONE(ag_avg_pool##n##d(in[0], pool_options(r).of)))                           \
    X(adaptive_avg_pool##n##d, ONE(ag_adaptive_avg_pool##n##d(in[0], attr_list(r->text, "size"))))

#define GOLDEN_NEURAL(X)                                                                           \
    X(linear, ONE(ag_linear(in[0], in[1], optional(r, in, 2))))                                    \
    CONV_CALL(X, 1)                                                                                \
    CONV_CALL(X, 2)                                                                                \
    CONV_CALL(X, 3)                                                                                \
    POOL_CALL(X, 1) POOL_CALL(X, 2) X(batch_norm, call_batches(r, in, out))                        \
        X(layer_norm, call_layers(r, in, out)) X(group_norm, call_groups(r, in, out))              \
            X(rms_norm, call_rms(r, in, out)) X(embedding, call_rows(r, in, out))                  \
                X(dropout, ONE(ag_dropout(in[0], NUMBER("p"), FLAG("training"))))                  \
                    X(attention, call_attend(r, in, out))

#if __has_include(<autograd/neural.h>)
GOLDEN_NEURAL(GOLDEN_CALL)
static const golden_entry neural_calls[] = {GOLDEN_NEURAL(GOLDEN_ENTRY)};
#else
static const golden_entry neural_calls[] = {GOLDEN_NEURAL(GOLDEN_ABSENT)};
#endif

#endif
