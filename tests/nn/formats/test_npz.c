/* NumPy's archives: stored and deflated, data sets of two arrays, every number in the archive that
 * can lie, and what is written here read back.
 */
#include "files.h"
#include "nn/formats/npy.h"

#include <signal.h>
#include <sys/resource.h>

static ag_graph *g;
static const char *const stored = "tests/golden/numpy/stored.npz";
static const char *const deflated = "tests/golden/numpy/deflated.npz";

START_TEST(test_stored)
{
    g = ag_graph_new();
    ag_tensor *y = nn_load_npz(g, stored, "y_train");
    ck_assert_msg(y != NULL, "%s", ag_error_message(g));
    expect_values(y, 0, 2, 1, 2);
    expect_values(nn_load_npz(g, stored, "y_train.npy"), 0, 2, 1, 2);
    expect_same(ag_item(nn_load_npz(g, stored, "scale")), 0.5);
    nn_data *d = nn_read_npz(g, stored, "x_train", "y_train");
    ck_assert_int_eq(nn_rows(d), 4);
    ck_assert_int_eq(nn_classes(d), 3);
    ck_assert_int_eq(nn_sample_element(d), NN_U8); /* bytes stay bytes */
    expect_shape(HERE, nn_inputs(d), AG_SHAPE(4, 2, 3));
    expect_same(first_number(d, 3), 18);
    ck_assert(!nn_has_targets(nn_read_npz(g, stored, "x_train", NULL)));
    no_tensor(g, HERE, nn_load_npz(g, stored, "z"), AG_ERR_VALUE, "no array \"z\"", "x_train.npy",
              "scale.npy", LINE);
    no_tensor(g, HERE, nn_load_npz(g, stored, NULL), AG_ERR_NULL_ARGUMENT, LINE);
    no_data(g, HERE, nn_read_npz(g, stored, NULL, NULL), AG_ERR_NULL_ARGUMENT, LINE);
    no_data(g, HERE, nn_read_npz(g, stored, "scale", NULL), AG_ERR_IO, "one number", LINE);
    const char *bzip2 = "tests/golden/numpy/bzip2.npz";
    no_tensor(g, HERE, nn_load_npz(g, bzip2, "f8"), AG_ERR_IO, "\"f8.npy\"", "another method",
              LINE);
    no_tensor(g, HERE, nn_load_npz(g, "tests/golden/numpy/f8.npy", "f8"), AG_ERR_IO,
              "no zip archive", LINE);
    ck_assert_ptr_null(nn_load_npz(NULL, stored, "x"));
    ck_assert_ptr_null(nn_read_npz(NULL, stored, "x", "y"));
    ag_graph_free(g);
}
END_TEST

START_TEST(test_deflated)
{
    g = ag_graph_new();
    ag_tensor *y = nn_load_npz(g, deflated, "y_train");
    if (y == NULL) {
        no_tensor(g, "", y, AG_ERR_IO, "built without zlib");
        puts("skipped: the library was built without zlib");
    } else {
        expect_values(y, 0, 2, 1, 2);
        ck_assert_int_eq(ag_size(nn_load_npz(g, deflated, "zeros")), 5000);
        expect_same(first_number(nn_read_npz(g, deflated, "x_train", "y_train"), 2), 12);
        all_well(g);
    }
    ag_graph_free(g);
}
END_TEST

/* Data sets of two .npy files. */
START_TEST(test_pairs)
{
    g = ag_graph_new();
    const char *x = "tests/golden/numpy/f8.npy", *y = "tests/golden/numpy/line.npy";
    no_data(g, HERE, nn_read_npy(g, x, y), AG_ERR_SHAPE, "y has 4 rows, x has 2", LINE);
    nn_data *d = nn_read_npy(g, y, y);
    ck_assert_int_eq(nn_classes(d), 4);
    ck_assert_int_eq(nn_sample_shape(d).ndim, 1);
    ck_assert_int_eq(nn_sample_size(d), 1);
    d = nn_read_npy(g, x, "tests/golden/numpy/fortran.npy");
    ck_assert_int_eq(nn_target_size(d), 12);
    ck_assert_int_eq(nn_classes(d), 0);
    d = nn_read_npy(g, x, NULL);
    ck_assert(!nn_has_targets(d));
    no_data(g, HERE, nn_read_npy(g, NULL, NULL), AG_ERR_NULL_ARGUMENT, LINE);
    no_data(g, HERE, nn_read_npy(g, x, "/no"), AG_ERR_IO, "/no", LINE);
    no_data(g, HERE, nn_read_npy(g, "tests/golden/numpy/object.npy", NULL), AG_ERR_IO, "code",
            LINE);
    ck_assert_ptr_null(nn_read_npy(NULL, x, y));
    const int64_t from_minus_1[] = {-1, 0};
    const char *path = file_of("labels.npy", "", 0);
    expect_ok(nn_save_npy(ag_leaf(g, AG_CONSTANT, AG_I64, AG_SHAPE(2), from_minus_1), path));
    no_data(g, HERE, nn_read_npy(g, x, path), AG_ERR_VALUE, "row 0 has class -1", LINE);
    remove(path);
    ag_graph_free(g);
}
END_TEST

/* One bit makes "x_train" "y_train"; whatever else is read must be y_train itself. */
static void right(const ag_tensor *t)
{
    if (t != NULL && ag_size(t) != 24) {
        expect_values(t, 0, 2, 1, 2);
    }
}

/* Each byte of an archive changed in turn, and the archive cut anywhere: an array that is right, or
 * an error; and where a byte of the array itself was changed, never the array. */
