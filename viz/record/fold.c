/* Which nodes of a large graph a figure draws as one, the fold. The oldest and the newest nodes
 * stay, and those between them are folded. Edges lead from older to newer nodes, so this makes
 * no cycle. Must not know how it is drawn.
 */
#include "record.h"

#define FOLD_ABOVE 200

size_t viz__fold_above(const viz__record *r)
{
    return r->options->fold_above != 0 ? r->options->fold_above : FOLD_ABOVE;
}

viz__fold viz__fold_mark(viz__record *r, bool folds)
{
    size_t most = viz__fold_above(r);
    viz__fold f = {.nodes = 0};
    for (size_t i = 0; i < r->n; i++) {
        f.nodes += viz__is_shown(r, i);
    }
    size_t seen = 0, oldest = most / 2, newest = most - most / 2;
    for (size_t i = 0; i < r->n && folds && f.nodes > most; i++) {
        if ((r->flags[i] & VIZ__SHOWN) == 0) {
            continue;
        }
        if (seen >= oldest && seen < f.nodes - newest) {
            r->flags[i] |= VIZ__FOLDED;
            f.first = f.folded == 0 ? i : f.first;
            f.last = i;
            f.folded++;
        }
        seen++;
    }
    return f;
}
