/* What columns of a table become, statement 46: targets, classes in their order, text as numbers in
 * five ways, a test file read as its training file was, columns beside; and the lectures' tables.
 */
#include "files.h"
#include "nn/formats/csv.h"

static ag_graph *g;

static void open_graph(void)
{
    g = ag_graph_new();
}

static void close_graph(void)
{
    all_well(g);
    ag_graph_free(g);
}

static nn_data *parse(const char *text, nn_csv o)
{
    return nn__read_csv_bytes((ag__at_graph)(g, "here"), "t.csv", text, strlen(text), &o);
}

#define PARTS(...)                                                                                 \
    (const char *const[])                                                                          \
    {                                                                                              \
        __VA_ARGS__, NULL                                                                          \
    }
static void refused(const nn_data *d, const char *const *part)
{
    failed_data(g, d, AG_ERR_IO, "", part);
}

static void has_columns(const nn_data *d, const char *names)
{
    char list[400] = "";
    ck_assert_msg(d != NULL, "%s", ag_error_message(g));
    for (int64_t j = 0; j < nn_sample_size(d); j++) {
        strcat(strcat(list, j > 0 ? " " : ""), nn_column_name(d, j));
    }
    ck_assert_str_eq(list, names);
}

static void has_classes(const nn_data *d, const char *names)
{
    char list[400] = "";
    ck_assert_msg(d != NULL, "%s", ag_error_message(g));
    for (int64_t c = 0; c < nn_classes(d); c++) {
        strcat(strcat(list, c > 0 ? " " : ""), nn_class_name(d, c));
    }
    ck_assert_str_eq(list, names);
}

START_TEST(test_target)
{
    open_graph();
    const char *text = "a,b,c\n1,2,3\n4,5,6\n";
    nn_data *d = parse(text, (nn_csv){.target = "b"});
    has_columns(d, "a c");
    expect_values(nn_inputs(d), 1, 3, 4, 6);
    expect_values(nn_targets(d), 2, 5);
    ck_assert_int_eq(nn_target_shape(d).ndim, 1); /* [1]: a batch is [n,1], as a network's output */
    ck_assert_str_eq(nn_target_name(d, 0), "b");
    d = parse(text, (nn_csv){.target = "c", .more_targets = {"a"}});
    has_columns(d, "b");
    expect_values(nn_targets(d), 1, 3, 4, 6);
    ck_assert_str_eq(nn_target_name(d, 0), "a");
    has_columns(parse(text, (nn_csv){.columns = {"c", "a"}}), "a c");
    has_columns(parse(text, (nn_csv){.target = "a", .without = {"c"}}), "b");
    refused(parse(text, (nn_csv){.target = "d"}), PARTS("no column \"d\" (.target)", "a, b, c"));
    refused(parse(text, (nn_csv){.target = "a", .columns = {"a", "b"}}),
            PARTS("column 1 \"a\"", "cannot be an input"));
    refused(parse(text, (nn_csv){.more_targets = {"a"}}), PARTS(".more_targets without .target"));
    refused(parse(text, (nn_csv){.without = {"a", "b", "c"}}), PARTS("no column is left for x"));
    refused(parse(text, (nn_csv){.target = "b", .classes = true, .more_targets = {"a"}}),
            PARTS("classes among several targets"));
    close_graph();
}
END_TEST

/* Sorted by bytes, as scikit-learn's LabelEncoder; numbers by size, equal ones once. */
START_TEST(test_classes)
{
    open_graph();
    nn_data *d = parse("x,t\n1,b\n2,B\n3,10\n4,9\n5,\xC3\xA4\n6,a\n7,b\n", (nn_csv){.target = "t"});
    has_classes(d, "10 9 B a b \xC3\xA4");
    expect_values(nn_targets(d), 4, 2, 0, 1, 5, 3, 4);
    ck_assert_int_eq(nn_target_shape(d).ndim, 0);
    d = parse("x,t\n1,10\n2,9\n3,9.0\n4,-1\n5,1e1\n", (nn_csv){.target = "t", .classes = true});
    has_classes(d, "-1 9 10");
    expect_values(nn_targets(d), 2, 1, 1, 0, 2);
    d = parse("x,t\n1,0\n2,1\n", (nn_csv){.target = "t"});
    ck_assert_int_eq(nn_classes(d), 0); /* numbers, unless it is said */
    /* A class whose rows are all left out is none. */
    d = parse("x,t\n1,a\n,b\n3,c\n", (nn_csv){.target = "t", .when_missing = NN_MISSING_DROP});
    has_classes(d, "a c");
    expect_values(nn_targets(d), 0, 1);
    char many[2000] = "x,t\n";
    for (int i = 0; i < 101; i++) {
        sprintf(many + strlen(many), "1,%d.5\n", i);
    }
    refused(parse(many, (nn_csv){.target = "t", .classes = true}),
            PARTS("line 102, column 2 \"t\"", "\"100.5\" is one category more than 100"));
    nn_csv more = {.target = "t", .classes = true, .most_categories = 101};
    ck_assert_int_eq(nn_classes(parse(many, more)), 101);
    close_graph();
}
END_TEST

