/* The printed trace of scalar graphs: the lecture's example to the letter, the states of a
 * gradient, and the options. Numbers: Deisenroth et al. (2020), section 5.6, worked to seven
 * digits in the lecture; the layout is the one that is promised in the documentation.
 */
#include "text.h"

#include <math.h>

#include "check_main.h"

static const char expected[] =
    "forward                   value      local partials\n"
    " 0  x   input             2\n"
    " 1  a   x^2               4          ∂a/∂x = 2x = 4\n"
    " 2  b   exp(a)            54.60      ∂b/∂a = exp(a) = 54.60\n"
    " 3  c   a + b             58.60      ∂c/∂a = 1      ∂c/∂b = 1\n"
    " 4  d   sqrt(c)           7.655      ∂d/∂c = 1/(2 sqrt(c)) = 0.06532\n"
    " 5  e   cos(c)           -0.4606     ∂e/∂c = -sin(c) = -0.8876\n"
    " 6  f   d + e             7.194      ∂f/∂d = 1      ∂f/∂e = 1\n"
    "\n"
    "backward                  seed ∂f/∂f = 1\n"
    " 5  ∂f/∂e = ∂f/∂f·∂f/∂e = 1 × 1 = 1\n"
    " 4  ∂f/∂d = ∂f/∂f·∂f/∂d = 1 × 1 = 1\n"
    " 3  ∂f/∂c = ∂f/∂d·∂d/∂c + ∂f/∂e·∂e/∂c = 1 × 0.06532 + 1 × (-0.8876) = -0.8223    [2 paths]\n"
    " 2  ∂f/∂b = ∂f/∂c·∂c/∂b = -0.8223 × 1 = -0.8223\n"
    " 1  ∂f/∂a = ∂f/∂b·∂b/∂a + ∂f/∂c·∂c/∂a = -0.8223 × 54.60 + (-0.8223) × 1 = -45.72 [2 paths]\n"
    " 0  ∂f/∂x = ∂f/∂a·∂a/∂x = -45.72 × 4 = -182.9\n";

START_TEST(test_lecture)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *f = lecture(g, 2.0);
    ck_assert_int_eq(ag_backward(f), AG_OK);
    char *text = trace(f, NULL);
    ck_assert_str_eq(text, expected);
    free(text);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_seven_digits)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *f = lecture(g, 2.0);
    ck_assert_int_eq(ag_backward(f), AG_OK);
    char *text = trace(f, &(viz_options){.digits = 7});
    static const char *const number[] = {"54.59815",  "58.59815",   "7.654943",  "-0.4606132",
                                         "7.19433",   "0.06531727", "-0.887601", "-0.8222837",
                                         "-45.71745", "-182.8698"};
    for (size_t i = 0; i < sizeof number / sizeof number[0]; i++) {
        ck_has(text, number[i]);
    }
    free(text);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_format_and_string_agree)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *f = lecture(g, 2.0);
    ck_assert_int_eq(ag_backward(f), AG_OK);
    char *text = NULL, *file = NULL;
    size_t bytes;
    FILE *out = open_memstream(&file, &bytes);
    ck_assert_int_eq(viz_trace(out, f, VIZ_TEXT), AG_OK);
    fclose(out);
    ck_assert_int_eq(viz_trace_string(f, NULL, &text), AG_OK);
    ck_assert_str_eq(text, expected);
    ck_assert_str_eq(file, expected);
    viz_free(text);
    viz_free(NULL);
    free(file);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_not_run)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *f = lecture(g, 2.0);
    char *text = trace(f, NULL);
    ck_has(text, "not run yet: call ag_backward(f)");
    ck_has(text, " 0  ∂f/∂x = — not run yet\n");
    ck_has(text, "∂b/∂a = exp(a) = 54.60");
    ck_has_not(text, "∂f/∂f");
    free(text);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_states_differ)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_name(ag_variable(g, 0.0), "x");
    ag_tensor *k = ag_name(ag_constant(g, 3.0), "k");
    ag_tensor *y = ag_name(ag_variable(g, 5.0), "y");
    ag_tensor *p = ag_name(ag_mul(ag_square(x), k), "p");
    ag_tensor *f = ag_name(ag_add(p, y), "f");
    ck_assert_int_eq(ag_backward(f), AG_OK);
    ag_zero_grad(y);
    char *text = trace(f, NULL);
    ck_has(text, "∂f/∂x = ∂f/∂v1·∂v1/∂x = 3 × 0 = 0\n"); /* computed, and zero */
    ck_has(text, "∂f/∂k = ·");                           /* not required */
    ck_has(text, "not required");
    ck_has(text, "∂f/∂y = —"); /* set back */
    ck_has_not(text, "∂p/∂k"); /* no edge goes back there */
    free(text);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_accumulated)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *f = lecture(g, 2.0);
    ck_assert_int_eq(ag_backward(f), AG_OK);
    ck_assert_int_eq(ag_backward(f), AG_OK);
    char *text = trace(f, NULL);
    ck_has(text, "= -45.72 × 4 = -182.9");
    ck_has(text, "gradient -365.7 [sum of 2 backward calls]\n");
    ck_assert_uint_eq(count(text, "backward calls"), 1); /* interior gradients are of one pass */
    free(text);
    ag_graph_free(g);
}
END_TEST

