/* The values of every row of the elementwise tables at awkward points: zeros of either sign,
 * denormals, where terms overflow, infinities, NaN. Expected: tests/golden/elementwise.csv,
 * computed with mpmath by the script beside it. In f64 the error is at most 4 units in the last
 * place (ulp), of Bessel functions 16; the worst of each row is printed. Arrays and 0-d tensors are computed by different
 * code, so both are looked at.
 */
#include <autograd.h>
#include <autograd/custom_op.h>
#include <float.h>
#include <math.h>
#include <stdio.h>

#include "check_main.h"

enum { MOST_POINTS = 400, MOST_COLUMNS = 96, MOST_LINE = 4096 };

/* C's own functions and two roundings of ours need no more than 4; Bessel functions are sums of a
 * hundred terms. */
static double ulps_allowed(const char *name)
{
    bool bessel = (name[0] == 'i' || name[0] == 'j') && (name[1] == '0' || name[1] == '1');
    return bessel ? 16 : 4;
}

/* One table of the file: n points of `operands` columns, then a column per operation. */
typedef struct table {
    int n, operands, columns;
    char name[MOST_COLUMNS][24];
    double at[MOST_COLUMNS][MOST_POINTS];
    bool promised[MOST_COLUMNS][MOST_POINTS]; /* false: "-" */
} table;

static void read_names(table *t, char *line)
{
    for (char *word = strtok(line, ",\n"); word != NULL; word = strtok(NULL, ",\n")) {
        ck_assert_int_lt(t->columns, MOST_COLUMNS);
        snprintf(t->name[t->columns++], sizeof t->name[0], "%s", word);
    }
    t->operands = strcmp(t->name[1], "b") == 0 ? 2 : 1;
}

static void read_point(table *t, char *line)
{
    int column = 0;
    ck_assert_int_lt(t->n, MOST_POINTS);
    for (char *word = strtok(line, ",\n"); word != NULL; word = strtok(NULL, ",\n"), column++) {
        char *end = word + 1;
        ck_assert_int_lt(column, t->columns);
        t->promised[column][t->n] = strcmp(word, "-") != 0;
        t->at[column][t->n] = strcmp(word, "-") != 0 ? strtod(word, &end) : 0;
        ck_assert_msg(end > word && *end == '\0', "not a number: %s", word);
    }
    ck_assert_int_eq(column, t->columns);
    t->n++;
}

/* The tables for one operand and for two. */
static void read_tables(table *one, table *two)
{
    static const char *const path = "tests/golden/elementwise.csv";
    char line[MOST_LINE];
    table *t = NULL;
    FILE *file = fopen(path, "r");
    ck_assert_msg(file != NULL, "cannot read %s; run the tests in the top folder", path);
    memset(one, 0, sizeof *one);
    memset(two, 0, sizeof *two);
    while (fgets(line, sizeof line, file) != NULL) {
        if (line[0] == 'a') {
            t = t == NULL ? one : two;
            read_names(t, line);
        } else {
            ck_assert_ptr_nonnull(t);
            read_point(t, line);
        }
    }
    fclose(file);
    ck_assert_int_gt(one->n, 100);
    ck_assert_int_gt(two->n, 100);
    ck_assert_int_eq(two->operands, 2);
}

/* --- errors ----------------------------------------------------------------------------------- */

/* The distance in units in the last place of `want`; infinite where no rounding explains it. */
static double ulps_between(double have, double want)
{
    if (isnan(want) || isinf(want) || want == 0) {
        bool same = isnan(want) ? isnan(have) : have == want && !signbit(have) == !signbit(want);
        return same ? 0 : (double)INFINITY;
    }
    int exponent;
    frexp(want, &exponent);
    double unit = ldexp(1, exponent - DBL_MANT_DIG < -1074 ? -1074 : exponent - DBL_MANT_DIG);
    double error = fabs(have - want) / unit;
    return isnan(error) ? (double)INFINITY : error;
}

/* --- computing -------------------------------------------------------------------------------- */

/* All points at once, as an array, or one by one. */
static void compute(const ag_op *op, const table *t, bool one_by_one, double out[MOST_POINTS])
{
    ag_graph *g = ag_graph_new();
    int step = one_by_one ? 1 : t->n;
    for (int i = 0; i < t->n; i += step) {
        ag_tensor *in[2] = {NULL};
        for (int k = 0; k < t->operands; k++) {
            ag_shape shape = one_by_one ? AG_SCALAR : AG_SHAPE(t->n);
            in[k] = ag_from_values(g, AG_VARIABLE, shape, t->at[k] + i);
        }
        ag_tensor *y = op->cases[0].call(in);
        ck_assert_msg(ag_get(y, out + i, step) == AG_OK, "%s: %s", op->name, ag_error_message(g));
    }
    ag_graph_free(g);
}

