/* Tensors and texts written to a file and read again: every dtype, views, no elements, names with
 * anything in them; what is refused; memory that runs out. Must not know any private header of the
 * library.
 */
#include "tests/no_memory.h"

#include <unistd.h>

static ag_graph *g;
static char path[] = "/tmp/nn_tensors_XXXXXX";

static void setup(void)
{
    g = ag_graph_new();
    strcpy(path + strlen(path) - 6, "XXXXXX");
    int fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    close(fd);
}

static void teardown(void)
{
    ag_graph_free(g);
    remove(path);
}

START_TEST(test_all_kinds_of_tensors)
{
    setup();
    ag_tensor *x = drawn(g, AG_F64, AG_SHAPE(3, 4)), *narrow = drawn(g, AG_F32, AG_SHAPE(5));
    const nn_named_tensor list[] = {{"whole", ag_cast(ag_mul_scalar(narrow, 100), AG_I64)},
                                    {"\"\\\n\x01\xC3\xA9", narrow},
                                    {"view", ag_transpose(x)},
                                    {"a.b", ag_constant(g, 3)},
                                    {"none", ag_full(g, AG_CONSTANT, AG_SHAPE(2, 0), 0)}};
    const nn_note texts[] = {{"key", "text\n\"with\" \\ \x1F"}, {"", ""}};
    expect_ok(nn_write_tensors(g, path, list, 5, texts, 2));
    nn_named_tensor out[5];
    nn_note text[2];
    ck_assert_int_eq(nn_read_tensors(g, path, NULL, 0), 5);
    ck_assert_int_eq(nn_read_tensors(g, path, out, 5), 5);
    static const int order[] = {1, 3, 4, 2, 0}; /* by name */
    for (int i = 0; i < 5; i++) {
        ck_assert_str_eq(out[i].name, list[order[i]].name);
        ck_assert_int_eq(ag_dtype_of(out[i].tensor), ag_dtype_of(list[order[i]].tensor));
        expect_same_tensors(out[i].tensor, list[order[i]].tensor, 0);
    }
    ck_assert_int_eq(nn_read_texts(g, path, text, 2), 2);
    ck_assert_str_eq(text[0].text, "");
    ck_assert_str_eq(text[1].text, texts[0].text);
    ck_assert_int_eq(nn_read_texts(g, path, text, 1), 2);
    expect_ok(nn_write_tensors(g, path, NULL, 0, NULL, 0));
    ck_assert_int_eq(nn_read_tensors(g, path, out, 5), 0);
    all_well(g);
    teardown();
}
END_TEST

START_TEST(test_what_is_refused)
{
    setup();
    ag_tensor *x = ag_constant(g, 1);
    const nn_named_tensor twice[] = {{"x", x}, {"y", x}, {"x", x}}, bad = {"\xFF", x},
                          none = {NULL, x};
    const nn_named_tensor empty = {"x", NULL};
    const nn_note texts[] = {{"a", "1"}, {"a", "2"}}, wild = {"a", "\xC0"}, null = {"a", NULL};
    no_success(g, HERE, nn_write_tensors(g, path, twice, 3, NULL, 0), AG_ERR_VALUE, "called \"x\"",
               LINE);
    no_success(g, HERE, nn_write_tensors(g, path, &bad, 1, NULL, 0), AG_ERR_VALUE, "not UTF-8");
    no_success(g, HERE, nn_write_tensors(g, path, &none, 1, NULL, 0), AG_ERR_NULL_ARGUMENT, "name");
    no_success(g, HERE, nn_write_tensors(g, path, &empty, 1, NULL, 0), AG_ERR_NULL_ARGUMENT,
               "tensor \"x\"");
    no_success(g, HERE, nn_write_tensors(g, path, twice, 1, texts, 2), AG_ERR_VALUE,
               "called \"a\"");
    no_success(g, HERE, nn_write_tensors(g, path, twice, 1, &wild, 1), AG_ERR_VALUE, "text 0");
    no_success(g, HERE, nn_write_tensors(g, path, twice, 1, &null, 1), AG_ERR_NULL_ARGUMENT,
               "text is NULL");
    no_success(g, HERE, nn_write_tensors(g, path, NULL, 1, NULL, 0), AG_ERR_NULL_ARGUMENT,
               "tensors");
    no_success(g, HERE, nn_write_tensors(g, path, NULL, 0, NULL, 1), AG_ERR_NULL_ARGUMENT, "texts");
    ck_assert_int_eq(nn_write_tensors(NULL, path, twice, 1, NULL, 0), AG_ERR_NULL_ARGUMENT);
    nn_named_tensor out;
    ck_assert_int_eq(nn_read_tensors(g, path, &out, 1), -1); /* an empty file */
    failed(g, AG_ERR_VALUE, "", (const char *const[]){path, "0 bytes are no", NULL});
    ck_assert_int_eq(nn_read_tensors(NULL, path, &out, 1), -1);
    FILE *f = fopen(path, "wb"); /* of a dtype that there is not here */
    ck_assert_ptr_nonnull(f);
    fwrite(
        "\x39\0\0\0\0\0\0\0{\"h\":{\"dtype\":\"BF16\",\"shape\":[1],\"data_offsets\":[0,2]}}  \1\2",
        1, 67, f);
    fclose(f);
    ck_assert_int_eq(nn_read_tensors(g, path, &out, 1), -1);
    failed(g, AG_ERR_DTYPE, "", (const char *const[]){"\"h\" is of BF16", NULL});
    ck_assert_int_eq(nn_read_tensors(g, path, &out, 0), 1);
    all_well(g);
    teardown();
}
END_TEST

/* Saves and loads with memory that runs out; a load that fails changes no weight. */
static ag_status scene_files(ag_graph *of)
{
    nn_module *net = nn_sequential(of, nn_linear(of, 3, NULL), nn_batch_norm(of, NULL));
    ag_status status = net != NULL ? nn_build(net, AG_F64, AG_SHAPE(2)) : status_of(of, net);
    status = status == AG_OK ? nn_set_classes(net, (const char *const[]){"a", "b"}, 2) : status;
    status = status == AG_OK ? nn_save(net, path) : status;
    status = status == AG_OK ? nn_set_weights(net, (const double[15]){1, 2, 3}, 15) : status;
    if (status != AG_OK) {
        return status;
    }
    status = nn_load(net, path, &(nn_load_options){.convert = true});
    double w[15];
    bool same = nn_get_weights(net, w, 15) == AG_OK && w[0] == 1 && w[1] == 2 && w[14] == 0;
    if (status != AG_OK && !same) {
        return AG_ERR_OP;
    }
    nn_named_tensor out[8];
    return status == AG_OK && nn_read_tensors(of, path, out, 8) < 0 ? ag_error(of) : status;
}

START_TEST(test_memory)
{
    setup();
    everywhere(scene_files);
    teardown();
}
END_TEST

CHECK_MAIN("tensor_file", test_all_kinds_of_tensors, test_what_is_refused, test_memory)
