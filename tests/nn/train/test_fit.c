/* Proves what fit computes: means and metrics that are exact over partial batches, training values
 * from during the epoch and validation after it, weights of classes and rows, penalties, seeds, and
 * that watching changes no weight.
 */
#include "fit_cases.h"

/* --- metrics of our own, which are no means over batches -------------------------------------- */

static double largest_error(ag_tensor *y, ag_tensor *t, const void *user)
{
    (void)user;
    return ag_item(ag_max(ag_abs(ag_sub(y, t))));
}

static double pearson(ag_tensor *y, ag_tensor *t, const void *user)
{
    (void)user;
    ag_tensor *dy = ag_sub(y, ag_mean(y)), *dt = ag_sub(t, ag_mean(t));
    ag_tensor *size = ag_mul(ag_std(y, 0), ag_std(t, 0));
    return ag_item(ag_div(ag_mean(ag_mul(dy, dt)), size));
}

static const nn_metric own[] = {{"largest", largest_error, false, NULL},
                                {"pearson", pearson, true, NULL}};

/* Statements 1 and 2. With rate 0 the weights stay, so the epoch's values are those of one pass
 * over all rows at once, whatever the batches. */
START_TEST(test_exact_over_partial_batches)
{
    ag_graph *g = case_graph(AG_F64);
    nn_data *d = numbered(g, CASE_ROWS);
    nn_module *net = regressor(g);
    nn_fit_options o = quiet(nn_mse, 1);
    o.optimizer = nn_sgd(g, &(ag_sgd){.rate = 1e-300});
    o.batch = 32;
    o.validation = d;
    o.metrics[0] = own[0];
    o.metrics[1] = own[1];
    nn_history *h = nn_fit(net, d, &o);
    all_well(g);
    ag_tensor *y = nn_call(net, nn_inputs(d)), *t = nn_targets(d);
    expect_near(nn_last(h, "loss"), ag_item(ag_mean(ag_square(ag_sub(y, t)))), 1e-14);
    expect_near(nn_last(h, "largest"), largest_error(y, t, NULL), 1e-14);
    expect_near(nn_last(h, "pearson"), pearson(y, t, NULL), 1e-14);
    expect_near(nn_last(h, "val_loss"), nn_last(h, "loss"), 1e-14);
    expect_near(nn_last(h, "val_pearson"), nn_last(h, "pearson"), 1e-14);
    nn_evaluate_options e = {.loss = nn_mse, .metrics = {own[0], own[1]}, .batch = 7};
    nn_score s = nn_evaluate(net, d, &e);
    expect_near(s.loss, nn_last(h, "loss"), 1e-14);
    expect_near(s.metric[0], nn_last(h, "largest"), 1e-14);
    expect_near(s.metric[1], nn_last(h, "pearson"), 1e-14);
    ck_assert_int_eq(s.rows, CASE_ROWS);
    ag_graph_free(g);
}
END_TEST

/* Statement 6: the loss of an epoch of one batch is that of the weights before its step, and the
 * validation loss that of the weights after it, which is the next epoch's loss. */
START_TEST(test_training_during_validation_after)
{
    ag_graph *g = case_graph(AG_F64);
    nn_data *d = numbered(g, CASE_ROWS);
    nn_module *net = regressor(g);
    nn_fit_options o = quiet(nn_mse, 5);
    o.batch = CASE_ROWS;
    o.validation = d;
    o.optimizer = nn_sgd(g, &(ag_sgd){.rate = 0.1});
    nn_history *h = nn_fit(net, d, &o);
    all_well(g);
    for (int e = 1; e < 5; e++) {
        expect_near(nn_history_at(h, "val_loss", e), nn_history_at(h, "loss", e + 1), 1e-14);
        ck_assert(nn_history_at(h, "loss", e) > nn_history_at(h, "val_loss", e));
    }
    expect_near(nn_last(h, "val_loss"),
                nn_evaluate(net, d, &(nn_evaluate_options){.loss = nn_mse}).loss, 1e-14);
    ag_graph_free(g);
}
END_TEST

/* --- watching changes nothing ----------------------------------------------------------------- */

static void draws(nn_event *e, void *user)
{
    *(double *)user += ag_random_normal(nn_graph_of(e->net));
    if (e->when == NN_BATCH_END) { /* its gradients are not those of a step */
        ag_tensor *first[1];
        nn_parameters(e->net, "*", first, 1);
        ck_assert(ag_backward(ag_sum(ag_square(first[0]))) == AG_OK);
    }
}

