/* The helpers: every piece is done once, by threads that treat denormal numbers as the caller does;
 * results have the same bits for any number of threads; several threads of the program and fork do
 * no harm. What needs a process of its own is in tests/build/test_threads.sh. Run under the thread
 * sanitizer by CI.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "expect.h"
#include "ops/cpu/parallel.h"

/* Of work that is worth any number of threads. */
#define MUCH 1e12

#if defined(__SANITIZE_THREAD__)
#define STARTS_AFTER_FORK false
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define STARTS_AFTER_FORK false
#endif
#endif
#ifndef STARTS_AFTER_FORK
#define STARTS_AFTER_FORK true /* the thread sanitizer starts no thread in a child of threads */
#endif

/* --- pieces ----------------------------------------------------------------------------------- */

enum { PIECES = 1000 };

typedef struct count {
    atomic_int times[PIECES], wrong;
    int workers;
} count;

static void count_piece(void *context, int64_t piece, int worker)
{
    count *c = context;
    atomic_fetch_add(&c->times[piece], 1);
    if (worker < 0 || worker >= c->workers) {
        atomic_fetch_add(&c->wrong, 1);
    }
}

static void check_counts(count *c, int64_t pieces)
{
    ck_assert_int_eq(atomic_load(&c->wrong), 0);
    for (int64_t i = 0; i < PIECES; i++) {
        ck_assert_int_eq(atomic_load(&c->times[i]), i < pieces);
    }
}

START_TEST(test_each_piece_once)
{
    static const int64_t pieces[] = {0, 1, 2, 3, 7, 16, 999, PIECES};
    for (int threads = 1; threads <= 9; threads++) {
        for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
            for (int times = 0; times < (check_small() ? 1 : 20); times++) {
                count c = {.workers = threads};
                ag__parallel(pieces[i], (ag__team){threads, MUCH}, count_piece, &c);
                check_counts(&c, pieces[i]);
            }
        }
    }
}
END_TEST

/* A piece that is itself cut does all of it. */
static void nested_piece(void *context, int64_t piece, int worker)
{
    count *c = context, inner = {.workers = 1};
    ag__parallel(PIECES, (ag__team){4, MUCH}, count_piece, &inner);
    for (int i = 0; i < PIECES; i++) {
        atomic_fetch_add(&c->wrong, atomic_load(&inner.times[i]) != 1);
    }
    atomic_fetch_add(&c->wrong, atomic_load(&inner.wrong));
    count_piece(context, piece, worker);
}

START_TEST(test_nested)
{
    count c = {.workers = 4};
    ag__parallel(100, (ag__team){4, MUCH}, nested_piece, &c);
    check_counts(&c, 100);
}
END_TEST

/* --- threads ---------------------------------------------------------------------------------- */

enum { TEAM = 4 };

/* Everybody waits for the others, so that each piece is a thread's of its own. */
typedef struct meeting {
    atomic_int arrived, flush;
    atomic_int by[TEAM];
} meeting;

static void rest(long ns)
{
    nanosleep(&(struct timespec){.tv_nsec = ns}, NULL);
}

static void meet(void *context, int64_t piece, int worker)
{
    meeting *m = context;
    atomic_fetch_add(&m->by[worker], 1);
    atomic_fetch_add(&m->flush, ag_flushes_denormals());
    atomic_fetch_add(&m->arrived, 1);
    for (time_t end = time(NULL) + 20; atomic_load(&m->arrived) < TEAM && time(NULL) < end;) {
        rest(100000);
    }
    if (worker > 0) { /* longer than the caller looks out for it */
        rest(3000000);
    }
    (void)piece;
}

/* Each of the workers is another thread and does as the caller; nothing to see without threads. */
static bool all_meet(void)
{
    meeting m = {0};
    bool right = ag_set_threads(TEAM) == AG_OK;
    if (ag_get_threads() == TEAM) {
        ag__parallel(TEAM, (ag__team){TEAM, MUCH}, meet, &m);
        right = right && atomic_load(&m.flush) == (ag_flushes_denormals() ? TEAM : 0);
        for (int i = 0; i < TEAM; i++) {
            right = right && atomic_load(&m.by[i]) == 1;
        }
    }
    return right;
}

