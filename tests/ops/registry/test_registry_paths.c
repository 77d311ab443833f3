/* An elementwise operation is computed by four pieces of code: inline for 0-d f64, by the general
 * path for 0-d, by kernels of vectors over arrays, and its gradient also by recorded operations. At
 * awkward points, for a finite, a zero and an infinite upstream gradient, all give the same bits:
 * no piece skips a zero or takes a special case that the others do not. Only where an array's
 * kernel calls a function of vectors may it be a little off, each of the two by 4 ulp, and where a
 * row's text says so (BOARD, OVER) what is recorded may be rounded elsewhere. Must not know an
 * operation by name, but for the one that tells what elementwise is. */
#include <autograd.h>
#include <autograd/custom_op.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "check_main.h"

#define INF ((double)INFINITY)
static const double awkward[] = {0.0,   -0.0,   1,     -1,     0.5,    -2.5, 3,    745,        1000,
                                 -1000, 1e-300, 1e300, -1e300, 5e-324, INF,  -INF, (double)NAN};
enum { AWKWARD = sizeof awkward / sizeof *awkward };

typedef enum path { INLINE, GENERAL, ARRAY, RECORDED, PATHS } path;

/* A value and its gradients by up to two operands. */
typedef struct outcome {
    double number[3];
} outcome;

static ag_status pull(ag_tensor *y, ag_tensor *u, ag_tensor *const *in, int n, path by,
                      outcome *out)
{
    ag_tensor *grads[2];
    ag_grad_options options = {.create_graph = true};
    ag_status status =
        by == RECORDED ? ag_grad(&y, 1, &u, in, n, &options, grads) : ag_backward_from(y, u);
    for (int i = 0; i < n && status == AG_OK; i++) {
        out->number[1 + i] = by == RECORDED ? ag_item(grads[i]) : ag_grad_item(in[i]);
    }
    return status;
}

static outcome compute(const ag_op *op, path by, const double at[2], double upstream)
{
    outcome out = {{(double)NAN, (double)NAN, (double)NAN}};
    ag_graph *g = ag_graph_new();
    ag_shape shape = by == ARRAY ? AG_SHAPE(1) : AG_SCALAR;
    ag_tensor *in[2] = {ag_full(g, AG_VARIABLE, shape, at[0]),
                        ag_full(g, AG_VARIABLE, shape, at[1])};
    ag_set_anomaly(g, by == GENERAL);
    ag_tensor *y = op->cases[0].call(in);
    ag_status status = AG_ERR_ANOMALY;
    if (y != NULL) {
        out.number[0] = ag_item(y);
        status = pull(y, ag_full(g, AG_CONSTANT, shape, upstream), in, op->n_in, by, &out);
    }
    ck_assert_msg(status == AG_OK || by == GENERAL, "%s: %s", op->name, ag_error_message(g));
    ag_graph_free(g);
    return out;
}

static bool equal(double x, double y)
{
    return x == y ? signbit(x) == signbit(y) : x != x && y != y;
}

static bool calls_functions(const ag_op *op)
{
    bool calls = false;
    const char *text[] = {op->formula, op->partial_formula[0], op->partial_formula[1]};
    for (int i = 0; i < 3; i++) {
        calls = calls || (text[i] != NULL && (strstr(text[i], "F(") || strstr(text[i], "POW(")));
    }
    return calls;
}

/* Are there two parts that are taken in turn, or another text for what is recorded? */
static bool is_written_twice(const ag_op *op)
{
    bool twice = false;
    for (int i = 0; i < op->n_in; i++) {
        const char *text = op->partial_formula[i];
        twice = twice || strstr(text, "OVER(") || strstr(text, "BOARD(");
    }
    return twice;
}

static bool close_by(double x, double y)
{
    double ulp = DBL_EPSILON * fmin(fabs(x), fabs(y));
    return isfinite(x) && isfinite(y) && x != 0 && y != 0 && fabs(x - y) <= 8 * ulp;
}

static bool is_finite(const outcome *o, int n)
{
    bool finite = true;
    for (int i = 0; i < n; i++) {
        finite = finite && isfinite(o->number[i]);
    }
    return finite;
}

static int paths_differ(const ag_op *op, const double at[2], double upstream)
{
    outcome first = compute(op, INLINE, at, upstream);
    int differ = 0;
    for (path by = GENERAL; by < PATHS; by++) {
        /* Anomaly mode, which takes the general path, ends at the first NaN or Inf. */
        if (by == GENERAL && !(is_finite(&first, 1 + op->n_in) && isfinite(upstream))) {
            continue;
        }
        outcome other = compute(op, by, at, upstream);
        for (int i = 0; i < 1 + op->n_in; i++) {
            bool free = by == RECORDED ? is_written_twice(op) : by == ARRAY && calls_functions(op);
            bool near = free && close_by(first.number[i], other.number[i]);
            /* Numbers are added to 0, which turns -0 into 0; a recorded gradient may stay -0. */
            bool zeros = by == RECORDED && first.number[i] == 0 && other.number[i] == 0;
            if (!zeros && !near && !equal(first.number[i], other.number[i])) {
                printf("FAILED %s(%g, %g), upstream %g, number %d: inline %a, by path %d %a\n",
                       op->name, at[0], at[1], upstream, i, first.number[i], (int)by,
                       other.number[i]);
                differ++;
            }
        }
    }
    return differ;
}

static int differ_at(const ag_op *op, int point)
{
    static const double upstream[] = {1, 0, -3, INF};
    const double at[2] = {awkward[point % AWKWARD], awkward[point / AWKWARD]};
    int differ = 0;
    for (size_t i = 0; i < sizeof upstream / sizeof *upstream; i++) {
        differ += paths_differ(op, at, upstream[i]);
    }
    return differ;
}

START_TEST(test_all_paths_agree_to_the_bit)
{
    int points = 0, differ = 0;
    for (int i = 0; ag_op_at(i) != NULL; i++) {
        const ag_op *op = ag_op_at(i);
        bool elementwise = op->infer == ag_op_find("mul")->infer;
        int n = !elementwise ? 0 : op->n_in == 2 ? AWKWARD * AWKWARD : AWKWARD;
        for (int point = 0; point < n; point++, points++) {
            differ += differ_at(op, point);
        }
    }
    printf("%d points\n", points);
    ck_assert_int_eq(differ, 0);
    ck_assert_int_gt(points, 2000);
}
END_TEST

START_TEST(test_the_judge_tells_bits_apart)
{
    ck_assert(equal((double)NAN, -(double)NAN) && equal(1, 1) && equal(-0.0, -0.0));
    ck_assert(!equal(0.0, -0.0) && !equal(1, 1 + 2.3e-16) && !equal(1, (double)NAN));
    ck_assert(!equal(INF, -INF));
}
END_TEST

CHECK_MAIN("registry_paths", test_all_paths_agree_to_the_bit, test_the_judge_tells_bits_apart)
