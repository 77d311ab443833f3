/* What a checkpointed function may and may not do, and what is said where it does.
 */
#include <autograd.h>
#include <math.h>
#include <string.h>

#include "check_main.h"

enum { N = 4 };
static const double START[N] = {0.3, -1.2, 0.7, 1.5};
static const ag_grad_options CREATE = {.create_graph = true};

/* tanh(w in[0]), and w is not an input. */
static ag_tensor *scaled(ag_tensor *const *in, int n, void *user)
{
    (void)n;
    return ag_tanh(ag_mul(user, in[0]));
}

/* --- what f may do ---------------------------------------------------------------------------- */

/* Takes a gradient of its own, and a step of its own that it rewinds, outside any graph. */
static ag_tensor *penalty(ag_tensor *const *in, int n, void *user)
{
    (void)n, (void)user;
    ag_graph *g = ag_graph_of(in[0]);
    ag_mark mark = ag_graph_mark(g);
    ag_no_grad_enter(g);
    ag_tensor *gone = ag_exp(in[0]);
    ag_no_grad_leave(g);
    ck_assert(gone != NULL && ag_graph_rewind(g, mark) == AG_OK);
    ag_tensor *y = ag_sum(ag_exp(ag_square(in[0]))), *grad = NULL;
    ag_status status = ag_grad(&y, 1, NULL, in, 1, &CREATE, &grad);
    return status == AG_OK ? ag_add(y, ag_sum(ag_square(grad))) : NULL;
}

START_TEST(test_gradient_inside)
{
    double of[4][N];
    for (int way = 0; way < 4; way++) { /* saving, or not; numeric, or symbolic */
        ag_graph *g = ag_graph_new();
        ag_tensor *x = ag_from_values(g, AG_VARIABLE, AG_SHAPE(N), START), *grad;
        ag_tensor *y = way & 1 ? ag_checkpoint(penalty, NULL, &x, 1) : penalty(&x, 1, NULL);
        ag_no_grad_enter(g); /* a pass does not ask what is recorded now */
        if (way & 2) {
            ck_assert_int_eq(ag_grad(&y, 1, NULL, &x, 1, NULL, &grad), AG_OK);
            ck_assert_int_eq(ag_get(grad, of[way], N), AG_OK);
        } else {
            ck_assert_int_eq(ag_backward(y), AG_OK);
            ck_assert_int_eq(ag_grad_get(x, of[way], N), AG_OK);
        }
        ck_assert(!ag_needs_grad(ag_square(x)));
        ag_no_grad_leave(g);
        ck_assert(ag_needs_grad(ag_square(x)));
        ag_graph_free(g);
    }
    ck_assert_mem_eq(of[0], of[1], sizeof of[0]);
    ck_assert_mem_eq(of[2], of[3], sizeof of[0]);
}
END_TEST

/* A parameter beside the input that two calls share; the input itself wants no gradient. */
START_TEST(test_shared)
{
    for (int way = 0; way < 2; way++) {
        ag_graph *g = ag_graph_new();
        ag_tensor *x = ag_constant(g, 0.5), *w = ag_parameter(g, 2), *grad;
        ag_tensor *y = ag_checkpoint(scaled, w, &x, 1), *z = ag_checkpoint(scaled, w, &x, 1);
        ag_tensor *sum = ag_add(y, z);
        ck_assert_int_eq(way ? ag_grad(&sum, 1, NULL, &w, 1, NULL, &grad) : ag_backward(sum),
                         AG_OK);
        double want = 2 * 0.5 * (1 - tanh(1) * tanh(1)); /* 2 x tanh'(w x) */
        ck_assert_double_eq_tol(way ? ag_item(grad) : ag_grad_item(w), want, 1e-15);
        ag_graph_free(g);
    }
}
END_TEST

/* The caller's last mark stays the last: a name for a tensor above it, given after the call, after
 * a pass and after a symbolic one, lies in memory the graph has. */
