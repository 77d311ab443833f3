/* Attention as one operation: the numbers and gradients of its steps, with masks, leading sizes
 * that broadcast, operands that are not contiguous and several strips of rows; rows that are
 * hidden; memory that does not grow with the number of scores; the same bits for any number of
 * threads; and when it is used. That it computes what PyTorch does is in tests/golden. Must not
 * know any private header.
 */
#include <autograd/cpu.h>

#include "autograd/allocator.h"
#include "expect.h"

static ag_graph *g;

enum { QUERIES = 300, KEYS = 280 }; /* two strips of rows */

/* --- as its steps ----------------------------------------------------------------------------- */

static void set_up(void)
{
    g = ag_graph_new_with(&(ag_graph_options){.seed = 5});
}

static ag_tensor *normal(ag_dtype dtype, ag_shape shape)
{
    ag_tensor *t = ag_leaf(g, AG_VARIABLE, dtype, shape, NULL);
    expect_ok(ag_fill_normal(t, 0, 1));
    return t;
}

static void same(const ag_tensor *t, const void *want, double tolerance)
{
    bool is_double = ag_dtype_of(t) == AG_F64;
    const void *have = ag_data(t);
    for (int64_t i = 0; i < ag_size(t); i++) {
        double a = is_double ? ((const double *)have)[i] : (double)((const float *)have)[i];
        double b = is_double ? ((const double *)want)[i] : (double)((const float *)want)[i];
        near_enough(HERE, "an element", a, b, tolerance);
    }
}

/* The result and the gradients by q, k and v of a weighted sum of it, for both forms. */
static void both_ways(ag_tensor *const in[3], ag_tensor *mask, bool causal, double tolerance)
{
    ag_tensor *y[2], *d[2][3];
    for (int form = 0; form < 2; form++) {
        const ag_attention_options o = {
            .causal = causal, .form = form == 0 ? AG_ATTENTION_STEPS : AG_ATTENTION_FUSED};
        y[form] = ag_attention(in[0], in[1], in[2], mask, &o);
        ag_tensor *weighed = ag_sum(ag_mul(y[form], ag_cos(ag_detach(y[form]))));
        expect_ok(ag_grad(&weighed, 1, NULL, in, 3, NULL, d[form]));
        ck_assert_str_eq(ag_op_of(y[form])->name, form == 0 ? "matmul" : "attention");
    }
    all_well(g);
    same(y[1], ag_data(y[0]), tolerance);
    for (int i = 0; i < 3; i++) {
        same(ag_mul_scalar(d[1][i], 1), ag_data(ag_mul_scalar(d[0][i], 1)), tolerance); /* copies */
    }
}

static ag_tensor *mask_of(ag_dtype dtype, ag_shape shape)
{
    ag_tensor *m = ag_leaf(g, AG_CONSTANT, AG_F64, shape, NULL);
    expect_ok(ag_fill_uniform(m, 0, 2.5));
    ag_tensor *see = ag_gt(m, ag_constant(g, 1));
    return dtype == AG_I64 ? ag_cast(see, AG_I64)
                           : ag_cast(ag_where(see, m, ag_constant(g, -INFINITY)), dtype);
}

START_TEST(test_as_steps)
{
    set_up();
    ag_tensor *in[] = {normal(AG_F64, AG_SHAPE(2, QUERIES, 5)),
                       normal(AG_F64, AG_SHAPE(2, KEYS, 5)), normal(AG_F64, AG_SHAPE(2, KEYS, 3))};
    ag_tensor *masks[] = {NULL, mask_of(AG_I64, AG_SHAPE(QUERIES, KEYS)),
                          mask_of(AG_F64, AG_SHAPE(2, 1, KEYS)),
                          mask_of(AG_I64, AG_SHAPE(2, QUERIES, 1))}; /* rows are hidden */
    for (int i = 0; i < 4; i++) {
        both_ways(in, masks[i], false, 1e-12);
        both_ways(in, masks[i], true, 1e-12);
    }
    ag_graph_free(g);
}
END_TEST

/* Heads that lie beside each other, and leading sizes of 1. */
START_TEST(test_strided_and_broadcast)
{
    set_up();
    ag_tensor *x = normal(AG_F32, AG_SHAPE(2, 140, 3, 8));
    ag_tensor *heads = ag_permute(x, AG_AXES(0, 2, 1, 3));
    both_ways((ag_tensor *[]){heads, normal(AG_F32, AG_SHAPE(1, 3, 130, 8)),
                              ag_transpose(normal(AG_F32, AG_SHAPE(4, 130)))},
              mask_of(AG_F32, AG_SHAPE(3, 1, 130)), false, 3e-4);
    both_ways((ag_tensor *[]){normal(AG_F32, AG_SHAPE(140, 8)), normal(AG_F32, AG_SHAPE(130, 8)),
                              normal(AG_F32, AG_SHAPE(2, 3, 130, 4))},
              NULL, true, 3e-4);
    ag_graph_free(g);
}
END_TEST

/* --- rows that are hidden --------------------------------------------------------------------- */