static ag_tensor *halve(ag_tensor *t, ag_tensor *gradient, void *user)
{
    (void)t;
    (void)user;
    return ag_mul_scalar(gradient, 0.5);
}

START_TEST(test_hook_is_told)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_name(ag_variable(g, 3.0), "x");
    ag_tensor *f = ag_name(ag_mul_scalar(x, 4.0), "f");
    ck_assert_int_eq(ag_hook(x, halve, NULL), AG_OK);
    ck_assert_int_eq(ag_backward(f), AG_OK);
    char *text = trace(f, NULL);
    ck_has(text, "= 1 × 4 = 4 gradient 2 [changed by a hook]\n");
    free(text);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_other_root_is_told)
{
    /* f + x went backward, so what x and f hold is not of f alone. */
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_name(ag_variable(g, 3.0), "x");
    ag_tensor *f = ag_name(ag_square(x), "f");
    ck_assert_int_eq(ag_backward(ag_add(f, x)), AG_OK);
    char *text = trace(f, NULL);
    ck_has(text, "∂f/∂x = — not run yet gradient 7 [of another backward call]\n");
    free(text);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_seed_that_is_not_one)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *f = lecture(g, 2.0);
    ck_assert_int_eq(ag_backward_from(f, ag_constant(g, 2.0)), AG_OK);
    char *text = trace(f, NULL);
    ck_has(text, "seed ∂f/∂f = 2 (not 1: it scales every gradient below)\n");
    ck_has(text, "= 2 × 1 = 2\n");
    free(text);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_operand_used_twice)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_name(ag_variable(g, 3.0), "x");
    ag_tensor *f = ag_name(ag_mul(x, x), "f");
    ck_assert_int_eq(ag_backward(f), AG_OK);
    char *text = trace(f, NULL);
    ck_has(text, "∂f/∂x⁽¹⁾ = x = 3      ∂f/∂x⁽²⁾ = x = 3\n");
    ck_has(text, "= 1 × 3 + 1 × 3 = 6 [2 paths]\n");
    free(text);
    text = trace(f, &(viz_options){.ascii = true});
    ck_has(text, "df/dx(1) = x = 3      df/dx(2) = x = 3\n");
    free(text);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_order_of_terms)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *f = lecture(g, 2.0);
    ck_assert_int_eq(ag_backward(f), AG_OK);
    char *text = trace(f, &(viz_options){.newest_first = true});
    ck_has(text, "∂f/∂e·∂e/∂c + ∂f/∂d·∂d/∂c = 1 × (-0.8876) + 1 × 0.06532 = -0.8223");
    free(text);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_target)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *w = ag_name(ag_parameter(g, 2.0), "w");
    ag_tensor *x = ag_name(ag_variable(g, 3.0), "x");
    ag_tensor *y = ag_name(ag_square(x), "y");
    ag_tensor *f = ag_name(ag_mul(w, y), "f");
    ck_assert_int_eq(ag_backward(f), AG_OK);
    char *text = trace(f, &(viz_options){.target = w});
    ck_has(text, " 0  w   parameter");
    ck_has(text, " 3  f   w·y"); /* the step numbers are those of the whole */
    ck_has(text, "∂f/∂w");
    ck_has_not(text, "∂f/∂y");
    ck_has_not(text, "  x ");
    free(text);
    text = NULL;
    ag_tensor *apart = ag_variable(g, 1.0);
    ck_assert_int_eq(viz_trace_string(f, &(viz_options){.target = apart}, &text), AG_ERR_VALUE);
    ck_assert_ptr_null(text);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_forward_only)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *f = lecture(g, 2.0);
    char *text = trace(f, &(viz_options){.forward_only = true});
    ck_has(text, " 6  f   d + e             7.194\n");
    ck_has_not(text, "∂");
    ck_has_not(text, "backward");
    free(text);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_ascii)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *f = lecture(g, 2.0);
    ck_assert_int_eq(ag_backward(f), AG_OK);
    ag_name(f, "θ₁_\xff\n");
    char *text = trace(f, &(viz_options){.ascii = true});
    for (const char *p = text; *p != '\0'; p++) {
        ck_assert_msg((unsigned char)*p < 0x80, "byte %d in\n%s", (unsigned char)*p, text);
    }
    ck_has(text, "/dx = dtheta1_?"
                 "?/da*da/dx = -45.72 * 4 = -182.9\n");
    free(text);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_leaf_as_root)
{
    ag_graph *g = ag_graph_new();
    char *text = trace(ag_variable(g, -0.0), NULL);
    ck_has(text, " 0  v1   input             0\n");
    free(text);
    text = trace(ag_constant(g, (double)NAN), NULL);
    ck_has(text, " nan\n");
    ck_has(text, "not required: nothing here needs a gradient");
    free(text);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_nothing_changes)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *f = lecture(g, 2.0);
    ck_assert_int_eq(ag_backward(f), AG_OK);
    ag_graph_stats before = ag_graph_get_stats(g);
    char *first = trace(f, NULL), *second = trace(f, NULL);
    ck_assert_str_eq(first, second);
    ck_assert_uint_eq(ag_graph_get_stats(g).nodes, before.nodes);
    ck_assert_uint_eq(ag_graph_get_stats(g).bytes, before.bytes);
    ck_assert_int_eq(ag_error(g), AG_OK);
    free(first);
    free(second);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_bad_calls)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_variable(g, 1.0);
    char *text;
    ck_assert_int_eq(viz_trace(stdout, NULL, VIZ_TEXT), AG_ERR_NULL_ARGUMENT);
    ck_assert_int_eq(viz_trace(NULL, x, VIZ_TEXT), AG_ERR_NULL_ARGUMENT);
    ck_assert_int_eq(viz_trace_string(NULL, NULL, &text), AG_ERR_NULL_ARGUMENT);
    ck_assert_int_eq(viz_trace_string(x, NULL, NULL), AG_ERR_NULL_ARGUMENT);
    ck_assert_int_eq(viz_trace_string(x, &(viz_options){.digits = 18}, &text), AG_ERR_VALUE);
    ck_assert_int_eq(viz_trace_string(x, &(viz_options){.digits = -1}, &text), AG_ERR_VALUE);
    ck_assert_int_eq(viz_trace(stdout, x, VIZ_FORMAT_COUNT), AG_ERR_VALUE);
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("trace", test_lecture, test_seven_digits, test_format_and_string_agree, test_not_run,
           test_states_differ, test_accumulated, test_hook_is_told, test_other_root_is_told,
           test_seed_that_is_not_one, test_operand_used_twice, test_order_of_terms, test_target,
           test_forward_only, test_ascii, test_leaf_as_root, test_nothing_changes, test_bad_calls)
