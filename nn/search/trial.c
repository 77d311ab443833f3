/* One trial: a graph of its own, the rows of its fold in it, the score. */
#include "search.h"

#include "nn/data/stream.h"

#include <math.h>

/* The same for all points of a fold, so that points differ by nothing but their values. */
static uint64_t seed_of(const nn__searching *s, int fold)
{
    nn__stream stream = nn__stream_of(NN__FOR_SEARCH, s->o.seed, 1, (uint64_t)fold);
    return nn__bits(&stream);
}

void nn__trial_run(const nn__searching *s, const double *at, const nn_data *train,
                   const nn_data *test, int fold, double budget, nn__job_end *end)
{
    ag_graph *g = ag_graph_new_with(
        &(ag_graph_options){.dtype = ag_graph_dtype(s->graph), .seed = seed_of(s, fold)});
    nn_trial t = {.graph = g, .at = at, .budget = budget, .user = s->user};
    t.train = nn_data_in(g, train);
    t.test = nn_data_in(g, test);
    bool ready = t.train != NULL && t.test != NULL;
    end->score = ready ? s->score(&t) : (double)NAN;
    end->message[0] = '\0';
    if (ag_error(g) != AG_OK) {
        end->score = (double)NAN;
        snprintf(end->message, sizeof end->message, "%s", ag_error_message(g));
    }
    ag_graph_free(g);
}
