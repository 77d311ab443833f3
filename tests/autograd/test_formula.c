/* Formulas of nodes: three notations, few parentheses, buffers of any size, and descriptors whose
 * text is no formula, which print nothing. The expected formulas are those of the lecture [A1,
 * section 3] and of ordinary notation.
 */
#include <autograd/custom_op.h>

#include "comma.h"
#include "expect.h"

static ag_graph *g;

static const char *named(void *user, const ag_tensor *t)
{
    (void)user;
    return t == NULL ? "L" : ag_name_of(t) != NULL ? ag_name_of(t) : "?";
}

static const char *value_in(const ag_tensor *t, ag_notation notation)
{
    static char text[4][200];
    static int turn;
    turn = (turn + 1) % 4;
    size_t n = ag_value_text(t, notation, named, NULL, text[turn], sizeof text[turn]);
    ck_assert_uint_eq(n, strlen(text[turn]));
    return text[turn];
}

static const char *partial_in(const ag_tensor *t, int i, ag_notation notation)
{
    static char text[200];
    size_t n = ag_partial_text(t, i, notation, named, NULL, text, sizeof text);
    ck_assert_uint_eq(n, strlen(text));
    return text;
}

#define value_is(t, want) ck_assert_str_eq(value_in(t, AG_TEXT_UNICODE), want)
#define partial_is(t, i, want) ck_assert_str_eq(partial_in(t, i, AG_TEXT_UNICODE), want)

START_TEST(test_lecture)
{
    g = ag_graph_new();
    ag_tensor *x = ag_name(ag_variable(g, 2), "x"), *a = ag_name(ag_square(x), "a");
    ag_tensor *b = ag_name(ag_exp(a), "b"), *c = ag_name(ag_add(a, b), "c");
    ag_tensor *d = ag_name(ag_sqrt(c), "d"), *e = ag_name(ag_cos(c), "e");
    value_is(a, "x^2");
    value_is(b, "exp(a)");
    value_is(c, "a + b");
    value_is(d, "sqrt(c)");
    partial_is(a, 0, "2x");
    partial_is(b, 0, "exp(a)");
    partial_is(c, 0, "1");
    partial_is(c, 1, "1");
    partial_is(d, 0, "1/(2 sqrt(c))");
    partial_is(e, 0, "-sin(c)");
    ck_assert_str_eq(value_in(d, AG_TEXT_LATEX), "\\sqrt{c}");
    ck_assert_str_eq(partial_in(d, 0, AG_TEXT_LATEX), "\\frac{1}{2 \\sqrt{c}}");
    ck_assert_str_eq(value_in(a, AG_TEXT_LATEX), "x^{2}");
    ag_graph_free(g);
}
END_TEST

START_TEST(test_operations)
{
    g = ag_graph_new();
    ag_tensor *a = ag_name(ag_variable(g, 2), "a"), *b = ag_name(ag_variable(g, 3), "b");
    ag_tensor *t = ag_tanh(a), *q = ag_div(a, b), *p = ag_mul(a, b), *s = ag_sigmoid(a);
    partial_is(t, 0, "1 - tanh(a)^2");
    value_is(q, "a/b");
    partial_is(q, 0, "1/b");
    partial_is(q, 1, "-a/b^2");
    value_is(p, "a·b");
    ck_assert_str_eq(value_in(p, AG_TEXT_ASCII), "a*b");
    ck_assert_str_eq(value_in(p, AG_TEXT_LATEX), "a \\cdot b");
    partial_is(p, 0, "b");
    partial_is(s, 0, "σ(a)·(1 - σ(a))");
    partial_is(ag_sub(a, b), 1, "-1");
    value_is(ag_mul_scalar(a, 0.5), "0.5a");
    value_is(ag_pow_scalar(a, 3), "a^3");
    partial_is(ag_pow_scalar(a, 3), 0, "3a^2");
    value_is(ag_add_scalar(a, -1.5), "a - 1.5");
    partial_is(ag_relu(a), 0, "[a > 0]");
    ag_graph_free(g);
}
END_TEST

