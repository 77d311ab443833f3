/* Expands the tables of elementwise operations: the inline path for 0-d f64 tensors, the
 * differentiable rule, the descriptors and the public functions; vector/rows.c expands the kernels
 * of arrays. Adding an operation adds a row to unary.def or binary.def and nothing here.
 */
#define AG_NO_SITES
#include <autograd/ops.h>
#include <stdio.h>

#include "family.h"
#include "functions.h"
#include "inline.h"
#include "kernel/kernel.h"
#include "lanes.h"
#include "row_numbers.h"
#include "symbol.h"

/* The constants of a row that has some: attr is the first `constants` of them. */
typedef struct ag__constants {
    double p, q;
} ag__constants;

typedef double (*number_function)(double a, double b, double y, ag__constants c);
typedef ag__symbol (*symbol_function)(ag__symbol a, ag__symbol b, ag__symbol y, ag__constants c);

/* One row of a table. The descriptor comes first, so that a pointer to it is one to the row. */
typedef struct row {
    ag_op op;
    int number; /* among the rows: that of its kernels */
    number_function value;
    number_function partial[2];
    symbol_function symbol[2];
    int constants;
    bool (*allows)(double p); /* NULL: any constant */
    const char *hint;         /* which ones it allows */
} row;

static const row *row_of(const ag_op *op)
{
    return (const row *)(const void *)op;
}

static ag__constants constants_of(const row *r, const void *attr)
{
    const double *c = attr;
    return (ag__constants){r->constants > 0 ? c[0] : 0, r->constants > 1 ? c[1] : 0};
}

/* --- what the rows share ---------------------------------------------------------------------- */

static ag_status infer(ag_call *call)
{
    const row *r = row_of(call->op);
    double p = constants_of(r, call->attr).p;
    if (r->allows != NULL && !r->allows(p)) {
        return ag_call_fail(call, AG_ERR_VALUE, r->hint, "the constant is %g", p);
    }
    ag_status status = ag_call_same_float(call);
    return status == AG_OK ? ag_call_broadcast(call) : status;
}

static double number_of(const ag_tensor *t)
{
    return (ag_item)(t);
}

/* Of an f64 tensor without dimensions: what the inline path, too, would compute. */
static double number_by(number_function f, ag_tensor *const *in, int n_in, double y,
                        ag__constants c)
{
    return f(number_of(in[0]), number_of(in[n_in - 1]), y, c);
}

/* The kernels are of numbers in vectors: kernel/strip.h. */
static const ag__row_kernels *kernels_of(const row *r, ag_dtype dtype, const void *attr,
                                         ag__lanes *lanes)
{
    const ag__kernels *best = ag__kernels_best();
    ag__constants c = constants_of(r, attr);
    *lanes = (ag__lanes){.c = {c.p, c.q}, .bytes = best->bytes};
    return &best->rows->of[dtype][r->number];
}

static ag_status forward(ag_call *call)
{
    ag__loop l;
    ag__lanes lanes;
    const row *r = row_of(call->op);
    if (call->dtype == AG_F64 && call->out.ndim == 0) {
        *(double *)call->out.data =
            number_by(r->value, call->in, call->n_in, 0, constants_of(r, call->attr));
        return AG_OK;
    }
    lanes.kernel = kernels_of(r, call->dtype, call->attr, &lanes)->forward;
    ag__loop_open(&l, call->out.ndim, call->out.dim);
    ag__loop_add(&l, &call->out);
    for (int i = 0; i < call->n_in; i++) {
        ag_array a = ag_array_of(call->in[i]);
        ag__loop_add(&l, &a);
    }
    ag__lanes_run(&lanes, &l);
    return AG_OK;
}

