/* The colors that a user's function gives to nodes, in every format that draws boxes, and nowhere
 * where it gives none.
 */
#include <autograd/custom_op.h>

#include "tests/viz/text.h"

#include "check_main.h"

/* What the function is asked, and what it answers. */
typedef struct colors {
    const ag_tensor *asked[16];
    int n;
    int32_t leaf, result;
} colors;

static int32_t by_role(const ag_tensor *node, void *context)
{
    colors *c = context;
    ck_assert_int_lt(c->n, 16);
    c->asked[c->n++] = node;
    return ag_op_of(node) == NULL ? c->leaf : c->result;
}

static char *drawn(ag_tensor *root, viz_format format, viz_style style, colors *c)
{
    viz_options o = {.format = format, .style = style, .color = c != NULL ? by_role : NULL};
    o.color_context = c;
    return written(viz_write, root, &o);
}

/* How a box of the color 0xE69F00 is written, and how many of its kind an outline has. */
static const struct {
    viz_format format;
    const char *inside, *outline;
} formats[] = {
    {VIZ_SVG, "fill=\"#E69F00\" fill-opacity=\"0.2\"", " stroke=\"#E69F00\""},
    {VIZ_REVEAL, "fill=\"#E69F00\" fill-opacity=\"0.2\"", " stroke=\"#E69F00\""},
    {VIZ_DOT, "fillcolor=\"#E69F0033\"", ", color=\"#E69F00\""},
    {VIZ_MERMAID, "fill:#E69F0033", ",stroke:#E69F00"},
    {VIZ_TIKZ, "color={rgb,255:red,230;green,159;blue,0}, fill opacity=0.2", "\\path[fill, draw,"},
    {VIZ_BEAMER, "color={rgb,255:red,230;green,159;blue,0}, fill opacity=0.2",
     "\\path[fill, draw,"},
};

/* The lecture's f(x) has one input and six results. */
START_TEST(test_every_format)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *f = lecture(g, 2);
    ck_assert_int_eq(ag_backward(f), AG_OK);
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        colors c = {.leaf = -1, .result = 0xE69F00};
        char *text = drawn(f, formats[i].format, VIZ_FULL, &c);
        ck_assert_int_eq(c.n, 7);
        ck_assert_uint_eq(count(text, formats[i].inside), 6);
        ck_assert_uint_eq(count(text, formats[i].outline), 6);
        free(text);
        char *usual = drawn(f, formats[i].format, VIZ_FULL, NULL);
        text = drawn(f, formats[i].format, VIZ_FULL, &(colors){.leaf = -1, .result = INT32_MIN});
        ck_assert_str_eq(text, usual);
        free(text);
        free(usual);
    }
    ag_graph_free(g);
}
END_TEST

/* A highlighted outline stays as it is, and only the low 24 bits count. */
START_TEST(test_beside_other_marks)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *f = lecture(g, 2);
    ck_assert_int_eq(ag_backward(f), AG_OK);
    colors c = {.leaf = 0x7F000001, .result = 0x7FE69F00};
    viz_options o = {.format = VIZ_SVG, .color = by_role, .color_context = &c};
    o.highlight = c.asked[0] = f;
    char *text = written(viz_write, f, &o);
    ck_assert_uint_eq(count(text, formats[0].inside), 6);
    ck_assert_uint_eq(count(text, formats[0].outline), 5); /* all but the root's */
    ck_assert_uint_eq(count(text, "fill=\"#000001\""), 1);
    free(text);
    ag_graph_free(g);
}
END_TEST

/* In a circuit a leaf is a name without an outline, which has no color and is not asked for. */
START_TEST(test_circuits)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *f = lecture(g, 2);
    ck_assert_int_eq(ag_backward(f), AG_OK);
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        colors c = {.leaf = 0xE69F00, .result = 0xE69F00};
        char *text = drawn(f, formats[i].format, VIZ_CIRCUIT, &c);
        ck_assert_int_eq(c.n, 6);
        ck_assert_uint_eq(count(text, formats[i].inside), 6);
        free(text);
    }
    ag_graph_free(g);
}
END_TEST

/* Only nodes that are drawn are asked for: not those of the fold, nor those within a module's box.
 */
START_TEST(test_only_what_is_drawn)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *y = ag_name(ag_variable(g, 0.5), "x");
    for (int i = 0; i < 100; i++) {
        y = ag_tanh(y);
    }
    colors c = {.leaf = -1, .result = 0xE69F00};
    viz_options o = {.format = VIZ_SVG, .color = by_role, .color_context = &c, .fold_above = 10};
    char *text = written(viz_write, y, &o);
    ck_assert_int_le(c.n, 10);
    ck_assert_uint_eq(count(text, formats[0].inside), (size_t)c.n - 1);
    free(text);
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("node color", test_every_format, test_beside_other_marks, test_circuits,
           test_only_what_is_drawn)
