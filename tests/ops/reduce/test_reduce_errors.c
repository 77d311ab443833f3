/* Every way to call a reduction, a running total or the softmax family wrongly: NULL comes back,
 * and the message names the operation that was called, what is wrong, the line, and mostly what to
 * do.
 */
#include <autograd.h>
#include <math.h>
#include <stdio.h>

#include "expect.h"

static ag_graph *g;
static ag_tensor *scalar, *matrix, *none, *whole, *chosen;

static void begin(void)
{
    g = ag_graph_new();
    scalar = ag_full(g, AG_VARIABLE, AG_SCALAR, 1);
    matrix = ag_name(ag_full(g, AG_VARIABLE, AG_SHAPE(2, 3), 1), "W");
    none = ag_full(g, AG_VARIABLE, AG_SHAPE(2, 0), 1);
    whole = ag_leaf(g, AG_CONSTANT, AG_I64, AG_SHAPE(2, 3), NULL);
    chosen = matrix; /* must be NULL after a failure */
}

START_TEST(test_axes)
{
    begin();
    fails(ag_prod_over(matrix, AG_AXES(2), false), AG_ERR_AXIS, "prod_over: axis 2 is out of range",
          "\"W\" f64 [2,3]");
    fails(ag_max_over(matrix, AG_AXES(0, -2), true), AG_ERR_AXIS,
          "max_over: axis -2 is named twice", NULL);
    fails(ag_norm_over(scalar, AG_AXES(1), true, 2), AG_ERR_AXIS,
          "norm_over: axis 1 is out of range", NULL);
    fails(ag_sum_over(scalar, AG_AXES(0, -1), true), AG_ERR_AXIS,
          "sum_over: axis -1 is named twice", NULL);
    fails(ag_max_over_initial(matrix, AG_AXES(2), true, 0), AG_ERR_AXIS,
          "max_over_initial: axis 2 is out of range", NULL);
    fails(ag_var_over(matrix, ((ag_axes){9, {0}}), true, 1), AG_ERR_AXIS, "var_over: 9 axes", NULL);
    fails(ag_var_over(matrix, ((ag_axes){-1, {0}}), true, 1), AG_ERR_AXIS, "var_over: -1 axes",
          NULL);
    fails(ag_count_nonzero_over(matrix, AG_AXES(-3), false), AG_ERR_AXIS,
          "count_nonzero_over: axis -3", NULL);
    fails(ag_all_over(matrix, AG_AXES(5), false), AG_ERR_AXIS, "all_over: axis 5", NULL);
    fails(ag_nansum_over(matrix, AG_AXES(2), false), AG_ERR_AXIS, "nansum_over: axis 2", NULL);
    fails(ag_logsumexp_over(matrix, AG_AXES(2), false), AG_ERR_AXIS, "logsumexp_over: axis 2",
          NULL);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_one_axis)
{
    begin();
    fails(ag_max_along(matrix, 2, false, &chosen), AG_ERR_AXIS, "max_along: axis 2 is out of range",
          "-2 to 1");
    ck_assert_ptr_null(chosen);
    fails(ag_min_along(scalar, 1, false, NULL), AG_ERR_AXIS, "min_along: axis 1", NULL);
    fails(ag_median_along(matrix, -3, false, NULL), AG_ERR_AXIS, "median_along: axis -3", NULL);
    fails(ag_argmax_along(matrix, 3, false), AG_ERR_AXIS, "argmax_along: axis 3", NULL);
    fails(ag_cummax(matrix, 2, &chosen), AG_ERR_AXIS, "cummax: axis 2", NULL);
    fails(ag_cummin(scalar, 1, NULL), AG_ERR_AXIS, "cummin: axis 1", NULL);
    fails(ag_cumsum(matrix, 2), AG_ERR_AXIS, "cumsum: axis 2", NULL);
    fails(ag_cumprod(scalar, -2), AG_ERR_AXIS, "cumprod: axis -2", NULL);
    fails(ag_logcumsumexp(matrix, 2), AG_ERR_AXIS, "logcumsumexp: axis 2", NULL);
    fails(ag_softmax(matrix, 2), AG_ERR_AXIS, "softmax: axis 2 is out of range", "\"W\"");
    fails(ag_log_softmax(matrix, -3), AG_ERR_AXIS, "log_softmax: axis -3", NULL);
    fails(ag_softmin(matrix, 2), AG_ERR_AXIS, "softmin: axis 2", NULL);
    fails(ag_normalize(matrix, 2, 2, 1e-12), AG_ERR_AXIS, "normalize: axis 2", NULL);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_no_elements)
{
    begin();
    fails(ag_max(none), AG_ERR_SHAPE, "max: all axes of [2,0] have no element",
          "there must be an element to choose");
    fails(ag_min_over(none, AG_AXES(1), false), AG_ERR_SHAPE,
          "min_over: axis 1 of [2,0] has no element", NULL);
    fails(ag_argmin(none), AG_ERR_SHAPE, "argmin: all axes", NULL);
    fails(ag_max_along(none, 1, false, &chosen), AG_ERR_SHAPE, "max_along: axis 1", NULL);
    ck_assert_ptr_null(chosen);
    fails(ag_median_along(none, -1, false, NULL), AG_ERR_SHAPE, "median_along: axis -1", NULL);
    fails(ag_norm(none, INFINITY), AG_ERR_SHAPE, "norm: the norm with p = inf", NULL);
    fails(ag_norm(none, -1), AG_ERR_SHAPE, "norm: the norm with p = -1", NULL);
    ag_tensor *no_labels = ag_leaf(g, AG_CONSTANT, AG_I64, AG_SHAPE(0), NULL);
    fails(ag_median(no_labels), AG_ERR_SHAPE, "median: all axes of [0]", NULL);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_values)
{
    begin();
    fails(ag_norm(matrix, NAN), AG_ERR_VALUE, "norm: p is NaN", "Euclidean");
    fails(ag_normalize(matrix, 0, NAN, 1), AG_ERR_VALUE, "normalize: p is NaN", NULL);
    fails(ag_normalize(matrix, 0, 2, -1), AG_ERR_VALUE, "normalize: eps is -1", "1e-12");
    fails(ag_normalize(matrix, 0, 2, NAN), AG_ERR_VALUE, "normalize: eps is nan", NULL);
    fails(ag_var(matrix, -INFINITY), AG_ERR_VALUE, "var: the correction is -inf", "bias");
    fails(ag_std(matrix, NAN), AG_ERR_VALUE, "std: the correction is nan", NULL);
    fails(ag_std(matrix, INFINITY), AG_ERR_VALUE, "std: the correction is inf", NULL);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_dtypes)
{
    begin();
    fails(ag_var(whole, 1), AG_ERR_DTYPE, "var: ", "ag_cast");
    fails(ag_norm(whole, 2), AG_ERR_DTYPE, "norm: ", "ag_cast");
    fails(ag_logsumexp(whole), AG_ERR_DTYPE, "logsumexp: ", NULL);
    fails(ag_nansum(whole), AG_ERR_DTYPE, "nansum: ", NULL);
    fails(ag_nanmean(whole), AG_ERR_DTYPE, "nanmean: ", NULL);
    fails(ag_softmin(whole, 0), AG_ERR_DTYPE, "softmin: ", NULL);
    fails(ag_normalize(whole, 0, 2, 0), AG_ERR_DTYPE, "normalize: ", NULL);
    fails(ag_softmax(whole, 0), AG_ERR_DTYPE, "softmax: ", NULL);
    fails(ag_log_softmax(whole, 0), AG_ERR_DTYPE, "log_softmax: ", NULL);
    fails(ag_logcumsumexp(whole, 0), AG_ERR_DTYPE, "logcumsumexp: ", NULL);
    ag_graph_free(g);
}
END_TEST

