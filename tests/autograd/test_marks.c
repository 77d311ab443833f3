/* Marks and rewinding: what stays, what goes, and which marks are no more. */
#include "allocator.h"
#include "expect.h"

static ag_graph *g;

START_TEST(test_again_and_again)
{
    g = ag_graph_new();
    ag_tensor *w = ag_name(ag_parameter(g, 2), "w");
    ag_tensor *v = of_values(g, AG_SHAPE(3), 1, 2, 3);
    ag_mark mark = ag_graph_mark(g);
    size_t nodes = ag_graph_get_stats(g).nodes;
    uint32_t first = 0;
    for (int i = 0; i < 5; i++) {
        ag_tensor *y = ag_sum(ag_mul(v, w));
        first = i == 0 ? ag_id(y) : first;
        ck_assert_uint_eq(ag_id(y), first); /* numbering starts again too */
        expect_ok(ag_backward(y));
        expect_same(ag_grad_item(w), 6 * (i + 1));
        expect_ok(ag_graph_rewind(g, mark));
        ck_assert_uint_eq(ag_graph_get_stats(g).nodes, nodes);
    }
    expect_grads(v, 10, 10, 10);
    expect_values(v, 1, 2, 3);
    ck_assert_str_eq(ag_name_of(w), "w");
    all_well(g);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_nested)
{
    g = ag_graph_new();
    ag_tensor *a = ag_name(ag_variable(g, 2), "a");
    ag_mark outer = ag_graph_mark(g);
    ag_tensor *b = ag_name(ag_full(g, AG_VARIABLE, AG_SHAPE(100), 3), "b");
    ag_mark inner = ag_graph_mark(g);
    for (int i = 0; i < 3; i++) {
        expect_ok(ag_backward(ag_sum(ag_mul(a, b))));
        expect_ok(ag_graph_rewind(g, inner));
        ag_full(g, AG_CONSTANT, AG_SHAPE(5000), -1); /* writes over whatever is free */
        expect_ok(ag_graph_rewind(g, inner));
    }
    expect_same(ag_grad_item(a), 900);
    expect_same(ag_item_at(b, AG_SHAPE(99)), 3);
    expect_same(ag_grad_item_at(b, AG_SHAPE(99)), 6);
    ck_assert_str_eq(ag_name_of(b), "b");
    expect_ok(ag_graph_rewind(g, outer));
    ck_assert_uint_eq(ag_graph_get_stats(g).nodes, 1);
    expect_ok(ag_graph_rewind(g, outer)); /* any number of times */
    ck_assert_str_eq(ag_name_of(a), "a");
    expect_same(ag_grad_item(a), 900);
    ag_graph_free(g);
}
END_TEST

/* What is given to a tensor after the mark belongs to the tensor, not to the step. */
static ag_tensor *twice(ag_tensor *t, ag_tensor *gradient, void *user)
{
    (void)t;
    ++*(int *)user;
    return ag_mul_scalar(gradient, 2);
}

START_TEST(test_given_after_the_mark)
{
    g = ag_graph_new();
    int calls = 0;
    ag_tensor *w = ag_full(g, AG_PARAMETER, AG_SHAPE(2), 1);
    ag_tensor *h = ag_square(w), *x = ag_variable(g, 1);
    ag_mark mark = ag_graph_mark(g);
    ag_name(w, "named in the first step");
    ag_name(x, "short");
    expect_ok(ag_hook(w, twice, &calls));
    ag_retain_grad(h);
    expect_ok(ag_backward(ag_sum(ag_mul(h, x))));
    expect_ok(ag_graph_rewind(g, mark));
    ag_full(g, AG_CONSTANT, AG_SHAPE(5000), -1); /* writes over whatever is free */
    ck_assert_str_eq(ag_name_of(w), "named in the first step");
    ck_assert_str_eq(ag_name_of(x), "short");
    expect_grads(w, 4, 4);
    expect_grads(h, 1, 1);
    expect_ok(ag_graph_rewind(g, mark));
    ag_name(x, "a much longer name than before, which needs memory of its own");
    expect_ok(ag_backward(ag_sum(ag_mul(h, x))));
    expect_ok(ag_graph_rewind(g, mark));
    ag_full(g, AG_CONSTANT, AG_SHAPE(5000), -1);
    ck_assert_int_eq(calls, 2);
    expect_grads(w, 8, 8);
    ck_assert_str_eq(ag_name_of(x),
                     "a much longer name than before, which needs memory of its own");
    ck_assert_ptr_eq(ag_name(x, NULL), x);
    ck_assert_ptr_null(ag_name_of(x));
    ag_graph_free(g);
}
END_TEST

