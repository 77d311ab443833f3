/* Every way to call a neural-net operation wrongly: NULL comes back, and the message names the
 * operation, what does not fit, the line of the call, and mostly what to do.
 */
#include "neural_test.h"

static ag_graph *g;
static ag_tensor *image, *kernel, *bias, *row, *whole, *single;

static void begin(void)
{
    g = ag_graph_new();
    image = ag_name(ag_full(g, AG_VARIABLE, AG_SHAPE(2, 4, 5, 5), 1), "image");
    kernel = ag_full(g, AG_VARIABLE, AG_SHAPE(6, 4, 3, 3), 1);
    bias = ag_full(g, AG_VARIABLE, AG_SHAPE(6), 1);
    row = ag_full(g, AG_VARIABLE, AG_SHAPE(3), 1);
    whole = ag_leaf(g, AG_CONSTANT, AG_I64, AG_SHAPE(2), (int64_t[]){1, 7});
    single = ag_leaf(g, AG_VARIABLE, AG_F32, AG_SHAPE(6), NULL);
    ck_assert_int_eq(ag_error(g), AG_OK);
}

/* --- convolution ------------------------------------------------------------------------------ */

START_TEST(test_shapes_that_do_not_fit)
{
    begin();
    fails(ag_conv1d(image, kernel, NULL, NULL), AG_ERR_SHAPE,
          "conv1d: wrong number of dimensions: x is [2,4,5,5], the weight [6,4,3,3], for 1 spatial "
          "dimension",
          "\"image\" f64 [2,4,5,5]");
    fails(ag_conv2d(image, row, NULL, NULL), AG_ERR_SHAPE, "conv2d: wrong number of dimensions",
          "batch (or not)");
    fails(ag_conv2d(ag_slice(image, 1, 0, 3, 1), kernel, NULL, NULL), AG_ERR_SHAPE,
          "conv2d: the weight is for another number of input channels: x is [2,3,5,5]", NULL);
    fails(ag_conv_transpose2d(image, kernel, NULL, NULL), AG_ERR_SHAPE,
          "conv_transpose2d: the weight is for another number of input channels", NULL);
    fails(ag_conv2d(image, kernel, row, NULL), AG_ERR_SHAPE,
          "conv2d: the bias has shape [3], not [6]", NULL);
    fails(ag_conv2d(ag_slice(image, 2, 0, 2, 1), kernel, bias, NULL), AG_ERR_SHAPE,
          "conv2d: the kernel is larger than the padded input in spatial dimension 0: 3 (size 3, "
          "dilation 1) and 2",
          "padding");
    fails(ag_conv2d(image, kernel, bias, &(ag_conv_options){.dilation = {1, 3}}), AG_ERR_SHAPE,
          "conv2d: the kernel is larger than the padded input in spatial dimension 1: 7 (size 3, "
          "dilation 3) and 5",
          NULL);
    fails(ag_conv2d(image, ag_slice(kernel, 3, 0, 0, 1), bias, NULL), AG_ERR_SHAPE,
          "conv2d: a kernel of size 0 in spatial dimension 1", NULL);
    fails(ag_conv_transpose2d(ag_slice(image, 2, 0, 1, 1), ag_slice(kernel, 0, 0, 4, 1), NULL,
                              &(ag_conv_options){.padding = {2, 0}}),
          AG_ERR_SHAPE, "conv_transpose2d: the result would have size -1 in spatial dimension 0",
          "less padding");
    ag_graph_free(g);
}
END_TEST

