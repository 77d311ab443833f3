/* A convolution with its relu in one call, against the two calls it stands for: the same numbers,
 * forward and backward, whatever the operands are and whichever want a gradient; and numbers by
 * hand. That derivatives are right, first and second, is seen by test_registry.c.
 */
#include <math.h>

#include "neural_test.h"

typedef ag_tensor *convolution(ag_tensor *x, ag_tensor *w, ag_tensor *b, const ag_conv_options *o);

#define BOTH(name)                                                                                 \
    static ag_tensor *one_##name(ag_tensor *x, ag_tensor *w, ag_tensor *b,                         \
                                 const ag_conv_options *o)                                         \
    {                                                                                              \
        return ag_##name##_relu(x, w, b, o);                                                       \
    }                                                                                              \
    static ag_tensor *two_##name(ag_tensor *x, ag_tensor *w, ag_tensor *b,                         \
                                 const ag_conv_options *o)                                         \
    {                                                                                              \
        return ag_relu(ag_##name(x, w, b, o));                                                     \
    }
BOTH(conv1d)
BOTH(conv2d)
BOTH(conv3d)

static convolution *const calls[4][2] = {
    {NULL, NULL}, {one_conv1d, two_conv1d}, {one_conv2d, two_conv2d}, {one_conv3d, two_conv3d}};

/* Two channels of a window of one element: (1, 2, 3) and (-1, 0, 1), of which one is positive. */
START_TEST(test_by_hand)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_from_values(g, AG_PARAMETER, AG_SHAPE(1, 1, 3), VALUES(1, 2, 3));
    ag_tensor *w = ag_from_values(g, AG_PARAMETER, AG_SHAPE(2, 1, 1), VALUES(1, 1));
    ag_tensor *b = ag_from_values(g, AG_PARAMETER, AG_SHAPE(2), VALUES(0, -2));
    ag_tensor *u = ag_from_values(g, AG_CONSTANT, AG_SHAPE(1, 2, 3), VALUES(1, 2, 4, 10, 20, 40));
    ag_tensor *y = ag_conv1d_relu(x, w, b, NULL);
    ck_assert_int_eq(ag_backward_from(y, u), AG_OK);
    VALUE_IS(y, 1, 2, 3, 0, 0, 1);
    GRAD_IS(x, 1, 2, 44);
    GRAD_IS(w, 17, 120);
    GRAD_IS(b, 7, 40);
    ag_graph_free(g);
}
END_TEST

/* With a bias it is one step of a trace, without it is two. */
START_TEST(test_what_is_recorded)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ramp(g, AG_SHAPE(2, 3, 4), 3), *w = ramp(g, AG_SHAPE(2, 2, 2, 2), 5);
    ag_tensor *b = ramp(g, AG_SHAPE(2), 2);
    ag_tensor *y = ag_conv2d_relu(ag_unsqueeze(x, 0), w, b, NULL);
    ck_assert_ptr_eq(ag_op_of(y), ag_op_find("conv_relu"));
    ag_tensor *without = ag_conv2d_relu(ag_unsqueeze(x, 0), w, NULL, NULL);
    ck_assert_str_eq(ag_op_of(without)->name, "relu");
    ck_assert_str_eq(ag_op_of(ag_operand(without, 0))->name, "conv");
    ag_graph_free(g);
}
END_TEST

START_TEST(test_errors)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ramp(g, AG_SHAPE(2, 3, 4), 3), *w = ramp(g, AG_SHAPE(2, 2, 2, 2), 5);
    ck_assert_ptr_null(ag_conv2d_relu(x, w, ramp(g, AG_SHAPE(3), 2), NULL));
    ck_assert_ptr_nonnull(strstr(ag_error_message(g), "conv2d_relu: "));
    ag_graph_free(g);
}
END_TEST

/* --- beside the two calls --------------------------------------------------------------------- */

enum { ALL = 7, LARGEST = 1 << 17 };

/* What is computed, and which of x, w, b want a gradient. */
typedef struct trial {
    int n;
    ag_shape x, w;
    ag_conv_options o;
    int wants;
    ag_dtype dtype;
    bool hostile, strided, twice;
} trial;

/* Numbers of both signs; hostile ones among them. */
static ag_tensor *leaf_of(ag_graph *g, const trial *t, bool wants, ag_shape shape, int seed)
{
    static double values[LARGEST];
    const double odd[] = {(double)INFINITY, (double)NAN, -0.0, 0.0, -(double)INFINITY};
    ag_tensor *leaf = ag_leaf(g, wants ? AG_VARIABLE : AG_CONSTANT, t->dtype, shape, NULL);
    ck_assert_ptr_nonnull(leaf);
    ck_assert_int_le(ag_size(leaf), LARGEST);
    for (int64_t i = 0; i < ag_size(leaf); i++) {
        double v = sin((double)(i * (2 * seed + 1) + seed));
        values[i] = t->hostile && i % (37 + seed) == 5 ? odd[i % 5] : v;
    }
    ck_assert_int_eq(ag_set(leaf, values, ag_size(leaf)), AG_OK);
    return leaf;
}

