/* Comparing tensors with written numbers, and gradients, in few words. */
#ifndef NEAR_H
#define NEAR_H

#include <autograd.h>
#include <math.h>

#include "check_main.h"

enum { MOST = 1024 };

static inline void get(const ag_tensor *t, double out[MOST])
{
    ck_assert_msg(t != NULL, "no tensor");
    ck_assert_int_le(ag_size(t), MOST);
    ck_assert_int_eq(ag_get(t, out, ag_size(t)), AG_OK);
}

/* The shape, and each element within `tolerance` times the larger of 1 and the number; NaN and Inf
 * exactly. */
static inline void near_values(const ag_tensor *t, ag_shape shape, double tolerance,
                               const double *want, int64_t n)
{
    double have[MOST];
    get(t, have);
    ag_shape s = ag_shape_of(t);
    ck_assert_int_eq(s.ndim, shape.ndim);
    for (int d = 0; d < s.ndim; d++) {
        ck_assert_int_eq(s.dim[d], shape.dim[d]);
    }
    ck_assert_int_eq(ag_size(t), n);
    for (int64_t i = 0; i < n; i++) {
        bool same = have[i] == want[i] || (isnan(have[i]) && isnan(want[i]));
        ck_assert_msg(same || fabs(have[i] - want[i]) <= tolerance * fmax(1, fabs(want[i])),
                      "element %d is %.17g, not %.17g", (int)i, have[i], want[i]);
    }
}

#define NEAR 1e-13
#define expect_within(t, tolerance, shape, ...)                                                    \
    near_values(t, shape, tolerance, (const double[]){__VA_ARGS__},                                \
                (int64_t)(sizeof((const double[]){__VA_ARGS__}) / sizeof(double)))
#define expect(t, shape, ...) expect_within(t, NEAR, shape, __VA_ARGS__)

/* Both have one shape and, within the tolerance, the same elements. */
static inline void expect_same(const ag_tensor *a, const ag_tensor *b, double tolerance)
{
    double want[MOST];
    get(b, want);
    near_values(a, ag_shape_of(b), tolerance, want, ag_size(b));
}

/* d sum(y * seed) / d x, recorded; without a seed y has one element. */
static inline ag_tensor *gradient_of(ag_tensor *y, ag_tensor *x, ag_tensor *seed)
{
    ag_grad_options options = {.create_graph = true, .allow_unused = true};
    ag_tensor *g = NULL;
    ck_assert_msg(y != NULL, "nothing to differentiate");
    ag_status status = ag_grad(&y, 1, &seed, &x, 1, &options, &g);
    ck_assert_msg(status == AG_OK, "%s", ag_error_message(ag_graph_of(x)));
    return g;
}

/* first, first + 1, ... */
static inline ag_tensor *count_up(ag_graph *g, ag_shape shape, double first)
{
    double values[MOST];
    for (int i = 0; i < MOST; i++) {
        values[i] = first + i;
    }
    return ag_from_values(g, AG_VARIABLE, shape, values);
}

static inline ag_tensor *drawn(ag_graph *g, ag_dtype dtype, ag_shape shape)
{
    ag_tensor *t = ag_leaf(g, AG_VARIABLE, dtype, shape, NULL);
    ck_assert_int_eq(ag_fill_uniform(t, -1, 1), AG_OK);
    return t;
}

#endif