START_TEST(test_options_of_convolution)
{
    begin();
    fails(ag_conv2d(image, kernel, bias, &(ag_conv_options){.groups = 3}), AG_ERR_VALUE,
          "conv2d: 3 groups do not divide 4 input channels", "each group");
    fails(ag_conv2d(image, ag_slice(kernel, 1, 0, 1, 1), bias, &(ag_conv_options){.groups = 4}),
          AG_ERR_VALUE, "conv2d: 4 groups do not divide 6 output channels", NULL);
    fails(ag_conv2d(image, kernel, bias, &(ag_conv_options){.groups = -1}), AG_ERR_VALUE,
          "conv2d: the number of groups is -1", "divides");
    fails(ag_conv2d(image, kernel, bias, &(ag_conv_options){.stride = {2, 0}}), AG_ERR_VALUE,
          "conv2d: stride 0 in spatial dimension 1 must be at least 1", "each spatial");
    fails(ag_conv2d(image, kernel, bias, &(ag_conv_options){.stride = {-1, 1}}), AG_ERR_VALUE,
          "conv2d: stride -1 in spatial dimension 0", NULL);
    fails(ag_conv2d(image, kernel, bias, &(ag_conv_options){.dilation = {0, 2}}), AG_ERR_VALUE,
          "conv2d: dilation 0 in spatial dimension 0", NULL);
    fails(ag_conv2d(image, kernel, bias, &(ag_conv_options){.padding = {0, -2}}), AG_ERR_VALUE,
          "conv2d: padding -2 in spatial dimension 1 must be at least 0", NULL);
    fails(ag_conv2d(image, kernel, bias, &(ag_conv_options){.padding = {INT64_MAX, 1}}),
          AG_ERR_OVERFLOW, "conv2d: padding 9223372036854775807 does not fit", NULL);
    fails(ag_conv2d(image, kernel, bias, &(ag_conv_options){.same = true, .stride = {2, 1}}),
          AG_ERR_VALUE, "conv2d: `same` with stride 2 and padding 0 in spatial dimension 0", NULL);
    ag_tensor *w = ag_slice(kernel, 0, 0, 4, 1);
    fails(ag_conv_transpose2d(image, w, NULL, &(ag_conv_options){.output_padding = {0, 1}}),
          AG_ERR_VALUE,
          "conv_transpose2d: output padding 1 in spatial dimension 1 is not below stride 1",
          "sizes");
    fails(ag_conv_transpose2d(image, w, NULL, &(ag_conv_options){.same = true}), AG_ERR_VALUE,
          "conv_transpose2d: `same` has no transpose", "padding");
    fails(ag_conv_transpose2d(image, w, row, NULL), AG_ERR_SHAPE,
          "conv_transpose2d: the bias has shape [3], not [4]", NULL);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_operands)
{
    begin();
    ag_graph *other = ag_graph_new();
    ck_assert_ptr_null(ag_conv2d(NULL, NULL, NULL, NULL));
    ck_assert_int_eq(ag_error(g), AG_OK);
    fails(ag_conv2d(NULL, kernel, NULL, NULL), AG_ERR_NULL_ARGUMENT, "conv2d: an operand is NULL",
          NULL);
    fails(ag_linear(row, NULL, bias), AG_ERR_NULL_ARGUMENT, "linear: an operand is NULL", NULL);
    fails(ag_linear_tanh(NULL, kernel, bias), AG_ERR_NULL_ARGUMENT,
          "linear_tanh: an operand is NULL", NULL);
    fails(ag_linear_sigmoid(row, kernel, single), AG_ERR_DTYPE,
          "linear_sigmoid: operands are f64 and f32", "ag_cast");
    fails(ag_conv2d(image, kernel, single, NULL), AG_ERR_DTYPE, "conv2d: operands are f64 and f32",
          "ag_cast");
    fails(ag_max_pool1d(whole, NULL, NULL), AG_ERR_DTYPE, "max_pool1d: not defined for i64", NULL);
    fails(ag_dropout(whole, 0.5, true), AG_ERR_DTYPE, "dropout: not defined for i64", NULL);
    ag_tensor *foreign = ag_full(other, AG_VARIABLE, AG_SHAPE(6), 1);
    fails(ag_conv2d(image, kernel, foreign, NULL), AG_ERR_GRAPH,
          "conv2d: operands belong to different graphs", NULL);
    ag_graph_free(other);
    ag_graph_free(g);
}
END_TEST

/* --- numbers that would make every result NaN ------------------------------------------------- */

START_TEST(test_numbers)
{
    static const double bad[] = {-1, (double)NAN, (double)INFINITY, -(double)INFINITY};
    begin();
    ag_tensor *mean = ag_full(g, AG_CONSTANT, AG_SHAPE(4), 0.25);
    ag_tensor *q = ag_full(g, AG_VARIABLE, AG_SHAPE(2, 3), 1);
    for (int i = 0; i < 4; i++) {
        const double x = bad[i];
        const ag_batch_norm_options eps = {.training = true, .eps = x};
        const ag_batch_norm_options momentum = {.training = true, .momentum = x};
        fails(ag_batch_norm(image, NULL, NULL, mean, NULL, &eps), AG_ERR_VALUE,
              "batch_norm: eps is ", "0 or more");
        fails(ag_batch_norm(image, NULL, NULL, mean, NULL, &momentum), AG_ERR_VALUE,
              "batch_norm: momentum is ", "from 0 to 1");
        fails(ag_layer_norm(image, 1, NULL, NULL, x), AG_ERR_VALUE, "layer_norm: eps is ", NULL);
        fails(ag_rms_norm(image, 1, NULL, x), AG_ERR_VALUE, "rms_norm: eps is ", NULL);
        fails(ag_group_norm(image, 2, NULL, NULL, x), AG_ERR_VALUE, "group_norm: eps is ", NULL);
        fails(ag_normalize(image, 1, 2, x), AG_ERR_VALUE, "normalize: eps is ", NULL);
        const ag_attention_options scaled = {.scale = x};
        if (x != -1) {
            fails(ag_attention(q, q, q, NULL, &scaled), AG_ERR_VALUE, "attention: scale is ",
                  "1/sqrt(E)");
        }
    }
    expect_tensor(mean, AG_SHAPE(4), 0.25, 0.25, 0.25, 0.25); /* no running mean has moved */
    ag_graph_free(g);
}
END_TEST