static const char *const sizes = "n,size,color\n1,M,red\n2,L,blue\n3,M,red\n4,S,red\n";

START_TEST(test_text)
{
    open_graph();
    refused(parse(sizes, (nn_csv){.text = NN_TEXT_REFUSED}),
            PARTS("line 2, column 2 \"size\"", "text in a column of x: \"M\""));
    nn_data *d = parse(sizes, (nn_csv){.text = NN_TEXT_ONE_HOT});
    has_columns(d, "n size=L size=M size=S color=blue color=red");
    expect_values(nn_inputs(d), 1, 0, 1, 0, 0, 1, 2, 1, 0, 0, 1, 0, 3, 0, 1, 0, 0, 1, 4, 0, 0, 1, 0,
                  1);
    d = parse(sizes, (nn_csv){.text = NN_TEXT_DUMMIES});
    has_columns(d, "n size=M size=S color=red");
    expect_values(nn_inputs(d), 1, 1, 0, 1, 2, 0, 0, 0, 3, 1, 0, 1, 4, 0, 1, 1);
    d = parse(sizes, (nn_csv){.text = NN_TEXT_MODEL_MATRIX});
    has_columns(d, "n size=L size=M size=S color=red");
    d = parse(sizes, (nn_csv){.text = NN_TEXT_NUMBERS});
    has_columns(d, "n size color");
    expect_values(nn_inputs(d), 1, 1, 1, 2, 0, 0, 3, 1, 1, 4, 2, 1);
    d = parse(sizes, (nn_csv){.text = NN_TEXT_DUMMIES, .other_column = true, .without = {"n"}});
    has_columns(d, "size=M size=S size=(other) color=red color=(other)");
    /* Numbers that are no numbers. */
    d = parse("zip,y\n8001,1\n08001,2\n900,3\n",
              (nn_csv){.target = "y", .categorical = {"zip"}, .text = NN_TEXT_NUMBERS});
    expect_values(nn_inputs(d), 1, 2, 0);
    /* A missing category is NaN in all of its numbers. */
    d = parse("c\nx\nNA\ny\n", (nn_csv){.text = NN_TEXT_ONE_HOT, .when_missing = NN_MISSING_KEPT});
    const double want[] = {1, 0, NAN, NAN, 0, 1};
    expect_value(HERE, nn_inputs(d), want, 6, 0);
    refused(parse("c\nx\nx\n", (nn_csv){.text = NN_TEXT_DUMMIES}), PARTS("x has no numbers"));
    close_graph();
}
END_TEST

/* A file for testing is coded as the training file was, whatever its own order and categories are.
 */
START_TEST(test_like)
{
    open_graph();
    nn_csv o = {.target = "t", .text = NN_TEXT_ONE_HOT, .other_column = true};
    nn_data *train = parse("a,c,t\n1,x,up\n2,y,down\n3,x,up\n", o);
    has_columns(train, "a c=x c=y c=(other)");
    o.like = train;
    nn_data *test = parse("t,more,c,a\nup,?,z,7\ndown,,y,8\n", o);
    has_columns(test, "a c=x c=y c=(other)");
    expect_values(nn_inputs(test), 7, 0, 0, 1, 8, 0, 1, 0);
    expect_values(nn_targets(test), 1, 0);
    has_classes(test, "down up");
    refused(parse("a,c,t\n1,x,left\n", o),
            PARTS("line 2, column 3 \"t\"", "\"left\" is not among"));
    refused(parse("a,t\n1,up\n", o), PARTS("no column \"c\" (.like)"));
    refused(parse("a,c,t\none,x,up\n", o), PARTS("line 2, column 1 \"a\"", "\"one\" is no number"));
    nn_csv closed = {.text = NN_TEXT_DUMMIES};
    closed.like = parse("c,d\nx,1\ny,2\n", closed);
    expect_values(nn_inputs(parse("c,d\ny,3\nx,4\n", closed)), 1, 3, 0, 4);
    refused(parse("c,d\nz,3\n", closed),
            PARTS("line 2, column 1 \"c\"", "\"z\" is not among the 2", ".other_column"));
    /* Classes that are numbers are the same numbers, however they are written. */
    nn_csv digit = {.target = "t", .classes = true};
    digit.like = parse("x,t\n1,3\n1,7\n1,10\n", digit);
    expect_values(nn_targets(parse("x,t\n1,7.0\n1,1e1\n", digit)), 1, 2);
    refused(parse("x,t\n1,4\n", digit), PARTS("\"4\" is not among"));
    /* A view of the training data will do, and what was read without a target. */
    closed.like = nn_rows_between(closed.like, 0, 1);
    expect_values(nn_inputs(parse("c,d\ny,3\n", closed)), 1, 3);
    close_graph();
}
END_TEST

