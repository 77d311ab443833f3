/* The awkward points, row by row: value and gradients of each case for a cotangent of ones. The
 * numbers are those PyTorch 1.13.1 printed in float64, and the rows have the names of that table.
 * Each row runs on 0-d operands, on operands of shape [2,1], in f64 and f32, by numbers and by
 * recorded operations. Rows whose operation does not exist yet are listed with its name; one that
 * comes into being without its row is a failure. What takes more than a row is in
 * test_semantics_points.c.
 */
#include <autograd.h>
#include <math.h>
#include <stdio.h>

#include "check_main.h"

#define INF ((double)INFINITY)
#define NOT_A_NUMBER ((double)NAN)

typedef struct row {
    const char *name;
    ag_tensor *(*call)(ag_tensor *const *in);
    int n_in;
    double in[2], value, gradient[2];
} row;

/* --- what is not an operation by itself ------------------------------------------------------- */

static ag_tensor *number(ag_tensor *like, double value)
{
    double values[2] = {value, value};
    float narrow[2] = {(float)value, (float)value};
    bool f32 = ag_dtype_of(like) == AG_F32;
    return ag_leaf(ag_graph_of(like), AG_CONSTANT, ag_dtype_of(like), ag_shape_of(like),
                   f32 ? (void *)narrow : (void *)values);
}

static const ag_bce_options each = {.reduction = AG_NONE};

#define CALL1(name, expression)                                                                    \
    static ag_tensor *name(ag_tensor *const *in)                                                   \
    {                                                                                              \
        ag_tensor *x = in[0];                                                                      \
        return expression;                                                                         \
    }
#define CALL2(name)                                                                                \
    static ag_tensor *name##_of(ag_tensor *const *in)                                              \
    {                                                                                              \
        return ag_##name(in[0], in[1]);                                                            \
    }
CALL1(absolute, ag_abs(x))
CALL1(sign, ag_sign(x))
CALL1(root, ag_sqrt(x))
CALL1(nothing_times_root, ag_mul(number(x, 0), ag_sqrt(x)))
CALL1(nothing_scales_root, ag_mul_scalar(ag_sqrt(x), 0))
CALL1(log_of_nothing, ag_log(ag_mul_scalar(x, 0)))
CALL1(log_of_sign, ag_log(ag_sub(ag_sign(x), number(x, 1))))
CALL1(rsqrt, ag_rsqrt(x))
CALL1(power_3, ag_pow_scalar(x, 3))
CALL1(power_0, ag_pow_scalar(x, 0))
CALL1(where_exp, ag_where(ag_gt(x, number(x, 500)), ag_add_scalar(x, 1), ag_exp(x)))
CALL1(where_sqrt, ag_where(ag_gt(x, number(x, 0)), ag_sqrt(x), x))
CALL1(relu, ag_relu(x))
CALL1(softplus, ag_softplus(x))
CALL1(sigmoid, ag_sigmoid(x))
CALL1(log_of, ag_log(x))
CALL1(expm1_of, ag_expm1(x))
CALL1(log1p_of, ag_log1p(x))
CALL1(leaky_relu, ag_leaky_relu(x, 0.1))
CALL1(elu, ag_elu(x, 1))
CALL1(hardtanh, ag_hardtanh(x, -1, 1))
CALL1(relu6, ag_relu6(x))
CALL1(hardsigmoid, ag_hardsigmoid(x))
CALL1(clamp, ag_clamp(x, 0, 1))
CALL1(clamp_min, ag_clamp_min(x, 0))
CALL1(logsigmoid, ag_logsigmoid(x))
CALL1(acos_of, ag_acos(x))
CALL1(floor_of, ag_floor(x))
CALL1(trunc_of, ag_trunc(x))
CALL1(gelu, ag_gelu(x))
CALL1(erfinv, ag_erfinv(x))
CALL2(maximum)
CALL2(minimum)
CALL2(pow)
CALL2(atan2)
CALL2(div)
CALL1(bce_of, ag_bce_loss(x, in[1], NULL, AG_NONE))
CALL1(bce_logits_of, ag_bce_with_logits(x, in[1], &each))
CALL1(huber_1, ag_huber_loss(x, number(x, 0), 1, AG_NONE))
CALL1(smooth_l1_0, ag_smooth_l1_loss(x, number(x, 0), 1, AG_NONE))
CALL1(l1_0, ag_l1_loss(x, number(x, 0), AG_NONE))
CALL1(kl_of_nothing, ag_kl_div(x, number(x, 0), false, AG_NONE))
CALL2(logaddexp)
CALL2(hypot)
CALL2(xlogy)
CALL2(fmod)
CALL2(remainder)

