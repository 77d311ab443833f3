/* What a graph knows of the scopes in which its nodes were recorded: their order and their names,
 * which are copies; that a rewind drops those of dropped nodes and no others; and that scopes lie
 * one in another whatever is rewound within them.
 */
#include <autograd/inspect.h>

#include "expect.h"

static ag_graph *g;

static void enter(ag_scope *s, const char *name)
{
    *s = (ag_scope){.name = name, .kind = "layer"};
    ag_scope_enter(g, s);
}

static const ag_span *expect_span(const ag_span *s, const char *name, uint32_t first, uint32_t end)
{
    ck_assert_ptr_nonnull(s);
    ck_assert_str_eq(s->name, name);
    ck_assert_str_eq(s->kind, "layer");
    ck_assert_uint_eq(s->first, first);
    ck_assert_uint_eq(s->end, end);
    return s->before;
}

START_TEST(test_nested)
{
    g = ag_graph_new();
    ag_scope outer, inner, empty;
    char name[] = "inner";
    ag_tensor *x = ag_variable(g, 2);
    enter(&outer, "outer");
    enter(&empty, "empty");
    ag_scope_leave(g, &empty);
    x = ag_exp(x);
    enter(&inner, name);
    x = ag_mul(x, x);
    ag_scope_leave(g, &inner);
    name[0] = '?';
    x = ag_sin(x);
    ag_scope_leave(g, &outer);
    const ag_span *s = expect_span(ag_last_span(g), "outer", 1, 4);
    ck_assert_ptr_null(expect_span(s, "inner", 2, 3));
    ck_assert_ptr_null(ag_last_span(NULL));
    ag_graph_free(g);
}
END_TEST

START_TEST(test_without_words)
{
    g = ag_graph_new();
    ag_scope scope = {.name = NULL};
    ag_scope_enter(g, &scope);
    ag_variable(g, 1);
    ag_scope_leave(g, &scope);
    const ag_span *s = ag_last_span(g);
    ck_assert_ptr_nonnull(s);
    ck_assert(s->name == NULL && s->kind == NULL);
    ag_graph_free(g);
}
END_TEST

/* Notes of nodes from before the mark stay, also where they are taken after it. What is recorded
 * between two rewinds writes over the memory of what was dropped. */
START_TEST(test_rewound)
{
    g = ag_graph_new();
    ag_scope early, late, step;
    enter(&early, "early");
    ag_tensor *x = ag_full(g, AG_VARIABLE, AG_SHAPE(3), 1);
    ag_scope_leave(g, &early);
    enter(&late, "late");
    x = ag_exp(x);
    ag_mark mark = ag_graph_mark(g);
    ag_scope_leave(g, &late);
    for (int i = 0; i < 3; i++) {
        enter(&step, "step");
        ag_sum(ag_mul(x, x));
        ag_scope_leave(g, &step);
        const ag_span *s = expect_span(ag_last_span(g), "step", 2, 4);
        ck_assert_ptr_null(expect_span(expect_span(s, "late", 1, 2), "early", 0, 1));
        expect_ok(ag_graph_rewind(g, mark));
        expect_span(ag_last_span(g), "late", 1, 2);
        ag_full(g, AG_CONSTANT, AG_SHAPE(5000), -1);
        expect_span(ag_last_span(g), "late", 1, 2);
        expect_ok(ag_graph_rewind(g, mark));
    }
    ag_graph_free(g);
}
END_TEST

/* A scope that goes back behind its begin, and leaves another there. */
START_TEST(test_rewound_within)
{
    g = ag_graph_new();
    ag_scope outer, inner;
    ag_tensor *x = ag_variable(g, 2);
    ag_mark mark = ag_graph_mark(g);
    ag_exp(ag_exp(x));
    enter(&outer, "outer");
    expect_ok(ag_graph_rewind(g, mark));
    enter(&inner, "inner");
    ag_exp(ag_exp(ag_exp(x)));
    ag_scope_leave(g, &inner);
    ag_exp(x);
    ag_scope_leave(g, &outer);
    ck_assert_ptr_null(expect_span(expect_span(ag_last_span(g), "outer", 1, 5), "inner", 1, 4));
    expect_ok(ag_graph_rewind(g, mark));
    ck_assert_ptr_null(ag_last_span(g));
    ag_graph_free(g);
}
END_TEST

static ag_tensor *scoped_sine(ag_tensor *const *in, int n, void *user)
{
    (void)n;
    (void)user;
    ag_scope scope;
    enter(&scope, "sine");
    ag_tensor *y = ag_sin(in[0]);
    ag_scope_leave(g, &scope);
    return y;
}

/* Of a checkpointed function nothing stays, as of its nodes. */
START_TEST(test_checkpointed)
{
    g = ag_graph_new();
    ag_scope around;
    ag_tensor *x = ag_variable(g, 2);
    enter(&around, "around");
    ag_tensor *y = ag_checkpoint(scoped_sine, NULL, &x, 1);
    ag_scope_leave(g, &around);
    uint32_t id = ag_id(y);
    for (int i = 0; i < 2; i++) {
        ck_assert_ptr_null(expect_span(ag_last_span(g), "around", 1, id + 1));
        expect_ok(ag_backward(y));
    }
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("spans", test_nested, test_without_words, test_rewound, test_rewound_within,
           test_checkpointed)
