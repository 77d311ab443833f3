/* A NULL argument beside a tensor that says which graph it is about: the graph keeps an error with
 * the name of the call, so that who asks once at the end hears of it.
 */
#include <autograd/custom_op.h>

#include "expect.h"

static void kept(const char *where, ag_graph *g, ag_status status, const char *name)
{
    ck_assert_msg(status == AG_ERR_NULL_ARGUMENT && ag_error(g) == status, "%s: %s, %s", where,
                  ag_status_text(status), ag_status_text(ag_error(g)));
    ck_assert_msg(strncmp(ag_error_message(g), name, strlen(name)) == 0, "%s: %s", where,
                  ag_error_message(g));
    ck_assert_msg(strstr(ag_error_message(g), "NULL") != NULL, "%s: %s", where,
                  ag_error_message(g));
    ag_error_clear(g);
}
#define KEPT(call, name) kept(AG_HERE, g, call, name)

START_TEST(test_steps)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *p = ag_full(g, AG_PARAMETER, AG_SHAPE(3), 1), *list[] = {NULL, p};
    KEPT(ag_sgd_step(NULL, &p, 1, NULL), "sgd_step: ");
    KEPT(ag_sgd_step(NULL, list, 2, NULL), "sgd_step: ");
    KEPT(ag_rmsprop_step(NULL, &p, 1, &p, NULL, NULL), "rmsprop_step: ");
    KEPT(ag_adagrad_step(NULL, &p, 1, &p), "adagrad_step: ");
    KEPT(ag_adadelta_step(NULL, &p, 1, &p, &p), "adadelta_step: ");
    KEPT(ag_adam_step(NULL, &p, 1, &p, &p, 1), "adam_step: ");
    KEPT(ag_amsgrad_step(NULL, &p, 1, &p, &p, &p, 1), "amsgrad_step: ");
    KEPT(ag_rprop_step(NULL, &p, 1, &p, &p), "rprop_step: ");
    KEPT(ag_grad_norm(&p, 1, NULL), "grad_norm: ");
    ck_assert_int_eq(ag_sgd_step(NULL, NULL, 0, NULL), AG_ERR_NULL_ARGUMENT);
    ck_assert_int_eq(ag_error(g), AG_OK);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_engine)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_full(g, AG_PARAMETER, AG_SHAPE(3), 1), *y = ag_sum(x), *out[2];
    ag_tensor *some[] = {x, NULL};
    KEPT(ag_grad(&y, 1, NULL, &x, 0, NULL, out), "grad: an input");
    KEPT(ag_grad(&y, 1, NULL, NULL, 1, NULL, out), "grad: an input");
    KEPT(ag_grad(&y, 1, NULL, some, 2, NULL, out), "grad: an input");
    ck_assert(out[0] == NULL && out[1] == NULL);
    KEPT(ag_grad(&y, -1, NULL, &x, 1, NULL, out), "grad: an output");
    KEPT(ag_grad(NULL, 1, NULL, &x, 1, NULL, out), "grad: an output");
    KEPT(ag_grad(&y, 1, NULL, &x, 1, NULL, NULL), "grad: ");
    KEPT(ag_hook(x, NULL, NULL), "hook: ");
    KEPT(ag_unhook(x, NULL, NULL), "unhook: ");
    KEPT(ag_op_register(g, NULL), "op_register: ");
    ck_assert_int_eq(ag_grad(NULL, 0, NULL, NULL, 0, NULL, out), AG_ERR_NULL_ARGUMENT);
    ck_assert_int_eq(ag_error(g), AG_OK);
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("null_beside", test_steps, test_engine)
