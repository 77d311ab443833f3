/* Arithmetic of i64: what Python's //, % and PyTorch 2.15.0's int64 give, at the ends of the range
 * too; division by 0 is refused with its place.
 */
#include "expect.h"

static ag_graph *g;

static ag_tensor *whole(ag_shape shape, const int64_t *values)
{
    return ag_leaf(g, AG_CONSTANT, AG_I64, shape, values);
}
#define WHOLE(shape, ...) whole(shape, (const int64_t[]){__VA_ARGS__})

/* Exactly these integers, of which a double could not hold all. */
static void holds(const char *where, const ag_tensor *t, const int64_t *want, int64_t n)
{
    ck_assert_msg(t != NULL, "%s: %s", where, ag_error_message(g));
    ck_assert_int_eq(ag_dtype_of(t), AG_I64);
    ck_assert_int_eq(ag_size(t), n);
    for (int64_t i = 0; i < n; i++) {
        const int64_t *have = ag_data(t);
        ck_assert_msg(have[i] == want[i], "%s: element %d is %lld, not %lld", where, (int)i,
                      (long long)have[i], (long long)want[i]);
    }
}
#define HOLDS(t, ...)                                                                              \
    holds(HERE, t, (const int64_t[]){__VA_ARGS__},                                                 \
          (int64_t)(sizeof((int64_t[]){__VA_ARGS__}) / sizeof(int64_t)))

START_TEST(test_sums_and_products)
{
    g = ag_graph_new();
    ag_tensor *column = WHOLE(AG_SHAPE(2, 1), 10, -3), *row = WHOLE(AG_SHAPE(3), 1, 2, -4);
    HOLDS(ag_add(column, row), 11, 12, 6, -2, -1, -7);
    HOLDS(ag_sub(column, row), 9, 8, 14, -4, -5, 1);
    HOLDS(ag_mul(column, row), 10, 20, -40, -3, -6, 12);
    HOLDS(ag_maximum(column, row), 10, 10, 10, 1, 2, -3);
    HOLDS(ag_minimum(column, row), 1, 2, -4, -3, -3, -4);
    HOLDS(ag_neg(row), -1, -2, 4);
    HOLDS(ag_abs(row), 1, 2, 4);
    HOLDS(ag_add_scalar(row, -7), -6, -5, -11);
    HOLDS(ag_mul_scalar(row, 3), 3, 6, -12);
    HOLDS(ag_add(ag_flip(row, AG_ALL), row), -3, 4, -3);
    HOLDS(ag_mul(WHOLE(AG_SCALAR, 6), WHOLE(AG_SCALAR, 7)), 42);
    ck_assert_int_eq(ag_size(ag_add(WHOLE(AG_SHAPE(0), 0), row = WHOLE(AG_SHAPE(1), 5))), 0);
    ck_assert(!ag_needs_grad(ag_add(row, row)));
    ag_graph_free(g);
}
END_TEST

/* Python: 7 // 2, -7 // 2, 7 // -2, -7 // -2, 6 // 3, -6 // 3 and the same with %. */
START_TEST(test_quotients)
{
    g = ag_graph_new();
    ag_tensor *a = WHOLE(AG_SHAPE(6), 7, -7, 7, -7, 6, -6);
    ag_tensor *b = WHOLE(AG_SHAPE(6), 2, 2, -2, -2, 3, 3);
    HOLDS(ag_floor_divide(a, b), 3, -4, -4, 3, 2, -2);
    HOLDS(ag_remainder(a, b), 1, 1, -1, -1, 0, 0);
    ag_graph_free(g);
}
END_TEST

/* Python's // of floats: 1 // 0.1 is 9 because 0.1 is a little more than a tenth. */
START_TEST(test_quotients_of_floats)
{
    g = ag_graph_new();
    ag_tensor *a = of_values(g, AG_SHAPE(6), 1, -1, 7.5, -7.5, -0.0, 1e300);
    ag_tensor *b = of_values(g, AG_SHAPE(6), 0.1, 0.1, -2, -2, 3, 1e-10);
    expect_tensor_within(ag_floor_divide(a, b), 0, AG_SHAPE(6), 9, -10, -4, 3, -0.0,
                         (double)INFINITY);
    ag_tensor *zero = ag_constant(g, 0);
    expect_same(ag_item(ag_floor_divide(ag_constant(g, 2), zero)), (double)INFINITY);
    ck_assert(isnan(ag_item(ag_floor_divide(zero, zero))));
    ck_assert(!ag_needs_grad(ag_floor_divide(a, b)));
    all_well(g);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_numbers_wrap_around)
{
    g = ag_graph_new();
    ag_tensor *most = WHOLE(AG_SCALAR, INT64_MAX), *least = WHOLE(AG_SCALAR, INT64_MIN);
    ag_tensor *one = WHOLE(AG_SCALAR, 1), *minus = WHOLE(AG_SCALAR, -1);
    HOLDS(ag_add(most, one), INT64_MIN);
    HOLDS(ag_sub(least, one), INT64_MAX);
    HOLDS(ag_mul(most, WHOLE(AG_SCALAR, 2)), -2);
    HOLDS(ag_neg(least), INT64_MIN);
    HOLDS(ag_abs(least), INT64_MIN);
    HOLDS(ag_floor_divide(least, minus), INT64_MIN);
    HOLDS(ag_remainder(least, minus), 0);
    HOLDS(ag_remainder(least, most), INT64_MAX - 1);
    HOLDS(ag_add_scalar(most, 1), INT64_MIN);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_integers_refused)
{
    g = ag_graph_new();
    ag_tensor *a = WHOLE(AG_SHAPE(2, 2), 1, 2, 3, 4), *b = WHOLE(AG_SHAPE(2, 2), 1, 1, 0, 1);
    fails(ag_floor_divide(a, b), AG_ERR_VALUE,
          "floor_divide: division by 0: the second operand is 0 at [1,0]", "in f64");
    fails(ag_remainder(a, ag_transpose(b)), AG_ERR_VALUE,
          "remainder: division by 0: the second operand is 0 at [0,1]", NULL);
    fails(ag_add_scalar(a, 0.5), AG_ERR_VALUE, "add_scalar: 0.5 is no i64", "ag_cast");
    fails(ag_mul_scalar(a, 1e19), AG_ERR_VALUE, "mul_scalar: 1e+19 is no i64", NULL);
    fails(ag_mul_scalar(a, (double)NAN), AG_ERR_VALUE, "mul_scalar: nan is no i64", NULL);
    fails(ag_add(a, ag_constant(g, 1)), AG_ERR_DTYPE, "add: operands are i64 and f64", "ag_cast");
    fails(ag_div(a, a), AG_ERR_DTYPE, "div: not defined for i64", "ag_cast");
    fails(ag_add(a, WHOLE(AG_SHAPE(3), 1, 2, 3)), AG_ERR_SHAPE, "add: shapes", NULL);
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("integers", test_sums_and_products, test_quotients, test_quotients_of_floats,
           test_numbers_wrap_around, test_integers_refused)