static int64_t trained(bool watched, uint64_t seed, int64_t batch, double out[MOST_WEIGHTS])
{
    ag_graph *g = case_graph(AG_F64);
    nn_data *d = labelled(g, CASE_ROWS);
    nn_module *net = nn_sequential(g, nn_linear(g, 5, NULL), nn_tanh(g), nn_dropout(g, 0.2),
                                   nn_linear(g, 2, NULL));
    double sum = 0;
    FILE *shown = tmpfile();
    nn_fit_options o = quiet(nn_cross_entropy, 4);
    o.batch = batch;
    o.seed = seed;
    if (watched) {
        o.validation = labelled(g, 10);
        o.metrics[0] = nn_accuracy;
        o.callbacks[0] = (nn_callback){draws, &sum};
        o.show = NN_SHOW_LINES;
        o.show_on = shown;
    }
    ck_assert_ptr_nonnull(nn_fit(net, d, &o));
    all_well(g);
    int64_t n = weights_of(net, out);
    ag_graph_free(g);
    fclose(shown);
    return n;
}

/* Statements 14 and 35: one seed gives one result; a validation set, a metric, a callback that
 * draws numbers and leaves gradients, and progress change no bit of it. */
START_TEST(test_watching_changes_nothing)
{
    double first[MOST_WEIGHTS], again[MOST_WEIGHTS], watched[MOST_WEIGHTS], other[MOST_WEIGHTS];
    for (uint64_t seed = 0; seed < 3; seed++) { /* 0: drawn */
        int64_t n = trained(false, seed, 16, first);
        size_t bytes = (size_t)n * sizeof(double);
        trained(false, seed, 16, again);
        ck_assert_mem_eq(first, again, bytes);
        trained(true, seed, 16, watched);
        ck_assert_mem_eq(first, watched, bytes);
        trained(false, seed + 1, 16, other);
        ck_assert_mem_ne(first, other, bytes);
    }
}
END_TEST

/* --- weights and penalties -------------------------------------------------------------------- */

/* sum(w l)/sum(w) over all rows. */
static double weighted_loss(nn_module *net, const nn_data *d, const double by_class[2],
                            const double by_row[CASE_ROWS])
{
    double sum = 0, weights = 0, losses[CASE_ROWS];
    expect_ok(ag_get(nn_cross_entropy(nn_call(net, nn_inputs(d)), nn_targets(d), NULL), losses,
                     CASE_ROWS));
    for (int i = 0; i < CASE_ROWS; i++) {
        double w = by_class[nn_label(d, i)] * by_row[i];
        sum += w * losses[i];
        weights += w;
    }
    return sum / weights;
}

/* Statement 8: the loss divides by the sum of weights, metrics do not know them. */
START_TEST(test_class_and_row_weights)
{
    ag_graph *g = case_graph(AG_F64);
    nn_data *d = labelled(g, CASE_ROWS);
    nn_module *net = classifier(g);
    const double by_class[] = {3, 0.5};
    double by_row[CASE_ROWS];
    for (int i = 0; i < CASE_ROWS; i++) {
        by_row[i] = i % 5; /* among them 0 */
    }
    nn_fit_options o = quiet(nn_cross_entropy, 1);
    o.optimizer = nn_sgd(g, &(ag_sgd){.rate = 1e-300});
    o.batch = 8;
    o.class_weights = by_class;
    o.n_class_weights = 2;
    o.row_weights = by_row;
    o.n_row_weights = CASE_ROWS;
    o.metrics[0] = nn_accuracy;
    nn_history *h = nn_fit(net, d, &o);
    all_well(g);
    expect_near(nn_last(h, "loss"), weighted_loss(net, d, by_class, by_row), 1e-13);
    nn_evaluate_options e = {.loss = nn_cross_entropy, .metrics = {nn_accuracy}};
    expect_near(nn_last(h, "accuracy"), nn_evaluate(net, d, &e).metric[0], 1e-14);
    ag_graph_free(g);
}
END_TEST

/* The weight of a row is as if it came so many times: weights 0 and 2 in one full batch lead where
 * the doubled rows alone lead. */
START_TEST(test_weights_are_copies)
{
    double twice[MOST_WEIGHTS], weighted[MOST_WEIGHTS];
    double by_row[CASE_ROWS];
    int64_t rows[CASE_ROWS], n = 0;
    for (int i = 0; i < CASE_ROWS; i++) {
        by_row[i] = i % 2 == 0 ? 2 : 0;
        if (i % 2 == 0) {
            rows[n++] = i;
        }
    }
    for (int k = 0; k < 2; k++) {
        ag_graph *g = case_graph(AG_F64);
        nn_data *d = labelled(g, CASE_ROWS);
        nn_module *net = classifier(g);
        nn_fit_options o = quiet(nn_cross_entropy, 10);
        o.batch = CASE_ROWS;
        if (k == 1) {
            o.row_weights = by_row;
            o.n_row_weights = CASE_ROWS;
        }
        ck_assert_ptr_nonnull(nn_fit(net, k == 0 ? nn_select(d, rows, n) : d, &o));
        int64_t count = weights_of(net, k == 0 ? twice : weighted);
        if (k == 1) {
            expect_numbers(HERE, "weights", weighted, twice, count, 1e-12);
        }
        ag_graph_free(g);
    }
}
END_TEST

