/* The page that shows a pass step by step, by its text: nothing in it leads elsewhere, its script has
 * the hash that its policy allows, names with any bytes stay text. test_browser.c opens it.
 */
#include "tests/viz/text.h"

#include "check_main.h"
#include "tests/viz/hostile.h"
#include "tests/viz/stepper/page.h"
#include "tests/viz/stepper/sha256.h"
#include "tests/viz/xml.h"

START_TEST(test_contents)
{
    ag_graph *g = ag_graph_new();
    char *text = page(ready(g), (viz_options){.digits = 0});
    ck_assert_int_eq(strncmp(text, "<!DOCTYPE html>\n", 16), 0);
    ck_assert_uint_eq(count(text, "<tr data-fragment-index=\""), 14);
    ck_assert_uint_eq(count(text, "<script>"), 1);
    ck_has(text, "default-src 'none'");
    static const char *const leads[] = {"src=",  "href=",   "url(http", "@import",
                                        "<link", "<iframe", "onclick=", "style=\""};
    for (size_t i = 0; i < sizeof leads / sizeof leads[0]; i++) {
        ck_has_not(text, leads[i]);
    }
    ck_has(text, "<msup><mi>x</mi><mn>2</mn></msup>");
    ck_has(text, "<msqrt><mrow><mi>c</mi></mrow></msqrt>");
    ck_has(text, "<mn>−0.8223</mn>");
    free(text);
    text = page(lecture(g, 1), (viz_options){.forward_only = true});
    ck_assert_uint_eq(count(text, "<tr data-fragment-index=\""), 7);
    free(text);
    ag_graph_free(g);
}
END_TEST

/* The tables, which lie between these, are XML. */
static void check_tables(const char *text)
{
    const char *begin = strstr(text, "<div class=\"tables\""),
               *end = strstr(text, "<p class=\"help\">");
    ck_assert(begin != NULL && end != NULL && begin < end);
    char *tables = strdup(begin);
    tables[end - begin] = '\0';
    const char *fault = xml_fault(tables);
    ck_assert_msg(fault == NULL, "%.80s", fault != NULL ? fault : "");
    free(tables);
}

START_TEST(test_hostile_names)
{
    for (size_t i = 0; i < HOSTILE; i++) {
        ag_graph *g = ag_graph_new();
        ag_tensor *x = ag_name(ag_variable(g, 2.0), hostile[i]);
        ag_tensor *f = ag_name(ag_sqrt(ag_mul(x, x)), hostile[i]);
        ck_assert_int_eq(ag_backward(f), AG_OK);
        viz_options o = {.id = hostile[i], .font = hostile[i]};
        o.palette.ink = o.dark.paper = hostile[i];
        char *text = page(f, o);
        check_tables(text);
        ck_assert_uint_eq(count(text, "<script>"), 1);
        ck_assert_uint_eq(count(text, "</script>"), 1);
        ck_assert_uint_eq(count(text, "</style>"), 2); /* of the page and of the figure */
        free(text);
        ag_graph_free(g);
    }
}
END_TEST

START_TEST(test_tensors)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *w = ag_name(ag_full(g, AG_PARAMETER, AG_SHAPE(2, 3), 0.5), "w");
    ag_tensor *b = ag_name(ag_full(g, AG_PARAMETER, AG_SHAPE(3), 0.5), "b");
    ag_tensor *f = ag_name(ag_sum(ag_tanh(ag_add(w, b))), "f");
    char *text = page(f, (viz_options){.digits = 0});
    check_tables(text);
    free(text);
    ck_assert_int_eq(ag_backward(f), AG_OK);
    text = page(f, (viz_options){.digits = 0});
    check_tables(text);
    ck_has(text, "f64 [2,3]");
    ck_has(text, "sum over axis 0");
    free(text);
    ag_graph_free(g);
}
END_TEST

/* A browser runs the script only if this is so. */
START_TEST(test_hash)
{
    char sum[45], known[45];
    sha256_base64("abc", 3, known); /* FIPS 180-4 */
    ck_assert_str_eq(known, "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
    ag_graph *g = ag_graph_new();
    char *text;
    ck_assert_int_eq(viz_string(ready(g), &(viz_options){.format = VIZ_STEPPER}, &text), AG_OK);
    const char *begin = strstr(text, "<script>") + 8, *end = strstr(begin, "</script>");
    sha256_base64(begin, (size_t)(end - begin), sum);
    ck_assert_msg(has(text, sum), "the hash of the script in page_script.c must be sha256-%s", sum);
    viz_free(text);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_contrasts)
{
    ck_assert_double_ge(contrast("#595959", "#F6EAF5"), 4.5); /* muted on the row of now */
    ck_assert_double_ge(contrast("#A8A8A8", "#2B2433"), 4.5);
    ag_graph *g = ag_graph_new();
    char *text = page(ready(g), (viz_options){.digits = 0});
    ck_has(text, "--mark: #F6EAF5");
    ck_has(text, "--mark: #2B2433");
    free(text);
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("stepper", test_contents, test_hostile_names, test_tensors, test_hash, test_contrasts)
