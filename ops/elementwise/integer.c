/* Arithmetic of i64, which has no gradient; see integer.h. C leaves overflow of signed integers
 * undefined, so that numbers wrap around as unsigned ones do. Must not know the tables.
 */
#include "integer.h"

#include <math.h>
#include <string.h>

#include <autograd/elementwise.h>

#include "ops/common/sample.h"
#include "ops/common/strided.h"

/* --- on two numbers --------------------------------------------------------------------------- */

static int64_t add(int64_t a, int64_t b)
{
    return (int64_t)((uint64_t)a + (uint64_t)b);
}

static int64_t sub(int64_t a, int64_t b)
{
    return (int64_t)((uint64_t)a - (uint64_t)b);
}

static int64_t mul(int64_t a, int64_t b)
{
    return (int64_t)((uint64_t)a * (uint64_t)b);
}

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* C rounds the quotient towards 0: it is one too large where the remainder is not 0 and its sign
 * is not b's. -2^63 / -1 does not fit and wraps around. */
static int64_t floor_quotient(int64_t a, int64_t b)
{
    if (b == -1) {
        return sub(0, a);
    }
    return a / b - (a % b != 0 && (a < 0) != (b < 0));
}

static int64_t remainder_of(int64_t a, int64_t b)
{
    return b == -1 ? 0 : sub(a, mul(floor_quotient(a, b), b));
}

static int64_t negative(int64_t a, int64_t b)
{
    (void)b;
    return sub(0, a);
}

static int64_t size_of(int64_t a, int64_t b)
{
    (void)b;
    return a < 0 ? sub(0, a) : a;
}

/* --- on arrays -------------------------------------------------------------------------------- */

typedef int64_t integer_function(int64_t a, int64_t b);

static const struct integer_row {
    const char *name;
    integer_function *function;
    bool divides;
} rows[] = {
    {"add", add, false},
    {"sub", sub, false},
    {"mul", mul, false},
    {"maximum", larger, false},
    {"minimum", smaller, false},
    {"remainder", remainder_of, true},
    {"neg", negative, false},
    {"abs", size_of, false},
    {"add_scalar", add, false},
    {"mul_scalar", mul, false},
    {"floor_divide", floor_quotient, true},
};

static const struct integer_row *row_of(const char *name)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (strcmp(rows[i].name, name) == 0) {
            return &rows[i];
        }
    }
    return NULL;
}

bool ag__integer_row(const char *name)
{
    return row_of(name) != NULL;
}

ag_status ag__integer_infer(ag_call *call)
{
    const double *c = call->attr;
    if (c != NULL && !(*c == floor(*c) && *c >= -0x1p63 && *c < 0x1p63)) {
        return ag_call_fail(call, AG_ERR_VALUE, "ag_cast(..., AG_F64)", "%g is no i64", *c);
    }
    ag_status status = ag_call_same_dtype(call);
    return status == AG_OK ? ag_call_broadcast(call) : status;
}

static const int64_t *elements(const ag__loop *l, int k)
{
    return (const int64_t *)(const void *)l->at[k];
}

/* The number, in row-major order, of the first element that is 0; -1 without one. */
static int64_t first_zero(const ag_array *b)
{
    ag__loop l;
    int64_t n = 0;
    ag__loop_open(&l, b->ndim, b->dim);
    ag__loop_add(&l, b);
    for (bool more = ag__loop_start(&l); more; more = ag__loop_next(&l), n += l.run) {
        for (int64_t i = 0; i < l.run; i++) {
            if (elements(&l, 0)[i * l.step[0]] == 0) {
                return n + i;
            }
        }
    }
    return -1;
}

static ag_status check_divisor(const ag_call *call)
{
    ag_array b = ag_array_of(call->in[1]);
    int64_t n = call->out.size > 0 ? first_zero(&b) : -1;
    ag_shape place = {.ndim = b.ndim};
    char text[AG_SHAPE_TEXT];
    if (n < 0) {
        return AG_OK;
    }
    for (int d = b.ndim - 1; d >= 0; d--) {
        place.dim[d] = n % b.dim[d];
        n /= b.dim[d];
    }
    return ag_call_fail(call, AG_ERR_VALUE, "in f64 the quotient would be infinite",
                        "division by 0: the second operand is 0 at %s", ag_shape_text(place, text));
}

