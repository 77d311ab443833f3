/* Proves that the checks of the registry loops can fail: copies of built-in operations with one
 * thing wrong each go through the same code, in registry.h, and each must be caught by the check
 * that is there for it. The copies without a fault pass.
 */
#include "registry.h"

/* --- a matrix product, copied ----------------------------------------------------------------- */

static ag_status infer(ag_call *call)
{
    return ag_op_find("matmul")->infer(call);
}

static ag_status forward(ag_call *call)
{
    return ag_op_find("matmul")->forward(call);
}

static ag_status backward(ag_vjp_call *call)
{
    return ag_op_find("matmul")->backward(call);
}

static ag_status vjp(ag_vjp_call *call)
{
    return ag_op_find("matmul")->vjp(call);
}

static ag_status both(ag_vjp_call *call, ag_tensor *to_a, ag_tensor *to_b)
{
    ag_status status = ag_accumulate(call, 0, to_a);
    return status == AG_OK ? ag_accumulate(call, 1, to_b) : status;
}

/* One partial in a thousand too large. */
static ag_status vjp_scaled(ag_vjp_call *call)
{
    ag_tensor *a = call->in[0], *b = call->in[1], *g = call->upstream;
    return both(call, ag_matmul(g, ag_transpose(b)),
                ag_mul_scalar(ag_matmul(ag_transpose(a), g), 1.001));
}

static ag_status vjp_skewed(ag_vjp_call *call)
{
    ag_tensor *ga = ag_matmul(call->upstream, ag_transpose(call->in[1]));
    return ag_accumulate(call, 0, ag_mul_scalar(ga, 1 + 1e-9));
}

/* Right as a number, but what it depends on is lost. */
static ag_status vjp_detached(ag_vjp_call *call)
{
    ag_tensor *a = ag_detach(call->in[0]), *b = call->in[1], *g = call->upstream;
    return both(call, ag_matmul(g, ag_transpose(b)), ag_matmul(ag_transpose(a), g));
}

static ag_status vjp_forgets(ag_vjp_call *call)
{
    return ag_accumulate(call, 0, ag_matmul(call->upstream, ag_transpose(call->in[1])));
}

static ag_status forward_rough(ag_call *call)
{
    ag_status status = forward(call);
    float *y = call->out.data;
    if (call->dtype == AG_F32) {
        y[0] *= 1.001f;
    }
    return status;
}

/* Takes its first operand for row-major. */
static ag_status forward_plain(ag_call *call)
{
    const double *a = ag_array_of(call->in[0]).data;
    double *y = call->out.data;
    for (int64_t i = 0; i < call->out.size; i++) {
        y[i] = a[i];
    }
    return AG_OK;
}

static ag_status infer_same(ag_call *call)
{
    call->shape = ag_shape_of(call->in[0]);
    return AG_OK;
}

static ag_status vjp_same(ag_vjp_call *call)
{
    return ag_accumulate(call, 0, call->upstream);
}

/* PLANTED(name, infer, forward, vjp, backward) */
#define PLANTED(name_, infer_, forward_, vjp_, backward_)                                          \
    static const ag_op name_##_op = {.name = #name_,                                               \
                                     .n_in = 2,                                                    \
                                     .infer = infer_,                                              \
                                     .forward = forward_,                                          \
                                     .vjp = vjp_,                                                  \
                                     .backward = backward_};                                       \
    static ag_tensor *name_##_call(ag_tensor *const *in)                                           \
    {                                                                                              \
        return ag_apply(&name_##_op, in, 2, NULL, 0);                                              \
    }                                                                                              \
    static const ag_case name_##_case = {#name_, name_##_call, 2, {{2, {2, 3}}, {2, {3, 2}}}, -2,  \
                                         2};
PLANTED(whole, infer, forward, vjp, backward)
PLANTED(scaled, infer, forward, vjp_scaled, NULL)
PLANTED(skewed, infer, forward, vjp_skewed, NULL)
PLANTED(forgetful, infer, forward, vjp_forgets, NULL)
PLANTED(detached, infer, forward, vjp_detached, NULL)
PLANTED(uneven, infer, forward, vjp, vjp_forgets)
PLANTED(rough, infer, forward_rough, vjp, backward)
PLANTED(plain, infer_same, forward_plain, vjp_same, NULL)
PLANTED(ruleless, infer, forward, NULL, NULL)

