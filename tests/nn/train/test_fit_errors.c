/* Proves what fit refuses before the first step, with messages that say what to do, and what it
 * says about a loss that is not finite. After an error the graph works on.
 */
#include "fit_cases.h"

/* --- before the first step -------------------------------------------------------------------- */

static void count_epochs(nn_event *e, void *user)
{
    *(int *)user += e->when == NN_EPOCH_BEGIN;
}

typedef struct refusal {
    ag_graph *graph;
    nn_module *net;
    nn_data *data;
    nn_fit_options o;
    int epochs;
} refusal;

static refusal refusal_new(void)
{
    refusal r = {.graph = case_graph(AG_F64)};
    r.net = classifier(r.graph);
    r.data = labelled(r.graph, 10);
    r.o = quiet(nn_cross_entropy, 2);
    return r;
}

/* Weights and errors are as before, no epoch began, and fit works on a second try. */
#define refuses(r, status, ...)                                                                    \
    do {                                                                                           \
        (r)->o.callbacks[7] = (nn_callback){NULL, NULL};                                           \
        no_tensor((r)->graph, HERE, (void *)nn_fit((r)->net, (r)->data, &(r)->o), status,          \
                  "nn_fit", LINE, __VA_ARGS__);                                                    \
        ck_assert_int_eq((r)->epochs, 0);                                                          \
    } while (0)

/* Statement 9. */
START_TEST(test_wrong_options)
{
    refusal r = refusal_new();
    r.o.callbacks[0] = (nn_callback){count_epochs, &r.epochs};
    r.o.epochs = 0;
    refuses(&r, AG_ERR_VALUE, "epochs is 0", ".epochs = 20");
    r.o.epochs = 2;
    r.o.batch = -3;
    refuses(&r, AG_ERR_VALUE, "batch is -3");
    r.o.batch = 0;
    r.o.validation_share = 1.5;
    refuses(&r, AG_ERR_VALUE, "validation_share is 1.5");
    r.o.validation_share = 0.5;
    r.o.validation = r.data;
    refuses(&r, AG_ERR_VALUE, "both a validation set and a share");
    r.o.validation_share = 0;
    r.o.validation_last = true;
    refuses(&r, AG_ERR_VALUE, "validation_last without a share");
    r.o.validation_last = false;
    ag_graph_free(r.graph);
}
END_TEST

START_TEST(test_wrong_losses_and_metrics)
{
    refusal r = refusal_new();
    r.o.callbacks[0] = (nn_callback){count_epochs, &r.epochs};
    r.o.loss = NULL;
    refuses(&r, AG_ERR_NULL_ARGUMENT, "no loss", "nn_cross_entropy");
    r.o.loss = nn_cross_entropy;
    r.o.show = (nn_show)17;
    refuses(&r, AG_ERR_VALUE, "show is 17");
    r.o.show = NN_SHOW_NOTHING;
    r.o.metrics[0] = r.o.metrics[1] = nn_accuracy;
    refuses(&r, AG_ERR_VALUE, "two metrics are called \"accuracy\"");
    r.o.metrics[1] = (nn_metric){.name = "mine"};
    refuses(&r, AG_ERR_VALUE, "\"mine\" has no function");
    r.o.metrics[1] = (nn_metric){.name = "val_a", .of = nn_accuracy.of};
    refuses(&r, AG_ERR_VALUE, "val_a");
    r.o.metrics[1] = nn_r2; /* found when the first epoch is over */
    no_tensor(r.graph, HERE, (void *)nn_fit(r.net, r.data, &r.o), AG_ERR_SHAPE, LINE,
              "nn_r2: the prediction is [10,2], the target [10]",
              "nn_fit computed the metrics of epoch 1");
    r.epochs = 0;
    r.o.metrics[1].name = NULL;
    ck_assert_ptr_nonnull(nn_fit(r.net, r.data, &r.o));
    ck_assert_int_eq(r.epochs, 2);
    ck_assert_ptr_null(nn_fit(NULL, r.data, &r.o));
    r.epochs = 0;
    no_tensor(r.graph, HERE, (void *)nn_fit(r.net, r.data, NULL), AG_ERR_VALUE, "epochs is 0");
    ag_graph_free(r.graph);
}
END_TEST

