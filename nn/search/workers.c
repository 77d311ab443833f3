/* Jobs done in threads: each takes the next one that nobody has. Must not know what a job is. */
#include "workers.h"

#ifdef NN_PTHREAD

#include <pthread.h>

enum { MOST_THREADS = 128 };

typedef struct shared {
    const nn__jobs *jobs;
    pthread_mutex_t lock; /* of `next`, and while `done` is called */
    int64_t next;
} shared;

static void *work(void *user)
{
    shared *s = user;
    const nn__jobs *jobs = s->jobs;
    nn__job_end end;
    pthread_mutex_lock(&s->lock);
    while (s->next < jobs->n) {
        int64_t job = s->next++;
        pthread_mutex_unlock(&s->lock);
        jobs->work(job, jobs->user, &end);
        pthread_mutex_lock(&s->lock);
        jobs->done(job, jobs->user, &end);
    }
    pthread_mutex_unlock(&s->lock);
    return NULL;
}

void nn__jobs_run(const nn__jobs *jobs)
{
    shared s = {.jobs = jobs};
    pthread_t thread[MOST_THREADS];
    int started = 0;
    if (pthread_mutex_init(&s.lock, NULL) != 0) {
        return;
    }
    while (started < MOST_THREADS && started + 1 < jobs->threads && started + 1 < jobs->n &&
           pthread_create(&thread[started], NULL, work, &s) == 0) {
        started++;
    }
    work(&s);
    for (int i = 0; i < started; i++) {
        pthread_join(thread[i], NULL);
    }
    pthread_mutex_destroy(&s.lock);
}

#else

void nn__jobs_run(const nn__jobs *jobs)
{
    nn__job_end end;
    for (int64_t i = 0; i < jobs->n; i++) {
        jobs->work(i, jobs->user, &end);
        jobs->done(i, jobs->user, &end);
    }
}

#endif
