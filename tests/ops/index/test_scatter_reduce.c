/* scatter_reduce, index_add, index_reduce, index_put: values and gradients for the cotangent 1, 2,
 * 3, ... as PyTorch 2.15.0 gives them in float64; closed forms of second derivatives; properties;
 * every way to call them wrongly.
 */
#include "ops/counted.h"

#define NOT_A_NUMBER ((double)NAN)
#define SCATTER(x, i, src, how, without)                                                           \
    ag_scatter_reduce(x, i, src, 0, &(ag_scatter_options){AG_SCATTER_##how, without})

static ag_tensor *x, *src, *index_of_src;

static void begin(void)
{
    g = ag_graph_new();
    x = of_values(g, AG_SHAPE(4), 1, 3, 2, -1);
    src = of_values(g, AG_SHAPE(5), 3, 3, 2, 0, 5);
    index_of_src = INDICES(AG_SHAPE(5), 1, 1, 2, 3, 3);
}

static void near_pulls(ag_tensor *y, const double *of_x, const double *of_src)
{
    ag_zero_grads(g);
    expect_ok(ag_backward_from(y, counted(AG_CONSTANT, ag_shape_of(y))));
    expect_grad(HERE, x, of_x, 4, 1e-15);
    expect_grad(HERE, src, of_src, 5, 1e-15);
}

START_TEST(test_scatter_reduce_values)
{
    begin();
    IS(SCATTER(x, index_of_src, src, SUM, false), AG_SHAPE(4), 1, 9, 4, 4);
    IS(SCATTER(x, index_of_src, src, SUM, true), AG_SHAPE(4), 1, 6, 2, 5);
    expect_tensor(SCATTER(x, index_of_src, src, MEAN, false), AG_SHAPE(4), 1, 3, 2, 4.0 / 3);
    IS(SCATTER(x, index_of_src, src, MEAN, true), AG_SHAPE(4), 1, 3, 2, 2.5);
    IS(SCATTER(x, index_of_src, src, MAX, false), AG_SHAPE(4), 1, 3, 2, 5);
    IS(SCATTER(x, index_of_src, src, MIN, false), AG_SHAPE(4), 1, 3, 2, -1);
    IS(SCATTER(x, index_of_src, src, MIN, true), AG_SHAPE(4), 1, 3, 2, 0);
    IS(SCATTER(x, index_of_src, src, PROD, false), AG_SHAPE(4), 1, 27, 4, 0);
    IS(SCATTER(x, index_of_src, src, PROD, true), AG_SHAPE(4), 1, 9, 2, 0);
    ag_tensor *whole = ag_cast(x, AG_I64), *many = ag_cast(src, AG_I64);
    IS(SCATTER(whole, index_of_src, many, MAX, true), AG_SHAPE(4), 1, 3, 2, 5);
    IS(SCATTER(whole, index_of_src, many, PROD, false), AG_SHAPE(4), 1, 27, 4, 0);
    IS(ag_scatter_reduce(x, index_of_src, src, 0, NULL), AG_SHAPE(4), 1, 9, 4, 4);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_scatter_reduce_gradients)
{
    begin();
    near_pulls(SCATTER(x, index_of_src, src, SUM, true), VALUES(1, 0, 0, 0), VALUES(2, 2, 3, 4, 4));
    near_pulls(SCATTER(x, index_of_src, src, MEAN, false), VALUES(1, 2.0 / 3, 1.5, 4.0 / 3),
               VALUES(2.0 / 3, 2.0 / 3, 1.5, 4.0 / 3, 4.0 / 3));
    near_pulls(SCATTER(x, index_of_src, src, MEAN, true), VALUES(1, 0, 0, 0),
               VALUES(1, 1, 3, 2, 2));
    near_pulls(SCATTER(x, index_of_src, src, MAX, false), VALUES(1, 2.0 / 3, 1.5, 0),
               VALUES(2.0 / 3, 2.0 / 3, 1.5, 0, 4));
    near_pulls(SCATTER(x, index_of_src, src, MIN, false), VALUES(1, 2.0 / 3, 1.5, 4),
               VALUES(2.0 / 3, 2.0 / 3, 1.5, 0, 0));
    near_pulls(SCATTER(x, index_of_src, src, PROD, false), VALUES(1, 18, 6, 0),
               VALUES(18, 18, 6, -20, 0));
    near_pulls(SCATTER(x, index_of_src, src, PROD, true), VALUES(1, 0, 0, 0),
               VALUES(6, 6, 3, 20, 0));
    ag_graph_free(g);
}
END_TEST

/* An element that does not count takes no share, even where it equals the maximum. (PyTorch lets it
 * take one, which is then lost.) */
START_TEST(test_excluded_takes_no_share)
{
    begin();
    near_pulls(SCATTER(x, index_of_src, src, MAX, true), VALUES(1, 0, 0, 0), VALUES(1, 1, 3, 0, 4));
    ag_graph_free(g);
}
END_TEST

/* Nor where the sources are the infinity that any number exceeds. */
START_TEST(test_excluded_takes_no_share_of_infinity)
{
    const double low = -(double)INFINITY, high = (double)INFINITY;
    begin();
    src = of_values(g, AG_SHAPE(5), low, low, low, 0, 5);
    near_pulls(SCATTER(x, index_of_src, src, MAX, true), VALUES(1, 0, 0, 0), VALUES(1, 1, 3, 0, 4));
    src = of_values(g, AG_SHAPE(5), high, high, high, 0, 5);
    near_pulls(SCATTER(x, index_of_src, src, MIN, true), VALUES(1, 0, 0, 0), VALUES(1, 1, 3, 4, 0));
    ag_tensor *once = INDICES(AG_SHAPE(5), 3, 3, 2, 1, 0);
    near_pulls(ag_index_reduce(x, once, src, 0, &(ag_scatter_options){AG_SCATTER_MIN, true}),
               VALUES(0, 0, 0, 0), VALUES(2, 2, 3, 2, 1));
    ag_graph_free(g);
}
END_TEST

/* d2(abc)/da db = c, where a = b = 0, so that every division would fail. */
START_TEST(test_prod_of_zeros_twice)
{
    g = ag_graph_new();
    ag_tensor *self = of_values(g, AG_SHAPE(2), 7, 0), *factors = of_values(g, AG_SHAPE(2), 0, 5);
    ag_tensor *y = ag_sum(SCATTER(self, INDICES(AG_SHAPE(2), 1, 1), factors, PROD, false));
    ag_tensor *by_factor = gradient_of(y, factors, NULL);
    IS(by_factor, AG_SHAPE(2), 0, 0);
    IS(gradient_of(ag_select(by_factor, 0, 0), self, NULL), AG_SHAPE(2), 0, 5);
    IS(gradient_of(y, self, NULL), AG_SHAPE(2), 1, 0);
    ag_graph_free(g);
}
END_TEST

/* A NaN wins, wherever it stands, and has the gradient; two share it. */
START_TEST(test_nan_wins)
{
    begin();
    expect_ok(ag_set(src, VALUES(3, NOT_A_NUMBER, 2, NOT_A_NUMBER, 5), 5));
    expect_ok(ag_set(x, VALUES(1, 3, 2, NOT_A_NUMBER), 4));
    ag_tensor *y = SCATTER(x, index_of_src, src, MAX, false);
    IS(y, AG_SHAPE(4), 1, NOT_A_NUMBER, 2, NOT_A_NUMBER);
    near_pulls(y, VALUES(1, 0, 1.5, 2), VALUES(0, 2, 1.5, 2, 0));
    IS(SCATTER(x, index_of_src, src, MIN, true), AG_SHAPE(4), 1, NOT_A_NUMBER, 2, NOT_A_NUMBER);
    ag_graph_free(g);
}
END_TEST

static ag_tensor *reduced(ag_tensor *const *in, int n, void *user)
{
    (void)n;
    return ag_scatter_reduce(in[0], INDICES(AG_SHAPE(2, 3), 0, 1, 0, 0, 0, 0), in[1], 0, user);
}

START_TEST(test_scatter_reduce_derivatives)
{
    g = ag_graph_new();
    ag_tensor *in[] = {drawn(g, AG_F64, AG_SHAPE(2, 3)), drawn(g, AG_F64, AG_SHAPE(3, 4))};
    for (int how = AG_SCATTER_SUM; how <= AG_SCATTER_PROD; how++) {
        for (int without = 0; without < 2; without++) {
            ag_scatter_options o = {(ag_scatter_reduction)how, without != 0};
            derivatives_agree(reduced, &o, in, 2);
            ag_tensor *turned[] = {strided(in[0]), strided(in[1])};
            expect_same_tensors(reduced(turned, 2, &o), reduced(in, 2, &o), 0);
        }
    }
    ag_graph_free(g);
}
END_TEST

/* index_add(x, index, s) = x + (one-hot of the index, transposed) s; index_reduce of every slice
 * once is the elementwise operation. */
START_TEST(test_index_reduce)
{
    begin();
    ag_tensor *m = variable(AG_SHAPE(3, 2)), *rows = counted(AG_VARIABLE, AG_SHAPE(4, 2));
    ag_tensor *index = INDICES(AG_SHAPE(4), 2, 0, 2, 2);
    ag_tensor *hot = ag_cast(ag_one_hot(index, 3), AG_F64);
    expect_same_tensors(ag_index_add(m, index, rows, 0),
                        ag_add(m, ag_matmul(ag_transpose(hot), rows)), 1e-15);
    ag_tensor *once = INDICES(AG_SHAPE(2), 1, 0), *columns = ag_flip(ag_neg(m), AG_AXES(0));
    ag_scatter_options prod = {.reduction = AG_SCATTER_PROD}, max = {.reduction = AG_SCATTER_MAX};
    expect_same_tensors(ag_index_reduce(m, once, columns, -1, &prod),
                        ag_mul(m, ag_flip(columns, AG_AXES(1))), 0);
    expect_same_tensors(ag_index_reduce(m, once, columns, 1, &max), m, 0);
    ag_tensor *number = ag_variable(g, 2);
    IS(ag_index_add(number, INDICES(AG_SHAPE(1), 0), ag_variable(g, 3), 0), AG_SCALAR, 5);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_index_put)
{
    begin();
    ag_tensor *m = variable(AG_SHAPE(2, 3)), *v = variable(AG_SHAPE(3));
    ag_tensor *at[] = {INDICES(AG_SHAPE(3), 1, 0, 1), INDICES(AG_SHAPE(3), 2, 0, 2)};
    ag_tensor *sum = ag_index_put(m, at, 2, v, true), *put = ag_index_put(m, at, 2, v, false);
    IS(sum, AG_SHAPE(2, 3), 3, 2, 3, 4, 5, 10);
    PULLS(sum, m, 1, 2, 3, 4, 5, 6);
    PULLS(sum, v, 6, 1, 6);
    IS(put, AG_SHAPE(2, 3), 2, 2, 3, 4, 5, 3);
    PULLS(put, m, 0, 2, 3, 4, 5, 0);
    PULLS(put, v, 0, 1, 6);
    IS(ag_index_put(m, at, 1, v, true), AG_SHAPE(2, 3), 2, 4, 6, 6, 9, 12);
    IS(ag_index_put(m, at, 2, ag_constant(g, 9), false), AG_SHAPE(2, 3), 9, 2, 3, 4, 5, 9);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_scatter_reduce_refuses)
{
    begin();
    ag_tensor *whole = ag_cast(x, AG_I64), *m = variable(AG_SHAPE(2, 3));
    ag_tensor *high = INDICES(AG_SHAPE(2), 0, 3),
              *pair[] = {high, INDICES(AG_SHAPE(3), 0, 1, 1), high, high};
    ag_scatter_options mean = {.reduction = AG_SCATTER_MEAN};
    ag_scatter_options none = {.reduction = (ag_scatter_reduction)7};
    fails(ag_scatter_reduce(whole, index_of_src, whole, 0, &mean), AG_ERR_DTYPE,
          "scatter_reduce: the mean of i64 is no integer", "ag_cast");
    fails(ag_scatter_reduce(x, index_of_src, src, 0, &none), AG_ERR_VALUE,
          "scatter_reduce: reduction is 7", "AG_SCATTER_SUM");
    fails(ag_scatter_reduce(x, index_of_src, src, 1, NULL), AG_ERR_AXIS, "scatter_reduce: axis 1",
          NULL);
    fails(ag_scatter_reduce(x, INDICES(AG_SHAPE(1), 4), src, 0, &mean), AG_ERR_VALUE,
          "scatter_reduce: index 4 at [0] is out of range", NULL);
    fails(ag_index_add(x, high, src, 0), AG_ERR_SHAPE,
          "index_add: the source has shape [5], not [2]", NULL);
    fails(ag_index_add(x, m, src, 0), AG_ERR_DTYPE, "index_add: the index must be i64", NULL);
    fails(ag_index_reduce(x, INDICES(AG_SHAPE(1, 2), 0, 0), src, 0, NULL), AG_ERR_SHAPE,
          "index_reduce: the index is a vector, not [1,2]", "ag_scatter_reduce");
    fails(ag_index_put(m, pair, 1, x, true), AG_ERR_VALUE, "index_put: index 3 at [1]", NULL);
    fails(ag_index_put(m, pair, 3, x, true), AG_ERR_VALUE, "index_put: 3 indices into 2 dim",
          "at least 1");
    fails(ag_index_put(m, pair + 1, 0, x, true), AG_ERR_VALUE, "index_put: 0 indices", NULL);
    fails(ag_index_put(m, &pair[1], 1, x, true), AG_ERR_SHAPE, "index_put: ", NULL);
    pair[0] = INDICES(AG_SHAPE(2), 0, 1);
    fails(ag_index_put(m, pair, 2, x, true), AG_ERR_SHAPE, "index_put: ", NULL);
    fails(ag_index_put(m, &m, 1, x, true), AG_ERR_DTYPE, "index_put: the index must be i64", NULL);
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("scatter reduce", test_scatter_reduce_values, test_scatter_reduce_gradients,
           test_excluded_takes_no_share, test_excluded_takes_no_share_of_infinity,
           test_prod_of_zeros_twice, test_nan_wins, test_scatter_reduce_derivatives,
           test_index_reduce, test_index_put, test_scatter_reduce_refuses)
