/* Random programs of tensors: broadcasts, views, products, values used again. The numeric
 * sweep, the symbolic sweep, and differences must agree on every one of them, for first and second
 * derivatives.
 */
#define CHECK_SECONDS 300
#include "expect.h"

enum { VALUES = 20, LEAVES = 4, MOST = 12 };

static size_t pick(ag_graph *g, size_t n)
{
    return (size_t)(ag_random_bits(g) % n);
}

static ag_tensor *reduced(ag_graph *g, ag_tensor *a)
{
    if (ag_shape_of(a).ndim == 0) {
        return ag_sigmoid(a);
    }
    bool last = pick(g, 2) == 0, keepdim = pick(g, 2) == 0;
    return ag_mean_over(a, last ? AG_AXES(-1) : AG_AXES(0), keepdim);
}

/* Another view of the same numbers. */
static ag_tensor *viewed(ag_graph *g, ag_tensor *a)
{
    int ndim = ag_shape_of(a).ndim;
    if (ndim == 0) {
        return ag_expand(a, AG_SHAPE(2, 1));
    }
    if (ndim == 1) {
        return ag_slice(a, 0, INT64_MAX, INT64_MIN, -1);
    }
    ag_tensor *t = ag_transpose(a);
    return pick(g, 2) == 0 ? t : ag_reshape(t, AG_SHAPE(-1));
}

/* Operands that do not fit are an error; then the first is taken alone. */
static ag_tensor *joined(ag_graph *g, ag_tensor *a, ag_tensor *b)
{
    ag_tensor *y = NULL;
    switch (pick(g, 4)) {
    case 0:
        y = ag_add(a, b);
        break;
    case 1:
        y = ag_mul(a, b);
        break;
    case 2:
        y = ag_matmul(a, b);
        break;
    default:
        y = ag_div(a, ag_add_scalar(ag_square(b), 1));
        break;
    }
    ag_error_clear(g);
    return ag_tanh(y != NULL ? y : a);
}

/* The program of a seed, over the leaves given. */
static ag_tensor *run(ag_tensor *const *leaf, int n, void *seed)
{
    ag_graph *g = ag_graph_of(leaf[0]);
    ag_tensor *value[VALUES], *sum = ag_constant(g, 0);
    ag_random_state state = ag_random_get_state(g);
    ag_seed(g, *(const uint64_t *)seed);
    for (int i = 0; i < VALUES; i++) {
        ag_tensor *a = i < n ? leaf[i] : value[pick(g, (size_t)i)];
        ag_tensor *b = i < n ? leaf[0] : value[pick(g, (size_t)i)];
        size_t kind = i < n ? 9 : pick(g, 6);
        value[i] = kind == 9   ? a
                   : kind == 0 ? reduced(g, a)
                   : kind == 1 ? viewed(g, a)
                               : joined(g, a, b);
        sum = ag_add(sum, ag_mean(ag_square(value[i])));
    }
    ag_random_set_state(g, state);
    return sum;
}

static void make_leaves(ag_graph *g, ag_tensor *leaf[LEAVES])
{
    static const ag_shape shape[LEAVES] = {{2, {3, 4}}, {1, {4}}, {2, {3, 1}}, {0, {0}}};
    for (int i = 0; i < LEAVES; i++) {
        leaf[i] = ag_full(g, i % 2 == 0 ? AG_PARAMETER : AG_VARIABLE, shape[i], 0);
        expect_ok(ag_fill_uniform(leaf[i], -1, 1));
    }
}

static void agree(ag_gradcheck_result check, uint64_t seed)
{
    char text[300];
    ag_gradcheck_text(&check, text, sizeof text);
    ck_assert_msg(check.ok, "program %d: %s", (int)seed, text);
}

/* Numeric, and symbolic with and without recording. */
static void two_ways(ag_tensor *const *leaf, uint64_t seed)
{
    ag_tensor *y = run(leaf, LEAVES, &seed), *dx[2][LEAVES];
    for (int record = 0; record < 2; record++) {
        ag_grad_options options = {.create_graph = record == 1};
        expect_ok(ag_grad(&y, 1, NULL, leaf, LEAVES, &options, dx[record]));
    }
    expect_ok(ag_backward(y));
    for (int i = 0; i < 2 * LEAVES; i++) {
        double want[MOST];
        const ag_tensor *x = leaf[i % LEAVES];
        expect_ok(ag_get(dx[i / LEAVES][i % LEAVES], want, ag_size(x)));
        expect_grad(AG_HERE, x, want, ag_size(x), 1e-12);
    }
}

START_TEST(test_first)
{
    for (uint64_t seed = 0; seed < (check_small() ? 4 : 200); seed++) {
        ag_graph *g = ag_graph_new_with(&(ag_graph_options){.seed = seed});
        ag_tensor *leaf[LEAVES];
        make_leaves(g, leaf);
        two_ways(leaf, seed);
        agree(ag_gradcheck(run, &seed, leaf, LEAVES, NULL), seed);
        all_well(g);
        ag_graph_free(g);
    }
}
END_TEST

START_TEST(test_second)
{
    for (uint64_t seed = 0; seed < (check_small() ? 2 : 40); seed++) {
        ag_graph *g = ag_graph_new_with(&(ag_graph_options){.seed = seed});
        ag_tensor *leaf[LEAVES];
        make_leaves(g, leaf);
        agree(ag_gradgradcheck(run, &seed, leaf, LEAVES, NULL), seed);
        all_well(g);
        ag_graph_free(g);
    }
}
END_TEST

CHECK_MAIN("programs", test_first, test_second)
