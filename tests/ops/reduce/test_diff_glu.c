/* diff undoes cumsum, and every wrong call of diff and glu. PyTorch's numbers are in tests/golden. */
#include "ops/wrong_operands.h"

START_TEST(test_diff_undoes_cumsum)
{
    begin();
    ag_tensor *x = variable(AG_SHAPE(2, 5));
    ag_tensor *off = ag_sub(ag_diff(ag_cumsum(x, 1), 1, 1), ag_slice(x, 1, 1, 5, 1));
    expect_near(ag_item(ag_sum(ag_abs(off))), 0, 1e-13);
    ag_tensor *cubes = of_values(g, AG_SHAPE(5), 0, 1, 8, 27, 64);
    double six[2];
    expect_ok(ag_get(ag_diff(cubes, 0, 3), six, 2));
    ck_assert(six[0] == 6 && six[1] == 6);
    ck_assert(ag_shape_equal(ag_shape_of(ag_diff(x, -1, 7)), AG_SHAPE(2, 0)));
    ck_assert(ag_shape_equal(ag_shape_of(ag_diff(x, -1, 0)), AG_SHAPE(2, 5)));
    all_well(g);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_wrong_calls)
{
    begin();
    fails(ag_diff(vector, 0, -1), AG_ERR_VALUE, "diff: there is no difference of order -1",
          "0 gives x itself");
    fails(ag_diff(vector, 1, 1), AG_ERR_AXIS, "diff: axis 1", NULL);
    fails(ag_glu(vector, 0), AG_ERR_SHAPE, "glu: axis 0 has the odd size 3", "sigmoid");
    fails(ag_glu(scalar, 0), AG_ERR_AXIS, "glu: axis 0", NULL);
    fails(ag_glu(INDICES(AG_SHAPE(2), 1, 2), 0), AG_ERR_DTYPE, "glu: ", NULL);
    still_works(g);
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("diff_glu", test_diff_undoes_cumsum, test_wrong_calls)
