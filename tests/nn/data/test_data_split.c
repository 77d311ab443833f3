/* Splits and folds: disjoint, covering, of the size asked for, with each class's share, and the
 * same for the same seed; what cannot be split says why.
 */
#include "sets.h"

static ag_graph *g;

/* Every row below n is in exactly one of the two. */
static void disjoint(nn_halves h, int64_t n)
{
    int count[2000] = {0};
    ck_assert_ptr_nonnull(h.train);
    ck_assert_ptr_nonnull(h.test);
    count_rows(h.train, count, n);
    count_rows(h.test, count, n);
    for (int64_t i = 0; i < n; i++) {
        ck_assert_int_eq(count[i], 1);
    }
}

static bool ascending(const nn_data *d)
{
    bool up = true;
    for (int64_t i = 1; i < nn_rows(d); i++) {
        up &= nn_stored_row(d, i) > nn_stored_row(d, i - 1);
    }
    return up;
}

static bool same_rows(const nn_data *a, const nn_data *b)
{
    bool same = nn_rows(a) == nn_rows(b);
    for (int64_t i = 0; same && i < nn_rows(a); i++) {
        same = nn_stored_row(a, i) == nn_stored_row(b, i);
    }
    return same;
}

START_TEST(test_sizes)
{
    g = ag_graph_new();
    static const int64_t rows[] = {2, 3, 10, 11, 150, 1000};
    static const double share[] = {0.5, 0.2, 0.25, 0.1, 1.0 / 3};
    for (int i = 0; i < 6; i++) {
        for (int s = 0; s < 5; s++) {
            int64_t want = (int64_t)floor((double)rows[i] * share[s] + 0.5);
            if (want == 0) {
                continue;
            }
            nn_data *d = set_of(g, rows[i], 2);
            nn_halves h = nn_split(d, share[s], &(nn_split_options){.seed = (uint64_t)s});
            disjoint(h, rows[i]);
            ck_assert_int_eq(nn_rows(h.test), want);
            ck_assert(ascending(h.train) && ascending(h.test));
        }
    }
    all_well(g);
    ag_graph_free(g);
}
END_TEST

/* Statement 16: at random by default, so that sorted labels do no harm; the last rows by name. */
START_TEST(test_random)
{
    g = ag_graph_new();
    const int64_t rows[] = {60, 60};
    nn_data *d = set_with(g, rows, 2);
    nn_halves h = nn_split(d, 0.25, NULL), again = nn_split(d, 0.25, NULL);
    nn_halves other = nn_split(d, 0.25, &(nn_split_options){.seed = 1});
    ck_assert(same_rows(h.test, again.test));
    ck_assert(!same_rows(h.test, other.test));
    int64_t count[2];
    expect_ok(nn_class_counts(h.test, count, 2));
    ck_assert(count[0] > 5 && count[1] > 5);
    nn_halves last = nn_split(d, 0.25, &(nn_split_options){.in_order = true});
    for (int64_t i = 0; i < 30; i++) {
        ck_assert_int_eq(nn_stored_row(last.test, i), 90 + i);
    }
    /* Over many seeds each row is tested as often as any. */
    int tested[120] = {0}, seeds = 400;
    for (int s = 0; s < seeds; s++) {
        nn_halves one = nn_split(d, 0.25, &(nn_split_options){.seed = (uint64_t)s});
        count_rows(one.test, tested, 120);
    }
    for (int i = 0; i < 120; i++) { /* binomial: mean 100, deviation 8.7 */
        ck_assert_msg(tested[i] > 55 && tested[i] < 145, "row %d: %d", i, tested[i]);
    }
    ag_graph_free(g);
}
END_TEST

