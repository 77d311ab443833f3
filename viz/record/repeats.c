/* Equal modules, one after the other: as many operations, each with the same shapes, parameters and
 * operands relative to its module. Nothing reads them but they themselves, the next one, and, of
 * the last one, what follows. The first then stands for all. Must not know where modules begin and
 * end.
 */
#include "modules.h"

#include <string.h>

#define LEAST 3 /* so many are drawn as one */

/* A comparison of one module with the next. */
typedef struct comparison {
    const viz__drawn *d;
    viz__record *r;
    const viz__module *a, *b, *before; /* before: the equal one before a; NULL if a is the first */
    uint32_t *partner, *stamp; /* by step: what it was compared with, in comparison number stamp */
    uint32_t number;
} comparison;

static bool covers(const viz__module *m, size_t step)
{
    return step >= m->first && step < m->end;
}

/* Is this a parameter of a module that is older than it? */
static bool is_own_leaf(const viz__drawn *d, const viz__module *m, size_t step)
{
    uint32_t of = d->of[step], number = (uint32_t)(m - d->module);
    return !covers(m, step) && of != VIZ__OUTSIDE && of >= number && of < number + m->within;
}

static bool same_text(const comparison *c, size_t a, size_t b)
{
    const char *text = viz__text(&c->d->text);
    return strcmp(text + a, text + b) == 0;
}

/* Is a step compared with the same one whenever it is met? */
static bool pair(comparison *c, size_t step, size_t with)
{
    if (c->stamp[step] != c->number) {
        c->stamp[step] = c->number;
        c->partner[step] = (uint32_t)with;
    }
    return c->partner[step] == with;
}

static bool same_attributes(comparison *c, size_t a, size_t b)
{
    viz__out *text = &c->r->scratch;
    viz__cut(text, 0);
    viz__attributes(text, c->r, a);
    size_t n = text->used;
    viz__attributes(text, c->r, b);
    bool same = text->used == 2 * n && memcmp(viz__text(text), viz__text(text) + n, n) == 0;
    viz__cut(text, 0);
    return same;
}

/* The same operation on the same shapes; or the same kind of leaf, and of constants that are one
 * number the same number. */
static bool same_node(comparison *c, size_t a, size_t b)
{
    viz__record *r = c->r;
    const viz__fact *x = &r->fact[a], *y = &r->fact[b];
    bool leaf = x->op == NULL;
    if (leaf != (y->op == NULL) || x->role != y->role || x->bytes != y->bytes ||
        !viz__same_shape(r, a, b) || r->flags[a] != r->flags[b] ||
        c->d->of[a] - (uint32_t)(c->a - c->d->module) !=
            c->d->of[b] - (uint32_t)(c->b - c->d->module)) {
        return false;
    }
    if (leaf) {
        return x->role != AG_CONSTANT || x->size != 1 || x->value == y->value;
    }
    return strcmp(x->op, y->op) == 0 && same_attributes(c, a, b);
}

static size_t uses(const viz__record *r, size_t step)
{
    return r->first_use[step + 1] - r->first_use[step];
}

/* Two operands: at the same place in their modules; the parameters of these; from the modules
 * before; or one and the same. */
static bool same_operand(comparison *c, size_t a, size_t b)
{
    if (covers(c->a, a) || covers(c->b, b)) {
        return covers(c->a, a) && covers(c->b, b) && a - c->a->first == b - c->b->first;
    }
    if (is_own_leaf(c->d, c->a, a) || is_own_leaf(c->d, c->b, b)) {
        return is_own_leaf(c->d, c->a, a) && is_own_leaf(c->d, c->b, b) && same_node(c, a, b) &&
               uses(c->r, a) == uses(c->r, b) && pair(c, b, a);
    }
    if (!covers(c->a, b)) {
        return a == b;
    }
    if (c->before == NULL) {
        return pair(c, b, a);
    }
    return covers(c->before, a) && a - c->before->first == b - c->a->first;
}

static bool same_operands(comparison *c, size_t a, size_t b)
{
    const viz__record *r = c->r;
    size_t i = r->first_edge[a], k = r->first_edge[b], n = r->first_edge[a + 1] - i;
    bool same = r->first_edge[b + 1] - k == n;
    for (size_t e = 0; e < n && same; e++) {
        const viz__edge *x = &r->edge[i + e], *y = &r->edge[k + e];
        bool enters = c->before == NULL && covers(c->a, y->from); /* the first module */
        same = (enters || x->flows == y->flows) && same_operand(c, x->from, y->from);
    }
    return same;
}