START_TEST(test_nothing_to_say)
{
    g = ag_graph_new();
    char text[8] = "before";
    ag_tensor *x = ag_variable(g, 2), *y = ag_exp(x);
    ck_assert_uint_eq(ag_value_text(x, AG_TEXT_ASCII, NULL, NULL, text, sizeof text), 0);
    ck_assert_str_eq(text, "");
    ck_assert_uint_eq(ag_value_text(NULL, AG_TEXT_ASCII, NULL, NULL, text, sizeof text), 0);
    ck_assert_uint_eq(ag_partial_text(y, 1, AG_TEXT_ASCII, named, NULL, text, sizeof text), 0);
    ck_assert_uint_eq(ag_partial_text(y, -1, AG_TEXT_ASCII, named, NULL, text, sizeof text), 0);
    ck_assert_uint_eq(ag_partial_text(y, 99, AG_TEXT_ASCII, named, NULL, text, sizeof text), 0);
    ck_assert_uint_eq(ag_value_text(y, AG_TEXT_ASCII, NULL, NULL, text, sizeof text),
                      0); /* no name */
    ck_assert_uint_eq(ag_attributes_text(y, text, sizeof text), 0);
    ck_assert_uint_eq(ag_attributes_text(ag_sum(y), NULL, 0), 0);
    ag_graph_free(g);
}
END_TEST

/* As snprintf: any room, always terminated, and the length of the whole comes back. */
START_TEST(test_room)
{
    g = ag_graph_new();
    ag_tensor *c = ag_name(ag_variable(g, 2), "c"), *d = ag_sqrt(c);
    const char *whole = "1/(2 sqrt(c))";
    size_t length = strlen(whole);
    ck_assert_uint_eq(ag_partial_text(d, 0, AG_TEXT_UNICODE, named, NULL, NULL, 0), length);
    for (size_t bytes = 0; bytes <= length + 2; bytes++) {
        char text[32];
        memset(text, '#', sizeof text);
        ck_assert_uint_eq(ag_partial_text(d, 0, AG_TEXT_UNICODE, named, NULL, text, bytes), length);
        size_t kept = bytes == 0 ? 0 : bytes - 1 < length ? bytes - 1 : length;
        ck_assert_mem_eq(text, whole, kept);
        ck_assert(bytes == 0 || text[kept] == '\0');
        ck_assert(text[kept + 1] == '#' || bytes == 0);
    }
    ag_graph_free(g);
}
END_TEST

START_TEST(test_tensors)
{
    g = ag_graph_new();
    ag_tensor *x = ag_name(ag_full(g, AG_VARIABLE, AG_SHAPE(2, 3), 1), "x");
    ag_tensor *w = ag_name(ag_full(g, AG_VARIABLE, AG_SHAPE(3, 4), 1), "W");
    ag_tensor *z = ag_name(ag_matmul(x, w), "z"), *s = ag_sum_over(z, AG_AXES(0), true);
    char text[200];
    ag_rule_text(z, 1, AG_TEXT_UNICODE, named, NULL, text, sizeof text);
    ck_assert_str_eq(text, "xᵀ · ∂L/∂z");
    ag_rule_text(z, 0, AG_TEXT_ASCII, named, NULL, text, sizeof text);
    ck_assert_str_eq(text, "dL/dz . W^T");
    ag_rule_text(z, 0, AG_TEXT_LATEX, named, NULL, text, sizeof text);
    ck_assert_str_eq(text, "\\frac{\\partial L}{\\partial z} \\, W^{\\top}");
    ck_assert_uint_gt(ag_attributes_text(s, text, sizeof text), 0);
    ck_assert_ptr_nonnull(strstr(text, "0"));
    ck_assert_ptr_nonnull(strstr(text, "keepdim"));
    ck_assert_uint_le(ag_attributes_text(s, text, 4), 3);
    ag_graph_free(g);
}
END_TEST

