/* Leaves and reading: every dtype and number of dimensions, memory that is borrowed, names, roles,
 * elements by index, and values that go in and come out the same.
 */
#include "expect.h"

#include <limits.h>

static ag_graph *g;

static ag_shape shape_of(int ndim, int64_t size)
{
    ag_shape shape = {ndim, {0}};
    for (int i = 0; i < ndim; i++) {
        shape.dim[i] = size > 0 ? 1 + (i + size) % 3 : (i != ndim / 2);
    }
    return shape;
}

static int64_t count(ag_shape shape)
{
    int64_t n = 1;
    for (int i = 0; i < shape.ndim; i++) {
        n *= shape.dim[i];
    }
    return n;
}

enum { MOST = 3 * 3 * 3 * 3 * 3 * 3 * 3 * 3 };
typedef union elements {
    double f64[MOST];
    float f32[MOST];
    int64_t i64[MOST];
} elements;

/* The same whole numbers as doubles and in the dtype. */
static void fill(ag_dtype dtype, int64_t n, double *values, elements *data)
{
    for (int i = 0; i < n; i++) {
        values[i] = i * 37 % 101 - 50;
        if (dtype == AG_F64) {
            data->f64[i] = values[i];
        } else if (dtype == AG_F32) {
            data->f32[i] = (float)values[i];
        } else {
            data->i64[i] = (int64_t)values[i];
        }
    }
}

static void check_zeros(ag_tensor *t)
{
    static elements back;
    size_t bytes = ag_bytes(t);
    expect_ok(ag_read(t, &back, bytes));
    for (size_t i = 0; i < bytes; i++) {
        ck_assert(((const char *)&back)[i] == 0);
    }
}

static void check_leaf(ag_dtype dtype, ag_shape shape)
{
    static elements data, back;
    static double values[MOST];
    int64_t n = count(shape);
    size_t bytes = (size_t)n * ag_dtype_bytes(dtype);
    fill(dtype, n, values, &data);
    ag_tensor *t = ag_leaf(g, AG_CONSTANT, dtype, shape, &data);
    ck_assert_ptr_nonnull(t);
    ck_assert(ag_dtype_of(t) == dtype && ag_size(t) == n && ag_shape_of(t).ndim == shape.ndim);
    ck_assert_uint_eq(ag_bytes(t), bytes);
    for (int i = 0; i < shape.ndim; i++) {
        ck_assert_int_eq(ag_shape_of(t).dim[i], shape.dim[i]);
    }
    expect_value(AG_HERE, t, values, n, 0);
    expect_ok(ag_read(t, &back, bytes));
    ck_assert_mem_eq(&back, &data, bytes);
    ck_assert(n == 0 || memcmp(ag_data(t), &data, bytes) == 0);
    ag_tensor *zeros = ag_leaf(g, AG_CONSTANT, dtype, shape, NULL);
    check_zeros(zeros);
    expect_ok(ag_write(zeros, &data, bytes));
    expect_value(AG_HERE, zeros, values, n, 0);
}

START_TEST(test_every_kind)
{
    for (int dtype = 0; dtype < AG_DTYPE_COUNT; dtype++) {
        g = ag_graph_new();
        for (int ndim = 0; ndim <= AG_MAX_DIMS; ndim++) {
            for (int64_t size = ndim > 0 ? 0 : 1; size <= 3; size++) {
                check_leaf((ag_dtype)dtype, shape_of(ndim, size));
            }
        }
        all_well(g);
        ag_graph_free(g);
    }
}
END_TEST

