/* Steps of optimizers against torch.optim over several steps (tests/golden/steps.csv, made by
 * make_steps.py beside it), and what they promise beside the numbers: parameters without a gradient
 * stay, the number of threads does not matter, writes are noticed, errors change nothing.
 */
#include <autograd.h>
#include <math.h>
#include <stdio.h>
#ifdef _OPENMP
#include <omp.h>
#endif

#include "check_main.h"

typedef struct method {
    const char *name;
    int kind; /* 0 sgd, 1 rmsprop, 2 adam */
    ag_sgd sgd;
    ag_rmsprop rmsprop;
    ag_adam adam;
} method;

/* The rows of make_steps.py. */
static const method methods[] = {
    {"sgd", 0, .sgd = {.rate = 0.1}},
    {"sgd decay", 0, .sgd = {.rate = 0.1, .weight_decay = 0.05}},
    {"momentum", 0, .sgd = {.rate = 0.05, .momentum = 0.9}},
    {"momentum decay", 0, .sgd = {.rate = 0.05, .momentum = 0.8, .weight_decay = 0.1}},
    {"nesterov", 0, .sgd = {.rate = 0.05, .momentum = 0.9, .nesterov = true}},
    {"nesterov decay", 0,
     .sgd = {.rate = 0.05, .momentum = 0.7, .nesterov = true, .weight_decay = 0.1}},
    {"rmsprop", 1, .rmsprop = {.rate = 0.01}},
    {"rmsprop all", 1, .rmsprop = {.rate = 0.02, .alpha = 0.9, .eps = 1e-3, .weight_decay = 0.1}},
    {"adam", 2, .adam = {.rate = 0.01}},
    {"adam all", 2,
     .adam = {.rate = 0.02, .beta1 = 0.8, .beta2 = 0.99, .eps = 1e-3, .weight_decay = 0.1}},
    {"adamw", 2, .adam = {.rate = 0.01, .weight_decay = 0.01, .decoupled = true}},
    {"adamw all", 2,
     .adam = {.rate = 0.02,
              .beta1 = 0.8,
              .beta2 = 0.99,
              .eps = 1e-3,
              .weight_decay = 0.3,
              .decoupled = true}},
};
enum { METHODS = sizeof methods / sizeof methods[0], STEPS = 6, NUMBERS = 5, MOST_ELEMENTS = 4 };

typedef struct lists {
    ag_graph *graph;
    ag_tensor *p[MOST_ELEMENTS], *state[2][MOST_ELEMENTS];
    int n;
} lists;

static void add(lists *l, ag_role role, ag_dtype dtype, ag_shape shape, const void *data)
{
    l->p[l->n] = ag_leaf(l->graph, role, dtype, shape, data);
    for (int k = 0; k < 2; k++) {
        l->state[k][l->n] = ag_leaf(l->graph, AG_CONSTANT, dtype, shape, NULL);
    }
    ck_assert_ptr_nonnull(l->state[1][l->n++]);
}

static ag_status step(const method *m, const lists *l, int64_t t)
{
    return m->kind == 0   ? ag_sgd_step(&m->sgd, l->p, l->n, l->state[0])
           : m->kind == 1 ? ag_rmsprop_step(&m->rmsprop, l->p, l->n, l->state[0])
                          : ag_adam_step(&m->adam, l->p, l->n, l->state[0], l->state[1], t);
}

/* --- the numbers ------------------------------------------------------------------------------ */

typedef double table[METHODS][STEPS][NUMBERS];

static void read_table(table want)
{
    static int seen[METHODS][STEPS][NUMBERS];
    char line[200];
    FILE *f = fopen("tests/golden/steps.csv", "r");
    ck_assert_msg(f != NULL, "tests/golden/steps.csv is not there: run in the project's folder");
    while (fgets(line, sizeof line, f) != NULL) {
        const char *name = strtok(line, ";");
        int m = 0, s = atoi(strtok(NULL, ";")) - 1, k = atoi(strtok(NULL, ";"));
        while (m < METHODS && strcmp(methods[m].name, name) != 0) {
            m++;
        }
        ck_assert_msg(m < METHODS && s < STEPS && k < NUMBERS, "no place for %s", name);
        want[m][s][k] = strtod(strtok(NULL, ";"), NULL);
        seen[m][s][k]++;
    }
    fclose(f);
    for (int i = 0; i < METHODS * STEPS * NUMBERS; i++) {
        ck_assert_int_eq((&seen[0][0][0])[i], 1);
    }
}

