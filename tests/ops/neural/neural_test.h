/* What the tests of the neural-net operations share: operands whose numbers are easy to write down
 * elsewhere, and comparing many numbers at once. Must not know an operation.
 */
#ifndef NEURAL_H
#define NEURAL_H

#include <autograd.h>
#include <math.h>

#include "check_main.h"

enum { MOST = 256 };

#define VALUES(...) ((double[]){__VA_ARGS__})
#define COUNT(...) ((int)(sizeof((double[]){__VA_ARGS__}) / sizeof(double)))

/* Element i is ((i step) mod 7 - 3)/4, exact in f32. In Python, with n = the number of elements:
 * torch.tensor([((i * step) % 7 - 3) / 4 for i in range(n)]).reshape(shape) */
static inline ag_tensor *ramp_of(ag_graph *g, ag_role role, ag_dtype dtype, ag_shape shape,
                                 int step)
{
    double values[MOST];
    ag_tensor *t = ag_leaf(g, role, dtype, shape, NULL);
    ck_assert_ptr_nonnull(t);
    ck_assert_int_le(ag_size(t), MOST);
    for (int i = 0; i < (int)ag_size(t); i++) {
        values[i] = (double)(i * step % 7 - 3) / 4;
    }
    ck_assert_int_eq(ag_set(t, values, ag_size(t)), AG_OK);
    return t;
}
#define ramp(g, shape_of, step) ramp_of(g, AG_VARIABLE, AG_F64, shape_of, step)

static inline void near(const double *have, const double *want, int n, double tolerance,
                        const char *what, int line)
{
    for (int i = 0; i < n; i++) {
        bool ok = isnan(want[i]) ? isnan(have[i])
                                 : have[i] == want[i] || fabs(have[i] - want[i]) <= tolerance;
        ck_assert_msg(ok, "line %d: %s, element %d: %.17g, not %.17g", line, what, i, have[i],
                      want[i]);
    }
}

static inline void value_near(const ag_tensor *t, int n, const double *want, int line)
{
    double have[MOST];
    ck_assert_msg(t != NULL, "line %d: NULL", line);
    ck_assert_msg(ag_size(t) == n, "line %d: %lld elements", line, (long long)ag_size(t));
    ck_assert_int_eq(ag_get(t, have, n), AG_OK);
    near(have, want, n, ag_dtype_of(t) == AG_F32 ? 1e-6 : 1e-14, "value", line);
}

static inline void grad_near(const ag_tensor *t, int n, const double *want, int line)
{
    double have[MOST];
    ck_assert_msg(ag_size(t) == n, "line %d: %lld elements", line, (long long)ag_size(t));
    ck_assert_int_eq(ag_grad_get(t, have, n), AG_OK);
    near(have, want, n, ag_dtype_of(t) == AG_F32 ? 1e-6 : 1e-14, "gradient", line);
}
#define VALUE_IS(t, ...) value_near(t, COUNT(__VA_ARGS__), VALUES(__VA_ARGS__), __LINE__)
#define GRAD_IS(t, ...) grad_near(t, COUNT(__VA_ARGS__), VALUES(__VA_ARGS__), __LINE__)

/* Backward from the ramp of step 2 in y's shape. */
static inline void backward_from_ramp(ag_tensor *y)
{
    ck_assert_ptr_nonnull(y);
    ag_tensor *u = ramp_of(ag_graph_of(y), AG_CONSTANT, ag_dtype_of(y), ag_shape_of(y), 2);
    ck_assert_int_eq(ag_backward_from(y, u), AG_OK);
}

static inline void same_shape(const ag_tensor *t, ag_shape want)
{
    ag_shape have = ag_shape_of(t);
    ck_assert_ptr_nonnull(t);
    ck_assert_int_eq(have.ndim, want.ndim);
    for (int d = 0; d < want.ndim; d++) {
        ck_assert_int_eq(have.dim[d], want.dim[d]);
    }
}

/* First and second derivatives of f at these inputs agree with finite differences. */
static inline void derivatives_agree(ag_function f, void *user, ag_tensor *const *in, int n)
{
    char text[400];
    ag_gradcheck_result first = ag_gradcheck(f, user, in, n, NULL);
    ag_gradcheck_text(&first, text, sizeof text);
    ck_assert_msg(first.ok, "%s %s", text, ag_error_message(ag_graph_of(in[0])));
    ag_gradcheck_result second = ag_gradgradcheck(f, user, in, n, NULL);
    ag_gradcheck_text(&second, text, sizeof text);
    ck_assert_msg(second.ok, "second: %s %s", text, ag_error_message(ag_graph_of(in[0])));
}

#endif