START_TEST(test_makers)
{
    g = ag_graph_new();
    ag_graph *narrow = ag_graph_new_with(&(ag_graph_options){.dtype = AG_F32});
    ck_assert_int_eq(ag_dtype_of(ag_constant(g, 1)), AG_F64);
    ck_assert_int_eq(ag_graph_dtype(g), AG_F64);
    ck_assert_int_eq(ag_graph_dtype(narrow), AG_F32);
    ck_assert_int_eq(ag_graph_dtype(NULL), AG_F64);
    ck_assert_int_eq(ag_dtype_of(ag_full(narrow, AG_CONSTANT, AG_SHAPE(2), 0.1)), AG_F32);
    expect_same(ag_item(ag_parameter(narrow, 0.1)), (double)0.1f);
    const double v[6] = {1, 2, 3, 4, 5, 6};
    ag_tensor *m = ag_from_values(g, AG_CONSTANT, AG_SHAPE(2, 3), v);
    expect_values(m, 1, 2, 3, 4, 5, 6);
    expect_values(ag_full(g, AG_CONSTANT, AG_SHAPE(3), -0.5), -0.5, -0.5, -0.5);
    expect_same(ag_item(ag_full(g, AG_CONSTANT, AG_SHAPE(1, 1, 1), 4)), 4);
    ck_assert_int_eq(ag_size(ag_from_values(g, AG_CONSTANT, AG_SHAPE(0), NULL)), 0);
    ck_assert_ptr_eq(ag_graph_of(m), g);
    all_well(g);
    ag_graph_free(narrow);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_index)
{
    g = ag_graph_new();
    ag_tensor *m = of_values(g, AG_SHAPE(2, 3), 1, 2, 3, 4, 5, 6), *t = ag_transpose(m);
    expect_same(ag_item_at(m, AG_SHAPE(0, 0)), 1);
    expect_same(ag_item_at(m, AG_SHAPE(1, 2)), 6);
    expect_same(ag_item_at(m, AG_SHAPE(-1, -3)), 4);
    expect_same(ag_item_at(t, AG_SHAPE(2, 1)), 6);
    expect_same(ag_item_at(t, AG_SHAPE(0, 1)), 4);
    expect_same(ag_item_at(ag_variable(g, 7), AG_SCALAR), 7);
    expect_values(t, 1, 4, 2, 5, 3, 6);
    ck_assert_ptr_null(ag_data(t)); /* not row-major */
    ck_assert_ptr_nonnull(ag_data(ag_reshape(m, AG_SHAPE(6))));
    double raw[6];
    expect_ok(ag_read(t, raw, sizeof raw));
    ck_assert(raw[1] == 4 && raw[5] == 6);
    all_well(g);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_roles)
{
    g = ag_graph_new();
    ag_tensor *x = ag_variable(g, 1), *p = ag_parameter(g, 1), *c = ag_constant(g, 1);
    ag_tensor *y = ag_exp(x), *d = ag_detach(x);
    ck_assert_int_eq(ag_role_of(x), AG_VARIABLE);
    ck_assert_int_eq(ag_role_of(p), AG_PARAMETER);
    ck_assert_int_eq(ag_role_of(c), AG_CONSTANT);
    ck_assert_int_eq(ag_role_of(y), AG_RESULT);
    ck_assert_int_eq(ag_role_of(d), AG_RESULT);
    ck_assert(ag_needs_grad(x) && ag_needs_grad(p) && ag_needs_grad(y));
    ck_assert(!ag_needs_grad(c) && !ag_needs_grad(d) && !ag_needs_grad(NULL));
    ck_assert_ptr_null(ag_op_name(x));
    ck_assert_str_eq(ag_op_name(y), "exp");
    ck_assert_int_eq(ag_n_operands(x), 0);
    ck_assert(ag_operand(y, 0) == x && ag_operand(y, 1) == NULL && ag_operand(y, -1) == NULL);
    ck_assert(ag_flows_to(y, 0) && !ag_flows_to(d, 0) && !ag_flows_to(ag_mul(x, c), 1));
    ck_assert(ag_id(x) < ag_id(p) && ag_id(c) < ag_id(y));
    ag_graph_free(g);
}
END_TEST

