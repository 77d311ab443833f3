/* Values and gradients of every loss as PyTorch 1.13.1 printed them in float64, for one set of
 * operands; and the reductions. Derivatives of every option are in test_loss_rules.c, awkward
 * points in test_loss_points.c.
 */
#include <autograd.h>
#include <math.h>

#include "check_main.h"

static const double real[6] = {0.5, -1.2, 2, -0.3, 0.7, 1.1};
static const double other[6] = {0.1, 0.4, -0.9, 1.5, -0.2, 0.6};
static const double share[6] = {0.2, 0.7, 0.5, 0.9, 0.05, 0.6};
static const double target[6] = {1, 0, 0.3, 1, 0.8, 0};
static const double width[6] = {0.4, 1.5, 0.9, 2, 0.1, 0.7};
static const int64_t sign[6] = {1, -1, 1, -1, -1, 1};

/* --- calls ------------------------------------------------------------------------------------ */

static ag_tensor *whole(ag_tensor *like, ag_shape shape, const int64_t *values)
{
    return ag_leaf(ag_graph_of(like), AG_CONSTANT, AG_I64, shape, values);
}

static ag_tensor *weight(ag_tensor *like)
{
    return ag_from_values(ag_graph_of(like), AG_CONSTANT, AG_SHAPE(3), (const double[]){0.5, 1, 2});
}

#define LABELS whole(in[0], AG_SHAPE(2), (const int64_t[]){2, 0})
#define SIGN whole(in[0], AG_SHAPE(2, 3), sign)
#define WEIGHT weight(in[0])
#define CALL(name, expression)                                                                     \
    static ag_tensor *name(ag_tensor *const *in)                                                   \
    {                                                                                              \
        return expression;                                                                         \
    }
CALL(mse, ag_mse_loss(in[0], in[1], AG_MEAN))
CALL(l1, ag_l1_loss(in[0], in[1], AG_MEAN))
CALL(smooth_l1, ag_smooth_l1_loss(in[0], in[1], 0.7, AG_MEAN))
CALL(huber, ag_huber_loss(in[0], in[1], 1.5, AG_SUM))
CALL(poisson, ag_poisson_nll_loss(in[0], in[1], NULL))
CALL(poisson_rate,
     ag_poisson_nll_loss(in[0], in[1], (&(ag_poisson_options){.rate = true, .full = true})))
CALL(gaussian, ag_gaussian_nll_loss(in[0], in[1], in[2], NULL))
CALL(gaussian_full,
     ag_gaussian_nll_loss(in[0], in[1], in[2], (&(ag_gaussian_options){.full = true, .eps = 0.5})))
CALL(kl, ag_kl_div(in[0], in[1], false, AG_BATCH_MEAN))
CALL(kl_of_logs, ag_kl_div(in[0], in[1], true, AG_SUM))
CALL(bce, ag_bce_loss(in[0], in[1], NULL, AG_MEAN))
CALL(bce_weighted, ag_bce_loss(in[0], in[1], in[2], AG_SUM))
CALL(logits, ag_bce_with_logits(in[0], in[1], NULL))
CALL(logits_weighted,
     ag_bce_with_logits(in[0], in[1], (&(ag_bce_options){.weight = in[2], .pos_weight = WEIGHT})))
#define OPTIONS(...) (&(ag_cross_entropy_options){__VA_ARGS__})
CALL(entropy, ag_cross_entropy(in[0], LABELS, NULL))
CALL(entropy_smooth,
     ag_cross_entropy(in[0], LABELS, OPTIONS(.weight = WEIGHT, .label_smoothing = 0.1)))
CALL(entropy_ignore, ag_cross_entropy(in[0], LABELS, OPTIONS(.ignore = true)))
CALL(entropy_given,
     ag_cross_entropy(in[0], in[1], OPTIONS(.weight = WEIGHT, .label_smoothing = 0.1)))
