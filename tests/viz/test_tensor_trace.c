/* The trace of tensor graphs: what a line says, shape algebra, broadcasts that are summed away,
 * what is not kept, elements, and the footer. Norms by hand.
 */
#include "text.h"

#include <math.h>

#include "check_main.h"

/* L = sum of (x W + b)^2 for x [2,2], W [2,2], b [2]. */
static ag_tensor *affine(ag_graph *g)
{
    static const double one[] = {1, 0, 0, 1}, weight[] = {3, 0, 0, 4}, zero[] = {0, 0};
    ag_tensor *x = ag_name(ag_from_values(g, AG_CONSTANT, AG_SHAPE(2, 2), one), "x");
    ag_tensor *w = ag_name(ag_from_values(g, AG_PARAMETER, AG_SHAPE(2, 2), weight), "W");
    ag_tensor *b = ag_name(ag_from_values(g, AG_PARAMETER, AG_SHAPE(2), zero), "b");
    ag_tensor *z = ag_name(ag_add(ag_name(ag_matmul(x, w), "p"), b), "z");
    return ag_name(ag_sum(ag_name(ag_square(z), "s")), "L");
}

START_TEST(test_forward_lines)
{
    ag_graph *g = ag_graph_new();
    char *text = trace(affine(g), NULL);
    ck_has(text, "   1  W     leaf               f64 [2,2]     32  parameter  5         0         "
                 "4         3 0 0 4\n");
    ck_has(text, "   3  p     x · W              f64 [2,2]     32  hidden ");
    ck_has(text, "   6  L     sum(s) {all axes}  f64 []         8  loss ");
    ck_has(text, "not run yet: call ag_backward(L)");
    free(text);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_backward_lines)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *f = affine(g);
    ck_assert_int_eq(ag_backward(f), AG_OK);
    char *text = trace(f, NULL);
    ck_has(text, "∂L/∂W [2,2] = xᵀ [2,2] · ∂L/∂p [2,2]");
    ck_has(text, "norm 10\n"); /* 2 * (3, 0, 0, 4) */
    ck_has(text, "∂L/∂z [2,2] = ∂L/∂s [2,2] ⊙ 2z");
    ck_has(text, "∂L/∂b [2] = ∂L/∂z [2,2]");
    ck_has(text, "sum over axis 0, because b [2] was broadcast to [2,2]\n");
    ck_has(text, "∂L/∂x [2,2]: not required\n");
    ck_has(text, "not kept (ag_retain_grads)");
    ck_has(text, "  W     10\n  b     10\n  largest/smallest = 1 (W, W)\n");
    free(text);
    text = trace(f, &(viz_options){.ascii = true});
    ck_has(text, "dL/dW [2,2] = x^T [2,2] . dL/dp [2,2]");
    ck_has(text, "dL/dz [2,2] = dL/ds [2,2] .* 2z");
    for (const char *p = text; *p != '\0'; p++) {
        ck_assert_uint_lt((unsigned char)*p, 0x80);
    }
    free(text);
    ag_retain_grads(g, true);
    ck_assert_int_eq(ag_backward(f), AG_OK);
    text = trace(f, NULL);
    ck_has_not(text, "not kept");
    ck_has(text, "norm 20 [sum of 2 backward calls]");
    free(text);
    ag_graph_free(g);
}
END_TEST

/* Different shapes on both sides of a product, so that a shape put beside the wrong factor
 * shows. */
