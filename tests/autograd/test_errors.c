/* Bad calls of operations and leaves: each gives NULL, and the graph keeps a message that names the
 * operation, the operands, their shapes, the line of the call and mostly a remedy; then it works
 * on. The wording of the first example is that of the project's design document.
 */
#include "allocator.h"
#include "expect.h"

static ag_graph *g;

static ag_tensor *filled(const char *name, ag_shape shape)
{
    return ag_name(ag_full(g, AG_VARIABLE, shape, 1.0), name);
}

START_TEST(test_broadcast)
{
    g = ag_graph_new();
    ag_tensor *a = filled("a", AG_SHAPE(3, 5)), *b = filled("b", AG_SHAPE(5, 4));
    ag_tensor *h = ag_name(ag_matmul(a, b), "h"), *b2 = filled("b2", AG_SHAPE(2, 4));
    no_tensor(g, HERE, ag_add(h, b2), AG_ERR_SHAPE,
              "add: shapes [3,4] and [2,4] do not broadcast: dimension 0 is 3 and 2",
              "left operand \"h\" f64 [3,4] from matmul, right operand \"b2\" f64 [2,4]", LINE,
              "hint: sizes must be equal or 1");
    no_tensor(g, HERE, ag_mul(filled("v", AG_SHAPE(3)), h), AG_ERR_SHAPE,
              "mul: shapes [3] and [3,4] do not broadcast: dimension 1 is 3 and 4", "\"v\"", LINE);
    no_tensor(g, HERE, ag_pow(filled("e", AG_SHAPE(0)), h), AG_ERR_SHAPE, "[0] and [3,4]",
              "0 and 4");
    ag_graph_free(g);
}
END_TEST