CALL(likelihood, ag_nll_loss(in[0], LABELS, OPTIONS(.weight = WEIGHT)))
CALL(hinge, ag_hinge_embedding_loss(in[0], SIGN, 0.8, AG_MEAN))
CALL(ranking, ag_margin_ranking_loss(in[0], in[1], SIGN, 0.5, AG_MEAN))
CALL(embedding,
     ag_cosine_embedding_loss(in[0], in[1], whole(in[0], AG_SHAPE(2), sign), -0.9, AG_MEAN))
CALL(similarity, ag_sum(ag_cosine_similarity(in[0], in[1], 0, 1e-8)))
CALL(triplet, ag_triplet_margin_loss(in[0], in[1], in[2], NULL))
CALL(triplet_swap,
     ag_triplet_margin_loss(in[0], in[1], in[2],
                            (&(ag_triplet_options){.margin = 2.5, .p = 3, .swap = true})))

/* --- PyTorch ---------------------------------------------------------------------------------- */

/* torch.nn.functional's call; ours; the operands, all of shape [2,3]; the loss; the gradient of the
 * first operand. In the calls `weight` is [0.5, 1, 2], `labels` [2, 0]. */
static const struct row {
    const char *torch;
    ag_tensor *(*call)(ag_tensor *const *in);
    const double *in[3];
    double value, gradient[6];
} rows[] = {
    {"mse_loss(real, other)",
     mse,
     {real, other},
     2.5716666666666668,
     {0.13333333333333333, -0.5333333333333333, 0.9666666666666666, -0.6, 0.29999999999999993,
      0.16666666666666669}},
    {"l1_loss(real, other)",
     l1,
     {real, other},
     1.3499999999999999,
     {0.16666666666666666, -0.16666666666666666, 0.16666666666666666, -0.16666666666666666,
      0.16666666666666666, 0.16666666666666666}},
    {"smooth_l1_loss(real, other, beta=0.7)",
     smooth_l1,
     {real, other},
     1.0154761904761904,
     {0.09523809523809525, -0.16666666666666666, 0.16666666666666666, -0.16666666666666666,
      0.16666666666666666, 0.11904761904761907}},
    {"huber_loss(real, other, 'sum', 1.5)",
     huber,
     {real, other},
     6.685,
     {0.4, -1.5, 1.5, -1.5, 0.8999999999999999, 0.5000000000000001}},
    {"poisson_nll_loss(real, width)",
     poisson,
     {real, width},
     2.4429514222736017,
     {0.2081202117833547, -0.19980096468129965, 1.0815093498217752, -0.20986362988638035,
      0.31895878457841276, 0.38402767065773885}},
    {"poisson_nll_loss(share, width, log_input=False, full=True)",
     poisson_rate,
     {share, width},
     1.0836945599001693,
     {-0.16666665000000083, -0.19047618537414976, -0.13333332733333345, -0.20370369958847737,
      -0.1666666000000133, -0.02777777453703706}},
    {"gaussian_nll_loss(real, other, width)",
     gaussian,
     {real, other, width},
     1.5788295810381099,
     {0.16666666666666666, -0.17777777777777778, 0.537037037037037, -0.15, 1.4999999999999998,
      0.11904761904761908}},
    {"gaussian_nll_loss(real, other, width, full=True, eps=0.5)",
     gaussian_full,
     {real, other, width},
     2.1038165695551423,
     {0.13333333333333333, -0.17777777777777778, 0.537037037037037, -0.15, 0.29999999999999993,
      0.11904761904761908}},
    {"kl_div(real, target, reduction='batchmean')",
     kl,
     {real, target},
     -0.9498533411745743,
     {-0.5, 0.0, -0.15, -0.5, -0.4, 0.0}},
    {"kl_div(real, other, reduction='sum', log_target=True)",
     kl_of_logs,
     {real, other},
     7.184922384391115,
     {-1.1051709180756477, -1.4918246976412703, -0.4065696597405991, -4.4816890703380645,
      -0.8187307530779818, -1.8221188003905089}},
    {"binary_cross_entropy(share, target)",
     bce,
     {share, target},
     1.1558422704287776,
     {-0.8333333333333331, 0.5555555555555555, 0.13333333333333333, -0.1851851851851852,
      -2.631578947368421, 0.4166666666666667}},
    {"binary_cross_entropy(share, target, width, reduction='sum')",
     bce_weighted,
     {share, target, width},
     4.166375825366126,
     {-1.9999999999999998, 4.999999999999999, 0.7200000000000001, -2.2222222222222223,
      -1.5789473684210527, 1.75}},
    {"binary_cross_entropy_with_logits(real, target)",
     logits,
     {real, target},
     0.8415273468384209,
     {-0.0629234447996909, 0.03857920275016373, 0.09679951299631373, -0.09574041946860982,
      -0.02196870463863898, 0.12504335093251961}},
    {"binary_cross_entropy_with_logits(real, target, share, pos_weight=weight)",
     logits_weighted,
     {real, target, share},
     0.3763714983761555,
     {-0.006292344479969091, 0.02700544192511461, 0.045419683447603915, -0.04308318876087442,
      -0.0010984352319319492, 0.07502601055951176}},
    {"cross_entropy(real, labels)",
     entropy,
     {real},
     1.1424571543244333,
     {0.08827102943318557, 0.016125662728617002, -0.10439669216180258, -0.4356787584809074,
      0.17484326200527484, 0.2608354964756326}},
    {"cross_entropy(real, labels, weight, label_smoothing=0.1)",
     entropy_smooth,
     {real},
     0.6463798240137407,
     {0.12868224513088453, 0.011392682850546069, -0.1400749279814306, -0.15750770384467802,
      0.06592894544239125, 0.09157875840228677}},
    {"cross_entropy(real, labels, ignore_index=0)",
     entropy_ignore,
     {real},
     0.23419613713579818,
     {0.17654205886637114, 0.032251325457234005, -0.20879338432360517, 0.0, 0.0, 0.0}},
    {"cross_entropy(real, share, weight, label_smoothing=0.1)",
     entropy_given,
     {real, share},
     2.1912849402920105,
     {0.09996402111563228, -0.3036617657279685, 0.20369774461233622, -0.10491768896522756,
      0.2487419047686859, -0.14382421580345836}},
    {"nll_loss(real, labels, weight)", likelihood, {real}, -1.54, {0.0, 0.0, -0.8, -0.2, 0.0, 0.0}},
    {"hinge_embedding_loss(real, sign, margin=0.8)",
     hinge,
     {real},
     1.1333333333333335,
     {0.16666666666666666, -0.16666666666666666, 0.16666666666666666, -0.16666666666666666,
      -0.16666666666666666, 0.16666666666666666}},
    {"margin_ranking_loss(real, other, sign, margin=0.5)",
     ranking,
     {real, other},
     0.25,
     {-0.16666666666666666, 0.0, 0.0, 0.0, 0.16666666666666666, 0.0}},
    {"cosine_embedding_loss(real, other, tensor([1., -1.]), margin=-0.9)",
     embedding,
     {real, other},
     1.4382480439685124,
     {-0.06266580948848265, 0.014884990377296028, 0.02459744659853974, 0.34705260864814613,
      -0.05219896959341708, 0.12786823755440432}},
    {"cosine_similarity(real, other, 0).sum()",
     similarity,
     {real, other},
     -1.9159772362194067,
     {0.7851330554230036, 0.02335108528423624, -0.18727822485236026, 1.3085550923716722,
      0.040030431915833053, 0.34050586336792765}},
    {"triplet_margin_loss(real, other, width)",
     triplet,
     {real, other, width},
     1.0411131906238735,
     {0.042809251975301145, 0.22297787681827932, 0.24609302781875286, 0.04308195295743067,
      0.09254832395481423, 0.0375867505138517}},
    {"triplet_margin_loss(real, other, width, 2.5, 3, swap=True)",
     triplet_swap,
     {real, other, width},
     3.7376332685037115,
     {0.008564421674023923, -0.13702989034569468, 0.45016547387103883, -0.4564612343831312,
      0.11411568898067305, 0.03522095427557835}},
};

