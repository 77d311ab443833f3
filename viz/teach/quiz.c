/* Questions for Moodle, one for each blank, as its XML and as GIFT. Each has the whole computation in
 * its text, so that it can be drawn alone; a long computation stands once, in a description before
 * them, since the text would grow with the square of its length. The right answer has a tolerance
 * of half a unit of its last digit; a number that one mistake gives alone has that mistake as feedback.
 * Must not know any operation.
 *
 * Sources: Moodle documentation, "Moodle XML format" (numerical questions) and "GIFT format" (numerical
 * questions with several answers, special characters).
 */
#include <math.h>
#include <string.h>

#include "teach.h"

#define MOST_REPEATED 40 /* nodes that each question lists */

/* --- what both ask for ------------------------------------------------------------------------ */

/* Writes all elements of a tensor, as [[1, 2], [3, 4]]. */
static void put_elements(viz__out *out, viz__record *r, size_t step)
{
    ag_status status = AG_OK;
    ag_shape shape = viz__shape_of(r, step);
    double *value = viz__elements(r, step, false, &status);
    for (int64_t i = 0; status == AG_OK && i < r->fact[step].size; i++) {
        int64_t block = r->fact[step].size; /* the elements of an axis and those behind it */
        viz__puts(out, i > 0 ? ", " : "");
        for (int k = 0; k < shape.ndim; block /= shape.dim[k++]) {
            viz__puts(out, i % block == 0 ? "[" : "");
        }
        viz__exact(out, value[i]);
        for (int k = shape.ndim; k-- > 0;) {
            block *= shape.dim[k];
            viz__puts(out, (i + 1) % block == 0 ? "]" : "");
        }
    }
    viz__fail(out, status);
    viz__elements_free(r, step, value);
}

/* Writes the nodes up to the last: "x = 2; a = x^2; f = sin(a)". */
static void put_definitions(viz__out *out, viz__record *r, size_t last)
{
    const char *between = "";
    for (size_t i = 0; i <= last; i++) {
        if (viz__is_shown(r, i)) {
            viz__print(out, "%s%s = ", between, viz__name(r, i));
            if (viz__is_leaf(r, i)) {
                put_elements(out, r, i);
            } else {
                viz__formula(out, r, i);
            }
            between = "; ";
        }
    }
}

static bool is_long(const viz__record *r)
{
    return r->n > MOST_REPEATED;
}

static void put_question(viz__out *out, viz__record *r, const viz__blank *b)
{
    if (is_long(r)) {
        viz__puts(out, "In the computation before these questions");
    } else {
        put_definitions(out, r, b->asked == VIZ__VALUE ? b->step : viz__root(r));
    }
    viz__puts(out, is_long(r) ? ", what is " : ". What is ");
    viz__blank_name(out, r, b);
    viz__print(out, "? Give %d significant digits.", r->digits);
}

static double tolerance_of(const viz__record *r, double answer)
{
    double half = viz__half_unit(answer, r->digits);
    return half > 0 ? half : 0.5 * pow(10, -r->digits);
}

/* Is the number given by this mistake alone, and is it not right? */
static bool is_telling(const viz__wrong *wrong, size_t n, size_t i, const viz__record *r,
                       double answer)
{
    double room = tolerance_of(r, wrong[i].value);
    if (fabs(wrong[i].value - answer) <= 2 * (room + tolerance_of(r, answer))) {
        return false;
    }
    for (size_t k = 0; k < n; k++) {
        if (k != i && fabs(wrong[k].value - wrong[i].value) <= 2 * room) {
            return false;
        }
    }
    return true;
}

/* Calls `put` for the right answer, with a NULL feedback, and each telling wrong one. */
typedef void (*put_answer)(viz__out *out, double value, double tolerance, const char *feedback);

static void each_answer(viz__out *out, viz__record *r, const viz__blank *b, put_answer put)
{
    const viz__factors key = {r, viz__key_factor, NULL};
    viz__wrong wrong[VIZ__MOST_WRONG];
    size_t n = viz__mistakes(&key, b, wrong);
    viz__out feedback = viz__to_text(r->graph);
    put(out, b->answer, tolerance_of(r, b->answer), NULL);
    for (size_t i = 0; i < n; i++) {
        if (is_telling(wrong, n, i, r, b->answer)) {
            viz__cut(&feedback, 0);
            viz__mistake_put(&feedback, r, b, wrong[i].mistake, wrong[i].through);
            put(out, wrong[i].value, tolerance_of(r, wrong[i].value), viz__text(&feedback));
        }
    }
    viz__fail(out, feedback.status);
    viz__out_free(&feedback);
}

/* Goes on to the next blank; a question has no answer that is not finite. */
static bool next_blank(const viz__record *r, size_t *at, viz__blank *b)
{
    for (; *at < viz__blank_places(r); ++*at) {
        if (viz__blank_at(r, *at, b) && isfinite(b->answer)) {
            ++*at;
            return true;
        }
    }
    return false;
}

/* --- Moodle XML ------------------------------------------------------------------------------- */