START_TEST(test_inner_dimensions)
{
    g = ag_graph_new();
    ag_tensor *x = filled("x", AG_SHAPE(3, 4)), *w = filled("W1", AG_SHAPE(5, 2));
    no_tensor(g, HERE, ag_matmul(x, w), AG_ERR_SHAPE,
              "matmul: inner dimensions differ: [3,4] . [5,2] has 4 and 5", "\"x\"", "\"W1\"",
              LINE);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_axes)
{
    g = ag_graph_new();
    ag_tensor *x = filled("x", AG_SHAPE(3, 4));
    no_tensor(g, HERE, ag_sum_over(x, AG_AXES(2), false), AG_ERR_AXIS,
              "sum_over: axis 2 is out of range: -2 to 1 are possible", "\"x\" f64 [3,4]", LINE);
    no_tensor(g, HERE, ag_sum_over(x, AG_AXES(-3), false), AG_ERR_AXIS, "axis -3 is out of range",
              LINE);
    no_tensor(g, HERE, ag_mean_over(x, AG_AXES(0, -2), false), AG_ERR_AXIS,
              "mean_over: axis -2 is named twice", LINE, "hint: name every axis once");
    no_tensor(g, HERE, ag_sum_over(ag_variable(g, 1), AG_AXES(1), false), AG_ERR_AXIS, "axis 1",
              LINE); /* axes 0 and -1 of a 0-d tensor are no error: it counts as one element */
    no_tensor(g, HERE, ag_transpose_axes(x, 0, 2), AG_ERR_AXIS, "axis 2", LINE);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_mixed_dtypes)
{
    g = ag_graph_new();
    ag_tensor *a = filled("a", AG_SHAPE(2));
    ag_tensor *b = ag_name(ag_leaf(g, AG_VARIABLE, AG_F32, AG_SHAPE(2), NULL), "b");
    ag_tensor *i = ag_name(ag_leaf(g, AG_CONSTANT, AG_I64, AG_SHAPE(2), NULL), "i");
    no_tensor(g, HERE, ag_add(a, b), AG_ERR_DTYPE, "add: operands are f64 and f32", "\"a\" f64 [2]",
              "\"b\" f32 [2]", LINE, "hint: convert one of them with ag_cast");
    no_tensor(g, HERE, ag_mul(b, i), AG_ERR_DTYPE, "mul: operands are f32 and i64", LINE);
    no_tensor(g, HERE, ag_exp(i), AG_ERR_DTYPE, "exp: not defined for i64", "\"i\"", LINE,
              "ag_cast");
    ag_tensor *lean = ag_variable(g, 1), *narrow = ag_cast(lean, AG_F32);
    no_tensor(g, HERE, ag_add(lean, narrow), AG_ERR_DTYPE, "add: operands are f64 and f32", LINE);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_two_graphs)
{
    g = ag_graph_new();
    ag_graph *other = ag_graph_new();
    ag_tensor *mine = filled("mine", AG_SHAPE(2)), *theirs = ag_variable(other, 1);
    no_tensor(g, HERE, ag_add(mine, theirs), AG_ERR_GRAPH,
              "add: operands belong to different graphs", "\"mine\"", LINE);
    ag_tensor *x = ag_name(ag_variable(g, 2), "x");
    no_tensor(g, HERE, ag_mul(x, theirs), AG_ERR_GRAPH, "mul: operands belong to different graphs",
              "\"x\"", LINE);
    all_well(other); /* the first operand's graph keeps the message */
    still_works(other);
    ag_graph_free(other);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_null_operands)
{
    g = ag_graph_new();
    ag_tensor *x = ag_name(ag_variable(g, 2), "x"), *none = NULL;
    no_tensor(g, HERE, ag_add(x, none), AG_ERR_NULL_ARGUMENT, "add: an operand is NULL",
              "left operand \"x\"", "right operand NULL", LINE);
    no_tensor(g, HERE, ag_mul(none, x), AG_ERR_NULL_ARGUMENT, "mul: an operand is NULL",
              "left operand NULL");
    ck_assert_ptr_null(ag_exp(none));
    ck_assert_ptr_null(ag_add(none, none));
    ck_assert_int_eq(ag_backward(none), AG_ERR_NULL_ARGUMENT);
    ck_assert_ptr_null(ag_name(none, "n"));
    ck_assert(isnan(ag_item(none)) && isnan(ag_grad_item(none)));
    ck_assert_int_eq(ag_size(none), 0);
    ck_assert_ptr_null(ag_graph_of(none));
    ck_assert_int_eq(ag_error(NULL), AG_ERR_NULL_ARGUMENT);
    ck_assert_ptr_nonnull(strstr(ag_error_message(NULL), "NULL"));
    ag_zero_grad(none);
    ag_touch(none);
    ag_graph_free(NULL);
    all_well(g);
    ag_graph_free(g);
}
END_TEST

/* One check at the end of an expression is enough, and it shows what went wrong first. */
START_TEST(test_first_error_sticks)
{
    g = ag_graph_new();
    ag_tensor *a = filled("a", AG_SHAPE(2)), *b = filled("b", AG_SHAPE(3));
    const char *line;
    ag_tensor *bad = (line = AG_HERE, ag_add(a, b));
    ag_tensor *y = ag_sum(ag_exp(ag_mul(bad, a)));
    ck_assert_ptr_null(y);
    ck_assert_ptr_null(ag_matmul(a, filled("c", AG_SHAPE(7, 7))));
    ck_assert_int_eq(ag_backward(y), AG_ERR_NULL_ARGUMENT);
    ck_assert_int_eq(ag_backward(a),
                     AG_ERR_SHAPE); /* a later failure still returns its own status */
    failed(g, AG_ERR_SHAPE, line, (const char *const[]){"add: shapes [2] and [3]", LINE, NULL});
    no_tensor(g, HERE, ag_sub(a, b), AG_ERR_SHAPE,
              "sub: shapes [2] and [3]"); /* after the clear a new one */
    ag_graph_free(g);
}
END_TEST

