/* Depth and width without recursion: ten million operations one on the other, a million on one
 * tensor, and the topological order, which drives a backward pass of its own to the same gradients.
 */
#define CHECK_SECONDS 300
#include "expect.h"

static size_t many(size_t n)
{
    return check_small() ? n / 100 : n;
}

/* y = ((x + c) + c) + ... goes up by c each time, and dy/dx = 1; a product halves and doubles. */
START_TEST(test_chain)
{
    ag_graph *g = ag_graph_new();
    size_t n = many(10000000);
    ag_tensor *x = ag_variable(g, 1), *y = x;
    for (size_t i = 0; i < n; i += 2) {
        y = ag_mul_scalar(y, 0.5);
        y = ag_mul_scalar(y, 2);
    }
    expect_same(ag_item(y), 1);
    expect_ok(ag_backward(y));
    expect_same(ag_grad_item(x), 1);
    expect_ok(ag_backward(y));
    expect_same(ag_grad_item(x), 2);
    ck_assert_uint_eq(ag_graph_get_stats(g).nodes, n + 1);
    all_well(g);
    ag_graph_free(g);
}
END_TEST

/* With one element each, by the rules for tensors, and as tensors. */
START_TEST(test_chain_of_tensors)
{
    ag_graph *g = ag_graph_new();
    size_t n = many(200000);
    ag_tensor *x = ag_full(g, AG_VARIABLE, AG_SHAPE(1), 1), *y = x, *dx = NULL;
    for (size_t i = 0; i < n; i += 2) {
        y = ag_mul_scalar(y, 0.5);
        y = ag_mul_scalar(y, 2);
    }
    expect_ok(ag_backward(y));
    expect_grads(x, 1);
    ag_grad_options options = {.create_graph = true};
    expect_ok(ag_grad(&y, 1, NULL, &x, 1, &options, &dx));
    expect_values(dx, 1);
    all_well(g);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_fan_out)
{
    ag_graph *g = ag_graph_new();
    size_t n = many(1000000);
    ag_tensor *x = ag_variable(g, 2), *y = ag_constant(g, 0);
    for (size_t i = 0; i < n; i++) {
        y = ag_add(y, ag_mul(x, x));
    }
    expect_same(ag_item(y), 4 * (double)n);
    expect_ok(ag_backward(y));
    expect_same(ag_grad_item(x), 4 * (double)n);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_order_of_chain)
{
    ag_graph *g = ag_graph_new();
    size_t n = many(1000000);
    ag_tensor *x = ag_variable(g, 1), *y = x;
    for (size_t i = 0; i < n; i++) {
        y = ag_neg(y);
    }
    ag_order order;
    expect_ok(ag_order_new(y, &order));
    ck_assert_uint_eq(order.n, n + 1);
    ck_assert_ptr_eq(order.node[0], x);
    ck_assert_ptr_eq(order.node[n], y);
    for (size_t i = 1; i <= n; i++) {
        ck_assert(ag_operand(order.node[i], 0) == order.node[i - 1]);
    }
    ag_order_free(&order);
    ag_order_free(&order); /* is empty by now */
    ag_order_free(NULL);
    ck_assert_int_eq(ag_order_new(NULL, &order), AG_ERR_NULL_ARGUMENT);
    ag_graph_free(g);
}
END_TEST

/* --- the same gradients by either order ------------------------------------------------------- */

enum { NODES = 400 };

static size_t pick(ag_graph *g, size_t n)
{
    return (size_t)(ag_random_bits(g) % n);
}

/* A random graph over some leaves; every function keeps its values near 1. */
static void grow(ag_graph *g, ag_tensor *node[NODES])
{
    for (size_t i = 0; i < NODES; i++) {
        if (i < 6) {
            double value = 0.5 + ag_random_uniform(g);
            node[i] = i % 3 == 2 ? ag_constant(g, value) : ag_variable(g, value);
            continue;
        }
        ag_tensor *a = node[pick(g, i)], *b = node[pick(g, i)];
        switch (pick(g, 6)) {
        case 0:
            node[i] = ag_mul(ag_sin(a), b);
            break;
        case 1:
            node[i] = ag_mul_scalar(ag_add(a, b), 0.5);
            break;
        case 2:
            node[i] = ag_tanh(ag_sub(a, b));
            break;
        case 3:
            node[i] = ag_sigmoid(ag_mul(a, a));
            break;
        case 4:
            node[i] = ag_detach(ag_cos(a));
            break;
        default:
            node[i] = ag_maximum(a, ag_neg(b));
            break;
        }
    }
}

static bool is_before(const ag_order *order, const size_t *place, size_t i)
{
    for (int k = 0; k < ag_n_operands(order->node[i]); k++) {
        if (place[ag_id(ag_operand(order->node[i], k))] >= i) {
            return false;
        }
    }
    return true;
}

/* The chain rule over the order, last to first; gradients by place. */
static void pull(const ag_order *order, const size_t *place, double *gradient)
{
    gradient[order->n - 1] = 1;
    for (size_t i = order->n; i-- > 0;) {
        const ag_tensor *t = order->node[i];
        for (int k = 0; k < ag_n_operands(t); k++) {
            double partial = NAN;
            if (ag_flows_to(t, k)) {
                ck_assert(ag_local_partial(t, k, &partial));
                gradient[place[ag_id(ag_operand(t, k))]] += gradient[i] * partial;
            }
        }
    }
}

static void check_random(uint64_t seed)
{
    ag_graph *g = ag_graph_new_with(&(ag_graph_options){.seed = seed});
    ag_tensor *node[NODES];
    grow(g, node);
    size_t root = NODES - 1;
    while (!ag_needs_grad(node[root])) {
        root--;
    }
    ag_order order;
    expect_ok(ag_order_new(node[root], &order));
    size_t *place = calloc(ag_id(node[root]) + 1, sizeof *place);
    double *gradient = calloc(order.n, sizeof *gradient);
    ck_assert(place != NULL && gradient != NULL);
    for (size_t i = 0; i < order.n; i++) {
        place[ag_id(order.node[i])] = i;
    }
    pull(&order, place, gradient);
    expect_ok(ag_backward(node[root]));
    for (size_t i = 0; i < order.n; i++) {
        ck_assert(is_before(&order, place, i));
        if (ag_has_grad(order.node[i])) {
            expect_near(ag_grad_item(order.node[i]), gradient[i], 1e-12);
        }
    }
    ag_order_free(&order);
    free(place);
    free(gradient);
    ag_graph_free(g);
}

START_TEST(test_two_orders)
{
    for (uint64_t seed = 0; seed < (check_small() ? 5 : 100); seed++) {
        check_random(seed);
    }
}
END_TEST

CHECK_MAIN("depth", test_chain, test_chain_of_tensors, test_fan_out, test_order_of_chain,
           test_two_orders)
