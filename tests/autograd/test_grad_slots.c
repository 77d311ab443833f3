/* ag_grad, recorded or not. Where it is not, contributions are added in place, to memory that is
 * the sweep's own. The numbers are those of ag_backward, what the caller gave is not
 * written to, and the parts of one tensor cost no more than the tensor. Must not know any private
 * header.
 */
#include "no_memory.h"

static ag_graph *g;

enum { ROWS = 64, COLUMNS = 3000 };

/* The ways to take column i of x, whose lines have an axis more: [ROWS,1,COLUMNS]. */
static ag_tensor *sliced(ag_tensor *x, ag_tensor *i)
{
    return ag_select(x, 2, (int64_t)ag_item(i));
}

static ag_tensor *selected(ag_tensor *x, ag_tensor *i)
{
    return ag_index_select(x, i, -1);
}

static ag_tensor *gathered(ag_tensor *x, ag_tensor *i)
{
    return ag_gather(x, ag_expand(i, AG_SHAPE(ROWS, 1, 1)), 2);
}

/* Each element four times, so the sum of squares is that of their halves. */
static ag_tensor *taken(ag_tensor *x, ag_tensor *i)
{
    return ag_mul_scalar(ag_take_along(x, ag_expand(i, AG_SHAPE(1, 4, 1)), 2), 0.5);
}

/* Row i of a table. */
static ag_tensor *embedded(ag_tensor *table, ag_tensor *i)
{
    return ag_embedding(table, i, NULL);
}

typedef struct way {
    ag_tensor *(*column)(ag_tensor *x, ag_tensor *i);
    ag_shape shape; /* of x */
} way;

static const way ways[] = {
    {sliced, {3, {ROWS, 1, COLUMNS}}},   {selected, {3, {ROWS, 1, COLUMNS}}},
    {gathered, {3, {ROWS, 1, COLUMNS}}}, {taken, {3, {ROWS, 1, COLUMNS}}},
    {embedded, {2, {COLUMNS, ROWS}}},
};

/* The sum of x's columns, each squared: 2x is its gradient. */
static ag_tensor *by_columns(ag_tensor *x, const way *w)
{
    ag_tensor *sum = NULL;
    for (int64_t i = 0; i < COLUMNS; i++) {
        ag_tensor *index = ag_leaf(g, AG_CONSTANT, AG_I64, AG_SHAPE(1), &i);
        ag_tensor *square = ag_sum(ag_square(w->column(x, index)));
        sum = i > 0 ? ag_add(sum, square) : square;
    }
    return sum;
}

/* Recorded or not; recorded, the parts are one node, and 2x has the derivative 2. */
static void expect_parts(const way *w, bool create_graph)
{
    account a = {.fail_at = 0};
    ag_grad_options options = {.create_graph = create_graph};
    g = account_graph(&a);
    ag_tensor *x = ag_leaf(g, AG_VARIABLE, AG_F64, w->shape, NULL), *dx;
    expect_ok(ag_fill_uniform(x, -1, 1));
    ag_tensor *y = by_columns(x, w);
    all_well(g);
    size_t before = a.bytes, size = ROWS * COLUMNS * sizeof(double);
    expect_ok(ag_grad(&y, 1, NULL, &x, 1, &options, &dx));
    ck_assert_msg(a.bytes - before < 40 * size, "%zu bytes for the gradient of %zu",
                  a.bytes - before, size);
    const double *have = ag_data(dx), *value = ag_data(x);
    for (int64_t i = 0; i < ag_size(x); i++) {
        if (have[i] != 2 * value[i]) {
            ck_abort_msg("element %d: %g, not %g", (int)i, have[i], 2 * value[i]);
        }
    }
    if (options.create_graph) {
        expect_ok(ag_backward(ag_sum(dx)));
        ck_assert_msg(a.bytes - before < 80 * size, "%zu bytes", a.bytes - before);
        for (int64_t i = 0; i < ag_size(x); i++) {
            ck_assert_double_eq(((const double *)ag_grad_data(x))[i], 2);
        }
    }
    ag_graph_free(g);
    account_balanced(&a);
}

START_TEST(test_parts_of_one_tensor)
{
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        expect_parts(&ways[i], false);
        expect_parts(&ways[i], true);
    }
}
END_TEST

/* Parts along two axes, overlapping, backwards, and x as a whole: the Hessian of a function of them
 * is that of the numbers of a pass, and every allocation may fail. */
static ag_tensor *parts(ag_tensor *x)
{
    ag_tensor *first = ag_narrow(x, 0, 0, 2), *back = ag_slice(x, 1, -1, INT64_MIN, -2);
    ag_tensor *cubes = ag_sum(ag_mul(ag_square(first), ag_narrow(x, 0, 1, 2)));
    ag_tensor *more = ag_sum(ag_mul(back, ag_square(ag_narrow(x, 1, 0, 2))));
    return ag_add(ag_add(cubes, more), ag_sum(ag_exp(x)));
}