START_TEST(test_leaf_shapes)
{
    g = ag_graph_new();
    no_tensor(g, HERE, ag_full(g, AG_VARIABLE, AG_SHAPE(3, -1), 0), AG_ERR_SHAPE,
              "full: size -1 of dimension 1 in shape [3,-1] is negative", LINE);
    ag_shape nine = {9, {1, 1, 1, 1, 1, 1, 1, 1}}, less = {-1, {0}};
    no_tensor(g, HERE, ag_full(g, AG_VARIABLE, nine, 0), AG_ERR_SHAPE, "full: 9 dimensions; 0 to 8",
              LINE);
    no_tensor(g, HERE, ag_full(g, AG_VARIABLE, less, 0), AG_ERR_SHAPE, "full: -1 dimensions", LINE);
    no_tensor(g, HERE, ag_from_values(g, AG_VARIABLE, AG_SHAPE(2), NULL), AG_ERR_NULL_ARGUMENT,
              "from_values: the values are NULL", LINE);
    no_tensor(g, HERE, ag_borrow(g, AG_CONSTANT, AG_F64, AG_SHAPE(2), NULL), AG_ERR_NULL_ARGUMENT,
              "borrow: the data is NULL", LINE);
    no_tensor(g, HERE, ag_leaf(g, AG_VARIABLE, AG_I64, AG_SHAPE(2), NULL), AG_ERR_DTYPE,
              "leaf: an i64 tensor has no gradient", "AG_CONSTANT", LINE);
    no_tensor(g, HERE, ag_leaf(g, AG_VARIABLE, (ag_dtype)7, AG_SHAPE(2), NULL), AG_ERR_VALUE,
              "no such dtype", LINE);
    no_tensor(g, HERE, ag_leaf(g, AG_RESULT, AG_F64, AG_SHAPE(2), NULL), AG_ERR_VALUE,
              "no such role", LINE);
    ck_assert_ptr_null(ag_variable(NULL, 1));
    ck_assert_ptr_null(ag_leaf(NULL, AG_CONSTANT, AG_F64, AG_SCALAR, NULL));
    ag_graph_free(g);
}
END_TEST

START_TEST(test_overflow)
{
    account a = {.largest = (size_t)1 << 30};
    g = account_graph(&a);
    int64_t big = INT64_C(1) << 32, huge = INT64_MAX;
    no_tensor(g, HERE, ag_full(g, AG_CONSTANT, AG_SHAPE(big, big), 0), AG_ERR_OVERFLOW,
              "full: the product of the sizes of shape [4294967296,4294967296] is too large", LINE);
    no_tensor(g, HERE, ag_full(g, AG_CONSTANT, AG_SHAPE(huge), 0), AG_ERR_OVERFLOW, "is too large");
    no_tensor(g, HERE, ag_expand(ag_constant(g, 1), AG_SHAPE(huge, 2)), AG_ERR_OVERFLOW,
              "expand: the product of the sizes of shape", LINE);
    no_tensor(g, HERE, ag_full(g, AG_CONSTANT, AG_SHAPE(0, huge, huge), 0), AG_ERR_OVERFLOW,
              "[0,9223");
    double one = 1;
    no_tensor(g, HERE, ag_borrow(g, AG_CONSTANT, AG_F64, AG_SHAPE(huge, 2), &one), AG_ERR_OVERFLOW,
              "borrow: ");
    ag_tensor *x = ag_variable(g, 1);
    no_tensor(g, HERE, ag_expand(x, AG_SHAPE(big, big)), AG_ERR_OVERFLOW, "expand: ");
    /* Fits in 64 bits, but not in this machine: an ordinary error too. Where addresses have 32 bits,
     * it is the size that does not fit. */
    bool wide = sizeof(size_t) > 4;
    ag_status status = wide ? AG_ERR_MEMORY : AG_ERR_OVERFLOW;
    no_tensor(g, HERE, ag_full(g, AG_VARIABLE, AG_SHAPE(big, 16), 0), status,
              wide ? "out of memory: a tensor of 549755813888 bytes"
                   : "the product of the sizes of shape [4294967296,16] is too large",
              LINE);
    ag_tensor *column = ag_full(g, AG_VARIABLE, AG_SHAPE(1 << 20, 1), 1);
    ag_tensor *row = ag_full(g, AG_VARIABLE, AG_SHAPE(1, 1 << 20), 1);
    no_tensor(g, HERE, ag_add(column, row), status,
              wide ? "out of memory: a tensor of 8796093022208 bytes"
                   : "[1048576,1048576] is too large",
              LINE);
    ag_graph_free(g);
    account_balanced(&a);
}
END_TEST