START_TEST(test_mark_stays)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_variable(g, 0.5);
    ag_mark mark = ag_graph_mark(g);
    ag_tensor *h[] = {ag_exp(x), ag_exp(x), ag_exp(x)}, *y = ag_checkpoint(scaled, h[0], &x, 1);
    for (int way = 0; way < 3; way++) {
        ag_tensor *grad;
        ck_assert_ptr_nonnull(ag_name(ag_exp(x), "makes sure that there is room"));
        ck_assert(way != 1 || ag_backward(y) == AG_OK);
        ck_assert(way != 2 || ag_grad(&y, 1, NULL, &x, 1, NULL, &grad) == AG_OK);
        size_t before = ag_graph_get_stats(g).allocations;
        ck_assert_ptr_eq(ag_name(h[way], "h"), h[way]);
        ck_assert_uint_eq(ag_graph_get_stats(g).allocations, before);
    }
    ck_assert_int_eq(ag_graph_rewind(g, mark), AG_OK);
    ag_graph_free(g);
}
END_TEST

/* --- what f may not do ------------------------------------------------------------------------ */

static void expect(ag_graph *g, ag_status status, const char *part)
{
    const char *message = ag_error_message(g);
    ck_assert_msg(ag_error(g) == status && strstr(message, part) != NULL &&
                      strstr(message, "test_checkpoint_function.c:") != NULL,
                  "status %d: %s", ag_error(g), message);
    ag_error_clear(g);
}

static ag_tensor *nothing(ag_tensor *const *in, int n, void *user)
{
    (void)in, (void)n, (void)user;
    return NULL;
}

static ag_tensor *does_not_fit(ag_tensor *const *in, int n, void *user)
{
    (void)n, (void)user;
    return ag_add(in[0], ag_full(ag_graph_of(in[0]), AG_CONSTANT, AG_SHAPE(N + 1), 1));
}

static ag_tensor *clears_its_error(ag_tensor *const *in, int n, void *user)
{
    (void)n, (void)user;
    ag_graph *g = ag_graph_of(in[0]);
    ag_tensor *failed = ag_reshape(in[0], AG_SHAPE(N + 1));
    ag_error_clear(g);
    return failed;
}

static ag_tensor *goes_backward(ag_tensor *const *in, int n, void *user)
{
    (void)n, (void)user;
    ag_tensor *y = ag_sum(in[0]);
    return ag_backward(y) == AG_OK ? y : NULL;
}

static ag_tensor *takes_back(ag_tensor *const *in, int n, void *user)
{
    (void)n;
    ag_tensor *y = ag_sum(in[0]);
    return ag_graph_rewind(ag_graph_of(in[0]), *(ag_mark *)user) == AG_OK ? y : NULL;
}

static ag_tensor *gives_what_it_took_back(ag_tensor *const *in, int n, void *user)
{
    (void)user;
    ag_mark mark = ag_graph_mark(ag_graph_of(in[0]));
    return takes_back(in, n, &mark);
}

static ag_tensor *from_elsewhere(ag_tensor *const *in, int n, void *user)
{
    (void)in, (void)n;
    return user;
}

START_TEST(test_errors)
{
    ag_graph *g = ag_graph_new(), *another = ag_graph_new();
    ag_tensor *x = ag_from_values(g, AG_VARIABLE, AG_SHAPE(N), START), *y = ag_variable(another, 1);
    ag_tensor *foreign[] = {x, y}, *missing[] = {x, x, NULL};
    ck_assert_ptr_null(ag_checkpoint(NULL, NULL, &x, 1));
    expect(g, AG_ERR_NULL_ARGUMENT, "the function is NULL");
    ck_assert_ptr_null(ag_checkpoint(nothing, NULL, &x, 1));
    expect(g, AG_ERR_OP, "returned NULL");
    ck_assert_ptr_null(ag_checkpoint(does_not_fit, NULL, &x, 1));
    expect(g, AG_ERR_SHAPE, "broadcast");
    ck_assert_ptr_null(ag_checkpoint(scaled, x, foreign, 2));
    expect(g, AG_ERR_GRAPH, "input 1 belongs to another graph");
    ck_assert_ptr_null(ag_checkpoint(scaled, x, missing, 3));
    expect(g, AG_ERR_NULL_ARGUMENT, "input 2 is NULL");
    ck_assert_ptr_null(ag_checkpoint(scaled, x, NULL, 2));
    ck_assert_ptr_null(ag_checkpoint(scaled, x, &x, 0));
    ck_assert_uint_eq(ag_graph_get_stats(g).nodes, 1);
    ck_assert_int_eq(ag_backward(ag_sum(ag_checkpoint(scaled, x, &x, 1))), AG_OK);
    ag_graph_free(g);
    ag_graph_free(another);
}
END_TEST

