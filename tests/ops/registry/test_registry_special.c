/* Derivatives of every differentiable operation at the points where its samples have none: all
 * operands 0, 1 or -1, equal numbers, zeros among others. Asked of the sum of weighted results, and
 * of the sum of their squares, which makes what is infinite or a kink by itself smooth: second and
 * third derivatives along fixed directions do not depend on the order of the directions, and each
 * is the difference quotient of the one before, wherever that one is smooth. What is smooth is
 * found by numbers: four points on each side must agree about the derivative in the middle.
 *
 * Must not know a rule. It knows by name the operations that are not differentiable at such points,
 * and why.
 */
#define CHECK_SECONDS 300
#include <autograd.h>
#include <autograd/custom_op.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "check_main.h"

enum { OPERANDS = 3, ELEMENTS = 200, RESULTS = 4096, ORDERS = 3, SIDE = 4 };

static const struct {
    const char *op, *why;
} excepted[] = {
    {"abs", "a kink at 0, of which the square has the derivative of sign"},
    {"bce", "outside of (0, 1) logarithms are cut off"},
    {"bce_by_first", "as bce"},
    {"bce_second", "as bce"},
    {"copysign", "a jump where the second operand is 0"},
    {"div", "0/0 is no number, although there is a limit along each line"},
    {"fmod", "a jump at multiples of the divisor"},
    {"fmod_quotient", "as fmod"},
    {"heaviside", "a jump at 0"},
    {"hypot", "a tip at 0, 0"},
    {"hypot_partial", "as hypot"},
    {"median", "a kink where elements are equal"},
    {"median_along", "as median"},
    {"norm", "a kink or tip at 0"},
    {"qr", "the factors of a singular matrix are not unique"},
    {"remainder", "as fmod"},
    {"remainder_quotient", "as fmod"},
};

static const char *why_not(const char *op)
{
    for (size_t i = 0; i < sizeof excepted / sizeof *excepted; i++) {
        if (strcmp(excepted[i].op, op) == 0) {
            return excepted[i].why;
        }
    }
    return NULL;
}

/* --- points --------------------------------------------------------------------------------- */

typedef enum pattern {
    ZEROS,
    ONES,
    MIDDLE,
    FIRST,
    EVERY_OTHER,
    SIGNS,
    ALL_BUT_ONE,
    TWO_VALUES,
    SOME_ZEROS,
    MINUS_ONES,
    TWOS,
    PATTERNS
} pattern;

static double value(pattern p, int i, int n, const ag_case *c)
{
    double middle = c->low <= 0.5 && c->high >= 0.5 ? 0.5 : (c->low + c->high) / 2;
    double spread = c->low + (c->high - c->low) * (i + 0.5) / (n + 1);
    const double values[PATTERNS] = {
        [ONES] = 1,
        [MIDDLE] = middle,
        [FIRST] = i == 0,
        [EVERY_OTHER] = i % 2,
        [SIGNS] = i % 2 ? 1 : -1,
        [ALL_BUT_ONE] = i != 1,
        [TWO_VALUES] = 1 + i % 2,
        [SOME_ZEROS] = i % 3 ? spread : 0,
        [MINUS_ONES] = -1,
        [TWOS] = 2,
    };
    return values[p];
}

/* A case of an operation, a point and three directions; the operands one behind the other. */
typedef struct place {
    const ag_case *from;
    bool squares;
    int n;
    double x[ELEMENTS], along[ORDERS][ELEMENTS];
} place;

static int64_t size_of(ag_shape shape)
{
    int64_t n = 1;
    for (int d = 0; d < shape.ndim; d++) {
        n *= shape.dim[d];
    }
    return n;
}

/* False if the case has no or too many elements, or the point is far outside of its range. */
static bool place_of(place *at, const ag_case *c, pattern p, bool squares)
{
    int64_t n = 0;
    for (int k = 0; k < c->n_in; k++) {
        n += size_of(c->shape[k]);
    }
    *at = (place){.from = c, .squares = squares, .n = n <= ELEMENTS ? (int)n : 0};
    bool within = at->n > 0;
    for (int i = 0; i < at->n; i++) {
        at->x[i] = value(p, i, at->n, c);
        at->along[0][i] = 0.2 + fmod((i + 1) * 0.7548776, 1);
        at->along[1][i] = -0.9 + 1.7 * fmod((i + 3) * 0.5698402, 1);
        at->along[2][i] = 1.1 - 1.6 * fmod((i + 7) * 0.32471, 1);
        within = within && at->x[i] >= fmin(c->low, 0) && at->x[i] <= fmax(c->high, 1) + 1;
    }
    return within;
}