/* --- descriptors of a user -------------------------------------------------------------------- */

static ag_status infer_same(ag_call *call)
{
    call->shape = ag_shape_of(call->in[0]);
    return AG_OK;
}

static ag_status forward_same(ag_call *call)
{
    *(double *)call->out.data = ag_item(call->in[0]);
    return AG_OK;
}

/* The text of a node whose descriptor says `value`, in all notations, into rooms large and
 * small. */
static size_t said(const char *value, char *text, size_t bytes)
{
    ag_op op = {.name = "own",
                .n_in = 1,
                .infer = infer_same,
                .forward = forward_same,
                .formula = value,
                .partial_formula = {value},
                .vjp_formula = {value}};
    g = ag_graph_new();
    ag_tensor *x = ag_name(ag_variable(g, 1), "x"),
              *y = ag_name(ag_apply(&op, &x, 1, NULL, 0), "y");
    char small[5];
    for (int n = AG_TEXT_UNICODE; n <= AG_TEXT_LATEX; n++) {
        ag_value_text(y, (ag_notation)n, named, NULL, small, sizeof small);
        ag_partial_text(y, 0, (ag_notation)n, named, NULL, text, bytes);
        ag_rule_text(y, 0, (ag_notation)n, named, NULL, text, bytes);
    }
    size_t length = ag_value_text(y, AG_TEXT_ASCII, named, NULL, text, bytes);
    ag_graph_free(g);
    return length;
}

static void says(const char *value, const char *want)
{
    char text[300];
    ck_assert_msg(said(value, text, sizeof text) == strlen(want) && strcmp(text, want) == 0,
                  "%s is written %s", value, text);
}

START_TEST(test_own)
{
    says("A", "x");
    says("ADD(A, K(2.5))", "x + 2.5");
    says(" ADD( A ,K( 2 ) ) ", ""); /* nothing may follow, not even space */
    says("ADD( A ,K( 2 ) )", "x + 2");
    says("MUL(ADD(A, K(1)), SUB(A, K(1)))", "(x + 1)*(x - 1)");
    says("SUB(A, SUB(A, K(3)))", "x - (x - 3)");
    says("DIV(A, DIV(A, K(3)))", "x/(x/3)");
    says("NEG(ADD(A, K(1)))", "-(x + 1)");
    says("POW(NEG(A), K(2))", "(-x)^2");
    says("POW(A, POW(A, K(3)))", "x^(x^3)");
    says("F(swish_2, A, K(0.1))", "swish_2(x, 0.1)");
    says("MUL(K(1), A)", "x");
    says("MUL(K(1e-3), A)", "0.001x");
    says("MUL(K(-2), A)", "-2x");
}
END_TEST

static const char *const malformed[] = {
    "ADD",
    "ADD(",
    "ADD(A",
    "ADD(A,",
    "ADD(A)",
    "ADD(A, A",
    "ADD(A, A))",
    "ADD(A A)",
    "K",
    "K(",
    "K()",
    "K(two)",
    "K(1",
    "K(1,2)",
    "K(nan)",
    "K(inf)",
    "K(0x10)",
    "K(1.5.2)",
    "K(1e)",
    "K(--1)",
    "F()",
    "F(,A)",
    "F(sqrt A",
    "T",
    "SQ(A, A)",
    "sqrt(A)",
    "add(A, A)",
    "(A)",
    "A A",
    "%s%n",
    "\xff",
    "WHERE(A)",
    "A;",
    "ADD(A, A, A)",
    "F(sqrt A)",
    "",
    "B",
    "\\input{/etc/passwd}",
    "F(f, A, A, A, A, A)",
    "R",
};

START_TEST(test_malformed)
{
    says("K(1111111111111111111111111111111111111111111111111111111111)", "");
    for (size_t i = 0; i < sizeof malformed / sizeof *malformed; i++) {
        says(malformed[i], "");
    }
}
END_TEST

