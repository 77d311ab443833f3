/* The range test: which rates make the loss fall, with everything put back afterwards. Must not
 * know the methods.
 */
#include "objective.h"

#include <math.h>
#include <string.h>

/* --- what is put back ------------------------------------------------------------------------- */

/* A tensor and its bytes before the test. */
typedef struct kept {
    ag_tensor *tensor;
    void *bytes;
    struct kept *next;
} kept;

typedef struct before {
    ag_graph *graph;
    kept *list;
    nn_counters counters;
    ag_random_state random;
} before;

static size_t bytes_of(const ag_tensor *t)
{
    return (size_t)ag_size(t) * ag_dtype_bytes(ag_dtype_of(t));
}

static ag_status keep(before *b, ag_tensor *t)
{
    kept *k = ag_graph_memory(b->graph, sizeof *k);
    void *bytes = ag_graph_memory(b->graph, bytes_of(t) + 1);
    if (k == NULL || bytes == NULL) {
        return AG_ERR_MEMORY;
    }
    if (ag_size(t) > 0) {
        memcpy(bytes, ag_data(t), bytes_of(t));
    }
    *k = (kept){t, bytes, b->list};
    b->list = k;
    return AG_OK;
}

static ag_status keep_slot(const char *path, const nn_slot *slot, void *user)
{
    (void)path;
    return keep(user, slot->tensor);
}

static ag_status keep_all(before *b, const nn_optimizer *opt)
{
    *b = (before){.graph = opt->graph, .counters = opt->counters};
    b->random = ag_random_get_state(opt->graph);
    ag_status status = AG_OK;
    for (const nn__named *s = opt->named; status == AG_OK && s != NULL; s = s->next) {
        status = keep(b, s->state.tensor);
    }
    for (int i = 0; status == AG_OK && opt->net == NULL && i < opt->n; i++) {
        status = keep(b, opt->entry[i].parameter);
    }
    return status == AG_OK && opt->net != NULL ? nn_visit(opt->net, NULL, keep_slot, b) : status;
}

static void put_back(const before *b, nn_optimizer *opt)
{
    for (const kept *k = b->list; k != NULL; k = k->next) {
        if (ag_size(k->tensor) > 0) {
            memcpy(ag_mutable_data(k->tensor), k->bytes, bytes_of(k->tensor));
        }
    }
    ag_random_set_state(b->graph, b->random);
    nn_zero_grads(opt);
    opt->counters = b->counters;
    opt->fixed_rate = -1;
}

/* --- the test --------------------------------------------------------------------------------- */

typedef struct sweep {
    nn__evaluation o;
    nn_range_options options;
    double *rate, *loss;
    int n;
    double lowest;
} sweep;

/* True where the loss is far above the lowest. */
static bool note(sweep *s, double rate, double loss)
{
    s->rate[s->n] = rate;
    s->loss[s->n] = loss;
    s->lowest = s->n == 0 || loss < s->lowest ? loss : s->lowest;
    s->n++;
    return loss > s->lowest + (s->options.stop - 1) * fabs(s->lowest);
}

/* A loss or a gradient that is not finite ends the sweep and is no error. */
static ag_status run(sweep *s)
{
    nn_optimizer *opt = s->o.opt;
    const nn_range_options *o = &s->options;
    ag_status status = AG_OK;
    for (int i = 0; i < o->steps && status == AG_OK; i++) {
        double part = o->steps > 1 ? (double)i / (o->steps - 1) : 0;
        double rate = o->low * pow(o->high / o->low, part);
        status = nn__evaluate_objective(&s->o);
        if (status != AG_OK || !isfinite(s->o.value) || note(s, rate, s->o.value)) {
            return status;
        }
        if (!isfinite(nn__largest_gradient(opt))) {
            return AG_OK;
        }
        opt->fixed_rate = rate;
        status = nn_step(opt);
    }
    return status;
}

static ag_status check(const nn_optimizer *opt, nn_objective loss, const nn_range_options *o)
{
    ag_status status = nn__ready(opt, "nn_range_test");
    if (status == AG_OK && (opt->step == NULL || opt->batches > 1)) {
        return ag_fail(opt->graph, AG_ERR_STATE, "it is for methods with a rate and a step a call",
                       "nn_range_test: the optimizer is %s with %lld batches a step", opt->method,
                       (long long)opt->batches);
    }
    bool rates = o->low > 0 && o->low < o->high && isfinite(o->high);
    if (status == AG_OK && (!rates || o->steps < 1 || !(o->stop > 1))) {
        return ag_fail(opt->graph, AG_ERR_VALUE, "0 < low < high, steps of 1 or more, stop above 1",
                       "nn_range_test: low %g, high %g, steps %d, stop %g", o->low, o->high,
                       o->steps, o->stop);
    }
    if (status == AG_OK && loss == NULL) {
        return ag_fail(opt->graph, AG_ERR_NULL_ARGUMENT, NULL, "nn_range_test: the loss is NULL");
    }
    return status;
}

/* A loss and its neighbors, so that a single lucky batch does not decide. */
static double smooth(const sweep *s, int i)
{
    int from = i > 0 ? i - 1 : 0, to = i + 1 < s->n ? i + 1 : i;
    double sum = 0;
    for (int k = from; k <= to; k++) {
        sum += s->loss[k];
    }
    return sum / (to - from + 1);
}

/* The step with rate i leads to loss i + 1. */
static nn_range range_of(const sweep *s)
{
    int lowest = 0;
    for (int i = 1; i < s->n; i++) {
        lowest = smooth(s, i) < smooth(s, lowest) ? i : lowest;
    }
    nn_range r = {.n = s->n, .rate = s->rate, .loss = s->loss};
    r.largest = lowest > 0 ? s->rate[lowest - 1] : 0;
    r.suggested = r.largest / 2;
    return r;
}

ag_status nn_range_test(nn_optimizer *opt, nn_objective loss, void *user, const nn_range_options *o,
                        nn_range *out)
{
    sweep s = {.o = {opt, "nn_range_test", loss, user, 0, 0}};
    s.options = o != NULL ? *o : (nn_range_options){0};
    s.options.low = s.options.low != 0 ? s.options.low : 1e-6;
    s.options.high = s.options.high != 0 ? s.options.high : 10;
    s.options.steps = s.options.steps != 0 ? s.options.steps : 100;
    s.options.stop = s.options.stop != 0 ? s.options.stop : 4;
    ag_status status = check(opt, loss, &s.options);
    if (out != NULL) {
        *out = (nn_range){0};
    }
    if (status != AG_OK || out == NULL) {
        return status != AG_OK ? status : AG_ERR_NULL_ARGUMENT;
    }
    s.rate = ag_graph_memory(opt->graph, (size_t)s.options.steps * sizeof *s.rate);
    s.loss = ag_graph_memory(opt->graph, (size_t)s.options.steps * sizeof *s.loss);
    if (s.rate == NULL || s.loss == NULL) {
        return AG_ERR_MEMORY;
    }
    ag_mark mark = ag_graph_mark(opt->graph);
    before b;
    status = keep_all(&b, opt);
    if (status == AG_OK) {
        status = run(&s);
        put_back(&b, opt);
    }
    ag_status rewound = ag_graph_rewind(opt->graph, mark);
    status = status != AG_OK ? status : rewound;
    *out = status == AG_OK ? range_of(&s) : *out;
    return status;
}