static void slope_at(const double value[9], int i, double step, double out[9])
{
    double moved[9];
    memcpy(moved, value, sizeof moved);
    moved[i] += step;
    ag_tensor *x = ag_from_values(g, AG_VARIABLE, AG_SHAPE(3, 3), moved);
    expect_ok(ag_backward(parts(x)));
    expect_ok(ag_grad_get(x, out, 9));
}

START_TEST(test_hessian_of_parts)
{
    const double value[9] = {0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9}, step = 1e-4;
    g = ag_graph_new();
    ag_tensor *x = ag_from_values(g, AG_VARIABLE, AG_SHAPE(3, 3), value);
    ag_tensor *h = ag_reshape(ag_hessian(parts(x), x), AG_SHAPE(9, 9));
    all_well(g);
    for (int i = 0; i < 9; i++) {
        double up[9], down[9];
        slope_at(value, i, step, up);
        slope_at(value, i, -step, down);
        for (int j = 0; j < 9; j++) {
            up[j] = (up[j] - down[j]) / (2 * step);
        }
        expect_value(AG_HERE, ag_select(h, 0, i), up, 9, 1e-6);
    }
    ag_graph_free(g);
}
END_TEST

static ag_status gradient_of_parts(ag_graph *graph)
{
    ag_grad_options options = {.create_graph = true};
    ag_tensor *x = ag_full(graph, AG_VARIABLE, AG_SHAPE(3, 3), 0.5), *y = parts(x), *dx;
    return y != NULL ? ag_grad(&y, 1, NULL, &x, 1, &options, &dx) : ag_error(graph);
}

START_TEST(test_no_memory_for_parts)
{
    everywhere(gradient_of_parts);
}
END_TEST

/* x used in many ways: as it is, broadcast, sliced, turned, twice in one call. */
static ag_tensor *tangle(ag_tensor *x)
{
    ag_tensor *first = ag_select(x, 0, 0), *turned = ag_transpose(x);
    ag_tensor *all = ag_mul(ag_add(x, x), ag_exp(x));
    ag_tensor *part = ag_matmul(turned, ag_mul(x, first));
    return ag_add(ag_sum(all), ag_mean(ag_mul(part, part)));
}

START_TEST(test_numbers_are_those_of_a_pass)
{
    g = ag_graph_new();
    ag_tensor *x = drawn(g, AG_F64, AG_SHAPE(3, 4)), *y = tangle(x), *plain, *recorded;
    ag_grad_options options = {.create_graph = true};
    double want[12];
    expect_ok(ag_backward(y));
    expect_ok(ag_grad_get(x, want, 12));
    expect_ok(ag_grad(&y, 1, NULL, &x, 1, NULL, &plain));
    expect_ok(ag_grad(&y, 1, NULL, &x, 1, &options, &recorded));
    ck_assert(!ag_needs_grad(plain) && ag_needs_grad(recorded));
    expect_value(AG_HERE, plain, want, 12, 1e-14);
    expect_same_tensors(plain, recorded, 1e-14);
    ag_graph_free(g);
}
END_TEST

/* A seed and an upstream gradient that reach a slot first are others' tensors. */
START_TEST(test_what_was_given_is_not_written_to)
{
    g = ag_graph_new();
    ag_tensor *x = of_values(g, AG_SHAPE(3), 1, 2, 3), *y = ag_add(x, x), *again = ag_add(y, x);
    ag_tensor *seed = ag_name(of_values(g, AG_SHAPE(3), 5, 6, 7), "seed");
    ag_tensor *outputs[] = {y, again}, *seeds[] = {seed, seed}, *in[] = {x, y}, *d[2];
    for (int pass = 0; pass < 2; pass++) {
        expect_ok(ag_grad(outputs, 2, seeds, in, 2, NULL, d));
        expect_values(d[0], 25, 30,
                      35); /* 2 seeds by y, as many by the sum above it, and one more */
        expect_values(d[1], 10, 12, 14);
        expect_values(seed, 5, 6, 7);
    }
    ag_graph_free(g);
}
END_TEST

static ag_tensor *cube(ag_tensor *const *in, int n, void *user)
{
    (void)user;
    return n == 1 ? ag_mul(in[0], ag_square(in[0])) : NULL;
}

/* Its backward by numbers belongs to a pass; here it goes by the rule, into the outer slots. */
START_TEST(test_through_a_checkpoint)
{
    g = ag_graph_new();
    ag_tensor *x = of_values(g, AG_SHAPE(2), 2, 3), *dx;
    ag_tensor *y = ag_sum(ag_add(ag_checkpoint(cube, NULL, &x, 1), ag_square(x)));
    expect_ok(ag_grad(&y, 1, NULL, &x, 1, NULL, &dx));
    expect_values(dx, 3 * 4 + 4, 3 * 9 + 6);
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("grad slots", test_hessian_of_parts, test_no_memory_for_parts, test_parts_of_one_tensor,
           test_numbers_are_those_of_a_pass, test_what_was_given_is_not_written_to,
           test_through_a_checkpoint)
