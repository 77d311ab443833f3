/* The table of a network: rows, sums, what is trained; the parameter counts of the lectures. Must
 * not know any private header of the library.
 */
#include "tests/nn/own_modules.h"

#include <stdio.h>

static ag_graph *g;

/* What nn_summary prints; to be freed. */
static char *summary(const nn_module *net)
{
    char *text = calloc(1, 10000);
    FILE *out = tmpfile();
    ck_assert(text != NULL && out != NULL);
    expect_ok(nn_summary(out, net));
    rewind(out);
    ck_assert_uint_gt(fread(text, 1, 9999, out), 0);
    fclose(out);
    return text;
}

static const char table[] =
    "Layer                     Output shape    Parameters       Trained           Bytes\n"
    "----------------------------------------------------------------------------------\n"
    "chain                     [batch,30]               0             0               0\n"
    "  first dense             [batch,30]           1,230             0           9,840\n"
    "  second chain            [batch,30]               0             0               0\n"
    "    first dense (shared)  [batch,30]             930           930           7,440\n"
    "----------------------------------------------------------------------------------\n"
    "Parameters: 2,160 (17,280 bytes)\n"
    "Trained: 930\n"
    "Not trained: 1,230\n";

/* What is shared is counted once, at its first place (statement 34). */
START_TEST(test_table)
{
    g = ag_graph_new();
    nn_module *same = dense(g, 30, false);
    nn_module *net = chain(g, dense(g, 30, false), chain(g, same, same));
    expect_ok(nn_build(net, AG_F64, AG_SHAPE(40)));
    expect_ok(nn_freeze(net, "first.*", true));
    char *text = summary(net);
    ck_assert_str_eq(text, table);
    free(text);
    ag_graph_free(g);
}
END_TEST

static ag_tensor *counting_forward(nn_module *m, ag_tensor *x)
{
    ag_tensor *mean = nn_buffer(m, "mean", AG_SHAPE(4), 1.5);
    return mean != NULL ? ag_sum(x) : NULL;
}

/* Buffers are saved and not trained; a single number has no batch axis; a module that is not
 * reached has no shape. */
START_TEST(test_buffers_and_what_is_not_used)
{
    g = ag_graph_new_with(&(ag_graph_options){.dtype = AG_F32});
    nn_module *m = nn_module_new(g, "counting", 0, counting_forward);
    nn_child(m, "idle", dense(g, 3, false));
    no_success(g, HERE, nn_summary(stdout, m), AG_ERR_STATE, "not built", LINE, "nn_build");
    expect_ok(nn_build(m, AG_F32, AG_SHAPE(4)));
    expect_same(ag_item_at(nn_find(m, "mean"), AG_SHAPE(3)), 1.5);
    ck_assert_int_eq(ag_role_of(nn_find(m, "mean")), AG_CONSTANT);
    ck_assert_int_eq(nn_parameters(m, NULL, NULL, 0), 0);
    char *text = summary(m);
    ck_assert_ptr_nonnull(strstr(text, "counting      one number "));
    ck_assert_ptr_nonnull(strstr(text, "  idle dense  not used "));
    ck_assert_ptr_nonnull(strstr(text, " 4             0              16\n"));
    ck_assert_ptr_nonnull(strstr(text, "Not trained: 4\n"));
    free(text);
    no_success(g, HERE, nn_summary(NULL, m), AG_ERR_NULL_ARGUMENT, "stream");
    ck_assert_int_eq(nn_summary(stdout, NULL), AG_ERR_NULL_ARGUMENT);
    FILE *shut = fopen("/dev/null", "r"); /* cannot be written to */
    ck_assert_ptr_nonnull(shut);
    no_success(g, HERE, nn_summary(shut, m), AG_ERR_IO, "writing failed");
    fclose(shut);
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("summary", test_table, test_buffers_and_what_is_not_used)
