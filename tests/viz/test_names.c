/* Display names: the user's win, doubles are numbered, unnamed nodes counted, whatever bytes a
 * name holds; and columns that stand under each other on a terminal.
 */
#include "text.h"

#include "expect.h"
#include "viz/text/text.h"

START_TEST(test_unnamed_keep_clear_of_given)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *a = ag_variable(g, 1.0);
    ag_tensor *b = ag_name(ag_sin(a), "v1");
    ag_tensor *c = ag_name(ag_sin(b), "v3");
    char *text = trace(ag_sin(c), NULL);
    ck_has(text, " 0  v2   input");
    ck_has(text, " 1  v1   sin(v2)");
    ck_has(text, " 2  v3   sin(v1)");
    ck_has(text, " 3  v4   sin(v3)");
    free(text);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_doubles)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *a = ag_name(ag_variable(g, 1.0), "w");
    ag_tensor *b = ag_name(ag_sin(a), "w#2");
    ag_tensor *c = ag_name(ag_sin(b), "w");
    ag_tensor *d = ag_name(ag_sin(c), "w");
    ag_tensor *e = ag_name(ag_sin(d), "");
    char *text = trace(e, NULL);
    ck_has(text, " 1  w#2   sin(w)");
    ck_has(text, " 2  w#3   sin(w#2)");
    ck_has(text, " 3  w#4   sin(w#3)");
    ck_has(text, " 4  v1    sin(w#4)");
    free(text);
    ag_graph_free(g);
}
END_TEST

/* Names that differ only in what cannot be shown are told apart too. */
START_TEST(test_names_that_look_alike)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *a = ag_name(ag_variable(g, 1.0), "p\x01");
    ag_tensor *b = ag_name(ag_sin(a), "p\x02");
    char *text = trace(b, NULL);
    ck_has(text, "p\xEF\xBF\xBD#2");
    free(text);
    text = trace(b, &(viz_options){.ascii = true});
    ck_has(text, " p?#2   sin(p?)");
    free(text);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_many_of_one_name)
{
    size_t n = check_small() ? 1000 : 50000;
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_name(ag_variable(g, 1.0), "same");
    for (size_t i = 1; i < n; i++) {
        x = ag_name(ag_sin(x), "same");
    }
    char last[40];
    snprintf(last, sizeof last, " same#%zu ", n);
    char *text = trace(x, &(viz_options){.forward_only = true});
    ck_has(text, last);
    free(text);
    ag_graph_free(g);
}
END_TEST

/* Bytes that are not UTF-8 (RFC 3629): stray, overlong, surrogate, past the end, cut short. */
START_TEST(test_bytes)
{
    static const char *const bad[] = {
        "\x80",     "\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x88", "\xFF",
        "\x1b[31m", "\n\t\r",   "\xEF\xBF\xBF", "\xE2\x80\xAE rtl", "\x7f",     "\xC2\x85"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        ag_graph *g = ag_graph_new();
        char *text = trace(ag_name(ag_variable(g, 1.0), bad[i]), NULL);
        ck_has(text, "\xEF\xBF\xBD"); /* U+FFFD stands for it */
        ck_has_not(text, bad[i]);
        ck_assert_uint_eq(count(text, "\n"), 4);
        free(text);
        ag_graph_free(g);
    }
}
END_TEST

/* Cut to 120 bytes with the dots, between two characters; equal beginnings are told apart. */
START_TEST(test_signs_of_derivatives_in_ascii)
{
    ag_graph *g = ag_graph_new();
    char *text = trace(ag_name(ag_variable(g, 1), "∂′∇"), &(viz_options){.ascii = true});
    ck_has(text, " 0  d'grad");
    free(text);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_long_names)
{
    enum { LONGEST = 120 };
    char name[400], want[LONGEST + 40];
    for (size_t lead = 0; lead < 4; lead++) { /* a, then characters of three bytes */
        ag_graph *g = ag_graph_new();
        memset(name, 'a', lead);
        for (size_t i = lead; i + 3 < sizeof name; i += 3) {
            strcpy(name + i, "重");
        }
        ag_tensor *x = ag_name(ag_variable(g, 1.0), name);
        ag_tensor *y = ag_name(ag_sin(x), name);
        size_t kept = lead + (LONGEST - 3 - lead) / 3 * 3;
        snprintf(want, sizeof want, " 0  %.*s…   input", (int)kept, name);
        char *text = trace(y, &(viz_options){.forward_only = true});
        ck_has_not(text, "\xEF\xBF\xBD");
        ck_has(text, want);
        snprintf(want, sizeof want, "%.*s…#2 ", (int)kept, name);
        ck_has(text, want);
        free(text);
        ag_graph_free(g);
    }
}
END_TEST

