/* linear, dropout and attention: closed forms, PyTorch's numbers, derivatives against finite
 * differences, and what chance must do.
 */
#include "neural_test.h"

/* --- linear ----------------------------------------------------------------------------------- */

/* y = x w^T + b of (1, 2) by hand; gX = gY w, gW = gY^T x, gB = gY. */
START_TEST(test_linear_by_hand)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_from_values(g, AG_VARIABLE, AG_SHAPE(2), VALUES(1, 2));
    ag_tensor *w = ag_from_values(g, AG_PARAMETER, AG_SHAPE(3, 2), VALUES(1, 2, 3, 4, 5, 6));
    ag_tensor *b = ag_from_values(g, AG_PARAMETER, AG_SHAPE(3), VALUES(10, 20, 30));
    VALUE_IS(ag_linear(x, w, NULL), 5, 11, 17);
    ag_tensor *y = ag_linear(x, w, b);
    VALUE_IS(y, 15, 31, 47);
    ag_tensor *u = ag_from_values(g, AG_CONSTANT, AG_SHAPE(3), VALUES(1, 10, 100));
    ck_assert_int_eq(ag_backward_from(y, u), AG_OK);
    GRAD_IS(x, 531, 642);
    GRAD_IS(w, 1, 2, 10, 20, 100, 200);
    GRAD_IS(b, 1, 10, 100);
    ag_graph_free(g);
}
END_TEST

static ag_tensor *call_linear(ag_tensor *const *in, int n, void *user)
{
    (void)user;
    return n == 3 ? ag_linear(ag_transpose_axes(in[0], 0, 1), in[1], in[2]) : NULL;
}

START_TEST(test_linear_on_batches)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *in[3] = {ramp(g, AG_SHAPE(2, 3, 4), 3), ramp(g, AG_SHAPE(2, 4), 5),
                        ramp(g, AG_SHAPE(2), 2)};
    expect_shape(AG_HERE, ag_linear(in[0], in[1], in[2]), AG_SHAPE(2, 3, 2));
    derivatives_agree(call_linear, NULL, in, 3);
    ag_tensor *none = ag_linear(ramp(g, AG_SHAPE(0, 4), 1), in[1], in[2]);
    expect_shape(AG_HERE, none, AG_SHAPE(0, 2));
    ag_tensor *no_input = ag_linear(ramp(g, AG_SHAPE(2, 0), 1), ramp(g, AG_SHAPE(2, 0), 1), in[2]);
    VALUE_IS(no_input, -.75, -.25, -.75, -.25); /* the bias */
    ag_graph_free(g);
}
END_TEST

/* A vector of weights gives a number for each row: that of a matrix of one row. */
START_TEST(test_vector_of_weights)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = of_values(g, AG_SHAPE(2, 3), 1, 2, 3, 4, 5, 6),
              *w = of_values(g, AG_SHAPE(3), 1, 0, -2);
    ag_tensor *y = ag_linear(x, w, ag_variable(g, 10));
    ck_assert(ag_shape_equal(ag_shape_of(y), AG_SHAPE(2)));
    expect_same(ag_item_at(y, AG_SHAPE(0)), 5);
    expect_same(ag_item_at(y, AG_SHAPE(1)), 2);
    expect_same(ag_item(ag_linear(ag_select(x, 0, 0), w, NULL)), -5);
    expect_same(ag_item(ag_linear_relu(ag_select(x, 0, 0), w, ag_variable(g, 10))), 5);
    expect_same(ag_item(ag_linear_relu(ag_select(x, 0, 0), w, NULL)), 0);
    expect_ok(ag_backward(ag_sum(y)));
    double grad[3];
    expect_ok(ag_grad_get(w, grad, 3));
    ck_assert(grad[0] == 5 && grad[1] == 7 && grad[2] == 9);
    fails(ag_linear(x, w, w), AG_ERR_SHAPE, "linear: the bias has shape [3], not []", NULL);
    fails(ag_linear_tanh(x, w, w), AG_ERR_SHAPE, "linear_tanh: the bias has shape", NULL);
    fails(ag_linear(x, ag_variable(g, 1), NULL), AG_ERR_SHAPE, "linear: x [2,3] does not go", NULL);
    ag_graph_free(g);
}
END_TEST

/* --- dropout ---------------------------------------------------------------------------------- */

/* Of the table of semantics: p = 1 gives zeros, in value and gradient. */
START_TEST(test_dropout_of_all)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_from_values(g, AG_VARIABLE, AG_SHAPE(2), VALUES(1, 2));
    ag_tensor *y = ag_dropout(x, 1, true);
    VALUE_IS(y, 0, 0);
    ck_assert_int_eq(ag_backward(ag_sum(y)), AG_OK);
    GRAD_IS(x, 0, 0);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_dropout_of_none)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ramp(g, AG_SHAPE(3), 1);
    ag_random_state before = ag_random_get_state(g);
    ck_assert_ptr_eq(ag_dropout(x, 0.5, false), x);
    ck_assert_ptr_eq(ag_dropout(x, 0, true), x);
    ag_random_state after = ag_random_get_state(g);
    ck_assert_uint_eq(before.counter, after.counter); /* nothing was drawn */
    ag_graph_free(g);
}
END_TEST

