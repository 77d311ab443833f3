/* The awkward points of losses that take more than a row of test_semantics.c: everything ignored,
 * vectors of zeros, saturated logits, the kinks of margins. Rows of the table of semantics have its
 * names in quotes; other numbers are closed forms.
 */
#include <autograd.h>
#include <math.h>

#include "expect.h"

#define INF ((double)INFINITY)

static ag_tensor *whole(ag_tensor *like, ag_shape shape, const int64_t *values)
{
    return ag_leaf(ag_graph_of(like), AG_CONSTANT, AG_I64, shape, values);
}

static void gradient_is(const ag_tensor *t, double first, double second)
{
    double have[2];
    ck_assert_int_eq(ag_grad_get(t, have, 2), AG_OK);
    ck_assert_msg(have[0] == first && have[1] == second, "%g, %g", have[0], have[1]);
}

/* "ce ignore all": the loss is NaN, the gradient 0; with weights, smoothing, and without. */
START_TEST(test_everything_ignored)
{
    for (int form = 0; form < 4; form++) {
        ag_graph *g = ag_graph_new();
        ag_tensor *x = ag_from_values(g, AG_VARIABLE, AG_SHAPE(1, 2), (const double[]){1, 2});
        ag_tensor *labels = whole(x, AG_SHAPE(1), (const int64_t[]){-100});
        ag_cross_entropy_options o = {.ignore = true, .ignore_index = -100};
        o.weight = form & 1 ? ag_full(g, AG_VARIABLE, AG_SHAPE(2), 0.5) : NULL;
        o.label_smoothing = form & 2 ? 0.1 : 0;
        ag_tensor *loss = ag_cross_entropy(x, labels, &o);
        ck_assert(isnan(ag_item(loss)));
        ck_assert_int_eq(ag_backward(loss), AG_OK);
        gradient_is(x, 0, 0);
        o.label_smoothing = 0;
        ag_zero_grads(g);
        ck_assert_int_eq(ag_backward(ag_nll_loss(x, labels, &o)), AG_OK);
        gradient_is(x, 0, 0);
        ag_graph_free(g);
    }
}
END_TEST

/* Scores of no classes at all have only ignored labels. */
START_TEST(test_no_classes)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_full(g, AG_VARIABLE, AG_SHAPE(2, 0), 0);
    ag_tensor *labels = whole(x, AG_SHAPE(2), (const int64_t[]){9, 9});
    ag_cross_entropy_options o = {.ignore = true, .ignore_index = 9, .reduction = AG_SUM};
    ag_tensor *loss = ag_cross_entropy(x, labels, &o), *nll = ag_nll_loss(x, labels, &o);
    ck_assert_double_eq(ag_item(loss), 0);
    ck_assert_double_eq(ag_item(nll), 0);
    ck_assert_int_eq(ag_backward(ag_add(loss, nll)), AG_OK);
    ck_assert(ag_has_grad(x));
    ag_graph_free(g);
}
END_TEST

/* However far away the target is, Huber's gradient is delta: PyTorch's huber_loss of inf and 0. */
START_TEST(test_far_outlier)
{
    static const ag_dtype dtypes[] = {AG_F64, AG_F32};
    for (int i = 0; i < 2; i++) {
        ag_graph *g = ag_graph_new_with(&(ag_graph_options){.dtype = dtypes[i]});
        ag_tensor *x = ag_from_values(g, AG_VARIABLE, AG_SHAPE(2), (const double[]){INF, -INF});
        ag_tensor *loss = ag_huber_loss(x, ag_constant(g, 0), 0.5, AG_SUM);
        ck_assert_double_eq(ag_item(loss), INF);
        ck_assert_int_eq(ag_backward(loss), AG_OK);
        gradient_is(x, 0.5, -0.5);
        ag_graph_free(g);
    }
}
END_TEST

