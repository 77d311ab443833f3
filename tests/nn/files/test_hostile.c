/* Statements 38 and 39. Files that are none, that are cut off, or that lie: each is refused with
 * the byte and the reason, nothing changes, and no size that they claim is used. Must not know any
 * private header of the library.
 */
#include "tests/autograd/allocator.h"
#include "tests/expect.h"

static ag_graph *g;
static nn_module *net; /* one parameter "weight" [1,2] of f64: 16 bytes */

static void setup(account *a)
{
    g = account_graph(a);
    net = nn_linear(g, 1, &(nn_linear_options){.no_bias = true});
    expect_ok(nn_build(net, AG_F64, AG_SHAPE(2)));
    expect_ok(nn_set_weights(net, (const double[]){1, 2}, 2));
}

/* A file with this header and so many bytes of data, 1, 2, 3, ...; its length. */
static size_t make_file(unsigned char file[4096], const char *header, size_t data)
{
    size_t n = strlen(header);
    ck_assert_uint_lt(8 + n + data, 4096);
    for (int i = 0; i < 8; i++) {
        file[i] = (unsigned char)((uint64_t)n >> 8 * i & 0xFF);
    }
    memcpy(file + 8, header, n);
    for (size_t i = 0; i < data; i++) {
        file[8 + n + i] = (unsigned char)(i + 1);
    }
    return 8 + n + data;
}

