/* Walking strided arrays line by line. A line holds the elements along some of the dimensions, in
 * row-major order, and a kernel sees it contiguous. Maxima, running totals, norms and the like are
 * written for one line. Private to ops/. Must not know any operation.
 */
#ifndef OPS_COMMON_AXIS_LINES_H
#define OPS_COMMON_AXIS_LINES_H

#include "ops/kernel/line_kernels.h"
#include "strided.h"

#define AG__LINE_ARRAYS 3

/* What a kernel does with the lines of an array. Both flags together: it adds to what is there. */
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
 * A line that is contiguous in memory is handed out as it lies. Others are copied, several
 * neighboring ones at a time, so that memory is read in order. */
typedef struct ag__lines {
    int64_t length;
    void *line[AG__LINE_ARRAYS];
    int arrays, ndim;
    int64_t dim[AG_MAX_DIMS];
    bool over_axis[AG_MAX_DIMS];
    bool some; /* has a line any element? */
    int use[AG__LINE_ARRAYS];
    bool direct[AG__LINE_ARRAYS];
    char *buffer[AG__LINE_ARRAYS];
    ag__loop kept, over[AG__LINE_ARRAYS];
    int64_t tile, first, count,
        at; /* lines of a tile; where this tile begins in the run and how many
                                          lines it has; the line that is shown */
} ag__lines;

void ag__lines_open(ag__lines *l, int ndim, const int64_t *dim, const bool over[AG_MAX_DIMS]);
void ag__lines_add(ag__lines *l, const ag_array *a, int use);
/* Allocates the buffers. Errors: MEMORY. */
AG_MUST_USE ag_status ag__lines_ready(ag__lines *l, ag_graph *g);
bool ag__lines_start(ag__lines *l); /* false where there is no line */
bool ag__lines_next(ag__lines *l);

/* Runs a kernel on every line of the arrays that were added, in place of ready, start and next. It
 * uses threads where that pays; `ns` is how many nanoseconds the kernel takes for a number. Errors:
 * MEMORY. */
AG_MUST_USE ag_status ag__lines_run(ag__lines *l, ag_graph *g, double ns, ag__line_kernel *kernel,
                                    ag__line_options options);

#endif
