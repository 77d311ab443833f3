/* Elementwise operations where a number is none, and at the zero with a sign. Knows by name only
 * what is exempt and the rows of its table.
 *
 * A NaN that goes through an operation must be seen in the gradients, too: where a value is NaN
 * because an operand is, the derivative by that operand is NaN, or a number by which what comes
 * from above is multiplied, but not 0, which would hide it.
 *
 * An infinite derivative at -0 has the sign that the formula on the blackboard has in IEEE
 * arithmetic.
 */
#include <autograd.h>
#include <autograd/custom_op.h>
#include <math.h>

#include "check_main.h"
#include "ops/elementwise/row.h"

enum { LANES = 19 };

/* Of these it is 0: everywhere, or at NaN as PyTorch 2.15 has it. */
static const char *const exempt[] = {
    "floor", "ceil",  "round",     "trunc",     "fmod_quotient", "remainder_quotient",
    "abs",   "clamp", "clamp_min", "clamp_max", "clamp_low",     "clamp_high",
};

static bool is_exempt(const char *name)
{
    for (size_t i = 0; i < sizeof exempt / sizeof *exempt; i++) {
        if (strcmp(exempt[i], name) == 0) {
            return true;
        }
    }
    return false;
}

/* The derivatives by x of y: of the backward pass, and as they are recorded. */
static void derive(ag_tensor *y, ag_tensor *x, double d[2])
{
    double all[LANES];
    int n = (int)ag_size(x);
    ag_tensor *ones = ag_full(ag_graph_of(y), AG_CONSTANT, ag_shape_of(y), 1), *recorded = NULL;
    ck_assert_int_eq(ag_backward_from(y, ones), AG_OK);
    ck_assert_int_eq(ag_grad_get(x, all, n), AG_OK);
    d[0] = all[n - 1];
    ck_assert_int_eq(
        ag_grad(&y, 1, &ones, &x, 1, &(ag_grad_options){.create_graph = true}, &recorded), AG_OK);
    ck_assert_int_eq(ag_get(recorded, all, n), AG_OK);
    d[1] = all[n - 1];
}

/* --- NaN -------------------------------------------------------------------------------------- */

/* Operand k is NaN, the others are within the row's domain. Returns whether the value is NaN. */
static bool nan_is_seen(const ag_op *op, int k, ag_dtype dtype, ag_shape shape)
{
    const ag_case *c = &op->cases[0];
    ag_graph *g = ag_graph_new_with(&(ag_graph_options){.dtype = dtype});
    double value[LANES], d[2], middle = (c->low + c->high) / 2 + 0.01;
    ag_tensor *in[2];
    for (int i = 0; i < op->n_in; i++) {
        in[i] = ag_full(g, AG_VARIABLE, shape, i == k ? (double)NAN : middle);
    }
    ag_tensor *y = c->call(in);
    ck_assert_int_eq(ag_get(y, value, ag_size(y)), AG_OK);
    bool asked = value[0] != value[0] && !is_exempt(op->name);
    if (asked) {
        derive(y, in[k], d);
        ck_assert_msg(d[0] != 0 && d[1] != 0, "%s, operand %d: %g, recorded %g", op->name, k, d[0],
                      d[1]);
    }
    ag_graph_free(g);
    return asked;
}

START_TEST(test_no_derivative_hides_a_nan)
{
    int asked = 0;
    for (int i = 0; ag_op_at(i) != NULL; i++) {
        const ag_op *op = ag_op_at(i);
        for (int k = 0; op->infer == ag__row_infer && k < op->n_in; k++) {
            asked += nan_is_seen(op, k, AG_F64, AG_SCALAR);
            nan_is_seen(op, k, AG_F64, AG_SHAPE(LANES));
            nan_is_seen(op, k, AG_F32, AG_SHAPE(LANES));
        }
    }
    ck_assert_int_gt(asked, 100);
}
END_TEST

