/* Questions for Moodle, read back by two small readers of its formats, of which each knows nothing of
 * the writer: the XML is well-formed and has the elements that Moodle's importer asks of a numerical
 * question, GIFT's signs stand where they must, and both ask for the blanks of the key, with its
 * answers, tolerances and feedback; also where names have any bytes.
 *
 * Source: Moodle documentation, "Moodle XML format" and "GIFT format".
 */
#include "tests/viz/text.h"

#include <autograd/viz_teach.h>
#include <math.h>

#include "check_main.h"
#include "random_graph.h"
#include "tests/viz/hostile.h"
#include "tests/viz/xml.h"

enum { MOST = 600, ANSWERS = 100 };

typedef struct question {
    size_t blank;
    size_t n; /* answers; the first one is right */
    double value[ANSWERS], tolerance[ANSWERS];
    bool feedback[ANSWERS];
} question;

typedef struct quiz {
    question of[MOST];
    size_t n;
} quiz;

static void add(question *q, double value, double tolerance, bool feedback)
{
    ck_assert_uint_lt(q->n, ANSWERS);
    q->value[q->n] = value;
    q->tolerance[q->n] = tolerance;
    q->feedback[q->n++] = feedback;
}

/* --- readers ---------------------------------------------------------------------------------- */

/* Goes behind a text that must come before `end`. */
static const char *behind(const char *at, const char *text, const char *end)
{
    const char *found = strstr(at, text);
    ck_assert_msg(found != NULL && found < end, "no %s in %.200s", text, at);
    return found + strlen(text);
}

static double number_at(const char *at, const char *stop)
{
    char *end;
    double value = strtod(at, &end);
    ck_assert_msg(end > at && strncmp(end, stop, strlen(stop)) == 0, "no number: %.40s", at);
    return value;
}

static void read_xml_question(const char *at, const char *end, question *q)
{
    at = behind(at, "<name><text>(", end);
    q->blank = (size_t)number_at(at, ") ");
    at = behind(at, "<questiontext format=\"html\"><text>", end);
    at = behind(at, "? Give ", end);
    at = behind(at, "<defaultgrade>1</defaultgrade>", end);
    for (const char *a; (a = strstr(at, "<answer fraction=\"")) != NULL && a < end;) {
        bool right = strncmp(a + 18, "100\"", 4) == 0;
        ck_assert(right == (q->n == 0) && (right || strncmp(a + 18, "0\"", 2) == 0));
        at = behind(a, "</answer>", end);
        double value = number_at(behind(a, "<text>", at), "</text>");
        const char *words = behind(a, "<feedback format=\"html\"><text>", at);
        add(q, value, number_at(behind(a, "<tolerance>", at), "</tolerance>"), words[0] != '<');
    }
}

static void read_xml(const char *text, quiz *all)
{
    const char *head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
    ck_assert_int_eq(strncmp(text, head, strlen(head)), 0);
    ck_assert_ptr_null(xml_fault(text + strlen(head)));
    ck_assert_int_eq(strncmp(text + strlen(head), "<quiz>", 6), 0);
    const char *at = text, *told = strstr(text, "<question type=\"description\">");
    if (told != NULL) { /* the first one */
        at = behind(told, "</question>", told + strlen(told));
        ck_assert_ptr_eq(strstr(text, "<question "), told);
    }
    while ((at = strstr(at, "<question ")) != NULL) {
        ck_assert_int_eq(strncmp(at, "<question type=\"numerical\">", 27), 0);
        const char *end = behind(at, "</question>", at + strlen(at));
        ck_assert_uint_lt(all->n, MOST);
        read_xml_question(at, end, &all->of[all->n++]);
        at = end;
    }
}

/* The next of these signs that has no backslash before it; a backslash hides a sign and nothing else. */
static const char *next_sign(const char *at, const char *signs)
{
    for (; *at != '\0' && strchr(signs, *at) == NULL; at++) {
        if (*at == '\\') {
            ck_assert_msg(at[1] != '\0' && strchr("~=#{}:", at[1]) != NULL, "%.40s", at);
            at++;
        }
    }
    return at;
}

static const char *read_gift_answer(const char *at, question *q)
{
    bool wrong = strncmp(at, "=%0%", 4) == 0;
    ck_assert(*at == '=' && wrong == (q->n > 0));
    at += wrong ? 4 : 1;
    const char *tolerance = next_sign(at, ":");
    double value = number_at(at, ":");
    const char *end = next_sign(tolerance + 1, "#=~}\n");
    add(q, value, number_at(tolerance + 1, *end == '#' ? "#" : "\n"), *end == '#');
    return next_sign(*end == '#' ? end + 1 : end, "=~}\n:#") + 1;
}

