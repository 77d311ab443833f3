/* Tables, statement 44: quotes, ends of lines, numbers, missing values, ragged rows, what is
 * refused and where; 45: a point in every locale; 47: scikit-learn's first line.
 */
#include "comma.h"
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

static nn_data *parse_with(const char *text, const nn_csv *o)
{
    return nn__read_csv_bytes((ag__at_graph)(g, "here"), "t.csv", text, strlen(text), o);
}

static nn_data *parse(const char *text)
{
    return parse_with(text, NULL);
}

/* Braces of options would be cut at their commas in a macro's argument; this takes none. */
#define PARTS(...)                                                                                 \
    (const char *const[])                                                                          \
    {                                                                                              \
        __VA_ARGS__, NULL                                                                          \
    }

/* The numbers of x, and how many rows and columns. */
static void expect_x(const nn_data *d, int64_t rows, int64_t columns, const double *want)
{
    ck_assert_msg(d != NULL, "%s", ag_error_message(g));
    ck_assert_int_eq(nn_rows(d), rows);
    ck_assert_int_eq(nn_sample_size(d), columns);
    expect_value(HERE, nn_inputs(d), want, rows * columns, 0);
}

static void refused(const nn_data *d, const char *const *part)
{
    const char *message = ag_error_message(g);
    ck_assert_msg(strstr(message, "read_csv: t.csv: ") == message, "%s", message);
    ck_assert_ptr_nonnull(strstr(message, "; at here"));
    failed_data(g, d, AG_ERR_IO, "", part);
}

START_TEST(test_lines)
{
    open_graph();
    expect_x(parse_with("a,b\n1,2\n3,4\n", NULL), 2, 2, VALUES(1, 2, 3, 4));
    expect_x(parse_with("a,b\n1,2\n3,4", NULL), 2, 2,
             VALUES(1, 2, 3, 4)); /* the last line without an end */
    expect_x(parse_with("a,b\r\n1,2\r\n3,4\r\n", NULL), 2, 2, VALUES(1, 2, 3, 4));
    expect_x(parse_with("a,b\r1,2\r3,4", NULL), 2, 2, VALUES(1, 2, 3, 4));
    expect_x(parse_with("\xEF\xBB\xBF"
                        "a,b\n1,2\n",
                        NULL),
             1, 2, VALUES(1, 2));
    expect_x(parse_with("\n\n  \na,b\n\n1,2\n \t \r\n\r3,4\n\n", NULL), 2, 2, VALUES(1, 2, 3, 4));
    expect_x(parse_with("a,b,\n1,2,\n3,4,\n", NULL), 2, 2,
             VALUES(1, 2, 3, 4)); /* separators at the ends of lines */
    expect_x(parse_with("a,b\n1,2,\n3,4\n", NULL), 2, 2, VALUES(1, 2, 3, 4));
    expect_x(parse_with("1,2,\n3,4,\n", NULL), 2, 2, VALUES(1, 2, 3, 4));
    expect_x(parse_with("1,2,\n3,4,5\n", &(nn_csv){.when_missing = NN_MISSING_DROP}), 1, 3,
             VALUES(3, 4, 5));
    expect_x(parse_with("1\n2\n3", NULL), 3, 1, VALUES(1, 2, 3));
    expect_x(parse_with(" a , b \n 1 ,\t2 \n", NULL), 1, 2, VALUES(1, 2));
    ck_assert_str_eq(nn_column_name(parse(" a , b \n1,2"), 1), "b");
    expect_x(parse_with("1;2\n3;4\n", &(nn_csv){.separator = ';'}), 2, 2, VALUES(1, 2, 3, 4));
    expect_x(parse_with("1\t2\n3\t4\n", &(nn_csv){.separator = '\t'}), 2, 2, VALUES(1, 2, 3, 4));
    refused(parse_with("1,2\n3,4,5\n", NULL), PARTS("line 2: 3 fields, where there are 2 columns"));
    refused(parse_with("a,b,c\n1,2,3\n\n4,5\n", NULL), PARTS("line 4: 2 fields", "3 columns"));
    refused(parse_with("a,b\n\"1\",\"\n\n\"\n4,5,6,7\n", &(nn_csv){.without = {"b"}}),
            PARTS("line 5: 4 fields"));
    refused(parse_with("a,b\n1,2,,\n", NULL), PARTS("line 2: 4 fields"));
    refused(parse_with("", NULL), PARTS("nothing in it"));
    refused(parse_with("\xEF\xBB\xBF \n\r", NULL), PARTS("nothing in it"));
    refused(parse_with("a,b\n", NULL), PARTS("no rows"));
    refused(parse_with("a;b\n1;2\n", NULL),
            PARTS("line 1", "no separator ','", "1 of ';'", "try .separator = ';'"));
    refused(parse_with("a\tb\tc\n1\t2\t3\n", NULL), PARTS("2 of '\\t'", "try .separator = '\\t'"));
    refused(parse_with("1,5\n2,5\n", &(nn_csv){.separator = ';'}), PARTS("1 of ','"));
    failed_data(g, parse_with("a", &(nn_csv){.separator = '"'}), AG_ERR_VALUE, "here",
                (const char *const[]){"separator '\"'", LINE, NULL});
    failed_data(g, parse_with("a", &(nn_csv){.decimal = ','}), AG_ERR_VALUE, "here",
                (const char *const[]){"separator ',' with decimal point ','", NULL});
    close_graph();
}
END_TEST