/* Forward and backward. in[0..2] are x, w and b, in[3] becomes the result. */
static void step(const trial *t, convolution *f, ag_tensor *in[4])
{
    in[3] = f(in[0], in[1], in[2], &t->o);
    ag_graph *g = ag_graph_of(in[0]);
    ck_assert_msg(in[3] != NULL, "%s", ag_error_message(g));
    ag_shape shape = ag_shape_of(in[3]), turned = shape;
    turned.dim[0] = shape.dim[1];
    turned.dim[1] = shape.dim[0];
    ag_tensor *u = leaf_of(g, t, false, t->strided ? turned : shape, 4);
    u = t->strided ? ag_transpose_axes(u, 0, 1) : u;
    ck_assert_int_eq(ag_backward_from(in[3], u), AG_OK);
}

/* The gradient of operand k, or for 3 the result. Returns how many numbers it has. */
static int64_t numbers_of(ag_tensor *const in[4], int k, double *out)
{
    int64_t n = ag_size(in[k]);
    ck_assert_int_le(n, LARGEST);
    ck_assert_int_eq(k == 3 ? ag_get(in[k], out, n) : ag_grad_get(in[k], out, n), AG_OK);
    return n;
}

static void same_numbers(const trial *t, ag_tensor *const one[4], ag_tensor *const two[4], int line)
{
    static double have[LARGEST], want[LARGEST];
    for (int k = 0; k < 4; k++) {
        if (k < 3 && !(t->wants >> k & 1)) {
            continue;
        }
        int64_t n = numbers_of(one, k, have);
        ck_assert_int_eq(n, numbers_of(two, k, want));
        for (int64_t i = 0; i < n; i++) {
            ck_assert_msg(have[i] == want[i] || (isnan(have[i]) && isnan(want[i])),
                          "line %d: of %d, element %d: %.17g, not %.17g", line, k, (int)i, have[i],
                          want[i]);
        }
    }
}

static void run(const trial *t, int line)
{
    ag_graph *g[2];
    ag_tensor *in[2][4];
    for (int k = 0; k < 2; k++) {
        g[k] = ag_graph_new_with(&(ag_graph_options){.dtype = t->dtype});
        const ag_shape shape[3] = {t->x, t->w, AG_SHAPE(t->w.dim[0])};
        for (int i = 0; i < 3; i++) {
            in[k][i] = leaf_of(g[k], t, t->wants >> i & 1, shape[i], i);
        }
        for (int i = 0; i < (t->twice ? 2 : 1); i++) {
            step(t, calls[t->n][k], in[k]);
        }
    }
    same_numbers(t, in[0], in[1], line);
    ag_graph_free(g[0]);
    ag_graph_free(g[1]);
}

/* The trial and its variations in both dtypes. */
static void compare(trial t, int line)
{
    for (int variation = 0; variation < 16; variation++) {
        t.dtype = variation & 1 ? AG_F32 : AG_F64;
        t.strided = variation >> 1 & 1;
        t.hostile = variation >> 2 & 1;
        t.twice = variation >> 3 & 1;
        run(&t, line);
    }
}
#define COMPARE(...) compare((trial){.wants = ALL, __VA_ARGS__}, __LINE__)

/* Windows that overlap or not, groups, lines of less and of more than a vector, several runs. */
START_TEST(test_as_the_two_calls)
{
    COMPARE(.n = 1, .x = AG_SHAPE(2, 3, 5), .w = AG_SHAPE(4, 3, 2), .o = {.padding = {1}});
    COMPARE(.n = 1, .x = AG_SHAPE(3, 2, 700), .w = AG_SHAPE(3, 2, 3), .o = {.stride = {2}});
    COMPARE(.n = 2, .x = AG_SHAPE(3, 4, 28, 28), .w = AG_SHAPE(33, 4, 2, 2), .o = {.same = true});
    COMPARE(.n = 2, .x = AG_SHAPE(2, 4, 9, 7), .w = AG_SHAPE(6, 2, 3, 2),
            .o = {.groups = 2, .dilation = {2, 1}, .stride = {1, 3}});
    COMPARE(.n = 3, .x = AG_SHAPE(2, 2, 4, 5, 20), .w = AG_SHAPE(3, 2, 2, 2, 2),
            .o = {.padding = {1, 0, 1}});
}
END_TEST

START_TEST(test_of_none)
{
    COMPARE(.n = 2, .x = AG_SHAPE(0, 2, 3, 3), .w = AG_SHAPE(2, 2, 2, 2));
    COMPARE(.n = 2, .x = AG_SHAPE(2, 0, 3, 3), .w = AG_SHAPE(2, 0, 2, 2));
    COMPARE(.n = 2, .x = AG_SHAPE(2, 3, 0, 3), .w = AG_SHAPE(2, 3, 2, 2), .o = {.padding = {1, 1}});
    COMPARE(.n = 1, .x = AG_SHAPE(2, 3, 4), .w = AG_SHAPE(0, 3, 2));
}
END_TEST

START_TEST(test_some_operands)
{
    for (int wants = 1; wants < ALL; wants++) {
        compare(
            (trial){.n = 2, .x = AG_SHAPE(2, 3, 5, 6), .w = AG_SHAPE(4, 3, 2, 2), .wants = wants},
            __LINE__);
    }
}
END_TEST

CHECK_MAIN("conv_relu", test_by_hand, test_what_is_recorded, test_errors, test_as_the_two_calls,
           test_of_none, test_some_operands)
