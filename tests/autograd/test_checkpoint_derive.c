/* Gradient checkpointing where the gradient is itself a tensor. What is compared with is the same
 * function called straight.
 */
#include <autograd.h>
#include <math.h>

#include "allocator.h"
#include "check_main.h"
#include "expect.h"

enum { N = 4 };
static const double START[N] = {0.3, -1.2, 0.7, 1.5};
static const ag_grad_options CREATE = {.create_graph = true};

static ag_tensor *call(bool saving, ag_function f, ag_tensor *const *in, int n, void *user)
{
    return saving ? ag_checkpoint(f, user, in, n) : f(in, n, user);
}

/* dropout(tanh(w in[0]) in[1]): a parameter beside the inputs, and random numbers. */
static ag_tensor *mixed(ag_tensor *const *in, int n, void *user)
{
    (void)n;
    return ag_dropout(ag_mul(ag_tanh(ag_mul(user, in[0])), in[1]), 0.5, true);
}

static ag_tensor *mixed_within(ag_tensor *const *in, int n, void *user)
{
    ag_tensor *first = ag_checkpoint(mixed, user, in, n);
    return ag_add(first, ag_checkpoint(mixed, user, in, n));
}

static ag_tensor *mixed_twice(ag_tensor *const *in, int n, void *user)
{
    ag_tensor *first = mixed(in, n, user);
    return ag_add(first, mixed(in, n, user));
}

static ag_tensor *halve(ag_tensor *t, ag_tensor *gradient, void *user)
{
    (void)t, (void)user;
    return ag_mul_scalar(gradient, 0.5);
}

/* First and second derivatives by x and w of sum(f(x, exp(x))^2): one input comes of the other. */
static void derivatives(ag_function f, bool saving, bool hooked, double out[4][N])
{
    ag_graph *g = ag_graph_new();
    ag_seed(g, 7);
    ag_tensor *x = ag_from_values(g, AG_VARIABLE, AG_SHAPE(N), START), *grads[2];
    ag_tensor *w = ag_full(g, AG_PARAMETER, AG_SHAPE(N), 0.8), *in[] = {x, ag_exp(x)};
    if (hooked) {
        ck_assert_int_eq(ag_hook(w, halve, NULL), AG_OK);
        ck_assert_int_eq(ag_hook(in[1], halve, NULL), AG_OK);
    }
    ag_tensor *wanted[] = {x, w}, *y = ag_sum(ag_square(call(saving, f, in, 2, w)));
    for (int order = 0; order < 2; order++) {
        ck_assert_int_eq(ag_grad(&y, 1, NULL, wanted, 2, &CREATE, grads), AG_OK);
        ck_assert_int_eq(ag_get(grads[0], out[2 * order], N), AG_OK);
        ck_assert_int_eq(ag_get(grads[1], out[2 * order + 1], N), AG_OK);
        y = ag_sum(ag_mul(ag_square(grads[0]), grads[1]));
    }
    ck_assert_int_eq(ag_error(g), AG_OK);
    ag_graph_free(g);
}

static void near(const double *a, const double *b, int n)
{
    for (int i = 0; i < n; i++) {
        ck_assert_msg(agrees(a[i], b[i], 1e-13), "element %d: %.17g, plain %.17g", i, a[i], b[i]);
    }
}

/* The first derivatives are the same bit by bit; the second sum the same in another order. */
START_TEST(test_orders)
{
    for (int hooked = 0; hooked < 2; hooked++) {
        double plain[4][N], saving[4][N]; /* rows: by x, by w; then again */
        derivatives(mixed, false, hooked, plain);
        derivatives(mixed, true, hooked, saving);
        ck_assert_mem_eq(plain, saving, 2 * sizeof *plain);
        near(saving[2], plain[2], 2 * N);
        ck_assert(fabs(plain[2][1]) + fabs(plain[2][0]) + fabs(plain[2][2]) > 1e-3);
        derivatives(mixed_twice, false, hooked, plain);
        derivatives(mixed_within, true, hooked, saving);
        ck_assert_mem_eq(plain, saving, 2 * sizeof *plain);
        near(saving[2], plain[2], 2 * N);
    }
}
END_TEST

/* A numeric sweep over a recorded gradient that has checkpoints in it, and over f. */
START_TEST(test_backward_through_a_gradient)
{
    double of[2][N];
    for (int saving = 0; saving < 2; saving++) {
        ag_graph *g = ag_graph_new();
        ag_tensor *x = ag_from_values(g, AG_VARIABLE, AG_SHAPE(N), START), *grad;
        ag_tensor *w = ag_full(g, AG_PARAMETER, AG_SHAPE(N), 0.8), *in[] = {x, ag_exp(x)};
        ag_tensor *y = ag_sum(call(saving, mixed, in, 2, w));
        ck_assert_int_eq(ag_grad(&y, 1, NULL, &x, 1, &CREATE, &grad), AG_OK);
        ck_assert_int_eq(ag_backward(ag_add(y, ag_sum(ag_square(grad)))), AG_OK);
        ck_assert_int_eq(ag_grad_get(w, of[saving], N), AG_OK);
        ag_graph_free(g);
    }
    near(of[1], of[0], N);
}
END_TEST

