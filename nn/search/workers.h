/* Jobs done in threads. Private to nn/search. */
#ifndef NN_SEARCH_WORKERS_H
#define NN_SEARCH_WORKERS_H

#include <stdint.h>

/* What a job gave. */
enum { NN__MESSAGE = 600 };
typedef struct nn__job_end {
    double score; /* NaN where it failed */
    char message[NN__MESSAGE];
} nn__job_end;

typedef struct nn__jobs {
    int64_t n;
    int threads; /* the caller's among them */

    /* Called in any thread, each job once, in no order; it may not write what another job reads. */
    void (*work)(int64_t job, const void *user, nn__job_end *end);
    void (*done)(int64_t job, void *user, const nn__job_end *end); /* after it, one at a time */
    void *user;
} nn__jobs;

/* Returns when all jobs are done. Where a thread cannot be started fewer serve. */
void nn__jobs_run(const nn__jobs *jobs);

#endif
