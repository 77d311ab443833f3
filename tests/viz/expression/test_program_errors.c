/* Programs that are none: each of bad_programs.txt is refused with the message that stands there,
 * with the mark under the word that is meant. A person has read that file. AG_WRITE=1 prints it
 * anew. Programs of several lines, long lines, bytes that are no text, and lines that are far too
 * long are below.
 */
#define AG_NO_SITES /* the messages have no line of this file */
#include "expression.h"

#include "golden/golden_path.h"

#define BAD_PROGRAMS "tests/viz/expression/bad_programs.txt"

/* "> program | x=1", then the message, then an empty line. */
START_TEST(test_bad_programs)
{
    contents c = contents_of(BAD_PROGRAMS);
    c.data[c.size] = '\0';
    bool print = getenv("AG_WRITE") != NULL;
    int n = 0;
    for (char *p = strstr((char *)c.data, "> "), *next; p != NULL; p = next, n++) {
        next = strstr(p, "\n\n> ");
        char *line = p + 2, *message = strchr(line, '\n'),
             *end = next != NULL ? next : p + strlen(p);
        next = next != NULL ? next + 2 : NULL;
        ck_assert_ptr_nonnull(message);
        *message++ = '\0';
        *end = '\0';
        run r = run_line_with(line, NULL);
        if (print) {
            printf("> %s\n%s\n\n", line, ag_error_message(r.graph));
        } else if (ADDRESSES_OF_64_BITS || strstr(message, "repeat") == NULL) {
            size_t length = strlen(message);
            message[length - (message[length - 1] == '\n')] = '\0';
            ck_assert_msg(strcmp(ag_error_message(r.graph), message) == 0, "%s:\n%s\nand not\n%s",
                          line, ag_error_message(r.graph), message);
        }
        ag_error_clear(r.graph);
        still_works(r.graph);
        run_end(&r);
    }
    free(c.data);
    ck_assert_int_ge(n, 100);
}
END_TEST

static void says(const char *line, size_t bytes, const char *const *part)
{
    ag_graph *g = ag_graph_new();
    ck_assert_ptr_null(viz_program_new(g, line, bytes, NULL));
    ck_assert_uint_lt(strlen(ag_error_message(g)), 1000);
    for (; *part != NULL; part++) {
        ck_assert_msg(strstr(ag_error_message(g), *part) != NULL, "\"%s\" is not in %s", *part,
                      ag_error_message(g));
    }
    ag_graph_free(g);
}
#define SAYS(line, ...) says(line, strlen(line), (const char *const[]){__VA_ARGS__, NULL})

START_TEST(test_lines)
{
    SAYS("a = 1\nb = 2\nc = a + * b\n", "line 3: c = a + * b\n", "\n                  ^");
    SAYS("a = (1 +\n 2\n", "never closed", "line 1: a = (1 +", "\n              ^");
    SAYS("\t\ta ** ** b", "    a ** ** b\n", "\n         ^^");
    SAYS("温 + * b", "\n  温 + * b\n       ^");
    char line[400];
    memset(line, 'x', sizeof line);
    for (size_t i = 3; i < sizeof line; i += 4) {
        line[i] = '+';
    }
    memcpy(line + 200, "+ * ", 4);
    line[399] = '\0';
    SAYS(line, "... ", "+ * ", " ...", "not *");
}
END_TEST

START_TEST(test_bytes)
{
    says("x + \xFF", 5, (const char *const[]){"a byte that is no text", "UTF-8", NULL});
    says("x + \xE2\x88", 6, (const char *const[]){"a byte that is no text", NULL});
    says("x + \0y", 6, (const char *const[]){"a byte that is no text", NULL});
    says("x + \xC0\x80", 6, (const char *const[]){"a byte that is no text", NULL});
    says("\xEF\xBB\xBFx", 4, (const char *const[]){"no meaning here", NULL});
}
END_TEST

/* `head`, n times `unit`, `tail`, as a program. */
static ag_status repeated(const char *head, const char *unit, size_t n, const char *tail,
                          const char *part)
{
    size_t each = strlen(unit), before = strlen(head), bytes = before + n * each + strlen(tail);
    char *text = malloc(bytes + 1);
    ck_assert_ptr_nonnull(text);
    strcpy(text, head);
    for (size_t i = 0; i < n; i++) {
        memcpy(text + before + i * each, unit, each);
    }
    strcpy(text + before + n * each, tail);
    ag_graph *g = ag_graph_new();
    viz_program *p = viz_program_new(g, text, bytes, NULL);
    ag_tensor *t = viz_program_record(p);
    ck_assert_msg(p == NULL || (t != NULL) == (ag_error(g) == AG_OK), "%.20s", text);
    ck_assert_msg(part == NULL || strstr(ag_error_message(g), part) != NULL, "%s",
                  ag_error_message(g));
    ck_assert_uint_lt(ag_graph_get_stats(g).peak_bytes, (size_t)512 << 20);
    ag_status status = ag_error(g);
    viz_program_free(p);
    ag_graph_free(g);
    free(text);
    return status;
}

/* Deep, wide and long programs are computed, or refused in bounded memory. */
START_TEST(test_size)
{
    const size_t n = check_small() ? 10000 : 1000000;
    expect_ok(repeated("", "-", n / 2, "1", NULL));
    expect_ok(repeated("x = 1; ", "+", n / 2, "x", NULL));
    expect_ok(repeated("", "1+", n / 10, "1", NULL));
    expect_ok(repeated("[", "1,", n / 10, "1]", NULL));
    expect_ok(repeated("x = 2; x", "^x", n / 10, "", NULL));
    ck_assert_int_ne(repeated("", "(", n, "", "a value is missing after ("), AG_OK);
    ck_assert_int_ne(repeated("", "[", n, "1", "never closed"), AG_OK);
    ck_assert_int_ne(repeated("", "sin(", n, "1", "never closed"), AG_OK);
    ck_assert_int_ne(repeated("", "√", n, "", "a value is missing after"), AG_OK);
    ck_assert_int_ne(repeated("", "x", 200, "", "a name of more than 128 bytes"), AG_OK);
    if (!check_small()) {
        ck_assert_int_ne(repeated("", "+1", n, "", "more than 524288 values"), AG_OK);
        ck_assert_int_eq(repeated("", "+1", 3 * n, "", "longer than 4194304 bytes"),
                         AG_ERR_OVERFLOW);
    }
}
END_TEST

START_TEST(test_parentheses)
{
    const size_t n = check_small() ? 10000 : 1000000;
    char *text = malloc(2 * n + 1);
    ck_assert_ptr_nonnull(text);
    memset(text, '(', n);
    text[n] = '5';
    memset(text + n + 1, ')', n);
    ag_graph *g = ag_graph_new();
    viz_program *p = viz_program_new(g, text, 2 * n + 1, NULL);
    expect_same(ag_item(viz_program_record(p)), 5);
    ck_assert_str_eq(viz_program_text(p), "5");
    viz_program_free(p);
    ag_graph_free(g);
    free(text);
}
END_TEST

/* Names: as many as a thousand, and no more. */
START_TEST(test_many_names)
{
    char *text = malloc(20000);
    size_t used = 0;
    ck_assert_ptr_nonnull(text);
    for (int i = 0; i <= 1000; i++) {
        used += (size_t)sprintf(text + used, "a%d=%d;", i, i);
    }
    says(text, used, (const char *const[]){"more than 1000 names", "^^^^^", NULL});
    free(text);
}
END_TEST

CHECK_MAIN("program_errors", test_bad_programs, test_lines, test_bytes, test_size, test_parentheses,
           test_many_names)
