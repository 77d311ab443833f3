/* The penalty by cross-validation: models of falling penalties, each beginning where the one before
 * ended, in every fold. */
#include "baseline.h"

#include <math.h>
#include <string.h>

enum { MOST_PENALTIES = 10000 };

/* What is found; the arrays of nn_path, to be written. */
typedef struct path {
    const nn_data *train;
    nn_path_options o;
    nn_path *result;
    double *penalty, *mean, *error,
        *fold_loss; /* fold_loss: a number for each fold of each penalty */
    int64_t *nonzero;
} path;

static void set_penalty(const path *p, nn__minimizer *m, double penalty)
{
    m->l1 = p->o.ridge ? p->o.fit.l1 : penalty;
    m->l2 = p->o.ridge ? penalty : p->o.fit.l2;
}

/* The penalty at which all weights are just 0: the largest gradient where only the biases are
 * fitted. An l2 never does that; it begins a thousand times higher, as glmnet's. */
static bool find_penalties(path *p, nn__minimizer *m)
{
    m->l1 = 1e300;
    m->l2 = 0;
    if (!nn__find_minimum(m)) {
        return false;
    }
    double first = nn__largest_weight_gradient(m) * (p->o.ridge ? 1000 : 1);
    for (int i = 0; i < p->result->n; i++) {
        double part = p->result->n > 1 ? i / (double)(p->result->n - 1) : 0;
        p->penalty[i] = first * pow(p->o.last, part);
    }
    return true;
}

/* --- all rows --------------------------------------------------------------------------------- */

typedef struct model {
    nn__linear_problem problem;
    nn__minimizer minimizer;
    nn__scaling scaling;
} model;

static bool begin(const path *p, const nn_data *rows, model *f)
{
    return nn__scaling_of(&f->scaling, rows, &p->o.fit) &&
           nn__problem_read(&f->problem, "nn_path_new", rows, &f->scaling) &&
           nn__minimizer_new(&f->minimizer, &f->problem, &p->o.fit);
}

static bool all_rows(path *p)
{
    model f;
    bool fine = begin(p, p->train, &f) && find_penalties(p, &f.minimizer);
    for (int i = 0; fine && i < p->result->n; i++) {
        set_penalty(p, &f.minimizer, p->penalty[i]);
        fine = nn__find_minimum(&f.minimizer);
        p->nonzero[i] = fine ? nn__nonzero(&f.minimizer) : 0;
    }
    return fine;
}

/* --- folds ------------------------------------------------------------------------------------ */

/* The losses on the rows left out, one for each penalty. */
static bool one_fold(path *p, int64_t fold)
{
    const nn_split_options how = {.seed = p->o.seed, .stratify = nn_classes(p->train) > 0};
    nn_halves part = nn_fold(p->train, fold, p->o.folds, &how);
    nn__linear_problem left_out;
    model f;
    bool fine = part.train != NULL && begin(p, part.train, &f) &&
                nn__problem_read(&left_out, "nn_path_new", part.test, &f.scaling);
    for (int i = 0; fine && i < p->result->n; i++) {
        set_penalty(p, &f.minimizer, p->penalty[i]);
        fine = nn__find_minimum(&f.minimizer);
        p->fold_loss[fold * p->result->n + i] =
            fine ? nn__problem_value(&left_out, f.minimizer.theta) : (double)NAN;
    }
    return fine && ag_error(nn_graph_of_data(p->train)) == AG_OK;
}

/* The mean over folds and its standard error. */
static void summarize(path *p)
{
    double k = (double)p->o.folds;
    for (int i = 0; i < p->result->n; i++) {
        double sum = 0, squares = 0;
        for (int64_t f = 0; f < p->o.folds; f++) {
            sum += p->fold_loss[f * p->result->n + i];
        }
        p->mean[i] = sum / k;
        for (int64_t f = 0; f < p->o.folds; f++) {
            double away = p->fold_loss[f * p->result->n + i] - p->mean[i];
            squares += away * away;
        }
        p->error[i] = sqrt(squares / (k - 1) / k);
    }
}