static ag_status backward_operand(ag_pull *pull, int i)
{
    ag__loop l;
    ag__lanes lanes;
    ag_array upstream = ag_array_of(pull->upstream), y = ag_array_of(pull->out);
    const row *r = row_of(ag_op_of(pull->out));
    bool fresh = false;
    /* What was broadcast is added to more than once. */
    ag_array gradient =
        ag_size(pull->in[i]) == y.size ? ag_grad_target(pull, i, &fresh) : ag_grad_array(pull, i);
    if (gradient.data == NULL) {
        return AG_ERR_MEMORY;
    }
    if (y.dtype == AG_F64 && y.ndim == 0) {
        double *g = gradient.data;
        *g = (fresh ? 0 : *g) + number_of(pull->upstream) *
                                    number_by(r->partial[i], pull->in, pull->n_in,
                                              number_of(pull->out), constants_of(r, pull->attr));
        return AG_OK;
    }
    lanes.kernel = kernels_of(r, y.dtype, pull->attr, &lanes)->backward[i];
    lanes.adds = true;
    lanes.fresh = fresh;
    ag__loop_open(&l, y.ndim, y.dim);
    ag__loop_add(&l, &gradient);
    ag__loop_add(&l, &upstream);
    ag__loop_add(&l, &y);
    for (int k = 0; k < pull->n_in; k++) {
        ag_array a = ag_array_of(pull->in[k]);
        ag__loop_add(&l, &a);
    }
    ag__lanes_run(&lanes, &l);
    return AG_OK;
}

static ag_status backward(ag_pull *pull)
{
    ag_status status = AG_OK;
    for (int i = 0; i < pull->n_in && status == AG_OK; i++) {
        status = ag_wants(pull, i) ? backward_operand(pull, i) : AG_OK;
    }
    return status;
}

static ag_status vjp(ag_pull *pull)
{
    const row *r = row_of(ag_op_of(pull->out));
    ag__symbol a = ag__symbol_tensor(pull->in[0]), y = ag__symbol_tensor(pull->out);
    ag__symbol b = ag__symbol_tensor(pull->in[pull->n_in - 1]);
    ag__symbol upstream = ag__symbol_tensor(pull->upstream);
    ag__constants c = constants_of(r, pull->attr);
    for (int i = 0; i < pull->n_in; i++) {
        if (ag_wants(pull, i)) {
            ag__symbol product = ag__symbol_mul(upstream, r->symbol[i](a, b, y, c));
            ag_status status = ag_accumulate(pull, i, ag__symbol_get(product, pull->out));
            if (status != AG_OK) {
                return status;
            }
        }
    }
    return AG_OK;
}

static double partial_number(const ag_tensor *node, int i)
{
    const row *r = row_of(ag_op_of(node));
    int last = ag_n_operands(node) - 1;
    return r->partial[i](number_of(ag_operand(node, 0)), number_of(ag_operand(node, last)),
                         number_of(node), constants_of(r, ag_attr_of(node)));
}

static void describe_one(const void *attr, char *text, size_t bytes)
{
    snprintf(text, bytes, "c = %g", *(const double *)attr);
}

static void describe_two(const void *attr, char *text, size_t bytes)
{
    const double *c = attr;
    snprintf(text, bytes, "c = %g, d = %g", c[0], c[1]);
}

/* --- numbers ---------------------------------------------------------------------------------- */

#define T double
#define S f64
#include "as_number.h"

#define NUMBER(name, part, number)                                                                 \
    static double name##_##part(double A, double B, double Y, ag__constants c)                     \
    {                                                                                              \
        const double P = c.p, Q = c.q;                                                             \
        (void)A, (void)B, (void)Y, (void)P, (void)Q;                                               \
        return number;                                                                             \
    }
#define UNARY(name, value, partial, low, high, doc)                                                \
    NUMBER(name, result, value)                                                                    \
    NUMBER(name, partial0, partial)
#define BINARY(name, value, partial_a, partial_b, low, high, doc)                                  \
    NUMBER(name, result, value)                                                                    \
    NUMBER(name, partial0, partial_a)                                                              \
    NUMBER(name, partial1, partial_b)
#include "rows.h"

#include "forget.h"

/* --- recorded expressions --------------------------------------------------------------------- */

