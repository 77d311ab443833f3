/* Runs one sample through the library in f64 or f32 and holds what comes out against PyTorch's
 * numbers. Must not know any operation by name.
 */
#ifndef GOLDEN_RUN_H
#define GOLDEN_RUN_H

#include <autograd.h>

#include "golden.h"

/* Our operation on these operands; writes its results, at most MOST_TENSORS, and returns how many.
 * A NULL among them is an error of the graph's. */
typedef int golden_call(ag_graph *g, const record *r, ag_tensor *const *in, ag_tensor **out);

typedef struct golden_entry {
    const char *op;
    golden_call *call; /* NULL: not in this build */
} golden_entry;

enum { MOST_OPS = 1024 };

/* What every sample of a file adds to. */
typedef struct tally {
    bool seen[MOST_OPS]; /* registered operations that were recorded */
    int passed, failed, first, second, f32, not_f32;
    char why[2000]; /* the last failure */
} tally;

typedef struct trial {
    const record *r;
    const golden_entry *entry;
    bool spread; /* are operands views with gaps? */
    ag_dtype dtype;
    tally *tally;
    ag_graph *graph;
    ag_tensor *in[MOST_TENSORS], *out[MOST_TENSORS];
    ag_tensor *seed[MOST_TENSORS], *first[MOST_TENSORS]; /* NULL: nothing flows there */
    int n_out;
} trial;

static inline bool trial_fails(trial *t, const char *what, const char *why)
{
    snprintf(t->tally->why, sizeof t->tally->why, "%s(%s), from %s, %s, %s: %s", t->r->op,
             t->r->text, t->r->source, ag_dtype_text(t->dtype), what, why);
    return false;
}

/* --- numbers ---------------------------------------------------------------------------------- */

static inline ag_shape shape_of_numbers(const numbers *n)
{
    ag_shape shape = {.ndim = n->ndim};
    memcpy(shape.dim, n->dim, sizeof n->dim);
    return shape;
}

static inline ag_tensor *leaf_of(ag_graph *g, const numbers *n, ag_role role, ag_dtype dtype)
{
    ag_tensor *leaf = ag_leaf(g, role, n->whole ? AG_I64 : dtype, shape_of_numbers(n), NULL);
    int64_t *whole = n->whole && leaf != NULL ? ag_mutable_data(leaf) : NULL;
    for (int64_t i = 0; whole != NULL && i < n->n; i++) {
        whole[i] = (int64_t)n->of[i];
    }
    if (leaf != NULL && !n->whole && ag_set(leaf, n->of, n->n) != AG_OK) {
        return NULL;
    }
    return leaf;
}

/* Errors count relative to the largest number of the tensor, or to 1e-3 if that is larger. */
static inline double scale_of(const numbers *want)
{
    double scale = 1e-3;
    for (int64_t i = 0; i < want->n; i++) {
        scale = isfinite(want->of[i]) ? fmax(scale, fabs(want->of[i])) : scale;
    }
    return scale;
}

static inline bool numbers_agree(trial *t, const char *what, int which, const numbers *want,
                                 const double *have, double tolerance)
{
    double limit = want->whole ? 0 : tolerance * scale_of(want);
    for (int64_t i = 0; i < want->n; i++) {
        double a = have[i], b = want->of[i];
        if (a == b || (isnan(a) && isnan(b)) || fabs(a - b) <= limit) {
            continue;
        }
        char place[80], why[120];
        snprintf(place, sizeof place, "%s %d, element %lld", what, which, (long long)i);
        snprintf(why, sizeof why, "%.17g, PyTorch %.17g", a, b);
        return trial_fails(t, place, why);
    }
    return true;
}

static inline bool tensor_agrees(trial *t, const char *what, int which, const ag_tensor *have,
                                 const numbers *want, double tolerance)
{
    ag_shape a = ag_shape_of(have), b = shape_of_numbers(want);
    bool same = a.ndim == b.ndim;
    for (int i = 0; same && i < a.ndim; i++) {
        same = a.dim[i] == b.dim[i];
    }
    if (!same) {
        return trial_fails(t, what, "another shape than PyTorch's");
    }
    double *values = malloc((size_t)(want->n + 1) * sizeof *values);
    bool ok = values != NULL && ag_get(have, values, want->n) == AG_OK;
    ok = ok ? numbers_agree(t, what, which, want, values, tolerance)
            : trial_fails(t, what, ag_error_message(t->graph));
    free(values);
    return ok;
}