/* The number of the 8 bytes, the lowest first. */
static double number_of(const unsigned char *bytes)
{
    uint64_t bits = 0;
    for (int i = 0; i < 8; i++) {
        bits |= (uint64_t)bytes[i] << 8 * i;
    }
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static void unchanged(void)
{
    double w[2];
    expect_ok(nn_get_weights(net, w, 2));
    ck_assert(w[0] == 1 && w[1] == 2);
}

#define W "{\"weight\":{\"dtype\":\"F64\",\"shape\":[1,2],\"data_offsets\":[0,16]}"
#define OF(dtype, shape, offsets)                                                                  \
    "{\"weight\":{\"dtype\":\"" dtype "\",\"shape\":" shape ",\"data_offsets\":" offsets "}}"
#define MOST "9223372036854775807"
#define OVER "9223372036854775808"

typedef struct lie {
    const char *header;
    size_t data;
    const char *why;
} lie;

static const lie lies[] = {
    {"", 16, "byte 8: a { was expected"},
    {"[]", 16, "byte 8: a { was expected"},
    {"{", 16, "byte 9: a string was expected"},
    {"{\"weight", 16, "the string does not end"},
    {"{\"weight\"}", 16, "byte 17: a : was expected"},
    {"{\"weight\":3}", 16, "byte 18: a { was expected"},
    {"{\"weight\":{}}", 16, "a tensor needs dtype, shape and data_offsets"},
    {"{\"weight\":{\"dtype\":\"F64\",\"shape\":[1,2]}}", 16, "a tensor needs"},
    {"{\"weight\":{\"dtype\":\"F64\",\"dtype\":\"F64\"}}", 16, "each once"},
    {"{\"weight\":{\"code\":\"import os\"}}", 16, "only dtype, shape and data_offsets"},
    {W "} x", 16, "there is more behind"},
    {W "}}", 16, "there is more behind"},
    {W, 16, "a , was expected"},
    {W ",}", 16, "a string was expected"},
    {W ",\"weight\":{\"dtype\":\"F64\",\"shape\":[0],\"data_offsets\":[0,0]}}", 16,
     "\"weight\" is there twice"},
    {W ",\"__metadata__\":{},\"__metadata__\":{}}", 16, "__metadata__ is there twice"},
    {W ",\"__metadata__\":{\"a\":\"1\",\"a\":\"2\"}}", 16, "the text \"a\" is there twice"},
    {W ",\"__metadata__\":{\"a\":1}}", 16, "a string was expected"},
    {W ",\"__metadata__\":[]}", 16, "a { was expected"},
    {OF("F65", "[1,2]", "[0,16]"), 16, "the dtype is not known"},
    {OF("F64", "[1,-2]", "[0,16]"), 16, "a whole number was expected"},
    {OF("F64", "[1,2.0]", "[0,16]"), 16, "not whole"},
    {OF("F64", "[1,2e0]", "[0,16]"), 16, "not whole"},
    {OF("F64", "[1,02]", "[0,16]"), 16, "a whole number was expected"},
    {OF("F64", "[1,]", "[0,16]"), 16, "a whole number was expected"},
    {OF("F64", "[1 2]", "[0,16]"), 16, "a , was expected"},
    {OF("F64", "[1,1,1,1,1,1,1,1,2]", "[0,16]"), 16, "more than 8 dimensions"},
    {OF("F64", "[1," OVER "]", "[0,16]"), 16, "the number is too large"},
    {OF("F64", "[1," MOST "]", "[0,16]"), 16, "has 16 bytes"},
    {OF("F64", "[4611686018427387904,4,1]", "[0,0]"), 0, "has 0 bytes"},
    {OF("F64", "[2305843009213693954]", "[0,16]"), 16, "has 16 bytes"}, /* times 8 is 16 again */
    {OF("F64", "[1,3]", "[0,16]"), 16, "\"weight\", F64 [1,3], has 16 bytes"},
    {OF("F32", "[1,2]", "[0,16]"), 16, "has 16 bytes"},
    {OF("F64", "[1,2]", "[16,0]"), 16, "\"weight\" is from 16 to 0 of 16 bytes"},
    {OF("F64", "[1,2]", "[0,17]"), 16, "from 0 to 17 of 16"},
    {OF("F64", "[1,2]", "[" MOST "," MOST "]"), 16, "of 16 bytes"},
    {OF("F64", "[1,2]", "[" OVER ",16]"), 16, "the number is too large"},
    {OF("F64", "[1,2]", "[-16,0]"), 16, "a whole number was expected"},
    {OF("F64", "[1,2]", "[0]"), 16, "a , was expected"},
    {OF("F64", "[1,2]", "[0,16,16]"), 16, "a ] was expected"},
    {OF("F64", "[1,2]", "[1,17]"), 17,
     "begins at byte 1 of the data and what is before it ends at 0"},
    {OF("F64", "[1,2]", "[0,16]"), 17, "the tensors take 16 bytes of the 17"},
    {"{}", 1, "the tensors take 0 bytes of the 1"},
    {W ",\"b\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[8,16]}}", 16,
     "\"b\" begins at byte 8"},
    {W ",\"b\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[17,25]}}", 25,
     "\"b\" begins at byte 17"},
    {W ",\"b\":{\"dtype\":\"F64\",\"shape\":[2],\"data_offsets\":[0,16]}}", 16, "begins at byte 0"},
    {"{\"a\\u0000b\":{}}", 16, "this is no character"},
    {"{\"a\\ud800b\":{}}", 16, "this is no character"},
    {"{\"a\\udc00\":{}}", 16, "this is no character"},
    {"{\"a\\ud800\\u0041\":{}}", 16, "this is no character"},
    {"{\"a\\u12G4\":{}}", 16, "this is no character"},
    {"{\"a\\u12\"}", 16, "this is no character"},
    {"{\"a\\x\":{}}", 16, "this escape is none"},
    {"{\"a\\", 16, "this escape is none"},
    {"{\"a\nb\":{}}", 16, "a control character"},
    {"{\"\xC3\x28\":{}}", 16, "this is not UTF-8"},
    {"{\"\xC0\xAF\":{}}", 16, "this is not UTF-8"},
    {"{\"\xE0\x80\xAF\":{}}", 16, "this is not UTF-8"},
    {"{\"\xED\xA0\x80\":{}}", 16, "this is not UTF-8"},
    {"{\"\xF4\x90\x80\x80\":{}}", 16, "this is not UTF-8"},
    {"{\"\xF0\x9F\x98", 16, "this is not UTF-8"},
    {OF("F64", "[1,2]", "[0,16]") "\1", 16, "there is more behind"},
};

START_TEST(test_every_lie_is_refused_with_its_reason)
{
    account a = {.fail_at = 0};
    unsigned char file[4096];
    setup(&a);
    a.largest = 1 << 20; /* whoever believes a size is told that there is no such memory */
    for (size_t i = 0; i < sizeof lies / sizeof lies[0]; i++) {
        size_t n = make_file(file, lies[i].header, lies[i].data);
        ck_assert_msg(nn_load_bytes(net, file, n, NULL) == AG_ERR_VALUE, "%s: %s", lies[i].header,
                      ag_error_message(g));
        failed(
            g, AG_ERR_VALUE, "",
            (const char *const[]){"nn_load_bytes: memory: ", lies[i].why, "test_hostile.c:", NULL});
        unchanged();
    }
    ck_assert_uint_eq(a.refused, 0);
    ag_graph_free(g);
    account_balanced(&a);
}
END_TEST

START_TEST(test_what_is_true_is_loaded)
{
    static const char *const headers[] = {
        W "}",
        W "}       ",
        " {\"__metadata__\":{}, \"weight\" : {\"shape\":[ 1 , 2 ],\t\"data_offsets\":[0,16],\n"
        "\"dtype\":\"F64\" } } ",
        "{\"\\u0077\\u0065ight\":{\"dtype\":\"F64\",\"shape\":[1,2],\"data_offsets\":[0,16]},"
        "\"__metadata__\":{\"\\ud83d\\ude00\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\"}}",
    };
    account a = {.fail_at = 0};
    unsigned char file[4096];
    setup(&a);
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++) {
        size_t n = make_file(file, headers[i], 16);
        double want[2] = {number_of(file + n - 16), number_of(file + n - 8)}, got[2];
        expect_ok(nn_set_weights(net, (const double[]){1, 2}, 2));
        ck_assert_msg(nn_load_bytes(net, file, n, NULL) == AG_OK, "%s", ag_error_message(g));
        expect_ok(nn_get_weights(net, got, 2));
        ck_assert_mem_eq(got, want, 16);
    }
    ck_assert_str_eq(nn_get_note(net, "\xF0\x9F\x98\x80"), "\"\\/\b\f\n\r\t\xC3\xA9");
    ag_graph_free(g);
    account_balanced(&a);
}
END_TEST

