/* The modules of a record as a tree, and how deep a figure goes into it. Must not know where modules
 * begin and end, nor when they are equal.
 */
#include "modules.h"

#include <stdlib.h>
#include <string.h>

#define LONGEST 120 /* bytes of a path */

/* --- the tree --------------------------------------------------------------------------------- */

/* Lists have the outer one of two with the same steps first, so `parent`, which is not known yet,
 * keeps the place in the list. */
static int compare(const void *a, const void *b)
{
    const viz__module *x = a, *y = b;
    if (x->first != y->first) {
        return x->first < y->first ? -1 : 1;
    }
    if (x->end != y->end) {
        return x->end > y->end ? -1 : 1;
    }
    return x->parent < y->parent ? -1 : x->parent > y->parent;
}

/* Puts the path of the module around it before the name of a module. */
static void lengthen_path(viz__drawn *d, viz__record *r, viz__module *m, const viz__module *around)
{
    const char *outer = viz__text(&d->text) + around->path, *name = viz__text(&d->text) + m->path;
    bool fits = strlen(outer) + strlen(name) < LONGEST;
    viz__cut(&r->scratch, 0);
    viz__print(&r->scratch, "%s.%s", fits ? outer : viz__signs_of(r)->dots, name);
    m->path = d->text.used;
    viz__puts(&d->text, viz__text(&r->scratch));
    viz__put(&d->text, "", 1);
    viz__cut(&r->scratch, 0);
}

/* One that has the same steps as the module around it is that module, under its own name. */
static void make_tree(viz__drawn *d, viz__record *r)
{
    uint32_t around = VIZ__OUTSIDE, n = 0;
    for (uint32_t i = 0; i < d->modules; i++) {
        d->module[i].parent = i;
    }
    if (d->modules > 0) {
        qsort(d->module, d->modules, sizeof *d->module, compare);
    }
    for (uint32_t i = 0; i < d->modules; i++) {
        viz__module m = d->module[i];
        while (around != VIZ__OUTSIDE && d->module[around].end <= m.first) {
            around = d->module[around].parent;
        }
        if (around != VIZ__OUTSIDE) {
            lengthen_path(d, r, &m, &d->module[around]);
        }
        if (around != VIZ__OUTSIDE && d->module[around].first == m.first &&
            d->module[around].end == m.end) {
            d->module[around].path = m.path;
            d->module[around].kind = m.kind;
            continue;
        }
        m.parent = around;
        m.depth = around != VIZ__OUTSIDE ? d->module[around].depth + 1 : 1;
        m.copies = m.within = 1;
        m.last = around = n;
        d->module[n++] = m;
    }
    d->modules = n;
    for (uint32_t i = n; i-- > 0;) {
        if (d->module[i].parent != VIZ__OUTSIDE) {
            d->module[d->module[i].parent].within += d->module[i].within;
        }
    }
}

/* --- what belongs to which module ------------------------------------------------------------- */

static void find_members(viz__drawn *d)
{
    uint32_t next = 0, around = VIZ__OUTSIDE;
    for (uint32_t i = 0; i < d->steps; i++) {
        while (around != VIZ__OUTSIDE && d->module[around].end <= i) {
            around = d->module[around].parent;
        }
        while (next < d->modules && d->module[next].first == i) {
            around = next++;
        }
        d->of[i] = around;
        d->same[i] = i;
    }
}

/* The innermost module around two; of these, each may be VIZ__OUTSIDE. */
static uint32_t common_module(const viz__drawn *d, uint32_t a, uint32_t b)
{
    while (a != b && a != VIZ__OUTSIDE && b != VIZ__OUTSIDE) {
        uint32_t *deeper = d->module[a].depth >= d->module[b].depth ? &a : &b;
        *deeper = d->module[*deeper].parent;
    }
    return a == b ? a : VIZ__OUTSIDE;
}

static bool lies_in(const viz__drawn *d, uint32_t module, uint32_t around)
{
    return around == VIZ__OUTSIDE ||
           (module >= around && module < around + d->module[around].within);
}

/* A parameter, or another leaf with a path in its name, comes to what reads it. */
static void move_leaves(viz__drawn *d, const viz__record *r)
{
    for (size_t i = 0; i < r->n; i++) {
        bool named = r->fact[i].role == AG_PARAMETER || strchr(viz__name(r, i), '.') != NULL;
        size_t k = r->first_use[i], end = r->first_use[i + 1];
        if (!viz__is_leaf(r, i) || !named || k == end) {
            continue;
        }
        uint32_t m = d->of[r->use[k].consumer];
        for (; k < end; k++) {
            m = common_module(d, m, d->of[r->use[k].consumer]);
        }
        if (m != VIZ__OUTSIDE && lies_in(d, m, d->of[i])) {
            d->of[i] = m;
        }
    }
}

/* Counts what is in each module and in those within it. */
static void count_members(viz__drawn *d, const viz__record *r)
{
    for (size_t i = 0; i < r->n; i++) {
        if (d->of[i] != VIZ__OUTSIDE && viz__is_shown(r, i)) {
            viz__module *m = &d->module[d->of[i]];
            m->nodes++;
            m->parameters += r->fact[i].role == AG_PARAMETER ? r->fact[i].size : 0;
        }
    }
    for (size_t i = d->modules; i-- > 0;) {
        const viz__module *m = &d->module[i];
        if (m->parent != VIZ__OUTSIDE) {
            d->module[m->parent].nodes += m->nodes;
            d->module[m->parent].parameters += m->parameters;
        }
    }
}

