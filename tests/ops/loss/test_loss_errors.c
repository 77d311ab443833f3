/* Every way to call a loss wrongly: NULL comes back, and the message names the loss, the argument
 * and its value, the line of the call, and what to do. Labels outside the classes are never used
 * as an address; the sanitizers watch.
 */
#include <autograd.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>

#include "expect.h"

static ag_graph *g;
static ag_tensor *scalar, *y, *t, *row, *single, *labels, *share;

static void begin(void)
{
    g = ag_graph_new();
    scalar = ag_full(g, AG_VARIABLE, AG_SCALAR, 1);
    y = ag_name(ag_full(g, AG_VARIABLE, AG_SHAPE(2, 3), 1), "y");
    t = ag_full(g, AG_CONSTANT, AG_SHAPE(2, 3), 2);
    row = ag_full(g, AG_CONSTANT, AG_SHAPE(4), 1);
    share = ag_full(g, AG_CONSTANT, AG_SHAPE(2, 3), 0.5);
    single = ag_leaf(g, AG_VARIABLE, AG_F32, AG_SHAPE(2, 3), NULL);
    labels = ag_leaf(g, AG_CONSTANT, AG_I64, AG_SHAPE(2), (const int64_t[]){0, 2});
    ck_assert_int_eq(ag_error(g), AG_OK);
}

START_TEST(test_what_all_losses_refuse)
{
    begin();
    fails(ag_mse_loss(y, row, AG_MEAN), AG_ERR_SHAPE,
          "mse_loss: shapes [2,3] and [4] do not broadcast: dimension 1 is 3 and 4", "\"y\" f64");
    fails(ag_l1_loss(y, single, AG_MEAN), AG_ERR_DTYPE, "l1_loss: operands are f64 and f32",
          "ag_cast");
    fails(ag_mse_loss(labels, labels, AG_SUM), AG_ERR_DTYPE, "mse_loss: not defined for i64",
          "ag_cast");
    fails(ag_mse_loss(y, t, (ag_reduction)7), AG_ERR_VALUE, "mse_loss: there is no reduction 7",
          "AG_MEAN, AG_SUM or AG_NONE");
    fails(ag_mse_loss(y, t, AG_BATCH_MEAN), AG_ERR_VALUE, "mse_loss: there is no reduction 3",
          NULL);
    fails(ag_kl_div(y, t, false, (ag_reduction)-1), AG_ERR_VALUE, "kl_div: there is no reduction",
          NULL);
    fails(ag_mse_loss(y, NULL, AG_MEAN), AG_ERR_NULL_ARGUMENT, "mse_loss: an operand is NULL",
          "right operand NULL");
    ag_graph *other = ag_graph_new();
    ag_tensor *theirs = ag_full(other, AG_CONSTANT, AG_SHAPE(2, 3), 1);
    fails(ag_mse_loss(y, theirs, AG_MEAN), AG_ERR_GRAPH,
          "mse_loss: operands belong to different graphs", NULL);
    ck_assert_ptr_null(ag_mse_loss(NULL, NULL, AG_MEAN));
    ag_graph_free(other);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_constants)
{
    const double nan_ = (double)NAN, inf = (double)INFINITY;
    begin();
    fails(ag_smooth_l1_loss(y, t, -0.5, AG_MEAN), AG_ERR_VALUE, "smooth_l1_loss: beta is -0.5",
          "at least 0");
    fails(ag_smooth_l1_loss(y, t, inf, AG_MEAN), AG_ERR_VALUE, "smooth_l1_loss: beta is inf", NULL);
    fails(ag_huber_loss(y, t, 0, AG_MEAN), AG_ERR_VALUE, "huber_loss: delta is 0", "more than 0");
    fails(ag_huber_loss(y, t, nan_, AG_MEAN), AG_ERR_VALUE, "huber_loss: delta is ", NULL);
    fails(ag_quantile_loss(y, t, 1, AG_MEAN), AG_ERR_VALUE, "quantile_loss: tau is 1",
          "between 0 and 1");
    ag_poisson_options poisson = {.eps = -1};
    fails(ag_poisson_nll_loss(y, t, &poisson), AG_ERR_VALUE, "poisson_nll_loss: eps is -1", "1e-8");
    ag_gaussian_options gaussian = {.eps = nan_};
    fails(ag_gaussian_nll_loss(y, t, t, &gaussian), AG_ERR_VALUE, "gaussian_nll_loss: eps is ",
          "1e-6");
    ag_triplet_options triplet = {.p = -2};
    fails(ag_triplet_margin_loss(y, t, t, &triplet), AG_ERR_VALUE, "triplet_margin_loss: p is -2",
          "more than 0");
    triplet = (ag_triplet_options){.margin = -1};
    fails(ag_triplet_margin_loss(y, t, t, &triplet), AG_ERR_VALUE,
          "triplet_margin_loss: margin is -1", NULL);
    const double bad[] = {nan_, inf};
    for (int i = 0; i < 2; i++) {
        triplet = (ag_triplet_options){.margin = bad[i]};
        fails(ag_triplet_margin_loss(y, t, t, &triplet), AG_ERR_VALUE,
              "triplet_margin_loss: margin is ", NULL);
        fails(ag_hinge_embedding_loss(y, t, bad[i], AG_MEAN), AG_ERR_VALUE,
              "hinge_embedding_loss: margin is ", "finite");
        fails(ag_margin_ranking_loss(y, y, t, bad[i], AG_MEAN), AG_ERR_VALUE,
              "margin_ranking_loss: margin is ", "finite");
        fails(ag_cosine_embedding_loss(y, y, ag_select(t, 1, 0), bad[i], AG_MEAN), AG_ERR_VALUE,
              "cosine_embedding_loss: margin is ", "finite");
        fails(ag_cosine_similarity(y, t, 0, bad[i]), AG_ERR_VALUE, "cosine_similarity: eps is ",
              NULL);
        poisson = (ag_poisson_options){.eps = bad[i]};
        fails(ag_poisson_nll_loss(y, t, &poisson), AG_ERR_VALUE, "poisson_nll_loss: eps is ", NULL);
    }
    triplet = (ag_triplet_options){.eps = -1};
    fails(ag_triplet_margin_loss(y, t, t, &triplet), AG_ERR_VALUE, "triplet_margin_loss: eps is -1",
          NULL);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_probabilities_and_variances)
{
    begin();
    double values[6] = {0, 1, 0.5, 0.25, 1.5, 2};
    ag_tensor *p = ag_from_values(g, AG_VARIABLE, AG_SHAPE(2, 3), values);
    fails(ag_bce_loss(p, share, NULL, AG_MEAN), AG_ERR_VALUE, "bce_loss: probability 1.5 at [1,1]",
          "ag_bce_with_logits");
    ag_tensor *turned = ag_transpose(p), *back = ag_transpose(share);
    fails(ag_bce_loss(turned, back, NULL, AG_MEAN), AG_ERR_VALUE,
          "bce_loss: probability 1.5 at [1,1]", NULL);
    ag_tensor *part = ag_slice(p, 1, 2, 3, 1);
    fails(ag_bce_loss(part, scalar, NULL, AG_MEAN), AG_ERR_VALUE,
          "bce_loss: probability 2 at [1,0]", NULL);
    ag_tensor *none = ag_constant(g, (double)NAN);
    fails(ag_bce_loss(none, scalar, NULL, AG_MEAN), AG_ERR_VALUE, "bce_loss: probability ", NULL);
    fails(ag_bce_loss(share, share, row, AG_MEAN), AG_ERR_SHAPE, "bce_loss: shapes [2,3] and [4]",
          NULL);
    ag_tensor *negative = ag_neg(p);
    fails(ag_gaussian_nll_loss(y, t, negative, NULL), AG_ERR_VALUE,
          "gaussian_nll_loss: variance -1 at [0,1]", "ag_exp");
    ck_assert_ptr_nonnull(ag_gaussian_nll_loss(y, t, ag_constant(g, 0), NULL));
    ag_bce_options o = {.pos_weight = row};
    fails(ag_bce_with_logits(y, t, &o), AG_ERR_SHAPE, "bce_with_logits: shapes [2,3] and [4]",
          NULL);
    ag_graph_free(g);
}
END_TEST

