/* The loader: the same batches, bit for bit, as without it, also distorted ones and from the middle
 * of an epoch; epochs that are left early; several at once.
 */
#include "nn/data/sets.h"

#include <pthread.h>
#include <time.h>

enum { ROWS = 90, SIDE = 8 };

static nn_data *images(ag_graph *g)
{
    static uint8_t pixel[ROWS * SIDE * SIDE];
    static uint8_t label[ROWS];
    for (int i = 0; i < ROWS * SIDE * SIDE; i++) {
        pixel[i] = (uint8_t)(i * i / 7);
        label[i / SIDE / SIDE] = (uint8_t)(i / SIDE / SIDE % 10);
    }
    return nn_data_new(g, &(nn_arrays){.rows = ROWS,
                                       .x = pixel,
                                       .x_element = NN_U8,
                                       .x_shape = AG_SHAPE(SIDE, SIDE),
                                       .y = label,
                                       .y_element = NN_U8,
                                       .y_classes = 10,
                                       .borrow = true});
}

/* A number that depends on every bit of every batch and on their order. */
static uint64_t digest(ag_graph *g, nn_batches *b, int64_t epoch, int64_t first, bool slow)
{
    uint64_t h = 14695981039346656037u;
    ag_mark mark = ag_graph_mark(g);
    nn_batch batch;
    expect_ok(nn_batches_start(b, epoch, first));
    while (nn_batches_next(b, &batch)) {
        const unsigned char *x = ag_data(batch.x), *y = ag_data(batch.y);
        size_t bytes = (size_t)ag_size(batch.x) * ag_dtype_bytes(ag_dtype_of(batch.x));
        if (slow) { /* the loader is ahead meanwhile, and must not touch this batch */
            nanosleep(&(struct timespec){.tv_nsec = 300000}, NULL);
        }
        for (size_t i = 0; i < bytes; i++) {
            h = (h ^ x[i]) * 1099511628211u;
        }
        for (size_t i = 0; i < (size_t)batch.rows * 8; i++) {
            h = (h ^ y[i]) * 1099511628211u;
        }
        h = (h ^ (uint64_t)batch.row[0]) * 1099511628211u;
        expect_ok(ag_graph_rewind(g, mark));
    }
    all_well(g);
    return h;
}

START_TEST(test_same_bits)
{
    const nn_distortion how = {.rotate = 15, .elastic = 8, .smooth = 2, .noise = 0.1, .seed = 3};
    ag_graph *g = ag_graph_new_with(&(ag_graph_options){.dtype = AG_F32});
    nn_data *d = nn_scaled(images(g), 0, 255);
    for (int distorted = 0; distorted < 2; distorted++) {
        nn_batches_options o = {.size = 16, .distortion = distorted ? &how : NULL};
        nn_batches *plain = nn_batches_new(d, &o);
        o.loader = true;
        nn_batches *loaded = nn_batches_new(d, &o);
        for (int64_t epoch = 1; epoch < (check_small() ? 3 : 20); epoch++) {
            uint64_t want = digest(g, plain, epoch, 0, false);
            ck_assert_uint_eq(digest(g, loaded, epoch, 0, epoch % 2 == 0), want);
            ck_assert_uint_eq(digest(g, loaded, epoch, 3, false),
                              digest(g, plain, epoch, 3, false));
            ck_assert_uint_ne(digest(g, plain, epoch + 1, 0, false), want);
        }
    }
    ag_graph_free(g);
}
END_TEST

START_TEST(test_left_early)
{
    for (int after = 0; after < 5; after++) {
        ag_graph *g = ag_graph_new();
        nn_batches_options o = {.size = 8, .loader = true};
        nn_batches *b = nn_batches_new(images(g), &o);
        nn_batch batch;
        expect_ok(nn_batches_start(b, 1, 0));
        for (int k = 0; k < after; k++) {
            ck_assert(nn_batches_next(b, &batch));
        }
        expect_ok(nn_batches_start(b, 2, 0)); /* ends the thread, and starts another */
        ck_assert(nn_batches_next(b, &batch));
        nn_batches_stop(b);
        ck_assert(!nn_batches_next(b, &batch));
        nn_batches_stop(b);
        all_well(g);
        ag_graph_free(g);
    }
}
END_TEST

/* Threads with graphs of their own read one data set. */
typedef struct reader {
    pthread_t thread;
    const nn_data *data;
    uint64_t digest;
} reader;

static void *read_theirs(void *user)
{
    reader *r = user;
    ag_graph *g = ag_graph_new();
    nn_halves h = nn_fold(nn_data_in(g, r->data), 1, 3, &(nn_split_options){.stratify = true});
    nn_batches_options o = {.size = 8, .loader = true};
    r->digest = digest(g, nn_batches_new(h.train, &o), 1, 0, true);
    ag_graph_free(g);
    return NULL;
}

START_TEST(test_readers)
{
    ag_graph *g = ag_graph_new();
    reader r[4] = {{.data = images(g)}};
    read_theirs(&r[0]);
    uint64_t want = r[0].digest;
    for (int i = 0; i < 4; i++) {
        r[i].data = r[0].data;
        ck_assert_int_eq(pthread_create(&r[i].thread, NULL, read_theirs, &r[i]), 0);
    }
    for (int i = 0; i < 4; i++) {
        pthread_join(r[i].thread, NULL);
        ck_assert_uint_eq(r[i].digest, want);
    }
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("loader_thread", test_same_bits, test_left_early, test_readers)