/* No gradient flows: PyTorch's must be zeros. */
static inline bool zeros_agree(trial *t, const char *what, int which, const numbers *want)
{
    double *zeros = calloc((size_t)(want->n + 1), sizeof *zeros);
    bool ok = zeros != NULL && numbers_agree(t, what, which, want, zeros, 0);
    free(zeros);
    return ok;
}

/* --- what was recorded ------------------------------------------------------------------------ */

static inline void note_op(tally *all, const ag_op *op)
{
    for (int i = 0; op != NULL && i < MOST_OPS && ag_op_at(i) != NULL; i++) {
        all->seen[i] |= ag_op_at(i) == op;
    }
}

static inline void note_ops(tally *all, const ag_tensor *root)
{
    ag_order order;
    if (root == NULL || ag_order_new(root, &order) != AG_OK) {
        return;
    }
    for (size_t i = 0; i < order.n; i++) {
        note_op(all, ag_op_of(order.node[i]));
    }
    ag_order_free(&order);
}

/* --- derivatives ------------------------------------------------------------------------------ */

/* gradient[i] = that of the sum of <from[k], seed[k]> by leaf[i], NULL where nothing flows. A NULL
 * among the first two is left out. */
static inline bool pull_back(trial *t, ag_tensor *const *from, ag_tensor *const *seed, int n,
                             ag_tensor *const *leaf, int n_leaf, ag_tensor **gradient)
{
    ag_tensor *roots[MOST_TENSORS], *seeds[MOST_TENSORS], *grads[2 * MOST_TENSORS] = {0};
    ag_tensor *leaves[2 * MOST_TENSORS];
    int n_roots = 0, n_leaves = 0;
    for (int i = 0; i < n; i++) {
        if (from[i] != NULL && seed[i] != NULL && ag_needs_grad(from[i])) {
            roots[n_roots] = from[i];
            seeds[n_roots++] = seed[i];
        }
    }
    for (int i = 0; i < n_leaf; i++) {
        gradient[i] = NULL;
        if (leaf[i] != NULL) {
            leaves[n_leaves++] = leaf[i];
        }
    }
    ag_grad_options options = {.create_graph = true, .allow_unused = true};
    if (n_roots == 0 || n_leaves == 0) {
        return true;
    }
    if (ag_grad(roots, n_roots, seeds, leaves, n_leaves, &options, grads) != AG_OK) {
        return trial_fails(t, "ag_grad", ag_error_message(t->graph));
    }
    for (int i = 0, k = 0; i < n_leaf; i++) {
        gradient[i] = leaf[i] != NULL ? grads[k++] : NULL;
        note_ops(t->tally, gradient[i]);
    }
    return true;
}

/* want[i].of is NULL where there is nothing to compare with. */
static inline bool gradients_agree(trial *t, const char *what, ag_tensor *const *have,
                                   const numbers *want, int n, double tolerance)
{
    for (int i = 0; i < n; i++) {
        if (want[i].of != NULL &&
            !(have[i] != NULL ? tensor_agrees(t, what, i, have[i], &want[i], tolerance)
                              : zeros_agree(t, what, i, &want[i]))) {
            return false;
        }
    }
    return true;
}

static inline void leaves_of(trial *t, const numbers *list, int n, ag_role role, ag_tensor **leaves)
{
    for (int i = 0; i < n; i++) {
        leaves[i] = list[i].of != NULL ? leaf_of(t->graph, &list[i], role, t->dtype) : NULL;
    }
}

static inline bool first_agrees(trial *t, double tolerance)
{
    const record *r = t->r;
    ag_tensor *leaf[MOST_TENSORS];
    leaves_of(t, r->cotangent, r->n_out, r->has_second ? AG_VARIABLE : AG_CONSTANT, t->seed);
    for (int i = 0; i < r->n_in; i++) {
        leaf[i] = r->wants[i] ? t->in[i] : NULL;
    }
    return pull_back(t, t->out, t->seed, r->n_out, leaf, r->n_in, t->first) &&
           gradients_agree(t, "gradient", t->first, r->first, r->n_in, tolerance);
}

