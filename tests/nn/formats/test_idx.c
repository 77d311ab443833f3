/* IDX, statement 48: all kinds of numbers, sizes against the file, images and labels that belong
 * together, both spellings of the names, gzip that is whole, cut off, damaged, in parts, or a bomb.
 */
#include "files.h"

#include <sys/stat.h>

static ag_graph *g;

/* A header of sizes; returns how many bytes it takes. */
static size_t header(unsigned char *p, int code, int dims, const uint32_t *size)
{
    p[0] = p[1] = 0;
    p[2] = (unsigned char)code;
    p[3] = (unsigned char)dims;
    for (int i = 0; i < dims; i++) {
        for (int b = 0; b < 4; b++) {
            p[4 + 4 * i + b] = (unsigned char)(size[i] >> (24 - 8 * b));
        }
    }
    return 4 + 4 * (size_t)dims;
}

static nn_data *images_of(const unsigned char *bytes, size_t n)
{
    const char *path = file_of("images", bytes, n);
    nn_data *d = (nn_read_idx)((ag__at_graph)(g, "here"), path, NULL);
    remove(path);
    return d;
}

START_TEST(test_kinds)
{
    g = ag_graph_new();
    static const struct {
        int code;
        nn_element element;
        const char *bytes; /* of 3, -2 (or 254) */
        size_t n;
        double second;
    } kind[] = {{0x08, NN_U8, "\3\376", 2, 254},
                {0x09, NN_I8, "\3\376", 2, -2},
                {0x0B, NN_I16, "\0\3\377\376", 4, -2},
                {0x0C, NN_I32, "\0\0\0\3\377\377\377\376", 8, -2},
                {0x0D, NN_F32, "\x40\x40\0\0\xC0\0\0\0", 8, -2},
                {0x0E, NN_F64, "\x40\x08\0\0\0\0\0\0\xC0\0\0\0\0\0\0\0", 16, -2}};
    for (size_t i = 0; i < sizeof kind / sizeof *kind; i++) {
        unsigned char file[64];
        size_t n = header(file, kind[i].code, 2, (const uint32_t[]){1, 2});
        memcpy(file + n, kind[i].bytes, kind[i].n);
        nn_data *d = images_of(file, n + kind[i].n);
        ck_assert_msg(d != NULL, "%s", ag_error_message(g));
        ck_assert_int_eq(nn_sample_element(d), kind[i].element);
        expect_values(nn_inputs(d), 3, kind[i].second);
        no_data(g, "here", images_of(file, n + kind[i].n - 1), AG_ERR_IO, "[1,2] ask for", LINE);
        file[n + kind[i].n] = 0;
        no_data(g, "here", images_of(file, n + kind[i].n + 1), AG_ERR_IO, "[1,2] ask for", LINE);
    }
    ag_graph_free(g);
}
END_TEST

START_TEST(test_refused)
{
    g = ag_graph_new();
    unsigned char file[64] = {0};
    size_t n = header(file, 0x08, 3, (const uint32_t[]){0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF});
    no_data(g, "here", images_of(file, n), AG_ERR_IO, "sizes are too large", LINE);
    n = header(file, 0x0E, 2, (const uint32_t[]){0xFFFFFFFF, 0x7FFFFFF});
    no_data(g, "here", images_of(file, n), AG_ERR_IO, "[4294967295,134217727] ask for", LINE);
    n = header(file, 0x08, 8, (const uint32_t[]){1, 1, 1, 1, 1, 1, 1, 1});
    no_data(g, "here", images_of(file, n - 1), AG_ERR_IO, "within its sizes", LINE);
    no_data(g, "here", images_of(file, 0), AG_ERR_IO, "no IDX file", LINE);
    no_data(g, "here", images_of(file, 3), AG_ERR_IO, "no IDX file", LINE);
    file[3] = 9;
    no_data(g, "here", images_of(file, n), AG_ERR_IO, "byte 3", LINE);
    file[3] = 0;
    no_data(g, "here", images_of(file, n), AG_ERR_IO, "byte 3", LINE);
    file[2] = 0x0A;
    no_data(g, "here", images_of(file, n), AG_ERR_IO, "byte 2", LINE);
    file[0] = 1;
    no_data(g, "here", images_of(file, n), AG_ERR_IO, "no IDX file", LINE);
    n = header(file, 0x08, 3, (const uint32_t[]){0, 28, 28}); /* nothing in it is not wrong */
    nn_data *none = images_of(file, n);
    ck_assert_int_eq(nn_rows(none), 0);
    ck_assert_int_eq(nn_sample_size(none), 784);
    no_data(g, HERE, nn_read_idx(g, "/no/x-idx3-ubyte", NULL), AG_ERR_IO, "hint: check the path",
            LINE);
    no_data(g, HERE, nn_read_idx(g, NULL, NULL), AG_ERR_NULL_ARGUMENT, LINE);
    no_data(g, HERE, nn_read_mnist(g, NULL, true), AG_ERR_NULL_ARGUMENT, "no folder", LINE);
    no_data(g, HERE, nn_read_mnist(g, "/no", true), AG_ERR_IO, "/no/t10k-images", LINE);
    ck_assert_ptr_null(nn_read_idx(NULL, "x", "y"));
    ck_assert_ptr_null(nn_read_mnist(NULL, "x", true));
    ag_graph_free(g);
}
END_TEST

