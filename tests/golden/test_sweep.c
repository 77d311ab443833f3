/* Values, first and second derivatives of every row of the elementwise tables over the whole range
 * of floats, against mpmath: sweep.bin, or the file in AG_SWEEP, made by make_sweep.py. As 0-d
 * tensors, as arrays of f64 and as arrays of f32, first derivatives by numbers and as tensors.
 * Prints the worst relative error of each. Knows no row by name.
 */
#define CHECK_SECONDS 300
#include <autograd.h>
#include <autograd/custom_op.h>
#include <stdio.h>

#include "ops/elementwise/row.h"
#include "sweep_points.h"

#define SWEEP_FILE "tests/golden/sweep.bin"

/* --- computing -------------------------------------------------------------------------------- */

/* What is computed at the points: the columns of the file, then the first derivatives once more, as
 * tensors. */
enum { FIRST_AGAIN = SWEEP_COLUMNS, OURS = SWEEP_COLUMNS + 2 };

/* A row is called as programs call it, so that 0-d tensors take the way that theirs take; parts of
 * other operations, which programs cannot call, are called the same way. */
static ag_tensor *call(const sweep_record *r, ag_tensor *const *in)
{
    const ag__row *row = (const ag__row *)(const void *)ag_op_find(r->name);
    const double *c = r->constant;
    ck_assert_msg(row != NULL, "the file has %s, which is no row", r->name);
    return row->op.n_in == 2     ? row->call.two(in[0], in[1])
           : row->constants == 0 ? row->call.one(in[0])
           : row->constants == 1 ? row->call.one_constant(in[0], c[0])
                                 : row->call.one_two_constants(in[0], c[0], c[1]);
}

/* The gradients of the sum of y; 0 for an operand that y does not depend on. */
static void gradients(ag_tensor *y, ag_tensor *const *in, int n, ag_tensor *out[2])
{
    ag_graph *g = ag_graph_of(y);
    ag_tensor *ones = ag_full(g, AG_CONSTANT, ag_shape_of(y), 1);
    ag_grad_options options = {.create_graph = true, .allow_unused = true};
    ag_status status = ag_needs_grad(y) ? ag_grad(&y, 1, &ones, in, n, &options, out) : AG_OK;
    for (int k = 0; k < n; k++) {
        out[k] = ag_needs_grad(y) ? out[k] : NULL;
    }
    ck_assert_msg(status == AG_OK, "%s", ag_error_message(g));
}

static void get(const ag_tensor *t, double *out, int n)
{
    memset(out, 0, (size_t)n * sizeof *out);
    ck_assert(t == NULL || ag_get(t, out, n) == AG_OK);
}

/* n points from the i-th on, as one array, or as a number. */
static void derive(const sweep_record *r, ag_graph *g, int i, int n, bool scalar, double *out[OURS])
{
    ag_tensor *in[2] = {NULL}, *first[2] = {NULL}, *second[2] = {NULL};
    for (int k = 0; k < r->n_in; k++) {
        in[k] = ag_from_values(g, AG_VARIABLE, scalar ? AG_SCALAR : AG_SHAPE(n), r->at[k] + i);
    }
    ag_tensor *y = call(r, in);
    ck_assert_msg(y != NULL, "%s: %s", r->name, ag_error_message(g));
    get(y, out[0] + i, n);
    ck_assert(ag_backward_from(y, ag_full(g, AG_CONSTANT, ag_shape_of(y), 1)) == AG_OK);
    for (int k = 0; k < r->n_in; k++) {
        ck_assert(ag_grad_get(in[k], out[1 + k] + i, n) == AG_OK);
    }
    gradients(y, in, r->n_in, first);
    for (int k = 0, c = 1 + r->n_in; k < r->n_in; k++) {
        get(first[k], out[FIRST_AGAIN + k] + i, n);
        if (first[k] != NULL) {
            gradients(first[k], in, r->n_in, second);
        }
        for (int m = k; m < r->n_in; m++, c++) {
            get(first[k] != NULL ? second[m] : NULL, out[c] + i, n);
        }
    }
}

typedef enum form { SCALAR_F64, ARRAY_F64, ARRAY_F32, FORMS } form;

/* Every other point is one of f32, and only those are asked of it. */
static void compute(const sweep_record *all, form f, double *out[OURS])
{
    ag_graph *g = ag_graph_new_with(&(ag_graph_options){.dtype = f == ARRAY_F32 ? AG_F32 : AG_F64});
    ag_mark mark = ag_graph_mark(g);
    int step = f == SCALAR_F64 ? 1 : all->n;
    for (int i = 0; i < all->n; i += step) {
        derive(all, g, i, step, f == SCALAR_F64, out);
        ck_assert(ag_graph_rewind(g, mark) == AG_OK);
    }
    ag_graph_free(g);
}

