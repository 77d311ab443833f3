/* The linear layer with an activation in one call, against the calls it stands for: the
 * same bits, forward and backward, whatever the operands are and whichever want a gradient; and
 * numbers by hand. That derivatives are right, first and second, is seen by test_registry.c.
 */
#include "neural_test.h"

typedef ag_tensor *layer(ag_tensor *x, ag_tensor *w, ag_tensor *b);

#define BOTH(name)                                                                                 \
    static ag_tensor *fused_##name(ag_tensor *x, ag_tensor *w, ag_tensor *b)                       \
    {                                                                                              \
        return ag_linear_##name(x, w, b);                                                          \
    }                                                                                              \
    static ag_tensor *two_##name(ag_tensor *x, ag_tensor *w, ag_tensor *b)                         \
    {                                                                                              \
        return ag_##name(ag_linear(x, w, b));                                                      \
    }
BOTH(relu)
BOTH(sigmoid)
BOTH(tanh)

static ag_tensor *fused_dropout(ag_tensor *x, ag_tensor *w, ag_tensor *b)
{
    return ag_linear_relu_dropout(x, w, b, 0.25);
}

static ag_tensor *two_dropout(ag_tensor *x, ag_tensor *w, ag_tensor *b)
{
    return ag_dropout(ag_linear_relu(x, w, b), 0.25, true);
}

static const struct pair {
    const char *name;
    layer *fused, *two;
} pairs[] = {
    {"linear_relu", fused_relu, two_relu},
    {"linear_relu_dropout", fused_dropout, two_dropout},
    {"linear_sigmoid", fused_sigmoid, two_sigmoid},
    {"linear_tanh", fused_tanh, two_tanh},
};
enum { PAIRS = sizeof pairs / sizeof *pairs, LARGEST = 301 * 203 };

/* --- by hand ---------------------------------------------------------------------------------- */

typedef struct small {
    ag_graph *g;
    ag_tensor *x, *w, *b, *y;
} small;

/* x w^T + b is (-1, 0, 1), the gradient of the result (1, 10, 100). */
static small small_of(layer *f)
{
    small s = {.g = ag_graph_new()};
    s.x = ag_from_values(s.g, AG_VARIABLE, AG_SHAPE(2), VALUES(1, 2));
    s.w = ag_from_values(s.g, AG_PARAMETER, AG_SHAPE(3, 2), VALUES(1, 2, 3, 4, 5, 6));
    s.b = ag_from_values(s.g, AG_PARAMETER, AG_SHAPE(3), VALUES(-6, -11, -16));
    s.y = f(s.x, s.w, s.b);
    ag_tensor *u = ag_from_values(s.g, AG_CONSTANT, AG_SHAPE(3), VALUES(1, 10, 100));
    ck_assert_int_eq(ag_backward_from(s.y, u), AG_OK);
    return s;
}

/* The derivative of relu at 0 is 0. */
START_TEST(test_relu_by_hand)
{
    small s = small_of(fused_relu);
    VALUE_IS(s.y, 0, 0, 1);
    GRAD_IS(s.x, 500, 600);
    GRAD_IS(s.w, 0, 0, 0, 0, 100, 200);
    GRAD_IS(s.b, 0, 0, 100);
    ag_graph_free(s.g);
}
END_TEST

/* The slope is even: that at -1 is that at 1. */
START_TEST(test_smooth_by_hand)
{
    const double e = exp(1), t = tanh(1), p = e / (1 + e);
    const struct {
        layer *f;
        double y[3], slope, middle;
    } rows[] = {
        {fused_sigmoid, {1 - p, 0.5, p}, p * (1 - p), 0.25},
        {fused_tanh, {-t, 0, t}, 1 - t * t, 1},
    };
    for (int i = 0; i < 2; i++) {
        small s = small_of(rows[i].f);
        double a = rows[i].slope, m = 10 * rows[i].middle, c = 100 * a;
        values_are(AG_HERE, s.y, rows[i].y, 3);
        GRAD_IS(s.x, a + 3 * m + 5 * c, 2 * a + 4 * m + 6 * c);
        GRAD_IS(s.w, a, 2 * a, m, 2 * m, c, 2 * c);
        GRAD_IS(s.b, a, m, c);
        ag_graph_free(s.g);
    }
}
END_TEST