START_TEST(test_wrong_weights)
{
    refusal r = refusal_new();
    double two[] = {1, 2}, ten[10] = {1, 1, 1, 1, 1, 1, 1, -1, 1, 1};
    r.o.class_weights = two;
    r.o.n_class_weights = 3;
    refuses(&r, AG_ERR_VALUE, "3 class_weights for 2 classes");
    r.o.class_weights = NULL;
    r.o.row_weights = ten;
    r.o.n_row_weights = 10;
    refuses(&r, AG_ERR_VALUE, "row 7 has the weight -1");
    ten[7] = 1;
    r.o.n_row_weights = 9;
    refuses(&r, AG_ERR_VALUE, "row 9 has the weight nan");
    memset(ten, 0, sizeof ten);
    r.o.n_row_weights = 10;
    refuses(&r, AG_ERR_VALUE, "the weights of all rows are 0");
    r.o.row_weights = NULL;
    r.o.weight_column = "weight";
    refuses(&r, AG_ERR_VALUE, "no extra column \"weight\"", "nn_csv.extra");
    r.o.weight_column = NULL;
    r.o.class_weights = two;
    r.o.loss = nn_mse;
    r.net = regressor(r.graph);
    r.data = numbered(r.graph, 10);
    refuses(&r, AG_ERR_DTYPE, "class_weights");
    ag_graph_free(r.graph);
}
END_TEST

/* Statements 4, 5 and 54: shapes and labels that do not fit, in training and in validation rows. */
START_TEST(test_trial)
{
    refusal r = refusal_new();
    ag_graph *g = r.graph;
    nn_data *right = r.data;
    r.o.callbacks[0] = (nn_callback){count_epochs, &r.epochs};
    int64_t labels[40] = {0};
    double x[80] = {0};
    labels[37] = 2; /* one in the last batch, where the network has two outputs */
    r.data = nn_data_new(g, &(nn_arrays){.rows = 40,
                                         .x = x,
                                         .x_shape = AG_SHAPE(2),
                                         .y = labels,
                                         .y_element = NN_I64,
                                         .y_shape = AG_SCALAR,
                                         .y_classes = 3});
    refuses(&r, AG_ERR_VALUE, "nn_fit, training, was trying rows 37 and 0");
    r.o.validation = r.data;
    r.data = right;
    refuses(&r, AG_ERR_VALUE, "nn_fit, validation, was trying rows 37 and 0");
    double targets[10] = {0};
    r.o.validation = nn_data_from(g, AG_SHAPE(10, 3), x, AG_SHAPE(10), targets);
    refuses(&r, AG_ERR_SHAPE, "nn_fit, validation, was trying rows 0 and 0");
    r.o.validation = NULL;
    r.o.loss = nn_mse; /* [n,1] against [n] */
    r.net = regressor(g);
    r.data = nn_data_from(g, AG_SHAPE(10, 2), x, AG_SHAPE(10), targets);
    refuses(&r, AG_ERR_SHAPE, "[2,1]", "[2]");
    ag_graph_free(g);
}
END_TEST

static ag_tensor *one_number(ag_tensor *y, ag_tensor *t, const void *user)
{
    (void)user;
    return ag_mse_loss(y, t, AG_MEAN);
}

static ag_tensor *nothing(ag_tensor *y, ag_tensor *t, const void *user)
{
    (void)y;
    (void)t;
    (void)user;
    return NULL;
}

START_TEST(test_wrong_losses_and_data)
{
    refusal r = refusal_new();
    ag_graph *g = r.graph, *other = case_graph(AG_F64);
    r.data = numbered(g, 10);
    r.net = regressor(g);
    r.o.loss = one_number;
    no_tensor(g, HERE, (void *)nn_fit(r.net, r.data, &r.o), AG_ERR_SHAPE, "the loss gave []",
              "[2,1]", "AG_NONE");
    r.o.loss = nothing;
    no_tensor(g, HERE, (void *)nn_fit(r.net, r.data, &r.o), AG_ERR_STATE, LINE,
              "the loss gave NULL");
    r.o.loss = nn_mse;
    r.data = numbered(other, 10);
    refuses(&r, AG_ERR_GRAPH, "another graph", "nn_data_in");
    r.o.validation = r.data;
    r.data = numbered(g, 10);
    refuses(&r, AG_ERR_GRAPH, "validation", "nn_data_in");
    r.o.validation = NULL;
    r.data = NULL;
    refuses(&r, AG_ERR_NULL_ARGUMENT, "nn_fit: the data are NULL", "nn_read_csv");
    r.data = numbered(g, 10);
    expect_ok(nn_build(r.net, AG_F64, AG_SHAPE(2)));
    expect_ok(nn_freeze(r.net, NULL, true));
    refuses(&r, AG_ERR_STATE, "no parameter that is not frozen", "nn_freeze");
    r.data = nn_data_from(g, AG_SHAPE(0, 2), NULL, AG_SHAPE(0, 1), NULL);
    ag_error_clear(g);
    if (r.data != NULL) {
        refuses(&r, AG_ERR_VALUE, "no rows");
    }
    ag_graph_free(g);
    ag_graph_free(other);
}
END_TEST

