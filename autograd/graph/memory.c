/* Memory: the replaceable allocator with its accounts, the arena, and the pool of gradient buffers.
 * Knows nothing of tensors. A failure is a NULL here; the caller names it.
 *
 * The pool's bins are spaced by quarters of a power of two, so at most a fifth of a buffer is idle.
 */
#include <stdlib.h>
#include <string.h>

#include "memory.h"

#define FIRST_CHUNK ((size_t)16 << 10)
#define LARGEST_GROWTH ((size_t)64 << 20)
#define CHUNK_HEADER ((sizeof(ag__arena_chunk) + AG__ALIGN - 1) / AG__ALIGN * AG__ALIGN)

void *ag__memory_get(ag__memory *m, size_t bytes)
{
    m->calls++;
    void *p = m->allocator.alloc(m->allocator.context, bytes);
    if (p != NULL) {
        m->bytes += bytes;
        m->peak = m->bytes > m->peak ? m->bytes : m->peak;
    }
    return p;
}

void ag__memory_put(ag__memory *m, void *p, size_t bytes)
{
    if (p != NULL) {
        m->bytes -= bytes;
        m->allocator.release(m->allocator.context, p, bytes);
    }
}

bool ag__memory_grow(ag__memory *m, void *array, size_t *capacity, size_t need, size_t each)
{
    if (need <= *capacity) {
        return true;
    }
    size_t larger = *capacity < 8 ? 8 : *capacity * 2;
    if (larger < need) {
        larger = need;
    }
    if (larger > SIZE_MAX / each) {
        return false;
    }
    void *old, *fresh = ag__memory_get(m, larger * each);
    if (fresh == NULL) {
        return false;
    }
    memcpy(&old, array, sizeof old);
    if (old != NULL) {
        memcpy(fresh, old, *capacity * each);
        ag__memory_put(m, old, *capacity * each);
    }
    memcpy(array, &fresh, sizeof fresh);
    *capacity = larger;
    return true;
}

/* --- arena ------------------------------------------------------------------------------------ */

static char *chunk_memory(ag__arena_chunk *c)
{
    uintptr_t start = (uintptr_t)c + CHUNK_HEADER;
    return (char *)c + CHUNK_HEADER + (AG__ALIGN - start % AG__ALIGN) % AG__ALIGN;
}

/* Room behind the header once the start has been aligned. */
static size_t chunk_room(const ag__arena_chunk *c)
{
    return c->bytes - CHUNK_HEADER - AG__ALIGN;
}

/* A chunk after the current one that holds `bytes`: the next in the chain if it is large enough,
 * else a new one put in between, so that a repeated step finds its chunks in the same order. */
static bool arena_advance(ag__arena *a, size_t bytes)
{
    ag__arena_chunk *next = a->current != NULL ? a->current->next : a->first;
    if (next == NULL || chunk_room(next) < bytes) {
        size_t grown = a->current != NULL ? a->current->bytes * 2 : FIRST_CHUNK;
        grown = grown > LARGEST_GROWTH ? LARGEST_GROWTH : grown;
        size_t total = bytes + CHUNK_HEADER + AG__ALIGN;
        total = total > grown ? total : grown;
        ag__arena_chunk *c = ag__memory_get(a->memory, total);
        if (c == NULL) {
            return false;
        }
        *c = (ag__arena_chunk){next, total, a->current != NULL ? a->current->index + 1 : 0};
        for (ag__arena_chunk *later = next; later != NULL; later = later->next) {
            later->index++;
        }
        if (a->current != NULL) {
            a->current->next = c;
        } else {
            a->first = c;
        }
        next = c;
    }
    a->current = next;
    a->used = 0;
    return true;
}

void *ag__arena_get(ag__arena *a, size_t bytes)
{
    if (bytes > SIZE_MAX / 2) {
        return NULL;
    }
    /* Large buffers start on a cache line; small ones need no more than malloc's alignment. */
    size_t align = bytes >= AG__ALIGN ? AG__ALIGN : 16;
    size_t at = (a->used + align - 1) / align * align;
    if (a->current == NULL || at > chunk_room(a->current) || chunk_room(a->current) - at < bytes) {
        if (!arena_advance(a, bytes)) {
            return NULL;
        }
        at = 0;
    }
    a->used = at + bytes;
    return chunk_memory(a->current) + at;
}

void ag__arena_reset(ag__arena *a)
{
    a->current = a->first;
    a->used = 0;
}

void ag__arena_free(ag__arena *a)
{
    while (a->first != NULL) {
        ag__arena_chunk *next = a->first->next;
        ag__memory_put(a->memory, a->first, a->first->bytes);
        a->first = next;
    }
    a->current = NULL;
}

/* --- pool ------------------------------------------------------------------------------------- */

struct ag__free {
    struct ag__free *next;
};

/* Rounds bytes up to (4..7) * 2^k and says which bin that is. */
static size_t pool_round(size_t bytes, size_t *bin)
{
    size_t unit = AG__ALIGN / 4, k = 0;
    while (unit * 8 <= bytes) {
        unit *= 2;
        k++;
    }
    size_t quarters = (bytes + unit - 1) / unit;
    quarters = quarters < 4 ? 4 : quarters;
    *bin = k * 4 + quarters - 4;
    return quarters * unit;
}

void *ag__pool_get(ag__pool *p, size_t bytes)
{
    if (bytes > SIZE_MAX / 4) {
        return NULL;
    }
    size_t bin, rounded = pool_round(bytes, &bin);
    struct ag__free *f = p->bin[bin];
    if (f != NULL) {
        p->bin[bin] = f->next;
        return f;
    }
    return ag__arena_get(&p->arena, rounded);
}

void ag__pool_put(ag__pool *p, void *buffer, size_t bytes)
{
    size_t bin;
    pool_round(bytes, &bin);
    struct ag__free *f = buffer;
    f->next = p->bin[bin];
    p->bin[bin] = f;
}