/* Three rows: x w^T + b is positive in the first column, in the second only in the last row. */
START_TEST(test_rows_by_hand)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_from_values(g, AG_PARAMETER, AG_SHAPE(3, 1), VALUES(1, 2, 3));
    ag_tensor *w = ag_from_values(g, AG_PARAMETER, AG_SHAPE(2, 1), VALUES(1, 1));
    ag_tensor *b = ag_from_values(g, AG_PARAMETER, AG_SHAPE(2), VALUES(0, -2));
    ag_tensor *u = ag_from_values(g, AG_CONSTANT, AG_SHAPE(3, 2), VALUES(1, 10, 2, 20, 4, 40));
    ag_tensor *y = ag_linear_relu(x, w, b);
    ck_assert_int_eq(ag_backward_from(y, u), AG_OK);
    VALUE_IS(y, 1, 0, 2, 0, 3, 1);
    GRAD_IS(x, 1, 2, 44);
    GRAD_IS(w, 17, 120);
    GRAD_IS(b, 7, 40);
    ag_graph_free(g);
}
END_TEST

/* With a bias linear_relu is one step of a trace, and so with dropout. Without, and for the others, it
 * is two, and three. */
START_TEST(test_what_is_recorded)
{
    for (int k = 0; k < PAIRS; k++) {
        ag_graph *g = ag_graph_new();
        ag_tensor *x = ramp(g, AG_SHAPE(3, 4), 3), *w = ramp(g, AG_SHAPE(2, 4), 5);
        ag_tensor *b = ramp(g, AG_SHAPE(2), 2), *y = pairs[k].fused(x, w, b);
        bool drops = pairs[k].fused == fused_dropout;
        if (pairs[k].fused == fused_relu || drops) {
            ck_assert_ptr_eq(ag_op_of(y), ag_op_find(pairs[k].name));
            ck_assert_ptr_eq(ag_operand(y, 0), x);
        } else {
            ck_assert_ptr_eq(ag_op_of(y), ag_op_of(pairs[k].two(x, w, b)));
            ck_assert_str_eq(ag_op_of(ag_operand(y, 0))->name, "linear");
        }
        ag_tensor *without = pairs[k].fused(x, w, NULL);
        ck_assert_ptr_eq(ag_op_of(without), ag_op_of(pairs[k].two(x, w, NULL)));
        ck_assert_str_eq(ag_op_of(ag_operand(without, 0))->name, drops ? "relu" : "matmul");
        ag_graph_free(g);
    }
}
END_TEST

/* --- beside the two calls --------------------------------------------------------------------- */

enum { ALL = 7 };

/* What is computed: sizes, how operands lie, which of x, w, b want a gradient (bits 1, 2, 4). */
typedef struct trial {
    ag_dtype dtype;
    ag_shape x;
    int64_t out;
    bool strided, hostile, from_sum, twice;
    int wants;
} trial;

typedef struct result {
    int n[4]; /* of the result, and of the gradients of x, w and b; 0: none */
    double *of[4];
} result;

/* Numbers of both signs; hostile ones among them: what infinities, NaN and zeros do to others. */
static ag_tensor *leaf_of(ag_graph *g, const trial *t, bool wants, ag_shape shape, int seed)
{
    static double values[LARGEST];
    const double odd[] = {(double)INFINITY, -(double)INFINITY, (double)NAN, -0.0, 0.0, 1e-310};
    ag_tensor *leaf = ag_leaf(g, wants ? AG_VARIABLE : AG_CONSTANT, t->dtype, shape, NULL);
    ck_assert_ptr_nonnull(leaf);
    ck_assert_int_le(ag_size(leaf), LARGEST);
    for (int64_t i = 0; i < ag_size(leaf); i++) {
        double v = sin((double)(i * (2 * seed + 1) + seed));
        values[i] = t->hostile && i % (7 + seed) == 2 ? odd[(i / (7 + seed)) % 6] : v;
    }
    ck_assert_int_eq(ag_set(leaf, values, ag_size(leaf)), AG_OK);
    return leaf;
}

