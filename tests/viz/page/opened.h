/* What the tests of the page share: the page in Chromium. AG_PAGE is its path, which
 * tests/build/test_page.sh sets when it has built it; without it, or without Chromium, nothing is
 * opened, and that is said.
 */
#ifndef TESTS_VIZ_OPENED_H
#define TESTS_VIZ_OPENED_H

#include <stdlib.h>

#include "tests/viz/stepper/chromium.h"
#include "tests/viz/text.h"

/* As the page shows what has been typed at once, but sets the address when the keys rest. */
static inline void await(chromium *c, const char *expression)
{
    for (int i = 0; i < 3000; i++) {
        if (strcmp(chromium_text(c, expression), "true") == 0) {
            return;
        }
        chromium_sleep(20);
    }
    ck_abort_msg("%s did not come true", expression);
}

static inline chromium *opened(const char *fragment)
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
static inline void closed(chromium *c)
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

#endif
