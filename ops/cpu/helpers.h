/* The helpers: threads that sleep until there is work. Private to ops/cpu/. Where the library is
 * built without threads (AG_THREADS is not defined) there are none, and the caller does everything.
 *
 * A job's pieces are dealt out in equal shares, a run of neighbors for each worker, so that what
 * one has written lies in its own cache when the next job deals it the same. Whoever is done with
 * its share goes on with what is left of the others': nobody waits for a helper that the system has
 * not given a processor yet, only for pieces that have been begun.
 */
#ifndef OPS_CPU_HELPERS_H
#define OPS_CPU_HELPERS_H

#include "parallel.h"

#ifdef AG_THREADS
#include <pthread.h>
#include <stdatomic.h>

enum { AG__MOST_THREADS = 128, AG__CACHE_LINE = 64 };

/* Each in a line of its own, as threads write to them all the time. */
typedef struct ag__share {
    _Alignas(AG__CACHE_LINE) atomic_llong next; /* piece that nobody has begun */
    int64_t end;
} ag__share;

typedef struct ag__job {
    ag__piece *body;
    void *context;
    bool flush; /* denormal numbers */
    int workers;
    ag__share share[AG__MOST_THREADS];
} ag__job;

/* `lock` guards everything but the job, which is its owner's until `open` and read by those who
 * have joined it, and what is atomic, which is read without. */
typedef struct ag__helpers {
    atomic_flag owned; /* some caller's job is being done */
    pthread_mutex_t lock;
    pthread_cond_t posted; /* a job is open, or `closed` */
    pthread_cond_t left;   /* no helper is in the job any more */
    pthread_t thread[AG__MOST_THREADS - 1];
    int threads;     /* so many have been started */
    int asleep;      /* of them */
    bool is_short;   /* one could not be started */
    bool sees_forks; /* the handlers of fork are installed */
    bool closed;     /* for good */
    bool open;       /* the job may be joined */
    int joined;      /* workers that have */
    double missed;   /* nanoseconds of work that helpers have slept through */
    atomic_uint posts;
    atomic_uint active; /* helpers in the job */
    ag__job job;
} ag__helpers;

#define AG__HELPERS_INIT                                                                           \
    {                                                                                              \
        .owned = ATOMIC_FLAG_INIT, .lock = PTHREAD_MUTEX_INITIALIZER,                              \
        .posted = PTHREAD_COND_INITIALIZER, .left = PTHREAD_COND_INITIALIZER                       \
    }

#else

enum { AG__MOST_THREADS = 1 };

typedef char ag__helpers; /* there are none */

#define AG__HELPERS_INIT 0

#endif

/* Does a job of more than one piece and worker; false, and nothing is done, where the helpers
 * belong to another caller, all sleep and the job is not worth waking them, or there are none. */
bool ag__helpers_run(int64_t pieces, ag__team team, ag__piece *body, void *context);

/* Forgets that a thread could not be started. */
void ag__helpers_retry(void);

#endif
