/* Tensors printed in rows and columns: the layout is NumPy's, the digits are those of the traces.
 * The same bytes come out for a view, in every locale, to a file and as a string.
 */
#include "tests/viz/text.h"

#include <locale.h>

#include "expect.h"

static ag_graph *g;

static char *printed(const ag_tensor *t, const viz_print_options *o)
{
    char *text = NULL;
    ag_status status = viz_tensor_string(t, o, &text);
    ck_assert_msg(status == AG_OK, "%s", ag_error_message(g));
    return text;
}

static void prints(const ag_tensor *t, const viz_print_options *o, const char *want)
{
    char *text = printed(t, o);
    ck_assert_str_eq(text, want);
    viz_free(text);
}

START_TEST(test_shapes)
{
    g = ag_graph_new();
    ag_tensor *w = ag_name(of_values(g, AG_SHAPE(2, 3), 0.5, -1, 2, 12.25, 1e-9, 0), "w");
    prints(w, NULL, "w  f64 [2,3]\n[[ 0.5    -1       2]\n [12.25    1e-09   0]]\n");
    viz_print_options bare = {.bare = true};
    prints(ag_transpose(w), &bare, "[[ 0.5    12.25]\n [-1       1e-09]\n [ 2       0]]\n");
    prints(ag_slice(w, 1, 2, -4, -1), &bare,
           "[[ 2      -1       0.5]\n [ 0       1e-09  12.25]]\n");
    prints(ag_variable(g, 54.5981500331), NULL, "f64 []\n54.60\n");
    prints(of_values(g, AG_SHAPE(3), NAN, -INFINITY, 1), &bare, "[ nan  -inf     1]\n");
    prints(ag_full(g, AG_CONSTANT, AG_SHAPE(0, 3), 1), NULL, "f64 [0,3]\n[]\n");
    prints(ag_reshape(ag_arange(g, AG_F32, 0, 8, 1), AG_SHAPE(2, 2, 2, 1)), NULL,
           "f32 [2,2,2,1]\n[[[[0]\n   [1]]\n\n  [[2]\n   [3]]]\n\n\n [[[4]\n   [5]]\n\n  [[6]\n   "
           "[7]]]]\n");
    ag_graph_free(g);
}
END_TEST

/* Every digit of an integer, also where a double has not as many. */
START_TEST(test_digits)
{
    g = ag_graph_new();
    int64_t big[2] = {INT64_C(9007199254740993), INT64_MIN};
    viz_print_options o = {.bare = true};
    prints(ag_leaf(g, AG_CONSTANT, AG_I64, AG_SHAPE(2), big), &o,
           "[    9007199254740993  -9223372036854775808]\n");
    ag_tensor *third = ag_full(g, AG_CONSTANT, AG_SHAPE(1), 1.0 / 3);
    prints(third, &o, "[0.3333]\n");
    o.digits = 17;
    prints(third, &o, "[0.33333333333333331]\n");
    ag_graph_free(g);
}
END_TEST

/* Beyond 1000 elements, or what is asked for, each long axis has its ends alone. */
START_TEST(test_edges)
{
    g = ag_graph_new();
    prints(ag_arange(g, AG_F64, 0, 1001, 1), NULL,
           "f64 [1001]\n[   0     1     2  ...   998   999  1000]\n");
    ag_tensor *t = ag_reshape(ag_arange(g, AG_I64, 0, 100, 1), AG_SHAPE(5, 5, 4));
    viz_print_options o = {.most = 99, .edge = 1, .bare = true};
    prints(t, &o,
           "[[[ 0  ...   3]\n  ...\n  [16  ...  19]]\n\n ...\n\n [[80  ...  83]\n  ...\n  [96  ... "
           " 99]]]\n");
    o.edge = 2; /* the dots would stand for one element: it is shown */
    prints(ag_reshape(ag_arange(g, AG_I64, 0, 10, 1), AG_SHAPE(2, 5)),
           &(viz_print_options){.most = 5, .edge = 2, .bare = true},
           "[[0  1  2  3  4]\n [5  6  7  8  9]]\n");
    o.most = 100;
    char *whole = printed(t, &o);
    ck_assert_ptr_null(strstr(whole, "..."));
    viz_free(whole);
    /* All of a large tensor is neither read nor written: one row for 2^40 elements, or for 2^26
     * where addresses have 32 bits. */
    int64_t side = INT64_C(1) << (sizeof(size_t) > 4 ? 20 : 13);
    ag_tensor *huge = ag_expand(ag_full(g, AG_CONSTANT, AG_SHAPE(1, 1), 7), AG_SHAPE(side, side));
    prints(
        huge, &o,
        "[[7  7  ...  7  7]\n [7  7  ...  7  7]\n ...\n [7  7  ...  7  7]\n [7  7  ...  7  7]]\n");
    ag_graph_free(g);
}
END_TEST

