/* Memory: what a scalar costs, that a training loop takes none once it runs, and that no size given
 * back differs from the size taken. What happens when it runs out is in test_no_memory.c.
 *   [budget]  at most 128 bytes for a scalar operation, everything included
 */
#include "allocator.h"
#include "expect.h"

enum { HIDDEN = 4, STEPS = 12 };

START_TEST(test_node_budget)
{
    account a = {0};
    ag_graph *g = account_graph(&a);
    size_t n = check_small() ? 100000 : 1000000;
    ag_tensor *x = ag_variable(g, 1e-6), *y = x;
    size_t before = a.bytes;
    for (size_t i = 0; i < n; i++) {
        y = ag_add(y, x);
    }
    expect_ok(ag_backward(y));
    expect_same(ag_grad_item(x), (double)n + 1);
    double each = (double)(a.bytes - before) / (double)n;
    ck_assert_msg(each <= 128, "%.1f bytes for a scalar", each);
    ag_graph_stats stats = ag_graph_get_stats(g);
    ck_assert_uint_le(stats.node_bytes, 128);
    ck_assert_uint_eq(stats.nodes, n + 1);
    ck_assert_uint_eq(stats.bytes, a.bytes);
    ck_assert_uint_eq(stats.allocations, a.calls);
    ck_assert_uint_ge(stats.peak_bytes, stats.bytes);
    ag_graph_free(g);
    account_balanced(&a);
}
END_TEST

/* --- training loops --------------------------------------------------------------------------- */

/* A 2-4-1 net of scalars, one sample, with names for every value. */
static void scalar_step(ag_graph *g, ag_tensor **w, int step)
{
    char name[64];
    ag_tensor *x = ag_name(ag_constant(g, 0.1 * step), "x"), *sum = ag_constant(g, 0);
    for (int j = 0; j < HIDDEN; j++) {
        ag_tensor *h = ag_tanh(ag_add(ag_mul(w[3 * j], x), w[3 * j + 1]));
        snprintf(name, sizeof name, "hidden unit %d in step %d", j, step);
        ck_assert_ptr_nonnull(ag_name(h, name));
        sum = ag_add(sum, ag_mul(w[3 * j + 2], h));
    }
    ag_tensor *loss = ag_name(ag_square(ag_add_scalar(sum, -1)), "loss");
    expect_ok(ag_backward(loss));
    for (int k = 0; k < 3 * HIDDEN; k++) {
        expect_ok(ag_set_item(w[k], ag_item(w[k]) - 0.05 * ag_grad_item(w[k])));
        ag_name(w[k], step % 2 == 0 ? "weight" : "w"); /* names of parameters may change */
    }
}

static ag_tensor *layer(ag_tensor *x, ag_tensor *w, ag_tensor *b, const char *name)
{
    return ag_name(ag_tanh(ag_add(ag_matmul(x, w), b)), name);
}

/* Two layers of tensors on a batch of n; w holds W1, b1, W2. */
static void tensor_step(ag_graph *g, ag_tensor **w, int64_t n, bool keep)
{
    ag_tensor *x = ag_name(ag_full(g, AG_CONSTANT, AG_SHAPE(n, 3), 0.5), "batch");
    ag_tensor *h = layer(x, w[0], w[1], "hidden");
    ag_tensor *loss = ag_mean(ag_square(ag_matmul(h, w[2])));
    if (keep) {
        ag_retain_grad(h);
    }
    ag_name(w[1], "bias of the first layer");
    expect_ok(ag_backward(loss));
    for (int k = 0; k < 3; k++) {
        const double *gradient = ag_grad_data(w[k]);
        double *value = ag_mutable_data(w[k]);
        for (int64_t i = 0; i < ag_size(w[k]); i++) {
            value[i] -= 0.1 * gradient[i];
        }
    }
}

static void steady(const account *a, size_t *calls, int step)
{
    if (step == 1) {
        *calls = a->calls;
    }
    ck_assert_msg(step < 2 || a->calls == *calls, "step %d allocates", step);
}

START_TEST(test_scalar_training)
{
    account a = {0};
    ag_graph *g = account_graph(&a);
    ag_tensor *w[3 * HIDDEN];
    for (int k = 0; k < 3 * HIDDEN; k++) {
        w[k] = ag_parameter(g, ag_random_normal(g));
    }
    size_t calls = 0;
    ag_mark mark = ag_graph_mark(g);
    for (int step = 0; step < STEPS; step++) {
        scalar_step(g, w, step);
        ag_zero_grads(g);
        expect_ok(ag_graph_rewind(g, mark));
        steady(&a, &calls, step);
    }
    ck_assert_str_eq(ag_name_of(w[0]), "w");
    ag_graph_free(g);
    account_balanced(&a);
}
END_TEST

