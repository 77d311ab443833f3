/* An allocator that fails after some calls, for outputs that are written once for each allocation.
 * Must not know what is written.
 */
#ifndef VIZ_BUDGET_H
#define VIZ_BUDGET_H

#include <stddef.h>
#include <stdlib.h>

typedef struct budget {
    size_t left;  /* allocations that still succeed */
    size_t bytes; /* handed out and not taken back */
} budget;

static inline void *budget_get(void *context, size_t bytes)
{
    budget *b = context;
    if (b->left == 0) {
        return NULL;
    }
    b->left--;
    b->bytes += bytes;
    return malloc(bytes);
}

static inline void budget_put(void *context, void *memory, size_t bytes)
{
    budget *b = context;
    b->bytes -= memory != NULL ? bytes : 0;
    free(memory);
}

#endif
