/* Work in threads. Private to ops/.
 *
 * Work is cut into pieces, and which these are depends on the work alone; each piece writes what no
 * other reads or writes. So a result is the same bit by bit for any number of threads, whichever of
 * them does a piece. A thread flushes denormal numbers to zero if the caller does.
 */
#ifndef OPS_CPU_PARALLEL_H
#define OPS_CPU_PARALLEL_H

#include <stdbool.h>
#include <stdint.h>

/* Who does a job: so many workers, one of whom is the caller. `ns`: about how many nanoseconds one
 * alone would take, which decides whether helpers that sleep are woken. */
typedef struct ag__team {
    int workers;
    double ns;
} ag__team;

/* Does one piece. `worker`, below the workers of the team, tells the threads apart: no two that
 * work at the same time have the same. */
typedef void ag__piece(void *context, int64_t piece, int worker);

/* As ag_get_threads. It may change at any time, from another thread: a plan that depends on it, say
 * the size of memory for each worker, asks once. */
int ag__threads(void);

/* The team, out of so many threads, for `pieces` pieces of work that take about `ns` in all: one
 * worker where it is too little for more. ag__team_for: out of ag__threads(). */
ag__team ag__team_of(int threads, int64_t pieces, double ns);
ag__team ag__team_for(int64_t pieces, double ns);

/* Calls body for every piece from 0 to pieces - 1: by the caller, which is worker 0, and by helpers
 * as far as there are some at leisure. Within a piece all is done by who does the piece. */
void ag__parallel(int64_t pieces, ag__team team, ag__piece *body, void *context);

/* Where piece `i` of `pieces` of [0, n) begins; piece `pieces` begins at n. All but the last are
 * multiples of `unit` long. */
static inline int64_t ag__piece_start(int64_t n, int64_t unit, int64_t pieces, int64_t i)
{
    int64_t units = (n + unit - 1) / unit;
    int64_t start = (units / pieces * i + (units % pieces) * i / pieces) * unit;
    return start < n ? start : n;
}

#endif
