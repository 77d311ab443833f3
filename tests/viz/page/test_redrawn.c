/* The page writes only what differs at a key: what then is shown is what a page shows that begins
 * with the same program.
 */
#define CHECK_SECONDS 300
#include <stdlib.h>

#include "check_main.h"
#include "opened.h"

/* All that is shown of a program, as a number; whatever the order of attributes. */
#define SHOWN                                                                                      \
    "(() => { dispatchEvent(new Event('beforeprint')); "                                           \
    "const all = (n) => n.nodeType === 3 ? n.data : n.nodeName + [...n.attributes].map((a) => "    \
    "a.name + a.value.split(' ').sort()).filter((a) => a !== 'class').sort() + '(' + "             \
    "[...n.childNodes].map(all) + ')'; let hash = 0; "                                             \
    "const text = [...'result figure place now tables trace'.split(' ')].map("                     \
    "(id) => all(document.getElementById(id))).join(); "                                           \
    "for (const c of text) hash = (31 * hash + c.codePointAt(0)) % 4294967291; "                   \
    "return text.length + ' ' + hash; })()"
#define EDIT_BYTES 2000
#define EDIT                                                                                       \
    "(([f, v, style]) => { const set = (id, to) => { const e = document.getElementById(id); "      \
    "if (e && e.value !== to) { e.value = to; e.dispatchEvent(new Event('input')); } }; "          \
    "set('program', decodeURIComponent(f)); set('value-x', v); set('style', style); "              \
    "document.getElementById('last').click(); return " SHOWN "; })("

static void edit(char text[EDIT_BYTES], const char *const state[3])
{
    snprintf(text, EDIT_BYTES, "%s['%s', '%s', '%s'])", EDIT, state[0], state[1], state[2]);
}

/* What an edit leaves is what a page shows that begins with the same program, to the last tag: where
 * numbers differ, signs, the number of nodes, the figure, and after an error. */
START_TEST(test_redrawn)
{
    static const char *const state[][3] = {{"a=x%5E2%3Bsin(a)*a", "2", "full"},
                                           {"a=x%5E2%3Bsin(a)*a", "2.5", "full"},
                                           {"a=x%5E2%3Bsin(a)*a", "-0.01", "full"},
                                           {"a=x%5E2%3Bsin(a)*a%2B1", "2", "full"},
                                           {"a=x%5E2%3Bsin(a)", "2", "full"},
                                           {"a=x%5E2%3Bsin(a)", "2", "circuit"},
                                           {"x%2Bw%3E0", "3", "full"},
                                           {"x@[1,2]%2Bsum(x)", "[3,4]", "full"},
                                           {"b3=x*y1%3Bb3%2Bb3*x", "2", "compact"},
                                           {"a=x%5E2%3Bsin(a)*a", "2", "full"}};
    enum { STATES = sizeof state / sizeof state[0] };
    char *fresh[STATES], text[EDIT_BYTES], address[200];
    chromium *c = NULL;
    for (int i = 0; i < STATES; i++) {
        snprintf(address, sizeof address, "#f=%s&v=x%%3D%s&style=%s", state[i][0], state[i][1],
                 state[i][2]);
        c = opened(address);
        if (c == NULL) {
            return;
        }
        fresh[i] = strdup(chromium_text(c, SHOWN));
        if (i + 1 < STATES) {
            closed(c);
        }
    }
    for (int i = 0; i < STATES; i++) {
        edit(text, state[i]);
        expect(c, text, fresh[i]);
        expect(c, EDIT "['x%2B(', '2', 'full']) && 1", "1");
    }
    expect(c, "document.querySelector('#figure text').lastChild.textContent = '?'", "?");
    edit(text, state[0]);
    ck_assert_str_ne(chromium_text(c, text), fresh[0]);
    closed(c);
    for (int i = 0; i < STATES; i++) {
        free(fresh[i]);
    }
}
END_TEST

CHECK_MAIN("redrawn", test_redrawn)
