/* Proves evaluation and prediction: batches, mode, generator and recording leave no trace; classes
 * of one and of many outputs; outputs of modules within a network.
 */
#include "fit_cases.h"

static nn_module *built(nn_module *net, const nn_data *d)
{
    expect_ok(nn_build(net, ag_graph_dtype(nn_graph_of(net)), nn_sample_shape(d)));
    return net;
}

/* More rows than one batch has; statement 11: a row's output does not depend on the others, nor on
 * dropout, and running statistics stay. */
START_TEST(test_predict)
{
    ag_graph *g = case_graph(AG_F64);
    nn_data *d = numbered(g, 300);
    nn_module *net = built(nn_sequential(g, nn_linear(g, 4, NULL), nn_batch_norm(g, NULL),
                                         nn_dropout(g, 0.5), nn_linear(g, 3, NULL)),
                           d);
    expect_ok(ag_fill_uniform(nn_find(net, "1.running_mean"), -1, 1));
    double before[4], after[4];
    expect_ok(ag_get(nn_find(net, "1.running_mean"), before, 4));
    uint64_t random = ag_random_get_state(g).counter;
    ag_tensor *all = nn_predict(net, d);
    all_well(g);
    expect_shape(HERE, all, AG_SHAPE(300, 3));
    ck_assert(!ag_needs_grad(all));
    ck_assert(nn_is_training(net));
    ck_assert_uint_eq(ag_random_get_state(g).counter, random);
    expect_ok(ag_get(nn_find(net, "1.running_mean"), after, 4));
    ck_assert_mem_eq(before, after, sizeof before);
    nn_set_training(net, false);
    for (int64_t i = 0; i < 300; i += 37) {
        ag_tensor *one = nn_call(net, nn_inputs(nn_rows_between(d, i, i + 1)));
        for (int64_t j = 0; j < 3; j++) {
            expect_near(ag_item_at(all, AG_SHAPE(i, j)), ag_item_at(one, AG_SHAPE(0, j)), 1e-14);
        }
    }
    expect_value(HERE, nn_predict(net, d), ag_data(all), 900, 0); /* in either mode */
    ck_assert(!nn_is_training(net));
    ag_graph_free(g);
}
END_TEST

static ag_tensor *skips(nn_module *m, ag_tensor *x)
{
    bool building = nn_find(m, "used.weight") == NULL;
    ag_tensor *y = nn_call(nn_child_at(m, 0), x);
    return building ? nn_call(nn_child_at(m, 1), y) : y;
}

/* The module's own output, batch after batch; a module that is not called is an error and not what
 * it gave another time. */
START_TEST(test_predict_at)
{
    ag_graph *g = case_graph(AG_F64);
    nn_data *d = numbered(g, 200);
    nn_module *net = built(regressor(g), d);
    ag_tensor *hidden = nn_predict_at(net, d, "1");
    expect_shape(HERE, hidden, AG_SHAPE(200, 5));
    nn_call(net, nn_inputs(d));
    expect_value(HERE, nn_output(nn_find_module(net, "1")), ag_data(hidden), 1000, 1e-15);
    expect_value(HERE, nn_predict_at(net, d, ""), ag_data(nn_predict(net, d)), 200, 0);
    no_tensor(g, HERE, nn_predict_at(net, d, "7"), AG_ERR_VALUE, LINE, "\"7\"", "0, 1, 2");
    ag_graph_free(g);
}
END_TEST

START_TEST(test_predict_at_module_not_called)
{
    ag_graph *g = case_graph(AG_F64);
    nn_data *d = numbered(g, 5);
    nn_module *m = nn_module_new(g, "skips", 0, skips);
    nn_child(m, "used", nn_linear(g, 2, NULL));
    nn_child(m, "unused", nn_linear(g, 2, NULL));
    expect_ok(nn_build(nn_find_module(m, "used"), AG_F64, AG_SHAPE(2)));
    expect_ok(nn_build(m, AG_F64, AG_SHAPE(2)));
    no_tensor(g, HERE, nn_predict_at(m, d, "unused"), AG_ERR_STATE, LINE,
              "nn_predict_at: ", "did not call");
    ag_graph_free(g);
}
END_TEST

/* Statement 7: one output is compared with a threshold; of several, the largest counts. */
START_TEST(test_classes)
{
    ag_graph *g = case_graph(AG_F64);
    const double x[] = {-2, 0.25, 0.75, 3, 0, -0.5};
    nn_data *d = nn_data_from(g, AG_SHAPE(6, 1), x, AG_SCALAR, NULL);
    nn_module *same = built(nn_linear(g, 1, &(nn_linear_options){.no_bias = true}), d);
    expect_ok(nn_set_weights(same, (const double[]){1}, 1));
    expect_tensor(nn_predict_classes(same, d, 0), AG_SHAPE(6), 0, 1, 1, 1, 0, 0);
    expect_tensor(nn_predict_classes(same, d, 0.5), AG_SHAPE(6), 0, 0, 1, 1, 0, 0);
    nn_module *three = built(nn_linear(g, 3, NULL), d);
    expect_ok(nn_set_weights(three, (const double[]){-1, 0, 1, 0, 0.5, 0}, 6));
    ag_tensor *c = nn_predict_classes(three, d, 0);
    ck_assert_int_eq(ag_dtype_of(c), AG_I64);
    expect_tensor(c, AG_SHAPE(6), 0, 1, 2, 2, 1, 0); /* -0.5: the first of equals */
    ag_graph_free(g);
}
END_TEST

