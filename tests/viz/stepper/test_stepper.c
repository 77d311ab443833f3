/* The page that shows a pass step by step. By its text: nothing in it leads elsewhere, its script
 * has the hash that its policy allows, names with any bytes stay text. In Chromium, where it is
 * installed: keys, answers, the dark look, paper, and that it asks for nothing and complains of
 * nothing.
 */
#define CHECK_SECONDS 300
#include "tests/viz/text.h"

#include <limits.h>

#include "check_main.h"
#include "tests/viz/folder.h"
#include "tests/viz/hostile.h"
#include "tests/viz/stepper/chromium.h"
#include "tests/viz/stepper/sha256.h"
#include "tests/viz/xml.h"

static char *page(const ag_tensor *root, viz_options o)
{
    o.format = VIZ_STEPPER;
    return written(viz_write, root, &o);
}

static ag_tensor *ready(ag_graph *g)
{
    ag_tensor *f = lecture(g, 2.0);
    ck_assert_int_eq(ag_backward(f), AG_OK);
    return f;
}

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

/* --- in a browser ----------------------------------------------------------------------------- */

static void expect(chromium *c, const char *expression, const char *wanted)
{
    const char *got = chromium_text(c, expression);
    ck_assert_msg(strcmp(got, wanted) == 0, "%s is %s, not %s", expression, got, wanted);
}

#define PLACE "document.getElementById('place').textContent"
#define SHOWN(what)                                                                                \
    "Array.from(document.querySelectorAll('" what "')).filter("                                    \
    "function (e) { return getComputedStyle(e).visibility === 'visible'; }).length"

/* A page of the lecture's function in a folder of its own, or NULL without a browser. */
static chromium *opened(char folder[40], char path[80], ag_tensor *root)
{
    chromium *c = chromium_start();
    if (c == NULL) {
        printf("Chromium is not installed: the page was not opened\n");
        return NULL;
    }
    enter_folder(folder);
    snprintf(path, 80, "%s/f.stepper.html", folder);
    ck_assert_int_eq(viz_save(path, root, NULL), AG_OK);
    chromium_open(c, path, "");
    return c;
}

static void closed(chromium *c, const char *folder)
{
    chromium_end(c);
    ck_assert(removed("f.stepper.html"));
    leave_folder(folder);
}

/* It asked for itself and nothing else, and there is no word on the console. */
static void check_quiet(const chromium *c)
{
    ck_has_not(c->events, "Runtime.exceptionThrown");
    ck_has_not(c->events, "Runtime.consoleAPICalled");
    ck_has_not(c->events, "Log.entryAdded");
    for (const char *at = c->events; (at = strstr(at, "\"Network.requestWillBeSent\"")) != NULL;
         at++) {
        const char *url = strstr(at, "\"documentURL\":\"");
        ck_assert_msg(url != NULL && (strncmp(url + 15, "file:///", 8) == 0 ||
                                      strncmp(url + 15, "about:blank", 11) == 0),
                      "%.200s", at);
        const char *asked = strstr(at, "\"url\":\"");
        ck_assert_msg(strncmp(asked + 7, "file:///", 8) == 0 ||
                          strncmp(asked + 7, "about:blank", 11) == 0,
                      "%.200s", asked);
    }
}

START_TEST(test_keys)
{
    char folder[40], path[80];
    ag_graph *g = ag_graph_new();
    chromium *c = opened(folder, path, ready(g));
    ag_graph_free(g);
    if (c == NULL) {
        return;
    }
    expect(c, PLACE, "0 of 14");
    expect(c, SHOWN("tbody tr"), "0");
    chromium_key(c, "ArrowRight", "");
    expect(c, PLACE, "1 of 14");
    expect(c, SHOWN("tbody tr"), "1");
    chromium_key(c, " ", " ");
    chromium_key(c, "PageDown", "");
    expect(c, PLACE, "3 of 14");
    expect(c, SHOWN("tbody tr"), "3");
    expect(c, "location.hash", "#step=3");
    expect(c, "document.getElementById('now').textContent.replace(/\\\\s+/g, ' ')",
           "2b=exp(a)54.60\\u2202b\\u2202a=exp(a)= 54.60 ");
    chromium_key(c, "ArrowLeft", "");
    expect(c, PLACE, "2 of 14");
    chromium_key(c, "End", "");
    expect(c, PLACE, "14 of 14");
    expect(c, SHOWN("tbody tr"), "14");
    expect(c, SHOWN("g.fragment:not(.current-visible)"), "14");
    expect(c, SHOWN("g.current-visible"), "1");
    chromium_key(c, "ArrowRight", "");
    expect(c, PLACE, "14 of 14");
    chromium_key(c, "Home", "");
    chromium_key(c, "ArrowLeft", "");
    expect(c, PLACE, "0 of 14");
    expect(c, "(document.getElementById('next').click(), " PLACE ")", "1 of 14");
    expect(c, "(location.hash = '#step=9', 1)", "1");
    chromium_sleep(300);
    expect(c, PLACE, "9 of 14");
    check_quiet(c);
    chromium_open(c, path, "#step=11");
    expect(c, PLACE, "11 of 14");
    closed(c, folder);
}
END_TEST

