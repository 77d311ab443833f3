/* Newton steps for a smooth loss with penalties: the model at theta,
 *     g d + d H d / 2 + l1 sum |theta + d|,
 * is minimized by Cholesky's factor where l1 is 0 and by coordinate descent otherwise, and the line
 * to its minimum is searched. Must not know data.
 */
#include "proximal_newton.h"

#include <math.h>
#include <string.h>

enum { MOST_SWEEPS = 20000 };

bool nn__minimizer_new(nn__minimizer *m, const nn__linear_problem *p, const nn_baseline_options *o)
{
    int64_t n = p->n;
    double *room = ag_graph_memory(p->graph, (size_t)(2 * n * n + 5 * n) * sizeof *room);
    if (room == NULL) {
        return false;
    }
    *m = (nn__minimizer){.problem = p, .l1 = o->l1, .l2 = o->l2, .theta = room};
    m->tolerance = o->tolerance > 0 ? o->tolerance : 1e-9;
    m->most_steps = o->steps > 0 ? o->steps : 100;
    m->gradient = room + n;
    m->direction = room + 2 * n;
    m->next = room + 3 * n;
    m->r = room + 4 * n;
    m->hessian = room + 5 * n;
    m->model = m->hessian + n * n;
    if (!nn__problem_gradient(p, m->theta, m->gradient)) {
        return false;
    }
    for (int64_t i = 0; i < n; i++) {
        m->scale = fmax(m->scale, fabs(m->gradient[i]));
    }
    return true;
}

/* --- where it stands -------------------------------------------------------------------------- */

static double soft(double z, double by)
{
    return z > by ? z - by : z < -by ? z + by : 0;
}

static double sizes(const nn__minimizer *m, const double *theta)
{
    double sum = 0;
    for (int64_t i = 0; i < m->problem->n; i++) {
        sum += nn__is_weight(m->problem, i) ? fabs(theta[i]) : 0;
    }
    return sum;
}

static double objective(const nn__minimizer *m, const double *theta)
{
    double squares = 0;
    for (int64_t i = 0; i < m->problem->n; i++) {
        squares += nn__is_weight(m->problem, i) ? theta[i] * theta[i] : 0;
    }
    double penalty = m->l2 > 0 ? 0.5 * m->l2 * squares : 0;
    penalty += m->l1 > 0 ? m->l1 * sizes(m, theta) : 0;
    return nn__problem_value(m->problem, theta) + penalty;
}

/* The gradient at theta, with that of l2. */
static bool look(nn__minimizer *m)
{
    if (!nn__problem_gradient(m->problem, m->theta, m->gradient)) {
        return false;
    }
    for (int64_t i = 0; i < m->problem->n; i++) {
        m->gradient[i] += nn__is_weight(m->problem, i) ? m->l2 * m->theta[i] : 0;
    }
    return true;
}

/* How far the conditions of a minimum are from holding: 0 within the subgradient. */
static double violation(const nn__minimizer *m)
{
    double most = 0;
    for (int64_t i = 0; i < m->problem->n; i++) {
        double g = m->gradient[i], l1 = nn__is_weight(m->problem, i) ? m->l1 : 0;
        double here = l1 == 0           ? fabs(g)
                      : m->theta[i] > 0 ? fabs(g + l1)
                      : m->theta[i] < 0 ? fabs(g - l1)
                                        : fmax(fabs(g) - l1, 0);
        most = here > most || isnan(here) ? here : most;
    }
    return most;
}

double nn__largest_weight_gradient(const nn__minimizer *m)
{
    double most = 0;
    for (int64_t i = 0; i < m->problem->n; i++) {
        most = nn__is_weight(m->problem, i) ? fmax(most, fabs(m->gradient[i])) : most;
    }
    return most;
}

/* --- the model's minimum ---------------------------------------------------------------------- */

static void fill_model(nn__minimizer *m)
{
    int64_t n = m->problem->n;
    memcpy(m->model, m->hessian, (size_t)(n * n) * sizeof *m->model);
    for (int64_t i = 0; i < n; i++) {
        m->model[i * n + i] += nn__is_weight(m->problem, i) ? m->l2 : 0;
    }
}

/* The lower triangle becomes Cholesky's factor. A pivot that is only rounding means that the
 * columns before determine this one: it gets 0 and is left out. */
static void factor(double *a, int64_t n)
{
    for (int64_t j = 0; j < n; j++) {
        double *row = a + j * n, whole = row[j];
        for (int64_t k = 0; k < j; k++) {
            double sum = row[k];
            for (int64_t i = 0; i < k; i++) {
                sum -= row[i] * a[k * n + i];
            }
            row[k] = a[k * n + k] > 0 ? sum / a[k * n + k] : 0;
            row[j] -= row[k] * row[k];
        }
        row[j] = row[j] > 1e-12 * whole ? sqrt(row[j]) : 0;
    }
}

