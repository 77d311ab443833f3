/* An optimizer in an archive: the tensors that it keeps, under the names that it gives them, and
 * its counters. Must not know the format, nor how a step is made.
 */
#define AG_NO_SITES
#include "archive.h"

#include <string.h>

static const char method_key[] = "nn.optimizer", counts_name[] = "optimizer.counters",
                  numbers_name[] = "optimizer.numbers";
enum { COUNTS = 5, NUMBERS = 3 };

static bool is_there(nn_archive *a, const nn_optimizer *opt)
{
    if (opt == NULL) {
        return nn__archive_fail(a, AG_ERR_NULL_ARGUMENT, -1, "the optimizer is NULL");
    }
    return nn_optimizer_graph(opt) == a->graph ||
           nn__archive_fail(a, AG_ERR_GRAPH, -1, "the optimizer belongs to another graph");
}

void nn_archive_set_optimizer(nn_archive *a, const nn_optimizer *opt)
{
    if (!nn__archive_ready(a, "nn_archive_set_optimizer", false) || !is_there(a, opt)) {
        return;
    }
    nn_counters c = nn_get_counters(opt);
    if (c.accumulated > 0) { /* their gradients are no states */
        nn__archive_fail(a, AG_ERR_STATE, -1,
                         "%lld mini-batches wait for their step: call nn_flush first",
                         (long long)c.accumulated);
        return;
    }
    for (int i = 0; i < nn_optimizer_states(opt); i++) {
        nn_optimizer_state s = nn_optimizer_state_at(opt, i);
        nn_archive_set_tensor(a, s.name, s.tensor);
    }
    const int64_t counts[COUNTS] = {c.step, c.epoch, c.accumulated, c.plateau_waited,
                                    c.plateau_cooling};
    const double numbers[NUMBERS] = {c.rate, c.plateau_scale, c.plateau_best};
    nn_archive_set_ints(a, counts_name, counts, COUNTS);
    nn_archive_set_doubles(a, numbers_name, numbers, NUMBERS);
    nn_archive_set_text(a, method_key, nn_optimizer_name(opt));
}

static void check_method(nn_archive *a, const nn_optimizer *opt)
{
    char shown[NN__SHOWN];
    const char *method = nn_archive_get_text(a, method_key);
    if (method != NULL && strcmp(method, nn_optimizer_name(opt)) != 0) {
        nn__archive_differs(a, "the optimizer in the file is %s, this one is %s",
                            nn__shown(method, shown), nn_optimizer_name(opt));
    }
}

/* States of another method, or of parameters that are not there. */
static void find_unexpected(nn_archive *a)
{
    static const char first[] = "optimizer.";
    char shown[NN__SHOWN];
    for (int64_t i = 0; i < a->n; i++) {
        const nn__file_entry *e = &a->entry[i];
        if (!e->used && strncmp(e->name, first, sizeof first - 1) == 0) {
            nn__archive_differs(a, "\"%s\" is nothing that the optimizer keeps",
                                nn__shown(e->name, shown));
        }
    }
}

/* Steps are counted on from what a file says, so it must leave room. */
static bool is_count(int64_t n, int64_t most)
{
    return n >= 0 && n <= most;
}

/* A parameter has made as many steps as the optimizer, or fewer, since it was frozen. */
static void check_counts(nn_archive *a, const nn_optimizer *opt, const int64_t counts[COUNTS])
{
    bool good = true;
    for (int i = 0; i < COUNTS; i++) {
        good = good && is_count(counts[i], (int64_t)1 << 53);
    }
    for (int i = 0; i < nn_optimizer_states(opt); i++) {
        const ag_tensor *state = nn_optimizer_state_at(opt, i).tensor;
        const nn__file_entry *e = nn__archive_find(a, nn_optimizer_state_at(opt, i).name);
        if (ag_dtype_of(state) == AG_I64 && e != NULL && e->kind->dtype == AG_I64 &&
            e->end - e->begin == 8) {
            int64_t steps;
            nn__archive_copy(a, e, &steps);
            good = good && is_count(steps, counts[0]);
        }
    }
    if (!good) {
        nn__archive_differs(a, "a count of steps is negative or too large");
    }
}

void nn_archive_get_optimizer(nn_archive *a, nn_optimizer *opt)
{
    int64_t counts[COUNTS];
    double numbers[NUMBERS];
    if (!nn__archive_ready(a, "nn_archive_get_optimizer", true) || !is_there(a, opt)) {
        return;
    }
    check_method(a, opt);
    for (int i = 0; i < nn_optimizer_states(opt); i++) {
        nn_optimizer_state s = nn_optimizer_state_at(opt, i);
        nn__archive_aim(a, s.name, s.tensor, false);
    }
    nn_archive_get_ints(a, counts_name, counts, COUNTS);
    nn_archive_get_doubles(a, numbers_name, numbers, NUMBERS);
    check_counts(a, opt, counts);
    find_unexpected(a);
    a->optimizer = opt;
    a->counters = (nn_counters){.step = counts[0],
                                .epoch = counts[1],
                                .accumulated = counts[2],
                                .plateau_waited = counts[3],
                                .plateau_cooling = counts[4],
                                .rate = numbers[0],
                                .plateau_scale = numbers[1],
                                .plateau_best = numbers[2]};
}
