/* The heap of nodes, memory that lives as long as a node, and the versions of values. Must not know
 * any operation.
 *
 * Nodes lie in blocks, so that a handle never moves and a sweep reads memory in order. What belongs
 * to a node lies in the arena of the heap, which a rewind shortens together with the nodes.
 */
#include <string.h>

#include "heap.h"

#include "error.h"

/* --- blocks of nodes -------------------------------------------------------------------------- */

/* Groups of blocks lie in chunks of an arena that double up to 24 MB, twelve large pages of 2 MB
 * (allocator.c). What is not used of a chunk is never written: it costs at most one large page, though
 * the statistics count it. */
enum { CHUNK_BLOCKS = 256, CHUNK_SPARE = 1 << 15 };

/* Groups double as well, and each is the first in its chunk, until they have a megabyte of nodes. So
 * the sweep, and the processor, which fetches memory ahead of it, seldom come to the end of one. */
enum { GROUP_BLOCKS = 16 };
_Static_assert(GROUP_BLOCKS *AG__BLOCK *(sizeof(ag_tensor) / sizeof(ag__origin)) <= UINT16_MAX,
               "to_origin reaches from the first node of a group to its origin");

static bool group_new(ag__heap *h)
{
    size_t blocks = h->n_blocks < GROUP_BLOCKS ? h->n_blocks + 1 : GROUP_BLOCKS;
    size_t nodes = blocks * AG__BLOCK, each = sizeof(ag_tensor) + sizeof(ag__origin);
    h->nodes.most = CHUNK_BLOCKS * AG__BLOCK * each + CHUNK_SPARE;
    ag_tensor *node = ag__arena_get(&h->nodes, nodes * each);
    if (node != NULL) {
        h->left = (ag__group){node, (ag__origin *)(void *)(node + nodes), blocks};
    }
    return node != NULL;
}

static ag_tensor *block_new(ag_graph *g, ag__heap *h, uint32_t first_id)
{
    if (h->left.blocks == 0 && !group_new(h)) {
        return NULL;
    }
    ag_tensor *node = h->left.node;
    ag__origin *origin = h->left.origin;
    size_t to_origin = (size_t)(origin - (ag__origin *)(void *)node);
    for (uint32_t i = 0; i < AG__BLOCK; i++) {
        node[i].head.site = &g->site;
        node[i].to_origin = (uint16_t)(to_origin - i);
        origin[i].id = first_id + i;
    }
    h->left = (ag__group){node + AG__BLOCK, origin + AG__BLOCK, h->left.blocks - 1};
    return node;
}

ag_tensor *ag__heap_grow(ag_graph *g, ag__heap *h)
{
    size_t i = h->end_id >> AG__BLOCK_BITS;
    if (h->end_id >= UINT32_MAX - AG__BLOCK) {
        ag__fail_begin(g, AG_ERR_OVERFLOW, "the graph is full: %u nodes", (unsigned)h->end_id);
        return NULL;
    }
    if (i == h->n_blocks) {
        ag_tensor *block = NULL;
        if (ag__memory_grow(&g->memory, &h->block, &h->capacity, i + 1, sizeof *h->block)) {
            block = block_new(g, h, h->end_id);
        }
        if (block == NULL) {
            ag__fail_begin(g, AG_ERR_MEMORY, "out of memory for node %u", (unsigned)h->end_id);
            ag__fail_at(g, g->site.where);
            return NULL;
        }
        h->block[h->n_blocks++] = block;
    }
    h->next = h->block[i];
    h->end = h->next + AG__BLOCK;
    h->end_id += AG__BLOCK;
    return h->next;
}

void ag__heap_truncate(ag__heap *h, uint32_t n)
{
    h->next = h->end = NULL;
    h->end_id = n;
    if (n % AG__BLOCK != 0) {
        h->next = ag__node(h, n);
        h->end = h->block[n >> AG__BLOCK_BITS] + AG__BLOCK;
        h->end_id = (n | (AG__BLOCK - 1)) + 1;
    }
}

void ag__heap_free(ag__memory *m, ag__heap *h)
{
    ag__memory_put(m, h->block, h->capacity * sizeof *h->block);
    ag__arena_free(&h->nodes);
    ag__arena_free(&h->arena);
}

void ag__scratch_reset(ag_graph *g)
{
    ag__heap_truncate(&g->scratch, 0);
    ag__arena_reset(&g->scratch.arena);
}

void ag__workspace_release(ag_graph *g, ag__arena before)
{
    g->scratch.arena.current = before.current;
    g->scratch.arena.used = before.used;
}

/* --- memory with a tensor's lifetime ---------------------------------------------------------- */

/* A rewind to the last mark drops every node made after it, and the memory taken from the arena
 * since then. It keeps the older nodes. So memory for an older node must not come from the arena:
 * it is pinned to the node. */
void *ag__owned(ag_tensor *t, size_t bytes)
{
    ag_graph *g = ag__graph_from(t);
    void *memory = NULL;
    if (t->flags & AG__TEMPORARY) {
        memory = ag__arena_get(&g->scratch.arena, bytes);
    } else if (ag__origin_of(t)->id >= g->floor) {
        memory = ag__arena_get(&g->main.arena, bytes);
    } else if (bytes < SIZE_MAX - AG__ALIGN) {
        ag__pinned *p = ag__memory_get(&g->memory, AG__ALIGN + bytes);
        if (p != NULL) {
            *p = (ag__pinned){g->pinned, t, AG__ALIGN + bytes};
            g->pinned = p;
            memory = (char *)p + AG__ALIGN;
        }
    }
    if (memory == NULL) {
        ag__fail_begin(g, AG_ERR_MEMORY, "out of memory: %zu bytes", bytes);
    }
    return memory;
}

void ag__pinned_drop(ag_graph *g, uint32_t nodes)
{
    ag__pinned **link = &g->pinned;
    while (*link != NULL) {
        ag__pinned *p = *link;
        if (ag__origin_of(p->owner)->id >= nodes) {
            *link = p->next;
            ag__memory_put(&g->memory, p, p->bytes);
        } else {
            link = &p->next;
        }
    }
}

void *(ag_graph_memory)(ag_graph *g, size_t bytes)
{
    if (g == NULL) {
        return NULL;
    }
    if (g->heap == &g->scratch) {
        ag_fail(g, AG_ERR_STATE, "ask for it before the backward pass",
                "graph_memory: a hook or rule of a backward pass is running");
        return NULL;
    }
    void *memory =
        bytes < SIZE_MAX / 2 ? ag__arena_get(&g->main.arena, bytes > 0 ? bytes : 1) : NULL;
    if (memory == NULL) {
        ag_fail(g, AG_ERR_MEMORY, NULL, "out of memory: graph_memory of %zu bytes", bytes);
        return NULL;
    }
    return memset(memory, 0, bytes);
}

/* --- versions --------------------------------------------------------------------------------- */

/* After 2^32 writes the version would return to 0. Then every node gets the version 0: a value that
 * was changed before this moment is no longer noticed, but no unchanged value is reported. */
uint32_t ag__next_version(ag_graph *g)
{
    g->written_at = ag__count(&g->main);
    if (++g->version == 0) {
        for (uint32_t i = 0; i < ag__count(&g->main); i++) {
            ag__origin_of(ag__node(&g->main, i))->version = 0;
        }
        g->version = 1;
    }
    return g->version;
}
