/* L-BFGS: the direction from pairs of changes of the parameters and of the gradient (Nocedal and
 * Wright, algorithm 7.4), and its step (7.5). All parameters are one vector of f64. Must not know
 * modules.
 */
#include "objective.h"

#include <math.h>
#include <string.h>

#include "line_search.h"

/* The pairs lie in tensors, so that checkpoints have them: row i of s and y, each n numbers;
 * pairs[0] is how many there are, pairs[1] the row that is written next. */
struct nn__pairs {
    int rows, most;
    double c1, c2;
    int64_t n;
    ag_tensor *s, *y, *pairs;
    double *x, *gradient;         /* where the step begins */
    double *next, *next_gradient; /* where the line search is */
    double *direction, *alpha;    /* alpha: a number a row */
};

nn_optimizer *nn_lbfgs(ag_graph *g, const nn_lbfgs_options *o)
{
    nn_lbfgs_options copy = o != NULL ? *o : (nn_lbfgs_options){0};
    copy.history = copy.history != 0 ? copy.history : 10;
    copy.c1 = copy.c1 != 0 ? copy.c1 : 1e-4;
    copy.c2 = copy.c2 != 0 ? copy.c2 : 0.9;
    copy.most_evaluations = copy.most_evaluations != 0 ? copy.most_evaluations : 25;
    bool wolfe = copy.c1 > 0 && copy.c1 < copy.c2 && copy.c2 < 1;
    if (g != NULL && (!wolfe || copy.history < 1 || copy.most_evaluations < 1)) {
        ag_fail(g, AG_ERR_VALUE, "0 < c1 < c2 < 1; history and most_evaluations are 1 or more",
                "nn_lbfgs: c1 %g, c2 %g, history %d, most_evaluations %d", copy.c1, copy.c2,
                copy.history, copy.most_evaluations);
        return NULL;
    }
    nn_optimizer *opt = nn__optimizer_new(g, "lbfgs");
    if (opt != NULL) {
        opt->options.lbfgs = copy;
        opt->counters.rate = 1;
    }
    return opt;
}

/* --- vectors ---------------------------------------------------------------------------------- */

