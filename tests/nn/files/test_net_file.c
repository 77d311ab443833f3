/* A network saved and loaded again: the same bits, all differences told, nothing changed by a load
 * that fails, an old file that survives a save which is cut off at any byte. Must not know any
 * private header of the library.
 */
#include "tests/nn/own_modules.h"

#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static ag_graph *g;
static char folder[] = "/tmp/nn_file_XXXXXX", path[200], part[300];

static void setup(void)
{
    g = ag_graph_new_with(&(ag_graph_options){.seed = 5});
    strcpy(folder + strlen(folder) - 6, "XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/net.safetensors", folder);
    snprintf(part, sizeof part, "%s.part", path);
}

static void teardown(void)
{
    ag_graph_free(g);
    remove(path);
    remove(part);
    ck_assert_int_eq(rmdir(folder), 0); /* nothing else was left in it */
}

static nn_module *network(ag_graph *of, int64_t width)
{
    nn_module *net = nn_sequential(of, nn_linear(of, width, NULL), nn_batch_norm(of, NULL),
                                   nn_relu(of), nn_sequential(of, nn_linear(of, 2, NULL)));
    ck_assert_msg(nn_build(net, ag_graph_dtype(of), AG_SHAPE(3)) == AG_OK, "%s",
                  ag_error_message(of));
    return net;
}

static void expect_equal_weights(const nn_module *a, const nn_module *b)
{
    double w[2][200];
    int64_t n = nn_weights_size(a);
    ck_assert_int_le(n, 200);
    expect_ok(nn_get_weights(a, w[0], n));
    expect_ok(nn_get_weights(b, w[1], n));
    ck_assert_mem_eq(w[0], w[1], (size_t)n * sizeof(double));
}

START_TEST(test_saved_and_loaded)
{
    setup();
    nn_module *net = network(g, 4);
    nn_call(net, drawn(g, AG_F64, AG_SHAPE(10, 3))); /* moves the running statistics */
    double odd[] = {-0.0, NAN, INFINITY, 5e-324};
    expect_ok(ag_set(nn_find(net, "0.bias"), odd, 4));
    expect_ok(nn_set_classes(net, (const char *const[]){"no", "\"yes\"\n\xC3\xA9"}, 2));
    expect_ok(nn_set_note(net, "author", "me"));
    expect_ok(nn_set_note(net, "author", "someone"));
    expect_ok(nn_save(net, path));
    ag_graph *h = ag_graph_new_with(&(ag_graph_options){.seed = 6});
    nn_module *again = network(h, 4);
    expect_ok(nn_load(again, path, NULL));
    expect_equal_weights(net, again);
    double mean[2][4];
    expect_ok(ag_get(nn_find(net, "1.running_var"), mean[0], 4));
    expect_ok(ag_get(nn_find(again, "1.running_var"), mean[1], 4));
    ck_assert_mem_eq(mean[0], mean[1], sizeof mean[0]);
    ck_assert(mean[0][0] != 1);
    double bias[4];
    expect_ok(ag_get(nn_find(again, "0.bias"), bias, 4));
    ck_assert_mem_eq(bias, odd, sizeof odd);
    ck_assert_int_eq((int)nn_class_count(again), 2);
    ck_assert_str_eq(nn_class_called(again, 1), "\"yes\"\n\xC3\xA9");
    ck_assert_ptr_null(nn_class_called(again, 2));
    ck_assert_ptr_null(nn_class_called(again, -1));
    ck_assert_str_eq(nn_get_note(again, "author"), "someone");
    ck_assert_ptr_null(nn_get_note(again, "nn.input"));
    nn_note text[8];
    ck_assert_int_eq(nn_read_texts(h, path, text, 8), 5);
    ck_assert_str_eq(text[4].key, "nn.input");
    ck_assert_str_eq(text[4].text, "f64 [1,3]");
    all_well(h);
    ag_graph_free(h);
    teardown();
}
END_TEST

/* Statement 40: all that differs is told at once, in the message what there is room for, in the
 * report all. */