/* --- a loss that is not finite ---------------------------------------------------------------- */

static void spoil(nn_event *e, void *user)
{
    (void)user;
    if (e->when == NN_BATCH_END && e->epoch == 2 && e->batch == 0) {
        ck_assert(ag_set_item(nn_find(e->net, "2.bias"), (double)NAN) == AG_OK);
    }
}

/* Statement 24: what went first is a parameter. */
START_TEST(test_parameter_not_finite)
{
    ag_graph *g = case_graph(AG_F64);
    nn_module *net = regressor(g);
    nn_data *d = numbered(g, 40);
    nn_fit_options o = quiet(nn_mse, 50);
    o.callbacks[0] = (nn_callback){spoil, NULL};
    no_tensor(g, HERE, (void *)nn_fit(net, d, &o), AG_ERR_ANOMALY,
              "nn_fit: the loss is NaN in epoch 2, batch 1, since \"2.bias\"", "nn_with_clipping",
              LINE);
    ag_graph_free(g);
}
END_TEST

/* A row of the data, under the number that it has in what was read. */
START_TEST(test_row_not_finite)
{
    ag_graph *g = case_graph(AG_F64);
    double x[40], y[40];
    for (int i = 0; i < 40; i++) {
        x[i] = y[i] = i / 40.0;
    }
    for (int k = 0; k < 2; k++) {
        x[23] = k == 0 ? (double)NAN : 0;
        y[31] = k == 0 ? 1 : (double)INFINITY;
        nn_data *d = nn_data_from(g, AG_SHAPE(40, 1), x, AG_SHAPE(40, 1), y);
        nn_fit_options o = quiet(nn_mse, 1);
        nn_module *net = nn_linear(g, 1, NULL);
        no_tensor(g, HERE, (void *)nn_fit(net, d, &o), AG_ERR_ANOMALY, "in epoch 1, batch ",
                  k == 0 ? "the inputs of row 23" : "the targets of row 31", LINE);
    }
    ag_graph_free(g);
}
END_TEST

static ag_tensor *log_loss(ag_tensor *y, ag_tensor *t, const void *user)
{
    (void)user;
    return ag_sum_over(ag_log(ag_sub(t, y)), AG_AXES(-1), false);
}

/* An operation: fit runs the batch again in anomaly mode, which names it and its source line. */
START_TEST(test_operation_not_finite)
{
    ag_graph *g = case_graph(AG_F64);
    nn_module *net = regressor(g);
    nn_data *d = numbered(g, 40);
    nn_fit_options o = quiet(log_loss, 5);
    no_tensor(g, HERE, (void *)nn_fit(net, d, &o), AG_ERR_ANOMALY, "log",
              "test_fit_errors.c:", "nn_fit was in epoch 1, batch 0", LINE);
    ag_graph_free(g);
}
END_TEST

static ag_tensor *root_loss(ag_tensor *y, ag_tensor *t, const void *user)
{
    (void)user;
    return ag_sum_over(ag_sqrt(ag_square(ag_sub(y, t))), AG_AXES(-1), false);
}

/* The loss is finite and its gradient is not, since sqrt has an infinite slope at 0: fit finds the
 * parameter in the next batch; in anomaly mode, the operation at once. */
START_TEST(test_gradient_not_finite)
{
    ag_graph *g = case_graph(AG_F64);
    double x[40] = {0}, y[40] = {0};
    nn_data *d = nn_data_from(g, AG_SHAPE(40, 1), x, AG_SHAPE(40, 1), y);
    for (int k = 0; k < 2; k++) {
        nn_fit_options o = quiet(root_loss, 5);
        o.anomaly = k == 1;
        no_tensor(g, HERE, (void *)nn_fit(nn_linear(g, 1, NULL), d, &o), AG_ERR_ANOMALY,
                  k == 0 ? "\"weight\" is not finite" : "sqrt",
                  k == 0 ? "epoch 1, batch 1" : "epoch 1, batch 0");
    }
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("fit_errors", test_wrong_options, test_wrong_losses_and_metrics, test_wrong_weights,
           test_trial, test_wrong_losses_and_data, test_parameter_not_finite, test_row_not_finite,
           test_operation_not_finite, test_gradient_not_finite)
