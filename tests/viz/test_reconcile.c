/* The promise of the printed trace: recomputing a line from its factors as printed and rounding
 * gives the result as printed. An evaluator of its own reads the lines of traces of random
 * graphs back; it knows nothing of how they were made. And no line mixes two backward calls.
 */
#include "text.h"

#include <math.h>

#include "check_main.h"

typedef enum verdict { NO_NUMBERS, EQUAL, UNEQUAL, ABOUT_BUT_EQUAL, ABOUT } verdict;

/* "2 × (-3) + 0.5 × 4": a sum of products; false when it is anything else. */
static bool evaluate(const char *at, const char *end, double *sum, double *size)
{
    *sum = *size = 0;
    while (at < end) {
        double factor[2];
        for (int i = 0; i < 2; i++) {
            bool wrapped = *at == '(';
            char *stop;
            factor[i] = strtod(at + wrapped, &stop);
            if (stop == at + wrapped) {
                return false;
            }
            at = stop + wrapped;
            const char *sign = i == 0 ? " × " : " + ";
            if (strncmp(at, sign, strlen(sign)) == 0) {
                at += strlen(sign);
            } else if (i == 0 || at != end) {
                return false;
            }
        }
        *sum += factor[0] * factor[1];
        *size += fabs(factor[0] * factor[1]);
    }
    return true;
}

/* Half a unit in the last place printed, and never more than half a unit of the digits asked
 * for. */
static double slack(double result, const char *text, int digits)
{
    const char *point = strchr(text, '.'), *e = strpbrk(text, "e ");
    size_t whole = strspn(text, "-0123456789.");
    int places = point != NULL && point < text + whole ? (int)(text + whole - point) - 1 : 0;
    int exponent = e != NULL && *e == 'e' ? atoi(e + 1) : 0;
    double printed = pow(10, exponent - places);
    double asked = result == 0 ? printed : pow(10, floor(log10(fabs(result))) + 1 - digits);
    return 0.5 * fmax(fmin(printed, asked), fabs(result) * 1e-16);
}

static verdict judge(const char *line, int digits)
{
    const char *about = strstr(line, " ≈ "), *last = about, *start = NULL;
    for (const char *at = line; about == NULL && (at = strstr(at, " = ")) != NULL; at += 3) {
        last = at;
    }
    for (const char *at = line; last != NULL && (at = strstr(at, " = ")) != NULL && at < last;
         at += 3) {
        start = at + 3;
    }
    double sum, size;
    if (last == NULL || start == NULL || !evaluate(start, last, &sum, &size)) {
        return NO_NUMBERS;
    }
    const char *text = last + (about != NULL ? strlen(" ≈ ") : 3);
    double result = strtod(text, NULL);
    double room = slack(result, text, digits) - fabs(sum - result);
    bool equal = sum == result || room > 4e-16 * fabs(sum); /* a tie does not count */
    if (about != NULL) {
        return room > 1e-14 * size ? ABOUT_BUT_EQUAL : ABOUT;
    }
    return equal ? EQUAL : UNEQUAL;
}

START_TEST(test_the_judge)
{
    ck_assert_int_eq(judge(" 1  a = b = 2 × 3 = 6", 4), EQUAL);
    ck_assert_int_eq(judge(" 1  a = b = 2 × 3 = 7", 4), UNEQUAL);
    ck_assert_int_eq(judge(" 1  a = b = 2 × (-3) + 1 × 1 = -5 [2 paths]", 4), EQUAL);
    ck_assert_int_eq(judge(" 1  a = b = 2.449 × 2.449 = 6", 4), UNEQUAL);       /* 5.998 */
    ck_assert_int_eq(judge(" 1  a = b = 0.25 × 0.0725 = 0.01812", 4), UNEQUAL); /* a tie */
    ck_assert_int_eq(judge(" 1  a = b = -45.72 × 4 = -182.9", 4), EQUAL);
    ck_assert_int_eq(judge(" 1  a = b = -45.72 × 4 = -182.8", 4), UNEQUAL);
    ck_assert_int_eq(judge(" 1  a = b = 1 × 1.5e-07 = 1.5e-07", 4), EQUAL);
    ck_assert_int_eq(judge(" 1  a = b = 1 × 1.6e-07 = 1.5e-07", 4), UNEQUAL);
    ck_assert_int_eq(judge(" 1  a = b = 2 × 3 ≈ 6", 4), ABOUT_BUT_EQUAL);
    ck_assert_int_eq(judge(" 1  a = b = 2 × 3 ≈ 6.001", 4), ABOUT);
    ck_assert_int_eq(judge(" 1  a = b", 4), NO_NUMBERS);
}
END_TEST

static ag_tensor *random_op(ag_graph *g, ag_tensor *a, ag_tensor *b)
{
    switch ((int)(ag_random_uniform(g) * 7)) {
    case 0:
        return ag_add(a, b);
    case 1:
        return ag_mul(a, b);
    case 2:
        return ag_sub(a, b);
    case 3:
        return ag_sin(a);
    case 4:
        return ag_tanh(a);
    case 5:
        return ag_mul_scalar(a, ag_random_uniform(g) / 3);
    default:
        return ag_exp(ag_cos(a));
    }
}