/* Off, on, off. */
START_TEST(test_helpers)
{
    bool can = ag_flush_denormals(true) == AG_OK;
    for (int on = 0; on < 3; on++) {
        ck_assert(ag_flush_denormals(on == 1 && can) == AG_OK);
        ck_assert(all_meet());
    }
}
END_TEST

/* --- the number ------------------------------------------------------------------------------- */

static int with(const char *own, const char *omp)
{
    own == NULL ? unsetenv("AUTOGRAD_THREADS") : setenv("AUTOGRAD_THREADS", own, 1);
    omp == NULL ? unsetenv("OMP_NUM_THREADS") : setenv("OMP_NUM_THREADS", omp, 1);
    ck_assert_int_eq(ag_set_threads(0), AG_OK);
    return ag_get_threads();
}

START_TEST(test_number)
{
    ck_assert_int_eq(ag_set_threads(2), AG_OK);
    bool without = ag_get_threads() == 1; /* built with THREADS=0 */
    for (int n = 1; n <= 9; n++) {
        ck_assert_int_eq(ag_set_threads(n), AG_OK);
        ck_assert_int_eq(ag_get_threads(), without ? 1 : n);
    }
    ck_assert_int_eq(ag_set_threads(-1), AG_ERR_VALUE);
    ck_assert_int_eq(ag_get_threads(), without ? 1 : 9);
    ck_assert_int_eq(ag_set_threads(1 << 30), AG_OK);
    ck_assert_int_eq(ag_get_threads(), without ? 1 : 128);
    int usual = with(NULL, NULL);
    ck_assert_int_ge(usual, 1);
    ck_assert_int_le(usual, (int)sysconf(_SC_NPROCESSORS_CONF));
    ck_assert_int_eq(with("3", NULL), without ? 1 : 3);
    ck_assert_int_eq(with(NULL, "5"), without ? 1 : 5);
    ck_assert_int_eq(with(NULL, "6,2"), without ? 1 : 6);
    ck_assert_int_eq(with("3", "5"), without ? 1 : 3);
    ck_assert_int_eq(with("400", NULL), without ? 1 : 128);
    static const char *const none[] = {"", "0", "-2", "x", "3x", "99999999999999999999"};
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        ck_assert_int_eq(with(none[i], NULL), usual);
        ck_assert_int_eq(with(none[i], "7"), without ? 1 : 7);
    }
}
END_TEST

/* --- results ---------------------------------------------------------------------------------- */

enum { BATCH = 96, IN = 1 * 16 * 16, HIDDEN = 300, NUMBERS = 1 + BATCH * IN + HIDDEN };

/* A loss by convolution, pooling, products, activations, dropout, norms and cross-entropy, its
 * gradients in what goes in and in weights. No assertion in here: Check's belong to the test's own
 * thread. */
static bool train(double *out)
{
    int64_t label[BATCH];
    ag_graph *g = ag_graph_new_with(&(ag_graph_options){.dtype = AG_F32, .seed = 7});
    ag_tensor *x = ag_full(g, AG_VARIABLE, AG_SHAPE(BATCH, 1, 16, 16), 0);
    ag_tensor *k = ag_full(g, AG_PARAMETER, AG_SHAPE(8, 1, 3, 3), 0);
    ag_tensor *w = ag_full(g, AG_PARAMETER, AG_SHAPE(HIDDEN, 8 * 7 * 7), 0);
    ag_tensor *b = ag_full(g, AG_PARAMETER, AG_SHAPE(HIDDEN), 0.1);
    bool ok = ag_fill_normal(x, 0, 1) == AG_OK && ag_fill_uniform(k, -0.3, 0.3) == AG_OK &&
              ag_fill_normal(w, 0, 0.1) == AG_OK;
    for (int i = 0; i < BATCH; i++) {
        label[i] = i * 7 % HIDDEN;
    }
    ag_tensor *h = ag_max_pool2d(ag_relu(ag_conv2d(x, k, NULL, NULL)),
                                 &(ag_pool_options){.kernel = {2, 2}}, NULL);
    h = ag_layer_norm(ag_reshape(h, AG_SHAPE(BATCH, 8 * 7 * 7)), 1, NULL, NULL, 0);
    h = ag_softmax(ag_tanh(ag_linear(ag_dropout(h, 0.1, true), w, b)), 1);
    ag_tensor *loss =
        ag_cross_entropy(h, ag_leaf(g, AG_CONSTANT, AG_I64, AG_SHAPE(BATCH), label), NULL);
    ok = ok && ag_backward(loss) == AG_OK && ag_grad_get(x, out + 1, BATCH * IN) == AG_OK &&
         ag_grad_get(b, out + 1 + BATCH * IN, HIDDEN) == AG_OK;
    out[0] = ag_item(loss);
    ag_graph_free(g);
    return ok;
}

