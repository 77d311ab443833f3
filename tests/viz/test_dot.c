/* Graphviz figures: every operand its own edge, exact escaping, fold, highlight, palette,
 * determinism; and that Graphviz itself reads them and shows the names as they are, where it is
 * installed.
 */
#include "text.h"

#include <sys/stat.h>
#include <unistd.h>

#include "check_main.h"
#include "folder.h"
#include "xml.h"

static char *figure(const ag_tensor *root, const viz_options *options)
{
    return written(viz_dot, root, options);
}

START_TEST(test_full)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *f = lecture(g, 2.0);
    ck_assert_int_eq(ag_backward(f), AG_OK);
    char *text = figure(f, NULL);
    ck_has(text, "rankdir=\"LR\"");
    ck_has(text, "n2 [id=\"n2\", class=\"result\"");
    ck_has(text, "<B>c</B> = a + b");
    ck_has(text, ">54.60</FONT>");
    ck_has(text, ">∂f/∂x = -182.9</FONT>");
    ck_has(text, "n1 -> n2 [id=\"e2_0\", class=\"flow\", label=<∂b/∂a = 54.60>, "
                 "tooltip=\"∂b/∂a = exp(a) = 54.60\"]");
    ck_assert_uint_eq(count(text, " -> "), 8);
    ck_has_not(text, "shape=record");
    ck_has_not(text, "splines");
    char *again = figure(f, NULL);
    ck_assert_str_eq(text, again);
    free(text);
    free(again);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_compact)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *f = lecture(g, 2.0);
    ck_assert_int_eq(ag_backward(f), AG_OK);
    char *text = figure(f, &(viz_options){.style = VIZ_COMPACT});
    ck_has(text, "<B>c</B></TD>");
    ck_has(text, ">-182.9</FONT>");
    ck_has_not(text, "a + b<");
    ck_has_not(text, "label=<∂");
    free(text);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_states)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_name(ag_variable(g, 2.0), "x");
    ag_tensor *k = ag_name(ag_constant(g, 3.0), "k");
    ag_tensor *w = ag_name(ag_parameter(g, 3.0), "w");
    ag_tensor *f = ag_name(ag_add(ag_mul(x, k), w), "f");
    ag_tensor *other = ag_name(ag_sin(x), "other");
    char *text = figure(f, NULL);
    ck_has(text, "∂f/∂x = —<");
    ck_has(text, "∂f/∂k = ·<");
    ck_has(text, "class=\"still\", style=dashed");
    ck_has(text, "n0 [id=\"n0\", class=\"input\", shape=box, style=\"filled,rounded\"");
    ck_has(text, "n1 [id=\"n1\", class=\"constant\", shape=box, style=\"filled,dashed\"");
    ck_has(text, "n2 [id=\"n2\", class=\"parameter\", shape=box, style=\"filled,diagonals\"");
    ck_has(text, "n4 [id=\"n4\", class=\"result root\", shape=box, peripheries=2");
    free(text);
    ck_assert_int_eq(ag_backward(f), AG_OK);
    ck_assert_int_eq(ag_backward(f), AG_OK);
    text = figure(f, NULL);
    ck_has(text, ">6 [sum of 2 backward calls]<");
    free(text);
    text = figure(other, NULL); /* x has a gradient, but not of this root */
    ck_has(text, "∂other/∂x = —<");
    free(text);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_own_edge_for_each_operand)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_name(ag_variable(g, 3.0), "x");
    char *text = figure(ag_mul(x, x), NULL);
    ck_has(text, "n0 -> n1 [id=\"e1_0\"");
    ck_has(text, "n0 -> n1 [id=\"e1_1\"");
    free(text);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_escaping)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_name(ag_variable(g, 3.0), "<b>&amp;\"\\N\\l\n\xff");
    char *text = figure(x, &(viz_options){.font = "a\"b\\"});
    ck_has(text, "<B>&lt;b&gt;&amp;amp;&quot;\\\\N\\\\l\xEF\xBF\xBD\xEF\xBF\xBD</B>");
    ck_has(text, "step 0: <b>&amp;amp;\\\"\\\\\\\\N\\\\\\\\l\xEF\xBF\xBD\xEF\xBF\xBD, input");
    ck_has(text, "fontname=\"a\\\"b\\\\\"");
    free(text);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_highlight_and_target)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *w = ag_name(ag_parameter(g, 2.0), "w");
    ag_tensor *x = ag_name(ag_variable(g, 3.0), "x");
    ag_tensor *y = ag_name(ag_square(x), "y");
    ag_tensor *f = ag_name(ag_mul(w, y), "f");
    char *text = figure(f, &(viz_options){.highlight = x});
    ck_assert_uint_eq(count(text, "penwidth=2.5"), 5); /* x, y, f and the edges between */
    free(text);
    text = figure(f, &(viz_options){.target = w});
    ck_assert_uint_eq(count(text, " [id=\"n"), 2);
    ck_assert_uint_eq(count(text, " -> "), 1);
    free(text);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_fold)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_name(ag_variable(g, 0.5), "x"), *y = x;
    for (int i = 0; i < 1000; i++) {
        y = ag_add(ag_sin(y), x);
    }
    char *text = figure(y, NULL);
    ck_assert_uint_eq(count(text, " [id=\"n"), 200);
    ck_has(text, "1801 of 2001 nodes are folded into one (fold_above)");
    ck_has(text, "steps 100 to 1900");
    ck_assert_uint_eq(count(text, "n0 -> fold;"), 1); /* though 900 edges lead there */
    free(text);
    text = figure(y, &(viz_options){.fold_above = 3000});
    ck_assert_uint_eq(count(text, " [id=\"n"), 2001);
    ck_has_not(text, "fold");
    free(text);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_options)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *f = lecture(g, 2.0);
    char *text = figure(f, &(viz_options){.legend = true,
                                          .ascii = true,
                                          .rankdir = "TB",
                                          .palette = {.value = "#123456"},
                                          .graph_attributes = "nodesep=0.9",
                                          .node_attributes = "margin=0.2",
                                          .edge_attributes = "arrowsize=2"});
    ck_has(text, "rankdir=\"TB\"");
    ck_has(text, "<FONT COLOR=\"#123456\">");
    ck_has_not(text, "#0072B2");
    ck_has(text, "  graph [nodesep=0.9];\n  node [margin=0.2];\n  edge [arrowsize=2];\n");
    ck_has(text, "dashed edge: no gradient flows");
    for (const char *p = text; *p != '\0'; p++) {
        ck_assert_uint_lt((unsigned char)*p, 0x80);
    }
    free(text);
    ck_assert_int_eq(viz_dot(stdout, f, &(viz_options){.rankdir = "LR; evil"}), AG_ERR_VALUE);
    ck_assert_int_eq(viz_dot(stdout, NULL, NULL), AG_ERR_NULL_ARGUMENT);
    ck_assert_int_eq(viz_dot(NULL, f, NULL), AG_ERR_NULL_ARGUMENT);
    ck_assert_int_eq(viz_dot_save(NULL, f, NULL), AG_ERR_NULL_ARGUMENT);
    ck_assert_int_eq(viz_dot_save("/no/such/folder/f.dot", f, NULL), AG_ERR_IO);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_contrast)
{
    ck_assert_double_eq_tol(contrast("#000000", "#FFFFFF"), 21, 1e-9);
    ck_assert_double_lt(contrast("#888888", "#FFFFFF"), 5);
    ag_graph *g = ag_graph_new();
    ag_tensor *f = lecture(g, 2.0);
    char *text = figure(f, &(viz_options){.highlight = f, .legend = true});
    size_t n = 0;
    for (const char *at = text; (at = strstr(at, "\"#")) != NULL; at++) {
        bool paper = strncmp(at + 1, "#FFFFFF", 7) == 0;
        ck_assert_msg(paper || contrast(at + 1, "#FFFFFF") >= 5, "%.8s", at + 1);
        n += !paper;
    }
    ck_assert_uint_gt(n, 20);
    free(text);
    ag_graph_free(g);
}
END_TEST

