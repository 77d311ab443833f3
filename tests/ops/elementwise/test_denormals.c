/* Point 18 of the semantics: numbers below the least normal one are exact, in results and in
 * gradients, for elementwise operations, sums and matrix products, until they are asked to be
 * flushed to zero. All numbers are small multiples of powers of two, so that the expected ones are
 * exact and equality is of bits; exp is from mpmath 1.3 with 200 bits.
 */
#include <autograd.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "expect.h"

#define TAIL 19 /* elements: whole vectors and some more */

/* The least number u, and two with h k = 16 u. */
typedef struct scale {
    ag_dtype dtype;
    double u, h, k;
} scale;
static const scale scales[2] = {{AG_F64, 0x1p-1074, 0x1p-535, 0x1p-535},
                                {AG_F32, 0x1p-149, 0x1p-72, 0x1p-73}};

static ag_graph *graph_of(const scale *s)
{
    return ag_graph_new_with(&(ag_graph_options){.dtype = s->dtype});
}

/* --- elementwise ------------------------------------------------------------------------------ */

static ag_tensor *quarter(ag_tensor *a, ag_tensor *b)
{
    (void)b;
    return ag_mul_scalar(a, 0.25);
}

#define OF_ONE(name)                                                                               \
    static ag_tensor *name##_of(ag_tensor *a, ag_tensor *b)                                        \
    {                                                                                              \
        (void)b;                                                                                   \
        return ag_##name(a);                                                                       \
    }
OF_ONE(sqrt)
OF_ONE(abs)
OF_ONE(relu)
OF_ONE(exp)

typedef struct row {
    const char *name;
    ag_tensor *(*call)(ag_tensor *a, ag_tensor *b);
    double in[2], seed, value, gradient[2];
} row;

enum { ROWS = 10 };

static void rows_at(const scale *s, row rows[ROWS])
{
    double u = s->u, h = s->h, k = s->k;
    bool f32 = s->dtype == AG_F32;
    double e = f32 ? 27 * u : 85 * u; /* exp: 26.547 u and 84.781 u, rounded */
    const row at[ROWS] = {
        {"0.25 a", quarter, {16 * u, 0}, 8 * u, 4 * u, {2 * u, 0}},
        {"a + b", ag_add, {3 * u, 5 * u}, 7 * u, 8 * u, {7 * u, 7 * u}},
        {"a - b", ag_sub, {9 * u, 8 * u}, 3 * u, u, {3 * u, -3 * u}},
        {"a b", ag_mul, {h, k}, h, 16 * u, {16 * u, h * h}},
        {"a / b", ag_div, {64 * u, 16}, 48 * u, 4 * u, {3 * u, 0}},
        {"max(a, b)", ag_maximum, {2 * u, 3 * u}, u, 3 * u, {0, u}},
        {"sqrt(a)", sqrt_of, {h * h, 0}, u, h, {u / (2 * h), 0}},
        {"|a|", abs_of, {-3 * u, 0}, 5 * u, 3 * u, {-5 * u, 0}},
        {"relu(a)", relu_of, {u, 0}, u, u, {u, 0}},
        {"exp(a)", exp_of, {f32 ? -100 : -740, 0}, 1, e, {e, 0}},
    };
    memcpy(rows, at, sizeof at);
}

static void all_are(const char *name, const char *what, const double *have, int64_t n, double want)
{
    for (int64_t i = 0; i < n; i++) {
        ck_assert_msg(have[i] == want, "%s: %s is %a, not %a", name, what, have[i], want);
    }
}

static void row_holds(const scale *s, const row *r, ag_shape shape, bool by_nodes)
{
    ag_graph *g = graph_of(s);
    ag_tensor *in[2] = {ag_full(g, AG_VARIABLE, shape, r->in[0]),
                        ag_full(g, AG_VARIABLE, shape, r->in[1])};
    ag_tensor *seed = ag_full(g, AG_CONSTANT, shape, r->seed), *y = r->call(in[0], in[1]);
    ag_tensor *grads[2];
    double have[TAIL];
    int64_t n = ag_size(y);
    ck_assert_int_eq(ag_get(y, have, n), AG_OK);
    all_are(r->name, "value", have, n, r->value);
    ag_grad_options options = {.create_graph = true, .allow_unused = true};
    ck_assert_int_eq(by_nodes ? ag_grad(&y, 1, &seed, in, 2, &options, grads)
                              : ag_backward_from(y, seed),
                     AG_OK);
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(by_nodes ? ag_get(grads[i], have, n) : get_grad_or_zeros(in[i], have, n),
                         AG_OK);
        all_are(r->name, i == 0 ? "gradient of a" : "gradient of b", have, n, r->gradient[i]);
    }
    ag_graph_free(g);
}

START_TEST(test_18_elementwise)
{
    row rows[ROWS];
    for (int d = 0; d < 2; d++) {
        rows_at(&scales[d], rows);
        for (int i = 0; i < ROWS * 4; i++) {
            row_holds(&scales[d], &rows[i / 4], i & 1 ? AG_SHAPE(TAIL) : AG_SCALAR, i & 2);
        }
    }
}
END_TEST

