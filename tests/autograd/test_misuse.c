/* What a hostile caller and a first user tried: tensors used after they are gone, graphs changed
 * under a running pass, descriptors with holes, sizes and indices at the edge. Each is an error
 * with a cause, and the graph works on. Must not know any private header of the library.
 */
#include <autograd/custom_op.h>

#include "expect.h"

static ag_graph *g;

/* --- what is made in a hook goes with the pass ------------------------------------------------ */

typedef struct taken {
    ag_tensor *gradient, *result, *leaf, *wide;
} taken;

static ag_tensor *take(ag_tensor *t, ag_tensor *gradient, void *user)
{
    taken *k = user;
    k->gradient = gradient;
    k->result = ag_exp(gradient);
    k->leaf = ag_variable(ag_graph_of(t), 2);
    k->wide = ag_full(ag_graph_of(t), AG_VARIABLE, AG_SHAPE(3), 2);
    return NULL;
}

static taken take_from_a_pass(void)
{
    taken k = {NULL, NULL, NULL, NULL};
    ag_tensor *x = ag_variable(g, 3), *h = ag_square(x), *y = ag_exp(h);
    expect_ok(ag_hook(h, take, &k));
    expect_ok(ag_backward(y));
    all_well(g);
    ck_assert(k.gradient != NULL && k.result != NULL && k.leaf != NULL && k.wide != NULL);
    return k;
}

static void is_gone(ag_tensor *t)
{
    ag_order order;
    ag_tensor *x = ag_variable(g, 1);
    no_tensor(g, HERE, ag_exp(t), AG_ERR_STATE, "exp: ", "made in a hook or rule", LINE);
    no_tensor(g, HERE, ag_mul(x, t), AG_ERR_STATE,
              "mul: ", "hook or rule of a backward pass that has ended", LINE);
    no_success(g, HERE, ag_order_new(t, &order), AG_ERR_STATE,
               "order: the root was made in a hook");
    ck_assert(order.node == NULL && order.n == 0);
    no_success(g, HERE, ag_order_by_age(t, &order), AG_ERR_STATE, "order: ", "backward pass");
    ag_order_free(&order);
}

START_TEST(test_temporaries)
{
    g = ag_graph_new();
    taken k = take_from_a_pass();
    is_gone(k.gradient);
    is_gone(k.result);
    is_gone(k.leaf);
    is_gone(k.wide);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_temporaries_in_passes)
{
    g = ag_graph_new();
    taken k = take_from_a_pass();
    ag_tensor *x = ag_variable(g, 1), *y = ag_square(x), *dx = x;
    no_success(g, HERE, ag_backward(k.gradient), AG_ERR_STATE, "backward: ", "in a hook", LINE);
    no_success(g, HERE, ag_backward(k.result), AG_ERR_STATE, "backward: ", "in a hook", LINE);
    no_success(g, HERE, ag_backward(k.leaf), AG_ERR_STATE, "backward: ", "in a hook", LINE);
    no_success(g, HERE, ag_backward_from(k.wide, k.wide), AG_ERR_STATE, "in a hook", LINE);
    no_success(g, HERE, ag_backward_from(y, k.result), AG_ERR_STATE, "the seed", "in a hook");
    no_success(g, HERE, ag_grad(&k.leaf, 1, NULL, &x, 1, NULL, &dx), AG_ERR_STATE, "in a hook");
    no_success(g, HERE, ag_grad(&y, 1, NULL, &k.leaf, 1, NULL, &dx), AG_ERR_STATE, "in a hook");
    no_success(g, HERE, ag_grad(&y, 1, &k.result, &x, 1, NULL, &dx), AG_ERR_STATE, "in a hook");
    ck_assert_ptr_null(dx);
    ag_graph_free(g);
}
END_TEST

/* --- what a hook may not do ------------------------------------------------------------------- */

typedef struct attempt {
    int what, calls;
    ag_status status;
    ag_mark mark;
} attempt;

static ag_tensor *write_gradient(ag_tensor *t, ag_tensor *gradient, void *user)
{
    attempt *a = user;
    const double values[3] = {7, 7, 7};
    int64_t n = ag_size(t);
    a->calls++;
    switch (a->what) {
    case 0:
        a->status = ag_set(gradient, values, n);
        break;
    case 1:
        a->status = ag_write(gradient, values, (size_t)n * sizeof(double));
        break;
    case 2:
        a->status = ag_fill_uniform(gradient, 0, 1);
        break;
    default:
        a->status = ag_mutable_data(gradient) == NULL ? ag_error(ag_graph_of(t)) : AG_OK;
    }
    return NULL;
}

