/* Pictures: PGM and PPM to the byte; PNG taken apart again by a reader of its own, checksums and
 * all; ranges, zoom, grids, and what is no picture.
 */
#include "files.h"
#include "nn/formats/checksum.h"

static ag_graph *g;

/* --- checksums -------------------------------------------------------------------------------- */

/* Bit by bit, as the standard writes it down. */
static uint32_t slow_crc(const unsigned char *p, size_t n)
{
    uint32_t r = 0xFFFFFFFFu;
    for (size_t i = 0; i < n * 8; i++) {
        uint32_t bit = p[i / 8] >> i % 8 & 1;
        r = (r ^ bit) & 1 ? r >> 1 ^ 0xEDB88320u : r >> 1;
    }
    return ~r;
}

START_TEST(test_checksums)
{
    unsigned char many[300];
    for (size_t i = 0; i < sizeof many; i++) {
        many[i] = (unsigned char)(i * i + 7);
    }
    ck_assert_uint_eq(nn__crc_of("123456789", 9), 0xCBF43926u); /* the check value of its catalog */
    ck_assert_uint_eq(nn__adler_add(1, "Wikipedia", 9), 0x11E60398u); /* RFC 1950's usual example */
    ck_assert_uint_eq(nn__adler_add(1, "", 0), 1);
    for (size_t n = 0; n < sizeof many; n += 7) {
        nn__crc c;
        nn__crc_open(&c);
        nn__crc_add(&c, many, n / 3);
        nn__crc_add(&c, many + n / 3, n - n / 3);
        ck_assert_uint_eq(~c.value, slow_crc(many, n));
        uint32_t part = nn__adler_add(1, many, n / 2);
        ck_assert_uint_eq(nn__adler_add(part, many + n / 2, n - n / 2), nn__adler_add(1, many, n));
    }
    static unsigned char zeros[20000];
    memset(zeros, 255, sizeof zeros);
    uint64_t a = 1, b = 0;
    for (size_t i = 0; i < sizeof zeros; i++) {
        a += 255;
        b += a;
    }
    ck_assert_uint_eq(nn__adler_add(1, zeros, sizeof zeros), b % 65521 << 16 | a % 65521);
}
END_TEST

/* --- PGM and PPM ------------------------------------------------------------------------------ */

typedef ag_status saver(const ag_tensor *t, const char *path, const nn_picture *o);

static void writes(saver *save, const ag_tensor *t, const nn_picture *o, const char *end,
                   const char *want, size_t want_n)
{
    size_t n;
    const char *path = file_of(end, "", 0);
    ck_assert_msg(save(t, path, o) == AG_OK, "%s", ag_error_message(g));
    unsigned char *got = bytes_of(path, &n);
    remove(path);
    ck_assert_uint_eq(n, want_n);
    ck_assert(memcmp(got, want, n) == 0);
    free(got);
}
#define BYTES(text) text, sizeof text - 1

START_TEST(test_pnm)
{
    g = ag_graph_new();
    ag_tensor *t = ag_from_values(g, AG_CONSTANT, AG_SHAPE(2, 3), VALUES(0, 1, 2, 3, 4, 5));
    writes(nn_save_image, t, NULL, "x.pgm", BYTES("P5\n3 2\n255\n\x00\x33\x66\x99\xCC\xFF"));
    nn_picture o = {.low = 1, .high = 3};
    writes(nn_save_image, t, &o, "x.pgm", BYTES("P5\n3 2\n255\n\x00\x00\x80\xFF\xFF\xFF"));
    o.invert = true;
    writes(nn_save_image, t, &o, "x.pgm", BYTES("P5\n3 2\n255\n\xFF\xFF\x80\x00\x00\x00"));
    writes(nn_save_image, t, &(nn_picture){.zoom = 2}, "x.pgm",
           BYTES("P5\n6 4\n255\n\x00\x00\x33\x33\x66\x66\x00\x00\x33\x33\x66\x66"
                 "\x99\x99\xCC\xCC\xFF\xFF\x99\x99\xCC\xCC\xFF\xFF"));
    ag_tensor *odd = ag_from_values(g, AG_CONSTANT, AG_SHAPE(1, 1, 3), VALUES(NAN, INFINITY, 7));
    writes(nn_save_image, odd, NULL, "x.pgm", BYTES("P5\n3 1\n255\n\x00\xFF\x00"));
    ag_tensor *color =
        ag_from_values(g, AG_CONSTANT, AG_SHAPE(3, 1, 2), VALUES(0, 51, 102, 153, 204, 255));
    writes(nn_save_image, color, NULL, "x.ppm", BYTES("P6\n2 1\n255\n\x00\x66\xCC\x33\x99\xFF"));
    ag_tensor *labels = ag_leaf(g, AG_CONSTANT, AG_I64, AG_SHAPE(1, 2), (const int64_t[]){0, 255});
    writes(nn_save_image, labels, NULL, "x.pgm", BYTES("P5\n2 1\n255\n\x00\xFF"));
    /* Five images of one pixel: three in a row, gray between them and where one is missing. */
    ag_tensor *five = ag_from_values(g, AG_CONSTANT, AG_SHAPE(5, 1, 1), VALUES(0, 255, 0, 255, 0));
    writes(nn_save_image_grid, five, NULL, "x.pgm",
           BYTES("P5\n5 3\n255\n\x00\x80\xFF\x80\x00\x80\x80\x80\x80\x80\xFF\x80\x00\x80\x80"));
    writes(nn_save_image_grid, five, &(nn_picture){.columns = 5, .gap = -1}, "x.pgm",
           BYTES("P5\n5 1\n255\n\x00\xFF\x00\xFF\x00"));
    writes(nn_save_image_grid, five, &(nn_picture){.columns = 9, .gap = -1}, "x.pgm",
           BYTES("P5\n5 1\n255\n\x00\xFF\x00\xFF\x00"));
    all_well(g);
    ag_graph_free(g);
}
END_TEST