/* Sizes of the whole: too short, a header longer than the file, cut off anywhere, a header of
 * 2^63. */
START_TEST(test_lengths)
{
    account a = {.fail_at = 0};
    unsigned char file[4096];
    setup(&a);
    a.largest = 1 << 20;
    size_t n = make_file(file, W "}", 16);
    for (size_t cut = 0; cut < n; cut++) {
        ck_assert_int_eq(nn_load_bytes(net, file, cut, NULL), AG_ERR_VALUE);
        ag_error_clear(g);
        unchanged();
    }
    no_success(g, HERE, nn_load_bytes(net, file, 7, NULL), AG_ERR_VALUE,
               "7 bytes are no safetensors", LINE);
    no_success(g, HERE, nn_load_bytes(net, NULL, 100, NULL), AG_ERR_VALUE, "0 bytes are no");
    for (int bit = 7; bit < 64; bit++) {
        for (int i = 0; i < 8; i++) {
            file[i] = (unsigned char)((uint64_t)1 << bit >> 8 * i & 0xFF);
        }
        no_success(g, HERE, nn_load_bytes(net, file, n, NULL), AG_ERR_VALUE, "byte 0: a header of");
    }
    memset(file, 0xFF, 8);
    no_success(g, HERE, nn_load_bytes(net, file, n, NULL), AG_ERR_VALUE,
               "18446744073709551615 bytes");
    ag_graph_free(g);
    account_balanced(&a);
}
END_TEST

/* A name that would move the cursor of a terminal is shown without doing so. */
START_TEST(test_a_name_controls_no_terminal)
{
    account a = {.fail_at = 0};
    unsigned char file[4096];
    setup(&a);
    size_t n = make_file(
        file, "{\"\\u001b[2J\\u007f\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,8]}}",
        8);
    no_success(g, HERE, nn_load_bytes(net, file, n, NULL), AG_ERR_SHAPE,
               "\"?[2J?\" is not in the network");
    ag_graph_free(g);
}
END_TEST

/* Many names are compared in n log n steps, not n^2: this takes a moment and not a minute. */
START_TEST(test_a_long_header_takes_no_long_time)
{
    enum { N = 200000 };
    account a = {.fail_at = 0};
    int names = check_small() ? N / 100 : N;
    char *text = malloc(80 * (size_t)N);
    ck_assert_ptr_nonnull(text);
    setup(&a);
    size_t used = 8 + (size_t)sprintf(text + 8, "{");
    for (int i = 0; i < names; i++) {
        used += (size_t)sprintf(text + used,
                                "%s\"%d\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}",
                                i > 0 ? "," : "", i);
    }
    used += (size_t)sprintf(text + used, "}");
    for (int i = 0; i < 8; i++) {
        text[i] = (char)((uint64_t)(used - 8) >> 8 * i & 0xFF);
    }
    no_success(g, HERE, nn_load_bytes(net, text, used, NULL), AG_ERR_SHAPE, "differences", "; ...");
    free(text);
    ag_graph_free(g);
    account_balanced(&a);
}
END_TEST

/* Bytes flipped one at a time: loaded or refused, never anything else. The seed is fixed. */
START_TEST(test_flipped_bytes)
{
    account a = {.fail_at = 0};
    unsigned char file[4096], bad[4096];
    int refused = 0, loaded = 0;
    setup(&a);
    a.largest = 1 << 20;
    size_t n = make_file(file, W ",\"__metadata__\":{\"a\":\"\\u00e9\"}}", 16);
    for (size_t at = 0; at < n; at++) {
        for (int bit = 0; bit < 8; bit++) {
            memcpy(bad, file, n);
            bad[at] ^= (unsigned char)(1 << bit);
            ag_status status = nn_load_bytes(net, bad, n, NULL);
            refused += status != AG_OK;
            loaded += status == AG_OK;
            ck_assert_msg(status == AG_OK || status == AG_ERR_VALUE || status == AG_ERR_SHAPE, "%s",
                          ag_error_message(g));
            ag_error_clear(g);
        }
    }
    ck_assert(refused > 500 && loaded > 100);
    ck_assert_uint_eq(a.refused, 0);
    ag_graph_free(g);
    account_balanced(&a);
}
END_TEST

CHECK_MAIN("hostile", test_every_lie_is_refused_with_its_reason, test_what_is_true_is_loaded,
           test_lengths, test_a_name_controls_no_terminal, test_a_long_header_takes_no_long_time,
           test_flipped_bytes)
