/* The paths from a node to the root, with the products of the local partials along them; their sum
 * is the gradient. Private to viz/.
 */
#ifndef VIZ_PATHS_H
#define VIZ_PATHS_H

#include "record.h"

/* The best paths that begin at a node, the largest magnitude first. */
typedef struct viz__path_step {
    double product; /* of the local partials from here to the root */
    uint32_t use;   /* the edge that the path takes: a place in r->use */
    uint32_t next;  /* which of the best paths of the consumer goes on; UINT32_MAX: none */
} viz__path_step;

typedef struct viz__paths {
    viz__record *record;
    size_t most;          /* paths that are kept of each node */
    viz__path_step *step; /* `most` of them for each node */
    uint32_t *kept;       /* by node: how many */
    double *count;        /* by node: all paths to the root, exact up to 2^53 */
    double *sum;          /* by node: of the products of all paths */
    bool *known;          /* by node: all factors are */
} viz__paths;

/* Finds them for all nodes. The record must have 0-d nodes only. Errors: MEMORY. */
ag_status viz__paths_new(viz__paths *p, viz__record *r, size_t most);
void viz__paths_free(viz__paths *p);

/* Path `number` of a node, which must be below kept[from], as the steps of its nodes, `from` first;
 * returns how many there are. At most `room` are written to `node`, and the local partials between
 * them to `partial`. */
size_t viz__path_read(const viz__paths *p, size_t from, size_t number, size_t *node,
                      double *partial, size_t room);

/* What the options ask for: calls `visit` for the target, or for each leaf with a path to the root,
 * with how many calls were before. Nothing if they ask for no paths, or not every node is 0-d. */
typedef void (*viz__paths_visit)(viz__out *out, const viz__paths *p, size_t from, size_t number);
void viz__paths_each(viz__out *out, viz__record *r, viz__paths_visit visit);

#define VIZ__PATH_NODES 64 /* of a path that programs are told */

#endif
