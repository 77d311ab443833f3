/* The diagnosis, for which mistakes are planted in random graphs. The test makes them itself, from the
 * numbers that the engine gives: where one cause is named, it must be the planted one.
 */
#include "tests/viz/text.h"

#include <autograd/viz_teach.h>

#include "check_main.h"
#include "random_graph.h"

/* A number as a student writes it, with four digits. */
static viz_answer written_as(size_t blank, double value)
{
    char text[60];
    viz_answer a[1];
    size_t n;
    snprintf(text, sizeof text, "(%zu) %.3e", blank, value);
    ck_assert_int_eq(viz_read_answers(text, strlen(text), a, 1, &n), AG_OK);
    ck_assert_uint_eq(n, 1);
    return a[0];
}

typedef struct tally {
    size_t one, two, unclear, right, planted;
} tally;

/* Plants a mistake and judges what is made of it. */
static void plant(const ag_tensor *root, size_t blank, double value, viz_mistake mistake, tally *t)
{
    if (!isfinite(value) || fabs(value) < 1e-200 || fabs(value) > 1e200) {
        return;
    }
    viz_answer a = written_as(blank, value);
    viz_diagnosis d;
    ck_assert_int_eq(viz_diagnose(root, NULL, &a, 1, &d), AG_OK);
    t->planted++;
    t->right += d.verdict == VIZ_CORRECT;
    t->one += d.verdict == VIZ_ONE_CAUSE;
    t->two += d.verdict == VIZ_TWO_CAUSES;
    t->unclear += d.verdict == VIZ_UNCLEAR;
    ck_assert_int_ne(d.verdict, VIZ_FOLLOWS);
    bool named = d.cause[0] == mistake || (d.verdict == VIZ_TWO_CAUSES && d.cause[1] == mistake);
    bool says = d.verdict == VIZ_ONE_CAUSE || d.verdict == VIZ_TWO_CAUSES;
    ck_assert_msg(named || !says, "(%zu) %g, planted \"%s\", named \"%s\"", blank, value,
                  viz_mistake_text(mistake), viz_mistake_text(d.cause[0]));
}

/* The terms of a node's gradient: upstream, local partial, value of the consumer. */
typedef struct terms {
    double upstream[20], partial[20], value[20], sum;
    size_t n;
} terms;

static terms terms_of(const ag_order *order, size_t step)
{
    terms t = {.n = 0};
    for (size_t i = step + 1; i < order->n; i++) {
        for (int k = 0; k < ag_n_operands(order->node[i]); k++) {
            if (ag_operand(order->node[i], k) == order->node[step] && t.n < 20) {
                ck_assert(ag_local_partial(order->node[i], k, &t.partial[t.n]));
                t.upstream[t.n] = ag_grad_item(order->node[i]);
                t.value[t.n] = ag_item(order->node[i]);
                t.sum += t.upstream[t.n] * t.partial[t.n];
                t.n++;
            }
        }
    }
    return t;
}

static void plant_gradients(const ag_tensor *root, const ag_tensor *node, const terms *t,
                            size_t blank, tally *sum)
{
    plant(root, blank, -t->sum, VIZ_MISTAKE_SIGN, sum);
    for (size_t i = 0; i < t->n; i++) {
        double u = t->upstream[i], p = t->partial[i], others = t->sum - u * p;
        if (t->n > 1) {
            plant(root, blank, others, VIZ_MISTAKE_PATH, sum);
            plant(root, blank, others - u * p, VIZ_MISTAKE_TERM_SIGN, sum);
        }
        if (t->n > 2) {
            plant(root, blank, u * p, VIZ_MISTAKE_ONE_PATH, sum);
        }
        plant(root, blank, others + u, VIZ_MISTAKE_NO_PARTIAL, sum);
        plant(root, blank, others + p, VIZ_MISTAKE_NO_UPSTREAM, sum);
        plant(root, blank, others + u + p, VIZ_MISTAKE_ADDED, sum);
        plant(root, blank, others + u * t->value[i], VIZ_MISTAKE_VALUE, sum);
        plant(root, blank, others + u * ag_item(node), VIZ_MISTAKE_OPERAND, sum);
        plant(root, blank, others + u / p, VIZ_MISTAKE_RECIPROCAL, sum);
    }
}

/* How many blanks there are before the gradients: of each node that is no leaf the value, of each
 * edge the partial. */