static void train_tensors(int64_t n, int64_t hidden, bool keep)
{
    account a = {0};
    ag_graph *g = account_graph(&a);
    ag_tensor *w[3] = {ag_full(g, AG_PARAMETER, AG_SHAPE(3, hidden), 0.1),
                       ag_full(g, AG_PARAMETER, AG_SHAPE(hidden), 0.1),
                       ag_full(g, AG_PARAMETER, AG_SHAPE(hidden, 2), 0.1)};
    size_t calls = 0;
    ag_mark mark = ag_graph_mark(g);
    for (int step = 0; step < STEPS; step++) {
        tensor_step(g, w, n, keep);
        ag_zero_grads(g);
        expect_ok(ag_graph_rewind(g, mark));
        steady(&a, &calls, step);
    }
    all_well(g);
    ck_assert_str_eq(ag_name_of(w[1]), "bias of the first layer");
    ag_graph_free(g);
    account_balanced(&a);
}

START_TEST(test_tensor_training)
{
    static const int64_t batch[] = {1, 2, 7, 64, 500, 3000}, hidden[] = {1, 5, 32, 100};
    for (size_t i = 0; i < sizeof batch / sizeof *batch; i++) {
        for (size_t j = 0; j < sizeof hidden / sizeof *hidden; j++) {
            train_tensors(batch[i], hidden[j], false);
        }
    }
    train_tensors(64, 32, true);
}
END_TEST

/* A smaller last batch, as at the end of an epoch, costs nothing either. */
START_TEST(test_changing_batch)
{
    account a = {0};
    ag_graph *g = account_graph(&a);
    ag_tensor *w[3] = {ag_full(g, AG_PARAMETER, AG_SHAPE(3, 16), 0.1),
                       ag_full(g, AG_PARAMETER, AG_SHAPE(16), 0.1),
                       ag_full(g, AG_PARAMETER, AG_SHAPE(16, 2), 0.1)};
    size_t calls = 0;
    ag_mark mark = ag_graph_mark(g);
    for (int epoch = 0; epoch < STEPS; epoch++) {
        for (int64_t n = 256; n >= 17; n -= 80) {
            tensor_step(g, w, n, false);
            expect_ok(ag_graph_rewind(g, mark));
        }
        steady(&a, &calls, epoch);
    }
    ag_graph_free(g);
    account_balanced(&a);
}
END_TEST

/* Interior gradients are recycled: a long chain of large tensors needs a few gradients, not all. */
START_TEST(test_recycled)
{
    account a = {0};
    ag_graph *g = account_graph(&a);
    size_t each = 10000 * sizeof(double), n = 50;
    ag_tensor *x = ag_full(g, AG_VARIABLE, AG_SHAPE(10000), 0.5), *y = x;
    for (size_t i = 0; i < n; i++) {
        y = ag_sin(y);
    }
    ag_tensor *loss = ag_sum(y);
    size_t before = a.bytes;
    expect_ok(ag_backward(loss));
    ck_assert_msg(a.bytes - before < 8 * each, "%zu bytes for gradients", a.bytes - before);
    ag_graph_free(g);
    account_balanced(&a);
}
END_TEST

/* Hooks and names that come and go do not gather. */
START_TEST(test_wrong_use_gathers_nothing)
{
    account a = {0};
    ag_graph *g = account_graph(&a);
    ag_tensor *x = ag_full(g, AG_VARIABLE, AG_SHAPE(3), 1),
              *y = ag_full(g, AG_VARIABLE, AG_SHAPE(2), 1);
    ag_mark mark = ag_graph_mark(g);
    size_t calls = 0;
    for (int step = 0; step < 50; step++) {
        for (int i = 0; i < 100; i++) {
            ck_assert_ptr_null(ag_add(x, y));
            ck_assert_int_eq(ag_backward(x), AG_ERR_SHAPE);
            ag_error_clear(g);
        }
        expect_ok(ag_graph_rewind(g, mark));
        steady(&a, &calls, step);
    }
    ag_graph_free(g);
    account_balanced(&a);
}
END_TEST

/* A row of a view that is as large as sizes can say: the gradient of the view fits no machine, and the
 * search for a free buffer of its size stays within its table. */
START_TEST(test_gradient_beyond_any_machine)
{
    for (int power = 46; power < 58; power++) {
        for (int eighths = 8; eighths < 16; eighths++) {
            ag_graph *g = ag_graph_new();
            ag_shape large = AG_SHAPE(INT64_C(1) << (power - 3), eighths);
            ag_tensor *x = ag_variable(g, 1), *row = ag_select(ag_expand(x, large), 0, 0);
            ck_assert_int_eq(ag_backward(ag_sum(row)), AG_ERR_MEMORY);
            ag_graph_free(g);
        }
    }
}
END_TEST

CHECK_MAIN("memory", test_node_budget, test_scalar_training, test_tensor_training,
           test_changing_batch, test_recycled, test_wrong_use_gathers_nothing,
           test_gradient_beyond_any_machine)
