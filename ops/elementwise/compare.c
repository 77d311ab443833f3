/* Comparisons, where, and cast: operations that look at values and dtypes rather than compute. Must
 * not know how a loop finds its elements; that is common/strided.c.
 */
#define AG_NO_SITES
#include <stdio.h>

#include <autograd/elementwise.h>
#include <autograd/inspect.h>

#include "elementwise_ops.h"
#include "ops/common/scalar_like.h"
#include "ops/common/strided.h"

/* Element i of the result comes from array k of the loop. */
static void take(const ag__loop *l, int64_t i, int k)
{
    char *to = l->at[0] + i * l->step[0] * l->each[0];
    const char *from = l->at[k] + i * l->step[k] * l->each[k];
    ag__copy_element(to, from, l->each[0]);
}

#define BODY "ops/elementwise/compare_body.inc"
#include "ops/kernel/each_dtype.inc"

typedef void run_function(const ag__loop *l);

/* One run of the loop after another; array 0 is the result, then come the operands. */
static ag_status run_all(ag_call *call, run_function *run)
{
    ag__loop l;
    ag__loop_open(&l, call->out.ndim, call->out.dim);
    ag__loop_add(&l, &call->out);
    for (int i = 0; i < call->n_in; i++) {
        ag_array operand = ag_array_of(call->in[i]);
        ag__loop_add(&l, &operand);
    }
    for (bool more = ag__loop_start(&l); more; more = ag__loop_next(&l)) {
        run(&l);
    }
    return AG_OK;
}

/* --- comparisons ------------------------------------------------------------------------------ */

static ag_status compare_infer(ag_call *call)
{
    ag_status status = ag_call_same_dtype(call);
    if (status == AG_OK) {
        status = ag_call_broadcast(call);
    }
    call->dtype = AG_I64;
    return status;
}