/* A query that sees nothing gets 0, and a NaN that comes back to it reaches neither it nor keys. */
START_TEST(test_hidden_rows)
{
    set_up();
    ag_tensor *q = normal(AG_F64, AG_SHAPE(1, 2)), *k = normal(AG_F64, AG_SHAPE(3, 2)), *d[2];
    ag_tensor *v = of_values(g, AG_SHAPE(3, 1), 1, NAN, 2), *in[] = {q, k};
    ag_tensor *mask = ag_leaf(g, AG_CONSTANT, AG_I64, AG_SHAPE(1, 3), NULL);
    const ag_attention_options o = {.form = AG_ATTENTION_FUSED};
    expect_values(ag_attention(q, k, ag_nan_to_num(v, 0, 0, 0), mask, &o), 0);
    ag_tensor *y = ag_attention(q, k, v, mask, &o);
    expect_ok(ag_grad(&y, 1, NULL, in, 2, NULL, d));
    expect_values(d[0], 0, 0);
    expect_values(d[1], 0, 0, 0, 0, 0, 0);
    ag_graph_free(g);
}
END_TEST

/* --- memory and threads ----------------------------------------------------------------------- */

/* Bytes that a pass takes for so many queries and as many keys. */
static size_t bytes_of_pass(int64_t n)
{
    account a = {.fail_at = 0};
    g = account_graph(&a);
    ag_tensor *x = normal(AG_F32, AG_SHAPE(2, n, 16));
    ag_tensor *y = ag_attention(x, x, x, NULL, NULL);
    expect_ok(ag_backward(ag_sum(y)));
    all_well(g);
    size_t bytes = a.bytes;
    ag_graph_free(g);
    account_balanced(&a);
    return bytes;
}

/* Four times as many take about four times the memory; all scores would be 134 MB, four times. */
START_TEST(test_memory_is_linear)
{
    expect_ok(ag_set_threads(1));
    size_t small = bytes_of_pass(1024), large = bytes_of_pass(4096);
    ck_assert_msg(large < 6 * small && large < 30u << 20, "%zu and %zu bytes", small, large);
}
END_TEST

START_TEST(test_bits_are_those_of_one_thread)
{
    for (int threads = 1; threads <= 3; threads++) {
        static float y[2 * 1024 * 8], dx[2 * 1024 * 8];
        expect_ok(ag_set_threads(threads));
        set_up();
        ag_tensor *x = normal(AG_F32, AG_SHAPE(2, 1024, 8));
        ag_tensor *out = ag_attention(x, x, ag_flip(x, AG_AXES(1)), NULL,
                                      &(ag_attention_options){.causal = true});
        expect_ok(ag_backward(ag_sum(ag_square(out))));
        if (threads == 1) {
            memcpy(y, ag_data(out), sizeof y);
            memcpy(dx, ag_grad_data(x), sizeof dx);
        }
        ck_assert_int_eq(memcmp(y, ag_data(out), sizeof y), 0);
        ck_assert_int_eq(memcmp(dx, ag_grad_data(x), sizeof dx), 0);
        ag_graph_free(g);
    }
    expect_ok(ag_set_threads(0));
}
END_TEST

/* --- when it is used -------------------------------------------------------------------------- */

static void is(const char *name, ag_tensor *x, ag_tensor *mask, ag_attention_options o)
{
    ag_tensor *y = ag_attention(x, x, x, mask, &o);
    all_well(g);
    ck_assert_str_eq(ag_op_of(y)->name, name);
}

START_TEST(test_when)
{
    set_up();
    ag_tensor *x = normal(AG_F32, AG_SHAPE(256, 2)), *few = normal(AG_F32, AG_SHAPE(255, 2)), *w;
    ag_tensor *learned = normal(AG_F32, AG_SHAPE(256));
    ag_attention_options fused = {.form = AG_ATTENTION_FUSED}, o = {.causal = true};
    is("attention", x, NULL, o);
    is("attention", x, ag_detach(learned), o);
    is("matmul", few, NULL, o);
    is("attention", few, NULL, fused);
    is("matmul", x, learned, fused);
    is("matmul", x, NULL, (ag_attention_options){.form = AG_ATTENTION_STEPS});
    fused.dropout = 0.5;
    is("matmul", x, NULL, fused);
    o.weights = &w;
    is("matmul", x, NULL, o);
    expect_shape(HERE, w, AG_SHAPE(256, 256));
    is("matmul", normal(AG_F32, AG_SHAPE(256, 0)), NULL, (ag_attention_options){.causal = false});
    ag_tensor *huge = ag_expand(normal(AG_F32, AG_SHAPE(1, 1)), AG_SHAPE(INT64_C(1) << 56, 1));
    ck_assert_ptr_null(ag_attention(huge, huge, huge, NULL, NULL)); /* 2^112 scores */
    ck_assert_int_eq(ag_error(g), sizeof huge < 8 ? AG_ERR_OVERFLOW : AG_ERR_MEMORY);
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("attention as one operation", test_as_steps, test_strided_and_broadcast,
           test_hidden_rows, test_memory_is_linear, test_bits_are_those_of_one_thread, test_when)
