/* Properties of the index family: gather and scatter_add are transposes, sorting is stable;
 * derivatives of derivatives through a chain of operations on shapes and indices; and what happens
 * when memory runs out.
 */
#include "ops/counted.h"

static void begin(void)
{
    g = ag_graph_new_with(&(ag_graph_options){.seed = 5});
}

/* <gather(x, i), u> = <x, scatter_add(0, i, u)>, and index_select is a gather by an index that is
 * the same in every row. */
START_TEST(test_gather_and_scatter_add_are_transposes)
{
    begin();
    ag_tensor *x = strided(drawn_below(AG_SHAPE(4, 6), 1000)),
              *u = strided(drawn_below(AG_SHAPE(3, 5), 1000));
    ag_tensor *index = ag_cast(drawn_below(AG_SHAPE(3, 5), 6), AG_I64);
    ag_tensor *zeros = ag_full(g, AG_CONSTANT, AG_SHAPE(4, 6), 0);
    double there = ag_item(ag_sum(ag_mul(ag_gather(x, index, 1), u)));
    double back = ag_item(ag_sum(ag_mul(x, ag_scatter_add(zeros, index, u, 1))));
    ck_assert_double_eq(there, back); /* whole numbers below 2^53 */
    ag_tensor *rows = INDICES(AG_SHAPE(5), 3, 3, 0, 2, 3);
    ag_tensor *wide = ag_expand(ag_reshape(rows, AG_SHAPE(5, 1)), AG_SHAPE(5, 6));
    ag_tensor *equal = ag_eq(ag_index_select(x, rows, 0), ag_gather(x, wide, 0));
    ck_assert_double_eq(ag_item(ag_sum(equal)), 30);
    ag_graph_free(g);
}
END_TEST

/* --- order ----------------------------------------------------------------------------------- */

/* A permutation that puts the keys in order, and equal ones by their places, for many lengths. */
START_TEST(test_sort_is_stable)
{
    begin();
    for (int n = 0; n < 70; n++) {
        bool descending = n % 2 == 1;
        ag_tensor *order, *x = drawn_below(AG_SHAPE(n, 3), 5);
        ag_tensor *y = ag_sort(strided(x), 0, descending, &order);
        for (int k = 0; k < 3 * (n - 1); k++) {
            ag_shape here = AG_SHAPE(k / 3, k % 3), next = AG_SHAPE(k / 3 + 1, k % 3);
            double a = at(y, here), b = at(y, next);
            bool ordered = descending ? a > b : a < b;
            ck_assert(ordered || (a == b && at(order, here) < at(order, next)));
        }
        for (int k = 0; k < 3 * n; k++) {
            ag_shape here = AG_SHAPE(k / 3, k % 3);
            ck_assert_double_eq(at(x, AG_SHAPE((int64_t)at(order, here), k % 3)), at(y, here));
        }
    }
    ck_assert_int_eq(ag_error(g), AG_OK);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_topk_is_the_head_of_sort)
{
    begin();
    ag_tensor *x = strided(drawn_below(AG_SHAPE(3, 40), 12)), *a, *b;
    for (int k = 0; k <= 40; k += 8) {
        ag_tensor *top = ag_topk(x, 1, k, k % 16 == 0, &a);
        ag_tensor *sorted = ag_sort(x, 1, k % 16 == 0, &b);
        expect_shape(AG_HERE, top, AG_SHAPE(3, k));
        ag_tensor *differ = ag_ne(top, ag_narrow(sorted, 1, 0, k));
        ck_assert_double_eq(ag_item(ag_sum(differ)), 0);
        ck_assert_double_eq(ag_item(ag_sum(ag_ne(a, ag_narrow(b, 1, 0, k)))), 0);
    }
    ag_graph_free(g);
}
END_TEST

/* searchsorted gives how many elements are below the value, or not above it. */
START_TEST(test_searchsorted_counts)
{
    begin();
    ag_tensor *sorted = ag_sort(drawn_below(AG_SHAPE(25), 9), 0, false, NULL);
    ag_tensor *v = strided(drawn_below(AG_SHAPE(4, 5), 10)), *column = ag_unsqueeze(v, -1);
    ag_tensor *below = ag_sum_over(ag_lt(sorted, column), AG_AXES(-1), false);
    ag_tensor *upto = ag_sum_over(ag_le(sorted, column), AG_AXES(-1), false);
    ck_assert_double_eq(ag_item(ag_sum(ag_ne(ag_searchsorted(sorted, v, false), below))), 0);
    ck_assert_double_eq(ag_item(ag_sum(ag_ne(ag_searchsorted(sorted, v, true), upto))), 0);
    ag_graph_free(g);
}
END_TEST

