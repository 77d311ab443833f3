/* How parameters begin: bounds, mean and deviation of every distribution for a dense and for a
 * convolution weight, against the formulas of the papers; refusals; the same seed the same numbers.
 * Must not know any private header of the library.
 */
#include "tests/expect.h"

typedef struct begin_self {
    ag_shape shape;
    nn_init init;
} begin_self;

static ag_tensor *begin_forward(nn_module *m, ag_tensor *x)
{
    const begin_self *s = nn_self(m);
    ag_tensor *w = nn_parameter(m, "w", s->shape, s->init);
    return w != NULL ? x : NULL;
}

/* The parameter, or NULL with an error kept. */
static ag_tensor *begun(ag_graph *g, ag_shape shape, nn_init init)
{
    nn_module *m = nn_module_new(g, "begin", sizeof(begin_self), begin_forward);
    ck_assert_ptr_nonnull(m);
    *(begin_self *)nn_self(m) = (begin_self){shape, init};
    return nn_build(m, ag_graph_dtype(g), AG_SHAPE(1)) == AG_OK ? nn_find(m, "w") : NULL;
}

/* A row: what is asked for, and what the formula says of a weight with this fan in and out. */
typedef struct expected {
    nn_init init;
    double mean, deviation, low, high;
} expected;

static void check(ag_dtype dtype, ag_shape shape, const expected *e)
{
    ag_graph *g = ag_graph_new_with(&(ag_graph_options){.seed = 7, .dtype = dtype});
    ag_tensor *w = begun(g, shape, e->init);
    all_well(g);
    int64_t n = ag_size(w);
    double *x = malloc((size_t)n * sizeof *x), sum = 0, squares = 0, most = -INFINITY;
    ck_assert_ptr_nonnull(x);
    expect_ok(ag_get(w, x, n));
    for (int64_t i = 0; i < n; i++) {
        ck_assert_msg(x[i] >= e->low && x[i] <= e->high, "%d: %g is outside %g to %g",
                      (int)e->init.kind, x[i], e->low, e->high);
        sum += x[i];
        most = fmax(most, x[i]);
        squares += (x[i] - e->mean) * (x[i] - e->mean);
    }
    free(x);
    /* Five deviations of a mean of n; of a deviation it is at most about as much. */
    double near = 5 * e->deviation / sqrt((double)n) + 1e-6;
    expect_near(sum / (double)n, e->mean, near);
    expect_near(sqrt(squares / (double)n), e->deviation, near);
    /* A uniform distribution comes as near to its bound, but for a chance of exp(-20). */
    bool uniform = fabs(e->deviation * sqrt(12.0) - (e->high - e->low)) < 1e-9;
    ck_assert_msg(!uniform || most >= e->high - (e->high - e->low) * 20 / (double)n - 1e-6,
                  "%d: %g is far from %g", (int)e->init.kind, most, e->high);
    ag_graph_free(g);
}

