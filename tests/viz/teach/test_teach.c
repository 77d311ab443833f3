/* Exercises: the key read back answers its worksheet, in every format; variants; and the diagnosis,
 * for which mistakes are planted in random graphs. The test makes them itself, from the numbers that
 * the engine gives: where one cause is named, it must be the planted one.
 */
#include "tests/viz/text.h"

#include <math.h>

#include <autograd/viz_teach.h>

#include "check_main.h"
#include "tests/viz/hostile.h"

#define MOST 400

static ag_tensor *random_graph(ag_graph *g)
{
    ag_tensor *node[14];
    for (int i = 0; i < 3; i++) {
        node[i] = ag_variable(g, floor(8 * ag_random_uniform(g) + 1) / 4);
    }
    for (int i = 3; i < 14; i++) {
        ag_tensor *a = node[i - 1 - (int)(ag_random_uniform(g) * 2)];
        ag_tensor *b = node[(int)(ag_random_uniform(g) * i)];
        switch ((int)(ag_random_uniform(g) * 5)) {
        case 0:
            node[i] = ag_sin(a);
            break;
        case 1:
            node[i] = ag_mul(a, b);
            break;
        case 2:
            node[i] = ag_add(a, b);
            break;
        case 3:
            node[i] = ag_exp(ag_cos(a));
            break;
        default:
            node[i] = ag_sub(ag_square(a), b);
        }
    }
    return node[13];
}

/* --- worksheet and key ------------------------------------------------------------------------ */

static void answers_of(const ag_tensor *root, viz_format format, viz_sheet sheet,
                       viz_answer answer[MOST], size_t *n)
{
    viz_options o = {.format = format, .sheet = sheet};
    char *text;
    ck_assert_int_eq(viz_string(root, &o, &text), AG_OK);
    ck_assert_int_eq(viz_read_answers(text, strlen(text), answer, MOST, n), AG_OK);
    viz_free(text);
}

START_TEST(test_the_key_is_right)
{
    static const viz_format format[] = {VIZ_TEXT, VIZ_MARKDOWN, VIZ_LATEX};
    viz_answer answer[MOST];
    viz_diagnosis d[MOST];
    size_t n, first = 0;
    for (uint64_t seed = 1; seed <= 30; seed++) {
        ag_graph *g = ag_graph_new();
        ag_seed(g, seed);
        ag_tensor *root = random_graph(g);
        ck_assert_int_eq(ag_backward(root), AG_OK);
        for (int k = 0; k < 3; k++) {
            answers_of(root, format[k], VIZ_WORKSHEET, answer, &n);
            ck_assert_uint_eq(n, 0);
            answers_of(root, format[k], VIZ_KEY, answer, &n);
            first = k == 0 ? n : first;
            ck_assert_uint_gt(n, 20);
            ck_assert_uint_eq(n, first);
            ck_assert_int_eq(viz_diagnose(root, NULL, answer, n, d), AG_OK);
            for (size_t i = 0; i < n; i++) {
                ck_assert_uint_eq(answer[i].blank, i + 1);
                ck_assert_msg(d[i].verdict == VIZ_CORRECT, "(%zu) %g", i + 1, answer[i].value);
            }
        }
        ag_graph_free(g);
    }
}
END_TEST

START_TEST(test_hostile_names)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *sum = ag_variable(g, 1);
    for (size_t i = 0; i < HOSTILE; i++) {
        sum = ag_mul(sum, ag_name(ag_sin(ag_variable(g, 1)), hostile[i]));
    }
    ag_name(sum, "(7) 5");
    ck_assert_int_eq(ag_backward(sum), AG_OK);
    viz_answer answer[MOST];
    size_t n;
    answers_of(sum, VIZ_MARKDOWN, VIZ_KEY, answer, &n);
    ck_assert_uint_gt(n, 3 * HOSTILE);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_read_answers)
{
    static const char text[] =
        "f(2) 7 x^(3) 8 (1) 4.50 (2) ____ (3) 1/2\n(4) \xE2\x88\x92"
        "0.25, (5)\\;\\underline{1.5 \\times 10^{-3}} (6) none (4) 9 (0) 1 (7) 300 (8) 3";
    viz_answer a[10];
    size_t n;
    ck_assert_int_eq(viz_read_answers(text, strlen(text), a, 10, &n), AG_OK);
    ck_assert_uint_eq(n, 6);
    static const double want[][3] = {{1, 4.5, 0.005},      {3, 0.5, 0},   {4, -0.25, 0.005},
                                     {5, 0.0015, 0.00005}, {7, 300, 0.5}, {8, 3, 0}};
    for (size_t i = 0; i < n; i++) {
        ck_assert_double_eq((double)a[i].blank, want[i][0]);
        ck_assert_double_eq_tol(a[i].value, want[i][1], 1e-15);
        ck_assert_double_eq_tol(a[i].tolerance, want[i][2], 1e-15);
    }
    ck_assert_int_eq(viz_read_answers(text, strlen(text), a, 2, &n), AG_OK);
    ck_assert_uint_eq(n, 2);
    ck_assert_int_eq(viz_read_answers(NULL, 0, a, 2, &n), AG_ERR_NULL_ARGUMENT);
}
END_TEST

