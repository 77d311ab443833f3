/* Numbers of axes, on ten thousand random ranges: they are nice, cover the range, read back, and no
 * label comes near to another; and axes that are narrow, huge or logarithmic.
 */
#include "tests/viz/text.h"

#include <float.h>
#include <locale.h>
#include <math.h>

#include "check_main.h"
#include "viz/plot/plot.h"

static uint64_t state = 1;
static double uniform(void)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (double)(state >> 11) / 9007199254740992.0;
}

static ag_graph *g;
static viz__out scratch;

static void begin(void)
{
    g = ag_graph_new();
    scratch = viz__to_text(g);
}

static void end(void)
{
    viz__out_free(&scratch);
    ag_graph_free(g);
}

static const char *label(const viz__ticks *t, int i)
{
    viz__cut(&scratch, 0);
    viz__tick_label(&scratch, t, i);
    return viz__text(&scratch);
}

static double label_width(const viz__ticks *t, int i)
{
    return viz__text_width(label(t, i), VIZ__TEXT_SIZE, false);
}

static viz__ticks ticks_of(const viz__scale *s, bool upright)
{
    viz__cut(&scratch, 0);
    viz__ticks t = viz__ticks_of(s, upright, &scratch);
    ck_assert_uint_eq(scratch.used, 0);
    return t;
}

/* No label over another, each within the range. */
static void check_labels(const viz__scale *s, const viz__ticks *t, bool upright)
{
    double last = -INFINITY;
    for (int i = 0; i < t->n; i++) {
        ck_assert_double_ge(t->value[i], s->from - 1e-6 * (s->to - s->from));
        ck_assert_double_le(t->value[i], s->to + 1e-6 * (s->to - s->from));
        ck_assert(i == 0 || t->value[i] > t->value[i - 1]);
        if (t->labeled[i]) {
            double half = upright ? VIZ__TEXT_SIZE / 2.0 : label_width(t, i) / 2;
            double at = fabs(viz__scale_at(s, t->value[i]) - s->at);
            ck_assert_msg(at - half > last, "%s comes too near", label(t, i));
            last = at + half;
        }
    }
}

/* Is this 1, 2 or 5 times a power of ten? */
static bool is_nice(double step)
{
    double shift = log10(step) - floor(log10(step) + 1e-9);
    return fabs(shift) < 1e-6 || fabs(shift - log10(2)) < 1e-6 || fabs(shift - log10(5)) < 1e-6;
}

static void check_linear(const viz__scale *s, bool upright)
{
    viz__ticks t = ticks_of(s, upright);
    ck_assert_msg(t.n >= 2, "%g to %g has %d ticks", s->from, s->to, t.n);
    check_labels(s, &t, upright);
    double step = t.value[1] - t.value[0];
    ck_assert_msg(is_nice(step), "%.17g", step);
    ck_assert_double_le(t.value[0] - s->from, step * (1 + 1e-6));
    ck_assert_double_le(s->to - t.value[t.n - 1], step * (1 + 1e-6));
    for (int i = 0; i < t.n; i++) {
        double read = strtod(label(&t, i), NULL);
        ck_assert_msg(fabs(read - t.value[i]) <= step * 1e-6 + fabs(read) * 1e-12, "%s for %.17g",
                      label(&t, i), t.value[i]);
    }
}

START_TEST(test_random)
{
    begin();
    for (int i = 0; i < 10000; i++) {
        double size = pow(10, 12 * uniform() - 6), from = (uniform() - 0.5) * size * 4;
        viz__scale s = {.from = from, .to = from + size, .at = 50, .length = 150 + 500 * uniform()};
        check_linear(&s, false);
        s.length = -s.length;
        check_linear(&s, true);
    }
    end();
}
END_TEST

