/* What is printed of a data set: columns with their first values, ranges and missing values,
 * classes by name, pictures as a whole; tables that line up; a point in every locale.
 */
#include "comma.h"
#include "sets.h"

#include <stdio.h>

typedef ag_status (*printer)(FILE *out, const nn_data *d);

static ag_status head(FILE *out, const nn_data *d)
{
    return nn_print_head(out, d, 3);
}

static void prints(printer print, const nn_data *d, const char *want)
{
    char *text = NULL;
    size_t bytes;
    FILE *out = open_memstream(&text, &bytes);
    expect_ok(print(out, d));
    fclose(out);
    ck_assert_str_eq(text, want);
    free(text);
}

static nn_data *flowers(ag_graph *g)
{
    static const double x[] = {5.1, 3.5, 4.9, NAN, 4.7, 3.25};
    static const int64_t y[] = {0, 1, 1};
    return nn_data_new(g, &(nn_arrays){.rows = 3,
                                       .x = x,
                                       .x_shape = AG_SHAPE(2),
                                       .y = y,
                                       .y_element = NN_I64,
                                       .y_classes = 2,
                                       .class_names = (const char *[]){"setosa", "virginica"},
                                       .column_names = (const char *[]){"length", "width"}});
}

START_TEST(test_columns)
{
    ag_graph *g = ag_graph_new();
    const char *summary =
        "3 rows: x f64 [2]; y i64 [] of 2 classes\n"
        "  x length           5.1 4.9 4.7  from 4.7 to 5.1, mean 4.9\n"
        "  x width            3.5 NA 3.25  from 3.25 to 3.5, mean 3.375  1 missing\n"
        "  y 1                setosa virginica virginica\n"
        "    rows of each class: setosa 1, virginica 2\n";
    const char *table = "row  length  width         y1\n"
                        "  0     5.1    3.5     setosa\n"
                        "  1     4.9     NA  virginica\n"
                        "  2     4.7   3.25  virginica\n";
    prints(nn_print_data, flowers(g), summary);
    prints(head, flowers(g), table);
    if (comma_begin()) {
        prints(nn_print_data, flowers(g), summary);
        prints(head, flowers(g), table);
        comma_end();
    }
    all_well(g);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_many)
{
    ag_graph *g = ag_graph_new();
    static double x[50 * 7], y[7 * 2];
    nn_data *d = nn_data_from(g, AG_SHAPE(7, 50), x, AG_SHAPE(7, 2), y);
    char *text = NULL;
    size_t bytes;
    FILE *out = open_memstream(&text, &bytes);
    expect_ok(nn_print_data(out, d));
    fclose(out);
    ck_assert_ptr_nonnull(strstr(text, "  x 40               0 0 0 0 0 ...  from 0 to 0, mean 0\n"
                                       "  ... and 10 more\n"));
    ck_assert_ptr_nonnull(strstr(text, "  y 2  "));
    free(text);
    prints(head, nn_reshaped(nn_rows_between(d, 5, 6), AG_SHAPE(25, 2)),
           "row  x1  x2  x3  x4  x5  x6  x7  x8  x9  x10  x11  x12  ...  y1  y2\n"
           "  5   0   0   0   0   0   0   0   0   0    0    0    0  ...   0   0\n");
    const uint8_t image[] = {0, 255, 51, 102};
    nn_data *images = nn_scaled(
        nn_data_new(
            g,
            &(nn_arrays){.rows = 1, .x = image, .x_element = NN_U8, .x_shape = AG_SHAPE(1, 2, 2)}),
        0, 255);
    prints(nn_print_data, images,
           "1 rows: x u8 [1,2,2], divided by 255\n  x  from 0 to 1, mean 0.4\n");
    ck_assert_int_eq(nn_print_data(NULL, d), AG_ERR_NULL_ARGUMENT);
    ck_assert_int_eq(nn_print_head(stdout, NULL, 3), AG_ERR_NULL_ARGUMENT);
    prints(head, nn_rows_between(images, 0, 0), "row  x1  x2  x3  x4\n");
    FILE *full = fopen("/dev/full", "w");
    if (full != NULL) {
        setvbuf(full, NULL, _IONBF, 0);
        ck_assert_int_eq(nn_print_data(full, d), AG_ERR_IO);
        ck_assert_int_eq(nn_print_head(full, d, 3), AG_ERR_IO);
        fclose(full);
    }
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("data_print", test_columns, test_many)