/* Graphviz refuses an element of a label without text. */
START_TEST(test_no_empty_element)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *f = lecture(g, 2.0);
    ck_assert_int_eq(ag_backward(f), AG_OK);
    for (int style = 0; style < VIZ_STYLE_COUNT; style++) {
        char *text = figure(f, &(viz_options){.style = (viz_style)style, .legend = true});
        ck_has_not(text, "\"></FONT>");
        ck_has_not(text, "<B></B>");
        free(text);
    }
    ag_graph_free(g);
}
END_TEST

START_TEST(test_alt_text)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *f = lecture(g, 2.0);
    char *text = written(viz_alt_text, f, NULL);
    ck_has(text, "Computation graph of f: 7 nodes, 1 of them leaves");
    ck_has(text, "Step 0: x, input, value 2, gradient not run yet.\n");
    free(text);
    ck_assert_int_eq(ag_backward(f), AG_OK);
    text = written(viz_alt_text, f, NULL);
    ck_has(text, "Step 3: c = a + b, value 58.60, gradient -0.8223.\n");
    free(text);
    ag_graph_free(g);
}
END_TEST

/* --- with Graphviz ---------------------------------------------------------------------------- */

static bool have_graphviz(void)
{
    char folder[40];
    enter_folder(folder);
    FILE *file = fopen("a.dot", "w");
    ck_assert_ptr_nonnull(file);
    fputs("digraph { a }", file);
    fclose(file);
    ag_status status = viz_render("a.dot", "a.svg");
    remove("a.svg");
    remove("a.dot");
    leave_folder(folder);
    ck_assert(status == AG_OK || status == AG_ERR_STATE);
    return status == AG_OK;
}

