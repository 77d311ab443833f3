/* Passes over rows without training, and evaluation, which is one of them. */
#include "evaluation.h"

#include <autograd/ops.h>
#include <math.h>

/* --- aside ------------------------------------------------------------------------------------ */

nn__aside nn__aside_begin(nn_module *net)
{
    ag_graph *g = nn_graph_of(net);
    nn__aside a = {.net = net, .training = nn_is_training(net), .random = ag_random_get_state(g)};
    a.mark = ag_graph_mark(g);
    nn_set_training(net, false);
    ag_no_grad_enter(g);
    return a;
}

ag_status nn__aside_end(const nn__aside *a, ag_status status)
{
    ag_graph *g = nn_graph_of(a->net);
    ag_no_grad_leave(g);
    nn_set_training(a->net, a->training);
    ag_random_set_state(g, a->random);
    ag_status rewound = ag_graph_rewind(g, a->mark);
    return status == AG_OK ? rewound : status;
}

/* --- passes ----------------------------------------------------------------------------------- */

static ag_status pass_batches(nn_module *net, nn_batches *batches, nn__each_output *each,
                              void *user)
{
    ag_graph *g = nn_graph_of(net);
    ag_mark mark = ag_graph_mark(g);
    nn_batch b;
    ag_status status = nn_batches_start(batches, 0, 0);
    while (status == AG_OK && nn_batches_next(batches, &b)) {
        ag_tensor *y = nn_call(net, b.x);
        status = y != NULL ? each(y, &b, user) : ag_error(g);
        ag_status rewound = ag_graph_rewind(g, mark);
        status = status == AG_OK ? rewound : status;
    }
    nn_batches_stop(batches);
    return status == AG_OK ? ag_error(g) : status;
}

ag_status nn__pass(nn_module *net, nn_batches *batches, nn__each_output *each,
                   ag_status (*finish)(void *user), void *user)
{
    nn__aside aside = nn__aside_begin(net);
    ag_status status = pass_batches(net, batches, each, user);
    if (status == AG_OK && finish != NULL) {
        status = finish(user);
    }
    return nn__aside_end(&aside, status);
}

