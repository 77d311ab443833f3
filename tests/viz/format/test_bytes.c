/* Every format of three graphs, byte for byte as in tests/viz/golden/: the lecture's function, a
 * 2-2-1 network in scalars, two layers on a batch of three. In two locales. After a change that is
 * meant, `AG_VIZ_GOLDEN=write make test ONLY=test_bytes` writes the files anew; look at the difference.
 *
 * AG_NO_SITES: the figures have no source lines, which change with every edit here.
 */
#define AG_NO_SITES
#include "tests/viz/text.h"

#include <locale.h>

#include "check_main.h"
#include "tests/viz/folder.h"

static ag_tensor *scalar_network(ag_graph *g)
{
    static const char *const name[] = {"w11", "w12", "w21", "w22", "v1", "v2"};
    static const double weight[] = {0.5, -0.25, 0.75, 1, 0.3, -0.6};
    ag_tensor *x1 = ag_name(ag_constant(g, 1), "x1"), *x2 = ag_name(ag_constant(g, 2), "x2");
    ag_tensor *w[6];
    for (int i = 0; i < 6; i++) {
        w[i] = ag_name(ag_parameter(g, weight[i]), name[i]);
    }
    ag_tensor *p = ag_mul(w[0], x1), *q = ag_mul(w[1], x2);
    ag_tensor *h1 = ag_name(ag_sigmoid(ag_add(p, q)), "h1");
    p = ag_mul(w[2], x1);
    q = ag_mul(w[3], x2);
    ag_tensor *h2 = ag_name(ag_sigmoid(ag_add(p, q)), "h2");
    p = ag_mul(w[4], h1);
    q = ag_mul(w[5], h2);
    ag_tensor *y = ag_name(ag_sigmoid(ag_add(p, q)), "y");
    return ag_name(ag_square(ag_sub(y, x1)), "L");
}

static ag_tensor *batch_network(ag_graph *g)
{
    ag_tensor *x = ag_name(ag_full(g, AG_CONSTANT, AG_SHAPE(3, 2), 0.5), "x");
    ag_tensor *w1 = ag_name(ag_full(g, AG_PARAMETER, AG_SHAPE(2, 4), 0.25), "hidden.weight");
    ag_tensor *b1 = ag_name(ag_full(g, AG_PARAMETER, AG_SHAPE(4), 0.125), "hidden.bias");
    ag_tensor *w2 = ag_name(ag_full(g, AG_PARAMETER, AG_SHAPE(4, 1), -0.5), "output.weight");
    ag_tensor *h = ag_name(ag_tanh(ag_add(ag_matmul(x, w1), b1)), "h");
    return ag_name(ag_mean(ag_square(ag_matmul(h, w2))), "L");
}

static ag_tensor *lecture_at_two(ag_graph *g)
{
    return lecture(g, 2.0);
}

static void compare(const char *path, const char *text)
{
    const char *order = getenv("AG_VIZ_GOLDEN");
    if (order != NULL && strcmp(order, "write") == 0) {
        FILE *out = fopen(path, "wb");
        ck_assert_msg(out != NULL, "%s", path);
        fputs(text, out);
        ck_assert_int_eq(fclose(out), 0);
        return;
    }
    char *golden = file_text(path);
    size_t same = 0;
    while (text[same] != '\0' && text[same] == golden[same]) {
        same++;
    }
    ck_assert_msg(text[same] == golden[same], "%s, byte %zu: %.60s", path, same, text + same);
    free(golden);
}

static void check_graph(const char *name, ag_tensor *(*make)(ag_graph *g), viz_style style)
{
    static const char *const ending[VIZ_FORMAT_COUNT] = {
        [VIZ_TEXT] = "txt",          [VIZ_ALT_TEXT] = "alt.txt",
        [VIZ_DOT] = "dot",           [VIZ_SVG] = "svg",
        [VIZ_REVEAL] = "html",       [VIZ_TIKZ] = "tex",
        [VIZ_BEAMER] = "beamer.tex", [VIZ_MERMAID] = "mmd",
        [VIZ_MARKDOWN] = "md",       [VIZ_LATEX] = "trace.tex",
        [VIZ_JSON] = "json",         [VIZ_CSV] = "csv",
        [VIZ_FODS] = "fods",         [VIZ_STEPPER] = "stepper.html",
        [VIZ_MOODLE] = "xml",        [VIZ_GIFT] = "gift"};
    ag_graph *g = ag_graph_new();
    ag_tensor *root = make(g);
    ck_assert_int_eq(ag_backward(root), AG_OK);
    for (int i = 0; i < VIZ_FORMAT_COUNT; i++) {
        char path[100];
        snprintf(path, sizeof path, "tests/viz/golden/%s.%s", name, ending[i]);
        viz_options o = {.format = (viz_format)i, .style = style, .legend = true};
        char *text = written(viz_write, root, &o);
        compare(path, text);
        free(text);
    }
    ag_graph_free(g);
}

static void check_all(void)
{
    check_graph("lecture", lecture_at_two, VIZ_FULL);
    check_graph("network", scalar_network, VIZ_CIRCUIT);
    check_graph("batch", batch_network, VIZ_NN);
}

START_TEST(test_golden)
{
    check_all();
}
END_TEST

START_TEST(test_locale)
{
    if (setlocale(LC_ALL, "de_DE.UTF-8") == NULL && setlocale(LC_ALL, "tr_TR.UTF-8") == NULL) {
        setlocale(LC_ALL, "C.UTF-8");
    }
    check_all();
}
END_TEST

CHECK_MAIN("bytes", test_golden, test_locale)
