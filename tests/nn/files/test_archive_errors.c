/* Archives that do not fit what is asked of them: all that differs is told and nothing changes;
 * misuse has its message. Must not know any private header of the library.
 */
#include "training.h"

/* The message has all differences, and nothing of it happened. */
START_TEST(test_all_that_differs_is_told_and_nothing_changes)
{
    const double loss[] = {1};
    double was[SMALL_WEIGHTS], got[SMALL_WEIGHTS], many[2] = {5, 5};
    int64_t epoch = 7;
    path_new();
    training t = training_new(AG_F64, slowing_adam), other = training_new(AG_F64, plain_sgd);
    ag_graph *g = other.s.graph;
    expect_ok(save(&t, loss, 1));
    train(&other, 2);
    small_weights(&other.s, was);
    double next = ag_random_uniform(g);
    ag_random_state before = ag_random_get_state(g);
    nn_archive *a = nn_archive_load(g, path);
    nn_archive_get_network(a, NULL, other.s.net);
    nn_archive_get_optimizer(a, other.optimizer);
    nn_archive_get_random(a, "training.random");
    nn_archive_get_ints(a, "training.step", &epoch, 1);
    nn_archive_get_doubles(a, "training.history.loss", many, 2);
    nn_archive_get_tensor(a, "best.first.bias", ag_full(g, AG_CONSTANT, AG_SHAPE(4), 0));
    ck_assert_int_eq((int)epoch, 0);
    ck_assert(many[0] == 0 && many[1] == 0);
    no_success(g, HERE, nn_archive_apply(a), AG_ERR_SHAPE, path, LINE,
               "the optimizer in the file is adam, this one is sgd",
               "\"optimizer.first.weight.velocity\" is missing", "hint: nothing has changed");
    ck_assert_int_eq(nn_archive_apply(a), AG_ERR_SHAPE); /* it stays so */
    nn_archive_free(a);
    small_weights(&other.s, got);
    ck_assert_mem_eq(was, got, sizeof was);
    ag_random_set_state(g, before);
    ck_assert(ag_random_uniform(g) != next);
    ck_assert_int_eq((int)nn_get_counters(other.optimizer).step, 6);
    ag_graph_free(t.s.graph);
    ag_graph_free(g);
    remove(path);
}
END_TEST

/* Each alone, by its own words. */
START_TEST(test_each_difference_has_its_words)
{
    const double x[] = {1, 2, 3};
    const int64_t n[] = {4};
    double out[3];
    int64_t whole[3];
    path_new();
    ag_graph *g = ag_graph_new();
    nn_archive *a = nn_archive_new(g, NULL);
    nn_archive_set_doubles(a, "x", x, 3);
    nn_archive_set_ints(a, "n", n, 1);
    nn_archive_set_ints(a, "none", NULL, 0);
    expect_ok(nn_archive_save(a, path));
    nn_archive_free(a);
    static const char *const words[] = {
        "\"x\" is [3] in the file, [2] is wanted", "\"x\" is F64 in the file, I64 is wanted",
        "\"n\" is I64 in the file, F64 is wanted", "\"y\" is missing",
        "\"n\" is [1] in the file, [7]",           "\"x\" is F64 in the file, F32 is wanted"};
    for (int i = 0; i < 6; i++) {
        a = nn_archive_load(g, path);
        ck_assert_int_eq((int)nn_archive_get_size(a, "x"), 3);
        ck_assert_int_eq((int)nn_archive_get_size(a, "none"), 0);
        ck_assert_int_eq((int)nn_archive_get_size(a, "y"), -1);
        ck_assert_ptr_null(nn_archive_get_text(a, "nn.kind"));
        nn_archive_get_ints(a, "none", NULL, 0);
        if (i == 1) {
            nn_archive_get_ints(a, "x", whole, 3);
        } else if (i == 4) {
            nn_archive_get_random(a, "n");
        } else if (i == 5) {
            nn_archive_get_tensor(a, "x", ag_leaf(g, AG_CONSTANT, AG_F32, AG_SHAPE(3), NULL));
        } else {
            nn_archive_get_doubles(a, (const char *const[]){"x", "", "n", "y"}[i], out,
                                   i == 0   ? 2
                                   : i == 2 ? 1
                                            : 3);
        }
        no_success(g, HERE, nn_archive_apply(a), AG_ERR_SHAPE, "1 differences: ", words[i]);
        nn_archive_free(a);
    }
    ag_graph_free(g);
    remove(path);
}
END_TEST