static void cannot_write(ag_tensor *x, int what)
{
    attempt a = {.what = what};
    ag_tensor *h = ag_square(x), *y = ag_sum(ag_mul_scalar(h, 5));
    expect_ok(ag_hook(h, write_gradient, &a));
    static const char *const name[] = {"set: ", "write: ", "fill_uniform: ", "mutable_data: "};
    no_success(g, HERE, ag_backward(y), AG_ERR_STATE, name[what], "only a leaf can be written",
               "a backward pass (return a new tensor instead)");
    ck_assert_int_eq(a.status, AG_ERR_STATE);
    ck_assert_int_eq(a.calls, 1);
    expect_ok(ag_unhook(h, write_gradient, &a));
    ag_zero_grads(g);
    expect_ok(ag_backward(y));
}

START_TEST(test_writing_a_gradient)
{
    for (int what = 0; what < 4; what++) {
        g = ag_graph_new();
        ag_tensor *x = ag_variable(g, 2), *v = of_values(g, AG_SHAPE(3), 1, 2, 3);
        cannot_write(x, what);
        expect_same(ag_grad_item(x), 20);
        cannot_write(v, what);
        expect_grads(v, 10, 20, 30);
        ag_graph_free(g);
    }
}
END_TEST

static ag_tensor *twice(ag_tensor *t, ag_tensor *gradient, void *user)
{
    (void)t;
    (void)user;
    return ag_mul_scalar(gradient, 2);
}

static ag_tensor *disturb(ag_tensor *t, ag_tensor *gradient, void *user)
{
    attempt *a = user;
    ag_tensor *dt = NULL;
    a->calls++;
    switch (a->what) {
    case 0:
        a->status = ag_graph_rewind(ag_graph_of(t), a->mark);
        break;
    case 1:
        a->status = ag_hook(t, twice, NULL);
        break;
    case 2:
        a->status = ag_unhook(t, disturb, user);
        break;
    case 3:
        a->status = ag_backward(t);
        break;
    default:
        a->status = ag_grad(&gradient, 1, NULL, &t, 1, NULL, &dt);
    }
    return NULL;
}

START_TEST(test_disturbing_ag_grad)
{
    static const char *const says[] = {"graph_rewind: a backward pass is running",
                                       "hook: a backward pass is running",
                                       "hook: a backward pass is running",
                                       "backward: a backward pass of this graph is already running",
                                       "grad: a backward pass of this graph is running"};
    for (int i = 0; i < 10; i++) {
        g = ag_graph_new();
        ag_tensor *x = ag_variable(g, 2), *dx = x;
        attempt a = {.what = i / 2, .mark = ag_graph_mark(g)};
        ag_tensor *h = ag_square(x), *y = ag_exp(h);
        ag_grad_options options = {.create_graph = i % 2 == 1};
        expect_ok(ag_hook(h, disturb, &a));
        no_success(g, HERE, ag_grad(&y, 1, NULL, &x, 1, &options, &dx), AG_ERR_STATE, says[i / 2]);
        ck_assert(dx == NULL && a.calls == 1 && a.status == AG_ERR_STATE);
        expect_ok(ag_unhook(h, disturb, &a));
        expect_ok(ag_grad(&y, 1, NULL, &x, 1, &options, &dx));
        expect_near(ag_item(dx), 4 * exp(4), 1e-12);
        expect_ok(ag_graph_rewind(g, a.mark));
        ag_graph_free(g);
    }
}
END_TEST

/* --- operations of a user --------------------------------------------------------------------- */

static ag_status infer_same(ag_call *call)
{
    call->shape = ag_shape_of(call->in[0]);
    return AG_OK;
}

static ag_status forward_copy(ag_call *call)
{
    return ag_get(call->in[0], call->out.data, call->out.size);
}

static const ag_op copy_op = {
    .name = "copy_of", .n_in = AG_ANY_NUMBER, .infer = infer_same, .forward = forward_copy};

static ag_tensor *apply(ag_op op, ag_tensor *x)
{
    return ag_apply(&op, &x, 1, NULL, 0); /* whose descriptor is on the stack, to show it is read */
}

START_TEST(test_holes_in_descriptors)
{
    g = ag_graph_new();
    ag_tensor *x = of_values(g, AG_SHAPE(3), 1, 2, 3);
    ag_op nameless = copy_op, empty = copy_op, blind = copy_op, idle = copy_op, none = copy_op;
    nameless.name = NULL, empty.name = "", blind.infer = NULL, idle.forward = NULL, none.n_in = 0;
    no_tensor(g, HERE, apply(nameless, x), AG_ERR_VALUE, "?: the operation has no name");
    no_tensor(g, HERE, apply(empty, x), AG_ERR_VALUE, "the operation has no name");
    no_tensor(g, HERE, apply(blind, x), AG_ERR_VALUE, "copy_of: the operation has no infer");
    no_tensor(g, HERE, apply(idle, x), AG_ERR_VALUE, "copy_of: the operation has no forward");
    no_tensor(g, HERE, apply(none, x), AG_ERR_VALUE, "copy_of: ", "at least one operand");
    no_tensor(g, HERE, apply(nameless, take_from_a_pass().wide), AG_ERR_STATE, "?: an operand");
    ag_tensor *y = ag_apply(&copy_op, &x, 1, NULL, 0);
    expect_values(y, 1, 2, 3);
    ag_graph_free(g);
}
END_TEST

