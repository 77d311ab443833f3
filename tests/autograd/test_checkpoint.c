/* Gradient checkpointing: the same numbers as without, bit by bit, from less memory. What is
 * compared with is the same function called straight.
 */
#include <autograd.h>
#include <math.h>
#include <string.h>

#include "allocator.h"
#include "check_main.h"

enum { N = 6, MANY = 64 };

typedef struct layer {
    ag_tensor *w;
    int calls;
    bool fickle;      /* uses another tensor when called again */
    ag_tensor *other; /* that one */
} layer;

/* dropout(tanh(w x)) + x: a parameter beside the input, random numbers, an input used twice. */
static ag_tensor *residual(ag_tensor *const *in, int n, void *user)
{
    layer *l = user;
    (void)n;
    ag_tensor *w = l->fickle && l->calls > 0 ? l->other : l->w;
    l->calls++;
    ag_tensor *h = ag_tanh(ag_mul(w, in[0]));
    return ag_add(ag_dropout(h, 0.5, true), in[0]);
}

typedef struct net {
    ag_graph *g;
    ag_tensor *x, *y;
    layer layer[MANY];
} net;

static void net_open(net *n, const ag_graph_options *options)
{
    static const double values[N] = {0.3, -1.2, 2, 0.7, -0.1, 1.5};
    memset(n, 0, sizeof *n);
    n->g = ag_graph_new_with(options);
    ag_seed(n->g, 42);
    n->x = ag_from_values(n->g, AG_VARIABLE, AG_SHAPE(N), values);
    for (int i = 0; i < MANY; i++) {
        n->layer[i].w = ag_full(n->g, AG_PARAMETER, AG_SHAPE(N), 0.5 + 0.01 * i);
    }
}

static ag_tensor *net_run(net *n, int layers, bool saving)
{
    ag_tensor *h = n->x;
    for (int i = 0; i < layers; i++) {
        h = saving ? ag_checkpoint(residual, &n->layer[i], &h, 1) : residual(&h, 1, &n->layer[i]);
    }
    n->y = ag_sum(ag_square(h));
    return n->y;
}

static void same_grads(net *a, net *b, int layers)
{
    double ga[N], gb[N], largest = 0;
    ck_assert(ag_item(a->y) == ag_item(b->y));
    for (int i = -1; i < layers; i++) {
        ag_tensor *ta = i < 0 ? a->x : a->layer[i].w, *tb = i < 0 ? b->x : b->layer[i].w;
        ck_assert_int_eq(ag_grad_get(ta, ga, N), AG_OK);
        ck_assert_int_eq(ag_grad_get(tb, gb, N), AG_OK);
        ck_assert_mem_eq(ga, gb, sizeof ga);
        for (int k = 0; k < N; k++) {
            largest = fmax(largest, fabs(ga[k]));
        }
    }
    ck_assert_double_gt(largest, 0.1);
}

/* Values, gradients and the next random number are those of the plain recording. */
START_TEST(test_same_bits)
{
    net plain, saving;
    net_open(&plain, NULL);
    net_open(&saving, NULL);
    ck_assert_int_eq(ag_backward(net_run(&plain, 5, false)), AG_OK);
    ck_assert_int_eq(ag_backward(net_run(&saving, 5, true)), AG_OK);
    ck_assert_int_eq(saving.layer[0].calls, 2);
    same_grads(&plain, &saving, 5);
    ck_assert(ag_random_uniform(plain.g) == ag_random_uniform(saving.g));
    ag_graph_free(plain.g);
    ag_graph_free(saving.g);
}
END_TEST

/* Half the layers inside one more checkpoint. */
static ag_tensor *nested(ag_tensor *const *in, int n, void *user)
{
    layer *l = user;
    ag_tensor *h = ag_checkpoint(residual, &l[0], in, n);
    return ag_checkpoint(residual, &l[1], &h, 1);
}

START_TEST(test_nested)
{
    net plain, saving;
    net_open(&plain, NULL);
    net_open(&saving, NULL);
    ck_assert_int_eq(ag_backward(net_run(&plain, 2, false)), AG_OK);
    saving.y = ag_sum(ag_square(ag_checkpoint(nested, saving.layer, &saving.x, 1)));
    ck_assert_int_eq(ag_backward(saving.y), AG_OK);
    same_grads(&plain, &saving, 2);
    ag_graph_free(plain.g);
    ag_graph_free(saving.g);
}
END_TEST

/* Ten tanh of ten thousand numbers: without, all ten are there at the end; with, one is. */
static ag_tensor *deep(ag_tensor *const *in, int n, void *user)
{
    ag_tensor *h = in[0];
    (void)n;
    for (int i = 0; i < *(int *)user; i++) {
        h = ag_tanh(h);
    }
    return h;
}

