/* Operations of a user, from descriptor to gradient, and everything such code can do wrong: each is
 * an error that names the operation. Written against autograd/custom_op.h alone.
 */
#include <autograd/custom_op.h>

#include "allocator.h"
#include "expect.h"

static ag_graph *g;

/* --- a right one: y = scale * a + b, with the scale as parameter ------------------------------ */

static ag_status infer_line(ag_call *call)
{
    ag_status status = ag_call_same_float(call);
    return status == AG_OK ? ag_call_broadcast(call) : status;
}

static ag_status forward_line(ag_call *call)
{
    ag_array a = ag_array_of(call->in[0]), b = ag_array_of(call->in[1]);
    double scale = *(const double *)call->attr, *y = call->out.data;
    for (int64_t i = 0; i < call->out.size; i++) {
        y[i] = scale * ((const double *)a.data)[i] +
               ((const double *)b.data)[a.size == b.size ? i : 0];
    }
    return AG_OK;
}

/* The second operand's contribution has the shape of y: what was broadcast is summed for us. */
static ag_status vjp_line(ag_vjp_call *call)
{
    double scale = *(const double *)call->attr;
    ag_status status = ag_accumulate(call, 0, ag_mul_scalar(call->upstream, scale));
    return status == AG_OK ? ag_accumulate(call, 1, call->upstream) : status;
}

static void describe_line(const void *attr, char *text, size_t bytes)
{
    snprintf(text, bytes, "scale %g", *(const double *)attr);
}

static const ag_op line_op = {
    .name = "line",
    .n_in = 2,
    .infer = infer_line,
    .forward = forward_line,
    .vjp = vjp_line,
    .formula = "ADD(MUL(F(scale), A), B)",
    .partial_formula = {"F(scale)", "K(1)"},
    .describe = describe_line,
};

static ag_tensor *line(ag_tensor *a, ag_tensor *b, double scale)
{
    return ag_apply(&line_op, (ag_tensor *[]){a, b}, 2, &scale, sizeof scale);
}

static ag_tensor *checked_line(ag_tensor *const *in, int n, void *user)
{
    (void)n;
    (void)user;
    return ag_square(line(in[0], in[1], 2.5));
}

START_TEST(test_own_operation)
{
    g = ag_graph_new();
    ag_tensor *a = of_values(g, AG_SHAPE(3), 1, 2, 3), *b = ag_variable(g, 10);
    ag_tensor *y = line(a, b, 2.5);
    expect_values(y, 12.5, 15, 17.5);
    expect_ok(ag_backward(ag_sum(y)));
    expect_grads(a, 2.5, 2.5, 2.5);
    expect_same(ag_grad_item(b), 3);
    ag_gradcheck_result check = ag_gradcheck(checked_line, NULL, (ag_tensor *[]){a, b}, 2, NULL);
    ck_assert(check.ok);
    check = ag_gradgradcheck(checked_line, NULL, (ag_tensor *[]){a, b}, 2, NULL);
    ck_assert(check.ok);
    ck_assert_str_eq(ag_op_name(y), "line");
    ck_assert_ptr_eq(ag_op_of(y), &line_op);
    ck_assert(*(const double *)ag_attr_of(y) == 2.5);
    char text[40];
    ag_attributes_text(y, text, sizeof text);
    ck_assert_str_eq(text, "scale 2.5");
    no_tensor(g, HERE, line(a, of_values(g, AG_SHAPE(2), 1, 2), 1), AG_ERR_SHAPE,
              "line: shapes [3] and [2]");
    ag_graph_free(g);
}
END_TEST

START_TEST(test_registering)
{
    g = ag_graph_new();
    ag_op nameless = line_op, empty = line_op, blind = line_op, idle = line_op, none = line_op;
    nameless.name = NULL, empty.name = "", blind.infer = NULL, idle.forward = NULL, none.n_in = 0;
    ck_assert_ptr_null(ag_op_registered(g, "line"));
    expect_ok(ag_op_register(g, &line_op));
    ck_assert_ptr_eq(ag_op_registered(g, "line"), &line_op);
    no_success(g, HERE, ag_op_register(g, &line_op), AG_ERR_VALUE,
               "operation \"line\" is there already");
    no_success(g, HERE, ag_op_register(g, &nameless), AG_ERR_VALUE, "has no name");
    no_success(g, HERE, ag_op_register(g, &empty), AG_ERR_VALUE, "has no name");
    no_success(g, HERE, ag_op_register(g, &blind), AG_ERR_VALUE, "\"line\" has no infer");
    no_success(g, HERE, ag_op_register(g, &idle), AG_ERR_VALUE, "has no forward");
    no_success(g, HERE, ag_op_register(g, &none), AG_ERR_VALUE, "at least one operand");
    ck_assert_int_eq(ag_op_register(NULL, &line_op), AG_ERR_NULL_ARGUMENT);
    no_success(g, HERE, ag_op_register(g, NULL), AG_ERR_NULL_ARGUMENT,
               "op_register: the operation is NULL", LINE);
    ck_assert(ag_op_registered(g, NULL) == NULL && ag_op_registered(NULL, "line") == NULL);
    ag_graph_free(g);
}
END_TEST