START_TEST(test_shapes_of_a_product)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_name(ag_full(g, AG_VARIABLE, AG_SHAPE(8, 3), 1.0), "x");
    ag_tensor *w = ag_name(ag_full(g, AG_PARAMETER, AG_SHAPE(3, 4), 1.0), "W1");
    ag_tensor *f = ag_name(ag_sum(ag_name(ag_matmul(x, w), "z1")), "L");
    char *text = trace(f, NULL);
    ck_has(text, "∂L/∂W1 [3,4] = xᵀ [3,8] · ∂L/∂z1 [8,4]");
    ck_has(text, "∂L/∂x [8,3] = ∂L/∂z1 [8,4] · W1ᵀ [4,3]");
    free(text);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_broadcasts)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *a = ag_name(ag_full(g, AG_VARIABLE, AG_SHAPE(3, 1), 2.0), "a");
    ag_tensor *b = ag_name(ag_full(g, AG_VARIABLE, AG_SHAPE(5, 1, 4), 2.0), "b");
    ag_tensor *c = ag_name(ag_full(g, AG_VARIABLE, AG_SHAPE(4, 2), 2.0), "c");
    ag_tensor *k = ag_name(ag_variable(g, 2.0), "k");
    ag_tensor *p = ag_matmul(ag_mul(a, b), c); /* c is repeated over axis 0 */
    char *text = trace(ag_sum(ag_mul(p, k)), NULL);
    ck_has(text, "sum over axes 0, 2, because a [3,1] was broadcast to [5,3,4]\n");
    ck_has(text, "sum over axis 1, because b [5,1,4] was broadcast to [5,3,4]\n");
    ck_has(text, "sum over axis 0, because c [4,2] was broadcast to [5,4,2]\n");
    ck_has(text, "sum over axes 0, 1, 2, because k [] was broadcast to [5,3,2]\n");
    ck_assert_uint_eq(count(text, "broadcast"), 4);
    free(text);
    text = trace(ag_sum(ag_mul(ag_slice(c, 1, 0, 1, 1), k)), NULL);
    ck_has(text, "sum over axes 0, 1, because k [] was broadcast to [4,1]\n"); /* both axes go */
    free(text);
    /* No broadcast: reductions, reshapes and concatenation change shapes as well. */
    ag_tensor *r = ag_reshape(c, AG_SHAPE(1, 8));
    ag_tensor *list[] = {r, r};
    text = trace(ag_sum(ag_sum_over(ag_concat(list, 2, 0), AG_AXES(0), true)), NULL);
    ck_has_not(text, "broadcast");
    free(text);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_values_that_are_not_finite)
{
    ag_graph *g = ag_graph_new();
    double v[8] = {1, 2, (double)NAN, 3, (double)INFINITY, (double)NAN, 5, 6};
    ag_tensor *x = ag_name(ag_from_values(g, AG_VARIABLE, AG_SHAPE(8), v), "x");
    char *text = trace(ag_exp(x), NULL);
    ck_has(text, "nan       1         6         1 2 nan … nan 5 6  [2 nan]  [1 inf]\n");
    free(text);
    text = trace(ag_sum(ag_full(g, AG_VARIABLE, AG_SHAPE(0, 3), 1.0)), NULL);
    ck_has(text, "f64 [0,3]      0  input      0         nan       nan       no elements\n");
    free(text);
    text = trace(ag_full(g, AG_VARIABLE, AG_SHAPE(2), 1e200), NULL);
    ck_has(text, " 1.414e+200 "); /* whose square is inf */
    free(text);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_elements)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *f = affine(g);
    ck_assert_int_eq(ag_backward(f), AG_OK);
    char *text = trace(f, &(viz_options){.expand = true});
    ck_has(text, "   1  W[0,0]   3          ∂L/∂W[0,0] = 6\n");
    ck_has(text, "      W[1,1]   4          ∂L/∂W[1,1] = 8\n");
    ck_has(text, "   0  x[0,0]   1\n");
    free(text);
    ck_assert_int_eq(ag_backward(f), AG_OK);
    text = trace(f, &(viz_options){.expand = true});
    ck_has(text, "      W[1,1]   4          gradient 16 [sum of 2 backward calls]\n");
    free(text);
    ag_tensor *large = ag_sum(ag_full(g, AG_VARIABLE, AG_SHAPE(65), 1.0));
    text = trace(large, &(viz_options){.expand = true});
    ck_has_not(text, "v1[0]");
    free(text);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_footer_with_nan)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *a = ag_name(ag_full(g, AG_PARAMETER, AG_SHAPE(2), 1.0), "a");
    ag_tensor *b = ag_name(ag_full(g, AG_PARAMETER, AG_SHAPE(2), (double)NAN), "b");
    ag_tensor *c = ag_name(ag_full(g, AG_PARAMETER, AG_SHAPE(2), 3.0), "c");
    ag_tensor *squares = ag_add(ag_add(ag_square(a), ag_square(b)), ag_square(c));
    ck_assert_int_eq(ag_backward(ag_sum(squares)), AG_OK);
    char *text = trace(ag_sum(squares), NULL);
    ck_has_not(text, "largest"); /* another root, which is not run */
    free(text);
    ag_tensor *f = ag_sum(squares);
    ag_zero_grads(g);
    ck_assert_int_eq(ag_backward(f), AG_OK);
    text = trace(f, NULL);
    ck_has(text, "largest/smallest = nan (b, a)\n");
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

