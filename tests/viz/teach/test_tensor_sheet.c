/* Worksheets of tensors: each element that is no leaf's is asked for once, in every format, nothing
 * but the key tells an answer, the key read back is right, and a wrong number is not.
 */
#include "tests/viz/text.h"

#include <autograd/viz_teach.h>

#include "check_main.h"
#include "tests/viz/hostile.h"

#define MOST 400

/* The mean squared error of tanh(x W + b) on a batch of three; 25 values and 30 gradients. */
static ag_tensor *two_units(ag_graph *g)
{
    static const double x[] = {1, 2, -0.5, 0.25, 3, -1}, w[] = {0.3, -0.7, 1.1, 0.2},
                        b[] = {0.1, 0};
    ag_tensor *in = ag_name(ag_from_values(g, AG_CONSTANT, AG_SHAPE(3, 2), x), "x");
    ag_tensor *weight = ag_name(ag_from_values(g, AG_PARAMETER, AG_SHAPE(2, 2), w), "W");
    ag_tensor *bias = ag_name(ag_from_values(g, AG_PARAMETER, AG_SHAPE(2), b), "b");
    ag_tensor *z = ag_name(ag_matmul(in, weight), "z");
    ag_tensor *h = ag_name(ag_tanh(ag_add(z, bias)), "h");
    ag_tensor *loss = ag_name(ag_mean(ag_square(h)), "loss");
    ag_retain_grads(g, true);
    ck_assert_int_eq(ag_backward(loss), AG_OK);
    return loss;
}

static char *sheet_of(const ag_tensor *root, viz_format format, viz_sheet sheet)
{
    viz_options o = {.format = format, .sheet = sheet, .differences = true, .paths = 3};
    char *text;
    ck_assert_int_eq(viz_string(root, &o, &text), AG_OK);
    return text;
}

static size_t read(const char *text, viz_answer answer[MOST])
{
    size_t n;
    ck_assert_int_eq(viz_read_answers(text, strlen(text), answer, MOST, &n), AG_OK);
    return n;
}

START_TEST(test_the_key_is_right)
{
    static const viz_format format[] = {VIZ_TEXT, VIZ_MARKDOWN, VIZ_LATEX};
    ag_graph *g = ag_graph_new();
    ag_tensor *loss = two_units(g);
    viz_answer answer[MOST];
    viz_diagnosis d[MOST];
    for (int k = 0; k < 3; k++) {
        char *sheet = sheet_of(loss, format[k], VIZ_WORKSHEET);
        char *key = sheet_of(loss, format[k], VIZ_KEY);
        ck_assert_uint_eq(read(sheet, answer), 0);
        size_t n = read(key, answer);
        ck_assert_uint_eq(n, 6 + 6 + 6 + 6 + 1 + 6 + 6 + 6 + 6 + 2 + 4);
        ck_assert_int_eq(viz_diagnose(loss, NULL, answer, n, d), AG_OK);
        for (size_t i = 0; i < n; i++) {
            ck_assert_uint_eq(answer[i].blank, i + 1);
            ck_assert_msg(d[i].verdict == VIZ_CORRECT, "(%zu) %g", i + 1, answer[i].value);
            answer[i].value *= -1;
        }
        ck_assert_int_eq(viz_diagnose(loss, NULL, answer, n, d), AG_OK);
        for (size_t i = 0; i < n; i++) {
            ck_assert_int_eq(d[i].verdict, VIZ_ONE_CAUSE);
            ck_assert_int_eq(d[i].cause[0], VIZ_MISTAKE_SIGN);
        }
        viz_free(sheet);
        viz_free(key);
    }
    ag_graph_free(g);
}
END_TEST

/* The blanks stand where the engine has these numbers: the last four by hand, 2 h (1 - h^2)/6 . x. */
START_TEST(test_places)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *loss = two_units(g);
    char *key = sheet_of(loss, VIZ_TEXT, VIZ_KEY);
    static const double z[] = {2.5, -0.3, 0.125, 0.4, -0.2, -2.3}, x[] = {1, 2, -0.5, 0.25, 3, -1};
    double w[4] = {0};
    for (int row = 0; row < 3; row++) {
        for (int k = 0; k < 4; k++) {
            double h = tanh(z[2 * row + k % 2] + (k % 2 == 0 ? 0.1 : 0));
            w[k] += x[2 * row + k / 2] * 2 * h * (1 - h * h) / 6;
        }
    }
    viz_answer answer[MOST];
    size_t n = read(key, answer);
    for (int k = 0; k < 6; k++) {
        ck_assert_double_eq_tol(answer[k].value, z[k], 1e-12);
    }
    for (int k = 0; k < 4; k++) {
        ck_assert_double_eq_tol(answer[n - 4 + (size_t)k].value, w[k], 1e-4);
    }
    ck_has(key, "z[1,0:2]");
    ck_has(key, "∂loss/∂W[1,0:2]");
    viz_free(key);
    ag_graph_free(g);
}
END_TEST

