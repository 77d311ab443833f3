/* Surfaces of two parameters with a pit, a ravine and a saddle (the lecture's section 12.10), on
 * which each optimizer must arrive within a stated number of steps; L-BFGS on Rosenbrock's function
 * beside SciPy 1.17's L-BFGS-B (which from (-1.2, 1) takes 38 iterations and 46 evaluations to
 * |gradient| < 1e-8, and for 10 variables 78 and 96).
 */
#include "nn/optim/line_search.h"
#include "tests/nn/optim/small_net.h"

/* --- surfaces --------------------------------------------------------------------------------- */

typedef struct surface {
    const char *name;
    ag_tensor *(*at)(ag_tensor *x, ag_tensor *y);
    double start[2], end[2];
    bool either_sign; /* of the second coordinate of the end */
} surface;

/* A round hole in a plain: 1 - exp(-(x^2 + y^2)). */
static ag_tensor *pit(ag_tensor *x, ag_tensor *y)
{
    ag_tensor *r = ag_add(ag_square(x), ag_square(y));
    return ag_add_scalar(ag_neg(ag_exp(ag_neg(r))), 1);
}

/* Fifty times steeper across than along: (x^2 + 50 y^2)/2. */
static ag_tensor *ravine(ag_tensor *x, ag_tensor *y)
{
    return ag_mul_scalar(ag_add(ag_square(x), ag_mul_scalar(ag_square(y), 50)), 0.5);
}

/* A saddle at 0 with minima at y = 1 and -1: x^2/2 + (y^2 - 1)^2/4. */
static ag_tensor *saddle(ag_tensor *x, ag_tensor *y)
{
    ag_tensor *q = ag_square(ag_add_scalar(ag_square(y), -1));
    return ag_add(ag_mul_scalar(ag_square(x), 0.5), ag_mul_scalar(q, 0.25));
}

static const surface surfaces[] = {
    {"pit", pit, {0.9, -0.6}, {0, 0}, false},
    {"ravine", ravine, {2, 0.5}, {0, 0}, false},
    {"saddle", saddle, {1.5, 1e-3}, {0, 1}, true},
};

typedef struct point {
    const surface *s;
    ag_tensor *p[2];
} point;

static ag_tensor *height(int64_t i, void *user)
{
    const point *at = user;
    (void)i;
    return at->s->at(at->p[0], at->p[1]);
}

typedef struct walker {
    const char *name;
    nn_optimizer *(*make)(ag_graph *g);
    int steps[3]; /* within which it is there, on each surface */
} walker;

static nn_optimizer *sgd(ag_graph *g)
{
    return nn_sgd(g, &(ag_sgd){.rate = 0.03});
}
static nn_optimizer *momentum(ag_graph *g)
{
    return nn_sgd(g, &(ag_sgd){.rate = 0.03, .momentum = 0.9});
}
static nn_optimizer *nesterov(ag_graph *g)
{
    return nn_sgd(g, &(ag_sgd){.rate = 0.02, .momentum = 0.9, .nesterov = true});
}
static nn_optimizer *adagrad(ag_graph *g)
{
    return nn_adagrad(g, &(ag_adagrad){.rate = 0.5});
}
static nn_optimizer *rmsprop(ag_graph *g)
{
    return nn_with_schedule(nn_rmsprop(g, &(ag_rmsprop){.rate = 0.05, .alpha = 0.9}),
                            nn_exponential_decay(0.1, 100));
}
static nn_optimizer *adadelta(ag_graph *g)
{
    return nn_adadelta(g, &(ag_adadelta){.eps = 1e-3});
}
static nn_optimizer *adam(ag_graph *g)
{
    return nn_adam(g, &(ag_adam){.rate = 0.1});
}
static nn_optimizer *amsgrad(ag_graph *g)
{
    return nn_amsgrad(g, &(ag_adam){.rate = 0.1});
}
static nn_optimizer *rprop(ag_graph *g)
{
    return nn_rprop(g, NULL);
}
static nn_optimizer *lbfgs(ag_graph *g)
{
    return nn_lbfgs(g, NULL);
}

static const walker walkers[] = {
    {"sgd", sgd, {400, 400, 700}},           {"momentum", momentum, {200, 200, 200}},
    {"nesterov", nesterov, {200, 200, 200}}, {"adagrad", adagrad, {150, 150, 250}},
    {"rmsprop", rmsprop, {300, 300, 300}},   {"adadelta", adadelta, {400, 400, 400}},
    {"adam", adam, {200, 250, 250}},         {"amsgrad", amsgrad, {400, 500, 400}},
    {"rprop", rprop, {80, 120, 120}},        {"lbfgs", lbfgs, {12, 12, 15}},
};

