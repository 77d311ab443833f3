/* Any bytes as a checkpoint: resumed or refused, and after a refusal weights, states, counters and
 * the random state are what they were.
 */
#include "fuzz.h"

#include <autograd.h>
#include <string.h>

/* All that resuming may change, as bytes. */
typedef struct all {
    double weights[4], mean[2];
    nn_counters counters;
    ag_random_state random;
} all;

static all look(const nn_module *net, const nn_optimizer *adam)
{
    all x;
    memset(&x, 0, sizeof x);
    fuzz_require(nn_get_weights(net, x.weights, 4) == AG_OK);
    fuzz_require(ag_get(nn_optimizer_state_at(adam, 0).tensor, x.mean, 2) == AG_OK);
    x.counters = nn_get_counters(adam);
    x.random = ag_random_get_state(nn_graph_of(net));
    return x;
}

static ag_status resume(nn_archive *a, nn_module *net, nn_optimizer *adam)
{
    int64_t epoch;
    double loss[8];
    int64_t epochs = nn_archive_get_size(a, "training.loss");
    nn_archive_get_network(a, NULL, net);
    nn_archive_get_optimizer(a, adam);
    nn_archive_get_random(a, "training.random");
    nn_archive_get_ints(a, "training.epoch", &epoch, 1);
    nn_archive_get_doubles(a, "training.loss", loss, epochs >= 0 && epochs < 8 ? epochs : 8);
    return nn_archive_apply(a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    ag_graph *g = ag_graph_new_with(&(ag_graph_options){.seed = 1});
    nn_module *net = nn_linear(g, 2, NULL);
    nn_optimizer *adam = nn_adam(g, NULL);
    fuzz_require(nn_build(net, AG_F64, AG_SHAPE(1)) == AG_OK && nn_attach(adam, net) == AG_OK);
    nn_archive *a = nn_archive_load_bytes(g, data, n);
    all before = look(net, adam), after;
    if (a != NULL && resume(a, net, adam) != AG_OK) {
        after = look(net, adam);
        fuzz_require(memcmp(&before, &after, sizeof before) == 0);
    }
    nn_archive_free(a);
    ag_graph_free(g);
    return 0;
}
