/* Numbers as text, also where the locale writes a comma. The source is included, with a printf
 * and a strtod between it and the C library that use a comma, because a machine need not have
 * such a locale. Expected texts: rounding by hand from the shortest decimal of each double.
 */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check_main.h"

static bool comma;

static int test_printf(char *text, size_t bytes, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int n = vsnprintf(text, bytes, format, args);
    va_end(args);
    char *point = strchr(text, '.');
    if (comma && point != NULL) {
        *point = ',';
    }
    return n;
}

static double test_strtod(const char *text, char **end)
{
    char copy[100];
    snprintf(copy, sizeof copy, "%s", text);
    char *point = strchr(copy, ',');
    if (comma && point != NULL) {
        *point = '.';
    }
    double value = strtod(copy, NULL);
    ck_assert_ptr_null(end);
    return value;
}

#define snprintf test_printf
#define strtod test_strtod
#include "viz/text/digits.c"
#undef snprintf
#undef strtod

/* What digits.c needs of the sink; nothing here writes to one. */
void viz__put(viz__out *out, const char *text, size_t n)
{
    (void)out, (void)text, (void)n;
}

void viz__pad(viz__out *out, size_t spaces)
{
    (void)out, (void)spaces;
}

void viz__print(viz__out *out, const char *format, ...)
{
    (void)out, (void)format;
}

static const struct {
    double value;
    int digits;
    const char *text;
} sample[] = {
    {54.598150033144236, 4, "54.60"},
    {54.598150033144236, 7, "54.59815"},
    {-182.86980468472677, 7, "-182.8698"},
    {-182.86980468472677, 4, "-182.9"},
    {7.194330032, 7, "7.194330"},
    {4, 4, "4"},
    {4, 17, "4"},
    {0.1 + 0.2, 4, "0.3"},
    {0.1, 17, "0.10000000000000001"},
    {1.0 / 3, 1, "0.3"},
    {-0.0, 4, "0"},
    {0.00012345678, 4, "0.0001235"},
    {0.000012345678, 4, "1.235e-05"},
    {123456.7, 4, "123457"},
    {999999.7, 4, "1.00000e+06"},
    {1234567.0, 4, "1.235e+06"},
    {2000000.0, 4, "2e+06"},
    {9999.6, 4, "10000"},
    {99.996, 4, "100.0"},
    {0.099996, 4, "0.1000"},
    {100, 4, "100"},
    {4.9406564584124654e-324, 4, "4.941e-324"},
    {1.7976931348623157e308, 4, "1.798e+308"},
    {(double)NAN, 4, "nan"},
    {-(double)NAN, 4, "nan"},
    {(double)INFINITY, 4, "inf"},
    {-(double)INFINITY, 4, "-inf"},
};

START_TEST(test_samples)
{
    for (size_t i = 0; i < sizeof sample / sizeof sample[0]; i++) {
        for (int k = 0; k < 2; k++) {
            char text[VIZ__NUMBER];
            comma = k == 1;
            size_t n = viz__number_text(text, sample[i].value, sample[i].digits);
            ck_assert_str_eq(text, sample[i].text);
            ck_assert_uint_eq(n, strlen(text));
        }
    }
}
END_TEST

/* The number behind a text is what a reader of the text gets. */
START_TEST(test_as_printed)
{
    for (int k = 0; k < 2; k++) {
        comma = k == 1;
        for (int i = 0; i < 20000; i++) {
            double value = ldexp((i * 2654435761.0) - 4294967296.0 * (i % 7919), i % 90 - 60);
            int digits = 1 + i % 17;
            char text[VIZ__NUMBER];
            viz__number_text(text, value, digits);
            double printed = viz__as_printed(value, digits), read = strtod(text, NULL);
            ck_assert_msg(fabs(printed - read) <= 1e-15 * fabs(value), "%.17g: %s", value, text);
        }
        ck_assert_double_eq(viz__as_printed(123456.7, 2), 123457);
        ck_assert(isnan(viz__as_printed((double)NAN, 4)));
    }
}
END_TEST

CHECK_MAIN("digits", test_samples, test_as_printed)
