/* The elementwise operations beyond their values and derivatives, which the loops over the registry
 * and test_elementwise.c look at: a few numbers from PyTorch, far ends, identities.
 */
#include <autograd.h>
#include <float.h>
#include <math.h>
#include <stdio.h>

#include "check_main.h"

#define INF ((double)INFINITY)
#define NOT_A_NUMBER ((double)NAN)

static bool near(double have, double want, double tolerance)
{
    return isnan(want) ? isnan(have)
                       : have == want || fabs(have - want) <= tolerance * (1 + fabs(want));
}

/* --- numbers from PyTorch --------------------------------------------------------------------- */

#define CALL(name, ...)                                                                            \
    static ag_tensor *name##_of(ag_tensor *x)                                                      \
    {                                                                                              \
        return ag_##name(x, __VA_ARGS__);                                                          \
    }
#define CALL0(name)                                                                                \
    static ag_tensor *name##_of(ag_tensor *x)                                                      \
    {                                                                                              \
        return ag_##name(x);                                                                       \
    }
CALL0(silu)
CALL0(gelu)
CALL0(gelu_tanh)
CALL(elu, 1.5)
CALL0(selu)
CALL(celu, 1.5)
CALL0(mish)
CALL0(hardswish)
CALL0(tanhshrink)
CALL0(lgamma)
CALL0(digamma)
CALL(polygamma, 2)
CALL0(sinc)
CALL(leaky_relu, 0.1)
CALL(clamp, -0.5, 1)

/* PyTorch 1.13.1, float64, at x = [-1.7, -0.4, 0.3, 2.1]: f(x), torch.autograd.grad(f(x).sum(), x)
 * and the gradient of the sum of that; f from torch or torch.nn.functional, with the constants
 * above (torch.polygamma(2, x)). The derivative of digamma is mpmath's psi(1, x): PyTorch's has 10
 * digits. */
static const struct golden {
    const char *name;
    ag_tensor *(*call)(ag_tensor *x);
    double value[4], first[4], second[4];
} golden[] = {
    {"silu",
     silu_of,
     {-0.26259095064201, -0.16052493595502, 0.1723327550435, 1.8708966754892},
     {-0.067564504759019, 0.30520804159094, 0.64778001031888, 1.0950120588857},
     {0.10777349860019, 0.46155287483177, 0.47799776819482, 0.034815789509273}},
    {"gelu",
     gelu_of,
     {-0.075761286689523, -0.13783130335587, 0.18537342665669, 2.0624847168181},
     {-0.11531796878216, 0.19727020226835, 0.73232776682711, 1.0745011309961},
     {-0.083703678865429, 0.67761705815811, 0.7284507275296, -0.10600046631283}},
    {"gelu_tanh",
     gelu_tanh_of,
     {-0.075894104448844, -0.13783883057264, 0.18537092354276, 2.0626690049611},
     {-0.1159146314526, 0.19734116557944, 0.7322954516388, 1.0753508892076},
     {-0.082133979306327, 0.67714768904159, 0.72814844843391, -0.10645602885692}},
    {"elu",
     elu_of,
     {-1.2259747139209, -0.49451993094654, 0.3, 2.1},
     {0.2740252860791, 1.0054800690535, 1, 1},
     {0.2740252860791, 1.0054800690535, 0, 0}},
    {"selu",
     selu_of,
     {-1.4369235576266, -0.57961010975534, 0.31521029620664, 2.2064720734465},
     {0.32117578322079, 1.178489231092, 1.0507009873555, 1.0507009873555},
     {0.32117578322079, 1.178489231092, 0, 0}},
    {"celu",
     celu_of,
     {-1.0170625926935, -0.35110749245303, 0.3, 2.1},
     {0.32195827153768, 0.76592833836465, 1, 1},
     {0.21463884769178, 0.5106188922431, 0, 0}},
    {"mish",
     mish_of,
     {-0.28258938060392, -0.18891648239351, 0.20800137234812, 2.0505990865628},
     {-0.089105964817452, 0.3475727990291, 0.78282729955113, 1.0634632814811},
     {0.097611787189867, 0.59620199158455, 0.56339465900207, -0.059013462860339}},
    {"hardswish",
     hardswish_of,
     {-0.36833333333333, -0.17333333333333, 0.165, 1.785},
     {-0.066666666666667, 0.36666666666667, 0.6, 1.2},
     {0.33333333333333, 0.33333333333333, 0.33333333333333, 0.33333333333333}},
    {"tanhshrink",
     tanhshrink_of,
     {-0.7645909293969, -0.020051037744775, 0.0086873875484091, 1.1295480633865},
     {0.87499012936655, 0.14436121391882, 0.084863038173371, 0.9417769612768},
     {-0.23387073381089, -0.65019813767373, 0.53318187820145, 0.11300532136889}},
    {"lgamma",
     lgamma_of,
     {0.92184468769464, 1.3145245899434, 1.0957979948181, 0.045437738544485},
     {-1.4857174995111, 0.95938078610681, -3.5025242222001, 0.48533596867983},
     {14.632201633884, 9.8862096709024, 12.245364546108, 0.60685286980102}},
    {"digamma",
     digamma_of,
     {-1.4857174995111, 0.95938078610681, -3.5025242222001, 0.48533596867983},
     {14.632201633884, 9.8862096709024, 12.245364546108, 0.60685286980102},
     {-69.034549550114, 21.287168462857, -75.272536588726, -0.35882777654085}},
    {"polygamma",
     polygamma_of,
     {-69.034549550114, 21.287168462857, -75.272536588726, -0.35882777654085},
     {768.84973453013, 281.78204104535, 743.14176465505, 0.41479605807628},
     {-9738.9806005916, 2032.5572680707, -9883.468555497, -0.70509144244519}},
    {"sinc",
     sinc_of,
     {-0.1514812396472, 0.75682672864066, 0.85839369133414, 0.046839602051594},
     {-0.43486264231746, 1.1195243356643, -0.90202813013889, 0.43057948297312},
     {0.98345680089572, -1.8719587335325, -2.4584852862662, -0.87236404062332}},
    {"leaky_relu", leaky_relu_of, {-0.17, -0.04, 0.3, 2.1}, {0.1, 0.1, 1, 1}, {0, 0, 0, 0}},
    {"clamp", clamp_of, {-0.5, -0.4, 0.3, 1}, {0, 1, 1, 0}, {0, 0, 0, 0}},
};

