/* The check of printed calculations: what it computes and what it passes over, traces in every form, of
 * which it must find every one that was spoiled.
 */
#include "tests/viz/text.h"

#include <locale.h>
#include <math.h>

#include <autograd/viz_teach.h>

#include "check_main.h"

static viz_check_result checked(const char *text)
{
    viz_check_result r;
    ck_assert_int_eq(viz_check(NULL, text, strlen(text), &r), AG_OK);
    return r;
}

typedef struct row {
    const char *text;
    size_t checked, wrong;
} row;

static void check_rows(const row *r, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        viz_check_result got = checked(r[i].text);
        ck_assert_msg(got.checked == r[i].checked && got.wrong == r[i].wrong,
                      "%s: %zu checked, %zu wrong", r[i].text, got.checked, got.wrong);
    }
}

START_TEST(test_calculations)
{
    static const row rows[] = {
        {"2 × 3 = 6", 1, 0},
        {"- 1.3 × 2 - 3 = -0.4", 1, 0}, /* an item of a list */
        {"  -1.3 × 2 = -2.6", 1, 0},
        {"2 × 3 = 7", 1, 1},
        {"so we have 2 * 3 + 1 = 7.", 1, 0},
        {"1 × 0.06532 + 1 × (-0.8876) = -0.8223", 1, 0},
        {"1 × 0.06532 + 1 × (-0.8876) = -0.8224", 1, 1},
        {"2 + 3 = 1 + 4 = 5", 2, 0},
        {"2 + 3 = 1 + 5 = 6", 2, 1},
        {"-2^2 = -4", 1, 0},
        {"2^3^2 = 512", 1, 0},
        {"1/3 = 0.3333", 1, 0},
        {"1/3 = 0.334", 1, 1},
        {"1 ÷ 3 = 0.33", 1, 0},
        {"7 − 9 = -2", 1, 0},
        {"1.5e-07 × 2 = 3e-07", 1, 0},
        {"$1.5 \\times 10^{-7} \\times 2 = 3.0 \\times 10^{-7}$", 1, 0},
        {"$\\frac{1}{2 \\cdot 4} = 0.125$", 1, 0},
        {"$\\frac{1}{2 \\cdot 4} = 0.126$", 1, 1},
        {"$\\sqrt{2} + \\frac{\\sqrt{4}}{2} = 2.414$", 1, 0},
        {"\\left(1 + 2\\right) \\times 3 &= 9 \\\\", 1, 0},
        {"2 × 3 ≈ 6.01", 1, 0},
        {"2 × 3 ≈ 7", 1, 1},
        {"13.65 × 4 = 55", 1, 0}, /* rounded to two digits */
        {"| 3 | 2 × 3 = 6 | 4 × 5 = 21 |", 2, 1},
        {"0.4 × 1 = 0", 1, 1},
        {"(12) 2 × 3 = 6", 1, 0},
    };
    check_rows(rows, sizeof rows / sizeof rows[0]);
}
END_TEST

/* What has letters in it is no calculation, and neither is half of it. */
START_TEST(test_formulas_are_passed_over)
{
    static const row rows[] = {
        {"∂a/∂x = 2x = 4", 0, 0},
        {"v8 = 2 × 3", 0, 0},
        {"x_{8} = 2", 0, 0},
        {"x^{2} = 9", 0, 0},
        {"x^2 + 3 = 7", 0, 0},
        {"f(2) = 7", 0, 0},
        {"exp(4) = 54.60", 0, 0},
        {"3 = 2x", 0, 0},
        {"3 × 4 = 2 y", 1, 1}, /* a space ends the calculation */
        {"0,5 × 2 = 1", 0, 0},
        {"500 × 2 = 1,000", 0, 0},
        {"1 - tanh(0.5)^2 = 0.78", 0, 0},
        {"[2 paths] = 3", 0, 0},
        {"(2 + 3 = 5", 0, 0},
        {"2 + = 3", 0, 0},
        {"", 0, 0},
        {"=", 0, 0},
        {"1/0 = 3", 0, 0},
    };
    check_rows(rows, sizeof rows / sizeof rows[0]);
}
END_TEST

START_TEST(test_report)
{
    char *text = NULL;
    size_t bytes;
    FILE *out = open_memstream(&text, &bytes);
    viz_check_result r;
    static const char page[] = "A page.\n\n2 × 3 = 6\n2 × 0.25 = 0.6";
    ck_assert_int_eq(viz_check(out, page, strlen(page), &r), AG_OK);
    ck_assert_int_eq(fclose(out), 0);
    ck_assert_str_eq(text, "line 4: 0.5 stands before the sign, and 0.6 behind it\n");
    free(text);
    ck_assert_int_eq(viz_check(NULL, NULL, 0, &r), AG_ERR_NULL_ARGUMENT);
    ck_assert_int_eq(viz_check(NULL, page, 4, NULL), AG_ERR_NULL_ARGUMENT);
}
END_TEST

