/* Numbers as text: the nearest double, as strtod in the C locale has it, also where the short ways
 * must not be taken; what is no number; and a point in every locale (statement 45).
 */
#include "nn/data/number.h"

#include "comma.h"
#include "expect.h"

#include <stdio.h>

static double number(const char *text)
{
    double value = NAN;
    const char *after = nn__number_read(text, text + strlen(text), '.', &value);
    ck_assert_msg(after != NULL && *after == '\0', "\"%s\" is not read whole", text);
    return value;
}

static void like_strtod(const char *text)
{
    double got = number(text), want = strtod(text, NULL);
    ck_assert_msg(memcmp(&got, &want, sizeof got) == 0, "%s is %.17g, not %.17g", text, got, want);
}

START_TEST(test_nearest)
{
    static const char *const text[] = {"0",
                                       "-0",
                                       "+1",
                                       "1e308",
                                       "1.7976931348623157e308",
                                       "1.7976931348623159e308",
                                       "1e309",
                                       "-1e400",
                                       "5e-324",
                                       "2.4703282292062327e-324",
                                       "2.4703282292062328e-324",
                                       "1e-400",
                                       "2.2250738585072011e-308",
                                       "9007199254740993",
                                       "9007199254740992.999999999999999999999999",
                                       "0.1",
                                       ".5",
                                       "5.",
                                       "0.30000000000000004",
                                       "123456789012345678",
                                       "1234567890123456789e22",
                                       "1e23",
                                       "8.5e22",
                                       "1e22",
                                       "1e-22",
                                       "1e-23",
                                       "00000000000000000000000000001",
                                       "0.000000000000000000000000000000000001e36",
                                       "1e99999999999999999999",
                                       "1e-99999999999999999999",
                                       "0e99999999999",
                                       "6.0221e+23",
                                       "17976931348623158079372897140530341507993413271003782693617"
                                       "377898044496829276475094664901797"
                                       "75872070963302864166928879109465555478519404026306574886715"
                                       "0582068190890200070838367627385484"
                                       "58177115317644757302700698555713669596228429148198608349364"
                                       "7529271907416844436551070434271155"
                                       "9699508093042880e0"};
    for (size_t i = 0; i < sizeof text / sizeof *text; i++) {
        like_strtod(text[i]);
    }
    expect_same(1 / number("-0"), -INFINITY);
    /* 800 digits decide: a half and a little more, a half and nothing. */
    char half[900];
    int n = sprintf(half, "9007199254740993.%0800d", 0);
    expect_same(number(half), 9007199254740992.0);
    half[n - 1] = '1';
    expect_same(number(half), 9007199254740994.0);
}
END_TEST

static uint64_t next(uint64_t *s)
{
    *s ^= *s << 13;
    *s ^= *s >> 7;
    return *s ^= *s << 17;
}

/* Of all sizes; with all their digits; and the middles of two neighbors, which round to even. */
START_TEST(test_random)
{
    uint64_t s = 88172645463325252u;
    char text[80];
    for (int i = 0; i < (check_small() ? 3000 : 300000); i++) {
        uint64_t a = next(&s), b = next(&s);
        double any, unit = (double)(a >> 11) * 0x1p-53;
        memcpy(&any, &a, sizeof any);
        if (isfinite(any)) {
            snprintf(text, sizeof text, "%.17g", any);
            like_strtod(text);
        }
        snprintf(text, sizeof text, "%.*g", (int)(b % 19), (unit - 0.5) * 1000);
        like_strtod(text);
        snprintf(text, sizeof text, "%.18g", unit * 4 + 0x1p-52 * (double)(b & 3));
        like_strtod(text);
        snprintf(text, sizeof text, "0.%019llu", (unsigned long long)a);
        like_strtod(text);
        snprintf(text, sizeof text, "%llu.%llue%d", (unsigned long long)(a >> 40),
                 (unsigned long long)(b >> 20), (int)(b % 60) - 30);
        like_strtod(text);
        snprintf(text, sizeof text, "%.0f.5", floor(unit * 0x1p52));
        like_strtod(text);
    }
}
END_TEST

START_TEST(test_none)
{
    static const char *const none[] = {"",    "-",   "+",  ".",  "-.", "e5",
                                       "nan", "inf", " 1", "NA", "--1"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        double v;
        ck_assert_ptr_null(nn__number_read(none[i], none[i] + strlen(none[i]), '.', &v));
    }
    /* What is left behind a number: it is not read over. */
    static const char *const part[][2] = {{"0x10", "x10"},   {"1,234", ",234"}, {"1e", "e"},
                                          {"1e+", "e+"},     {"1.2.3", ".3"},   {"12 34", " 34"},
                                          {"1_000", "_000"}, {"5f", "f"}};
    for (size_t i = 0; i < sizeof part / sizeof *part; i++) {
        double v;
        const char *text = part[i][0];
        ck_assert_str_eq(nn__number_read(text, text + strlen(text), '.', &v), part[i][1]);
    }
    double v;
    const char *german = "1,5", *digits = "1234";
    ck_assert_str_eq(nn__number_read(german, german + 3, ',', &v), "");
    expect_same(v, 1.5);
    /* Digits behind the end are not looked at. */
    ck_assert_str_eq(nn__number_read(digits, digits + 2, '.', &v), "34");
    expect_same(v, 12);
}
END_TEST

START_TEST(test_written)
{
    char text[NN__NUMBER_TEXT];
    ck_assert_str_eq(nn__number_text(0.1, 5, text), "0.1");
    ck_assert_str_eq(nn__number_text(-1234567, 5, text), "-1.2346e+06");
    ck_assert_str_eq(nn__number_text(-1.2345678901234568e-300, 99, text),
                     "-1.2345678901234568e-300");
    ck_assert_str_eq(nn__number_text(NAN, 5, text), "NA");
    ck_assert_str_eq(nn__number_text(-INFINITY, 5, text), "-inf");
    ck_assert_str_eq(nn__number_text(2, 0, text), "2");
}
END_TEST

START_TEST(test_locale)
{
    if (comma_begin()) {
        char text[NN__NUMBER_TEXT];
        ck_assert_str_eq(nn__number_text(0.5, 5, text), "0.5");
        double slow = 9007199254740994.0;
        expect_same(number("9007199254740992.5000000000000000000000000001"), slow - 2);
        expect_same(number("9007199254740993.0000000000000000000000000001"), slow);
        expect_same(number("2.5e-320"), 0x1.3c4p-1062);
        comma_end();
    }
}
END_TEST

CHECK_MAIN("number", test_nearest, test_random, test_none, test_written, test_locale)
