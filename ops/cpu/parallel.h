/* Work in threads. Private to ops/.
 *
 * Work is cut into pieces, and which these are depends on the work alone; each piece writes what no
 * other reads or writes. So a result is the same bit by bit for any number of threads. A thread
 * flushes denormal numbers to zero if the caller does.
 */
#ifndef OPS_CPU_PARALLEL_H
#define OPS_CPU_PARALLEL_H

#include <stdbool.h>
#include <stdint.h>

/* Does one piece. `worker`, below what ag__workers gave, tells the threads apart: no two that work
 * at the same time have the same. */
typedef void ag__piece(void *context, int64_t piece, int worker);

/* The threads that `pieces` pieces of work would get which take about `ns` nanoseconds in all:
 * OMP_NUM_THREADS, or as many as there are processors; 1 where it is too little for more. */
int ag__workers(int64_t pieces, double ns);

/* Calls body for every piece from 0 to pieces - 1, in `workers` threads. */
void ag__parallel(int64_t pieces, int workers, ag__piece *body, void *context);

/* Where piece `i` of `pieces` of [0, n) begins; piece `pieces` begins at n. All but the last are
 * multiples of `unit` long. */
static inline int64_t ag__piece_start(int64_t n, int64_t unit, int64_t pieces, int64_t i)
{
    int64_t units = (n + unit - 1) / unit;
    int64_t start = (units / pieces * i + (units % pieces) * i / pieces) * unit;
    return start < n ? start : n;
}

#endif