/* Numbers that are not judged are counted, with their lines; definitions are none. */
START_TEST(test_unread)
{
    static const char page[] = "x = 2, a = 3\n"
                               "exp(4) = 54.60 and 2x = 4\n"
                               "∂f/∂x = 2 × 3 = 6\n"
                               "| step | v1 | 4 | $-0.5$ | 2 × 3 |\n"
                               "|---|---|\n"
                               "1 & x^2 & 4.5 \\\\\n"
                               "& = 2 \\times 3 = 6 \\\\\n"
                               "f'(2) = -182.9\n";
    viz_check_result r;
    ck_assert_int_eq(viz_check(NULL, page, strlen(page), &r), AG_OK);
    ck_assert_uint_eq(r.checked, 2);
    ck_assert_uint_eq(r.wrong, 0);
    ck_assert_uint_eq(r.unread, 7);
    ck_assert_uint_eq(r.unread_lines, 4);
    const size_t lines[] = {2, 4, 6, 8};
    ck_assert_mem_eq(r.unread_line, lines, sizeof lines);

    char *many = calloc(1, 40000);
    for (int i = 0; i < 2000; i++) {
        strcpy(many + 7 * i, "2x = 4\n");
    }
    ck_assert_int_eq(viz_check(NULL, many, 14000, &r), AG_OK);
    ck_assert_uint_eq(r.unread_lines, 2000);
    free(many);
}
END_TEST

/* Deep and long lines are refused, not followed. */
START_TEST(test_limits)
{
    size_t n = 100000;
    char *text = malloc(2 * n + 10);
    ck_assert_ptr_nonnull(text);
    memset(text, '(', n);
    memset(text + n, ')', n);
    strcpy(text + 2 * n, " = 3\n");
    viz_check_result r = checked(text);
    ck_assert_uint_eq(r.checked, 0);
    ck_assert_uint_eq(r.skipped, 1);
    memset(text, '(', 400);
    strcpy(text + 400, "1");
    memset(text + 401, ')', 400);
    strcpy(text + 801, " = 3\n");
    r = checked(text);
    ck_assert_uint_eq(r.checked, 0);
    memset(text, '9', n);
    strcpy(text + n, " = 3\n");
    r = checked(text);
    ck_assert_uint_eq(r.checked, 0);
    free(text);
}
END_TEST

static ag_tensor *random_graph(ag_graph *g)
{
    ag_tensor *node[20];
    for (int i = 0; i < 3; i++) {
        node[i] = ag_variable(g, 4 * ag_random_uniform(g) - 2);
    }
    for (int i = 3; i < 20; i++) {
        ag_tensor *a = node[i - 1 - (int)(ag_random_uniform(g) * 3)];
        ag_tensor *b = node[(int)(ag_random_uniform(g) * i)];
        int kind = (int)(ag_random_uniform(g) * 4);
        node[i] = kind == 0   ? ag_sin(a)
                  : kind == 1 ? ag_mul(a, b)
                  : kind == 2 ? ag_exp(ag_cos(a))
                              : ag_sub(a, b);
    }
    return node[19];
}

/* Changes the last digit of each result in turn; every change is found. */
static void spoil(char *text)
{
    viz_check_result whole = checked(text);
    for (char *at = text; (at = strstr(at, " = ")) != NULL; at++) {
        char *end = at + 3 + strspn(at + 3, "-0123456789.");
        bool number = end > at + 4 && (end[0] == '\n' || end[0] == ' ' || end[0] == '$');
        char *before = at;
        while (before > text && before[-1] != '\n' && strncmp(before, " × ", 4) != 0) {
            before--;
        }
        bool computed = strncmp(before, " × ", 4) == 0 && strchr("0123456789", end[-1]) != NULL;
        if (number && computed && strstr(before + 1, " = ") == at) {
            char digit = end[-1];
            end[-1] = digit >= '5' ? (char)(digit - 4) : (char)(digit + 4);
            viz_check_result r = checked(text);
            ck_assert_msg(r.wrong > whole.wrong, "%.60s", before);
            end[-1] = digit;
        }
    }
}

START_TEST(test_traces)
{
    static const viz_format format[] = {VIZ_TEXT, VIZ_MARKDOWN, VIZ_LATEX};
    size_t sum = 0;
    for (uint64_t seed = 1; seed <= 300; seed++) {
        ag_graph *g = ag_graph_new();
        ag_seed(g, seed);
        ag_tensor *root = random_graph(g);
        ck_assert_int_eq(ag_backward(root), AG_OK);
        for (int k = 0; k < 3; k++) {
            viz_options o = {.format = format[k], .digits = 2 + (int)(seed % 6)};
            char *text;
            ck_assert_int_eq(viz_string(root, &o, &text), AG_OK);
            viz_check_result r = checked(text);
            ck_assert_uint_gt(r.checked, 4);
            ck_assert_msg(r.wrong == 0, "seed %d: %zu wrong in\n%.900s", (int)seed, r.wrong,
                          strstr(text, "backward"));
            sum += r.checked;
            if (k == 0 && seed % 10 == 0) {
                spoil(text);
            }
            viz_free(text);
        }
        ag_graph_free(g);
    }
    printf("%zu printed lines were computed again\n", sum);
}
END_TEST

START_TEST(test_locale)
{
    if (setlocale(LC_ALL, "de_DE.UTF-8") == NULL && setlocale(LC_ALL, "fr_FR.UTF-8") == NULL) {
        printf("no locale with a decimal comma is installed\n");
    }
    viz_check_result r = checked("0.5 × 0.5 = 0.25");
    setlocale(LC_ALL, "C");
    ck_assert(r.checked == 1 && r.wrong == 0);
}
END_TEST

CHECK_MAIN("check", test_calculations, test_formulas_are_passed_over, test_report, test_limits,
           test_traces, test_locale, test_unread)