static const row rows[] = {
    {"maximum tie", maximum_of, 2, {1, 1}, 1, {0.5, 0.5}},
    {"minimum tie", minimum_of, 2, {1, 1}, 1, {0.5, 0.5}},
    {"abs0", absolute, 1, {0}, 0, {0}},
    {"sign0", sign, 1, {0}, 0, {0}},
    {"sqrt0", root, 1, {0}, 0, {INF}},
    {"0*sqrt0", nothing_times_root, 1, {0}, 0, {NOT_A_NUMBER}},
    {"0*sqrt0, by a constant", nothing_scales_root, 1, {0}, 0, {NOT_A_NUMBER}},
    {"inf*0, by a constant", log_of_nothing, 1, {2}, -INF, {NOT_A_NUMBER}},
    {"inf*0, by a derivative", log_of_sign, 1, {2}, -INF, {NOT_A_NUMBER}},
    {"rsqrt0", rsqrt, 1, {0}, INF, {-INF}},
    {"pow 0^2", pow_of, 2, {0, 2}, 0, {0, 0}},
    {"pow 0^1", pow_of, 2, {0, 1}, 0, {1, 0}},
    {"pow 0^0.5", pow_of, 2, {0, 0.5}, 0, {INF, 0}},
    {"pow 0^0", pow_of, 2, {0, 0}, 1, {0, 0}},
    {"pow 0^-1", pow_of, 2, {0, -1}, INF, {-INF, -INF}},
    {"pow -2^2", pow_of, 2, {-2, 2}, 4, {-4, NOT_A_NUMBER}},
    {"pow -2^3 const", power_3, 1, {-2}, -8, {12}},
    {"pow -2^.5", pow_of, 2, {-2, 0.5}, NOT_A_NUMBER, {NOT_A_NUMBER, NOT_A_NUMBER}},
    {"x**0 const at0", power_0, 1, {0}, 1, {0}},
    {"where exp", where_exp, 1, {1000}, 1001, {NOT_A_NUMBER}},
    {"where sqrt", where_sqrt, 1, {-1}, -1, {NOT_A_NUMBER}},
    {"relu0", relu, 1, {0}, 0, {0}},
    {"leaky0", leaky_relu, 1, {0}, 0, {0.1}},
    {"elu0", elu, 1, {0}, 0, {1}},
    {"hardtanh1", hardtanh, 1, {1}, 1, {0}},
    {"relu6 at6", relu6, 1, {6}, 6, {0}},
    {"hardsigmoid 3", hardsigmoid, 1, {3}, 1, {0}},
    {"clamp at min", clamp, 1, {0}, 0, {1}},
    {"clamp at max", clamp, 1, {1}, 1, {1}},
    {"clamp_min0", clamp_min, 1, {0}, 0, {1}},
    {"clamp nan", clamp, 1, {NOT_A_NUMBER}, NOT_A_NUMBER, {0}},
    {"logsigmoid -1000", logsigmoid, 1, {-1000}, -1000, {1}},
    {"logaddexp -inf", logaddexp_of, 2, {-INF, -INF}, -INF, {0.5, 0.5}},
    {"hypot 0,0", hypot_of, 2, {0, 0}, 0, {NOT_A_NUMBER, NOT_A_NUMBER}},
    {"xlogy 0,0", xlogy_of, 2, {0, 0}, 0, {0, NOT_A_NUMBER}},
    {"acos1", acos_of, 1, {1}, 0, {-INF}},
    {"fmod", fmod_of, 2, {5.5, 2}, 1.5, {1, -2}},
    {"remainder", remainder_of, 2, {-5.5, 2}, 0.5, {1, 3}},
    {"floor", floor_of, 1, {1.5}, 1, {0}},
    {"trunc", trunc_of, 1, {1.5}, 1, {0}},
    {"gelu0", gelu, 1, {0}, 0, {0.5}},
    {"erfinv1", erfinv, 1, {1}, INF, {INF}},
    {"softplus 1000", softplus, 1, {1000}, 1000, {1}},
    {"softplus -1000", softplus, 1, {-1000}, 0, {0}},
    {"sigmoid 1000", sigmoid, 1, {1000}, 1, {0}},
    {"atan2 0,0", atan2_of, 2, {0, 0}, 0, {0, 0}},
    {"log0", log_of, 1, {0}, -INF, {INF}},
    {"div0", div_of, 2, {1, 0}, INF, {INF, -INF}},
    {"bce p=0 t=1", bce_of, 2, {0, 1}, 100, {-1000000003995.8029, INF}},
    {"bce p=1 t=1", bce_of, 2, {1, 1}, 0, {0, -INF}},
    {"bcelogits 1000,t=0", bce_logits_of, 2, {1000, 0}, 1000, {1, -1000}},
    {"huber at delta", huber_1, 1, {1}, 0.5, {1}},
    {"smoothl1 0", smooth_l1_0, 1, {0}, 0, {0}},
    {"l1 0", l1_0, 1, {0}, 0, {0}},
    {"kl t=0", kl_of_nothing, 1, {-1}, 0, {-0.0}},
    {"expm1", expm1_of, 1, {1e-20}, 1e-20, {1}},
    {"log1p", log1p_of, 1, {1e-20}, 1e-20, {1}},
};

