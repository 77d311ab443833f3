/* What the tests of shapes and indices share: one graph, tensors counted 1, 2, 3, ..., and the
 * comparison of values and gradients with lists of numbers.
 */
#ifndef COUNTED_H
#define COUNTED_H

#include "expect.h"

static ag_graph *g;

/* 1, 2, 3, ... */
static inline ag_tensor *counted(ag_role role, ag_shape shape)
{
    return count_up(g, role, shape, 1);
}

static inline ag_tensor *variable(ag_shape shape)
{
    return counted(AG_VARIABLE, shape);
}

static inline ag_tensor *indices(ag_shape shape, const int64_t *values)
{
    return ag_leaf(g, AG_CONSTANT, AG_I64, shape, values);
}
#define INDICES(shape, ...) indices(shape, (const int64_t[]){__VA_ARGS__})

#define IS(t, shape, ...) expect_elements(AG_HERE, t, shape, 0, NUMBERS(__VA_ARGS__))

/* An element by its place. */
static inline double at(const ag_tensor *t, ag_shape place)
{
    return ag_item_at(t, place);
}

/* Values drawn from 0..span-1, so that many are equal. */
static inline ag_tensor *drawn_below(ag_shape shape, int span)
{
    double values[MOST_ELEMENTS];
    ag_tensor *t = ag_full(g, AG_VARIABLE, shape, 0);
    for (int i = 0; i < ag_size(t); i++) {
        values[i] = floor(ag_random_uniform(g) * span);
    }
    ck_assert_int_eq(ag_set(t, values, ag_size(t)), AG_OK);
    return t;
}

/* The same numbers in a tensor that is not contiguous. */
static inline ag_tensor *strided(ag_tensor *t)
{
    ag_tensor *turned = ag_flip(ag_flip(t, AG_ALL), AG_ALL);
    ag_tensor *twice = ag_stack((ag_tensor *[]){turned, ag_neg(turned)}, 2, -1);
    return ag_select(twice, -1, 0);
}

/* The gradient of <1 2 3 ..., y> with respect to the leaf x, by numbers and by recorded rules. */
static inline void pulls_back(ag_tensor *y, ag_tensor *x, const double *want, int64_t n)
{
    double have[MOST_ELEMENTS];
    ck_assert_msg(y != NULL, "%s", ag_error_message(g));
    ag_tensor *u = counted(AG_CONSTANT, ag_shape_of(y)), *recorded;
    ag_zero_grads(g);
    ck_assert_int_eq(ag_size(x), n);
    ck_assert_int_eq(ag_backward_from(y, u), AG_OK);
    ck_assert_int_eq(ag_grad_get(x, have, n), AG_OK);
    expect_numbers("index", "gradient", have, want, n, 0);
    ag_grad_options options = {.create_graph = true};
    ck_assert_int_eq(ag_grad(&y, 1, &u, &x, 1, &options, &recorded), AG_OK);
    ck_assert_int_eq(ag_get(recorded, have, n), AG_OK);
    expect_numbers("index", "recorded gradient", have, want, n, 0);
}
#define PULLS(y, x, ...) pulls_back(y, x, NUMBERS(__VA_ARGS__))

#endif
