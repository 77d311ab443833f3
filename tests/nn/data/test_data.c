/* Data sets of arrays and tensors: what they say of themselves, views that share their numbers,
 * scales that are seen in a batch only, and what is refused.
 */
#include "sets.h"

static ag_graph *g;

static void open_graph(void)
{
    g = ag_graph_new();
}

static void close_graph(void)
{
    all_well(g);
    ag_graph_free(g);
}

START_TEST(test_asking)
{
    open_graph();
    nn_data *d = set_of(g, 7, 3);
    ck_assert_int_eq(nn_rows(d), 7);
    ck_assert_int_eq(nn_classes(d), 3);
    ck_assert_int_eq(nn_input_classes(d), 0);
    ck_assert_int_eq(nn_sample_size(d), 2);
    ck_assert_int_eq(nn_target_size(d), 1);
    ck_assert_int_eq(nn_sample_shape(d).ndim, 1);
    ck_assert_int_eq(nn_target_shape(d).ndim, 0);
    ck_assert(nn_has_targets(d));
    ck_assert_int_eq(nn_sample_element(d), NN_F64);
    ck_assert_int_eq(nn_target_element(d), NN_I64);
    ck_assert_str_eq(nn_class_name(d, 2), "c");
    ck_assert_ptr_null(nn_class_name(d, 3));
    ck_assert_int_eq(nn_class_of(d, "b"), 1);
    ck_assert_int_eq(nn_class_of(d, "z"), -1);
    ck_assert_str_eq(nn_column_name(d, 1), "ten");
    ck_assert_int_eq(nn_column_of(d, "ten"), 1);
    ck_assert_int_eq(nn_column_of(d, "eleven"), -1);
    ck_assert_int_eq(nn_label(d, 5), 2);
    ck_assert_int_eq(nn_label(d, 7), -1);
    ck_assert_ptr_eq(nn_graph_of_data(d), g);
    int64_t count[3];
    expect_ok(nn_class_counts(d, count, 3));
    ck_assert(count[0] == 3 && count[1] == 2 && count[2] == 2);
    ck_assert_int_eq(nn_class_counts(d, count, 2), AG_ERR_SHAPE);
    double row[2];
    expect_ok(nn_get_sample(d, 6, row, 2));
    ck_assert(row[0] == 6 && row[1] == 60);
    ck_assert_int_eq(nn_get_sample(d, 7, row, 2), AG_ERR_VALUE);
    ck_assert_int_eq(nn_get_sample(d, -1, row, 2), AG_ERR_VALUE);
    ck_assert_int_eq(nn_get_sample(d, 6, row, 1), AG_ERR_SHAPE);
    expect_ok(nn_get_target(d, 4, row, 1));
    expect_same(row[0], 1);
    ck_assert(nn_extra(d, "test", 0) != nn_extra(d, "test", 0));
    ck_assert_int_eq(nn_extra_classes(d, "test"), -1);
    close_graph();
}
END_TEST

