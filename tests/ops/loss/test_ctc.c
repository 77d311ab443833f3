/* Connectionist temporal classification: all paths counted one by one, PyTorch's numbers, what has no
 * path, derivatives of both orders, every way to call it wrongly.
 */
#include "ops/counted.h"

enum { STEPS = 4, CLASSES = 3 };

static ag_tensor *log_probs, *targets, *steps, *lengths;

static void begin(void)
{
    g = ag_graph_new();
    log_probs = ag_log_softmax(drawn(g, AG_F64, AG_SHAPE(STEPS, 1, CLASSES)), 2);
    targets = INDICES(AG_SHAPE(1, 2), 1, 1);
    steps = INDICES(AG_SHAPE(1), STEPS);
    lengths = INDICES(AG_SHAPE(1), 2);
}

/* Does a path, its labels as digits of a number in base CLASSES, read as 1 1 once repeated labels are
 * one and blanks are gone? Sets the logarithm of its probability. */
static bool reads_as_11(int path, const double *p, double *log_of)
{
    int before = -1, seen = 0;
    bool other = false;
    *log_of = 0;
    for (int t = 0; t < STEPS; t++, path /= CLASSES) {
        int label = path % CLASSES;
        *log_of += p[t * CLASSES + label];
        seen += label == 1 && before != 1;
        other = other || label == 2;
        before = label;
    }
    return seen == 2 && !other;
}

/* The sum over all 81 paths, and the gradient as the share of those with a label at a step. */
START_TEST(test_all_paths)
{
    begin();
    double p[MOST_ELEMENTS], share[STEPS * CLASSES] = {0}, sum = 0, one;
    read_all(log_probs, p);
    for (int path = 0; path < 81; path++) {
        if (reads_as_11(path, p, &one)) {
            sum += exp(one);
            for (int t = 0, rest = path; t < STEPS; t++, rest /= CLASSES) {
                share[t * CLASSES + rest % CLASSES] -= exp(one);
            }
        }
    }
    ag_tensor *leaf = variable(AG_SHAPE(STEPS, 1, CLASSES));
    expect_ok(ag_set(leaf, p, STEPS * CLASSES));
    ag_ctc_options o = {.reduction = AG_SUM};
    ag_tensor *loss = ag_ctc_loss(leaf, targets, steps, lengths, &o);
    expect_near(ag_item(loss), -log(sum), 1e-13);
    expect_ok(ag_backward(loss));
    for (int i = 0; i < STEPS * CLASSES; i++) {
        share[i] /= sum;
    }
    expect_grad(HERE, leaf, share, STEPS * CLASSES, 1e-13);
    ag_ctc_options mean = {.reduction = AG_MEAN};
    expect_near(ag_item(ag_ctc_loss(leaf, targets, steps, lengths, &mean)), -log(sum) / 2, 1e-13);
    ag_graph_free(g);
}
END_TEST

