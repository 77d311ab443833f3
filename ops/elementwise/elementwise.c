/* Expands the tables of elementwise operations: the inline path for 0-d f64 tensors, the
 * differentiable rule, the descriptors and the public functions; row.c has what the rows share, and
 * ops/elementwise/simd/row_kernels.c expands the kernels of arrays. Adding an operation adds a row
 * to unary.def or binary.def and nothing here.
 */
#define AG_NO_SITES
#include <math.h>

#include <autograd/elementwise.h>

#include "elementwise_ops.h"
#include "functions.h"
#include "record_scalar.h"
#include "row.h"
#include "row_number.h"

/* --- numbers ---------------------------------------------------------------------------------- */

#define T double
#define S f64
#include "vocabulary_scalar.h"

/* Far enough from both ends of the range? Both parts of an OVER make one partial where that is so,
 * else what comes from above is multiplied by the first and then divided by the second. */
static inline bool is_safe(double partial)
{
    return fabs(partial) > 1e-30 && fabs(partial) < 1e30;
}

#define NUMBER(name, part, number)                                                                 \
    static double name##_##part(double A, double B, double Y, ag__constants c, double upstream)    \
    {                                                                                              \
        const double P = c.p, Q = c.q;                                                             \
        double BELOW = 1;                                                                          \
        int over = 0;                                                                              \
        (void)A, (void)B, (void)Y, (void)P, (void)Q;                                               \
        const double first = number, both = first / BELOW;                                         \
        return over && !is_safe(both) ? upstream * first / BELOW : upstream * both;                \
    }
#define UNARY(name, value, partial, low, high, doc)                                                \
    NUMBER(name, result, value)                                                                    \
    NUMBER(name, partial0, partial)
#define BINARY(name, value, partial_a, partial_b, low, high, doc)                                  \
    NUMBER(name, result, value)                                                                    \
    NUMBER(name, partial0, partial_a)                                                              \
    NUMBER(name, partial1, partial_b)
#include "each_row.h"

#include "vocabulary_end.h"

/* --- recorded expressions --------------------------------------------------------------------- */

