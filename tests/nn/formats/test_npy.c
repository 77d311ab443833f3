/* NumPy's arrays, statement 49: read as NumPy wrote them (tests/golden/numpy), in either byte and
 * index order; headers that lie; and what is written here read back, bit for bit.
 */
#include "files.h"
#include "nn/formats/npy.h"

static ag_graph *g;

static const char *golden(const char *name)
{
    static char path[200];
    snprintf(path, sizeof path, "tests/golden/numpy/%s", name);
    return path;
}

static ag_tensor *load(const char *name)
{
    ag_tensor *t = nn_load_npy(g, golden(name));
    ck_assert_msg(t != NULL, "%s", ag_error_message(g));
    return t;
}

START_TEST(test_kinds)
{
    static const struct {
        const char *name;
        ag_dtype dtype;
        double first, step;
    } want[] = {{"u1.npy", AG_I64, 0, 1},      {"u2.npy", AG_I64, 0, 1},
                {"u4.npy", AG_I64, 0, 1},      {"u8.npy", AG_I64, 0, 1},
                {"i1.npy", AG_I64, -1, 1},     {"i2.npy", AG_I64, -1, 1},
                {"i4.npy", AG_I64, -1, 1},     {"i8.npy", AG_I64, -1, 1},
                {"f2.npy", AG_F32, -1, 0.5},   {"f4.npy", AG_F32, -1, 0.5},
                {"f8.npy", AG_F64, -1, 0.5},   {"big_u4.npy", AG_I64, 0, 1},
                {"big_i8.npy", AG_I64, -1, 1}, {"big_f4.npy", AG_F32, -1, 1},
                {"big_f8.npy", AG_F64, -1, 1}, {"version2.npy", AG_F64, 0, 1},
                {"version3.npy", AG_F64, 0, 1}};
    g = ag_graph_new();
    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        ag_tensor *t = load(want[i].name);
        ck_assert_msg(ag_dtype_of(t) == want[i].dtype, "%s", want[i].name);
        expect_shape(want[i].name, t, AG_SHAPE(2, 3));
        for (int k = 0; k < 6; k++) {
            expect_same(ag_item_at(t, AG_SHAPE(k / 3, k % 3)), want[i].first + k * want[i].step);
        }
    }
    expect_values(load("b1.npy"), 0, 1, 0, 1, 0, 1);
    all_well(g);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_shapes)
{
    g = ag_graph_new();
    ag_tensor *t = load("fortran.npy");
    expect_shape(HERE, t, AG_SHAPE(2, 3, 4));
    for (int i = 0; i < 24; i++) {
        expect_same(ag_item_at(t, AG_SHAPE(i / 12, i / 4 % 3, i % 4)), i);
    }
    expect_values(load("fortran_line.npy"), 0, 1, 2);
    expect_same(ag_item(load("scalar.npy")), 2.5);
    ck_assert_int_eq(ag_shape_of(load("scalar.npy")).ndim, 0);
    expect_shape(HERE, load("empty.npy"), AG_SHAPE(0, 3));
    ck_assert_int_eq(ag_shape_of(load("eight.npy")).ndim, 8);
    const double halves[] = {0, -0.0, 1, -2, 65504, 0x1p-24, 0x1p-14, INFINITY, -INFINITY, NAN};
    expect_value(HERE, load("halves.npy"), halves, 10, 0);
    all_well(g);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_refused)
{
    static const char *const want[][2] = {{"nine.npy", "more than 8 dimensions"},
                                          {"object.npy", "can hold code"},
                                          {"structure.npy", "structures"},
                                          {"text.npy", "np.unique"},
                                          {"complex.npy", "complex"},
                                          {"time.npy", "none of f2 f4"},
                                          {"large_u8.npy", "2^63"}};
    g = ag_graph_new();
    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        const char *path = golden(want[i][0]);
        no_tensor(g, HERE, nn_load_npy(g, path), AG_ERR_IO, "load_npy", path, want[i][1], LINE);
    }
    no_tensor(g, HERE, nn_load_npy(g, "/no/x.npy"), AG_ERR_IO, "/no/x.npy", LINE);
    no_tensor(g, HERE, nn_load_npy(g, NULL), AG_ERR_NULL_ARGUMENT, "no path", LINE);
    ck_assert_ptr_null(nn_load_npy(NULL, "x"));
    ag_graph_free(g);
}
END_TEST

