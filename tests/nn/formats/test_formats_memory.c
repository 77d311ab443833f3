/* Every allocation of every reader and writer fails in turn: an ordinary error, nothing leaks, no
 * file is left half written.
 */
#include "files.h"
#include "nn/formats/csv.h"
#include "nn/formats/npy.h"
#include "no_memory.h"

static ag_status scene_csv(ag_graph *g)
{
    const char *text = "a,size,t,w,zip\n1,M,up,1,08\n2,L,down,2,9\n3,M,up,?,9\n4,S,up,1,08\n";
    nn_csv o = {.target = "t",
                .text = NN_TEXT_ONE_HOT,
                .extra = {"w"},
                .categorical = {"zip"},
                .when_missing = NN_MISSING_DROP};
    nn_data *d = nn__read_csv_bytes(g, "t.csv", text, strlen(text), &o);
    o.like = d;
    return status_of(g, d != NULL ? nn__read_csv_bytes(g, "t.csv", text, strlen(text), &o) : NULL);
}

static ag_status scene_sklearn(ag_graph *g)
{
    const char *text = "2,2,a,b\n1,2,0\n3,4,1\n";
    return status_of(g, nn__read_csv_bytes(g, "t.csv", text, strlen(text), NULL));
}

static ag_status scene_text(ag_graph *g)
{
    const char *path = file_of("memory.txt", "hello world", 11);
    nn_data *d = nn_read_text(g, path, &(nn_text){.window = 3});
    remove(path);
    return status_of(g, d);
}

static ag_status scene_idx(ag_graph *g)
{
    const char *path = file_of("memory.idx", "\0\0\x0B\1\0\0\0\3\0\1\0\2\0\3", 14);
    nn_data *d = nn_read_idx(g, path, path);
    remove(path);
    return status_of(g, d);
}

static ag_status scene_npz(ag_graph *g)
{
    nn_data *d = nn_read_npz(g, "tests/golden/numpy/deflated.npz", "x_train", "y_train");
    if (d == NULL && strstr(ag_error_message(g), "without zlib") != NULL) {
        ag_error_clear(g);
        d = nn_read_npz(g, "tests/golden/numpy/stored.npz", "x_train", "y_train");
    }
    ag_tensor *t = nn_load_npy(g, "tests/golden/numpy/fortran.npy");
    return d != NULL ? status_of(g, t) : ag_error(g);
}

static ag_status scene_written(ag_graph *g)
{
    const char *path = file_of("memory.pgm", "", 0);
    ag_tensor *t = ag_full(g, AG_CONSTANT, AG_SHAPE(4, 4), 1);
    ag_status status = t != NULL ? nn_save_image(t, path, NULL) : ag_error(g);
    status = status == AG_OK ? nn_save_npy(t, path) : status;
    status = status == AG_OK ? nn_save_npz(&t, 1, path) : status;
    remove(path);
    char part[300];
    snprintf(part, sizeof part, "%s.part", path);
    ck_assert_int_ne(access(part, F_OK), 0);
    return status;
}

#define TEST_SCENE(name)                                                                           \
    START_TEST(test_##name)                                                                        \
    {                                                                                              \
        everywhere(scene_##name);                                                                  \
        each_call_and_level(scene_##name, check_small() ? 4096 : 512);                             \
    }                                                                                              \
    END_TEST

TEST_SCENE(csv)
TEST_SCENE(sklearn)
TEST_SCENE(text)
TEST_SCENE(idx)
TEST_SCENE(npz)
TEST_SCENE(written)

CHECK_MAIN("formats_memory", test_csv, test_sklearn, test_text, test_idx, test_npz, test_written)
