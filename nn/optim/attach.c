/* Which parameters an optimizer steps: the entry of each, with its states, group and names. Must
 * not know how a step is made.
 */
#include "optimizer.h"

#include <autograd/inspect.h>
#include <stdio.h>
#include <string.h>

/* --- one parameter ---------------------------------------------------------------------------- */

/* A state of this dtype and shape, kept under its name. */
static ag_tensor *new_state(nn_optimizer *opt, const nn__entry *e, const char *name, ag_dtype dtype,
                            ag_shape shape)
{
    ag_tensor *t = ag_leaf(opt->graph, AG_CONSTANT, dtype, shape, NULL);
    return t != NULL && nn__keep_state(opt, e->path, name, t) ? t : NULL;
}

static ag_status make_states(nn_optimizer *opt, nn__entry *e)
{
    ag_dtype dtype = ag_dtype_of(e->parameter);
    ag_shape shape = ag_shape_of(e->parameter);
    bool good = true;
    for (int k = 0; k < NN__STATES && good; k++) {
        if (opt->state_name[k] != NULL) {
            e->state[k] = new_state(opt, e, opt->state_name[k], dtype, shape);
            good = e->state[k] != NULL;
        }
    }
    if (good && opt->keep > 0) {
        e->average = new_state(opt, e, "average", dtype, shape);
        good = e->average != NULL;
    }
    if (good) {
        e->steps = new_state(opt, e, "step", AG_I64, AG_SCALAR);
        good = e->steps != NULL;
    }
    return good ? AG_OK : ag_error(opt->graph);
}

/* Its group is the one that was added last. */
static void find_group(const nn_optimizer *opt, nn__entry *e)
{
    const nn__kept_group *group = opt->groups;
    while (group != NULL && !nn_matches(group->group.pattern, e->path)) {
        group = group->next;
    }
    nn_decay decay = group != NULL ? group->group.decay : NN_DECAY_USUAL;
    e->rate_factor = group != NULL ? group->group.rate_factor : 1;
    e->decays = decay == NN_DECAY_ALWAYS ||
                (decay == NN_DECAY_USUAL && ag_shape_of(e->parameter).ndim >= 2);
}

/* --- all of them ------------------------------------------------------------------------------ */

/* New entries beside the old ones, until all went well. */
typedef struct gathering {
    nn_optimizer *opt;
    const char *what; /* the function that speaks */
    nn__entry *entry;
    int n, room;
    nn__named **named_end; /* what the optimizer had before */
    int n_named;
} gathering;

static const nn__entry *find_entry(const nn__entry *entry, int n, const ag_tensor *t)
{
    for (int i = 0; i < n; i++) {
        if (entry[i].parameter == t) {
            return &entry[i];
        }
    }
    return NULL;
}

static ag_status gather(gathering *into, ag_tensor *t, const nn_slot *slot, const char *path)
{
    nn_optimizer *opt = into->opt;
    const nn__entry *old = find_entry(opt->entry, opt->n, t);
    if (into->n >= into->room) {
        return AG_OK;
    }
    nn__entry *e = &into->entry[into->n++];
    ag_zero_grad(t);
    if (old != NULL) {
        *e = *old;
        return AG_OK;
    }
    char *copy = ag_graph_memory(opt->graph, strlen(path) + 1);
    if (copy == NULL) {
        return AG_ERR_MEMORY;
    }
    *e = (nn__entry){.parameter = t, .slot = slot, .path = strcpy(copy, path)};
    find_group(opt, e);
    return make_states(opt, e);
}

static ag_status gather_slot(const char *path, const nn_slot *slot, void *user)
{
    return slot->buffer ? AG_OK : gather(user, slot->tensor, slot, path);
}

/* Every group must be some parameter's, otherwise its pattern is misspelled. */
static ag_status check_groups(const gathering *from)
{
    for (const nn__kept_group *group = from->opt->groups; group != NULL; group = group->next) {
        int i = 0;
        while (i < from->n && !nn_matches(group->group.pattern, from->entry[i].path)) {
            i++;
        }
        if (i == from->n) {
            return ag_fail(from->opt->graph, AG_ERR_VALUE,
                           "a pattern is matched with the whole path, as \"0.*\" with \"0.weight\"",
                           "%s: the group \"%.80s\" matches no parameter; the first is %s",
                           from->what, group->group.pattern,
                           from->n > 0 ? from->entry[0].path : "none");
        }
    }
    return AG_OK;
}

/* Room for the lists of a step. */
static ag_status make_lists(nn_optimizer *opt, int n)
{
    ag_tensor **room =
        ag_graph_memory(opt->graph, (size_t)(n + 1) * (1 + NN__STATES) * sizeof *room);
    if (room == NULL) {
        return AG_ERR_MEMORY;
    }
    opt->lists.parameter = room;
    for (int k = 0; k < NN__STATES; k++) {
        opt->lists.state[k] = room + (k + 1) * (n + 1);
    }
    return AG_OK;
}