START_TEST(test_all_differences_are_told_and_nothing_changes)
{
    setup();
    expect_ok(nn_save(network(g, 4), path));
    nn_module *other = nn_sequential(g, nn_linear(g, 5, NULL), nn_relu(g), nn_linear(g, 2, NULL));
    expect_ok(nn_build(other, AG_F64, AG_SHAPE(3)));
    double before[60], after[60];
    int64_t n = nn_weights_size(other);
    expect_ok(nn_get_weights(other, before, n));
    char report[2000] = "";
    FILE *out = tmpfile();
    ck_assert_ptr_nonnull(out);
    no_success(g, HERE, nn_load(other, path, &(nn_load_options){.report = out}), AG_ERR_SHAPE, path,
               "10 differences: \"0.weight\" is [4,3] in the file, [5,3] is wanted", LINE,
               "\"0.bias\" is [4] in the file", "\"2.weight\" is missing", ".ignore");
    rewind(out);
    ck_assert_uint_gt(fread(report, 1, sizeof report - 1, out), 0);
    fclose(out);
    ck_assert_ptr_nonnull(strstr(report, "\"2.bias\" is missing\n"));
    ck_assert_ptr_nonnull(strstr(report, "\"1.running_mean\" is not in the network\n"));
    ck_assert_ptr_nonnull(strstr(report, "\"3.0.bias\" is not in the network\n"));
    expect_ok(nn_get_weights(other, after, n));
    ck_assert_mem_eq(before, after, (size_t)n * sizeof(double));
    teardown();
}
END_TEST

START_TEST(test_a_part_is_loaded_on_request)
{
    setup();
    nn_module *net = network(g, 4), *other;
    other = nn_sequential(g, nn_linear(g, 4, NULL), nn_relu(g), nn_linear(g, 7, NULL));
    expect_ok(nn_build(other, AG_F64, AG_SHAPE(3)));
    expect_ok(nn_save(net, path));
    double head[28 + 7], now[28 + 7];
    expect_ok(ag_get(nn_find(other, "2.weight"), head, 28));
    expect_ok(nn_load(other, path, &(nn_load_options){.only = "0.*"}));
    expect_same_tensors(nn_find(other, "0.weight"), nn_find(net, "0.weight"), 0);
    expect_ok(ag_get(nn_find(other, "2.weight"), now, 28));
    ck_assert_mem_eq(head, now, 28 * sizeof(double));
    no_success(g, HERE, nn_load(other, path, &(nn_load_options){.only = "9.*"}), AG_ERR_VALUE,
               "9.*");
    no_success(g, HERE, nn_load(other, path, &(nn_load_options){.only = "?.bias"}), AG_ERR_SHAPE,
               "2 differences: \"2.bias\" is missing; \"1.bias\" is not in the network");
    nn_module *small = nn_sequential(g, nn_linear(g, 4, NULL));
    expect_ok(nn_build(small, AG_F64, AG_SHAPE(3)));
    no_success(g, HERE, nn_load(small, path, &(nn_load_options){.ignore = "1.*"}), AG_ERR_SHAPE,
               "2 differences");
    expect_ok(nn_load(small, path, &(nn_load_options){.ignore = "[", .only = "0*"}));
    expect_ok(nn_freeze(small, NULL, true)); /* frozen ones are loaded, too */
    expect_ok(nn_set_weights(small, head, 16));
    expect_ok(nn_load(small, path, &(nn_load_options){.ignore = "?.*", .only = "0.weight"}));
    expect_same_tensors(nn_find(small, "0.weight"), nn_find(net, "0.weight"), 0);
    teardown();
}
END_TEST

/* Statement 41: f32 into f64 and back on request only, with NaN and the sign of 0. */
START_TEST(test_dtypes_are_converted_on_request)
{
    setup();
    ag_graph *h = ag_graph_new_with(&(ag_graph_options){.dtype = AG_F32, .seed = 8});
    nn_module *narrow = network(h, 4), *wide = network(g, 4);
    expect_ok(ag_set(nn_find(narrow, "0.bias"), (const double[]){-0.0, NAN, -INFINITY, 0.1}, 4));
    expect_ok(nn_save(narrow, path));
    no_success(g, HERE, nn_load(wide, path, NULL), AG_ERR_SHAPE,
               "\"0.weight\" is F32 in the file, F64 is wanted", ".convert");
    const nn_load_options convert = {.convert = true};
    expect_ok(nn_load(wide, path, &convert));
    double b[4];
    expect_ok(ag_get(nn_find(wide, "0.bias"), b, 4));
    ck_assert(b[0] == 0 && signbit(b[0]) && isnan(b[1]) && b[2] == -INFINITY &&
              b[3] == (double)0.1f);
    expect_ok(nn_save(wide, path));
    expect_ok(nn_set_weights(narrow, (const double[34]){0}, 34));
    expect_ok(nn_load(narrow, path, &convert));
    expect_ok(ag_get(nn_find(narrow, "0.bias"), b, 4));
    ck_assert(b[0] == 0 && signbit(b[0]) && isnan(b[1]) && b[3] == (double)0.1f);
    double w[12], v[12];
    expect_ok(ag_get(nn_find(narrow, "0.weight"), w, 12));
    expect_ok(ag_get(nn_find(wide, "0.weight"), v, 12));
    ck_assert_mem_eq(w, v, sizeof w);
    ag_graph_free(h);
    teardown();
}
END_TEST