/* The five numbers as a vector and a 0-d tensor, in f64 and f32 at once. */
static void start(lists *l)
{
    static const double wide[] = {1, -2, 0.5, 3, -0.25};
    static const float narrow[] = {1, -2, 0.5F, 3, -0.25F};
    *l = (lists){.graph = ag_graph_new()};
    add(l, AG_PARAMETER, AG_F64, AG_SHAPE(4), wide);
    add(l, AG_PARAMETER, AG_F64, AG_SCALAR, wide + 4);
    add(l, AG_VARIABLE, AG_F32, AG_SHAPE(2, 2), narrow);
    add(l, AG_VARIABLE, AG_F32, AG_SCALAR, narrow + 4);
}

/* The sum of (k+1)/2 p_k^2 over both dtypes. */
static ag_tensor *loss_of(lists *l)
{
    static const double half[] = {0.5, 1, 1.5, 2};
    ag_tensor *a = ag_from_values(l->graph, AG_CONSTANT, AG_SHAPE(4), half);
    ag_tensor *narrow = ag_cast(ag_reshape(l->p[2], AG_SHAPE(4)), AG_F64);
    ag_tensor *last = ag_add(ag_square(l->p[1]), ag_square(ag_cast(l->p[3], AG_F64)));
    return ag_add(ag_mul_scalar(last, 2.5),
                  ag_sum(ag_mul(a, ag_add(ag_square(l->p[0]), ag_square(narrow)))));
}

START_TEST(test_torch)
{
    static table want;
    read_table(want);
    for (int m = 0; m < METHODS; m++) {
        lists l;
        start(&l);
        ag_mark mark = ag_graph_mark(l.graph);
        for (int s = 0; s < STEPS; s++) {
            ck_assert_int_eq(ag_backward(loss_of(&l)), AG_OK);
            ck_assert_msg(step(&methods[m], &l, s + 1) == AG_OK, "%s", ag_error_message(l.graph));
            ag_zero_grads(l.graph);
            ck_assert_int_eq(ag_graph_rewind(l.graph, mark), AG_OK);
            double have[2 * NUMBERS];
            for (int i = 0, at = 0; i < l.n; at += (int)ag_size(l.p[i++])) {
                ck_assert_int_eq(ag_get(l.p[i], have + at, ag_size(l.p[i])), AG_OK);
            }
            for (int k = 0; k < 2 * NUMBERS; k++) {
                double w = want[m][s][k % NUMBERS];
                ck_assert_msg(fabs(have[k] - w) <= (k < NUMBERS ? 1e-12 : 2e-6),
                              "%s, step %d, number %d: %.17g, not %.17g", methods[m].name, s + 1, k,
                              have[k], w);
            }
        }
        ag_graph_free(l.graph);
    }
}
END_TEST

/* --- what goes with them ---------------------------------------------------------------------- */

/* Without a gradient neither the parameter nor its state moves, whatever decay there is. */
START_TEST(test_without_gradient)
{
    for (int m = 0; m < METHODS; m++) {
        lists l;
        start(&l);
        ck_assert_int_eq(ag_backward(ag_sum(ag_square(l.p[0]))), AG_OK);
        ck_assert_int_eq(step(&methods[m], &l, 1), AG_OK);
        ck_assert_double_ne(ag_item_at(l.p[0], AG_SHAPE(0)), 1);
        ck_assert_double_eq(ag_item(l.p[1]), -0.25);
        ck_assert_double_eq(ag_item(l.state[0][1]), 0);
        ck_assert_double_eq(ag_item_at(l.p[2], AG_SHAPE(1, 0)), 0.5);
        ag_graph_free(l.graph);
    }
}
END_TEST

