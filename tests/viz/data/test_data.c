/* The traces for programs, and those in Markdown and LaTeX: every format has the same numbers, to
 * the last bit where it has all digits; names with any bytes stay within their cells and are read
 * back; what a spreadsheet could take for a formula is text.
 */
#include "tests/viz/text.h"

#include <math.h>

#include "check_main.h"
#include "tests/viz/hostile.h"

static char *as(viz_format format, const ag_tensor *root, int digits)
{
    return written(viz_write, root, &(viz_options){.format = format, .digits = digits});
}

static ag_tensor *random_graph(ag_graph *g)
{
    ag_tensor *node[40];
    for (int i = 0; i < 3; i++) {
        node[i] = ag_variable(g, 4 * ag_random_uniform(g) - 2);
    }
    for (int i = 3; i < 40; i++) {
        ag_tensor *a = node[i - 1 - (int)(ag_random_uniform(g) * 3)];
        ag_tensor *b = node[(int)(ag_random_uniform(g) * i)];
        int kind = (int)(ag_random_uniform(g) * 4);
        node[i] = kind == 0 ? ag_sin(a) : kind == 1 ? ag_mul(ag_tanh(a), b) : ag_add(a, b);
    }
    return node[39];
}

/* Is the number, as it stands after `before`, the double `want`? */
static void same(const char *text, const char *before, double want)
{
    const char *at = strstr(text, before);
    ck_assert_msg(at != NULL, "no \"%s\"", before);
    double got = strtod(at + strlen(before), NULL);
    ck_assert_msg(got == want, "%s %.17g, not %.17g", before, got, want);
}

/* A number of LaTeX, "-1.2 \times 10^{-5}", as a double. */
static double from_tex(const char *at)
{
    char plain[80], *end;
    strtod(at, &end);
    size_t n = (size_t)(end - at);
    memcpy(plain, at, n);
    plain[n] = '\0';
    const char *power = " \\times 10^{";
    if (strncmp(end, power, strlen(power)) == 0) {
        snprintf(plain + n, sizeof plain - n, "e%d", atoi(end + strlen(power)));
    }
    return strtod(plain, NULL);
}

/* The number at the end of the equation that begins with `start`. */
static void same_result(const char *text, const char *start, double want)
{
    const char *at = strstr(text, start);
    ck_assert_msg(at != NULL, "no \"%s\" in %s", start, text);
    at = strchr(at, '$') + 1;
    size_t n = strcspn(at, "$\n");
    const char *last = NULL;
    for (const char *p = at; p < at + n; p++) {
        last = *p == '=' || strncmp(p, "\\approx", 7) == 0 ? p : last;
    }
    ck_assert_ptr_nonnull(last);
    last += *last == '=' ? 2 : 8;
    ck_assert_msg(from_tex(last) == want, "%.60s is not %.17g", last, want);
}

/* The same at the end of a line of the trace on a terminal. */
static void same_line(const char *line, double want)
{
    ck_assert_ptr_nonnull(line);
    const char *last = NULL, *end = strchr(line + 1, '\n');
    for (const char *p = line; p < end; p++) {
        last = strncmp(p, " = ", 3) == 0 ? p + 3 : strncmp(p, " ≈ ", 5) == 0 ? p + 5 : last;
    }
    ck_assert_msg(last != NULL && strtod(last, NULL) == want, "%.80s", line);
}

static void compare_numbers(const ag_tensor *root)
{
    char *json = as(VIZ_JSON, root, 0), *csv = as(VIZ_CSV, root, 0);
    char *text = as(VIZ_TEXT, root, 17), *md = as(VIZ_MARKDOWN, root, 17);
    ag_order order;
    ck_assert_int_eq(ag_order_by_age(root, &order), AG_OK);
    for (size_t i = 0; i < order.n; i++) {
        const ag_tensor *t = order.node[i];
        double value = ag_item(t), gradient = ag_grad_item(t);
        char key[100], *at;
        snprintf(key, sizeof key, "\"step\": %zu, \"name\"", i);
        ck_assert_ptr_nonnull(at = strstr(json, key));
        same(at, "\"value\": ", value);
        same(strstr(at, "\"gradient\""), "\"value\": ", gradient);
        snprintf(key, sizeof key, "node,%zu,", i);
        ck_assert_ptr_nonnull(at = strstr(csv, key));
        same(at, "\"f64 []\",", value);
        same(at, "\"computed\",", gradient);
        snprintf(key, sizeof key, "- step %zu: ", i);
        same_result(md, key, gradient);
        snprintf(key, sizeof key, "\n%2zu  ∂", i);
        if (t != root) { /* whose gradient is the seed */
            same_line(strstr(text, key), gradient);
        }
    }
    ag_order_free(&order);
    free(json);
    free(csv);
    free(text);
    free(md);
}

START_TEST(test_numbers_survive)
{
    for (uint64_t seed = 1; seed <= 50; seed++) {
        ag_graph *g = ag_graph_new();
        ag_seed(g, seed);
        ag_tensor *root = random_graph(g);
        ck_assert_int_eq(ag_backward(root), AG_OK);
        compare_numbers(root);
        ag_graph_free(g);
    }
}
END_TEST

/* --- names ------------------------------------------------------------------------------------ */

static const char *const formulas[] = {"=cmd()", "+1",  "-x",  "@SUM(A1)",
                                       "x|y",    "a&b", "<b>", "x_y"};