START_TEST(test_nothing)
{
    open_graph();
    ck_assert_int_eq(nn_rows(NULL), 0);
    ck_assert_int_eq(nn_classes(NULL), 0);
    ck_assert_int_eq(nn_sample_size(NULL), 0);
    ck_assert_ptr_null(nn_graph_of_data(NULL));
    ck_assert_int_eq(nn_stored_row(NULL, 0), -1);
    ck_assert_int_eq(nn_get_sample(NULL, 0, NULL, 0), AG_ERR_NULL_ARGUMENT);
    ck_assert_ptr_null(nn_select(NULL, NULL, 0));
    ck_assert_ptr_null(nn_rows_between(NULL, 0, 0));
    ck_assert_ptr_null(nn_scaled(NULL, 0, 1));
    ck_assert_ptr_null(nn_reshaped(NULL, AG_SHAPE(1)));
    ck_assert_ptr_null(nn_with_class_names(NULL, NULL, 0));
    ck_assert_ptr_null(nn_join(NULL, NULL));
    ck_assert_ptr_null(nn_inputs(NULL));
    ck_assert_ptr_null(nn_targets(NULL));
    ck_assert_ptr_null(nn_split(NULL, 0.5, NULL).train);
    ck_assert_ptr_null(nn_split3(NULL, 0.2, 0.2, NULL).test);
    ck_assert_ptr_null(nn_fold(NULL, 0, 2, NULL).test);
    ck_assert_ptr_null(nn_split_rows(NULL, NULL, 0).test);
    ck_assert_ptr_null(nn_split_marked(NULL, "test").test);
    ck_assert_ptr_null(nn_fill_missing(NULL, NULL));
    ck_assert_ptr_null(nn_data_in(g, NULL));
    ck_assert_ptr_null(nn_data_in(NULL, NULL));
    ck_assert_ptr_null(nn_data_new(NULL, NULL));
    ck_assert_ptr_null(nn_data_from(NULL, AG_SHAPE(1), NULL, AG_SHAPE(1), NULL));
    ck_assert_ptr_null(nn_data_of(NULL, NULL));
    ck_assert_int_eq(nn_moments(NULL, NULL, NULL, 0, false), AG_ERR_NULL_ARGUMENT);
    nn_data *empty = nn_data_from(g, AG_SHAPE(0, 3), NULL, AG_SHAPE(0, 1), NULL);
    ck_assert_ptr_nonnull(empty);
    ck_assert_int_eq(nn_rows(empty), 0);
    ck_assert(!nn_has_targets(empty));
    ck_assert_int_eq(ag_size(nn_inputs(empty)), 0);
    close_graph();
}
END_TEST

/* Every kind of number in, every dtype of a graph out. */
START_TEST(test_elements)
{
    const double f64[] = {1, 2, 100};
    const float f32[] = {1, 2, 100};
    const int64_t i64[] = {1, 2, 100};
    const int32_t i32[] = {1, 2, 100};
    const int16_t i16[] = {1, 2, 100};
    const int8_t i8[] = {1, 2, 100};
    const uint32_t u32[] = {1, 2, 100};
    const uint16_t u16[] = {1, 2, 100};
    const uint8_t u8[] = {1, 2, 100};
    const void *const all[NN_ELEMENT_COUNT] = {f64, f32, i64, i32, i16, i8, u32, u16, u8};
    const size_t bytes[NN_ELEMENT_COUNT] = {8, 4, 8, 4, 2, 1, 4, 2, 1};
    for (int dtype = AG_F64; dtype <= AG_F32; dtype++) {
        g = ag_graph_new_with(&(ag_graph_options){.dtype = (ag_dtype)dtype});
        for (int e = 0; e < NN_ELEMENT_COUNT; e++) {
            ck_assert_uint_eq(nn_element_bytes((nn_element)e), bytes[e]);
            nn_data *d = nn_data_new(g, &(nn_arrays){.rows = 3,
                                                     .x = all[e],
                                                     .x_element = (nn_element)e,
                                                     .x_shape = AG_SHAPE(1),
                                                     .y = all[e],
                                                     .y_element = (nn_element)e,
                                                     .y_classes = 101});
            ck_assert_int_eq(nn_sample_element(d), e);
            ag_tensor *x = nn_inputs(d), *y = nn_targets(d);
            ck_assert_int_eq(ag_dtype_of(x), dtype);
            ck_assert_int_eq(ag_dtype_of(y), AG_I64);
            expect_values(x, 1, 2, 100);
            expect_values(y, 1, 2, 100);
            expect_values(nn_inputs(nn_scaled(d, 1, 4)), 0, 0.25, 24.75);
        }
        close_graph();
    }
    ck_assert_str_eq(nn_element_text(NN_U8), "u8");
    ck_assert_str_eq(nn_element_text(NN_ELEMENT_COUNT), "?");
    ck_assert_uint_eq(nn_element_bytes(NN_ELEMENT_COUNT), 0);
}
END_TEST

/* Many bytes are looked up in a table: the same bits as dividing each, and the bytes are not
 * touched. */
