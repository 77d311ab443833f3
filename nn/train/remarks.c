/* Dead units and a constant output, as remarks on what was trained. Must not know how they are found.
 */
#include "remarks.h"

#include <autograd/nn_explain.h>

#include "evaluation.h"

enum { ROWS = 256 };

static ag_status look(nn_history *h, nn_module *net, const nn_data *d)
{
    int64_t rows = nn_rows(d) < ROWS ? nn_rows(d) : ROWS;
    const nn_data *some = rows >= 2 ? nn_rows_between(d, 0, rows) : NULL;
    const nn_idle_units *u = some != NULL ? nn_idle_units_new(net, some) : NULL;
    if (u == NULL) { /* of one row there is nothing to say */
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

ag_status nn__remark_units(nn_history *h, nn_module *net, const nn_data *d)
{
    nn__aside aside = nn__aside_begin(net);
    return nn__aside_end(&aside, look(h, net, d));
}
