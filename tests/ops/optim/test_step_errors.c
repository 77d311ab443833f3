/* What steps refuse: options that are no numbers for them, lists that do not go together. Each
 * says so in the name that was called and with the caller's line, and nothing has moved.
 */
#include "tests/ops/optim/methods.h"

/* The status and its message; the first parameter has not moved. */
static void refused(const lists *l, ag_status have, ag_status want, const char *text)
{
    ck_assert_int_eq(have, want);
    ck_assert_int_eq(ag_error(l->graph), want);
    ck_assert_msg(strstr(ag_error_message(l->graph), text) != NULL, "\"%s\" is not in: %s", text,
                  ag_error_message(l->graph));
    ck_assert_double_eq(ag_item_at(l->p[0], AG_SHAPE(0)), 1);
    ag_error_clear(l->graph);
}

static void ready(lists *l)
{
    start(l);
    expect_ok(ag_backward(loss_of(l, 1)));
}

typedef struct wrong {
    method m;
    const char *text;
} wrong;

START_TEST(test_numbers)
{
    lists l;
    ready(&l);
    static const double bad[] = {-1, (double)NAN, (double)INFINITY};
    for (int i = 0; i < 3; i++) {
        const double x = bad[i];
        const wrong list[] = {
            {{"", SGD(.rate = x)}, "sgd_step: rate"},
            {{"", SGD(.rate = 1, .weight_decay = x)}, "sgd_step: weight_decay"},
            {{"", SGD(.rate = 1, .momentum = x)}, "sgd_step: momentum"},
            {{"", RMSPROP(.rate = x)}, "rmsprop_step: rate"},
            {{"", RMSPROP(.rate = 1, .alpha = x)}, "rmsprop_step: alpha"},
            {{"", RMSPROP(.rate = 1, .eps = x)}, "rmsprop_step: eps"},
            {{"", RMSPROP(.rate = 1, .momentum = x)}, "rmsprop_step: momentum"},
            {{"", ADAGRAD(0, .rate = x)}, "adagrad_step: rate"},
            {{"", ADAGRAD(0, .rate = 1, .eps = x)}, "adagrad_step: eps"},
            {{"", ADAGRAD(0, .rate = 1, .weight_decay = x)}, "adagrad_step: weight_decay"},
            {{"", ADADELTA(.rate = x)}, "adadelta_step: rate"},
            {{"", ADADELTA(.rate = 1, .rho = x)}, "adadelta_step: rho"},
            {{"", ADADELTA(.rate = 1, .eps = x)}, "adadelta_step: eps"},
            {{"", ADAM(.rate = x)}, "adam_step: rate"},
            {{"", ADAM(.rate = 1, .beta1 = x)}, "adam_step: beta1"},
            {{"", ADAM(.rate = 1, .beta2 = x)}, "adam_step: beta2"},
            {{"", AMSGRAD(.rate = 1, .beta2 = x)}, "amsgrad_step: beta2"},
            {{"", RPROP(.first = x)}, "rprop_step: first"},
            {{"", RPROP(.shrink = x)}, "rprop_step: shrink"},
            {{"", RPROP(.grow = x)}, "rprop_step: grow"},
            {{"", RPROP(.lowest = x)}, "rprop_step: lowest"},
            {{"", RPROP(.highest = x)}, "rprop_step: highest"},
            {{"", RPROP(.weight_decay = x)}, "rprop_step: weight_decay"},
        };
        for (size_t k = 0; k < sizeof list / sizeof list[0]; k++) {
            refused(&l, list[k].m.step(&list[k].m.o, &l, 1), AG_ERR_VALUE, list[k].text);
        }
        refused(&l, ag_average_step(x, l.state[0], l.n, l.p), AG_ERR_VALUE, "average_step: keep");
    }
    ag_graph_free(l.graph);
}
END_TEST

