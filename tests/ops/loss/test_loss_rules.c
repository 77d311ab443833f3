/* Every loss, with options that take every branch: first and second derivatives agree with finite
 * differences, numbers with recorded rules, f32 with f64; for row-major, permuted and sliced
 * operands, 0-d ones and ones that broadcast. Targets and weights are differentiated too. The fused
 * cross-entropy equals its composition up to the third derivative, and no elements make a loss of
 * 0, a mean of NaN and a gradient of size 0.
 */
#define CHECK_SECONDS 120
#include "ops/registry/registry.h"

#define CASE(name, expression)                                                                     \
    static ag_tensor *name(ag_tensor *const *in)                                                   \
    {                                                                                              \
        return expression;                                                                         \
    }

/* --- calls ------------------------------------------------------------------------------------ */

CASE(mse, ag_mse_loss(in[0], in[1], AG_MEAN))
CASE(mse_each, ag_mse_loss(in[0], in[1], AG_NONE))
CASE(l1, ag_l1_loss(in[0], in[1], AG_SUM))
CASE(smooth_l1, ag_smooth_l1_loss(in[0], in[1], 0.9, AG_MEAN))
CASE(smooth_l1_sharp, ag_smooth_l1_loss(in[0], in[1], 0, AG_MEAN))
CASE(huber, ag_huber_loss(in[0], in[1], 0.9, AG_SUM))
CASE(quantile, ag_quantile_loss(in[0], in[1], 0.8, AG_NONE))
CASE(poisson, ag_poisson_nll_loss(in[0], in[1], NULL))
CASE(poisson_rate,
     ag_poisson_nll_loss(in[0], in[1], (&(ag_poisson_options){.rate = true, .full = true})))
CASE(gaussian, ag_gaussian_nll_loss(in[0], in[1], in[2], NULL))
CASE(gaussian_full,
     ag_gaussian_nll_loss(in[0], in[1], in[2], (&(ag_gaussian_options){true, 1e-3, AG_NONE})))
CASE(kl, ag_kl_div(in[0], in[1], false, AG_BATCH_MEAN))
CASE(kl_of_logs, ag_kl_div(in[0], in[1], true, AG_SUM))
CASE(bce, ag_bce_loss(in[0], in[1], NULL, AG_MEAN))
CASE(bce_weighted, ag_bce_loss(in[0], in[1], in[2], AG_NONE))
CASE(logits, ag_bce_with_logits(in[0], in[1], NULL))
CASE(logits_positive, ag_bce_with_logits(in[0], in[1], (&(ag_bce_options){.pos_weight = in[2]})))
CASE(logits_weighted, ag_bce_with_logits(in[0], in[1], (&(ag_bce_options){in[2], in[2], AG_SUM})))
CASE(similarity, ag_cosine_similarity(in[0], in[1], 1, 1e-8))
CASE(similarity_broadcast, ag_cosine_similarity(in[0], in[1], -1, 1e-8))
CASE(triplet, ag_triplet_margin_loss(in[0], in[1], in[2], (&(ag_triplet_options){.margin = 3})))
CASE(triplet_swap,
     ag_triplet_margin_loss(in[0], in[1], in[2],
                            (&(ag_triplet_options){.margin = 9, .p = 3, .swap = true})))
CASE(triplet_1,
     ag_triplet_margin_loss(in[0], in[1], in[2], (&(ag_triplet_options){.margin = 9, .p = 1})))
CASE(triplet_max,
     ag_triplet_margin_loss(in[0], in[1], in[2],
                            (&(ag_triplet_options){.margin = 9, .p = (double)INFINITY})))

/* Labels of x's graph and of the shape, counting 0, 1, ..., modulus - 1 in turn, plus first. */
static ag_tensor *turns(ag_tensor *x, ag_shape shape, int64_t first, int64_t step, int64_t modulus)
{
    ag_tensor *t = ag_leaf(ag_graph_of(x), AG_CONSTANT, AG_I64, shape, NULL);
    int64_t *label = ag_mutable_data(t);
    for (int64_t i = 0; i < ag_size(t); i++) {
        label[i] = first + step * (i % modulus);
    }
    return t;
}

