/* Batches, statement 13 and what 9 and 10 need of data: the order of an epoch is a function of
 * (seed, epoch) alone, so resuming goes on with the rows not yet seen; what becomes of a short last
 * batch; numbers as tensors, without allocation.
 */
#include "nn/data/sets.h"

static ag_graph *g;

/* The rows of an epoch from batch `first` on, written to row; how many. */
static int64_t draw(nn_batches *b, int64_t epoch, int64_t first, int64_t *row)
{
    int64_t n = 0;
    nn_batch batch;
    expect_ok(nn_batches_start(b, epoch, first));
    while (nn_batches_next(b, &batch)) {
        ck_assert_int_eq(batch.epoch, epoch);
        ck_assert_int_eq(batch.number, first++);
        for (int64_t i = 0; i < batch.rows; i++) {
            row[n++] = batch.row[i];
            expect_same(ag_item_at(batch.x, AG_SHAPE(i, 0)), (double)batch.row[i]);
        }
    }
    ck_assert_int_eq(first, nn_batches_count(b));
    ck_assert(!nn_batches_next(b, &batch));
    return n;
}

static bool same(const int64_t *a, const int64_t *b, int64_t n)
{
    return memcmp(a, b, (size_t)n * sizeof *a) == 0;
}

START_TEST(test_order)
{
    g = ag_graph_new();
    nn_data *d = set_of(g, 103, 3);
    int64_t one[103], two[103], other[103];
    nn_batches *b = nn_batches_new(d, &(nn_batches_options){.size = 10, .seed = 5});
    nn_batches *again = nn_batches_new(d, &(nn_batches_options){.size = 17, .seed = 5});
    nn_batches *seed = nn_batches_new(d, &(nn_batches_options){.size = 10, .seed = 6});
    ck_assert_int_eq(draw(b, 1, 0, one), 103);
    int count[103] = {0};
    for (int i = 0; i < 103; i++) {
        count[one[i]]++;
    }
    for (int i = 0; i < 103; i++) {
        ck_assert_int_eq(count[i], 1);
    }
    /* Whatever was drawn before, from the graph's generator as well, and in batches of another
     * size. */
    (void)ag_random_bits(g);
    draw(b, 7, 0, other);
    ck_assert(!same(one, other, 103));
    draw(again, 1, 0, two);
    ck_assert(same(one, two, 103));
    draw(seed, 1, 0, two);
    ck_assert(!same(one, two, 103));
    /* In the middle of an epoch: the rows not yet seen, in the order they would have had. */
    for (int64_t k = 0; k <= nn_batches_count(b); k++) {
        int64_t n = draw(b, 1, k, two), seen = k * 10 < 103 ? k * 10 : 103;
        ck_assert_int_eq(n, 103 - seen);
        ck_assert(same(one + seen, two, n));
    }
    /* The stream must not change from version to version: these orders are in people's results.
     * This one was computed by a program of its own, in Python. */
    nn_batches *five = nn_batches_new(nn_rows_between(d, 0, 5), &(nn_batches_options){.seed = 1});
    ck_assert_int_eq(draw(five, 1, 0, two), 5);
    ck_assert(same(two, (const int64_t[]){0, 4, 3, 1, 2}, 5));
    all_well(g);
    ag_graph_free(g);
}
END_TEST

/* Each row is first equally often. */
START_TEST(test_even)
{
    g = ag_graph_new();
    nn_batches *b = nn_batches_new(set_of(g, 10, 2), &(nn_batches_options){.size = 10});
    int64_t row[10];
    int first[10] = {0}, last[10] = {0}, after[10] = {0};
    for (int64_t epoch = 0; epoch < 5000; epoch++) {
        draw(b, epoch, 0, row);
        first[row[0]]++;
        last[row[9]]++;
        after[(row[1] - row[0] + 10) % 10]++;
    }
    for (int i = 0; i < 10; i++) { /* 500 +- 21 */
        ck_assert(first[i] > 400 && first[i] < 600 && last[i] > 400 && last[i] < 600);
        ck_assert(i == 0 ? after[i] == 0 : after[i] > 450 && after[i] < 660);
    }
    ag_graph_free(g);
}
END_TEST

START_TEST(test_in_order)
{
    g = ag_graph_new();
    nn_data *d = nn_select(set_of(g, 10, 3), (const int64_t[]){9, 3, 3, 7}, 4);
    nn_batches *b = nn_batches_new(d, &(nn_batches_options){.size = 3, .in_order = true});
    nn_batch batch;
    expect_ok(nn_batches_start(b, 1, 0));
    ck_assert(nn_batches_next(b, &batch));
    expect_values(batch.x, 9, 90, 3, 30, 3, 30);
    expect_values(batch.y, 0, 0, 0);
    ck_assert_int_eq(ag_dtype_of(batch.y), AG_I64);
    ck_assert(nn_batches_next(b, &batch));
    expect_values(batch.x, 7, 70);
    ck_assert_int_eq(batch.row[0], 3);
    ck_assert(!nn_batches_next(b, &batch));
    all_well(g);
    ag_graph_free(g);
}
END_TEST

