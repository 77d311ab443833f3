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
/* A large page has 2 MB on most processors. What begins within one has small pages up to the next,
 * which matters for memory that is written once. Memory of less than 16 MB stays as malloc places it:
 * arrays that all begin with a large page get into each other's way, and a sum of two took up to a
 * tenth longer. */
enum { LARGE = 4 << 20, ALIGNED = 16 << 20, LARGE_PAGE = 2 << 20, PAGE = 1 << 12 };

static void ask_for_large_pages(void *memory, size_t bytes)
{
    if (memory != NULL && bytes >= LARGE) {
        size_t before = (PAGE - (uintptr_t)memory % PAGE) % PAGE;
        (void)madvise((char *)memory + before, (bytes - before) / PAGE * PAGE, MADV_HUGEPAGE);
    }
}

static void *get(void *context, size_t bytes)
{
    (void)context;
    void *memory = NULL;
    if (bytes < ALIGNED) {
        memory = malloc(bytes);
    } else if (posix_memalign(&memory, LARGE_PAGE, bytes) != 0) {
        return NULL;
    }
    ask_for_large_pages(memory, bytes);
    return memory;
}
#else
static void *get(void *context, size_t bytes)
{
    (void)context;
    return malloc(bytes);
}
#endif

static void put(void *context, void *memory, size_t bytes)
{
    (void)context;
    (void)bytes;
    free(memory);
}

const ag_allocator ag__default_allocator = {get, put, NULL};