#define SAMPLE(name, how) sample_of(&name##_op, &name##_case, how)

/* --- each is caught --------------------------------------------------------------------------- */

START_TEST(test_a_faultless_copy_passes)
{
    for (layout how = PLAIN; how < EXPANDED; how++) {
        sample s = SAMPLE(whole, how);
        ck_assert_msg(differences_agree(&s, 1), "%s", s.why);
        ck_assert_msg(differences_agree(&s, 2), "%s", s.why);
        ck_assert_msg(numbers_equal_rule(&s), "%s", s.why);
        ck_assert_msg(f32_agrees(&s), "%s", s.why);
        ck_assert_msg(is_transpose(&s), "%s", s.why);
    }
}
END_TEST

START_TEST(test_a_wrong_partial)
{
    sample s = SAMPLE(scaled, PLAIN);
    ck_assert(!differences_agree(&s, 1));
    ck_assert_ptr_nonnull(strstr(s.why, "gradcheck of scaled FAILED"));
    ck_assert_ptr_nonnull(strstr(s.why, "the largest error is at operand 1"));
}
END_TEST

START_TEST(test_a_forgotten_partial)
{
    sample s = SAMPLE(forgetful, PLAIN);
    ck_assert(!differences_agree(&s, 1));
    ck_assert_ptr_nonnull(strstr(s.why, "the largest error is at operand 1"));
}
END_TEST

START_TEST(test_a_missing_rule)
{
    sample s = SAMPLE(ruleless, PLAIN);
    ck_assert(!differences_agree(&s, 1));
    ck_assert_ptr_nonnull(strstr(s.why, "ruleless has no backward rule"));
}
END_TEST

START_TEST(test_a_rule_with_a_wrong_derivative)
{
    sample s = SAMPLE(detached, PLAIN);
    ck_assert_msg(differences_agree(&s, 1), "%s", s.why);
    ck_assert(!differences_agree(&s, 2));
}
END_TEST

START_TEST(test_a_fused_backward_unlike_the_rule)
{
    sample s = SAMPLE(uneven, PLAIN);
    ck_assert(!differences_agree(&s, 1));
    ck_assert_ptr_nonnull(strstr(s.why, "the rule in numbers (.backward)"));
    ck_assert(!numbers_equal_rule(&s));
    ck_assert_ptr_nonnull(strstr(s.why, "gradient of operand 1"));
}
END_TEST

START_TEST(test_a_wrong_f32_kernel)
{
    sample s = SAMPLE(rough, PLAIN);
    ck_assert_msg(differences_agree(&s, 1), "%s", s.why);
    ck_assert(!f32_agrees(&s));
    ck_assert_ptr_nonnull(strstr(s.why, "result 0, element 0"));
}
END_TEST

START_TEST(test_a_kernel_blind_to_strides)
{
    sample row_major = SAMPLE(plain, PLAIN);
    ck_assert_msg(differences_agree(&row_major, 1), "%s", row_major.why);
    for (layout how = PERMUTED; how < EXPANDED; how++) {
        sample s = SAMPLE(plain, how);
        ck_assert(!differences_agree(&s, 1));
    }
}
END_TEST

START_TEST(test_a_rule_that_is_no_transpose)
{
    sample s = SAMPLE(skewed, PLAIN);
    ck_assert(!is_transpose(&s));
    s = sample_of(ag_op_find("exp"), &ag_op_find("exp")->cases[0], PLAIN); /* not linear */
    ck_assert(!is_transpose(&s));
}
END_TEST

START_TEST(test_a_result_that_wants_a_gradient)
{
    sample s = sample_of(ag_op_find("lt"), &ag_op_find("mul")->cases[0], PLAIN);
    ck_assert(!wants_no_gradient(&s));
}
END_TEST

CHECK_MAIN("registry_planted", test_a_faultless_copy_passes, test_a_wrong_partial,
           test_a_forgotten_partial, test_a_missing_rule, test_a_rule_with_a_wrong_derivative,
           test_a_fused_backward_unlike_the_rule, test_a_wrong_f32_kernel,
           test_a_kernel_blind_to_strides, test_a_rule_that_is_no_transpose,
           test_a_result_that_wants_a_gradient)