START_TEST(test_surfaces)
{
    for (size_t w = 0; w < sizeof walkers / sizeof walkers[0]; w++) {
        for (int k = 0; k < 3; k++) {
            ag_graph *g = ag_graph_new();
            const surface *s = &surfaces[k];
            point at = {s, {ag_parameter(g, s->start[0]), ag_parameter(g, s->start[1])}};
            nn_optimizer *opt = walkers[w].make(g);
            nn_minimum m;
            expect_ok(nn_attach_list(opt, at.p, 2));
            const nn_minimize_options o = {.steps = walkers[w].steps[k], .gradient = 1e-4};
            expect_ok(nn_minimize(opt, height, &at, &o, &m));
            double x = ag_item(at.p[0]), y = ag_item(at.p[1]);
            y = s->either_sign ? fabs(y) : y;
            ck_assert_msg(
                m.steps <= o.steps && fabs(x - s->end[0]) < 1e-2 && fabs(y - s->end[1]) < 1e-2,
                "%s, %s: (%g, %g) after %d steps", walkers[w].name, s->name, x, y, (int)m.steps);
            ag_graph_free(g);
        }
    }
}
END_TEST

/* --- Rosenbrock ------------------------------------------------------------------------------- */

typedef struct valley {
    ag_tensor *x;
    int64_t n;
} valley;

/* The sum of 100 (x[i+1] - x[i]^2)^2 + (1 - x[i])^2. */
static ag_tensor *rosenbrock(int64_t i, void *user)
{
    const valley *v = user;
    (void)i;
    ag_tensor *head = ag_slice(v->x, 0, 0, v->n - 1, 1), *tail = ag_slice(v->x, 0, 1, v->n, 1);
    ag_tensor *steep = ag_mul_scalar(ag_square(ag_sub(tail, ag_square(head))), 100);
    return ag_sum(ag_add(steep, ag_square(ag_add_scalar(ag_neg(head), 1))));
}

static nn_minimum in_valley(ag_dtype dtype, int64_t n, double gradient, double *off)
{
    ag_graph *g = ag_graph_new_with(&(ag_graph_options){.dtype = dtype});
    double x[100];
    for (int i = 0; i < n; i++) {
        x[i] = i % 2 == 0 ? -1.2 : 1;
    }
    valley v = {ag_from_values(g, AG_PARAMETER, AG_SHAPE(n), x), n};
    nn_optimizer *opt = nn_lbfgs(g, NULL);
    nn_minimum m;
    expect_ok(nn_attach_list(opt, &v.x, 1));
    ag_status status =
        nn_minimize(opt, rosenbrock, &v, &(nn_minimize_options){.gradient = gradient}, &m);
    ck_assert_msg(status == AG_OK, "%s", ag_error_message(g));
    expect_ok(ag_get(v.x, x, n));
    *off = 0;
    for (int i = 0; i < n; i++) {
        *off = fmax(*off, fabs(x[i] - 1));
    }
    ck_assert_int_eq(nn_get_counters(opt).step, m.steps);
    ag_graph_free(g);
    return m;
}

START_TEST(test_rosenbrock)
{
    double off;
    nn_minimum m = in_valley(AG_F64, 2, 1e-8, &off);
    ck_assert_msg(m.converged && off < 1e-8 && m.loss < 1e-16 && m.steps <= 40 &&
                      m.evaluations <= 52,
                  "%d steps, %d evaluations, off by %g, loss %g", (int)m.steps, (int)m.evaluations,
                  off, m.loss);
    m = in_valley(AG_F64, 10, 1e-8, &off);
    ck_assert_msg(m.converged && m.steps <= 90 && m.evaluations <= 115,
                  "%d steps, %d evaluations, %g", (int)m.steps, (int)m.evaluations, m.gradient);
    m = in_valley(AG_F64, 100, 1e-8, &off);
    ck_assert_msg(m.converged && m.steps <= 620 && m.evaluations <= 800,
                  "%d steps, %d evaluations, %g", (int)m.steps, (int)m.evaluations, m.gradient);
    m = in_valley(AG_F32, 2, 1e-3, &off);
    ck_assert_msg(off < 1e-2, "f32: %d steps, off by %g", (int)m.steps, off);
}
END_TEST

