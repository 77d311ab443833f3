/* The recorded computation done again with other numbers, on a graph of its own, so that the
 * reader's graph stays as it is. Private to viz/.
 */
#ifndef VIZ_REPLAY_H
#define VIZ_REPLAY_H

#include "record.h"

/* The nodes of a record once more. */
typedef struct viz__replay {
    viz__record *record;
    ag_graph *graph;
    ag_tensor **node; /* by step */
    ag_tensor **with; /* the same with one node changed; only within viz__replay_with */
    ag_mark base;     /* above the nodes */
} viz__replay;

/* Makes the graph with copies of the leaves, whose elements `leaf`, unless it is NULL, gives, in
 * their order. Records all operations again. The record must outlive the replay. Errors:
 * MEMORY, and those of the operations. */
typedef double (*viz__leaf_value)(void *user, const viz__record *r, size_t step, double old);
ag_status viz__replay_new(viz__replay *p, viz__record *r, viz__leaf_value leaf, void *user);
void viz__replay_free(viz__replay *p);

/* A graph of its own, whose memory is from the reader's graph. NULL when there is none. */
ag_graph *viz__graph_beside(viz__record *r);

/* Computes *root, which must have one element, with element `at` of the node at `step` set to
 * `value`, and the nodes that do not depend on it as they are. */
ag_status viz__replay_with(viz__replay *p, size_t step, int64_t at, double value, double *root);

/* What the operation of a node, whose operands are 0-d, gives for other operands: its value, and, unless
 * `partial` is NULL, its local partial by each of them, NaN where that is not known. At most
 * VIZ__MOST_AGAIN operands. Errors: MEMORY, OVERFLOW (too many operands), and those of the operation. */
#define VIZ__MOST_AGAIN 8
ag_status viz__node_again(viz__record *r, size_t step, const double *operand, double *value,
                          double *partial);

/* The same of a node of tensors, with one thing changed; zero for what is not. */
typedef struct viz__change {
    size_t transposed; /* 1 + the number of an operand that is transposed, a square matrix */
    bool swapped;      /* the two operands are exchanged */
    double scale;      /* the first operand is multiplied by it */
    bool ones;         /* the upstream gradient is 1 everywhere */
    int axis;          /* 1 + an axis of the result: the upstream gradient is 0 but at its */
    int64_t row;       /* row */
} viz__change;

/* Element `at` of the value; and of what flows back to operand `operand`, where the upstream gradient
 * is that of the node. VALUE if the operand has no such element, or cannot be transposed. */
ag_status viz__value_again(viz__record *r, size_t step, viz__change change, size_t at,
                           double *value);
ag_status viz__flow_again(viz__record *r, size_t step, size_t operand, viz__change change,
                          size_t at, double *flow);

#endif
