/* The display name of each node, unique within the output: the user's own name, w#2 for the second
 * node that is called w, and v1, v2, ... for nodes without a name, in the order of steps. Long
 * names are shortened, so that the output stays readable and Graphviz can read it. Must not know
 * any value.
 *
 * A hash table of the names that are taken (FNV-1a, open addressing) makes this linear in time. Of a
 * long name no more is read than is shown.
 */
#include "record.h"

#include <string.h>

#define LONGEST 120 /* bytes of a name, including the dots that mark a shortened one */

/* While names are being given, name[] may have these instead of a place in `names`: */
#define UNNAMED SIZE_MAX
#define DUPLICATE_BIT (SIZE_MAX / 2 + 1) /* with the slot of the same name that an older node has */

typedef struct slot {
    size_t name;   /* where it begins in `names`, plus 1; 0 if the slot is free */
    size_t copies; /* how many nodes have it, or it with a # and a number */
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

/* The slot of a name, or the free slot where it belongs. */
static size_t find(const viz__record *r, const table *t, const char *name)
{
    size_t at = (size_t)hash(name) & (t->size - 1);
    while (t->slot[at].name != 0 &&
           strcmp(viz__text(&r->names) + t->slot[at].name - 1, name) != 0) {
        at = (at + 1) & (t->size - 1);
    }
    return at;
}

/* Makes the text after `start` a name, and returns true; if that name is taken, removes the text
 * and returns false. *at is its slot. */
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

/* Shortens the text after `start`, which is UTF-8, between two characters. */
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
            viz__clean_most(&r->names, given, r->options->ascii, LONGEST);
            shorten(r, start);
            r->name[i] = take(r, t, start, &at) ? start : DUPLICATE_BIT | at;
        }
    }
}

static void number_duplicates(viz__record *r, table *t)
{
    for (size_t i = 0; i < r->n && r->names.status == AG_OK; i++) {
        if (r->name[i] == UNNAMED || (r->name[i] & DUPLICATE_BIT) == 0) {
            continue;
        }
        slot *first = &t->slot[r->name[i] & ~DUPLICATE_BIT];
        size_t start = r->names.used, at;
        do {
            const char *base = viz__text(&r->names) + first->name - 1;
            size_t n = strlen(base);
            viz__reserve(&r->names,
                         n + 32); /* viz__print copies within `names`, which must not move */
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
        number_duplicates(r, &t);
        number_unnamed(r, &t);
    }
    viz__array_free(r->graph, t.slot, t.size, sizeof *t.slot);
    return r->names.status;
}