/* Every element is 0 or x/(1 - p), the gradient has the same factors, and of 20000 about p are 0:
 * five standard deviations are 5 sqrt(p (1 - p) / n) = 0.0153. */
START_TEST(test_dropout_while_training)
{
    enum { N = 20000 };
    const double p = 0.25;
    ag_graph *g = ag_graph_new_with(&(ag_graph_options){.seed = 3});
    ag_tensor *x = ag_full(g, AG_VARIABLE, AG_SHAPE(N), 3), *y = ag_dropout(x, p, true);
    const double *value = ag_data(y);
    int dropped = 0;
    ck_assert_int_eq(ag_backward(ag_sum(y)), AG_OK);
    const double *grad = ag_grad_data(x);
    for (int i = 0; i < N; i++) {
        ck_assert(value[i] == 0 || value[i] == 3 * (1 / (1 - p)));
        ck_assert_double_eq(grad[i], value[i] == 0 ? 0 : 1 / (1 - p));
        dropped += value[i] == 0;
    }
    ck_assert_double_eq_tol((double)dropped / N, p, 0.0153);
    ag_graph_free(g);
}
END_TEST

/* One seed, one mask: in both dtypes, and when the generator's state is put back. Another draw is
 * another mask. */
START_TEST(test_dropout_is_replayed)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_full(g, AG_VARIABLE, AG_SHAPE(64), 1);
    ag_tensor *narrow = ag_cast(x, AG_F32);
    ag_random_state start = ag_random_get_state(g);
    double first[64], other[64];
    ck_assert_int_eq(ag_get(ag_dropout(x, 0.5, true), first, 64), AG_OK);
    ck_assert_int_eq(ag_get(ag_dropout(x, 0.5, true), other, 64), AG_OK);
    ck_assert(memcmp(first, other, sizeof first) != 0);
    ag_random_set_state(g, start);
    values_are(AG_HERE, ag_dropout(narrow, 0.5, true), first, 64);
    ag_graph_free(g);
}
END_TEST

/* --- attention -------------------------------------------------------------------------------- */

/* PyTorch 1.13.1, float64: softmax((q k^T / sqrt(2)).masked_fill(j > i, -inf)) v, backward from the
 * ramp of step 4. */
START_TEST(test_causal_attention_from_pytorch)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *q = ramp(g, AG_SHAPE(3, 2), 5), *k = ramp(g, AG_SHAPE(3, 2), 3);
    ag_tensor *v = ramp(g, AG_SHAPE(3, 2), 2);
    ag_tensor *y = ag_attention(q, k, v, NULL, &(ag_attention_options){.causal = true});
    VALUE_IS(y, -0.75, -0.25, -0.2279172879819306, 0.2720827120180694, -0.22634688075401138,
             0.2736531192459886);
    ck_assert_int_eq(ag_backward_from(y, ramp(g, AG_SHAPE(3, 2), 4)), AG_OK);
    GRAD_IS(q, 0.0, 0.0, 0.0, 0.0, 0.06549645501743609, -0.0006781999784634014);
    GRAD_IS(k, -0.02836056642681406, -0.009453522142271353, 0.05468653291823795,
            0.018228844306079316, -0.026325966491423873, -0.008775322163807957);
    GRAD_IS(v, -1.0400203057453918, 0.6421436292542447, -0.3692796163425064, 0.5857561370094497,
            -0.09070007791210184, 0.27210023373630554);
    ag_graph_free(g);
}
END_TEST

/* A mask of i64 hides where it is 0; adding -inf there is the same, and causal is the lower
 * triangle. In f32 as in f64. */
START_TEST(test_masks_agree)
{
    static const int64_t seen[6] = {1, 0, 0, 1, 1, 0};
    const double inf = (double)INFINITY;
    for (ag_dtype dtype = AG_F64; dtype <= AG_F32; dtype++) {
        ag_graph *g = ag_graph_new_with(&(ag_graph_options){.dtype = dtype});
        ag_tensor *q = ramp_of(g, AG_VARIABLE, dtype, AG_SHAPE(2, 2, 2), 5);
        ag_tensor *k = ramp_of(g, AG_VARIABLE, dtype, AG_SHAPE(2, 3, 2), 3);
        ag_tensor *v = ramp_of(g, AG_VARIABLE, dtype, AG_SHAPE(3, 1), 2); /* one for both */
        ag_tensor *hide = ag_leaf(g, AG_CONSTANT, AG_I64, AG_SHAPE(2, 3), seen);
        ag_tensor *add =
            ag_from_values(g, AG_CONSTANT, AG_SHAPE(2, 3), VALUES(0, -inf, -inf, 0, 0, -inf));
        double want[4];
        ag_tensor *y = ag_attention(q, k, v, NULL, &(ag_attention_options){.causal = true});
        expect_shape(AG_HERE, y, AG_SHAPE(2, 2, 1));
        ck_assert_int_eq(ag_get(y, want, 4), AG_OK);
        values_are(AG_HERE, ag_attention(q, k, v, hide, NULL), want, 4);
        values_are(AG_HERE, ag_attention(q, k, v, add, NULL), want, 4);
        ck_assert_int_eq(ag_backward(ag_sum(ag_attention(q, k, v, hide, NULL))), AG_OK);
        ck_assert_double_eq(ag_grad_item_at(k, AG_SHAPE(0, 2, 0)), 0); /* never seen */
        ag_graph_free(g);
    }
}
END_TEST