static ag_tensor *bowl(int64_t i, void *user)
{
    ag_tensor *const *in = user;
    (void)i;
    ag_tensor *half = ag_mul_scalar(ag_mul(in[1], ag_square(in[0])), 0.5);
    return ag_sum(ag_sub(half, ag_mul(in[2], in[0])));
}

/* On a quadratic of n variables exact line searches would end after n steps (section 7.2); these
 * are not exact, and need a few more. */
START_TEST(test_quadratic)
{
    ag_graph *g = ag_graph_new();
    double a[5] = {1, 3, 10, 30, 100}, b[5] = {1, -2, 3, -4, 5};
    double x[5];
    ag_tensor *p = ag_full(g, AG_PARAMETER, AG_SHAPE(5), 0);
    nn_optimizer *opt = nn_lbfgs(g, NULL);
    expect_ok(nn_attach_list(opt, &p, 1));
    ag_tensor *const in[] = {p, ag_from_values(g, AG_CONSTANT, AG_SHAPE(5), a),
                             ag_from_values(g, AG_CONSTANT, AG_SHAPE(5), b)};

    nn_minimum m;
    expect_ok(nn_minimize(opt, bowl, (void *)(uintptr_t)in,
                          &(nn_minimize_options){.gradient = 1e-10}, &m));
    ck_assert_msg(m.converged && m.steps <= 30, "%d steps", (int)m.steps);
    expect_ok(ag_get(p, x, 5));
    for (int i = 0; i < 5; i++) {
        expect_near(x[i], b[i] / a[i], 1e-10);
    }
    ag_graph_free(g);
}
END_TEST

/* What is kept is all that is needed: ten steps, then ten more with another optimizer that took
 * over states and counters, give the bits of twenty. */
START_TEST(test_resume)
{
    double off[2][10];
    for (int resumed = 0; resumed < 2; resumed++) {
        ag_graph *g = ag_graph_new();
        valley v = {ag_full(g, AG_PARAMETER, AG_SHAPE(10), -1), 10};
        nn_optimizer *opt = nn_lbfgs(g, &(nn_lbfgs_options){.history = 4}), *next;
        next = resumed == 1 ? nn_lbfgs(g, &(nn_lbfgs_options){.history = 4}) : opt;
        expect_ok(nn_attach_list(opt, &v.x, 1));
        expect_ok(nn_minimize(opt, rosenbrock, &v, &(nn_minimize_options){.steps = 10}, NULL));
        if (resumed == 1) {
            expect_ok(nn_attach_list(next, &v.x, 1));
            const nn_counters c = nn_get_counters(opt);
            expect_ok(nn_set_counters(next, &c));
        }
        for (int i = 0; resumed == 1 && i < nn_optimizer_states(opt); i++) {
            nn_optimizer_state from = nn_optimizer_state_at(opt, i),
                               to = nn_optimizer_state_at(next, i);
            ck_assert_str_eq(from.name, to.name);
            size_t bytes = (size_t)ag_size(from.tensor) * 8;
            expect_ok(ag_write(to.tensor, ag_data(from.tensor), bytes));
        }
        expect_ok(nn_minimize(next, rosenbrock, &v, &(nn_minimize_options){.steps = 10}, NULL));
        expect_ok(ag_get(v.x, off[resumed], 10));
        ag_graph_free(g);
    }
    ck_assert_mem_eq(off[0], off[1], sizeof off[0]);
}
END_TEST

/* A frozen layer keeps its bits, and the others reach what they can. */
static ag_tensor *loss_of_net(int64_t i, void *user)
{
    (void)i;
    return small_loss(user, 1);
}

START_TEST(test_frozen)
{
    small s = small_new(AG_F64);
    nn_optimizer *opt = nn_lbfgs(s.graph, NULL);
    nn_minimum before, after;
    double w[6], v[6];
    expect_ok(nn_attach(opt, s.net));
    expect_ok(nn_minimize(opt, loss_of_net, &s, &(nn_minimize_options){.steps = 2}, &before));
    expect_ok(nn_freeze(s.net, "first.weight", true));
    expect_ok(ag_get(nn_find(s.net, "first.weight"), w, 6));
    expect_ok(nn_minimize(opt, loss_of_net, &s, NULL, &after));
    expect_ok(ag_get(nn_find(s.net, "first.weight"), v, 6));
    ck_assert_mem_eq(w, v, sizeof w);
    ck_assert(after.converged && after.loss < before.loss);
    ag_graph_free(s.graph);
}
END_TEST

CHECK_MAIN("minimize", test_surfaces, test_rosenbrock, test_quadratic, test_resume, test_frozen)
