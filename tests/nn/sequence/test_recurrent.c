/* Recurrent layers: the last state, what goes on from a kept state, first weights, evaluation, what
 * they refuse. That they compute what PyTorch does is in test_sequence_golden.c. Must not know any
 * private header of the library.
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

static nn_module *built(nn_module *m, ag_shape sample)
{
    ck_assert_msg(nn_build(m, AG_F64, sample) == AG_OK, "%s", ag_error_message(g));
    return m;
}

typedef nn_module *(*maker)(ag_graph *, int64_t, const nn_recurrent_options *);
static nn_module *rnn(ag_graph *graph, int64_t hidden, const nn_recurrent_options *o)
{
    return nn_rnn(graph, hidden, o);
}
static nn_module *lstm(ag_graph *graph, int64_t hidden, const nn_recurrent_options *o)
{
    return nn_lstm(graph, hidden, o);
}
static nn_module *gru(ag_graph *graph, int64_t hidden, const nn_recurrent_options *o)
{
    return nn_gru(graph, hidden, o);
}
static const maker all[] = {rnn, lstm, gru};
enum { ALL = 3 };

/* `last` is the last place of the forward direction beside the first one of the backward. */
START_TEST(test_last_state)
{
    for (int i = 0; i < ALL; i++) {
        setup();
        const nn_recurrent_options both = {.layers = 2, .bidirectional = true};
        nn_recurrent_options last = both;
        last.last = true;
        nn_module *places = built(all[i](g, 3, &both), AG_SHAPE(4, 2));
        nn_module *end = built(all[i](g, 3, &last), AG_SHAPE(4, 2));
        double w[1000];
        expect_ok(nn_get_weights(places, w, nn_weights_size(places)));
        expect_ok(nn_set_weights(end, w, nn_weights_size(end)));
        ag_tensor *x = drawn(g, AG_F64, AG_SHAPE(2, 4, 2)), *y = nn_call(places, x);
        ag_tensor *forward = ag_narrow(ag_select(y, 1, 3), 1, 0, 3);
        ag_tensor *backward = ag_narrow(ag_select(y, 1, 0), 1, 3, 3);
        ag_tensor *both_ends = ag_concat((ag_tensor *[]){forward, backward}, 2, 1);
        expect_same_tensors(nn_call(end, x), both_ends, 0);
        expect_same_tensors(ag_select(nn_kept(places, "h"), 0, 2), forward, 0);
        expect_same_tensors(ag_select(nn_kept(places, "h"), 0, 3), backward, 0);
        teardown();
    }
}
END_TEST

/* One sequence in two halves, the second from the kept state of the first: the same places, and no
 * gradient goes back into the first half, since the state is a constant. */
START_TEST(test_goes_on_from_a_kept_state)
{
    for (int i = 0; i < ALL; i++) {
        setup();
        nn_module *m = built(all[i](g, 3, &(nn_recurrent_options){.layers = 2}), AG_SHAPE(4, 2));
        ag_tensor *whole = drawn(g, AG_F64, AG_SHAPE(2, 8, 2));
        ag_tensor *second = ag_narrow(nn_call(m, whole), 1, 4, 4);
        ag_tensor *state[2] = {ag_full(g, AG_CONSTANT, AG_SHAPE(2, 2, 3), 0),
                               ag_full(g, AG_CONSTANT, AG_SHAPE(2, 2, 3), 0)};
        ag_mark mark = ag_graph_mark(g);
        for (int half = 0; half < 2; half++) {
            ag_tensor *in[] = {ag_narrow(whole, 1, 4 * half, 4), state[0], state[1]};
            ag_tensor *y = nn_call_with(m, in, 3);
            if (half == 1) {
                expect_same_tensors(y, second, 1e-15);
                expect_ok(ag_backward(ag_sum(y)));
                double grad[32];
                expect_ok(ag_grad_get(whole, grad, 32));
                ck_assert(grad[0] == 0 && grad[7] == 0 && grad[8] != 0 && grad[15] != 0);
            }
            for (int k = 0; k < 2 && nn_kept(m, k == 0 ? "h" : "c") != NULL; k++) {
                const ag_tensor *kept = nn_kept(m, k == 0 ? "h" : "c");
                expect_ok(ag_write(state[k], ag_data(kept), ag_bytes(kept)));
            }
            expect_ok(ag_graph_rewind(g, mark));
        }
        teardown();
    }
}
END_TEST

