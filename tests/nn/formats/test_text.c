/* Texts as rows of characters: windows, what follows each, the vocabulary in its order, prompts. */
#include "files.h"

static ag_graph *g;

static nn_data *text_of(const char *bytes, size_t n, const nn_text *o)
{
    const char *path = file_of("text.txt", bytes, n);
    nn_data *d = (nn_read_text)((ag__at_graph)(g, "here"), path, o);
    remove(path);
    return d;
}

START_TEST(test_windows)
{
    g = ag_graph_new();
    nn_data *d = text_of("hello world", 11, &(nn_text){.window = 3});
    const char *order = " dehlorw";
    ck_assert_int_eq(nn_classes(d), 8);
    ck_assert_int_eq(nn_input_classes(d), 8);
    ck_assert_int_eq(nn_rows(d), 3); /* hel lo_ wor, and what follows; d is nobody's first */
    for (int i = 0; i < 8; i++) {
        ck_assert(nn_class_name(d, i)[0] == order[i] && nn_class_name(d, i)[1] == '\0');
    }
    expect_values(nn_inputs(d), 3, 2, 4, 4, 5, 0, 7, 5, 6);
    expect_values(nn_targets(d), 2, 4, 4, 5, 0, 7, 5, 6, 4);
    ck_assert_int_eq(ag_dtype_of(nn_inputs(d)), AG_I64);
    ck_assert_int_eq(nn_sample_element(d), NN_U8);
    /* Every place: 8 rows that share 11 bytes. */
    d = text_of("hello world", 11, &(nn_text){.window = 3, .step = 1});
    ck_assert_int_eq(nn_rows(d), 8);
    expect_values(nn_targets(nn_rows_between(d, 7, 8)), 6, 4, 1);
    expect_values(nn_inputs(nn_select(d, (const int64_t[]){7, 0}, 2)), 5, 6, 4, 3, 2, 4);
    d = text_of("hello world", 11, &(nn_text){.window = 10});
    ck_assert_int_eq(nn_rows(d), 1);
    nn_halves h = nn_split(text_of("hello world", 11, &(nn_text){.window = 1}), 0.3,
                           &(nn_split_options){.in_order = true});
    ck_assert_int_eq(nn_rows(h.test), 3);
    all_well(g);
    no_data(g, "here", text_of("hello world", 11, &(nn_text){.window = 11}), AG_ERR_VALUE,
            "11 characters are too few for a window of 11", LINE);
    no_data(g, "here", text_of("hello world", 11, NULL), AG_ERR_VALUE, "window of 64", LINE);
    no_data(g, "here", text_of("", 0, NULL), AG_ERR_VALUE, "0 characters", LINE);
    no_data(g, "here", text_of("ab", 2, &(nn_text){.window = -1}), AG_ERR_VALUE, "-1", LINE);
    no_data(g, "here", text_of("ab", 2, &(nn_text){.window = 1, .step = -2}), AG_ERR_VALUE, "-2",
            LINE);
    no_data(g, HERE, nn_read_text(g, "/no/such", NULL), AG_ERR_IO, "read_text: /no/such", LINE);
    ag_graph_free(g);
}
END_TEST

