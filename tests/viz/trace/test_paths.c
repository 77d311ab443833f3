/* Paths, differences and comparisons of two runs. The lecture's six paths from a weight of an 8-6
 * network to the loss are those of examples/paths.c; here a property: the products of all paths sum
 * up to the gradient, in any graph.
 */
#include "tests/viz/text.h"

#include <math.h>

#include <autograd/custom_op.h>
#include <autograd/optim.h>

#include "check_main.h"

/* The numbers: a/dx = 4, b/da = 54.598, d/dc = 0.065317, e/dc = -0.88760. */
static const char lecture_paths[] =
    "\npaths from x to f\n"
    " 1  x → a → b → c → e → f       4 × 54.60 × 1 × (-0.8876) × 1 = -193.85\n"
    " 2  x → a → b → c → d → f       4 × 54.598 × 1 × 0.065317 × 1 =  14.265\n"
    " 3  x → a → c → e → f           4 × 1 × (-0.8876) × 1 =         -3.5504\n"
    "    the other 1 path                                             0.26127\n"
    "    ∂f/∂x = the sum of 4 paths                                  -182.9\n";

START_TEST(test_lecture)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *f = lecture(g, 2.0);
    ck_assert_int_eq(ag_backward(f), AG_OK);
    char *text = trace(f, &(viz_options){.paths = 3});
    ck_has(text, lecture_paths);
    free(text);
    text = trace(f, &(viz_options){.format = VIZ_MARKDOWN, .paths = 1, .ascii = true});
    ck_has(text, "| 1 | x -\\> a -\\> b -\\> c -\\> e -\\> f |");
    free(text);
    ag_graph_free(g);
}
END_TEST

/* x -> x + x -> ... : 2^40 paths, each with the product 1. */
START_TEST(test_many)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *f = ag_name(ag_variable(g, 1), "x");
    for (int i = 0; i < 40; i++) {
        f = ag_add(f, f);
    }
    ck_assert_int_eq(ag_backward(f), AG_OK);
    char *text = trace(f, &(viz_options){.paths = 8});
    ck_has(text, "the other 1099511627768 paths");
    ck_has(text, "the sum of 1099511627776 paths");
    free(text);
    ag_graph_free(g);
}
END_TEST

static ag_tensor *random_graph(ag_graph *g)
{
    ag_tensor *node[14];
    for (int i = 0; i < 2; i++) {
        node[i] = ag_variable(g, 2 * ag_random_uniform(g) - 1);
    }
    for (int i = 2; i < 14; i++) {
        ag_tensor *a = node[i - 1], *b = node[(int)(ag_random_uniform(g) * i)];
        int kind = (int)(ag_random_uniform(g) * 3);
        node[i] = kind == 0   ? ag_mul(a, b)
                  : kind == 1 ? ag_add(ag_sin(a), b)
                              : ag_mul(ag_cos(a), b);
    }
    return node[13];
}

/* The number after `key` in a text. */
static double number_after(const char *text, const char *key)
{
    const char *at = strstr(text, key);
    ck_assert_msg(at != NULL, "no %s in %s", key, text);
    return strtod(at + strlen(key), NULL);
}

/* Reads the paths of one leaf, which begin at `at`; returns where they end. */
static const char *read_paths(const char *at)
{
    double n = number_after(at, "\"count\": "), want = number_after(at, "\"sum\": ");
    double sum = 0, size = 0, last = (double)INFINITY;
    const char *end = strstr(at + 1, "{\"from\": ");
    for (double i = 0; i < n; i++) {
        at = strstr(at, "\"product\": ");
        ck_assert(at != NULL && (end == NULL || at < end));
        double product = strtod(at += strlen("\"product\": "), NULL);
        ck_assert_double_le(fabs(product), last);
        last = fabs(product);
        sum += product;
        size += last;
    }
    ck_assert_double_le(fabs(sum - want), 1e-12 * size);
    return end;
}

/* Every path is listed where there is room for all; they are ordered, and their sum is the
 * gradient. */
START_TEST(test_sums)
{
    for (uint64_t seed = 1; seed <= 100; seed++) {
        ag_graph *g = ag_graph_new();
        ag_seed(g, seed);
        ag_tensor *f = random_graph(g);
        ck_assert_int_eq(ag_backward(f), AG_OK);
        viz_options o = {.format = VIZ_JSON, .paths = 20000};
        char *json;
        ck_assert_int_eq(viz_string(f, &o, &json), AG_OK);
        const char *at = strstr(strstr(json, "\"paths\""), "{\"from\": ");
        ck_assert_ptr_nonnull(at);
        while (at != NULL) {
            at = read_paths(at);
        }
        viz_free(json);
        ag_graph_free(g);
    }
}
END_TEST

