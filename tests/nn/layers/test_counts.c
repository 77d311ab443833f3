/* The networks of the lectures have the numbers of parameters that they should: the shapes that the
 * building pass finds, by the sums of the summary. Must not know any private header of the library.
 */
#include "tests/expect.h"

#include <stdio.h>

static ag_graph *g;

/* Builds, and compares all saved numbers and those that are trained. */
static void counts(nn_module *net, ag_shape sample, const char *all, const char *trained)
{
    char text[8000] = "", want[200];
    FILE *out = tmpfile();
    ck_assert_ptr_nonnull(out);
    ck_assert_msg(nn_build(net, ag_graph_dtype(g), sample) == AG_OK, "%s", ag_error_message(g));
    expect_ok(nn_summary(out, net));
    rewind(out);
    ck_assert_uint_gt(fread(text, 1, sizeof text - 1, out), 0);
    fclose(out);
    snprintf(want, sizeof want, "\nParameters: %s (", all);
    ck_assert_msg(strstr(text, want) != NULL, "not %s: %s", all, text);
    snprintf(want, sizeof want, "\nTrained: %s\n", trained);
    ck_assert_msg(strstr(text, want) != NULL, "not %s: %s", trained, text);
}

static nn_module *dense(int64_t out)
{
    return nn_linear(g, out, NULL);
}

/* 784-256-128-10; 4-3-2-3 and 4-5-3 of the exercises; 5-3-4-1; 2-8-6-1; 1-80-20-1; 784-100-10. */
START_TEST(test_dense_networks)
{
    g = ag_graph_new();
    counts(nn_sequential(g, dense(256), nn_relu(g), dense(128), nn_relu(g), dense(10)),
           AG_SHAPE(784), "235,146", "235,146");
    counts(nn_sequential(g, dense(3), nn_relu(g), dense(2), nn_relu(g), dense(3)), AG_SHAPE(4),
           "32", "32");
    counts(nn_sequential(g, dense(5), nn_relu(g), dense(3)), AG_SHAPE(4), "43", "43");
    counts(nn_sequential(g, dense(3), nn_sigmoid(g), dense(4), nn_sigmoid(g), dense(1)),
           AG_SHAPE(5), "39", "39");
    counts(nn_sequential(g, dense(8), nn_relu(g), dense(6), nn_relu(g), dense(1)), AG_SHAPE(2),
           "85", "85");
    counts(nn_sequential(g, dense(80), nn_relu(g), dense(20), nn_relu(g), dense(1)), AG_SHAPE(1),
           "1,801", "1,801");
    counts(nn_sequential(g, dense(512), nn_relu(g), nn_dropout(g, 0.2), dense(10)), AG_SHAPE(784),
           "407,050", "407,050");
    counts(nn_sequential(g, dense(100), nn_relu(g), nn_dropout(g, 0.3), dense(10)), AG_SHAPE(784),
           "79,510", "79,510");
    counts(dense(10), AG_SHAPE(784), "7,850", "7,850");
    counts(nn_sequential(g, dense(30), nn_sigmoid(g), dense(10)), AG_SHAPE(784), "23,860",
           "23,860");
    counts(nn_sequential(g, dense(256), nn_relu(g), dense(128), nn_relu(g), dense(64), nn_relu(g),
                         dense(1)),
           AG_SHAPE(7), "43,265", "43,265");
    ag_graph_free(g);
}
END_TEST

/* Hitters: 1,344 + 256 + 2,080 + 128 + 33, of which the running statistics are not trained; and two
 * hidden layers of MNIST with batch normalization before the activation. */
START_TEST(test_batch_normalization_is_half_trained)
{
    g = ag_graph_new();
    const nn_batch_norm_options keras = {.keras = true};
    counts(nn_sequential(g, dense(64), nn_relu(g), nn_batch_norm(g, &keras), dense(32), nn_relu(g),
                         nn_batch_norm(g, &keras), dense(1)),
           AG_SHAPE(20), "3,841", "3,649");
    counts(nn_sequential(g, dense(100), nn_batch_norm(g, &keras), nn_relu(g), dense(100),
                         nn_relu(g), dense(10)),
           AG_SHAPE(784), "90,010", "89,810");
    ag_graph_free(g);
}
END_TEST

/* 320 + 2,064 + 3,137,000 + 10,010. */
START_TEST(test_the_lectures_cnn)
{
    g = ag_graph_new_with(&(ag_graph_options){.dtype = AG_F32});
    const nn_conv_options same = {.conv = {.same = true}};
    nn_module *cnn =
        nn_sequential(g, nn_conv2d(g, 32, 3, 3, &same), nn_relu(g), nn_conv2d(g, 16, 2, 2, &same),
                      nn_softplus(g), nn_max_pool2d(g, 2, 2, NULL), nn_flatten(g), dense(1000),
                      nn_relu(g), nn_dropout(g, 0.5), dense(10));
    counts(cnn, AG_SHAPE(1, 28, 28), "3,149,394", "3,149,394");
    ck_assert(ag_shape_equal(nn_output_shape(nn_find_module(cnn, "5")), AG_SHAPE(1, 3136)));
    ck_assert(ag_shape_equal(ag_shape_of(nn_find(cnn, "2.weight")), AG_SHAPE(16, 32, 2, 2)));
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("counts", test_dense_networks, test_batch_normalization_is_half_trained,
           test_the_lectures_cnn)
