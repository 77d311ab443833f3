/* Where next to nothing is left of a sum, and where a number on the way is denormal though the
 * result is not: every digit must be right there, too. The points are the floats closest to a
 * root, so that all digits of the usual formula are wrong; what is expected is from mpmath 1.3
 * with 2400 bits. Points that the sweep (tests/golden/test_sweep.c) meets by luck alone. Knows no
 * private header.
 */
#include <autograd.h>

#include "expect.h"

/* x, y, what is expected, and whether x and y are floats of f32. */
typedef struct point {
    int narrow;
    double x, y, want;
} point;

enum { LANES = 37 }; /* whole vectors and some more */

/* Relative, whatever the size. */
static void expect_digits(double got, double want, ag_dtype dtype, const point *p)
{
    double tolerance = dtype == AG_F64 ? 1e-13 : 1e-5;
    ck_assert_msg(fabs(got - want) <= tolerance * fabs(want), "at (%.17g, %.17g): %.17g, not %.17g",
                  p->x, p->y, got, want);
}

/* The result at a point, in the last of n equal elements. */
typedef double (*asked)(ag_tensor *x, ag_tensor *y);

static double ask(asked f, ag_dtype dtype, const point *p, bool scalar)
{
    ag_graph *g = ag_graph_new_with(&(ag_graph_options){.dtype = dtype});
    ag_shape shape = scalar ? AG_SCALAR : AG_SHAPE(LANES);
    double got = f(ag_full(g, AG_VARIABLE, shape, p->x), ag_full(g, AG_VARIABLE, shape, p->y));
    all_well(g);
    ag_graph_free(g);
    return got;
}

static void expect_all(asked f, const point *p, int n)
{
    for (int i = 0; i < n; i++) {
        expect_digits(ask(f, AG_F64, &p[i], true), p[i].want, AG_F64, &p[i]);
        expect_digits(ask(f, AG_F64, &p[i], false), p[i].want, AG_F64, &p[i]);
        if (p[i].narrow) {
            expect_digits(ask(f, AG_F32, &p[i], false), p[i].want, AG_F32, &p[i]);
        }
    }
}
#define EXPECT_ALL(f, points) expect_all(f, points, (int)(sizeof points / sizeof points[0]))

static double last(const ag_tensor *t)
{
    double all[LANES] = {0};
    int n = (int)ag_size(t);
    expect_ok(ag_get(t, all, n));
    return all[n - 1];
}

/* --- sums that vanish ------------------------------------------------------------------------- */

static const point slope[] = {
    {0, -0.128, 0.4680436192023592, -1.8311784972814122e-17},
    {0, 3.5, 0.9706877692486436, 4.182648324848951e-17},
    {0, -40.25, 3.3086216207858244e-18, 1.2507219229637662e-34},
    {0, -325.5, 4.336567797423503e-142, -2.33330053135938e-158},
    {0, 12.0, 0.9999938558253978, -7.43154129049498e-18},
    {1, 0.75, 0.6791787147521973, -1.557680429246532e-08},
    {1, -9.5, 7.484622619813308e-05, 1.312478149865467e-12},
    {1, 5.25, 0.9947798848152161, -1.0508774461556317e-08},
};

/* sigmoid(x) - t, the derivative of binary cross-entropy. */
static double slope_of(ag_tensor *x, ag_tensor *t)
{
    ag_tensor *loss = ag_bce_with_logits(x, t, &(ag_bce_options){.reduction = AG_SUM});
    ck_assert_int_eq(ag_backward(loss), AG_OK);
    double got[LANES] = {0};
    int n = (int)ag_size(x);
    expect_ok(ag_grad_get(x, got, n));
    return got[n - 1];
}

START_TEST(test_sigmoid_less_target)
{
    EXPECT_ALL(slope_of, slope);
}
END_TEST

static const point log_sum[] = {
    {0, -0.5, -0.9327521295671886, 4.964190929818499e-18},
    {0, -0.0078125, -4.8559339707894, -3.2838401278212394e-20},
    {0, -1e-20, -46.051701859880914, -7.339470394182073e-36},
    {0, -460.51701859880916, -1e-200, -2.2080942657240824e-214},
    {0, -0.6875, -0.6988264329694089, 9.709161278700767e-18},
    {1, -0.5, -0.9327521324157715, -1.1208300383592535e-09},
    {1, -6.2393012046813965, -0.001953125, -3.4358542761490583e-10},
};

static double log_sum_of(ag_tensor *x, ag_tensor *y)
{
    return last(ag_logaddexp(x, y));
}

START_TEST(test_log_of_a_sum_of_1)
{
    EXPECT_ALL(log_sum_of, log_sum);
}
END_TEST

/* The zeros of digamma between its poles, of which lgamma's extremes are made. */
static const point digamma[] = {
    {0, -0.5040830082644554, 0, 7.289763902976895e-17},
    {0, -1.5734984731623904, 0, 1.5649788481838454e-16},
    {0, -2.6107208684441447, 0, -1.0720275936410002e-15},
    {0, -4.6532303793567422, 0, 9.1316322629065856e-05},
};