START_TEST(test_differences)
{
    for (uint64_t seed = 1; seed <= 20; seed++) {
        ag_graph *g = ag_graph_new();
        ag_seed(g, seed);
        ag_tensor *f = random_graph(g);
        ck_assert_int_eq(ag_backward(f), AG_OK);
        double before = ag_item(f);
        char *text = trace(f, &(viz_options){.differences = true, .digits = 5});
        ck_has(text, "[by differences ");
        ck_has_not(text, "differs");
        free(text);
        ck_assert(ag_item(f) == before && ag_error(g) == AG_OK);
        ck_assert(ag_is_of_pass(f, f)); /* the reader's graph is as it was */
        ag_graph_free(g);
    }
}
END_TEST

/* A rule that is wrong by a factor of two is seen. */
static ag_status copy_infer(ag_call *call)
{
    call->shape = ag_shape_of(call->in[0]);
    return AG_OK;
}
static ag_status copy_forward(ag_call *call)
{
    *(double *)call->out.data = ag_item(call->in[0]);
    return AG_OK;
}
static ag_status copy_vjp(ag_vjp_call *call)
{
    return ag_accumulate(call, 0, ag_mul_scalar(call->upstream, 0.5));
}
static ag_tensor *halved(ag_tensor *x)
{
    static const ag_op op = {
        .name = "halved", .n_in = 1, .infer = copy_infer, .forward = copy_forward, .vjp = copy_vjp};
    return ag_apply(&op, &x, 1, NULL, 0);
}

START_TEST(test_a_wrong_rule_differs)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_name(ag_variable(g, 2), "x");
    ag_tensor *f = halved(x);
    ck_assert_int_eq(ag_backward(f), AG_OK);
    char *text = trace(f, &(viz_options){.differences = true});
    ck_has(text, "0.5");
    ck_has(text, "[by differences 1, which differs]");
    free(text);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_differences_of_elements)
{
    ag_graph *g = ag_graph_new();
    double w[] = {1, 2, 3, 4};
    ag_tensor *x = ag_name(ag_from_values(g, AG_PARAMETER, AG_SHAPE(2, 2), w), "W");
    ag_tensor *f = ag_name(ag_sum(ag_square(ag_matmul(x, x))), "f");
    ck_assert_int_eq(ag_backward(f), AG_OK);
    char *text = trace(f, &(viz_options){.differences = true, .expand = true});
    ck_assert_uint_eq(count(text, "[by differences "), 4);
    ck_has_not(text, "differs");
    free(text);
    x = ag_full(g, AG_PARAMETER, AG_SHAPE(40, 40), 1);
    ck_assert_int_eq(ag_backward(f = ag_square(ag_sum(x))), AG_OK);
    ck_assert_int_eq(viz_trace_string(x, &(viz_options){.differences = true}, &text), AG_ERR_VALUE);
    ag_graph_free(g);
}
END_TEST

/* --- two runs --------------------------------------------------------------------------------- */

static ag_tensor *line(ag_tensor *w, ag_tensor *b)
{
    ag_tensor *x = ag_name(ag_constant(ag_graph_of(w), 3), "x");
    return ag_name(ag_square(ag_name(ag_add(ag_mul(w, x), b), "y")), "L");
}

/* w = 2, b = -1: y = 5, L = 25, dL/dw = 30, dL/db = 10; a step of rate 0.01 takes w to 1.7 and b to
 * -1.1, so y = 4 and L = 16, and the predicted change is -0.01 (30² + 10²) = -10. */
START_TEST(test_diff)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *w = ag_name(ag_parameter(g, 2), "w"), *b = ag_name(ag_parameter(g, -1), "b");
    ag_mark mark = ag_graph_mark(g);
    viz_snapshot *run;
    ag_tensor *L = line(w, b);
    ck_assert_int_eq(ag_backward(L), AG_OK);
    ck_assert_int_eq(viz_snapshot_new(L, &run), AG_OK);
    ck_assert_int_eq(ag_sgd_step(&(ag_sgd){.rate = 0.01}, (ag_tensor *[]){w, b}, 2, NULL), AG_OK);
    ck_assert_int_eq(ag_graph_rewind(g, mark), AG_OK);
    ag_zero_grads(g);
    ck_assert_int_eq(ag_backward(L = line(w, b)), AG_OK);
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    ck_assert_int_eq(viz_diff(out, run, L, NULL), AG_OK);
    ck_assert_int_eq(fclose(out), 0);
    ck_assert_str_eq(text, "step  name  before  after  change    gradient  after  change\n"
                           "   0  w     2       1.7   -0.3       30        24    -6\n"
                           "   1  b    -1      -1.1   -0.1       10        8     -2\n"
                           "   3  v1    6       5.1   -0.9       10        8     -2\n"
                           "   4  y     5       4     -1         10        8     -2\n"
                           "   5  L     25      16    -9         1         1      0\n"
                           "\n1 node is as it was. Change of L: -9; predicted by the gradients "
                           "before: -10 = the sum of gradient × change over 2 leaves.\n");
    free(text);
    ck_assert_int_eq(viz_diff(stdout, run, L, &(viz_options){.format = VIZ_SVG}), AG_ERR_VALUE);
    ck_assert_int_eq(viz_diff(NULL, run, L, NULL), AG_ERR_NULL_ARGUMENT);
    ck_assert_int_eq(viz_diff(stdout, NULL, L, NULL), AG_ERR_NULL_ARGUMENT);
    viz_snapshot_free(run);
    ck_assert_int_eq(viz_snapshot_new(NULL, &run), AG_ERR_NULL_ARGUMENT);
    ag_graph_free(g);
}
END_TEST