static ag_tensor *signs(ag_tensor *x, ag_shape shape)
{
    return turns(x, shape, 1, -2, 2);
}

CASE(hinge, ag_hinge_embedding_loss(in[0], signs(in[0], AG_SHAPE(4)), 1.1, AG_MEAN))
CASE(ranking, ag_margin_ranking_loss(in[0], in[1], signs(in[0], AG_SHAPE(4)), 0.3, AG_NONE))
CASE(embedding, ag_cosine_embedding_loss(in[0], in[1], signs(in[0], AG_SHAPE(3)), -0.9, AG_MEAN))

#define LABELS turns(in[0], AG_SHAPE(4, 2), 0, 1, 3)
#define OPTIONS(...) (&(ag_cross_entropy_options){__VA_ARGS__})
CASE(entropy, ag_cross_entropy(in[0], LABELS, NULL))
CASE(entropy_one, ag_cross_entropy(in[0], turns(in[0], AG_SCALAR, 1, 1, 1), NULL))
CASE(entropy_ignore, ag_cross_entropy(in[0], LABELS, OPTIONS(.ignore = true, .ignore_index = 1)))
CASE(entropy_weight, ag_cross_entropy(in[0], LABELS, OPTIONS(.weight = in[1])))
CASE(entropy_smooth, ag_cross_entropy(in[0], LABELS,
                                      OPTIONS(.weight = in[1], .ignore = true, .ignore_index = 2,
                                              .label_smoothing = 0.2)))
CASE(entropy_each,
     ag_cross_entropy(in[0], LABELS, OPTIONS(.label_smoothing = 0.2, .reduction = AG_NONE)))
CASE(entropy_given,
     ag_cross_entropy(in[0], in[1], OPTIONS(.weight = in[2], .label_smoothing = 0.1)))
CASE(likelihood, ag_nll_loss(in[0], LABELS, OPTIONS(.weight = in[1], .reduction = AG_SUM)))

