/* Figures of what is far too large for a label: a node of thousands of operands, names of a
 * megabyte; and the trace of 10^5 nodes. Graphviz 2.43 refuses labels of some 16 kB, so it reads
 * the figures here, where it is installed.
 */
#include "text.h"

#include <sys/stat.h>
#include <unistd.h>

#include "check_main.h"

enum { MANY = 4000, LONG = 1 << 20 };

static char *long_name(const char *of)
{
    size_t n = strlen(of);
    char *name = malloc(LONG + 1);
    ck_assert_ptr_nonnull(name);
    for (size_t i = 0; i < LONG; i++) {
        name[i] = of[i % n];
    }
    name[LONG] = '\0';
    return name;
}

/* y = concat of n vectors, the first and y itself named so. */
static ag_tensor *joined(ag_graph *g, int n, const char *name)
{
    static ag_tensor *in[MANY];
    for (int i = 0; i < n; i++) {
        in[i] = ag_full(g, AG_VARIABLE, AG_SHAPE(2), i);
    }
    ag_name(in[0], name);
    return ag_name(ag_concat(in, n, 0), name);
}

/* Graphviz reads the figure and draws all nodes; nothing is tried where it is not installed. */
static void draws(const ag_tensor *root, const viz_options *options, size_t nodes)
{
    char folder[40] = "/tmp/viz_test_XXXXXX";
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(chdir(folder), 0);
    ck_assert_int_eq(viz_dot_save("f.dot", root, options), AG_OK);
    ag_status status = viz_render("f.dot", "f.svg");
    if (status == AG_OK) {
        struct stat about;
        ck_assert_int_eq(stat("f.svg", &about), 0);
        ck_assert_int_gt((int)about.st_size, (int)(nodes * 100));
    }
    ck_assert(status == AG_OK || status == AG_ERR_STATE);
    remove("f.svg");
    remove("f.dot");
    ck_assert_int_eq(chdir("/"), 0);
    ck_assert_int_eq(rmdir(folder), 0);
}

START_TEST(test_operands_listed)
{
    ag_graph *g = ag_graph_new();
    char *text = trace(joined(g, 8, "y"), &(viz_options){.forward_only = true});
    ck_has(text, "concat(y, v1, v2, v3, v4, v5, v6, v7)");
    free(text);
    text = trace(joined(g, 9, "z"), &(viz_options){.forward_only = true});
    ck_has(text, "concat(z, v1, v2, v3, v4, v5, v6, v7, ... (9 in all))");
    free(text);
    text = written(viz_alt_text, joined(g, MANY, "w"), NULL);
    ck_has(text, "concat(w, v1, v2, v3, v4, v5, v6, v7, ... (4000 in all))");
    free(text);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_many_operands_drawn)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *y = joined(g, MANY, "y");
    char *text = written(viz_dot, y, NULL);
    ck_has(text, "</B> = concat(");
    ck_has(text, "... (4000 in all)");
    free(text);
    draws(y, NULL, 200);
    ck_assert_int_eq(ag_backward(ag_sum(y)), AG_OK);
    draws(y, &(viz_options){.ascii = true}, 200);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_long_names_drawn)
{
    static const char *const of[] = {"a", "重", "<&\"\\N", "\x01\xff", "θ"};
    for (size_t i = 0; i < sizeof of / sizeof of[0]; i++) {
        ag_graph *g = ag_graph_new();
        char *name = long_name(of[i]);
        ag_tensor *y = joined(g, 20, name), *f = ag_name(ag_sum(ag_mul(y, y)), name);
        ck_assert_int_eq(ag_backward(f), AG_OK);
        char *text = written(viz_dot, f, NULL);
        ck_assert_uint_lt(strlen(text), 100000);
        free(text);
        draws(f, NULL, 20);
        draws(f, &(viz_options){.ascii = true, .style = VIZ_COMPACT}, 20);
        free(name);
        ag_graph_free(g);
    }
}
END_TEST

/* Nodes that are not shown do not count in the fold. */
START_TEST(test_fold_of_a_part)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_variable(g, 0.5), *w = ag_variable(g, 2), *y = ag_mul(ag_square(x), w);
    char *text = written(viz_dot, ag_exp(ag_sin(y)), &(viz_options){.target = w, .fold_above = 2});
    ck_assert_uint_eq(count(text, " [id=\"n"), 2); /* of w, y, sin and exp */
    ck_has(text, "2 of 4 nodes are folded into one");
    free(text);
    ag_graph_free(g);
}
END_TEST

/* A chain and a node with many consumers of this many nodes each: the work grows with their
 * number. */
START_TEST(test_deep_and_wide)
{
    size_t n = check_small() ? 2000 : 100000;
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_variable(g, 0.5), *y = x;
    for (size_t i = 0; i < n; i++) {
        y = ag_sin(y);
    }
    ck_assert_int_eq(ag_backward(y), AG_OK);
    char *text = trace(y, NULL);
    ck_assert_uint_eq(count(text, "\n"), 2 * n + 4);
    free(text);
    ag_graph_free(g);
    n /= 4;
    g = ag_graph_new();
    x = ag_variable(g, 0.5);
    y = x;
    for (size_t i = 0; i < n; i++) {
        y = ag_add(y, x);
    }
    ck_assert_int_eq(ag_backward(y), AG_OK);
    text = trace(y, NULL);
    ck_assert_uint_eq(count(text, "+ ∂"), n);
    free(text);
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("large", test_operands_listed, test_many_operands_drawn, test_long_names_drawn,
           test_fold_of_a_part, test_deep_and_wide)