/* A loss that was recorded before a step was computed from other values. */
START_TEST(test_writes_are_noticed)
{
    lists l;
    start(&l);
    ag_tensor *early = loss_of(&l), *state = ag_sum(ag_mul(l.state[0][0], l.p[0]));
    ck_assert_int_eq(ag_backward(loss_of(&l)), AG_OK);
    ck_assert_int_eq(step(&methods[2], &l, 1), AG_OK);
    ck_assert_int_eq(ag_backward(early), AG_ERR_CHANGED);
    ag_error_clear(l.graph);
    ck_assert_int_eq(ag_backward(state), AG_ERR_CHANGED);
    ag_graph_free(l.graph);
}
END_TEST

enum { LARGE = 150001 };

/* Three steps of one large parameter between two small ones. */
static void train(const method *m, float out[LARGE])
{
    lists l = {.graph = ag_graph_new_with(&(ag_graph_options){.dtype = AG_F32})};
    add(&l, AG_PARAMETER, AG_F32, AG_SHAPE(7), NULL);
    add(&l, AG_PARAMETER, AG_F32, AG_SHAPE(LARGE), NULL);
    add(&l, AG_PARAMETER, AG_F32, AG_SCALAR, NULL);
    ck_assert_int_eq(ag_fill_normal(l.p[1], 0, 1), AG_OK);
    for (int t = 1; t <= 3; t++) {
        ag_tensor *y = ag_add(ag_sum(ag_sin(l.p[1])), ag_add(ag_sum(l.p[0]), l.p[2]));
        ck_assert_int_eq(ag_backward(y), AG_OK);
        ck_assert_int_eq(step(m, &l, t), AG_OK);
        ag_zero_grads(l.graph);
    }
    ck_assert_int_eq(ag_read(l.p[1], out, LARGE * sizeof *out), AG_OK);
    ag_graph_free(l.graph);
}

START_TEST(test_threads)
{
#ifdef _OPENMP
    static float o[3][LARGE];
    for (int m = 0; m < METHODS; m += check_small() ? 4 : 1) {
        for (int t = 0; t < 3; t++) {
            omp_set_num_threads(1 << t);
            train(&methods[m], o[t]);
        }
        ck_assert_mem_eq(o[0], o[1], sizeof o[0]);
        ck_assert_mem_eq(o[0], o[2], sizeof o[0]);
    }
#else
    (void)train;
#endif
}
END_TEST

/* --- errors ----------------------------------------------------------------------------------- */

static void expect(const lists *l, ag_status have, ag_status want, const char *text)
{
    ck_assert_int_eq(have, want);
    ck_assert_int_eq(ag_error(l->graph), want);
    ck_assert_msg(strstr(ag_error_message(l->graph), text) != NULL, "\"%s\" is not in: %s", text,
                  ag_error_message(l->graph));
    ck_assert_double_eq(ag_item_at(l->p[0], AG_SHAPE(0)), 1);
    ag_error_clear(l->graph);
}

START_TEST(test_numbers)
{
    lists l;
    start(&l);
    ck_assert_int_eq(ag_backward(loss_of(&l)), AG_OK);
    static const double bad[] = {-1, (double)NAN, (double)INFINITY};
    for (int i = 0; i < 3; i++) {
        method m = {.kind = 0, .sgd = {.rate = bad[i]}};
        expect(&l, step(&m, &l, 1), AG_ERR_VALUE, "sgd_step: rate");
        m.sgd = (ag_sgd){.rate = 1, .weight_decay = bad[i]};
        expect(&l, step(&m, &l, 1), AG_ERR_VALUE, "weight_decay");
        m.sgd = (ag_sgd){.rate = 1, .momentum = bad[i]};
        expect(&l, step(&m, &l, 1), AG_ERR_VALUE, "momentum");
        m = (method){.kind = 1, .rmsprop = {.rate = 1, .alpha = bad[i]}};
        expect(&l, step(&m, &l, 1), AG_ERR_VALUE, "rmsprop_step: alpha");
        m.rmsprop = (ag_rmsprop){.rate = 1, .eps = bad[i]};
        expect(&l, step(&m, &l, 1), AG_ERR_VALUE, "eps");
        m = (method){.kind = 2, .adam = {.rate = 1, .beta1 = bad[i]}};
        expect(&l, step(&m, &l, 1), AG_ERR_VALUE, "beta1");
        m.adam = (ag_adam){.rate = 1, .beta2 = bad[i]};
        expect(&l, step(&m, &l, 1), AG_ERR_VALUE, "beta2");
    }
    method m = {.kind = 0, .sgd = {.rate = 1, .nesterov = true}};
    expect(&l, step(&m, &l, 1), AG_ERR_VALUE, "nesterov");
    expect(&l, step(&methods[8], &l, 0), AG_ERR_VALUE, "adam_step: t 0");
    ag_graph_free(l.graph);
}
END_TEST

