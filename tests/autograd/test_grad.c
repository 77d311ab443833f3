/* Gradients as tensors: ag_grad against closed forms, up to the fourth derivative; inputs of every
 * kind; what it must not touch; and every way to call it wrongly. The closed forms are textbook
 * derivatives (Abramowitz and Stegun 1964, chapters 3 and 4).
 */
#include "expect.h"

static ag_graph *g;

/* --- derivatives of derivatives --------------------------------------------------------------- */

enum { ORDER = 4 };
typedef ag_tensor *(*function)(ag_tensor *x);
typedef void (*closed_form)(double x, double d[ORDER]);

static ag_tensor *sine(ag_tensor *x)
{
    return ag_sin(x);
}

static void sine_form(double x, double d[ORDER])
{
    d[0] = cos(x), d[1] = -sin(x), d[2] = -cos(x), d[3] = sin(x);
}

static ag_tensor *exponential(ag_tensor *x)
{
    return ag_exp(ag_mul_scalar(x, 2));
}

static void exponential_form(double x, double d[ORDER])
{
    for (int k = 0; k < ORDER; k++) {
        d[k] = ldexp(exp(2 * x), k + 1);
    }
}

static ag_tensor *fifth_power(ag_tensor *x)
{
    return ag_mul(ag_mul(ag_mul(x, x), ag_mul(x, x)), x);
}

static ag_tensor *fifth_power_scalar(ag_tensor *x)
{
    return ag_pow_scalar(x, 5);
}

static void fifth_power_form(double x, double d[ORDER])
{
    d[0] = 5 * pow(x, 4), d[1] = 20 * pow(x, 3), d[2] = 60 * x * x, d[3] = 120 * x;
}

static ag_tensor *hyperbolic(ag_tensor *x)
{
    return ag_tanh(x);
}

/* With t = tanh x and t' = 1 - t^2. */
static void hyperbolic_form(double x, double d[ORDER])
{
    double t = tanh(x), u = 1 - t * t;
    d[0] = u, d[1] = -2 * t * u, d[2] = -2 * u * (1 - 3 * t * t),
    d[3] = 8 * t * u * (2 - 3 * t * t);
}

static ag_tensor *logistic(ag_tensor *x)
{
    return ag_sigmoid(x);
}

/* With s' = s (1 - s). */
static void logistic_form(double x, double d[ORDER])
{
    double s = 1 / (1 + exp(-x)), u = s * (1 - s);
    d[0] = u, d[1] = u * (1 - 2 * s), d[2] = u * (1 - 6 * s + 6 * s * s);
    d[3] = u * (1 - 2 * s) * (1 - 12 * s + 12 * s * s);
}

/* ones^T as seed: each element of y depends on the same element of x alone. */
static ag_tensor *differentiated(ag_tensor *y, ag_tensor *x)
{
    ag_tensor *dx = NULL, *seed = ag_leaf(g, AG_CONSTANT, ag_dtype_of(y), ag_shape_of(y), NULL);
    ag_grad_options options = {.create_graph = true};
    for (int64_t i = 0; i < ag_size(seed); i++) {
        if (ag_dtype_of(y) == AG_F32) {
            ((float *)ag_mutable_data(seed))[i] = 1;
        } else {
            ((double *)ag_mutable_data(seed))[i] = 1;
        }
    }
    ck_assert_msg(ag_grad(&y, 1, &seed, &x, 1, &options, &dx) == AG_OK, "%s", ag_error_message(g));
    return dx;
}

static void check_order(function f, closed_form form, ag_dtype dtype, bool scalar, double tolerance)
{
    static const double at[3] = {-1.25, 0.5, 2};
    static const float at_f32[3] = {-1.25f, 0.5f, 2};
    for (int start = 0; start < (scalar ? 3 : 1); start++) {
        g = ag_graph_new();
        const void *data = dtype == AG_F32 ? (const void *)(at_f32 + start) : at + start;
        ag_tensor *x = ag_leaf(g, AG_VARIABLE, dtype, scalar ? AG_SCALAR : AG_SHAPE(3), data);
        ag_tensor *y = f(x);
        for (int k = 0; k < ORDER; k++) {
            double got[3], want[ORDER];
            y = differentiated(y, x);
            expect_ok(ag_get(y, got, ag_size(x)));
            for (int i = 0; i < ag_size(x); i++) {
                form(at[start + i], want);
                expect_near(got[i], want[k], tolerance);
            }
        }
        ck_assert_int_eq(ag_grad_state_of(x), AG_GRAD_NOT_RUN);
        all_well(g);
        ag_graph_free(g);
    }
}

static void check_all(function f, closed_form form)
{
    check_order(f, form, AG_F64, true, 1e-13);
    check_order(f, form, AG_F64, false, 1e-13);
    check_order(f, form, AG_F32, true, 2e-5);
    check_order(f, form, AG_F32, false, 2e-5);
}