START_TEST(test_refused)
{
    ag_graph *g = ag_graph_new(), *other = ag_graph_new();
    ag_mark mark = ag_graph_mark(g);
    ag_tensor *x = ag_from_values(g, AG_VARIABLE, AG_SHAPE(N), START), *y = ag_variable(other, 1);
    ck_assert_ptr_null(ag_checkpoint(clears_its_error, NULL, &x, 1));
    expect(g, AG_ERR_OP, "returned NULL");
    ck_assert_ptr_null(ag_checkpoint(goes_backward, NULL, &x, 1));
    expect(g, AG_ERR_STATE, "checkpointed function is being recorded");
    ck_assert_ptr_null(ag_checkpoint(takes_back, &mark, &x, 1));
    ck_assert_int_eq(ag_error(g), AG_ERR_STATE);
    ck_assert_ptr_nonnull(strstr(ag_error_message(g), "older than the call"));
    ag_error_clear(g);
    ck_assert_ptr_null(ag_checkpoint(gives_what_it_took_back, NULL, &x, 1));
    expect(g, AG_ERR_STATE, "rewound");
    ck_assert_ptr_null(ag_checkpoint(from_elsewhere, y, &x, 1));
    expect(g, AG_ERR_GRAPH, "another graph");
    ck_assert_uint_eq(ag_graph_get_stats(g).nodes, 1);
    ck_assert_int_eq(ag_backward(ag_sum(ag_checkpoint(scaled, x, &x, 1))), AG_OK);
    ag_graph_free(g);
    ag_graph_free(other);
}
END_TEST

/* in[0] times numbers the engine does not watch. */
static ag_tensor *unwatched(ag_tensor *const *in, int n, void *user)
{
    (void)n;
    return ag_mul(in[0], ag_from_values(ag_graph_of(in[0]), AG_CONSTANT, AG_SHAPE(2, 2), user));
}

static ag_tensor *unwatched_turned(ag_tensor *const *in, int n, void *user)
{
    return ag_transpose(unwatched(in, n, user));
}

/* Numeric and symbolic: an output that lies row by row and one that does not. */
START_TEST(test_not_the_same_again)
{
    for (int way = 0; way < 8; way++) {
        double numbers[4] = {1, 2, 3, 4};
        ag_graph *g = ag_graph_new();
        ag_tensor *x = ag_full(g, AG_VARIABLE, AG_SHAPE(2, 2), 0.5), *grad;
        ag_function f = way & 1 ? unwatched_turned : unwatched;
        ag_tensor *y = ag_sum(ag_checkpoint(f, numbers, &x, 1));
        numbers[3] += way & 4 ? 0x1p-50 : 0;
        ag_status status = way & 2 ? ag_grad(&y, 1, NULL, &x, 1, NULL, &grad) : ag_backward(y);
        ck_assert_int_eq(status, way & 4 ? AG_ERR_OP : AG_OK);
        ck_assert(status == AG_OK || strstr(ag_error_message(g), "same each time") != NULL);
        ag_graph_free(g);
    }
}
END_TEST

/* Uses one of two parameters with the same values, and then the other. */
static ag_tensor *takes_turns(ag_tensor *const *in, int n, void *user)
{
    (void)n;
    ag_tensor **two = user, *now = two[0];
    two[0] = two[1];
    return ag_mul(now, in[0]);
}

START_TEST(test_other_operand)
{
    for (int way = 0; way < 2; way++) {
        ag_graph *g = ag_graph_new();
        ag_tensor *x = ag_variable(g, 0.5), *grad;
        ag_tensor *two[] = {ag_parameter(g, 2), ag_parameter(g, 2)};
        ag_tensor *y = ag_checkpoint(takes_turns, two, &x, 1);
        ag_status status = way ? ag_grad(&y, 1, NULL, &x, 1, NULL, &grad) : ag_backward(y);
        ck_assert_int_eq(status, AG_ERR_OP);
        expect(g, AG_ERR_OP, "used other tensors");
        ag_graph_free(g);
    }
}
END_TEST

