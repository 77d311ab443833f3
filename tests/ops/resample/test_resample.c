/* Interpolation: closed forms, derivatives held against differences, every way to call it wrongly.
 * PyTorch's answers are in tests/golden.
 */
#include "ops/counted.h"

/* A ramp is reproduced by every linear map that knows where its elements lie: with align_corners
 * the ends keep their values, and what lies between is on the line. */
START_TEST(test_ramps)
{
    g = ag_graph_new();
    ag_tensor *x = variable(AG_SHAPE(1, 1, 3));
    ag_interpolate_options o = {.size = {5}, .align_corners = true};
    expect_tensor(ag_interpolate(x, &o), AG_SHAPE(1, 1, 5), 1, 1.5, 2, 2.5, 3);
    o.align_corners = false;
    o.size[0] = 6;
    expect_tensor(ag_interpolate(x, &o), AG_SHAPE(1, 1, 6), 1, 1.25, 1.75, 2.25, 2.75, 3);
    o.mode = AG_RESAMPLE_NEAREST;
    IS(ag_interpolate(x, &o), AG_SHAPE(1, 1, 6), 1, 1, 2, 2, 3, 3);
    o = (ag_interpolate_options){.mode = AG_RESAMPLE_AREA, .size = {2}};
    expect_tensor(ag_interpolate(x, &o), AG_SHAPE(1, 1, 2), 1.5, 2.5);
    ag_graph_free(g);
}
END_TEST

/* The size that it has already, and a factor of 1, give x itself. */
START_TEST(test_nothing_to_do)
{
    g = ag_graph_new();
    ag_tensor *x = variable(AG_SHAPE(1, 2, 3, 2));
    ck_assert_ptr_eq(ag_interpolate(x, &(ag_interpolate_options){.size = {3, 2}}), x);
    ck_assert_ptr_eq(ag_interpolate(x, &(ag_interpolate_options){.scale = {1, 1}}), x);
    ag_graph_free(g);
}
END_TEST

/* Sampled at the centers of its own elements, an image is itself. */
START_TEST(test_grid_of_centers)
{
    g = ag_graph_new();
    ag_tensor *x = variable(AG_SHAPE(1, 2, 2, 3));
    ag_tensor *places = of_values(g, AG_SHAPE(1, 2, 3, 2), -1, -1, 0, -1, 1, -1, -1, 1, 0, 1, 1, 1);
    for (int mode = AG_RESAMPLE_LINEAR; mode <= AG_RESAMPLE_CUBIC; mode++) {
        for (int padding = AG_GRID_ZEROS; padding <= AG_GRID_REFLECTION; padding++) {
            ag_grid_options o = {(ag_resample_mode)mode, (ag_grid_padding)padding, true};
            expect_same_tensors(ag_grid_sample(x, places, &o), x, 1e-14);
        }
    }
    ag_graph_free(g);
}
END_TEST

static ag_tensor *sampled(ag_tensor *const *in, int n, void *user)
{
    (void)n;
    return ag_grid_sample(in[0], in[1], user);
}

START_TEST(test_grid_derivatives)
{
    g = ag_graph_new();
    ag_tensor *in[] = {drawn(g, AG_F64, AG_SHAPE(2, 2, 3, 4)),
                       ag_leaf(g, AG_VARIABLE, AG_F64, AG_SHAPE(2, 1, 3, 2), NULL)};
    expect_ok(ag_fill_uniform(in[1], -1.7, 1.7));
    for (int mode = AG_RESAMPLE_LINEAR; mode <= AG_RESAMPLE_CUBIC; mode++) {
        for (int padding = AG_GRID_ZEROS; padding <= AG_GRID_REFLECTION; padding++) {
            ag_grid_options o = {(ag_resample_mode)mode, (ag_grid_padding)padding, false};
            derivatives_agree(sampled, &o, in, 2);
        }
    }
    ag_graph_free(g);
}
END_TEST

START_TEST(test_wrong_calls)
{
    g = ag_graph_new();
    ag_tensor *x = variable(AG_SHAPE(1, 2, 3, 2)), *flat = variable(AG_SHAPE(2, 3));
    ag_interpolate_options none = {0}, both = {.size = {2, 2}, .scale = {1, 1}};
    ag_interpolate_options corners = {AG_RESAMPLE_AREA, .size = {2, 2}, .align_corners = true};
    ag_interpolate_options tiny = {.scale = {0.1, 1}}, half = {.size = {2, 0}};
    ag_interpolate_options huge = {.scale = {1e300, 1}};
    fails(ag_interpolate(x, NULL), AG_ERR_NULL_ARGUMENT, "interpolate: the options", NULL);
    fails(ag_interpolate(x, &none), AG_ERR_VALUE, "interpolate: either sizes or scales", "above 0");
    fails(ag_interpolate(x, &both), AG_ERR_VALUE, "interpolate: either sizes or scales", NULL);
    fails(ag_interpolate(x, &half), AG_ERR_VALUE, "interpolate: a size or scale is not", NULL);
    fails(ag_interpolate(x, &corners), AG_ERR_VALUE, "interpolate: align_corners has no", "cubic");
    fails(ag_interpolate(x, &tiny), AG_ERR_SHAPE, "interpolate: there would be no element", NULL);
    fails(ag_interpolate(x, &huge), AG_ERR_OVERFLOW, "interpolate: the size does not fit", NULL);
    fails(ag_interpolate(flat, &corners), AG_ERR_SHAPE, "interpolate: one to three spatial", NULL);
    fails(ag_grid_sample(x, flat, NULL), AG_ERR_SHAPE,
          "grid_sample: x of [1,2,3,2] and a grid of [2,3]", "[N,H',W',2]");
    ag_tensor *places = variable(AG_SHAPE(1, 1, 1, 2));
    ag_grid_options area = {.mode = AG_RESAMPLE_AREA}, wild = {.padding = (ag_grid_padding)5};
    fails(ag_grid_sample(x, places, &area), AG_ERR_VALUE, "grid_sample: mode is 3", "images");
    fails(ag_grid_sample(x, places, &wild), AG_ERR_VALUE, "grid_sample: padding is 5", NULL);
    fails(ag_grid_sample(x, ag_cast(places, AG_F32), NULL), AG_ERR_DTYPE, "grid_sample: ", NULL);
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("resample", test_ramps, test_nothing_to_do, test_grid_of_centers, test_grid_derivatives,
           test_wrong_calls)
