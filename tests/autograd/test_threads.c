/* Graphs in threads of their own share nothing: each trains, fails and draws by itself and comes
 * out as it does alone. Under the thread sanitizer (make tsan) any shared state would be reported.
 */
#include <pthread.h>

#include "expect.h"

enum { THREADS = 4, STEPS = 50 };

typedef struct job {
    uint64_t seed;
    double loss, weight;
    char message[1024];
} job;

static ag_tensor *net(ag_graph *g, ag_tensor *w, ag_tensor *b)
{
    ag_tensor *x = ag_full(g, AG_CONSTANT, AG_SHAPE(16, 4), 0);
    if (ag_fill_normal(x, 0, 1) != AG_OK) {
        return NULL;
    }
    ag_tensor *h = ag_tanh(ag_add(ag_matmul(x, w), b));
    return ag_mean(ag_square(ag_add_scalar(ag_sum_over(h, AG_AXES(1), false), -1)));
}

static bool step(ag_graph *g, ag_tensor *w, ag_tensor *b, double *loss)
{
    ag_mark mark = ag_graph_mark(g);
    ag_tensor *y = net(g, w, b);
    if (ag_backward(y) != AG_OK) {
        return false;
    }
    *loss = ag_item(y);
    const double *gradient = ag_grad_data(w);
    double *value = ag_mutable_data(w);
    for (int i = 0; i < 12; i++) {
        value[i] -= 0.05 * gradient[i];
    }
    ag_zero_grads(g);
    return ag_graph_rewind(g, mark) == AG_OK;
}

/* No assertion in here: Check's belong to the test's own thread. */
static void *work(void *argument)
{
    job *j = argument;
    ag_graph *g = ag_graph_new_with(&(ag_graph_options){.seed = j->seed});
    ag_tensor *w = ag_full(g, AG_PARAMETER, AG_SHAPE(4, 3), 0.1);
    ag_tensor *b = ag_full(g, AG_PARAMETER, AG_SHAPE(3), 0);
    bool ok = true;
    for (int i = 0; i < STEPS && ok; i++) {
        ok = step(g, w, b, &j->loss);
    }
    j->weight = ok ? ag_item_at(w, AG_SHAPE(0, 0)) : (double)NAN;
    ag_name(w, j->seed % 2 ? "odd" : "even");
    if (ag_add(w, ag_full(g, AG_CONSTANT, AG_SHAPE((int64_t)j->seed + 5), 0)) == NULL) {
        strncpy(j->message, ag_error_message(g), sizeof j->message - 1);
    }
    ag_graph_free(g);
    return NULL;
}

START_TEST(test_graph_each)
{
    job alone[THREADS] = {{0}}, together[THREADS] = {{0}};
    pthread_t thread[THREADS];
    for (int i = 0; i < THREADS; i++) {
        alone[i].seed = together[i].seed = (uint64_t)i;
        work(&alone[i]);
    }
    for (int i = 0; i < THREADS; i++) {
        ck_assert_int_eq(pthread_create(&thread[i], NULL, work, &together[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        ck_assert_int_eq(pthread_join(thread[i], NULL), 0);
        expect_same(together[i].loss, alone[i].loss);
        expect_same(together[i].weight, alone[i].weight);
        ck_assert(together[i].weight == together[i].weight && alone[i].loss > 0);
        ck_assert_str_eq(together[i].message, alone[i].message);
        ck_assert_ptr_nonnull(strstr(alone[i].message, i % 2 ? "\"odd\"" : "\"even\""));
    }
    ck_assert(alone[0].loss != alone[1].loss);
}
END_TEST

/* A graph may also be handed over: made in one thread, used and freed in another. */
static void *finish(void *argument)
{
    ag_tensor *y = argument;
    ag_graph *g = ag_graph_of(y);
    double *out = NULL;
    if (ag_backward(y) == AG_OK) {
        out = malloc(sizeof *out);
        if (out != NULL) {
            *out = ag_grad_item(ag_operand(y, 0));
        }
    }
    ag_graph_free(g);
    return out;
}

START_TEST(test_handed_over)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *y = ag_square(ag_variable(g, 3));
    pthread_t thread;
    void *out = NULL;
    ck_assert_int_eq(pthread_create(&thread, NULL, finish, y), 0);
    ck_assert_int_eq(pthread_join(thread, &out), 0);
    ck_assert_ptr_nonnull(out);
    expect_same(*(double *)out, 6);
    free(out);
}
END_TEST

CHECK_MAIN("threads", test_graph_each, test_handed_over)
