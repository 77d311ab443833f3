/* Memory for the time of one call, from the graph's allocator. Private to nn/data, nn/disk,
 * nn/formats, nn/files and nn/batches. Knows no data.
 */
#ifndef NN_DATA_SCRATCH_H
#define NN_DATA_SCRATCH_H

#define AG_NO_SITES
#include <autograd/inspect.h>

/* Begins as zeros: {NULL, NULL, 0}. */
typedef struct nn__scratch {
    ag_graph *graph;
    void *memory;
    size_t bytes;
} nn__scratch;

/* Room for n elements of `each` bytes, zeroed. What was there is given back first. NULL and an
 * error (MEMORY, OVERFLOW). */
void *nn__scratch_get(nn__scratch *s, ag_graph *g, int64_t n, size_t each);

/* Room for at least n elements; keeps what is there and may move it; twice as much when it grows.
 * NULL and an error, and what is there stays. */
void *nn__scratch_grow(nn__scratch *s, ag_graph *g, int64_t n, size_t each);
void nn__scratch_free(nn__scratch *s);

#endif
