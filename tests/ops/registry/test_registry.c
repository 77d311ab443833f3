/* Every case of every built-in operation, as the registry lists them, with operands row-major,
 * permuted and sliced: its rule agrees with finite differences once and twice, its fused backward
 * with its rule, f32 with f64; linear operations are the transposes of their rules. A new operation
 * is tested here without anyone remembering; one without a case is a failure. The counts are
 * printed. Must not know an operation by name, but for the two exceptions below.
 */
#define CHECK_SECONDS 300
#include "registry.h"

/* The engine's sum of two gradients has no function of its own. */
static ag_tensor *call_accumulate(ag_tensor *const *in)
{
    return ag_apply(ag_op_find("accumulate"), in, 2, NULL, 0);
}

static const ag_case accumulate_cases[] = {
    {"[2,3] [2,3]", call_accumulate, 2, {{2, {2, 3}}, {2, {2, 3}}}, -2, 2},
    {"0-d 0-d", call_accumulate, 2, {{0, {0}}, {0, {0}}}, -2, 2},
};

/* Operations without a case of their own: the cases used instead, or why there is none. */
static const struct exception {
    const char *op;
    const ag_case *cases;
    int n_cases;
    const char *reason;
} exceptions[] = {
    {"accumulate", accumulate_cases, 2, "recorded by the engine alone; its cases are in this test"},
    {"detach", NULL, 0, "there is no derivative to check; tested with the engine"},
};

typedef struct tally {
    int cases, strided, failures;
    int64_t derivatives;
} tally;

static const struct exception *exception_of(const ag_op *op)
{
    for (size_t i = 0; i < sizeof exceptions / sizeof *exceptions; i++) {
        if (op->n_cases == 0 && strcmp(exceptions[i].op, op->name) == 0) {
            return &exceptions[i];
        }
    }
    return NULL;
}

typedef bool check_function(sample *s);

static void every_layout(const ag_op *op, const ag_case *from, check_function *check, tally *t)
{
    for (layout how = PLAIN; how < EXPANDED; how++) {
        sample s = sample_of(op, from, how);
        if (!check(&s)) {
            printf("FAILED %s, %s, layout %d: %s\n", op->name, from->label, (int)how, s.why);
            t->failures++;
        }
        t->derivatives += s.derivatives;
        t->strided += s.strided;
    }
    t->cases++;
}

/* Runs the check on every case of every operation that `applies`; prints and returns the totals. */
static tally every_case(check_function *check, bool (*applies)(const ag_op *op))
{
    tally all = {0};
    for (int i = 0; ag_op_at(i) != NULL; i++) {
        const ag_op *op = ag_op_at(i);
        const struct exception *other = exception_of(op);
        const ag_case *cases = other != NULL ? other->cases : op->cases;
        tally t = {0};
        for (int k = 0; applies(op) && k < (other != NULL ? other->n_cases : op->n_cases); k++) {
            every_layout(op, &cases[k], check, &t);
        }
        if (t.cases > 0) {
            printf("%-14s %3d cases, %4d strided operands, %7lld derivatives\n", op->name, t.cases,
                   t.strided, (long long)t.derivatives);
        }
        all.cases += t.cases;
        all.strided += t.strided;
        all.failures += t.failures;
        all.derivatives += t.derivatives;
    }
    printf("%-14s %3d cases, %4d strided operands, %7lld derivatives, %d failures\n\n", "in all",
           all.cases, all.strided, (long long)all.derivatives, all.failures);
    fflush(stdout);
    return all;
}

static bool has_gradient(const ag_op *op)
{
    return !(op->flags & AG_OP_NO_GRADIENT);
}

static bool has_none(const ag_op *op)
{
    return !has_gradient(op);
}

static bool is_linear(const ag_op *op)
{
    return (op->flags & AG_OP_LINEAR) != 0;
}

/* --- what is in the registry ------------------------------------------------------------------ */