static ag_tensor *smooth(ag_tensor *const *in, int n, void *user)
{
    (void)n, (void)user;
    return ag_mul(ag_sin(in[0]), ag_exp(ag_mul(in[0], in[1])));
}

static ag_tensor *smooth_saving(ag_tensor *const *in, int n, void *user)
{
    ag_tensor *twice[] = {in[0], ag_checkpoint(smooth, user, in, n)};
    return ag_checkpoint(smooth, user, twice, 2);
}

START_TEST(test_differences)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *in[] = {ag_from_values(g, AG_VARIABLE, AG_SHAPE(2), START), ag_variable(g, -0.4)};
    ck_assert(ag_gradcheck(smooth_saving, NULL, in, 2, NULL).ok);
    ck_assert(ag_gradgradcheck(smooth_saving, NULL, in, 2, NULL).ok);
    ag_graph_free(g);
}
END_TEST

/* Jacobian, Hessian and their products are those of the plain recording. */
START_TEST(test_products)
{
    double of[4][2][N * N];
    for (int saving = 0; saving < 2; saving++) {
        ag_graph *g = ag_graph_new();
        ag_tensor *x = ag_from_values(g, AG_VARIABLE, AG_SHAPE(N), START), *in[] = {x, ag_cos(x)};
        ag_tensor *v = ag_full(g, AG_CONSTANT, AG_SHAPE(N), 1.5);
        ag_tensor *y = call(saving, smooth, in, 2, NULL), *f = ag_sum(y);
        ck_assert_int_eq(ag_get(ag_jacobian(y, x), of[0][saving], N * N), AG_OK);
        ck_assert_int_eq(ag_get(ag_hessian(f, x), of[1][saving], N * N), AG_OK);
        ck_assert_int_eq(ag_get(ag_jvp(y, x, v), of[2][saving], N), AG_OK);
        ck_assert_int_eq(ag_get(ag_hvp(f, x, v), of[3][saving], N), AG_OK);
        ag_graph_free(g);
    }
    for (int i = 0; i < 4; i++) {
        near(of[i][1], of[i][0], i < 2 ? N * N : N);
        ck_assert(of[i][0][0] != 0);
    }
}
END_TEST

/* A hundred thousand in a row and one parameter for all, below them. */
static ag_tensor *scaled(ag_tensor *const *in, int n, void *user)
{
    (void)n;
    return ag_tanh(ag_mul(user, in[0]));
}

START_TEST(test_many)
{
    int many = check_small() ? 2000 : 100000;
    double of[2][2];
    for (int saving = 0; saving < 2; saving++) {
        ag_graph *g = ag_graph_new();
        ag_tensor *w = ag_parameter(g, 1.00001), *x = ag_variable(g, 0.5), *h = x;
        for (int i = 0; i < many; i++) {
            h = call(saving, scaled, &h, 1, w);
        }
        ag_tensor *wanted[] = {x, w}, *grads[2];
        ck_assert_int_eq(ag_grad(&h, 1, NULL, wanted, 2, NULL, grads), AG_OK);
        of[saving][0] = ag_item(grads[0]);
        of[saving][1] = ag_item(grads[1]);
        ag_graph_free(g);
    }
    ck_assert_mem_eq(of[0], of[1], sizeof of[0]);
    ck_assert(of[0][1] != 0);
}
END_TEST

/* Every allocation of the symbolic sweep fails in turn. */
START_TEST(test_no_memory)
{
    for (size_t failing = 1;; failing++) {
        account a = {.fail_at = failing};
        ag_graph *g = account_graph(&a);
        if (g != NULL) {
            ag_tensor *x = ag_full(g, AG_VARIABLE, AG_SHAPE(N), 0.5), *in[] = {x, ag_exp(x)};
            ag_tensor *w = ag_full(g, AG_PARAMETER, AG_SHAPE(N), 0.5), *grads[2];
            ag_tensor *y = ag_sum(ag_checkpoint(mixed_within, w, in, 2)), *wanted[] = {x, w};
            bool ran = ag_grad(&y, 1, NULL, wanted, 2, &CREATE, grads) == AG_OK;
            ck_assert_msg(ran == (a.refused == 0), "call %d failed unseen", (int)failing);
            ck_assert(ran || ag_error(g) == AG_ERR_MEMORY);
            ag_graph_free(g);
        }
        account_balanced(&a);
        if (a.refused == 0) {
            ck_assert_uint_gt(failing, 5);
            break;
        }
    }
}
END_TEST

CHECK_MAIN("checkpoint_derive", test_orders, test_backward_through_a_gradient, test_differences,
           test_products, test_many, test_no_memory)