/* --- derivatives ---------------------------------------------------------------------------- */

static ag_tensor *weighted(ag_tensor *y, bool squares)
{
    double weight[RESULTS];
    int64_t n = ag_size(y);
    if (!ag_needs_grad(y) || n == 0 || n > RESULTS) {
        return NULL;
    }
    for (int64_t i = 0; i < n; i++) {
        weight[i] = 0.3 + 0.7 * fmod((double)i * 0.618034, 1);
    }
    ag_tensor *w = ag_from_values(ag_graph_of(y), AG_CONSTANT, ag_shape_of(y), weight);
    return ag_sum(ag_mul(squares ? ag_square(y) : y, w));
}

/* The derivative of f along a direction; NULL after an error. */
static ag_tensor *directional(ag_tensor *f, ag_tensor **x, int n, const double *along)
{
    ag_grad_options o = {.create_graph = true, .allow_unused = true};
    ag_tensor *slope[OPERANDS], *sum = ag_constant(ag_graph_of(f), 0);
    if (!ag_needs_grad(f)) {
        return sum;
    }
    if (ag_grad(&f, 1, NULL, x, n, &o, slope) != AG_OK) {
        return NULL;
    }
    for (int k = 0; k < n; along += ag_size(x[k++])) {
        if (slope[k] != NULL) {
            ag_shape shape = ag_shape_of(x[k]);
            ag_tensor *d = ag_from_values(ag_graph_of(f), AG_CONSTANT, shape, along);
            sum = ag_add(sum, ag_sum(ag_mul(slope[k], d)));
        }
    }
    return sum;
}

/* The derivative of `order` at x, by directions whose numbers are given. False after an error, which
 * an operation may have at such a point. */
static bool derivative(const place *at, const double *x, const int *which, int order, double *d)
{
    ag_graph *g = ag_graph_new_with(&(ag_graph_options){.seed = 3});
    ag_tensor *in[OPERANDS];
    for (int k = 0; k < at->from->n_in; x += ag_size(in[k++])) {
        in[k] = ag_from_values(g, AG_VARIABLE, at->from->shape[k], x);
    }
    ag_tensor *f = weighted(at->from->call(in), at->squares);
    for (int i = 0; i < order && f != NULL; i++) {
        f = directional(f, in, at->from->n_in, at->along[which[i]]);
    }
    *d = f != NULL ? ag_item(f) : (double)NAN;
    bool good = f != NULL && ag_error(g) == AG_OK;
    ag_graph_free(g);
    return good;
}

static bool near(double a, double b, double tolerance)
{
    return a == b || (a != a && b != b) ||
           fabs(a - b) <= tolerance * fmax(1, fmax(fabs(a), fabs(b)));
}

/* --- what is asked ---------------------------------------------------------------------------- */