START_TEST(test_to_nothing)
{
    account a = {0};
    g = account_graph(&a);
    ag_mark start = ag_graph_mark(g);
    for (int i = 0; i < 3; i++) {
        ag_tensor *x = ag_name(ag_full(g, AG_VARIABLE, AG_SHAPE(3000), 1), "x");
        (void)ag_graph_mark(g);
        ag_name(x, "given a name that is pinned to it");
        expect_ok(ag_backward(ag_sum(ag_exp(x))));
        expect_ok(ag_graph_rewind(g, start));
        ck_assert_uint_eq(ag_graph_get_stats(g).nodes, 0);
    }
    still_works(g);
    ag_graph_free(g);
    account_balanced(&a);
}
END_TEST

/* --- marks that are no more ------------------------------------------------------------------- */

START_TEST(test_foreign)
{
    g = ag_graph_new();
    ag_graph *other = ag_graph_new();
    ag_mark mark = ag_graph_mark(other), none = {0};
    no_success(g, HERE, ag_graph_rewind(g, mark), AG_ERR_STATE,
               "graph_rewind: the mark is of another graph");
    no_success(g, HERE, ag_graph_rewind(g, none), AG_ERR_STATE, "another graph");
    ck_assert_int_eq(ag_graph_rewind(NULL, mark), AG_ERR_NULL_ARGUMENT);
    ck_assert_ptr_null(ag_graph_mark(NULL).graph);
    ag_graph_free(other);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_gone)
{
    g = ag_graph_new();
    ag_mark outer = ag_graph_mark(g);
    ag_variable(g, 1);
    ag_mark inner = ag_graph_mark(g);
    expect_ok(ag_graph_rewind(g, outer));
    no_success(g, HERE, ag_graph_rewind(g, inner), AG_ERR_STATE,
               "graph_rewind: the mark is of a part of the "
               "recording that is no longer there");
    ag_graph_free(g);
}
END_TEST

/* The recording has grown past the old mark's place again, with other tensors: the mark is as
 * gone. */
START_TEST(test_gone_and_overgrown)
{
    g = ag_graph_new();
    ag_mark outer = ag_graph_mark(g);
    ag_variable(g, 1);
    ag_variable(g, 2);
    ag_mark inner = ag_graph_mark(g);
    expect_ok(ag_graph_rewind(g, outer));
    ag_tensor *x = ag_full(g, AG_VARIABLE, AG_SHAPE(64), 5);
    ag_full(g, AG_VARIABLE, AG_SHAPE(64), 6);
    ag_full(g, AG_VARIABLE, AG_SHAPE(64), 7);
    no_success(g, HERE, ag_graph_rewind(g, inner), AG_ERR_STATE, "no longer there");
    ag_full(g, AG_CONSTANT, AG_SHAPE(5000), -1);
    expect_same(ag_item_at(x, AG_SHAPE(0)), 5);
    ag_mark fresh = ag_graph_mark(g);
    expect_ok(ag_graph_rewind(g, fresh));
    expect_ok(ag_graph_rewind(g, outer)); /* the older one still is */
    no_success(g, HERE, ag_graph_rewind(g, fresh), AG_ERR_STATE, "no longer there");
    ag_graph_free(g);
}
END_TEST