/* --- images and labels ------------------------------------------------------------------------ */

static char folder[64];

static void put(const char *name, const void *bytes, size_t n)
{
    char path[200];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "wb");
    ck_assert_uint_eq(fwrite(bytes, 1, n, f), n);
    fclose(f);
}

static void remove_folder(void)
{
    char command[100];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    ck_assert_int_eq(system(command), 0);
}

static const char *in_folder(const char *name)
{
    static char path[2][300];
    static int which;
    which = 1 - which;
    snprintf(path[which], sizeof path[which], "%s/%s", folder, name);
    return path[which];
}

START_TEST(test_pairs)
{
    g = ag_graph_new();
    strcpy(folder, "/tmp/ag.idx.XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    unsigned char images[64], labels[64], two[64], negative[64];
    size_t n = header(images, 8, 3, (const uint32_t[]){3, 1, 2});
    memcpy(images + n, "\1\2\3\4\5\6", 6);
    put("train-images.idx3-ubyte", images, n + 6); /* the other spelling */
    size_t m = header(labels, 8, 1, (const uint32_t[]){3});
    memcpy(labels + m, "\7\0\2", 3);
    put("train-labels-idx1-ubyte", labels, m + 3);
    nn_data *d = nn_read_mnist(g, folder, false);
    ck_assert_msg(d != NULL, "%s", ag_error_message(g));
    ck_assert_int_eq(nn_rows(d), 3);
    ck_assert_int_eq(nn_classes(d), 8);
    ck_assert_int_eq(nn_sample_shape(d).ndim, 3);
    ck_assert_int_eq(nn_sample_shape(d).dim[0], 1);
    ck_assert_int_eq(nn_target_shape(d).ndim, 0);
    ck_assert_int_eq(nn_target_element(d), NN_U8);
    expect_values(nn_targets(d), 7, 0, 2);
    expect_values(nn_inputs(d), 1, 2, 3, 4, 5, 6); /* statement 50: nobody has scaled them */
    expect_values(nn_inputs(nn_scaled(d, 1, 2)), 0, 0.5, 1, 1.5, 2, 2.5);
    all_well(g);
    m = header(two, 8, 1, (const uint32_t[]){2});
    memcpy(two + m, "\1\1", 2);
    put("two", two, m + 2);
    const char *x = in_folder("train-images-idx3-ubyte"), *y = in_folder("two");
    no_data(g, HERE, nn_read_idx(g, x, y), AG_ERR_SHAPE, "2 labels for 3 images", LINE);
    m = header(negative, 9, 1, (const uint32_t[]){3});
    memcpy(negative + m, "\1\377\1", 3);
    put("negative", negative, m + 3);
    x = in_folder("train-images-idx3-ubyte"), y = in_folder("negative");
    no_data(g, HERE, nn_read_idx(g, x, y), AG_ERR_VALUE, "row 1 has class -1", LINE);
    x = in_folder("train-images-idx3-ubyte"), y = in_folder("no-idx1-ubyte");
    no_data(g, HERE, nn_read_idx(g, x, y), AG_ERR_IO, "no-idx1-ubyte", LINE);
    /* Targets with more dimensions, or with fractions, are numbers. */
    x = in_folder("train-images-idx3-ubyte"), y = in_folder("train-images-idx3-ubyte");
    d = nn_read_idx(g, x, y);
    ck_assert_int_eq(nn_classes(d), 0);
    ck_assert_int_eq(nn_target_size(d), 2);
    remove_folder();
    ag_graph_free(g);
}
END_TEST

/* --- gzip ------------------------------------------------------------------------------------- */

/* gzip of a file in the folder; false where there is no gzip, or the library was built without. */
static bool packed(const char *name, unsigned char *to, size_t *n)
{
    char command[200];
    snprintf(command, sizeof command, "gzip -kfn '%s/%s' 2>/dev/null", folder, name);
    if (system(command) != 0) {
        puts("skipped: there is no gzip");
        return false;
    }
    snprintf(command, sizeof command, "%s.gz", name);
    unsigned char *bytes = bytes_of(in_folder(command), n);
    ck_assert_uint_lt(*n, 4096);
    memcpy(to, bytes, *n);
    free(bytes);
    if (nn_read_idx(g, in_folder(command), NULL) == NULL &&
        strstr(ag_error_message(g), "built without zlib") != NULL) {
        puts("skipped: the library was built without zlib");
        ck_assert_ptr_nonnull(strstr(ag_error_message(g), "gunzip"));
        ag_error_clear(g);
        return false;
    }
    return true;
}

static nn_data *read_packed(const unsigned char *bytes, size_t n)
{
    put("x.gz", bytes, n);
    return (nn_read_idx)((ag__at_graph)(g, "here"), in_folder("x.gz"), NULL);
}

START_TEST(test_gzip)
{
    g = ag_graph_new();
    strcpy(folder, "/tmp/ag.idx.XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    static unsigned char file[16 + 100000], gz[8192], again[8192];
    size_t n, m = header(file, 8, 3, (const uint32_t[]){1000, 10, 10});
    put("images", file, m + 100000);
    if (packed("images", gz, &n)) {
        nn_data *d = read_packed(gz, n);
        ck_assert_int_eq(nn_rows(d), 1000);
        remove(in_folder("images"));
        ck_assert_ptr_nonnull(nn_read_idx(g, in_folder("images"), NULL)); /* found as .gz */
        for (size_t cut = 2; cut < n; cut += cut < 30 ? 1 : 37) {
            no_data(g, "here", read_packed(gz, cut), AG_ERR_IO, "cut off", "fetch it again", LINE);
        }
        memcpy(again, gz, n);
        again[n - 6] ^= 1; /* the checksum */
        no_data(g, "here", read_packed(again, n), AG_ERR_IO, "damaged", LINE);
        memcpy(again, gz, n);
        memcpy(again + n, "\0\0\0\0", 4); /* zeros at the end, as tapes have them */
        ck_assert_ptr_nonnull(read_packed(again, n + 4));
        again[n + 1] = 'x';
        no_data(g, "here", read_packed(again, n + 4), AG_ERR_IO, "damaged", LINE);
        memcpy(again + n, gz, n); /* two members: more bytes than the sizes ask for */
        no_data(g, "here", read_packed(again, 2 * n), AG_ERR_IO, "unpacks to more than 100016",
                LINE);
        all_well(g);
    }
    remove_folder();
    ag_graph_free(g);
}
END_TEST

/* 200 MB of zeros in 200 kB; as IDX its first bytes say nothing, so it is refused before it is
 * unpacked. What tells no size is believed to a gigabyte. */
START_TEST(test_bomb)
{
    g = ag_graph_new();
    strcpy(folder, "/tmp/ag.idx.XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    char command[300];
    snprintf(command, sizeof command, "head -c %s /dev/zero 2>/dev/null | gzip -n >'%s/bomb.gz'",
             "200000000", folder);
    size_t n;
    if (system(command) == 0) {
        unsigned char *bytes = bytes_of(in_folder("bomb.gz"), &n);
        free(bytes);
        ck_assert_uint_lt(n, 400000);
        nn_data *d = nn_read_idx(g, in_folder("bomb.gz"), NULL);
        ck_assert_ptr_null(d);
        ck_assert_int_eq(ag_error(g), AG_ERR_IO);
        ck_assert_uint_lt(ag_graph_get_stats(g).peak_bytes, (size_t)2 << 20);
        ag_error_clear(g);
    }
    remove_folder();
    ag_graph_free(g);
}
END_TEST

START_TEST(test_mnist)
{
    g = ag_graph_new();
    const char *images = shared_file("mnist/t10k-images-idx3-ubyte.gz");
    if (images != NULL) {
        *strrchr((char *)images, '/') = '\0';
        nn_data *d = nn_read_mnist(g, images, true);
        if (d != NULL) {
            int64_t count[10];
            ck_assert_int_eq(nn_rows(d), 10000);
            expect_ok(nn_class_counts(d, count, 10));
            ck_assert(count[0] == 980 && count[1] == 1135 && count[9] == 1009);
            expect_same(ag_item(ag_max(nn_inputs(d))), 255); /* statement 50 */
            double mean = ag_item(ag_mean(nn_inputs(nn_scaled(d, 0, 255))));
            expect_near(mean, 0.13251461, 1e-7); /* known of the test images */
            ck_assert_uint_lt(ag_graph_get_stats(g).bytes, (size_t)200 << 20);
        } else {
            ck_assert_ptr_nonnull(strstr(ag_error_message(g), "without zlib"));
        }
    }
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("idx", test_kinds, test_refused, test_pairs, test_gzip, test_bomb, test_mnist)