/* Whether the derivatives of order 2 and 3 are the same in any order of the directions. */
static bool symmetric(const place *at)
{
    static const int orders[][ORDERS] = {{0, 1, 2}, {1, 0, 2}, {0, 2, 1},
                                         {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    double second[2], third[6];
    bool same = true;
    for (int i = 0; i < 6 && same; i++) {
        same = i > 1 || !derivative(at, at->x, orders[i], 2, &second[i]) ||
               near(second[i], second[0], 1e-9);
        same = same &&
               (!derivative(at, at->x, orders[i], 3, &third[i]) || near(third[i], third[0], 1e-8));
    }
    return same;
}

/* The slope of the derivative of `order` along the next direction, by differences. False if it is
 * not smooth there: both sides have a slope and a limit, each by a cubic through four points. */
static bool slope_of(const place *at, int order, double *slope)
{
    static const int in_order[] = {0, 1, 2};
    const double h = 1e-3;
    double f[2][SIDE], x[ELEMENTS];
    for (int i = 0; i < 2 * SIDE; i++) {
        double step = h * (1 + i % SIDE) * (i < SIDE ? 1 : -1);
        for (int k = 0; k < at->n; k++) {
            x[k] = at->x[k] + step * at->along[order][k];
        }
        if (!derivative(at, x, in_order, order, &f[i / SIDE][i % SIDE])) {
            return false;
        }
    }
    double limit[2], side[2];
    for (int s = 0; s < 2; s++) {
        const double *y = f[s];
        limit[s] = 4 * y[0] - 6 * y[1] + 4 * y[2] - y[3];
        side[s] = (1 - 2 * s) * (-26 * y[0] + 57 * y[1] - 42 * y[2] + 11 * y[3]) / (6 * h);
    }
    *slope = (8 * (f[0][0] - f[1][0]) - (f[0][1] - f[1][1])) / (12 * h);
    return isfinite(*slope) && near(limit[0], limit[1], 1e-7) && near(side[0], side[1], 1e-4) &&
           near(*slope, side[0], 1e-4);
}

/* The first order whose derivative is not the slope of the one before; 0 if all are. */
static int not_the_slope(const place *at, int *asked, double *d, double *slope)
{
    static const int in_order[] = {0, 1, 2};
    for (int order = 0; order < ORDERS; order++) {
        if (slope_of(at, order, slope) && derivative(at, at->x, in_order, order + 1, d)) {
            ++*asked;
            if (!near(*d, *slope, 3e-4)) {
                return order + 1;
            }
        }
    }
    return 0;
}

static int faults_at(const place *at, const char *op, pattern p, int *asked)
{
    double d, slope;
    bool same = symmetric(at);
    int order = not_the_slope(at, asked, &d, &slope);
    const char *what = at->squares ? "squares of " : "";
    if (!same) {
        printf("FAILED %s%s, %s, pattern %d: the order matters\n", what, op, at->from->label, p);
    }
    if (order > 0) {
        printf("FAILED %s%s, %s, pattern %d: derivative %d is %.12g, by differences %.12g\n", what,
               op, at->from->label, p, order, d, slope);
    }
    return !same + (order > 0);
}

static int faults_of(const ag_op *op, int *asked)
{
    int faults = 0;
    for (int k = 0; k < op->n_cases; k++) {
        for (int p = 0; p < 2 * PATTERNS; p++) {
            place at;
            if (place_of(&at, &op->cases[k], (pattern)(p / 2), p % 2 == 1)) {
                faults += faults_at(&at, op->name, (pattern)(p / 2), asked);
            }
        }
    }
    return faults;
}

START_TEST(test_special_points)
{
    int faults = 0, asked = 0;
    for (int i = 0; ag_op_at(i) != NULL; i++) {
        const ag_op *op = ag_op_at(i);
        if (!(op->flags & AG_OP_NO_GRADIENT) && why_not(op->name) == NULL) {
            faults += faults_of(op, &asked);
        }
    }
    printf("%d derivatives\n", asked);
    fflush(stdout);
    ck_assert_int_eq(faults, 0);
    ck_assert_int_gt(asked, 20000);
}
END_TEST

/* --- a planted fault -------------------------------------------------------------------------- */

static ag_status cube_forward(ag_call *call)
{
    double x = ag_item(call->in[0]);
    *(double *)call->out.data = x * x * x;
    return AG_OK;
}

/* 3 x^2, but at 0 the constant 0: right once. */
static ag_status cube_vjp(ag_vjp_call *call)
{
    ag_tensor *x = call->in[0], *zero = ag_constant(ag_graph_of(x), 0);
    ag_tensor *slope = ag_mul_scalar(ag_square(x), 3);
    slope = ag_where(ag_eq(x, zero), zero, slope);
    return ag_accumulate(call, 0, ag_mul(call->upstream, slope));
}

static ag_status cube_infer(ag_call *call)
{
    return ag_call_broadcast(call);
}

static const ag_op cube_op = {
    .name = "cube", .n_in = 1, .infer = cube_infer, .forward = cube_forward, .vjp = cube_vjp};

static ag_tensor *cube(ag_tensor *const *in)
{
    return ag_apply(&cube_op, in, 1, NULL, 0);
}

START_TEST(test_a_constant_is_noticed)
{
    const ag_case sample = {"planted", cube, 1, {{0, {0}}}, -2, 2};
    place at;
    double d, slope;
    int asked = 0;
    ck_assert(place_of(&at, &sample, ZEROS, false));
    ck_assert_int_eq(not_the_slope(&at, &asked, &d, &slope), 3);
    ck_assert(place_of(&at, &sample, ONES, false));
    ck_assert_int_eq(not_the_slope(&at, &asked, &d, &slope), 0);
}
END_TEST

CHECK_MAIN("registry_special", test_special_points, test_a_constant_is_noticed)