/* One row and more rows than a batch have the same mean as all at once; nothing is left. */
START_TEST(test_evaluate_leaves_nothing)
{
    ag_graph *g = case_graph(AG_F64);
    nn_data *d = labelled(g, 300);
    nn_module *net = built(classifier(g), d);
    nn_evaluate_options o = {.loss = nn_cross_entropy, .metrics = {nn_accuracy}};
    (void)nn_evaluate(net, d, &o);
    size_t nodes = ag_graph_get_stats(g).nodes, calls = ag_graph_get_stats(g).allocations;
    nn_score first = nn_evaluate(net, d, &o);
    for (int64_t batch = 1; batch <= 512; batch *= 4) {
        o.batch = batch;
        nn_score s = nn_evaluate(net, d, &o);
        expect_near(s.loss, first.loss, 1e-14);
        expect_near(s.metric[0], first.metric[0], 1e-14);
        ck_assert(s.metric[1] != s.metric[1]);
    }
    all_well(g);
    ck_assert_uint_eq(ag_graph_get_stats(g).nodes, nodes);
    o.batch = 0;
    nn_evaluate(net, nn_rows_between(d, 4, 5), &o);
    (void)calls;
    ag_graph_free(g);
}
END_TEST

START_TEST(test_wrong)
{
    ag_graph *g = case_graph(AG_F64), *other = case_graph(AG_F64);
    nn_data *d = numbered(g, 10);
    nn_module *net = regressor(g);
    nn_evaluate_options o = {.loss = nn_mse};
    ck_assert(nn_evaluate(net, d, &o).loss != nn_evaluate(net, d, &o).loss);
    no_tensor(g, HERE, nn_predict(net, d), AG_ERR_STATE, "nn_build");
    built(net, d);
    nn_score s = nn_evaluate(net, d, NULL);
    ck_assert(s.loss != s.loss && s.rows == 0);
    no_tensor(g, HERE, NULL, AG_ERR_NULL_ARGUMENT, "nn_evaluate: there is no loss");
    no_tensor(g, HERE, nn_predict(net, numbered(other, 3)), AG_ERR_GRAPH, LINE,
              "nn_predict: ", "nn_data_in");
    ck_assert_ptr_null(nn_predict(NULL, d));
    no_tensor(g, HERE, nn_predict(net, NULL), AG_ERR_NULL_ARGUMENT, LINE,
              "nn_predict: the data are NULL");
    s = nn_evaluate(net, labelled(g, 4), &o); /* labels [2] for [2,1] */
    ck_assert(s.loss != s.loss && s.metric[0] != s.metric[0]);
    no_tensor(g, HERE, NULL, AG_ERR_SHAPE, "nn_evaluate was trying rows");
    ag_graph_free(g);
    ag_graph_free(other);
}
END_TEST

/* The words are those of the matrix, which has its own tests; nothing stays. */
START_TEST(test_print_confusion)
{
    ag_graph *g = case_graph(AG_F64);
    nn_data *d = labelled(g, 200);
    nn_module *net = built(classifier(g), d);
    FILE *f = tmpfile(), *other = tmpfile();
    char have[400] = "", want[400] = "";
    size_t nodes = ag_graph_get_stats(g).nodes;
    expect_ok(nn_print_confusion(f, net, d, NULL));
    ck_assert_uint_eq(ag_graph_get_stats(g).nodes, nodes);
    expect_ok(nn_print_matrix(other, nn_confusion_new(nn_predict(net, d), nn_targets(d), NULL), d));
    rewind(f);
    rewind(other);
    ck_assert_uint_gt(fread(have, 1, sizeof have - 1, f), 50);
    ck_assert_uint_gt(fread(want, 1, sizeof want - 1, other), 50);
    ck_assert_str_eq(have, want);
    fclose(f);
    fclose(other);
    ck_assert_int_eq(nn_print_confusion(NULL, net, d, NULL), AG_ERR_NULL_ARGUMENT);
    ck_assert_int_eq(nn_print_confusion(stdout, NULL, d, NULL), AG_ERR_NULL_ARGUMENT);
    nn_module *numbers = built(regressor(g), d);
    const nn_data *four = numbered(g, 4);
    no_success(g, HERE, nn_print_confusion(stdout, numbers, four, NULL), AG_ERR_VALUE, LINE,
               "nn_confusion_new", "row 0");
    const double x[] = {1, 2, 3, 4};
    const nn_data *bare = nn_data_from(g, AG_SHAPE(2, 2), x, AG_SCALAR, NULL);
    no_success(g, HERE, nn_print_confusion(stdout, net, bare, NULL), AG_ERR_STATE, LINE, "targets");
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("predict", test_predict, test_predict_at, test_predict_at_module_not_called,
           test_classes, test_evaluate_leaves_nothing, test_wrong, test_print_confusion)