static const ag_case cases[] = {
    {"mse", mse, 2, {{2, {2, 3}}, {2, {2, 3}}}, -2, 2},
    {"mse, 0-d", mse, 2, {{0, {0}}, {0, {0}}}, -2, 2},
    {"mse, broadcast", mse_each, 2, {{2, {2, 1}}, {1, {3}}}, -2, 2},
    {"l1", l1, 2, {{2, {2, 3}}, {2, {2, 3}}}, -2, 2},
    {"smooth l1", smooth_l1, 2, {{1, {3}}, {1, {3}}}, -2, 2},
    {"smooth l1, beta 0", smooth_l1_sharp, 2, {{2, {2, 3}}, {1, {3}}}, -2, 2},
    {"huber", huber, 2, {{1, {3}}, {1, {3}}}, -2, 2},
    {"quantile", quantile, 2, {{2, {2, 3}}, {2, {2, 3}}}, -2, 2},
    {"poisson", poisson, 2, {{2, {2, 3}}, {2, {2, 3}}}, 0.2, 3},
    {"poisson, rate, full", poisson_rate, 2, {{2, {2, 3}}, {2, {2, 3}}}, 0.2, 3},
    {"gaussian", gaussian, 3, {{2, {2, 3}}, {2, {2, 3}}, {2, {2, 1}}}, 0.4, 2},
    {"gaussian, full", gaussian_full, 3, {{1, {3}}, {1, {3}}, {1, {3}}}, 0.4, 2},
    {"kl", kl, 2, {{2, {2, 3}}, {2, {2, 3}}}, 0.2, 1},
    {"kl of logarithms", kl_of_logs, 2, {{2, {2, 3}}, {2, {2, 3}}}, -2, 0},
    {"bce", bce, 2, {{2, {2, 3}}, {2, {2, 3}}}, 0.1, 0.9},
    {"bce, weighted", bce_weighted, 3, {{2, {2, 3}}, {2, {2, 3}}, {1, {3}}}, 0.1, 0.9},
    {"bce with logits", logits, 2, {{2, {2, 3}}, {2, {2, 3}}}, -2, 2},
    {"bce with logits, pos_weight",
     logits_positive,
     3,
     {{2, {2, 3}}, {2, {2, 3}}, {1, {3}}},
     -2,
     2},
    {"bce with logits, both", logits_weighted, 3, {{2, {2, 3}}, {2, {2, 3}}, {1, {3}}}, -2, 2},
    {"similarity", similarity, 2, {{2, {2, 3}}, {2, {2, 3}}}, -2, 2},
    {"similarity, broadcast", similarity_broadcast, 2, {{2, {2, 3}}, {1, {3}}}, -2, 2},
    {"triplet", triplet, 3, {{2, {2, 3}}, {2, {2, 3}}, {2, {2, 3}}}, -2, 2},
    {"triplet, swap, p 3", triplet_swap, 3, {{2, {2, 3}}, {2, {2, 3}}, {2, {2, 3}}}, -2, 2},
    {"triplet, p 1", triplet_1, 3, {{2, {2, 3}}, {1, {3}}, {2, {2, 3}}}, -2, 2},
    {"triplet, p inf", triplet_max, 3, {{1, {3}}, {1, {3}}, {1, {3}}}, -2, 2},
    {"hinge", hinge, 1, {{1, {4}}}, -2, 2},
    {"ranking", ranking, 2, {{1, {4}}, {1, {4}}}, -2, 2},
    {"cosine embedding", embedding, 2, {{2, {3, 2}}, {2, {3, 2}}}, -2, 2},
    {"cross-entropy", entropy, 1, {{3, {4, 3, 2}}}, -2, 2},
    {"cross-entropy, one", entropy_one, 1, {{1, {3}}}, -2, 2},
    {"cross-entropy, ignore", entropy_ignore, 1, {{3, {4, 3, 2}}}, -2, 2},
    {"cross-entropy, weight", entropy_weight, 2, {{3, {4, 3, 2}}, {1, {3}}}, 0.3, 2},
    {"cross-entropy, all", entropy_smooth, 2, {{3, {4, 3, 2}}, {1, {3}}}, 0.3, 2},
    {"cross-entropy, smooth", entropy_each, 1, {{3, {4, 3, 2}}}, -2, 2},
    {"cross-entropy, given", entropy_given, 3, {{2, {2, 3}}, {2, {2, 3}}, {1, {3}}}, 0.3, 2},
    {"nll", likelihood, 2, {{3, {4, 3, 2}}, {1, {3}}}, -2, 2},
};
enum { CASES = sizeof cases / sizeof *cases };

/* --- derivatives ------------------------------------------------------------------------------ */

static int64_t every_case(bool (*check)(sample *s))
{
    int failed = 0;
    int64_t derivatives = 0;
    for (int i = 0; i < CASES; i++) {
        for (layout how = PLAIN; how < EXPANDED; how++) {
            sample s = sample_of(NULL, &cases[i], how);
            if (!check(&s)) {
                printf("FAILED %s, layout %d: %s\n", cases[i].label, (int)how, s.why);
                failed++;
            }
            derivatives += s.derivatives;
        }
    }
    printf("%d cases, %lld derivatives\n", CASES, (long long)derivatives);
    fflush(stdout);
    ck_assert_int_eq(failed, 0);
    return derivatives;
}

static bool once(sample *s)
{
    return differences_agree(s, 1);
}

static bool twice(sample *s)
{
    return differences_agree(s, 2);
}

START_TEST(test_gradients_agree_with_differences)
{
    ck_assert_int_gt(every_case(once), 1000);
}
END_TEST

START_TEST(test_second_derivatives_agree_with_differences)
{
    ck_assert_int_gt(every_case(twice), 5000);
}
END_TEST

START_TEST(test_numbers_equal_the_rule)
{
    every_case(numbers_equal_rule);
}
END_TEST

START_TEST(test_f32)
{
    every_case(f32_agrees);
}
END_TEST

/* --- fused ------------------------------------------------------------------------------------ */