/* Code points, not bytes: the vocabulary of "Zürich 日本 😀" in their order. */
START_TEST(test_utf8)
{
    g = ag_graph_new();
    const char *text = "\xEF\xBB\xBFZ\xC3\xBCrich \xE6\x97\xA5\xE6\x9C\xAC \xF0\x9F\x98\x80";
    nn_data *d = text_of(text, strlen(text), &(nn_text){.window = 4});
    ck_assert_int_eq(nn_classes(d), 10); /* space Z c h i r ü 日 本 😀 */
    ck_assert_str_eq(nn_class_name(d, 6), "\xC3\xBC");
    ck_assert_str_eq(nn_class_name(d, 8), "\xE6\x9C\xAC");
    ck_assert_str_eq(nn_class_name(d, 9), "\xF0\x9F\x98\x80");
    expect_values(nn_inputs(d), 1, 6, 5, 4, 2, 3, 0, 7);
    int64_t out[3] = {-7, -7, -7};
    ck_assert_int_eq(nn_text_classes(d, "r\xC3\xBC", out, 3), 2);
    ck_assert(out[0] == 5 && out[1] == 6 && out[2] == -7);
    ck_assert_int_eq(nn_text_classes(d, "Zrich", out, 2), 5);
    ck_assert(out[1] == 5 && out[2] == -7);
    ck_assert_int_eq(nn_text_classes(d, "", NULL, 0), 0);
    all_well(g);
    ck_assert_int_eq(nn_text_classes(d, "Zug", out, 3), -1);
    no_data(g, "test_text.c", NULL, AG_ERR_VALUE, "\"ug\"", LINE);
    ck_assert_int_eq(nn_text_classes(d, NULL, out, 3), -1);
    ag_error_clear(g);
    ck_assert_int_eq(nn_text_classes(NULL, "x", out, 3), -1);
    static const char *const bad[] = {
        "ab\xC0\x80",         "ab\x80", "ab\xE6\x97",    "ab\xED\xA0\x80",
        "ab\xF4\x90\x80\x80", "ab\xFF", "ab\xE0\x80\x80"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        no_data(g, "here", text_of(bad[i], strlen(bad[i]), &(nn_text){.window = 1}), AG_ERR_IO,
                "byte 2 is no character", ".bytes", LINE);
    }
    no_data(g, "here", text_of("ab\0c", 4, &(nn_text){.window = 1}), AG_ERR_IO, "byte 2", LINE);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_bytes)
{
    g = ag_graph_new();
    nn_data *d = text_of("a\xFF\0\x80z", 5, &(nn_text){.window = 2, .bytes = true});
    ck_assert_int_eq(nn_classes(d), 256);
    expect_values(nn_inputs(d), 97, 255, 0, 128);
    int64_t out[2];
    ck_assert_int_eq(nn_text_classes(d,
                                     "\xFF"
                                     "b",
                                     out, 2),
                     2);
    ck_assert(out[0] == 255 && out[1] == 98);
    /* More than 256 characters take two bytes each, more than 65,536 four. */
    char *many = malloc(400000), *p = many;
    for (unsigned c = 0x100; c < 0x300; c++) {
        p += sprintf(p, "%c%c", 0xC0 | c >> 6, 0x80 | (c & 63));
    }
    d = text_of(many, (size_t)(p - many), &(nn_text){.window = 300});
    ck_assert_int_eq(nn_sample_element(d), NN_U16);
    expect_same(ag_item_at(nn_targets(d), AG_SHAPE(0, 299)), 300);
    p = many;
    for (unsigned c = 0x10000; c < 0x10000 + 65537; c++) {
        p += sprintf(p, "%c%c%c%c", 0xF0 | c >> 18, 0x80 | (c >> 12 & 63), 0x80 | (c >> 6 & 63),
                     0x80 | (c & 63));
    }
    d = text_of(many, (size_t)(p - many), &(nn_text){.window = 65536});
    ck_assert_int_eq(nn_sample_element(d), NN_I32);
    expect_same(ag_item_at(nn_targets(d), AG_SHAPE(0, 65535)), 65536);
    free(many);
    all_well(g);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_lectures)
{
    g = ag_graph_new();
    const char *shakespeare = shared_file("text/tinyshakespeare.txt");
    const char *names = shared_file("text/names.txt");
    if (shakespeare != NULL) {
        nn_data *d = nn_read_text(g, shakespeare, NULL);
        ck_assert_int_eq(nn_classes(d), 65);
        ck_assert_int_eq(nn_rows(d), (1115394 - 1) / 64);
    }
    if (names != NULL) { /* the last line has no end */
        nn_data *d = nn_read_text(g, names, NULL);
        ck_assert_int_eq(nn_classes(d), 27);
        ck_assert_str_eq(nn_class_name(d, 0), "\n");
    }
    all_well(g);
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("text", test_windows, test_utf8, test_bytes, test_lectures)
