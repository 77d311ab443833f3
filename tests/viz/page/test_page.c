/* The page, as a student uses it in Chromium: keys, sliders, views. */
#define CHECK_SECONDS 300
#include <stdlib.h>

#include "check_main.h"
#include "opened.h"

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
    await(c, TEXT("trace") ".includes('= -45.72 × 4 = -182.9')");
    expect(c, TEXT("figure") ".includes('-182.9')", "true");
    expect(c, TEXT("place"), "14 of 14");
    expect(c, FOCUS("value-x"), "value-x");
    chromium_key(c, "End", "");
    type(c, ".5");
    await(c, TEXT("trace") ".includes('input             2.5')");
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
    await(c, TEXT("trace") ".includes('input             5')");
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

/* The mistake is told, and no answer stands in the page until it is asked for. */
START_TEST(test_worksheet)
{
    chromium *c = opened("#f=sqrt(x%5E3)%2Bcos(x)&v=x%3D2&tab=worksheet");
    if (c == NULL) {
        return;
    }
    expect(c, "document.querySelectorAll('#sheet input').length > 8", "true");
    expect(c, "document.querySelector('main').innerText.includes('2.828')", "false");
    expect(c, "document.querySelector('main').textContent.includes('2.828')", "false");
    expect(c,
           "(document.querySelector('#sheet input').focus(), "
           "document.activeElement.getAttribute('aria-label').slice(0, 8))",
           "Blank 1:");
    type(c, "-8");
    chromium_key(c, "Enter", "\\r");
    expect(c, TEXT("verdicts") ".includes('the sign is wrong')", "true");
    expect(c, TEXT("verdicts") ".includes('answer is')", "false");
    expect(c, "document.querySelector('#sheet input').className", "wrong");
    expect(c,
           "(document.querySelector('#sheet input').value = '8', "
           "document.getElementById('diagnose').click(), "
           "document.querySelector('#sheet input').className)",
           "right");
    expect(c, "(document.getElementById('key').click(), " TEXT("solution") ".includes('2.828'))",
           "true");
    expect(c, FOCUS("written"), "written");
    type(c, "2 * 3 = 7");
    expect(c, TEXT("checked") ".includes('1 wrong')", "true");
    closed(c);
}
END_TEST

#define LOSS "Number(document.getElementById('loss').textContent)"

START_TEST(test_training)
{
    chromium *c = opened("#tab=train&data=circles&layers=4");
    if (c == NULL) {
        return;
    }
    expect(c, LOSS " > 0.5", "true");
    expect(c, "(document.getElementById('play').focus(), document.activeElement.textContent)",
           "Play");
    chromium_key(c, "Enter", "\\r");
    await(c, "Number(document.getElementById('epochs').textContent) >= 40");
    chromium_key(c, "Enter", "\\r");
    expect(c, TEXT("play"), "Play");
    expect(c, LOSS " < 0.2", "true");
    expect(c, "document.querySelectorAll('#weights table').length", "2");
    expect(c, "document.querySelectorAll('#weights td').length", "17");   /* 4 (2 + 1) + 4 + 1 */
    expect(c, "document.querySelectorAll('#network path').length", "12"); /* 4 * 2 + 4 */
    expect(c, "document.querySelectorAll('#network circle').length", "7");
    expect(c, "(document.getElementById('sample').click(), 1)", "1");
    await(c, TEXT("trace") ".includes('σ(z)')");
    expect(c, TEXT("trace") ".includes('tanh(')", "true");
    expect(c, TEXT("error"), "");
    expect(c, "(location.hash = '#tab=train&layers=4&optimizer=sgd', 1)", "1");
    await(c, TEXT("train-error") " === ''");
    expect(c,
           "(e => { e.append(new Option('1e308')); e.value = '1e308';"
           " e.dispatchEvent(new Event('change')); document.getElementById('epoch').click();"
           " document.getElementById('epoch').click(); return 1; })("
           "document.getElementById('speed'))",
           "1");
    await(c, TEXT("train-error") ".startsWith('The loss is no number')");
    closed(c);
}
END_TEST

