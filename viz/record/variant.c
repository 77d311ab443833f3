/* The same computation with other round numbers, for another student. Must not know any operation.
 */
#include <autograd/viz_teach.h>
#include <math.h>

#include "replay.h"

#define DRAWS 100
#define LARGEST 1e4 /* magnitudes that a board has room for */
#define SMALLEST 1e-4

/* A generator of its own (splitmix64; Steele, Lea and Flood 2014), so that the reader's graph keeps
 * its random numbers. */
static uint64_t next(uint64_t *state)
{
    uint64_t z = *state += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

/* A round number of the sign of the old one. Constants, such as labels, stay. */
static double draw_leaf(void *user, const viz__record *r, size_t step, double old)
{
    static const double round[] = {0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1,   1.2, 1.4, 1.5, 1.6, 1.8,
                                   2,   2.2, 2.4, 2.5, 2.8, 3,   3.2, 3.5, 3.6, 4,   4.5, 5};
    if (r->fact[step].role == AG_CONSTANT || ag_dtype_of(viz__node(r, step)) == AG_I64) {
        return old;
    }
    double value = round[next(user) % (sizeof round / sizeof round[0])];
    return old < 0 ? -value : value;
}

static bool is_writable(double value)
{
    return value == 0 || (fabs(value) <= LARGEST && fabs(value) >= SMALLEST);
}

/* Can all numbers of a node, or of its gradient, be written? */
static ag_status are_writable(viz__record *r, const ag_tensor *t, bool gradient, bool *good)
{
    int64_t n = ag_size(t);
    double *x = viz__array(r->graph, (size_t)n, sizeof *x);
    ag_status status = x == NULL  ? AG_ERR_MEMORY
                       : gradient ? ag_grad_get(t, x, n)
                                  : ag_get(t, x, n);
    for (int64_t i = 0; status == AG_OK && i < n; i++) {
        *good = *good && is_writable(x[i]);
    }
    viz__array_free(r->graph, x, (size_t)n, sizeof *x);
    return status;
}

/* Can all of its numbers be written on a board, and is the result another one? */
static ag_status judge(const viz__replay *p, bool *good)
{
    viz__record *r = p->record;
    ag_status status = AG_OK;
    *good = true;
    for (size_t i = 0; i < r->n && status == AG_OK && *good; i++) {
        status = are_writable(r, p->node[i], false, good);
        if (status == AG_OK && ag_has_grad(p->node[i])) {
            status = are_writable(r, p->node[i], true, good);
        }
    }
    const ag_tensor *root = p->node[viz__root(r)];
    bool same = ag_size(root) == 1 && ag_item(root) == r->fact[viz__root(r)].value;
    *good = *good && !same;
    return status;
}

/* Makes one draw; its graph is given to *variant if it is good, else freed. */
static ag_status draw_variant(viz__record *r, uint64_t *state, ag_tensor **variant)
{
    viz__replay p;
    ag_status status = viz__replay_new(&p, r, draw_leaf, state);
    ag_tensor *root = status == AG_OK ? p.node[viz__root(r)] : NULL;
    if (status == AG_OK && ag_needs_grad(root)) {
        ag_retain_grads(p.graph, true);
        status = ag_backward(root);
    }
    bool good = false;
    if (status == AG_OK) {
        status = judge(&p, &good);
    }
    if (status == AG_OK && good) {
        *variant = root;
        p.graph = NULL;
    }
    viz__replay_free(&p);
    return status;
}

/* What viz_variant asks for, and what it gets. */
typedef struct request {
    uint64_t state;
    ag_tensor *variant;
} request;

static void find(viz__out *out, viz__record *r)
{
    request *q = r->user;
    ag_status status = AG_OK;
    for (int i = 0; i < DRAWS && status == AG_OK && q->variant == NULL; i++) {
        status = draw_variant(r, &q->state, &q->variant);
    }
    if (status == AG_OK && q->variant == NULL) {
        status =
            ag_fail(r->graph, AG_ERR_VALUE, "smaller values or another function may do",
                    "%s: no draw of %d gave numbers that can be written on a board", r->who, DRAWS);
    }
    viz__fail(out, status);
}

ag_tensor *viz_variant(const ag_tensor *root, uint64_t seed)
{
    request q = {.state = seed};
    if (root == NULL) {
        return NULL;
    }
    viz__out none = viz__text_beside(root);
    ag_status status = viz__draw("viz_variant", &none, root, NULL, find, &q);
    viz__out_free(&none);
    return status == AG_OK ? q.variant : NULL;
}