START_TEST(test_answers)
{
    char folder[40], path[80];
    ag_graph *g = ag_graph_new();
    chromium *c = opened(folder, path, ready(g));
    ag_graph_free(g);
    if (c == NULL) {
        return;
    }
    chromium_key(c, "End", "");
    expect(c, SHOWN(".answer math") " > 20", "true");
    chromium_key(c, "h", "h");
    expect(c, "document.getElementById('hide').checked", "true");
    expect(c, SHOWN(".answer math"), "0");
    expect(c, SHOWN("figure .fragment text"), "0");
    expect(c, SHOWN("tbody tr"), "14");
    chromium_key(c, "Enter", "\\r");
    expect(c, SHOWN("tr.now .answer math") " > 0", "true");
    expect(c, SHOWN("#now .answer math") " > 0", "true");
    expect(c, SHOWN("tr:not(.now) .answer math"), "0");
    chromium_key(c, "h", "h");
    expect(c, SHOWN(".answer math") " > 20", "true");
    check_quiet(c);
    closed(c, folder);
}
END_TEST

START_TEST(test_looks)
{
    char folder[40], path[80];
    ag_graph *g = ag_graph_new();
    chromium *c = opened(folder, path, ready(g));
    ag_graph_free(g);
    if (c == NULL) {
        return;
    }
#define PAPER "getComputedStyle(document.body).backgroundColor"
#define FIGURE "getComputedStyle(document.querySelector('svg > rect')).fill"
    expect(c, PAPER, "rgb(255, 255, 255)");
    chromium_must(c, "Emulation.setEmulatedMedia",
                  "\"features\":[{\"name\":\"prefers-color-scheme\",\"value\":\"dark\"}]");
    expect(c, PAPER, "rgb(22, 24, 28)");
    expect(c, FIGURE, "rgb(22, 24, 28)");
    chromium_must(c, "Emulation.setEmulatedMedia", "\"media\":\"print\"");
    expect(c, PAPER, "rgb(255, 255, 255)");
    expect(c, SHOWN("tbody tr"), "14");
    expect(c, SHOWN("g.fragment:not(.current-visible)"), "14");
    expect(c, SHOWN("g.current-visible"), "0");
    expect(c, "getComputedStyle(document.querySelector('nav')).display", "none");
    check_quiet(c);
    closed(c, folder);
}
END_TEST

/* What a name might do if it were not text: the policy forbids it, too. */
START_TEST(test_nothing_runs)
{
    char folder[40], path[80];
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_name(ag_variable(g, 2.0), "</script><script>document.title='bad'</script>");
    ag_tensor *f = ag_name(ag_exp(x), "<img src=x onerror=alert(1)>");
    chromium *c = opened(folder, path, f);
    ag_graph_free(g);
    if (c == NULL) {
        return;
    }
    expect(c, "document.title", "<img src=x onerror=alert(1)>, step by step");
    expect(c, "document.images.length", "0");
    expect(c, "document.scripts.length", "1");
    check_quiet(c);
    expect(c,
           "(document.addEventListener('securitypolicyviolation', function (e) { "
           "document.title = e.effectiveDirective; }), new Image().src = 'http://127.0.0.1:9/x')",
           "http://127.0.0.1:9/x");
    chromium_sleep(300);
    expect(c, "document.title", "img-src");
    closed(c, folder);
}
END_TEST

CHECK_MAIN("stepper", test_contents, test_hostile_names, test_tensors, test_hash, test_contrasts,
           test_keys, test_answers, test_looks, test_nothing_runs)
