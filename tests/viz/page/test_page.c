/* The page, as a student uses it in Chromium: keys, sliders, views. AG_PAGE is its path, which
 * tests/build/test_page.sh sets when it has built it; without it, or without Chromium, nothing is
 * opened, and that is said.
 */
#define CHECK_SECONDS 300
#include <stdlib.h>

#include "check_main.h"
#include "tests/viz/stepper/chromium.h"
#include "tests/viz/text.h"

static void expect(chromium *c, const char *expression, const char *wanted)
{
    const char *got = chromium_text(c, expression);
    ck_assert_msg(strcmp(got, wanted) == 0, "%s is %s, not %s", expression, got, wanted);
}

/* As the page shows what has been typed at once, but sets the address when the keys rest. */
static void await(chromium *c, const char *expression)
{
    for (int i = 0; i < 300; i++) {
        if (strcmp(chromium_text(c, expression), "true") == 0) {
            return;
        }
        chromium_sleep(20);
    }
    ck_abort_msg("%s did not come true", expression);
}

static chromium *opened(const char *fragment)
{
    const char *path = getenv("AG_PAGE");
    chromium *c = path != NULL ? chromium_start() : NULL;
    if (c == NULL) {
        printf("%s: the page was not opened\n",
               path != NULL ? "Chromium is not installed" : "AG_PAGE is not set");
        return NULL;
    }
    chromium_open(c, path, fragment);
    await(c, "document.documentElement.dataset.ready === 'yes'");
    return c;
}

/* It asked for itself and nothing else, and there is no word on the console. */
static void closed(chromium *c)
{
    ck_has_not(c->events, "Runtime.exceptionThrown");
    ck_has_not(c->events, "Runtime.consoleAPICalled");
    ck_has_not(c->events, "Log.entryAdded");
    for (const char *at = c->events; (at = strstr(at, "\"url\":\"")) != NULL; at++) {
        ck_assert_msg(strncmp(at + 7, "file:///", 8) == 0 || strncmp(at + 7, "about:", 6) == 0 ||
                          strncmp(at + 7, "blob:", 5) == 0 || strncmp(at + 7, "\"", 1) == 0 ||
                          strncmp(at + 7, "wasm:", 5) == 0,
                      "%.200s", at);
    }
    chromium_end(c);
}

static void type(chromium *c, const char *text)
{
    for (; *text != '\0'; text++) {
        char key[2] = {*text, '\0'};
        chromium_key(c, key, key);
    }
}

#define TEXT(id) "document.getElementById('" id "').textContent"
#define FOCUS(id) "(document.getElementById('" id "').focus(), document.activeElement.id)"

START_TEST(test_typing)
{
    chromium *c = opened("");
    if (c == NULL) {
        return;
    }
    expect(c, TEXT("trace") ".includes('= -45.72 × 4 = -182.9')", "true");
    expect(c, TEXT("figure") ".includes('-182.9')", "true");
    expect(c, TEXT("place"), "14 of 14");
    expect(c, FOCUS("value-x"), "value-x");
    chromium_key(c, "End", "");
    type(c, ".5");
    expect(c, TEXT("trace") ".includes('input             2.5')", "true");
    expect(c, TEXT("figure") ".includes('2.5')", "true");
    expect(c, TEXT("now") ".replace(/\\\\s+/g, ' ').includes('\xe2\x88\x82')", "true");
    await(c, "location.hash.includes('v=x%3D2.5')");
    await(c, TEXT("tables") ".includes('6.25')");
    closed(c);
}
END_TEST

START_TEST(test_slider)
{
    chromium *c = opened("#f=x*y&v=x%3D2&v=y%3D3");
    if (c == NULL) {
        return;
    }
    expect(c, TEXT("result") ".replace(/\\\\s/g, '').startsWith('f=6')", "true");
    expect(c,
           "(document.querySelector('#values input[type=range]').focus(), "
           "document.activeElement.getAttribute('aria-label'))",
           "x, slider");
    chromium_key(c, "End", "");
    expect(c, "document.getElementById('value-x').value", "5");
    expect(c, TEXT("trace") ".includes('input             5')", "true");
    expect(c, TEXT("result") ".replace(/\\\\s/g, '').startsWith('f=15')", "true");
    chromium_key(c, "ArrowLeft", "");
    expect(c, "document.getElementById('value-x').value", "4.9");
    closed(c);
}
END_TEST

START_TEST(test_errors)
{
    chromium *c = opened("#f=x*y&v=x%3D2&v=y%3D3");
    if (c == NULL) {
        return;
    }
    expect(c,
           "(document.getElementById('program').focus(), "
           "document.getElementById('program').setSelectionRange(9, 9), 1)",
           "1");
    type(c, " 2 3");
    expect(c, "document.getElementById('error').hidden", "false");
    expect(c, TEXT("error") ".includes('\\\\n  x*y 2 3\\\\n      ^\\\\n')", "true");
    expect(c, TEXT("figure") ".includes('6')", "true"); /* the last good picture */
    expect(c, "document.getElementById('program').getAttribute('aria-invalid')", "true");
    closed(c);
}
END_TEST

CHECK_MAIN("page", test_typing, test_slider, test_errors)