ag_status nn__can_run(const nn_module *net, const nn_data *d, const char *who)
{
    if (net == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    ag_graph *g = nn_graph_of(net);
    if (ag_error(g) != AG_OK) {
        return ag_error(g); /* of a constructor or a reader, mostly */
    }
    if (d == NULL) {
        return ag_fail(g, AG_ERR_NULL_ARGUMENT, "nn_read_csv, nn_data_from and others make data",
                       "%s: the data are NULL", who);
    }
    if (nn_graph_of_data(d) != g) {
        return ag_fail(g, AG_ERR_GRAPH, "nn_data_in(graph, data) is the same rows there",
                       "%s: the data belong to another graph than the network", who);
    }
    if (nn_rows(d) == 0) {
        return ag_fail(g, AG_ERR_VALUE, "nn_rows says how many there are; was everything left out?",
                       "%s: the data set has no rows", who);
    }
    return AG_OK;
}

/* --- a trial ---------------------------------------------------------------------------------- */

/* A row with the largest class, since labels that are too large for the network show there; the
 * first row where targets are no labels. */
static int64_t hardest_row(const nn_data *d)
{
    int64_t best = 0;
    bool labels = nn_classes(d) > 0 && nn_target_size(d) == 1;
    for (int64_t i = 1; labels && i < nn_rows(d); i++) {
        best = nn_label(d, i) > nn_label(d, best) ? i : best;
    }
    return best;
}

static ag_status try_two(nn__measure *m, nn_module *net, const nn_data *d, const int64_t pair[2])
{
    const nn_data *few = nn_select(d, pair, nn_rows(d) > 1 ? 2 : 1);
    ag_tensor *x = few != NULL ? nn_inputs(few) : NULL;
    ag_tensor *t = x != NULL && nn_has_targets(d) ? nn_targets(few) : x;
    ag_tensor *y = t != NULL ? nn_call(net, x) : NULL;
    if (y == NULL || nn__row_losses(m, y, t) == NULL) {
        return ag_error(m->graph);
    }
    return nn__measure_learn(m, y, t);
}

ag_status nn__try_rows(nn__measure *m, nn_module *net, const nn_data *d, const char *who)
{
    ag_graph *g = m->graph;
    const char *where = ag_noted_line(g);
    const int64_t pair[2] = {hardest_row(d), 0};
    nn__aside aside = nn__aside_begin(net);
    ag_status status = nn__aside_end(&aside, try_two(m, net, d, pair));
    if (status != AG_OK) {
        return nn__fail_while(g, where, status, "%s was trying rows %lld and %lld before it began",
                              who, (long long)nn_stored_row(d, pair[0]),
                              (long long)nn_stored_row(d, pair[1]));
    }
    return nn__measure_open(m, nn_rows(d));
}

/* --- evaluation ------------------------------------------------------------------------------- */

static ag_status add_batch(ag_tensor *y, const nn_batch *b, void *user)
{
    nn__measure *m = user;
    ag_tensor *t = b->y != NULL ? b->y : b->x, *losses = nn__row_losses(m, y, t);
    if (losses == NULL) {
        return ag_error(m->graph);
    }
    return nn__measure_add(m, y, t, ag_item(ag_mean(losses)), (double)b->rows);
}

static ag_status finish(void *user)
{
    nn__evaluator *e = user;
    return nn__measure_finish(&e->measure, e->value);
}

ag_status nn__evaluator_open(nn__evaluator *e, nn_module *net, const nn_data *d, int64_t batch,
                             const char *who)
{
    ag_status status = nn__try_rows(&e->measure, net, d, who);
    if (status != AG_OK) {
        return status;
    }
    e->net = net;
    e->batches = nn_batches_new(d, &(nn_batches_options){.size = batch, .in_order = true});
    return e->batches != NULL ? AG_OK : ag_error(e->measure.graph);
}

static ag_status add_to_evaluation(ag_tensor *y, const nn_batch *b, void *user)
{
    return add_batch(y, b, &((nn__evaluator *)user)->measure);
}

ag_status nn__evaluator_run(nn__evaluator *e)
{
    nn__measure_reset(&e->measure);
    return nn__pass(e->net, e->batches, add_to_evaluation, finish, e);
}

/* --- as a user asks for it -------------------------------------------------------------------- */

static nn_score no_score(void)
{
    nn_score s = {.loss = (double)NAN};
    for (int i = 0; i < NN_MOST_METRICS; i++) {
        s.metric[i] = (double)NAN;
    }
    return s;
}

static ag_status evaluate(nn__evaluator *e, nn_module *net, const nn_data *d,
                          const nn_evaluate_options *o)
{
    ag_graph *g = nn_graph_of(net);
    ag_status status =
        nn__measure_set(&e->measure, g, "nn_evaluate", o->loss, o->loss_user, o->metrics);
    int64_t batch = o->batch != 0 ? o->batch : NN__ROWS_AT_A_TIME;
    status = status == AG_OK ? nn__evaluator_open(e, net, d, batch, "nn_evaluate") : status;
    return status == AG_OK ? nn__evaluator_run(e) : status;
}

nn_score nn_evaluate(nn_module *net, const nn_data *d, const nn_evaluate_options *o)
{
    nn_score score = no_score();
    if (nn__can_run(net, d, "nn_evaluate") != AG_OK) {
        return score;
    }
    ag_graph *g = nn_graph_of(net);
    ag_mark mark = ag_graph_mark(g);
    nn__evaluator e;
    ag_status status = evaluate(&e, net, d, o != NULL ? o : &(nn_evaluate_options){.loss = NULL});
    if (status == AG_OK) {
        score.loss = e.value[0];
        for (int i = 0; i < e.measure.n_metrics; i++) {
            score.metric[i] = e.value[1 + i];
        }
        score.rows = e.measure.rows;
    }
    return ag_graph_rewind(g, mark) == AG_OK ? score : no_score();
}