/* "cosine_sim zero" */
START_TEST(test_similarity_with_nothing)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *a = ag_from_values(g, AG_VARIABLE, AG_SHAPE(2), (const double[]){0, 0});
    ag_tensor *b = ag_from_values(g, AG_VARIABLE, AG_SHAPE(2), (const double[]){1, 0});
    ag_tensor *s = ag_cosine_similarity(a, b, 0, 1e-8);
    ck_assert_double_eq(ag_item(s), 0);
    ck_assert_int_eq(ag_backward(s), AG_OK);
    gradient_is(a, 1e8, 0);
    gradient_is(b, 0, 0);
    ag_tensor *number = ag_constant(g, -3);
    ck_assert_double_eq(ag_item(ag_cosine_similarity(number, number, -1, 1e-8)), 1);
    ag_graph_free(g);
}
END_TEST

/* Logits of a thousand, where a sigmoid or an exponential by itself is 0, 1 or inf. */
START_TEST(test_saturated_logits)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_from_values(g, AG_VARIABLE, AG_SHAPE(2), (const double[]){1000, -1000});
    for (int t = 0; t < 2; t++) {
        ag_tensor *goal = ag_full(g, AG_CONSTANT, AG_SHAPE(2), t);
        ag_bce_options positive = {.pos_weight = ag_constant(g, 1), .reduction = AG_SUM};
        ag_bce_options plain = {.reduction = AG_SUM};
        for (int form = 0; form < 2; form++) {
            ag_zero_grads(g);
            ag_tensor *loss = ag_bce_with_logits(x, goal, form ? &positive : &plain);
            ck_assert_double_eq(ag_item(loss), 1000);
            ck_assert_int_eq(ag_backward(loss), AG_OK);
            gradient_is(x, 1 - t, -t);
        }
    }
    ag_tensor *far =
        ag_from_values(g, AG_VARIABLE, AG_SHAPE(1, 2), (const double[]){1e300, -1e300});
    ag_tensor *loss = ag_cross_entropy(far, whole(x, AG_SHAPE(1), (const int64_t[]){0}), NULL);
    ck_assert_double_eq(ag_item(loss), 0);
    loss = ag_cross_entropy(far, whole(x, AG_SHAPE(1), (const int64_t[]){1}), NULL);
    ck_assert_double_eq(ag_item(loss), 2e300);
    ck_assert_int_eq(ag_backward(loss), AG_OK);
    gradient_is(far, 1, -1);
    /* what is left of a sure and right answer: exp(-50), not 0 */
    ag_tensor *sure = ag_bce_with_logits(ag_constant(g, 50), ag_constant(g, 1), NULL);
    ck_assert(fabs(ag_item(sure) / exp(-50.0) - 1) < 1e-15);
    ag_graph_free(g);
}
END_TEST

/* A class that cannot be (logit -inf) is no harm to the others. */
START_TEST(test_impossible_class)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_from_values(g, AG_VARIABLE, AG_SHAPE(2), (const double[]){0.5, -INF});
    ag_tensor *loss = ag_cross_entropy(x, whole(x, AG_SCALAR, (const int64_t[]){0}), NULL);
    ck_assert_double_eq(ag_item(loss), 0);
    ck_assert_int_eq(ag_backward(loss), AG_OK);
    gradient_is(x, 0, 0);
    ag_zero_grads(g);
    loss = ag_nll_loss(x, whole(x, AG_SCALAR, (const int64_t[]){0}), NULL);
    ck_assert_double_eq(ag_item(loss), -0.5);
    ck_assert_int_eq(ag_backward(loss), AG_OK);
    gradient_is(x, -1, 0);
    ag_graph_free(g);
}
END_TEST

/* On the kink of max(0, z) the gradient is that of z, as PyTorch 1.13.1 has it:
 * hinge_embedding_loss(1, -1), margin_ranking_loss(1, 0, 1, margin=1). */
START_TEST(test_on_the_margin)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_full(g, AG_VARIABLE, AG_SHAPE(2), 1);
    ag_tensor *minus = whole(x, AG_SCALAR, (const int64_t[]){-1}), *zero = ag_constant(g, 0);
    ck_assert_int_eq(ag_backward(ag_hinge_embedding_loss(x, minus, 1, AG_SUM)), AG_OK);
    gradient_is(x, -1, -1);
    ag_zero_grads(g);
    ag_tensor *plus = whole(x, AG_SCALAR, (const int64_t[]){1});
    ck_assert_int_eq(ag_backward(ag_margin_ranking_loss(x, zero, plus, 1, AG_SUM)), AG_OK);
    gradient_is(x, -1, -1);
    ag_zero_grads(g);
    ck_assert_int_eq(ag_backward(ag_quantile_loss(x, ag_constant(g, 1), 0.75, AG_SUM)), AG_OK);
    gradient_is(x, -0.25, -0.25);
    ag_graph_free(g);
}
END_TEST

