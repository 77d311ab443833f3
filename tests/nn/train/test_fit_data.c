/* Proves how fit draws its rows: last batches of few rows, data sets of one row, validation rows at
 * random or the last ones, loaders and distortions, threads; and that what is frozen stays.
 */
#include "fit_cases.h"

/* --- last batches ----------------------------------------------------------------------------- */

static nn_module *normalized(ag_graph *g)
{
    return nn_sequential(g, nn_linear(g, 3, NULL), nn_batch_norm(g, NULL), nn_linear(g, 1, NULL));
}

static void count_batches(nn_event *e, void *user)
{
    int64_t *n = user;
    *n += e->when == NN_BATCH_END;
}

/* How many batches an epoch of 33 rows has; -1 after an error. */
static int64_t batches_of(bool norm, nn_last_batch last, int64_t fewest)
{
    ag_graph *g = case_graph(AG_F64);
    int64_t n = 0;
    nn_fit_options o = quiet(nn_mse, 1);
    o.batch = 8;
    o.draw = (nn_batches_options){.last = last, .fewest = fewest};
    o.callbacks[0] = (nn_callback){count_batches, &n};
    bool good = nn_fit(norm ? normalized(g) : regressor(g), numbered(g, 33), &o) != NULL;
    ck_assert_int_eq(good, ag_error(g) == AG_OK);
    ag_graph_free(g);
    return good ? n : -1;
}

/* Statement 10: joined where there are running statistics, kept elsewhere, and by option. */
START_TEST(test_last_batch_of_one_row)
{
    ck_assert_int_eq(batches_of(true, NN_LAST_KEPT, 0), 4);
    ck_assert_int_eq(batches_of(false, NN_LAST_KEPT, 0), 5);
    ck_assert_int_eq(batches_of(true, NN_LAST_DROPPED, 0), 4);
    ck_assert_int_eq(batches_of(false, NN_LAST_DROPPED, 0), 4);
    ck_assert_int_eq(batches_of(true, NN_LAST_REFUSED, 2), -1);
    ck_assert_int_eq(batches_of(true, NN_LAST_KEPT, 1), -1); /* one value for each channel */
}
END_TEST

/* Statement 9. */
START_TEST(test_few_rows)
{
    for (int64_t rows = 1; rows <= 3; rows++) {
        ag_graph *g = case_graph(AG_F64);
        nn_fit_options o = quiet(nn_mse, 3);
        o.batch = 1000;
        o.metrics[0] = nn_rmse;
        nn_data *d = numbered(g, rows);
        o.validation = d;
        nn_history *h = nn_fit(regressor(g), d, &o);
        all_well(g);
        expect_near(nn_last(h, "rmse"), sqrt(nn_last(h, "loss")), 1e-14);
        ck_assert(nn_last(h, "val_loss") < nn_history_at(h, "loss", 1));
        ag_graph_free(g);
    }
}
END_TEST

/* --- validation rows -------------------------------------------------------------------------- */

/* How many targets are 1. */
static double ones(ag_tensor *y, ag_tensor *t, const void *user)
{
    (void)y;
    (void)user;
    return ag_item(ag_sum(ag_cast(t, AG_F64)));
}

static double rows_in(ag_tensor *y, ag_tensor *t, const void *user)
{
    (void)y;
    (void)user;
    return (double)ag_size(t);
}

/* 100 rows sorted by their label. */
static nn_data *sorted(ag_graph *g)
{
    double x[200];
    int64_t y[100];
    for (int i = 0; i < 100; i++) {
        x[2 * i] = x[2 * i + 1] = i;
        y[i] = i >= 50;
    }
    return nn_data_new(g, &(nn_arrays){.rows = 100,
                                       .x = x,
                                       .x_shape = AG_SHAPE(2),
                                       .y = y,
                                       .y_element = NN_I64,
                                       .y_shape = AG_SCALAR,
                                       .y_classes = 2});
}

