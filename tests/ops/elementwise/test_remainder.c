/* fmod and constant powers of arrays against C's functions of numbers: quotients that are whole or
 * nearly so, huge, 0, infinite and NaN; the exponents that are products, and others. Must not know
 * how either is computed in vectors.
 */
#include <float.h>

#include "expect.h"

enum { VALUES = 16, ALL = VALUES * VALUES };

static const double values[VALUES] = {0.0,        -0.0,   1,        -1,      3,
                                      -7.5,       0.1,    -0.3,     1e-40,   1e20,
                                      -1e30,      2.5e-7, 16777217, 1.0 / 3, (double)INFINITY,
                                      (double)NAN};

static bool same(double a, double b)
{
    return isnan(a) ? isnan(b) : a == b && signbit(a) == signbit(b);
}

START_TEST(test_fmod)
{
    for (int d = 0; d < 2; d++) {
        const ag_dtype dtype = d == 0 ? AG_F64 : AG_F32;
        ag_graph *g = ag_graph_new_with(&(ag_graph_options){.dtype = dtype});
        double a[ALL], b[ALL], y[ALL];
        for (int i = 0; i < ALL; i++) {
            a[i] = d == 0 ? values[i / VALUES] : (double)(float)values[i / VALUES];
            b[i] = d == 0 ? values[i % VALUES] : (double)(float)values[i % VALUES];
            a[i] *= i / VALUES == i % VALUES ? 5 : 1; /* a whole quotient */
        }
        ag_tensor *x = ag_from_values(g, AG_CONSTANT, AG_SHAPE(ALL), a);
        ag_tensor *z = ag_from_values(g, AG_CONSTANT, AG_SHAPE(ALL), b);
        expect_ok(ag_get(x, a, ALL)); /* as the dtype has them */
        expect_ok(ag_get(ag_fmod(x, z), y, ALL));
        for (int i = 0; i < ALL; i++) {
            const double want = d == 0 ? fmod(a[i], b[i]) : (double)fmodf((float)a[i], (float)b[i]);
            ck_assert_msg(same(y[i], want), "fmod(%g, %g) is %g, not %g", a[i], b[i], y[i], want);
        }
        ag_graph_free(g);
    }
}
END_TEST

START_TEST(test_constant_powers)
{
    static const double exponents[] = {1, 2, 3, -1, 0, 0.5, -2, 2.5};
    ag_graph *g = ag_graph_new();
    double y[VALUES];
    ag_tensor *x = ag_from_values(g, AG_CONSTANT, AG_SHAPE(VALUES), values);
    for (int k = 0; k < 8; k++) {
        expect_ok(ag_get(ag_pow_scalar(x, exponents[k]), y, VALUES));
        for (int i = 0; i < VALUES; i++) {
            const double want = pow(values[i], exponents[k]);
            ck_assert_msg(same(y[i], want) || fabs(y[i] - want) <= 4 * DBL_EPSILON * fabs(want),
                          "%g^%g is %g, not %g", values[i], exponents[k], y[i], want);
        }
    }
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("remainder", test_fmod, test_constant_powers)