/* The parts of other rows are recorded as those are, and called by nobody else. */
#define UNARY(name, value, partial, low, high, doc)
#define BINARY(name, value, partial_a, partial_b, low, high, doc)
#define UNARY_PART(name, value, partial, low, high) static ag_tensor *(ag_##name)(ag_tensor * x);
#define UNARY_PART_P(name, value, partial, low, high, p)                                           \
    static ag_tensor *(ag_##name)(ag_tensor * x, double c);
#define UNARY_PART_PQ(name, value, partial, low, high, p, q)                                       \
    static ag_tensor *(ag_##name)(ag_tensor * x, double c, double d);
#define BINARY_PART(name, value, partial_a, partial_b, low, high)                                  \
    static ag_tensor *(ag_##name)(ag_tensor * a, ag_tensor * b);
#define BINARY_PART_PQ(name, value, partial_a, partial_b, low, high, p, q)                         \
    static ag_tensor *(ag_##name)(ag_tensor * a, ag_tensor * b, double c, double d);
#include "each_row.h"

#include "vocabulary_recorded.h"
#define SYMBOL(name, part, partial)                                                                \
    static ag__symbol name##_##part(ag__symbol A, ag__symbol B, ag__symbol Y, ag__constants c,     \
                                    ag__symbol upstream)                                           \
    {                                                                                              \
        const ag__symbol P = ag__symbol_number(c.p), Q = ag__symbol_number(c.q);                   \
        ag__symbol BELOW = K(1), C = K(0);                                                         \
        (void)A, (void)B, (void)C, (void)Y, (void)P, (void)Q;                                      \
        upstream = MUL(upstream, partial);                                                         \
        return DIV(upstream, BELOW);                                                               \
    }
#define UNARY(name, value, partial, low, high, doc) SYMBOL(name, symbol0, partial)
#define BINARY(name, value, partial_a, partial_b, low, high, doc)                                  \
    SYMBOL(name, symbol0, partial_a)                                                               \
    SYMBOL(name, symbol1, partial_b)
#include "each_row.h"

#include "vocabulary_end.h"

/* --- descriptors ------------------------------------------------------------------------------ */

#define SHARED                                                                                     \
    .infer = ag__row_infer, .forward = ag__row_forward, .vjp = ag__row_vjp,                        \
    .backward = ag__row_backward, .partial_number = ag__row_partial_number
#define ONE_OPERAND(name)                                                                          \
    name##_number, name##_result, {name##_partial0},                                               \
    {                                                                                              \
        name##_symbol0                                                                             \
    }

/* How tests call a row. */
#define CASES(name, sample, ...)                                                                   \
    static ag_tensor *name##_sample(ag_tensor *const *in)                                          \
    {                                                                                              \
        return sample;                                                                             \
    }                                                                                              \
    static const ag_case name##_cases[] = {__VA_ARGS__};

/* One operand: `call` is how tests call it, the rest how the row ends. */
#define ROW_OF_ONE(name, value_, partial_, low, high, describe_, sample, ...)                      \
    CASES(name, sample, {"[2,3]", name##_sample, 1, {{2, {2, 3}}}, low, high},                     \
          {"0-d", name##_sample, 1, {{0, {0}}}, low, high})                                        \
    const ag__row ag__##name##_row = {{#name, 1, 0, SHARED, .formula = #value_,                    \
                                       .partial_formula = {#partial_}, .describe = describe_,      \
                                       AG_CASES(name##_cases)},                                    \
                                      ONE_OPERAND(name),                                           \
                                      __VA_ARGS__};
#define UNARY(name, value, partial, low, high, doc)                                                \
    ROW_OF_ONE(name, value, partial, low, high, NULL, ag_##name(in[0]), {.one = (ag_##name)}, 0,   \
               NULL, NULL)
#define UNARY_P(name, value, partial, low, high, p, doc)                                           \
    ROW_OF_ONE(name, value, partial, low, high, ag__row_describe_one, ag_##name(in[0], p),         \
               {.one_constant = (ag_##name)}, 1, NULL, NULL)
#define UNARY_PC(name, value, partial, allowed, hint, low, high, p, doc)                           \
    static bool name##_allows(double P)                                                            \
    {                                                                                              \
        return allowed;                                                                            \
    }                                                                                              \
    ROW_OF_ONE(name, value, partial, low, high, ag__row_describe_one, ag_##name(in[0], p),         \
               {.one_constant = (ag_##name)}, 1, name##_allows, hint)
#define UNARY_PQ(name, value, partial, low, high, p, q, doc)                                       \
    ROW_OF_ONE(name, value, partial, low, high, ag__row_describe_two, ag_##name(in[0], p, q),      \
               {.one_two_constants = (ag_##name)}, 2, NULL, NULL)
#define UNARY_PART_PQ(name, value, partial, low, high, p, q)                                       \
    UNARY_PQ(name, value, partial, low, high, p, q, "")
/* Two operands: the rest is how the row ends. */
#define ROW_OF_TWO(name, value_, partial_a, partial_b, low, high, describe_, sample, ...)          \
    CASES(name, sample, {"[2,3] [2,3]", name##_sample, 2, {{2, {2, 3}}, {2, {2, 3}}}, low, high},  \
          {"[2,1] [3]", name##_sample, 2, {{2, {2, 1}}, {1, {3}}}, low, high},                     \
          {"[2,1,3] [2,1]", name##_sample, 2, {{3, {2, 1, 3}}, {2, {2, 1}}}, low, high},           \
          {"0-d [2,3]", name##_sample, 2, {{0, {0}}, {2, {2, 3}}}, low, high},                     \
          {"[2,3] 0-d", name##_sample, 2, {{2, {2, 3}}, {0, {0}}}, low, high},                     \
          {"0-d 0-d", name##_sample, 2, {{0, {0}}, {0, {0}}}, low, high})                          \
    const ag__row ag__##name##_row = {{#name, 2, 0, SHARED, .formula = #value_,                    \
                                       .partial_formula = {#partial_a, #partial_b},                \
                                       .describe = describe_, AG_CASES(name##_cases)},             \
                                      name##_number,                                               \
                                      name##_result,                                               \
                                      {name##_partial0, name##_partial1},                          \
                                      {name##_symbol0, name##_symbol1},                            \
                                      __VA_ARGS__};
#define BINARY(name, value, partial_a, partial_b, low, high, doc)                                  \
    ROW_OF_TWO(name, value, partial_a, partial_b, low, high, NULL, ag_##name(in[0], in[1]),        \
               {.two = (ag_##name)}, 0, NULL, NULL)
#define BINARY_PART_PQ(name, value, partial_a, partial_b, low, high, p, q)                         \
    ROW_OF_TWO(name, value, partial_a, partial_b, low, high, ag__row_describe_two,                 \
               ag_##name(in[0], in[1], p, q), {.two_two_constants = (ag_##name)}, 2, NULL, NULL)
#include "each_row.h"

bool ag__are_lean(const ag_tensor *a, const ag_tensor *b, const ag_tensor *c)
{
    if (a == NULL || b == NULL || c == NULL || !(a->flags & b->flags & c->flags & AG__LEAN)) {
        return false;
    }
    const ag_graph *g = ag__graph_from(a);
    return g == ag__graph_from(b) && g == ag__graph_from(c) && g->plain;
}

/* --- the public functions --------------------------------------------------------------------- */

#define T double
#define S f64
#include "vocabulary_scalar.h"

/* The partials of this node serve the sweep only where they are safe. */
static inline void keep_partials(ag_tensor *t, bool safe, const void *attr)
{
    if (!safe) {
        t->u.op.attr = attr;
        t->u.op.storage = NULL;
        t->flags &= (uint16_t)~AG__PARTIALS;
    }
}

#define LEAN_ONE(name, value_, partial_)                                                           \
    if (!is_lean(x)) {                                                                             \
        return apply_unary(&ag__##name##_row.op, x, (ag_##name));                                  \
    }                                                                                              \
    const double A = x->value.f64, Y = value_;                                                     \
    ag_tensor *t = push_lean(&ag__##name##_row.op, x, Y, 1, x->flags);                             \
    if (t->flags & AG__NEEDS) {                                                                    \
        double BELOW = 1;                                                                          \
        int over = 0;                                                                              \
        (void)A;                                                                                   \
        const double first = partial_;                                                             \
        t->u.partial[0] = first / BELOW;                                                           \
        keep_partials(t, !over || is_safe(first / BELOW), NULL);                                   \
    }                                                                                              \
    return t;
#define UNARY(name, value, partial, low, high, doc)                                                \
    ag_tensor *(ag_##name)(ag_tensor * x)                                                          \
    {                                                                                              \
        LEAN_ONE(name, value, partial)                                                             \
    }
#define UNARY_PART(name, value, partial, low, high)                                                \
    static ag_tensor *(ag_##name)(ag_tensor * x)                                                   \
    {                                                                                              \
        LEAN_ONE(name, value, partial)                                                             \
    }
#define CHECKED(name, value_, partial_, allowed)                                                   \
    ag_tensor *(ag_##name)(ag_tensor * x, double c)                                                \
    {                                                                                              \
        if (!is_lean(x) || !(allowed)) {                                                           \
            return apply_parameter(&ag__##name##_row.op, x, c, (ag_##name));                       \
        }                                                                                          \
        const double A = x->value.f64, P = c, Y = value_;                                          \
        ag_tensor *t = push_lean(&ag__##name##_row.op, x, Y, 1, x->flags);                         \
        t->in.one.parameter = P;                                                                   \
        if (t->flags & AG__NEEDS) {                                                                \
            double BELOW = 1;                                                                      \
            int over = 0;                                                                          \
            (void)A;                                                                               \
            const double first = partial_;                                                         \
            t->u.partial[0] = first / BELOW;                                                       \
            keep_partials(t, !over || is_safe(first / BELOW), &t->in.one.parameter);               \
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
        return ag_apply(&ag__##name##_row.op, &x, 1, bound, sizeof bound);                         \
    }
#define UNARY_PART_PQ(name, value, partial, low, high, p, q)                                       \
    static ag_tensor *(ag_##name)(ag_tensor * x, double c, double d)                               \
    {                                                                                              \
        return ag_apply(&ag__##name##_row.op, &x, 1, (double[]){c, d}, 2 * sizeof(double));        \
    }
#define LEAN_TWO(name, value_, partial_a, partial_b)                                               \
    if (!are_lean(a, b)) {                                                                         \
        return apply_binary(&ag__##name##_row.op, a, b, (ag_##name));                              \
    }                                                                                              \
    const double A = a->value.f64, B = b->value.f64, Y = value_;                                   \
    ag_tensor *t = push_lean(&ag__##name##_row.op, a, Y, 2, a->flags | b->flags);                  \
    t->in.two[1] = b;                                                                              \
    if (t->flags & AG__NEEDS) {                                                                    \
        double BELOW = 1;                                                                          \
        int over = 0;                                                                              \
        (void)A, (void)B;                                                                          \
        const double first = partial_a, by_a = first / BELOW;                                      \
        BELOW = 1;                                                                                 \
        const double second = partial_b, by_b = second / BELOW;                                    \
        t->u.partial[0] = by_a;                                                                    \
        t->u.partial[1] = by_b;                                                                    \
        keep_partials(t, !over || (is_safe(by_a) && is_safe(by_b)), NULL);                         \
    }                                                                                              \
    return t;
#define BINARY(name, value, partial_a, partial_b, low, high, doc)                                  \
    ag_tensor *(ag_##name)(ag_tensor * a, ag_tensor * b)                                           \
    {                                                                                              \
        LEAN_TWO(name, value, partial_a, partial_b)                                                \
    }
#define BINARY_PART(name, value, partial_a, partial_b, low, high)                                  \
    static ag_tensor *(ag_##name)(ag_tensor * a, ag_tensor * b)                                    \
    {                                                                                              \
        LEAN_TWO(name, value, partial_a, partial_b)                                                \
    }
#define BINARY_PART_PQ(name, value, partial_a, partial_b, low, high, p, q)                         \
    static ag_tensor *(ag_##name)(ag_tensor * a, ag_tensor * b, double c, double d)                \
    {                                                                                              \
        return ag_apply(&ag__##name##_row.op, (ag_tensor *[]){a, b}, 2, (double[]){c, d},          \
                        2 * sizeof(double));                                                       \
    }
#include "each_row.h"