START_TEST(test_quotes)
{
    open_graph();
    const nn_csv o = {.text = NN_TEXT_NUMBERS};
    nn_data *d = parse_with("\"a \"\"x\"\", y\",b\n\"p,q\",1\n\"two\nlines\r\nand\rmore\", 2\n"
                            "\"say \"\"hi\"\"\",\"3\"\n  \" p\"  ,4\nun\"quoted\",5\n\"NA\",6\n",
                            &(nn_csv){.text = NN_TEXT_NUMBERS, .missing = {"-"}});
    ck_assert_msg(d != NULL, "%s", ag_error_message(g));
    ck_assert_str_eq(nn_column_name(d, 0), "a \"x\", y");
    expect_values(nn_inputs(d), 2, 1, 4, 2, 3, 3, 0, 4, 5, 5, 1, 6);
    d = parse_with("t\n\"a\"\"b\"\n\"\"\"\"\"\"\n\"x\"\n",
                   &(nn_csv){.target = "t", .extra = {"t"}});
    ck_assert_ptr_null(d);
    ag_error_clear(g);
    d = parse_with("t,x\n\"a\"\"b\",1\n\"\"\"\"\"\",2\n\"x\",3\n", &(nn_csv){.target = "t"});
    ck_assert_str_eq(nn_class_name(d, 0), "\"\"");
    ck_assert_str_eq(nn_class_name(d, 1), "a\"b");
    ck_assert_int_eq(nn_label(d, 0), 1);
    refused(parse_with("a,b\n1,\"2\n3,4\n", &o), PARTS("line 2", "never closed"));
    refused(parse_with("a,b\n1,\"\n\n\n2\"x\n", &o), PARTS("line 5", "'x'", "twice"));
    refused(parse_with("a,b\n\"1\" 2,3\n", &o), PARTS("line 2", "\"1\"", "'2'"));
    close_graph();
}
END_TEST

START_TEST(test_numbers)
{
    open_graph();
    expect_x(parse_with("a\n+1\n-2.5\n.5\n5.\n1e308\n1E+5\n0.1\n\"7\"\n -0 \n1e-320\n", NULL), 10,
             1, VALUES(1, -2.5, .5, 5, 1e308, 1e5, .1, 7, -0.0, 1e-320));
    expect_x(parse_with("1,5;2\n3;4,25\n", &(nn_csv){.separator = ';', .decimal = ','}), 2, 2,
             VALUES(1.5, 2, 3, 4.25));
    refused(parse_with("a\n1\n0x1F\n", NULL),
            PARTS("line 3, column 1 \"a\"", "\"0x1F\"", "hexadecimal"));
    refused(parse_with("0x1F,1\n2,1\n", NULL), PARTS("line 1, column 1: \"0x1F\"", "hexadecimal"));
    refused(parse_with("a,b\n1,\"3,14\"\n", NULL),
            PARTS("column 2 \"b\"", "\"3,14\"", "decimal point", ".decimal"));
    refused(parse_with("a,b\n1,\"1,234\"\n", NULL), PARTS("\"1,234\"", "thousands"));
    refused(parse_with("a\n1\n\"1,234,567.5\"\n", NULL), PARTS("line 3", "thousands"));
    refused(parse_with("a\n1'234\n", NULL), PARTS("thousands"));
    refused(parse_with("a\n1 234\n", NULL), PARTS("thousands"));
    refused(parse_with("a;b\n1;1.234,5\n", &(nn_csv){.separator = ';', .decimal = ','}),
            PARTS("decimal comma"));
    refused(parse_with("a\n1\ninf\n", NULL), PARTS("line 3", "\"inf\"", "not finite"));
    refused(parse_with("a\n-Infinity\n", NULL), PARTS("not finite"));
    refused(parse_with("a\n1\n1e309\n", NULL), PARTS("line 3", "larger than any double"));
    refused(parse_with("a\n1e309\n", NULL), PARTS("line 2", "larger than any double"));
    refused(parse_with("a\n1\n12abc\n", NULL),
            PARTS("line 3", "\"12abc\" is no number", "line 2", ".missing"));
    refused(parse_with("a\n1\n2019-03-23\n", NULL), PARTS("\"2019-03-23\" is no number"));
    refused(parse_with("a\nlow\n2\n", NULL),
            PARTS("line 2", "text in a column of x: \"low\"", ".text", ".without"));
    refused(parse_with("a\n1\n\x01\tx\n", NULL), PARTS("\"??x\""));
    close_graph();
}
END_TEST