static bool near(double have, double want)
{
    return fabs(have - want) <= 1e-13 * (1 + fabs(want));
}

START_TEST(test_values_and_gradients_are_those_of_pytorch)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct row *r = &rows[i];
        ag_graph *g = ag_graph_new();
        ag_tensor *in[3] = {NULL};
        double gradient[6];
        for (int k = 0; k < 3 && r->in[k] != NULL; k++) {
            in[k] = ag_from_values(g, AG_VARIABLE, AG_SHAPE(2, 3), r->in[k]);
        }
        ag_tensor *y = r->call(in);
        ck_assert_msg(y != NULL, "%s: %s", r->torch, ag_error_message(g));
        ck_assert_msg(near(ag_item(y), r->value), "%s: %.17g", r->torch, ag_item(y));
        ck_assert_int_eq(ag_backward(y), AG_OK);
        ck_assert_int_eq(ag_grad_get(in[0], gradient, 6), AG_OK);
        for (int k = 0; k < 6; k++) {
            ck_assert_msg(near(gradient[k], r->gradient[k]), "%s: element %d: %.17g", r->torch, k,
                          gradient[k]);
        }
        ag_graph_free(g);
    }
}
END_TEST

/* --- reductions ------------------------------------------------------------------------------- */

START_TEST(test_reductions)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *y = ag_from_values(g, AG_VARIABLE, AG_SHAPE(2, 3), real);
    ag_tensor *t = ag_from_values(g, AG_CONSTANT, AG_SHAPE(2, 3), other);
    ag_tensor *each = ag_mse_loss(y, t, AG_NONE);
    double sum = ag_item(ag_sum(each));
    ck_assert_int_eq(ag_shape_of(each).ndim, 2);
    ck_assert_double_eq(ag_item_at(each, AG_SHAPE(0, 2)), 2.9 * 2.9);
    ck_assert_double_eq(ag_item(ag_mse_loss(y, t, AG_SUM)), sum);
    ck_assert(near(ag_item(ag_mse_loss(y, t, AG_MEAN)), sum / 6));
    double kl_sum = ag_item(ag_kl_div(y, t, true, AG_SUM));
    ck_assert(near(ag_item(ag_kl_div(y, t, true, AG_BATCH_MEAN)), kl_sum / 2));
    /* a 0-d batch is a batch of one */
    ag_tensor *one = ag_constant(g, 0.25);
    ck_assert_double_eq(ag_item(ag_kl_div(one, one, true, AG_BATCH_MEAN)), 0);
    /* (2,3) with (3): six losses; a column with a row: six too */
    ag_tensor *row = ag_full(g, AG_CONSTANT, AG_SHAPE(3), 1);
    ag_tensor *column = ag_full(g, AG_CONSTANT, AG_SHAPE(2, 1), 1);
    ck_assert_int_eq(ag_size(ag_l1_loss(y, row, AG_NONE)), 6);
    ck_assert_int_eq(ag_size(ag_l1_loss(column, row, AG_NONE)), 6);
    ag_graph_free(g);
}
END_TEST

/* Weighted labels: the mean is over the weights, 2 and 0.5, of the labels there are. */
START_TEST(test_the_mean_of_labels_is_weighted)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *in[1] = {ag_from_values(g, AG_VARIABLE, AG_SHAPE(2, 3), real)};
    ag_cross_entropy_options o = {.weight = WEIGHT, .reduction = AG_NONE};
    ag_tensor *each = ag_cross_entropy(in[0], LABELS, &o);
    o.reduction = AG_SUM;
    ck_assert(near(ag_item(ag_sum(each)), ag_item(ag_cross_entropy(in[0], LABELS, &o))));
    o.reduction = AG_MEAN;
    double mean = ag_item(ag_cross_entropy(in[0], LABELS, &o));
    ck_assert(near(mean, ag_item(ag_sum(each)) / 2.5));
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("loss", test_values_and_gradients_are_those_of_pytorch, test_reductions,
           test_the_mean_of_labels_is_weighted)