/* Also not where differences and paths are asked for. */
START_TEST(test_nothing_tells_an_answer)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *loss = two_units(g);
    viz_answer answer[MOST];
    char *key = sheet_of(loss, VIZ_TEXT, VIZ_KEY);
    size_t n = read(key, answer);
    for (int k = 0; k < 3; k++) {
        char *sheet =
            sheet_of(loss, (viz_format[]){VIZ_TEXT, VIZ_MARKDOWN, VIZ_LATEX}[k], VIZ_WORKSHEET);
        for (size_t i = 12; i < n; i++) { /* before h there are round numbers, which leaves have */
            char digits[30];
            snprintf(digits, sizeof digits, "%.4g", fabs(answer[i].value));
            ck_assert_msg(strstr(sheet, digits) == NULL, "%s tells %s", sheet, digits);
        }
        ck_assert_ptr_null(strstr(sheet, "differences"));
        viz_free(sheet);
    }
    viz_free(key);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_questions_and_variants)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *loss = two_units(g);
    char *quiz = sheet_of(loss, VIZ_GIFT, VIZ_TRACE), *before = sheet_of(loss, VIZ_TEXT, VIZ_KEY);
    ck_has(quiz, "x \\= [[1, 2], [-0.5, 0.25], [3, -1]]; W \\= [[0.3, -0.7], [1.1, 0.2]]; b \\= "
                 "[0.1, 0]; z \\= x · W");
    ck_has(quiz, "What is ∂loss/∂W[1,0]?");
    viz_free(quiz);
    ag_tensor *v = viz_variant(loss, 3), *again = viz_variant(loss, 3);
    ck_assert_msg(v != NULL && again != NULL, "%s", ag_error_message(g));
    char *own = sheet_of(v, VIZ_TEXT, VIZ_KEY), *same = sheet_of(again, VIZ_TEXT, VIZ_KEY);
    ck_assert_str_eq(own, same);
    ck_assert(strcmp(own, before) != 0);
    ck_has(own, "x[0,0:2]   1   2\n"); /* the batch is a constant */
    ck_assert_ptr_null(strstr(own, "0.3   -0.7"));
    viz_free(own);
    viz_free(same);
    viz_free(before);
    ag_graph_free(ag_graph_of(v));
    ag_graph_free(ag_graph_of(again));
    ag_graph_free(g);
}
END_TEST

/* Rows of more than eight are cut, empty tensors have none, and 65 elements are too many. */
START_TEST(test_sizes)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_name(ag_full(g, AG_VARIABLE, AG_SHAPE(2, 20), 0.5), "x");
    ag_tensor *none = ag_full(g, AG_VARIABLE, AG_SHAPE(0, 3), 0);
    ag_tensor *f = ag_add(ag_sum(ag_exp(x)), ag_sum(none));
    ck_assert_int_eq(ag_backward(f), AG_OK);
    char *sheet = sheet_of(f, VIZ_TEXT, VIZ_WORKSHEET);
    ck_has(sheet, "x[1,0:8] ");
    ck_has(sheet, "x[1,16:20] ");
    viz_free(sheet);
    char *text;
    viz_options stepper = {.format = VIZ_STEPPER, .sheet = VIZ_WORKSHEET};
    ck_assert_int_eq(viz_string(f, &stepper, &text), AG_ERR_VALUE);
    ck_has(ag_error_message(g), "has 0-d nodes only");
    ag_error_clear(g);
    ag_tensor *large = ag_name(ag_full(g, AG_VARIABLE, AG_SHAPE(65), 1), hostile[0]);
    viz_options o = {.sheet = VIZ_WORKSHEET};
    ck_assert_int_eq(viz_string(ag_sum(large), &o, &text), AG_ERR_VALUE);
    ck_has(ag_error_message(g), "has 65, more than 64");
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("tensor_sheet", test_the_key_is_right, test_places, test_nothing_tells_an_answer,
           test_questions_and_variants, test_sizes)