START_TEST(test_orders)
{
    check_all(sine, sine_form);
    check_all(exponential, exponential_form);
    check_all(fifth_power, fifth_power_form);
    check_all(fifth_power_scalar, fifth_power_form);
    check_all(hyperbolic, hyperbolic_form);
    check_all(logistic, logistic_form);
}
END_TEST

/* A backward pass through a recorded gradient: d/dx (dy/dx)^2 with y = x^3 is 36 x^3. */
START_TEST(test_backward_through_gradient)
{
    g = ag_graph_new();
    ag_tensor *x = ag_variable(g, 2), *slope = differentiated(ag_pow_scalar(x, 3), x);
    expect_same(ag_item(slope), 12);
    expect_ok(ag_backward(ag_square(slope)));
    expect_near(ag_grad_item(x), 288, 1e-14);
    ag_graph_free(g);
}
END_TEST

/* --- inputs and outputs ----------------------------------------------------------------------- */

START_TEST(test_several)
{
    g = ag_graph_new();
    ag_tensor *x = of_values(g, AG_SHAPE(2), 1, 2), *w = of_values(g, AG_SHAPE(2), 3, 4);
    ag_tensor *h = ag_mul(x, w), *y[2] = {ag_sum(h), ag_square(x)};
    ag_tensor *seed[2] = {NULL, of_values(g, AG_SHAPE(2), 1, -1)};
    ag_tensor *in[4] = {x, h, w, x}, *d[4];
    expect_ok(ag_grad(y, 2, seed, in, 4, NULL, d));
    expect_values(d[0], 3 + 2, 4 - 4); /* w + 2 x seed */
    expect_values(d[1], 1, 1);         /* an interior tensor */
    expect_values(d[2], 1, 2);
    expect_values(d[3], 5, 0); /* the same input again */
    for (int i = 0; i < 4; i++) {
        ck_assert(!ag_needs_grad(d[i]));
    }
    ck_assert_int_eq(ag_grad_state_of(x), AG_GRAD_NOT_RUN);
    ck_assert_int_eq(ag_grad_state_of(h), AG_GRAD_NOT_RUN);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_inputs_of_inputs)
{
    g = ag_graph_new();
    ag_tensor *x = ag_variable(g, 3), *h = ag_square(x), *y = ag_mul(h, x);
    ag_tensor *in[3] = {h, x, y}, *d[3];
    expect_ok(ag_grad(&y, 1, NULL, in, 3, NULL, d));
    expect_same(ag_item(d[0]), 3);
    expect_same(ag_item(d[1]), 27); /* the whole derivative, also by way of h */
    expect_same(ag_item(d[2]), 1);  /* the output itself */
    ag_graph_free(g);
}
END_TEST

START_TEST(test_leaves_gradients_alone)
{
    g = ag_graph_new();
    ag_tensor *x = of_values(g, AG_SHAPE(2), 1, 2), *y = ag_sum(ag_square(x)), *d = NULL;
    expect_ok(ag_backward(y));
    expect_ok(ag_grad(&y, 1, NULL, &x, 1, NULL, &d));
    expect_values(d, 2, 4);
    expect_grads(x, 2, 4);
    ck_assert_uint_eq(ag_grad_runs(x), 1);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_unused)
{
    g = ag_graph_new();
    ag_tensor *x = ag_variable(g, 2), *z = ag_full(g, AG_VARIABLE, AG_SHAPE(2, 2), 1),
              *y = ag_exp(x);
    ag_tensor *later = ag_variable(g, 1), *c = ag_constant(g, 1);
    ag_tensor *in[4] = {x, z, later, c}, *d[4] = {x, x, x, x};
    no_success(g, HERE, ag_grad(&y, 1, NULL, in, 3, NULL, d), AG_ERR_NO_GRADIENT,
               "grad: input 1 is used by no output: nothing depends on it", "[2,2]",
               "hint: ag_grad_options has allow_unused");
    ag_tensor *most = ag_mul(y, ag_cast(ag_argmax(z), AG_F64));
    no_success(g, HERE, ag_grad(&most, 1, NULL, in, 2, NULL, d), AG_ERR_NO_GRADIENT,
               "grad: input 1 is used by no output: argmax, called at ", ", hands no gradient on",
               "allow_unused", LINE);
    ck_assert(d[0] == NULL && d[1] == NULL && d[2] == NULL);
    ag_grad_options options = {.allow_unused = true};
    expect_ok(ag_grad(&y, 1, NULL, in, 4, &options, d));
    expect_near(ag_item(d[0]), exp(2), 1e-15);
    expect_values(d[1], 0, 0, 0, 0);
    ck_assert_int_eq(ag_shape_of(d[1]).ndim, 2);
    expect_same(ag_item(d[2]), 0);
    expect_same(ag_item(d[3]), 0);
    expect_ok(ag_grad(&c, 1, NULL, in, 1, &options, d)); /* nor an output that needs none */
    expect_same(ag_item(d[0]), 0);
    ag_graph_free(g);
}
END_TEST

