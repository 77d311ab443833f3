/* A page of functions of one number and their first four derivatives, each the gradient of the one
 * before, against mpmath: tests/golden/higher.csv, made by make_higher.py beside it. As a 0-d
 * tensor and as one of three elements.
 */
#include <autograd.h>
#include <math.h>
#include <stdio.h>

#include "check_main.h"

enum { ORDER = 4, NUMBERS = ORDER + 2 }; /* x, the value, the derivatives */

static ag_tensor *reciprocal_square(ag_tensor *x)
{
    return ag_pow_scalar(x, -2);
}

static ag_tensor *power(ag_tensor *x)
{
    return ag_pow_scalar(x, 2.5);
}

static ag_tensor *self_power(ag_tensor *x)
{
    return ag_pow(x, x);
}

static ag_tensor *number(ag_tensor *x, double value)
{
    return ag_constant(ag_graph_of(x), value);
}

static ag_tensor *hypot_2(ag_tensor *x)
{
    return ag_hypot(x, number(x, 2));
}

static ag_tensor *logaddexp_1(ag_tensor *x)
{
    return ag_logaddexp(x, number(x, 1));
}

static ag_tensor *atan2_2(ag_tensor *x)
{
    return ag_atan2(x, number(x, 2));
}

static ag_tensor *xlogy_self(ag_tensor *x)
{
    return ag_xlogy(x, x);
}

static ag_tensor *sine_of_exp(ag_tensor *x)
{
    return ag_sin(ag_exp(x));
}

static ag_tensor *bell(ag_tensor *x)
{
    return ag_exp(ag_neg(ag_square(x)));
}

static ag_tensor *quotient(ag_tensor *x)
{
    return ag_div(ag_exp(ag_sin(x)), x);
}

static ag_tensor *log_of_square(ag_tensor *x)
{
    return ag_log(ag_add_scalar(ag_square(x), 1));
}

static ag_tensor *root_of_tanh(ag_tensor *x)
{
    return ag_sqrt(ag_add_scalar(ag_tanh(x), 1));
}

#define ROW(name)                                                                                  \
    {                                                                                              \
#name, (ag_##name)                                                                         \
    }
static const struct row {
    const char *name;
    ag_tensor *(*call)(ag_tensor *x);
} rows[] = {
    ROW(reciprocal),
    ROW(rsqrt),
    ROW(sqrt),
    ROW(cbrt),
    ROW(square),
    {"x^-2", reciprocal_square},
    {"x^2.5", power},
    ROW(exp),
    ROW(exp2),
    ROW(expm1),
    ROW(log),
    ROW(log2),
    ROW(log10),
    ROW(log1p),
    ROW(sin),
    ROW(cos),
    ROW(tan),
    ROW(asin),
    ROW(acos),
    ROW(atan),
    ROW(sinh),
    ROW(cosh),
    ROW(tanh),
    ROW(asinh),
    ROW(acosh),
    ROW(atanh),
    ROW(erf),
    ROW(erfc),
    ROW(erfinv),
    ROW(lgamma),
    ROW(digamma),
    ROW(erfcx),
    ROW(log_ndtr),
    ROW(j0),
    ROW(j1),
    ROW(i0),
    ROW(i1),
    ROW(i0e),
    ROW(i1e),
    ROW(sigmoid),
    ROW(logit),
    ROW(softplus),
    ROW(logsigmoid),
    ROW(silu),
    ROW(mish),
    ROW(gelu),
    ROW(gelu_tanh),
    ROW(softsign),
    ROW(sinc),
    {"x^x", self_power},
    {"hypot(x,2)", hypot_2},
    {"logaddexp(x,1)", logaddexp_1},
    {"atan2(x,2)", atan2_2},
    {"xlogy(x,x)", xlogy_self},
    {"sin(exp(x))", sine_of_exp},
    {"exp(-x^2)", bell},
    {"exp(sin(x))/x", quotient},
    {"log(1+x^2)", log_of_square},
    {"sqrt(1+tanh(x))", root_of_tanh},
};

enum { ROWS = sizeof rows / sizeof *rows };

static const struct row *row_of(const char *name)
{
    for (int i = 0; i < ROWS; i++) {
        if (strcmp(rows[i].name, name) == 0) {
            return &rows[i];
        }
    }
    return NULL;
}

/* The last element of y and of its derivatives, n of them alike. */
static void derivatives(const struct row *r, double x0, int n, double out[ORDER + 1])
{
    double all[3] = {x0, x0, x0}, got[3];
    ag_graph *g = ag_graph_new();
    ag_grad_options options = {.create_graph = true, .allow_unused = true};
    ag_tensor *x = n == 1 ? ag_variable(g, x0) : ag_from_values(g, AG_VARIABLE, AG_SHAPE(n), all);
    ag_tensor *y = r->call(x), *one = ag_full(g, AG_CONSTANT, ag_shape_of(x), 1), *next = NULL;
    for (int k = 0; k <= ORDER; k++) {
        ck_assert_msg(ag_get(y, got, n) == AG_OK, "%s: %s", r->name, ag_error_message(g));
        out[k] = got[n - 1];
        if (k < ORDER) {
            ag_status status = ag_grad(&y, 1, &one, &x, 1, &options, &next);
            ck_assert_msg(status == AG_OK, "%s: %s", r->name, ag_error_message(g));
            y = next;
        }
    }
    ag_graph_free(g);
}

/* Each derivative relative to the largest of them: one that passes through 0 has no digits of its
 * own left. */
static bool agree(const char *name, const double want[NUMBERS], int n)
{
    static const double tolerance = 1e-12;
    double have[ORDER + 1], scale = 0;
    derivatives(row_of(name), want[0], n, have);
    for (int k = 0; k <= ORDER; k++) {
        scale = fmax(scale, fabs(want[k + 1]));
    }
    bool ok = true;
    for (int k = 0; k <= ORDER; k++) {
        bool near = fabs(have[k] - want[k + 1]) <= tolerance * scale;
        if (!near) {
            printf("%s at %g, derivative %d: %.17g, not %.17g\n", name, want[0], k, have[k],
                   want[k + 1]);
        }
        ok = ok && near;
    }
    return ok;
}

START_TEST(test_page)
{
    char line[400];
    int lines = 0, failures = 0, seen[ROWS] = {0};
    FILE *f = fopen("tests/golden/higher.csv", "r");
    ck_assert_msg(f != NULL, "tests/golden/higher.csv is not there: run in the project's folder");
    while (fgets(line, sizeof line, f) != NULL) {
        double want[NUMBERS];
        char *name = strtok(line, ";"), *field;
        ck_assert_msg(row_of(name) != NULL, "no row %s", name);
        for (int i = 0; i < NUMBERS; i++) {
            ck_assert_ptr_nonnull(field = strtok(NULL, ";"));
            want[i] = strtod(field, NULL);
        }
        failures += !agree(name, want, 1) || !agree(name, want, 3);
        seen[row_of(name) - rows]++;
        lines++;
    }
    fclose(f);
    printf("%d functions, %d points, %d failures\n", ROWS, lines, failures);
    fflush(stdout);
    for (int i = 0; i < ROWS; i++) {
        ck_assert_msg(seen[i] == 2, "%s is there %d times", rows[i].name, seen[i]);
    }
    ck_assert_int_eq(failures, 0);
}
END_TEST

CHECK_MAIN("higher", test_page)