/* How many nodes of an operation y is made of. */
static int count(const ag_tensor *y, const char *name)
{
    ag_order order;
    int n = 0;
    expect_ok(ag_order_by_age(y, &order));
    for (size_t i = 0; i < order.n; i++) {
        n += ag_op_name(order.node[i]) != NULL && strcmp(ag_op_name(order.node[i]), name) == 0;
    }
    ag_order_free(&order);
    return n;
}

/* A step is one operation, or each gate is. */
START_TEST(test_steps)
{
    for (int i = 1; i < ALL; i++) {
        for (int steps = 0; steps < 2; steps++) {
            setup();
            const nn_recurrent_options o = {.steps = steps == 1};
            nn_module *m = built(all[i](g, 3, &o), AG_SHAPE(4, 2));
            ag_tensor *y = nn_call(m, drawn(g, AG_F64, AG_SHAPE(1, 4, 2)));
            ck_assert_int_eq(count(y, i == 1 ? "lstm_cell" : "gru_cell"), steps == 1 ? 0 : 4);
            ck_assert_int_eq(count(y, "sigmoid"), steps == 0 ? 0 : 4 * (i == 1 ? 3 : 2));
            ck_assert_int_eq(count(y, "tanh"), steps == 0 ? 0 : 4 * (i == 1 ? 2 : 1));
            teardown();
        }
    }
}
END_TEST

/* PyTorch's: all within 1/sqrt(hidden), the biases too; and other ones by option. */
START_TEST(test_first_weights)
{
    setup();
    nn_module *m = built(nn_gru(g, 16, NULL), AG_SHAPE(2, 40));
    const char *const names[] = {"weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"};
    for (int i = 0; i < 4; i++) {
        ag_tensor *t = nn_find(m, names[i]);
        double most = ag_item(ag_max(ag_abs(t)));
        ck_assert_msg(most <= 0.25 && most > 0.2, "%s: %g", names[i], most);
    }
    const nn_recurrent_options o = {.weight = {.kind = NN_CONSTANT, .a = 2},
                                    .recurrent = {.kind = NN_CONSTANT, .a = 3},
                                    .bias = {.kind = NN_CONSTANT, .a = 4}};
    m = built(nn_lstm(g, 1, &o), AG_SHAPE(1, 1));
    expect_values(nn_find(m, "weight_ih_l0"), 2, 2, 2, 2);
    expect_values(nn_find(m, "weight_hh_l0"), 3, 3, 3, 3);
    expect_values(nn_find(m, "bias_hh_l0"), 4, 4, 4, 4);
    teardown();
}
END_TEST

/* Dropout between layers moves the result in training only; in evaluation a row does not depend on
 * the rows beside it. */
START_TEST(test_dropout_and_evaluation)
{
    setup();
    nn_module *m =
        built(nn_lstm(g, 3, &(nn_recurrent_options){.layers = 2, .dropout = 0.5}), AG_SHAPE(4, 2));
    ag_tensor *x = drawn(g, AG_F64, AG_SHAPE(3, 4, 2));
    double a[36], b[36];
    expect_ok(ag_get(nn_call(m, x), a, 36));
    expect_ok(ag_get(nn_call(m, x), b, 36));
    ck_assert_mem_ne(a, b, sizeof a);
    nn_set_training(m, false);
    expect_ok(ag_get(nn_call(m, x), a, 36));
    expect_ok(ag_get(nn_call(m, ag_narrow(x, 0, 1, 1)), b, 12));
    expect_numbers(HERE, "the second row alone", b, a + 12, 12, 1e-15);
    teardown();
}
END_TEST