START_TEST(test_locale)
{
    open_graph();
    if (comma_begin()) {
        expect_x(parse("a,b\n1.5,0.30000000000000004\n2.5,123456789012345678901234567890.5\n"), 2,
                 2, VALUES(1.5, 0.30000000000000004, 2.5, 123456789012345678901234567890.5));
        refused(parse_with("a;b\n1;1,5\n", &(nn_csv){.separator = ';'}), PARTS("decimal point"));
        comma_end();
    }
    close_graph();
}
END_TEST

START_TEST(test_header)
{
    open_graph();
    nn_data *d = parse("5.1,3.5\n4.9,3\n");
    ck_assert_str_eq(nn_column_name(d, 0), "1");
    expect_x(parse_with("5.1,3.5\n4.9,3\n", &(nn_csv){.header = NN_HEADER_YES}), 1, 2,
             VALUES(4.9, 3));
    d = parse_with("5.1,3.5\n4.9,3\n", &(nn_csv){.header = NN_HEADER_YES});
    ck_assert_str_eq(nn_column_name(d, 0), "5.1");
    d = parse_with("5.1,3.5,Iris-setosa\n4.9,3.0,Iris-virginica\n", &(nn_csv){.target = "3"});
    ck_assert_int_eq(nn_rows(d), 2);
    ck_assert_str_eq(nn_class_name(d, 1), "Iris-virginica");
    d = parse_with("x,y\nu,v\n", &(nn_csv){.header = NN_HEADER_NO, .text = NN_TEXT_NUMBERS});
    ck_assert_int_eq(nn_rows(d), 2);
    /* The names of rows that R and pandas write are no input. */
    expect_x(parse_with("\"\",\"a\",\"b\"\n\"1\",5,6\n\"2\",7,8\n", NULL), 2, 2,
             VALUES(5, 6, 7, 8));
    expect_x(parse_with(",a\n0,5\n1,7\n", NULL), 2, 1, VALUES(5, 7));
    refused(parse_with("a,b,a\n1,2,3\n", &(nn_csv){.target = "a"}),
            PARTS("column 3 \"a\"", "name of column 1"));
    expect_x(parse_with("a,b,a\n1,2,3\n", NULL), 1, 3, VALUES(1, 2, 3));
    close_graph();
}
END_TEST

/* Statement 47. */
START_TEST(test_sklearn)
{
    open_graph();
    const char *text = "3,2,setosa,\"versi\"\"color\",virginica\n1,2,0\n3,4,2\n5,6,1\n";
    nn_data *d = parse(text);
    ck_assert_msg(d != NULL, "%s", ag_error_message(g));
    ck_assert_int_eq(nn_rows(d), 3);
    ck_assert_int_eq(nn_classes(d), 3);
    ck_assert_int_eq(nn_label(d, 1), 2);
    ck_assert_str_eq(nn_class_name(d, 1), "versi\"color");
    ck_assert_str_eq(nn_target_name(d, 0), "target");
    ck_assert_str_eq(nn_column_name(d, 1), "2");
    expect_values(nn_inputs(d), 1, 2, 3, 4, 5, 6);
    expect_values(nn_targets(d), 0, 2, 1);
    ck_assert_ptr_nonnull(parse_with(text, &(nn_csv){.target = "target"}));
    refused(parse_with(text, &(nn_csv){.target = "species"}),
            PARTS("no column \"species\"", "1, 2, target"));
    refused(parse_with(text, &(nn_csv){.target = "1"}),
            PARTS("column 1", "last column is the target"));
    refused(parse_with("4,2,a,b\n1,2,0\n3,4,1\n5,6,1\n", NULL),
            PARTS("line 1", "it says 4 rows, there are 3"));
    refused(parse_with("2,2,a,b\n1,2,3,0\n3,4,5,1\n", NULL),
            PARTS("line 2: 4 fields", "3 columns"));
    failed_data(g, parse("2,1,a,b\n1,0\n3,2\n"), AG_ERR_VALUE, "here",
                (const char *const[]){"row 1 has class 2", "0 to 1", NULL});
    failed_data(g, parse("2,1,a,b\n1,0\n3,0.5\n"), AG_ERR_VALUE, "here",
                (const char *const[]){"row 1 has class -1", NULL});
    close_graph();
}
END_TEST

