/* Steps of optimizers against PyTorch, Keras and formulas written out in Python
 * (tests/golden/optim.csv, made by make_optim.py beside it, which names their versions), and what
 * they promise beside the numbers: parameters without a gradient stay, the number of threads does
 * not matter, writes are noticed. Errors are in test_step_errors.c.
 */
#include <stdio.h>

#include "tests/ops/optim/methods.h"

enum { SHOWN = 3, NUMBERS = 5 };

static const int shown[SHOWN] = {1, 100, 1000};

typedef double table[METHODS][SHOWN][NUMBERS];

static void read_table(table want)
{
    static int seen[METHODS][SHOWN][NUMBERS];
    char line[200];
    memset(seen, 0, sizeof seen);
    FILE *f = fopen("tests/golden/optim.csv", "r");
    ck_assert_msg(f != NULL, "tests/golden/optim.csv is not there: run in the project's folder");
    while (fgets(line, sizeof line, f) != NULL) {
        int m = (int)(method_named(strtok(line, ";")) - methods), s = 0;
        int t = atoi(strtok(NULL, ";")), k = atoi(strtok(NULL, ";"));
        while (s < SHOWN && shown[s] != t) {
            s++;
        }
        ck_assert_msg(s < SHOWN && k < NUMBERS, "no place for step %d, number %d", t, k);
        want[m][s][k] = strtod(strtok(NULL, ";"), NULL);
        seen[m][s][k]++;
    }
    fclose(f);
    for (int i = 0; i < METHODS * SHOWN * NUMBERS; i++) {
        ck_assert_int_eq((&seen[0][0][0])[i], 1);
    }
}

/* The ten numbers of both dtypes beside the five of the file. The f32 ones are not held to it
 * where a sign decides, which rounding may turn. */
static void compare(const method *m, const lists *l, int t, const double want[NUMBERS])
{
    double have[2 * NUMBERS];
    bool by_sign = m->step == rprop;
    for (int i = 0, at = 0; i < l->n; at += (int)ag_size(l->p[i++])) {
        expect_ok(ag_get(l->p[i], have + at, ag_size(l->p[i])));
    }
    for (int k = 0; k < (by_sign && t > 1 ? NUMBERS : 2 * NUMBERS); k++) {
        double w = want[k % NUMBERS], tolerance = k < NUMBERS ? 1e-12 : 2e-4;
        ck_assert_msg(agrees(have[k], w, tolerance), "%s, step %d, number %d: %.17g, not %.17g",
                      m->name, t, k, have[k], w);
    }
}

START_TEST(test_golden)
{
    static table want;
    read_table(want);
    for (int m = 0; m < METHODS; m++) {
        lists l;
        start(&l);
        for (int i = 0; i < l.n && methods[m].initial != 0; i++) {
            double initial[4] = {methods[m].initial, methods[m].initial, methods[m].initial,
                                 methods[m].initial};
            expect_ok(ag_set(l.state[0][i], initial, ag_size(l.p[i])));
        }
        bool falling = strstr(methods[m].name, "falling") != NULL;
        ag_mark mark = ag_graph_mark(l.graph);
        for (int t = 1, s = 0; t <= shown[SHOWN - 1]; t++) {
            options o = methods[m].o;
            o.rate *= falling ? 1 / (1 + (t - 1) / 50.0) : 1;
            expect_ok(ag_backward(loss_of(&l, t)));
            ck_assert_msg(methods[m].step(&o, &l, t) == AG_OK, "%s", ag_error_message(l.graph));
            ag_zero_grads(l.graph);
            expect_ok(ag_graph_rewind(l.graph, mark));
            if (t == shown[s]) {
                compare(&methods[m], &l, t, want[m][s++]);
            }
        }
        ag_graph_free(l.graph);
    }
}
END_TEST

/* The forms differ where they should (statement 36 of tests/nn/README.md): the rate inside the
 * velocity shows once the rate changes (and not before), eps inside the root, outside of it and
 * beside the uncorrected root are three results. */
START_TEST(test_forms_differ)
{
    static table want;
    read_table(want);
#define AT(name, s) want[method_named(name) - methods][s][3]
    ck_assert_double_eq(AT("momentum falling", 0), AT("keras momentum falling", 0));
    ck_assert(fabs(AT("momentum falling", 1) - AT("keras momentum falling", 1)) > 1e-3);
    lists l;
    double rate_of_form[3];
    for (int form = 0; form < 3; form++) {
        start(&l);
        options o = {.adam = {.rate = 0.01, .eps = 1e-3, .eps_form = (ag_eps_form)form}};
        expect_ok(ag_backward(loss_of(&l, 1)));
        expect_ok(adam(&o, &l, 1));
        rate_of_form[form] = 1 - ag_item_at(l.p[0], AG_SHAPE(0));
        ag_graph_free(l.graph);
    }
    const double g = 0.5; /* Adam's first step is rate g / (|g| + eps), by form */
    expect_near(rate_of_form[AG_EPS_OUTSIDE], 0.01 * g / (g + 1e-3), 1e-14);
    expect_near(rate_of_form[AG_EPS_INSIDE], 0.01 * g / sqrt(g * g + 1e-3), 1e-14);
    expect_near(rate_of_form[AG_EPS_HAT], 0.01 * g / (g + 1e-3 / sqrt(1e-3)), 1e-14);
}
END_TEST

/* 0 in an option is the usual number, AG_EXACT_ZERO is 0: with eps and beta 0 Adam's steps are
 * signs. */
