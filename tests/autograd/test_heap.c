/* Nodes lie in blocks and in two parts: in a graph of many blocks every node keeps what it was made
 * of, also where memory is used again; a value that was written after its use is noticed wherever
 * the two nodes lie; and passes are told apart however many there were.
 */
#include "expect.h"

enum { MANY = 70000 }; /* more than four stretches of memory */

static ag_graph *g;
static ag_tensor *node[MANY];

/* Nodes from `first` on, alternately of two operations and two lines, every hundredth with a name. */
static void record(size_t first, double by, const char *line[2])
{
    char name[48];
    for (size_t i = first; i < MANY; i++) {
        ag_tensor *x = node[i - 1];
        node[i] =
            i % 2 ? (line[1] = AG_HERE, ag_mul_scalar(x, by)) : (line[0] = AG_HERE, ag_neg(x));
        if (i % 100 == 0) {
            snprintf(name, sizeof name, "%zu by %g", i, by);
            ag_name(node[i], name);
        }
    }
}

static void expect_nodes(size_t first, size_t end, double by, const char *const line[2])
{
    char name[48];
    for (size_t i = first; i < end; i++) {
        snprintf(name, sizeof name, "%zu by %g", i, by);
        const char *has = ag_name_of(node[i]);
        ck_assert_uint_eq(ag_id(node[i]), i);
        ck_assert_str_eq(ag_op_name(node[i]), i % 2 ? "mul_scalar" : "neg");
        ck_assert_str_eq(ag_source_line(node[i]), line[i % 2]);
        ck_assert_ptr_eq(ag_operand(node[i], 0), node[i - 1]);
        ck_assert(i % 100 == 0 ? has != NULL && strcmp(has, name) == 0 : has == NULL);
    }
}

START_TEST(test_every_node_is_itself)
{
    enum { KEPT = 33333 };
    const char *old[2] = {NULL, NULL}, *fresh[2] = {NULL, NULL};
    g = ag_graph_new();
    node[0] = ag_variable(g, 1);
    record(1, -1, old);
    expect_nodes(1, MANY, -1, old);
    expect_ok(ag_backward(node[MANY - 1]));
    expect_same(ag_grad_item(node[0]), -1); /* 34,999 negations, 35,000 products with -1 */
    ag_graph_free(g);

    g = ag_graph_new();
    node[0] = ag_variable(g, 1);
    for (size_t i = 1; i < KEPT; i++) {
        node[i] = i % 2 ? (old[1] = AG_HERE, ag_mul_scalar(node[i - 1], -1))
                        : (old[0] = AG_HERE, ag_neg(node[i - 1]));
    }
    ag_mark mark = ag_graph_mark(g);
    record(KEPT, -1, fresh);
    expect_ok(ag_graph_rewind(g, mark));
    record(KEPT, 2, fresh);
    expect_nodes(KEPT, MANY, 2, fresh);
    for (size_t i = 1; i < KEPT; i++) {
        ck_assert_str_eq(ag_source_line(node[i]), old[i % 2]);
        ck_assert_ptr_null(ag_name_of(node[i]));
    }
    ag_graph_free(g);
}
END_TEST

/* y = x w, then as many sums as there are; y itself is returned. */
static ag_tensor *use(ag_tensor *x, ag_tensor *w, size_t sums)
{
    ag_tensor *product = ag_mul(x, w), *sum = product;
    for (size_t i = 0; i < sums; i++) {
        sum = ag_add(sum, x);
    }
    return sum;
}

/* The write falls between two nodes of a block, or between two blocks. */
START_TEST(test_written_between)
{
    for (size_t sums = 1000; sums < 1040; sums++) {
        g = ag_graph_new();
        ag_tensor *x = ag_variable(g, 3), *w = ag_name(ag_parameter(g, 2), "w");
        ag_tensor *before = use(x, w, sums);
        expect_ok(ag_set_item(w, 5));
        ag_mark mark = ag_graph_mark(g);
        ag_tensor *after = use(x, w, sums);
        expect_ok(ag_backward(after));
        expect_same(ag_grad_item(w), 3);
        expect_same(ag_grad_item(x), 5 + (double)sums);
        no_success(g, HERE, ag_backward(ag_add(before, after)), AG_ERR_CHANGED,
                   "operand 1 \"w\" of mul was written after mul used it");
        expect_ok(ag_set_item(w, 7));
        no_success(g, HERE, ag_backward(after), AG_ERR_CHANGED, "operand 1 \"w\" of mul");
        expect_ok(ag_graph_rewind(g, mark)); /* what is recorded from here on has seen the write */
        ag_zero_grads(g);
        after = use(x, w, sums);
        expect_ok(ag_backward(after));
        expect_same(ag_grad_item(x), 7 + (double)sums);
        no_success(g, HERE, ag_backward(before), AG_ERR_CHANGED, "operand 1 \"w\" of mul");
        ag_graph_free(g);
    }
}
END_TEST

static ag_status infer_scalar(ag_call *call)
{
    call->dtype = AG_F64;
    return AG_OK;
}

static ag_status copy(ag_call *call)
{
    *(double *)call->out.data = ag_item(call->in[0]);
    return AG_OK;
}

/* A rule that writes to the parameter which an older node has used. */
static ag_status writes(ag_vjp_call *call)
{
    ag_tensor *w = *(ag_tensor *const *)call->attr;
    ag_status status = ag_set_item(w, 1);
    return status == AG_OK ? ag_accumulate(call, 0, call->upstream) : status;
}

START_TEST(test_written_by_a_rule)
{
    g = ag_graph_new();
    ag_op op = {.name = "writes", .n_in = 1, .infer = infer_scalar, .forward = copy, .vjp = writes};
    ag_tensor *x = ag_variable(g, 3), *w = ag_name(ag_parameter(g, 2), "w"), *y = ag_mul(x, w);
    ag_tensor *z = ag_apply(&op, &y, 1, &w, sizeof w);
    no_success(g, HERE, ag_backward(ag_exp(z)), AG_ERR_CHANGED, "operand 1 \"w\" of mul");
    ag_graph_free(g);
}
END_TEST

/* More passes than a node can count. An old number is not taken for a new one, and what an old pass
 * left is still there. */
START_TEST(test_many_passes)
{
    enum { PASSES = 140000 };
    g = ag_graph_new();
    ag_tensor *x = ag_variable(g, 3), *other = ag_variable(g, 2), *never = ag_variable(g, 1);
    ag_tensor *y = ag_square(x), *z = ag_mul_scalar(other, 4), *unused = ag_exp(never);
    expect_ok(ag_backward(y));
    for (int i = 1; i < PASSES; i++) {
        expect_ok(ag_backward(z));
        if (i % 65536 < 3 || i % 65535 < 3) {
            expect_ok(ag_backward(y));
            expect_same(ag_grad_item(y), 1);
            ck_assert(!ag_is_of_pass(z, y) && ag_is_of_pass(x, y));
        }
        ck_assert(ag_has_grad(y) && ag_grad_state_of(y) == AG_GRAD_COMPUTED);
        ck_assert(!ag_is_of_pass(y, z) && !ag_has_grad(unused) && !ag_has_grad(never));
    }
    expect_same(ag_grad_item(other), 4.0 * (PASSES - 1));
    expect_same(ag_grad_item(x), 6.0 * ag_grad_runs(x));
    ck_assert_uint_eq(ag_grad_runs(other), PASSES - 1);
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("heap", test_every_node_is_itself, test_written_between, test_written_by_a_rule,
           test_many_passes)