/* Any bytes, cut off anywhere: no byte beyond the end is read (valgrind and the sanitizers see). */
START_TEST(test_any_bytes)
{
    static const char some[] = "(12)=≈×\\frac{\\sqrt{^-+*/.e\n$|0123456789\\,}";
    ag_graph *g = ag_graph_new();
    viz_answer a[20];
    viz_check_result result;
    size_t n;
    for (int round = 0; round < 3000; round++) {
        size_t bytes = (size_t)(ag_random_uniform(g) * 200);
        char *text = malloc(bytes + (bytes == 0));
        ck_assert_ptr_nonnull(text);
        for (size_t i = 0; i < bytes; i++) {
            double u = ag_random_uniform(g);
            text[i] = round % 4 == 0 ? (char)(256 * u) : some[(size_t)(u * (sizeof some - 1))];
        }
        ck_assert_int_eq(viz_read_answers(text, bytes, a, 20, &n), AG_OK);
        ck_assert_uint_le(n, 20);
        ck_assert_int_eq(viz_check(NULL, text, bytes, &result), AG_OK);
        ck_assert_uint_le(result.wrong, result.checked);
        free(text);
    }
    ag_graph_free(g);
}
END_TEST

/* --- variants --------------------------------------------------------------------------------- */

/* The constant stays, the others have other values of their signs. */
static void check_leaves(const ag_tensor *root)
{
    ag_order order;
    int leaves = 0;
    ck_assert_int_eq(ag_order_by_age(root, &order), AG_OK);
    for (size_t i = 0; i < order.n; i++) {
        const ag_tensor *t = order.node[i];
        const char *name = ag_n_operands(t) == 0 ? ag_name_of(t) : NULL;
        if (name != NULL) {
            double value = ag_item(t);
            ck_assert(name[0] == 'k' ? value == 7 : name[0] == 'w' ? value < 0 : value > 0);
            leaves++;
        }
    }
    ck_assert_int_eq(leaves, 3);
    ag_order_free(&order);
}

START_TEST(test_variants)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_name(ag_variable(g, 2), "x"), *w = ag_name(ag_parameter(g, -1), "w");
    ag_tensor *k = ag_name(ag_constant(g, 7), "k");
    ag_tensor *f = ag_name(ag_add(ag_mul(ag_log(x), w), k), "f");
    ck_assert_int_eq(ag_backward(f), AG_OK);
    char *before = trace(f, NULL), *last = NULL;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        ag_tensor *v = viz_variant(f, seed), *again = viz_variant(f, seed);
        ck_assert_msg(v != NULL, "%s", ag_error_message(g));
        char *text = trace(v, NULL), *same = trace(again, NULL);
        ck_assert_str_eq(text, same);
        ck_assert(strcmp(text, before) != 0);
        check_leaves(v);
        free(last);
        free(same);
        last = text;
        ag_graph_free(ag_graph_of(v));
        ag_graph_free(ag_graph_of(again));
    }
    char *after = trace(f, NULL);
    ck_assert_str_eq(before, after); /* the reader's graph is as it was */
    free(before);
    free(after);
    free(last);
    ag_tensor *big = ag_exp(ag_exp(ag_exp(ag_exp(x))));
    ck_assert_ptr_null(viz_variant(big, 1));
    ck_assert_int_eq(ag_error(g), AG_ERR_VALUE);
    ck_has(ag_error_message(g), "viz_variant: no draw of 100");
    ck_assert_ptr_null(viz_variant(NULL, 1));
    ag_graph_free(g);
}
END_TEST

/* --- diagnosis -------------------------------------------------------------------------------- */

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

CHECK_MAIN("teach", test_the_key_is_right, test_hostile_names, test_read_answers, test_any_bytes,
           test_variants, test_planted_mistakes, test_lecture, test_follows)