/* --- wrong calls ------------------------------------------------------------------------------ */

START_TEST(test_wrong_operands)
{
    g = ag_graph_new();
    ag_graph *other = ag_graph_new();
    ag_tensor *x = ag_name(ag_variable(g, 2), "x"), *y = ag_exp(x), *none = NULL, *d = x;
    ag_tensor *theirs = ag_variable(other, 1), *c = ag_name(ag_constant(g, 1), "c");
    no_success(g, HERE, ag_grad(&y, 1, NULL, &none, 1, NULL, &d), AG_ERR_NULL_ARGUMENT,
               "an input is NULL");
    ck_assert_ptr_null(d);
    no_success(g, HERE, ag_grad(&none, 1, NULL, &x, 1, NULL, &d), AG_ERR_NULL_ARGUMENT,
               "an output is NULL");
    no_success(g, HERE, ag_grad(NULL, 1, NULL, &x, 1, NULL, &d), AG_ERR_NULL_ARGUMENT,
               "an output is NULL");
    no_success(g, HERE, ag_grad(&y, 0, NULL, &x, 1, NULL, &d), AG_ERR_NULL_ARGUMENT,
               "there is none");
    no_success(g, HERE, ag_grad(&y, 1, NULL, &x, 1, NULL, NULL), AG_ERR_NULL_ARGUMENT, "array");
    no_success(g, HERE, ag_grad(&y, 1, NULL, &theirs, 1, NULL, &d), AG_ERR_GRAPH, "another graph");
    no_success(g, HERE, ag_grad(&y, 1, NULL, &c, 1, NULL, &d), AG_ERR_NO_GRADIENT,
               "input 0 needs no gradient: it depends on no variable or parameter", "\"c\"");
    no_success(g, HERE, ag_grad(&c, 1, NULL, &x, 1, NULL, &d), AG_ERR_NO_GRADIENT,
               "output 0 needs no gradient", "\"c\"");
    ag_tensor *both[2] = {y, theirs};
    no_success(g, HERE, ag_grad(both, 2, NULL, &x, 1, NULL, &d), AG_ERR_GRAPH,
               "the outputs belong to two graphs");
    ck_assert_ptr_null(d);
    ag_graph_free(other);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_wrong_seeds)
{
    g = ag_graph_new();
    ag_graph *other = ag_graph_new();
    ag_tensor *x = ag_full(g, AG_VARIABLE, AG_SHAPE(2), 1), *y = ag_name(ag_exp(x), "y"), *d = NULL;
    ag_tensor *wide = ag_full(g, AG_CONSTANT, AG_SHAPE(3), 1);
    ag_tensor *narrow = ag_leaf(g, AG_CONSTANT, AG_F32, AG_SHAPE(2), NULL);
    ag_tensor *theirs = ag_full(other, AG_CONSTANT, AG_SHAPE(2), 1);
    no_success(g, HERE, ag_grad(&y, 1, NULL, &x, 1, NULL, &d), AG_ERR_SHAPE,
               "an output of several elements needs a seed", "\"y\" f64 [2]");
    no_success(g, HERE, ag_grad(&y, 1, &wide, &x, 1, NULL, &d), AG_ERR_SHAPE,
               "a seed has another shape");
    no_success(g, HERE, ag_grad(&y, 1, &narrow, &x, 1, NULL, &d), AG_ERR_DTYPE,
               "another shape or dtype");
    no_success(g, HERE, ag_grad(&y, 1, &theirs, &x, 1, NULL, &d), AG_ERR_GRAPH,
               "a seed belongs to another");
    ag_tensor *loss = ag_sum(y);
    expect_ok(ag_set(x, (const double *)ag_data(x), 2));
    no_success(g, HERE, ag_grad(&loss, 1, NULL, &x, 1, NULL, &d), AG_ERR_CHANGED,
               "of exp was written");
    ck_assert_ptr_null(d);
    ag_graph_free(other);
    ag_graph_free(g);
}
END_TEST

/* Scopes are left as they were found, and the recording of gradients goes by its option, not by
 * them. */
START_TEST(test_scopes)
{
    g = ag_graph_new();
    ag_tensor *x = ag_variable(g, 2), *y = ag_pow_scalar(x, 3), *d = NULL;
    ag_no_grad_enter(g);
    ck_assert(ag_needs_grad(differentiated(y, x)));
    ck_assert(!ag_needs_grad(ag_exp(x)));
    ag_no_grad_leave(g);
    expect_ok(ag_grad(&y, 1, NULL, &x, 1, NULL, &d));
    ck_assert(!ag_needs_grad(d) && ag_needs_grad(ag_exp(x)));
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("grad", test_orders, test_backward_through_gradient, test_several, test_inputs_of_inputs,
           test_leaves_gradients_alone, test_unused, test_wrong_operands, test_wrong_seeds,
           test_scopes)