START_TEST(test_bytes)
{
    enum { N = 40, SIZE = 100 };
    uint8_t image[N * SIZE];
    for (int i = 0; i < N * SIZE; i++) {
        image[i] = (uint8_t)(i * 7);
    }
    for (int dtype = AG_F64; dtype <= AG_F32; dtype++) {
        g = ag_graph_new_with(&(ag_graph_options){.dtype = (ag_dtype)dtype});
        nn_data *raw = nn_data_new(g, &(nn_arrays){.rows = N,
                                                   .x = image,
                                                   .x_element = NN_U8,
                                                   .x_shape = AG_SHAPE(10, 10),
                                                   .borrow = true});
        nn_data *d = nn_scaled(raw, 0, 255);
        ag_tensor *x = nn_inputs(d), *unscaled = nn_inputs(raw);
        for (int i = 0; i < N * SIZE; i += 13) {
            double want = dtype == AG_F64 ? image[i] / 255.0 : (double)((float)image[i] / 255.0f);
            ag_shape at = AG_SHAPE(i / SIZE, i % SIZE / 10, i % 10);
            expect_same(ag_item_at(x, at), want);
            expect_same(ag_item_at(unscaled, at), image[i]);
        }
        image[0] = 51; /* borrowed: seen at once */
        expect_near(first_number(d, 0), 0.2, 1e-15);
        image[0] = 0;
        close_graph();
    }
}
END_TEST

START_TEST(test_views)
{
    open_graph();
    nn_data *d = set_of(g, 10, 3);
    nn_data *part = nn_select(d, (const int64_t[]){9, 0, 9, 4}, 4);
    ck_assert_int_eq(nn_rows(part), 4);
    expect_same(first_number(part, 0), 9);
    expect_same(first_number(part, 2), 9);
    ck_assert_int_eq(nn_stored_row(part, 3), 4);
    nn_data *second = nn_select(part, (const int64_t[]){3, 1}, 2);
    ck_assert_int_eq(nn_stored_row(second, 0), 4);
    ck_assert_int_eq(nn_label(second, 0), 1);
    expect_values(nn_inputs(second), 4, 40, 0, 0);
    nn_data *some = nn_rows_between(d, 3, 5);
    expect_values(nn_inputs(some), 3, 30, 4, 40);
    ck_assert_int_eq(nn_rows(nn_rows_between(d, 4, 4)), 0);
    /* Rows by index do not copy: the memory of a view is its list. */
    size_t before = ag_graph_get_stats(g).bytes;
    for (int i = 0; i < 10; i++) {
        ck_assert_ptr_nonnull(nn_rows_between(d, 0, 10));
    }
    ck_assert_uint_le(ag_graph_get_stats(g).bytes - before, 10 * (10 * 8 + 600) + 32768);
    no_data(g, HERE, nn_select(d, (const int64_t[]){0, 10}, 2), AG_ERR_VALUE, "select", "row 10",
            "10", LINE);
    no_data(g, HERE, nn_select(d, (const int64_t[]){-1}, 1), AG_ERR_VALUE, "row -1", LINE);
    no_data(g, HERE, nn_select(d, NULL, 1), AG_ERR_NULL_ARGUMENT, "select", LINE);
    no_data(g, HERE, nn_select(d, NULL, -1), AG_ERR_VALUE, "-1 rows", LINE);
    no_data(g, HERE, nn_rows_between(d, 5, 4), AG_ERR_VALUE, "from 5 to 4", LINE);
    no_data(g, HERE, nn_rows_between(d, 5, 11), AG_ERR_VALUE, "from 5 to 11 of 10", LINE);
    close_graph();
}
END_TEST

