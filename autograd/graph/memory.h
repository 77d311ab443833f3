/* Memory of a graph: the allocator with its accounts, the arena, the pool. Private to autograd/.
 * Knows nothing of tensors.
 */
#ifndef AUTOGRAD_GRAPH_MEMORY_H
#define AUTOGRAD_GRAPH_MEMORY_H

#include <autograd/engine.h>

typedef struct ag__memory {
    ag_allocator allocator;
    size_t bytes, peak, calls;
} ag__memory;

/* A chain of chunks from which memory is cut; taken back only all above a point. */
typedef struct ag__arena_chunk {
    struct ag__arena_chunk *next;
    size_t bytes;
    size_t index;
} ag__arena_chunk;
typedef struct ag__arena {
    ag__memory *memory;
    ag__arena_chunk *first, *current;
    size_t used; /* of the current chunk */
} ag__arena;

#define AG__ALIGN 64

void *ag__memory_get(ag__memory *m, size_t bytes);
void ag__memory_put(ag__memory *m, void *p, size_t bytes);
/* Grows *array (elements of `each` bytes) so that `need` fit; false when out of memory. */
bool ag__memory_grow(ag__memory *m, void *array, size_t *capacity, size_t need, size_t each);
void *ag__arena_get(ag__arena *a, size_t bytes);
void ag__arena_reset(ag__arena *a);
void ag__arena_free(ag__arena *a);

/* Gradient buffers that are given back and taken again within a pass. */
#define AG__POOL_BINS 192
typedef struct ag__pool {
    ag__arena arena;
    struct ag__free *bin[AG__POOL_BINS];
} ag__pool;
void *ag__pool_get(ag__pool *p, size_t bytes);
void ag__pool_put(ag__pool *p, void *buffer, size_t bytes);

#endif
