/* What a hostile caller and a first user tried, on values and derivatives: indices and sizes at the
 * edge of int64, wrong byte counts, gradients nobody wanted, a function that takes back what it
 * returns; and that calls which take lists name the user's line. Must not know any private header
 * of the library.
 */
#include <autograd/custom_op.h>

#include "expect.h"

static ag_graph *g;

/* --- values ----------------------------------------------------------------------------------- */

static void outside(const ag_tensor *t, ag_shape index, const char *text)
{
    double got = ag_item_at(t, index);
    ck_assert_msg(isnan(got), "%s gave %g", text, got);
    failed(g, AG_ERR_VALUE, "", (const char *const[]){text, NULL});
    got = ag_grad_item_at(t, index);
    ck_assert_msg(isnan(got), "%s gave the gradient %g", text, got);
    failed(g, AG_ERR_VALUE, "", (const char *const[]){text, NULL});
}

START_TEST(test_index_at_the_edge)
{
    g = ag_graph_new();
    ag_tensor *x = of_values(g, AG_SHAPE(2, 3), 1, 2, 3, 4, 5, 6), *turned = ag_transpose(x);
    expect_ok(ag_backward(ag_sum(x)));
    expect_same(ag_item_at(x, AG_SHAPE(-1, -3)), 4);
    outside(x, AG_SHAPE(INT64_MAX, 0), "9223372036854775807");
    outside(x, AG_SHAPE(0, INT64_MAX), "9223372036854775807");
    outside(x, AG_SHAPE(INT64_MAX, INT64_MAX), "9223372036854775807");
    outside(x, AG_SHAPE(INT64_MIN, INT64_MIN), "-9223372036854775808");
    outside(x, AG_SHAPE(2, 0), "[2,3]");
    outside(x, AG_SHAPE(0, -4), "[2,3]");
    ck_assert(isnan(ag_item_at(turned, AG_SHAPE(INT64_MAX, INT64_MAX))));
    failed(g, AG_ERR_VALUE, "", (const char *const[]){"[3,2]", NULL});
    ag_graph_free(g);
}
END_TEST

START_TEST(test_reshape_overflows)
{
    g = ag_graph_new();
    ag_tensor *x = ag_full(g, AG_VARIABLE, AG_SHAPE(0, 3), 1);
    no_tensor(g, HERE, ag_reshape(x, AG_SHAPE(0, INT64_MAX, INT64_MAX)), AG_ERR_OVERFLOW,
              "reshape: ", LINE);
    no_tensor(g, HERE, ag_reshape(x, AG_SHAPE(INT64_MAX, 0, 2)), AG_ERR_OVERFLOW, "reshape: ");
    ck_assert_int_eq(ag_size(ag_reshape(x, AG_SHAPE(INT64_MAX, 0))), 0);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_byte_counts)
{
    g = ag_graph_new();
    double room[6] = {0};
    ag_tensor *x = of_values(g, AG_SHAPE(2, 3), 1, 2, 3, 4, 5, 6);
    ag_tensor *f = ag_leaf(g, AG_VARIABLE, AG_F32, AG_SHAPE(3), NULL);
    no_success(g, HERE, ag_read(x, room, 47), AG_ERR_SHAPE,
               "read: 47 bytes given for f64 [2,3], which has 48", "ag_get", LINE);
    no_success(g, HERE, ag_read(x, room, 6), AG_ERR_SHAPE, "6 bytes given for f64 [2,3]");
    no_success(g, HERE, ag_write(x, room, SIZE_MAX), AG_ERR_SHAPE, "write: ", "f64 [2,3]", "48",
               LINE);
    no_success(g, HERE, ag_write(f, room, 24), AG_ERR_SHAPE,
               "write: 24 bytes given for f32 [3], which has 12", "ag_set", LINE);
    no_success(g, HERE, ag_read(f, room, 24), AG_ERR_SHAPE, "for f32 [3], which has 12");
    expect_ok(ag_read(x, room, sizeof room));
    expect_same(room[5], 6);
    expect_values(x, 1, 2, 3, 4, 5, 6);
    ag_graph_free(g);
}
END_TEST

/* --- derivatives ------------------------------------------------------------------------------ */

static ag_status infer_scalar(ag_call *call)
{
    call->shape = AG_SCALAR;
    return AG_OK;
}

static ag_status forward_one(ag_call *call)
{
    *(double *)call->out.data = 1;
    return AG_OK;
}

/* Adds to both gradients without asking; the attribute says whether it looks at what it is given,
 * and operand 2 is one that there is not. */
static ag_status grab(ag_vjp_call *call)
{
    for (int i = 0; i < 3; i++) {
        ag_array a = ag_grad_array(call, i);
        if (a.data == NULL) {
            ck_assert(a.size == (i < 2) && a.ndim == 0 && a.stride == NULL);
            return *(const bool *)call->attr ? AG_ERR_OP : AG_OK;
        }
        ((double *)a.data)[0] += 1;
    }
    return AG_OK;
}

static void grabs(bool numeric, bool honest, ag_tensor *a, ag_tensor *b, const char *part)
{
    ag_op op = {.name = "grab", .n_in = 2, .infer = infer_scalar, .forward = forward_one};
    op.vjp = grab;
    op.backward = numeric ? grab : NULL;
    ag_tensor *in[2] = {a, b}, *y = ag_apply(&op, in, 2, &honest, sizeof honest), *da = NULL;
    no_success(g, HERE, ag_backward(y), AG_ERR_OP, part);
    no_success(g, HERE, ag_grad(&y, 1, NULL, &a, 1, NULL, &da), AG_ERR_OP, part);
    ag_grad_options recorded = {.create_graph = true};
    no_success(g, HERE, ag_grad(&y, 1, NULL, &a, 1, &recorded, &da), AG_ERR_OP, "gave operand 0");
    ck_assert_ptr_null(da);
}

