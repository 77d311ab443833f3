/* Baselines when memory runs out at any moment: an ordinary error, nothing leaks. */
#define CHECK_SECONDS 240
#include "no_memory.h"

static ag_status fitted(ag_graph *g, int64_t classes)
{
    static const double x[] = {1, 2, 3, 1, 4, 2, 0, 1, 5, 2, 1, 1};
    static const double t[] = {0, 1, 1, 0, 1, 0};
    nn_data *d = nn_data_new(g, &(nn_arrays){.rows = 6,
                                             .x = x,
                                             .x_shape = AG_SHAPE(2),
                                             .y = t,
                                             .y_shape = classes > 0 ? AG_SCALAR : AG_SHAPE(1),
                                             .y_classes = classes});
    const nn_baseline *b = nn_baseline_new(d, &(nn_baseline_options){.l1 = 0.1, .l2 = 0.1});
    const nn_path *p = nn_path_new(d, &(nn_path_options){.penalties = 2, .folds = 2});
    return b == NULL ? status_of(g, b) : status_of(g, p);
}

static ag_status scene_numbers(ag_graph *g)
{
    return fitted(g, 0);
}

static ag_status scene_classes(ag_graph *g)
{
    return fitted(g, 2);
}

START_TEST(test_numbers)
{
    each_call(scene_numbers, true, 0);
    each_call_and_level(scene_numbers, check_small() ? 8192 : 1024);
}
END_TEST

START_TEST(test_classes)
{
    each_call(scene_classes, true, 0);
    each_call_and_level(scene_classes, check_small() ? 8192 : 2048);
}
END_TEST

CHECK_MAIN("baselines_memory", test_numbers, test_classes)