START_TEST(test_exact_zero)
{
    lists l;
    start(&l);
    options o = {
        .adam = {
            .rate = 0.5, .beta1 = AG_EXACT_ZERO, .beta2 = AG_EXACT_ZERO, .eps = AG_EXACT_ZERO}};
    expect_ok(ag_backward(loss_of(&l, 1)));
    expect_ok(adam(&o, &l, 1));
    expect_values(l.p[1], -0.75);
    expect_same(ag_item_at(l.p[0], AG_SHAPE(0)), 0.5);
    expect_same(ag_item_at(l.p[0], AG_SHAPE(1)), -1.5);
    ag_graph_free(l.graph);
}
END_TEST

/* --- what goes with them ---------------------------------------------------------------------- */

/* Without a gradient neither the parameter nor its state moves, whatever decay there is. */
START_TEST(test_without_gradient)
{
    for (int m = 0; m < METHODS; m++) {
        lists l;
        start(&l);
        expect_ok(ag_backward(ag_sum(ag_square(l.p[0]))));
        expect_ok(methods[m].step(&methods[m].o, &l, 1));
        ck_assert_double_ne(ag_item_at(l.p[0], AG_SHAPE(0)), 1);
        ck_assert_double_eq(ag_item(l.p[1]), -0.25);
        for (int k = 0; k < STATES; k++) {
            ck_assert_double_eq(ag_item(l.state[k][1]), 0);
        }
        ck_assert_double_eq(ag_item_at(l.p[2], AG_SHAPE(1, 0)), 0.5);
        ag_graph_free(l.graph);
    }
}
END_TEST

/* A loss that was recorded before a step was computed from other values. */
START_TEST(test_writes_are_noticed)
{
    for (int m = 0; m < METHODS; m++) {
        lists l;
        start(&l);
        ag_tensor *early = loss_of(&l, 1), *state = ag_sum(ag_mul(l.state[0][0], l.p[0]));
        ag_tensor *unmoved = ag_mul(ag_constant(l.graph, 2), ag_parameter(l.graph, 3));
        expect_ok(ag_backward(loss_of(&l, 1)));
        expect_ok(methods[m].step(&methods[m].o, &l, 1));
        ck_assert_int_eq(ag_backward(early), AG_ERR_CHANGED);
        ag_error_clear(l.graph);
        ck_assert_int_eq(ag_backward(state), AG_ERR_CHANGED);
        ag_error_clear(l.graph);
        expect_ok(ag_backward(unmoved));
        ag_graph_free(l.graph);
    }
}
END_TEST

enum { LARGE = 150001 };

/* Three steps of one large parameter between two small ones, and an average of it. */
static void train(const method *m, float out[LARGE + 1])
{
    double norm = 0;
    lists l = {.graph = ag_graph_new_with(&(ag_graph_options){.dtype = AG_F32})};
    add(&l, AG_PARAMETER, AG_F32, AG_SHAPE(7), NULL);
    add(&l, AG_PARAMETER, AG_F32, AG_SHAPE(LARGE), NULL);
    add(&l, AG_PARAMETER, AG_F32, AG_SCALAR, NULL);
    expect_ok(ag_fill_normal(l.p[1], 0, 1));
    for (int t = 1; t <= 3; t++) {
        ag_tensor *y = ag_add(ag_sum(ag_sin(l.p[1])), ag_add(ag_sum(l.p[0]), l.p[2]));
        expect_ok(ag_backward(y));
        expect_ok(ag_clip_grad_norm(l.p, l.n, 100, &norm));
        expect_ok(m->step(&m->o, &l, t));
        ag_zero_grads(l.graph);
    }
    expect_ok(ag_average_step(0.5, l.state[STATES - 1], l.n, l.p));
    expect_ok(ag_average_step(0.5, l.p, l.n, l.state[STATES - 1]));
    expect_ok(ag_read(l.p[1], out, LARGE * sizeof *out));
    out[LARGE] = (float)norm;
    ag_graph_free(l.graph);
}

START_TEST(test_threads)
{
    static float o[3][LARGE + 1];
    for (int m = 0; m < METHODS; m += check_small() ? 4 : 1) {
        for (int t = 0; t < 3; t++) {
            ck_assert_int_eq(ag_set_threads(1 << t), AG_OK);
            train(&methods[m], o[t]);
        }
        ck_assert_mem_eq(o[0], o[1], sizeof o[0]);
        ck_assert_mem_eq(o[0], o[2], sizeof o[0]);
    }
}
END_TEST

/* The average after n steps is the sum of (1 - keep) keep^i p at i steps ago: of p = 1, 2, 3. */
START_TEST(test_average)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *p = ag_parameter(g, 1), *a = ag_constant(g, 1);
    ag_tensor *of_a = ag_mul(a, ag_parameter(g, 1)), *of_p = ag_mul(ag_constant(g, 1), p);
    for (int i = 2; i <= 3; i++) {
        expect_ok(ag_average_step(0.75, &a, 1, &p));
        expect_ok(ag_set_item(p, i));
    }
    expect_ok(ag_average_step(0.75, &a, 1, &p));
    expect_same(ag_item(a), 0.5625 * 1 + 0.25 * (0.75 * 2 + 3));
    ck_assert_int_eq(ag_backward(of_a), AG_ERR_CHANGED);
    ag_error_clear(g);
    ag_tensor *later = ag_mul(p, ag_parameter(g, 2));
    expect_ok(ag_average_step(0.75, &a, 1, &p));
    expect_ok(ag_backward(later));
    (void)of_p;
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("step", test_golden, test_forms_differ, test_exact_zero, test_without_gradient,
           test_writes_are_noticed, test_threads, test_average)