/* --- pooling ---------------------------------------------------------------------------------- */

START_TEST(test_pooling)
{
    begin();
    fails(ag_max_pool2d(image, NULL, NULL), AG_ERR_NULL_ARGUMENT,
          "max_pool2d: the options, which have the kernel, are NULL", NULL);
    fails(ag_avg_pool1d(ag_reshape(row, AG_SHAPE(1, 3)), NULL), AG_ERR_NULL_ARGUMENT,
          "avg_pool1d: the options, which have the kernel, are NULL", NULL);
    fails(ag_max_pool2d(image, &(ag_pool_options){.kernel = {2}}, NULL), AG_ERR_VALUE,
          "max_pool2d: kernel 0 in spatial dimension 1", "each spatial");
    fails(ag_avg_pool2d(image, &(ag_pool_options){.kernel = {2, 2}, .stride = {0, 1}}),
          AG_ERR_VALUE, "avg_pool2d: stride 0 in spatial dimension 0", NULL);
    fails(ag_avg_pool2d(image, &(ag_pool_options){.kernel = {2, 2}, .dilation = {2, 1}}),
          AG_ERR_VALUE, "avg_pool2d: dilation 2", "max pooling");
    fails(ag_max_pool2d(image, &(ag_pool_options){.kernel = {6, 2}}, NULL), AG_ERR_SHAPE,
          "max_pool2d: the kernel is larger than the padded input in spatial dimension 0: 6 (size "
          "6, dilation 1) and 5",
          NULL);
    fails(ag_max_pool2d(image, &(ag_pool_options){.kernel = {2, 2}, .padding = {0, 2}}, NULL),
          AG_ERR_VALUE,
          "max_pool2d: padding 2 in spatial dimension 1 is more than half of kernel 2", NULL);
    fails(ag_max_pool1d(row, &(ag_pool_options){.kernel = {2}}, NULL), AG_ERR_SHAPE,
          "max_pool1d: an operand of shape [3] has no 1 spatial dimension", "channels");
    ag_tensor *index = image;
    fails(ag_max_pool1d(ag_slice(ag_reshape(row, AG_SHAPE(1, 3)), 1, 0, 1, 1),
                        &(ag_pool_options){.kernel = {2}, .padding = {1}, .dilation = {2}}, &index),
          AG_ERR_SHAPE, "max_pool_index: a window has no element", "padding");
    ck_assert_ptr_null(index);
    fails(ag_adaptive_avg_pool1d(image, 2), AG_ERR_SHAPE,
          "adaptive_avg_pool1d: 4 dimensions: not 2 or 3", NULL);
    fails(ag_adaptive_avg_pool2d(image, 2, -1), AG_ERR_VALUE,
          "adaptive_avg_pool2d: result size -1 in spatial dimension 1", NULL);
    fails(ag_adaptive_avg_pool2d(ag_slice(image, 2, 0, 0, 1), 2, 2), AG_ERR_SHAPE,
          "adaptive_avg_pool2d: 0 elements in spatial dimension 0", NULL);
    ag_graph_free(g);
}
END_TEST

/* --- normalization ---------------------------------------------------------------------------- */