/* A file of this header and n bytes of zeros, read. The length told may be another. */
static ag_tensor *told(int version, const char *header, int64_t length, size_t n)
{
    unsigned char *file = calloc(1, strlen(header) + n + 20);
    size_t before = version == 1 ? 10 : 12;
    memcpy(file, "\x93NUMPY", 6);
    file[6] = (unsigned char)version;
    length = length < 0 ? (long)strlen(header) : length;
    for (size_t i = 8; i < before; i++) {
        file[i] = (unsigned char)(length >> 8 * (i - 8));
    }
    memcpy(file + before, header, strlen(header));
    ag_tensor *t = nn__load_npy_bytes(g, file, before + strlen(header) + n);
    free(file);
    return t;
}

#define DESCR "{'descr': '<f8', "
#define ORDER "'fortran_order': False, "

/* Every way of laying the dictionary out that Python would write, and none other. */
START_TEST(test_header)
{
    g = ag_graph_new();
    static const char *const good[] = {DESCR ORDER "'shape': (2,), }",
                                       DESCR ORDER "'shape': (2,)}\n",
                                       "{\"descr\":\"<f8\",\"fortran_order\":False,\"shape\":(2,)}",
                                       " {'shape': (2L,), " ORDER "'descr': '<f8'}  \n",
                                       DESCR ORDER "'shape': ( 1 , 2 )}",
                                       DESCR ORDER "'shape': (2)}"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        ck_assert_msg(told(1, good[i], -1, 16) != NULL, "%s: %s", good[i], ag_error_message(g));
    }
    char longer[3000];
    sprintf(longer, "%s%2000s\n", DESCR ORDER "'shape': (2,), }", "");
    ck_assert_ptr_nonnull(told(1, longer, -1, 16));
    ck_assert_ptr_nonnull(told(2, longer, -1, 16));
    static const char *const bad[][2] = {
        {"", "no dictionary"},
        {"[]", "no dictionary"},
        {DESCR ORDER "'shape': (2,)", "no dictionary"},
        {DESCR ORDER "'shape': (2,)}}", "behind the dictionary"},
        {DESCR ORDER "}", "lacks"},
        {"{'descr': '<f8', 'descr': '<f8', " ORDER "'shape': (2,)}", "twice"},
        {"{'descr': '<f8', 'more': 1}", "other than"},
        {"{'descr': __import__('os'), }", "no short text"},
        {"{'descr': '<f8"
         "\\"
         "x', }",
         "no short text"},
        {"{'descr': '<f8aaaaaaaaaaaaaaaaaaaaaaaaaa', }", "no short text"},
        {"{'descr': '|f8', " ORDER "'shape': (2,)}", "no byte order"},
        {"{'descr': '<f16', " ORDER "'shape': (2,)}", "none of"},
        {"{'descr': '', " ORDER "'shape': (2,)}", "none of"},
        {DESCR "'fortran_order': 0, 'shape': (2,)}", "neither True nor False"},
        {DESCR ORDER "'shape': 2}", "no tuple"},
        {DESCR ORDER "'shape': (-2,)}", "no tuple of sizes"},
        {DESCR ORDER "'shape': (2 2)}", "no tuple of sizes"},
        {DESCR ORDER "'shape': (,)}", "no tuple of sizes"},
        {DESCR ORDER "'shape': (2,", "no tuple of sizes"},
        {DESCR ORDER "'shape': (99999999999999999999,)}", "size is too large"},
        {DESCR ORDER "'shape': (4611686018427387904, 4)}", "shape is too large"},
        {DESCR ORDER "'shape': (2305843009213693952,)}", "shape is too large"},
        {DESCR ORDER "'shape': (1152921504606846975,)}", "cut off"},
        {DESCR ORDER "'shape': (3,)}", "cut off"},
        {DESCR ORDER "'shape': (1,)}", "more bytes"}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        no_tensor(g, HERE, told(1, bad[i][0], -1, 16), AG_ERR_IO, bad[i][1]);
    }
    ag_graph_free(g);
}
END_TEST

