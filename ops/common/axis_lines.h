/* Walking strided arrays line by line. A line holds the elements along some of the dimensions, in
 * row-major order, and a kernel sees it contiguous. Maxima, running totals, norms and the like are
 * written for one line. Private to ops/. Must not know any operation.
 */
#ifndef OPS_COMMON_AXIS_LINES_H
#define OPS_COMMON_AXIS_LINES_H

#include "ops/kernel/line_kernels.h"
#include "strided.h"

#define AG__LINE_ARRAYS 3

/* What a kernel does with the lines of an array. Both flags together mean that it adds to them. */
enum { AG__LINE_READ = 1, AG__LINE_WRITE = 2 };

/* Visits the lines of up to three arrays of one shape, in row-major order of the other dimensions:
 *
 *     ag__lines_open(&l, ndim, dim, over);
 *     ag__lines_add(&l, &x, AG__LINE_READ);
 *     ag_status status = ag__lines_ready(&l, graph);
 *     for (bool more = status == AG_OK && ag__lines_start(&l); more; more = ag__lines_next(&l)) {
 *         ... l.length elements of array k at l.line[k] ...
 *     }
 *
 * If a line is contiguous in memory, line[k] points to it. Other lines are copied, several
 * neighbors at a time (a tile), so that memory is read in order. */
typedef struct ag__lines {
    int64_t length;
    void *line[AG__LINE_ARRAYS];
    int arrays, ndim;
    int64_t dim[AG_MAX_DIMS];
    bool over_axis[AG_MAX_DIMS];
    bool some[AG__LINE_ARRAYS]; /* whether a line has elements */
    bool writes, fills;         /* whether lines are written, and any number in them */
    int use[AG__LINE_ARRAYS];
    bool direct[AG__LINE_ARRAYS];
    char *buffer[AG__LINE_ARRAYS];
    ag__loop kept, over[AG__LINE_ARRAYS];
    int64_t tile;  /* the most lines of a tile */
    int64_t first; /* where this tile begins in the run */
    int64_t count; /* how many lines this tile has */
    int64_t at;    /* which of them line[k] points to */
} ag__lines;

void ag__lines_open(ag__lines *l, int ndim, const int64_t *dim, const bool over[AG_MAX_DIMS]);
void ag__lines_add(ag__lines *l, const ag_array *a, int use);
/* Allocates the buffers. Errors: MEMORY. */
AG_MUST_USE ag_status ag__lines_ready(ag__lines *l, ag_graph *g);
/* False if there is no line, or if the lines that are written have no elements: there may be too
 * many of those to visit. */
bool ag__lines_start(ag__lines *l);
bool ag__lines_next(ag__lines *l);

/* For a kernel of many lines: after `start` and after `next_tile` l.count lines are there, from
 * l.line[k] on, and lie so many elements apart. */
int64_t ag__lines_apart(const ag__lines *l, int k);
bool ag__lines_next_tile(ag__lines *l);

/* Kernels of one line and, for short lines, of many; `many` may be NULL. */
typedef struct ag__line_pair {
    ag__line_kernel *one;
    ag__short_kernel *many;
} ag__line_pair;

/* Runs a kernel on every line of the arrays that were added; ready, start and next are not called.
 * It uses threads if that saves time. `ns` is how many nanoseconds the kernel takes for a number.
 * Errors: MEMORY. */
AG_MUST_USE ag_status ag__lines_run(ag__lines *l, ag_graph *g, double ns, ag__line_pair kernels,
                                    ag__line_options options);

#endif
