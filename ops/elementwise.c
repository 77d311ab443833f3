/* Expands the tables of elementwise operations: loops for every dtype, the inline path for 0-d f64
 * tensors, the differentiable rule, the descriptors and the public functions. Adding an operation adds
 * a row to unary.def or binary.def and nothing here.
 */
#define AG_NO_SITES
#include <autograd/ops.h>
#include <stdio.h>

#include "family.h"
#include "functions.h"
#include "inline.h"
#include "strided.h"
#include "symbol.h"

typedef void (*loop_function)(const ag__loop *l, double parameter);
typedef double (*partial_function)(double a, double b, double y, double parameter);
typedef ag__symbol (*symbol_function)(ag__symbol a, ag__symbol b, ag__symbol y, ag__symbol parameter);

/* One row of a table. The descriptor comes first, so that a pointer to it is one to the row. */
typedef struct row {
    ag_op op;
    loop_function forward[2]; /* by dtype, f64 and f32 */
    loop_function backward[2][2]; /* by operand and dtype */
    partial_function partial[2];
    symbol_function symbol[2];
} row;

static const row *row_of(const ag_op *op)
{
    return (const row *)(const void *)op;
}

static double parameter_of(const void *attr)
{
    return attr != NULL ? *(const double *)attr : 0;
}

/* --- what the rows share -------------------------------------------------------------------------- */

static ag_status infer(ag_call *call)
{
    ag_status status = ag_call_same_float(call);
    return status == AG_OK ? ag_call_broadcast(call) : status;
}

static ag_status forward(ag_call *call)
{
    ag__loop l;
    loop_function run = row_of(call->op)->forward[call->dtype];
    ag__loop_open(&l, call->out.ndim, call->out.dim);
    ag__loop_add(&l, &call->out);
    for (int i = 0; i < call->n_in; i++) {
        ag_array a = ag_array_of(call->in[i]);
        ag__loop_add(&l, &a);
    }
    for (bool more = ag__loop_start(&l); more; more = ag__loop_next(&l)) {
        run(&l, parameter_of(call->attr));
    }
    return AG_OK;
}

static ag_status backward_operand(ag_pull *pull, int i)
{
    ag_array gradient = ag_grad_array(pull, i);
    if (gradient.data == NULL) {
        return AG_ERR_MEMORY;
    }
    ag__loop l;
    ag_array upstream = ag_array_of(pull->upstream), y = ag_array_of(pull->out);
    loop_function run = row_of(ag_op_of(pull->out))->backward[i][y.dtype];
    ag__loop_open(&l, y.ndim, y.dim);
    ag__loop_add(&l, &gradient);
    ag__loop_add(&l, &upstream);
    ag__loop_add(&l, &y);
    for (int k = 0; k < pull->n_in; k++) {
        ag_array a = ag_array_of(pull->in[k]);
        ag__loop_add(&l, &a);
    }
    for (bool more = ag__loop_start(&l); more; more = ag__loop_next(&l)) {
        run(&l, parameter_of(pull->attr));
    }
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
    ag__symbol parameter = ag__symbol_number(parameter_of(pull->attr));
    for (int i = 0; i < pull->n_in; i++) {
        if (ag_wants(pull, i)) {
            ag__symbol product = ag__symbol_mul(upstream, r->symbol[i](a, b, y, parameter));
            ag_status status = ag_accumulate(pull, i, ag__symbol_get(product, pull->out));
            if (status != AG_OK) {
                return status;
            }
        }
    }
    return AG_OK;
}

static double number_of(const ag_tensor *t)
{
    return (ag_item)(t);
}

static double partial_number(const ag_tensor *node, int i)
{
    const row *r = row_of(ag_op_of(node));
    int last = ag_n_operands(node) - 1;
    return r->partial[i](number_of(ag_operand(node, 0)), number_of(ag_operand(node, last)),
                         number_of(node), parameter_of(ag_attr_of(node)));
}

static void describe_parameter(const void *attr, char *text, size_t bytes)
{
    snprintf(text, bytes, "c = %g", parameter_of(attr));
}

/* --- numbers -------------------------------------------------------------------------------------- */

#define T float
#define S f32
#include "as_number.h"
#include "loops.inc"
#include "forget.h"

#define T double
#define S f64
#include "as_number.h"
#include "loops.inc"

#define PARTIAL(name, part, partial)                                                               \
    static double name##_##part(double A, double B, double Y, double P)                            \
    {                                                                                              \
        (void)A, (void)B, (void)Y, (void)P;                                                        \
        return partial;                                                                            \
    }
#define UNARY(name, value, partial, low, high, doc) PARTIAL(name, partial0, partial)
#define UNARY_P(name, value, partial, low, high, p, doc) PARTIAL(name, partial0, partial)
#define BINARY(name, value, partial_a, partial_b, low, high, doc)                                  \
    PARTIAL(name, partial0, partial_a)                                                             \
    PARTIAL(name, partial1, partial_b)
#include "binary.def"
#include "unary.def"
#undef UNARY
#undef UNARY_P
#undef BINARY
#include "forget.h"

/* --- recorded expressions ------------------------------------------------------------------------- */

#include "as_symbol.h"
#define SYMBOL(name, part, partial)                                                                \
    static ag__symbol name##_##part(ag__symbol A, ag__symbol B, ag__symbol Y, ag__symbol P)        \
    {                                                                                              \
        (void)A, (void)B, (void)Y, (void)P;                                                        \
        return partial;                                                                            \
    }