static void put_xml_answer(viz__out *out, double value, double tolerance, const char *feedback)
{
    viz__print(out, "    <answer fraction=\"%s\" format=\"moodle_auto_format\">\n      <text>",
               feedback == NULL ? "100" : "0");
    viz__exact(out, value);
    viz__puts(out, "</text>\n      <feedback format=\"html\"><text>");
    viz__xml(out, feedback != NULL ? feedback : "");
    viz__puts(out, "</text></feedback>\n      <tolerance>");
    viz__number(out, tolerance, 3);
    viz__puts(out, "</tolerance>\n    </answer>\n");
}

/* The text of a question is HTML within XML, so it is escaped twice. */
static void put_xml_question(viz__out *out, viz__record *r, const viz__blank *b, size_t number)
{
    viz__out text = viz__to_text(r->graph), html = viz__to_text(r->graph);
    viz__print(out, "  <question type=\"numerical\">\n    <name><text>(%zu) ", number);
    viz__blank_name(&text, r, b);
    viz__xml(out, viz__text(&text));
    viz__puts(out, "</text></name>\n    <questiontext format=\"html\"><text>");
    viz__cut(&text, 0);
    put_question(&text, r, b);
    viz__xml(&html, viz__text(&text));
    viz__xml(out, viz__text(&html));
    viz__puts(out, "</text></questiontext>\n    <defaultgrade>1</defaultgrade>\n"
                   "    <penalty>0.3333333</penalty>\n    <hidden>0</hidden>\n");
    each_answer(out, r, b, put_xml_answer);
    viz__puts(out, "    <unitgradingtype>0</unitgradingtype>\n    <unitpenalty>0.1</unitpenalty>\n"
                   "    <showunits>3</showunits>\n    <unitsleft>0</unitsleft>\n  </question>\n");
    viz__fail(out, text.status);
    viz__fail(out, html.status);
    viz__out_free(&text);
    viz__out_free(&html);
}

/* A description is no question, and shows its text in a quiz. */
static void put_xml_description(viz__out *out, viz__record *r)
{
    viz__out text = viz__to_text(r->graph), html = viz__to_text(r->graph);
    put_definitions(&text, r, viz__root(r));
    viz__puts(out,
              "  <question type=\"description\">\n    <name><text>The computation</text></name>\n"
              "    <questiontext format=\"html\"><text>");
    viz__xml(&html, viz__text(&text));
    viz__xml(out, viz__text(&html));
    viz__puts(out, "</text></questiontext>\n  </question>\n");
    viz__fail(out, text.status);
    viz__fail(out, html.status);
    viz__out_free(&text);
    viz__out_free(&html);
}

void viz__moodle_draw(viz__out *out, viz__record *r)
{
    viz__blank b;
    size_t number = 0;
    viz__puts(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<quiz>\n");
    if (is_long(r)) {
        put_xml_description(out, r);
    }
    for (size_t at = 0; next_blank(r, &at, &b) && out->status == AG_OK;) {
        number = viz__blank_number(r, b.asked, b.step, b.at);
        put_xml_question(out, r, &b, number);
    }
    viz__puts(out, "</quiz>\n");
}

/* --- GIFT ------------------------------------------------------------------------------------- */

/* Moodle reads \n as a line break and cannot be told otherwise, so a backslash is another sign that
 * looks the same. */
static void put_gift_text(viz__out *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '\\') {
            viz__puts(out, "\xE2\x88\x96");
            continue;
        }
        viz__puts(out, strchr("~=#{}:", *text) != NULL ? "\\" : "");
        viz__put(out, text, 1);
    }
}

static void put_gift_answer(viz__out *out, double value, double tolerance, const char *feedback)
{
    viz__puts(out, feedback == NULL ? "=" : "=%0%");
    viz__exact(out, value);
    viz__puts(out, ":");
    viz__number(out, tolerance, 3);
    if (feedback != NULL) {
        viz__puts(out, "#");
        put_gift_text(out, feedback);
    }
    viz__puts(out, "\n");
}

void viz__gift_draw(viz__out *out, viz__record *r)
{
    viz__blank b;
    viz__out text = viz__to_text(r->graph);
    if (is_long(r)) { /* without answers it is a description */
        viz__puts(out, "::The computation::[plain]");
        put_definitions(&text, r, viz__root(r));
        put_gift_text(out, viz__text(&text));
        viz__puts(out, "\n\n");
    }
    for (size_t at = 0; next_blank(r, &at, &b) && out->status == AG_OK;) {
        viz__print(out, "::(%zu) ", viz__blank_number(r, b.asked, b.step, b.at));
        viz__cut(&text, 0);
        viz__blank_name(&text, r, &b);
        put_gift_text(out, viz__text(&text));
        viz__puts(out, "::[plain]");
        viz__cut(&text, 0);
        put_question(&text, r, &b);
        put_gift_text(out, viz__text(&text));
        viz__puts(out, "{#\n");
        each_answer(out, r, &b, put_gift_answer);
        viz__puts(out, "}\n\n");
    }
    viz__fail(out, text.status);
    viz__out_free(&text);
}