/* --- sums and products ------------------------------------------------------------------------ */

static int number(int64_t i, int step)
{
    return (int)(i * step % 7 - 2);
}

static ag_tensor *filled(ag_graph *g, ag_role role, ag_shape shape, int step, double unit)
{
    ag_tensor *t = ag_full(g, role, shape, 0);
    int64_t n = ag_size(t);
    double *values = malloc((size_t)n * sizeof *values);
    ck_assert_ptr_nonnull(values);
    for (int64_t i = 0; i < n; i++) {
        values[i] = number(i, step) * unit;
    }
    ck_assert_int_eq(ag_set(t, values, n), AG_OK);
    free(values);
    return t;
}

/* Rows of 7 k + 5 elements: the sum of -2, ..., 4 is 7, and of the first five 0. */
START_TEST(test_18_sums)
{
    for (int d = 0; d < 2; d++) {
        const scale *s = &scales[d];
        ag_graph *g = graph_of(s);
        ag_tensor *x = filled(g, AG_VARIABLE, AG_SHAPE(1405), 1, s->u), *all = ag_sum(x);
        ck_assert(ag_item(all) == 1400 * s->u);
        ck_assert_int_eq(ag_backward_from(all, ag_full(g, AG_CONSTANT, AG_SCALAR, 3 * s->u)),
                         AG_OK);
        for (int i = 0; i < 1405; i += 4) {
            ck_assert(ag_grad_item_at(x, AG_SHAPE(i)) == 3 * s->u);
        }
        ag_tensor *rows = filled(g, AG_VARIABLE, AG_SHAPE(7, 700), 1, s->u);
        ag_tensor *down = ag_sum_over(rows, AG_AXES(0), false);
        ck_assert(ag_item_at(ag_sum_over(rows, AG_AXES(1), false), AG_SHAPE(3)) == 700 * s->u);
        for (int i = 0; i < 700; i++) {
            ck_assert(ag_item_at(down, AG_SHAPE(i)) == 7 * number(i, 1) * s->u);
        }
        ag_graph_free(g);
    }
}
END_TEST

enum { ROWS_A = 37, INNER = 83, COLUMNS_B = 45 };

/* Sum over i of a[i] b[i], the elements being `step_a` and `step_b` apart. */
static int dot(int64_t a, int64_t step_a, int of_a, int64_t b, int64_t step_b, int of_b, int n)
{
    int sum = 0;
    for (int i = 0; i < n; i++) {
        sum += number(a + i * step_a, of_a) * number(b + i * step_b, of_b);
    }
    return sum;
}

/* C = A B with elements that are multiples of h and of k, and gradients seed B^T, A^T seed. */
START_TEST(test_18_matmul)
{
    for (int d = 0; d < 2; d++) {
        const scale *s = &scales[d];
        ag_graph *g = graph_of(s);
        ag_tensor *a = filled(g, AG_VARIABLE, AG_SHAPE(ROWS_A, INNER), 3, s->h);
        ag_tensor *b = filled(g, AG_VARIABLE, AG_SHAPE(INNER, COLUMNS_B), 5, s->k);
        ag_tensor *seed = filled(g, AG_CONSTANT, AG_SHAPE(ROWS_A, COLUMNS_B), 2, s->h);
        ag_tensor *c = ag_matmul(a, b);
        ck_assert_int_eq(ag_backward_from(c, seed), AG_OK);
        for (int i = 0; i < ROWS_A; i++) {
            for (int j = 0; j < COLUMNS_B; j++) {
                int sum = dot(i * INNER, 1, 3, j, COLUMNS_B, 5, INNER);
                ck_assert(ag_item_at(c, AG_SHAPE(i, j)) == sum * (s->h * s->k));
            }
            for (int p = 0; p < INNER; p++) {
                int sum = dot(i * COLUMNS_B, 1, 2, p * COLUMNS_B, 1, 5, COLUMNS_B);
                ck_assert(ag_grad_item_at(a, AG_SHAPE(i, p)) == sum * (s->h * s->k));
            }
        }
        for (int p = 0; p < INNER; p++) {
            for (int j = 0; j < COLUMNS_B; j++) {
                int sum = dot(p, INNER, 3, j, COLUMNS_B, 2, ROWS_A);
                ck_assert(ag_grad_item_at(b, AG_SHAPE(p, j)) == sum * (s->h * s->h));
            }
        }
        ag_graph_free(g);
    }
}
END_TEST

/* --- flushed ---------------------------------------------------------------------------------- */

/* Emulators such as valgrind have the processor's switch and do not obey it. */
static bool can_flush(void)
{
    ck_assert(!ag_flushes_denormals());
    ag_status status = ag_flush_denormals(true);
#if defined(__x86_64__) || defined(__aarch64__)
    ck_assert(status == AG_OK || check_small());
#endif
    ck_assert(status == AG_OK || status == AG_ERR_STATE);
    ck_assert_int_eq(ag_flushes_denormals(), status == AG_OK);
    ck_assert_int_eq(ag_flush_denormals(false), AG_OK);
    ck_assert(!ag_flushes_denormals());
    return status == AG_OK;
}

