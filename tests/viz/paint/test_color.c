/* Colors: contrasts on the paper and of text on a ramp (WCAG 2.1), and whether readers with color
 * blindness tell the series apart, simulated as Machado, Oliveira and Fernandes do (2009, table of
 * severity 1.0).
 */
#include "tests/viz/text.h"

#include "check_main.h"
#include "tests/viz/xml.h"
#include "viz/paint/paint.h"

static const viz_options none;

static const char *color(viz__ink ink, bool dark, char room[VIZ__COLOR])
{
    return viz__ink_color(&none, ink, dark, room);
}

START_TEST(test_contrast)
{
    char a[VIZ__COLOR], b[VIZ__COLOR];
    for (int dark = 0; dark < 2; dark++) {
        const char *paper = color(VIZ__PAPER, dark, a);
        for (size_t s = 0; s < VIZ__SERIES_COLORS; s++) {
            ck_assert_double_ge(contrast(color(viz__series_ink(s), dark, b), paper), 3);
        }
        const char *ink = color(VIZ__INK, dark, a);
        for (int i = 0; i < VIZ__RAMP_COLORS; i++) { /* counts in cells */
            ck_assert_double_ge(contrast(color((viz__ink)(VIZ__HEAT + i), dark, b), ink), 4.5);
        }
    }
}
END_TEST

/* Points stand out from the region of their own class. */
START_TEST(test_points_on_tints)
{
    char a[VIZ__COLOR], b[VIZ__COLOR];
    for (int dark = 0; dark < 2; dark++) {
        for (size_t s = 0; s < VIZ__SERIES_COLORS; s++) {
            const char *tint = color((viz__ink)(VIZ__TINT + s), dark, a);
            ck_assert_double_ge(contrast(color(viz__series_ink(s), dark, b), tint), 2.4);
        }
    }
}
END_TEST

START_TEST(test_ramps)
{
    char a[VIZ__COLOR], b[VIZ__COLOR];
    for (int dark = 0; dark < 2; dark++) {
        double sign = dark ? 1 : -1;
        const int ramp[] = {VIZ__HEAT, VIZ__GRAY};
        for (int r = 0; r < 2; r++) {
            for (int i = 1; i < VIZ__RAMP_COLORS; i++) {
                double before = luminance(color((viz__ink)(ramp[r] + i - 1), dark, a));
                double after = luminance(color((viz__ink)(ramp[r] + i), dark, b));
                ck_assert_double_gt(sign * (after - before), 0);
            }
            ck_assert_str_eq(color((viz__ink)ramp[r], dark, a), color(VIZ__PAPER, dark, b));
        }
        viz__ink middle = (viz__ink)(VIZ__SIGN + VIZ__RAMP_COLORS / 2);
        ck_assert_str_eq(color(middle, dark, a), color(VIZ__PAPER, dark, b));
    }
}
END_TEST

/* --- color blindness -------------------------------------------------------------------------- */

static double linear(const char *text, int channel)
{
    char hex[3] = {text[1 + 2 * channel], text[2 + 2 * channel], '\0'};
    double c = (double)strtol(hex, NULL, 16) / 255;
    return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

static double root3(double t)
{
    return t > 0.008856 ? cbrt(t) : 7.787 * t + 16.0 / 116;
}

/* CIE Lab of a color as a reader sees it; kind 0 has no color blindness. */
static void seen(const char *text, int kind, double lab[3])
{
    static const double sight[4][3][3] = {
        {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
        {{.152286, 1.052583, -.204868},
         {.114503, .786281, .099216},
         {-.003882, -.048116, 1.051998}},
        {{.367322, .860646, -.227968}, {.280085, .672501, .047413}, {-.011820, .042940, .968881}},
        {{1.255528, -.076749, -.178779},
         {-.078411, .930809, .147602},
         {.004733, .691367, .303900}}};
    double c[3];
    for (int i = 0; i < 3; i++) {
        c[i] = 0;
        for (int k = 0; k < 3; k++) {
            c[i] += sight[kind][i][k] * linear(text, k);
        }
        c[i] = fmin(fmax(c[i], 0), 1);
    }
    double x = root3((.4124 * c[0] + .3576 * c[1] + .1805 * c[2]) / .95047);
    double y = root3(.2126 * c[0] + .7152 * c[1] + .0722 * c[2]);
    double z = root3((.0193 * c[0] + .1192 * c[1] + .9505 * c[2]) / 1.08883);
    lab[0] = 116 * y - 16;
    lab[1] = 500 * (x - y);
    lab[2] = 200 * (y - z);
}

static double difference(const char *a, const char *b, int kind)
{
    double p[3], q[3];
    seen(a, kind, p);
    seen(b, kind, q);
    return sqrt(pow(p[0] - q[0], 2) + pow(p[1] - q[1], 2) + pow(p[2] - q[2], 2));
}

START_TEST(test_color_blindness)
{
    char a[VIZ__COLOR], b[VIZ__COLOR];
    ck_assert_double_lt(difference("#D55E00", "#8A6D00", 1), 10); /* which a fault would show */
    for (int dark = 0; dark < 2; dark++) {
        for (size_t s = 0; s < 4; s++) {
            for (size_t r = 0; r < s; r++) {
                const char *one = color(viz__series_ink(s), dark, a);
                const char *two = color(viz__series_ink(r), dark, b);
                for (int kind = 0; kind < 4; kind++) {
                    double d = difference(one, two, kind);
                    ck_assert_msg(d >= 10, "%s and %s: %g, kind %d", one, two, d, kind);
                }
            }
        }
    }
}
END_TEST

CHECK_MAIN("color", test_contrast, test_points_on_tints, test_ramps, test_color_blindness)