/* A formula that a trace could not read is refused; those of all built-in operations are read. */
START_TEST(test_formulas)
{
    g = ag_graph_new();
    static const char *const bad[] = {"F(wave, A", "NOSUCH(A)", "C", "", "ADD(A)", "MUL(A, B) B"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        ag_op value = line_op, partial = line_op, rule = line_op;
        value.name = "value", partial.name = "partial", rule.name = "rule";
        value.formula = partial.partial_formula[1] = rule.vjp_formula[0] = bad[i];
        no_success(g, HERE, ag_op_register(g, &value), AG_ERR_VALUE,
                   "op_register: operation \"value\" has a formula that cannot be read: ", bad[i]);
        no_success(g, HERE, ag_op_register(g, &partial), AG_ERR_VALUE, "\"partial\"", bad[i]);
        no_success(g, HERE, ag_op_register(g, &rule), AG_ERR_VALUE, "\"rule\"", bad[i]);
    }
    for (int i = 0; ag_op_at(i) != NULL; i++) {
        ck_assert_msg(ag_op_register(g, ag_op_at(i)) == AG_OK, "%s", ag_error_message(g));
    }
    ag_graph_free(g);
}
END_TEST

START_TEST(test_applying)
{
    g = ag_graph_new();
    ag_tensor *x = ag_variable(g, 1), *two[2] = {x, x};
    ck_assert_ptr_null(ag_apply(&line_op, NULL, 2, NULL, 0));
    ck_assert_ptr_null(ag_apply(&line_op, two, 0, NULL, 0));
    ck_assert_ptr_null(ag_apply(&line_op, two, -1, NULL, 0));
    all_well(g);
    no_tensor(g, HERE, ag_apply(&line_op, two, 1, NULL, 0), AG_ERR_VALUE,
              "line: takes 2 operands, not 1");
    no_tensor(g, HERE, ag_apply(NULL, two, 2, NULL, 0), AG_ERR_NULL_ARGUMENT,
              "apply: the operation is NULL", LINE);
    no_tensor(g, HERE, ag_apply(&line_op, two, 2, NULL, 64), AG_ERR_VALUE,
              "line: 64 bytes of parameters, but attr is NULL", LINE);
    ag_graph_free(g);
}
END_TEST

/* --- wrong ones ------------------------------------------------------------------------------- */

static ag_status infer_scalar(ag_call *call)
{
    call->shape = AG_SCALAR;
    return AG_OK;
}

static ag_status forward_copy(ag_call *call)
{
    ag_array a = ag_array_of(call->in[0]);
    memcpy(call->out.data, a.data, (size_t)a.size * sizeof(double));
    return AG_OK;
}

static ag_status fails_silently(ag_call *call)
{
    (void)call;
    return AG_ERR_VALUE;
}

static ag_status fails_aloud(ag_call *call)
{
    return ag_call_fail(call, AG_ERR_VALUE, "try another", "no good: %d", 7);
}

static ag_status wild_dtype(ag_call *call)
{
    call->dtype = (ag_dtype)9;
    call->shape = AG_SHAPE(2);
    return AG_OK;
}

static ag_status wild_shape(ag_call *call)
{
    call->shape.ndim = 9;
    return AG_OK;
}

static ag_status negative_shape(ag_call *call)
{
    call->shape = AG_SHAPE(2, -3);
    return AG_OK;
}

static ag_tensor *applied(ag_status (*infer)(ag_call *), ag_status (*forward)(ag_call *))
{
    static ag_op op;
    op = (ag_op){.name = "odd", .n_in = 1, .infer = infer, .forward = forward};
    return ag_apply(&op, (ag_tensor *[]){ag_name(ag_variable(g, 1), "x")}, 1, NULL, 0);
}

START_TEST(test_wrong_recording)
{
    g = ag_graph_new();
    no_tensor(g, HERE, applied(fails_silently, forward_copy), AG_ERR_OP, "odd: its own code failed",
              "a value that is not allowed", "\"x\"");
    no_tensor(g, HERE, applied(infer_scalar, fails_silently), AG_ERR_OP,
              "odd: its own code failed");
    no_tensor(g, HERE, applied(infer_scalar, fails_aloud), AG_ERR_VALUE, "odd: no good: 7",
              "hint: try another");
    no_tensor(g, HERE, applied(wild_dtype, forward_copy), AG_ERR_DTYPE,
              "odd: its infer set dtype 9, which does not exist");
    no_tensor(g, HERE, applied(wild_shape, forward_copy), AG_ERR_SHAPE, "9 dimensions");
    no_tensor(g, HERE, applied(negative_shape, forward_copy), AG_ERR_SHAPE, "[2,-3] is negative");
    size_t nodes = ag_graph_get_stats(g).nodes;
    ck_assert_ptr_null(applied(infer_scalar, fails_aloud));
    ck_assert_uint_eq(ag_graph_get_stats(g).nodes,
                      nodes + 1); /* its operand, not the node itself */
    ag_graph_free(g);
}
END_TEST