START_TEST(test_frozen_weights_get_no_gradient)
{
    setup();
    nn_module *m = built(nn_rnn(g, 2, NULL), AG_SHAPE(3, 2));
    expect_ok(nn_freeze(m, "weight_*", true));
    expect_ok(ag_backward(ag_sum(nn_call(m, drawn(g, AG_F64, AG_SHAPE(1, 3, 2))))));
    ck_assert(!ag_has_grad(nn_find(m, "weight_hh_l0")) && !ag_has_grad(nn_find(m, "weight_ih_l0")));
    ck_assert(ag_has_grad(nn_find(m, "bias_hh_l0")));
    teardown();
}
END_TEST

/* A batch of no rows goes through and has a gradient of no elements. */
START_TEST(test_a_batch_of_none)
{
    for (int i = 0; i < ALL; i++) {
        setup();
        const nn_recurrent_options o = {.layers = 2, .bidirectional = true};
        nn_module *m = built(all[i](g, 3, &o), AG_SHAPE(4, 2));
        ag_tensor *x = drawn(g, AG_F64, AG_SHAPE(0, 4, 2)), *y = nn_call(m, x);
        expect_shape(HERE, y, AG_SHAPE(0, 4, 6));
        expect_ok(ag_backward(ag_sum(y)));
        expect_same(ag_grad_item_at(nn_find(m, "weight_hh_l1_reverse"), AG_SHAPE(0, 0)), 0);
        teardown();
    }
}
END_TEST

START_TEST(test_what_recurrences_refuse)
{
    setup();
    nn_module *m = built(nn_lstm(g, 3, NULL), AG_SHAPE(4, 2));
    ag_tensor *x = drawn(g, AG_F64, AG_SHAPE(2, 4, 2)), *h = drawn(g, AG_F64, AG_SHAPE(1, 2, 3));
    no_tensor(g, HERE, nn_call(m, drawn(g, AG_F64, AG_SHAPE(4, 2))), AG_ERR_SHAPE, LINE,
              "nn_lstm: an input [4,2] has 2 dimensions, not 3", "batch, places, features");
    no_tensor(g, HERE, nn_call(m, drawn(g, AG_F64, AG_SHAPE(2, 0, 2))), AG_ERR_SHAPE,
              "a sequence of 0 places");
    no_tensor(g, HERE, nn_call(m, drawn(g, AG_F64, AG_SHAPE(2, 4, 3))), AG_ERR_SHAPE,
              "\"weight_ih_l0\" has shape [12,2]");
    ag_tensor *wrong = drawn(g, AG_F64, AG_SHAPE(2, 2, 3));
    no_tensor(g, HERE, nn_call_with(m, ((ag_tensor *[]){x, wrong}), 2), AG_ERR_SHAPE,
              "the first state is [2,2,3] and must be [1,2,3]", "layers times directions");
    no_tensor(g, HERE, nn_call_with(m, ((ag_tensor *[]){x, h, wrong}), 3), AG_ERR_SHAPE,
              "the first c is [2,2,3]");
    no_tensor(g, HERE, (ag_tensor *)nn_rnn(g, 0, NULL), AG_ERR_VALUE, "nn_rnn: the hidden", LINE);
    const nn_recurrent_options few = {.layers = -1}, many = {.layers = 65}, odd = {.dropout = 2};
    no_tensor(g, HERE, (ag_tensor *)nn_gru(g, 1, &few), AG_ERR_VALUE, "layers is -1", LINE);
    no_tensor(g, HERE, (ag_tensor *)nn_lstm(g, 1, &many), AG_ERR_VALUE, "65 layers", LINE);
    no_tensor(g, HERE, (ag_tensor *)nn_lstm(g, 1, &odd), AG_ERR_VALUE, "dropout is 2");
    ck_assert_ptr_null(nn_lstm(NULL, 1, NULL));
    teardown();
}
END_TEST

CHECK_MAIN("recurrent", test_last_state, test_goes_on_from_a_kept_state, test_first_weights,
           test_steps, test_dropout_and_evaluation, test_frozen_weights_get_no_gradient,
           test_a_batch_of_none, test_what_recurrences_refuse)