START_TEST(test_what_cannot_be_saved_or_loaded)
{
    setup();
    nn_module *bare = nn_linear(g, 2, NULL), *net = network(g, 4);
    no_success(g, HERE, nn_save(bare, path), AG_ERR_STATE, "nn_save: the network is not built",
               LINE);
    no_success(g, HERE, nn_load(bare, path, NULL), AG_ERR_STATE, "not built", "nn_build");
    no_success(g, HERE, nn_load(net, path, NULL), AG_ERR_IO, path,
               "it cannot be opened: No such file", LINE);
    no_success(g, HERE, nn_load(net, folder, NULL), AG_ERR_IO, folder);
    no_success(g, HERE, nn_load(net, NULL, NULL), AG_ERR_NULL_ARGUMENT, "path is NULL");
    no_success(g, HERE, nn_save(net, NULL), AG_ERR_NULL_ARGUMENT, "path is NULL");
    char far[300];
    snprintf(far, sizeof far, "%s/none/net.safetensors", folder);
    no_success(g, HERE, nn_save(net, far), AG_ERR_IO, far, "it cannot be opened: No such file",
               LINE);
    no_success(g, HERE, nn_save(net, folder), AG_ERR_IO, "it cannot be written");
    ck_assert_int_eq(nn_save(NULL, path), AG_ERR_NULL_ARGUMENT);
    ck_assert_int_eq(nn_load(NULL, path, NULL), AG_ERR_NULL_ARGUMENT);
    ck_assert_int_eq(nn_load_bytes(NULL, "", 0, NULL), AG_ERR_NULL_ARGUMENT);
    struct stat s;
    ck_assert_int_eq(symlink("/dev/full", path), 0);
    expect_ok(nn_save(net, path)); /* takes the place of the link and does not follow it */
    ck_assert(lstat(path, &s) == 0 && S_ISREG(s.st_mode));
    ck_assert_int_eq(symlink("/dev/null", part), 0);
    no_success(g, HERE, nn_save(net, path), AG_ERR_IO,
               "it cannot be opened"); /* the link is not followed */
    teardown();
}
END_TEST

/* --- cut off at any byte ---------------------------------------------------------------------- */

static long size_of_file(void)
{
    struct stat s;
    return stat(path, &s) == 0 ? (long)s.st_size : -1;
}

/* Saves in a process of its own that may write so many bytes; killed there, or told so. */
static int save_within(nn_module *net, long bytes, bool killed)
{
    fflush(NULL);
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        struct rlimit most = {(rlim_t)bytes, (rlim_t)bytes}, none = {0, 0};
        setrlimit(RLIMIT_CORE, &none);
        signal(SIGXFSZ, killed ? SIG_DFL : SIG_IGN);
        setrlimit(RLIMIT_FSIZE, &most);
        ag_status status = nn_save(net, path);
        bool told = strstr(ag_error_message(g), "is unchanged") != NULL;
        _exit(status == AG_OK ? 0 : status == AG_ERR_IO && told ? 1 : 2);
    }
    int status = 0;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

/* Statement 37. */
START_TEST(test_the_old_file_survives_a_save_that_is_cut_off)
{
    setup();
    nn_module *old = network(g, 4), *fresh = network(g, 4), *read = network(g, 4);
    expect_ok(nn_save(old, path));
    long size = size_of_file();
    ck_assert_int_gt(size, 500);
    for (long bytes = 0; bytes < size; bytes += check_small() ? 97 : 13) {
        ck_assert_int_eq(save_within(fresh, bytes, true), -SIGXFSZ);
        expect_ok(nn_load(read, path, NULL));
        expect_equal_weights(read, old);
        ck_assert_int_eq(save_within(fresh, bytes, false), 1);
        ck_assert_int_eq(access(part, F_OK), -1); /* what was begun is taken away */
        expect_ok(nn_load(read, path, NULL));
        expect_equal_weights(read, old);
    }
    ck_assert_int_eq(save_within(fresh, size, true), 0);
    expect_ok(nn_load(read, path, NULL));
    expect_equal_weights(read, fresh);
    teardown();
}
END_TEST

CHECK_MAIN("net_file", test_saved_and_loaded, test_all_differences_are_told_and_nothing_changes,
           test_a_part_is_loaded_on_request, test_dtypes_are_converted_on_request,
           test_what_cannot_be_saved_or_loaded, test_the_old_file_survives_a_save_that_is_cut_off)
