/* The grammar, by what programs are understood to be and by their values: precedence, products
 * without a sign, powers, names, statements, bindings, indices, calls. The values are those of the
 * expressions as they are written on paper, computed by hand or by C's functions.
 */
#include "expression.h"

#include <autograd/ops.h>

typedef struct sample {
    const char *line, *text;
    double value;
} sample;

static void expect_samples(const sample *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        run r = run_line(s[i].line);
        ck_assert_msg(strcmp(viz_program_text(r.program), s[i].text) == 0, "%s is read as %s",
                      s[i].line, viz_program_text(r.program));
        near_enough(s[i].line, "the value", ag_item(r.result), s[i].value, 1e-14);
        run_end(&r);
    }
}
#define EXPECT(samples) expect_samples(samples, sizeof samples / sizeof samples[0])

START_TEST(test_precedence)
{
    const sample samples[] = {
        {"-2^2", "-2^2", -4},
        {"2^-1", "2^-1", 0.5},
        {"2^3^2", "2^3^2", 512},
        {"(2^3)^2", "(2^3)^2", 64},
        {"2**3", "2^3", 8},
        {"1/2", "1/2", 0.5},
        {"1 - 2 - 3", "1 - 2 - 3", -4},
        {"1 - (2 - 3)", "1 - (2 - 3)", 2},
        {"8/4/2", "8/4/2", 1},
        {"8/(4/2)", "8/(4/2)", 4},
        {"2*3 + 4*5", "2*3 + 4*5", 26},
        {"2·3 − 4×5 ÷ 2", "2*3 - 4*5/2", -4},
        {"2 ⋅ 3", "2*3", 6},
        {"--3", "--3", 3},
        {"+3", "3", 3},
        {"2 + -3", "2 + -3", -1},
        {"2*-3", "2*-3", -6},
        {"-(2 + 3)*4", "-(2 + 3)*4", -20},
        {"2^-x^2 | x=2", "2^-x^2", 0.0625},
        {"(-x)^2 | x=3", "(-x)^2", 9},
        {"-x^2 | x=3", "-x^2", -9},
        {"1 + 1 < 3", "1 + 1 < 3", 1},
        {"2 >= 3", "2 >= 3", 0},
        {"2 ≤ 2", "2 <= 2", 1},
        {"2 ≠ 2", "2 != 2", 0},
        {"(1 < 2)*5", "(1 < 2)*5", 5},
    };
    EXPECT(samples);
}
END_TEST

START_TEST(test_products_without_a_sign)
{
    const sample samples[] = {
        {"2x | x=3", "2*x", 6},           {"2x^2 | x=3", "2*x^2", 18},
        {"-2x | x=3", "-(2*x)", -6},      {"3(x + 1) | x=3", "3*(x + 1)", 12},
        {"2π", "2*π", 6.283185307179586}, {"2sin(x) | x=0.5", "2*sin(x)", 0.958851077208406},
        {"2√x | x=9", "2*sqrt(x)", 6},    {"x*2y | x=3 | y=5", "x*(2*y)", 30},
        {"2x/4 | x=6", "2*x/4", 3},       {"2e3", "2000", 2000},
        {"2e", "2*e", 5.43656365691809},  {"1.5x | x=2", "1.5*x", 3},
        {".5x | x=2", "0.5*x", 1},
    };
    EXPECT(samples);
}
END_TEST

START_TEST(test_powers)
{
    const sample samples[] = {
        {"x² | x=3", "x^2", 9},
        {"x⁻¹ | x=4", "x^-1", 0.25},
        {"x¹⁰ | x=2", "x^10", 1024},
        {"sin²(x) | x=1", "sin(x)^2", 0.7080734182735712},
        {"sin^2(x) | x=1", "sin(x)^2", 0.7080734182735712},
        {"2sin²(x) | x=1", "2*sin(x)^2", 1.4161468365471424},
        {"x^2^y | x=2 | y=3", "x^2^y", 256},
        {"√x² | x=3", "sqrt(x)^2", 3},
        {"√(x²) | x=3", "sqrt(x^2)", 3},
        {"√√16", "sqrt(sqrt(16))", 2},
        {"e^u | u=2", "e^u", 7.38905609893065},
        {"2^u | u=3", "2^u", 8},
        {"u^0.5 | u=9", "u^0.5", 3},
    };
    EXPECT(samples);
}
END_TEST

