/* Exercises: the key read back answers its worksheet, in every format; answers in any bytes; variants.
 */
#include "tests/viz/text.h"

#include <autograd/viz_teach.h>

#include "check_main.h"
#include "random_graph.h"
#include "tests/viz/hostile.h"

#define MOST 400

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
    ck_assert_uint_eq(n, 7);
    static const double want[][3] = {{1, 4.5, 0.005},   {3, 0.5, 0}, {4, -0.25, 0.005},
                                     {5, 0.0015, 5e-5}, {6, 0, 0},   {7, 300, 0.5},
                                     {8, 3, 0}};
    for (size_t i = 0; i < n; i++) {
        ck_assert_double_eq((double)a[i].blank, want[i][0]);
        ck_assert_double_eq_tol(a[i].value, want[i][1], 1e-15);
        ck_assert_double_eq_tol(a[i].tolerance, want[i][2], 1e-15);
        ck_assert_int_eq(a[i].unread != NULL, i == 4);
    }
    ck_assert_int_eq(viz_read_answers(text, strlen(text), a, 2, &n), AG_OK);
    ck_assert_uint_eq(n, 2);
    ck_assert_int_eq(viz_read_answers(NULL, 0, a, 2, &n), AG_ERR_NULL_ARGUMENT);
}
END_TEST

static const char unread[] =
    "(1) 0,91 (2) one half | (3)\\;six \\\\\n(4) ____ (5)  (6) -x  7\n"
    "(7) the first (8) .\n(7) 2\n(9)\\;\\underline{\\hspace{4em}} (10) -,5";

/* What is no number is kept as it stands, unless a number for the blank follows; a line to write on
 * is nothing. */
START_TEST(test_unread_answers)
{
    static const char *const want[] = {"0,91", "one half", "six", "-x", NULL, "-,5"};
    static const size_t blank[] = {1, 2, 3, 6, 7, 10};
    viz_answer a[20];
    size_t n;
    ck_assert_int_eq(viz_read_answers(unread, strlen(unread), a, 20, &n), AG_OK);
    ck_assert_uint_eq(n, 6);
    for (size_t i = 0; i < n; i++) {
        ck_assert_uint_eq(a[i].blank, blank[i]);
        ck_assert_int_eq(a[i].unread == NULL, want[i] == NULL);
        if (want[i] != NULL) {
            ck_assert_uint_eq(a[i].unread_bytes, strlen(want[i]));
            ck_assert_mem_eq(a[i].unread, want[i], strlen(want[i]));
        }
    }
    ck_assert_double_eq(a[4].value, 2);
}
END_TEST

/* As many answers as there is room for, from the last blank to the first and then all again. */
START_TEST(test_many_answers)
{
    enum { MANY = 5000 };
    char *text = malloc(2 * MANY * 20), *to = text;
    viz_answer *a = calloc(MANY, sizeof *a);
    size_t n;
    ck_assert(text != NULL && a != NULL);
    for (int i = 0; i < 2 * MANY; i++) {
        to += sprintf(to, "(%d) %d\n", 100 * (MANY - i % MANY), i);
    }
    ck_assert_int_eq(viz_read_answers(text, (size_t)(to - text), a, MANY, &n), AG_OK);
    ck_assert_uint_eq(n, MANY);
    for (size_t i = 0; i < n; i++) {
        ck_assert_uint_eq(a[i].blank, 100 * (MANY - i));
        ck_assert_double_eq(a[i].value, (double)i);
    }
    free(text);
    free(a);
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
            text[i] = round % 4 == 0 ? (char)(unsigned char)(256 * u)
                                     : some[(size_t)(u * (sizeof some - 1))];
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

/* --- questions of a long computation ---------------------------------------------------------- */

/* The length of the questions for a chain of n sines, and how many descriptions there are. */
static size_t quiz_of(viz_format format, int n, const char *description, size_t *descriptions)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_variable(g, 1);
    for (int i = 0; i < n; i++) {
        x = ag_sin(x);
    }
    ck_assert_int_eq(ag_backward(x), AG_OK);
    char *text;
    ck_assert_int_eq(viz_string(x, &(viz_options){.format = format}, &text), AG_OK);
    *descriptions = 0;
    for (const char *at = text; (at = strstr(at, description)) != NULL; at++) {
        ++*descriptions;
    }
    size_t length = strlen(text);
    viz_free(text);
    ag_graph_free(g);
    return length;
}

/* A long computation is described once, so the text grows with its length and not with the square;
 * a short one stands in each question. */
START_TEST(test_long_quiz)
{
    static const viz_format format[] = {VIZ_MOODLE, VIZ_GIFT};
    static const char *const description[] = {"type=\"description\"", "::The computation::"};
    for (int k = 0; k < 2; k++) {
        size_t found;
        size_t once = quiz_of(format[k], 100, description[k], &found);
        ck_assert_uint_eq(found, 1);
        ck_assert_uint_lt(quiz_of(format[k], 400, description[k], &found), 5 * once);
        quiz_of(format[k], 10, description[k], &found);
        ck_assert_uint_eq(found, 0);
    }
}
END_TEST

CHECK_MAIN("teach", test_long_quiz, test_the_key_is_right, test_hostile_names, test_read_answers,
           test_unread_answers, test_many_answers, test_any_bytes, test_variants)
