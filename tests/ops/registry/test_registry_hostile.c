/* Every case of every built-in operation, called with operands it was not made for: drawn shapes,
 * dtypes and values, NaN, infinities and huge numbers among them, some from another graph or NULL.
 * Whatever comes back, nothing crashes (under the sanitizers: nothing is read or written outside
 * its memory), a call that fails leaves a message and a graph that goes on working, and what
 * succeeds can be gone back through, once and twice. Must not know an operation by name.
 */
#define CHECK_SECONDS 300
#include "registry.h"

typedef struct chance {
    uint64_t state;
} chance;

/* 0 to n - 1; the generator of Knuth's MMIX. */
static int pick(chance *c, int n)
{
    c->state = c->state * 6364136223846793005u + 1442695040888963407u;
    return (int)((c->state >> 33) % (uint64_t)n);
}

static double number(chance *c, bool integer)
{
    static const double odd[] = {0, -1, 1, 1e308, -1e308, 1e-310, INFINITY, -INFINITY, NAN, 5};
    static const double whole[] = {0, 1, 2, 3, -1, -100, 7, 9e18, -9e18, 4};
    if (integer) {
        return pick(c, 3) > 0 ? pick(c, 4) : whole[pick(c, 10)];
    }
    return pick(c, 6) > 0 ? pick(c, 4000) / 1000.0 - 2 : odd[pick(c, 10)];
}

/* Near the shape the case was made for, or nothing like it. */
static ag_shape shape_near(chance *c, ag_shape shape)
{
    if (pick(c, 3) == 0) {
        shape.ndim = pick(c, 6);
        for (int d = 0; d < shape.ndim; d++) {
            shape.dim[d] = pick(c, 4);
        }
    } else if (shape.ndim > 0 && pick(c, 2) == 0) {
        shape.dim[pick(c, shape.ndim)] = pick(c, 5);
    }
    return shape;
}

static ag_tensor *operand(chance *c, ag_graph *g, ag_shape like)
{
    static const ag_dtype dtypes[] = {AG_F64, AG_F64, AG_F64, AG_F64, AG_F32, AG_I64};
    ag_dtype dtype = dtypes[pick(c, 6)];
    ag_role role = dtype == AG_I64 ? AG_CONSTANT : AG_VARIABLE;
    ag_tensor *t = ag_leaf(g, role, dtype, shape_near(c, like), NULL);
    double values[ELEMENTS];
    bool mild = pick(c, 2) == 0; /* all of them */
    int64_t n = ag_size(t);
    ck_assert(t != NULL && n <= ELEMENTS);
    for (int64_t i = 0; i < n; i++) {
        values[i] = mild ? (dtype == AG_I64 ? pick(c, 3) : pick(c, 4000) / 1000.0 - 2)
                         : number(c, dtype == AG_I64);
    }
    for (int64_t i = 0; i < n; i++) { /* large integers do not fit the doubles of ag_set */
        if (dtype == AG_I64) {
            ((int64_t *)ag_mutable_data(t))[i] = (int64_t)values[i];
        }
    }
    if (dtype != AG_I64) {
        ck_assert_int_eq(ag_set(t, values, n), AG_OK);
    }
    return t;
}

static bool has_message(ag_graph *g)
{
    return ag_error(g) != AG_OK && strlen(ag_error_message(g)) > 8 && ag_error(g) != AG_ERR_MEMORY;
}

/* Backward by numbers, then the gradient's gradient, as far as it goes. */
static void go_back(ag_graph *g, ag_tensor *y, ag_tensor *const *in, int n)
{
    ag_grad_options options = {.create_graph = true, .allow_unused = true};
    if (ag_dtype_of(y) == AG_I64 || !ag_needs_grad(y)) {
        return;
    }
    ag_tensor *loss = ag_sum(y), *first = NULL, *second = NULL;
    bool ok = ag_backward(loss) == AG_OK;
    ck_assert_msg(ok || has_message(g), "backward failed without a message");
    ag_error_clear(g);
    for (int i = 0; i < n; i++) {
        ag_tensor *x = in[i];
        if (x == NULL || ag_graph_of(x) != g || ag_dtype_of(x) == AG_I64) {
            continue;
        }
        ok = ag_grad(&loss, 1, NULL, &x, 1, &options, &first) == AG_OK;
        ag_tensor *again = ok ? ag_sum(first) : NULL;
        ok = ok && ag_grad(&again, 1, NULL, &x, 1, &options, &second) == AG_OK;
        ck_assert_msg(ok || has_message(g), "a gradient failed without a message");
        ck_assert(!ok || ag_size(second) == ag_size(x));
        ag_error_clear(g);
    }
}

/* Returns whether the call worked. */
static bool attack(const ag_op *op, const ag_case *from, uint64_t seed)
{
    chance c = {seed};
    ag_graph *g = ag_graph_new(), *other = ag_graph_new();
    ag_tensor *in[OPERANDS] = {NULL};
    for (int i = 0; i < from->n_in; i++) {
        ag_graph *whose = pick(&c, 40) == 0 ? other : g;
        in[i] = pick(&c, 40) == 0 ? NULL : operand(&c, whose, from->shape[i]);
        if (in[i] != NULL && ag_shape_of(in[i]).ndim > 1 && pick(&c, 3) == 0) {
            in[i] = ag_transpose(in[i]);
        }
    }
    ag_tensor *y = from->call(in);
    bool missing = false;
    for (int i = 0; i < from->n_in; i++) {
        missing = missing || in[i] == NULL || ag_graph_of(in[i]) != g;
    }
    ck_assert_msg(y != NULL || missing || has_message(g), "%s, %s, seed %llu: no message", op->name,
                  from->label, (unsigned long long)seed);
    ag_error_clear(g);
    if (y != NULL && ag_graph_of(y) == g) {
        go_back(g, y, in, from->n_in);
    }
    ag_tensor *z = ag_square(ag_variable(g, 3));
    ck_assert(ag_backward(z) == AG_OK && ag_item(z) == 9);
    ag_graph_free(g);
    ag_graph_free(other);
    return y != NULL;
}

START_TEST(test_every_operation)
{
    const char *rounds = getenv("AG_TEST_ROUNDS"), *start = getenv("AG_TEST_SEED");
    uint64_t n = rounds != NULL ? strtoull(rounds, NULL, 10) : check_small() ? 3 : 100;
    uint64_t first = start != NULL ? strtoull(start, NULL, 10) : 1;
    long calls = 0, worked = 0;
    for (int i = 0; ag_op_at(i) != NULL; i++) {
        const ag_op *op = ag_op_at(i);
        const char *only = getenv("AG_TEST_OP");
        if (only != NULL && strcmp(only, op->name) != 0) {
            continue;
        }
        for (int k = 0; k < op->n_cases; k++) {
            for (uint64_t seed = first; seed < first + n; seed++) {
                worked += attack(op, &op->cases[k], seed * 1000003 + (uint64_t)(100 * i + k));
                calls++;
            }
        }
    }
    printf("%ld calls, %ld of them worked\n", calls, worked);
    ck_assert(getenv("AG_TEST_OP") != NULL || (calls > 1000 && worked > calls / 10));
}
END_TEST

CHECK_MAIN("registry_hostile", test_every_operation)
