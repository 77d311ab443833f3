/* Proves the search: every point of a grid in every fold, the same result for any number of
 * threads, random points in their ranges, halving by the formula, failures that are told and do not
 * win, nested folds that see no test row.
 */
#include "tests/nn/train/fit_cases.h"

enum { ROWS = 23 };

static const nn_axis grid[] = {{.name = "a", .values = (const double[]){1, 2, 3}, .n = 3},
                               {.name = "b", .values = (const double[]){0.5, 0.25}, .n = 2}};

static nn_search_options options(int threads)
{
    return (nn_search_options){.folds = 4, .threads = threads, .seed = 5, .show = NN_SHOW_NOTHING};
}

/* The sum of the inputs of the test rows, so that each fold has its own; and of random numbers. */
static double formula(const nn_trial *t)
{
    double x[2], sum = 0;
    for (int64_t i = 0; i < nn_rows(t->test); i++) {
        ck_assert_int_eq(nn_get_sample(t->test, i, x, 2), AG_OK);
        sum += x[0] + 10 * x[1];
    }
    ck_assert_int_eq(nn_rows(t->train) + nn_rows(t->test), ROWS);
    ck_assert_ptr_eq(nn_graph_of_data(t->train), t->graph);
    double best = -(t->at[0] - 2) * (t->at[0] - 2) - t->at[1];
    return 100 * best + sum + ag_random_uniform(t->graph);
}

/* --- the grid --------------------------------------------------------------------------------- */

/* Points of a fold differ by their values alone; mean and deviation are those of the folds. */
static void scores_agree(const nn_search_result *r, const double *at)
{
    for (int p = 0; p < 6; p++) {
        double sum = 0, squares = 0, a = at[2 * p], b = at[2 * p + 1];
        for (int k = 0; k < 4; k++) {
            double gap = r->score[p * 4 + k] - r->score[k];
            expect_near(gap, 100 * (-(a - 2) * (a - 2) - b + 1.5), 1e-9);
            sum += r->score[p * 4 + k];
        }
        for (int k = 0; k < 4; k++) {
            double off = r->score[p * 4 + k] - sum / 4;
            squares += off * off;
        }
        expect_near(r->mean[p], sum / 4, 1e-12);
        expect_near(r->deviation[p], sqrt(squares / 3), 1e-12);
    }
}

START_TEST(test_grid)
{
    ag_graph *g = case_graph(AG_F64);
    nn_data *d = numbered(g, ROWS);
    nn_search_options o = options(2);
    nn_search_result *r = nn_search(d, grid, 2, formula, NULL, &o);
    all_well(g);
    ck_assert_int_eq(r->points, 6);
    const double want[] = {1, 0.5, 1, 0.25, 2, 0.5, 2, 0.25, 3, 0.5, 3, 0.25};
    expect_numbers(HERE, "points", r->point, want, 12, 0);
    ck_assert_int_eq(r->best, 3);
    expect_same(nn_search_value(r, r->best, "b"), 0.25);
    ck_assert(nn_search_value(r, 0, "c") != nn_search_value(r, 0, "c"));
    scores_agree(r, want);
    ck_assert_int_eq(r->failed, 0);
    o.less_is_better = true;
    ck_assert_int_eq(nn_search(d, grid, 2, formula, NULL, &o)->best, 0);
    ag_graph_free(g);
}
END_TEST

static double trained_score(const nn_trial *t)
{
    ag_graph *g = t->graph;
    nn_module *net =
        nn_sequential(g, nn_standardize(g, t->train), nn_linear(g, (int64_t)t->at[0], NULL),
                      nn_tanh(g), nn_dropout(g, t->at[1]), nn_linear(g, 2, NULL));
    nn_fit(net, t->train,
           &(nn_fit_options){
               .loss = nn_cross_entropy, .epochs = 3, .batch = 8, .show = NN_SHOW_NOTHING});
    return nn_evaluate(net, t->test, &(nn_evaluate_options){.loss = nn_cross_entropy}).loss;
}

/* Training in threads: the same bits as in one. */
START_TEST(test_threads)
{
    ag_graph *g = case_graph(AG_F64);
    nn_data *d = labelled(g, 60);
    nn_search_options o = options(1);
    o.stratify = true;
    o.less_is_better = true;
    const nn_search_result *one = nn_search(d, grid, 2, trained_score, NULL, &o);
    all_well(g);
    for (int threads = 2; threads <= 8; threads *= 2) {
        o.threads = threads;
        const nn_search_result *r = nn_search(d, grid, 2, trained_score, NULL, &o);
        ck_assert_mem_eq(one->score, r->score, 24 * sizeof(double));
        ck_assert_int_eq(one->best, r->best);
    }
    o.seed = 6;
    const nn_search_result *other = nn_search(d, grid, 2, trained_score, NULL, &o);
    ck_assert_mem_ne(one->score, other->score, 24 * sizeof(double));
    ag_graph_free(g);
}
END_TEST

/* --- random points and halving ---------------------------------------------------------------- */