START_TEST(test_numbers_nobody_wants)
{
    g = ag_graph_new();
    ag_tensor *x = ag_variable(g, 1), *k = ag_constant(g, 1);
    for (int i = 0; i < 4; i++) {
        grabs(i / 2, i % 2, x, k,
              "grab: its backward rule gave operand 1 a gradient that is not needed");
        grabs(i / 2, i % 2, x, x, "grab: its backward rule gave operand 2, which does not exist");
    }
    ag_graph_free(g);
}
END_TEST

/* A rule that fails and clears its error has failed all the same, and there is a message. */
static ag_status fails_and_clears(ag_vjp_call *call)
{
    ag_status status = ag_fail(ag_graph_of(call->out), AG_ERR_SHAPE, NULL, "not to be seen");
    ag_error_clear(ag_graph_of(call->out));
    return status;
}

START_TEST(test_rule_that_clears_its_error)
{
    g = ag_graph_new();
    ag_tensor *x = ag_variable(g, 1), *dx = NULL;
    ag_op op = {.name = "clears", .n_in = 1, .infer = infer_scalar, .forward = forward_one};
    op.vjp = fails_and_clears;
    ag_tensor *y = ag_apply(&op, &x, 1, NULL, 0);
    no_success(g, HERE, ag_backward(y), AG_ERR_OP,
               "clears: its backward rule failed: shapes do not fit");
    no_success(g, HERE, ag_grad(&y, 1, NULL, &x, 1, NULL, &dx), AG_ERR_OP,
               "clears: its backward rule failed: shapes do not fit");
    ag_graph_free(g);
}
END_TEST

static ag_tensor *take_back(ag_tensor *const *inputs, int n, void *user)
{
    (void)n;
    ag_mark mark = ag_graph_mark(g);
    ag_tensor *y = ag_square(inputs[0]);
    return ag_graph_rewind(g, mark) == *(ag_status *)user ? y : NULL;
}

/* Rewinds what it does not need, which it may. */
static ag_tensor *tidy(ag_tensor *const *inputs, int n, void *user)
{
    (void)n;
    (void)user;
    ag_tensor *y = ag_square(inputs[0]);
    ag_mark mark = ag_graph_mark(g);
    return ag_exp(y) != NULL && ag_graph_rewind(g, mark) == AG_OK ? y : NULL;
}

static void taken_back(ag_gradcheck_result (*check)(ag_function, void *, ag_tensor *const *, int,
                                                    const ag_gradcheck_options *))
{
    ag_status ok = AG_OK;
    char text[300];
    ag_tensor *x = of_values(g, AG_SHAPE(2), 1, 2);
    ag_gradcheck_result c = check(take_back, &ok, &x, 1, NULL);
    ck_assert(!c.ok && c.status == AG_ERR_STATE);
    ag_gradcheck_text(&c, text, sizeof text);
    ck_assert_msg(strstr(text, "could not run") != NULL, "%s", text);
    failed(g, AG_ERR_STATE, "",
           (const char *const[]){"gradcheck: the function returned a tensor that it has rewound",
                                 NULL});
    expect_values(x, 1, 2);
    c = check(tidy, NULL, &x, 1, NULL);
    all_well(g);
    ck_assert(c.ok && c.derivatives > 0);
}

START_TEST(test_function_that_takes_back)
{
    g = ag_graph_new();
    taken_back(ag_gradcheck);
    taken_back(ag_gradgradcheck);
    ag_graph_free(g);
}
END_TEST

/* --- the user's line -------------------------------------------------------------------------- */

START_TEST(test_lines_of_lists)
{
    static const ag_op op = {
        .name = "one", .n_in = 2, .infer = infer_scalar, .forward = forward_one};
    g = ag_graph_new();
    ag_tensor *x = ag_variable(g, 1), *k = ag_constant(g, 1), *dx = NULL;
    ag_tensor *y = ag_square(x), *late[2] = {NULL, x}, *both[2] = {x, k};
    no_tensor(g, HERE, ag_apply(&op, &x, 1, NULL, 0), AG_ERR_VALUE, "takes 2 operands", LINE);
    no_tensor(g, HERE, ag_apply(&op, late, 2, NULL, 0), AG_ERR_NULL_ARGUMENT, LINE);
    no_success(g, HERE, ag_grad(&y, 1, NULL, &k, 1, NULL, &dx), AG_ERR_NO_GRADIENT,
               "grad: input 0 needs no gradient", LINE);
    no_success(g, HERE, ag_grad(&k, 1, NULL, &x, 1, NULL, &dx), AG_ERR_NO_GRADIENT, LINE);
    const char *here = HERE;
    ag_tensor *z = ag_apply(&op, both, 2, NULL, 0);
    ck_assert_str_ne(ag_source_line(z), here); /* one line further down */
    here = HERE, z = ag_apply(&op, both, 2, NULL, 0);
    ck_assert_str_eq(ag_source_line(z), here);
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("misuse edges", test_index_at_the_edge, test_reshape_overflows, test_byte_counts,
           test_numbers_nobody_wants, test_rule_that_clears_its_error,
           test_function_that_takes_back, test_lines_of_lists)