/* Statement 17: to within one row per class, and in all; a class of one row is named. */
START_TEST(test_stratified)
{
    g = ag_graph_new();
    static const int64_t sizes[][4] = {
        {50, 50, 50, 0}, {7, 3, 2, 5}, {100, 2, 31, 9}, {13, 13, 13, 13}};
    static const double share[] = {0.2, 0.1, 0.25, 0.5, 0.37};
    for (int k = 0; k < 4; k++) {
        nn_data *d = set_with(g, sizes[k], 4);
        for (int s = 0; s < 5; s++) {
            int64_t count[4], n = nn_rows(d);
            nn_halves h = nn_split(d, share[s], &(nn_split_options){.stratify = true, .seed = 3});
            disjoint(h, n);
            expect_ok(nn_class_counts(h.test, count, 4));
            for (int c = 0; c < 4; c++) {
                double due = share[s] * (double)sizes[k][c];
                ck_assert_msg(fabs((double)count[c] - due) < 1, "class %d: %d of %g", c,
                              (int)count[c], due);
            }
            ck_assert(fabs((double)nn_rows(h.test) - share[s] * (double)n) <= 0.5 + 1e-9);
        }
    }
    const int64_t lonely[] = {5, 1, 4};
    nn_data *d = nn_with_class_names(set_with(g, lonely, 3), (const char *[]){"x", "yew", "z"}, 3);
    nn_halves none = nn_split(d, 0.5, &(nn_split_options){.stratify = true});
    ck_assert_ptr_null(none.train);
    no_data(g, "test_data_split.c", none.test, AG_ERR_VALUE, "split", "\"yew\"", "one row", LINE);
    no_data(g, HERE, nn_fold(d, 0, 2, &(nn_split_options){.stratify = true}).test, AG_ERR_VALUE,
            "fold", "\"yew\"", LINE);
    disjoint(nn_split(d, 0.5, NULL), 10);
    nn_data *plain = nn_data_from(g, AG_SHAPE(2, 1), (const double[]){1, 2}, AG_SCALAR, NULL);
    no_data(g, HERE, nn_split(plain, 0.5, &(nn_split_options){.stratify = true}).test, AG_ERR_DTYPE,
            "no classes", LINE);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_three)
{
    g = ag_graph_new();
    const int64_t sizes[] = {50, 31, 9};
    nn_data *d = set_with(g, sizes, 3);
    for (uint64_t seed = 0; seed < 20; seed++) {
        nn_thirds t = nn_split3(d, 0.2, 0.3, &(nn_split_options){.stratify = true, .seed = seed});
        int count[90] = {0};
        const nn_data *part[] = {t.train, t.validation, t.test};
        const double share[] = {0.5, 0.2, 0.3};
        for (int p = 0; p < 3; p++) {
            int64_t classes[3];
            count_rows(part[p], count, 90);
            expect_ok(nn_class_counts(part[p], classes, 3));
            for (int c = 0; c < 3; c++) {
                ck_assert(fabs((double)classes[c] - share[p] * (double)sizes[c]) < 1);
            }
        }
        for (int i = 0; i < 90; i++) {
            ck_assert_int_eq(count[i], 1);
        }
    }
    nn_thirds t = nn_split3(d, 0.2, 0.1, &(nn_split_options){.in_order = true});
    ck_assert_int_eq(nn_stored_row(t.train, 0), 0);
    ck_assert_int_eq(nn_stored_row(t.validation, 0), 63);
    ck_assert_int_eq(nn_stored_row(t.test, 0), 81);
    no_data(g, HERE, nn_split3(d, 0.5, 0.5, NULL).train, AG_ERR_VALUE, "split3", "share of 1",
            LINE);
    no_data(g, HERE, nn_split3(d, 0.001, 0.5, NULL).train, AG_ERR_VALUE, "no validation row", LINE);
    ag_graph_free(g);
}
END_TEST

/* Statement 18: disjoint, cover every row once, sizes differ by one at most. */
static void check_folds(nn_data *d, int64_t of, const nn_split_options *o)
{
    int64_t n = nn_rows(d), low = n, high = 0;
    int tested[2000] = {0};
    for (int64_t f = 0; f < of; f++) {
        nn_halves h = nn_fold(d, f, of, o);
        disjoint(h, n);
        count_rows(h.test, tested, n);
        low = nn_rows(h.test) < low ? nn_rows(h.test) : low;
        high = nn_rows(h.test) > high ? nn_rows(h.test) : high;
        for (int64_t c = 0; c < nn_classes(d) && o != NULL && o->stratify; c++) {
            int64_t all[8], here[8];
            expect_ok(nn_class_counts(d, all, nn_classes(d)));
            expect_ok(nn_class_counts(h.test, here, nn_classes(d)));
            ck_assert(fabs((double)here[c] - (double)all[c] / (double)of) < 1);
        }
    }
    ck_assert_int_le(high - low, 1);
    for (int64_t i = 0; i < n; i++) {
        ck_assert_int_eq(tested[i], 1);
    }
}

