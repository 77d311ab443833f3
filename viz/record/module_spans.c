/* Where modules begin and end. The graph knows what was recorded in each scope, such as a call of a
 * module of nn/. Of a graph that was recorded without scopes, the names of parameters tell it:
 * "encoder.1.weight" belongs to the module encoder.1, and so does what reads it, and what lies
 * between two operations of one module. Must not know what is drawn of them.
 */
#include "modules.h"

#include <string.h>

#define LONGEST 120 /* bytes of a name */
#define DEEPEST 64  /* more parts than a shortened name can have */

static size_t add_text(viz__drawn *d, const char *text, size_t n)
{
    size_t at = d->text.used;
    viz__put(&d->text, text, n);
    viz__put(&d->text, "", 1);
    return at;
}

static size_t add_cleaned(viz__drawn *d, const viz__record *r, const char *text)
{
    size_t at = d->text.used;
    viz__clean_most(&d->text, text != NULL ? text : "", r->options->ascii, LONGEST);
    viz__put(&d->text, "", 1);
    return at;
}

static ag_status add(viz__drawn *d, viz__record *r, viz__module module)
{
    if (d->modules == d->room) {
        size_t room = d->room == 0 ? 16 : 2 * d->room;
        viz__module *grown = room < VIZ__OUTSIDE ? viz__array(r->graph, room, sizeof *grown) : NULL;
        if (grown == NULL) {
            return AG_ERR_MEMORY;
        }
        if (d->modules > 0) {
            memcpy(grown, d->module, d->modules * sizeof *grown);
        }
        viz__array_free(r->graph, d->module, d->room, sizeof *grown);
        d->module = grown;
        d->room = room;
    }
    d->module[d->modules++] = module;
    return d->text.status;
}

/* --- scopes ----------------------------------------------------------------------------------- */

/* The first step whose node is not older than an id. */
static uint32_t first_step(const viz__record *r, uint32_t id)
{
    size_t low = 0, high = r->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (ag_id(viz__node(r, middle)) < id) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return (uint32_t)low;
}

/* A network that is being built makes parameters in the same scopes, but nothing of what it
 * computes is in the record. */
static bool has_operation(const viz__record *r, uint32_t first, uint32_t end)
{
    while (first < end && viz__is_leaf(r, first)) {
        first++;
    }
    return first < end;
}

static ag_status list_spans(viz__drawn *d, viz__record *r)
{
    ag_status status = AG_OK;
    for (const ag_span *s = ag_last_span(r->graph); s != NULL && status == AG_OK; s = s->before) {
        uint32_t first = first_step(r, s->first), end = first_step(r, s->end);
        if (s->name != NULL && has_operation(r, first, end)) {
            viz__module m = {.first = first, .end = end};
            m.path = add_cleaned(d, r, s->name);
            m.kind = add_cleaned(d, r, s->kind);
            status = add(d, r, m);
        }
    }
    return status;
}

/* --- names of parameters ---------------------------------------------------------------------- */

/* The first bytes of the name of a step. */
typedef struct path {
    const char *text;
    size_t n;
} path;

/* The path of the module in the name of a parameter; empty without one. */
static path path_in_name(const viz__record *r, size_t step)
{
    const char *name = viz__name(r, step), *point = strrchr(name, '.');
    bool has = r->fact[step].role == AG_PARAMETER && point != NULL;
    return (path){name, has ? (size_t)(point - name) : 0};
}

/* The bytes of the part at `at`, without the point behind it. */
static size_t part_length(path p, size_t at)
{
    const char *point = memchr(p.text + at, '.', p.n - at);
    return point != NULL ? (size_t)(point - p.text) - at : p.n - at;
}

/* How many parts of two paths are the same, and, in bytes, how long they are. */
static size_t common_parts(path a, path b, size_t *bytes)
{
    size_t parts = 0, at = 0;
    *bytes = 0;
    while (at < a.n && at < b.n) {
        size_t n = part_length(a, at);
        if (n != part_length(b, at) || memcmp(a.text + at, b.text + at, n) != 0) {
            break;
        }
        parts++;
        *bytes = at + n;
        at += n + 1;
    }
    return parts;
}

