/* Properties that every sample of every operation of some families (reductions, linear algebra,
 * shapes, indices, elementwise) must have. Values are in test_structured_values.c. */
#include <autograd.h>
#include <math.h>

#include "expect.h"
#include "ops/common/families.h"

static const ag_op *const *const families[] = {ag__reduce_ops, ag__linalg_ops, ag__shape_ops,
                                               ag__index_ops, ag__elementwise_ops};
enum { FAMILIES = sizeof families / sizeof families[0] };

typedef void visitor(ag_graph *g, const ag_op *op, const ag_case *sample);

/* Every sample of every operation, each on a fresh graph. */
static void for_every_sample(visitor *visit)
{
    int seen = 0;
    for (int f = 0; f < FAMILIES; f++) {
        for (const ag_op *const *op = families[f]; *op != NULL; op++) {
            ck_assert_msg((*op)->n_cases > 0, "%s has no sample", (*op)->name);
            for (int i = 0; i < (*op)->n_cases; i++, seen++) {
                ag_graph *g = ag_graph_new_with(&(ag_graph_options){.seed = 7});
                visit(g, *op, &(*op)->cases[i]);
                ck_assert_msg(ag_error(g) == AG_OK, "%s, %s: %s", (*op)->name,
                              (*op)->cases[i].label, ag_error_message(g));
                ag_graph_free(g);
            }
        }
    }
    ck_assert_int_gt(seen, 30);
}

static void draw(ag_graph *g, const ag_case *sample, ag_dtype dtype, ag_tensor **in)
{
    for (int i = 0; i < sample->n_in; i++) {
        in[i] = ag_leaf(g, AG_VARIABLE, dtype, sample->shape[i], NULL);
        ck_assert_int_eq(ag_fill_uniform(in[i], sample->low, sample->high), AG_OK);
    }
}

static ag_tensor *random_like(ag_graph *g, const ag_tensor *t)
{
    ag_tensor *u = ag_leaf(g, AG_CONSTANT, ag_dtype_of(t), ag_shape_of(t), NULL);
    ck_assert_int_eq(ag_fill_uniform(u, -1, 1), AG_OK);
    return u;
}

static void get(const ag_tensor *t, double out[MOST_ELEMENTS])
{
    ck_assert_ptr_nonnull(t);
    ck_assert_int_le(ag_size(t), MOST_ELEMENTS);
    ck_assert_int_eq(ag_get(t, out, ag_size(t)), AG_OK);
}

static ag_tensor *call_sample(ag_tensor *const *in, int n, void *user)
{
    ck_assert_int_eq(n, ((const ag_case *)user)->n_in);
    return ((const ag_case *)user)->call(in);
}

/* --- properties ------------------------------------------------------------------------------- */

static void differences_agree(ag_graph *g, const ag_op *op, const ag_case *sample)
{
    ag_tensor *in[3];
    draw(g, sample, AG_F64, in);
    if (op->flags & AG_OP_NO_GRADIENT) {
        ck_assert(!ag_needs_grad(sample->call(in)));
        return;
    }
    char text[400];
    ag_gradcheck_result check = ag_gradcheck(call_sample, (void *)sample, in, sample->n_in, NULL);
    ag_gradcheck_text(&check, text, sizeof text);
    ck_assert_msg(check.ok, "%s, %s: %s; %s", op->name, sample->label, text, ag_error_message(g));
    check = ag_gradgradcheck(call_sample, (void *)sample, in, sample->n_in, NULL);
    ag_gradcheck_text(&check, text, sizeof text);
    ck_assert_msg(check.ok, "%s, %s, twice: %s; %s", op->name, sample->label, text,
                  ag_error_message(g));
}

/* The rule is the derivative, and its own rule is that of the rule. */
START_TEST(test_gradients_agree_with_differences)
{
    for_every_sample(differences_agree);
}
END_TEST