/* The largest error of a column; each point beyond what is allowed is printed. */
static double worst_of(const ag_op *op, const table *t, int column, bool one_by_one)
{
    double have[MOST_POINTS], worst = 0;
    compute(op, t, one_by_one, have);
    for (int i = 0; i < t->n; i++) {
        double want = t->at[column][i], error = ulps_between(have[i], want);
        if (!t->promised[column][i]) {
            continue;
        }
        if (error > ulps_allowed(op->name)) {
            printf("FAILED %s, point %d, first operand %a: %a, want %a: %g ulp (%s)\n", op->name, i,
                   t->at[0][i], have[i], want, error, one_by_one ? "0-d" : "array");
        }
        worst = fmax(worst, error);
    }
    return worst;
}

static int wrong_columns(const table *t)
{
    int wrong = 0;
    for (int column = t->operands; column < t->columns; column++) {
        const ag_op *op = ag_op_find(t->name[column]);
        ck_assert_msg(op != NULL, "the file has a column for %s, which is no operation",
                      t->name[column]);
        double array = worst_of(op, t, column, false), scalar = worst_of(op, t, column, true);
        printf("%-12s %4d points, at most %.2f ulp in arrays, %.2f in 0-d tensors\n", op->name,
               t->n, array, scalar);
        wrong += fmax(array, scalar) > ulps_allowed(op->name);
    }
    fflush(stdout);
    return wrong;
}

START_TEST(test_values_are_within_4_ulp)
{
    table one, two;
    read_tables(&one, &two);
    ck_assert_int_eq(wrong_columns(&one) + wrong_columns(&two), 0);
}
END_TEST

/* --- nothing is left out ---------------------------------------------------------------------- */

static bool has_column(const table *t, const char *name)
{
    for (int i = t->operands; i < t->columns; i++) {
        if (strcmp(t->name[i], name) == 0) {
            return true;
        }
    }
    return false;
}

/* Parts of derivatives need no column: test_sweep.c sees them where they are used. */
static bool is_part(const char *name)
{
    static const char *const parts[] = {
#define UNARY(name, value, partial, low, high, doc)
#define BINARY(name, value, partial_a, partial_b, low, high, doc)
#define UNARY_PART(name, value, partial, low, high) #name,
#define UNARY_PART_P(name, value, partial, low, high, p) #name,
#define BINARY_PART(name, value, partial_a, partial_b, low, high) #name,
#include "ops/elementwise/each_row.h"
    };
    bool part = false;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        part = part || strcmp(parts[i], name) == 0;
    }
    return part;
}

/* The rows of the tables share how shapes are inferred, and nothing else does. */
START_TEST(test_every_row_has_a_column)
{
    table one, two;
    int rows = 0;
    read_tables(&one, &two);
    for (int i = 0; ag_op_at(i) != NULL; i++) {
        const ag_op *op = ag_op_at(i);
        if (op->infer == ag_op_find("mul")->infer) {
            bool there = has_column(op->n_in == 2 ? &two : &one, op->name);
            ck_assert_msg(there || is_part(op->name),
                          "%s is not in tests/golden/elementwise.csv; add it to the script there",
                          op->name);
            rows += there;
        }
    }
    ck_assert_int_eq(rows, one.columns - 1 + two.columns - 2);
    ck_assert(!has_column(&one, "no such row"));
}
END_TEST

/* The judge: exact values, neighbors, denormals, and what is never a matter of rounding. */
START_TEST(test_ulps)
{
    const double least = 5e-324, inf = (double)INFINITY;
    ck_assert_double_eq(ulps_between(1, 1), 0);
    ck_assert_double_eq(ulps_between(1 + 4 * DBL_EPSILON, 1), 4);
    ck_assert_double_eq(ulps_between(2 - DBL_EPSILON, 2), 0.5);
    ck_assert_double_eq(ulps_between(3 * least, least), 2);
    ck_assert_double_eq(ulps_between(0, least), 1);
    ck_assert_double_eq(ulps_between(-0.0, 0.0), inf);
    ck_assert_double_eq(ulps_between(least, 0), inf);
    ck_assert_double_eq(ulps_between((double)NAN, 1), inf);
    ck_assert_double_eq(ulps_between(1, (double)NAN), inf);
    ck_assert_double_eq(ulps_between(DBL_MAX, inf), inf);
    ck_assert_double_eq(ulps_between(inf, DBL_MAX), inf);
    ck_assert_double_eq(ulps_between(-inf, inf), inf);
}
END_TEST

CHECK_MAIN("elementwise", test_values_are_within_4_ulp, test_every_row_has_a_column, test_ulps)