/* With replacement the rows are independent: about 1/e of them are missing. */
START_TEST(test_replacement)
{
    g = ag_graph_new();
    nn_data *d = set_of(g, 1000, 2);
    nn_batches *b = nn_batches_new(d, &(nn_batches_options){.size = 7, .replacement = true});
    static int64_t one[1000], two[1000];
    int seen[1000] = {0}, missing = 0;
    ck_assert_int_eq(draw(b, 3, 0, one), 1000);
    for (int i = 0; i < 1000; i++) {
        seen[one[i]]++;
    }
    for (int i = 0; i < 1000; i++) {
        missing += seen[i] == 0;
        ck_assert_int_lt(seen[i], 10);
    }
    ck_assert_msg(missing > 310 && missing < 430, "%d", missing); /* 368 +- 10 */
    draw(b, 4, 0, two);
    ck_assert(!same(one, two, 1000));
    draw(b, 3, 100, two);
    ck_assert(same(one + 700, two, 300));
    ag_graph_free(g);
}
END_TEST

static void sizes(int64_t rows, nn_batches_options o, const int64_t *want)
{
    nn_batches *b = nn_batches_new(set_of(g, rows, 2), &o);
    nn_batch batch;
    int64_t k = 0, most = 0;
    ck_assert_msg(b != NULL, "%s", ag_error_message(g));
    expect_ok(nn_batches_start(b, 1, 0));
    for (; nn_batches_next(b, &batch); k++) {
        ck_assert_int_eq(batch.rows, want[k]);
        ck_assert_int_eq(ag_shape_of(batch.x).dim[0], want[k]);
        most = want[k] > most ? want[k] : most;
    }
    ck_assert_int_eq(want[k], 0);
    ck_assert_int_eq(nn_batches_count(b), k);
    ck_assert_int_eq(nn_batches_most(b), most);
}
#define SIZES(...)                                                                                 \
    (const int64_t[])                                                                              \
    {                                                                                              \
        __VA_ARGS__, 0                                                                             \
    }

START_TEST(test_last)
{
    g = ag_graph_new();
    sizes(10, (nn_batches_options){.size = 4}, SIZES(4, 4, 2));
    sizes(10, (nn_batches_options){.size = 5}, SIZES(5, 5));
    sizes(10, (nn_batches_options){.size = 4, .last = NN_LAST_JOINED}, SIZES(4, 6));
    sizes(10, (nn_batches_options){.size = 4, .last = NN_LAST_DROPPED}, SIZES(4, 4));
    sizes(12, (nn_batches_options){.size = 4, .last = NN_LAST_REFUSED}, SIZES(4, 4, 4));
    /* Only a last batch of one row is joined: what batch normalization needs. */
    nn_batches_options two = {.size = 4, .last = NN_LAST_JOINED, .fewest = 2};
    sizes(10, two, SIZES(4, 4, 2));
    sizes(9, two, SIZES(4, 5));
    sizes(1, two, SIZES(1)); /* there is none before it */
    sizes(3, (nn_batches_options){.size = 64}, SIZES(3));
    sizes(3, (nn_batches_options){.size = 64, .last = NN_LAST_JOINED}, SIZES(3));
    sizes(33, (nn_batches_options){.size = 0}, SIZES(32, 1));
    sizes(5, (nn_batches_options){.size = 1}, SIZES(1, 1, 1, 1, 1));
    all_well(g);
    ag_graph_free(g);
}
END_TEST

#define no_batches(here, call, status, ...)                                                        \
    do {                                                                                           \
        ck_assert_ptr_null(call);                                                                  \
        failed(g, status, here, (const char *const[]){__VA_ARGS__, LINE, NULL});                   \
    } while (0)