/* The modules that are open where steps are read one after the other. */
typedef struct reader {
    viz__drawn *d;
    viz__record *r;
    path open;
    uint32_t first[DEEPEST]; /* of each part of `open` */
    size_t parts;
    uint32_t end; /* behind the last operation */
    ag_status status;
} reader;

/* Ends all but the first modules, the outer ones before those in them. */
static void end_modules(reader *w, size_t left)
{
    size_t at = 0;
    for (size_t k = 0; k < w->parts; k++) {
        size_t n = part_length(w->open, at);
        if (k >= left && w->status == AG_OK) {
            viz__module m = {.first = w->first[k], .end = w->end};
            m.path = add_text(w->d, w->open.text + at, n);
            m.kind = add_text(w->d, "", 0);
            w->status = add(w->d, w->r, m);
        }
        at += n + 1;
    }
    w->parts = left;
}

static void read_operation(reader *w, uint32_t step, path p)
{
    size_t bytes, common = common_parts(w->open, p, &bytes);
    end_modules(w, common);
    w->open = p;
    for (size_t at = common > 0 ? bytes + 1 : 0; at < p.n && w->parts < DEEPEST;
         at += part_length(p, at) + 1) {
        w->first[w->parts++] = step;
    }
    w->end = step + 1;
}

/* Where there is a path for a step, which is that of a parameter: the step of this parameter. What
 * is made of parameters alone counts as one. `derived` marks these. */
static void find_labels(const viz__record *r, uint32_t *label, bool *derived)
{
    for (size_t i = 0; i < r->n; i++) {
        bool own = path_in_name(r, i).n > 0;
        label[i] = own ? (uint32_t)i : VIZ__OUTSIDE;
        derived[i] = own || !viz__is_leaf(r, i);
        for (size_t e = r->first_edge[i]; e < r->first_edge[i + 1]; e++) {
            uint32_t from = r->edge[e].from;
            if (derived[from] && label[i] == VIZ__OUTSIDE) {
                label[i] = label[from];
            }
            derived[i] = derived[i] && derived[from];
        }
    }
}

static void read_names(reader *w, const uint32_t *label)
{
    const viz__record *r = w->r;
    path before = {"", 0}, after = {"", 0};
    size_t next = 0; /* the first operation with a label that is not before i, or the end */
    for (size_t i = 0; i < r->n && w->status == AG_OK; i++) {
        if (viz__is_leaf(r, i)) {
            continue;
        }
        for (; next < r->n && (next < i || viz__is_leaf(r, next) || label[next] == VIZ__OUTSIDE);) {
            next++;
        }
        after = next < r->n ? path_in_name(r, label[next]) : (path){"", 0};
        path p = after;
        if (next != i) {
            (void)common_parts(before, after, &p.n);
        } else {
            before = after;
        }
        read_operation(w, (uint32_t)i, p);
    }
    end_modules(w, 0);
}

static ag_status list_names(viz__drawn *d, viz__record *r)
{
    reader w = {.d = d, .r = r, .open = {"", 0}};
    uint32_t *label = viz__array(r->graph, r->n, sizeof *label);
    bool *derived = viz__array(r->graph, r->n, sizeof *derived);
    if (label != NULL && derived != NULL) {
        find_labels(r, label, derived);
        read_names(&w, label);
    } else {
        w.status = AG_ERR_MEMORY;
    }
    viz__array_free(r->graph, label, r->n, sizeof *label);
    viz__array_free(r->graph, derived, r->n, sizeof *derived);
    return w.status;
}

ag_status viz__modules_list(viz__drawn *d, viz__record *r)
{
    ag_status status = list_spans(d, r);
    return status == AG_OK && d->modules == 0 ? list_names(d, r) : status;
}