/* --- judging ---------------------------------------------------------------------------------- */

static const double tolerance[FORMS] = {1e-13, 1e-13, 1e-5};
static const double least[FORMS] = {5e-324, 5e-324, 1.401298464324817e-45};
static const double smallest[FORMS] = {DBL_MIN, DBL_MIN, FLT_MIN},
                    largest[FORMS] = {DBL_MAX, DBL_MAX, FLT_MAX};

/* The error relative to what is right; what is denormal has no more than whole units of the least
 * number. Negative where nothing is asked. */
static double error_of(double have, double want, form f)
{
    if (isnan(want) || fabs(want) > largest[f]) {
        return -1;
    }
    if (fabs(have - want) <= 2 * least[f]) {
        return 0;
    }
    double off = fabs(have - want) / fmax(fabs(want), smallest[f]);
    return isnan(off) ? (double)INFINITY : off;
}

typedef struct worst {
    double error[3][FORMS]; /* of the value, the first, the second derivatives */
    int wrong, asked;
} worst;

static int order_of(const sweep_record *r, int c)
{
    return c == 0 ? 0 : c <= r->n_in || c >= FIRST_AGAIN ? 1 : 2;
}

static void judge(const sweep_record *r, form f, int c, const double *have, worst *w, int shown)
{
    const double *want = r->want[c < FIRST_AGAIN ? c : c - FIRST_AGAIN + 1];
    double *most = &w->error[order_of(r, c)][f];
    static const char *const name[] = {"0-d f64", "f64", "f32"};
    for (int i = 0, wrong = 0; i < r->n; i += f == ARRAY_F32 ? 2 : 1) {
        double error = error_of(have[i], want[i], f);
        w->asked += error >= 0;
        *most = fmax(*most, error);
        if (error > tolerance[f] && wrong++ < shown) {
            printf("FAILED %s(%g), column %d, %s, at %.17g (%a), %.17g: %.17g, not %.17g: %.2g\n",
                   r->name, r->constant[0], c, name[f], r->at[0][i], r->at[0][i],
                   r->n_in == 2 ? r->at[1][i] : 0.0, have[i], want[i], error);
        }
        w->wrong += error > tolerance[f];
    }
}

static void sweep(const sweep_record *r, worst *w, int shown)
{
    double *out[OURS];
    for (int c = 0; c < OURS; c++) {
        out[c] = sweep_numbers(r->n);
    }
    for (form f = SCALAR_F64; f < FORMS; f++) {
        compute(r, f, out);
        for (int c = 0; c < OURS; c++) {
            if (c < r->columns || (c >= FIRST_AGAIN && c < FIRST_AGAIN + r->n_in)) {
                judge(r, f, c, out[c], w, shown);
            }
        }
    }
    for (int c = 0; c < OURS; c++) {
        free(out[c]);
    }
}

/* --- tests ------------------------------------------------------------------------------------ */

static const char *path(void)
{
    const char *asked = getenv("AG_SWEEP");
    return asked != NULL && *asked != '\0' ? asked : SWEEP_FILE;
}

static void print(const sweep_record *r, const worst *w)
{
    printf("%s", r->name);
    for (int i = 0; i < r->n_constants; i++) {
        printf("%s%g", i == 0 ? " " : " ", r->constant[i]);
    }
    for (int k = 0; k < 3; k++) {
        printf(" | %.1e %.1e %.1e", w->error[k][SCALAR_F64], w->error[k][ARRAY_F64],
               w->error[k][ARRAY_F32]);
    }
    printf(" | %d\n", w->wrong);
}

START_TEST(test_derivatives_are_right_everywhere)
{
    const char *shown = getenv("AG_SHOWN");
    int wrong = 0, asked = 0;
    sweep_file f = sweep_open(path());
    for (uint32_t i = 0; i < f.records; i++) {
        sweep_record r;
        worst w = {.wrong = 0};
        sweep_read(&f, &r);
        sweep(&r, &w, shown != NULL ? atoi(shown) : 2);
        print(&r, &w);
        wrong += w.wrong;
        asked += w.asked;
        sweep_free(&r);
    }
    printf("%d numbers asked, %d wrong\n", asked, wrong);
    fflush(stdout);
    free(f.all.data);
    ck_assert_int_eq(wrong, 0);
}
END_TEST

CHECK_MAIN("sweep", test_derivatives_are_right_everywhere)
