/* The chain rule of one node, where it is not the usual sum of known terms: factors that are not
 * known, uses through which no gradient flows, numbers that are not finite, and the other order of
 * terms.
 */
#include "text.h"

#include <autograd/custom_op.h>

#include "check_main.h"

/* An operation that has a rule, but no number for its local partial. */
static ag_status infer_scalar(ag_call *call)
{
    call->shape = AG_SCALAR;
    return AG_OK;
}

static ag_status forward_twice(ag_call *call)
{
    *(double *)call->out.data = 2 * ag_item(call->in[0]);
    return AG_OK;
}

static ag_status vjp_twice(ag_vjp_call *call)
{
    return ag_accumulate(call, 0, ag_mul(call->upstream, ag_constant(ag_graph_of(call->out), 2)));
}

START_TEST(test_factor_that_is_not_known)
{
    static const ag_op op = {.name = "twice",
                             .n_in = 1,
                             .infer = infer_scalar,
                             .forward = forward_twice,
                             .vjp = vjp_twice};
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_name(ag_variable(g, 3.0), "x");
    ag_tensor *f = ag_name(ag_apply(&op, &x, 1, NULL, 0), "f");
    ck_assert_int_eq(ag_backward(f), AG_OK);
    char *text = trace(f, NULL);
    ck_has(text, " 1  f   twice(x)          6          ∂f/∂x\n");
    ck_has(text, "∂f/∂x = ∂f/∂f·∂f/∂x = 2 [not every factor is known]\n");
    free(text);
    ag_graph_free(g);
}
END_TEST

/* Of two backward passes the gradient is twice the product, and after a hook it is another number:
 * then nothing says that the product is the gradient. */
static ag_tensor *thrice(ag_tensor *t, ag_tensor *gradient, void *user)
{
    (void)t;
    (void)user;
    return ag_mul_scalar(gradient, 3);
}

START_TEST(test_sum_of_what_is_not_known)
{
    static const ag_op op = {.name = "twice",
                             .n_in = 1,
                             .infer = infer_scalar,
                             .forward = forward_twice,
                             .vjp = vjp_twice};
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_name(ag_variable(g, 3.0), "x");
    ag_tensor *f = ag_name(ag_apply(&op, &x, 1, NULL, 0), "f");
    ck_assert_int_eq(ag_backward(f), AG_OK);
    ck_assert_int_eq(ag_backward(f), AG_OK);
    char *text = trace(f, NULL);
    ck_has(text, "∂f/∂x = ∂f/∂f·∂f/∂x [not every factor is known] "
                 "gradient 4 [sum of 2 backward calls]\n");
    free(text);
    ag_zero_grads(g);
    ck_assert_int_eq(ag_hook(x, thrice, NULL), AG_OK);
    ck_assert_int_eq(ag_backward(f), AG_OK);
    text = trace(f, NULL);
    ck_has(text, "∂f/∂x = ∂f/∂f·∂f/∂x [not every factor is known] gradient 6 [has a hook]\n");
    free(text);
    ag_graph_free(g);
}
END_TEST

/* No gradient flows through a detached tensor, so it has no term. */
START_TEST(test_detached)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_name(ag_variable(g, 3.0), "x");
    ag_tensor *k = ag_name(ag_detach(x), "k");
    ag_tensor *f = ag_name(ag_mul(k, x), "f");
    ck_assert_int_eq(ag_backward(f), AG_OK);
    char *text = trace(f, NULL);
    ck_has(text, "∂f/∂x = ∂f/∂f·∂f/∂x = 1 × 3 = 3\n");
    ck_has(text, "∂f/∂k = · not required\n");
    free(text);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_infinite)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_name(ag_variable(g, 0.0), "x");
    ag_tensor *f = ag_name(ag_sqrt(x), "f");
    ck_assert_int_eq(ag_backward(f), AG_OK);
    char *text = trace(f, NULL);
    ck_has(text, "∂f/∂x = ∂f/∂f·∂f/∂x = 1 × inf = inf\n");
    free(text);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_newest_first_keeps_the_order_of_operands)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_name(ag_variable(g, 3.0), "x");
    ag_tensor *m = ag_name(ag_mul(x, x), "m"), *n = ag_name(ag_exp(x), "n");
    ag_tensor *f = ag_name(ag_add(m, n), "f");
    ck_assert_int_eq(ag_backward(f), AG_OK);
    char *text = trace(f, &(viz_options){.newest_first = true});
    ck_has(text, "∂f/∂n·∂n/∂x + ∂f/∂m·∂m/∂x⁽¹⁾ + ∂f/∂m·∂m/∂x⁽²⁾");
    free(text);
    ag_graph_free(g);
}
END_TEST

/* The recording of a derivative is traced with every factor. */
START_TEST(test_second_derivative)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_name(ag_variable(g, 0.5), "x"), *slope = NULL;
    ag_tensor *y = ag_mul(ag_square(x), ag_sigmoid(x));
    ag_grad_options recorded = {.create_graph = true};
    ck_assert_int_eq(ag_grad(&y, 1, NULL, &x, 1, &recorded, &slope), AG_OK);
    ck_assert_int_eq(ag_backward(ag_name(slope, "d")), AG_OK);
    char *text = trace(slope, NULL);
    ck_has_not(text, "not every factor is known");
    ck_has(text, "= 1 × ");
    free(text);
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("chain", test_factor_that_is_not_known, test_sum_of_what_is_not_known, test_detached,
           test_infinite, test_newest_first_keeps_the_order_of_operands, test_second_derivative)
