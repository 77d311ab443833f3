/* The stepper's page in Chromium, where it is installed: keys, answers, worksheets, the dark look, paper,
 * and that it asks for nothing and complains of nothing.
 */
#define CHECK_SECONDS 300
#include "tests/viz/text.h"

#include "check_main.h"
#include "tests/viz/folder.h"
#include "tests/viz/stepper/chromium.h"
#include "tests/viz/stepper/page.h"

#define PLACE "document.getElementById('place').textContent"
#define SHOWN(what)                                                                                \
    "Array.from(document.querySelectorAll('" what "')).filter("                                    \
    "function (e) { return getComputedStyle(e).visibility === 'visible'; }).length"

/* A page of the lecture's function in a folder of its own, or NULL without a browser. */
static chromium *opened_sheet(char folder[40], char path[80], ag_tensor *root, viz_sheet sheet)
{
    chromium *c = chromium_start();
    if (c == NULL) {
        printf("Chromium is not installed: the page was not opened\n");
        return NULL;
    }
    enter_folder(folder);
    snprintf(path, 80, "%s/f.stepper.html", folder);
    ck_assert_int_eq(viz_save(path, root, &(viz_options){.sheet = sheet}), AG_OK);
    chromium_open(c, path, "");
    return c;
}

static chromium *opened(char folder[40], char path[80], ag_tensor *root)
{
    return opened_sheet(folder, path, root, VIZ_TRACE);
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

/* Who reads the source of a worksheet finds no answer; the page has them all, and hides them. */
START_TEST(test_worksheet)
{
    static const char *const answers[] = {"54.60",   "58.60",  "7.655",  "0.4606", "7.194",
                                          "0.06532", "0.8876", "0.8223", "45.72",  "182.9"};
    char folder[40], path[80];
    ag_graph *g = ag_graph_new();
    ag_tensor *f = ready(g);
    char *sheet = page(f, (viz_options){.sheet = VIZ_WORKSHEET});
    char *trace = page(f, (viz_options){.sheet = VIZ_TRACE});
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        ck_has(trace, answers[i]);
        ck_has_not(sheet, answers[i]);
    }
    free(sheet);
    free(trace);
    chromium *c = opened_sheet(folder, path, f, VIZ_WORKSHEET);
    ag_graph_free(g);
    if (c == NULL) {
        return;
    }
    expect(c, "document.getElementById('hide').checked", "true");
    expect(c, "document.querySelectorAll('figure svg').length", "1");
    chromium_key(c, "End", "");
    expect(c, PLACE, "14 of 14");
    expect(c, SHOWN("tbody tr"), "14");
    expect(c, SHOWN(".answer math"), "0");
    chromium_key(c, "h", "h");
    expect(c, SHOWN(".answer math") " > 20", "true");
    expect(c, "document.querySelector('tr:nth-child(3) .answer mn').textContent", "54.60");
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

CHECK_MAIN("browser", test_keys, test_answers, test_worksheet, test_looks, test_nothing_runs)