START_TEST(test_normalization)
{
    begin();
    const ag_batch_norm_options training = {.training = true};
    ag_tensor *column = ag_reshape(row, AG_SHAPE(1, 3)),
              *four = ag_full(g, AG_VARIABLE, AG_SHAPE(4), 1);
    fails(ag_batch_norm(column, NULL, NULL, NULL, NULL, &training), AG_ERR_SHAPE,
          "batch_norm: training with 1 value for each channel", "larger batch");
    fails(ag_batch_norm(image, NULL, NULL, four, NULL, NULL), AG_ERR_NULL_ARGUMENT,
          "batch_norm: the running variance is NULL", "at first 0 and 1");
    fails(ag_batch_norm(image, row, NULL, NULL, NULL, &training), AG_ERR_SHAPE,
          "batch_norm: the weight has shape [3], not [4]", NULL);
    fails(ag_batch_norm(image, four, four, four, row, &training), AG_ERR_SHAPE,
          "batch_norm: the running variance has shape [3], not [4]", NULL);
    fails(ag_batch_norm(image, NULL, NULL, ag_exp(four), NULL, &training), AG_ERR_STATE,
          "batch_norm: the running statistics are results", "leaves");
    fails(ag_batch_norm(row, NULL, NULL, NULL, NULL, &training), AG_ERR_SHAPE,
          "batch_norm: an operand of shape [3] has no channels", NULL);
    fails(ag_layer_norm(image, 0, NULL, NULL, 1e-5), AG_ERR_AXIS,
          "layer_norm: 0 trailing axes of a tensor of 4 dimensions", "row");
    fails(ag_rms_norm(image, 5, NULL, 1e-5), AG_ERR_AXIS,
          "rms_norm: 5 trailing axes of a tensor of 4 dimensions", NULL);
    fails(ag_layer_norm(image, 2, row, NULL, 1e-5), AG_ERR_SHAPE,
          "layer_norm: the weight has shape [3], not [5,5]", NULL);
    fails(ag_group_norm(image, 3, NULL, NULL, 1e-5), AG_ERR_VALUE,
          "group_norm: 3 groups do not divide 4 channels", "each group");
    fails(ag_group_norm(image, 0, NULL, NULL, 1e-5), AG_ERR_VALUE, "group_norm: 0 groups", NULL);
    ag_graph_free(g);
}
END_TEST

/* --- the others ------------------------------------------------------------------------------- */

START_TEST(test_embedding)
{
    begin();
    ag_tensor *table = ag_full(g, AG_VARIABLE, AG_SHAPE(5, 2), 1);
    ag_tensor *below = ag_leaf(g, AG_CONSTANT, AG_I64, AG_SCALAR, (int64_t[]){-1});
    fails(ag_embedding(table, whole, NULL), AG_ERR_VALUE,
          "embedding: index 7 is not a row of a table of 5", "first row");
    fails(ag_embedding(table, below, NULL), AG_ERR_VALUE,
          "embedding: index -1 is not a row of a table of 5", NULL);
    fails(ag_embedding(table, row, NULL), AG_ERR_DTYPE,
          "embedding: the table is f64 and the indices f64", "ag_cast");
    fails(ag_embedding(row, below, NULL), AG_ERR_SHAPE,
          "embedding: the table has 1 dimensions, not 2", NULL);
    fails(ag_embedding(table, whole, &(ag_embedding_options){true, 5}), AG_ERR_VALUE,
          "embedding: padding_idx 5 is not a row of a table of 5", "from the end");
    fails(ag_embedding(table, whole, &(ag_embedding_options){true, INT64_MIN}), AG_ERR_VALUE,
          "embedding: padding_idx -9223372036854775808", NULL);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_linear_dropout_attention)
{
    begin();
    ag_tensor *w = ag_full(g, AG_VARIABLE, AG_SHAPE(2, 3), 1);
    fails(ag_linear(bias, w, NULL), AG_ERR_SHAPE,
          "linear: x [6] does not go with a weight of [2,3]", "(out, in)");
    fails(ag_linear(row, w, row), AG_ERR_SHAPE, "linear: the bias has shape [3], not [2]", NULL);
    fails(ag_linear_relu(bias, w, NULL), AG_ERR_SHAPE,
          "linear_relu: x [6] does not go with a weight of [2,3]", "(out, in)");
    fails(ag_linear_tanh(row, w, row), AG_ERR_SHAPE, "linear_tanh: the bias has shape [3], not [2]",
          NULL);
    fails(ag_dropout(row, 1.5, true), AG_ERR_VALUE, "dropout: p is 1.5", "0 to 1");
    fails(ag_dropout(row, (double)NAN, false), AG_ERR_VALUE, "dropout: p is nan", NULL);
    fails(ag_attention(w, w, row, NULL, NULL), AG_ERR_SHAPE,
          "attention: q [2,3], k [2,3] and v [3] do not go together", "(..., S, E)");
    fails(ag_attention(w, image, image, NULL, NULL), AG_ERR_SHAPE, "attention: q [2,3]", NULL);
    fails(ag_attention(w, w, w, row, NULL), AG_ERR_SHAPE,
          "attention: a mask of shape [3] does not broadcast to the scores' [2,2]", NULL);
    fails(ag_attention(w, w, w, NULL, &(ag_attention_options){.dropout = -1}), AG_ERR_VALUE,
          "attention: p is -1", NULL);
    fails(ag_attention(w, NULL, w, NULL, NULL), AG_ERR_NULL_ARGUMENT,
          "attention: an operand is NULL", NULL);
    ag_graph_free(g);
}
END_TEST

