/* What a call that fails leaves where it was to put a result: NULL or nothing, never what was
 * there, so that a caller who cleans up, or goes on by mistake, meets no garbage. Refused
 * arguments, and memory that runs out at every moment.
 */
#include "autograd/allocator.h"
#include "expect.h"

enum { RESULTS = 4 };

/* Returns whether the call worked. Where `wrong`, an argument is. */
typedef bool call(ag_tensor *x, bool wrong, ag_tensor **out);

static bool split(ag_tensor *x, bool wrong, ag_tensor **out)
{
    return ag_split(x, wrong ? 9 : 0, 1, out, RESULTS) >= 0;
}

static bool split_sizes(ag_tensor *x, bool wrong, ag_tensor **out)
{
    static const int64_t sizes[] = {1, 2}, more[] = {1, 5};
    return ag_split_sizes(x, 0, wrong ? more : sizes, 2, out) >= 0;
}

static bool chunk(ag_tensor *x, bool wrong, ag_tensor **out)
{
    return ag_chunk(x, wrong ? 9 : 0, 3, out) >= 0;
}

static bool unbind(ag_tensor *x, bool wrong, ag_tensor **out)
{
    return ag_unbind(x, wrong ? 9 : 0, out, RESULTS) >= 0;
}

static bool meshgrid(ag_tensor *x, bool wrong, ag_tensor **out)
{
    ag_tensor *row = ag_reshape(x, AG_SHAPE(-1)), *list[] = {row, wrong ? x : row};
    return ag_meshgrid(list, 2, out) >= 0;
}

static bool sort(ag_tensor *x, bool wrong, ag_tensor **out)
{
    return ag_sort(x, wrong ? 9 : 0, false, out) != NULL;
}

static bool topk(ag_tensor *x, bool wrong, ag_tensor **out)
{
    return ag_topk(x, 0, wrong ? -1 : 2, true, out) != NULL;
}

static bool max_along(ag_tensor *x, bool wrong, ag_tensor **out)
{
    return ag_max_along(x, wrong ? 9 : 0, false, out) != NULL;
}

static bool min_along(ag_tensor *x, bool wrong, ag_tensor **out)
{
    return ag_min_along(x, wrong ? 9 : 0, false, out) != NULL;
}

static bool median_along(ag_tensor *x, bool wrong, ag_tensor **out)
{
    return ag_median_along(x, wrong ? 9 : 0, false, out) != NULL;
}

static bool cummax(ag_tensor *x, bool wrong, ag_tensor **out)
{
    return ag_cummax(x, wrong ? 9 : 0, out) != NULL;
}

static bool cummin(ag_tensor *x, bool wrong, ag_tensor **out)
{
    return ag_cummin(x, wrong ? 9 : 0, out) != NULL;
}

static bool max_pool1d(ag_tensor *x, bool wrong, ag_tensor **out)
{
    ag_pool_options o = {.kernel = {wrong ? 99 : 2}};
    return ag_max_pool1d(ag_reshape(x, AG_SHAPE(1, 3, 3)), &o, out) != NULL;
}

static bool max_pool2d(ag_tensor *x, bool wrong, ag_tensor **out)
{
    ag_pool_options o = {.kernel = {wrong ? 99 : 2, 2}};
    return ag_max_pool2d(ag_reshape(x, AG_SHAPE(1, 1, 3, 3)), &o, out) != NULL;
}

static bool slogdet(ag_tensor *x, bool wrong, ag_tensor **out)
{
    return ag_slogdet(wrong ? ag_slice(x, 0, 0, 2, 1) : x, out) != NULL;
}

static bool eigh(ag_tensor *x, bool wrong, ag_tensor **out)
{
    return ag_eigh(wrong ? ag_slice(x, 0, 0, 2, 1) : x, out) != NULL;
}

static bool svd(ag_tensor *x, bool wrong, ag_tensor **out)
{
    return ag_svd(wrong ? ag_reshape(x, AG_SHAPE(9)) : x, out, out + 1, out + 2) != NULL;
}

static bool attention(ag_tensor *x, bool wrong, ag_tensor **out)
{
    ag_attention_options o = {.causal = true, .dropout = wrong ? 2 : 0.5, .weights = out};
    return ag_attention(x, x, x, NULL, &o) != NULL;
}

static bool grad(ag_tensor *x, bool wrong, ag_tensor **out)
{
    ag_tensor *y = ag_sum(ag_square(x)), *of[] = {x, wrong ? ag_detach(x) : ag_neg(x)};
    return ag_grad(&y, 1, NULL, of, 2, &(ag_grad_options){.allow_unused = !wrong}, out) == AG_OK;
}

