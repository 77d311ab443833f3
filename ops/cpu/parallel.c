/* Threads through OpenMP, where the compiler has it; see parallel.h. */
#ifdef _OPENMP
#include <omp.h>
#endif

#include <autograd/cpu.h>

#include "parallel.h"

/* Threads that still spin take up work in 1.5 microseconds, those that sleep in 80: measured, see
 * tests/bench/README.md. */
#define WORTH_NS 20000.0

int ag__workers(int64_t pieces, double ns)
{
#ifdef _OPENMP
    if (pieces > 1 && ns > WORTH_NS && !omp_in_parallel()) {
        double most = ns / (WORTH_NS / 2);
        int threads = omp_get_max_threads();
        threads = threads > pieces ? (int)pieces : threads;
        return threads > most ? (int)most : threads;
    }
#endif
    (void)pieces;
    (void)ns;
    return 1;
}

void ag__parallel(int64_t pieces, int workers, ag__piece *body, void *context)
{
#ifdef _OPENMP
    if (workers > 1) {
        bool flush = ag_flushes_denormals();
#pragma omp parallel num_threads(workers)
        {
            /* OpenMP's threads may be the program's, too, and are left as they were. */
            bool before = ag_flushes_denormals();
            (void)!ag_flush_denormals(flush);
#pragma omp for schedule(static)
            for (int64_t i = 0; i < pieces; i++) {
                body(context, i, omp_get_thread_num());
            }
            (void)!ag_flush_denormals(before);
        }
        return;
    }
#endif
    (void)workers;
    for (int64_t i = 0; i < pieces; i++) {
        body(context, i, 0);
    }
}