START_TEST(test_extra)
{
    open_graph();
    nn_csv o = {.target = "y", .extra = {"test", "group", "w"}};
    nn_data *d = parse("x,y,test,w,group\n1,2,0,0.5,f\n3,4,1,2,m\n5,6,0,1,f\n", o);
    has_columns(d, "x");
    expect_same(nn_extra(d, "w", 1), 2);
    expect_same(nn_extra(d, "group", 2), 0);
    ck_assert_int_eq(nn_extra_classes(d, "group"), 2);
    ck_assert_int_eq(nn_extra_classes(d, "w"), 0);
    ck_assert_str_eq(nn_extra_class_name(d, "group", 1), "m");
    ck_assert_ptr_null(nn_extra_class_name(d, "group", 2));
    ck_assert_ptr_null(nn_extra_class_name(d, "none", 0));
    nn_halves h = nn_split_marked(d, "test");
    ck_assert_int_eq(nn_rows(h.test), 1);
    expect_same(nn_extra(h.test, "w", 0), 2);
    expect_same(nn_extra(h.train, "w", 1), 1);
    expect_same(nn_extra(nn_fill_missing(h.train, d), "w", 1), 1); /* copies keep them */
    ck_assert(nn_extra(d, "w", 3) != nn_extra(d, "w", 3));
    ck_assert(nn_extra(d, NULL, 0) != nn_extra(d, NULL, 0));
    /* A column may be an input as well. */
    d = parse("x,y,g\n1,2,3\n", (nn_csv){.target = "y", .columns = {"x", "g"}, .extra = {"g"}});
    has_columns(d, "x g");
    expect_same(nn_extra(d, "g", 0), 3);
    close_graph();
}
END_TEST

/* 263 complete rows and 20 predictors: R's model.matrix(Salary ~ . - 1). */
START_TEST(test_hitters)
{
    open_graph();
    const char *path = shared_file("tables/Hitters.csv"),
               *rows = shared_file("lecture/hitters_test_rows.csv");
    if (path != NULL && rows != NULL) {
        nn_data *d = nn_read_csv(g, path,
                                 &(nn_csv){.target = "Salary",
                                           .text = NN_TEXT_MODEL_MATRIX,
                                           .when_missing = NN_MISSING_DROP});
        has_columns(d,
                    "AtBat Hits HmRun Runs RBI Walks Years CAtBat CHits CHmRun CRuns CRBI CWalks "
                    "League=A League=N Division=W PutOuts Assists Errors NewLeague=N");
        ck_assert_int_eq(nn_rows(d), 263);
        ck_assert_int_eq(nn_stored_row(d, 0), 1);
        nn_data *list = nn_read_csv(g, rows, NULL);
        int64_t test[87];
        ck_assert_int_eq(nn_rows(list), 87);
        for (int64_t i = 0; i < 87; i++) {
            test[i] = (int64_t)first_number(list, i);
        }
        nn_halves h = nn_split_rows(d, test, 87);
        ck_assert_int_eq(nn_rows(h.train), 176);
    }
    close_graph();
}
END_TEST

START_TEST(test_lectures)
{
    static const struct {
        const char *file, *target;
        int64_t rows, columns, classes, test;
    } want[] = {{"lecture/circles.csv", "class", 1000, 2, 2, 200},
                {"lecture/iris_split.csv", "species", 150, 4, 3, 30},
                {"lecture/movies.csv", "hit", 333, 6, 2, 83}};
    open_graph();
    for (int i = 0; i < 3; i++) {
        const char *path = shared_file(want[i].file);
        if (path != NULL) {
            nn_csv o = {.target = want[i].target, .classes = true, .extra = {"test"}};
            nn_data *d = nn_read_csv(g, path, &o);
            ck_assert_int_eq(nn_rows(d), want[i].rows);
            ck_assert_int_eq(nn_sample_size(d), want[i].columns);
            ck_assert_int_eq(nn_classes(d), want[i].classes);
            ck_assert_int_eq(nn_rows(nn_split_marked(d, "test").test), want[i].test);
        }
    }
    const char *iris = shared_file("tables/iris.csv"), *films = shared_file("tables/films.csv");
    if (iris != NULL) {
        has_classes(nn_read_csv(g, iris, NULL), "setosa versicolor virginica");
    }
    if (films != NULL) {
        nn_csv o = {.target = "imdb_rating",
                    .columns = {"production_budget", "running_time_min", "major_genre"},
                    .text = NN_TEXT_DUMMIES,
                    .when_missing = NN_MISSING_DROP};
        nn_data *d = nn_read_csv(g, films, &o);
        ck_assert_int_gt(nn_rows(d), 1000);
        ck_assert_int_eq(nn_sample_size(d), 2 + 11);
    }
    close_graph();
}
END_TEST

CHECK_MAIN("csv_columns", test_target, test_classes, test_text, test_like, test_extra, test_hitters,
           test_lectures)
