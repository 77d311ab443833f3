/* What the tests of the neural-net operations share: operands whose numbers are easy to write down
 * elsewhere, and comparing many numbers at once. Must not know an operation.
 */
#ifndef NEURAL_H
#define NEURAL_H

#include "expect.h"

/* Element i is ((i step) mod 7 - 3)/4, exact in f32. In Python, with n = the number of elements:
 * torch.tensor([((i * step) % 7 - 3) / 4 for i in range(n)]).reshape(shape) */
static inline ag_tensor *ramp_of(ag_graph *g, ag_role role, ag_dtype dtype, ag_shape shape,
                                 int step)
{
    double values[MOST_ELEMENTS];
    ag_tensor *t = ag_leaf(g, role, dtype, shape, NULL);
    ck_assert_ptr_nonnull(t);
    ck_assert_int_le(ag_size(t), MOST_ELEMENTS);
    for (int i = 0; i < (int)ag_size(t); i++) {
        values[i] = (double)(i * step % 7 - 3) / 4;
    }
    ck_assert_int_eq(ag_set(t, values, ag_size(t)), AG_OK);
    return t;
}
#define ramp(g, shape_of, step) ramp_of(g, AG_VARIABLE, AG_F64, shape_of, step)

/* 1e-14 for f64, and what f32 can hold. */
static inline double tolerance_of(const ag_tensor *t)
{
    return ag_dtype_of(t) == AG_F32 ? 1e-6 : 1e-14;
}

static inline void values_are(const char *where, const ag_tensor *t, const double *want, int64_t n)
{
    expect_value(where, t, want, n, tolerance_of(t));
}

static inline void grads_are(const char *where, const ag_tensor *t, const double *want, int64_t n)
{
    expect_grad(where, t, want, n, tolerance_of(t));
}
#define VALUE_IS(t, ...) values_are(AG_HERE, t, NUMBERS(__VA_ARGS__))
#define GRAD_IS(t, ...) grads_are(AG_HERE, t, NUMBERS(__VA_ARGS__))

/* Backward from the ramp of step 2 in y's shape. */
static inline void backward_from_ramp(ag_tensor *y)
{
    ck_assert_ptr_nonnull(y);
    ag_tensor *u = ramp_of(ag_graph_of(y), AG_CONSTANT, ag_dtype_of(y), ag_shape_of(y), 2);
    ck_assert_int_eq(ag_backward_from(y, u), AG_OK);
}

#endif
