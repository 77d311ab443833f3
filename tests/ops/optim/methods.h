/* Every method and variant of ops/optim, with the options of its row in tests/golden/make_optim.py,
 * and small parameters to step. Shared by the tests of steps.
 */
#ifndef TESTS_OPS_OPTIM_METHODS_H
#define TESTS_OPS_OPTIM_METHODS_H

#include "expect.h"

enum { LONGEST = 4, STATES = 3 };

typedef struct lists {
    ag_graph *graph;
    ag_tensor *p[LONGEST], *state[STATES][LONGEST];
    int n;
} lists;

/* The rate stands first in all but rprop, which has none. */
typedef union options {
    double rate;
    ag_sgd sgd;
    ag_rmsprop rmsprop;
    ag_adagrad adagrad;
    ag_adadelta adadelta;
    ag_adam adam;
    ag_rprop rprop;
} options;

typedef struct method {
    const char *name;
    ag_status (*step)(const options *o, const lists *l, int64_t t);
    options o;
    double initial; /* of the first state */
} method;

static ag_status sgd(const options *o, const lists *l, int64_t t)
{
    (void)t;
    return ag_sgd_step(&o->sgd, l->p, l->n, l->state[0]);
}

static ag_status rmsprop(const options *o, const lists *l, int64_t t)
{
    (void)t;
    return ag_rmsprop_step(&o->rmsprop, l->p, l->n, l->state[0], l->state[1], l->state[2]);
}

static ag_status adagrad(const options *o, const lists *l, int64_t t)
{
    (void)t;
    return ag_adagrad_step(&o->adagrad, l->p, l->n, l->state[0]);
}

static ag_status adadelta(const options *o, const lists *l, int64_t t)
{
    (void)t;
    return ag_adadelta_step(&o->adadelta, l->p, l->n, l->state[0], l->state[1]);
}

static ag_status adam(const options *o, const lists *l, int64_t t)
{
    return ag_adam_step(&o->adam, l->p, l->n, l->state[0], l->state[1], t);
}

static ag_status amsgrad(const options *o, const lists *l, int64_t t)
{
    return ag_amsgrad_step(&o->adam, l->p, l->n, l->state[0], l->state[1], l->state[2], t);
}

static ag_status rprop(const options *o, const lists *l, int64_t t)
{
    (void)t;
    return ag_rprop_step(&o->rprop, l->p, l->n, l->state[0], l->state[1]);
}

#define SGD(...) sgd, {.sgd = {__VA_ARGS__}}, 0
#define RMSPROP(...) rmsprop, {.rmsprop = {__VA_ARGS__}}, 0
#define ADADELTA(...) adadelta, {.adadelta = {__VA_ARGS__}}, 0
#define ADAM(...) adam, {.adam = {__VA_ARGS__}}, 0
#define AMSGRAD(...) amsgrad, {.adam = {__VA_ARGS__}}, 0
#define RPROP(...) rprop, {.rprop = {__VA_ARGS__}}, 0
#define ADAGRAD(initial, ...) adagrad, {.adagrad = {__VA_ARGS__}}, initial
#define INSIDE .eps_form = AG_EPS_INSIDE
#define HAT .eps_form = AG_EPS_HAT

