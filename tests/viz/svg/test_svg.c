/* SVG figures: what stands in them in each style, both looks and their contrasts, fragments, names
 * with any bytes, the same bytes every time; and that librsvg reads them, where it is installed.
 */
#include "tests/viz/text.h"

#include <locale.h>
#include <unistd.h>

#include "check_main.h"
#include "tests/viz/hostile.h"
#include "tests/viz/xml.h"

static char *figure(const ag_tensor *root, const viz_options *options)
{
    char *text = written(viz_svg, root, options);
    const char *fault = xml_fault(text);
    ck_assert_msg(fault == NULL, "not well-formed at: %.80s", fault != NULL ? fault : "");
    ck_has_not(text, "var(");
    ck_has_not(text, "dominant-baseline");
    return text;
}

/* What one text element shows, without its tags; *at moves behind it. false at the end. */
static bool next_text(const char **at, char shown[200])
{
    const char *from = strstr(*at, "<text ");
    size_t n = 0;
    if (from == NULL) {
        return false;
    }
    bool tag = true;
    for (from++; strncmp(from, "</text>", 7) != 0; from++) {
        if (*from == '<') {
            tag = true;
        } else if (*from == '>') {
            tag = false;
        } else if (!tag && n < 199) {
            shown[n++] = *from;
        }
    }
    shown[n] = '\0';
    *at = from;
    return true;
}

static size_t shows(const char *text, const char *wanted)
{
    char shown[200];
    size_t n = 0;
    while (next_text(&text, shown)) {
        n += strcmp(shown, wanted) == 0;
    }
    return n;
}

START_TEST(test_full)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *f = lecture(g, 2.0);
    ck_assert_int_eq(ag_backward(f), AG_OK);
    char *text = figure(f, NULL);
    ck_has(text, " role=\"img\" aria-labelledby=\"");
    ck_has(text, "-title\">Computation graph of f</title>\n<desc id=\"");
    ck_has(text, "Step 3: c = a + b, value 58.60, gradient -0.8223.");
    ck_has(text, "<title>∂b/∂a = exp(a) = 54.60</title>");
    ck_assert_uint_eq(shows(text, "3  c = a + b"), 1);
    ck_assert_uint_eq(shows(text, "0  x  input"), 1);
    ck_assert_uint_eq(shows(text, "54.60"), 1);
    ck_assert_uint_eq(shows(text, "∂f/∂x = -182.9"), 1);
    ck_assert_uint_eq(shows(text, "∂e/∂c = -0.8876"), 1);
    ck_assert_uint_eq(count(text, "<style>"), 1);
    ck_assert_uint_eq(count(text, "@media"), 1);
    ck_has_not(text, "fragment");
    free(text);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_compact)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *f = lecture(g, 2.0);
    ck_assert_int_eq(ag_backward(f), AG_OK);
    char *text = figure(f, &(viz_options){.style = VIZ_COMPACT});
    ck_assert_uint_eq(shows(text, "3  c"), 1);
    ck_assert_uint_eq(shows(text, "-182.9"), 1);
    ck_assert_uint_eq(shows(text, "∂e/∂c = -0.8876"), 0);
    free(text);
    ag_graph_free(g);
}
END_TEST

/* On the wires into c the gradient is that of a sum; the sum stands at a. */
START_TEST(test_circuit)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *f = lecture(g, 2.0);
    ck_assert_int_eq(ag_backward(f), AG_OK);
    char *text = figure(f, &(viz_options){.style = VIZ_CIRCUIT});
    ck_assert_uint_eq(count(text, "<circle"), 6);
    ck_assert_uint_eq(shows(text, "+"), 2);
    ck_assert_uint_eq(shows(text, "exp"), 1);
    ck_assert_uint_eq(shows(text, "^2"), 1);
    ck_assert_uint_eq(shows(text, "-44.90"), 1); /* over b: -0.8223 · 54.60 */
    ck_assert_uint_eq(shows(text, "-0.8223"), 2);
    ck_assert_uint_eq(shows(text, "∂f/∂a = -45.72"), 1);
    ck_assert_uint_eq(shows(text, "f"), 1);
    ck_assert_uint_eq(shows(text, "58.60"), 2);
    free(text);
    ag_graph_free(g);
}
END_TEST

static ag_tensor *network(ag_graph *g)
{
    ag_tensor *x = ag_name(ag_full(g, AG_CONSTANT, AG_SHAPE(3, 2), 1), "x");
    ag_tensor *w = ag_name(ag_full(g, AG_PARAMETER, AG_SHAPE(2, 4), 0.3), "fc.weight");
    ag_tensor *b = ag_name(ag_full(g, AG_PARAMETER, AG_SHAPE(4), 0.1), "fc.bias");
    ag_tensor *h = ag_tanh(ag_add(ag_matmul(x, w), b));
    return ag_name(ag_mean(h), "L");
}