/* NULL in, NULL out, without an error of its own. */
START_TEST(test_null)
{
    begin();
    ag_tensor *no = NULL;
    const ag_tensor *const results[] = {
        ag_prod(no),
        ag_prod_over(no, AG_ALL, true),
        ag_max(no),
        ag_min(no),
        ag_max_over(no, AG_ALL, true),
        ag_min_over(no, AG_ALL, true),
        ag_max_along(no, 0, true, &chosen),
        ag_min_along(no, 0, true, NULL),
        ag_argmax(no),
        ag_argmin(no),
        ag_argmax_along(no, 0, true),
        ag_argmin_along(no, 0, true),
        ag_median(no),
        ag_median_along(no, 0, true, NULL),
        ag_var_over(no, AG_ALL, true, 1),
        ag_std_over(no, AG_ALL, true, 1),
        ag_norm_over(no, AG_ALL, true, 2),
        ag_normalize(no, 0, 2, 1),
        ag_all_over(no, AG_ALL, true),
        ag_any_over(no, AG_ALL, true),
        ag_count_nonzero_over(no, AG_ALL, true),
        ag_nansum_over(no, AG_ALL, true),
        ag_nanmean_over(no, AG_ALL, true),
        ag_cumsum(no, 0),
        ag_cumprod(no, 0),
        ag_cummax(no, 0, NULL),
        ag_cummin(no, 0, NULL),
        ag_logsumexp_over(no, AG_ALL, true),
        ag_logcumsumexp(no, 0),
        ag_softmax(no, 0),
        ag_softmin(no, 0),
        ag_log_softmax(no, 0),
    };
    for (size_t i = 0; i < sizeof results / sizeof *results; i++) {
        ck_assert_msg(results[i] == NULL, "%d", (int)i);
    }
    ck_assert_ptr_null(chosen);
    ck_assert_int_eq(ag_error(g), AG_OK);
    ag_graph_free(g);
}
END_TEST