static const method methods[] = {
    {"sgd", SGD(.rate = 0.1)},
    {"sgd decay", SGD(.rate = 0.1, .weight_decay = 0.05)},
    {"momentum", SGD(.rate = 0.05, .momentum = 0.9)},
    {"momentum falling", SGD(.rate = 0.05, .momentum = 0.9)},
    {"momentum decay", SGD(.rate = 0.05, .momentum = 0.8, .weight_decay = 0.1)},
    {"nesterov", SGD(.rate = 0.05, .momentum = 0.9, .nesterov = true)},
    {"nesterov decay", SGD(.rate = 0.05, .momentum = 0.7, .nesterov = true, .weight_decay = 0.1)},
    {"rmsprop", RMSPROP(.rate = 0.01)},
    {"rmsprop all", RMSPROP(.rate = 0.02, .alpha = 0.9, .eps = 1e-3, .weight_decay = 0.1)},
    {"rmsprop momentum falling", RMSPROP(.rate = 0.01, .momentum = 0.9)},
    {"rmsprop centered", RMSPROP(.rate = 0.01, .centered = true)},
    {"rmsprop centered momentum", RMSPROP(.rate = 0.01, .centered = true, .momentum = 0.5)},
    {"adagrad", ADAGRAD(0, .rate = 0.1)},
    {"adagrad all", ADAGRAD(0, .rate = 0.1, .eps = 1e-2, .weight_decay = 0.1)},
    {"adadelta", ADADELTA(.rate = 1)},
    {"adadelta all", ADADELTA(.rate = 0.5, .rho = 0.95, .eps = 1e-4, .weight_decay = 0.1)},
    {"adam", ADAM(.rate = 0.01)},
    {"adam all", ADAM(.rate = 0.02, .beta1 = 0.8, .beta2 = 0.99, .eps = 1e-3, .weight_decay = 0.1)},
    {"adamw", ADAM(.rate = 0.01, .weight_decay = 0.01, .decoupled = true)},
    {"adamw all", ADAM(.rate = 0.02, .beta1 = 0.8, .beta2 = 0.99, .eps = 1e-3, .weight_decay = 0.3,
                       .decoupled = true)},
    {"amsgrad", AMSGRAD(.rate = 0.01)},
    {"amsgrad decoupled", AMSGRAD(.rate = 0.01, .weight_decay = 0.1, .decoupled = true)},
    {"rprop minus", RPROP(.first = 0.01, .lowest = 1e-6, .highest = 50, .no_backtracking = true)},
    {"keras sgd decay", SGD(.rate = 0.1, .weight_decay = 0.05, .decoupled = true)},
    {"keras momentum falling", SGD(.rate = 0.05, .momentum = 0.9, .rate_inside = true)},
    {"keras nesterov falling",
     SGD(.rate = 0.05, .momentum = 0.9, .nesterov = true, .rate_inside = true)},
    {"keras rmsprop", RMSPROP(.rate = 0.01, .alpha = 0.9, .eps = 1e-3, INSIDE)},
    {"keras rmsprop momentum falling", RMSPROP(.rate = 0.01, .alpha = 0.9, .eps = 1e-3, INSIDE,
                                               .momentum = 0.9, .rate_inside = true)},
    {"keras rmsprop centered",
     RMSPROP(.rate = 0.01, .alpha = 0.9, .eps = 1e-3, INSIDE, .centered = true)},
    {"keras adagrad", ADAGRAD(0.1, .rate = 0.1, .eps = 1e-2, INSIDE)},
    {"keras adadelta", ADADELTA(.rate = 1, .rho = 0.95, .eps = 1e-7)},
    {"keras adam", ADAM(.rate = 0.01, .eps = 1e-3, HAT)},
    {"keras amsgrad", AMSGRAD(.rate = 0.01, .eps = 1e-3, HAT)},
    {"keras adamw", ADAM(.rate = 0.01, .eps = 1e-3, HAT, .weight_decay = 0.1, .decoupled = true)},
    {"lecture momentum falling", SGD(.rate = 0.05, .momentum = 0.9, .rate_inside = true)},
    {"lecture nesterov falling",
     SGD(.rate = 0.05, .momentum = 0.9, .nesterov = true, .rate_inside = true)},
    {"lecture adagrad", ADAGRAD(0, .rate = 0.1, .eps = 1e-2, INSIDE)},
    {"lecture rmsprop", RMSPROP(.rate = 0.01, .alpha = 0.9, .eps = 1e-3, INSIDE)},
    {"lecture adam", ADAM(.rate = 0.01, .eps = 1e-3, INSIDE, .uncorrected = true)},
    {"adam inside", ADAM(.rate = 0.01, .eps = 1e-3, INSIDE)},
    {"rprop plus", RPROP(.first = 0)},
    {"rprop plus all",
     RPROP(.first = 0.05, .shrink = 0.4, .grow = 1.5, .lowest = 1e-3, .highest = 0.5)},
};
enum { METHODS = sizeof methods / sizeof methods[0] };

static inline const method *method_named(const char *name)
{
    int m = 0;
    while (m < METHODS && strcmp(methods[m].name, name) != 0) {
        m++;
    }
    ck_assert_msg(m < METHODS, "no method %s", name);
    return &methods[m];
}

static inline void add(lists *l, ag_role role, ag_dtype dtype, ag_shape shape, const void *data)
{
    l->p[l->n] = ag_leaf(l->graph, role, dtype, shape, data);
    for (int k = 0; k < STATES; k++) {
        l->state[k][l->n] = ag_leaf(l->graph, AG_CONSTANT, dtype, shape, NULL);
    }
    ck_assert_ptr_nonnull(l->state[STATES - 1][l->n++]);
}

/* Five numbers as a vector and a 0-d tensor, in f64 and f32 at once. */
static inline void start(lists *l)
{
    static const double wide[] = {1, -2, 0.5, 3, -0.25};
    static const float narrow[] = {1, -2, 0.5F, 3, -0.25F};
    *l = (lists){.graph = ag_graph_new()};
    add(l, AG_PARAMETER, AG_F64, AG_SHAPE(4), wide);
    add(l, AG_PARAMETER, AG_F64, AG_SCALAR, wide + 4);
    add(l, AG_VARIABLE, AG_F32, AG_SHAPE(2, 2), narrow);
    add(l, AG_VARIABLE, AG_F32, AG_SCALAR, narrow + 4);
}

/* The sum of a/2 p^2 + s p with a = (k + 1)/4, s = ((7 t + 3 k) mod 11 - 5)/8, over both dtypes. */
static inline ag_tensor *loss_of(const lists *l, int t)
{
    double a[5], s[5];
    for (int k = 0; k < 5; k++) {
        a[k] = (k + 1) / 8.0;
        s[k] = ((7 * t + 3 * k) % 11 - 5) / 8.0;
    }
    ag_tensor *sum = ag_constant(l->graph, 0);
    for (int i = 0; i < 4; i += 2) {
        ag_tensor *p = ag_cast(ag_reshape(l->p[i], AG_SHAPE(4)), AG_F64);
        ag_tensor *q = ag_cast(l->p[i + 1], AG_F64);
        ag_tensor *half = ag_from_values(l->graph, AG_CONSTANT, AG_SHAPE(4), a);
        ag_tensor *push = ag_from_values(l->graph, AG_CONSTANT, AG_SHAPE(4), s);
        sum = ag_add(sum, ag_sum(ag_mul(p, ag_add(ag_mul(half, p), push))));
        sum = ag_add(sum, ag_mul(q, ag_add_scalar(ag_mul_scalar(q, a[4]), s[4])));
    }
    return sum;
}

#endif