START_TEST(test_graphviz_shows_names_as_they_are)
{
    if (!have_graphviz()) {
        return;
    }
    char folder[40];
    enter_folder(folder);
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_name(ag_variable(g, 3.0), "<b>&amp;\"\\N\\l\n\xff");
    ag_tensor *f = ag_name(ag_mul(x, x), "]; evil [");
    ck_assert_int_eq(ag_backward(f), AG_OK);
    ck_assert_int_eq(viz_dot_save("f.dot", f, &(viz_options){.alt = true, .legend = true}), AG_OK);
    ck_assert_int_eq(viz_render("f.dot", "f.svg"), AG_OK);
    char *svg = file_text("f.svg"), *alt = file_text("f.alt.txt");
    /* The name in the SVG's own escaping. Graphviz 2.43 writes " as &quot; and a space as
     * &#160;. */
    ck_has(svg, "&lt;b&gt;&amp;amp;&quot;\\N\\l\xEF\xBF\xBD\xEF\xBF\xBD<");
    ck_has(svg, "step 0: &lt;b&gt;&amp;amp;&quot;\\N\\l\xEF\xBF\xBD\xEF\xBF\xBD, input");
    ck_assert_uint_eq(count(svg, "class=\"edge flow\""), 2);
    ck_assert_uint_eq(count(svg, "class=\"node "), 2);
    ck_has(svg, "id=\"n1\"");
    ck_has(svg, "id=\"e1_1\"");
    ck_has(alt, "Computation graph of ]; evil [");
    free(svg);
    free(alt);
    remove("f.dot");
    remove("f.svg");
    remove("f.alt.txt");
    leave_folder(folder);
    ag_graph_free(g);
}
END_TEST

/* A path is never a command, an option or a pattern. */
START_TEST(test_hostile_paths)
{
    static const char *const path[][2] = {
        {"$(touch pwned); `touch pwned` '\" .dot", "a; touch pwned.svg"},
        {"-Tpng.dot", "-o.png"},
        {"*.dot", "%s\n.pdf"}};
    if (!have_graphviz()) {
        return;
    }
    char folder[40];
    enter_folder(folder);
    ag_graph *g = ag_graph_new();
    ag_tensor *f = lecture(g, 2.0);
    for (size_t i = 0; i < sizeof path / sizeof path[0]; i++) {
        ck_assert_int_eq(viz_dot_save(path[i][0], f, NULL), AG_OK);
        ck_assert_int_eq(viz_render(path[i][0], path[i][1]), AG_OK);
        ck_assert_int_ne(access("pwned", F_OK), 0);
        ck_assert_int_eq(remove(path[i][0]), 0);
        ck_assert_int_eq(remove(path[i][1]), 0);
    }
    leave_folder(folder); /* nothing else was made */
    ag_graph_free(g);
}
END_TEST

START_TEST(test_render_errors)
{
    char long_path[5000];
    memset(long_path, 'a', sizeof long_path - 1);
    long_path[sizeof long_path - 1] = '\0';
    ck_assert_int_eq(viz_render(NULL, "a.svg"), AG_ERR_NULL_ARGUMENT);
    ck_assert_int_eq(viz_render("a.dot", NULL), AG_ERR_NULL_ARGUMENT);
    ck_assert_int_eq(viz_render("a.dot", "a.exe"), AG_ERR_VALUE);
    ck_assert_int_eq(viz_render("a.dot", "svg"), AG_ERR_VALUE);
    ck_assert_int_eq(viz_render(long_path, "a.svg"), AG_ERR_OVERFLOW);
    if (have_graphviz()) {
        ck_assert_int_eq(viz_render("/no/such/file.dot", "/tmp/never.svg"), AG_ERR_IO);
    }
    ck_assert_int_eq(setenv("PATH", "/no/such/folder", 1), 0);
    ck_assert_int_eq(viz_render("a.dot", "a.svg"), AG_ERR_STATE);
    ck_has(viz_render_hint(), "install");
}
END_TEST

CHECK_MAIN("dot", test_full, test_compact, test_states, test_own_edge_for_each_operand,
           test_escaping, test_highlight_and_target, test_fold, test_options, test_contrast,
           test_no_empty_element, test_alt_text, test_graphviz_shows_names_as_they_are,
           test_hostile_paths, test_render_errors)
