/* The memory of a graph: the allocator and its statistics, the arena, the pool. Private to
 * autograd/. Must not know tensors.
 */
#ifndef AUTOGRAD_GRAPH_MEMORY_H
#define AUTOGRAD_GRAPH_MEMORY_H

#include <autograd/engine.h>

/* The alignment of large buffers, in bytes: a cache line, and the widest vector. */
#define AG__ALIGN 64

/* The allocator, and what it has been asked for: see ag_graph_stats. */
typedef struct ag__memory {
    ag_allocator allocator;
    size_t bytes; /* held now */
    size_t peak;  /* the most that was ever held */
    size_t calls; /* of `alloc` */
} ag__memory;

/* malloc and free, which a graph has unless its options say otherwise. In allocator.c. */
extern const ag_allocator ag__default_allocator;

/* Memory from the allocator; NULL when there is none. ag__memory_put takes it back and needs the
 * same size; p may be NULL. */
void *ag__memory_get(ag__memory *m, size_t bytes);
void ag__memory_put(ag__memory *m, void *p, size_t bytes);

/* Grows an array, where that is necessary, to room for `need` elements of `each` bytes. `array`
 * points to the pointer to it. false when memory runs out; the array is then as it was. */
bool ag__memory_grow(ag__memory *m, void *array, size_t *capacity, size_t need, size_t each);

/* The arena: a chain of chunks that are filled one after the other. Memory cannot be given back
 * piece by piece. Instead, everything that was taken after some moment is given back together, by
 * restoring `current` and `used` as they were at that moment. */
typedef struct ag__arena_chunk {
    struct ag__arena_chunk *next;
    size_t bytes; /* the header included */
    size_t index; /* its place in the chain */
} ag__arena_chunk;
typedef struct ag__arena {
    ag__memory *memory;
    ag__arena_chunk *first;
    ag__arena_chunk *current; /* NULL when nothing has been taken */
    size_t used;              /* bytes of the current chunk */
    size_t most;              /* chunks grow up to this size; 0: 64 MB */
} ag__arena;

/* Uninitialized memory, aligned to AG__ALIGN from that size on, else to 16 bytes; NULL when there
 * is none. */
void *ag__arena_get(ag__arena *a, size_t bytes);
void ag__arena_reset(ag__arena *a); /* gives back everything, keeps the chunks */
void ag__arena_free(ag__arena *a);  /* frees the chunks */

/* The pool: gradient buffers that are released and used again within one pass. A bin is a list of
 * free buffers of one size. */
#define AG__POOL_BINS 192
typedef struct ag__pool {
    ag__arena arena;
    struct ag__free *bin[AG__POOL_BINS];
} ag__pool;

/* A buffer for `bytes`; NULL when memory runs out. ag__pool_put takes it back and needs the same
 * size. */
void *ag__pool_get(ag__pool *p, size_t bytes);
void ag__pool_put(ag__pool *p, void *buffer, size_t bytes);

#endif
