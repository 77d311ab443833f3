/* ag_format_text against C's snprintf, which it is in the C locale: each conversion, each size of
 * the buffer, and with a decimal comma the same bytes.
 */
#include <autograd.h>
#include <float.h>
#include <locale.h>

#include "check_main.h"
#include "comma.h"

enum { ROOM = 1200 };

/* Cut off where the buffer ends, as by snprintf, and never written beyond it. */
static void cut(const char *want, size_t bytes, const char *got)
{
    size_t fits = bytes == 0 ? 0 : strlen(want) < bytes ? strlen(want) : bytes - 1;
    ck_assert_msg(bytes == 0 || (strncmp(got, want, fits) == 0 && got[fits] == '\0'),
                  "%zu bytes: \"%s\", not \"%.*s\"", bytes, got, (int)fits, want);
    ck_assert_int_eq(got[bytes], 0x55);
}

/* The formatted text is what snprintf writes in the C locale. */
#define SAME(...)                                                                                  \
    do {                                                                                           \
        char want[ROOM], got[ROOM + 1];                                                            \
        int n = snprintf(want, sizeof want, __VA_ARGS__);                                          \
        ck_assert(n >= 0 && n < ROOM);                                                             \
        for (size_t bytes = 0; bytes <= (size_t)n + 2 && bytes < ROOM; bytes++) {                  \
            memset(got, 0x55, sizeof got);                                                         \
            ck_assert_uint_eq(ag_format_text(got, bytes, __VA_ARGS__), (size_t)n);                 \
            cut(want, bytes, got);                                                                 \
        }                                                                                          \
        ck_assert_uint_eq(ag_format_text(NULL, 0, __VA_ARGS__), (size_t)n);                        \
    } while (false)

START_TEST(test_as_snprintf)
{
    SAME("%s", "");
    SAME("plain, 100%%, and %s", "text");
    SAME("[%-6s|%6s|%.2s|%.*s|%*s|%-*s]", "ab", "cd", "efg", 3, "hijkl", 5, "m", 5, "n");
    SAME("%d %i %u %x %X %c", -7, INT32_MIN, 7u, 255u, 255u, 'c');
    SAME("%05d %+d % d %-5d|%.3d", 42, 42, 42, 42, 7);
    SAME("%ld %lu %lld %llu %llx", -1L, 1UL, INT64_MIN + 0LL, UINT64_MAX + 0ULL, 1ULL << 60);
    SAME("%zu %hd %hhd", SIZE_MAX, (short)-3, (signed char)-4);
    SAME("%s, %g and %d: %s", "first", 0.5, 3, "last");
    SAME("%.*s", -1, "a negative precision counts as none");
    SAME("%*d", -6, 5);
}
END_TEST

START_TEST(test_numbers)
{
    static const double value[] = {0,          -0.0,        1,        0.1,       -2.5,
                                   1234567.25, 1e-300,      DBL_MAX,  DBL_MIN,   0x1p-1074,
                                   1e15,       123456789.5, INFINITY, -INFINITY, 0.5};
    for (size_t i = 0; i < sizeof value / sizeof *value; i++) {
        SAME("%g %e %G %E", value[i], value[i], value[i], value[i]);
        SAME("%f|%.0f|%#.0f", value[i], value[i], value[i]);
        SAME("%.15g|%.*g|%12.3g|%-12.3g|%+g", value[i], 3, value[i], value[i], value[i], value[i]);
        SAME("%a %A", value[i], value[i]);
    }
}
END_TEST

/* What cannot be followed by a known argument ends the text; nothing is read that is not there. */
START_TEST(test_unknown)
{
    /* By a pointer the compiler does not check the format itself. */
    size_t (*unchecked)(char *, size_t, const char *, ...) = ag_format_text;
    char text[40];
    static const char *const format[] = {"before %", "before %l", "before %y after",
                                         "before %n after"};
    for (size_t i = 0; i < sizeof format / sizeof *format; i++) {
        ck_assert_uint_eq(unchecked(text, sizeof text, format[i]), 7);
        ck_assert_str_eq(text, "before ");
    }
}
END_TEST

static void write_numbers(char *text)
{
    ag_format_text(text, ROOM, "%g, %.3f; %e|%6.2f|%s|%d|%a", 0.5, -2.25, 1.5e-7, 3.125, "1,5",
                   1000, 1.5);
}

START_TEST(test_comma)
{
    char want[ROOM], got[ROOM], other[ROOM];
    write_numbers(want);
    ck_assert_str_eq(want, "0.5, -2.250; 1.500000e-07|  3.12|1,5|1000|0x1.8p+0");
    if (comma_begin()) {
        snprintf(other, sizeof other, "%g", 0.5);
        write_numbers(got);
        size_t whole = ag_format_text(NULL, 0, "%g", 0.5);
        ag_graph *g = ag_graph_new();
        ag_fail(g, AG_ERR_VALUE, NULL, "the rate is %g", 0.25);
        comma_end();
        ck_assert_str_eq(other, "0,5"); /* so this locale is one */
        ck_assert_str_eq(got, want);
        ck_assert_uint_eq(whole, 3);
        ck_assert_ptr_nonnull(strstr(ag_error_message(g), "the rate is 0.25"));
        ag_graph_free(g);
    }
}
END_TEST

/* A text with a precision is a name from outside: it moves no cursor, begins no line, and is cut
 * between characters alone. */
START_TEST(test_names)
{
    static const struct {
        const char *format, *name, *want;
    } row[] = {{"\"%.40s\"", "a\x1b[2J\nb\x7f", "\"a?[2J?b?\""},
               {"%.3s|", "abc", "abc|"},
               {"%.2s|", "abc", "ab|"},
               {"%.4s|", "ab\xE2\x82\xAC", "ab|"},
               {"%.5s|", "ab\xE2\x82\xAC", "ab\xE2\x82\xAC|"},
               {"%.5s|",
                "ab\xE2\x82\xAC"
                "c",
                "ab\xE2\x82\xAC|"},
               {"%.3s|", "ab\xC3\xA4", "ab|"},
               {"%.6s|", "abc\xF0\x9F\x98\x80", "abc|"},
               {"%.7s|", "abc\xF0\x9F\x98\x80", "abc\xF0\x9F\x98\x80|"},
               {"%.0s|", "abc", "|"},
               {"%s|", "a\n", "a\n|"}};
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        char text[64];
        ag_format_text(text, sizeof text, row[i].format, row[i].name);
        ck_assert_str_eq(text, row[i].want);
    }
}
END_TEST

/* A message that is full ends with a whole character. */
START_TEST(test_full_message)
{
    char name[2000] = "";
    for (int i = 0; i < 600; i++) {
        strcat(name, "\xE2\x82\xAC");
    }
    for (int shift = 0; shift < 3; shift++) {
        ag_graph *g = ag_graph_new();
        ag_fail(g, AG_ERR_VALUE, NULL, "%.*s%s", shift, "xy", name);
        const char *message = ag_error_message(g);
        ck_assert_uint_eq((strlen(message) - (size_t)shift) % 3, 0);
        ck_assert_uint_gt(strlen(message), 1000);
        ag_graph_free(g);
    }
}
END_TEST

CHECK_MAIN("format_text", test_as_snprintf, test_numbers, test_unknown, test_comma, test_names,
           test_full_message)