/* The columns are l1 sum |w| + l2 sum w^2, and the loss with it; the step follows both. */
START_TEST(test_penalties)
{
    ag_graph *g = case_graph(AG_F64);
    nn_data *d = numbered(g, 8);
    nn_linear_options penalized = {.penalty = {.l1 = 0.25, .l2 = 0.5}, .no_bias = true};
    nn_module *net = nn_linear(g, 1, &penalized);
    expect_ok(nn_build(net, AG_F64, AG_SHAPE(2)));
    expect_ok(nn_set_weights(net, (const double[]){2, -3}, 2));
    nn_fit_options o = quiet(nn_mse, 1);
    o.optimizer = nn_sgd(g, &(ag_sgd){.rate = 0.1});
    double plain = nn_evaluate(net, d, &(nn_evaluate_options){.loss = nn_mse}).loss;
    double slope[2] = {0, 0}, after[2], x[2], t[1];
    for (int64_t i = 0; i < 8; i++) {
        expect_ok(nn_get_sample(d, i, x, 2));
        expect_ok(nn_get_target(d, i, t, 1));
        double error = 2 * x[0] - 3 * x[1] - t[0];
        slope[0] += 2 * error * x[0] / 8;
        slope[1] += 2 * error * x[1] / 8;
    }
    nn_history *h = nn_fit(net, d, &o);
    all_well(g);
    expect_near(nn_last(h, "loss"), plain, 1e-14);
    expect_near(nn_last(h, "penalty"), 0.25 * 5 + 0.5 * 13, 1e-14);
    expect_near(nn_last(h, "objective"), plain + 7.75, 1e-14);
    expect_ok(nn_get_weights(net, after, 2));
    expect_near(after[0], 2 - 0.1 * (slope[0] + 0.25 + 0.5 * 4), 1e-13);
    expect_near(after[1], -3 - 0.1 * (slope[1] - 0.25 - 0.5 * 6), 1e-13);
    ag_graph_free(g);
}
END_TEST

/* --- a loop of one's own ---------------------------------------------------------------------- */

/* The loop of a user: the same as three epochs of fit. */
static void train_by_hand(ag_graph *g, nn_module *net, const nn_data *d)
{
    nn_optimizer *adam = nn_adam(g, NULL);
    expect_ok(nn_build(net, AG_F32, nn_sample_shape(d)));
    expect_ok(nn_attach(adam, net));
    nn_batches *all = nn_batches_new(d, &(nn_batches_options){.seed = 7});
    ag_mark mark = ag_graph_mark(g);
    nn_batch b;
    for (int epoch = 1; epoch <= 3; epoch++) {
        expect_ok(nn_batches_start(all, epoch, 0));
        while (nn_batches_next(all, &b)) {
            expect_ok(ag_backward(ag_mean(nn_cross_entropy(nn_call(net, b.x), b.y, NULL))));
            expect_ok(nn_step(adam));
            expect_ok(ag_graph_rewind(g, mark));
        }
    }
}

/* Both give the same bits. */
START_TEST(test_same_as_a_loop)
{
    double weights[2][MOST_WEIGHTS];
    int64_t n = 0;
    for (int k = 0; k < 2; k++) {
        ag_graph *g = case_graph(AG_F32);
        nn_data *d = labelled(g, CASE_ROWS);
        nn_module *net = classifier(g);
        nn_fit_options o = quiet(nn_cross_entropy, 3);
        if (k == 0) {
            ck_assert_ptr_nonnull(nn_fit(net, d, &o));
        } else {
            train_by_hand(g, net, d);
        }
        n = weights_of(net, weights[k]);
        ag_graph_free(g);
    }
    ck_assert_mem_eq(weights[0], weights[1], (size_t)n * sizeof(double));
}
END_TEST

/* Data without targets are their own. */
START_TEST(test_autoencoder)
{
    ag_graph *g = case_graph(AG_F64);
    nn_data *d = nn_data_from(g, AG_SHAPE(4, 2), (const double[]){1, 2, 2, 4, -1, -2, 3, 6},
                              AG_SCALAR, NULL);
    nn_module *net = nn_sequential(g, nn_linear(g, 1, NULL), nn_linear(g, 2, NULL));
    nn_fit_options o = quiet(nn_mse, 300);
    o.optimizer = nn_adam(g, &(ag_adam){.rate = 0.05});
    nn_history *h = nn_fit(net, d, &o);
    all_well(g);
    ck_assert(nn_last(h, "loss") < 1e-3);
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("fit", test_exact_over_partial_batches, test_training_during_validation_after,
           test_watching_changes_nothing, test_class_and_row_weights, test_weights_are_copies,
           test_penalties, test_same_as_a_loop, test_autoencoder)