/* One wrong entry at a time, in the last place, so that the first would have moved by then. */
START_TEST(test_lists)
{
    const method *m = &methods[8];
    lists l, w;
    start(&l);
    ck_assert_int_eq(ag_backward(loss_of(&l)), AG_OK);
    ag_graph *other = ag_graph_new();
    ag_tensor *vector = ag_full(l.graph, AG_CONSTANT, AG_SHAPE(3), 0);
    w = l;
    w.state[1][3] = ag_cast(vector, AG_F32);
    expect(&w, step(m, &w, 1), AG_ERR_SHAPE, "[3]");
    w.state[1][3] = l.state[1][1];
    expect(&w, step(m, &w, 1), AG_ERR_DTYPE, "f32");
    w.state[1][3] = ag_neg(l.p[3]);
    expect(&w, step(m, &w, 1), AG_ERR_STATE, "the state cannot be written");
    w = l;
    w.p[3] = ag_mul_scalar(l.p[3], 1);
    expect(&w, step(m, &w, 1), AG_ERR_STATE, "the parameter cannot be written");
    w.p[3] = ag_leaf(l.graph, AG_CONSTANT, AG_I64, AG_SCALAR, NULL);
    w.state[0][3] = w.state[1][3] = w.p[3];
    expect(&w, step(m, &w, 1), AG_ERR_DTYPE, "i64");
    w.p[3] = w.state[0][3] = w.state[1][3] = ag_variable(other, 1);
    ck_assert_int_eq(step(m, &w, 1), AG_ERR_GRAPH);
    ck_assert_int_eq(ag_error(other), AG_ERR_GRAPH);
    w = l;
    w.state[1][3] = ag_variable(other, 1);
    expect(&w, step(m, &w, 1), AG_ERR_GRAPH, "graph");
    w.state[1][3] = l.state[0][3];
    expect(&w, step(m, &w, 1), AG_ERR_VALUE, "twice");
    w.state[1][3] = l.p[3];
    expect(&w, step(m, &w, 1), AG_ERR_VALUE, "twice");
    w = l;
    w.state[0][3] = NULL;
    expect(&w, step(m, &w, 1), AG_ERR_NULL_ARGUMENT, "NULL");
    expect(&l, ag_adam_step(&m->adam, l.p, 4, l.state[0], NULL, 1), AG_ERR_NULL_ARGUMENT, "list");
    ck_assert_int_eq(ag_adam_step(&m->adam, l.p, -1, l.state[0], l.state[1], 1), AG_ERR_VALUE);
    ck_assert_int_eq(ag_adam_step(NULL, l.p, 4, l.state[0], l.state[1], 1), AG_ERR_NULL_ARGUMENT);
    ck_assert_int_eq(ag_adam_step(&m->adam, NULL, 4, NULL, NULL, 1), AG_ERR_NULL_ARGUMENT);
    ck_assert_int_eq(ag_adam_step(&m->adam, NULL, 0, NULL, NULL, 1), AG_OK);
    ck_assert_int_eq(ag_sgd_step(&methods[0].sgd, l.p, 4, NULL), AG_OK);
    ag_graph_free(l.graph);
    ag_graph_free(other);
}
END_TEST

CHECK_MAIN("step", test_torch, test_without_gradient, test_writes_are_noticed, test_threads,
           test_numbers, test_lists)
