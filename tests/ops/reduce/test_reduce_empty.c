/* Reductions, running totals and what sorts lines, of tensors that have no element although one of
 * their sizes is huge, over every set of axes: 2^45 results of nothing, or results of 2^45 times
 * nothing, are legal, and nobody may walk them. test_registry_empty.c knows the axes of each
 * operation's samples only. A call that walks is ended by an alarm.
 */
#include <autograd.h>
#include <stdio.h>

#include "check_main.h"
#include "endless.h"

enum { DIMS = 4, SETS = 1 << DIMS };

static const int64_t huge = INT64_C(1) << 45;

/* Calls that take the set of axes `axes`, and calls that take its only axis `axis`. */
#define CALLS(OVER, ALONG)                                                                         \
    OVER(sum, ag_sum_over(x, axes, false))                                                         \
    OVER(mean, ag_mean_over(x, axes, false))                                                       \
    OVER(nansum, ag_nansum_over(x, axes, false))                                                   \
    OVER(nanmean, ag_nanmean_over(x, axes, false))                                                 \
    OVER(prod, ag_prod_over(x, axes, false))                                                       \
    OVER(max, ag_max_over_initial(x, axes, false, 0))                                              \
    OVER(min, ag_min_over_initial(x, axes, false, 0))                                              \
    OVER(median, ag_median_over(x, axes, false))                                                   \
    OVER(var, ag_var_over(x, axes, false, 0))                                                      \
    OVER(std, ag_std_over(x, axes, false, 0))                                                      \
    OVER(norm, ag_norm_over(x, axes, false, 2))                                                    \
    OVER(norm_3, ag_norm_over(x, axes, false, 3))                                                  \
    OVER(all, ag_all_over(x, axes, false))                                                         \
    OVER(any, ag_any_over(x, axes, false))                                                         \
    OVER(count_nonzero, ag_count_nonzero_over(x, axes, false))                                     \
    OVER(logsumexp, ag_logsumexp_over(x, axes, false))                                             \
    OVER(quantile, ag_quantile_over(x, axes, false, 0.3, AG_QUANTILE_LINEAR))                      \
    OVER(masked_sum, ag_masked_sum_over(x, x, axes, false))                                        \
    OVER(flip, ag_flip(x, axes))                                                                   \
    ALONG(max, ag_max_along(x, axis, false, NULL))                                                 \
    ALONG(min, ag_min_along(x, axis, false, NULL))                                                 \
    ALONG(argmax, ag_argmax_along(x, axis, false))                                                 \
    ALONG(argmin, ag_argmin_along(x, axis, false))                                                 \
    ALONG(median, ag_median_along(x, axis, false, NULL))                                           \
    ALONG(normalize, ag_normalize(x, axis, 2, 0))                                                  \
    ALONG(cumsum, ag_cumsum(x, axis))                                                              \
    ALONG(cumprod, ag_cumprod(x, axis))                                                            \
    ALONG(cummax, ag_cummax(x, axis, NULL))                                                        \
    ALONG(logcumsumexp, ag_logcumsumexp(x, axis))                                                  \
    ALONG(diff, ag_diff(x, axis, 1))                                                               \
    ALONG(softmax, ag_softmax(x, axis))                                                            \
    ALONG(log_softmax, ag_log_softmax(x, axis))                                                    \
    ALONG(sort, ag_sort(x, axis, false, NULL))                                                     \
    ALONG(topk, ag_topk(x, axis, 1, true, NULL))                                                   \
    ALONG(kthvalue, ag_kthvalue(x, axis, false, 1, NULL))

typedef ag_tensor *function(ag_tensor *x, ag_axes axes, int axis);

#define DEFINE(name, call)                                                                         \
    static ag_tensor *call_##name(ag_tensor *x, ag_axes axes, int axis)                            \
    {                                                                                              \
        (void)axes;                                                                                \
        (void)axis;                                                                                \
        return call;                                                                               \
    }
#define OVER(name, call) DEFINE(name##_over, call)
#define ALONG(name, call) DEFINE(name##_along, call)
CALLS(OVER, ALONG)
#undef OVER
#undef ALONG

static const struct {
    const char *name;
    function *call;
    bool one_axis;
} functions[] = {
#define OVER(name, call) {#name "_over", call_##name##_over, false},
#define ALONG(name, call) {#name "_along", call_##name##_along, true},
    CALLS(OVER, ALONG)
#undef OVER
#undef ALONG
};
enum { FUNCTIONS = sizeof functions / sizeof functions[0] };

static ag_axes axes_of(int set)
{
    ag_axes axes = {0, {0}};
    for (int d = 0; d < DIMS; d++) {
        if (set >> d & 1) {
            axes.axis[axes.n++] = d;
        }
    }
    return axes;
}

/* Forward, back, and back through the recorded gradient. Returns how many results there were. */
static int walk(int f, ag_shape shape, int set)
{
    ag_axes axes = axes_of(set);
    if (functions[f].one_axis && axes.n != 1) {
        return 0;
    }
    char text[AG_SHAPE_TEXT];
    snprintf(endless_call, sizeof endless_call, "endless: %s of %s, set of axes %d\n",
             functions[f].name, ag_shape_text(shape, text), set);
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_full(g, AG_VARIABLE, shape, 0), *gradient = NULL;
    const ag_grad_options o = {.create_graph = true, .allow_unused = true};
    alarm(20);
    ag_tensor *y = functions[f].call(x, axes, axes.axis[0]);
    ck_assert(y != NULL || ag_error(g) != AG_OK);
    bool few = y != NULL && ag_size(y) < 64; /* an initial value may be repeated 2^47 times */
    if (few && ag_dtype_of(y) != AG_I64) {
        ag_tensor *loss = ag_sum(y);
        ag_status status = ag_grad(&loss, 1, NULL, &x, 1, &o, &gradient);
        status = status == AG_OK && gradient != NULL ? ag_backward(ag_sum(gradient)) : status;
        (void)status; /* what an operation says of no elements is for others to ask */
    }
    alarm(0);
    ag_graph_free(g);
    return y != NULL;
}

START_TEST(test_nothing_is_walked)
{
    int results = 0;
    signal(SIGALRM, endless_say);
    for (int zero = 0; zero < DIMS; zero++) {
        for (int large = 0; large < DIMS; large++) {
            ag_shape shape = AG_SHAPE(2, 2, 2, 2);
            shape.dim[large] = huge;
            shape.dim[zero] = 0;
            for (int k = FUNCTIONS; large != zero && k < FUNCTIONS * SETS; k++) {
                results += walk(k % FUNCTIONS, shape, k / FUNCTIONS);
            }
        }
    }
    ck_assert_int_gt(results, 1000);
}
END_TEST

CHECK_MAIN("reduce_empty", test_nothing_is_walked)