static double first_value(const nn_trial *t)
{
    return t->at[0];
}

START_TEST(test_random)
{
    ag_graph *g = case_graph(AG_F64);
    const nn_axis axes[] = {{.name = "rate", .low = 1e-4, .high = 1, .log = true},
                            {.name = "width", .low = 1, .high = 9, .whole = true},
                            {.name = "b", .values = (const double[]){3, 7}, .n = 2}};
    nn_search_options o = options(2);
    o.random = 400;
    o.folds = 2;
    nn_data *d = numbered(g, 6);
    const nn_search_result *r = nn_search(d, axes, 3, first_value, NULL, &o);
    all_well(g);
    int small = 0, sevens = 0;
    for (int p = 0; p < 400; p++) {
        double rate = nn_search_value(r, p, "rate"), width = nn_search_value(r, p, "width");
        double b = nn_search_value(r, p, "b");
        ck_assert(rate >= 1e-4 && rate <= 1 && width >= 1 && width <= 9 && width == floor(width));
        ck_assert(b == 3 || b == 7);
        ck_assert(rate <= nn_search_value(r, r->best, "rate"));
        small += rate < 1e-2;
        sevens += b == 7;
    }
    /* Half of them each; four deviations of the binomial distribution are 40. */
    ck_assert_int_le(abs(small - 200), 40);
    ck_assert_int_le(abs(sevens - 200), 40);
    o.random = 10; /* a point does not depend on how many there are */
    const nn_search_result *few = nn_search(d, axes, 3, first_value, NULL, &o);
    ck_assert_mem_eq(r->point, few->point, 30 * sizeof(double));
    ag_graph_free(g);
}
END_TEST

/* Points improve with their budget, each at its own rate; so that the order changes on the way. */
static double by_budget(const nn_trial *t)
{
    int *counts = *(int *const *)t->user;
    if (counts != NULL) {
        counts[(int)t->at[0]]++;
    }
    return t->at[0] * 10 + t->budget;
}

START_TEST(test_halving)
{
    ag_graph *g = case_graph(AG_F64);
    int count[9] = {0}, *at = count;
    const double values[] = {4, 0, 8, 2, 6, 1, 5, 3, 7};
    const nn_axis axis = {.name = "a", .values = values, .n = 9};
    nn_search_options o = options(1);
    o.folds = 2;
    o.halving = 3;
    o.first_budget = 2;
    o.last_budget = 20; /* 2, 6, 18, 20 */
    const nn_search_result *r = nn_search(numbered(g, 6), &axis, 1, by_budget, &at, &o);
    all_well(g);
    ck_assert_int_eq(r->best, 2); /* 8 */
    for (int p = 0; p < 9; p++) {
        int a = (int)values[p];
        double budget = a == 8 ? 20 : a >= 6 ? 6 : 2;
        expect_same(r->budget[p], budget);
        expect_same(r->mean[p], a * 10 + budget);
        ck_assert_int_eq(count[a], 2 * (a == 8 ? 4 : a >= 6 ? 2 : 1));
    }
    ag_graph_free(g);
}
END_TEST

/* --- failures --------------------------------------------------------------------------------- */

static double sometimes(const nn_trial *t)
{
    if (t->at[0] == 3) {
        return (double)NAN;
    }
    if (t->at[0] == 2) {
        ag_fail(t->graph, AG_ERR_VALUE, NULL, "point %g fails", t->at[1]);
        return 1000;
    }
    return t->at[1];
}

static double never(const nn_trial *t)
{
    ag_fail(t->graph, AG_ERR_VALUE, NULL, "nothing works with %g and %g", t->at[0], t->at[1]);
    return 1;
}

START_TEST(test_failures)
{
    ag_graph *g = case_graph(AG_F64);
    nn_data *d = numbered(g, ROWS);
    for (int threads = 1; threads <= 4; threads++) {
        nn_search_options o = options(threads);
        const nn_search_result *r = nn_search(d, grid, 2, sometimes, NULL, &o);
        all_well(g);
        ck_assert_int_eq(r->best, 0);
        ck_assert_int_eq(r->failed, 16);
        ck_assert(r->mean[2] != r->mean[2]);
        ck_assert_ptr_nonnull(strstr(r->failure, "point 0.5 fails"));
        no_tensor(g, HERE, (void *)nn_search(d, grid, 2, never, NULL, &o), AG_ERR_VALUE, LINE,
                  "no point succeeded", "nothing works with 1 and 0.5");
    }
    ag_graph_free(g);
}
END_TEST

#define refuses(axes, n, status, ...)                                                              \
    no_tensor(g, HERE, (void *)nn_search(d, axes, n, first_value, NULL, &o), status, LINE,         \
              "nn_search: ", __VA_ARGS__)

