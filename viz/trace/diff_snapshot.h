/* The numbers of a run, kept for a comparison with a later one. Private to viz/trace/. */
#ifndef VIZ_DIFF_SNAPSHOT_H
#define VIZ_DIFF_SNAPSHOT_H

#include "trace.h"
#include "viz/record/record.h"

#define VIZ__COMPARED 16 /* elements of a tensor that are compared one by one */

typedef struct viz__kept {
    size_t name;            /* where it begins in the names */
    size_t size;            /* elements */
    double value, gradient; /* of a node with one element; else the norms */
    bool has_gradient;
    bool predicts;            /* a leaf whose gradient predicts a part of the change */
    double *elements, *slope; /* of a leaf with a gradient and of a small tensor: values, and the
                               * gradient if there is one; else NULL */
} viz__kept;

struct viz_snapshot {
    ag_graph *graph;
    size_t n;
    viz__kept *node;
    viz__out names;
};

/* Fills a snapshot, whose names are an empty string, from a record. Clear it in any case. */
void viz__snapshot_fill(viz__out *out, viz__record *r, viz_snapshot *run);
void viz__snapshot_clear(viz_snapshot *run);

#endif
