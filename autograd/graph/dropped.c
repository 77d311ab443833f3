/* Debug mode: a handle that is used after its tensor was dropped by a rewind is found out. Usually
 * the memory of a dropped node is used again at once, and the handle then names another tensor. In
 * debug mode the blocks of dropped nodes are set aside, and come into use again only after many
 * others. A dropped node is a 0-d NaN that no operation accepts, so that any reading of it is safe.
 * Recording costs nothing for this: no path of it looks whether the mode is on.
 */
#include <math.h>

#include "dropped.h"

#include "error.h"
#include "heap.h"

static void mark_dropped(ag_tensor *t)
{
    ag_graph *g = ag__graph_from(t);
    ag__origin *o = ag__origin_of(t);
    *t = (ag_tensor){.head = {&g->site}, .to_origin = t->to_origin, .value = {.f64 = (double)NAN}};
    *o = (ag__origin){.id = o->id};
    t->flags = AG__SCALAR | AG__TEMPORARY | AG__DROPPED;
}

/* Sets a block aside and returns the one that was there longest, or NULL while there is room. */
static ag_tensor *set_aside(ag_graph *g, ag_tensor *block)
{
    ag_tensor **place = &g->dropped[g->n_dropped++ % AG__DROPPED_BLOCKS], *oldest = *place;
    *place = block;
    return oldest;
}

void ag__drop_nodes(ag_graph *g, uint32_t n)
{
    ag__heap *h = &g->main;
    uint32_t count = ag__count(h);
    size_t whole = ((size_t)n + AG__BLOCK - 1) >> AG__BLOCK_BITS, kept = whole;
    size_t used = ((size_t)count + AG__BLOCK - 1) >> AG__BLOCK_BITS;
    /* The rest of the block in which the mark lies stays unused. */
    uint32_t end = (uint32_t)(used << AG__BLOCK_BITS);
    for (uint32_t id = n; id < end; id++) {
        mark_dropped(ag__node(h, id));
    }
    for (size_t i = whole; i < h->n_blocks; i++) {
        ag_tensor *block = i < used ? set_aside(g, h->block[i]) : h->block[i];
        for (uint32_t k = 0; block != NULL && k < AG__BLOCK; k++) {
            ag__origin_of(&block[k])->id = (uint32_t)(kept << AG__BLOCK_BITS) + k;
        }
        if (block != NULL) {
            h->block[kept++] = block;
        }
    }
    h->n_blocks = kept;
    ag__heap_truncate(h, (uint32_t)(whole << AG__BLOCK_BITS));
}

bool ag__is_dropped(const ag_tensor *t, const char *what)
{
    bool dropped = (t->flags & AG__DROPPED) != 0;
    if (dropped) {
        ag_fail(ag__graph_from(t), AG_ERR_STATE, "take what is needed out of it before the rewind",
                "%s: the tensor %s", what, ag__why_gone(t));
    }
    return dropped;
}