/* Counts that a file only claims: a step more would be behind the largest number there is. */
START_TEST(test_counts_are_not_believed)
{
    path_new();
    training t = training_new(AG_F64, plain_sgd), other = training_new(AG_F64, plain_sgd);
    ag_graph *g = other.s.graph;
    train(&t, 1);
    for (int i = 0; i < 4; i++) {
        nn_archive *a = nn_archive_new(t.s.graph, "checkpoint");
        const int64_t counts[5] = {i == 0 ? INT64_MAX : i == 1 ? -1 : 3, 0, 0, 0, 0};
        const double rates[3] = {0.1, i == 2 ? 2 : 1, NAN};
        int64_t steps = i == 3 ? 4 : 3;
        for (int k = 0; k < nn_optimizer_states(t.optimizer); k++) {
            nn_optimizer_state s = nn_optimizer_state_at(t.optimizer, k);
            if (ag_dtype_of(s.tensor) == AG_I64) {
                expect_ok(ag_write(s.tensor, &steps, sizeof steps));
            }
            nn_archive_set_tensor(a, s.name, s.tensor);
        }
        nn_archive_set_ints(a, "optimizer.counters", counts, 5);
        nn_archive_set_doubles(a, "optimizer.numbers", rates, 3);
        expect_ok(nn_archive_save(a, path));
        nn_archive_free(a);
        a = nn_archive_load(g, path);
        nn_archive_get_optimizer(a, other.optimizer);
        no_success(g, HERE, nn_archive_apply(a), i == 2 ? AG_ERR_VALUE : AG_ERR_SHAPE,
                   i == 2 ? "nn_set_counters" : "a count of steps is negative or too large");
        ck_assert_int_eq((int)nn_get_counters(other.optimizer).step, 0);
        nn_archive_free(a);
    }
    ag_graph_free(t.s.graph);
    ag_graph_free(g);
    remove(path);
}
END_TEST

/* What cannot be asked for: the first failure stays, and is what the last call returns. */
START_TEST(test_misuse)
{
    path_new();
    ag_graph *g = ag_graph_new(), *h = ag_graph_new();
    nn_module *net = dense(g, 1, false);
    nn_archive *a = nn_archive_new(g, "checkpoint"), *b;
    nn_archive_set_network(a, NULL, net);
    nn_archive_set_text(a, NULL, "no more is said");
    ck_assert_ptr_nonnull(
        strstr(ag_error_message(g), "nn_archive_set_network: the network is not"));
    no_success(g, HERE, nn_archive_save(a, path), AG_ERR_STATE, "test_archive_errors.c");
    ck_assert_int_eq(nn_archive_apply(a), AG_ERR_STATE);
    nn_archive_free(a);
#define REFUSED(status, text, call)                                                                \
    a = nn_archive_new(g, NULL);                                                                   \
    call;                                                                                          \
    no_success(g, HERE, nn_archive_save(a, path), status, text);                                   \
    nn_archive_free(a)
    expect_ok(nn_build(net, AG_F64, AG_SHAPE(2)));
    nn_module *foreign = dense(h, 1, false);
    expect_ok(nn_build(foreign, AG_F64, AG_SHAPE(2)));
    REFUSED(AG_ERR_GRAPH, "another graph", nn_archive_set_network(a, NULL, foreign));
    REFUSED(AG_ERR_NULL_ARGUMENT, "network is NULL", nn_archive_set_network(a, "x", NULL));
    REFUSED(AG_ERR_NULL_ARGUMENT, "optimizer is NULL", nn_archive_set_optimizer(a, NULL));
    REFUSED(AG_ERR_GRAPH, "another graph", nn_archive_set_optimizer(a, nn_sgd(h, NULL)));
    REFUSED(AG_ERR_NULL_ARGUMENT, "key is NULL", nn_archive_set_text(a, NULL, ""));
    REFUSED(AG_ERR_NULL_ARGUMENT, "\"t\" is NULL", nn_archive_set_tensor(a, "t", NULL));
    REFUSED(AG_ERR_NULL_ARGUMENT, "name is NULL", nn_archive_set_doubles(a, NULL, NULL, 0));
    REFUSED(AG_ERR_NULL_ARGUMENT, "numbers is NULL", nn_archive_set_ints(a, "n", NULL, 1));
    REFUSED(AG_ERR_VALUE, "-1 numbers", nn_archive_set_ints(a, "n", NULL, -1));
    REFUSED(AG_ERR_STATE, "was not loaded", nn_archive_get_network(a, NULL, net));
    REFUSED(AG_ERR_VALUE, "two are called \"weight\"",
            (nn_archive_set_network(a, NULL, net), nn_archive_set_ints(a, "weight", NULL, 0)));
    nn_optimizer *o = nn_with_accumulation(nn_sgd(g, NULL), 2);
    expect_ok(nn_attach(o, net));
    expect_ok(nn_step(o));
    REFUSED(AG_ERR_STATE, "nn_flush", nn_archive_set_optimizer(a, o));
    a = nn_archive_new(g, NULL);
    expect_ok(nn_archive_save(a, path));
    b = nn_archive_load(g, path);
    nn_archive_set_text(b, "a", "b");
    no_success(g, HERE, nn_archive_apply(b), AG_ERR_STATE, "the archive was loaded");
    nn_archive_free(a);
    nn_archive_free(b);
    nn_archive_free(NULL);
    ck_assert_ptr_null(nn_archive_new(NULL, NULL));
    ck_assert_int_eq(nn_archive_save(NULL, path), AG_ERR_NULL_ARGUMENT);
    ck_assert_int_eq(nn_archive_apply(NULL), AG_ERR_NULL_ARGUMENT);
    no_tensor(g, HERE, (ag_tensor *)nn_archive_load(g, "/nowhere/x"), AG_ERR_IO, "/nowhere/x");
    all_well(g);
    ag_graph_free(g);
    ag_graph_free(h);
    remove(path);
}
END_TEST

CHECK_MAIN("archive_errors", test_all_that_differs_is_told_and_nothing_changes,
           test_each_difference_has_its_words, test_counts_are_not_believed, test_misuse)
