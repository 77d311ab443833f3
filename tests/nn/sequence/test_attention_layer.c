/* Attention and transformer blocks: weights that can be read, masks, evaluation, shared tables,
 * what they refuse. That they compute what PyTorch does is in test_sequence_golden.c. Must not know
 * any private header of the library.
 */
#include "tests/expect.h"

static ag_graph *g;

static void setup(void)
{
    g = ag_graph_new_with(&(ag_graph_options){.seed = 3});
}

static void teardown(void)
{
    ag_graph_free(g);
}

static nn_module *built(nn_module *m, ag_dtype dtype, ag_shape sample)
{
    ck_assert_msg(nn_build(m, dtype, sample) == AG_OK, "%s", ag_error_message(g));
    return m;
}

/* Each row of the weights sums to 1, in training with dropout too; a causal one is 0 above the
 * diagonal, so later places do not change earlier results. */
START_TEST(test_weights_can_be_read)
{
    setup();
    const nn_transformer_options o = {.heads = 2, .causal = true, .dropout = 0.5};
    nn_module *net = built(nn_sequential(g, nn_transformer_block(g, &o)), AG_F64, AG_SHAPE(3, 4));
    nn_module *attention = nn_find_module(net, "0.self_attn");
    ag_tensor *x = drawn(g, AG_F64, AG_SHAPE(2, 3, 4));
    double w[36];
    for (int training = 0; training < 2; training++) {
        nn_set_training(net, training == 1);
        nn_call(net, x);
        expect_shape(HERE, nn_kept(attention, "weights"), AG_SHAPE(2, 2, 3, 3));
        expect_ok(ag_get(nn_kept(attention, "weights"), w, 36));
        for (int i = 0; i < 36; i += 9) {
            expect_near(w[i] + w[i + 3] + w[i + 4] + w[i + 6] + w[i + 7] + w[i + 8], 3, 1e-14);
            ck_assert(w[i] == 1 && w[i + 1] == 0 && w[i + 2] == 0 && w[i + 5] == 0);
        }
    }
    nn_set_training(net, false);
    ag_tensor *all = ag_narrow(nn_call(net, x), 1, 0, 2);
    expect_same_tensors(nn_call(net, ag_narrow(x, 1, 0, 2)), all, 1e-15);
    teardown();
}
END_TEST

static bool has_op(const ag_tensor *y, const char *name)
{
    ag_order order;
    bool found = false;
    expect_ok(ag_order_new(y, &order));
    for (size_t i = 0; i < order.n; i++) {
        const ag_op *op = ag_op_of(order.node[i]);
        found = found || (op != NULL && strcmp(op->name, name) == 0);
    }
    ag_order_free(&order);
    return found;
}

/* Without weights the numbers are the same, and a long sequence is one operation. */
START_TEST(test_without_weights)
{
    double y[2][600];
    for (int without = 0; without < 2; without++) {
        setup();
        const nn_transformer_options o = {.no_weights = without == 1};
        nn_module *net =
            built(nn_sequential(g, nn_transformer_block(g, &o)), AG_F64, AG_SHAPE(300, 2));
        ag_tensor *out = nn_call(net, drawn(g, AG_F64, AG_SHAPE(1, 300, 2)));
        ck_assert(has_op(out, "attention") == (without == 1));
        ck_assert((nn_kept(nn_find_module(net, "0.self_attn"), "weights") == NULL) ==
                  (without == 1));
        expect_ok(ag_get(out, y[without], 600));
        teardown();
    }
    expect_numbers(HERE, "y", y[1], y[0], 600, 1e-13);
}
END_TEST

/* A mask of whole numbers hides places of the key where it is 0: what stands there does not
 * count. */