static ag_status pull_null(ag_vjp_call *call)
{
    return ag_accumulate(call, 0, NULL);
}

static ag_status pull_failing(ag_vjp_call *call)
{
    return ag_accumulate(call, 0, ag_reshape(call->upstream, AG_SHAPE(7)));
}

static ag_status pull_shape(ag_vjp_call *call)
{
    return ag_accumulate(call, 0, ag_full(ag_graph_of(call->out), AG_CONSTANT, AG_SHAPE(3), 1));
}

static ag_status pull_dtype(ag_vjp_call *call)
{
    return ag_accumulate(call, 0, ag_cast(call->upstream, AG_F32));
}

static ag_status pull_silent(ag_vjp_call *call)
{
    (void)call;
    return AG_ERR_VALUE;
}

static ag_status pull_wild(ag_vjp_call *call)
{
    ck_assert(!ag_needs_input_grad(call, -1) && !ag_needs_input_grad(call, 1));
    return ag_accumulate(call, 5, call->upstream);
}

static ag_tensor *pulled(ag_status (*vjp)(ag_vjp_call *))
{
    static ag_op op;
    op =
        (ag_op){.name = "odd", .n_in = 1, .infer = infer_line, .forward = forward_copy, .vjp = vjp};
    return ag_apply(&op, (ag_tensor *[]){ag_full(g, AG_VARIABLE, AG_SHAPE(2), 2)}, 1, NULL, 0);
}

static void wrong_rule(ag_status (*vjp)(ag_vjp_call *), ag_status status, const char *part)
{
    ag_tensor *y = pulled(vjp), *dx = NULL, *x = ag_operand(y, 0);
    no_success(g, HERE, ag_backward_from(y, x), status, part, "odd");
    no_success(g, HERE, ag_grad(&y, 1, &x, &x, 1, NULL, &dx), status, part, "odd");
}

START_TEST(test_wrong_rules)
{
    g = ag_graph_new();
    wrong_rule(NULL, AG_ERR_NO_GRADIENT, "operation odd has no backward rule");
    wrong_rule(pull_null, AG_ERR_OP, "odd: its backward rule gave operand 0 NULL");
    wrong_rule(pull_failing, AG_ERR_SHAPE, "reshape: ");
    wrong_rule(pull_shape, AG_ERR_OP, "odd: its backward rule gave operand 0 a gradient of");
    wrong_rule(pull_dtype, AG_ERR_OP,
               "odd: its backward rule gave operand 0 a gradient of the wrong dtype");
    wrong_rule(pull_silent, AG_ERR_OP, "odd: its backward rule failed: an argument has a value");
    wrong_rule(pull_wild, AG_ERR_OP, "odd: its backward rule gave operand 5, which does not exist");
    ag_graph_free(g);
}
END_TEST

/* --- many operands ---------------------------------------------------------------------------- */

static ag_status forward_total(ag_call *call)
{
    double sum = 0;
    for (int i = 0; i < call->n_in; i++) {
        sum += *(const double *)ag_array_of(call->in[i]).data * (i + 1);
    }
    *(double *)call->out.data = sum;
    return AG_OK;
}

static ag_status vjp_total(ag_vjp_call *call)
{
    ag_status status = AG_OK;
    for (int i = 0; i < call->n_in && status == AG_OK; i++) {
        status = ag_accumulate(call, i, ag_mul_scalar(call->upstream, i + 1));
    }
    return status;
}

START_TEST(test_many_operands)
{
    enum { N = 1000 };
    static const ag_op total = {.name = "total",
                                .n_in = AG_ANY_NUMBER,
                                .infer = infer_scalar,
                                .forward = forward_total,
                                .vjp = vjp_total};
    g = ag_graph_new();
    ag_tensor *in[N];
    for (int i = 0; i < N; i++) {
        in[i] = i % 10 == 9 ? in[i - 9] : ag_variable(g, 1); /* some more than once */
    }
    for (int n = 1; n <= N; n = n < 5 ? n + 1 : n * 2) {
        ag_zero_grads(g);
        ag_tensor *y = ag_apply(&total, in, n, NULL, 0);
        expect_same(ag_item(y), n * (n + 1) / 2.0);
        ck_assert_int_eq(ag_n_operands(y), n);
        ck_assert_ptr_eq(ag_operand(y, n - 1), in[n - 1]);
        expect_ok(ag_backward(y));
        expect_same(ag_grad_item(in[0]), n >= 10 ? 11 : 1);
    }
    in[7] = NULL;
    no_tensor(g, HERE, ag_apply(&total, in, N, NULL, 0), AG_ERR_NULL_ARGUMENT,
              "total: an operand is NULL", "and 996 more");
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("record", test_own_operation, test_registering, test_formulas, test_applying,
           test_wrong_recording, test_wrong_rules, test_many_operands)