START_TEST(test_hook_and_forward_only)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *f = affine(g);
    ag_tensor *w = ag_operand(ag_operand(ag_operand(ag_operand(f, 0), 0), 0), 1);
    ck_assert_int_eq(ag_hook(w, halve, NULL), AG_OK);
    ck_assert_int_eq(ag_backward(f), AG_OK);
    char *text = trace(f, NULL);
    ck_has(text, "norm 5 [has a hook]\n");
    free(text);
    text = trace(f, &(viz_options){.forward_only = true});
    ck_has_not(text, "∂");
    ck_has_not(text, "norms");
    free(text);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_other_dtypes)
{
    ag_graph *g = ag_graph_new_with(&(ag_graph_options){.dtype = AG_F32});
    ag_tensor *x = ag_name(ag_full(g, AG_VARIABLE, AG_SHAPE(2), 0.1), "x");
    ag_tensor *f = ag_sum(ag_square(x));
    ck_assert_int_eq(ag_backward(f), AG_OK);
    char *text = trace(f, NULL);
    ck_has(text, "f32 [2] ");
    ck_has(text, "norm 0.2828\n"); /* sqrt(2 * 0.2^2) */
    free(text);
    int64_t label[2] = {3, 4};
    text = trace(ag_leaf(g, AG_CONSTANT, AG_I64, AG_SHAPE(2), label), NULL);
    ck_has(text, "i64 [2] ");
    ck_has(text, " 3 4\n");
    free(text);
    ag_graph_free(g);
}
END_TEST

/* A rule names the result, and does not write its formula out once more; a bias that is broadcast
 * within its operation is summed as any other. */
START_TEST(test_rules_of_layers)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_name(ag_full(g, AG_VARIABLE, AG_SHAPE(4, 2), 1), "x");
    ag_tensor *w = ag_name(ag_full(g, AG_PARAMETER, AG_SHAPE(3, 2), 1), "W");
    ag_tensor *b = ag_name(ag_full(g, AG_PARAMETER, AG_SHAPE(3), 1), "b");
    ag_tensor *h = ag_name(ag_linear_relu(x, w, b), "h");
    ag_batch_norm_options o = {.training = true};
    ag_tensor *n = ag_name(ag_batch_norm(h, b, b, NULL, NULL, &o), "n");
    ag_tensor *f = ag_name(ag_sum(ag_name(ag_softmax(n, 1), "s")), "L");
    ck_assert_int_eq(ag_backward(f), AG_OK);
    char *text = trace(f, NULL);
    ck_has(text, "batch_moments(h)");
    ck_has(text, "standardize(h, v1)·b + b {eps 1e-05, training}");
    ck_has(text, "∂L/∂n [4,3] = s [4,3]·(∂L/∂s [4,3] - sum(∂L/∂s [4,3]·s [4,3]))");
    ck_has(text, "sum(∂L/∂n [4,3]·standardize(h [4,3], v1 [3,3])) + sum(∂L/∂n [4,3])");
    ck_has(text, "∂L/∂h [4,3]·[h [4,3] > 0] + ");
    ck_has(text, "sum over axis 0, because b [3] was broadcast to [4,3]");
    ck_has(text, "∂L/∂W [3,2] = (∂L/∂h [4,3]·[h [4,3] > 0])ᵀ · x [4,2]");
    ck_has_not(text, "because W");
    ck_has_not(text, "because x");
    free(text);
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("tensor trace", test_forward_lines, test_backward_lines, test_shapes_of_a_product,
           test_broadcasts, test_values_that_are_not_finite, test_elements, test_footer_with_nan,
           test_hook_and_forward_only, test_other_dtypes, test_rules_of_layers)