/* log(sum(exp(x))) - x_label, written with other operations, summed over positions with weights. */
static ag_tensor *composed(ag_tensor *x, ag_tensor *labels, ag_tensor *weights)
{
    ag_shape beside = {3, {4, 1, 2}};
    ag_tensor *total = ag_log(ag_sum_over(ag_exp(x), AG_AXES(1), true));
    ag_tensor *classes = turns(x, AG_SHAPE(3, 1), 0, 1, 3);
    ag_tensor *mask = ag_cast(ag_eq(ag_reshape(labels, beside), classes), AG_F64);
    ag_tensor *own = ag_sum_over(ag_mul(mask, x), AG_AXES(1), true);
    return ag_sum(ag_mul(ag_sub(total, own), ag_reshape(weights, beside)));
}

static ag_tensor *fused(ag_tensor *x, ag_tensor *labels, ag_tensor *weights)
{
    ag_cross_entropy_options each = {.reduction = AG_NONE};
    return ag_sum(ag_mul(ag_cross_entropy(x, labels, &each), weights));
}

/* The next derivative: the gradient of the sum of cubes of the last one. */
static ag_tensor *next(ag_tensor *f, ag_tensor *x, double out[24])
{
    ag_grad_options recorded = {.create_graph = true};
    ag_tensor *gradient;
    ck_assert_int_eq(ag_grad(&f, 1, NULL, &x, 1, &recorded, &gradient), AG_OK);
    ck_assert_int_eq(ag_get(gradient, out, 24), AG_OK);
    return ag_sum(ag_pow_scalar(ag_add_scalar(gradient, 2), 3));
}

START_TEST(test_fused_equals_composed)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_leaf(g, AG_VARIABLE, AG_F64, AG_SHAPE(4, 3, 2), NULL);
    ag_tensor *w = ag_leaf(g, AG_VARIABLE, AG_F64, AG_SHAPE(4, 2), NULL);
    ck_assert_int_eq(ag_fill_normal(x, 0, 1), AG_OK);
    ck_assert_int_eq(ag_fill_uniform(w, 0.5, 1), AG_OK);
    ag_tensor *labels = turns(x, AG_SHAPE(4, 2), 0, 1, 3);
    ag_tensor *one = fused(x, labels, w), *other = composed(x, labels, w);
    for (int order = 1; order <= 3; order++) {
        double a[24], b[24];
        ck_assert_double_eq_tol(ag_item(one), ag_item(other), 1e-12 * fabs(ag_item(other)));
        one = next(one, x, a);
        other = next(other, x, b);
        for (int i = 0; i < 24; i++) {
            ck_assert_double_eq_tol(a[i], b[i], 1e-11 * (1 + fabs(b[i])));
        }
    }
    ag_graph_free(g);
}
END_TEST

/* --- no elements ------------------------------------------------------------------------------ */

START_TEST(test_no_elements)
{
    int seen = 0;
    for (int i = 0; i < CASES; i++) {
        sample s = sample_of(NULL, &cases[i], PLAIN);
        bool same = s.from->n_in > 1 && s.shape[0].ndim == 2 && s.shape[0].dim[0] == 2;
        for (int k = 0; k < s.from->n_in; k++) {
            s.shape[k].dim[0] = s.shape[k].ndim == 2 ? 0 : s.shape[k].dim[0];
        }
        if (!same) {
            continue;
        }
        ck_assert_msg(sample_open(&s, AG_F64), "%s: %s", s.from->label, s.why);
        ag_tensor *y = sample_call(s.leaf, s.from->n_in, &s);
        ck_assert_msg(y != NULL, "%s: %s", s.from->label, ag_error_message(s.graph));
        if (ag_size(y) == 1) {
            ck_assert_msg(isnan(ag_item(y)) || ag_item(y) == 0, "%s", s.from->label);
            ck_assert_int_eq(ag_backward(y), AG_OK);
            ck_assert(ag_has_grad(s.leaf[0]));
        } else {
            ck_assert_int_eq(ag_size(y), 0);
        }
        sample_close(&s);
        seen++;
    }
    ck_assert_int_gt(seen, 10);
}
END_TEST

CHECK_MAIN("loss rules", test_gradients_agree_with_differences,
           test_second_derivatives_agree_with_differences, test_numbers_equal_the_rule, test_f32,
           test_fused_equals_composed, test_no_elements)
