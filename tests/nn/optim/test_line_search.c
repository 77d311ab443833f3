/* The line search of L-BFGS by itself: where it ends, and what it does where there is no end. */
#include "nn/optim/line_search.h"
#include "tests/nn/optim/small_net.h"

typedef struct curve {
    double (*value)(double a);
    double (*slope)(double a);
} curve;

/* The functions of More and Thuente (1994), section 5, figures 1 and 2. The second is so flat where
 * it begins that with c2 = 0.1 the values near its minimum would differ by rounding alone. */
static double one(double a)
{
    return -a / (a * a + 2);
}
static double one_slope(double a)
{
    return (a * a - 2) / ((a * a + 2) * (a * a + 2));
}
static double two(double a)
{
    return pow(a + 0.004, 5) - 2 * pow(a + 0.004, 4);
}
static double two_slope(double a)
{
    return 5 * pow(a + 0.004, 4) - 8 * pow(a + 0.004, 3);
}
/* No number beyond 1: a logarithm. */
static double edge(double a)
{
    return -log(1 - a) - 3 * a;
}
static double edge_slope(double a)
{
    return 1 / (1 - a) - 3;
}

static ag_status on_curve(void *context, nn__line_point *p)
{
    const curve *c = context;
    p->value = c->value(p->at);
    p->slope = c->slope(p->at);
    return AG_OK;
}

START_TEST(test_line_search)
{
    static const curve curves[] = {{one, one_slope}, {two, two_slope}, {edge, edge_slope}};
    static const double c2[] = {0.1, 0.9, 0.1};
    for (int i = 0; i < 3; i++) {
        for (double first = 1e-3; first < 2e3; first *= 10) {
            curve c = curves[i];
            nn__line line = {on_curve, &c, 1e-4, c2[i], 40, 0, {0, c.value(0), c.slope(0)}};
            nn__line_point p;
            expect_ok(nn__line_search(&line, first, &p));
            ck_assert_msg(p.value <= c.value(0) + 1e-4 * p.at * c.slope(0) &&
                              fabs(p.slope) <= -c2[i] * c.slope(0) && line.calls <= 30,
                          "curve %d from %g: %g after %d calls", i, first, p.at, line.calls);
        }
    }
}
END_TEST

/* Ends without a point where the function only rises, and at its limit where it only falls. */
static double rises(double a)
{
    return a;
}
static double falsely(double a)
{
    (void)a;
    return -1;
}
static double falls(double a)
{
    return -a;
}

START_TEST(test_line_search_ends)
{
    curve c = {rises, falsely};
    nn__line line = {on_curve, &c, 1e-4, 0.9, 25, 0, {0, 0, -1}};
    nn__line_point p;
    expect_ok(nn__line_search(&line, 1, &p));
    expect_same(p.at, 0);
    ck_assert_int_le(line.calls, 25);
    c = (curve){falls, falsely};
    line = (nn__line){on_curve, &c, 1e-4, 0.9, 7, 0, {0, 0, -1}};
    expect_ok(nn__line_search(&line, 1, &p));
    ck_assert(p.at > 1);
    ck_assert_int_eq(line.calls, 7);
}
END_TEST

CHECK_MAIN("line search", test_line_search, test_line_search_ends)
