/* Mixed derivatives of every elementwise operation of two operands do not depend on their order, at
 * points where rows have special cases too: zeros, ones, equal operands, exponents 0, 1 and 2. For
 * powers they are besides the closed form, to order three. Must not know a rule. Planted: an
 * operation whose rule has a constant in the place of a special case.
 */
#include <autograd.h>
#include <autograd/custom_op.h>
#include <math.h>
#include <stdio.h>

#include "check_main.h"

static const double special[] = {0, 1, -1, 2, 0.5, 3, -2, 1e-3, 700};
enum { SPECIAL = sizeof special / sizeof *special };

/* The derivative of y by in[order[0]], then by in[order[1]], ...; NaN as soon as one is no number. */
static double derivative(ag_tensor *y, ag_tensor *const *in, const int *order, int n)
{
    ag_grad_options options = {.create_graph = true, .allow_unused = true};
    for (int i = 0; i < n; i++) {
        ag_tensor *one = ag_full(ag_graph_of(y), AG_CONSTANT, AG_SCALAR, 1), *d = NULL;
        ag_tensor *x = in[order[i]];
        ag_status status = ag_needs_grad(y) ? ag_grad(&y, 1, &one, &x, 1, &options, &d) : AG_OK;
        ck_assert_msg(status == AG_OK, "%s", ag_error_message(ag_graph_of(x)));
        if (d == NULL) {
            return 0;
        }
        y = d;
    }
    return ag_item(y);
}

static bool agrees(double x, double y)
{
    double most = fmax(fabs(x), fabs(y));
    return x == y || (x != x && y != y) || fabs(x - y) <= 1e-11 * most + 1e-15;
}

/* How many orders of the same derivatives disagree at a point. */
static int disagree(ag_tensor *(*call)(ag_tensor *const *), const char *name, double a, double b)
{
    static const int orders[][3] = {{0, 1},    {1, 0},    {0, 0, 1}, {0, 1, 0},
                                    {1, 0, 0}, {0, 1, 1}, {1, 0, 1}, {1, 1, 0}};
    static const int first[] = {0, 0, 2, 2, 2, 5, 5, 5};
    double found[8];
    int wrong = 0;
    for (int i = 0; i < 8; i++) {
        ag_graph *g = ag_graph_new();
        ag_tensor *in[2] = {ag_variable(g, a), ag_variable(g, b)};
        found[i] = derivative(call(in), in, orders[i], i < 2 ? 2 : 3);
        ag_graph_free(g);
        if (!agrees(found[i], found[first[i]])) {
            printf("FAILED %s(%g, %g), order %d%d%d: %.17g, order %d%d%d: %.17g\n", name, a, b,
                   orders[i][0], orders[i][1], i < 2 ? 9 : orders[i][2], found[i],
                   orders[first[i]][0], orders[first[i]][1], i < 2 ? 9 : orders[first[i]][2],
                   found[first[i]]);
            wrong++;
        }
    }
    return wrong;
}

/* The public operations of two operands; parts of their derivatives are looked at through them. */
static const char *const names[] = {
#define UNARY(name, value, partial, low, high, doc)
#define BINARY(name, value, partial_a, partial_b, low, high, doc) #name,
#define UNARY_PART(name, value, partial, low, high)
#define BINARY_PART(name, value, partial_a, partial_b, low, high)
#include "ops/elementwise/each_row.h"
    "bce",
    "bce_logits",
};

START_TEST(test_mixed_derivatives_are_symmetric)
{
    int wrong = 0, rows = sizeof names / sizeof *names;
    for (int i = 0; i < rows; i++) {
        const ag_case *sample = &ag_op_find(names[i])->cases[0];
        bool probability = sample->low >= 0 && sample->high < 1;
        for (int k = 0; k < SPECIAL * SPECIAL; k++) {
            double a = special[k / SPECIAL], b = special[k % SPECIAL];
            if (!probability || (a > 0 && a < 1)) {
                wrong += disagree(sample->call, names[i], a, b);
            }
        }
    }
    printf("%d operations\n", rows);
    fflush(stdout);
    ck_assert_int_gt(rows, 15);
    ck_assert_int_eq(wrong, 0);
}
END_TEST

static ag_tensor *power(ag_tensor *const *in)
{
    return ag_pow(in[0], in[1]);
}

/* By a and b of a^b: a^(b - 1) (1 + b log a); by a, a, b: a^(b - 2) (2b - 1 + b (b - 1) log a). */
START_TEST(test_powers)
{
    static const double at[][2] = {{2, 0}, {2, 1}, {0.5, 2}, {3, -1}, {0, 3}, {0, 2}};
    static const int ab[] = {0, 1}, aab[] = {0, 0, 1};
    for (size_t i = 0; i < sizeof at / sizeof *at; i++) {
        double a = at[i][0], b = at[i][1], l = a > 0 ? log(a) : 0;
        ag_graph *g = ag_graph_new();
        ag_tensor *in[2] = {ag_variable(g, a), ag_variable(g, b)};
        ck_assert(agrees(derivative(power(in), in, ab, 2), pow(a, b - 1) * (1 + b * l)));
        if (a > 0 || b > 2) {
            double want = pow(a, b - 2) * (2 * b - 1 + b * (b - 1) * l);
            ck_assert(agrees(derivative(power(in), in, aab, 3), want));
        }
        ag_graph_free(g);
    }
}
END_TEST

/* a^b with the derivative by a taken for the constant 0 where b is 0: right once. */
static ag_status wrong_infer(ag_call *call)
{
    return ag_call_broadcast(call);
}

static ag_status wrong_forward(ag_call *call)
{
    *(double *)call->out.data = pow(ag_item(call->in[0]), ag_item(call->in[1]));
    return AG_OK;
}

static ag_status wrong_vjp(ag_vjp_call *call)
{
    ag_tensor *a = call->in[0], *b = call->in[1], *zero = ag_constant(ag_graph_of(a), 0);
    ag_tensor *less = ag_pow(a, ag_add_scalar(b, -1));
    ag_status status = ag_accumulate(
        call, 0, ag_where(ag_eq(b, zero), zero, ag_mul(call->upstream, ag_mul(b, less))));
    return status == AG_OK
               ? ag_accumulate(call, 1, ag_mul(ag_mul(call->upstream, call->out), ag_log(a)))
               : status;
}

static const ag_op wrong_op = {
    .name = "wrong", .n_in = 2, .infer = wrong_infer, .forward = wrong_forward, .vjp = wrong_vjp};

static ag_tensor *wrong(ag_tensor *const *in)
{
    return ag_apply(&wrong_op, in, 2, NULL, 0);
}

START_TEST(test_a_constant_is_noticed)
{
    ck_assert_int_gt(disagree(wrong, "planted", 2, 0), 0);
    ck_assert_int_eq(disagree(wrong, "planted", 2, 3), 0);
}
END_TEST

CHECK_MAIN("hessians", test_mixed_derivatives_are_symmetric, test_powers,
           test_a_constant_is_noticed)