#define FORMULAS (sizeof formulas / sizeof formulas[0])

static ag_tensor *named(ag_graph *g)
{
    ag_tensor *sum = ag_variable(g, 1);
    for (size_t i = 0; i < HOSTILE + FORMULAS; i++) {
        ag_tensor *x = ag_variable(g, (double)i);
        const char *name = i < HOSTILE ? hostile[i] : formulas[i - HOSTILE];
        sum = ag_add(sum, ag_name(ag_sin(x), name));
    }
    ck_assert_int_eq(ag_backward(sum), AG_OK);
    return sum;
}

/* The cells of a line of Markdown: bars without a backslash before them, less one. */
static size_t cells(const char *line)
{
    size_t n = 0;
    for (; *line != '\n'; line++) {
        if (*line == '\\') {
            line++;
        } else {
            n += *line == '|';
        }
    }
    return n - 1;
}

START_TEST(test_names_in_markdown)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *root = named(g);
    char *text = as(VIZ_MARKDOWN, root, 0);
    size_t rows = 0;
    for (const char *at = text; *at != '\0'; at = strchr(at, '\n') + 1) {
        if (*at == '|') {
            ck_assert_msg(cells(at) == 5, "%.100s", at);
            rows++;
        }
    }
    ck_assert_uint_eq(rows, 2 + 2 + 3 * (HOSTILE + FORMULAS) - 1);
    free(text);
    ag_graph_free(g);
}
END_TEST

/* Braces are balanced in each cell and each equation. */
START_TEST(test_names_in_latex)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *root = named(g);
    char *text = as(VIZ_LATEX, root, 0);
    int depth = 0;
    for (const char *at = text; *at != '\0'; at++) {
        if (*at == '\\') {
            at++;
            continue;
        }
        depth += (*at == '{') - (*at == '}');
        ck_assert_msg(depth >= 0 && *at != '#', "%.80s", at);
        ck_assert_msg((*at != '&' && *at != '\n') || depth == 0, "%.80s", at);
    }
    ck_assert_int_eq(depth, 0);
    free(text);
    ag_graph_free(g);
}
END_TEST

/* Reads a quoted field of CSV or a string of JSON; returns what follows it. */
static const char *unquote(const char *at, char quote_by, char *to)
{
    ck_assert_int_eq(*at++, '"');
    while (*at != '"' || (quote_by == '"' && at[1] == '"')) {
        at += *at == quote_by;
        ck_assert_int_ne(*at, '\0');
        *to++ = *at++;
    }
    *to = '\0';
    return at + 1;
}

START_TEST(test_names_are_read_back)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *root = named(g);
    char *csv = as(VIZ_CSV, root, 0), *json = as(VIZ_JSON, root, 0), *text = as(VIZ_TEXT, root, 0);
    for (size_t i = 0; i < HOSTILE + FORMULAS; i++) {
        char key[40], from_csv[200], from_json[200];
        size_t step = 2 + 3 * i; /* the root's first operand, then a leaf, its sine, the sum */
        snprintf(key, sizeof key, "node,%zu,", step);
        const char *at = strstr(csv, key) + strlen(key);
        unquote(at, '"', from_csv);
        snprintf(key, sizeof key, "{\"step\": %zu, \"name\": ", step);
        unquote(strstr(json, key) + strlen(key), '\\', from_json);
        bool formula = strchr("=+-@", from_json[0]) != NULL;
        ck_assert_int_eq(from_csv[0] == '\'' && from_json[0] != '\'', formula);
        ck_assert_str_eq(from_csv + formula, from_json);
        ck_has(text, from_json);
    }
    ck_has(csv, "\"'=cmd()\"");
    free(csv);
    free(json);
    free(text);
    ag_graph_free(g);
}
END_TEST

/* --- larger tensors --------------------------------------------------------------------------- */

START_TEST(test_elements)
{
    ag_graph *g = ag_graph_new();
    double w[] = {1, -2, 0.1, 4};
    ag_tensor *x = ag_name(ag_from_values(g, AG_PARAMETER, AG_SHAPE(2, 2), w), "W");
    ag_tensor *f = ag_sum(ag_square(x));
    ck_assert_int_eq(ag_backward(f), AG_OK);
    char *csv = as(VIZ_CSV, f, 0), *json = as(VIZ_JSON, f, 0);
    ck_has(csv, "element,0,\"W[1,0]\",,,,0.1,,0.2,,,,,\n");
    ck_has(json, "\"elements\": [1, -2, 0.1, 4]");
    ck_has(json, "\"elements\": [2, -4, 0.2, 8]");
    free(csv);
    free(json);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_not_finite)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *f = ag_log(ag_variable(g, 0));
    ck_assert_int_eq(ag_backward(f), AG_OK);
    char *json = as(VIZ_JSON, f, 0), *csv = as(VIZ_CSV, f, 0), *tex = as(VIZ_LATEX, f, 0);
    ck_has(json, "\"value\": \"-inf\"");
    ck_has(json, "\"partial\": \"inf\"");
    ck_has(csv, ",-inf,");
    ck_has(tex, "$-\\infty$");
    free(json);
    free(csv);
    free(tex);
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("data", test_numbers_survive, test_names_in_markdown, test_names_in_latex,
           test_names_are_read_back, test_elements, test_not_finite)