#include "as_symbol.h"
#define SYMBOL(name, part, partial)                                                                \
    static ag__symbol name##_##part(ag__symbol A, ag__symbol B, ag__symbol Y, ag__constants c)     \
    {                                                                                              \
        const ag__symbol P = ag__symbol_number(c.p), Q = ag__symbol_number(c.q);                   \
        (void)A, (void)B, (void)Y, (void)P, (void)Q;                                               \
        return partial;                                                                            \
    }
#define UNARY(name, value, partial, low, high, doc) SYMBOL(name, symbol0, partial)
#define BINARY(name, value, partial_a, partial_b, low, high, doc)                                  \
    SYMBOL(name, symbol0, partial_a)                                                               \
    SYMBOL(name, symbol1, partial_b)
#include "rows.h"

#include "forget.h"

/* --- descriptors ------------------------------------------------------------------------------ */

#define SHARED                                                                                     \
    .infer = infer, .forward = forward, .vjp = vjp, .backward = backward,                          \
    .partial_number = partial_number
#define ONE_OPERAND(name)                                                                          \
    name##_number, name##_result, {name##_partial0},                                               \
    {                                                                                              \
        name##_symbol0                                                                             \
    }

/* One operand: `call` is how tests call it, the rest how the row ends. */
#define ROW_OF_ONE(name, value_, partial_, low, high, describe_, call, ...)                        \
    static ag_tensor *name##_sample(ag_tensor *const *in)                                          \
    {                                                                                              \
        return call;                                                                               \
    }                                                                                              \
    static const ag_case name##_cases[] = {                                                        \
        {"[2,3]", name##_sample, 1, {{2, {2, 3}}}, low, high},                                     \
        {"0-d", name##_sample, 1, {{0, {0}}}, low, high},                                          \
    };                                                                                             \
    static const row name##_row = {{#name, 1, 0, SHARED, .value = #value_, .partial = {#partial_}, \
                                    .describe = describe_, .cases = name##_cases, .n_cases = 2},   \
                                   ONE_OPERAND(name),                                              \
                                   __VA_ARGS__};