START_TEST(test_words)
{
    open_graph();
    nn_data *d = set_of(g, 4, 3);
    nn_data *twice = nn_scaled(nn_scaled(d, 1, 2), 3, 4); /* ((x - 1)/2 - 3)/4 */
    expect_values(nn_inputs(twice), -0.875, -0.875, -0.75, 0.375, -0.625, 1.625, -0.5, 2.875);
    expect_same(first_number(d, 1), 1);
    nn_data *row = nn_reshaped(d, AG_SHAPE(1, 2, 1));
    ck_assert_int_eq(ag_shape_of(nn_inputs(row)).ndim, 4);
    nn_data *named = nn_with_class_names(d, (const char *[]){"x", "y", "z", "none"}, 4);
    ck_assert_int_eq(nn_classes(named), 4);
    ck_assert_str_eq(nn_class_name(named, 3), "none");
    ck_assert_str_eq(nn_class_name(d, 0), "a");
    no_data(g, HERE, nn_scaled(d, 0, 0), AG_ERR_VALUE, "(x - 0)/0", LINE);
    no_data(g, HERE, nn_scaled(d, NAN, 1), AG_ERR_VALUE, "scaled", LINE);
    no_data(g, HERE, nn_reshaped(d, AG_SHAPE(3)), AG_ERR_SHAPE, "[2]", "[3]", LINE);
    no_data(g, HERE, nn_reshaped(d, AG_SHAPE(-2, -1)), AG_ERR_SHAPE, "[-2,-1]", LINE);
    no_data(g, HERE, nn_with_class_names(d, (const char *[]){"x"}, 1), AG_ERR_VALUE,
            "1 names for 3 classes", LINE);
    nn_data *plain = nn_data_from(g, AG_SHAPE(1, 1), (const double[]){1}, AG_SCALAR, NULL);
    no_data(g, HERE, nn_with_class_names(plain, (const char *[]){"x"}, 1), AG_ERR_DTYPE, LINE);
    no_tensor(g, HERE, nn_targets(plain), AG_ERR_STATE, "targets", LINE);
    close_graph();
}
END_TEST

START_TEST(test_join)
{
    open_graph();
    nn_data *d = set_of(g, 4, 3), *other = set_of(g, 3, 3);
    nn_data *shared = nn_join(nn_rows_between(d, 2, 4), nn_rows_between(d, 0, 1));
    expect_values(nn_inputs(shared), 2, 20, 3, 30, 0, 0);
    ck_assert_int_eq(nn_stored_row(shared, 2), 0);
    nn_data *copied = nn_join(nn_rows_between(d, 2, 4), other);
    expect_values(nn_inputs(copied), 2, 20, 3, 30, 0, 0, 1, 10, 2, 20);
    expect_values(nn_targets(copied), 2, 0, 0, 1, 2);
    ck_assert_int_eq(nn_stored_row(copied, 2), 2);
    ck_assert_str_eq(nn_class_name(copied, 1), "b");
    nn_data *more = set_of(g, 4, 4);
    no_data(g, HERE, nn_join(d, more), AG_ERR_SHAPE, "of 3 classes", "of 4 classes", LINE);
    no_data(g, HERE, nn_join(d, nn_scaled(d, 0, 2)), AG_ERR_SHAPE, "join", LINE);
    close_graph();
}
END_TEST

/* A thread with a graph of its own: views and tensors of it are in that graph. */
START_TEST(test_another_graph)
{
    open_graph();
    nn_data *d = set_of(g, 4, 2);
    ag_graph *own = ag_graph_new_with(&(ag_graph_options){.dtype = AG_F32});
    nn_data *mine = nn_data_in(own, d);
    ck_assert_ptr_eq(nn_graph_of_data(mine), own);
    ag_tensor *x = nn_inputs(nn_split(mine, 0.5, NULL).test);
    ck_assert_ptr_eq(ag_graph_of(x), own);
    ck_assert_int_eq(ag_dtype_of(x), AG_F32);
    no_data(own, HERE, nn_select(mine, (const int64_t[]){4}, 1), AG_ERR_VALUE, "row 4", LINE);
    ag_graph_free(own);
    expect_same(first_number(d, 3), 3);
    close_graph();
}
END_TEST