START_TEST(test_a_mask_hides_places)
{
    setup();
    nn_module *m = built(nn_attention(g, 2, NULL), AG_F64, AG_SHAPE(3, 4));
    ag_tensor *x = drawn(g, AG_F64, AG_SHAPE(2, 3, 4));
    ag_tensor *short_key = ag_narrow(x, 1, 0, 2);
    ag_tensor *mask = ag_cast(of_values(g, AG_SHAPE(1, 1, 1, 3), 1, 1, 0), AG_I64);
    ag_tensor *masked = nn_call_with(m, ((ag_tensor *[]){x, x, x, mask}), 4);
    ag_tensor *cut = nn_call_with(m, ((ag_tensor *[]){x, short_key}), 2);
    expect_same_tensors(masked, cut, 1e-15);
    nn_module *block = built(nn_transformer_block(g, NULL), AG_F64, AG_SHAPE(3, 4));
    ag_tensor *y = nn_call_with(block, ((ag_tensor *[]){x, mask}), 2);
    ag_tensor *z = nn_call(block, short_key);
    expect_same_tensors(ag_narrow(y, 1, 0, 2), z, 1e-15);
    no_tensor(g, HERE,
              nn_call_with(m, ((ag_tensor *[]){x, x, x, drawn(g, AG_F64, AG_SHAPE(2))}), 4),
              AG_ERR_SHAPE, "mask of shape [2]");
    teardown();
}
END_TEST

/* In evaluation dropout does nothing and a row does not depend on the rows beside it. */
START_TEST(test_evaluation)
{
    setup();
    const nn_transformer_options o = {.heads = 2, .dropout = 0.5}, none = {.heads = 2};
    nn_module *m = built(nn_transformer_block(g, &o), AG_F64, AG_SHAPE(3, 4));
    nn_module *plain = built(nn_transformer_block(g, &none), AG_F64, AG_SHAPE(3, 4));
    double w[1000], a[24], b[24];
    ck_assert_int_le(nn_weights_size(m), 1000);
    expect_ok(nn_get_weights(m, w, nn_weights_size(m)));
    expect_ok(nn_set_weights(plain, w, nn_weights_size(m)));
    ag_tensor *x = drawn(g, AG_F64, AG_SHAPE(2, 3, 4));
    expect_ok(ag_get(nn_call(m, x), a, 24));
    expect_ok(ag_get(nn_call(m, x), b, 24));
    ck_assert_mem_ne(a, b, sizeof a);
    nn_set_training(m, false);
    expect_same_tensors(nn_call(m, x), nn_call(plain, x), 0);
    expect_ok(ag_get(nn_call(m, x), a, 24));
    expect_ok(ag_get(nn_call(m, ag_narrow(x, 0, 1, 1)), b, 12));
    expect_numbers(HERE, "the second row alone", b, a + 12, 12, 1e-15);
    teardown();
}
END_TEST

/* 4 width^2 for the projections, 2 width hidden for the dense layers, hidden 4 times the width. */
START_TEST(test_parameters)
{
    setup();
    nn_module *m = built(nn_transformer_block(g, &(nn_transformer_options){.no_bias = true}),
                         AG_F64, AG_SHAPE(3, 4));
    ck_assert_int_eq(nn_weights_size(m), 4 * 16 + 2 * 4 * 16 + 2 * 4);
    const nn_transformer_options o = {.weight = {.kind = NN_CONSTANT, .a = 0.5}};
    m = built(nn_transformer_block(g, &o), AG_F64, AG_SHAPE(3, 1));
    expect_values(nn_find(m, "self_attn.in_proj_weight"), 0.5, 0.5, 0.5);
    expect_values(nn_find(m, "self_attn.out_proj.weight"), 0.5);
    expect_values(nn_find(m, "linear2.weight"), 0.5, 0.5, 0.5, 0.5);
    expect_ok(nn_freeze(m, "self_attn.*", true));
    expect_ok(ag_backward(ag_sum(nn_call(m, drawn(g, AG_F64, AG_SHAPE(1, 3, 1))))));
    ck_assert(!ag_has_grad(nn_find(m, "self_attn.in_proj_weight")));
    ck_assert(!ag_has_grad(nn_find(m, "self_attn.out_proj.weight")));
    ck_assert(ag_has_grad(nn_find(m, "linear1.weight")));
    teardown();
}
END_TEST

