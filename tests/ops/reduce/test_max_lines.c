/* The largest and the smallest number of short lines, with a number that is special at every place:
 * it is what comparing one after the other gives, and a NaN wins. Must not know how lines are
 * compared.
 */
#include "expect.h"

enum { LONGEST = 11 };

static double one_by_one(const double *x, int n, bool smallest)
{
    double best = x[0];
    for (int i = 1; i < n; i++) {
        bool wins = isnan(x[i]) || (smallest ? x[i] < best : x[i] > best);
        best = wins && !isnan(best) ? x[i] : best;
    }
    return best;
}

static void agree(double got, double want, int n, int place)
{
    ck_assert_msg(got == want || (isnan(got) && isnan(want)), "%d numbers, place %d: %g, not %g", n,
                  place, got, want);
}

static void line(ag_graph *g, ag_dtype dtype, int n, int place, double special)
{
    static const double some[LONGEST] = {5, -2, 3, -1, 7, 4, -8, 2, 6, -5, 1};
    double x[LONGEST];
    memcpy(x, some, sizeof x);
    x[place] = special;
    ag_tensor *t = ag_leaf(g, AG_CONSTANT, dtype, AG_SHAPE(n), NULL);
    expect_ok(ag_set(t, x, n));
    agree(ag_item(ag_max(t)), one_by_one(x, n, false), n, place);
    agree(ag_item(ag_min(t)), one_by_one(x, n, true), n, place);
}

START_TEST(test_special_numbers)
{
    static const double special[] = {NAN, INFINITY, -INFINITY, 9, -9};
    ag_graph *g = ag_graph_new();
    for (int n = 1; n <= LONGEST; n++) {
        for (int place = 0; place < n; place++) {
            for (int k = 0; k < 5; k++) {
                line(g, AG_F64, n, place, special[k]);
                line(g, AG_F32, n, place, special[k]);
            }
            line(g, AG_I64, n, place, 0);
        }
    }
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("max_lines", test_special_numbers)