START_TEST(test_nn)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *loss = network(g);
    ck_assert_int_eq(ag_backward(loss), AG_OK);
    char *text = figure(loss, &(viz_options){.style = VIZ_NN});
    ck_assert_uint_eq(shows(text, "1  fc.weight"), 1);
    ck_assert_uint_eq(shows(text, "[2,4]"), 1);
    ck_assert_uint_eq(shows(text, "3  v1  matmul"), 1);
    ck_has(text, "stroke-dasharray"); /* no gradient flows to x */
    ck_has(text, "stroke-width=\"");
    free(text);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_own_wire_for_each_operand)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_name(ag_variable(g, 3.0), "x");
    ag_tensor *f = ag_name(ag_mul(x, x), "f");
    for (int style = 0; style < VIZ_STYLE_COUNT; style++) {
        char *text = figure(f, &(viz_options){.style = (viz_style)style, .id = "t"});
        ck_has(text, "id=\"t-e1_0\"");
        ck_has(text, "id=\"t-e1_1\"");
        free(text);
    }
    ag_graph_free(g);
}
END_TEST

/* Every color in the attributes of a figure, against its paper. */
static size_t check_contrasts(const char *text, const char *paper)
{
    size_t n = 0;
    for (const char *at = text; (at = strstr(at, "=\"#")) != NULL; at++) {
        bool same = strncmp(at + 2, paper, 7) == 0;
        ck_assert_msg(same || contrast(at + 2, paper) >= 5, "%.7s on %s", at + 2, paper);
        n += !same;
    }
    return n;
}

START_TEST(test_contrasts)
{
    ck_assert_double_eq_tol(contrast("#000000", "#FFFFFF"), 21, 1e-9);
    ck_assert_double_lt(contrast("#0072B2", "#16181C"), 4.5); /* which a fault would show */
    ag_graph *g = ag_graph_new();
    ag_tensor *f = lecture(g, 2.0);
    for (int style = 0; style < VIZ_STYLE_COUNT; style++) {
        viz_options o = {.style = (viz_style)style, .highlight = f, .legend = true};
        o.theme = VIZ_LIGHT;
        char *text = figure(f, &o);
        ck_assert_uint_gt(check_contrasts(text, "#FFFFFF"), 30);
        ck_has_not(text, "<style>");
        free(text);
        o.theme = VIZ_DARK;
        text = figure(f, &o);
        ck_assert_uint_gt(check_contrasts(text, "#16181C"), 30);
        ck_has_not(text, "<style>");
        free(text);
    }
    ag_graph_free(g);
}
END_TEST

/* The <style> block has the colors of the dark look, each for what is filled and what is drawn. */
START_TEST(test_auto)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *f = lecture(g, 2.0);
    char *text = figure(f, &(viz_options){.id = "one two", .dark = {.value = "#ABCDEF;}<"}});
    ck_has(text, "<svg xmlns=\"http://www.w3.org/2000/svg\" id=\"one_two\"");
    ck_has(text, "#one_two .fi{fill:#EDEDED} #one_two .si{stroke:#EDEDED}");
    ck_has(text, "#one_two .fv{fill:#ABCDEF___}");
    ck_has(text, "#one_two .fp{fill:#16181C}");
    ck_has(text, "<rect width=\"100%\" height=\"100%\" fill=\"#FFFFFF\" class=\"fp\"/>");
    free(text);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_steps)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *f = lecture(g, 2.0);
    ck_assert_int_eq(ag_backward(f), AG_OK);
    char *text = figure(f, &(viz_options){.steps = true});
    ck_assert_uint_eq(count(text, "<g class=\"fragment\" data-fragment-index=\""), 14);
    char wanted[80];
    const char *at = text;
    for (int k = 0; k < 14; k++) {
        snprintf(wanted, sizeof wanted, "<g class=\"fragment\" data-fragment-index=\"%d\">", k);
        at = strstr(at, wanted);
        ck_assert_ptr_nonnull(at);
        char shown[200];
        const char *line = at;
        ck_assert(next_text(&line, shown));
        if (k == 2) { /* step 2: b and what is on the way to it */
            ck_assert_str_eq(shown, "54.60");
        } else if (k == 11) { /* the third of the backward pass but the seed: c */
            ck_assert_str_eq(shown, "∂f/∂b = -0.8223");
        }
    }
    free(text);
    text = figure(f, &(viz_options){.steps = true, .forward_only = true});
    ck_assert_uint_eq(count(text, "<g class=\"fragment\" data-fragment-index=\""), 7);
    free(text);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_fold)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_name(ag_variable(g, 1.0), "x");
    ag_tensor *y = x;
    for (int i = 0; i < 1000; i++) {
        y = ag_add(y, x);
    }
    char *text = figure(y, &(viz_options){.fold_above = 10});
    ck_assert_uint_eq(shows(text, "991 nodes"), 1);
    ck_assert_uint_eq(shows(text, "steps 5 to 995"), 1);
    ck_has(text, "Steps 5 to 995: 991 nodes, drawn as one.");
    ck_has_not(text, "Step 500:");
    ck_assert_uint_eq(shows(text, "991 of 1001 nodes are folded into one (fold_above)"), 1);
    ck_assert_uint_eq(count(text, "-n1000\""), 1);
    ck_assert_uint_eq(count(text, "-n500\""), 0);
    free(text);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_same_bytes)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *f = lecture(g, 2.5);
    ck_assert_int_eq(ag_backward(f), AG_OK);
    char *text = figure(f, NULL);
    if (setlocale(LC_ALL, "de_DE.UTF-8") == NULL) {
        setlocale(LC_ALL, "C.UTF-8");
    }
    char *again = figure(f, NULL);
    ck_assert_str_eq(text, again);
    free(again);
    again = figure(f, &(viz_options){.style = VIZ_COMPACT}); /* its ids differ */
    ck_assert_int_ne(strncmp(text, again, 90), 0);
    free(again);
    free(text);
    ag_graph_free(g);
}
END_TEST