ag_status ag__integer_forward(ag_call *call)
{
    const struct integer_row *row = row_of(call->op->name);
    const int64_t constant = call->attr != NULL ? ag__to_i64(*(const double *)call->attr) : 0;
    if (row->divides && check_divisor(call) != AG_OK) {
        return AG_ERR_VALUE;
    }
    ag__loop l;
    ag__loop_open(&l, call->out.ndim, call->out.dim);
    ag__loop_add(&l, &call->out);
    for (int i = 0; i < call->n_in; i++) {
        ag_array a = ag_array_of(call->in[i]);
        ag__loop_add(&l, &a);
    }
    for (bool more = ag__loop_start(&l); more; more = ag__loop_next(&l)) {
        int64_t *y = (int64_t *)(void *)l.at[0];
        const int64_t *a = elements(&l, 1), *b = call->n_in > 1 ? elements(&l, 2) : &constant;
        const int64_t step = call->n_in > 1 ? l.step[2] : 0;
        for (int64_t i = 0; i < l.run; i++) {
            y[i * l.step[0]] = row->function(a[i * l.step[1]], b[i * step]);
        }
    }
    return AG_OK;
}

/* --- floor_divide ----------------------------------------------------------------------------- */

/* The quotient of floating numbers comes from the exact remainder, so that the largest whole number
 * below a/b is found where a/b itself is rounded up to the next one. */
static double floor_of(double a, double b)
{
    double rest = fmod(a, b), quotient = (a - rest) / b;
    if (b == 0) {
        return a / b;
    }
    quotient -= rest != 0 && (rest < 0) != (b < 0);
    return quotient == 0 ? copysign(0, a / b) : round(quotient);
}

static ag_status floor_infer(ag_call *call)
{
    ag_status status = ag_call_same_dtype(call);
    return status == AG_OK ? ag_call_broadcast(call) : status;
}

static double number_at(const ag__loop *l, int k, int64_t i)
{
    const void *at = l->at[k] + i * l->step[k] * l->each[k];
    return l->each[k] == sizeof(double) ? *(const double *)at : (double)*(const float *)at;
}

static void floor_run(const ag__loop *l)
{
    for (int64_t i = 0; i < l->run; i++) {
        double quotient = floor_of(number_at(l, 1, i), number_at(l, 2, i));
        void *to = l->at[0] + i * l->step[0] * l->each[0];
        if (l->each[0] == sizeof(double)) {
            *(double *)to = quotient;
        } else {
            *(float *)to = (float)quotient;
        }
    }
}

static ag_status floor_forward(ag_call *call)
{
    ag_array a = ag_array_of(call->in[0]), b = ag_array_of(call->in[1]);
    ag__loop l;
    if (call->dtype == AG_I64) {
        return ag__integer_forward(call);
    }
    ag__loop_open(&l, call->out.ndim, call->out.dim);
    ag__loop_add(&l, &call->out);
    ag__loop_add(&l, &a);
    ag__loop_add(&l, &b);
    for (bool more = ag__loop_start(&l); more; more = ag__loop_next(&l)) {
        floor_run(&l);
    }
    return AG_OK;
}

AG__SAMPLE(floor, ag_floor_divide(in[0], in[1]))

static const ag_case cases[] = {
    {"[3,1] and [4]", sample_floor, 2, {{2, {3, 1}}, {1, {4}}}, 0.3, 2},
};

const ag_op ag__floor_divide_op = {
    .name = "floor_divide",
    .n_in = 2,
    .flags = AG_OP_NO_GRADIENT,
    .infer = floor_infer,
    .forward = floor_forward,
    .formula = "F(floor, DIV(A, B))",
    AG_CASES(cases),
};

ag_tensor *ag_floor_divide(ag_tensor *a, ag_tensor *b)
{
    return ag_apply(&ag__floor_divide_op, (ag_tensor *[]){a, b}, 2, NULL, 0);
}