/* Is the row's value NaN where all elements of operand k have these bits, in f32? */
static bool value_is_nan(const ag_op *op, int k, uint32_t bits)
{
    const ag_case *c = &op->cases[0];
    ag_graph *g = ag_graph_new_with(&(ag_graph_options){.dtype = AG_F32});
    double value[LANES];
    ag_tensor *in[2];
    for (int i = 0; i < op->n_in; i++) {
        in[i] = ag_full(g, AG_CONSTANT, AG_SHAPE(LANES), (c->low + c->high) / 2 + 0.01);
    }
    char *to = ag_mutable_data(in[k]);
    for (int i = 0; i < LANES; i++) {
        memcpy(to + i * 4, &bits, sizeof bits);
    }
    ck_assert_int_eq(ag_get(c->call(in), value, LANES), AG_OK);
    ag_graph_free(g);
    for (int i = 1; i < LANES; i++) {
        ck_assert_msg((value[i] != value[i]) == (value[0] != value[0]), "%s, operand %d: %g, %g",
                      op->name, k, value[0], value[i]);
    }
    return value[0] != value[0];
}

/* A NaN may have any digits and either sign, and need not be a quiet one. */
START_TEST(test_every_nan_is_one)
{
    static const uint32_t nans[] = {0x7F800001, 0xFF800001, 0x7F800FFF, 0xFFC00000, 0xFFFFFFFF};
    for (int i = 0; ag_op_at(i) != NULL; i++) {
        const ag_op *op = ag_op_at(i);
        for (int k = 0; op->infer == ag__row_infer && k < op->n_in; k++) {
            bool usual = value_is_nan(op, k, 0x7FC00000);
            for (size_t n = 0; n < sizeof nans / sizeof *nans; n++) {
                ck_assert_msg(value_is_nan(op, k, nans[n]) == usual,
                              "%s, operand %d: the NaN %08X is none", op->name, k,
                              (unsigned)nans[n]);
            }
        }
    }
}
END_TEST

/* --- -0 --------------------------------------------------------------------------------------- */

static ag_tensor *root_by_pow(ag_tensor *x)
{
    return ag_pow_scalar(x, 0.5);
}

typedef struct zero {
    const char *name;
    ag_tensor *(*call)(ag_tensor *x);
    double at_0, at_minus_0;
} zero;

#define INF ((double)INFINITY)
static const zero zeros[] = {
    {"sqrt", ag_sqrt, INF, -INF},              /* 1/(2y), y = -0 */
    {"rsqrt", ag_rsqrt, -INF, -INF},           /* -y/(2a), y = -inf */
    {"log", ag_log, INF, -INF},                /* 1/a, as the next ones */
    {"log2", ag_log2, INF, -INF},              /* */
    {"log10", ag_log10, INF, -INF},            /* */
    {"logit", ag_logit, INF, -INF},            /* 1/(a (1 - a)) */
    {"pow_scalar", root_by_pow, INF, INF},     /* 0.5 a^-0.5, and C's pow takes -0 for 0 */
    {"cbrt", ag_cbrt, INF, INF},               /* 1/(3y^2) */
    {"reciprocal", ag_reciprocal, -INF, -INF}, /* -1/a^2 */
};

static void has_sign(const zero *z, double at, double want, ag_dtype dtype, ag_shape shape)
{
    double d[2];
    ag_graph *g = ag_graph_new_with(&(ag_graph_options){.dtype = dtype});
    ag_tensor *x = ag_full(g, AG_VARIABLE, shape, at);
    derive(z->call(x), x, d);
    ck_assert_msg(d[0] == want && d[1] == want, "%s at %g: %g, recorded %g, not %g", z->name, at,
                  d[0], d[1], want);
    ag_graph_free(g);
}

START_TEST(test_signs_at_zero)
{
    for (size_t i = 0; i < sizeof zeros / sizeof *zeros; i++) {
        const zero *z = &zeros[i];
        for (int minus = 0; minus < 2; minus++) {
            double at = minus ? -0.0 : 0.0, want = minus ? z->at_minus_0 : z->at_0;
            has_sign(z, at, want, AG_F64, AG_SCALAR);
            has_sign(z, at, want, AG_F64, AG_SHAPE(LANES));
            has_sign(z, at, want, AG_F32, AG_SHAPE(LANES));
        }
    }
}
END_TEST

CHECK_MAIN("registry nan", test_no_derivative_hides_a_nan, test_every_nan_is_one,
           test_signs_at_zero)