/* Statement 16. */
START_TEST(test_validation_share)
{
    ag_graph *g = case_graph(AG_F64);
    double share[2];
    for (int k = 0; k < 3; k++) {
        nn_fit_options o = quiet(nn_cross_entropy, 1);
        o.seed = (uint64_t)k + 1;
        o.validation_share = 0.2;
        o.validation_last = k == 2;
        o.metrics[0] = (nn_metric){"ones", ones, true, NULL};
        o.metrics[1] = (nn_metric){"rows", rows_in, true, NULL};
        nn_history *h = nn_fit(classifier(g), sorted(g), &o);
        all_well(g);
        expect_same(nn_last(h, "rows"), 80);
        expect_same(nn_last(h, "val_rows"), 20);
        expect_same(nn_last(h, "ones") + nn_last(h, "val_ones"), 50);
        if (k < 2) {
            share[k] = nn_last(h, "loss");
            ck_assert(nn_last(h, "val_ones") > 2 && nn_last(h, "val_ones") < 18);
        } else {
            expect_same(nn_last(h, "val_ones"), 20);
        }
    }
    ck_assert(share[0] != share[1]); /* other seeds, other rows */
    ag_graph_free(g);
}
END_TEST

/* Statement 5: one-hot targets where labels are meant, before the first step. */
START_TEST(test_one_hot_for_labels)
{
    ag_graph *g = case_graph(AG_F64);
    double x[20] = {0}, y[20] = {1};
    nn_data *d = nn_data_from(g, AG_SHAPE(10, 2), x, AG_SHAPE(10, 2), y);
    nn_fit_options o = quiet(nn_cross_entropy, 1);
    no_tensor(g, HERE, (void *)nn_fit(classifier(g), d, &o), AG_ERR_SHAPE, LINE, "[2,2]",
              "nn_fit, training, was trying rows 0 and 0");
    ag_graph_free(g);
}
END_TEST

/* --- the same bits ---------------------------------------------------------------------------- */

static int64_t trained(bool loader, int threads, double out[MOST_WEIGHTS])
{
    ag_graph *g = case_graph(AG_F32);
    nn_module *net = classifier(g);
    nn_fit_options o = quiet(nn_cross_entropy, 3);
    expect_ok(ag_set_threads(threads));
    o.batch = 16;
    o.draw.loader = loader;
    ck_assert_ptr_nonnull(nn_fit(net, labelled(g, 100), &o));
    int64_t n = weights_of(net, out);
    ag_graph_free(g);
    expect_ok(ag_set_threads(0));
    return n;
}

/* Statement 14: with a loader or without, and any number of threads. */
START_TEST(test_loader_and_threads)
{
    double first[MOST_WEIGHTS], other[MOST_WEIGHTS];
    size_t bytes = (size_t)trained(false, 1, first) * sizeof(double);
    for (int threads = 1; threads <= 4; threads *= 2) {
        trained(true, threads, other);
        ck_assert_mem_eq(first, other, bytes);
        trained(false, threads, other);
        ck_assert_mem_eq(first, other, bytes);
    }
}
END_TEST

/* Statement 33: frozen parameters keep their bits, frozen statistics their numbers (11). */
START_TEST(test_frozen)
{
    ag_graph *g = case_graph(AG_F64);
    nn_module *net = normalized(g);
    double weight[6], mean[3];
    expect_ok(nn_build(net, AG_F64, AG_SHAPE(2)));
    expect_ok(nn_freeze(net, "0.*", true));
    expect_ok(nn_freeze(net, "1.running_*", true));
    expect_ok(ag_get(nn_find(net, "0.weight"), weight, 6));
    expect_ok(ag_get(nn_find(net, "1.running_mean"), mean, 3));
    double last = ag_item_at(nn_find(net, "2.weight"), AG_SHAPE(0, 0));
    nn_fit_options o = quiet(nn_mse, 20);
    o.optimizer = nn_adam(g, &(ag_adam){.rate = 0.1, .weight_decay = 0.1, .decoupled = true});
    ck_assert_ptr_nonnull(nn_fit(net, numbered(g, 20), &o));
    expect_value(HERE, nn_find(net, "0.weight"), weight, 6, 0);
    expect_value(HERE, nn_find(net, "1.running_mean"), mean, 3, 0);
    ck_assert(ag_item_at(nn_find(net, "2.weight"), AG_SHAPE(0, 0)) != last);
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("fit_data", test_last_batch_of_one_row, test_few_rows, test_validation_share,
           test_one_hot_for_labels, test_loader_and_threads, test_frozen)