/* The norm of zeros has the gradient 0; here a - p + eps is zeros. */
START_TEST(test_triplet_of_equals)
{
    static const double norms[] = {1.5, 2, 3};
    for (size_t i = 0; i < sizeof norms / sizeof *norms; i++) {
        ag_graph *g = ag_graph_new();
        ag_tensor *a = ag_from_values(g, AG_VARIABLE, AG_SHAPE(2), (const double[]){0, 0});
        ag_tensor *p = ag_full(g, AG_VARIABLE, AG_SHAPE(2), 0.5);
        ag_triplet_options o = {.p = norms[i], .eps = 0.5};
        ag_tensor *loss = ag_triplet_margin_loss(a, p, p, &o);
        ck_assert_double_eq(ag_item(loss), 1);
        ck_assert_int_eq(ag_backward(loss), AG_OK);
        gradient_is(a, 0, 0);
        ag_graph_free(g);
    }
}
END_TEST

/* Options that are exactly 0: a rate of 0 under a count of 0 is 0 - 0 log(0), which is NaN without eps;
 * a triplet without a margin, of distances that are equal to the last bit. */
START_TEST(test_options_of_zero)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_variable(g, 2), *t = ag_constant(g, 3);
    ag_poisson_options poisson = {.rate = true, .eps = AG_EXACT_ZERO};
    expect_same(ag_item(ag_poisson_nll_loss(x, t, &poisson)), 2 - 3 * log(2));
    ag_gaussian_options gaussian = {.eps = AG_EXACT_ZERO};
    expect_near(ag_item(ag_gaussian_nll_loss(x, t, ag_constant(g, 1e-8), &gaussian)),
                (log(1e-8) + 1e8) / 2, 1e-15);
    ag_tensor *a = of_values(g, AG_SHAPE(2), 0, 0), *b = of_values(g, AG_SHAPE(2), 3, 4);
    ag_triplet_options triplet = {.margin = AG_EXACT_ZERO, .eps = AG_EXACT_ZERO};
    expect_same(ag_item(ag_triplet_margin_loss(a, a, b, &triplet)), 0);
    expect_same(ag_item(ag_triplet_margin_loss(a, b, a, &triplet)), 5);
    all_well(g);
    ag_graph_free(g);
}
END_TEST

/* d/dp (p log p - p log q) = log p + 1 - log q, here for the least of all numbers, whose reciprocal is
 * none. */
START_TEST(test_least_probability)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *p = of_values(g, AG_SHAPE(2), 5e-324, 1), *logq = of_values(g, AG_SHAPE(2), -2, -3);
    ck_assert_int_eq(ag_backward(ag_kl_div(logq, p, false, AG_SUM)), AG_OK);
    double have[2];
    ck_assert_int_eq(ag_grad_get(p, have, 2), AG_OK);
    expect_near(have[0], -1074 * log(2) + 3, 1e-15);
    expect_same(have[1], 4);
    ag_graph_free(g);
}
END_TEST

/* |d| - beta/2 is within the range, where beta |d| is not. */
START_TEST(test_smooth_l1_of_huge)
{
    ag_graph *g = ag_graph_new();
    for (double beta = 1e-3; beta < 1e4; beta *= 10) {
        ag_tensor *x = ag_variable(g, 1.5e308), *t = ag_constant(g, -1e307);
        ag_tensor *loss = ag_smooth_l1_loss(x, t, beta, AG_SUM);
        expect_near(ag_item(loss), 1.6e308, 1e-15);
        ck_assert_int_eq(ag_backward(loss), AG_OK);
        expect_near(ag_grad_item(x), 1, 1e-15);
    }
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("loss points", test_least_probability, test_smooth_l1_of_huge, test_options_of_zero,
           test_everything_ignored, test_no_classes, test_far_outlier, test_similarity_with_nothing,
           test_saturated_logits, test_impossible_class, test_on_the_margin, test_triplet_of_equals)