#define UNARY(name, value, partial, low, high, doc)                                                \
    ROW_OF_ONE(name, value, partial, low, high, NULL, ag_##name(in[0]), 0, NULL, NULL)
#define UNARY_P(name, value, partial, low, high, p, doc)                                           \
    ROW_OF_ONE(name, value, partial, low, high, describe_one, ag_##name(in[0], p), 1, NULL, NULL)
#define UNARY_PC(name, value, partial, allowed, hint, low, high, p, doc)                           \
    static bool name##_allows(double P)                                                            \
    {                                                                                              \
        return allowed;                                                                            \
    }                                                                                              \
    ROW_OF_ONE(name, value, partial, low, high, describe_one, ag_##name(in[0], p), 1,              \
               name##_allows, hint)
#define UNARY_PQ(name, value, partial, low, high, p, q, doc)                                       \
    ROW_OF_ONE(name, value, partial, low, high, describe_two, ag_##name(in[0], p, q), 2, NULL, NULL)
#define BINARY(name, value_, partial_a, partial_b, low, high, doc)                                 \
    static ag_tensor *name##_sample(ag_tensor *const *in)                                          \
    {                                                                                              \
        return ag_##name(in[0], in[1]);                                                            \
    }                                                                                              \
    static const ag_case name##_cases[] = {                                                        \
        {"[2,3] [2,3]", name##_sample, 2, {{2, {2, 3}}, {2, {2, 3}}}, low, high},                  \
        {"[2,1] [3]", name##_sample, 2, {{2, {2, 1}}, {1, {3}}}, low, high},                       \
        {"[2,1,3] [2,1]", name##_sample, 2, {{3, {2, 1, 3}}, {2, {2, 1}}}, low, high},             \
        {"0-d [2,3]", name##_sample, 2, {{0, {0}}, {2, {2, 3}}}, low, high},                       \
        {"[2,3] 0-d", name##_sample, 2, {{2, {2, 3}}, {0, {0}}}, low, high},                       \
        {"0-d 0-d", name##_sample, 2, {{0, {0}}, {0, {0}}}, low, high},                            \
    };                                                                                             \
    static const row name##_row = {{#name, 2, 0, SHARED, .value = #value_,                         \
                                    .partial = {#partial_a, #partial_b}, .cases = name##_cases,    \
                                    .n_cases = 6},                                                 \
                                   name##_number,                                                  \
                                   name##_result,                                                  \
                                   {name##_partial0, name##_partial1},                             \
                                   {name##_symbol0, name##_symbol1},                               \
                                   0,                                                              \
                                   NULL,                                                           \
                                   NULL};
#include "rows.h"

const ag_op *const ag__elementwise_ops[] = {
#define UNARY(name, value, partial, low, high, doc) &name##_row.op,
#define BINARY(name, value, partial_a, partial_b, low, high, doc) &name##_row.op,
#include "rows.h"
    NULL,
};

/* --- the public functions --------------------------------------------------------------------- */

#define T double
#define S f64
#include "as_number.h"

#define UNARY(name, value_, partial_, low, high, doc)                                              \
    ag_tensor *(ag_##name)(ag_tensor * x)                                                          \
    {                                                                                              \
        if (!is_lean(x)) {                                                                         \
            return apply_unary(&name##_row.op, x, (ag_##name));                                    \
        }                                                                                          \
        const double A = x->value.f64, Y = value_;                                                 \
        ag_tensor *t = push_lean(&name##_row.op, x, Y, 1, x->flags);                               \
        if (t->flags & AG__NEEDS) {                                                                \
            (void)A;                                                                               \
            t->u.partial[0] = partial_;                                                            \
        }                                                                                          \
        return t;                                                                                  \
    }
#define CHECKED(name, value_, partial_, allowed)                                                   \
    ag_tensor *(ag_##name)(ag_tensor * x, double c)                                                \
    {                                                                                              \
        if (!is_lean(x) || !(allowed)) {                                                           \
            return apply_parameter(&name##_row.op, x, c, (ag_##name));                             \
        }                                                                                          \
        const double A = x->value.f64, P = c, Y = value_;                                          \
        ag_tensor *t = push_lean(&name##_row.op, x, Y, 1, x->flags);                               \
        t->in.one.parameter = P;                                                                   \
        if (t->flags & AG__NEEDS) {                                                                \
            (void)A;                                                                               \
            t->u.partial[0] = partial_;                                                            \
        }                                                                                          \
        return t;                                                                                  \
    }
#define UNARY_P(name, value, partial, low, high, p, doc) CHECKED(name, value, partial, true)
#define UNARY_PC(name, value, partial, allowed, hint, low, high, p, doc)                           \
    CHECKED(name, value, partial, name##_allows(c))
/* A node has room for one constant only: these go the general path. A NaN is no bound. */
#define UNARY_PQ(name, value, partial, low, high, p, q, doc)                                       \
    ag_tensor *(ag_##name)(ag_tensor * x, double c, double d)                                      \
    {                                                                                              \
        double bound[2] = {c == c ? c : -(double)INFINITY, d == d ? d : (double)INFINITY};         \
        return ag_apply(&name##_row.op, &x, 1, bound, sizeof bound);                               \
    }
#define BINARY(name, value_, partial_a, partial_b, low, high, doc)                                 \
    ag_tensor *(ag_##name)(ag_tensor * a, ag_tensor * b)                                           \
    {                                                                                              \
        if (!are_lean(a, b)) {                                                                     \
            return apply_binary(&name##_row.op, a, b, (ag_##name));                                \
        }                                                                                          \
        const double A = a->value.f64, B = b->value.f64, Y = value_;                               \
        ag_tensor *t = push_lean(&name##_row.op, a, Y, 2, a->flags | b->flags);                    \
        t->in.two[1] = b;                                                                          \
        if (t->flags & AG__NEEDS) {                                                                \
            t->u.partial[0] = partial_a;                                                           \
            t->u.partial[1] = partial_b;                                                           \
        }                                                                                          \
        return t;                                                                                  \
    }
#include "rows.h"
