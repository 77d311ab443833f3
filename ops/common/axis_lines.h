/* Walking strided arrays line by line: a line is what lies along some of the dimensions, row-major,
 * and a kernel sees it contiguous. Sums, choices and running totals are written for one line.
 * Private to ops/. Knows no operation.
 */
#ifndef OPS_COMMON_AXIS_LINES_H
#define OPS_COMMON_AXIS_LINES_H

#include "ops/kernel/line_kernels.h"
#include "strided.h"

#define AG__LINE_ARRAYS 3

/* What a kernel does with its lines of an array; both together add to what is there. */
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
    bool over_axis[AG_MAX_DIMS], some; /* has a line elements? */
    int use[AG__LINE_ARRAYS];
    bool direct[AG__LINE_ARRAYS];
    char *buffer[AG__LINE_ARRAYS];
    ag__loop kept, over[AG__LINE_ARRAYS];
    int64_t tile, first, count, at; /* lines taken at once; this tile's in the run; the one shown */
} ag__lines;

void ag__lines_open(ag__lines *l, int ndim, const int64_t *dim, const bool over[AG_MAX_DIMS]);
void ag__lines_add(ag__lines *l, const ag_array *a, int use);
/* Errors: MEMORY. */
AG_MUST_USE ag_status ag__lines_ready(ag__lines *l, ag_graph *g);
bool ag__lines_start(ag__lines *l); /* false where there is no line */
bool ag__lines_next(ag__lines *l);

/* The kernel on every line of the arrays added, in threads if it is much: `ns` nanoseconds for a
 * number, more or less. In place of ready, start and next. Errors: MEMORY. */
AG_MUST_USE ag_status ag__lines_run(ag__lines *l, ag_graph *g, double ns, ag__line_kernel *kernel,
                                    ag__line_options options);

#endif