/* --- derivatives of derivatives --------------------------------------------------------------- */

/* A chain through most of the family, cubed, so that its second derivative is not zero. */
static ag_tensor *chain(ag_tensor *const *in, int n, void *user)
{
    (void)n;
    (void)user;
    const ag_pad_widths one = {.before = {1, 1}, .after = {0, 1}};
    ag_tensor *y = ag_pad(in[0], AG_PAD_REFLECT, &one, 0);   /* [3,5] */
    y = ag_pad(ag_roll(y, 1, 2), AG_PAD_REPLICATE, &one, 0); /* [4,7] */
    y = ag_sort(ag_mul(y, y), 1, true, NULL);
    y = ag_index_select(y, INDICES(AG_SHAPE(3), 2, 2, 0), 0); /* [3,7] */
    y = ag_scatter(y, INDICES(AG_SHAPE(2, 2), 1, 1, 0, 3), in[1], 1);
    y = ag_scatter_add(y, INDICES(AG_SHAPE(1, 2), 2, 2), in[1], 0);
    y = ag_unfold(ag_topk(y, 1, 5, false, NULL), 1, 2, 2); /* [3,2,2] */
    y = ag_masked_mean_over(ag_mul(y, ag_square(y)), INDICES(AG_SHAPE(2), 1, 0), AG_AXES(2), false);
    return ag_tile(ag_flip(ag_moveaxis(y, AG_AXES(0), AG_AXES(1)), AG_AXES(0)), AG_SHAPE(2));
}

START_TEST(test_second_derivatives_of_a_chain)
{
    begin();
    ag_tensor *in[] = {
        ag_from_values(g, AG_VARIABLE, AG_SHAPE(2, 3), (double[]){0.3, 0.8, 1.1, -0.5, 1.4, -0.95}),
        ag_from_values(g, AG_VARIABLE, AG_SHAPE(2, 2), (double[]){0.4, 1.3, -0.7, 0.6}),
    };
    char text[300];
    ag_gradcheck_result first = ag_gradcheck(chain, NULL, in, 2, NULL);
    ag_gradcheck_result second = ag_gradgradcheck(chain, NULL, in, 2, NULL);
    ag_gradcheck_text(first.ok ? &second : &first, text, sizeof text);
    ck_assert_msg(first.ok && second.ok, "%s %s", text, ag_error_message(g));
    ck_assert_int_gt(second.derivatives, 50);
    ag_graph_free(g);
}
END_TEST

/* --- when memory runs out --------------------------------------------------------------------- */

typedef struct budget {
    long left;
} budget;

static void *give(void *context, size_t bytes)
{
    budget *b = context;
    return b->left-- > 0 ? malloc(bytes) : NULL;
}

static void take_back(void *context, void *memory, size_t bytes)
{
    (void)context;
    (void)bytes;
    free(memory);
}

/* Every allocation fails in turn: the chain and its gradient then say so, and nothing breaks. */
START_TEST(test_memory_runs_out)
{
    long granted = 0;
    for (bool worked = false; !worked; granted++) {
        budget b = {granted};
        g = ag_graph_new_with(&(ag_graph_options){.allocator = {give, take_back, &b}, .seed = 1});
        ag_tensor *in[] = {ag_full(g, AG_VARIABLE, AG_SHAPE(40, 300), 0.5),
                           ag_full(g, AG_VARIABLE, AG_SHAPE(2, 2), 0.25)};
        ag_tensor *y = chain(in, 2, NULL), *wide = ag_tile(in[0], AG_SHAPE(3, 5));
        ag_tensor *z = ag_add(ag_sum(y), ag_sum(ag_sort(wide, 1, false, NULL)));
        worked = ag_backward(z) == AG_OK;
        ck_assert(worked || g == NULL || ag_error(g) == AG_ERR_MEMORY);
        ag_graph_free(g);
    }
    ck_assert_int_gt(granted, 5);
}
END_TEST

CHECK_MAIN("index properties", test_gather_and_scatter_add_are_transposes, test_sort_is_stable,
           test_topk_is_the_head_of_sort, test_searchsorted_counts,
           test_second_derivatives_of_a_chain, test_memory_runs_out)
