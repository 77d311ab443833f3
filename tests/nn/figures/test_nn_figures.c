/* Figures of trainings and networks: the numbers beside each picture are those of the network, what
 * is wrong is said, and the graph is as it was.
 */
#include <autograd.h>
#include <math.h>

#include "check_main.h"
#include "tests/viz/folder.h"

static char folder[40];
static ag_graph *g;

static void begin(void)
{
    enter_folder(folder);
    g = ag_graph_new_with(&(ag_graph_options){.seed = 1});
}

static void end(void)
{
    ag_graph_free(g);
    leave_folder(folder);
}

static bool has(const char *text, const char *part)
{
    return strstr(text, part) != NULL;
}

/* Points (i, j) of a square, of class 1 right of the middle. */
static nn_data *points(void)
{
    double x[50];
    int64_t y[25];
    for (int i = 0; i < 25; i++) {
        x[2 * i] = i % 5 - 2;
        x[2 * i + 1] = i / 5 - 2;
        y[i] = i % 5 > 2;
    }
    static const char *const names[] = {"left", "right"}, *const columns[] = {"across", "up"};
    return nn_data_new(g, &(nn_arrays){.rows = 25,
                                       .x = x,
                                       .x_element = NN_F64,
                                       .x_shape = AG_SHAPE(2),
                                       .y = y,
                                       .y_element = NN_I64,
                                       .y_shape = AG_SCALAR,
                                       .y_classes = 2,
                                       .class_names = names,
                                       .column_names = columns});
}

/* A linear unit whose weights are known. */
static nn_module *unit(int outputs, const double *weight)
{
    nn_module *net = outputs == 1
                         ? nn_sequential(g, nn_linear(g, 1, NULL), nn_reshape(g, AG_SCALAR))
                         : nn_sequential(g, nn_linear(g, outputs, NULL));
    ck_assert_int_eq(nn_build(net, AG_F64, AG_SHAPE(2)), AG_OK);
    ck_assert_int_eq(nn_set_weights(net, weight, 3 * outputs), AG_OK);
    return net;
}

static size_t nodes(void)
{
    return ag_graph_get_stats(g).nodes;
}

START_TEST(test_regions)
{
    begin();
    nn_data *d = points();
    const double weight[] = {2, -1, 0.5};
    nn_module *net = unit(1, weight);
    size_t before = nodes();
    nn_regions o = {.title = "Regions", .logits = true, .side = 11};
    ck_assert_int_eq(nn_save_regions("r.svg", net, d, &o, NULL), AG_OK);
    ck_assert_uint_eq(nodes(), before);
    char *csv = file_text("r.csv"), *svg = file_text("r.svg");
    /* The first point of the grid: a twentieth beyond the least of the data. */
    const char *at = strstr(csv, "\nregions,\"\",-2.2,-2.2,,,");
    ck_assert_ptr_nonnull(at);
    double wanted = 1 / (1 + exp(-(2 * -2.2 - -2.2 + 0.5)));
    ck_assert_double_eq_tol(strtod(at + 24, NULL), wanted, 1e-12);
    ck_assert(has(svg, ">left</text>") && has(svg, ">right</text>") && has(svg, ">across</text>"));
    free(csv);
    free(svg);
    ck_assert(removed("r.svg") && removed("r.csv"));
    end();
}
END_TEST

START_TEST(test_regions_of_classes)
{
    begin();
    nn_data *d = points();
    const double weight[] = {1, 0, 0, 1, -1, 0, 0, 0, 0};
    nn_module *net = unit(3, weight);
    ck_assert_int_eq(nn_save_regions("r.svg", net, d, &(nn_regions){.side = 11}, NULL), AG_OK);
    char *csv = file_text("r.csv");
    ck_assert(has(csv, "\nregions,\"\",2.2,-2.2,,,0\n")); /* x, y, -x: the first is the largest */
    ck_assert(has(csv, "\nregions,\"\",-2.2,-2.2,,,2\n"));
    ck_assert(has(csv, "\nregions,\"\",0,2.2,,,1\n"));
    free(csv);
    ck_assert(removed("r.svg") && removed("r.csv"));
    end();
}
END_TEST