START_TEST(test_lies)
{
    g = ag_graph_new();
    size_t n, m;
    unsigned char *file = bytes_of(stored, &n), *packed = bytes_of(deflated, &m);
    int refused = 0;
    for (size_t i = 0; i < n; i++) {
        for (int bit = 0; bit < 8; bit += 3) {
            ag_mark mark = ag_graph_mark(g);
            file[i] ^= (unsigned char)(1 << bit);
            ag_tensor *t = nn__load_npz_bytes(g, file, n, "y_train");
            right(t);
            refused += t == NULL;
            ck_assert((t == NULL) == (ag_error(g) != AG_OK));
            ag_error_clear(g);
            file[i] ^= (unsigned char)(1 << bit);
            expect_ok(ag_graph_rewind(g, mark));
        }
    }
    ck_assert_int_gt(refused, 3 * 160); /* at least those in the array and its name */
    for (size_t cut = 0; cut < n; cut++) {
        ck_assert_ptr_null(nn__load_npz_bytes(g, file, cut, "y_train"));
        ag_error_clear(g);
    }
    for (size_t i = 0; i < m; i++) {
        packed[i] ^= 0x55;
        ag_tensor *t = nn__load_npz_bytes(g, packed, m, "y_train");
        right(t);
        ag_error_clear(g);
        packed[i] ^= 0x55;
    }
    free(file);
    free(packed);
    ag_graph_free(g);
}
END_TEST

/* The directory's entry says 4 GB: refused by the bytes there are, before memory is asked for. */
START_TEST(test_sizes)
{
    g = ag_graph_new();
    size_t n;
    unsigned char *file = bytes_of(deflated, &n);
    unsigned char *entry = file;
    while (memcmp(entry, "PK\1\2", 4) != 0) {
        entry++;
    }
    memcpy(entry + 24, "\376\377\377\377", 4);
    size_t before = ag_graph_get_stats(g).peak_bytes;
    no_tensor(g, HERE, nn__load_npz_bytes(g, file, n, "x_train"), AG_ERR_IO,
              "cannot both be right");
    ck_assert_uint_lt(ag_graph_get_stats(g).peak_bytes - before, 100000);
    memcpy(entry + 24, "\377\377\377\377", 4); /* without the extra field that this asks for */
    no_tensor(g, HERE, nn__load_npz_bytes(g, file, n, "x_train"), AG_ERR_IO,
              "cannot both be right");
    memcpy(entry + 42, "\377\377\377\176", 4);
    no_tensor(g, HERE, nn__load_npz_bytes(g, file, n, "x_train"), AG_ERR_IO, "outside the file");
    entry[8] |= 1;
    memcpy(entry + 42, "\0\0\0\0", 4);
    no_tensor(g, HERE, nn__load_npz_bytes(g, file, n, "x_train"), AG_ERR_IO, "encrypted");
    free(file);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_back)
{
    g = ag_graph_new();
    char part[300];
    const char *path = file_of("back.npz", "older", 5);
    ag_tensor *w =
        ag_name(ag_from_values(g, AG_PARAMETER, AG_SHAPE(2, 2), VALUES(1, NAN, -0.0, 4)), "w");
    ag_tensor *list[] = {w,
                         ag_leaf(g, AG_CONSTANT, AG_I64, AG_SHAPE(3), (const int64_t[]){7, 8, 9}),
                         ag_constant(g, 0.5)};
    expect_ok(nn_save_npz(list, 3, path));
    ag_tensor *back = nn_load_npz(g, path, "w");
    ck_assert_msg(back != NULL, "%s", ag_error_message(g));
    expect_value(HERE, back, VALUES(1, NAN, -0.0, 4), 4, 0);
    expect_values(nn_load_npz(g, path, "arr_1"), 7, 8, 9);
    expect_same(ag_item(nn_load_npz(g, path, "arr_2")), 0.5);
    nn_data *d = nn_scaled(nn_rows_between(set_of(g, 9, 3), 2, 6), 0, 2);
    expect_ok(nn_save_data_npz(d, path));
    nn_data *again = nn_read_npz(g, path, "x", "y");
    expect_value(HERE, nn_inputs(again), VALUES(1, 10, 1.5, 15, 2, 20, 2.5, 25), 8, 0);
    expect_values(nn_targets(again), 2, 0, 1, 2);
    all_well(g);
    list[1] = w;
    no_success(g, HERE, nn_save_npz(list, 2, path), AG_ERR_STATE, "0 and 1", "\"w\"", LINE);
    list[1] = NULL;
    no_success(g, HERE, nn_save_npz(list, 2, path), AG_ERR_NULL_ARGUMENT, "tensor 1", LINE);
    expect_same(first_number(nn_read_npz(g, path, "x", NULL), 0), 1); /* the older file stays */
    ck_assert_int_eq(nn_save_npz(NULL, 1, path), AG_ERR_NULL_ARGUMENT);
    ck_assert_int_eq(nn_save_data_npz(NULL, path), AG_ERR_NULL_ARGUMENT);
    no_success(g, HERE, nn_save_npz(list, 1, "/no/such/x.npz"), AG_ERR_IO, "save_npz", LINE);
    no_success(g, HERE, nn_save_data_npz(d, "/no/such/x.npz"), AG_ERR_IO, "opened", LINE);
    remove(path);
    struct rlimit before, little;
    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &before), 0);
    little = (struct rlimit){100, before.rlim_max};
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &little); /* as a full disk */
    ag_status status = nn_save_npz(list, 1, path);
    setrlimit(RLIMIT_FSIZE, &before);
    no_success(g, HERE, status, AG_ERR_IO, "written", "is unchanged", "test_npz.c");
    ck_assert_int_ne(access(path, F_OK), 0);
    snprintf(part, sizeof part, "%s.part", path);
    ck_assert_int_ne(access(part, F_OK), 0);
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("npz", test_stored, test_deflated, test_pairs, test_lies, test_sizes, test_back)