START_TEST(test_wrong_axes)
{
    ag_graph *g = case_graph(AG_F64);
    nn_data *d = numbered(g, 6);
    nn_search_options o = options(1);
    nn_axis range = {.name = "r", .low = 0, .high = 1};
    refuses(grid, 0, AG_ERR_VALUE, "0 axes");
    refuses(&range, 1, AG_ERR_VALUE, "\"r\" has no values", ".random");
    o.random = 3;
    range.log = true;
    refuses(&range, 1, AG_ERR_VALUE, "from 0 to 1", "logarithmic");
    o.random = 0;
    const nn_axis many[] = {{.name = "x", .values = (const double[2000]){0}, .n = 2000},
                            {.name = "y", .values = (const double[2000]){0}, .n = 2000}};
    refuses(many, 2, AG_ERR_VALUE, "more than 1000000 points", ".random");
    ag_graph_free(g);
}
END_TEST

START_TEST(test_wrong_options)
{
    ag_graph *g = case_graph(AG_F64);
    nn_data *d = numbered(g, 6);
    nn_search_options o = options(1);
    o.folds = 7;
    no_tensor(g, HERE, (void *)nn_search(d, grid, 2, first_value, NULL, &o), AG_ERR_VALUE, LINE);
    o.folds = 1;
    refuses(grid, 2, AG_ERR_VALUE, "folds 1");
    o.folds = 2;
    o.halving = 2;
    refuses(grid, 2, AG_ERR_VALUE, "first_budget");
    o.halving = 0;
    no_tensor(g, HERE, (void *)nn_search(d, grid, 2, NULL, NULL, &o), AG_ERR_NULL_ARGUMENT, LINE,
              "score");
    ck_assert_ptr_null(nn_search(NULL, grid, 2, first_value, NULL, &o));
    no_tensor(g, HERE, (void *)nn_search_nested(d, 1, grid, 2, first_value, NULL, &o), AG_ERR_VALUE,
              LINE, "1 outer folds");
    ag_graph_free(g);
}
END_TEST

/* --- text ------------------------------------------------------------------------------------- */

static char text[5000];
static const char *text_of(FILE *f)
{
    rewind(f);
    text[fread(text, 1, sizeof text - 1, f)] = '\0';
    return text;
}

/* The best first, failures last; progress in lines. */
START_TEST(test_table)
{
    ag_graph *g = case_graph(AG_F64);
    nn_search_options o = options(2);
    FILE *shown = tmpfile(), *table = tmpfile();
    o.show = NN_SHOW_LINES;
    o.show_on = shown;
    const nn_search_result *r = nn_search(numbered(g, ROWS), grid, 2, sometimes, NULL, &o);
    expect_ok(nn_print_search(table, r));
    const char *t = text_of(table);
    const char *best = "    0           1         0.5         0.5           0  best\n";
    ck_assert_msg(strncmp(t, "point           a           b        mean   deviation\n", 54) == 0,
                  "%s", t);
    ck_assert_msg(strncmp(t + 54, best, strlen(best)) == 0, "%s", t);
    ck_assert_ptr_nonnull(strstr(t, "\n    5           3        0.25      failed      failed\n"));
    ck_assert_ptr_nonnull(strstr(t, "16 trials failed; the first: point 0.5 fails"));
    const char *s = text_of(shown);
    ck_assert(strncmp(s, "trial 1/24  best score ", 23) == 0);
    ck_assert_ptr_nonnull(strstr(s, "\ntrial 20/24  best score 0.5  "));
    ck_assert_ptr_nonnull(strstr(s, "\ntrial 24/24  best score 0.5  "));
    ck_assert_int_eq(nn_print_search(NULL, r), AG_ERR_NULL_ARGUMENT);
    fclose(shown);
    fclose(table);
    ag_graph_free(g);
}
END_TEST

/* --- nested ----------------------------------------------------------------------------------- */

/* Notes which rows were seen in training and test of trials with the outer test row's mark. */
static double nested_score(const nn_trial *t)
{
    return -fabs(t->at[0] - 2) + 0.01 * (double)nn_rows(t->train);
}

START_TEST(test_nested)
{
    ag_graph *g = case_graph(AG_F64);
    nn_search_options o = options(2);
    const nn_nested_result *r =
        nn_search_nested(numbered(g, 20), 5, grid, 2, nested_score, NULL, &o);
    all_well(g);
    ck_assert_int_eq(r->folds, 5);
    for (int k = 0; k < 5; k++) {
        expect_same(r->point[2 * k], 2);
        expect_near(r->score[k], 0.16, 1e-12); /* trained with all 16 rows of the outer part */
    }
    expect_near(r->mean, 0.16, 1e-12);
    expect_near(r->deviation, 0, 1e-12);
    const nn_nested_result *trained =
        nn_search_nested(labelled(g, 40), 3, grid, 2, trained_score, NULL,
                         &(nn_search_options){.folds = 3, .show = NN_SHOW_NOTHING});
    all_well(g);
    ck_assert(trained->mean > 0 && trained->deviation > 0);
    no_tensor(g, HERE, (void *)nn_search_nested(numbered(g, 20), 5, grid, 2, never, NULL, &o),
              AG_ERR_VALUE, "nothing works");
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("search", test_grid, test_threads, test_random, test_halving, test_failures,
           test_wrong_axes, test_wrong_options, test_table, test_nested)