START_TEST(test_tensors)
{
    open_graph();
    ag_tensor *x =
        ag_from_values(g, AG_CONSTANT, AG_SHAPE(2, 3), (const double[]){1, 2, 3, 4, 5, 6});
    ag_tensor *y = ag_leaf(g, AG_CONSTANT, AG_I64, AG_SHAPE(3), (const int64_t[]){2, 0, 1});
    nn_data *d = nn_data_of(ag_transpose(x), y);
    ck_assert_int_eq(nn_rows(d), 3);
    ck_assert_int_eq(nn_classes(d), 3);
    expect_values(nn_inputs(d), 1, 4, 2, 5, 3, 6);
    expect_ok(ag_set_item(ag_leaf(g, AG_CONSTANT, AG_F64, AG_SCALAR, NULL), 1));
    nn_data *tokens = nn_data_of(y, NULL);
    ck_assert_int_eq(nn_input_classes(tokens), 3);
    ck_assert_int_eq(ag_dtype_of(nn_inputs(tokens)), AG_I64);
    no_data(g, HERE, nn_scaled(tokens, 0, 2), AG_ERR_DTYPE, "classes", LINE);
    no_data(g, HERE, nn_data_of(x, y), AG_ERR_SHAPE, "[2,3]", "[3]", LINE);
    ag_tensor *bad = ag_leaf(g, AG_CONSTANT, AG_I64, AG_SHAPE(2), (const int64_t[]){0, -1});
    no_data(g, HERE, nn_data_of(x, bad), AG_ERR_VALUE, "negative class", LINE);
    no_data(g, HERE, nn_data_of(ag_constant(g, 1), NULL), AG_ERR_SHAPE, "[]", LINE);
    close_graph();
}
END_TEST

/* Statement 5: labels outside, from 1, not whole: row and value, before any training. */
START_TEST(test_classes)
{
    open_graph();
    const int64_t from_1[] = {1, 2, 3, 1}, negative[] = {0, 1, -1, 0};
    const double half[] = {0, 1, 0.5, 1};
    nn_arrays a = {.rows = 4,
                   .x = half,
                   .x_shape = AG_SHAPE(1),
                   .y = from_1,
                   .y_element = NN_I64,
                   .y_classes = 3};
    no_data(g, HERE, nn_data_new(g, &a), AG_ERR_VALUE, "row 2", "class 3", "0 to 2", "from 0",
            LINE);
    a.y = negative;
    no_data(g, HERE, nn_data_new(g, &a), AG_ERR_VALUE, "row 2", "class -1", LINE);
    a.y = half;
    a.y_element = NN_F64;
    no_data(g, HERE, nn_data_new(g, &a), AG_ERR_VALUE, "row 2", "class 0.5", "whole", LINE);
    a.y_classes = -1;
    no_data(g, HERE, nn_data_new(g, &a), AG_ERR_VALUE, "-1 classes", LINE);
    a.y_element = NN_ELEMENT_COUNT;
    no_data(g, HERE, nn_data_new(g, &a), AG_ERR_DTYPE, "y has no such element", LINE);
    a = (nn_arrays){.rows = 4, .x = half, .x_shape = AG_SHAPE(INT64_MAX, 2)};
    no_data(g, HERE, nn_data_new(g, &a), AG_ERR_SHAPE, "4 rows", LINE);
    a.x_shape = AG_SHAPE(INT64_MAX / 16);
    no_data(g, HERE, nn_data_new(g, &a), AG_ERR_OVERFLOW, "too many", LINE);
    a.x = NULL;
    no_data(g, HERE, nn_data_new(g, &a), AG_ERR_NULL_ARGUMENT, "no inputs", LINE);
    a.rows = -1;
    no_data(g, HERE, nn_data_new(g, &a), AG_ERR_SHAPE, "-1 rows", LINE);
    no_data(g, HERE, nn_data_from(g, AG_SHAPE(2, 1), half, AG_SHAPE(4), half), AG_ERR_SHAPE,
            "[2,1]", "[4]", LINE);
    close_graph();
}
END_TEST

CHECK_MAIN("data", test_asking, test_nothing, test_elements, test_bytes, test_views, test_words,
           test_join, test_another_graph, test_tensors, test_classes)