START_TEST(test_names)
{
    const sample samples[] = {
        {"x₁ + x_1 | x₁=2", "x_1 + x_1", 4},
        {"αβ*2 | αβ=3", "αβ*2", 6},
        {"e*2 | e=5", "e*2", 10},
        {"pi*r^2 | r=1", "pi*r^2", 3.141592653589793},
        {"x = 2; x^3", "x = 2; x^3", 8},
        {"x = 2; x^3 | x=3", "x = 2; x^3", 27},
        {"a = x^2\nb = a + 1 # a comment; not a statement\n\nb*a | x=2", "a = x^2; b = a + 1; b*a",
         20},
        {"y = (x +\n  1); y | x=2", "y = x + 1; y", 3},
        {"x | x=pi/2", "x", 1.5707963267948966},
        {"x | x=-√2", "x", -1.4142135623730951},
        {"переменная + 1 | переменная=2", "переменная + 1", 3},
        {"longer_name2 | longer_name2=1e-3", "longer_name2", 0.001},
    };
    EXPECT(samples);
}
END_TEST

START_TEST(test_tensors)
{
    const sample samples[] = {
        {"W[1,0] | W=[[1,2],[3,4]]", "W[1, 0]", 3},
        {"W[-1][-2] | W=[[1,2],[3,4]]", "W[-1][-2]", 3},
        {"sum(W[:,1]) | W=[[1,2],[3,4]]", "sum(W[::, 1])", 6},
        {"sum(x[1:3]) | x=[1,2,3,4]", "sum(x[1:3:])", 5},
        {"sum(x[::2]) | x=[1,2,3,4]", "sum(x[::2])", 4},
        {"x[::-1][0] | x=[1,2,3,4]", "x[::-1][0]", 4},
        {"sum(W @ x) | W=[[1,2],[3,4]] | x=[1,1]", "sum(W @ x)", 10},
        {"(W.T @ x)[0] | W=[[1,2],[3,4]] | x=[1,1]", "(W.T @ x)[0]", 4},
        {"sum([a, 2a]) | a=3", "sum([a, 2*a])", 9},
        {"sum([[a,1],[1,a]] @ [1,2]) | a=3", "sum([[a, 1], [1, a]] @ [1, 2])", 12},
        {"sum(W, axis=0)[1] | W=[[1,2],[3,4]]", "sum(W, axis=0)[1]", 6},
        {"sum(sum(W, axis=[0,1])) | W=[[1,2],[3,4]]", "sum(sum(W, axis=[0, 1]))", 10},
        {"max(W, axis=1)[0] | W=[[1,2],[3,4]]", "max(W, axis=1)[0]", 2},
        {"max(x, 0) | x=-1", "max(x, 0)", 0},
        {"max(x) | x=[1,5,2]", "max(x)", 5},
        {"sort(x, axis=0, descending=true)[0] | x=[1,5,2]", "sort(x, axis=0, descending=true)[0]",
         5},
        {"sum(sort(x, axis=0).indices) | x=[1,5,2]", "sum(sort(x, axis=0).indices)", 3},
        {"split(x, size=2)[1][0] | x=[1,5,2]", "split(x, size=2)[1][0]", 2},
        {"sum(concat(x, x)) | x=[1,5,2]", "sum(concat(x, x))", 16},
        {"sum(concat([x, x], axis=0)) | x=[1,5,2]", "sum(concat([x, x], axis=0))", 16},
        {"sum(concat([1], x)) | x=[1,5,2]", "sum(concat([1], x))", 9},
        {"einsum('i,i->', x, x) | x=[1,5,2]", "einsum('i,i->', x, x)", 30},
        {"cross_entropy(z, cast([1], i64)) | z=[[0, 0]]", "cross_entropy(z, cast([1], i64))",
         0.6931471805599453},
        {"mse_loss(x, 0*x, reduction=sum) | x=[1,5,2]", "mse_loss(x, 0*x, reduction=sum)", 30},
        {"sum(arange(0, 4))", "sum(arange(0, 4))", 6},
        {"sum((x > 2)*x) | x=[1,5,3]", "sum((x > 2)*x)", 8},
        {"where(x > 0, x, 0) | x=2", "where(x > 0, x, 0)", 2},
        {"norm(x) | x=[3,4]", "norm(x)", 5},
    };
    EXPECT(samples);
}
END_TEST

/* Equal subexpressions are one node, and with `separate` one for each; random ones never are. */
START_TEST(test_sharing)
{
    const char *line = "sqrt(x^2 + exp(x^2)) + cos(x^2 + exp(x^2)) | x=2";
    run shared = run_line(line);
    run separate = run_line_with(line, &(viz_program_options){.separate = true});
    ag_graph_stats a = ag_graph_get_stats(shared.graph), b = ag_graph_get_stats(separate.graph);
    ck_assert_uint_eq(a.nodes, 7);
    ck_assert_uint_eq(b.nodes, 12);
    expect_same(ag_item(separate.result), ag_item(shared.result));
    expect_ok(ag_backward(shared.result));
    expect_ok(ag_backward(separate.result));
    expect_near(gradient(&separate, "x"), gradient(&shared, "x"), 1e-14);
    run_end(&shared);
    run_end(&separate);

    run drawn = run_line("sum(dropout(x, 0.5, training=true) != dropout(x, 0.5, training=true))"
                         " | x=[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]");
    ck_assert_double_gt(ag_item(drawn.result), 0);
    run_end(&drawn);
}
END_TEST