/* A constant that f finds through `user`, directly or as a view, is watched like an input. */
static ag_tensor *by_view(ag_tensor *const *in, int n, void *user)
{
    (void)n;
    return ag_mul(in[0], ag_flip(ag_detach(user), AG_AXES(0)));
}

START_TEST(test_constant_is_watched)
{
    for (int way = 0; way < 4; way++) {
        ag_graph *g = ag_graph_new();
        ag_tensor *x = ag_full(g, AG_VARIABLE, AG_SHAPE(N), 0.0), *grad;
        ag_tensor *k = ag_from_values(g, AG_CONSTANT, AG_SHAPE(N), START);
        ag_tensor *y = ag_sum(ag_checkpoint(way & 1 ? by_view : scaled, k, &x, 1));
        double others[N] = {1, 2, 3, 4}; /* times 0: the output is the same, the gradient not */
        ck_assert_int_eq(ag_set(k, others, N), AG_OK);
        ag_status status = way & 2 ? ag_grad(&y, 1, NULL, &x, 1, NULL, &grad) : ag_backward(y);
        ck_assert_int_eq(status, AG_ERR_CHANGED);
        ag_graph_free(g);
    }
}
END_TEST

/* --- around it -------------------------------------------------------------------------------- */

/* The trace names the node, gives its gradients and leaves the partial open. */
START_TEST(test_trace)
{
    char text[2000] = "";
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_name(ag_variable(g, 0.5), "x"), *w = ag_name(ag_parameter(g, 2), "w");
    ag_tensor *y = ag_name(ag_checkpoint(scaled, w, &x, 1), "y");
    ck_assert_int_eq(ag_backward(ag_name(ag_square(y), "f")), AG_OK);
    FILE *file = tmpfile();
    ck_assert_ptr_nonnull(file);
    ck_assert_int_eq(viz_trace(file, ag_square(y), VIZ_TEXT), AG_OK);
    rewind(file);
    ck_assert_uint_gt(fread(text, 1, sizeof text - 1, file), 0);
    fclose(file);
    ck_assert_msg(strstr(text, "checkpoint(x, w)") != NULL, "%s", text);
    ag_graph_free(g);
}
END_TEST

/* Each time it is called it records one checkpoint more, of itself: in the backward pass, or from the
 * first call on, without an end. */
typedef struct descent {
    int calls, before; /* so many calls are without */
} descent;

static ag_tensor *descends(ag_tensor *const *in, int n, void *user)
{
    descent *d = user;
    return d->calls++ < d->before ? ag_square(in[0]) : ag_checkpoint(descends, user, in, n);
}

/* The stack does not overflow. */
START_TEST(test_without_an_end)
{
    static const char *const endless = "checkpoint: the functions of 200 checkpoints are nested";
    for (int way = 0; way < 3; way++) {
        ag_graph *g = ag_graph_new();
        descent d = {.before = way > 0};
        ag_tensor *x = ag_variable(g, 3), *y = ag_checkpoint(descends, &d, &x, 1), *slope = NULL;
        ag_grad_options options = {.create_graph = true};
        ag_status status = way == 0   ? AG_ERR_OP
                           : way == 1 ? ag_backward(y)
                                      : ag_grad(&y, 1, NULL, &x, 1, &options, &slope);
        ck_assert((y == NULL) == (way == 0));
        ck_assert_int_eq(status, AG_ERR_OP);
        ck_assert_int_eq(ag_error(g), AG_ERR_OP);
        ck_assert_msg(strncmp(ag_error_message(g), endless, strlen(endless)) == 0, "%s",
                      ag_error_message(g));
        ag_error_clear(g);
        d = (descent){.before = 9};
        y = ag_checkpoint(descends, &d, &x, 1); /* the graph works on */
        ck_assert_int_eq(ag_backward(y), AG_OK);
        ag_graph_free(g);
    }
}
END_TEST

CHECK_MAIN("checkpoint_function", test_gradient_inside, test_shared, test_mark_stays, test_errors,
           test_refused, test_not_the_same_again, test_other_operand, test_constant_is_watched,
           test_trace, test_without_an_end)
