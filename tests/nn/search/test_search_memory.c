/* Proves that a search survives every allocation that fails, and leaves its result alone. */
#include "tests/nn/train/fit_cases.h"
#include "tests/no_memory.h"

static double first_value(const nn_trial *t)
{
    return t->at[0];
}

static const nn_axis axis = {.name = "a", .values = (const double[]){1, 2, 3}, .n = 3};

static ag_status both(ag_graph *g)
{
    nn_search_options o = {.folds = 2, .threads = 1, .show = NN_SHOW_NOTHING};
    nn_data *d = numbered(g, 8);
    ag_status status = status_of(g, nn_search(d, &axis, 1, first_value, NULL, &o));
    return status != AG_OK ? status
                           : status_of(g, nn_search_nested(d, 2, &axis, 1, first_value, NULL, &o));
}

START_TEST(test_no_memory)
{
    everywhere(both);
}
END_TEST

/* A hundred searches need as much as their results. */
START_TEST(test_leaves_its_result)
{
    ag_graph *g = case_graph(AG_F64);
    nn_data *d = numbered(g, 2000);
    nn_search_options o = {.folds = 5, .threads = 1, .show = NN_SHOW_NOTHING};
    ck_assert_ptr_nonnull(nn_search(d, &axis, 1, first_value, NULL, &o));
    size_t bytes = ag_graph_get_stats(g).bytes;
    for (int i = 0; i < 100; i++) {
        ck_assert_ptr_nonnull(nn_search(d, &axis, 1, first_value, NULL, &o));
    }
    ck_assert_uint_le(ag_graph_get_stats(g).bytes, bytes + ((size_t)300 << 10));
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("search_memory", test_no_memory, test_leaves_its_result)
