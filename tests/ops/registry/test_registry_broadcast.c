/* Every way two operands can broadcast, for every elementwise operation of two operands in the
 * registry and for where: all pairs of shapes of up to three dimensions whose sizes are those of
 * [2,3,2] or 1, 0-d included, and 8 dimensions crossing. The gradient of an operand is summed over
 * each axis along which it was broadcast, prepended axes included, on either side (Semantics 1):
 * finite differences are the judge. Operands lie row-major, permuted, sliced and with stride 0.
 */
#define CHECK_SECONDS 300
#include "registry.h"

enum { MOST_SHAPES = 16 };

/* The shapes of at most `most` dimensions that broadcast to the last `most` of [2,3,2]. */
static int shapes_below(int most, ag_shape out[MOST_SHAPES])
{
    static const int64_t full[3] = {2, 3, 2};
    int n = 0;
    for (int ndim = 0; ndim <= most; ndim++) {
        for (int ones = 0; ones < 1 << ndim; ones++) {
            ag_shape shape = {.ndim = ndim};
            for (int i = 0; i < ndim; i++) {
                shape.dim[i] = ones >> i & 1 ? 1 : full[3 - ndim + i];
            }
            out[n++] = shape;
        }
    }
    return n;
}

/* The rows of the elementwise tables share how shapes are inferred, and nothing else does. */
static bool is_elementwise(const ag_op *op, int n_in)
{
    return op->infer == ag_op_find("mul")->infer && op->n_in == n_in;
}

typedef struct tally {
    int patterns, strided, failures;
    int64_t derivatives;
} tally;

static void must_agree(sample *s, bool ok, tally *t)
{
    char text[OPERANDS][64];
    t->patterns++;
    t->strided += s->strided;
    t->derivatives += s->derivatives;
    if (ok) {
        return;
    }
    for (int i = 0; i < s->from->n_in; i++) {
        int at = snprintf(text[i], sizeof text[i], "[");
        for (int k = 0; k < s->shape[i].ndim; k++) {
            at +=
                snprintf(text[i] + at, sizeof text[i] - (size_t)at, " %d", (int)s->shape[i].dim[k]);
        }
    }
    printf("FAILED %s, %s ] and %s ], layout %d: %s\n", s->op->name, text[0],
           s->from->n_in > 1 ? text[1] : "", (int)s->layout, s->why);
    t->failures++;
}

static bool agrees_once(sample *s)
{
    return differences_agree(s, 1) && numbers_equal_rule(s);
}

static bool agrees_twice(sample *s)
{
    return differences_agree(s, 2) && f32_agrees(s);
}

typedef bool check_function(sample *s);

static void every_pair(const ag_op *op, int ndim, check_function *check, tally *t)
{
    ag_shape shape[MOST_SHAPES];
    int n = shapes_below(ndim, shape);
    for (int pair = 0; pair < n * n; pair++) {
        for (layout how = PLAIN; how < LAYOUTS; how++) {
            sample s = sample_of(op, &op->cases[0], how);
            s.shape[0] = shape[pair / n];
            s.shape[1] = shape[pair % n];
            must_agree(&s, check(&s), t);
        }
    }
}

static tally every_binary(int ndim, check_function *check)
{
    tally all = {0};
    for (int i = 0; ag_op_at(i) != NULL; i++) {
        tally t = {0};
        if (is_elementwise(ag_op_at(i), 2)) {
            every_pair(ag_op_at(i), ndim, check, &t);
            printf("%-14s %4d patterns, %4d strided operands, %7lld derivatives\n",
                   ag_op_at(i)->name, t.patterns, t.strided, (long long)t.derivatives);
        }
        all.patterns += t.patterns;
        all.strided += t.strided;
        all.failures += t.failures;
        all.derivatives += t.derivatives;
    }
    printf("%-14s %4d patterns, %4d strided operands, %7lld derivatives, %d failures\n\n", "in all",
           all.patterns, all.strided, (long long)all.derivatives, all.failures);
    fflush(stdout);
    return all;
}