/* The scores overflow, which anomaly mode refuses: they have no shape then, and no mask is made of
 * it. */
START_TEST(test_attention_without_scores)
{
    ag_graph *graph = ag_graph_new();
    ag_set_anomaly(graph, true);
    ag_tensor *q = ag_full(graph, AG_VARIABLE, AG_SHAPE(3, 2), 1e200);
    ag_tensor *k = ag_full(graph, AG_CONSTANT, AG_SHAPE(3, 2), 1);
    size_t before = ag_graph_get_stats(graph).bytes;
    ck_assert_ptr_null(
        ag_attention(q, k, q, NULL, &(ag_attention_options){.causal = true, .scale = 1e200}));
    ck_assert_int_eq(ag_error(graph), AG_ERR_ANOMALY);
    ck_assert_uint_lt(ag_graph_get_stats(graph).bytes, before + (1 << 20));
    ag_graph_free(graph);
}
END_TEST

/* --- no memory -------------------------------------------------------------------------------- */

typedef struct budget {
    int left; /* allocations that succeed */
} budget;

static void *alloc(void *context, size_t bytes)
{
    budget *b = context;
    return b->left-- > 0 ? malloc(bytes) : NULL;
}

static void release(void *context, void *memory, size_t bytes)
{
    (void)context;
    (void)bytes;
    free(memory);
}

/* All of them on operands too large for what an empty graph holds, and backward; rules of nodes. */
static ag_status everything(ag_graph *graph)
{
    const ag_batch_norm_options training = {.training = true};
    ag_tensor *x = ag_full(graph, AG_VARIABLE, AG_SHAPE(4, 4, 40, 40), 1);
    ag_tensor *w = ag_full(graph, AG_VARIABLE, AG_SHAPE(4, 4, 3, 3), 1);
    ag_tensor *at = ag_leaf(graph, AG_CONSTANT, AG_I64, AG_SHAPE(500), NULL);
    ag_tensor *y = ag_conv2d(ag_transpose(x), w, NULL, &(ag_conv_options){.same = true});
    y = ag_batch_norm(y, NULL, NULL, NULL, NULL, &training);
    y = ag_max_pool2d(ag_transpose(y), &(ag_pool_options){.kernel = {2, 2}}, NULL);
    y = ag_avg_pool2d(ag_transpose(y), &(ag_pool_options){.kernel = {2, 2}});
    y = ag_layer_norm(ag_dropout(y, 0.5, true), 1, NULL, NULL, 1e-5);
    y = ag_attention(y, y, y, NULL, &(ag_attention_options){.causal = true});
    y = ag_embedding(y != NULL ? ag_reshape(y, AG_SHAPE(160, 10)) : NULL, at, NULL);
    ag_tensor *v = ag_full(graph, AG_VARIABLE, AG_SHAPE(300, 10), 0.1);
    ag_tensor *b = ag_full(graph, AG_CONSTANT, AG_SHAPE(300), 0.1);
    y = ag_linear_tanh(y, v, b);
    if (y == NULL || ag_backward(ag_sum(y)) != AG_OK) {
        return ag_error(graph);
    }
    ag_tensor *z = ag_linear_tanh(ag_full(graph, AG_CONSTANT, AG_SHAPE(900, 10), 0.1), v, b);
    return z != NULL && ag_hvp(ag_sum(z), v, v) != NULL ? AG_OK : ag_error(graph);
}

/* Whichever allocation fails, it is an error and nothing worse; with enough, all goes well. */
START_TEST(test_every_allocation_fails_in_turn)
{
    ag_status status = AG_ERR_MEMORY;
    int n = 1;
    for (; status == AG_ERR_MEMORY && n < 1000; n++) {
        budget b = {n};
        ag_graph *graph = ag_graph_new_with(&(ag_graph_options){.allocator = {alloc, release, &b}});
        if (graph != NULL) {
            status = everything(graph);
            ck_assert_int_eq(ag_error(graph), status);
        }
        ag_graph_free(graph);
    }
    ck_assert_int_eq(status, AG_OK);
    ck_assert_int_gt(n, 10);
}
END_TEST

CHECK_MAIN("neural_errors", test_shapes_that_do_not_fit, test_options_of_convolution, test_operands,
           test_numbers, test_pooling, test_normalization, test_embedding,
           test_linear_dropout_attention, test_attention_without_scores,
           test_every_allocation_fails_in_turn)