/* --- out of memory ---------------------------------------------------------------------------- */

static void *alloc_some(void *left, size_t bytes)
{
    return (*(int *)left)-- > 0 ? malloc(bytes) : NULL;
}

static void release(void *left, void *memory, size_t bytes)
{
    (void)left;
    (void)bytes;
    free(memory);
}

/* Values, gradients by numbers and by recorded operations, on columns that must be copied. */
static ag_tensor *everything(ag_tensor *x)
{
    ag_axes first = AG_AXES(0);
    ag_tensor *parts[] = {
        ag_prod_over(x, first, false),
        ag_max_over(x, first, false),
        ag_max_along(x, 0, false, NULL),
        ag_median_along(x, 0, false, NULL),
        ag_std_over(x, first, false, 1),
        ag_norm_over(x, first, false, 3),
        ag_norm_over(x, first, false, INFINITY),
        ag_nanmean_over(x, first, false),
        ag_logsumexp_over(x, first, false),
        ag_sum_over(ag_cumprod(x, 0), first, false),
        ag_sum_over(ag_cummax(x, 0, NULL), first, false),
        ag_sum_over(ag_logcumsumexp(x, 0), first, false),
        ag_sum_over(ag_softmax(x, 0), first, false),
        ag_sum_over(ag_normalize(x, 0, 2, 1e-12), first, false),
    };
    return ag_sum(ag_concat(parts, (int)(sizeof parts / sizeof *parts), 0));
}

static bool enough(int allocations)
{
    int left = allocations;
    ag_graph_options options = {.allocator = {alloc_some, release, &left}};
    ag_graph *graph = ag_graph_new_with(&options);
    if (graph == NULL) {
        return false;
    }
    ag_tensor *x = ag_leaf(graph, AG_VARIABLE, AG_F64, AG_SHAPE(70, 90), NULL), *dx = NULL;
    ag_tensor *y = x != NULL && ag_fill_uniform(x, 1, 2) == AG_OK ? everything(x) : NULL;
    ag_grad_options again = {.create_graph = true};
    bool ok = y != NULL && ag_backward(y) == AG_OK &&
              ag_grad(&y, 1, NULL, &x, 1, &again, &dx) == AG_OK && ag_backward(ag_sum(dx)) == AG_OK;
    ck_assert_int_eq(ag_error(graph), ok ? AG_OK : AG_ERR_MEMORY);
    ag_graph_free(graph);
    return ok;
}

/* Whichever allocation is refused, the answer is an error that says so. */
START_TEST(test_out_of_memory)
{
    int n = 0;
    while (!enough(n)) {
        n++;
        ck_assert_int_lt(n, 10000);
    }
    ck_assert_int_gt(n, 20);
    printf("%d allocations refused, one after the other\n", n);
}
END_TEST

CHECK_MAIN("reduce_errors", test_axes, test_one_axis, test_no_elements, test_values, test_dtypes,
           test_null, test_out_of_memory)
