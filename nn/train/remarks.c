/* Dead units, a constant output, probabilities in place of logits, as remarks on what was trained.
 * Must not know how idle units are found.
 */
#include "remarks.h"

#include <autograd/nn_explain.h>
#include <math.h>

#include "evaluation.h"

enum { ROWS = 256 };

static ag_status look_at_units(nn_history *h, nn_module *net, const nn_data *d)
{
    const nn_idle_units *u = nn_idle_units_new(net, d);
    if (u == NULL) {
        return ag_error(nn_graph_of(net));
    }
    if (u->constant_outputs == u->outputs) {
        nn__remark(h, "the network gives the same output for every row\n");
    }
    for (int i = 0; i < u->n; i++) {
        const nn_idle_layer *l = &u->layer[i];
        if (l->dead > 0) {
            nn__remark(h, "%lld of %lld units of \"%s\" (%s) are 0 for every row: dead\n",
                       (long long)l->dead, (long long)l->units, l->path, l->type);
        }
    }
    return AG_OK;
}

/* Does the softmax stand in the network and in the loss? Scores that are free do not have sum 1 in
 * every row. */
static ag_status look_at_scores(nn_history *h, nn_module *net, const nn_data *d)
{
    ag_tensor *y = nn_predict(net, d);
    if (y == NULL || ag_shape_of(y).ndim != 2 || ag_shape_of(y).dim[1] < 2) {
        return y == NULL ? ag_error(nn_graph_of(net)) : AG_OK;
    }
    bool probabilities = true;
    for (int64_t i = 0; probabilities && i < ag_shape_of(y).dim[0]; i++) {
        double sum = 0;
        for (int64_t k = 0; k < ag_shape_of(y).dim[1]; k++) {
            double score = ag_item_at(y, AG_SHAPE(i, k));
            sum += score >= 0 ? score : (double)INFINITY;
        }
        probabilities = fabs(sum - 1) < 1e-4; /* of f32 and many classes */
    }
    if (probabilities) {
        nn__remark(h, "the outputs are probabilities, and nn_cross_entropy takes logits: leave the "
                      "softmax out, or take nn_cross_entropy_of_probabilities\n");
    }
    return AG_OK;
}

ag_status nn__remark_network(nn_history *h, nn_module *net, const nn_data *d, nn_loss loss)
{
    if (nn_rows(d) < 2) { /* of one row there is nothing to say */
        return AG_OK;
    }
    nn__aside aside = nn__aside_begin(net);
    const nn_data *some = nn_rows_between(d, 0, nn_rows(d) < ROWS ? nn_rows(d) : ROWS);
    ag_status status = some != NULL ? look_at_units(h, net, some) : ag_error(nn_graph_of(net));
    if (status == AG_OK && loss == nn_cross_entropy) {
        status = look_at_scores(h, net, some);
    }
    return nn__aside_end(&aside, status);
}
