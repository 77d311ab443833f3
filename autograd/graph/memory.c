/* Memory: the replaceable allocator and its statistics, the arena, and the pool of gradient
 * buffers. Must not know tensors or keep errors: a function returns NULL, and the caller keeps the
 * message.
 *
 * The size of a pool buffer is rounded up to 4, 5, 6 or 7 times a power of two. So at most a fifth
 * of it is unused.
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

/* What is left of a chunk after its header and the largest gap that alignment can make. */
static size_t chunk_room(const ag__arena_chunk *c)
{
    return c->bytes - CHUNK_HEADER - AG__ALIGN;
}

/* Goes on to a chunk with room for `bytes`: the next one in the chain if that is large enough, else
 * a new one, which is inserted before it. So a training step that is repeated finds the chunks of
 * the step before, in the same order. */
static bool arena_advance(ag__arena *a, size_t bytes)
{
    ag__arena_chunk *next = a->current != NULL ? a->current->next : a->first;
    if (next == NULL || chunk_room(next) < bytes) {
        size_t grown = a->current != NULL ? a->current->bytes * 2 : FIRST_CHUNK;
        size_t most = a->most > 0 ? a->most : LARGEST_GROWTH;
        grown = grown > most ? most : grown;
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
    /* Large buffers start on a cache line; for small ones the alignment of malloc is enough. */
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

/* Rounds up to 4, 5, 6 or 7 times a power of two, and sets *bin to the place of that size. */
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
    if (bin >= AG__POOL_BINS) { /* nearly 2^54 bytes and more, which no machine has */
        return NULL;
    }
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
