/* A thread that prepares the next batch while the caller works on this one. It lives for one epoch
 * at most, since a graph that is freed waits for nothing. Knows nothing of what a batch is.
 *
 * Batch k is prepared in slot k % 2 once the caller has taken batch k - 1, and so is done with k -
 * 2.
 */
#include "batches.h"

#ifdef NN_PTHREAD

#include <pthread.h>

struct nn__loader {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool runs;               /* the caller's own: the thread is to be joined */
    int64_t first;           /* the batch it begins with */
    int64_t prepared, taken; /* batches before this are prepared; this is the caller's */
    bool stop;
};

bool nn__loader_new(nn_batches *b)
{
    b->loader = nn__memory(b->data->graph, 1, sizeof *b->loader);
    return b->loader != NULL;
}

/* Waits until the slot of batch k is free; false where the thread is to end. */
static bool may_prepare(nn__loader *l, int64_t k)
{
    pthread_mutex_lock(&l->lock);
    while (!l->stop && k > l->taken + 1) {
        pthread_cond_wait(&l->changed, &l->lock);
    }
    bool may = !l->stop;
    pthread_mutex_unlock(&l->lock);
    return may;
}

static void *prepare_all(void *batches)
{
    nn_batches *b = batches;
    nn__loader *l = b->loader;
    for (int64_t k = l->first; k < b->count && may_prepare(l, k); k++) {
        nn__batch_prepare(b, &b->slot[k % 2], k);
        pthread_mutex_lock(&l->lock);
        l->prepared = k + 1;
        pthread_cond_broadcast(&l->changed);
        pthread_mutex_unlock(&l->lock);
    }
    return NULL;
}

void nn__loader_start(nn_batches *b)
{
    nn__loader *l = b->loader;
    if (l == NULL || pthread_mutex_init(&l->lock, NULL) != 0) {
        return;
    }
    bool have = pthread_cond_init(&l->changed, NULL) == 0;
    l->first = l->prepared = l->taken = b->next;
    l->stop = false;
    l->runs = have && pthread_create(&l->thread, NULL, prepare_all, b) == 0;
    if (have && !l->runs) {
        pthread_cond_destroy(&l->changed);
    }
    if (!l->runs) {
        pthread_mutex_destroy(&l->lock);
    }
}

bool nn__loader_runs(const nn_batches *b)
{
    return b->loader != NULL && b->loader->runs;
}

void nn__loader_take(nn_batches *b, int64_t k)
{
    nn__loader *l = b->loader;
    pthread_mutex_lock(&l->lock);
    l->taken = k;
    pthread_cond_broadcast(&l->changed);
    while (l->prepared <= k) {
        pthread_cond_wait(&l->changed, &l->lock);
    }
    pthread_mutex_unlock(&l->lock);
}

void nn__loader_stop(nn_batches *b)
{
    nn__loader *l = b->loader;
    if (!nn__loader_runs(b)) {
        return;
    }
    pthread_mutex_lock(&l->lock);
    l->stop = true;
    pthread_cond_broadcast(&l->changed);
    pthread_mutex_unlock(&l->lock);
    pthread_join(l->thread, NULL);
    pthread_cond_destroy(&l->changed);
    pthread_mutex_destroy(&l->lock);
    l->runs = false;
}

#else

bool nn__loader_new(nn_batches *b)
{
    (void)b;
    return true;
}

void nn__loader_start(nn_batches *b)
{
    (void)b;
}

bool nn__loader_runs(const nn_batches *b)
{
    (void)b;
    return false;
}

void nn__loader_take(nn_batches *b, int64_t k)
{
    (void)b;
    (void)k;
}

void nn__loader_stop(nn_batches *b)
{
    (void)b;
}

#endif