/* An embedding, places and an output layer with the embedding's table: it is one parameter, and its
 * gradient is the sum of both uses. */
START_TEST(test_a_table_is_shared)
{
    setup();
    nn_module *table = nn_embedding(g, 5, 2, NULL);
    nn_module *out = nn_linear(g, 5, &(nn_linear_options){.no_bias = true});
    expect_ok(nn_share(out, "weight", table, "weight"));
    nn_module *net =
        built(nn_sequential(g, table, nn_positions(g, 3, NULL), out), AG_I64, AG_SHAPE(3));
    ck_assert_int_eq(nn_parameters(net, NULL, NULL, 0), 2);
    ag_tensor *w = nn_find(net, "0.weight"), *p = nn_find(net, "1.weight");
    ag_tensor *x = ag_cast(of_values(g, AG_SHAPE(1, 3), 4, 0, 4), AG_I64);
    ag_tensor *y = ag_linear(ag_add(ag_embedding(w, x, NULL), p), w, NULL);
    expect_same_tensors(nn_call(net, x), y, 0);
    double want[10];
    expect_ok(ag_backward(ag_sum(y)));
    expect_ok(ag_grad_get(w, want, 10));
    ag_zero_grads(g);
    expect_ok(ag_backward(ag_sum(nn_call(net, x))));
    expect_grad(HERE, w, want, 10, 0);
    teardown();
}
END_TEST

/* The padding row begins as 0, also where an earlier building pass failed, and stays so. */
START_TEST(test_padding)
{
    setup();
    const nn_embedding_options o = {.has_padding = true, .padding = -2};
    nn_module *m = nn_sequential(g, nn_embedding(g, 4, 2, &o), nn_reshape(g, AG_SHAPE(-1)));
    nn_module *odd = nn_sequential(g, m, nn_reshape(g, AG_SHAPE(5)));
    ck_assert_int_eq(nn_build(odd, AG_I64, AG_SHAPE(2)), AG_ERR_SHAPE);
    ag_error_clear(g);
    built(m, AG_I64, AG_SHAPE(2));
    double w[8];
    expect_ok(ag_get(nn_find(m, "0.weight"), w, 8));
    ck_assert(w[4] == 0 && w[5] == 0 && w[3] != 0 && w[6] != 0);
    expect_ok(nn_build(m, AG_I64, AG_SHAPE(2)));
    ag_tensor *x = ag_cast(of_values(g, AG_SHAPE(1, 2), 2, 3), AG_I64);
    expect_ok(ag_backward(ag_sum(nn_call(m, x))));
    expect_grads(nn_find(m, "0.weight"), 0, 0, 0, 0, 0, 0, 1, 1);
    teardown();
}
END_TEST

/* In f32, and for fewer places than there are vectors. */
START_TEST(test_sinusoids)
{
    g = ag_graph_new_with(&(ag_graph_options){.dtype = AG_F32});
    nn_module *m = nn_sinusoids(g, 4);
    expect_ok(nn_build(m, AG_F32, AG_SHAPE(4, 2)));
    ag_tensor *y = nn_call(m, ag_full(g, AG_CONSTANT, AG_SHAPE(1, 2, 2), 0));
    ck_assert_int_eq(ag_dtype_of(y), AG_F32);
    expect_tensor_within(y, 1e-7, AG_SHAPE(1, 2, 2), 0, 1, sin(1), cos(1));
    ck_assert_int_eq(nn_parameters(m, NULL, NULL, 0), 0);
    no_tensor(g, HERE, nn_call(m, ag_full(g, AG_CONSTANT, AG_SHAPE(1, 5, 2), 0)), AG_ERR_SHAPE,
              "nn_sinusoids: 5 places, and there are vectors for 4", LINE);
    teardown();
}
END_TEST

