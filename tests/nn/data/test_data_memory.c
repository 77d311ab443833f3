/* Data sets, views and splits when memory runs out at any moment: an ordinary error, nothing leaks.
 */
#include "no_memory.h"
#include "sets.h"

static ag_status scene_made(ag_graph *g)
{
    nn_data *d = set_of(g, 20, 3);
    nn_data *view = nn_reshaped(nn_scaled(nn_rows_between(d, 3, 17), 0, 2), AG_SHAPE(1, 2));
    view = nn_with_class_names(view, (const char *[]){"x", "y", "z"}, 3);
    nn_data *joined = nn_join(view, nn_select(view, (const int64_t[]){0, 2}, 2));
    joined = nn_join(nn_reshaped(nn_scaled(set_of(g, 4, 3), 0, 2), AG_SHAPE(1, 2)), joined);
    ag_tensor *x = nn_inputs(nn_fill_missing(joined, joined)), *y = nn_targets(joined);
    ag_status status = status_of(g, x);
    return status == AG_OK ? status_of(g, y) : status;
}

static ag_status scene_split(ag_graph *g)
{
    nn_data *d = set_of(g, 20, 3);
    const nn_split_options by_class = {.stratify = true};
    nn_halves h = nn_split(d, 0.3, &by_class);
    ck_assert((h.train == NULL) == (h.test == NULL));
    nn_thirds t = nn_split3(d, 0.3, 0.3, &by_class);
    ck_assert((t.train == NULL) == (t.test == NULL) && (t.train == NULL) == (t.validation == NULL));
    nn_data *fold = nn_fold(h.train, 1, 3, NULL).test;
    nn_data *given = nn_split_rows(d, (const int64_t[]){2, 3}, 2).test;
    ag_status status = status_of(g, t.test);
    status = status == AG_OK ? status_of(g, fold) : status;
    return status == AG_OK ? status_of(g, given) : status;
}

START_TEST(test_made)
{
    everywhere(scene_made);
    each_call_and_level(scene_made, check_small() ? 4096 : 256);
}
END_TEST

START_TEST(test_split)
{
    everywhere(scene_split);
    each_call_and_level(scene_split, check_small() ? 4096 : 256);
}
END_TEST

CHECK_MAIN("data_memory", test_made, test_split)
