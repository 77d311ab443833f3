/* The helpers; see helpers.h. POSIX threads. Must not know what a piece of work is.
 *
 * A helper that has nothing to do looks out for the next job for a while before it sleeps, and so
 * does a caller that waits for the last pieces: waking a thread takes longer than many a job.
 */
#include "helpers.h"

#ifdef AG_THREADS
#include <autograd/cpu.h>
#include <sched.h>
#include <signal.h>
#include <time.h>

#include "process_state.h"

/* How long to look out, and how much work is worth waking those who sleep, which may take their
 * caller 60 microseconds: measured, see tests/bench/README.md. */
#define LOOK_OUT_NS 200000
#define WORTH_WAKING_NS 200000.0

/* The stack of a helper: kernels keep buffers of some ten KiB on it. */
enum { STACK_BYTES = 1 << 19 };

/* --- waiting ---------------------------------------------------------------------------------- */

static void pause_briefly(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

static int64_t now_ns(void)
{
    struct timespec t = {0};
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* Whether the word comes to differ from `was` while we look out. Others who want this processor,
 * among them perhaps those we wait for, get it at once. */
static bool changes(const atomic_uint *word, unsigned was)
{
    enum { AT_A_TIME = 32 };
    for (int64_t end = now_ns() + LOOK_OUT_NS; now_ns() < end; sched_yield()) {
        for (int i = 0; i < AT_A_TIME; i++) {
            if (atomic_load_explicit(word, memory_order_acquire) != was) {
                return true;
            }
            pause_briefly();
        }
    }
    return false;
}

/* --- work ------------------------------------------------------------------------------------- */

/* The pieces of share `home`, then what is left of the others. */
static void work(ag__job *job, int worker, int home)
{
    for (int i = 0; i < job->workers; i++) {
        ag__share *s = &job->share[(home + i) % job->workers];
        int64_t piece = atomic_fetch_add_explicit(&s->next, 1, memory_order_relaxed);
        while (piece < s->end) {
            job->body(job->context, piece, worker);
            piece = atomic_fetch_add_explicit(&s->next, 1, memory_order_relaxed);
        }
    }
}

static void deal(ag__job *job, int64_t pieces)
{
    for (int i = 0; i < job->workers; i++) {
        atomic_store_explicit(&job->share[i].next, ag__piece_start(pieces, 1, job->workers, i),
                              memory_order_relaxed);
        job->share[i].end = ag__piece_start(pieces, 1, job->workers, i + 1);
    }
}

/* --- a helper --------------------------------------------------------------------------------- */

/* With the lock held, which it gives away meanwhile. */
static void join(ag__helpers *h, int home)
{
    int worker = h->joined++;
    h->active++;
    pthread_mutex_unlock(&h->lock);
    (void)!ag_flush_denormals(h->job.flush);
    work(&h->job, worker, home);
    pthread_mutex_lock(&h->lock);
    h->active--;
    if (h->active == 0 && !h->open) {
        pthread_cond_signal(&h->left);
    }
}

static void *serve(void *share)
{
    ag__helpers *h = &ag__process.helpers;
    int home = (int)((ag__share *)share - h->job.share);
    unsigned seen = 0;
    pthread_mutex_lock(&h->lock);
    while (!h->closed) {
        if (h->open && h->joined < h->job.workers && h->posts != seen) {
            seen = h->posts;
            join(h, home);
            pthread_mutex_unlock(&h->lock);
            (void)changes(&h->posts, seen);
            pthread_mutex_lock(&h->lock);
        } else {
            h->asleep++;
            pthread_cond_wait(&h->posted, &h->lock);
            h->asleep--;
        }
    }
    pthread_mutex_unlock(&h->lock);
    return NULL;
}

/* --- fork, and the end ------------------------------------------------------------------------ */

static void before_fork(void)
{
    pthread_mutex_lock(&ag__process.helpers.lock);
}

static void after_fork(void)
{
    pthread_mutex_unlock(&ag__process.helpers.lock);
}

/* The child has the thread that forked and no other. */
static void in_child(void)
{
    ag__helpers *h = &ag__process.helpers;
    pthread_mutex_init(&h->lock, NULL);
    pthread_cond_init(&h->posted, NULL);
    pthread_cond_init(&h->left, NULL);
    atomic_flag_clear(&h->owned);
    h->threads = h->asleep = 0;
    h->is_short = h->open = false;
    h->active = 0;
}

/* The code that helpers run may be about to go. */
static __attribute__((destructor)) void end_helpers(void)
{
    ag__helpers *h = &ag__process.helpers;
    pthread_mutex_lock(&h->lock);
    h->closed = true;
    int threads = h->threads;
    h->threads = 0;
    atomic_fetch_add(&h->posts, 1);
    pthread_cond_broadcast(&h->posted);
    pthread_mutex_unlock(&h->lock);
    for (int i = 0; i < threads; i++) {
        pthread_join(h->thread[i], NULL);
    }
}

/* --- a caller --------------------------------------------------------------------------------- */

/* Signals are for the program's own threads. */
static bool start(ag__helpers *h)
{
    sigset_t all, before;
    pthread_attr_t attributes;
    if (pthread_attr_init(&attributes) != 0) {
        return false;
    }
    (void)pthread_attr_setstacksize(&attributes, STACK_BYTES);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    void *share = &h->job.share[h->threads + 1];
    bool done = pthread_create(&h->thread[h->threads], &attributes, serve, share) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    return done;
}

static void grow(ag__helpers *h, int helpers)
{
    if (!h->sees_forks) {
        h->sees_forks = pthread_atfork(before_fork, after_fork, in_child) == 0;
    }
    while (h->threads < helpers && h->sees_forks && !h->is_short && !h->closed) {
        h->is_short = !start(h);
        h->threads += h->is_short ? 0 : 1;
    }
}

void ag__helpers_retry(void)
{
    pthread_mutex_lock(&ag__process.helpers.lock);
    ag__process.helpers.is_short = false;
    pthread_mutex_unlock(&ag__process.helpers.lock);
}

/* Those that are awake come by themselves; how many of the others to wake. */
static int sleepers_for(ag__helpers *h, ag__team team)
{
    int most = team.workers - 1 < h->threads ? team.workers - 1 : h->threads;
    int lacking = most - (h->threads - h->asleep);
    h->missed = lacking > 0 ? h->missed + team.ns : 0;
    if (lacking <= 0 || h->missed < WORTH_WAKING_NS) {
        return 0;
    }
    h->missed = 0;
    return lacking;
}

/* Whether anybody will join. */
static bool post(ag__helpers *h, int64_t pieces, ag__team team, ag__piece *body, void *context)
{
    pthread_mutex_lock(&h->lock);
    grow(h, team.workers - 1);
    int sleepers = sleepers_for(h, team);
    bool some = h->threads - h->asleep + sleepers > 0;
    if (some) {
        h->job.body = body;
        h->job.context = context;
        h->job.flush = ag_flushes_denormals();
        h->job.workers = team.workers;
        deal(&h->job, pieces);
        h->open = true;
        h->joined = 1;
        atomic_fetch_add(&h->posts, 1);
    }
    pthread_mutex_unlock(&h->lock);
    for (int i = 0; i < sleepers; i++) {
        pthread_cond_signal(&h->posted);
    }
    return some;
}

static void wait_for_helpers(ag__helpers *h)
{
    pthread_mutex_lock(&h->lock);
    h->open = false;
    pthread_mutex_unlock(&h->lock);
    for (unsigned n = h->active; n > 0 && changes(&h->active, n); n = h->active) {
    }
    pthread_mutex_lock(&h->lock);
    while (h->active > 0) {
        pthread_cond_wait(&h->left, &h->lock);
    }
    pthread_mutex_unlock(&h->lock);
}

bool ag__helpers_run(int64_t pieces, ag__team team, ag__piece *body, void *context)
{
    ag__helpers *h = &ag__process.helpers;
    if (atomic_flag_test_and_set(&h->owned)) {
        return false;
    }
    bool some = post(h, pieces, team, body, context);
    if (some) {
        work(&h->job, 0, 0);
        wait_for_helpers(h);
    }
    atomic_flag_clear(&h->owned);
    return some;
}
#else
bool ag__helpers_run(int64_t pieces, ag__team team, ag__piece *body, void *context)
{
    (void)pieces;
    (void)team;
    (void)body;
    (void)context;
    return false;
}

void ag__helpers_retry(void)
{
}
#endif