/* Three steps, a label twice: 1 0 1 is the only way; in two steps there is none. */
START_TEST(test_no_path)
{
    begin();
    ag_ctc_options plain = {.reduction = AG_NONE}, zero = {.zero_infinity = true};
    ag_tensor *leaf = drawn(g, AG_F64, AG_SHAPE(3, 1, CLASSES)), *two = INDICES(AG_SHAPE(1), 2);
    double only = -(ag_item_at(leaf, AG_SHAPE(0, 0, 1)) + ag_item_at(leaf, AG_SHAPE(1, 0, 0)) +
                    ag_item_at(leaf, AG_SHAPE(2, 0, 1)));
    ag_tensor *three = INDICES(AG_SHAPE(1), 3);
    expect_near(ag_item(ag_sum(ag_ctc_loss(leaf, targets, three, lengths, &plain))), only, 1e-14);
    ag_tensor *loss = ag_ctc_loss(leaf, targets, two, lengths, &plain);
    expect_tensor(loss, AG_SHAPE(1), (double)INFINITY);
    PULLS(loss, leaf, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    expect_same(ag_item(ag_ctc_loss(leaf, targets, two, lengths, &zero)), 0);
    ag_tensor *none = INDICES(AG_SHAPE(1), 0),
              *nothing = ag_ctc_loss(leaf, targets, three, none, &plain);
    only = -(ag_item_at(leaf, AG_SHAPE(0, 0, 0)) + ag_item_at(leaf, AG_SHAPE(1, 0, 0)) +
             ag_item_at(leaf, AG_SHAPE(2, 0, 0)));
    expect_near(ag_item(ag_sum(nothing)), only, 1e-14);
    PULLS(nothing, leaf, -1, 0, 0, -1, 0, 0, -1, 0, 0);
    expect_tensor(ag_ctc_loss(leaf, targets, none, none, &plain), AG_SHAPE(1), 0);
    ag_graph_free(g);
}
END_TEST

static ag_tensor *ctc(ag_tensor *const *in, int n, void *user)
{
    (void)n, (void)user;
    ag_tensor *labels = INDICES(AG_SHAPE(5), 1, 1, 3, 1, 2), *all = INDICES(AG_SHAPE(3), 5, 4, 3);
    ag_ctc_options o = {.reduction = AG_SUM};
    return ag_ctc_loss(ag_log_softmax(in[0], -1), labels, all, INDICES(AG_SHAPE(3), 3, 0, 2), &o);
}

START_TEST(test_ctc_derivatives)
{
    g = ag_graph_new();
    ag_tensor *x = drawn(g, AG_F64, AG_SHAPE(5, 3, 4));
    derivatives_agree(ctc, NULL, &x, 1);
    ag_tensor *narrow = ag_cast(x, AG_F32);
    expect_near(ag_item(ctc(&narrow, 1, NULL)), ag_item(ctc(&x, 1, NULL)), 1e-6);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_ctc_refuses)
{
    begin();
    ag_tensor *x = log_probs, *one = INDICES(AG_SHAPE(1), 1);
    ag_ctc_options blank = {.blank = 3}, reduction = {.reduction = AG_BATCH_MEAN};
    fails(ag_ctc_loss(x, INDICES(AG_SHAPE(1, 2), 1, 3), steps, lengths, NULL), AG_ERR_VALUE,
          "ctc_loss: label 3 at [0,1]; there are 3 classes, 0 is the blank", "not the blank");
    fails(ag_ctc_loss(x, INDICES(AG_SHAPE(1, 2), 0, 1), steps, lengths, NULL), AG_ERR_VALUE,
          "ctc_loss: label 0 at [0,0]", NULL);
    fails(ag_ctc_loss(x, targets, INDICES(AG_SHAPE(1), 5), lengths, NULL), AG_ERR_VALUE,
          "ctc_loss: the input length of sample 0 is 5: 0 to 4", NULL);
    fails(ag_ctc_loss(x, targets, steps, INDICES(AG_SHAPE(1), -1), NULL), AG_ERR_VALUE,
          "ctc_loss: the target length of sample 0 is -1: 0 to 2", NULL);
    fails(ag_ctc_loss(x, INDICES(AG_SHAPE(3), 1, 1, 1), steps, one, NULL), AG_ERR_SHAPE,
          "ctc_loss: the target lengths do not add up to 3 targets", "[N,S]");
    fails(ag_ctc_loss(x, INDICES(AG_SHAPE(2, 1), 1, 1), steps, one, NULL), AG_ERR_SHAPE,
          "ctc_loss: targets of [2,1] for 1 samples", NULL);
    fails(ag_ctc_loss(x, targets, INDICES(AG_SHAPE(2), 1, 1), one, NULL), AG_ERR_SHAPE,
          "ctc_loss: the list of input lengths has shape [2], not [1]", NULL);
    fails(ag_ctc_loss(x, x, steps, lengths, NULL), AG_ERR_DTYPE,
          "ctc_loss: the list of targets must", NULL);
    fails(ag_ctc_loss(targets, targets, steps, lengths, NULL), AG_ERR_DTYPE, "ctc_loss: log_probs",
          "ag_log_softmax");
    fails(ag_ctc_loss(ag_select(x, 1, 0), targets, steps, lengths, NULL), AG_ERR_SHAPE,
          "ctc_loss: log_probs are f64 [4,3]", NULL);
    fails(ag_ctc_loss(x, targets, steps, lengths, &blank), AG_ERR_VALUE, "ctc_loss: blank is 3",
          NULL);
    fails(ag_ctc_loss(x, targets, steps, lengths, &reduction), AG_ERR_VALUE, "ctc_loss: reduction",
          NULL);
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("ctc", test_all_paths, test_no_path, test_ctc_derivatives, test_ctc_refuses)