static double digamma_of(ag_tensor *x, ag_tensor *y)
{
    (void)y;
    return last(ag_digamma(x));
}

START_TEST(test_zeros_of_digamma)
{
    EXPECT_ALL(digamma_of, digamma);
}
END_TEST

/* --- denormal numbers on the way -------------------------------------------------------------- */

/* d/dy of what `first` selects, a recorded derivative by x (0) or y (1); order 1 is that itself. */
static double derived(ag_tensor *f, ag_tensor *x, ag_tensor *y, int first, int order)
{
    ag_tensor *in[2] = {x, y}, *d[2] = {NULL};
    ag_tensor *ones = ag_full(ag_graph_of(f), AG_CONSTANT, ag_shape_of(f), 1);
    ag_grad_options options = {.create_graph = true};
    expect_ok(ag_grad(&f, 1, &ones, in, 2, &options, d));
    if (order == 2) {
        f = d[first];
        expect_ok(ag_grad(&f, 1, &ones, in, 2, &options, d));
        return last(d[1]);
    }
    return last(d[first]);
}

/* -xy/h^3 with h = sqrt(x^2 + y^2), where y/h is denormal. */
static const point mixed[] = {
    {0, 1.0014677257470382e-10, -5e-324, 4.9261852684249145e-304},
    {0, 5e-324, -0.0, 0},
    {1, -0.00021032067888882011, -1.4012984643248171e-45, -3.1678652225720665e-38},
};

static double mixed_of(ag_tensor *x, ag_tensor *y)
{
    return derived(ag_hypot(x, y), x, y, 0, 2);
}

START_TEST(test_mixed_derivative_of_hypot)
{
    EXPECT_ALL(mixed_of, mixed);
}
END_TEST

/* (x^2 - y^2)/(x^2 + y^2)^2. */
static const point angle[] = {
    {0, -5e-324, -5e-324, 0},
    {1, 1.4012984643248171e-45, -1.4012984643248171e-45, 0},
};

static double mixed_of_angle(ag_tensor *x, ag_tensor *y)
{
    return derived(ag_atan2(x, y), x, y, 0, 2);
}

START_TEST(test_mixed_derivative_of_atan2)
{
    EXPECT_ALL(mixed_of_angle, angle);
}
END_TEST

/* -x/y^2 and 2x/y^3, where x/y is denormal, or is 0 and y denormal. */
static const point by_divisor[] = {
    {0, 5e-324, 1.5600995680098698e-08, -2.0299251469404061e-308},
    {0, 0, 5e-324, 0},
    {1, 1.4012984643248171e-45, 6.8083054429735057e-06, -3.023100487273555e-35},
};
static const point by_divisor_twice[] = {
    {0, 5e-324, 1.5600995680098698e-08, 2.6023020434905522e-300},
    {0, 0, 5e-324, 0},
    {1, 1.4012984643248171e-45, 6.8083054429735057e-06, 8.8806253262139945e-30},
};

static double quotient_by_divisor(ag_tensor *x, ag_tensor *y)
{
    return derived(ag_div(x, y), x, y, 1, 1);
}

static double quotient_by_divisor_twice(ag_tensor *x, ag_tensor *y)
{
    return derived(ag_div(x, y), x, y, 1, 2);
}

START_TEST(test_quotient_that_is_denormal)
{
    EXPECT_ALL(quotient_by_divisor, by_divisor);
    EXPECT_ALL(quotient_by_divisor_twice, by_divisor_twice);
}
END_TEST

/* The careful form is for the elements that need it: their neighbors, whose quotient is denormal
 * or whose divisor is tiny, keep their own. */
START_TEST(test_careful_form_is_for_its_elements)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x =
        ag_from_values(g, AG_VARIABLE, AG_SHAPE(5), (double[]){5e-324, 3, 1e-300, 0, 5e-324});
    ag_tensor *y = ag_from_values(g, AG_VARIABLE, AG_SHAPE(5), (double[]){1e-8, 2, 1e-100, 0.5, 2});
    ag_tensor *f = ag_div(x, y), *in[2] = {x, y}, *d[2] = {NULL};
    ag_tensor *seed = ag_from_values(g, AG_CONSTANT, AG_SHAPE(5), (double[]){1, 1, 1, 1, 1});
    double got[5] = {0};
    expect_ok(ag_grad(&f, 1, &seed, in, 2, &(ag_grad_options){.create_graph = true}, d));
    expect_ok(ag_get(d[1], got, 5));
    const double want[5] = {-4.9406564584124654e-308, -0.75, -1e-100, 0, 0};
    for (int i = 0; i < 5; i++) {
        ck_assert_msg(fabs(got[i] - want[i]) <= fmax(1e-13 * fabs(want[i]), 1e-323), "%d: %g", i,
                      got[i]);
    }
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("cancellation", test_sigmoid_less_target, test_log_of_a_sum_of_1, test_zeros_of_digamma,
           test_mixed_derivative_of_hypot, test_mixed_derivative_of_atan2,
           test_quotient_that_is_denormal, test_careful_form_is_for_its_elements)