START_TEST(test_refused)
{
    g = ag_graph_new();
    nn_data *d = set_of(g, 10, 2);
    nn_batches_options o = {.size = 4, .last = NN_LAST_REFUSED};
    no_batches(HERE, nn_batches_new(d, &o), AG_ERR_VALUE, "10 rows", "the last has 2", "refused");
    o = (nn_batches_options){.size = 64, .last = NN_LAST_DROPPED};
    no_batches(HERE, nn_batches_new(d, &o), AG_ERR_VALUE, "the last has 10", "dropped");
    o = (nn_batches_options){.size = -1};
    no_batches(HERE, nn_batches_new(d, &o), AG_ERR_VALUE, "batches of -1");
    o = (nn_batches_options){.fewest = -1};
    no_batches(HERE, nn_batches_new(d, &o), AG_ERR_VALUE, "at least -1");
    o = (nn_batches_options){.in_order = true, .replacement = true};
    no_batches(HERE, nn_batches_new(d, &o), AG_ERR_VALUE, ".replacement");
    no_batches(HERE, nn_batches_new(nn_rows_between(d, 0, 0), NULL), AG_ERR_VALUE, "of 0 rows");
    nn_batches *b = nn_batches_new(d, NULL);
    nn_batch batch = {.x = ag_constant(g, 1), .rows = 7};
    ck_assert(!nn_batches_next(b, &batch)); /* no epoch was started */
    ck_assert(batch.x == NULL && batch.rows == 0);
    no_success(g, HERE, nn_batches_start(b, 1, -1), AG_ERR_VALUE, "batch -1 of 1", LINE);
    no_success(g, HERE, nn_batches_start(b, 1, 2), AG_ERR_VALUE, "batch 2 of 1", LINE);
    ck_assert(!nn_batches_next(b, &batch));
    ck_assert_ptr_null(nn_batches_new(NULL, NULL));
    ck_assert_int_eq(nn_batches_start(NULL, 1, 0), AG_ERR_NULL_ARGUMENT);
    ck_assert(!nn_batches_next(NULL, &batch) && !nn_batches_next(b, NULL));
    nn_batches_stop(NULL);
    ck_assert_int_eq(nn_batches_count(NULL) + nn_batches_most(NULL), 0);
    ag_graph_free(g);
}
END_TEST

/* From the second epoch on nothing is allocated; the numbers are those that were stored. */
static void without_allocation(ag_dtype dtype, bool loader)
{
    g = ag_graph_new_with(&(ag_graph_options){.dtype = dtype});
    static uint8_t image[500 * 12];
    static uint8_t label[500];
    for (int i = 0; i < 500 * 12; i++) {
        image[i] = (uint8_t)(i * 31);
        label[i / 12] = (uint8_t)(i / 12 % 7);
    }
    nn_data *d = nn_data_new(g, &(nn_arrays){.rows = 500,
                                             .x = image,
                                             .x_element = NN_U8,
                                             .x_shape = AG_SHAPE(1, 3, 4),
                                             .y = label,
                                             .y_element = NN_U8,
                                             .y_classes = 7});
    nn_batches_options o = {.size = 64, .loader = loader};
    nn_batches *b = nn_batches_new(nn_scaled(d, 0, 255), &o);
    ag_mark mark = ag_graph_mark(g);
    size_t calls = 0;
    for (int epoch = 1; epoch < 6; epoch++) {
        nn_batch batch;
        expect_ok(nn_batches_start(b, epoch, 0));
        while (nn_batches_next(b, &batch)) {
            ck_assert_int_eq(ag_dtype_of(batch.x), dtype);
            ck_assert_int_eq(ag_shape_of(batch.x).ndim, 4);
            int64_t last = batch.rows - 1, r = batch.row[last];
            double want = image[r * 12 + 11] / 255.0;
            want = dtype == AG_F32 ? (double)(float)want : want;
            expect_same(ag_item_at(batch.x, AG_SHAPE(last, 0, 2, 3)), want);
            expect_same(ag_item_at(batch.y, AG_SHAPE(last)), label[r]);
            expect_ok(ag_graph_rewind(g, mark));
        }
        size_t now = ag_graph_get_stats(g).allocations;
        ck_assert(epoch < 3 || now == calls);
        calls = now;
    }
    all_well(g);
    ag_graph_free(g);
}

START_TEST(test_memory)
{
    without_allocation(AG_F64, false);
    without_allocation(AG_F32, false);
    without_allocation(AG_F32, true);
}
END_TEST

/* Rows without targets; inputs that are classes. */
START_TEST(test_kinds)
{
    g = ag_graph_new();
    const int64_t token[] = {3, 1, 2, 0};
    nn_data *d = nn_data_new(
        g, &(nn_arrays){
               .rows = 2, .x = token, .x_element = NN_I64, .x_shape = AG_SHAPE(2), .x_classes = 4});
    nn_batches *b = nn_batches_new(d, &(nn_batches_options){.in_order = true});
    nn_batch batch;
    expect_ok(nn_batches_start(b, 1, 0));
    ck_assert(nn_batches_next(b, &batch));
    ck_assert_ptr_null(batch.y);
    ck_assert_int_eq(ag_dtype_of(batch.x), AG_I64);
    expect_values(batch.x, 3, 1, 2, 0);
    all_well(g);
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("batches", test_order, test_even, test_in_order, test_replacement, test_last,
           test_refused, test_memory, test_kinds)