static ag_status begin(gathering *into, nn_optimizer *opt, const char *what, int room)
{
    *into = (gathering){.opt = opt, .what = what, .room = room};
    into->named_end = opt->named_end;
    into->n_named = opt->n_named;
    into->entry = ag_graph_memory(opt->graph, (size_t)(room + 1) * sizeof *into->entry);
    return into->entry != NULL ? AG_OK : AG_ERR_MEMORY;
}

static ag_status take_over(const gathering *from, const nn_module *net)
{
    nn_optimizer *opt = from->opt;
    nn__entry *entry = opt->entry;
    int n = opt->n;
    ag_status status = check_groups(from);
    status = status == AG_OK ? make_lists(opt, from->n) : status;
    if (status != AG_OK) {
        return status;
    }
    opt->entry = from->entry;
    opt->n = from->n;
    status = opt->step == NULL ? nn__lbfgs_attach(opt) : AG_OK;
    if (status != AG_OK) {
        opt->entry = entry;
        opt->n = n;
        return status;
    }
    opt->net = net;
    opt->attached = true;
    return AG_OK;
}

/* Where something failed, the states that were made for it lose their names. */
static ag_status finish(const gathering *from, const nn_module *net, ag_status status)
{
    nn_optimizer *opt = from->opt;
    status = status == AG_OK ? take_over(from, net) : status;
    if (status != AG_OK && from->named_end != NULL) {
        *from->named_end = NULL;
        opt->named_end = from->named_end;
        opt->n_named = from->n_named;
    }
    return status;
}

ag_status nn_attach(nn_optimizer *opt, nn_module *net)
{
    if (opt == NULL || net == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    ag_graph *g = opt->graph;
    if (nn_graph_of(net) != g) {
        return ag_fail(g, AG_ERR_GRAPH,
                       "make the optimizer in the graph of the network: nn_graph_of(net)",
                       "nn_attach: the network belongs to another graph");
    }
    if (!nn_is_built(net)) {
        return ag_fail(g, AG_ERR_STATE, "call nn_build first",
                       "nn_attach: the network is not built");
    }
    if (opt->attached && opt->net != net) {
        return ag_fail(g, AG_ERR_STATE, "make an optimizer for each",
                       "nn_attach: the optimizer is attached to other parameters");
    }
    gathering into;
    ag_status status = begin(&into, opt, "nn_attach", nn_parameters(net, NULL, NULL, 0));
    status = status == AG_OK ? nn_visit(net, NULL, gather_slot, &into) : status;
    return finish(&into, net, status);
}

static ag_status check_list(const nn_optimizer *opt, ag_tensor *const *list, int n)
{
    ag_graph *g = opt->graph;
    if (opt->attached) {
        return ag_fail(g, AG_ERR_STATE, "make an optimizer for each",
                       "nn_attach_list: the optimizer is attached already");
    }
    if (n < 0 || (list == NULL && n > 0)) {
        return ag_fail(g, AG_ERR_VALUE, "an array of parameters and how many there are",
                       "nn_attach_list: a list of %d tensors", n);
    }
    for (int i = 0; i < n; i++) {
        if (list[i] == NULL) {
            return ag_fail(g, AG_ERR_NULL_ARGUMENT, NULL, "nn_attach_list: parameter %d is NULL",
                           i);
        }
        bool leaf = ag_role_of(list[i]) != AG_RESULT && ag_dtype_of(list[i]) != AG_I64;
        if (ag_graph_of(list[i]) != g || !leaf) {
            return ag_fail(g, leaf ? AG_ERR_GRAPH : AG_ERR_STATE,
                           "leaves of f64 or f32, of one graph",
                           "nn_attach_list: parameter %d is none of this graph", i);
        }
        for (int k = 0; k < i; k++) {
            if (list[k] == list[i]) {
                return ag_fail(g, AG_ERR_VALUE, "name each parameter once",
                               "nn_attach_list: parameters %d and %d are the same", k, i);
            }
        }
    }
    return AG_OK;
}

ag_status nn_attach_list(nn_optimizer *opt, ag_tensor *const *parameters, int n)
{
    if (opt == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    gathering into = {.opt = opt};
    ag_status status = check_list(opt, parameters, n);
    status = status == AG_OK ? begin(&into, opt, "nn_attach_list", n) : status;
    for (int i = 0; status == AG_OK && i < n; i++) {
        char number[16];
        snprintf(number, sizeof number, "p%d", i);
        const char *name = ag_name_of(parameters[i]);
        status = gather(&into, parameters[i], NULL, name != NULL ? name : number);
    }
    return finish(&into, NULL, status);
}