static char *repeated(const char *head, const char *middle, const char *tail, size_t n)
{
    char *text = malloc(n * (strlen(head) + strlen(tail)) + strlen(middle) + 1), *at = text;
    ck_assert_ptr_nonnull(text);
    for (size_t i = 0; i < n; i++) {
        at = stpcpy(at, head);
    }
    at = stpcpy(at, middle);
    for (size_t i = 0; i < n; i++) {
        at = stpcpy(at, tail);
    }
    return text;
}

static void nested(const char *head, const char *middle, const char *tail, size_t n, bool speaks)
{
    char text[4000], *source = repeated(head, middle, tail, n);
    ck_assert_msg((said(source, text, sizeof text) > 0) == speaks, "%zu times %s: %s", n, head,
                  text);
    free(source);
}

/* As deep as a file could make it; the reader's own recursion is bounded. */
START_TEST(test_deep)
{
    nested("NEG(", "A", ")", 10, true);
    for (size_t n = 100; n <= 1000000; n *= 100) {
        nested("NEG(", "A", ")", n, false);
        nested("ADD(A, ", "A", ")", n, false);
        nested("ADD(", "A", ", A)", n, false);
        nested("F(f, ", "A", ")", n, false);
        nested("F(", "A", ")", n, false);
        nested("(", "A", ")", n, false);
        nested("NEG(", "", "", n, false);
    }
    nested("ADD(Y, Y", ")", "", 1, false); /* the value, said by the value */
    nested("Y", "", "", 1, false);
    nested("MUL(Y, ", "Y", ")", 8, false);
    nested("F(long_name_of_a_function, ", "A", ")", 20, true);
}
END_TEST

static void numbers_are_read_and_written(void)
{
    says("ADD(A, K(2.5))", "x + 2.5");
    says("K(0.1)", "0.1");
    says("K(1.25e3)", "1250");
    says("K(125.e-1)", "12.5");
    says("K(1e400)", "inf");
    says("K(-.5)", "-0.5");
    says("K(1e99999999999999999999999)", "inf");
    says("K(2.5e-99999999999999999999)", "0");
    static const char *const none[] = {"K()",      "K(.)", "K(1.2.3)", "K(1e)",
                                       "K(1e2.5)", "K(-)", "K(e5)"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        says(none[i], "");
    }
}

/* The point of a number is a point, whatever the locale writes. */
START_TEST(test_locale)
{
    if (comma_begin()) {
        numbers_are_read_and_written();
        comma_end();
    }
    numbers_are_read_and_written();
}
END_TEST

/* As it is written on a blackboard: bars, a sigma, upright names of LaTeX's own. */
START_TEST(test_blackboard)
{
    g = ag_graph_new();
    ag_tensor *a = ag_name(ag_variable(g, 0.5), "a"), *b = ag_name(ag_variable(g, 2), "b");
    ag_tensor *bars = ag_abs(a), *s = ag_sigmoid(a), *l = ag_log(b), *p = ag_pow(a, b);
    value_is(bars, "|a|");
    ck_assert_str_eq(value_in(bars, AG_TEXT_ASCII), "abs(a)");
    ck_assert_str_eq(value_in(bars, AG_TEXT_LATEX), "\\left|a\\right|");
    value_is(s, "σ(a)");
    ck_assert_str_eq(value_in(s, AG_TEXT_ASCII), "sigmoid(a)");
    ck_assert_str_eq(value_in(s, AG_TEXT_LATEX), "\\sigma(a)");
    value_is(l, "log(b)");
    ck_assert_str_eq(value_in(l, AG_TEXT_LATEX), "\\log(b)");
    ck_assert_ptr_nonnull(strstr(partial_in(p, 1, AG_TEXT_LATEX), "\\log(a)"));
    ck_assert_str_eq(value_in(ag_erf(a), AG_TEXT_LATEX), "\\operatorname{erf}(a)");
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("formula", test_lecture, test_operations, test_nothing_to_say, test_room, test_tensors,
           test_own, test_malformed, test_deep, test_locale, test_blackboard)