static void read_gift(const char *text, quiz *all)
{
    const char *at = text, *title = "::The computation::[plain]";
    if (strncmp(at, title, strlen(title)) == 0) {
        at = next_sign(at + strlen(title), "{}~=#:\n");
        ck_assert_msg(strncmp(at, "\n\n", 2) == 0, "%.40s", at);
        at += 2;
    }
    while (*at != '\0') {
        ck_assert_uint_lt(all->n, MOST);
        question *q = &all->of[all->n++];
        ck_assert_msg(strncmp(at, "::(", 3) == 0, "%.40s", at);
        q->blank = (size_t)number_at(at + 3, ") ");
        at = next_sign(at + 2, ":");
        ck_assert_msg(strncmp(at, "::[plain]", 9) == 0, "%.40s", at);
        at = next_sign(at + 9, "{}~=#:");
        ck_assert_msg(strncmp(at, "{#\n", 3) == 0, "%.40s", at);
        for (at += 3; *at != '}';) {
            at = read_gift_answer(at, q);
        }
        ck_assert_msg(strncmp(at, "}\n\n", 3) == 0, "%.40s", at);
        at += 3;
    }
}

/* --- what they must say ----------------------------------------------------------------------- */

static char *written_as(const ag_tensor *root, viz_format format, viz_sheet sheet)
{
    viz_options o = {.format = format, .sheet = sheet};
    char *text;
    ck_assert_int_eq(viz_string(root, &o, &text), AG_OK);
    return text;
}

static void check_question(const question *q, const viz_answer *key)
{
    ck_assert_uint_eq(q->blank, key->blank);
    ck_assert_uint_ge(q->n, 1);
    double unit = pow(10, floor(log10(fabs(q->value[0]) + (q->value[0] == 0))) - 3);
    ck_assert_double_eq_tol(q->tolerance[0], q->value[0] == 0 ? 5e-5 : unit / 2, 1e-9 * unit);
    ck_assert_double_eq_tol(q->value[0], key->value, 1.0001 * q->tolerance[0]);
    ck_assert(!q->feedback[0]);
    for (size_t i = 1; i < q->n; i++) {
        double apart = fabs(q->value[i] - q->value[0]);
        ck_assert(q->feedback[i] && apart > q->tolerance[i] + q->tolerance[0]);
    }
}

static size_t check(const ag_tensor *root)
{
    static viz_answer key[MOST];
    quiz *xml = calloc(2, sizeof *xml), *gift = xml + 1;
    size_t n, answers = 0;
    char *moodle = written_as(root, VIZ_MOODLE, VIZ_TRACE), *other;
    read_xml(moodle, xml);
    read_gift(other = written_as(root, VIZ_GIFT, VIZ_TRACE), gift);
    viz_free(other);
    other = written_as(root, VIZ_TEXT, VIZ_KEY);
    ck_assert_int_eq(viz_read_answers(other, strlen(other), key, MOST, &n), AG_OK);
    ck_assert_uint_eq(xml->n, n);
    ck_assert_uint_eq(gift->n, n);
    for (size_t i = 0; i < n; i++) {
        check_question(&xml->of[i], &key[i]);
        ck_assert_mem_eq(&xml->of[i], &gift->of[i], sizeof xml->of[i]);
        answers += xml->of[i].n;
    }
    viz_free(moodle);
    viz_free(other);
    free(xml);
    return answers;
}

START_TEST(test_lecture)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *f = lecture(g, 2.0);
    ck_assert_int_eq(ag_backward(f), AG_OK);
    ck_assert_uint_gt(check(f), 60);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_random_graphs)
{
    for (uint64_t seed = 1; seed <= 30; seed++) {
        ag_graph *g = ag_graph_new();
        ag_seed(g, seed);
        ag_tensor *root = random_graph(g);
        ck_assert_int_eq(ag_backward(root), AG_OK);
        check(root);
        ag_graph_free(g);
    }
}
END_TEST

START_TEST(test_hostile_names)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *sum = ag_name(ag_variable(g, 1), "::{=}~#\\");
    for (size_t i = 0; i < HOSTILE; i++) {
        sum = ag_mul(sum, ag_name(ag_sin(ag_variable(g, 1)), hostile[i]));
    }
    ck_assert_int_eq(ag_backward(sum), AG_OK);
    check(sum);
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("quiz", test_lecture, test_random_graphs, test_hostile_names)