static double dot(const double *a, const double *b, int64_t n)
{
    double sum[4] = {0};
    for (int64_t i = 0; i < n; i++) {
        sum[i & 3] += a[i] * b[i];
    }
    return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

static void add_scaled(double *to, double factor, const double *x, int64_t n)
{
    for (int64_t i = 0; i < n; i++) {
        to[i] += factor * x[i];
    }
}

/* All parameters, or their gradients, as one vector; gradients of frozen ones are 0. */
static void read_vector(const nn_optimizer *opt, bool gradients, double *out)
{
    for (int i = 0; i < opt->n; i++) {
        const nn__entry *e = &opt->entry[i];
        const ag_tensor *t = e->parameter;
        const void *from = gradients ? ag_grad_data(t) : ag_data(t);
        bool none = from == NULL || (gradients && nn__entry_is_frozen(e));
        for (int64_t k = 0, n = ag_size(t); k < n; k++) {
            *out++ = none                       ? 0
                     : ag_dtype_of(t) == AG_F32 ? (double)((const float *)from)[k]
                                                : ((const double *)from)[k];
        }
    }
}

/* Writes all parameters that are not frozen, and reads back what rounding left of them. */
static void write_vector(const nn_optimizer *opt, double *x)
{
    for (int i = 0; i < opt->n; i++) {
        ag_tensor *t = opt->entry[i].parameter;
        int64_t n = ag_size(t);
        void *to = nn__entry_is_frozen(&opt->entry[i]) || n == 0 ? NULL : ag_mutable_data(t);
        for (int64_t k = 0; to != NULL && k < n; k++) {
            if (ag_dtype_of(t) == AG_F32) {
                ((float *)to)[k] = (float)x[k];
                x[k] = (double)((float *)to)[k];
            } else {
                ((double *)to)[k] = x[k];
            }
        }
        x += n;
    }
}

/* --- pairs ------------------------------------------------------------------------------------ */

static double *row_of(ag_tensor *t, const nn__pairs *m, int64_t row)
{
    return (double *)ag_mutable_data(t) + row * m->n;
}

/* The row of the pair that came `ago` before the last one. */
static int64_t row_ago(const nn__pairs *m, const int64_t pairs[2], int64_t ago)
{
    return (pairs[1] - 1 - ago + 2 * m->rows) % m->rows;
}

/* Algorithm 7.4: minus the inverse Hessian that the pairs tell of, times the gradient. */
static void find_direction(nn__pairs *m)
{
    const int64_t *pairs = ag_data(m->pairs);
    double *d = m->direction;
    for (int64_t i = 0; i < m->n; i++) {
        d[i] = -m->gradient[i];
    }
    for (int64_t ago = 0; ago < pairs[0]; ago++) {
        int64_t row = row_ago(m, pairs, ago);
        const double *s = row_of(m->s, m, row), *y = row_of(m->y, m, row);
        m->alpha[row] = dot(s, d, m->n) / dot(s, y, m->n);
        add_scaled(d, -m->alpha[row], y, m->n);
    }
    if (pairs[0] > 0) { /* eq. 7.20 */
        int64_t row = row_ago(m, pairs, 0);
        const double *s = row_of(m->s, m, row), *y = row_of(m->y, m, row);
        double scale = dot(s, y, m->n) / dot(y, y, m->n);
        for (int64_t i = 0; i < m->n; i++) {
            d[i] *= scale;
        }
    }
    for (int64_t ago = pairs[0] - 1; ago >= 0; ago--) {
        int64_t row = row_ago(m, pairs, ago);
        const double *s = row_of(m->s, m, row), *y = row_of(m->y, m, row);
        double beta = dot(y, d, m->n) / dot(s, y, m->n);
        add_scaled(d, m->alpha[row] - beta, s, m->n);
    }
}

static void forget_pairs(const nn__pairs *m)
{
    int64_t *pairs = ag_mutable_data(m->pairs);
    pairs[0] = pairs[1] = 0;
}

/* Only a pair with s.y > 0 keeps the inverse Hessian positive. */
static void keep_pair(const nn__pairs *m)
{
    int64_t *pairs = ag_mutable_data(m->pairs);
    double *s = row_of(m->s, m, pairs[1]), *y = row_of(m->y, m, pairs[1]);
    for (int64_t i = 0; i < m->n; i++) {
        s[i] = m->next[i] - m->x[i];
        y[i] = m->next_gradient[i] - m->gradient[i];
    }
    double curvature = dot(s, y, m->n);
    if (curvature > 1e-16 * dot(y, y, m->n)) {
        pairs[0] = pairs[0] < m->rows ? pairs[0] + 1 : m->rows;
        pairs[1] = (pairs[1] + 1) % m->rows;
    } else if (pairs[0] == m->rows) { /* that row held a pair */
        pairs[0]--;
    }
}

/* Pairs tell of the parameters that moved: others frozen, and they tell of something else. */
static void note_frozen(nn_optimizer *opt)
{
    bool same = true;
    for (int i = 0; i < opt->n; i++) {
        bool frozen = nn__entry_is_frozen(&opt->entry[i]);
        same = same && frozen == opt->entry[i].frozen;
        opt->entry[i].frozen = frozen;
    }
    if (!same) {
        forget_pairs(opt->lbfgs);
    }
}

/* --- memory ----------------------------------------------------------------------------------- */

/* The pairs and the vectors, for m->rows and m->n. */
static ag_status make_room(nn_optimizer *opt, nn__pairs *m)
{
    ag_graph *g = opt->graph;
    m->s = ag_leaf(g, AG_CONSTANT, AG_F64, AG_SHAPE(m->rows, m->n), NULL);
    m->y = ag_leaf(g, AG_CONSTANT, AG_F64, AG_SHAPE(m->rows, m->n), NULL);
    m->pairs = ag_leaf(g, AG_CONSTANT, AG_I64, AG_SHAPE(2), NULL);
    double *room = ag_graph_memory(g, (size_t)(5 * m->n + m->rows + 1) * sizeof *room);
    if (!nn__keep_state(opt, "lbfgs", "s", m->s) || !nn__keep_state(opt, "lbfgs", "y", m->y) ||
        !nn__keep_state(opt, "lbfgs", "pairs", m->pairs) || room == NULL) {
        return ag_error(g);
    }
    double **const part[] = {&m->x, &m->gradient, &m->next, &m->next_gradient, &m->direction};
    for (int i = 0; i < 5; i++) {
        *part[i] = room + i * m->n;
    }
    m->alpha = room + 5 * m->n;
    return AG_OK;
}

ag_status nn__lbfgs_attach(nn_optimizer *opt)
{
    const nn_lbfgs_options *o = &opt->options.lbfgs;
    int64_t n = 0;
    for (int i = 0; i < opt->n; i++) {
        n += ag_size(opt->entry[i].parameter);
    }
    if (opt->lbfgs != NULL && opt->lbfgs->n == n) {
        return AG_OK;
    }
    if (opt->lbfgs != NULL) {
        return ag_fail(opt->graph, AG_ERR_STATE, "make a new optimizer",
                       "nn_attach: L-BFGS cannot take further parameters");
    }
    nn__pairs *m = ag_graph_memory(opt->graph, sizeof *m);
    if (m == NULL) {
        return AG_ERR_MEMORY;
    }
    *m = (nn__pairs){.rows = o->history, .most = o->most_evaluations, .n = n};
    m->c1 = o->c1;
    m->c2 = o->c2;
    ag_status status = make_room(opt, m);
    opt->lbfgs = status == AG_OK ? m : NULL;
    return status;
}

/* --- the step --------------------------------------------------------------------------------- */

typedef struct line {
    nn__evaluation *o;
    double at; /* where the parameters are */
} line;

/* The loss and its slope at a point of the line. */
static ag_status go_to(void *context, nn__line_point *p)
{
    line *l = context;
    nn__pairs *m = l->o->opt->lbfgs;
    l->at = p->at;
    memcpy(m->next, m->x, (size_t)m->n * sizeof *m->next);
    add_scaled(m->next, p->at, m->direction, m->n);
    write_vector(l->o->opt, m->next);
    ag_status status = nn__evaluate_objective(l->o);
    read_vector(l->o->opt, true, m->next_gradient);
    p->value = l->o->value;
    p->slope = dot(m->next_gradient, m->direction, m->n);
    return status;
}

/* Searches along the direction. The parameters end where the search did; after an error, where they
 * began. */
static ag_status search(nn__evaluation *o, double slope, bool *moved)
{
    nn__pairs *m = o->opt->lbfgs;
    const int64_t *pairs = ag_data(m->pairs);
    line l = {o, 0};
    nn__line search = {go_to, &l, m->c1, m->c2, m->most, 0, {0, o->value, slope}};
    nn__line_point found;
    /* Without pairs the direction is the gradient, whose length says nothing about the step's. */
    double first = pairs[0] > 0 ? 1 : fmin(1, 1 / sqrt(dot(m->gradient, m->gradient, m->n)));
    ag_status status = nn__line_search(&search, first, &found);
    *moved = status == AG_OK && found.at > 0;
    if (status == AG_OK && l.at != found.at) {
        status = go_to(&l, &found);
    }
    if (status != AG_OK) {
        write_vector(o->opt, m->x);
    }
    return status;
}

ag_status nn__lbfgs_step(nn__evaluation *o, bool *moved)
{
    nn_optimizer *opt = o->opt;
    nn__pairs *m = opt->lbfgs;
    note_frozen(opt);
    read_vector(opt, false, m->x);
    read_vector(opt, true, m->gradient);
    find_direction(m);
    double slope = dot(m->gradient, m->direction, m->n);
    if (!(slope < 0)) {
        *moved = false;
        forget_pairs(m);
        return nn__evaluate_objective(o);
    }
    const int64_t had = ((const int64_t *)ag_data(m->pairs))[0];
    ag_status status = search(o, slope, moved);
    if (status == AG_OK && *moved) {
        keep_pair(m);
        opt->counters.step++;
    } else if (status == AG_OK && had > 0) {
        forget_pairs(m); /* once more, along the gradient */
        return nn__lbfgs_step(o, moved);
    }
    return status;
}
