/* What ag_call_enter promises: an operation that is made of others tells their failures as its own,
 * with its operands, until it is left; of calls inside each other the outermost one does.
 */
#include "expect.h"

#define AXES "\n  operand 0 \"x\" f64 [2,3], operand 1 f64 [3], operand 2 f64 []"

typedef struct made_up {
    ag_op op;
    ag_call call;
    ag_tensor *in[3];
} made_up;

static ag_graph *g;
static ag_tensor *matrix, *vector;

static void begin(void)
{
    g = ag_graph_new();
    matrix = ag_name(ag_full(g, AG_VARIABLE, AG_SHAPE(2, 3), 1), "x");
    vector = ag_full(g, AG_VARIABLE, AG_SHAPE(3), 1);
}

static void enter(made_up *m, const char *name)
{
    *m = (made_up){.op = {.name = name}, .in = {matrix, vector, ag_constant(g, 1)}};
    m->call = (ag_call){.op = &m->op, .in = m->in, .n_in = 3};
    expect_ok(ag_call_operands(&m->call));
    ag_call_enter(&m->call);
}

START_TEST(test_tells_in_its_own_name)
{
    made_up m;
    begin();
    enter(&m, "made_up");
    ag_tensor *y = ag_sum_over(matrix, AG_AXES(2), false);
    ag_call_leave(&m.call);
    failed_tensor(g, y, AG_ERR_AXIS, AG_HERE, (const char *[]){"made_up: axis 2", AXES, NULL});
    y = ag_sum_over(matrix, AG_AXES(2), false);
    failed_tensor(g, y, AG_ERR_AXIS, AG_HERE,
                  (const char *[]){"sum_over: axis 2", "\n  operand \"x\" f64 [2,3]", NULL});
    ag_graph_free(g);
}
END_TEST

/* Where the engine itself finds the fault: a NULL operand, a size that does not fit. */
START_TEST(test_tells_what_the_engine_finds)
{
    made_up m;
    begin();
    enter(&m, "made_up");
    ag_tensor *y = ag_add(NULL, vector);
    failed_tensor(g, y, AG_ERR_NULL_ARGUMENT, AG_HERE,
                  (const char *[]){"made_up: an operand is NULL", AXES, NULL});
    y = ag_expand(vector, AG_SHAPE(INT64_MAX / 2, 3));
    failed_tensor(g, y, AG_ERR_OVERFLOW, AG_HERE, (const char *[]){"made_up: ", AXES, NULL});
    ag_call_leave(&m.call);
    y = ag_expand(vector, AG_SHAPE(INT64_MAX / 2, 3));
    failed_tensor(g, y, AG_ERR_OVERFLOW, AG_HERE, (const char *[]){"expand: ", NULL});
    ag_graph_free(g);
}
END_TEST

START_TEST(test_the_outermost_tells)
{
    made_up outer, inner;
    begin();
    enter(&outer, "outer");
    enter(&inner, "inner");
    ag_call_fail(&inner.call, AG_ERR_VALUE, "do not", "k is %d", 3);
    failed(g, AG_ERR_VALUE, "", (const char *[]){"outer: k is 3", "hint: do not", NULL});
    ag_call_leave(&inner.call);
    ag_tensor *y = ag_transpose(vector);
    failed_tensor(g, y, AG_ERR_AXIS, AG_HERE, (const char *[]){"outer: ", NULL});
    ag_call_leave(&outer.call);
    y = ag_transpose(vector);
    failed_tensor(g, y, AG_ERR_AXIS, AG_HERE, (const char *[]){"transpose: ", NULL});
    ag_graph_free(g);
}
END_TEST

START_TEST(test_operands)
{
    begin();
    ag_graph *other = ag_graph_new();
    ag_tensor *in[] = {NULL, NULL};
    ag_op op = {.name = "pair"};
    ag_call call = {.op = &op, .in = in, .n_in = 2};
    ck_assert_int_eq(ag_call_operands(&call), AG_ERR_NULL_ARGUMENT);
    ck_assert_ptr_null(call.graph);
    in[1] = matrix;
    ck_assert_int_eq(ag_call_operands(&call), AG_ERR_NULL_ARGUMENT);
    failed(g, AG_ERR_NULL_ARGUMENT, "", (const char *[]){"pair: an operand is NULL", NULL});
    in[0] = ag_leaf(other, AG_CONSTANT, AG_F32, AG_SCALAR, NULL);
    ck_assert_int_eq(ag_call_operands(&call), AG_ERR_GRAPH);
    failed(other, AG_ERR_GRAPH, "", (const char *[]){"pair: operands belong to different", NULL});
    in[1] = in[0];
    expect_ok(ag_call_operands(&call));
    ck_assert_ptr_eq(call.graph, other);
    ck_assert_int_eq(call.dtype, AG_F32);
    ag_graph_free(other);
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("composed_call", test_tells_in_its_own_name, test_tells_what_the_engine_finds,
           test_the_outermost_tells, test_operands)