START_TEST(test_missing)
{
    open_graph();
    const char *text = "a,b\n1,2\n,3\n4,NA\n5,6\n";
    const double kept[] = {1, 2, NAN, 3, 4, NAN, 5, 6};
    refused(parse_with(text, NULL),
            PARTS("line 3, column 1 \"a\": the value is missing", "NN_MISSING_DROP"));
    nn_data *d = parse_with(text, &(nn_csv){.when_missing = NN_MISSING_DROP});
    expect_x(d, 2, 2, (const double[]){1, 2, 5, 6});
    ck_assert_int_eq(nn_stored_row(d, 1), 3); /* the row of the file */
    expect_x(parse_with(text, &(nn_csv){.when_missing = NN_MISSING_KEPT}), 4, 2, kept);
    expect_x(parse_with("a\n1\nNaN\nnan\nN/A\nnull\nNULL\n?\n \n\"\"\n2\n",
                        &(nn_csv){.when_missing = NN_MISSING_DROP}),
             2, 1, VALUES(1, 2));
    expect_x(parse_with("a\n1\n-999\n.\n2\n",
                        &(nn_csv){.when_missing = NN_MISSING_DROP, .missing = {"-999", "."}}),
             2, 1, VALUES(1, 2));
    refused(parse_with("a\n1\nNA\n", &(nn_csv){.missing = {"."}}), PARTS("\"NA\" is no number"));
    /* Missing in a column that is not asked for does no harm; in a target it is never kept. */
    expect_x(parse_with("a,b\n1,\n2,x\n", &(nn_csv){.without = {"b"}}), 2, 1, VALUES(1, 2));
    refused(parse_with("a,b\n1,\n2,3\n", &(nn_csv){.target = "b", .when_missing = NN_MISSING_KEPT}),
            PARTS("line 2", "\"b\"", "missing"));
    d = parse_with("a,b\n1,\n2,3\n", &(nn_csv){.target = "b", .when_missing = NN_MISSING_DROP});
    ck_assert_int_eq(nn_rows(d), 1);
    refused(parse_with("a,b\n1,\n,3\n", &(nn_csv){.when_missing = NN_MISSING_DROP}),
            PARTS("every row has missing"));
    refused(parse_with("1,2,\n3,4,5\n", NULL), PARTS("line 1, column 3: the value is missing"));
    refused(parse_with("1,2,\n3,4,\n", &(nn_csv){.target = "3"}),
            PARTS("line 1, column 3: the value is missing"));
    /* A column without any value is NaN throughout. */
    const double none[] = {1, NAN, 2, NAN};
    expect_x(parse_with("a,b\n1,\n2,\n", &(nn_csv){.when_missing = NN_MISSING_KEPT}), 2, 2, none);
    close_graph();
}
END_TEST

START_TEST(test_no_text)
{
    open_graph();
    const char zip[] = "PK\3\4abc",
               utf16[] = "\xFF\xFE"
                         "a\0,\0b\0",
               zero[] = "a,b\n1,\0002\n";
    nn_data *d = nn__read_csv_bytes(g, "t.csv", zip, sizeof zip - 1, NULL);
    failed_data(g, d, AG_ERR_IO, "", (const char *const[]){"spreadsheet", "save the table", NULL});
    d = nn__read_csv_bytes(g, "t.csv", utf16, sizeof utf16 - 1, NULL);
    failed_data(g, d, AG_ERR_IO, "", (const char *const[]){"UTF-16", "CSV UTF-8", NULL});
    d = nn__read_csv_bytes(g, "t.csv", zero, sizeof zero - 1, NULL);
    failed_data(g, d, AG_ERR_IO, "", (const char *const[]){"no text (byte 6)", NULL});
    no_data(g, HERE, nn_read_csv(g, "/no/such.csv", NULL), AG_ERR_IO, "/no/such.csv", "opened",
            LINE);
    no_data(g, HERE, nn_read_csv(g, "/", NULL), AG_ERR_IO, "read_csv: /: ", LINE);
    no_data(g, HERE, nn_read_csv(g, NULL, NULL), AG_ERR_NULL_ARGUMENT, "no path", LINE);
    ck_assert_ptr_null(nn_read_csv(NULL, "t.csv", NULL));
    const char *path = file_of("t.csv", "a\n1\n2\n", 6);
    expect_values(nn_inputs(nn_read_csv(g, path, NULL)), 1, 2);
    remove(path);
    no_data(g, HERE, nn_read_csv(g, "/dev/zero", NULL), AG_ERR_IO, "no end", LINE);
    close_graph();
}
END_TEST

CHECK_MAIN("csv", test_lines, test_quotes, test_numbers, test_locale, test_header, test_sklearn,
           test_missing, test_no_text)