static ag_shape turned(ag_shape s)
{
    if (s.ndim > 1) {
        int64_t last = s.dim[s.ndim - 1];
        s.dim[s.ndim - 1] = s.dim[s.ndim - 2];
        s.dim[s.ndim - 2] = last;
    }
    return s;
}

/* A leaf and what lies in it turned, where operands are to be strided. */
static ag_tensor *operand_of(ag_graph *g, const trial *t, int i, ag_shape shape, ag_tensor **leaf)
{
    bool turn = t->strided && shape.ndim > 1, thin = t->strided && shape.ndim == 1;
    shape.dim[0] *= thin ? 2 : 1;
    *leaf = leaf_of(g, t, t->wants >> i & 1, turn ? turned(shape) : shape, i);
    return turn ? ag_transpose(*leaf) : thin ? ag_slice(*leaf, 0, 0, shape.dim[0], 2) : *leaf;
}

static double *numbers_of(const ag_tensor *t, bool gradient, int n)
{
    double *out = calloc((size_t)n + 1, sizeof *out);
    ck_assert_ptr_nonnull(out);
    ck_assert_int_eq(gradient ? ag_grad_get(t, out, n) : ag_get(t, out, n), AG_OK);
    return out;
}

/* Forward and backward; the result is new. */
static ag_tensor *step(ag_graph *g, layer *f, const trial *t, ag_tensor *const *in)
{
    ag_tensor *y = f(in[0], in[1], in[2]);
    ck_assert_msg(y != NULL, "%s", ag_error_message(g));
    ag_shape shape = ag_shape_of(y);
    bool turn = t->strided && shape.ndim > 1;
    ag_tensor *u = leaf_of(g, t, false, turn ? turned(shape) : shape, 4);
    u = turn ? ag_transpose(u) : u;
    ck_assert_int_eq(t->from_sum ? ag_backward(ag_sum(y)) : ag_backward_from(y, u), AG_OK);
    return y;
}

static result run(layer *f, const trial *t)
{
    result r = {{0}, {NULL}};
    ag_graph *g = ag_graph_new_with(&(ag_graph_options){.dtype = t->dtype});
    ag_tensor *leaf[4] = {NULL}, *in[3];
    const ag_shape shape[] = {t->x, AG_SHAPE(t->out, t->x.dim[t->x.ndim - 1]), AG_SHAPE(t->out)};
    for (int i = 0; i < 3; i++) {
        in[i] = operand_of(g, t, i, shape[i], &leaf[i + 1]);
    }
    for (int i = 0; i < (t->twice ? 2 : 1); i++) {
        leaf[0] = step(g, f, t, in);
    }
    for (int i = 0; i < 4; i++) {
        if (i == 0 || t->wants >> (i - 1) & 1) {
            r.n[i] = (int)ag_size(leaf[i]);
            r.of[i] = numbers_of(leaf[i], i > 0, r.n[i]);
        }
    }
    ag_graph_free(g);
    return r;
}

/* Also the sign of a zero; of NaN nothing but that it is one. */
static void same_numbers(const result *have, const result *want, const char *name, int line)
{
    static const char *const what[] = {"result", "gradient of x", "gradient of w", "gradient of b"};
    for (int k = 0; k < 4; k++) {
        ck_assert_int_eq(have->n[k], want->n[k]);
        for (int i = 0; i < have->n[k]; i++) {
            double a = have->of[k][i], b = want->of[k][i];
            ck_assert_msg((isnan(a) && isnan(b)) || (a == b && signbit(a) == signbit(b)),
                          "line %d: %s, %s, element %d: %.17g, not %.17g", line, name, what[k], i,
                          a, b);
        }
    }
}

static void drop(result *r)
{
    for (int k = 0; k < 4; k++) {
        free(r->of[k]);
    }
}

/* The trial and its variations in both dtypes and for all activations. Gradients of what was dropped
 * are not the same if it or they are not finite: neural.h. */