/* <u, f(v) - f(0)> = <J^T u, v>: forward and rule are transposes of each other. */
static void is_adjoint(ag_graph *g, const ag_op *op, const ag_case *sample)
{
    if (!(op->flags & AG_OP_LINEAR)) {
        return;
    }
    ag_tensor *in[3];
    draw(g, sample, AG_F64, in);
    ag_tensor *at_v = sample->call(in), *u = random_like(g, at_v), *gradient, *v = in[0];
    ck_assert_int_eq(ag_grad(&at_v, 1, &u, &v, 1, NULL, &gradient), AG_OK);
    in[0] = ag_leaf(g, AG_VARIABLE, AG_F64, ag_shape_of(v), NULL);
    ag_tensor *at_0 = sample->call(in);
    double y[MOST_ELEMENTS], y0[MOST_ELEMENTS], cotangent[MOST_ELEMENTS], pulled[MOST_ELEMENTS],
        tangent[MOST_ELEMENTS], left = 0, right = 0;
    get(at_v, y);
    get(at_0, y0);
    get(u, cotangent);
    get(gradient, pulled);
    get(v, tangent);
    for (int64_t i = 0; i < ag_size(u); i++) {
        left += cotangent[i] * (y[i] - y0[i]);
    }
    for (int64_t i = 0; i < ag_size(v); i++) {
        right += pulled[i] * tangent[i];
    }
    ck_assert_msg(fabs(left - right) < 1e-12 * (1 + fabs(left)), "%s, %s: %.17g and %.17g",
                  op->name, sample->label, left, right);
}

START_TEST(test_linear_rules_are_transposes)
{
    for_every_sample(is_adjoint);
}
END_TEST

/* The gradients of u . f(in) by numbers, or by recorded operations. */
static void gradients(const ag_case *sample, ag_tensor *const *in, const double *cotangent,
                      bool by_numbers, double out[3][MOST_ELEMENTS])
{
    ag_tensor *y = sample->call(in), *g[3];
    ag_tensor *u = ag_leaf(ag_graph_of(y), AG_CONSTANT, ag_dtype_of(y), ag_shape_of(y), NULL);
    ck_assert_int_eq(ag_set(u, cotangent, ag_size(u)), AG_OK);
    if (by_numbers) {
        ck_assert_int_eq(ag_backward_from(y, u), AG_OK);
    } else {
        ag_grad_options options = {.create_graph = true, .allow_unused = true};
        ck_assert_int_eq(ag_grad(&y, 1, &u, in, sample->n_in, &options, g), AG_OK);
    }
    for (int i = 0; i < sample->n_in; i++) {
        ag_status status = by_numbers ? get_grad_or_zeros(in[i], out[i], ag_size(in[i]))
                                      : ag_get(g[i], out[i], ag_size(in[i]));
        ck_assert_int_eq(status, AG_OK);
    }
}

/* The numeric backward, the rule written with operations, and both in f32, give one gradient. */
static void ways_agree(ag_graph *g, const ag_op *op, const ag_case *sample)
{
    if (op->flags & AG_OP_NO_GRADIENT) {
        return;
    }
    ag_tensor *in[3], *small[3];
    double cotangent[MOST_ELEMENTS], want[3][MOST_ELEMENTS], have[3][MOST_ELEMENTS];
    draw(g, sample, AG_F64, in);
    for (int i = 0; i < sample->n_in; i++) {
        double values[MOST_ELEMENTS];
        get(in[i], values);
        small[i] = ag_leaf(g, AG_VARIABLE, AG_F32, ag_shape_of(in[i]), NULL);
        ck_assert_int_eq(ag_set(small[i], values, ag_size(in[i])), AG_OK);
    }
    get(random_like(g, sample->call(in)), cotangent);
    gradients(sample, in, cotangent, false, want);
    for (int way = 0; way < 3; way++) {
        gradients(sample, way == 0 ? in : small, cotangent, way < 2, have);
        for (int i = 0; i < sample->n_in; i++) {
            for (int64_t j = 0; j < ag_size(in[i]); j++) {
                double error = fabs(have[i][j] - want[i][j]);
                ck_assert_msg(error <= (way == 0 ? 1e-14 : 1e-5), "%s, %s, way %d: %g and %g",
                              op->name, sample->label, way, have[i][j], want[i][j]);
            }
        }
    }
}