START_TEST(test_what_they_refuse)
{
    setup();
    nn_module *m = nn_attention(g, 3, NULL), *decoder = nn_transformer_decoder_block(g, NULL);
    ck_assert_int_eq(nn_build(m, AG_F64, AG_SHAPE(3, 4)), AG_ERR_SHAPE);
    failed(g, AG_ERR_SHAPE, "", (const char *const[]){"3 heads do not divide a width of 4", NULL});
    m = built(nn_attention(g, 2, NULL), AG_F64, AG_SHAPE(3, 4));
    ag_tensor *x = drawn(g, AG_F64, AG_SHAPE(2, 3, 4)), *y = drawn(g, AG_F64, AG_SHAPE(1, 3, 4));
    no_tensor(g, HERE, nn_call_with(m, ((ag_tensor *[]){x, y}), 2), AG_ERR_SHAPE,
              "key [1,3,4] and value [1,3,4] do not go together with a batch of 2");
    no_tensor(g, HERE, nn_call(m, drawn(g, AG_F64, AG_SHAPE(3, 4))), AG_ERR_SHAPE, LINE,
              "nn_attention: an input [3,4] has 2 dimensions");
    ck_assert_int_eq(nn_build(decoder, AG_F64, AG_SHAPE(3, 4)), AG_ERR_NULL_ARGUMENT);
    failed(g, AG_ERR_NULL_ARGUMENT, "", (const char *const[]){"no memory", "{x, memory}", NULL});
    const nn_transformer_options bad[] = {
        {.heads = -1}, {.hidden = -1}, {.dropout = -1}, {.activation = "rleu"}, {.eps = -1}};
    const char *const what[] = {"heads is -1", "hidden width is -1", "dropout is -1", "no \"rleu\"",
                                "eps -1"};
    for (int i = 0; i < 5; i++) {
        no_tensor(g, HERE, (ag_tensor *)nn_transformer_block(g, &bad[i]), AG_ERR_VALUE, what[i],
                  LINE);
    }
    const nn_attention_options odd = {.dropout = NAN};
    no_tensor(g, HERE, (ag_tensor *)nn_attention(g, 1, &odd), AG_ERR_VALUE, "dropout is nan", LINE);
    no_tensor(g, HERE, (ag_tensor *)nn_attention(g, 0, NULL), AG_ERR_VALUE, "heads is 0");
    no_tensor(g, HERE, (ag_tensor *)nn_embedding(g, 0, 1, NULL), AG_ERR_VALUE, "rows is 0", LINE);
    no_tensor(g, HERE, (ag_tensor *)nn_positions(g, 0, NULL), AG_ERR_VALUE, "places is 0", LINE);
    const nn_embedding_options pad = {.has_padding = true, .padding = 3};
    no_tensor(g, HERE, (ag_tensor *)nn_embedding(g, 3, 1, &pad), AG_ERR_VALUE,
              "padding row 3 of a table of 3", LINE);
    nn_module *table = built(nn_embedding(g, 3, 1, NULL), AG_I64, AG_SHAPE(2));
    no_tensor(g, HERE, nn_call(table, ag_full(g, AG_CONSTANT, AG_SHAPE(1, 2), 0)), AG_ERR_DTYPE,
              "whole numbers", LINE);
    no_tensor(g, HERE, nn_call(nn_positions(g, 3, NULL), drawn(g, AG_F64, AG_SHAPE(3))),
              AG_ERR_SHAPE, "nn_positions: an input [3] has 1");
    ck_assert_ptr_null(nn_attention(NULL, 1, NULL));
    ck_assert_ptr_null(nn_transformer_block(NULL, NULL));
    ck_assert_ptr_null(nn_embedding(NULL, 1, 1, NULL));
    teardown();
}
END_TEST

CHECK_MAIN("attention_layer", test_weights_can_be_read, test_without_weights,
           test_a_mask_hides_places, test_evaluation, test_parameters, test_a_table_is_shared,
           test_padding, test_sinusoids, test_what_they_refuse)