static const double points[4] = {-1.7, -0.4, 0.3, 2.1};

static int differ(const struct golden *f, const char *what, ag_tensor *have, const double want[4],
                  double tolerance)
{
    double got[4] = {0};
    int wrong = 0;
    ck_assert_msg(ag_get(have, got, 4) == AG_OK, "%s: no %s", f->name, what);
    for (int i = 0; i < 4; i++) {
        if (!near(got[i], want[i], tolerance)) {
            printf("FAILED %s(%g): %s %.17g, want %.17g\n", f->name, points[i], what, got[i],
                   want[i]);
            wrong++;
        }
    }
    return wrong;
}

START_TEST(test_numbers_from_pytorch)
{
    int wrong = 0;
    for (size_t i = 0; i < sizeof golden / sizeof *golden; i++) {
        for (ag_dtype dtype = AG_F64; dtype <= AG_F32; dtype++) {
            const struct golden *f = &golden[i];
            double tolerance = dtype == AG_F64 ? 1e-12 : 3e-5;
            ag_graph *g = ag_graph_new_with(&(ag_graph_options){.dtype = dtype});
            ag_tensor *x = ag_from_values(g, AG_VARIABLE, AG_SHAPE(4), points), *y = f->call(x);
            ag_tensor *sum = ag_sum(y), *first = NULL, *second = NULL;
            ag_grad_options options = {.create_graph = true, .allow_unused = true};
            ck_assert_int_eq(ag_grad(&sum, 1, NULL, &x, 1, &options, &first), AG_OK);
            wrong += differ(f, "value", y, f->value, tolerance);
            wrong += differ(f, "gradient", first, f->first, tolerance);
            ag_tensor *root = ag_sum(ag_add(first, ag_mul_scalar(x, 0)));
            ck_assert_int_eq(ag_grad(&root, 1, NULL, &x, 1, &options, &second), AG_OK);
            wrong += differ(f, "second derivative", second, f->second, tolerance);
            ag_graph_free(g);
        }
    }
    fflush(stdout);
    ck_assert_int_eq(wrong, 0);
}
END_TEST

/* --- far ends --------------------------------------------------------------------------------- */

static const struct end {
    const char *name;
    ag_tensor *(*call)(ag_tensor *x);
    double at, value, gradient;
} ends[] = {
    {"silu", silu_of, 1000, 1000, 1},
    {"silu", silu_of, -1000, 0, 0},
    {"silu", silu_of, 1e300, 1e300, 1},
    {"mish", mish_of, 1000, 1000, 1},
    {"mish", mish_of, -1000, 0, 0},
    {"gelu", gelu_of, 1000, 1000, 1},
    {"gelu", gelu_of, -1e300, 0, 0},
    {"gelu_tanh", gelu_tanh_of, 1000, 1000, 1},
    {"gelu_tanh", gelu_tanh_of, -1000, 0, 0},
    {"elu", elu_of, 1000, 1000, 1},
    {"elu", elu_of, -1000, -1.5, 0},
    {"celu", celu_of, 1e300, 1e300, 1},
    {"selu", selu_of, -1e300, -1.7580993408473766, 0},
    {"hardswish", hardswish_of, 1e300, 1e300, 1},
    {"hardswish", hardswish_of, -3, 0, -0.5}, /* F.hardswish at its kinks */
    {"hardswish", hardswish_of, 3, 3, 1.5},
    {"tanhshrink", tanhshrink_of, 1e-100, 1e-300 / 3, 0},
    {"lgamma", lgamma_of, 1e300, 1e300 * 689.7755278982137, 690.7755278982137},
    {"lgamma", lgamma_of, 1e-300, 690.7755278982137, -1e300},
    {"sinc", sinc_of, 0, 1, 0},
    {"clamp", clamp_of, 1e300, 1, 0},
};

