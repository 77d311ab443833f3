/* Every case of every operation with operands that have no element although another of their sizes
 * is huge: 2^45 lines of nothing are legal, and nobody may walk them. A call that does so never
 * comes back and is ended by an alarm, which says which it was. Must not know an operation by name.
 */
#define CHECK_SECONDS 300

#include "endless.h"
#include "registry_sample.h"

static const int64_t huge = INT64_C(1) << 45;

enum { AXES = 6 };

/* In what way the sizes of a case are changed: those that are equal to `zero` and `huge`, those
 * that stand so far from the last axis, or, apart, all to 1 but for a 0 in front and a huge size
 * that stands in every operand at another place, so that what they are broadcast to has several. */
enum { BY_SIZE, BY_PLACE, APART, WAYS };
typedef struct change {
    int how;
    int64_t zero, huge;
} change;

static int64_t changed(const change *c, ag_shape shape, int d, int operand)
{
    int64_t place = shape.ndim - d, key = c->how == BY_SIZE ? shape.dim[d] : place;
    if (c->how == APART) {
        return place == c->zero ? 0 : place == c->huge + operand ? huge : 1;
    }
    return key == c->zero ? 0 : key == c->huge ? huge : shape.dim[d];
}

static ag_tensor *operand(ag_graph *g, const change *c, ag_shape shape, int i, bool *odd)
{
    ag_shape s = shape;
    bool zero = false, large = false;
    for (int d = 0; d < shape.ndim; d++) {
        s.dim[d] = changed(c, shape, d, i);
        zero = zero || s.dim[d] == 0;
        large = large || s.dim[d] == huge;
    }
    *odd = *odd || (zero && large);
    return ag_full(g, AG_VARIABLE, s, 0);
}

static void go_back(ag_tensor *y, ag_tensor **in, int n)
{
    const ag_grad_options o = {.create_graph = true, .allow_unused = true};
    ag_tensor *loss = ag_sum(y), *first[OPERANDS], *second[OPERANDS];
    ag_status status = ag_backward(loss);
    if (status == AG_OK && ag_grad(&loss, 1, NULL, in, n, &o, first) == AG_OK) {
        ag_tensor *again = first[0] != NULL ? ag_sum(first[0]) : NULL;
        status = again != NULL ? ag_grad(&again, 1, NULL, in, n, &o, second) : AG_OK;
    }
    (void)status;
}

/* Whether the call worked on what has no elements and is huge. */
static bool call(const ag_op *op, const ag_case *from, const change *c)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *in[OPERANDS] = {NULL};
    bool odd = false, worked = false, all = true;
    for (int i = 0; i < from->n_in; i++) {
        in[i] = operand(g, c, from->shape[i], i, &odd);
        all = all && in[i] != NULL;
    }
    ag_error_clear(g); /* one that has no zero is too large */
    if (odd && all) {
        snprintf(endless_call, sizeof endless_call,
                 "endless: %s, %s, with 0 for %lld and 2^45 for %lld, %s\n", op->name, from->label,
                 (long long)c->zero, (long long)c->huge,
                 (const char *[]){"sizes", "counted from the last axis", "apart"}[c->how]);
        alarm(20);
        ag_tensor *y = from->call(in);
        ck_assert(y != NULL || ag_error(g) != AG_OK);
        worked = y != NULL;
        if (worked && ag_dtype_of(y) != AG_I64) {
            go_back(y, in, from->n_in);
        }
        alarm(0);
    }
    ag_graph_free(g);
    return worked;
}

START_TEST(test_nothing_is_walked)
{
    int worked = 0;
    signal(SIGALRM, endless_say);
    for (int i = 0; ag_op_at(i) != NULL; i++) {
        const ag_op *op = ag_op_at(i);
        for (int k = 0; k < op->n_cases; k++) {
            for (int way = 0; way < WAYS * AXES * AXES; way++) {
                change c = {way % WAYS, 1 + way / WAYS % AXES, 1 + way / WAYS / AXES};
                worked += c.zero != c.huge && call(op, &op->cases[k], &c);
            }
        }
    }
    ck_assert_int_gt(worked, 300);
}
END_TEST

CHECK_MAIN("registry_empty", test_nothing_is_walked)