/* Bits, because == would flush as well. */
static void bits_are(const char *what, const ag_tensor *y, double want)
{
    double have[TAIL];
    ck_assert_int_eq(ag_get(y, have, ag_size(y)), AG_OK);
    for (int i = 0; i < ag_size(y); i++) {
        ck_assert_msg(memcmp(&have[i], &want, sizeof want) == 0, "%s: %a, not %a", what, have[i],
                      want);
    }
}

/* A denormal result, and a normal one of denormal operands, of numbers and arrays. */
static void expect_flushed(bool on)
{
    for (int shaped = 0; shaped < 2; shaped++) {
        ag_graph *g = ag_graph_new();
        ag_shape shape = shaped ? AG_SHAPE(TAIL) : AG_SCALAR;
        ag_tensor *least = ag_full(g, AG_VARIABLE, shape, 0x1p-1074);
        ag_tensor *normal = ag_full(g, AG_VARIABLE, shape, 0x1p-1000);
        bits_are("result", ag_mul_scalar(normal, 0x1p-50), on ? 0 : 0x1p-1050);
        bits_are("operand", ag_mul_scalar(least, 0x1p100), on ? 0 : 0x1p-974);
        ag_graph_free(g);
    }
}

START_TEST(test_18_flushed_and_back)
{
    for (int round = 0; can_flush() && round < 2; round++) {
        expect_flushed(false);
        ck_assert_int_eq(ag_flush_denormals(true), AG_OK);
        ck_assert_int_eq(ag_flush_denormals(true), AG_OK);
        ck_assert(ag_flushes_denormals());
        expect_flushed(true);
        ck_assert_int_eq(ag_flush_denormals(false), AG_OK);
    }
    expect_flushed(false);
}
END_TEST

/* The normal numbers, infinities and NaN are what they are. */
START_TEST(test_18_others_are_not_flushed)
{
    if (!can_flush()) {
        return;
    }
    ck_assert_int_eq(ag_flush_denormals(true), AG_OK);
    ag_graph *g = ag_graph_new();
    ag_tensor *least = ag_variable(g, 0x1p-1022), *large = ag_variable(g, 0x1p1023);
    double sum = ag_item(ag_add(least, least)), inf = ag_item(ag_add(large, large));
    ag_tensor *root = ag_sqrt(ag_variable(g, -1));
    bool nan = ag_item(root) != ag_item(root);
    ag_graph_free(g);
    ck_assert_int_eq(ag_flush_denormals(false), AG_OK);
    ck_assert(sum == 0x1p-1021 && inf > 0x1p1023 && nan);
}
END_TEST

static void *flush_and_end(void *unused)
{
    return ag_flush_denormals(true) == AG_OK && ag_flushes_denormals() ? unused : NULL;
}

START_TEST(test_18_of_one_thread)
{
    pthread_t other;
    void *result;
    if (can_flush()) {
        ck_assert_int_eq(pthread_create(&other, NULL, flush_and_end, &result), 0);
        ck_assert_int_eq(pthread_join(other, &result), 0);
        ck_assert_ptr_nonnull(result);
        ck_assert(!ag_flushes_denormals());
        expect_flushed(false);
    }
}
END_TEST

/* Enough products of 16 u for threads; those of a matrix product may be a CBLAS's own. */
static int wrong_elements(double want)
{
    enum { MANY = 1 << 20 };
    ag_graph *g = ag_graph_new();
    const scale *s = &scales[0];
    ag_tensor *a = ag_full(g, AG_CONSTANT, AG_SHAPE(MANY), s->h);
    const double *c = ag_data(ag_mul(a, ag_full(g, AG_CONSTANT, AG_SHAPE(MANY), s->k)));
    int wrong = 0;
    for (int i = 0; i < MANY; i++) {
        wrong += memcmp(&c[i], &want, sizeof want) != 0; /* != itself would flush */
    }
    ag_graph_free(g);
    return wrong;
}

/* Helpers do as the caller: off, on, off. */
START_TEST(test_18_threads_do_as_the_caller)
{
    ck_assert_int_eq(ag_set_threads(4), AG_OK);
    int wrong = 0, times = can_flush() ? 3 : 0;
    for (int i = 0; i < times; i++) {
        wrong += ag_flush_denormals(i == 1) != AG_OK;
        wrong += wrong_elements(i == 1 ? 0 : 16 * scales[0].u);
    }
    ck_assert_int_eq(wrong, 0);
}
END_TEST

CHECK_MAIN("denormals", test_18_elementwise, test_18_sums, test_18_matmul, test_18_flushed_and_back,
           test_18_others_are_not_flushed, test_18_of_one_thread, test_18_threads_do_as_the_caller)