START_TEST(test_gradient)
{
    g = ag_graph_new();
    ag_tensor *w = ag_name(of_values(g, AG_SHAPE(2, 2), 1, 2, 3, 4), "w"), *v = ag_transpose(w);
    viz_print_options o = {.gradient = true};
    char *text = NULL;
    no_success(g, HERE, viz_tensor_string(w, &o, &text), AG_ERR_NO_GRADIENT,
               "viz_tensor_string: there is no gradient to print", "ag_backward", LINE);
    ck_assert_ptr_null(text);
    ag_retain_grads(g, true);
    expect_ok(
        ag_backward(ag_sum(ag_mul(ag_square(v), of_values(g, AG_SHAPE(2, 2), 1, 10, 100, 1000)))));
    prints(w, &o, "gradient of w  f64 [2,2]\n[[   2   400]\n [  60  8000]]\n");
    prints(v, &o, "f64 [2,2]\n[[   2    60]\n [ 400  8000]]\n"); /* its values have other strides */
    ag_graph_free(g);
}
END_TEST

START_TEST(test_file_and_locale)
{
    g = ag_graph_new();
    ag_tensor *w = of_values(g, AG_SHAPE(2), 0.5, 1e-9);
    setlocale(LC_ALL, "de_DE.UTF-8");
    char *buffer = NULL;
    size_t n = 0;
    FILE *file = open_memstream(&buffer, &n);
    ck_assert_ptr_nonnull(file);
    ck_assert_int_eq(viz_print_tensor(file, w, NULL), AG_OK);
    fclose(file);
    setlocale(LC_ALL, "C");
    ck_assert_str_eq(buffer, "f64 [2]\n[0.5    1e-09]\n");
    prints(w, NULL, buffer);
    free(buffer);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_refusals)
{
    g = ag_graph_new();
    ag_tensor *w = ag_variable(g, 1);
    char *text = NULL;
    no_success(g, HERE, viz_print_tensor(NULL, w, NULL), AG_ERR_NULL_ARGUMENT,
               "viz_print_tensor: the file is NULL", LINE);
    no_success(g, HERE, viz_tensor_string(w, NULL, NULL), AG_ERR_NULL_ARGUMENT,
               "viz_tensor_string: the place for the text is NULL", LINE);
    ck_assert_int_eq(viz_print_tensor(stdout, NULL, NULL), AG_ERR_NULL_ARGUMENT);
    ck_assert_int_eq(viz_tensor_string(NULL, NULL, &text), AG_ERR_NULL_ARGUMENT);
    const viz_print_options bad[] = {{.digits = 18}, {.digits = -1}, {.edge = -1}, {.most = -1}};
    for (int i = 0; i < 4; i++) {
        no_success(g, HERE, viz_tensor_string(w, &bad[i], &text), AG_ERR_VALUE,
                   "viz_tensor_string: options.");
    }
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("print_tensor", test_shapes, test_digits, test_edges, test_gradient,
           test_file_and_locale, test_refusals)