START_TEST(test_curves)
{
    begin();
    nn_data *d = points();
    nn_module *net = nn_sequential(g, nn_linear(g, 2, NULL));
    nn_history *h = nn_fit(net, d,
                           &(nn_fit_options){.loss = nn_cross_entropy,
                                             .epochs = 4,
                                             .validation_share = 0.2,
                                             .metrics = {nn_accuracy},
                                             .show = NN_SHOW_NOTHING});
    ck_assert_ptr_nonnull(h);
    ck_assert_int_eq(nn_save_curves("c.svg", h, "Training", NULL), AG_OK);
    char *csv = file_text("c.csv");
    char row[120], number[40];
    for (int epoch = 1; epoch <= 4; epoch++) {
        snprintf(row, sizeof row, "\n\"1\",line,\"validation\",%d,", epoch);
        const char *at = strstr(csv, row);
        ck_assert_ptr_nonnull(at);
        ck_assert_double_eq(strtod(at + strlen(row), NULL), nn_history_at(h, "val_loss", epoch));
    }
    snprintf(number, sizeof number, "\n\"2\",line,\"training\",4,");
    ck_assert_double_eq(strtod(strstr(csv, number) + strlen(number), NULL), nn_last(h, "accuracy"));
    ck_assert(!has(csv, "\n\"3\","));
    free(csv);
    ck_assert(removed("c.svg") && removed("c.csv"));
    end();
}
END_TEST

START_TEST(test_diagram)
{
    begin();
    nn_module *net = nn_sequential(g, nn_linear(g, 3, NULL), nn_tanh(g), nn_dropout(g, 0.5),
                                   nn_linear(g, 1, &(nn_linear_options){.no_bias = true}));
    ck_assert_int_eq(nn_build(net, AG_F64, AG_SHAPE(2)), AG_OK);
    double weight[12];
    for (int i = 0; i < 12; i++) {
        weight[i] = i + 0.5;
    }
    ck_assert_int_eq(nn_set_weights(net, weight, 12), AG_OK);
    size_t before = nodes();
    ck_assert_int_eq(nn_save_diagram("n.svg", net, NULL, NULL), AG_OK);
    ck_assert_uint_eq(nodes(), before);
    char *csv = file_text("n.csv"), *svg = file_text("n.svg");
    ck_assert_str_eq(csv, "layer,from,to,weight\n0,0,0,0.5\n0,1,0,1.5\n0,bias,0,6.5\n0,0,1,2.5\n"
                          "0,1,1,3.5\n0,bias,1,7.5\n0,0,2,4.5\n0,1,2,5.5\n0,bias,2,8.5\n"
                          "1,0,0,9.5\n1,1,0,10.5\n1,2,0,11.5\n");
    ck_assert(has(svg, ">tanh</text>"));
    free(csv);
    free(svg);
    ck_assert(removed("n.svg") && removed("n.csv"));
    end();
}
END_TEST

START_TEST(test_confusion)
{
    begin();
    nn_data *d = points();
    const double weight[] = {0, 0, 1}; /* always right */
    nn_module *net = unit(1, weight);
    const nn_confusion *c = nn_confusion_new(nn_predict(net, d), nn_targets(d), NULL);
    ck_assert_int_eq(nn_save_confusion("m.svg", c, d, "Matrix", NULL), AG_OK);
    char *csv = file_text("m.csv");
    ck_assert_str_eq(csv, "observed,predicted,count\n\"left\",\"left\",0\n\"left\",\"right\",15\n"
                          "\"right\",\"left\",0\n\"right\",\"right\",10\n");
    free(csv);
    ck_assert(removed("m.svg") && removed("m.csv"));
    end();
}
END_TEST

/* Four images of 2 by 3 numbers, whose class is the first of these. */
static nn_data *images(void)
{
    static const double pixel[] = {0, 1, 2, 3, 4, 5, 1, 1, 2, 3, 4, 5,
                                   0, 9, 9, 9, 9, 9, 1, 0, 0, 0, 0, 0};
    static const int64_t class[] = {0, 1, 0, 1};
    return nn_data_new(g, &(nn_arrays){.rows = 4,
                                       .x = pixel,
                                       .x_element = NN_F64,
                                       .x_shape = AG_SHAPE(1, 2, 3),
                                       .y = class,
                                       .y_element = NN_I64,
                                       .y_shape = AG_SCALAR,
                                       .y_classes = 2});
}