static size_t peak_of(bool saving, double *gradient)
{
    int depth = 10;
    ag_graph *g = ag_graph_new();
    ag_tensor *h = ag_full(g, AG_VARIABLE, AG_SHAPE(10000), 0.5), *x = h;
    for (int i = 0; i < 10; i++) {
        h = saving ? ag_checkpoint(deep, &depth, &h, 1) : deep(&h, 1, &depth);
    }
    ck_assert_int_eq(ag_backward(ag_sum(h)), AG_OK);
    *gradient = ag_grad_item_at(x, AG_SHAPE(7));
    size_t peak = ag_graph_get_stats(g).peak_bytes;
    ag_graph_free(g);
    return peak;
}

START_TEST(test_memory)
{
    double plain, saving;
    size_t all = peak_of(false, &plain), less = peak_of(true, &saving);
    ck_assert(plain == saving && plain > 0);
    ck_assert_msg(less * 3 < all, "%zu bytes without, %zu with", all, less);
}
END_TEST

/* A loop of steps asks for no memory after the second. */
START_TEST(test_steady)
{
    net n;
    size_t calls = 0;
    net_open(&n, NULL);
    ag_mark mark = ag_graph_mark(n.g);
    for (int step = 0; step < 6; step++) {
        ck_assert_int_eq(ag_backward(net_run(&n, 8, true)), AG_OK);
        ag_zero_grads(n.g);
        ck_assert_int_eq(ag_graph_rewind(n.g, mark), AG_OK);
        size_t now = ag_graph_get_stats(n.g).allocations;
        ck_assert(step < 2 || now == calls);
        calls = now;
    }
    ag_graph_free(n.g);
}
END_TEST

/* A hundred thousand in a row. */
START_TEST(test_many)
{
    int depth = 2, many = check_small() ? 2000 : 100000;
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_variable(g, 0.5), *h = x, *straight = ag_variable(g, 0.5), *k = straight;
    for (int i = 0; i < many; i++) {
        h = ag_checkpoint(deep, &depth, &h, 1);
        k = deep(&k, 1, &depth);
    }
    ck_assert_int_eq(ag_backward(h), AG_OK);
    ck_assert_int_eq(ag_backward(k), AG_OK);
    ck_assert(ag_item(h) == ag_item(k) && ag_grad_item(x) == ag_grad_item(straight));
    ck_assert(ag_grad_item(x) > 0);
    ag_graph_free(g);
}
END_TEST

/* x y + sin(x): two inputs; and the same tensor given twice. */
static ag_tensor *two(ag_tensor *const *in, int n, void *user)
{
    (void)n, (void)user;
    return ag_add(ag_mul(in[0], in[1]), ag_sin(in[0]));
}

static ag_tensor *through(ag_tensor *const *in, int n, void *user)
{
    return ag_checkpoint(two, user, in, n);
}

START_TEST(test_derivatives)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *in[] = {ag_variable(g, 0.7), ag_variable(g, -1.3)};
    ck_assert(ag_gradcheck(through, NULL, in, 2, NULL).ok);
    ck_assert(ag_gradgradcheck(through, NULL, in, 2, NULL).ok);
    ag_tensor *x = in[0], *twice[] = {x, x}, *y = ag_checkpoint(two, NULL, twice, 2), *grad;
    ag_grad_options create = {.create_graph = true};
    ck_assert_int_eq(ag_grad(&y, 1, NULL, &x, 1, &create, &grad), AG_OK);
    ck_assert_double_eq_tol(ag_item(grad), 2 * 0.7 + cos(0.7), 1e-15); /* x^2 + sin(x) */
    ck_assert_double_eq_tol(ag_item(ag_hessian(y, x)), 2 - sin(0.7), 1e-15);
    ck_assert_double_eq_tol(ag_item(ag_jvp(y, x, ag_constant(g, 3))), 3 * ag_item(grad), 1e-14);
    ck_assert_int_eq(ag_backward(y), AG_OK);
    ck_assert_double_eq_tol(ag_grad_item(x), ag_item(grad), 1e-15);
    ck_assert_int_eq(ag_error(g), AG_OK);
    ag_graph_free(g);
}
END_TEST

static ag_tensor *first(ag_tensor *const *in, int n, void *user)
{
    (void)n, (void)user;
    return in[0];
}

static ag_tensor *cut_off(ag_tensor *const *in, int n, void *user)
{
    (void)n, (void)user;
    return ag_detach(ag_exp(in[0]));
}