START_TEST(test_lengths)
{
    g = ag_graph_new();
    const char *header = DESCR ORDER "'shape': (2,)}";
    no_tensor(g, HERE, told(1, header, 65535, 16), AG_ERR_IO, "within its header");
    no_tensor(g, HERE, told(2, header, 0xFFFFFFFF, 16), AG_ERR_IO, "within its header");
    no_tensor(g, HERE, told(3, header, 0x7FFFFFFF, 16), AG_ERR_IO, "within its header");
    no_tensor(g, HERE, told(4, header, -1, 16), AG_ERR_IO, "version");
    no_tensor(g, HERE, told(0, header, -1, 16), AG_ERR_IO, "version");
    no_tensor(g, HERE, nn__load_npy_bytes(g, "", 0), AG_ERR_IO, "no .npy file");
    no_tensor(g, HERE, nn__load_npy_bytes(g, "\x93NUMPY\2\0\1\0", 10), AG_ERR_IO,
              "within its header");
    size_t n;
    unsigned char *file = bytes_of(golden("f8.npy"), &n);
    for (size_t cut = 0; cut < n; cut++) { /* cut off anywhere */
        ck_assert_ptr_null(nn__load_npy_bytes(g, file, cut));
        ck_assert_int_eq(ag_error(g), AG_ERR_IO);
        ag_error_clear(g);
    }
    free(file);
    ag_graph_free(g);
}
END_TEST

static void comes_back(const ag_tensor *t)
{
    const char *path = file_of("back.npy", "", 0);
    expect_ok(nn_save_npy(t, path));
    ag_tensor *back = nn_load_npy(g, path);
    ck_assert_msg(back != NULL, "%s", ag_error_message(g));
    remove(path);
    ck_assert_int_eq(ag_dtype_of(back), ag_dtype_of(t));
    ck_assert(ag_shape_equal(ag_shape_of(back), ag_shape_of(t)));
    size_t bytes = (size_t)ag_size(t) * ag_dtype_bytes(ag_dtype_of(t));
    char *one = malloc(bytes + 1), *two = malloc(bytes + 1);
    expect_ok(ag_read(t, one, bytes));
    expect_ok(ag_read(back, two, bytes));
    ck_assert(memcmp(one, two, bytes) == 0);
    free(one);
    free(two);
}

START_TEST(test_back)
{
    g = ag_graph_new();
    const double some[] = {1, -0.0, NAN, INFINITY, 5e-324, 0.1};
    const float few[] = {1, -0.0f, 1e-40f};
    comes_back(ag_from_values(g, AG_CONSTANT, AG_SHAPE(2, 3), some));
    comes_back(ag_transpose(ag_from_values(g, AG_CONSTANT, AG_SHAPE(2, 3), some)));
    comes_back(ag_leaf(g, AG_CONSTANT, AG_F32, AG_SHAPE(3), few));
    comes_back(ag_leaf(g, AG_CONSTANT, AG_I64, AG_SHAPE(1, 1), (const int64_t[]){INT64_MIN}));
    comes_back(ag_constant(g, 2.5));
    comes_back(ag_full(g, AG_CONSTANT, AG_SHAPE(0, 4), 0));
    comes_back(ag_full(g, AG_CONSTANT, AG_SHAPE(1, 2, 1, 2, 1, 2, 1, 2), 3));
    all_well(g);
    /* Byte by byte what NumPy writes. */
    size_t n, m;
    const char *path = file_of("same.npy", "", 0);
    expect_ok(nn_save_npy(load("fortran_line.npy"), path));
    unsigned char *ours = bytes_of(path, &n), *theirs = bytes_of(golden("f8.npy"), &m);
    ck_assert_uint_eq(n, 152);
    const uint16_t one = 1;
    bool little = *(const unsigned char *)&one == 1; /* the file has the machine's order */
    ck_assert(memcmp(ours, theirs, 21) == 0);
    ck_assert_int_eq(ours[21], little ? '<' : '>');
    ck_assert(memcmp(ours + 22, theirs + 22, 38) == 0);
    ck_assert(memcmp(ours + 127, "\n\0\0\0\0\0\0\0\0", 9) == 0);
    ck_assert(memcmp(ours + 136, little ? "\0\0\0\0\0\0\xF0\x3F" : "\x3F\xF0\0\0\0\0\0\0", 8) == 0);
    free(ours);
    free(theirs);
    remove(path);
    ag_tensor *t = ag_constant(g, 1);
    no_success(g, HERE, nn_save_npy(t, "/no/such/x.npy"), AG_ERR_IO, "save_npy", "opened", LINE);
    no_success(g, HERE, nn_save_npy(t, NULL), AG_ERR_NULL_ARGUMENT, LINE);
    ck_assert_int_eq(nn_save_npy(NULL, "x"), AG_ERR_NULL_ARGUMENT);
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("npy", test_kinds, test_shapes, test_refused, test_header, test_lengths, test_back)