static void compare(trial t, int line)
{
    for (int k = 0; k < PAIRS; k++) {
        for (int variation = 0; variation < 32; variation++) {
            t.dtype = variation & 1 ? AG_F32 : AG_F64;
            t.strided = variation >> 1 & 1;
            t.hostile = variation >> 2 & 1 && pairs[k].fused != fused_dropout;
            t.from_sum = variation >> 3 & 1;
            t.twice = variation >> 4 & 1;
            result have = run(pairs[k].fused, &t), want = run(pairs[k].two, &t);
            same_numbers(&have, &want, pairs[k].name, line);
            drop(&have);
            drop(&want);
        }
    }
}
#define COMPARE(...) compare((trial){.wants = ALL, __VA_ARGS__}, __LINE__)

/* Sizes that fill no vector, or some and a rest; sequences; one row that is not written. */
START_TEST(test_as_the_two_calls)
{
    COMPARE(.x = AG_SHAPE(1, 1), .out = 1);
    COMPARE(.x = AG_SHAPE(3, 5), .out = 7);
    COMPARE(.x = AG_SHAPE(37, 3), .out = 33);
    COMPARE(.x = AG_SHAPE(67, 2), .out = 1);
    COMPARE(.x = AG_SHAPE(4), .out = 9);
    COMPARE(.x = AG_SHAPE(2, 3, 5), .out = 6);
    COMPARE(.x = AG_SHAPE(2, 2, 3, 4), .out = 5);
}
END_TEST

START_TEST(test_of_none)
{
    COMPARE(.x = AG_SHAPE(0, 3), .out = 2);
    COMPARE(.x = AG_SHAPE(3, 0), .out = 2);
    COMPARE(.x = AG_SHAPE(3, 2), .out = 0);
    COMPARE(.x = AG_SHAPE(2, 0, 3), .out = 4);
}
END_TEST

START_TEST(test_some_operands)
{
    for (int wants = 1; wants < ALL; wants++) {
        compare((trial){.x = AG_SHAPE(5, 3), .out = 9, .wants = wants}, __LINE__);
    }
}
END_TEST

/* The same bits from one, two and four threads, of enough numbers for these. */
START_TEST(test_threads)
{
    trial t = {.dtype = AG_F32, .x = AG_SHAPE(301, 40), .out = 203, .wants = ALL};
    for (int k = 0; k < PAIRS; k++) {
        ck_assert_int_eq(ag_set_threads(1), AG_OK);
        result one = run(pairs[k].fused, &t);
        for (int threads = 2; threads <= 4; threads *= 2) {
            ck_assert_int_eq(ag_set_threads(threads), AG_OK);
            result more = run(pairs[k].fused, &t);
            same_numbers(&more, &one, pairs[k].name, __LINE__);
            drop(&more);
        }
        drop(&one);
    }
}
END_TEST

/* --- derivatives of derivatives --------------------------------------------------------------- */

static ag_tensor *call_layer(ag_tensor *const *in, int n, void *user)
{
    const struct pair *p = user;
    ag_random_set_state(ag_graph_of(in[0]), (ag_random_state){.key = 1}); /* the same is dropped */
    return n == 3 ? p->fused(ag_transpose(in[0]), in[1], in[2]) : NULL;
}

START_TEST(test_derivatives)
{
    for (int k = 0; k < PAIRS; k++) {
        ag_graph *g = ag_graph_new();
        ag_tensor *in[3] = {ramp(g, AG_SHAPE(2, 4, 3), 3), ramp(g, AG_SHAPE(2, 4), 5),
                            ag_from_values(g, AG_VARIABLE, AG_SHAPE(2), VALUES(0.3, -0.2))};
        derivatives_agree(call_layer, (void *)(uintptr_t)&pairs[k], in, 3);
        ag_graph_free(g);
    }
}
END_TEST

CHECK_MAIN("neural_linear", test_relu_by_hand, test_smooth_by_hand, test_rows_by_hand,
           test_what_is_recorded, test_as_the_two_calls, test_of_none, test_some_operands,
           test_threads, test_derivatives)