START_TEST(test_names)
{
    g = ag_graph_new();
    char text[] = "weight";
    ag_tensor *x = ag_variable(g, 1);
    ck_assert_ptr_null(ag_name_of(x));
    ck_assert_ptr_eq(ag_name(x, text), x);
    text[0] = 'f';
    ck_assert_str_eq(ag_name_of(x), "weight"); /* copied */
    ag_name(x, "w");
    ck_assert_str_eq(ag_name_of(x), "w");
    ag_name(x, "\xce\xb8 with \"quotes\" and a longer tail");
    ck_assert_str_eq(ag_name_of(x), "\xce\xb8 with \"quotes\" and a longer tail");
    ag_name(x, ag_name_of(x) + 3);
    ck_assert_str_eq(ag_name_of(x), "with \"quotes\" and a longer tail");
    ag_name(x, "");
    ck_assert_str_eq(ag_name_of(x), "");
    ag_name(x, NULL);
    ck_assert_ptr_null(ag_name_of(x));
    ck_assert_ptr_null(ag_name_of(NULL));
    ag_graph_free(g);
}
END_TEST

START_TEST(test_borrowed)
{
    g = ag_graph_new();
    double data[4] = {1, 2, 3, 4}, one = 5;
    float narrow[2] = {0.5f, 0.25f};
    int64_t whole[2] = {INT64_MAX, -1};
    ag_tensor *m = ag_borrow(g, AG_VARIABLE, AG_F64, AG_SHAPE(2, 2), data);
    ag_tensor *s = ag_borrow(g, AG_VARIABLE, AG_F64, AG_SCALAR, &one);
    ag_tensor *f = ag_borrow(g, AG_VARIABLE, AG_F32, AG_SHAPE(2), narrow);
    ag_tensor *i = ag_borrow(g, AG_CONSTANT, AG_I64, AG_SHAPE(2), whole);
    ck_assert(ag_data(m) == data && ag_data(f) == narrow && ag_data(i) == whole);
    no_tensor(g, HERE, ag_borrow(g, AG_VARIABLE, AG_F64, AG_SCALAR, (char *)data + 4), AG_ERR_VALUE,
              "borrow: the data is not aligned to the 8 bytes of f64", LINE);
    ag_tensor *y = ag_sum(ag_mul(m, s));
    expect_ok(ag_backward(y));
    expect_grads(m, 5, 5, 5, 5);
    expect_same(ag_grad_item(s), 10);
    data[0] = -1, one = 2; /* read in place */
    ag_touch(m);
    ag_touch(s);
    expect_same(ag_item_at(m, AG_SHAPE(0, 0)), -1);
    expect_same(ag_item(s), 2);
    expect_same(ag_item(ag_sum(ag_mul(m, s))), 16);
    expect_ok(ag_set_item(s, 3)); /* and written */
    ck_assert(one == 3);
    expect_ok(ag_backward(ag_sum(ag_square(f))));
    expect_grads(f, 1, 0.5);
    ag_graph_free(g);
    ck_assert(data[3] == 4);
}
END_TEST

START_TEST(test_detach)
{
    g = ag_graph_new();
    ag_tensor *x = of_values(g, AG_SHAPE(2, 2), 1, 2, 3, 4), *d = ag_detach(ag_transpose(x));
    ck_assert(ag_is_view(d) && !ag_needs_grad(d));
    expect_values(d, 1, 3, 2, 4);
    ag_tensor *flat = ag_detach(x);
    ck_assert_ptr_eq(ag_data(flat), ag_data(x)); /* shares the memory */
    expect_ok(ag_backward(ag_sum(ag_mul(x, ag_detach(x)))));
    expect_grads(x, 1, 2, 3, 4);
    expect_same(ag_item(ag_detach(ag_variable(g, 7))), 7);
    ag_graph_free(g);
}
END_TEST

/* A double that no int64 holds goes to its nearest end, NaN to 0: the bare conversion is
 * undefined. */
START_TEST(test_conversions)
{
    g = ag_graph_new();
    const double v[6] = {1e300, -1e300, (double)NAN, 2.9, -2.9, (double)INFINITY};
    ag_tensor *i = ag_leaf(g, AG_CONSTANT, AG_I64, AG_SHAPE(6), NULL);
    expect_ok(ag_set(i, v, 6));
    int64_t got[6];
    expect_ok(ag_read(i, got, sizeof got));
    ck_assert(got[0] == INT64_MAX && got[1] == INT64_MIN && got[2] == 0);
    ck_assert(got[3] == 2 && got[4] == -2 && got[5] == INT64_MAX);
    ag_tensor *f = ag_leaf(g, AG_CONSTANT, AG_F32, AG_SHAPE(6), NULL);
    expect_ok(ag_set(f, v, 6));
    ck_assert(isinf(ag_item_at(f, AG_SHAPE(0))) && isnan(ag_item_at(f, AG_SHAPE(2))));
    ag_graph_free(g);
}
END_TEST