/* Values that are given, in the program or behind it, are variables; others are constants. */
START_TEST(test_variables)
{
    run r = run_line("k = 3; x^2*k + 5 | x=2");
    expect_ok(ag_backward(r.result));
    expect_same(gradient(&r, "x"), 12);
    expect_same(gradient(&r, "k"), 4);
    ck_assert_ptr_null(viz_program_variable(r.program, "5"));
    ck_assert_ptr_null(viz_program_variable(r.program, "y"));
    ck_assert_ptr_null(viz_program_variable(NULL, "y"));
    run_end(&r);

    run w = run_line("sum(W @ [1, 2]) | W=[[1,2]]/2");
    expect_ok(ag_backward(w.result));
    double g[2];
    expect_ok(ag_grad_get(viz_program_variable(w.program, "W"), g, 2));
    expect_same(g[0], 1);
    expect_same(g[1], 2);
    run_end(&w);
}
END_TEST

/* e to a power is exp, unless e is a name of the program: the lecture calls a node so. */
START_TEST(test_operations)
{
    const char *const samples[][2] = {
        {"e^x | x=2", "exp"},         {"e = 3x; e^x | x=2", "pow"},
        {"x^2 | x=2", "square"},      {"x*x | x=2", "mul"},
        {"1/x | x=2", "reciprocal"},  {"x/3 | x=2", "div"},
        {"2x | x=2", "mul_scalar"},   {"x - 1 | x=2", "add_scalar"},
        {"1 - x | x=2", "sub"},       {"x^3 | x=2", "pow_scalar"},
        {"√x | x=2", "sqrt"},         {"max(x, y) | x=2 | y=3", "maximum"},
        {"ln(x) | x=2", "log"},       {"ln²(x) | x=2", "square"},
        {"arctan(x) | x=2", "atan"},  {"σ(x) | x=2", "sigmoid"},
        {"ReLU(x) | x=2", "relu"},    {"Max(x, y) | x=2 | y=3", "maximum"},
        {"σ = 3; σ*x | x=2", "mul"},  {"sgn(x) | x=2", "sign"},
        {"ln = 3; ln*x | x=2", "mul"}};
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        run r = run_line(samples[i][0]);
        ck_assert_str_eq(ag_op_name(r.result), samples[i][1]);
        run_end(&r);
    }
}
END_TEST

START_TEST(test_result)
{
    run r = run_line("x^2 | x=2");
    ck_assert_str_eq(ag_name_of(r.result), "f");
    ck_assert_ptr_null(viz_program_note(r.program, 0));
    ck_assert_ptr_null(viz_program_record(r.program)); /* once only */
    ck_assert_int_eq(ag_error(r.graph), AG_ERR_STATE);
    run_end(&r);

    r = run_line("f = x + 1; f^2 | x=2");
    ck_assert_ptr_null(ag_name_of(r.result));
    run_end(&r);

    r = run_line_with("log(x) | x=2", &(viz_program_options){.unnamed = true});
    ck_assert_ptr_null(ag_name_of(r.result));
    ck_assert_ptr_nonnull(strstr(viz_program_note(r.program, 0), "natural"));
    ck_assert_ptr_null(viz_program_note(r.program, 1));
    run_end(&r);

    ag_graph *g = ag_graph_new();
    expect_same(ag_item(viz_evaluate(g, "x*y", (const char *const[]){"x=2", "y=3"}, 2)), 6);
    ck_assert_ptr_null(viz_evaluate(g, NULL, NULL, 0));
    failed(g, AG_ERR_NULL_ARGUMENT, "", (const char *const[]){"no text", NULL});
    ck_assert_ptr_null(viz_evaluate(NULL, "x", NULL, 0));
    ck_assert_ptr_null(viz_program_record(NULL));
    ck_assert_str_eq(viz_program_text(NULL), "");
    ck_assert_int_eq(viz_program_bind(NULL, "x=2"), AG_ERR_NULL_ARGUMENT);
    viz_program_free(NULL);
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("program", test_precedence, test_products_without_a_sign, test_powers, test_names,
           test_tensors, test_sharing, test_variables, test_operations, test_result)