START_TEST(test_folds)
{
    g = ag_graph_new();
    const int64_t sizes[] = {23, 50, 8, 4};
    nn_data *d = set_with(g, sizes, 4);
    for (int64_t of = 2; of < 13; of++) {
        check_folds(d, of, NULL);
        check_folds(d, of, &(nn_split_options){.stratify = true, .seed = 9});
        check_folds(d, of, &(nn_split_options){.in_order = true});
        check_folds(d, of, &(nn_split_options){.in_order = true, .stratify = true});
    }
    nn_halves second = nn_fold(d, 1, 4, &(nn_split_options){.in_order = true});
    ck_assert_int_eq(nn_stored_row(second.test, 0), 22); /* 22, 21, 21, 21 neighbors */
    ck_assert_int_eq(nn_rows(second.test), 21);
    /* Nested: the training part is folded again, and its test rows are of it. */
    nn_halves inner = nn_fold(second.train, 0, 5, &(nn_split_options){.stratify = true});
    int count[85] = {0};
    count_rows(inner.train, count, 85);
    count_rows(inner.test, count, 85);
    count_rows(second.test, count, 85);
    for (int i = 0; i < 85; i++) {
        ck_assert_int_eq(count[i], 1);
    }
    no_data(g, HERE, nn_fold(d, 5, 5, NULL).test, AG_ERR_VALUE, "fold 5 of 5", LINE);
    no_data(g, HERE, nn_fold(d, -1, 5, NULL).test, AG_ERR_VALUE, "fold -1", LINE);
    no_data(g, HERE, nn_fold(d, 0, 1, NULL).test, AG_ERR_VALUE, "of 1", LINE);
    no_data(g, HERE, nn_fold(d, 0, 86, NULL).test, AG_ERR_VALUE, "of 86, of 85 rows", LINE);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_leave_one_out)
{
    g = ag_graph_new();
    nn_data *d = set_of(g, 5, 2);
    for (int64_t i = 0; i < 5; i++) {
        nn_halves h = nn_leave_one_out(d, i);
        disjoint(h, 5);
        ck_assert_int_eq(nn_rows(h.test), 1);
        ck_assert_int_eq(nn_stored_row(h.test, 0), i);
    }
    no_data(g, HERE, nn_leave_one_out(d, 5).test, AG_ERR_VALUE, "fold 5 of 5", LINE);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_given)
{
    g = ag_graph_new();
    nn_data *d = set_of(g, 5, 2);
    nn_halves h = nn_split_rows(d, (const int64_t[]){4, 1}, 2);
    disjoint(h, 5);
    ck_assert_int_eq(nn_stored_row(h.test, 0), 1);
    ck_assert_int_eq(nn_stored_row(h.test, 1), 4);
    no_data(g, HERE, nn_split_rows(d, (const int64_t[]){1, 1}, 2).test, AG_ERR_VALUE, "row 1 twice",
            LINE);
    no_data(g, HERE, nn_split_rows(d, (const int64_t[]){5}, 1).test, AG_ERR_VALUE, "row 5", LINE);
    no_data(g, HERE, nn_split_rows(d, NULL, 1).test, AG_ERR_VALUE, "no list", LINE);
    no_data(g, HERE, nn_split_rows(d, NULL, 0).test, AG_ERR_VALUE, "no test row", LINE);
    no_data(g, HERE, nn_split_marked(d, "test").test, AG_ERR_VALUE, "\"test\"", LINE);
    no_data(g, HERE, nn_split_marked(d, NULL).test, AG_ERR_VALUE, "no extra column", LINE);
    no_data(g, HERE, nn_split(d, 0, NULL).test, AG_ERR_VALUE, "share of 0", LINE);
    no_data(g, HERE, nn_split(d, 1, NULL).test, AG_ERR_VALUE, "share of 1", LINE);
    no_data(g, HERE, nn_split(d, NAN, NULL).test, AG_ERR_VALUE, "share of nan", LINE);
    no_data(g, HERE, nn_split(d, 0.01, NULL).test, AG_ERR_VALUE, "no test row of 5", LINE);
    no_data(g, HERE, nn_split(d, 0.99, NULL).test, AG_ERR_VALUE, "no training row of 5", LINE);
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("split", test_sizes, test_random, test_stratified, test_three, test_folds,
           test_leave_one_out, test_given)
