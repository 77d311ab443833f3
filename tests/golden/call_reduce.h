/* Sums and other reductions, running totals and the softmax family. The names of samples are those
 * of the file, where amax and others take axes; ours are spelled max_over.
 */
#ifndef CALL_REDUCE_H
#define CALL_REDUCE_H

#include "call.h"

#define OVER_CALL(X, name, ours) X(name, ONE(ag_##ours##_over(in[0], AXES, KEEP)))
#define ALONG_CALL(X, name) X(name, ONE(ag_##name(in[0], AXIS)))

/* clang-format off */
#define GOLDEN_REDUCE(X)                                                                           \
    X(sum, ONE(ag_sum(in[0])))                                                                     \
    X(sum_square_over, ONE(ag_sum_over(ag_square(in[0]), AXES, KEEP)))                             \
    X(log_sum_over, ONE(ag_log(ag_sum_over(in[0], AXES, KEEP))))                                   \
    X(mean, ONE(ag_mean(in[0])))                                                                   \
    X(prod, ONE(ag_prod(in[0])))                                                                   \
    X(max, ONE(ag_max(in[0])))                                                                     \
    X(min, ONE(ag_min(in[0])))                                                                     \
    X(median, ONE(ag_median(in[0])))                                                               \
    X(argmax, ONE(ag_argmax(in[0])))                                                               \
    X(argmin, ONE(ag_argmin(in[0])))                                                               \
    X(max_along, TWO(ag_max_along(in[0], AXIS, KEEP, &out[1])))                                    \
    X(min_along, TWO(ag_min_along(in[0], AXIS, KEEP, &out[1])))                                    \
    X(median_along, TWO(ag_median_along(in[0], AXIS, KEEP, &out[1])))                              \
    X(argmax_along, ONE(ag_argmax_along(in[0], AXIS, KEEP)))                                       \
    X(argmin_along, ONE(ag_argmin_along(in[0], AXIS, KEEP)))                                       \
    X(var, ONE(ag_var_over(in[0], AXES, KEEP, NUMBER("correction"))))                              \
    X(std, ONE(ag_std_over(in[0], AXES, KEEP, NUMBER("correction"))))                              \
    X(norm, ONE(ag_norm_over(in[0], AXES, KEEP, NUMBER("p"))))                                     \
    X(normalize, ONE(ag_normalize(in[0], AXIS, NUMBER("p"), OPTION("eps"))))                       \
    X(diff, ONE(ag_diff(in[0], AXIS, WHOLE("n"))))                                                 \
    X(glu, ONE(ag_glu(in[0], AXIS)))                                                               \
    X(cummax, TWO(ag_cummax(in[0], AXIS, &out[1])))                                                \
    X(cummin, TWO(ag_cummin(in[0], AXIS, &out[1])))                                                \
    OVER_CALL(X, sum_over, sum) OVER_CALL(X, mean_over, mean) OVER_CALL(X, prod_over, prod)        \
    OVER_CALL(X, amax, max) OVER_CALL(X, amin, min) OVER_CALL(X, all_over, all)                    \
    OVER_CALL(X, any_over, any) OVER_CALL(X, nansum, nansum) OVER_CALL(X, nanmean, nanmean)        \
    OVER_CALL(X, logsumexp, logsumexp) OVER_CALL(X, count_nonzero, count_nonzero)                  \
    ALONG_CALL(X, cumsum) ALONG_CALL(X, cumprod) ALONG_CALL(X, logcumsumexp)                       \
    ALONG_CALL(X, softmax) ALONG_CALL(X, log_softmax) ALONG_CALL(X, softmin)
/* clang-format on */

#if __has_include(<autograd/reduce.h>)
GOLDEN_REDUCE(GOLDEN_CALL)
static const golden_entry reduce_calls[] = {GOLDEN_REDUCE(GOLDEN_ENTRY)};
#else
static const golden_entry reduce_calls[] = {GOLDEN_REDUCE(GOLDEN_ABSENT)};
#endif

#endif