#define UNARY(name, value, partial, low, high, doc) SYMBOL(name, symbol0, partial)
#define UNARY_P(name, value, partial, low, high, p, doc) SYMBOL(name, symbol0, partial)
#define BINARY(name, value, partial_a, partial_b, low, high, doc)                                  \
    SYMBOL(name, symbol0, partial_a)                                                               \
    SYMBOL(name, symbol1, partial_b)
#include "binary.def"
#include "unary.def"
#undef UNARY
#undef UNARY_P
#undef BINARY
#include "forget.h"

/* --- descriptors ---------------------------------------------------------------------------------- */

#define SHARED .infer = infer, .forward = forward, .vjp = vjp, .backward = backward,               \
               .partial_number = partial_number
#define LOOPS(name, part) {name##_##part##_f64, name##_##part##_f32}
#define ONE_OPERAND(name)                                                                          \
    LOOPS(name, forward), {LOOPS(name, backward0)}, {name##_partial0}, {name##_symbol0}

#define UNARY(name, value_, partial_, low, high, doc)                                              \
    static ag_tensor *name##_sample(ag_tensor *const *in)                                          \
    {                                                                                              \
        return ag_##name(in[0]);                                                                   \
    }                                                                                              \
    static const ag_case name##_cases[] = {                                                        \
        {"[2,3]", name##_sample, 1, {{2, {2, 3}}}, low, high},                                     \
        {"0-d", name##_sample, 1, {{0, {0}}}, low, high},                                          \
    };                                                                                             \
    static const row name##_row = {{#name, 1, 0, SHARED, .value = #value_, .partial = {#partial_}, \
                                    .cases = name##_cases, .n_cases = 2},                          \
                                   ONE_OPERAND(name)};
#define UNARY_P(name, value_, partial_, low, high, p, doc)                                         \
    static ag_tensor *name##_sample(ag_tensor *const *in)                                          \
    {                                                                                              \
        return ag_##name(in[0], p);                                                                \
    }                                                                                              \
    static const ag_case name##_cases[] = {                                                        \
        {"[2,3]", name##_sample, 1, {{2, {2, 3}}}, low, high},                                     \
        {"0-d", name##_sample, 1, {{0, {0}}}, low, high},                                          \
    };                                                                                             \
    static const row name##_row = {{#name, 1, 0, SHARED, .value = #value_, .partial = {#partial_}, \
                                    .describe = describe_parameter, .cases = name##_cases,         \
                                    .n_cases = 2},                                                 \
                                   ONE_OPERAND(name)};
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
                                   LOOPS(name, forward),                                           \
                                   {LOOPS(name, backward0), LOOPS(name, backward1)},               \
                                   {name##_partial0, name##_partial1},                             \
                                   {name##_symbol0, name##_symbol1}};
#include "binary.def"
#include "unary.def"
#undef UNARY
#undef UNARY_P
#undef BINARY

const ag_op *const ag__elementwise_ops[] = {
#define UNARY(name, value, partial, low, high, doc) &name##_row.op,
#define UNARY_P(name, value, partial, low, high, p, doc) &name##_row.op,
#define BINARY(name, value, partial_a, partial_b, low, high, doc) &name##_row.op,
#include "binary.def"
#include "unary.def"
#undef UNARY
#undef UNARY_P
#undef BINARY
    NULL,
};

/* --- the public functions ------------------------------------------------------------------------- */

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
        ag_tensor *t = push_lean(&name##_row.op, x, Y, 1, x->flags);                   \
        if (t->flags & AG__NEEDS) {                                                                \
            (void)A;                                                                               \
            t->u.partial[0] = partial_;                                                            \
        }                                                                                          \
        return t;                                                                                  \
    }
#define UNARY_P(name, value_, partial_, low, high, p, doc)                                         \
    ag_tensor *(ag_##name)(ag_tensor * x, double c)                                                \
    {                                                                                              \
        if (!is_lean(x)) {                                                                         \
            return apply_parameter(&name##_row.op, x, c, (ag_##name));                             \
        }                                                                                          \
        const double A = x->value.f64, P = c, Y = value_;                                          \
        ag_tensor *t = push_lean(&name##_row.op, x, Y, 1, x->flags);                   \
        t->in.one.parameter = P;                                                                   \
        if (t->flags & AG__NEEDS) {                                                                \
            (void)A;                                                                               \
            t->u.partial[0] = partial_;                                                            \
        }                                                                                          \
        return t;                                                                                  \
    }
#define BINARY(name, value_, partial_a, partial_b, low, high, doc)                                 \
    ag_tensor *(ag_##name)(ag_tensor * a, ag_tensor * b)                                           \
    {                                                                                              \
        if (!are_lean(a, b)) {                                                                     \
            return apply_binary(&name##_row.op, a, b, (ag_##name));                                \
        }                                                                                          \
        const double A = a->value.f64, B = b->value.f64, Y = value_;                               \
        ag_tensor *t = push_lean(&name##_row.op, a, Y, 2, a->flags | b->flags);      \
        t->in.two[1] = b;                                                                          \
        if (t->flags & AG__NEEDS) {                                                                \
            t->u.partial[0] = partial_a;                                                           \
            t->u.partial[1] = partial_b;                                                           \
        }                                                                                          \
        return t;                                                                                  \
    }
#include "binary.def"
#include "unary.def"