START_TEST(test_longest_names)
{
    char name[130];
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_variable(g, 1.0), *y = ag_sin(x);
    for (size_t n = 119; n < 123; n++) {
        memset(name, 'a', n);
        name[n] = '\0';
        ag_name(y, name);
        char *plain = trace(y, NULL), *ascii = trace(y, &(viz_options){.ascii = true});
        ck_assert(has(plain, name) == (n <= 120) && has(ascii, name) == (n <= 120));
        name[117] = '\0';
        ck_assert(has(plain, strcat(name, "…")) == (n > 120));
        name[117] = '\0';
        ck_assert(has(ascii, strcat(name, "... ")) == (n > 120));
        free(plain);
        free(ascii);
    }
    ag_graph_free(g);
}
END_TEST

static size_t columns_before(const char *text, const char *part)
{
    const char *at = strstr(text, part), *line = at;
    ck_assert_ptr_nonnull(at);
    while (line > text && line[-1] != '\n') {
        line--;
    }
    size_t n = 0;
    for (; line < at; line++) {
        n += ((unsigned char)*line & 0xC0) != 0x80; /* characters */
    }
    return n;
}

/* Of a name of a megabyte only the beginning is read: this one has no end. */
START_TEST(test_reads_what_it_shows)
{
    ag_graph *g = ag_graph_new();
    char *name = malloc(122);
    memset(name, 'a', 122);
    viz__out out = viz__to_text(g);
    viz__clean_most(&out, name, false, 120);
    ck_assert_uint_eq(out.used, 121);
    viz__out_free(&out);
    free(name);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_columns)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_name(ag_variable(g, 7.0), "θ̂");      /* two characters, one column */
    ag_tensor *y = ag_name(ag_mul_scalar(x, 3.0), "权重"); /* two characters, four columns */
    ag_tensor *z = ag_name(ag_mul_scalar(y, 5.0), "plain");
    char *text = trace(z, &(viz_options){.forward_only = true});
    /* All in one column of the terminal. Beside that, row x has one character more than columns
     * (its name), row y one less (name and formula), row z two less (its formula). */
    size_t z_at = columns_before(text, "105\n");
    ck_assert_uint_eq(columns_before(text, "7\n"), z_at + 3);
    ck_assert_uint_eq(columns_before(text, "21\n"), z_at + 1);
    free(text);
    ag_graph_free(g);
}
END_TEST

static void is_called(const ag_tensor *root, const ag_tensor *t, const char *name)
{
    char *text = NULL;
    expect_ok(viz_name_string(root, t, &text));
    ck_assert_str_eq(text, name);
    viz_free(text);
}

START_TEST(test_names_can_be_asked_for)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *a = ag_variable(g, 1), *b = ag_name(ag_sin(a), "v1"), *c = ag_name(ag_cos(b), "v1");
    ag_tensor *d = ag_exp(c), *apart = ag_variable(g, 2);
    is_called(d, a, "v2");
    is_called(d, b, "v1");
    is_called(d, c, "v1#2");
    is_called(d, d, "v3");
    is_called(c, a, "v2");
    char *text = NULL;
    no_success(g, HERE, viz_name_string(d, apart, &text), AG_ERR_VALUE,
               "viz_name_string: the root does not depend on the tensor", LINE);
    ck_assert_ptr_null(text);
    no_success(g, HERE, viz_name_string(d, NULL, &text), AG_ERR_NULL_ARGUMENT,
               "viz_name_string: the tensor is NULL");
    no_success(g, HERE, viz_name_string(d, a, NULL), AG_ERR_NULL_ARGUMENT, "viz_name_string: ");
    ck_assert_int_eq(viz_name_string(NULL, a, &text), AG_ERR_NULL_ARGUMENT);
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("names", test_names_can_be_asked_for, test_unnamed_keep_clear_of_given, test_doubles,
           test_names_that_look_alike, test_many_of_one_name, test_bytes,
           test_signs_of_derivatives_in_ascii, test_long_names, test_reads_what_it_shows,
           test_longest_names, test_columns)