static size_t blanks_before(const ag_order *order)
{
    size_t n = 0;
    for (size_t i = 0; i < order->n; i++) {
        int operands = ag_n_operands(order->node[i]);
        n += operands > 0 ? 1 + (size_t)operands : 0;
    }
    return n;
}

START_TEST(test_planted_mistakes)
{
    tally sum = {0};
    for (uint64_t seed = 1; seed <= 40; seed++) {
        ag_graph *g = ag_graph_new();
        ag_seed(g, seed);
        ag_tensor *root = random_graph(g);
        ag_order order;
        ck_assert_int_eq(ag_backward(root), AG_OK);
        ck_assert_int_eq(ag_order_by_age(root, &order), AG_OK);
        for (size_t i = order.n - 1; i-- > 0;) {
            terms t = terms_of(&order, i);
            size_t blank = blanks_before(&order) + (order.n - 1 - i);
            plant_gradients(root, order.node[i], &t, blank, &sum);
        }
        ag_order_free(&order);
        ag_graph_free(g);
    }
    printf("of %zu wrong numbers one cause was named for %zu, two for %zu, none for %zu; %zu equal "
           "the right one\n",
           sum.planted, sum.one, sum.two, sum.unclear, sum.right);
    ck_assert_uint_gt(sum.one, sum.planted / 3);
}
END_TEST

/* The chain of the lecture by hand: who takes the inner derivative for 1, who evaluates at the output,
 * who takes one path only, and who goes on with a wrong number. */
START_TEST(test_lecture)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *f = lecture(g, 2.0);
    ck_assert_int_eq(ag_backward(f), AG_OK);
    static const char sheet[] = "(20) -45.72 (4) 4 (9) 0.1807 (11) 0.8876 (17) 0.9529 (10) 0.5210\n"
                                "(5) 58.60 (99) 1 (1) 2";
    viz_answer a[20];
    size_t n;
    ck_assert_int_eq(viz_read_answers(sheet, strlen(sheet), a, 20, &n), AG_OK);
    ck_assert_uint_eq(n, 9);
    char *text = NULL;
    size_t bytes;
    FILE *out = open_memstream(&text, &bytes);
    ck_assert_int_eq(viz_diagnose_print(out, f, NULL, a, n), AG_OK);
    ck_assert_int_eq(fclose(out), 0);
    ck_has(text,
           "(20) ∂f/∂x = -45.72: the local partial (the inner derivative) is left out, in the "
           "term over a; the answer is -182.9\n");
    ck_has(text, "(4) ∂b/∂a = 4: the operand stands in place of the derivative;");
    ck_has(text, "(9) ∂d/∂c = 0.1807: the derivative is taken at the output instead of the input;");
    ck_has(text, "(11) ∂e/∂c = 0.8876: the sign is wrong;");
    ck_has(text, "(10) e = 0.521: the angle is taken in degrees;");
    ck_has(text, "(5) c = 58.6: right\n");
    ck_has(text, "(99) there is no such blank\n");
    ck_has(text, "(1) a = 2: the function is left out;");
    ck_has(text, "1 of 20 right; 11 not answered\n");
    free(text);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_follows)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *f = lecture(g, 2.0);
    ck_assert_int_eq(ag_backward(f), AG_OK);
    /* The sign of ∂e/∂c is wrong, and all that follows is computed with it. */
    static const char sheet[] = "(11) 0.8876 (17) 0.9529 (18) 0.9529 (19) 52.98 (20) 211.9";
    viz_answer a[5];
    viz_diagnosis d[5];
    size_t n;
    ck_assert_int_eq(viz_read_answers(sheet, strlen(sheet), a, 5, &n), AG_OK);
    ck_assert_int_eq(viz_diagnose(f, NULL, a, n, d), AG_OK);
    ck_assert_int_eq(d[0].verdict, VIZ_ONE_CAUSE);
    ck_assert_int_eq(d[0].cause[0], VIZ_MISTAKE_SIGN);
    for (int i = 1; i < 5; i++) {
        ck_assert_int_eq(d[i].verdict, VIZ_FOLLOWS);
    }
    ck_assert_int_eq(viz_diagnose(f, NULL, NULL, 1, d), AG_ERR_NULL_ARGUMENT);
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("diagnose", test_planted_mistakes, test_lecture, test_follows)