/* direction = -model^-1 gradient, by substitution forward and backward. */
static void solve(nn__minimizer *m)
{
    int64_t n = m->problem->n;
    double *d = m->direction;
    const double *a = m->model;
    for (int64_t j = 0; j < n; j++) {
        d[j] = -m->gradient[j];
        for (int64_t k = 0; k < j; k++) {
            d[j] -= a[j * n + k] * d[k];
        }
        d[j] = a[j * n + j] > 0 ? d[j] / a[j * n + j] : 0;
    }
    for (int64_t j = n - 1; j >= 0; j--) {
        for (int64_t k = j + 1; k < n; k++) {
            d[j] -= a[k * n + j] * d[k];
        }
        d[j] = a[j * n + j] > 0 ? d[j] / a[j * n + j] : 0;
    }
}

/* Moves one coordinate of `next` to the model's minimum along it, the others held; r is the model's
 * gradient there. Returns how much that lowers the model, up to a factor. */
static double descend(nn__minimizer *m, int64_t j)
{
    int64_t n = m->problem->n;
    const double *row = m->model + j * n;
    if (!(row[j] > 0)) {
        return 0;
    }
    double z = row[j] * m->next[j] - m->r[j];
    double to = (nn__is_weight(m->problem, j) ? soft(z, m->l1) : z) / row[j];
    double by = to - m->next[j];
    for (int64_t k = 0; by != 0 && k < n; k++) {
        m->r[k] += row[k] * by;
    }
    m->next[j] = to;
    return row[j] * by * by;
}

static void descend_all(nn__minimizer *m)
{
    int64_t n = m->problem->n;
    double first = 0;
    memcpy(m->next, m->theta, (size_t)n * sizeof *m->next);
    memcpy(m->r, m->gradient, (size_t)n * sizeof *m->r);
    for (int sweep = 0; sweep < MOST_SWEEPS; sweep++) {
        double gain = 0;
        for (int64_t j = 0; j < n; j++) {
            gain += descend(m, j);
        }
        first = sweep == 0 ? gain : first;
        if (gain <= 1e-22 * first) {
            break;
        }
    }
    for (int64_t j = 0; j < n; j++) { /* theta + direction is exactly 0 where next is */
        m->direction[j] = m->next[j] - m->theta[j];
    }
}

/* --- the line and the loop -------------------------------------------------------------------- */

/* Halves the step until the objective falls as much as the model says, up to a factor; false where
 * it does not fall. */
static bool search(nn__minimizer *m)
{
    int64_t n = m->problem->n;
    double here = objective(m, m->theta), slope = 0, t = 1;
    for (int64_t i = 0; i < n; i++) {
        slope += m->gradient[i] * m->direction[i];
        m->next[i] = m->theta[i] + m->direction[i];
    }
    slope += m->l1 > 0 ? m->l1 * (sizes(m, m->next) - sizes(m, m->theta)) : 0;
    for (int halvings = 0; slope < 0 && halvings < 40; halvings++, t /= 2) {
        for (int64_t i = 0; i < n; i++) {
            m->next[i] = m->theta[i] + t * m->direction[i];
        }
        double there = objective(m, m->next);
        /* Near the minimum the values differ by rounding alone; a full step is then still right. */
        double rounding = 1e-14 * fabs(here);
        if (there <= here + 1e-4 * t * slope + (halvings == 0 ? rounding : 0)) {
            memcpy(m->theta, m->next, (size_t)n * sizeof *m->theta);
            return true;
        }
    }
    return false;
}

static bool newton_step(nn__minimizer *m, bool *moved)
{
    if (!m->has_hessian) {
        if (!nn__problem_hessian(m->problem, m->theta, m->hessian)) {
            return false;
        }
        m->has_hessian = m->problem->quadratic;
    }
    fill_model(m);
    if (m->l1 > 0) {
        descend_all(m);
    } else {
        factor(m->model, m->problem->n);
        solve(m);
    }
    *moved = search(m);
    return ag_error(m->problem->graph) == AG_OK;
}

bool nn__find_minimum(nn__minimizer *m)
{
    bool moved = true;
    double best = INFINITY;
    for (m->steps = 0;; m->steps++) {
        if (!look(m)) {
            return false;
        }
        double now = violation(m), floor = 1e-6 * m->scale;
        m->converged = now <= m->tolerance * m->scale;
        /* What rounding leaves does not fall any further. */
        bool stuck = !moved || (now <= floor && now >= 0.5 * best);
        if (m->converged || stuck || m->steps >= m->most_steps) {
            m->converged = m->converged || (stuck && now <= floor);
            return true;
        }
        best = fmin(best, now);
        if (!newton_step(m, &moved)) {
            return false;
        }
    }
}