START_TEST(test_every_pattern_agrees_with_differences)
{
    int ndim = check_small() ? 1 : 3;
    tally t = every_binary(ndim, agrees_once);
    ck_assert_int_eq(t.failures, 0);
    ck_assert_int_gt(t.patterns, ndim == 3 ? 8 * 225 * 4 - 1 : 1);
}
END_TEST

START_TEST(test_every_pattern_agrees_twice)
{
    ck_assert_int_eq(every_binary(check_small() ? 1 : 2, agrees_twice).failures, 0);
}
END_TEST

/* --- where ------------------------------------------------------------------------------------ */

static ag_tensor *call_where(ag_tensor *const *in)
{
    return ag_where(ag_gt(in[0], ag_full(ag_graph_of(in[0]), AG_CONSTANT, AG_SCALAR, 0)), in[1],
                    in[2]);
}

START_TEST(test_every_pattern_of_where)
{
    static const ag_case from = {"cond > 0 ? a : b", call_where, 3, {{0, {0}}}, -2, 2};
    ag_shape shape[MOST_SHAPES];
    tally t = {0};
    int n = shapes_below(check_small() ? 1 : 2, shape);
    for (int k = 0; k < n * n * n; k++) {
        for (layout how = PLAIN; how < LAYOUTS; how++) {
            sample s = sample_of(ag_op_find("where"), &from, how);
            s.shape[0] = shape[k % n];
            s.shape[1] = shape[k / n % n];
            s.shape[2] = shape[k / n / n];
            must_agree(&s, agrees_once(&s), &t);
        }
    }
    printf("where: %d patterns, %lld derivatives\n", t.patterns, (long long)t.derivatives);
    ck_assert_int_eq(t.failures, 0);
}
END_TEST

/* --- the largest and the smallest ------------------------------------------------------------- */

START_TEST(test_eight_dimensions)
{
    tally t = {0};
    for (int i = 0; ag_op_at(i) != NULL; i++) {
        if (is_elementwise(ag_op_at(i), 2)) {
            sample s = sample_of(ag_op_at(i), &ag_op_at(i)->cases[0], PLAIN);
            s.shape[0] = AG_SHAPE(1, 2, 1, 2, 1, 2, 1, 2);
            s.shape[1] = AG_SHAPE(2, 1, 2, 1, 2, 1, 2, 1);
            must_agree(&s, agrees_once(&s), &t);
        }
    }
    ck_assert_int_eq(t.failures, 0);
    ck_assert_int_gt(t.patterns, 7);
}
END_TEST

/* Nothing to broadcast: the result has no element, and the gradient of what met it is zero. */
START_TEST(test_size_0)
{
    for (int i = 0; ag_op_at(i) != NULL; i++) {
        if (is_elementwise(ag_op_at(i), 2)) {
            ag_graph *g = ag_graph_new();
            ag_tensor *a = ag_full(g, AG_VARIABLE, AG_SHAPE(0, 3), 1);
            ag_tensor *b = ag_full(g, AG_VARIABLE, AG_SHAPE(3), 1);
            double gb[3] = {9, 9, 9};
            ag_tensor *y = ag_op_at(i)->cases[0].call((ag_tensor *[]){a, b});
            ck_assert_int_eq(ag_size(y), 0);
            ck_assert_int_eq(ag_shape_of(y).dim[1], 3);
            ck_assert_int_eq(ag_backward(ag_sum(y)), AG_OK);
            ck_assert_int_eq(ag_grad_get(a, NULL, 0), AG_OK);
            ck_assert_int_eq(ag_grad_get(b, gb, 3), AG_OK);
            ck_assert(gb[0] == 0 && gb[1] == 0 && gb[2] == 0);
            ag_graph_free(g);
        }
    }
}
END_TEST

CHECK_MAIN("registry_broadcast", test_every_pattern_agrees_with_differences,
           test_every_pattern_agrees_twice, test_every_pattern_of_where, test_eight_dimensions,
           test_size_0)