/* --- names with any bytes --------------------------------------------------------------------- */

START_TEST(test_hostile_names)
{
    for (size_t i = 0; i < HOSTILE; i++) {
        ag_graph *g = ag_graph_new();
        ag_tensor *x = ag_name(ag_variable(g, 2.0), hostile[i]);
        ag_tensor *f = ag_name(ag_exp(x), hostile[i]);
        for (int style = 0; style < VIZ_STYLE_COUNT; style++) {
            viz_options o = {.style = (viz_style)style, .font = hostile[i], .id = hostile[i]};
            o.palette.value = hostile[i];
            o.dark.value = hostile[i];
            free(figure(f, &o));
        }
        ag_graph_free(g);
    }
}
END_TEST

START_TEST(test_name_reads_back)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_name(ag_variable(g, 2.0), "a<b & \"c\"\\d");
    char *text = figure(ag_name(ag_exp(x), "f"), NULL);
    ck_assert_uint_eq(shows(text, "0  a&lt;b &amp; &quot;c&quot;\\d  input"), 1);
    free(text);
    ag_graph_free(g);
}
END_TEST

/* --- librsvg ---------------------------------------------------------------------------------- */

START_TEST(test_librsvg)
{
    if (system("rsvg-convert --version >/dev/null 2>&1") != 0) {
        printf("librsvg is not installed\n");
        return;
    }
    ag_graph *g = ag_graph_new();
    ag_tensor *f = ag_name(ag_exp(lecture(g, 2.0)), "\xF0\x9F\x98\x80<&>\xFF");
    for (int style = 0; style < VIZ_STYLE_COUNT; style++) {
        FILE *to = popen("rsvg-convert >/dev/null 2>&1", "w");
        ck_assert_ptr_nonnull(to);
        ck_assert_int_eq(viz_svg(to, f, &(viz_options){.style = (viz_style)style}), AG_OK);
        ck_assert_int_eq(pclose(to), 0);
    }
    ag_graph_free(g);
}
END_TEST

START_TEST(test_errors)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *f = lecture(g, 2.0), *other = ag_variable(g, 1.0);
    ck_assert_int_eq(viz_svg(NULL, f, NULL), AG_ERR_NULL_ARGUMENT);
    ck_assert_int_eq(viz_svg(stdout, NULL, NULL), AG_ERR_NULL_ARGUMENT);
    ck_assert_int_eq(viz_svg(stdout, f, &(viz_options){.highlight = other}), AG_ERR_VALUE);
    ck_assert_int_eq(viz_svg(stdout, f, &(viz_options){.theme = VIZ_THEME_COUNT}), AG_ERR_VALUE);
    ck_assert_int_eq(viz_svg(stdout, f, &(viz_options){.style = VIZ_STYLE_COUNT}), AG_ERR_VALUE);
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("svg", test_full, test_compact, test_circuit, test_nn, test_own_wire_for_each_operand,
           test_contrasts, test_auto, test_steps, test_fold, test_same_bytes, test_hostile_names,
           test_name_reads_back, test_librsvg, test_errors)
