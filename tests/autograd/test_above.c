/* What code above the engine is given: keeping an error of its own, memory that lives as long as a
 * tensor, and the caller's line for its own functions. Must not know any private header of the
 * library.
 */
#include "allocator.h"
#include "expect.h"

static ag_graph *g;

/* --- errors ----------------------------------------------------------------------------------- */

START_TEST(test_fail_keeps_what_where_and_the_hint)
{
    g = ag_graph_new();
    AG_AT_GRAPH(g);
    ck_assert_int_eq(ag_fail(g, AG_ERR_VALUE, "use 1 to 9", "dense: %d units", -3), AG_ERR_VALUE);
    failed(g, AG_ERR_VALUE, "",
           (const char *const[]){"dense: -3 units; at ", "test_above.c:", "\n  hint: use 1 to 9",
                                 NULL});
    ag_graph_free(g);
}
END_TEST

START_TEST(test_fail_keeps_the_first_error_only)
{
    g = ag_graph_new();
    ck_assert_int_eq(ag_fail(g, AG_ERR_SHAPE, NULL, "first"), AG_ERR_SHAPE);
    ck_assert_int_eq(ag_fail(g, AG_ERR_IO, "never shown", "second"), AG_ERR_IO);
    ck_assert_int_eq(ag_error(g), AG_ERR_SHAPE);
    ck_assert_ptr_null(strstr(ag_error_message(g), "never"));
    ck_assert_ptr_null(strstr(ag_error_message(g), "hint"));
    ag_error_clear(g);
    ck_assert_int_eq(ag_fail(g, AG_OK, NULL, "a caller that means no status"), AG_ERR_OP);
    ag_error_clear(g);
    ck_assert_int_eq(ag_fail(NULL, AG_ERR_IO, NULL, "nowhere"), AG_ERR_NULL_ARGUMENT);
    still_works(g);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_fail_cuts_a_long_message)
{
    g = ag_graph_new();
    static char text[5000];
    memset(text, 'x', sizeof text - 1);
    ck_assert_int_eq(ag_fail(g, AG_ERR_IO, text, "%s", text), AG_ERR_IO);
    ck_assert_uint_lt(strlen(ag_error_message(g)), sizeof text);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_scopes_say_in_what)
{
    g = ag_graph_new();
    ag_scope outer = {.kind = "sequential"}, inner = {.name = "2", .kind = "dense"};
    ag_scope last = {.name = "body", .kind = "gate", .made_at = "net.c:7"};
    const char *first = ag_noted_line(AG_AT_GRAPH(g));
    ag_scope_enter(g, NULL); /* no scope, and no crash */
    ag_scope_leave(g, NULL);
    ag_scope_enter(g, &outer);
    ag_fail(g, AG_ERR_VALUE, NULL, "a");
    ck_assert_ptr_null(strstr(ag_error_message(g), "called")); /* that line is told already */
    failed(g, AG_ERR_VALUE, "", (const char *const[]){"a; at ", ", in sequential", NULL});
    ag_scope_enter(g, &inner);
    const char *where = ag_noted_line(AG_AT_GRAPH(g));
    ag_fail(g, AG_ERR_VALUE, "b", "b");
    failed(g, AG_ERR_VALUE, where,
           (const char *const[]){"b; at ", LINE, ", in 2 (dense), called at ", NULL});
    ag_scope_enter(g, &last);
    ck_assert_ptr_null(
        ag_add(ag_full(g, AG_CONSTANT, AG_SHAPE(2), 0), ag_full(g, AG_CONSTANT, AG_SHAPE(3), 0)));
    failed(g, AG_ERR_SHAPE, "",
           (const char *const[]){"add: ", "; at ",
                                 ", in 2.body (gate, made at net.c:7), called at ", first, NULL});
    ag_scope_leave(g, &last);
    ag_scope_leave(g, &inner);
    ag_scope_leave(g, &outer);
    ag_fail(g, AG_ERR_VALUE, NULL, "c");
    ck_assert_ptr_null(strstr(ag_error_message(g), ", in"));
    ag_graph_free(g);
}
END_TEST

/* Scopes deeper than there is room for lose the outermost names, and nothing else. */
START_TEST(test_scopes_nest_deep_and_bring_back_the_line)
{
    enum { DEEP = 100 };
    ag_scope scope[DEEP] = {{.name = NULL}};
    g = ag_graph_new();
    AG_AT_GRAPH(g);
    const char *where = ag_noted_line(g);
    for (int i = 0; i < DEEP; i++) {
        scope[i].name = i % 2 == 0 ? "even" : "odd";
        ag_scope_enter(g, &scope[i]);
        AG_AT_GRAPH(g);
    }
    ag_fail(g, AG_ERR_VALUE, NULL, "deep");
    failed(g, AG_ERR_VALUE, "", (const char *const[]){", in even.odd.", NULL});
    for (int i = DEEP; i-- > 0;) {
        ag_scope_leave(g, &scope[i]);
    }
    ck_assert_str_eq(ag_noted_line(g), where);
    ck_assert_ptr_null(ag_noted_line(NULL));
    ag_scope_enter(NULL, &scope[0]);
    ag_scope_leave(NULL, &scope[0]);
    ag_graph_free(g);
}
END_TEST