/* Rows that other files run, because their operands are more than a number. */
/* clang-format off */
static const char *const elsewhere[] = {
    /* test_reduce_semantics.c */
    "max() tie", "amax tie", "max(dim) tie", "median tie", "norm0", "norm1_0", "norminf tie",
    "norm3_0", "std const", "var N=1", "log_softmax big", "logsumexp -inf", "logsumexp one -inf",
    "softmax all -inf", "prod 1 zero", "prod 2 zeros", "cumprod zero", "prod empty", "max empty",
    "normalize zero", "nanmean", "nansum", "cummax tie",
    /* test_neural_*.c */
    "maxpool tie", "maxpool nan", "dropout p=1",
    /* test_loss_points.c */
    "ce ignore all", "cosine_sim zero",
    /* test_index_values.c */
    "gather dup", "sort tie", "topk",
};
/* clang-format on */

/* "mean empty" and "sum empty" are tested as points; "asinh big", which f32 cannot hold, as
 * well. */
enum {
    ROWS = sizeof rows / sizeof *rows,
    ELSEWHERE = sizeof elsewhere / sizeof *elsewhere,
    ROWS_OF_OUR_OWN = 3,
    ROWS_AS_POINTS = 3,
    ROWS_OF_THE_TABLE = 88
};

/* --- running a row ---------------------------------------------------------------------------- */

typedef struct form {
    const char *text;
    ag_dtype dtype;
    ag_shape shape;
    bool by_numbers;
    double tolerance;
} form;

static bool matches(double have, double want, double tolerance)
{
    if (isnan(want) || isinf(want)) {
        return isnan(want) ? isnan(have) : have == want;
    }
    return fabs(have - want) <= tolerance * fabs(want);
}

static bool all_match(const row *r, const form *f, const char *what, ag_status status,
                      const double have[2], double want)
{
    int n = f->shape.ndim == 0 ? 1 : 2;
    bool ok = status == AG_OK;
    for (int i = 0; i < n; i++) {
        ok = ok && matches(have[i], want, f->tolerance);
    }
    if (!ok) {
        printf("FAILED %s, %s: %s is %g, want %g\n", r->name, f->text, what, have[0], want);
    }
    return ok;
}