static double want[NUMBERS];

static void train_alone(void)
{
    ck_assert_int_eq(ag_set_threads(1), AG_OK);
    ck_assert(train(want));
    ck_assert(want[0] > 0 && want[1] != 0 && want[NUMBERS - 1] != 0);
}

START_TEST(test_same_bits)
{
    static double have[NUMBERS];
    static const int threads[] = {2, 3, 8, 1, 9, 4, 0};
    train_alone();
    for (size_t i = 0; i < sizeof threads / sizeof threads[0]; i++) {
        ck_assert_int_eq(ag_set_threads(threads[i]), AG_OK);
        for (int times = 0; times < (check_small() ? 1 : 5); times++) {
            ck_assert(train(have));
            ck_assert_mem_eq(have, want, sizeof want);
        }
    }
}
END_TEST

typedef struct student {
    pthread_t thread;
    double have[NUMBERS];
    bool ok;
} student;

static void *study(void *argument)
{
    student *s = argument;
    for (int i = 0; i < (check_small() ? 2 : 10); i++) {
        s->ok = train(s->have) && memcmp(s->have, want, sizeof want) == 0 &&
                ag_set_threads(1 + i % 5) == AG_OK && s->ok;
    }
    return NULL;
}

/* Threads of the program that compute, and change the number of threads, all at once. */
START_TEST(test_callers_at_once)
{
    enum { STUDENTS = 3 };
    static student all[STUDENTS];
    train_alone();
    ck_assert_int_eq(ag_set_threads(3), AG_OK);
    for (int i = 0; i < STUDENTS; i++) {
        all[i].ok = true;
        ck_assert_int_eq(pthread_create(&all[i].thread, NULL, study, &all[i]), 0);
    }
    for (int i = 0; i < STUDENTS; i++) {
        ck_assert_int_eq(pthread_join(all[i].thread, NULL), 0);
        ck_assert(all[i].ok);
    }
}
END_TEST

/* --- processes -------------------------------------------------------------------------------- */

/* In a child: 0 where its threads meet and it computes as the parent did. */
static int child_status(void)
{
    fflush(NULL);
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        static double have[NUMBERS];
        alarm(30);
        bool ok = all_meet() && ag_set_threads(4) == AG_OK && train(have) && train(have);
        exit(ok && memcmp(have, want, sizeof want) == 0 ? 0 : 1);
    }
    int status = -1;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    return status;
}

/* Its helpers are not those of the parent, which sleep or look out for work. */
START_TEST(test_fork)
{
    static double have[NUMBERS];
    train_alone();
    ck_assert_int_eq(ag_set_threads(3), AG_OK);
    for (int i = 0; STARTS_AFTER_FORK && i < 3; i++) {
        ck_assert(train(have));
        if (i > 0) {
            rest(3000000);
        }
        ck_assert_int_eq(child_status(), 0);
    }
    ck_assert(train(have));
    ck_assert_mem_eq(have, want, sizeof want);
}
END_TEST

CHECK_MAIN("helpers", test_each_piece_once, test_nested, test_helpers, test_number, test_same_bits,
           test_callers_at_once, test_fork)
