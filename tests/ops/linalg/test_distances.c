/* The cross product, distances between rows, and matrices made of diagonals: identities, coincident
 * rows, and every wrong call. PyTorch's numbers are in tests/golden.
 */
#include <math.h>

#include "ops/wrong_operands.h"

/* a x b is orthogonal to both, and a x b = -(b x a). */
START_TEST(test_cross_is_orthogonal)
{
    begin();
    ag_tensor *a = variable(AG_SHAPE(2, 3)), *b = of_values(g, AG_SHAPE(3), 0.5, -1, 2);
    ag_tensor *y = ag_cross(a, b, -1);
    ag_tensor *zero = ag_sum(ag_abs(ag_sum_over(ag_mul(y, a), AG_AXES(-1), false)));
    expect_near(ag_item(zero), 0, 1e-12);
    expect_same(ag_item(ag_sum(ag_abs(ag_add(y, ag_cross(b, a, -1))))), 0);
    all_well(g);
    ag_graph_free(g);
}
END_TEST

/* The gradient at equal rows is 0 for each p, and a distance of (3, 4) is 7, 5, 4. */
START_TEST(test_distances_and_equal_rows)
{
    static const double p[] = {1, 2, INFINITY, 3}, want[] = {7, 5, 4, 4.497941445275415};
    begin();
    ag_tensor *a = of_values(g, AG_SHAPE(1, 2), 1, 1),
              *b = of_values(g, AG_SHAPE(2, 2), 1, 1, 4, 5);
    for (int i = 0; i < 4; i++) {
        ag_tensor *y = ag_cdist(a, b, p[i]);
        double d[2], grad[4];
        expect_ok(ag_get(y, d, 2));
        expect_same(d[0], 0);
        expect_near(d[1], want[i], 1e-15);
        ag_zero_grads(g);
        expect_ok(ag_backward(ag_sum(y)));
        expect_ok(ag_grad_get(b, grad, 4));
        ck_assert(grad[0] == 0 && grad[1] == 0 && grad[3] > 0);
    }
    ag_tensor *empty = variable(AG_SHAPE(2, 0));
    expect_same(ag_item(ag_sum(ag_cdist(empty, empty, INFINITY))), 0);
    all_well(g);
    ag_graph_free(g);
}
END_TEST

/* diagonal and diag_embed of the same axes undo each other. */
START_TEST(test_diag_embed_undoes_diagonal)
{
    begin();
    for (int64_t k = -2; k <= 2; k++) {
        ag_tensor *y = ag_diag_embed(matrix, 2, 0, k);
        ag_tensor *off = ag_sub(ag_diagonal(y, 2, 0, k), matrix);
        expect_same(ag_item(ag_sum(ag_abs(off))), 0);
        expect_same(ag_item(ag_sum(y)), ag_item(ag_sum(matrix)));
    }
    all_well(g);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_wrong_calls)
{
    begin();
    fails(ag_cross(matrix, scalar, 0), AG_ERR_SHAPE, "cross: axis 0 has size 2, not 3",
          "three elements");
    fails(ag_cross(matrix, matrix, 2), AG_ERR_AXIS, "cross: axis 2", NULL);
    fails(ag_cross(matrix, variable(AG_SHAPE(4)), 1), AG_ERR_SHAPE, "cross: shapes [2,3] and [4]",
          NULL);
    fails(ag_cross(matrix, single, 1), AG_ERR_DTYPE, "cross: operands are f64 and f32", "ag_cast");
    fails(ag_cdist(matrix, vector, 2), AG_ERR_SHAPE,
          "cdist: the rows of [2,3] and [3] cannot be compared", "(..., m,n)");
    fails(ag_cdist(matrix, matrix, -1), AG_ERR_VALUE, "cdist: p is -1", "INFINITY");
    fails(ag_cdist(wide, wide, 2), AG_ERR_SHAPE, "cdist: takes at most 7 dimensions", NULL);
    fails(ag_diag_embed(scalar, 0, 1, 0), AG_ERR_SHAPE,
          "diag_embed: takes 1 to 7 dimensions, not 0", NULL);
    fails(ag_diag_embed(vector, 1, -1, 0), AG_ERR_AXIS, "diag_embed: axes 1 and -1 are the same",
          NULL);
    fails(ag_diag_embed(vector, 0, 2, 0), AG_ERR_AXIS, "diag_embed: axis 2", NULL);
    fails(ag_diag_embed(vector, 0, 1, INT64_MIN), AG_ERR_OVERFLOW,
          "diag_embed: no matrix has room for diagonal -9223372036854775808", NULL);
    still_works(g);
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("distances", test_cross_is_orthogonal, test_distances_and_equal_rows,
           test_diag_embed_undoes_diagonal, test_wrong_calls)
