/* One display name per node, unique within the output: the user's own first, w#2 for the second
 * node that is called w, and v1, v2, ... for the unnamed, in step order. Knows nothing of
 * values. A long name is cut, so that the outputs stay readable and Graphviz takes them.
 *
 * All in linear time, through a hash table of the names given so far (FNV-1a, open addressing).
 */
#include "internal.h"

#include <string.h>

#define LONGEST 120 /* bytes of a name, with the dots where it was cut */
#define UNNAMED SIZE_MAX
#define DOUBLE_BIT (SIZE_MAX / 2 + 1) /* in name[]: slot of the name that was there first */

typedef struct slot {
    size_t name; /* offset + 1; 0: free */
    size_t copies;
} slot;

typedef struct table {
    slot *slot;
    size_t size; /* a power of two, at least twice the number of names */
} table;

static uint64_t hash(const char *text)
{
    uint64_t h = 14695981039346656037u;
    for (; *text != '\0'; text++) {
        h = (h ^ (unsigned char)*text) * 1099511628211u;
    }
    return h ^ h >> 32;
}

/* The slot of a name, or the free one where it belongs. */
static size_t find(const viz__record *r, const table *t, const char *name)
{
    size_t at = (size_t)hash(name) & (t->size - 1);
    while (t->slot[at].name != 0 &&
           strcmp(viz__text(&r->names) + t->slot[at].name - 1, name) != 0) {
        at = (at + 1) & (t->size - 1);
    }
    return at;
}

/* Keeps the text after `start` as a name unless it is taken. */
static bool take(viz__record *r, table *t, size_t start, size_t *at)
{
    *at = find(r, t, viz__text(&r->names) + start);
    if (t->slot[*at].name != 0) {
        viz__cut(&r->names, start);
        return false;
    }
    t->slot[*at] = (slot){.name = start + 1, .copies = 1};
    viz__put(&r->names, "", 1);
    return true;
}

/* Cuts the text after `start`, which is UTF-8, between two characters. */
static void shorten(viz__record *r, size_t start)
{
    const char *dots = viz__signs_of(r)->dots;
    if (r->names.used - start <= LONGEST) {
        return;
    }
    size_t end = start + LONGEST - strlen(dots);
    while (end > start && ((unsigned char)viz__text(&r->names)[end] & 0xC0) == 0x80) {
        end--;
    }
    viz__cut(&r->names, end);
    viz__puts(&r->names, dots);
}

static void take_given(viz__record *r, table *t)
{
    for (size_t i = 0; i < r->n && r->names.status == AG_OK; i++) {
        const char *given = ag_name_of(viz__node(r, i));
        size_t start = r->names.used, at;
        r->name[i] = UNNAMED;
        if (given != NULL && given[0] != '\0') {
            viz__clean(&r->names, given, r->options->ascii);
            shorten(r, start);
            r->name[i] = take(r, t, start, &at) ? start : DOUBLE_BIT | at;
        }
    }
}

static void number_doubles(viz__record *r, table *t)
{
    for (size_t i = 0; i < r->n && r->names.status == AG_OK; i++) {
        if (r->name[i] == UNNAMED || (r->name[i] & DOUBLE_BIT) == 0) {
            continue;
        }
        slot *first = &t->slot[r->name[i] & ~DOUBLE_BIT];
        size_t start = r->names.used, at;
        do {
            const char *base = viz__text(&r->names) + first->name - 1;
            size_t n = strlen(base);
            viz__reserve(&r->names, n + 32); /* so that base does not move */
            viz__print(&r->names, "%s#%zu", viz__text(&r->names) + first->name - 1,
                       ++first->copies);
        } while (r->names.status == AG_OK && !take(r, t, start, &at));
        r->name[i] = start;
    }
}

static void number_unnamed(viz__record *r, table *t)
{
    size_t number = 0, at;
    for (size_t i = 0; i < r->n && r->names.status == AG_OK; i++) {
        if (r->name[i] != UNNAMED) {
            continue;
        }
        size_t start = r->names.used;
        do {
            viz__print(&r->names, "v%zu", ++number);
        } while (r->names.status == AG_OK && !take(r, t, start, &at));
        r->name[i] = start;
    }
}

ag_status viz__names_new(viz__record *r)
{
    table t = {.size = 4};
    while (t.size < SIZE_MAX / 4 && t.size < 2 * r->n) {
        t.size *= 2;
    }
    t.slot = viz__array(r->graph, t.size, sizeof *t.slot);
    r->name = viz__array(r->graph, r->n, sizeof *r->name);
    if (t.slot == NULL || r->name == NULL) {
        r->names.status = AG_ERR_MEMORY;
    } else {
        take_given(r, &t);
        number_doubles(r, &t);
        number_unnamed(r, &t);
    }
    viz__array_free(r->graph, t.slot, t.size, sizeof *t.slot);
    return r->names.status;
}