/* Random expressions whose values stay moderate; every node may be used again. */
static ag_tensor *random_graph(ag_graph *g, size_t n)
{
    ag_tensor *node[64];
    size_t made = 3;
    for (size_t i = 0; i < made; i++) {
        node[i] = ag_variable(g, 4 * ag_random_uniform(g) - 2);
    }
    for (; made < n; made++) {
        ag_tensor *a = node[made - 1 - (size_t)(ag_random_uniform(g) * 3)];
        ag_tensor *b = node[(size_t)(ag_random_uniform(g) * (double)made)];
        node[made] = random_op(g, a, b);
    }
    return node[n - 1];
}

typedef struct tally {
    size_t equal, about;
} tally;

static void judge_trace(const char *text, int digits, tally *t)
{
    char line[4096];
    for (const char *at = strstr(text, "backward"); *at != '\0'; at += strcspn(at, "\n") + 1) {
        size_t n = strcspn(at, "\n");
        ck_assert_uint_lt(n, sizeof line);
        memcpy(line, at, n);
        line[n] = '\0';
        verdict v = judge(line, digits);
        ck_assert_msg(v != UNEQUAL && v != ABOUT_BUT_EQUAL, "with %d digits: %s", digits, line);
        t->equal += v == EQUAL;
        t->about += v == ABOUT;
    }
}

START_TEST(test_random_graphs)
{
    size_t graphs = check_small() ? 20 : 400;
    static const int digits[] = {2, 3, 4, 7, 10};
    ag_graph *g = ag_graph_new_with(&(ag_graph_options){.seed = 20});
    tally t = {0};
    for (size_t i = 0; i < graphs; i++) {
        ag_mark mark = ag_graph_mark(g);
        ag_tensor *f = random_graph(g, 30);
        ck_assert_int_eq(ag_backward(f), AG_OK);
        for (size_t k = 0; k < sizeof digits / sizeof digits[0]; k++) {
            char *text = trace(f, &(viz_options){.digits = digits[k]});
            judge_trace(text, digits[k], &t);
            free(text);
        }
        ck_assert_int_eq(ag_graph_rewind(g, mark), AG_OK);
    }
    ck_assert_uint_gt(t.equal, 50 * graphs);
    ck_assert_msg(t.about * 100 < t.equal, "%zu of %zu lines are only about equal", t.about,
                  t.equal);
    ag_graph_free(g);
}
END_TEST

/* sqrt(6) * sqrt(6): 2.449 * 2.449 is 5.998, so the row takes one more digit: 2.4495 * 2.4495. */
START_TEST(test_more_digits_where_needed)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *w = ag_constant(g, sqrt(6)), *x = ag_name(ag_variable(g, 1.0), "x");
    ag_tensor *f = ag_name(ag_mul(ag_mul(x, w), w), "f");
    ck_assert_int_eq(ag_backward(f), AG_OK);
    char *text = trace(f, NULL);
    ck_has(text, "= 2.4495 × 2.4495 = 6\n");
    free(text);
    ag_graph_free(g);
}
END_TEST

/* Two terms that all but cancel: seven digits cannot show what is left. */
START_TEST(test_about)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_name(ag_variable(g, 1.0), "x");
    ag_tensor *a = ag_mul_scalar(x, 1.0 / 3), *b = ag_mul_scalar(x, -1.0 / 3 + 1e-9);
    ag_tensor *f = ag_name(ag_add(a, b), "f");
    ck_assert_int_eq(ag_backward(f), AG_OK);
    char *text = trace(f, NULL);
    ck_has(text, "= 1 × 0.3333333 + 1 × (-0.3333333) ≈ 1.000e-09 [2 paths]\n");
    free(text);
    text = trace(f, &(viz_options){.ascii = true});
    ck_has(text, "~= 1.000e-09 [2 paths]\n");
    free(text);
    ag_graph_free(g);
}
END_TEST

/* Two roots share x; the trace of the first is whole until the second goes backward. */
START_TEST(test_second_root_is_told)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_name(ag_variable(g, 3.0), "x");
    ag_tensor *o = ag_name(ag_square(x), "o"), *q = ag_name(ag_exp(x), "q");
    ck_assert_int_eq(ag_backward(o), AG_OK);
    char *text = trace(o, NULL);
    ck_has(text, "= 1 × 6 = 6\n");
    ck_has_not(text, "another backward call");
    free(text);
    ck_assert_int_eq(ag_backward(q), AG_OK);
    text = trace(o, NULL);
    ck_has(text, "∂o/∂x = — not run yet gradient 26.09 [of another backward call]\n");
    ck_has_not(text, "1 × 6");
    free(text);
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("reconcile", test_the_judge, test_random_graphs, test_more_digits_where_needed,
           test_about, test_second_root_is_told)