/* --- memory ----------------------------------------------------------------------------------- */

START_TEST(test_memory_is_zeroed_and_lives_as_a_tensor_does)
{
    account a = {.fail_at = 0};
    g = account_graph(&a);
    unsigned char *below = ag_graph_memory(g, 1000);
    ck_assert_uint_eq((uintptr_t)below % 16, 0);
    for (size_t i = 0; i < 1000; i++) {
        ck_assert_uint_eq(below[i], 0);
    }
    memset(below, 7, 1000);
    ag_mark mark = ag_graph_mark(g);
    size_t calls = 0;
    for (int step = 0; step < 5; step++) {
        unsigned char *above = ag_graph_memory(g, 100000);
        ck_assert_uint_eq(above[0] | above[99999], 0); /* zeroed again, though it was used before */
        memset(above, 9, 100000);
        expect_ok(ag_graph_rewind(g, mark));
        ck_assert(step == 0 || a.calls == calls);
        calls = a.calls;
    }
    for (size_t i = 0; i < 1000; i++) {
        ck_assert_uint_eq(below[i], 7);
    }
    ck_assert_ptr_nonnull(ag_graph_memory(g, 0));
    all_well(g);
    ag_graph_free(g);
    ck_assert_uint_eq(a.bytes, 0);
}
END_TEST

START_TEST(test_memory_that_is_not_there)
{
    account a = {.largest = 100000};
    g = account_graph(&a);
    ck_assert_ptr_null(ag_graph_memory(g, 200000));
    failed(g, AG_ERR_MEMORY, "", (const char *const[]){"200000 bytes", NULL});
    ck_assert_ptr_null(ag_graph_memory(g, SIZE_MAX));
    failed(g, AG_ERR_MEMORY, "", (const char *const[]){"out of memory", NULL});
    ck_assert_ptr_null(ag_graph_memory(NULL, 8));
    still_works(g);
    ag_graph_free(g);
}
END_TEST

static ag_tensor *asks(ag_tensor *t, ag_tensor *gradient, void *user)
{
    (void)gradient;
    *(void **)user = ag_graph_memory(ag_graph_of(t), 8);
    ag_error_clear(ag_graph_of(t));
    return NULL;
}

START_TEST(test_memory_is_refused_within_a_hook)
{
    g = ag_graph_new();
    void *got = &got;
    ag_tensor *x = ag_variable(g, 2), *y = ag_square(x);
    expect_ok(ag_hook(y, asks, &got));
    /* An error in a hook ends the pass, even if the hook has cleared it. */
    no_success(g, HERE, ag_backward(y), AG_ERR_OP, "hook: it failed and cleared its error; at ");
    ck_assert_ptr_null(got);
    ag_graph_free(g);
}
END_TEST

/* --- the caller's line ------------------------------------------------------------------------ */

/* A layer as a library above would have it: plain calls inside, a macro outside. */
static ag_tensor *layer(ag_tensor *x, ag_tensor *w)
{
    return (ag_square)((ag_matmul)(x, w));
}
#define layer(x, w) (layer)(AG_AT(x), w)

START_TEST(test_a_function_of_ones_own_reports_its_caller)
{
    g = ag_graph_new();
    ag_tensor *x = ag_full(g, AG_VARIABLE, AG_SHAPE(2, 3), 1);
    ag_tensor *w = ag_full(g, AG_VARIABLE, AG_SHAPE(2, 3), 1);
    no_tensor(g, HERE, layer(x, w), AG_ERR_SHAPE, "matmul: ", LINE);
    no_tensor(g, HERE, layer(NULL, w), AG_ERR_NULL_ARGUMENT, "matmul: an operand is NULL");
    still_works(g);
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("above", test_fail_keeps_what_where_and_the_hint, test_fail_keeps_the_first_error_only,
           test_fail_cuts_a_long_message, test_scopes_say_in_what,
           test_scopes_nest_deep_and_bring_back_the_line,
           test_memory_is_zeroed_and_lives_as_a_tensor_does, test_memory_that_is_not_there,
           test_memory_is_refused_within_a_hook, test_a_function_of_ones_own_reports_its_caller)
