/* How many threads share a piece of work, and who does what; see parallel.h. Must not know how
 * threads are started or wait: helpers.c.
 */
#include "parallel.h"

#include <autograd/cpu.h>

#include "process_state.h"
#include "processors.h"

/* Below this two threads gain too little: measured, see tests/bench/README.md. */
#define WORTH_NS 20000.0

static int within_bounds(int n)
{
    return n < AG__MOST_THREADS ? n : AG__MOST_THREADS;
}

/* Another thread may set the number meanwhile; then that one stands. */
int ag__threads(void)
{
    int n = atomic_load_explicit(&ag__process.threads, memory_order_relaxed);
    if (n == 0) {
        int first = within_bounds(ag__default_threads());
        n = atomic_compare_exchange_strong(&ag__process.threads, &n, first) ? first : n;
    }
    return n;
}

ag_status ag_set_threads(int n)
{
    if (n < 0) {
        return AG_ERR_VALUE;
    }
    atomic_store(&ag__process.threads, within_bounds(n));
    ag__helpers_retry();
    return AG_OK;
}

int ag_get_threads(void)
{
    return ag__threads();
}

ag__team ag__team_of(int threads, int64_t pieces, double ns)
{
    ag__team team = {1, ns};
    if (threads > 1 && pieces > 1 && ns > WORTH_NS) {
        double most = ns / (WORTH_NS / 2);
        team.workers = threads > pieces ? (int)pieces : threads;
        team.workers = team.workers > most ? (int)most : team.workers;
    }
    return team;
}

/* What is small need not know how many threads there are. */
ag__team ag__team_for(int64_t pieces, double ns)
{
    bool small = pieces <= 1 || !(ns > WORTH_NS);
    return ag__team_of(small ? 1 : ag__threads(), pieces, ns);
}

void ag__parallel(int64_t pieces, ag__team team, ag__piece *body, void *context)
{
    team.workers = team.workers > pieces ? (int)pieces : team.workers;
    if (team.workers > 1 && ag__helpers_run(pieces, team, body, context)) {
        return;
    }
    for (int64_t i = 0; i < pieces; i++) {
        body(context, i, 0);
    }
}