/* The gradients of the sum of y, as tensors of numbers. */
static ag_status gradients(const form *f, ag_tensor *y, ag_tensor *const *in, int n,
                           double out[2][2])
{
    ag_tensor *ones = number(y, 1), *grads[2];
    int64_t size = ag_size(y);
    ag_grad_options options = {.create_graph = true};
    ag_status status =
        f->by_numbers ? ag_backward_from(y, ones) : ag_grad(&y, 1, &ones, in, n, &options, grads);
    for (int i = 0; i < n && status == AG_OK; i++) {
        status = f->by_numbers ? ag_grad_get(in[i], out[i], size) : ag_get(grads[i], out[i], size);
    }
    return status;
}

static bool row_holds(const row *r, const form *f)
{
    static const char *const by[2] = {"gradient of operand 0", "gradient of operand 1"};
    ag_graph *g = ag_graph_new_with(&(ag_graph_options){.dtype = f->dtype});
    double value[2] = {9, 9}, gradient[2][2] = {{9, 9}, {9, 9}};
    ag_tensor *in[2] = {NULL};
    for (int i = 0; i < r->n_in; i++) {
        in[i] = ag_full(g, AG_VARIABLE, f->shape, r->in[i]);
    }
    ag_tensor *y = r->call(in);
    ck_assert_msg(y != NULL, "%s, %s: %s", r->name, f->text, ag_error_message(g));
    bool ok = all_match(r, f, "value", ag_get(y, value, ag_size(y)), value, r->value);
    ag_status status = gradients(f, y, in, r->n_in, gradient);
    for (int i = 0; i < r->n_in; i++) {
        ok = all_match(r, f, by[i], status, gradient[i], r->gradient[i]) && ok;
    }
    ag_graph_free(g);
    return ok;
}

START_TEST(test_rows)
{
    const form forms[] = {
        {"0-d f64", AG_F64, AG_SCALAR, true, 1e-15},
        {"[2,1] f64", AG_F64, AG_SHAPE(2, 1), true, 1e-15},
        {"0-d f64, recorded", AG_F64, AG_SCALAR, false, 1e-15},
        {"[2,1] f64, recorded", AG_F64, AG_SHAPE(2, 1), false, 1e-15},
        {"0-d f32", AG_F32, AG_SCALAR, true, 1e-6},
        {"[2,1] f32", AG_F32, AG_SHAPE(2, 1), true, 1e-6},
    };
    int failed = 0;
    for (size_t i = 0; i < ROWS; i++) {
        for (size_t k = 0; k < sizeof forms / sizeof *forms; k++) {
            failed += !row_holds(&rows[i], &forms[k]);
        }
    }
    printf("%d rows of the table hold in %d forms\n", ROWS, (int)(sizeof forms / sizeof *forms));
    ck_assert_int_eq(failed, 0);
}
END_TEST

/* --- none is left out ------------------------------------------------------------------------- */

START_TEST(test_no_row_is_left_out)
{
    for (size_t i = 0; i < ELSEWHERE; i++) {
        for (size_t k = 0; k < ROWS; k++) {
            ck_assert_msg(strcmp(elsewhere[i], rows[k].name) != 0, "twice: %s", elsewhere[i]);
        }
    }
    ck_assert_int_eq(ROWS - ROWS_OF_OUR_OWN + ROWS_AS_POINTS + ELSEWHERE, ROWS_OF_THE_TABLE);
}
END_TEST

/* A row that is wrong must be noticed: in its value, its gradients, and where it says NaN. */
START_TEST(test_a_wrong_row_is_noticed)
{
    const form f = {"0-d f64", AG_F64, AG_SCALAR, true, 1e-15};
    const row wrong[] = {
        {"planted: value", relu, 1, {2}, 2.0000001, {1}},
        {"planted: gradient", relu, 1, {0}, 0, {0.5}},
        {"planted: second gradient", pow_of, 2, {0, 2}, 0, {0, NOT_A_NUMBER}},
        {"planted: no NaN", root, 1, {0}, 0, {NOT_A_NUMBER}},
        {"planted: NaN for a number", where_sqrt, 1, {-1}, -1, {0}},
        {"planted: sign of inf", rsqrt, 1, {0}, INF, {INF}},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        ck_assert_msg(!row_holds(&wrong[i], &f), "%s", wrong[i].name);
    }
}
END_TEST

CHECK_MAIN("semantics", test_rows, test_no_row_is_left_out, test_a_wrong_row_is_noticed)