static void check_all(ag_dtype dtype, ag_shape shape, double in, double out)
{
    double none = INFINITY, glorot = sqrt(2 / (in + out)), he = sqrt(2 / in), lecun = sqrt(1 / in);
    double most = 2 / .87962566103423978 + 1e-6; /* of a truncated normal, in its deviations */
    const expected rows[] = {
        {{NN_DEFAULT, 0, 0, 0, 0}, 0, glorot, -sqrt(6 / (in + out)), sqrt(6 / (in + out))},
        {{NN_ZEROS, 0, 0, 0, 0}, 0, 0, 0, 0},
        {{NN_CONSTANT, .a = 1.5}, 1.5, 0, 1.5, 1.5},
        {{NN_UNIFORM, 0, 0, 0, 0}, 0, 1 / sqrt(3.0), -1, 1},
        {{NN_UNIFORM, .a = -3, .b = 5}, 1, 8 / sqrt(12.0), -3, 5},
        {{NN_NORMAL, 0, 0, 0, 0}, 0, 1, -none, none},
        {{NN_NORMAL, .a = 2, .b = 0.5}, 2, 0.5, -none, none},
        {{NN_TRUNCATED_NORMAL, 0, 0, 0, 0}, 0, 1, -most, most},
        {{NN_TRUNCATED_NORMAL, .a = 2, .b = 0.5}, 2, 0.5, 2 - most / 2, 2 + most / 2},
        {{NN_FAN_IN_UNIFORM, 0, 0, 0, 0}, 0, 1 / sqrt(3 * in), -1 / sqrt(in), 1 / sqrt(in)},
        {{NN_GLOROT_UNIFORM, 0, 0, 0, 0}, 0, glorot, -sqrt(6 / (in + out)), sqrt(6 / (in + out))},
        {{NN_GLOROT_NORMAL, 0, 0, 0, 0}, 0, glorot, -most * glorot, most * glorot},
        {{NN_HE_UNIFORM, 0, 0, 0, 0}, 0, he, -sqrt(6 / in), sqrt(6 / in)},
        {{NN_HE_NORMAL, 0, 0, 0, 0}, 0, he, -most * he, most * he},
        {{NN_LECUN_UNIFORM, 0, 0, 0, 0}, 0, lecun, -sqrt(3 / in), sqrt(3 / in)},
        {{NN_LECUN_NORMAL, 0, 0, 0, 0}, 0, lecun, -most * lecun, most * lecun},
        {{NN_HE_UNIFORM, .fan_in = 10}, 0, sqrt(0.2), -sqrt(0.6), sqrt(0.6)},
        {{NN_GLOROT_UNIFORM, .fan_in = 1, .fan_out = 5}, 0, sqrt(1 / 3.0), -1, 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        check(dtype, shape, &rows[i]);
    }
}

START_TEST(test_distributions_of_a_dense_weight)
{
    check_all(AG_F64, AG_SHAPE(120, 250), 250, 120);
    check_all(AG_F32, AG_SHAPE(120, 250), 250, 120);
}
END_TEST

START_TEST(test_distributions_of_other_shapes)
{
    check_all(AG_F64, AG_SHAPE(40, 20, 5, 6), 20 * 30, 40 * 30);
    check_all(AG_F64, AG_SHAPE(20000), 20000, 20000);
}
END_TEST

START_TEST(test_a_single_number_and_nothing_at_all)
{
    ag_graph *g = ag_graph_new();
    ck_assert(fabs(ag_item(begun(g, AG_SCALAR, (nn_init){NN_HE_UNIFORM, 0, 0, 0, 0}))) <=
              sqrt(6.0));
    ck_assert_int_eq(ag_size(begun(g, AG_SHAPE(0, 3), (nn_init){NN_HE_NORMAL, 0, 0, 0, 0})), 0);
    all_well(g);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_what_is_no_distribution_is_refused)
{
    const nn_init bad[] = {
        {NN_NORMAL, 0, -1, 0, 0},           {NN_NORMAL, NAN, 1, 0, 0},
        {NN_UNIFORM, 1, 0, 0, 0},           {NN_UNIFORM, 0, INFINITY, 0, 0},
        {NN_TRUNCATED_NORMAL, 0, -1, 0, 0}, {NN_TRUNCATED_NORMAL, 0, NAN, 0, 0},
        {NN_CONSTANT, NAN, 0, 0, 0},        {(nn_init_kind)99, 0, 0, 0, 0},
        {(nn_init_kind)-1, 0, 0, 0, 0},
    };
    ag_graph *g = ag_graph_new();
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        ck_assert_msg(begun(g, AG_SHAPE(3, 3), bad[i]) == NULL, "case %d", (int)i);
        failed(g, AG_ERR_VALUE, "", (const char *const[]){"in begin", NULL});
    }
    ag_graph_free(g);
}
END_TEST

START_TEST(test_equal_seeds_give_equal_numbers)
{
    double x[2][20];
    for (int i = 0; i < 2; i++) {
        ag_graph *g = ag_graph_new_with(&(ag_graph_options){.seed = 3});
        expect_ok(ag_get(begun(g, AG_SHAPE(4, 5), (nn_init){NN_HE_NORMAL, 0, 0, 0, 0}), x[i], 20));
        ag_graph_free(g);
    }
    ck_assert_mem_eq(x[0], x[1], sizeof x[0]);
    ck_assert(x[0][0] != x[0][1]);
}
END_TEST

CHECK_MAIN("init", test_distributions_of_a_dense_weight, test_distributions_of_other_shapes,
           test_a_single_number_and_nothing_at_all, test_what_is_no_distribution_is_refused,
           test_equal_seeds_give_equal_numbers)