static const struct {
    const char *name;
    call *call;
    int results; /* that are always set */
    bool parts;  /* those made before a failure may stay */
} calls[] = {
    {"split", split, 3, true},
    {"split_sizes", split_sizes, 2, true},
    {"chunk", chunk, 3, true},
    {"unbind", unbind, 3, true},
    {"meshgrid", meshgrid, 2, true},
    {"sort", sort, 1, false},
    {"topk", topk, 1, false},
    {"max_along", max_along, 1, false},
    {"min_along", min_along, 1, false},
    {"median_along", median_along, 1, false},
    {"cummax", cummax, 1, false},
    {"cummin", cummin, 1, false},
    {"max_pool1d", max_pool1d, 1, false},
    {"max_pool2d", max_pool2d, 1, false},
    {"slogdet", slogdet, 1, false},
    {"eigh", eigh, 1, false},
    {"svd", svd, 3, false},
    {"attention", attention, 1, false},
    {"grad", grad, 2, false},
};
enum { CALLS = sizeof calls / sizeof calls[0] };

/* What an uninitialized variable may hold. */
static ag_tensor *garbage(void)
{
    static char memory[8];
    return (ag_tensor *)(void *)memory;
}

static ag_tensor *operand(ag_graph *g)
{
    static const double values[] = {4, 1, 0.5, 1, 5, 0.25, 0.5, 0.25, 6};
    ag_tensor *x = ag_leaf(g, AG_VARIABLE, AG_F64, AG_SHAPE(3, 3), values);
    return x;
}

/* Calls, and checks that nothing of the garbage is left where the call has failed. */
static bool works(int i, ag_tensor *x, bool wrong, const char *when)
{
    ag_tensor *out[RESULTS];
    for (int k = 0; k < RESULTS; k++) {
        out[k] = garbage();
    }
    bool ok = calls[i].call(x, wrong, out);
    for (int k = 0; k < calls[i].results; k++) {
        bool right = ok ? out[k] != NULL : calls[i].parts || out[k] == NULL;
        right = right && out[k] != garbage();
        ck_assert_msg(right, "%s, %s: result %d is %s", calls[i].name, when, k,
                      out[k] == garbage() ? "garbage" : "there");
    }
    return ok;
}

START_TEST(test_refused)
{
    for (int i = 0; i < CALLS; i++) {
        ag_graph *g = ag_graph_new();
        ck_assert(!works(i, NULL, false, "NULL"));
        ag_error_clear(g);
        ck_assert(!works(i, operand(g), true, "a wrong argument"));
        ck_assert_int_ne(ag_error(g), AG_OK);
        ag_error_clear(g);
        ck_assert(works(i, operand(g), false, "right"));
        ag_graph_free(g);
    }
}
END_TEST

/* Returns whether the call failed with the graph's first memory filled so far, where one request of
 * the call, or that one and all later ones, are refused. */
static bool fails_when_full(int i, int64_t filled, size_t request, bool later)
{
    account a = {0};
    ag_graph *g = account_graph(&a);
    ag_tensor *x = operand(g);
    ck_assert_ptr_nonnull(ag_full(g, AG_CONSTANT, AG_SHAPE(filled), 0));
    a.fail_at = a.calls + request;
    a.fail_after = later;
    bool ok = works(i, x, false, "without memory");
    ag_graph_free(g);
    account_balanced(&a);
    return !ok;
}

START_TEST(test_no_memory)
{
    const int64_t all = 16384 / sizeof(double), step = check_small() ? 16 : 12;
    for (int i = 0; i < CALLS; i++) {
        int failed = 0;
        for (int64_t filled = 0; filled < all; filled += step) {
            for (size_t request = 1; request <= 6; request++) {
                failed += fails_when_full(i, filled, request, false);
            }
            failed += fails_when_full(i, filled, 1, true);
        }
        ck_assert_int_gt(failed, 3);
    }
}
END_TEST

/* The list of nodes is a struct, which the usual clean-up frees. */
START_TEST(test_order)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *nothing = NULL;
    for (int by_age = 0; by_age < 2; by_age++) {
        ag_order o;
        memset(&o, 0x41, sizeof o);
        ag_status status = by_age ? ag_order_by_age(nothing, &o) : ag_order_new(nothing, &o);
        ck_assert_int_eq(status, AG_ERR_NULL_ARGUMENT);
        ck_assert(o.n == 0 && o.node == NULL);
        ag_order_free(&o);
        ck_assert_int_eq(by_age ? ag_order_by_age(operand(g), NULL)
                                : ag_order_new(operand(g), NULL),
                         AG_ERR_NULL_ARGUMENT);
    }
    ag_graph_free(g);
}
END_TEST

START_TEST(test_text)
{
    ag_tensor *nothing = NULL;
    char *text = (char *)(void *)garbage();
    ck_assert_int_ne(viz_trace_string(nothing, NULL, &text), AG_OK);
    ck_assert_ptr_null(text);
}
END_TEST

CHECK_MAIN("results", test_refused, test_no_memory, test_order, test_text)
