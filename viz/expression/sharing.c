/* Equal subexpressions: each piece of syntax is the same as the first that has the same operation,
 * arguments and operands, so that it is computed once. Those with random numbers are never the same.
 * Must not know values.
 *
 * Source: value numbering by a hash table, Cocke and Schwartz 1970.
 */
#include "syntax.h"

#include <string.h>

static uint32_t mix(uint32_t hash, const void *bytes, size_t n)
{
    const unsigned char *b = bytes;
    for (size_t i = 0; i < n; i++) {
        hash = (hash ^ b[i]) * 16777619u; /* FNV-1a */
    }
    return hash;
}

static bool has_text(const viz__syntax *s)
{
    return s->kind == VIZ__TEXT_LITERAL || s->kind == VIZ__PART || s->as_word;
}

static uint32_t same_of(const viz_program *p, uint32_t node)
{
    return node == VIZ__NONE ? node : viz__syntax_at(p, node)->same;
}

static uint32_t hash_of(const viz_program *p, const viz__syntax *s)
{
    uint32_t hash = 2166136261u, part[] = {(uint32_t)s->kind, (uint32_t)s->sign, s->target, s->n};
    hash = mix(hash, part, sizeof part);
    hash = mix(hash, &s->number, sizeof s->number);
    hash = has_text(s) ? mix(hash, p->source + s->span.at, s->span.end - s->span.at) : hash;
    for (uint32_t i = 0; i < s->n; i++) {
        uint32_t same = same_of(p, viz__child_at(p, s, i)->node);
        hash = mix(hash, &same, sizeof same);
    }
    return hash;
}

static bool equal(const viz_program *p, const viz__syntax *a, const viz__syntax *b)
{
    if (a->kind != b->kind || a->sign != b->sign || a->target != b->target || a->n != b->n ||
        memcmp(&a->number, &b->number, sizeof a->number) != 0 || a->as_word != b->as_word ||
        a->as_list != b->as_list) {
        return false;
    }
    size_t n = a->span.end - a->span.at;
    if (has_text(a) && (b->span.end - b->span.at != n ||
                        memcmp(p->source + a->span.at, p->source + b->span.at, n) != 0)) {
        return false;
    }
    for (uint32_t i = 0; i < a->n; i++) {
        const viz__child *x = viz__child_at(p, a, i), *y = viz__child_at(p, b, i);
        if (x->parameter != y->parameter || same_of(p, x->node) != same_of(p, y->node)) {
            return false;
        }
    }
    return true;
}

/* An operation that draws random numbers says so by its arguments. */
static bool is_random(const viz__syntax *s)
{
    const viz__function *f = s->kind == VIZ__CALL ? viz__function_at((int)s->target) : NULL;
    bool random = false;
    for (int k = 0; f != NULL && k < f->n; k++) {
        random = random || strcmp(f->parameter[k].name, "training") == 0 ||
                 strcmp(f->parameter[k].name, "dropout") == 0;
    }
    return random;
}

/* A name stands for its statement, unless that is a variable. */
static bool is_alias(const viz_program *p, const viz__syntax *s, uint32_t *root)
{
    if (s->kind != VIZ__NAME_USED || s->as_word) {
        return false;
    }
    const viz__symbol *symbol = VIZ__AT(viz__symbol, p->symbol, s->target);
    if (symbol->statement == VIZ__NONE || !viz__varies(p, symbol)) {
        return false;
    }
    *root = VIZ__AT(viz__statement, p->statement, symbol->statement)->root;
    return true;
}

static uint32_t find_or_enter(const viz_program *p, uint32_t *bucket, uint32_t mask, uint32_t i)
{
    const viz__syntax *s = viz__syntax_at(p, i);
    for (uint32_t at = hash_of(p, s) & mask;; at = (at + 1) & mask) {
        if (bucket[at] == 0) {
            bucket[at] = i + 1;
            return i;
        }
        if (equal(p, s, viz__syntax_at(p, bucket[at] - 1))) {
            return bucket[at] - 1;
        }
    }
}

bool viz__share(viz_program *p)
{
    uint32_t room = 64, root;
    while (room < 2 * p->syntax.n) {
        room *= 2;
    }
    uint32_t *bucket = viz__array(p->graph, room, sizeof *bucket);
    if (bucket == NULL) {
        ag_fail(p->graph, AG_ERR_MEMORY, NULL, "program: out of memory");
        return false;
    }
    for (uint32_t i = 0; i < p->syntax.n; i++) {
        viz__syntax *s = viz__syntax_at(p, i);
        if (is_alias(p, s, &root)) {
            s->same = viz__syntax_at(p, root)->same;
        } else if (p->options.separate || is_random(s)) {
            s->same = i;
        } else {
            s->same = find_or_enter(p, bucket, room - 1, i);
        }
    }
    viz__array_free(p->graph, bucket, room, sizeof *bucket);
    return true;
}
