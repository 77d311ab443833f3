/* Losses that came later: the focal loss and margins between classes. By hand, and every wrong call;
 * PyTorch's numbers are in tests/golden.
 */
#include <math.h>

#include "ops/wrong_operands.h"

/* With gamma 0 and no weights the focal loss is the binary cross-entropy; far out its parts do not
 * cancel: at x = -40, t = 0, q = e^-40, so that l = 3/4 q^3 for alpha 1/4. */
START_TEST(test_focal)
{
    begin();
    ag_tensor *t = of_values(g, AG_SHAPE(2, 3), 0, 1, 1, 0, 0.5, 1);
    ag_focal_options plain = {.alpha = -1, .gamma = AG_EXACT_ZERO, .reduction = AG_SUM};
    ag_bce_options same = {.reduction = AG_SUM};
    expect_near(ag_item(ag_focal_loss(matrix, t, &plain)),
                ag_item(ag_bce_with_logits(matrix, t, &same)), 1e-15);
    ag_tensor *far = ag_variable(g, -40), *no = ag_constant(g, 0);
    expect_near(ag_item(ag_focal_loss(far, no, NULL)) / (0.75 * exp(-120)), 1, 1e-14);
    all_well(g);
    ag_graph_free(g);
}
END_TEST

/* Scores 1, 3, 2.5 with the label 1: only 2.5 is within the margin 1, short by 0.5. */
START_TEST(test_multi_margin)
{
    begin();
    ag_tensor *x = of_values(g, AG_SHAPE(3), 1, 3, 2.5), *one = INDICES(AG_SCALAR, 1);
    ag_multi_margin_options squared = {.p = 2, .margin = 2.5};
    expect_near(ag_item(ag_multi_margin_loss(x, one, NULL)), 0.5 / 3, 1e-15);
    expect_near(ag_item(ag_multi_margin_loss(x, one, &squared)), (0.25 + 4) / 3, 1e-15);
    ag_tensor *list = INDICES(AG_SHAPE(3), 2, -1, 1);
    expect_near(ag_item(ag_multilabel_margin_loss(x, list, AG_SUM)), 1.5 / 3, 1e-15);
    all_well(g);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_wrong_calls)
{
    begin();
    ag_tensor *labels = ag_name(INDICES(AG_SHAPE(2), 0, 3), "labels"), *lists = whole;
    ag_focal_options alpha = {.alpha = 2}, gamma = {.gamma = -1};
    fails(ag_focal_loss(matrix, matrix, &alpha), AG_ERR_VALUE, "focal_loss: alpha is 2", "0.25");
    fails(ag_focal_loss(matrix, matrix, &gamma), AG_ERR_VALUE, "focal_loss: gamma is -1",
          "means 2");
    fails(ag_multi_margin_loss(matrix, labels, NULL), AG_ERR_VALUE,
          "multi_margin_loss: label 3 at [1] is not one of the 3 classes", "\"labels\"");
    labels = INDICES(AG_SHAPE(2), 0, 2);
    ag_multi_margin_options power = {.p = 3}, margin = {.margin = INFINITY},
                            weight = {.weight = matrix}, reduction = {.reduction = AG_BATCH_MEAN};
    fails(ag_multi_margin_loss(matrix, labels, &power), AG_ERR_VALUE, "multi_margin_loss: p is 3",
          "1 or 2");
    fails(ag_multi_margin_loss(matrix, labels, &margin), AG_ERR_VALUE,
          "multi_margin_loss: margin is inf", NULL);
    fails(ag_multi_margin_loss(matrix, labels, &weight), AG_ERR_SHAPE,
          "multi_margin_loss: the weight has shape [2,3], not [3]", NULL);
    fails(ag_multi_margin_loss(matrix, labels, &reduction), AG_ERR_VALUE,
          "multi_margin_loss: there is no reduction", NULL);
    fails(ag_multi_margin_loss(variable(AG_SHAPE(1, 2, 3)), labels, NULL), AG_ERR_SHAPE,
          "multi_margin_loss: takes scores of 1 or 2 dimensions, not 3", NULL);
    fails(ag_multilabel_margin_loss(vector, INDICES(AG_SHAPE(3), 0, 3, -1), AG_MEAN), AG_ERR_VALUE,
          "multilabel_margin_loss: label 3 at [1] is not one of the 3 classes", "-1 ends");
    fails(ag_multilabel_margin_loss(vector, INDICES(AG_SHAPE(3), -2, 0, 0), AG_MEAN), AG_ERR_VALUE,
          "multilabel_margin_loss: label -2 at [0]", NULL);
    fails(ag_multilabel_margin_loss(vector, lists, AG_MEAN), AG_ERR_SHAPE,
          "multilabel_margin_loss: labels [2,3] do not fit scores [3]", NULL);
    fails(ag_multilabel_margin_loss(matrix, matrix, AG_MEAN), AG_ERR_DTYPE,
          "multilabel_margin_loss: scores are f64 and labels f64", NULL);
    fails(ag_multilabel_soft_margin_loss(scalar, scalar, NULL, AG_MEAN), AG_ERR_SHAPE,
          "multilabel_soft_margin_loss: 0-d operands have no classes", NULL);
    still_works(g);
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("multi_margin", test_focal, test_multi_margin, test_wrong_calls)