/* What needs no gradient, or was there before. */
START_TEST(test_constants)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_variable(g, 0.5);
    ck_assert_ptr_eq(ag_checkpoint(first, NULL, &x, 1), x);
    ag_tensor *y = ag_checkpoint(cut_off, NULL, &x, 1);
    ck_assert_int_eq(ag_grad_state_of(y), AG_GRAD_NOT_REQUIRED);
    ck_assert_int_eq(ag_backward(ag_mul(x, y)), AG_OK);
    ck_assert(ag_grad_item(x) == ag_item(y) && ag_item(y) == exp(0.5));
    ag_no_grad_enter(g);
    int depth = 1;
    y = ag_checkpoint(deep, &depth, &x, 1);
    ag_no_grad_leave(g);
    ck_assert_int_eq(ag_grad_state_of(y), AG_GRAD_NOT_REQUIRED);
    ag_graph_free(g);
}
END_TEST

static void expect_message(ag_graph *g, ag_status status, const char *part)
{
    ck_assert_msg(ag_error(g) == status && strstr(ag_error_message(g), part) != NULL,
                  "status %d: %s", ag_error(g), ag_error_message(g));
    ck_assert_ptr_nonnull(strstr(ag_error_message(g), "test_checkpoint.c:"));
    ag_error_clear(g);
}

/* A function that does something else the second time, and an operand written in between. */
START_TEST(test_changed)
{
    net n;
    net_open(&n, NULL);
    n.layer[0].fickle = true;
    n.layer[0].other = n.layer[1].w;
    ck_assert_int_eq(ag_backward(net_run(&n, 1, true)), AG_ERR_OP);
    expect_message(n.g, AG_ERR_OP, "same each time");
    n.layer[0].fickle = false;
    ag_tensor *y = net_run(&n, 3, true);
    double values[N] = {1, 2, 3, 4, 5, 6};
    ck_assert_int_eq(ag_set(n.layer[1].w, values, N), AG_OK);
    ck_assert_int_eq(ag_backward(y), AG_ERR_CHANGED);
    expect_message(n.g, AG_ERR_CHANGED, "checkpoint");
    ag_zero_grads(n.g);
    ck_assert_int_eq(ag_backward(net_run(&n, 3, true)), AG_OK);
    ag_graph_free(n.g);
}
END_TEST

/* Listener, anomaly mode, kept gradients and a hook on a parameter see the replay. */
static void count_edge(const ag_edge *edge, void *user)
{
    (void)edge;
    ++*(int *)user;
}

static ag_tensor *halve(ag_tensor *t, ag_tensor *gradient, void *user)
{
    (void)t, (void)user;
    return ag_mul_scalar(gradient, 0.5);
}

START_TEST(test_listeners)
{
    int edges[2] = {0, 0};
    double grad[2][N];
    for (int saving = 0; saving < 2; saving++) {
        net n;
        net_open(&n, NULL);
        ag_set_anomaly(n.g, true);
        ag_retain_grads(n.g, true);
        ag_on_edge(n.g, count_edge, &edges[saving]);
        ck_assert_int_eq(ag_hook(n.layer[0].w, halve, NULL), AG_OK);
        ck_assert_int_eq(ag_backward(net_run(&n, 2, saving)), AG_OK);
        ck_assert_int_eq(ag_grad_get(n.layer[0].w, grad[saving], N), AG_OK);
        ag_graph_free(n.g);
    }
    ck_assert_mem_eq(grad[0], grad[1], sizeof grad[0]);
    ck_assert_int_eq(edges[0], edges[1]);
}
END_TEST

/* Every allocation fails in turn: an error each time, nothing lost, and the gradient in the end. */
START_TEST(test_no_memory)
{
    for (size_t failing = 1;; failing++) {
        account a = {.fail_at = failing};
        net n;
        memset(&n, 0, sizeof n);
        n.g = account_graph(&a);
        bool done = n.g != NULL;
        if (done) {
            n.x = ag_full(n.g, AG_VARIABLE, AG_SHAPE(N), 0.5);
            n.layer[0].w = ag_full(n.g, AG_PARAMETER, AG_SHAPE(N), 0.5);
            n.layer[1].w = ag_full(n.g, AG_PARAMETER, AG_SHAPE(N), 0.5);
            bool ran = ag_backward(net_run(&n, 2, true)) == AG_OK;
            ck_assert_msg(ran == (a.refused == 0), "call %d failed unseen", (int)failing);
            ck_assert(ran || ag_error(n.g) == AG_ERR_MEMORY);
            ag_graph_free(n.g);
        }
        account_balanced(&a);
        if (a.refused == 0) {
            ck_assert_uint_gt(failing, 5);
            break;
        }
    }
}
END_TEST

CHECK_MAIN("checkpoint", test_same_bits, test_nested, test_memory, test_steady, test_many,
           test_derivatives, test_constants, test_changed, test_listeners, test_no_memory)
