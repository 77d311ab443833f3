/* A list of different texts. Knows no table. Hashing: Fowler, Noll and Vo's FNV-1a, with open
 * addressing.
 */
#include "categories.h"

#include <stdlib.h>
#include <string.h>

#include "nn/data/number.h"

static uint64_t hash_of(const char *text, int64_t n)
{
    uint64_t h = 14695981039346656037u;
    for (int64_t i = 0; i < n; i++) {
        h = (h ^ (unsigned char)text[i]) * 1099511628211u;
    }
    return h ^ (h >> 32);
}

const char *nn__categories_text(const nn__categories *c, int64_t i)
{
    return (const char *)c->text_memory.memory + c->list[i].at;
}

/* The slot of this text, or the free one where it belongs. There is always a free one. */
static int64_t slot_of(const nn__categories *c, uint64_t hash, const char *text, int64_t n)
{
    int64_t i = (int64_t)(hash & (uint64_t)(c->slots - 1));
    for (; c->slot[i] != 0; i = (i + 1) & (c->slots - 1)) {
        const nn__category *e = &c->list[c->slot[i] - 1];
        if (e->hash == hash && e->n == n &&
            memcmp(nn__categories_text(c, c->slot[i] - 1), text, (size_t)n) == 0) {
            break;
        }
    }
    return i;
}

int64_t nn__categories_find(const nn__categories *c, const char *text, int64_t n)
{
    return c->slots > 0 ? c->slot[slot_of(c, hash_of(text, n), text, n)] - 1 : -1;
}

/* Twice the slots, at most half of them taken. */
static bool more_slots(nn__categories *c, ag_graph *g)
{
    int64_t slots = c->slots > 0 ? c->slots * 2 : 16;
    nn__scratch memory = {NULL, NULL, 0};
    int64_t *slot = nn__scratch_get(&memory, g, slots, sizeof *slot);
    if (slot == NULL) {
        return false;
    }
    nn__scratch_free(&c->slot_memory);
    c->slot_memory = memory;
    c->slot = slot;
    c->slots = slots;
    for (int64_t i = 0; i < c->n; i++) {
        slot[slot_of(c, c->list[i].hash, nn__categories_text(c, i), c->list[i].n)] = i + 1;
    }
    return true;
}

int64_t nn__categories_add(nn__categories *c, ag_graph *g, const char *text, int64_t n)
{
    if (c->slots <= c->n * 2 && !more_slots(c, g)) {
        return -1;
    }
    uint64_t hash = hash_of(text, n);
    int64_t slot = slot_of(c, hash, text, n);
    if (c->slot[slot] != 0) {
        return c->slot[slot] - 1;
    }
    char *texts = nn__scratch_grow(&c->text_memory, g, c->used + n + 1, 1);
    nn__category *list =
        texts != NULL ? nn__scratch_grow(&c->list_memory, g, c->n + 1, sizeof *list) : NULL;
    if (list == NULL) {
        return -1;
    }
    memcpy(texts + c->used, text, (size_t)n);
    texts[c->used + n] = '\0';
    c->list = list;
    list[c->n] = (nn__category){c->used, n, hash};
    c->used += n + 1;
    c->slot[slot] = ++c->n;
    return c->n - 1;
}

void nn__categories_free(nn__categories *c)
{
    nn__scratch_free(&c->list_memory);
    nn__scratch_free(&c->text_memory);
    nn__scratch_free(&c->slot_memory);
    *c = (nn__categories){.n = 0};
}

/* --- their order ------------------------------------------------------------------------------ */

typedef struct entry {
    const char *text;
    double number;
    int64_t category;
} entry;

static int by_text(const void *a, const void *b)
{
    return strcmp(((const entry *)a)->text, ((const entry *)b)->text);
}

static int by_number(const void *a, const void *b)
{
    const entry *x = a, *y = b;
    if (x->number != y->number) {
        return x->number < y->number ? -1 : 1;
    }
    return x->category < y->category ? -1 : x->category > y->category; /* the first met is first */
}

int64_t nn__categories_sort(const nn__categories *c, ag_graph *g, const bool *in_use, bool merge,
                            int64_t *place, int64_t *first)
{
    nn__scratch memory = {NULL, NULL, 0};
    entry *list = nn__scratch_get(&memory, g, c->n, sizeof *list);
    if (list == NULL) {
        return -1;
    }
    bool numbers = true;
    int64_t n = 0, places = 0;
    for (int64_t i = 0; i < c->n; i++) {
        place[i] = -1;
        if (in_use[i]) {
            entry e = {nn__categories_text(c, i), 0, i};
            const char *end = e.text + c->list[i].n;
            numbers &= nn__number_read(e.text, end, '.', &e.number) == end;
            list[n++] = e;
        }
    }
    qsort(list, (size_t)n, sizeof *list, numbers ? by_number : by_text);
    for (int64_t i = 0; i < n; i++) {
        bool same = i > 0 && numbers && merge && list[i].number == list[i - 1].number;
        if (!same) {
            first[places++] = list[i].category;
        }
        place[list[i].category] = places - 1;
    }
    nn__scratch_free(&memory);
    return places;
}
