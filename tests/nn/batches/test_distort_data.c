/* Distorted images of a data set: the same for a row in whatever view, order and batch it is; bytes
 * stay bytes; and what is refused.
 */
#include "nn/data/sets.h"

static ag_graph *g;

static nn_data *photos(bool bytes)
{
    static uint8_t u8[6 * 16];
    static double f64[6 * 16];
    for (int i = 0; i < 6 * 16; i++) {
        u8[i] = (uint8_t)(i * 37);
        f64[i] = u8[i];
    }
    return nn_scaled(nn_data_new(g, &(nn_arrays){.rows = 6,
                                                 .x = bytes ? (void *)u8 : (void *)f64,
                                                 .x_element = bytes ? NN_U8 : NN_F64,
                                                 .x_shape = AG_SHAPE(4, 4),
                                                 .y = u8,
                                                 .y_element = NN_U8,
                                                 .y_shape = AG_SHAPE(1)}),
                     0, 255);
}

/* A function of (seed, epoch, stored row): in whatever view, order and batch a row is. */
START_TEST(test_keys)
{
    g = ag_graph_new();
    const nn_distortion how = {.rotate = 30, .translate = 1, .elastic = 5, .noise = 0.1, .seed = 2};
    nn_data *d = photos(false);
    nn_data *all = nn_distorted(d, &how, 3), *later = nn_distorted(d, &how, 4);
    nn_data *few = nn_distorted(nn_select(d, (const int64_t[]){5, 2}, 2), &how, 3);
    double a[16], b[16];
    expect_ok(nn_get_sample(all, 2, a, 16));
    expect_ok(nn_get_sample(few, 1, b, 16));
    ck_assert(memcmp(a, b, sizeof a) == 0);
    ck_assert_int_eq(nn_stored_row(few, 1), 2);
    expect_ok(nn_get_sample(later, 2, b, 16));
    ck_assert(memcmp(a, b, sizeof a) != 0);
    nn_batches_options o = {.size = 4, .distortion = &how};
    nn_batches *batches = nn_batches_new(nn_select(d, (const int64_t[]){5, 4, 3, 2, 1}, 5), &o);
    nn_batch batch;
    expect_ok(nn_batches_start(batches, 3, 0));
    while (nn_batches_next(batches, &batch)) {
        for (int64_t i = 0; i < batch.rows; i++) {
            expect_ok(nn_get_sample(all, 5 - batch.row[i], a, 16));
            expect_value(HERE, ag_select(batch.x, 0, i), a, 16, 0);
        }
    }
    nn_distortion seed = how;
    seed.seed = 3;
    expect_ok(nn_get_sample(nn_distorted(d, &seed, 3), 2, b, 16));
    expect_ok(nn_get_sample(all, 2, a, 16));
    ck_assert(memcmp(a, b, sizeof a) != 0);
    all_well(g);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_bytes)
{
    g = ag_graph_new();
    const nn_distortion how = {.rotate = 30, .elastic = 5, .noise = 0.3, .outside = 0.5};
    nn_data *u8 = nn_distorted(photos(true), &how, 1), *f64 = nn_distorted(photos(false), &how, 1);
    ck_assert_int_eq(nn_sample_element(u8), NN_U8);
    ck_assert_int_eq(nn_sample_element(f64), NN_F64);
    int ends = 0;
    for (int64_t i = 0; i < 6; i++) {
        double a[16], b[16];
        expect_ok(nn_get_sample(u8, i, a, 16));
        expect_ok(nn_get_sample(f64, i, b, 16));
        for (int j = 0; j < 16; j++) { /* rounded to a byte, and cut to those there are */
            expect_near(a[j], fmin(1, fmax(0, b[j])), 0.5 / 255 + 1e-12);
            ends += a[j] == 0 || a[j] == 1;
        }
    }
    ck_assert_int_gt(ends, 3);
    expect_values(nn_targets(nn_rows_between(u8, 1, 2)), 37);
    ck_assert_int_eq(nn_rows(nn_join(photos(true), u8)), 12);
    /* Without any option it is the image. */
    nn_data *same = nn_distorted(photos(true), &(nn_distortion){.seed = 9}, 1);
    for (int64_t i = 0; i < 6; i++) {
        double a[16], b[16];
        expect_ok(nn_get_sample(same, i, a, 16));
        expect_ok(nn_get_sample(photos(true), i, b, 16));
        ck_assert(memcmp(a, b, sizeof a) == 0);
    }
    all_well(g);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_refused)
{
    g = ag_graph_new();
    nn_data *d = photos(true), *flat = nn_reshaped(d, AG_SHAPE(16));
    nn_distortion o = {.rotate = -1};
    no_data(g, HERE, nn_distorted(d, &o, 0), AG_ERR_VALUE, ".rotate is -1, not from 0 to 360",
            LINE);
    o = (nn_distortion){.mirror = 1.5};
    no_data(g, HERE, nn_distorted(d, &o, 0), AG_ERR_VALUE, ".mirror is 1.5", LINE);
    o = (nn_distortion){.noise = NAN};
    no_data(g, HERE, nn_distorted(d, &o, 0), AG_ERR_VALUE, ".noise is nan", LINE);
    o = (nn_distortion){.outside = INFINITY};
    no_data(g, HERE, nn_distorted(d, &o, 0), AG_ERR_VALUE, ".outside is inf", LINE);
    no_data(g, HERE, nn_distorted(d, NULL, 0), AG_ERR_NULL_ARGUMENT, "no distortion", LINE);
    o = (nn_distortion){.rotate = 1};
    no_data(g, HERE, nn_distorted(flat, &o, 0), AG_ERR_SHAPE, "[16] are no images", LINE);
    const nn_batches_options with = {.distortion = &o};
    ck_assert_ptr_null(nn_batches_new(flat, &with));
    no_data(g, "test_distort_data.c", NULL, AG_ERR_SHAPE, "batches_new", "nn_reshaped", LINE);
    nn_data *tokens = nn_data_of(ag_leaf(g, AG_CONSTANT, AG_I64, AG_SHAPE(1, 2, 2), NULL), NULL);
    no_data(g, HERE, nn_distorted(tokens, &o, 0), AG_ERR_DTYPE, "classes", LINE);
    ck_assert_ptr_null(nn_batches_new(tokens, &with));
    no_data(g, "test_distort_data.c", NULL, AG_ERR_DTYPE, "batches_new", LINE);
    ck_assert_ptr_null(nn_distorted(NULL, &o, 0));
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("distort data", test_keys, test_bytes, test_refused)