/* Of <first, direction>, by the operands and by the seeds. */
static inline bool second_agrees(trial *t, double tolerance)
{
    const record *r = t->r;
    ag_tensor *leaf[2 * MOST_TENSORS], *second[2 * MOST_TENSORS], *direction[MOST_TENSORS];
    leaves_of(t, r->direction, r->n_in, AG_CONSTANT, direction);
    for (int i = 0; i < r->n_in; i++) {
        leaf[i] = r->wants[i] ? t->in[i] : NULL;
    }
    memcpy(leaf + r->n_in, t->seed, (size_t)r->n_out * sizeof *leaf);
    return pull_back(t, t->first, direction, r->n_in, leaf, r->n_in + r->n_out, second) &&
           gradients_agree(t, "second derivative", second, r->second, r->n_in, tolerance) &&
           gradients_agree(t, "directional derivative", second + r->n_in, r->pushed, r->n_out,
                           tolerance);
}

/* --- a sample --------------------------------------------------------------------------------- */

/* The same numbers, every other element of memory. */
static inline ag_tensor *spread(ag_tensor *t)
{
    return ag_select(ag_stack((ag_tensor *[]){t, t}, 2, -1), -1, 0);
}

static inline bool trial_call(trial *t)
{
    for (int i = 0; i < t->r->n_in; i++) {
        ag_role role = t->r->wants[i] ? AG_VARIABLE : AG_CONSTANT;
        t->in[i] = leaf_of(t->graph, &t->r->in[i], role, t->dtype);
        if (t->spread && (t->r->wants[i] || t->r->in[i].whole)) {
            t->in[i] = spread(t->in[i]); /* the others may be written to */
        }
    }
    t->n_out = t->entry->call(t->graph, t->r, t->in, t->out);
    for (int i = 0; i < t->n_out; i++) {
        if (t->out[i] == NULL) {
            return trial_fails(t, "call", ag_error_message(t->graph));
        }
        note_ops(t->tally, t->out[i]);
    }
    return t->n_out == t->r->n_out || trial_fails(t, "call", "another number of results");
}

static inline bool trial_agrees(trial *t, double tolerance, double tolerance_2)
{
    const record *r = t->r;
    for (int i = 0; i < r->n_out; i++) {
        if (!tensor_agrees(t, "result", i, t->out[i], &r->out[i], tolerance)) {
            return false;
        }
    }
    return !r->has_first || (first_agrees(t, tolerance) &&
                             (!r->has_second || tolerance_2 == 0 || second_agrees(t, tolerance_2)));
}

static inline bool trial_run(const record *r, const golden_entry *entry, ag_dtype dtype,
                             bool is_spread, tally *all)
{
    ag_graph_options options = {.dtype = dtype};
    trial t = {.r = r, .entry = entry, .dtype = dtype, .tally = all, .spread = is_spread};
    t.graph = ag_graph_new_with(&options);
    bool ok =
        t.graph != NULL && trial_call(&t) &&
        (dtype == AG_F64 && !r->is_f32 ? trial_agrees(&t, 1e-9, 1e-7) : trial_agrees(&t, 1e-4, 0));
    ag_graph_free(t.graph);
    return ok;
}

/* With operands that are not contiguous; what makes them so does not count as reached. */
static inline bool spread_agrees(const record *r, const golden_entry *entry, tally *all)
{
    tally apart = {0};
    bool ok = trial_run(r, entry, AG_F64, true, &apart);
    if (!ok) {
        memcpy(all->why, apart.why, sizeof apart.why);
    }
    return ok;
}

/* Both dtypes; counts. */
static inline bool sample_agrees(const record *r, const golden_entry *entry, tally *all)
{
    bool ok = trial_run(r, entry, AG_F64, false, all) && spread_agrees(r, entry, all);
    ok = ok && (!r->f32 || trial_run(r, entry, AG_F32, false, all));
    all->passed += ok;
    all->failed += !ok;
    all->first += ok && r->has_first;
    all->second += ok && r->has_second;
    all->f32 += ok && r->f32;
    all->not_f32 += !r->f32;
    return ok;
}

#endif