#define FORWARD(word)                                                                              \
    static ag_status word##_forward(ag_call *call)                                                 \
    {                                                                                              \
        static run_function *const run[AG_DTYPE_COUNT] = {word##_f64, word##_f32, word##_i64};     \
        return run_all(call, run[ag_dtype_of(call->in[0])]);                                       \
    }
#define CASES(word)                                                                                \
    static ag_tensor *word##_sample(ag_tensor *const *in)                                          \
    {                                                                                              \
        return ag_##word(in[0], in[1]);                                                            \
    }                                                                                              \
    static const ag_case word##_cases[] = {                                                        \
        {"[3,1] and [4]", word##_sample, 2, {{2, {3, 1}}, {1, {4}}}, -2, 2},                       \
    };
#define DESCRIPTOR(word)                                                                           \
    const ag_op ag__##word##_op = {                                                                \
        .name = #word,                                                                             \
        .n_in = 2,                                                                                 \
        .flags = AG_OP_NO_GRADIENT,                                                                \
        .infer = compare_infer,                                                                    \
        .forward = word##_forward,                                                                 \
        .formula = "F(" #word ", A, B)",                                                           \
        AG_CASES(word##_cases),                                                                    \
    };
#define COMPARISON(word)                                                                           \
    FORWARD(word) CASES(word) DESCRIPTOR(word) ag_tensor *ag_##word(ag_tensor *a, ag_tensor *b)    \
    {                                                                                              \
        return ag_apply(&ag__##word##_op, (ag_tensor *[]){a, b}, 2, NULL, 0);                      \
    }
COMPARISON(lt)
COMPARISON(le)
COMPARISON(gt)
COMPARISON(ge)
COMPARISON(eq)
COMPARISON(ne)

/* --- where ------------------------------------------------------------------------------------ */

static ag_status where_infer(ag_call *call)
{
    ag_dtype a = ag_dtype_of(call->in[1]), b = ag_dtype_of(call->in[2]);
    if (a != b) {
        return ag_call_fail(call, AG_ERR_DTYPE, "convert one of them with ag_cast",
                            "the values to choose from are %s and %s", ag_dtype_text(a),
                            ag_dtype_text(b));
    }
    call->dtype = a;
    return ag_call_broadcast(call);
}

static ag_status where_forward(ag_call *call)
{
    static run_function *const run[AG_DTYPE_COUNT] = {where_f64, where_f32, where_i64};
    return run_all(call, run[ag_dtype_of(call->in[0])]);
}

static ag_status where_vjp(ag_vjp_call *call)
{
    ag_tensor *cond = call->in[0], *g = call->upstream;
    ag_tensor *zero = ag__scalar_like(g, 0);
    ag_status status = AG_OK;
    if (ag_needs_input_grad(call, 1)) {
        status = ag_accumulate(call, 1, ag_where(cond, g, zero));
    }
    if (status == AG_OK && ag_needs_input_grad(call, 2)) {
        status = ag_accumulate(call, 2, ag_where(cond, zero, g));
    }
    return status;
}

static double where_partial(const ag_tensor *node, int i)
{
    ag_array cond = ag_array_of(ag_operand(node, 0));
    bool truth = cond.dtype == AG_F64   ? *(const double *)cond.data != 0
                 : cond.dtype == AG_F32 ? *(const float *)cond.data != 0
                                        : *(const int64_t *)cond.data != 0;
    return i == (truth ? 1 : 2) ? 1.0 : 0.0;
}

static ag_tensor *sample_where(ag_tensor *const *in)
{
    return ag_where(ag_lt(in[0], in[1]), in[0], in[1]);
}

static ag_tensor *sample_where_3(ag_tensor *const *in)
{
    return ag_where(ag_gt(in[0], in[1]), in[1], in[2]);
}

static const ag_case where_cases[] = {
    {"the smaller of [2,3] and [3]", sample_where, 2, {{2, {2, 3}}, {1, {3}}}, -2, 2},
    {"[3,1] > [4] ? [4] : 0-d", sample_where_3, 3, {{2, {3, 1}}, {1, {4}}, {0, {0}}}, -2, 2},
};

const ag_op ag__where_op = {
    .name = "where",
    .n_in = 3,
    .infer = where_infer,
    .forward = where_forward,
    .vjp = where_vjp,
    .partial_number = where_partial,
    .formula = "F(where, A, B, C)",
    .partial_formula = {"K(0)", "F(ne, A, K(0))", "F(eq, A, K(0))"},
    .vjp_formula = {NULL, "F(where, A, GY, K(0))", "F(where, A, K(0), GY)"},
    AG_CASES(where_cases),
};

ag_tensor *ag_where(ag_tensor *cond, ag_tensor *a, ag_tensor *b)
{
    return ag_apply(&ag__where_op, (ag_tensor *[]){cond, a, b}, 3, NULL, 0);
}

/* --- cast ------------------------------------------------------------------------------------- */

static ag_status cast_infer(ag_call *call)
{
    ag_dtype to = *(const ag_dtype *)call->attr;
    call->shape = ag_shape_of(call->in[0]);
    call->dtype = to;
    if ((unsigned)to >= AG_DTYPE_COUNT) {
        return ag_call_fail(call, AG_ERR_DTYPE, "AG_F64, AG_F32 or AG_I64", "there is no dtype %d",
                            (int)to);
    }
    return AG_OK;
}

static ag_status cast_forward(ag_call *call)
{
    static run_function *const run[AG_DTYPE_COUNT][AG_DTYPE_COUNT] = {
        {f64_from_f64, f64_from_f32, f64_from_i64},
        {f32_from_f64, f32_from_f32, f32_from_i64},
        {i64_from_f64, i64_from_f32, i64_from_i64},
    };
    return run_all(call, run[call->dtype][ag_dtype_of(call->in[0])]);
}

static ag_status cast_vjp(ag_vjp_call *call)
{
    return ag_accumulate(call, 0, ag_cast(call->upstream, ag_dtype_of(call->in[0])));
}

static void cast_describe(const void *attr, char *text, size_t bytes)
{
    snprintf(text, bytes, "to %s", ag_dtype_text(*(const ag_dtype *)attr));
}

static ag_tensor *cast(ag_tensor *x, ag_dtype dtype);

/* Through f64, where differences can check it; ag_cast would hand the operand back. */
static ag_tensor *sample_cast(ag_tensor *const *in)
{
    return cast(in[0], AG_F64);
}

static const ag_case cast_cases[] = {
    {"f64 to f64", sample_cast, 1, {{2, {2, 3}}}, -2, 2},
};

const ag_op ag__cast_op = {
    .name = "cast",
    .n_in = 1,
    .flags = AG_OP_LINEAR,
    .infer = cast_infer,
    .forward = cast_forward,
    .vjp = cast_vjp,
    .partial_number = ag__partial_one,
    .formula = "F(cast, A)",
    .partial_formula = {"K(1)"},
    .vjp_formula = {"F(cast, GY)"},
    .describe = cast_describe,
    AG_CASES(cast_cases),
};

static ag_tensor *cast(ag_tensor *x, ag_dtype dtype)
{
    return ag_apply(&ag__cast_op, &x, 1, &dtype, sizeof dtype);
}

ag_tensor *ag_cast(ag_tensor *x, ag_dtype dtype)
{
    return x != NULL && ag_dtype_of(x) == dtype ? x : cast(x, dtype);
}