/* --- depth ------------------------------------------------------------------------------------ */

static void set_looks(viz__drawn *d)
{
    for (uint32_t i = 0; i < d->modules; i++) {
        viz__module *m = &d->module[i];
        bool inner = m->parent != VIZ__OUTSIDE;
        m->box = inner ? d->module[m->parent].box : VIZ__OUTSIDE;
        m->frame = inner ? d->module[m->parent].frame : VIZ__OUTSIDE;
        m->box = m->depth == d->depth ? i : m->box;
        m->frame = m->depth < d->depth ? i : m->frame;
    }
}

/* Goes as deep as options.depth says and as there is room; if there is none, there are no modules
 * in the figure. */
static ag_status choose_depth(viz__drawn *d, viz__record *r)
{
    uint32_t deepest = 0;
    for (uint32_t i = 0; i < d->modules; i++) {
        deepest = d->module[i].depth > deepest ? d->module[i].depth : deepest;
    }
    /* By depth: the nodes that are in modules of this depth, and the modules. */
    size_t *nodes = viz__array(r->graph, deepest + 2, sizeof *nodes);
    size_t *boxes = viz__array(r->graph, deepest + 2, sizeof *boxes);
    ag_status status = nodes != NULL && boxes != NULL ? AG_OK : AG_ERR_MEMORY;
    for (size_t i = 0; i < r->n && status == AG_OK; i++) {
        bool drawn = viz__is_shown(r, i) && d->same[i] == i;
        nodes[d->of[i] != VIZ__OUTSIDE ? d->module[d->of[i]].depth : 0] += drawn;
    }
    for (uint32_t i = 0; i < d->modules && status == AG_OK; i++) {
        boxes[d->module[i].depth] += !d->module[i].hidden;
    }
    if (status == AG_OK) {
        size_t wanted = r->options->depth, all = 0;
        uint32_t most = wanted > 0 && wanted <= deepest ? (uint32_t)wanted : deepest + 1;
        for (uint32_t k = 1; k <= most; k++) {
            all += nodes[k - 1];
            d->depth = all + boxes[k] <= viz__fold_above(r) ? k : d->depth;
        }
        d->cut = d->depth > 0 && d->depth < most;
    }
    viz__array_free(r->graph, nodes, deepest + 2, sizeof *nodes);
    viz__array_free(r->graph, boxes, deepest + 2, sizeof *boxes);
    return status;
}

/* --- all of it -------------------------------------------------------------------------------- */

static ag_status find_modules(viz__drawn *d, viz__record *r)
{
    ag_status status = viz__modules_list(d, r);
    if (status != AG_OK || d->modules == 0) {
        return status;
    }
    d->steps = r->n;
    d->of = viz__array(r->graph, r->n, sizeof *d->of);
    d->same = viz__array(r->graph, r->n, sizeof *d->same);
    if (d->of == NULL || d->same == NULL) {
        return AG_ERR_MEMORY;
    }
    make_tree(d, r);
    find_members(d);
    move_leaves(d, r);
    count_members(d, r);
    if (!r->options->every_module) {
        status = viz__modules_repeat(d, r);
    }
    status = status == AG_OK ? choose_depth(d, r) : status;
    if (d->depth > 0) {
        set_looks(d);
    } else {
        d->modules = 0;
    }
    return status == AG_OK ? d->text.status : status;
}

ag_status viz__drawn_new(viz__drawn *d, viz__record *r)
{
    *d = (viz__drawn){.text = viz__to_text(r->graph)};
    ag_status status = AG_OK;
    if (r->options->style == VIZ_NN && !r->options->flat) {
        status = find_modules(d, r);
    }
    d->fold = viz__fold_mark(r, d->modules == 0);
    return status;
}

void viz__drawn_free(viz__drawn *d, viz__record *r)
{
    viz__array_free(r->graph, d->module, d->room, sizeof *d->module);
    viz__array_free(r->graph, d->of, d->steps, sizeof *d->of);
    viz__array_free(r->graph, d->same, d->steps, sizeof *d->same);
    viz__out_free(&d->text);
}

/* --- words ------------------------------------------------------------------------------------ */

void viz__module_title(viz__out *out, const viz__record *r, const viz__drawn *d, uint32_t module)
{
    const viz__module *m = &d->module[module];
    const char *text = viz__text(&d->text), *kind = text + m->kind;
    viz__puts(out, text + m->path);
    if (m->copies > 1) {
        const char *last = text + d->module[m->last].path, *point = strrchr(last, '.');
        viz__print(out, " %s %s", viz__signs_of(r)->dots, point != NULL ? point + 1 : last);
    }
    if (*kind != '\0') {
        viz__print(out, " (%s)", kind);
    }
    if (m->copies > 1) {
        viz__print(out, " %s%zu", viz__signs_of(r)->times, (size_t)m->copies);
    }
}

void viz__module_size(viz__out *out, const viz__drawn *d, uint32_t module)
{
    const viz__module *m = &d->module[module];
    viz__print(out, m->nodes == 1 ? "%zu node" : "%zu nodes", m->nodes);
    if (m->parameters > 0) {
        viz__print(out, ", %lld parameters", (long long)m->parameters);
    }
}