/* Color on the nearest background that is no transparent one, by WCAG 2.1; the worst of a view. */
#define WORST                                                                                      \
    "(() => { const rgb = (t) => t.match(/[0-9.]+/g).map(Number); "                                \
    "const part = (v) => v / 255 <= 0.03928 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** "   \
    "2.4; const light = ([r, g, b]) => 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b); "   \
    "let worst = 99; for (const e of document.querySelectorAll('body *')) { "                      \
    "if (e.closest('svg, math, [hidden], script, style, option, canvas') || !e.checkVisibility() " \
    "|| !e.innerText || !e.innerText.trim() || e.disabled) continue; let on = e; "                 \
    "while (on && (rgb(getComputedStyle(on).backgroundColor)[3] === 0)) on = on.parentElement; "   \
    "const a = light(rgb(getComputedStyle(e).color)), "                                            \
    "b = light(rgb(getComputedStyle(on || document.body).backgroundColor)); "                      \
    "worst = Math.min(worst, (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)); } "               \
    "return worst >= 4.5 ? true : worst; })()"
#define TAB(name) "(document.getElementById('tab-" name "').click(), 1)"
/* Where a page is wider, a phone shows it smaller, and innerWidth grows. */
#define NARROW                                                                                     \
    "document.documentElement.scrollWidth <= 360 && innerWidth <= 360 ? true : innerWidth"

START_TEST(test_looks)
{
    static const char *const tabs[] = {TAB("derive"), TAB("worksheet"), TAB("train")};
    chromium *c = opened("");
    if (c == NULL) {
        return;
    }
    for (int dark = 0; dark < 2; dark++) {
        for (int i = 0; i < 3; i++) {
            expect(c, tabs[i], "1");
            chromium_sleep(300);
            expect(c, WORST, "true");
        }
        chromium_must(c, "Emulation.setEmulatedMedia",
                      "\"features\":[{\"name\":\"prefers-color-scheme\",\"value\":\"dark\"}]");
    }
    chromium_must(c, "Emulation.setDeviceMetricsOverride",
                  "\"width\":360,\"height\":740,\"deviceScaleFactor\":1,\"mobile\":true");
    for (int i = 0; i < 3; i++) {
        expect(c, tabs[i], "1");
        chromium_sleep(300);
        expect(c, NARROW, "true");
    }
    closed(c);
}
END_TEST

/* Anybody can write an address: what is in it stays text, and what makes no sense is passed over. */
START_TEST(test_address)
{
    chromium *c =
        opened("#f=x*y%2B1&v=x%3D2&v=y%3D3&step=%3Ci%3E&style=none&tab=none&digits=6&z=1");
    if (c == NULL) {
        return;
    }
    expect(c, TEXT("place"), "8 of 8");
    await(c, TEXT("trace") ".includes(' v1 + 1 ')");
    expect(c, "document.getElementById('derive').hidden", "false");
    expect(c, "(location.hash = '#step=3&f=%3Cimg+src%3Dx+onerror%3Dalert(1)%3E&v=%3Cb%3E%3D2', 1)",
           "1");
    await(c, TEXT("error") ".includes('<img src=x')");
    expect(c, "document.images.length", "0");
    expect(c, "(location.hash = '#step=3&f=x*x&v=x%3D3', 1)", "1");
    await(c, TEXT("place") " === '3 of 4'");
    expect(c, "document.getElementById('value-x').value", "3");
    closed(c);
}
END_TEST

#define SET(id, value)                                                                             \
    "(e => { e.value = '" value "'; e.dispatchEvent(new Event('input')); return 1; })("            \
    "document.getElementById('" id "'))"

/* Boxes that compare follow the values; what the command says of its options is said of the page's
 * fields; an operation that the page leaves out is no unknown word. */