/* Against a list kept by hand: a mark is good until the graph is rewound to an older one. */
START_TEST(test_random_marks)
{
    enum { MARKS = 40, TURNS = 4000 };
    g = ag_graph_new();
    ag_mark mark[MARKS];
    bool good[MARKS];
    int n = 0;
    for (int turn = 0; turn < TURNS; turn++) {
        uint64_t r = ag_random_bits(g);
        if (n < MARKS && r % 3 != 0) {
            ag_full(g, AG_VARIABLE, AG_SHAPE((int64_t)(r >> 8) % 50 + 1), 1);
            mark[n] = ag_graph_mark(g);
            good[n++] = true;
            continue;
        }
        int k = n > 0 ? (int)((r >> 16) % (uint64_t)n) : 0;
        ag_status status = n > 0 ? ag_graph_rewind(g, mark[k]) : AG_OK;
        ck_assert_msg((status == AG_OK) == (n == 0 || good[k]), "turn %d, mark %d", turn, k);
        ag_error_clear(g);
        for (int j = 0; status == AG_OK && j < n; j++) {
            good[j] =
                good[j] && mark[j].nodes <= mark[k].nodes; /* every mark has a node of its own */
        }
        n = n == MARKS ? 0 : n;
    }
    still_works(g);
    ag_graph_free(g);
}
END_TEST

/* --- rewinding where it cannot be ------------------------------------------------------------- */

static ag_mark marked;

static ag_tensor *rewinds(ag_tensor *t, ag_tensor *gradient, void *user)
{
    (void)gradient;
    *(ag_status *)user = ag_graph_rewind(ag_graph_of(t), marked);
    return NULL;
}

START_TEST(test_inside_a_hook)
{
    g = ag_graph_new();
    marked = ag_graph_mark(g);
    ag_status inside = AG_OK;
    ag_tensor *x = ag_variable(g, 2), *h = ag_square(x), *y = ag_exp(h);
    expect_ok(ag_hook(h, rewinds, &inside));
    no_success(g, HERE, ag_backward(y), AG_ERR_STATE, "graph_rewind: a backward pass is running");
    ck_assert_int_eq(inside, AG_ERR_STATE);
    expect_ok(ag_unhook(h, rewinds, &inside));
    ag_zero_grads(g);
    expect_ok(ag_backward(y));
    expect_near(ag_grad_item(x), 4 * exp(4.0), 1e-14);
    ag_graph_free(g);
}
END_TEST

/* A mark, a loop of passes over one recording, and rewinding only what each pass added. */
START_TEST(test_backward_in_loop)
{
    g = ag_graph_new();
    ag_tensor *x = ag_full(g, AG_VARIABLE, AG_SHAPE(4), 2), *h = ag_square(x);
    ag_mark mark = ag_graph_mark(g);
    for (int i = 1; i <= 3; i++) {
        expect_ok(ag_backward(ag_sum(ag_mul_scalar(h, i))));
        expect_ok(ag_graph_rewind(g, mark));
    }
    expect_grads(x, 24, 24, 24, 24); /* 2 x (1 + 2 + 3) */
    ck_assert_uint_eq(ag_grad_runs(x), 3);
    ag_graph_free(g);
}
END_TEST

/* --- handles of dropped tensors --------------------------------------------------------------- */

/* In debug mode a handle that outlives its tensor is an error, however it is used, and what is
 * recorded next does not take its place. */