/* Numbers that are each allowed and do not go together. */
START_TEST(test_together)
{
    lists l;
    ready(&l);
    const wrong list[] = {
        {{"", SGD(.rate = 1, .nesterov = true)}, "nesterov"},
        {{"", ADAM(.rate = 1, .eps_form = (ag_eps_form)3)}, "eps_form 3"},
        {{"", RPROP(.first = 0.2)}, "lowest <= first <= highest"},
        {{"", RPROP(.lowest = 0.3, .highest = 0.2)}, "rprop_step: lowest 0.3 is above highest 0.2"},
        {{"", RPROP(.shrink = 1)}, "shrink 1"},
        {{"", RPROP(.grow = 0.9)}, "grow 0.9"},
    };
    for (size_t k = 0; k < sizeof list / sizeof list[0]; k++) {
        refused(&l, list[k].m.step(&list[k].m.o, &l, 1), AG_ERR_VALUE, list[k].text);
    }
    refused(&l, adam(&method_named("adam")->o, &l, 0), AG_ERR_VALUE, "adam_step: t 0");
    refused(&l, ag_average_step(1, l.state[0], l.n, l.p), AG_ERR_VALUE, "keep 1");
    /* A highest below the usual first step is also the first. */
    options o = {.rprop = {.highest = 0.05}};
    expect_ok(rprop(&o, &l, 1));
    expect_same(ag_item_at(l.p[0], AG_SHAPE(0)), 0.95);
    ag_graph_free(l.graph);
}
END_TEST

/* One wrong entry at a time, in the last place, so that the first would have moved by then. */
START_TEST(test_lists)
{
    const method *m = method_named("amsgrad");
    lists l, w;
    ready(&l);
    ag_graph *other = ag_graph_new();
    ag_tensor *vector = ag_full(l.graph, AG_CONSTANT, AG_SHAPE(3), 0);
#define STEP m->step(&m->o, &w, 1)
    w = l;
    w.state[2][3] = ag_cast(vector, AG_F32);
    refused(&w, STEP, AG_ERR_SHAPE, "[3]");
    w.state[2][3] = l.state[2][1];
    refused(&w, STEP, AG_ERR_DTYPE, "f32");
    w.state[2][3] = ag_neg(l.p[3]);
    refused(&w, STEP, AG_ERR_STATE, "the state cannot be written");
    w = l;
    w.p[3] = ag_mul_scalar(l.p[3], 1);
    refused(&w, STEP, AG_ERR_STATE, "the parameter cannot be written");
    w.p[3] = ag_leaf(l.graph, AG_CONSTANT, AG_I64, AG_SCALAR, NULL);
    w.state[0][3] = w.state[1][3] = w.state[2][3] = w.p[3];
    refused(&w, STEP, AG_ERR_DTYPE, "i64");
    w.p[3] = w.state[0][3] = w.state[1][3] = w.state[2][3] = ag_variable(other, 1);
    ck_assert_int_eq(STEP, AG_ERR_GRAPH);
    ck_assert_int_eq(ag_error(other), AG_ERR_GRAPH);
    w = l;
    w.state[1][3] = ag_variable(other, 1);
    refused(&w, STEP, AG_ERR_GRAPH, "graph");
    w.state[1][3] = l.state[0][3];
    refused(&w, STEP, AG_ERR_VALUE, "twice");
    w.state[1][3] = l.p[3];
    refused(&w, STEP, AG_ERR_VALUE, "twice");
    w = l;
    w.state[0][3] = NULL;
    refused(&w, STEP, AG_ERR_NULL_ARGUMENT, "NULL");
    w = l;
    w.n = -1;
    ck_assert_int_eq(STEP, AG_ERR_VALUE);
    ag_graph_free(l.graph);
    ag_graph_free(other);
}
END_TEST

/* A parameter named twice, and one state for two parameters, which threads would write together. */
START_TEST(test_named_twice)
{
    static const char text[] = "a tensor is named twice among parameters and states";
    lists l;
    ready(&l);
    const ag_sgd plain = {.rate = 1}, moving = {.rate = 1, .momentum = 0.5};
    ag_tensor *same[] = {l.p[0], l.p[1], l.p[0]};
    refused(&l, ag_sgd_step(&plain, same, 3, NULL), AG_ERR_VALUE, text);
    refused(&l, ag_scale_grads(same, 3, 0.5), AG_ERR_VALUE, text);
    ag_tensor *states[] = {l.state[0][0], ag_full(l.graph, AG_CONSTANT, ag_shape_of(l.p[0]), 0)};
    ag_tensor *two[] = {l.p[0], ag_full(l.graph, AG_PARAMETER, ag_shape_of(l.p[0]), 1)};
    expect_ok(ag_sgd_step(&(ag_sgd){.rate = 0, .momentum = 0.5}, two, 2, states));
    states[1] = states[0];
    refused(&l, ag_sgd_step(&moving, two, 2, states), AG_ERR_VALUE, text);
    states[1] = l.p[0]; /* the state of the second is the first */
    refused(&l, ag_sgd_step(&moving, two, 2, states), AG_ERR_VALUE, text);
    ag_graph_free(l.graph);
}
END_TEST