START_TEST(test_known)
{
    begin();
    viz__scale s = {.from = 0, .to = 1, .length = 400};
    viz__ticks t = ticks_of(&s, false);
    ck_assert_int_eq(t.n, 6);
    ck_assert_str_eq(label(&t, 0), "0.0");
    ck_assert_str_eq(label(&t, 3), "0.6");
    ck_assert_str_eq(label(&t, 5), "1.0");
    s = (viz__scale){.from = -3, .to = 12.5, .length = 400};
    t = ticks_of(&s, false);
    ck_assert_str_eq(label(&t, 0), "-2");
    ck_assert_str_eq(label(&t, 1), "0");
    s = (viz__scale){.from = 1, .to = 3, .length = 600, .whole = true};
    t = ticks_of(&s, false);
    ck_assert_int_eq(t.n, 3);
    ck_assert_str_eq(label(&t, 0), "1");
    s = (viz__scale){.from = 0, .to = 4e7, .length = -200};
    t = ticks_of(&s, true);
    ck_assert_str_eq(label(&t, t.n - 1), "4e+07");
    end();
}
END_TEST

START_TEST(test_logarithmic)
{
    begin();
    viz__scale s = {.from = 1e-5, .to = 1, .length = 400, .log = true};
    viz__ticks t = ticks_of(&s, false);
    check_labels(&s, &t, false);
    ck_assert_str_eq(label(&t, 0), "10⁻⁵");
    ck_assert_str_eq(label(&t, t.n - 1), "1");
    s = (viz__scale){.from = 0.5, .to = 30, .length = 400, .log = true};
    t = ticks_of(&s, false);
    check_labels(&s, &t, false);
    ck_assert_str_eq(label(&t, 0), "0.5");
    s = (viz__scale){.from = 2e-7, .to = 3e-6, .length = 400, .log = true};
    t = ticks_of(&s, false);
    ck_assert_str_eq(label(&t, 0), "2·10⁻⁷");
    for (int i = 0; i < 10000; i++) {
        double from = pow(10, 600 * uniform() - 300);
        s = (viz__scale){.from = from, .length = 150 + 500 * uniform(), .log = true};
        s.to = fmin(from * pow(10, 0.01 + 40 * uniform() * uniform()), 1e305);
        t = ticks_of(&s, i % 2);
        ck_assert_int_ge(t.n, 1);
        check_labels(&s, &t, i % 2);
    }
    end();
}
END_TEST

/* A range that is empty, huge or below any digit is widened until it has ticks. */
START_TEST(test_extremes)
{
    static const double pair[][2] = {
        {0, 0},         {1, 1},           {-7, -7},     {1e300, 1e300},   {-1e300, 1e300},
        {1, 1 + 1e-15}, {5e-324, 5e-324}, {-1e-300, 0}, {1e15, 1e15 + 1}, {0, 1e-300}};
    begin();
    for (size_t i = 0; i < sizeof pair / sizeof pair[0]; i++) {
        viz__scale s = {.from = pair[i][0], .to = pair[i][1], .length = 400};
        viz__scale_widen(&s, 0.05);
        ck_assert_double_lt(s.from, s.to);
        ck_assert_double_le(s.from, pair[i][0]);
        ck_assert_double_ge(s.to, pair[i][1]);
        viz__ticks t = ticks_of(&s, false);
        ck_assert_msg(t.n >= 2, "%g %g: %d", pair[i][0], pair[i][1], t.n);
        check_labels(&s, &t, false);
    }
    viz__scale s = {.from = DBL_MIN, .to = 1e300, .length = 400, .log = true};
    viz__scale_widen(&s, 0.05);
    viz__ticks t = ticks_of(&s, false);
    check_labels(&s, &t, false);
    end();
}
END_TEST

START_TEST(test_locale)
{
    if (setlocale(LC_ALL, "de_DE.UTF-8") == NULL) {
        setlocale(LC_ALL, "C.UTF-8");
    }
    begin();
    viz__scale s = {.from = 0, .to = 1, .length = 400};
    viz__ticks t = ticks_of(&s, false);
    ck_assert_str_eq(label(&t, 3), "0.6");
    end();
}
END_TEST

CHECK_MAIN("ticks", test_random, test_known, test_logarithmic, test_extremes, test_locale)