static void stale_handles(ag_graph *graph)
{
    double out[3] = {0};
    ag_tensor *grads[1];
    g = graph;
    ag_tensor *w = ag_full(g, AG_PARAMETER, AG_SHAPE(3), 2);
    ag_mark mark = ag_graph_mark(g);
    ag_tensor *x = ag_name(ag_variable(g, 5), "x"), *y = ag_square(x), *v = ag_mul(w, w);
    expect_ok(ag_graph_rewind(g, mark));
    ag_tensor *next = ag_variable(g, 7), *wide = ag_exp(w);
    ck_assert(next != x && next != y && next != v && wide != v);
    const char *dropped = "was dropped by an ag_graph_rewind after it was made";
    no_tensor(g, HERE, ag_square(y), AG_ERR_STATE, "square: an operand ", dropped, LINE);
    no_tensor(g, HERE, ag_add(next, x), AG_ERR_STATE, "add: an operand ", dropped, LINE);
    no_tensor(g, HERE, ag_sum(v), AG_ERR_STATE, "sum: an operand ", dropped);
    no_success(g, HERE, ag_backward(y), AG_ERR_STATE, "backward: the root ", dropped, LINE);
    no_success(g, HERE, ag_grad(&y, 1, NULL, &x, 1, NULL, grads), AG_ERR_STATE,
               "grad: output 0 was dropped by", "at ");
    no_success(g, HERE, ag_grad(&next, 1, NULL, &x, 1, NULL, grads), AG_ERR_STATE,
               "grad: input 0 was dropped by");
    no_success(g, HERE, ag_get(v, out, 3), AG_ERR_STATE, "get: the tensor ", dropped,
               "before the rewind");
    no_tensor(g, HERE, isnan(ag_item(y)) ? NULL : y, AG_ERR_STATE, "item: the tensor ", dropped,
              LINE);
    no_tensor(g, HERE, isnan(ag_grad_item(x)) ? NULL : x, AG_ERR_STATE, "grad_item: the tensor ");
    no_success(g, HERE, ag_set(x, out, 1), AG_ERR_STATE, "set: the tensor ", dropped);
    no_success(g, HERE, ag_set(v, out, 3), AG_ERR_STATE, "set: the tensor ", dropped);
    no_success(g, HERE, ag_write(v, out, sizeof out), AG_ERR_STATE, "write: the tensor ", dropped);
    ck_assert_int_eq(ag_shape_of(v).ndim, 0);
    ck_assert_ptr_null(ag_name_of(x));
    expect_ok(ag_backward(ag_sum(ag_mul(wide, next)))); /* what was recorded since is sound */
    expect_same(ag_grad_item(next), 3 * exp(2));
}

START_TEST(test_stale_handles)
{
    ag_graph *watched = ag_graph_new();
    ag_set_anomaly(watched, true);
    stale_handles(watched);
    ag_graph_free(watched);
    ck_assert_int_eq(setenv("AUTOGRAD_DEBUG", "1", 1), 0);
    ag_graph *debugged = ag_graph_new();
    stale_handles(debugged);
    ag_graph_free(debugged);
    ck_assert_int_eq(setenv("AUTOGRAD_DEBUG", "0", 1), 0);
    g = ag_graph_new(); /* without it, the memory is used again at once */
    ag_mark mark = ag_graph_mark(g);
    const ag_tensor *x = ag_variable(g, 5);
    expect_ok(ag_graph_rewind(g, mark));
    ck_assert_ptr_eq(ag_variable(g, 7), x);
    ag_graph_free(g);
}
END_TEST

/* A training loop in debug mode learns what it learns otherwise, and its memory does not grow
 * without end. */
START_TEST(test_loop_in_debug_mode)
{
    double learned[2];
    size_t bytes = 0;
    for (int debug = 0; debug < 2; debug++) {
        g = ag_graph_new();
        ag_set_anomaly(g, debug == 1);
        ag_tensor *w = ag_parameter(g, 1);
        ag_mark mark = ag_graph_mark(g);
        for (int step = 0; step < 300; step++) {
            ag_tensor *loss = ag_square(ag_sub(w, ag_constant(g, 3)));
            for (int i = 0; i < 1500; i++) { /* more than a block of nodes */
                loss = ag_mul_scalar(loss, 1);
            }
            ag_zero_grads(g);
            expect_ok(ag_backward(loss));
            expect_ok(ag_set_item(w, ag_item(w) - 0.1 * ag_grad_item(w)));
            expect_ok(ag_graph_rewind(g, mark));
            bytes = step == 100 ? ag_graph_get_stats(g).bytes : bytes;
        }
        ck_assert_uint_eq(ag_graph_get_stats(g).bytes, bytes);
        learned[debug] = ag_item(w);
        ag_graph_free(g);
    }
    expect_same(learned[1], learned[0]);
    expect_near(learned[0], 3, 1e-12);
}
END_TEST

CHECK_MAIN("marks", test_again_and_again, test_nested, test_given_after_the_mark, test_to_nothing,
           test_foreign, test_gone, test_gone_and_overgrown, test_random_marks, test_inside_a_hook,
           test_backward_in_loop, test_stale_handles, test_loop_in_debug_mode)