/* The entries of small tensors beside each other; only leaves predict the change. */
START_TEST(test_diff_of_tensors)
{
    ag_graph *g = ag_graph_new();
    const double x[] = {1, 2}, moved[] = {0, 2};
    ag_tensor *v = ag_name(ag_from_values(g, AG_PARAMETER, AG_SHAPE(2), x), "v");
    ag_tensor *L = ag_name(ag_sum(ag_square(v)), "L");
    viz_snapshot *run;
    ck_assert_int_eq(ag_backward(L), AG_OK);
    ck_assert_int_eq(viz_snapshot_new(L, &run), AG_OK);
    ag_zero_grads(g);
    ck_assert_int_eq(ag_set(v, moved, 2), AG_OK);
    ck_assert_int_eq(ag_backward(L = ag_name(ag_sum(ag_square(v)), "L")), AG_OK);
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    ck_assert_int_eq(viz_diff(out, run, L, NULL), AG_OK);
    ck_assert_int_eq(fclose(out), 0);
    ck_assert_str_eq(text, "step  name   before  after  change    gradient  after  change\n"
                           "   0  v[0]   1       0     -1         2         0     -2\n"
                           "      v[1]   2       2      0         4         4      0\n"
                           "   1  v1[0]  1       0     -1\n"
                           "      v1[1]  4       4      0\n"
                           "   2  L      5       4     -1         1         1      0\n"
                           "\nChange of L: -1; predicted by the gradients before: -2 = the sum of "
                           "gradient × change over 1 leaf.\n");
    free(text);
    viz_snapshot_free(run);
    ag_graph_free(g);
}
END_TEST

/* Of several targets each has its paths, and what depends on none of them is left out. */
START_TEST(test_several_targets)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_name(ag_variable(g, 2), "x"), *y = ag_name(ag_variable(g, 3), "y");
    ag_tensor *z = ag_name(ag_variable(g, 1), "z");
    ag_tensor *f = ag_name(ag_add(ag_mul(ag_square(x), y), ag_exp(z)), "f");
    ck_assert_int_eq(ag_backward(f), AG_OK);
    char *text = trace(f, &(viz_options){.target = x, .more_targets = {y}, .paths = 2});
    ck_has(text, "∂f/∂x = ");
    ck_has(text, "∂f/∂y = ");
    ck_has(text, "paths from x to f");
    ck_has(text, "paths from y to f");
    ck_assert_ptr_null(strstr(text, "exp("));
    ck_assert_ptr_null(strstr(text, "∂z = "));
    free(text);
    ag_graph_free(g);
}
END_TEST

/* --- the engine's part ------------------------------------------------------------------------ */

START_TEST(test_apply_again)
{
    ag_graph *g = ag_graph_new(), *other = ag_graph_new();
    ag_tensor *x = ag_variable(g, 2), *y = ag_pow_scalar(x, 3);
    ag_tensor *z = ag_variable(other, 5), *cube = ag_apply_again(y, &z, 1);
    ck_assert_double_eq(ag_item(cube), 125);
    ck_assert_int_eq(ag_backward(cube), AG_OK);
    ck_assert_double_eq(ag_grad_item(z), 75);
    double v[] = {1, 2, 3, 4};
    ag_tensor *m = ag_from_values(g, AG_VARIABLE, AG_SHAPE(2, 2), v);
    ag_tensor *sum = ag_sum_over(m, AG_AXES(1), true);
    ag_tensor *n = ag_from_values(other, AG_VARIABLE, AG_SHAPE(1, 4), v);
    ck_assert_double_eq(ag_item(ag_apply_again(sum, &n, 1)), 10);
    ck_assert_ptr_null(ag_apply_again(x, &z, 1));
    ck_assert_int_eq(ag_error(g), AG_ERR_VALUE);
    ck_assert_ptr_null(ag_apply_again(NULL, &z, 1));
    ag_graph_free(other);
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("paths", test_lecture, test_many, test_sums, test_differences, test_a_wrong_rule_differs,
           test_differences_of_elements, test_diff, test_apply_again, test_diff_of_tensors,
           test_several_targets)