/* --- PNG -------------------------------------------------------------------------------------- */

static uint32_t big(const unsigned char *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* What is in the chunk at *at, whose type and checksum must be right; *at goes behind it. */
static const unsigned char *chunk(const unsigned char *file, size_t n, size_t *at, const char *type,
                                  uint32_t *bytes)
{
    ck_assert(*at + 12 <= n);
    *bytes = big(file + *at);
    ck_assert(*at + 12 + *bytes <= n);
    const unsigned char *p = file + *at + 8;
    ck_assert(memcmp(p - 4, type, 4) == 0);
    ck_assert_uint_eq(big(p + *bytes), slow_crc(p - 4, *bytes + 4));
    *at += 12 + *bytes;
    return p;
}

/* The stored blocks of a stream of zlib's, to be freed. */
static unsigned char *unstored(const unsigned char *p, size_t n, size_t *out_n)
{
    unsigned char *out = malloc(n);
    size_t at = 2;
    ck_assert(n > 6 && p[0] == 0x78 && (p[0] << 8 | p[1]) % 31 == 0);
    *out_n = 0;
    for (bool last = false; !last;) {
        uint32_t size = p[at + 1] | (uint32_t)p[at + 2] << 8;
        last = p[at] == 1;
        ck_assert(p[at] <= 1 && (p[at + 1] ^ p[at + 3]) == 255 && (p[at + 2] ^ p[at + 4]) == 255);
        memcpy(out + *out_n, p + at + 5, size);
        *out_n += size;
        at += 5 + size;
    }
    ck_assert_uint_eq(at + 4, n);
    ck_assert_uint_eq(big(p + at), nn__adler_add(1, out, *out_n));
    return out;
}

/* Pixel (x,y) of a PNG must be f(x,y). */
static void is_png(const char *path, uint32_t width, uint32_t height, int channels,
                   int (*f)(uint32_t x, uint32_t y, int c))
{
    size_t n, at = 8, size;
    uint32_t bytes;
    unsigned char *file = bytes_of(path, &n);
    ck_assert(memcmp(file, "\x89PNG\r\n\x1A\n", 8) == 0);
    const unsigned char *head = chunk(file, n, &at, "IHDR", &bytes);
    ck_assert(bytes == 13 && big(head) == width && big(head + 4) == height && head[8] == 8);
    ck_assert(head[9] == (channels == 1 ? 0 : 2) && head[10] + head[11] + head[12] == 0);
    const unsigned char *data = chunk(file, n, &at, "IDAT", &bytes);
    unsigned char *pixels = unstored(data, bytes, &size), *p = pixels;
    ck_assert_uint_eq(size, (size_t)height * (1 + (size_t)width * (size_t)channels));
    for (uint32_t y = 0; y < height; y++) {
        ck_assert_int_eq(*p++, 0);
        for (uint32_t x = 0; x < width * (uint32_t)channels; x++) {
            ck_assert_int_eq(*p++, f(x / (uint32_t)channels, y, (int)(x % (uint32_t)channels)));
        }
    }
    chunk(file, n, &at, "IEND", &bytes);
    ck_assert_uint_eq(at, n);
    free(pixels);
    free(file);
}

static int gray(uint32_t x, uint32_t y, int c)
{
    (void)c;
    return (int)((3 * x + 5 * y) % 256);
}

static int color(uint32_t x, uint32_t y, int c)
{
    return (int)((3 * x + 5 * y + 70 * (uint32_t)c) % 256);
}

static void check_png(int64_t width, int64_t height, int channels)
{
    ag_tensor *t = ag_full(g, AG_CONSTANT, AG_SHAPE(channels, height, width), 0);
    double *v = ag_mutable_data(t);
    for (int64_t i = 0; i < ag_size(t); i++) {
        uint32_t x = (uint32_t)(i % width), y = (uint32_t)(i / width % height);
        int c = (int)(i / width / height);
        v[i] = channels == 1 ? gray(x, y, c) : color(x, y, c);
    }
    const char *path = file_of("x.png", "", 0);
    expect_ok(nn_save_image(t, path, &(nn_picture){.low = 0, .high = 255}));
    is_png(path, (uint32_t)width, (uint32_t)height, channels, channels == 1 ? gray : color);
    remove(path);
}

START_TEST(test_png)
{
    g = ag_graph_new();
    check_png(1, 1, 1);
    check_png(5, 3, 1);
    check_png(5, 3, 3);
    check_png(254, 257, 1); /* 65,535 bytes: one block, full */
    check_png(255, 256, 1); /* one byte more */
    check_png(301, 200, 3); /* three blocks, with ends within rows */
    check_png(65534, 2, 1); /* ends at ends of rows */
    all_well(g);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_rows)
{
    g = ag_graph_new();
    const uint8_t image[] = {0, 255, 255, 0, 51, 51};
    nn_data *d = nn_data_new(
        g, &(nn_arrays){.rows = 3, .x = image, .x_element = NN_U8, .x_shape = AG_SHAPE(1, 1, 2)});
    size_t n;
    const char *path = file_of("x.pgm", "", 0);
    expect_ok(nn_save_rows(d, (const int64_t[]){2, 0}, 2, path, &(nn_picture){.columns = 1}));
    unsigned char *file = bytes_of(path, &n);
    ck_assert_uint_eq(n, 11 + 6);
    ck_assert(memcmp(file, "P5\n2 3\n255\n\x33\x33\x80\x80\x00\xFF", n) == 0);
    free(file);
    remove(path);
    all_well(g);
    const int64_t three[] = {3};
    no_success(g, HERE, nn_save_rows(d, three, 1, path, NULL), AG_ERR_VALUE, "row 3", LINE);
    no_success(g, HERE, nn_save_rows(d, three, 0, path, NULL), AG_ERR_VALUE, "no rows", LINE);
    no_success(g, HERE, nn_save_rows(d, NULL, 1, path, NULL), AG_ERR_VALUE, "no rows", LINE);
    nn_data *flat = nn_reshaped(d, AG_SHAPE(2));
    no_success(g, HERE, nn_save_rows(flat, three, 1, path, NULL), AG_ERR_SHAPE, "[2] is no image",
               LINE);
    ck_assert_int_eq(nn_save_rows(NULL, three, 1, path, NULL), AG_ERR_NULL_ARGUMENT);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_refused)
{
    g = ag_graph_new();
    ag_tensor *t = ag_full(g, AG_CONSTANT, AG_SHAPE(2, 2), 1);
    ag_tensor *three = ag_full(g, AG_CONSTANT, AG_SHAPE(3, 2, 2), 1);
    ag_tensor *two = ag_full(g, AG_CONSTANT, AG_SHAPE(2, 2, 2), 1);
    no_success(g, HERE, nn_save_image(two, "x.png", NULL), AG_ERR_SHAPE, "[2,2,2]", LINE);
    no_success(g, HERE, nn_save_image(ag_constant(g, 1), "x.png", NULL), AG_ERR_SHAPE, "[]", LINE);
    no_success(g, HERE, nn_save_image_grid(t, "x.png", NULL), AG_ERR_SHAPE, "[n,h,w]", LINE);
    ag_tensor *none = ag_full(g, AG_CONSTANT, AG_SHAPE(0, 2), 1);
    no_success(g, HERE, nn_save_image(none, "x.png", NULL), AG_ERR_SHAPE, "[0,2]", LINE);
    no_success(g, HERE, nn_save_image(t, "x.jpg", NULL), AG_ERR_VALUE, "x.jpg", ".pgm", LINE);
    no_success(g, HERE, nn_save_image(t, "x.ppm", NULL), AG_ERR_VALUE, "gray", LINE);
    no_success(g, HERE, nn_save_image(three, "x.pgm", NULL), AG_ERR_VALUE, "colors", ".ppm", LINE);
    no_success(g, HERE, nn_save_image(t, ".png", NULL), AG_ERR_VALUE, ".png", LINE);
    no_success(g, HERE, nn_save_image(t, NULL, NULL), AG_ERR_NULL_ARGUMENT, "no path", LINE);
    nn_picture o = {.low = 1, .high = 1};
    no_success(g, HERE, nn_save_image(t, "x.png", &o), AG_ERR_VALUE, "low 1, high 1", LINE);
    o = (nn_picture){.low = 0, .high = NAN};
    no_success(g, HERE, nn_save_image(t, "x.png", &o), AG_ERR_VALUE, "high nan", LINE);
    o = (nn_picture){.zoom = -1};
    no_success(g, HERE, nn_save_image(t, "x.png", &o), AG_ERR_VALUE, "zoom -1", LINE);
    ag_tensor *wide = ag_full(g, AG_CONSTANT, AG_SHAPE(1, 300000), 1);
    o = (nn_picture){.zoom = 1000};
    no_success(g, HERE, nn_save_image(wide, "x.png", &o), AG_ERR_SHAPE, "too large", LINE);
    no_success(g, HERE, nn_save_image(t, "/no/such/x.png", NULL), AG_ERR_IO, "opened", LINE);
    ck_assert_int_eq(nn_save_image(NULL, "x.png", NULL), AG_ERR_NULL_ARGUMENT);
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("picture", test_checksums, test_pnm, test_png, test_rows, test_refused)
