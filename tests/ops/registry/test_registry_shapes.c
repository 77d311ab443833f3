/* Every case of every built-in operation with no elements in it, and with operands of no dimension:
 * each size of the case's shapes in turn becomes 0 wherever it stands, and all shapes become 0-d.
 * Either there is a result, and then its gradients have the operands' shapes and those by numbers
 * equal those by the rule; or there is an error that says what is wrong (AG_TEST_TELL=1 prints
 * them). Must not know an operation by name.
 */
#define CHECK_SECONDS 300
#include "registry.h"

/* The same sizes stay the same: what fits together still does. */
static bool emptied(sample *s, int64_t size)
{
    bool changed = false;
    for (int i = 0; i < s->from->n_in; i++) {
        for (int d = 0; d < s->shape[i].ndim; d++) {
            if (s->shape[i].dim[d] == size) {
                s->shape[i].dim[d] = 0;
                changed = true;
            }
        }
    }
    return changed;
}

static void without_dimensions(sample *s)
{
    for (int i = 0; i < s->from->n_in; i++) {
        s->shape[i] = (ag_shape){0, {0}};
    }
}

/* Means of nothing are NaN, logarithms of it -inf: here such numbers are the same. */
static bool is_same(double a, double b)
{
    return a == b || (isnan(a) && isnan(b)) || fabs(a - b) <= 1e-14 * fmax(1, fabs(b));
}

/* Value and gradients by numbers and by the rule. */
static bool both_agree(sample *s)
{
    outcome a = {{0}, {{0}}}, b = {{0}, {{0}}};
    bool ok = run(s, AG_F64, 1, &a) && run(s, AG_F64, 0, &b);
    for (int k = 0; ok && k < 1 + s->from->n_in; k++) {
        ok = a.n[k] == b.n[k];
        for (int64_t i = 0; i < a.n[k] && ok; i++) {
            ok = is_same(a.of[k][i], b.of[k][i]);
            snprintf(s->why, sizeof s->why, "array %d, element %d: %g and %g", k, (int)i,
                     a.of[k][i], b.of[k][i]);
        }
    }
    return ok;
}

typedef struct tally {
    int results, errors, failures;
} tally;

static void report(tally *t, const sample *s, const char *what)
{
    char a[64] = "";
    for (int i = 0; i < s->from->n_in; i++) {
        size_t used = strlen(a);
        snprintf(a + used, sizeof a - used, "[");
        for (int d = 0; d < s->shape[i].ndim; d++) {
            used = strlen(a);
            snprintf(a + used, sizeof a - used, "%s%lld", d > 0 ? "," : "",
                     (long long)s->shape[i].dim[d]);
        }
        used = strlen(a);
        snprintf(a + used, sizeof a - used, "] ");
    }
    printf("%s %s, %s on %s: %s\n", what, s->op->name, s->from->label, a, s->why);
    t->failures++;
}

/* Does the call work? If not, the reason is in `why`. */
static bool has_result(sample *s, bool *proper)
{
    bool ok = sample_open(s, AG_F64);
    ag_tensor *y = ok ? sample_call(s->leaf, s->from->n_in, s) : NULL;
    const char *message = ag_error_message(s->graph);
    *proper = y != NULL ? ag_error(s->graph) == AG_OK
                        : ag_error(s->graph) != AG_OK && strchr(message, ':') != NULL &&
                              ag_error(s->graph) != AG_ERR_MEMORY;
    snprintf(s->why, sizeof s->why, "%s", message);
    sample_close(s);
    return y != NULL;
}

static void check_shape(sample s, tally *t)
{
    bool proper;
    if (!has_result(&s, &proper)) {
        t->errors++;
        if (getenv("AG_TEST_TELL") != NULL) {
            report(t, &s, "error");
            t->failures--;
        }
    } else {
        t->results++;
        proper = proper && ((s.op->flags & AG_OP_NO_GRADIENT) != 0 || both_agree(&s));
    }
    if (!proper) {
        report(t, &s, "FAILED");
    }
}

static void check_case(const ag_op *op, const ag_case *from, tally *t)
{
    for (int64_t size = 2; size < 12; size++) {
        sample s = sample_of(op, from, PLAIN);
        if (emptied(&s, size)) {
            check_shape(s, t);
        }
    }
    sample s = sample_of(op, from, PLAIN);
    without_dimensions(&s);
    check_shape(s, t);
}

START_TEST(test_no_elements)
{
    tally all = {0, 0, 0};
    for (int i = 0; ag_op_at(i) != NULL; i++) {
        const ag_op *op = ag_op_at(i);
        tally t = {0, 0, 0};
        for (int k = 0; k < op->n_cases; k++) {
            check_case(op, &op->cases[k], &t);
        }
        printf("%-14s %3d results, %3d errors\n", op->name, t.results, t.errors);
        all.results += t.results;
        all.errors += t.errors;
        all.failures += t.failures;
    }
    printf("%-14s %3d results, %3d errors, %d failures\n", "in all", all.results, all.errors,
           all.failures);
    ck_assert_int_eq(all.failures, 0);
    ck_assert_int_gt(all.results, 400);
}
END_TEST

CHECK_MAIN("registry_shapes", test_no_elements)
