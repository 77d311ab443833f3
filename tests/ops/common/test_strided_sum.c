/* The plain kernels below the structured operations, against the shortest code that could be right:
 * one running sum for the sums. The numbers are small
 * integers, so every order of adding gives the same bits and equality is exact; for the rounding of
 * long sums the exact value is known.
 */
#include <autograd.h>
#include <math.h>
#include <stdlib.h>

#include "check_main.h"
#include "ops/common/strided_sum.h"

static double integer(unsigned *state)
{
    *state = *state * 1103515245u + 12345u;
    return (double)(*state >> 16 & 7) - 3;
}

/* --- sums ------------------------------------------------------------------------------------- */

/* One running sum for each index that is kept. */
static void add_straight(const double *x, const int64_t dim[4], const int64_t stride[4],
                         const bool over[4], double *want)
{
    for (int64_t i = 0; i < 1110; i++) {
        int64_t rest = i, from = 0, to = 0, step = 1;
        for (int d = 3; d >= 0; d--) {
            from += rest % dim[d] * stride[d];
            to += over[d] ? 0 : rest % dim[d] * step;
            step *= over[d] ? 1 : dim[d];
            rest /= dim[d];
        }
        want[to] += x[from];
    }
}

/* Every subset of the axes of a 4-dimensional array, in three memory orders, one with a
 * dimension that is expanded and one backwards. */
START_TEST(test_sum)
{
    static const int64_t dim[4] = {3, 2, 5, 37};
    static const int64_t stride[4][4] = {
        {370, 185, 37, 1}, {1, 3, 6, 30}, {37, 111, 0, 1}, {370, -185, 37, -1}};
    static const int64_t first[4] = {0, 0, 0, 221};
    static double x[2000];
    static int64_t whole[2000];
    unsigned state = 1;
    for (int i = 0; i < 2000; i++) {
        x[i] = integer(&state);
        whole[i] = (int64_t)x[i];
    }
    for (int set = 0; set < 16; set++) {
        for (int order = 0; order < 4; order++) {
            bool over[AG_MAX_DIMS] = {set & 1, set & 2, set & 4, set & 8};
            double want[1110] = {0}, have[1110];
            int64_t same[1110], n = 1;
            for (int d = 0; d < 4; d++) {
                n *= over[d] ? 1 : dim[d];
            }
            add_straight(x + first[order], dim, stride[order], over, want);
            ag_array a = {AG_F64, 4, dim, stride[order], 1110, x + first[order]};
            ag__strided_sum(&a, over, have);
            a = (ag_array){AG_I64, 4, dim, stride[order], 1110, whole + first[order]};
            ag__strided_sum(&a, over, same);
            for (int64_t i = 0; i < n; i++) {
                ck_assert_msg(have[i] == want[i] && same[i] == (int64_t)want[i],
                              "axes %d, order %d, sum %d: %g, not %g", set, order, (int)i, have[i],
                              want[i]);
            }
        }
    }
}
END_TEST

/* Ten million times 0.1f is 1000000.0149 (0.1f is 0.100000001490116...). Added one after the
 * other in f32 it would come to 1087937. */
START_TEST(test_long_sum)
{
    int64_t n = check_small() ? 100000 : 10000000;
    double exact = (double)n * (double)0.1f;
    ag_graph *g = ag_graph_new_with(&(ag_graph_options){.dtype = AG_F32});
    ag_tensor *x = ag_expand(ag_constant(g, 0.1), AG_SHAPE(n));
    ck_assert_double_eq_tol(ag_item(ag_sum(x)), exact, 1e-6 * exact);
    ag_tensor *rows = ag_full(g, AG_CONSTANT, AG_SHAPE(n / 2, 2), 0.1);
    ag_tensor *sums = ag_sum_over(rows, AG_AXES(0), false);
    ck_assert_double_eq_tol(ag_item_at(sums, AG_SHAPE(1)), exact / 2, 1e-6 * exact);
    ck_assert_double_eq_tol(ag_item(ag_mean(rows)), (double)0.1f, 1e-7);
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("kernels", test_sum, test_long_sum)