START_TEST(test_images)
{
    begin();
    nn_data *d = images();
    ck_assert_msg(d != NULL, "%s", ag_error_message(g));
    ck_assert_int_eq(nn_save_images("i.svg", d, 3, NULL, NULL), AG_OK);
    char *csv = file_text("i.csv");
    ck_assert(has(csv, "\n1,\"1\",1,2,5\n") && has(csv, "\n2,\"0\",0,1,9\n") && !has(csv, "\n3,"));
    free(csv);
    ck_assert(removed("i.svg") && removed("i.csv"));
    nn_module *net = nn_sequential(g, nn_flatten(g), nn_linear(g, 2, NULL));
    ck_assert_int_eq(nn_build(net, AG_F64, AG_SHAPE(1, 2, 3)), AG_OK);
    double weight[14] = {0};
    weight[13] = 1; /* always class 1 */
    ck_assert_int_eq(nn_set_weights(net, weight, 14), AG_OK);
    size_t before = nodes();
    ck_assert_int_eq(nn_save_mistakes("i.svg", net, d, 12, "Mistakes", NULL), AG_OK);
    ck_assert_uint_eq(nodes(), before);
    char *svg = file_text("i.svg");
    const char *one = strstr(svg, ">0 as 1</text>");
    ck_assert(one != NULL && strstr(one + 1, ">0 as 1</text>") != NULL);
    ck_assert(!has(svg, ">1 as"));
    free(svg);
    ck_assert(removed("i.svg") && removed("i.csv"));
    end();
}
END_TEST

static void expect(ag_status got, ag_status status, const char *words)
{
    ck_assert_int_eq(got, status);
    ck_assert_msg(has(ag_error_message(g), words), "%s", ag_error_message(g));
    ck_assert_msg(has(ag_error_message(g), "test_nn_figures.c:"), "%s", ag_error_message(g));
    ag_error_clear(g);
}

START_TEST(test_errors)
{
    begin();
    nn_data *d = points(), *pictures = images();
    const double weight[] = {1, 1, 1};
    nn_module *net = unit(1, weight);
    expect(nn_save_regions("no/r.svg", net, d, NULL, NULL), AG_ERR_IO, "\"no/r.svg\"");
    expect(nn_save_regions("r.svg", net, pictures, NULL, NULL), AG_ERR_SHAPE,
           "rows of two numbers");
    expect(nn_save_regions("r.svg", net, d, &(nn_regions){.side = 1001}, NULL), AG_ERR_SHAPE,
           "a side has 2 to 1000");
    expect(nn_save_images("r.svg", d, 3, NULL, NULL), AG_ERR_SHAPE, "the rows are no images");
    expect(nn_save_diagram("r.svg", nn_sequential(g, nn_relu(g)), NULL, NULL), AG_ERR_SHAPE,
           "no linear layer");
    ck_assert_int_eq(nn_save_regions("r.svg", NULL, d, NULL, NULL), AG_ERR_NULL_ARGUMENT);
    ck_assert_int_eq(nn_save_curves("r.svg", NULL, NULL, NULL), AG_ERR_NULL_ARGUMENT);
    ck_assert_int_eq(nn_save_confusion("r.svg", NULL, d, NULL, NULL), AG_ERR_NULL_ARGUMENT);
    ck_assert_int_eq(nn_save_images("r.svg", NULL, 1, NULL, NULL), AG_ERR_NULL_ARGUMENT);
    ck_assert_int_eq(nn_save_mistakes("r.svg", net, NULL, 1, NULL, NULL), AG_ERR_NULL_ARGUMENT);
    ck_assert_int_eq(nn_save_diagram("r.svg", NULL, NULL, NULL), AG_ERR_NULL_ARGUMENT);
    ck_assert(!removed("r.svg") && !removed("r.csv"));
    end();
}
END_TEST

CHECK_MAIN("figures of nn", test_regions, test_regions_of_classes, test_curves, test_diagram,
           test_confusion, test_images, test_errors)