/* Of many tensors, whichever two are the same. */
START_TEST(test_named_twice_among_many)
{
    enum { MANY = 700 };
    lists l;
    ready(&l);
    ag_tensor *all[MANY];
    for (int i = 0; i < MANY; i++) {
        all[i] = ag_parameter(l.graph, 1);
    }
    expect_ok(ag_scale_grads(all, MANY, 1));
    static const int pairs[][2] = {{0, 1}, {0, MANY - 1}, {255, 256}, {256, 511}, {698, 699}};
    for (size_t k = 0; k < sizeof pairs / sizeof pairs[0]; k++) {
        ag_tensor *kept = all[pairs[k][1]];
        all[pairs[k][1]] = all[pairs[k][0]];
        ck_assert_int_eq(ag_scale_grads(all, MANY, 1), AG_ERR_VALUE);
        ag_error_clear(l.graph);
        all[pairs[k][1]] = kept;
    }
    ag_graph_free(l.graph);
}
END_TEST

/* Lists that are not there, or need not be. */
START_TEST(test_missing)
{
    lists l;
    ready(&l);
    const ag_adam o = {.rate = 1};
    const ag_rmsprop centered = {.rate = 1, .centered = true};
    const ag_rmsprop moving = {.rate = 1, .momentum = 0.5}, plain = {.rate = 1};
    const ag_status none = AG_ERR_NULL_ARGUMENT;
    refused(&l, ag_adam_step(&o, l.p, 4, l.state[0], NULL, 1), none,
            "adam_step: the list of mean squares is NULL, and there are 4 parameters");
    refused(&l, ag_rmsprop_step(&centered, l.p, 4, l.state[0], NULL, NULL), none,
            "the list of means is NULL");
    refused(&l, ag_rmsprop_step(&moving, l.p, 1, l.state[0], NULL, NULL), none,
            "the list of velocities is NULL, and there is 1 parameter");
    ck_assert_int_eq(ag_adam_step(&o, NULL, 4, NULL, NULL, 1), none);
    all_well(l.graph);
    static const char *const says[] = {
        "adam_step: the options are NULL",     "sgd_step: the options are NULL",
        "rmsprop_step: the options are NULL",  "adagrad_step: the options are NULL",
        "adadelta_step: the options are NULL", "amsgrad_step: the options are NULL",
        "rprop_step: the options are NULL",    "grad_norm: the norm's place is NULL"};
    refused(&l, ag_adam_step(NULL, l.p, 4, l.state[0], l.state[1], 1), none, says[0]);
    refused(&l, ag_sgd_step(NULL, l.p, 4, NULL), none, says[1]);
    refused(&l, ag_rmsprop_step(NULL, l.p, 4, NULL, NULL, NULL), none, says[2]);
    refused(&l, ag_adagrad_step(NULL, l.p, 4, NULL), none, says[3]);
    refused(&l, ag_adadelta_step(NULL, l.p, 4, NULL, NULL), none, says[4]);
    refused(&l, ag_amsgrad_step(NULL, l.p, 4, NULL, NULL, NULL, 1), none, says[5]);
    refused(&l, ag_rprop_step(NULL, l.p, 4, NULL, NULL), none, says[6]);
    refused(&l, ag_grad_norm(l.p, 4, NULL), none, says[7]);
    expect_ok(ag_adam_step(&o, NULL, 0, NULL, NULL, 1));
    expect_ok(ag_sgd_step(&(ag_sgd){.rate = 1}, l.p, 4, NULL));
    expect_ok(ag_rmsprop_step(&plain, l.p, 4, l.state[0], NULL, NULL));
    ag_graph_free(l.graph);
}
END_TEST

/* The message has the line of the call. */
START_TEST(test_line)
{
    lists l;
    ready(&l);
    const ag_sgd o = {.rate = -1};
    no_success(l.graph, HERE, ag_sgd_step(&o, l.p, 4, NULL), AG_ERR_VALUE, LINE, "sgd_step: rate");
    const ag_rprop r = {.grow = 0.5};
    no_success(l.graph, HERE, ag_rprop_step(&r, l.p, 4, l.state[0], l.state[1]), AG_ERR_VALUE, LINE,
               "1 or more");
    no_success(l.graph, HERE, ag_average_step(2, l.p, 4, l.state[1]), AG_ERR_VALUE, LINE, "keep 2");
    no_success(l.graph, HERE, ag_clip_grad_value(l.p, 4, 0), AG_ERR_VALUE, LINE, "limit 0");
    ag_graph_free(l.graph);
}
END_TEST

CHECK_MAIN("step errors", test_numbers, test_together, test_lists, test_named_twice,
           test_named_twice_among_many, test_missing, test_line)