static int choose(const path *p)
{
    int best = 0;
    for (int i = 1; i < p->result->n; i++) {
        best = p->mean[i] < p->mean[best] ? i : best;
    }
    double enough = p->mean[best] + p->error[best];
    for (int i = 0; p->o.sparse && i < best; i++) {
        if (p->mean[i] <= enough) {
            return i;
        }
    }
    return best;
}

/* --- all of it -------------------------------------------------------------------------------- */

static bool options_fit(path *p, const nn_path_options *options)
{
    p->o = options != NULL ? *options : (nn_path_options){0};
    p->o.penalties = p->o.penalties != 0 ? p->o.penalties : 50;
    p->o.folds = p->o.folds != 0 ? p->o.folds : 10;
    p->o.last = p->o.last != 0 ? p->o.last : 1e-3;
    ag_graph *g = nn_graph_of_data(p->train);
    bool fine = p->o.penalties > 0 && p->o.penalties <= MOST_PENALTIES && p->o.folds >= 2 &&
                p->o.last > 0 && p->o.last < 1;
    if (!fine) {
        ag_fail(g, AG_ERR_VALUE, "at least 2 folds; `last` is between 0 and 1",
                "nn_path_new: %d penalties, %lld folds, the last %g of the first", p->o.penalties,
                (long long)p->o.folds, p->o.last);
        return false;
    }
    return nn__data_fit(p->train, "nn_path_new") &&
           nn__baseline_options_fit(p->train, "nn_path_new", &p->o.fit);
}

static bool make_room(path *p)
{
    ag_graph *g = nn_graph_of_data(p->train);
    size_t n = (size_t)p->o.penalties;
    p->result = ag_graph_memory(g, sizeof *p->result);
    p->penalty = ag_graph_memory(g, 3 * n * sizeof *p->penalty);
    p->nonzero = ag_graph_memory(g, n * sizeof *p->nonzero);
    if (p->result == NULL || p->penalty == NULL || p->nonzero == NULL) {
        return false;
    }
    p->mean = p->penalty + n;
    p->error = p->penalty + 2 * n;
    *p->result = (nn_path){.n = p->o.penalties,
                           .penalty = p->penalty,
                           .mean = p->mean,
                           .error = p->error,
                           .nonzero = p->nonzero};
    return true;
}

/* Each fold's tensors are dropped before the next. */
static bool search(path *p)
{
    ag_graph *g = nn_graph_of_data(p->train);
    if (p->o.folds > nn_rows(p->train)) { /* before memory is taken for them; nn_fold says why */
        return nn_fold(p->train, 0, p->o.folds, NULL).train != NULL;
    }
    p->fold_loss =
        ag_graph_memory(g, (size_t)p->o.folds * (size_t)p->o.penalties * sizeof *p->fold_loss);
    bool fine = p->fold_loss != NULL;
    ag_mark mark = ag_graph_mark(g);
    for (int64_t step = -1; fine && step < p->o.folds; step++) {
        fine = step < 0 ? all_rows(p) : one_fold(p, step);
        fine = ag_graph_rewind(g, mark) == AG_OK && fine;
    }
    if (fine) {
        summarize(p);
    }
    return fine;
}

const nn_path *(nn_path_new)(const nn_data *train, const nn_path_options *o)
{
    path p = {.train = train};
    if (train == NULL || !options_fit(&p, o) || !make_room(&p)) {
        return NULL;
    }
    ag_graph *g = nn_graph_of_data(train);
    ag_mark mark = ag_graph_mark(g);
    bool fine = search(&p);
    if (ag_graph_rewind(g, mark) != AG_OK || !fine) {
        return NULL;
    }
    nn_baseline_options last = p.o.fit;
    p.result->best = choose(&p);
    *(p.o.ridge ? &last.l2 : &last.l1) = p.penalty[p.result->best];
    p.result->baseline = nn_baseline_new(train, &last);
    return p.result->baseline != NULL ? p.result : NULL;
}