START_TEST(test_every_operation_has_a_case_and_a_name_of_its_own)
{
    int n = 0;
    for (; ag_op_at(n) != NULL; n++) {
        const ag_op *op = ag_op_at(n);
        const struct exception *other = exception_of(op);
        ck_assert_msg(op->n_cases > 0 || other != NULL, "%s has no case", op->name);
        ck_assert_msg(ag_op_find(op->name) == op, "there are two operations named %s", op->name);
        ck_assert_msg(op->vjp != NULL || has_none(op), "%s has no rule and does not say so",
                      op->name);
        if (other != NULL) {
            printf("%-14s without a case: %s\n", op->name, other->reason);
        }
    }
    for (size_t i = 0; i < sizeof exceptions / sizeof *exceptions; i++) {
        const ag_op *op = ag_op_find(exceptions[i].op);
        ck_assert_msg(op != NULL && op->n_cases == 0, "%s needs no exception", exceptions[i].op);
    }
    printf("%d operations\n\n", n);
    ck_assert_int_gt(n, 50);
    ck_assert_ptr_null(ag_op_at(-1));
    ck_assert_ptr_null(ag_op_at(n + 1));
    ck_assert_ptr_null(ag_op_find("no such operation"));
    ck_assert_ptr_null(ag_op_find(NULL));
}
END_TEST

/* Is op recorded somewhere below t? */
static bool is_recorded(const ag_tensor *t, const ag_op *op)
{
    ag_order order;
    bool found = false;
    ck_assert_int_eq(ag_order_new(t, &order), AG_OK);
    for (size_t i = 0; i < order.n; i++) {
        found = found || ag_op_of(order.node[i]) == op;
    }
    ag_order_free(&order);
    return found;
}

static bool uses_its_operation(sample *s)
{
    bool ok = sample_open(s, AG_F64);
    ag_tensor *y = ok ? sample_call(s->leaf, s->from->n_in, s) : NULL;
    /* In another layout another operation may do it: a strided tensor is reshaped by a copy. */
    ok = y != NULL && (s->layout != PLAIN || is_recorded(y, s->op));
    if (!ok) {
        sample_fails(s, "the case does not record the operation");
    }
    sample_close(s);
    return ok;
}

static bool any(const ag_op *op)
{
    (void)op;
    return true;
}

START_TEST(test_cases_use_their_operation)
{
    tally t = every_case(uses_its_operation, any);
    ck_assert_int_eq(t.failures, 0);
    ck_assert_int_gt(t.strided, 50);
}
END_TEST

/* --- derivatives ------------------------------------------------------------------------------ */

static bool first_agrees(sample *s)
{
    return differences_agree(s, 1);
}

static bool second_agrees(sample *s)
{
    return differences_agree(s, 2);
}

START_TEST(test_rules_agree_with_differences)
{
    tally t = every_case(first_agrees, has_gradient);
    ck_assert_int_eq(t.failures, 0);
    ck_assert_int_gt(t.derivatives, 10000);
}
END_TEST

START_TEST(test_rules_of_rules_agree_with_differences)
{
    tally t = every_case(second_agrees, has_gradient);
    ck_assert_int_eq(t.failures, 0);
    ck_assert_int_gt(t.derivatives, 10000);
}
END_TEST

START_TEST(test_fused_backward_equals_the_rule)
{
    ck_assert_int_eq(every_case(numbers_equal_rule, has_gradient).failures, 0);
}
END_TEST

START_TEST(test_passes_add_up)
{
    ck_assert_int_eq(every_case(passes_add_up, has_gradient).failures, 0);
}
END_TEST

START_TEST(test_f32_agrees_with_f64)
{
    ck_assert_int_eq(every_case(f32_agrees, has_gradient).failures, 0);
}
END_TEST

START_TEST(test_hessians_are_symmetric)
{
    tally t = every_case(hessian_is_symmetric, has_gradient);
    ck_assert_int_eq(t.failures, 0);
    ck_assert_int_gt(t.derivatives, 2000);
}
END_TEST

START_TEST(test_linear_rules_are_transposes)
{
    tally t = every_case(is_transpose, is_linear);
    ck_assert_int_eq(t.failures, 0);
    ck_assert_int_gt(t.cases, 10);
}
END_TEST

START_TEST(test_results_without_a_gradient_want_none)
{
    tally t = every_case(wants_no_gradient, has_none);
    ck_assert_int_eq(t.failures, 0);
    ck_assert_int_gt(t.cases, 0);
}
END_TEST

CHECK_MAIN("registry", test_every_operation_has_a_case_and_a_name_of_its_own,
           test_cases_use_their_operation, test_rules_agree_with_differences,
           test_rules_of_rules_agree_with_differences, test_fused_backward_equals_the_rule,
           test_passes_add_up, test_f32_agrees_with_f64, test_hessians_are_symmetric,
           test_linear_rules_are_transposes, test_results_without_a_gradient_want_none)