/* What the softmax gave is handed out, of dropout before it: times v it is the result without it. */
START_TEST(test_attention_weights)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *q = ramp(g, AG_SHAPE(3, 2), 5), *v = ramp(g, AG_SHAPE(3, 2), 2), *w = q;
    ag_tensor *y = ag_attention(q, q, v, NULL, &(ag_attention_options){.causal = true});
    double want[6];
    ck_assert_int_eq(ag_get(y, want, 6), AG_OK);
    const ag_attention_options o = {.causal = true, .dropout = 1, .weights = &w};
    VALUE_IS(ag_attention(q, q, v, NULL, &o), 0, 0, 0, 0, 0, 0);
    values_are(AG_HERE, ag_matmul(w, v), want, 6);
    VALUE_IS(ag_sum_over(w, AG_AXES(1), false), 1, 1, 1);
    ck_assert_ptr_null(ag_attention(q, ag_transpose(q), v, NULL, &o));
    ck_assert_ptr_null(w);
    ag_graph_free(g);
}
END_TEST

static ag_tensor *call_attention(ag_tensor *const *in, int n, void *user)
{
    return n == 4 ? ag_attention(ag_transpose(in[0]), in[1], in[2], in[3], user) : NULL;
}

/* Also with respect to an additive mask, and with q transposed in memory. */
START_TEST(test_attention_derivatives)
{
    ag_attention_options options[] = {{.causal = false}, {.causal = true, .scale = 0.3}};
    for (int i = 0; i < 2; i++) {
        ag_graph *g = ag_graph_new();
        ag_tensor *in[4] = {ramp(g, AG_SHAPE(2, 2, 3), 5), ramp(g, AG_SHAPE(2, 3, 2), 3),
                            ramp(g, AG_SHAPE(1, 3, 2), 2), ramp(g, AG_SHAPE(3, 3), 4)};
        derivatives_agree(call_attention, &options[i], in, 4);
        ag_graph_free(g);
    }
}
END_TEST

/* Equal scores give the mean of v; scores of 2000 neither overflow nor give NaN. */
START_TEST(test_attention_extremes)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *zero = ag_full(g, AG_VARIABLE, AG_SHAPE(1, 4), 0);
    ag_tensor *k = ramp(g, AG_SHAPE(3, 4), 3);
    ag_tensor *v = ag_from_values(g, AG_VARIABLE, AG_SHAPE(3, 1), VALUES(1, 2, 6));
    VALUE_IS(ag_attention(zero, k, v, NULL, NULL), 3);
    ag_tensor *q = ag_full(g, AG_VARIABLE, AG_SHAPE(1, 1), 1000);
    ag_tensor *far = ag_from_values(g, AG_VARIABLE, AG_SHAPE(3, 1), VALUES(-1, 2, 0));
    ag_tensor *y = ag_attention(q, far, v, NULL, NULL);
    VALUE_IS(y, 2);
    ck_assert_int_eq(ag_backward(y), AG_OK);
    GRAD_IS(far, 0, 0, 0);
    GRAD_IS(v, 0, 1, 0);
    /* dropout of all weights leaves nothing */
    VALUE_IS(ag_attention(q, far, v, NULL, &(ag_attention_options){.dropout = 1}), 0);
    /* a query that sees nothing */
    ag_tensor *nothing = ag_leaf(g, AG_CONSTANT, AG_I64, AG_SHAPE(1, 3), NULL);
    ag_tensor *blind = ag_attention(q, far, v, nothing, NULL);
    VALUE_IS(blind, 0);
    ag_zero_grads(g);
    ck_assert_int_eq(ag_backward(blind), AG_OK);
    GRAD_IS(v, 0, 0, 0);
    GRAD_IS(far, 0, 0, 0);
    expect_shape(AG_HERE, ag_attention(ramp(g, AG_SHAPE(0, 1), 1), far, v, NULL, NULL),
                 AG_SHAPE(0, 1));
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("neural", test_linear_by_hand, test_linear_on_batches, test_vector_of_weights,
           test_dropout_of_all, test_dropout_of_none, test_dropout_while_training,
           test_dropout_is_replayed, test_causal_attention_from_pytorch, test_masks_agree,
           test_attention_weights, test_attention_derivatives, test_attention_extremes)