typedef struct window {
    int64_t n, stride, offset;
} window;

static ag_status infer_window(ag_call *call)
{
    const window *w = call->attr;
    call->shape = AG_SHAPE(w->n);
    call->stride[0] = w->stride;
    call->offset = w->offset;
    return AG_OK;
}

static ag_tensor *look_through(ag_tensor *x, window w)
{
    static const ag_op op = {
        .name = "window", .n_in = 1, .flags = AG_OP_VIEW, .infer = infer_window};
    return ag_apply(&op, &x, 1, &w, sizeof w);
}

START_TEST(test_views_stay_inside)
{
    static const window outside[] = {
        {7, 1, 0},         {1, 1, 6},         {1, 1, -1},        {3, 3, 0},
        {2, -1, 0},        {4, -2, 5},        {2, 1000, 0},      {1, 1, 1 << 20},
        {3, INT64_MAX, 0}, {3, INT64_MIN, 0}, {2, 5, INT64_MAX}, {5, INT64_MAX / 2 + 1, 0},
        {1, 1, INT64_MIN}};
    g = ag_graph_new();
    ag_tensor *x = of_values(g, AG_SHAPE(6), 1, 2, 3, 4, 5, 6);
    for (size_t i = 0; i < sizeof outside / sizeof outside[0]; i++) {
        no_tensor(g, HERE, look_through(x, outside[i]), AG_ERR_OP,
                  "window: ", "a view that leaves its operand", "[6]");
    }
    expect_values(look_through(x, (window){3, -2, 5}), 6, 4, 2);
    expect_values(look_through(x, (window){2, 0, 5}), 6, 6);
    ck_assert_int_eq(ag_size(look_through(x, (window){0, 1, 9})), 0); /* no element, no place */
    ag_tensor *part = look_through(x, (window){2, 2, 1}); /* what is beside it is not its own */
    expect_values(part, 2, 4);
    no_tensor(g, HERE, look_through(part, (window){1, 1, 3}), AG_ERR_OP, "window: ", "[2]");
    no_tensor(g, HERE, look_through(part, (window){1, 1, -1}), AG_ERR_OP, "window: ", "[2]");
    ag_graph_free(g);
}
END_TEST

enum { ROOM = 1000 };

static bool filled(const unsigned char *room, int with)
{
    int n = 0;
    while (n < ROOM && room[n] == with) {
        n++;
    }
    return n == ROOM;
}

/* x + 1, by way of itself as often as the attribute says, with a workspace on every level. */
static ag_status forward_nested(ag_call *call)
{
    int depth = *(const int *)call->attr, below = depth - 1;
    unsigned char *before = ag_workspace(call->graph, ROOM);
    ck_assert_ptr_nonnull(before);
    memset(before, depth, ROOM);
    ag_tensor *y = depth == 0 ? ag_add_scalar(call->in[0], 1)
                              : ag_apply(call->op, call->in, 1, &below, sizeof below);
    unsigned char *after = ag_workspace(call->graph, ROOM);
    ck_assert(y != NULL && after != NULL);
    memset(after, 0xEE, ROOM);
    ag_tensor *z = ag_matmul(call->in[0], call->in[0]); /* may take some, too */
    ck_assert_msg(z != NULL && filled(before, depth) && filled(after, 0xEE), "level %d", depth);
    return ag_get(y, call->out.data, call->out.size);
}

START_TEST(test_nested_workspaces)
{
    static const ag_op op = {
        .name = "nested", .n_in = 1, .infer = infer_same, .forward = forward_nested};
    g = ag_graph_new();
    ag_tensor *x = of_values(g, AG_SHAPE(2, 2), 1, 2, 3, 4);
    for (int round = 0; round < 3; round++) {
        ag_tensor *y = ag_apply(&op, &x, 1, &(int){100}, sizeof(int));
        all_well(g);
        expect_values(y, 2, 3, 4, 5);
    }
    ag_graph_free(g);
}
END_TEST

static ag_status fail_with_ok(ag_call *call)
{
    return ag_call_fail(call, AG_OK, "a hint", "said %s by mistake", "ok");
}

START_TEST(test_failing_with_ok)
{
    g = ag_graph_new();
    ag_tensor *x = ag_variable(g, 1);
    ag_op infers = copy_op, computes = copy_op;
    infers.infer = fail_with_ok, computes.forward = fail_with_ok;
    no_tensor(g, HERE, apply(infers, x), AG_ERR_OP, "copy_of: said ok by mistake", "a hint");
    no_tensor(g, HERE, apply(computes, x), AG_ERR_OP, "copy_of: said ok by mistake", "a hint");
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("misuse", test_temporaries, test_temporaries_in_passes, test_writing_a_gradient,
           test_disturbing_ag_grad, test_holes_in_descriptors, test_views_stay_inside,
           test_nested_workspaces, test_failing_with_ok)