START_TEST(test_numeric_backward_equals_the_rule)
{
    for_every_sample(ways_agree);
}
END_TEST

/* --- words ------------------------------------------------------------------------------------ */

static const char *letter(void *user, const ag_tensor *t)
{
    (void)user;
    return t == NULL ? "L" : ag_op_of(t) == NULL ? "x" : "y";
}

/* What a descriptor says of itself on the blackboard can be read, and its parameters are told. */
static void can_be_written(ag_graph *g, const ag_op *op, const ag_case *sample)
{
    (void)g;
    ag_tensor *in[3], *y;
    char text[200] = "";
    draw(g, sample, AG_F64, in);
    y = sample->call(in);
    if (ag_op_of(y) != op) { /* the sample goes on, to a reshape or a transpose */
        return;
    }
    ck_assert_msg((ag_value_text(y, AG_TEXT_ASCII, letter, NULL, text, sizeof text) > 0) ==
                      (op->formula != NULL),
                  "%s: %s", op->name, op->formula);
    for (int i = 0; i < 3 && i < sample->n_in; i++) {
        ck_assert_msg((ag_rule_text(y, i, AG_TEXT_ASCII, letter, NULL, text, sizeof text) > 0) ==
                          (op->vjp_formula[i] != NULL),
                      "%s: %s", op->name, op->vjp_formula[i]);
        ck_assert_msg((ag_partial_text(y, i, AG_TEXT_ASCII, letter, NULL, text, sizeof text) > 0) ==
                          (op->partial_formula[i] != NULL),
                      "%s: %s", op->name, op->partial_formula[i]);
    }
    /* What the table of a trace shows as a formula, its chain rule needs as a number. */
    ck_assert_msg(op->partial_formula[0] == NULL || op->partial_number != NULL,
                  "%s: a partial without its number", op->name);
    ck_assert_int_eq(ag_attributes_text(y, text, sizeof text) > 0, op->describe != NULL);
    ck_assert_int_eq(ag_attributes_text(y, text, 3) < 3, 1);
}

START_TEST(test_formulas_can_be_read)
{
    for_every_sample(can_be_written);
}
END_TEST

static void tells(const ag_tensor *t, const char *want)
{
    char text[200];
    ag_attributes_text(t, text, sizeof text);
    ck_assert_str_eq(text, want);
}

START_TEST(test_parameters)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_full(g, AG_VARIABLE, AG_SHAPE(2, 3, 4), 1);
    tells(ag_sum(x), "all axes");
    tells(ag_sum_over(x, AG_AXES(-1), true), "axis -1, keepdim");
    tells(ag_mean_over(x, AG_AXES(0, 2), false), "axes 0,2");
    tells(ag_reshape(x, AG_SHAPE(6, -1)), "to [6,-1]");
    tells(ag_transpose(x), "axes -2,-1");
    tells(ag_permute(x, AG_AXES(2, 0, 1)), "axes 2,0,1");
    tells(ag_slice(x, 1, INT64_MAX, INT64_MIN, -1), "[::-1] of axis 1");
    tells(ag_slice(x, -1, 1, 3, 2), "[1:3:2] of axis -1");
    tells(ag_concat((ag_tensor *[]){x, x}, 2, 1), "axis 1");
    tells(ag_cast(x, AG_F32), "to f32");
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("structured", test_gradients_agree_with_differences, test_linear_rules_are_transposes,
           test_numeric_backward_equals_the_rule, test_formulas_can_be_read, test_parameters)