START_TEST(test_set)
{
    g = ag_graph_new();
    const double v[3] = {7, 8, 9};
    ag_tensor *x = ag_full(g, AG_PARAMETER, AG_SHAPE(3), 1), *s = ag_variable(g, 1);
    expect_ok(ag_set(x, v, 3));
    expect_values(x, 7, 8, 9);
    expect_ok(ag_set_item(s, -3));
    expect_same(ag_item(s), -3);
    ((double *)ag_mutable_data(x))[1] = 0;
    expect_values(x, 7, 0, 9);
    expect_ok(ag_fill_uniform(x, 2, 3));
    for (int i = 0; i < 3; i++) {
        double value = ag_item_at(x, AG_SHAPE(i));
        ck_assert(value >= 2 && value < 3);
    }
    ck_assert_int_eq(ag_set(ag_full(g, AG_PARAMETER, AG_SHAPE(0), 1), NULL, 0), AG_OK);
    all_well(g);
    ag_graph_free(g);
}
END_TEST

/* The type of an array tells what it is made of, and must go with the dtype. */
START_TEST(test_data_of_another_type)
{
    g = ag_graph_new();
    double d[2] = {1, 2};
    const float f[2] = {3, 4};
    int n[2] = {5, 6};
    long long wide[2] = {7, 8};
    void *any = d;
    no_tensor(g, HERE, ag_leaf(g, AG_CONSTANT, AG_F32, AG_SHAPE(2), d), AG_ERR_DTYPE,
              "leaf: the array is of double, but f32 needs float", LINE);
    no_tensor(g, HERE, ag_leaf(g, AG_CONSTANT, AG_F64, AG_SHAPE(2), f), AG_ERR_DTYPE,
              "leaf: the array is of float, but f64 needs double");
    no_tensor(g, HERE, ag_leaf(g, AG_CONSTANT, AG_I64, AG_SHAPE(2), n), AG_ERR_DTYPE,
              "the array is of int or long double, but i64 needs 64-bit integers");
    no_tensor(g, HERE, ag_leaf(g, AG_CONSTANT, AG_I64, AG_SHAPE(2), (int[]){0, 1}), AG_ERR_DTYPE,
              "the array is of int");
    no_tensor(g, HERE, ag_borrow(g, AG_CONSTANT, AG_F32, AG_SHAPE(2), d), AG_ERR_DTYPE,
              "borrow: the array is of double, but f32 needs float", LINE);
    expect_values(ag_leaf(g, AG_CONSTANT, AG_F64, AG_SHAPE(2), d), 1, 2);
    expect_values(ag_leaf(g, AG_CONSTANT, AG_F32, AG_SHAPE(2), f), 3, 4);
    expect_values(ag_leaf(g, AG_CONSTANT, AG_I64, AG_SHAPE(2), wide), 7, 8);
    expect_values(ag_leaf(g, AG_CONSTANT, AG_I64, AG_SHAPE(2), (int64_t[]){9, 10}), 9, 10);
    expect_values(ag_leaf(g, AG_CONSTANT, AG_F64, AG_SHAPE(2), any), 1, 2);
    expect_values(ag_leaf(g, AG_CONSTANT, AG_F32, AG_SHAPE(1), NULL), 0);
    /* What a call said of its array is forgotten, also when it failed before it looked. */
    ck_assert_ptr_null(ag_borrow(g, AG_CONSTANT, AG_F64, AG_SHAPE(2), (double *)NULL));
    ag_error_clear(g);
    expect_values((ag_leaf)(g, AG_CONSTANT, AG_F32, AG_SHAPE(2), f), 3, 4);
    all_well(g);
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("leaf", test_every_kind, test_makers, test_index, test_roles, test_names, test_borrowed,
           test_detach, test_conversions, test_set, test_data_of_another_type)