static ag_tensor *label_of(int64_t label)
{
    return ag_leaf(g, AG_CONSTANT, AG_I64, AG_SHAPE(2), (const int64_t[]){1, label});
}

START_TEST(test_labels)
{
    static const int64_t wrong[] = {3, -1, -100, INT64_MAX, INT64_MIN};
    begin();
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char what[100];
        ag_tensor *bad = label_of(wrong[i]), *weight = ag_full(g, AG_CONSTANT, AG_SHAPE(3), 1);
        ag_cross_entropy_options forms[] = {
            {.weight = NULL},
            {.weight = weight},
            {.label_smoothing = 0.1},
            {.ignore = true, .ignore_index = 7},
        };
        for (size_t k = 0; k < sizeof forms / sizeof *forms; k++) {
            snprintf(what, sizeof what,
                     "cross_entropy: label %lld at [1] is not one of the 3 classes",
                     (long long)wrong[i]);
            fails(ag_cross_entropy(y, bad, &forms[k]), AG_ERR_VALUE, what, "count from 0");
        }
        snprintf(what, sizeof what, "nll_loss: label %lld at [1] is not", (long long)wrong[i]);
        fails(ag_nll_loss(y, bad, NULL), AG_ERR_VALUE, what, NULL);
        ag_cross_entropy_options ignore = {.ignore = true, .ignore_index = wrong[i]};
        ck_assert_ptr_nonnull(ag_cross_entropy(y, bad, &ignore));
        ck_assert_ptr_nonnull(ag_nll_loss(y, bad, &ignore));
    }
    ag_tensor *nothing = ag_full(g, AG_VARIABLE, AG_SHAPE(2, 0), 0);
    fails(ag_cross_entropy(nothing, labels, NULL), AG_ERR_VALUE,
          "cross_entropy: label 0 at [0] is not one of the 0 classes", NULL);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_classes)
{
    begin();
    ag_tensor *three = ag_leaf(g, AG_CONSTANT, AG_I64, AG_SHAPE(3), NULL);
    fails(ag_cross_entropy(y, three, NULL), AG_ERR_SHAPE,
          "cross_entropy: labels [3] do not fit scores [2,3], which need [2]", "axis 1");
    fails(ag_nll_loss(scalar, labels, NULL), AG_ERR_SHAPE, "nll_loss: a 0-d operand has no classes",
          NULL);
    fails(ag_cross_entropy(scalar, labels, NULL), AG_ERR_SHAPE,
          "cross_entropy: a 0-d operand has no classes", NULL);
    fails(ag_nll_loss(y, t, NULL), AG_ERR_DTYPE, "nll_loss: scores are f64 and labels f64",
          "labels are i64");
    fails(ag_cross_entropy(labels, labels, NULL), AG_ERR_DTYPE,
          "cross_entropy: scores are i64 and labels i64", NULL);
    fails(ag_cross_entropy(y, row, NULL), AG_ERR_SHAPE,
          "cross_entropy: probabilities [4] do not fit", "the logits' shape");
    fails(ag_cross_entropy(y, single, NULL), AG_ERR_DTYPE, "cross_entropy: operands are f64 and",
          NULL);
    fails(ag_cross_entropy(labels, ag_cast(labels, AG_F64), NULL), AG_ERR_DTYPE,
          "cross_entropy: operands are i64 and f64", NULL);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_class_options)
{
    begin();
    ag_cross_entropy_options o = {.ignore = true, .ignore_index = 1};
    fails(ag_cross_entropy(y, share, &o), AG_ERR_VALUE,
          "cross_entropy: ignore_index 1 with probabilities", "only labels");
    o = (ag_cross_entropy_options){.label_smoothing = 1.5};
    fails(ag_cross_entropy(y, labels, &o), AG_ERR_VALUE, "cross_entropy: label_smoothing is 1.5",
          "0 to 1");
    o = (ag_cross_entropy_options){.label_smoothing = 0.1};
    fails(ag_nll_loss(y, labels, &o), AG_ERR_VALUE, "nll_loss: label_smoothing is 0.1",
          "ag_cross_entropy only");
    o = (ag_cross_entropy_options){.weight = row};
    fails(ag_cross_entropy(y, labels, &o), AG_ERR_SHAPE, "cross_entropy: weight [4] for 3 classes",
          "one weight for each class");
    o = (ag_cross_entropy_options){.weight = ag_leaf(g, AG_CONSTANT, AG_F32, AG_SHAPE(3), NULL)};
    fails(ag_cross_entropy(y, labels, &o), AG_ERR_DTYPE,
          "cross_entropy: scores are f64 and weights f32", "ag_cast");
    o = (ag_cross_entropy_options){.reduction = AG_BATCH_MEAN};
    fails(ag_cross_entropy(y, labels, &o), AG_ERR_VALUE, "cross_entropy: there is no reduction 3",
          NULL);
    fails(ag_cross_entropy(y, NULL, NULL), AG_ERR_NULL_ARGUMENT,
          "cross_entropy: an operand is NULL", NULL);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_vectors)
{
    begin();
    fails(ag_cosine_similarity(y, t, 2, 1e-8), AG_ERR_AXIS,
          "cosine_similarity: axis 2 is out of range: -2 to 1", NULL);
    fails(ag_cosine_similarity(y, t, 1, -1), AG_ERR_VALUE, "cosine_similarity: eps is -1", "1e-8");
    fails(ag_cosine_similarity(scalar, scalar, 1, 1e-8), AG_ERR_AXIS, "cosine_similarity: axis 1",
          NULL);
    fails(ag_cosine_embedding_loss(scalar, scalar, scalar, 0, AG_MEAN), AG_ERR_SHAPE,
          "cosine_embedding_loss: 0-d operands are no vectors", "last axis");
    fails(ag_cosine_embedding_loss(y, t, row, 0, AG_MEAN), AG_ERR_SHAPE,
          "cosine_embedding_loss: shapes [2] and [4] do not broadcast", NULL);
    fails(ag_cosine_embedding_loss(y, t, NULL, 0, AG_MEAN), AG_ERR_NULL_ARGUMENT,
          "cosine_embedding_loss: an operand is NULL", NULL);
    fails(ag_triplet_margin_loss(scalar, scalar, scalar, NULL), AG_ERR_SHAPE,
          "triplet_margin_loss: 0-d operands are no vectors", NULL);
    fails(ag_hinge_embedding_loss(y, row, 1, AG_MEAN), AG_ERR_SHAPE,
          "hinge_embedding_loss: shapes [2,3] and [4]", NULL);
    fails(ag_margin_ranking_loss(y, t, single, 0, AG_MEAN), AG_ERR_DTYPE,
          "margin_ranking_loss: operands are f64 and f32", NULL);
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("loss errors", test_what_all_losses_refuse, test_constants,
           test_probabilities_and_variances, test_labels, test_classes, test_class_options,
           test_vectors)