START_TEST(test_boxes)
{
    chromium *c = opened("#f=x%5E2&v=x%3D2&open=change-box&to=x%3D3");
    if (c == NULL) {
        return;
    }
    await(c, TEXT("change") ".includes('x     2       3      1         4         6      2')");
    expect(c, SET("value-x", "1"), "1");
    await(c, TEXT("change") ".includes('x     1       3      2         2         6      4')");
    expect(c, SET("to", "y=3"), "1");
    await(c, TEXT("change") ".startsWith('Compare with: y=3: name variables')");
    expect(c, "document.getElementById('descent-box').open = true", "true");
    expect(c, SET("rate", "0"), "1");
    await(c, TEXT("descent") ".startsWith('Learning rate: a number above 0')");
    expect(c, SET("digits", "0"), "1");
    expect(c, TEXT("error"), "Digits: a whole number from 1 to 17 is expected");
    expect(c, SET("program", "conv2d(x)"), "1");
    expect(c, TEXT("error") ".startsWith('conv2d is not on this page')", "true");
    expect(c, SET("program", "conv9d(x)"), "1");
    expect(c, TEXT("error") ".startsWith('there is no operation conv9d')", "true");
    closed(c);
}
END_TEST

#define END(which, value)                                                                          \
    "(e => { e.value = '" value "'; e.dispatchEvent(new Event('change')); return e.value; })("     \
    "document.querySelector('#values .end." which "'))"

/* A name that every object of JavaScript has; ends of a slider that leave the value out, or none; a
 * formula of thousands of steps; a network that is refused, and one whose weights
 * overflow. */
START_TEST(test_extremes)
{
    chromium *c = opened("#f=constructor%5E2&v=constructor%3D3&open=none");
    if (c == NULL) {
        return;
    }
    expect(c, TEXT("error"), "");
    expect(c, TEXT("result") ".includes('= 6')", "true");
    expect(c, END("high", "0"), "5");
    expect(c, END("high", ""), "5");
    expect(c, END("low", "7"), "-5");
    expect(c, "(location.hash = '#v=x%3D2&f=' + '-'.repeat(8000) + 'x', 1)", "1");
    await(c, TEXT("figure") ".startsWith('So many steps')");
    expect(c, "(location.hash = '#tab=train&layers=10', 1)", "1");
    await(c, TEXT("train-error") ".startsWith('layers')");
    expect(c,
           "(document.getElementById('sample').click(), document.getElementById('train').hidden)",
           "false");
    closed(c);
}
END_TEST

/* Tab alone reaches every control that is shown, each with a name and a ring around it. */
START_TEST(test_keyboard)
{
    chromium *c = opened("");
    if (c == NULL) {
        return;
    }
    expect(c, FOCUS("tab-derive"), "tab-derive");
    chromium_key(c, "ArrowRight", "");
    expect(c, "document.activeElement.id", "tab-worksheet");
    expect(c, "document.getElementById('worksheet').hidden", "false");
    chromium_key(c, "ArrowLeft", "");
    expect(c, "document.getElementById('derive').hidden", "false");
    expect(c,
           "Array.from(document.querySelectorAll('button, input, select, textarea')).filter("
           "(e) => e.checkVisibility() && !e.textContent.trim() && !e.labels.length && "
           "!e.getAttribute('aria-label')).length",
           "0");
    expect(c,
           "(document.getElementById('figure').focus(), "
           "getComputedStyle(document.activeElement).outlineStyle)",
           "solid");
    chromium_key(c, "ArrowLeft", "");
    expect(c, TEXT("place"), "13 of 14");
    chromium_key(c, "Home", "");
    expect(c, TEXT("place"), "0 of 14");
    await(c, "location.hash.includes('step=0')");
    closed(c);
}
END_TEST

CHECK_MAIN("page", test_typing, test_slider, test_errors, test_worksheet, test_training, test_looks,
           test_address, test_boxes, test_extremes, test_keyboard)