/* Also the second derivative must be a number there: nothing may overflow on the way not taken. */
START_TEST(test_far_ends)
{
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        const struct end *e = &ends[i];
        ag_graph *g = ag_graph_new();
        ag_tensor *x = ag_variable(g, e->at), *y = e->call(x), *first, *second;
        ag_grad_options options = {.create_graph = true, .allow_unused = true};
        ck_assert_int_eq(ag_grad(&y, 1, NULL, &x, 1, &options, &first), AG_OK);
        ck_assert_msg(near(ag_item(y) / (e->at > 1e9 ? e->at : 1),
                           e->value / (e->at > 1e9 ? e->at : 1), 1e-15),
                      "%s(%g) = %.17g", e->name, e->at, ag_item(y));
        ck_assert_msg(near(ag_item(first), e->gradient, 1e-15), "%s'(%g) = %.17g", e->name, e->at,
                      ag_item(first));
        first = ag_add(first, ag_mul_scalar(x, 0));
        ck_assert_int_eq(ag_grad(&first, 1, NULL, &x, 1, NULL, &second), AG_OK);
        ck_assert_msg(!isnan(ag_item(second)), "%s''(%g)", e->name, e->at);
        ag_graph_free(g);
    }
}
END_TEST

/* The tail of gelu's approximation: there test_elementwise.c promises nothing, as the rounding of
 * the exponent counts. The number is mpmath's. */
START_TEST(test_tail_of_gelu_tanh)
{
    ag_graph *g = ag_graph_new();
    double have = ag_item(ag_gelu_tanh(ag_variable(g, -20)));
    ck_assert(fabs(have / -3.3754509563109673e-261 - 1) < 1e-12);
    ag_graph_free(g);
}
END_TEST

/* --- identities ------------------------------------------------------------------------------- */

static double at(ag_graph *g, ag_tensor *(*f)(ag_tensor *), double x)
{
    return ag_item(f(ag_constant(g, x)));
}

/* Inverse functions undo, gamma(x + 1) = x gamma(x), and its derivatives; limits at whole
 * numbers. */
START_TEST(test_identities)
{
    ag_graph *g = ag_graph_new();
    for (double x = -0.95; x < 1; x += 0.1) {
        double p = 0.5 + x / 2;
        ck_assert(near(at(g, (ag_erf), at(g, (ag_erfinv), x)), x, 1e-15));
        ck_assert(near(at(g, (ag_sigmoid), at(g, (ag_logit), p)), p, 1e-15));
        ck_assert(near(at(g, (ag_sin), at(g, (ag_asin), x)), x, 1e-15));
        ck_assert(near(at(g, (ag_tanh), at(g, (ag_atanh), x)), x, 1e-15));
        double y = 4 + 3.7 * x;
        ck_assert(near(at(g, (ag_lgamma), y + 1), at(g, (ag_lgamma), y) + log(y), 1e-14));
        ck_assert(near(at(g, (ag_digamma), y + 1), at(g, (ag_digamma), y) + 1 / y, 1e-14));
        for (int n = 1; n < 6; n++) {
            double sign = n % 2 == 0 ? 1 : -1, step = sign * tgamma(n + 1) / pow(y, n + 1);
            ag_tensor *one = ag_polygamma(ag_constant(g, y), n);
            ag_tensor *two = ag_polygamma(ag_constant(g, y + 1), n);
            ck_assert(near(ag_item(one), ag_item(two) - step, 1e-13));
        }
    }
    ck_assert(isnan(at(g, (ag_erfinv), 1.5)) && isnan(at(g, (ag_digamma), -3)));
    for (int n = 0; n < 3; n++) {
        ck_assert(isnan(ag_item(ag_polygamma(ag_constant(g, -(double)INFINITY), n))));
    }
    ck_assert_double_eq(at(g, (ag_round), 2.5), 2);
    ck_assert_double_eq(at(g, (ag_round), -3.5), -4);
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("pointwise", test_numbers_from_pytorch, test_far_ends, test_tail_of_gelu_tanh,
           test_identities)
