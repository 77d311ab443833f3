/* A sample of an operation: its case, drawn operands, how they lie in memory. Must not know any
 * operation by name.
 *
 * Values: one per operand element, all different, none within 0.05 of 0: finite differences would
 * step over a kink or a tie. They are rounded to f32, so that both dtypes compute the same
 * function.
 */
#ifndef REGISTRY_SAMPLE_H
#define REGISTRY_SAMPLE_H

#include <autograd.h>
#include <autograd/custom_op.h>
#include <math.h>
#include <stdio.h>

#include "check_main.h"

enum { OPERANDS = 3, ELEMENTS = 1024 };

/* How an operand lies in memory: row-major; axes permuted (a vector: reversed); every second
 * element; one row for all (stride 0). The last is for elementwise operations: equal rows would
 * put others, such as a standard deviation, on a kink. */
typedef enum layout { PLAIN, PERMUTED, SLICED, EXPANDED, LAYOUTS } layout;

typedef struct sample {
    const ag_op *op;
    const ag_case *from;
    ag_shape shape[OPERANDS]; /* preset from the case; a test may change it before sample_open */
    layout layout;
    ag_graph *graph;
    ag_tensor *leaf[OPERANDS];
    int64_t derivatives;
    int strided; /* operands that were not contiguous */
    char why[900];
} sample;

static inline sample sample_of(const ag_op *op, const ag_case *from, layout how)
{
    sample s = {.op = op, .from = from, .layout = how};
    memcpy(s.shape, from->shape, sizeof s.shape);
    return s;
}

/* --- layouts ---------------------------------------------------------------------------------- */

/* The shape of the leaf that, seen through the layout, has the shape. */
static inline ag_shape leaf_shape(layout how, ag_shape shape)
{
    ag_shape leaf = shape;
    if (how == PLAIN) {
        return shape;
    }
    if (shape.ndim == 0) {
        return AG_SHAPE(3);
    }
    if (how == SLICED) {
        leaf.dim[0] += shape.ndim > 1;
        leaf.dim[shape.ndim - 1] = 2 * shape.dim[shape.ndim - 1] + 1;
    }
    if (how == EXPANDED && shape.dim[0] > 1) {
        leaf.dim[0] = 1;
    }
    for (int i = 0; how == PERMUTED && i < shape.ndim; i++) {
        leaf.dim[i] = shape.dim[shape.ndim - 1 - i];
    }
    return leaf;
}

static inline ag_tensor *seen_through(layout how, ag_tensor *leaf, ag_shape shape)
{
    int ndim = shape.ndim;
    if (how == PLAIN) {
        return leaf;
    }
    if (ndim == 0) {
        return ag_reshape(ag_slice(leaf, 0, 1, 2, 1), AG_SCALAR);
    }
    if (how == EXPANDED) {
        return ag_expand(leaf, shape);
    }
    if (how == SLICED) {
        ag_tensor *half = ag_slice(leaf, -1, 1, INT64_MAX, 2);
        return ndim > 1 ? ag_slice(half, 0, 1, INT64_MAX, 1) : half;
    }
    if (ndim == 1) {
        return ag_slice(leaf, 0, INT64_MAX, INT64_MIN, -1);
    }
    ag_axes order = {.n = ndim};
    for (int i = 0; i < ndim; i++) {
        order.axis[i] = ndim - 1 - i;
    }
    return ag_permute(leaf, order);
}

/* The function under test: the case's call on the operands as the layout shows them. */
static inline ag_tensor *sample_call(ag_tensor *const *in, int n, void *user)
{
    sample *s = user;
    ag_tensor *seen[OPERANDS] = {NULL};
    s->strided = 0;
    for (int i = 0; i < n; i++) {
        seen[i] = seen_through(s->layout, in[i], s->shape[i]);
        if (seen[i] == NULL) {
            return NULL;
        }
        ag_array a = ag_array_of(seen[i]);
        s->strided += !ag_array_is_contiguous(&a);
    }
    return s->from->call(seen);
}

/* --- operands --------------------------------------------------------------------------------- */

/* n numbers, one from the middle quarter of each of n equal parts of the range, in random order. */
static inline void draw(ag_graph *g, double low, double high, double *out, int64_t n)
{
    const double near = 0.05;
    low = fabs(low) < near ? near : low;
    high = fabs(high) < near ? -near : high;
    bool around = low < 0 && high > 0;
    double width = high - low - (around ? 2 * near : 0);
    for (int64_t i = 0; i < n; i++) {
        double t =
            low + width * ((double)i + 0.5 + 0.25 * (ag_random_uniform(g) - 0.5)) / (double)n;
        t += around && t > -near ? 2 * near : 0;
        int64_t j = (int64_t)(ag_random_uniform(g) * (double)(i + 1));
        if (j < i) {
            out[i] = out[j];
        }
        out[j] = (double)(float)t;
    }
}

/* Fresh leaves on a fresh graph of the dtype; the same values each time. False: no such leaves. */
static inline bool sample_open(sample *s, ag_dtype dtype)
{
    double values[ELEMENTS];
    int64_t n = 0, at = 0;
    s->graph = ag_graph_new_with(&(ag_graph_options){.dtype = dtype, .seed = 11});
    for (int i = 0; i < s->from->n_in; i++) {
        ag_shape shape = leaf_shape(s->layout, s->shape[i]);
        s->leaf[i] = ag_leaf(s->graph, AG_VARIABLE, dtype, shape, NULL);
        n += ag_size(s->leaf[i]);
    }
    ck_assert_int_le(n, ELEMENTS);
    draw(s->graph, s->from->low, s->from->high, values, n);
    for (int i = 0; i < s->from->n_in; i++) {
        if (ag_set(s->leaf[i], values + at, ag_size(s->leaf[i])) != AG_OK) {
            return false;
        }
        at += ag_size(s->leaf[i]);
    }
    return true;
}

static inline void sample_close(sample *s)
{
    ag_graph_free(s->graph);
    s->graph = NULL;
}

static inline bool sample_fails(sample *s, const char *what)
{
    snprintf(s->why, sizeof s->why, "%s: %s", what, ag_error_message(s->graph));
    return false;
}

#endif
