/* The allocator of a graph that was given none: malloc and free. Large memory is asked for in large
 * pages where the system offers them (Linux, madvise): a page of 4 KB that is touched for the first
 * time costs the system more than the 42 nodes in it cost us. It is a hint, and may fail. Must not
 * know what the memory is for.
 */
#include <stdlib.h>

#include "memory.h"

#if defined(__linux__)
#include <sys/mman.h>
#endif

#if defined(MADV_HUGEPAGE)
enum { LARGE = 4 << 20, PAGE = 1 << 12 }; /* a large page has 2 MB on most processors */

static void ask_for_large_pages(void *memory, size_t bytes)
{
    if (memory != NULL && bytes >= LARGE) {
        size_t before = (PAGE - (uintptr_t)memory % PAGE) % PAGE;
        (void)madvise((char *)memory + before, (bytes - before) / PAGE * PAGE, MADV_HUGEPAGE);
    }
}
#else
static void ask_for_large_pages(void *memory, size_t bytes)
{
    (void)memory;
    (void)bytes;
}
#endif

static void *get(void *context, size_t bytes)
{
    (void)context;
    void *memory = malloc(bytes);
    ask_for_large_pages(memory, bytes);
    return memory;
}

static void put(void *context, void *memory, size_t bytes)
{
    (void)context;
    (void)bytes;
    free(memory);
}

const ag_allocator ag__default_allocator = {get, put, NULL};