/* Does nothing read the module a but it itself and b? */
static bool leads_on(const comparison *c)
{
    const viz__record *r = c->r;
    size_t k = r->first_use[c->a->first], end = r->first_use[c->a->end];
    while (k < end && (covers(c->a, r->use[k].consumer) || covers(c->b, r->use[k].consumer))) {
        k++;
    }
    return k == end;
}

static bool same_modules(const comparison *c)
{
    bool same = c->a->within == c->b->within && c->a->end - c->a->first == c->b->end - c->b->first;
    for (uint32_t i = 0; i < c->a->within && same; i++) {
        const viz__module *x = c->a + i, *y = c->b + i;
        same = same_text(c, x->kind, y->kind) && x->first - c->a->first == y->first - c->b->first &&
               x->end - c->a->first == y->end - c->b->first;
    }
    return same;
}

static bool is_equal(comparison *c)
{
    uint32_t n = c->a->end - c->a->first;
    bool equal = same_modules(c) && !covers(c->b, viz__root(c->r)) && leads_on(c);
    c->number++;
    for (uint32_t i = 0; i < n && equal; i++) {
        size_t a = c->a->first + i, b = c->b->first + i;
        equal = same_node(c, a, b) && same_operands(c, a, b);
    }
    return equal;
}

/* --- one stands for all ----------------------------------------------------------------------- */

/* Lets the nodes of module a stand for those of b, and a's parameters for those of b. */
static void replace(viz__drawn *d, const viz__record *r, const viz__module *a, viz__module *b)
{
    for (uint32_t i = 0; i < b->end - b->first; i++) {
        size_t x = a->first + i, y = b->first + i;
        d->same[y] = (uint32_t)x;
        for (size_t e = 0; e < r->first_edge[y + 1] - r->first_edge[y]; e++) {
            size_t from = r->edge[r->first_edge[y] + e].from;
            if (is_own_leaf(d, b, from)) {
                d->same[from] = r->edge[r->first_edge[x] + e].from;
            }
        }
    }
    for (uint32_t i = 0; i < b->within; i++) {
        b[i].hidden = true;
    }
}

/* The module after m within the same one; NULL if there is none, or there are nodes between. */
static viz__module *following(const viz__drawn *d, viz__module *m)
{
    viz__module *next = m + m->within;
    bool is = next < d->module + d->modules && next->parent == m->parent && next->first == m->end;
    return is ? next : NULL;
}

static void repeat_from(comparison *c, viz__drawn *d, viz__module *first)
{
    uint32_t copies = 1;
    viz__module *last = first, *next = following(d, first);
    c->before = NULL;
    for (; next != NULL; next = following(d, next)) {
        c->a = last;
        c->b = next;
        if (!is_equal(c)) {
            break;
        }
        c->before = last;
        last = next;
        copies++;
    }
    if (copies < LEAST) {
        return;
    }
    first->copies = copies;
    first->last = (uint32_t)(last - d->module);
    for (viz__module *m = first; m != last;) {
        m = following(d, m);
        replace(d, c->r, first, m);
    }
}

/* What stands for a step may itself have another that stands for it, in a module within. */
static void follow(viz__drawn *d)
{
    for (size_t i = 0; i < d->steps; i++) {
        while (d->same[i] != d->same[d->same[i]]) {
            d->same[i] = d->same[d->same[i]];
        }
    }
}

ag_status viz__modules_repeat(viz__drawn *d, viz__record *r)
{
    comparison c = {.d = d,
                    .r = r,
                    .partner = viz__array(r->graph, r->n, sizeof *c.partner),
                    .stamp = viz__array(r->graph, r->n, sizeof *c.stamp)};
    ag_status status = c.partner != NULL && c.stamp != NULL ? AG_OK : AG_ERR_MEMORY;
    for (uint32_t i = 0; i < d->modules && status == AG_OK; i++) {
        if (d->module[i].hidden) {
            i += d->module[i].within - 1;
        } else {
            repeat_from(&c, d, &d->module[i]);
        }
    }
    if (status == AG_OK) {
        follow(d);
    }
    viz__array_free(r->graph, c.partner, r->n, sizeof *c.partner);
    viz__array_free(r->graph, c.stamp, r->n, sizeof *c.stamp);
    return status;
}
