/* The operation of one node of tensors done again, with an operand transposed, exchanged or scaled,
 * or another upstream gradient: what a student computes who makes such a mistake. Must not know any
 * operation, nor what a mistake is called.
 */
#include "replay.h"

/* --- operands --------------------------------------------------------------------------------- */

static void transpose(double *x, int64_t n)
{
    for (int64_t i = 0; i < n; i++) {
        for (int64_t k = 0; k < i; k++) {
            double kept = x[i * n + k];
            x[i * n + k] = x[k * n + i];
            x[k * n + i] = kept;
        }
    }
}

/* A leaf with the values of an operand, changed. */
static ag_tensor *operand_again(ag_graph *g, viz__record *r, size_t from, size_t number,
                                viz__change change)
{
    const ag_tensor *old = viz__node(r, from);
    ag_shape shape = ag_shape_of(old);
    ag_role role = ag_dtype_of(old) == AG_I64 ? AG_CONSTANT : AG_VARIABLE;
    ag_status status;
    double *x = viz__elements(r, from, false, &status);
    bool turned = change.transposed == number + 1, good = x != NULL;
    if (good && turned) {
        good = shape.ndim == 2 && shape.dim[0] == shape.dim[1];
        transpose(x, good ? shape.dim[0] : 0);
    }
    for (int64_t i = 0; good && change.scale != 0 && number == 0 && i < r->fact[from].size; i++) {
        x[i] *= change.scale;
    }
    ag_tensor *t = good ? ag_leaf(g, role, ag_dtype_of(old), shape, NULL) : NULL;
    good = t != NULL && ag_set(t, x, r->fact[from].size) == AG_OK;
    viz__elements_free(r, from, x);
    return good ? t : NULL;
}

/* A node and its operands on a graph of its own. */
typedef struct repeated {
    ag_graph *graph;
    ag_tensor *in[VIZ__MOST_AGAIN], *out;
} repeated;

static void repeat(repeated *p, viz__record *r, size_t step, viz__change change)
{
    size_t first = r->first_edge[step], n = r->first_edge[step + 1] - first;
    *p = (repeated){.graph = viz__graph_beside(r)};
    bool good = p->graph != NULL && n > 0 && n <= VIZ__MOST_AGAIN && (n == 2 || !change.swapped);
    for (size_t i = 0; i < n && good; i++) {
        size_t place = change.swapped ? n - 1 - i : i;
        p->in[place] = operand_again(p->graph, r, r->edge[first + i].from, i, change);
        good = p->in[place] != NULL;
    }
    p->out = good ? ag_apply_again(viz__node(r, step), p->in, (int)n) : NULL;
}

/* One element of a value or a gradient of the size that a node has. */
static ag_status pick(viz__record *r, size_t step, const ag_tensor *t, bool gradient, size_t at,
                      double *element)
{
    int64_t n = ag_size(t);
    ag_status status = AG_ERR_VALUE;
    double *x = n == r->fact[step].size ? viz__array(r->graph, (size_t)n, sizeof *x) : NULL;
    if (x != NULL && at < (size_t)n) {
        status = gradient ? ag_grad_get(t, x, n) : ag_get(t, x, n);
        *element = x[at];
    }
    viz__array_free(r->graph, x, (size_t)n, sizeof *x);
    return status;
}

ag_status viz__value_again(viz__record *r, size_t step, viz__change change, size_t at,
                           double *value)
{
    repeated p;
    repeat(&p, r, step, change);
    ag_status status = p.out != NULL ? pick(r, step, p.out, false, at, value) : AG_ERR_VALUE;
    ag_graph_free(p.graph);
    return status;
}

/* --- what flows back -------------------------------------------------------------------------- */

static void change_upstream(double *x, ag_shape shape, viz__change change)
{
    int64_t inner = 1, n = 1;
    int axis = change.axis - 1;
    for (int i = 0; i < shape.ndim; i++) {
        n *= shape.dim[i];
        inner *= i > axis ? shape.dim[i] : 1;
    }
    for (int64_t i = 0; i < n; i++) {
        bool other = axis >= 0 && i / inner % shape.dim[axis] != change.row;
        x[i] = other ? 0 : change.ones ? 1 : x[i];
    }
}

ag_status viz__flow_again(viz__record *r, size_t step, size_t operand, viz__change change,
                          size_t at, double *flow)
{
    ag_shape shape = viz__shape_of(r, step);
    ag_status status = AG_ERR_VALUE;
    repeated p;
    repeat(&p, r, step, change);
    double *x =
        p.out != NULL && r->fact[step].has_gradient ? viz__elements(r, step, true, &status) : NULL;
    if (x != NULL && ag_size(p.out) == r->fact[step].size) {
        change_upstream(x, shape, change);
        ag_tensor *seed = ag_leaf(p.graph, AG_CONSTANT, ag_dtype_of(p.out), shape, NULL);
        status = seed != NULL ? ag_set(seed, x, r->fact[step].size) : AG_ERR_MEMORY;
        status = status == AG_OK ? ag_backward_from(p.out, seed) : status;
    }
    if (status == AG_OK) {
        size_t from = r->edge[r->first_edge[step] + operand].from;
        status = pick(r, from, p.in[operand], true, at, flow);
    }
    viz__elements_free(r, step, x);
    ag_graph_free(p.graph);
    return status;
}
