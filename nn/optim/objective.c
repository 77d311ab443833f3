/* The loss as a function: its value, its gradient; see objective.h. Must not know the methods. */
#include "objective.h"

#include <math.h>

ag_status nn__evaluation_fail(const nn__evaluation *o, ag_status status, const char *text)
{
    return ag_fail(o->opt->graph, status, NULL, "%s: the loss %s, in call %lld", o->what, text,
                   (long long)o->calls);
}

/* The user's function notes lines of its own; ours speaks of the line of the call. */
static ag_status record(nn__evaluation *o)
{
    ag_graph *g = o->opt->graph;
    const char *where = ag_noted_line(g);
    ag_tensor *loss = o->loss(o->calls++, o->user);
    (void)ag__at_graph(g, where);
    if (loss == NULL) {
        return ag_error(g) != AG_OK ? ag_error(g)
                                    : nn__evaluation_fail(o, AG_ERR_NULL_ARGUMENT, "is NULL");
    }
    if (ag_graph_of(loss) != g || ag_size(loss) != 1) {
        return nn__evaluation_fail(o, AG_ERR_SHAPE,
                                   "is no tensor of one element of the optimizer's graph");
    }
    o->value = ag_item(loss);
    return isfinite(o->value) ? ag_backward(loss) : AG_OK;
}

ag_status nn__evaluate_objective(nn__evaluation *o)
{
    ag_graph *g = o->opt->graph;
    ag_mark mark = ag_graph_mark(g);
    nn_zero_grads(o->opt);
    ag_status status = record(o);
    ag_status rewound = ag_graph_rewind(g, mark);
    return status != AG_OK ? status : rewound;
}

static double largest_of(const ag_tensor *t)
{
    double most = 0;
    const void *grad = ag_grad_data(t);
    bool narrow = ag_dtype_of(t) == AG_F32;
    for (int64_t i = 0, n = grad != NULL ? ag_size(t) : 0; i < n; i++) {
        double size = fabs(narrow ? (double)((const float *)grad)[i] : ((const double *)grad)[i]);
        most = size > most || size != size ? size : most;
    }
    return most;
}

double nn__largest_gradient(const nn_optimizer *opt)
{
    double most = 0;
    for (int i = 0; i < opt->n; i++) {
        double here = nn__entry_is_frozen(&opt->entry[i]) ? 0 : largest_of(opt->entry[i].parameter);
        most = here > most || here != here ? here : most;
    }
    return most;
}