/* A function-like macro leaves the line; the plain function keeps the last one and works as
 * well. */
START_TEST(test_source_line)
{
    g = ag_graph_new();
    ag_tensor *x = ag_variable(g, 2), *v = filled("v", AG_SHAPE(2));
    const char *line;
    ag_tensor *y = (line = AG_HERE, ag_mul(x, x));
    ck_assert_str_eq(ag_source_line(y), line);
    ck_assert_ptr_nonnull(strstr(line, "test_errors.c:"));
    ag_tensor *(*add)(ag_tensor *, ag_tensor *) = ag_add;
    ag_tensor *z = (ag_add)(x, y), *w = add(x, y);
    expect_same(ag_item(z), 6.0);
    expect_same(ag_item(w), 6.0);
    ag_tensor *s = (line = AG_HERE, ag_sum(ag_mul(v, x)));
    ck_assert_str_eq(ag_source_line(s), line);
    ck_assert_str_eq(ag_source_line(ag_operand(s, 0)), line);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_long_names)
{
    g = ag_graph_new();
    char name[4000];
    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    ag_tensor *a = filled(name, AG_SHAPE(9, 8, 7, 6, 5, 4, 3, 2)), *b = filled(name, AG_SHAPE(3));
    ck_assert_str_eq(ag_name_of(a), name);
    ck_assert_ptr_null(ag_add(a, b));
    ck_assert_ptr_nonnull(strstr(ag_error_message(g), "[9,8,7,6,5,4,3,2] and [3]"));
    ck_assert_uint_lt(strlen(ag_error_message(g)), 1024);
    no_tensor(g, HERE, NULL, AG_ERR_SHAPE, "hint: ");
    ag_graph_free(g);
}
END_TEST

/* Semantics 11: the mean of nothing is NaN, not a failure; anomaly mode says where it came from. */
START_TEST(test_mean_of_nothing)
{
    g = ag_graph_new();
    ag_tensor *x = filled("x", AG_SHAPE(0, 3)), *m = ag_mean(x);
    ck_assert(isnan(ag_item(m)));
    expect_ok(ag_backward(m));
    ck_assert_int_eq(ag_grad_get(x, NULL, 0), AG_OK);
    all_well(g);
    ag_set_anomaly(g, true);
    no_tensor(g, HERE, ag_mean(x), AG_ERR_ANOMALY, "anomaly: mean made a NaN or Inf",
              "\"x\" f64 [0,3]", LINE, "path: mean <- leaf \"x\"");
    ag_graph_free(g);
}
END_TEST

START_TEST(test_texts)
{
    for (int s = 0; s < AG_STATUS_COUNT; s++) {
        ck_assert_uint_gt(strlen(ag_status_text((ag_status)s)), 0);
        for (int t = 0; t < s; t++) {
            ck_assert_str_ne(ag_status_text((ag_status)s), ag_status_text((ag_status)t));
        }
    }
    ck_assert_ptr_nonnull(ag_status_text((ag_status)-1));
    ck_assert_ptr_nonnull(ag_status_text((ag_status)1000));
    ck_assert_str_eq(ag_dtype_text(AG_F64), "f64");
    ck_assert_str_eq(ag_dtype_text(AG_F32), "f32");
    ck_assert_str_eq(ag_dtype_text(AG_I64), "i64");
    ck_assert_str_eq(ag_dtype_text((ag_dtype)3), "?");
    ck_assert_uint_eq(ag_dtype_bytes(AG_F32), 4);
    ck_assert_uint_eq(ag_dtype_bytes((ag_dtype)3), 0);
}
END_TEST

CHECK_MAIN("errors", test_broadcast, test_inner_dimensions, test_axes, test_mixed_dtypes,
           test_two_graphs, test_null_operands, test_first_error_sticks, test_leaf_shapes,
           test_overflow, test_source_line, test_long_names, test_mean_of_nothing, test_texts)
