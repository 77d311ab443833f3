/* A list of different texts, found by hashing, and their order. Private to nn/formats. Knows no
 * table.
 */
#ifndef NN_FORMATS_CATEGORIES_H
#define NN_FORMATS_CATEGORIES_H

#include "nn/data/scratch.h"

typedef struct nn__category {
    int64_t at, n; /* in the memory of texts; each ends with a 0 */
    uint64_t hash;
} nn__category;

/* Begins as zeros. Memory of a graph. */
typedef struct nn__categories {
    nn__category *list;
    int64_t n, used; /* categories; bytes of texts */
    int64_t *slot;   /* a category's number + 1; 0: free */
    int64_t slots;   /* a power of two, more than n */
    nn__scratch list_memory, text_memory, slot_memory;
} nn__categories;

/* The number of a text; -1 where it is not there. */
int64_t nn__categories_find(const nn__categories *c, const char *text, int64_t n);
/* The same, added where it is not there; -1 and an error when out of memory. */
int64_t nn__categories_add(nn__categories *c, ag_graph *g, const char *text, int64_t n);
const char *nn__categories_text(const nn__categories *c, int64_t i);

/* The order of those in use: by size if all of these are numbers, else by their bytes. place[i]
 * becomes the place of category i (the same for equal numbers, if `merge`), -1 for one not in use;
 * first[place] the category that names it. Returns how many places; -1 and an error when out of
 * memory. */
int64_t nn__categories_sort(const nn__categories *c, ag_graph *g, const bool *in_use, bool merge,
                            int64_t *place, int64_t *first);
void nn__categories_free(nn__categories *c);

#endif
