/* Why a tensor has no gradient: the call that cuts the path from a variable to it, such as an argmax
 * or a comparison. It is sought only for a message, so recording costs nothing for it. Knows
 * operations only through their descriptors.
 */
#include <string.h>

#include "no_gradient.h"

#include "autograd/graph/call.h"
#include "autograd/graph/error.h"

/* What is known of the nodes from the oldest to the root, by id. */
typedef struct search {
    const ag_graph *graph;
    const ag_tensor *from;
    uint8_t *depends; /* on `from`, or on any leaf that needs a gradient */
    uint8_t *reached; /* from the root, through operands */
} search;

/* Operands are older, so one loop from the oldest node is enough. */
static void mark_dependent(search *s, uint32_t end)
{
    for (uint32_t id = 0; id < end; id++) {
        const ag_tensor *t = ag__node(&s->graph->main, id);
        bool leaf = (t->flags & AG__LEAF) && (t->flags & AG__NEEDS);
        s->depends[id] = s->from != NULL ? t == s->from : leaf;
        for (int i = 0, n = ag__origin_of(t)->op != NULL ? ag__n_in(t) : 0;
             i < n && !s->depends[id]; i++) {
            s->depends[id] = s->depends[ag__origin_of(ag__in(t, i))->id];
        }
    }
}

/* Does an operand of t have a gradient that t does not hand on? */
static bool cuts(const search *s, const ag_tensor *t)
{
    bool cut = false;
    for (int i = 0, n = ag__origin_of(t)->op != NULL && !(t->flags & AG__NEEDS) ? ag__n_in(t) : 0;
         i < n; i++) {
        const ag_tensor *in = ag__in(t, i);
        cut = cut || (s->depends[ag__origin_of(in)->id] && (in->flags & AG__NEEDS));
    }
    return cut;
}

/* The newest node on a path from the roots that cuts it; NULL if there is none. */
static const ag_tensor *newest_cut(search *s, uint32_t end)
{
    for (uint32_t id = end; id-- > 0;) {
        const ag_tensor *t = ag__node(&s->graph->main, id);
        if (s->reached[id] && cuts(s, t)) {
            return t;
        }
        for (int i = 0, n = s->reached[id] && ag__origin_of(t)->op != NULL ? ag__n_in(t) : 0; i < n;
             i++) {
            s->reached[ag__origin_of(ag__in(t, i))->id] = 1;
        }
    }
    return NULL;
}

static const ag_tensor *find_cut(ag_tensor *const *roots, int n_roots, const ag_tensor *from)
{
    ag_graph *g = ag__graph_from(roots[0]);
    uint32_t end = 0;
    for (int i = 0; i < n_roots; i++) {
        if (roots[i]->flags & AG__TEMPORARY) {
            return NULL; /* it has no place among these nodes */
        }
        end = ag__origin_of(roots[i])->id >= end ? ag__origin_of(roots[i])->id + 1 : end;
    }
    search s = {.graph = g, .from = from, .depends = ag__memory_get(&g->memory, 2 * (size_t)end)};
    if (s.depends == NULL) {
        return NULL; /* the message is then about the roots alone */
    }
    memset(s.depends, 0, 2 * (size_t)end);
    s.reached = s.depends + end;
    for (int i = 0; i < n_roots; i++) {
        s.reached[ag__origin_of(roots[i])->id] = 1;
    }
    mark_dependent(&s, end);
    const ag_tensor *cut = newest_cut(&s, end);
    ag__memory_put(&g->memory, s.depends, 2 * (size_t)end);
    return cut;
}

void ag__fail_no_path(ag_tensor *const *roots, int n_roots, const ag_tensor *from)
{
    ag_graph *g = ag__graph_from(roots[0]);
    const ag_tensor *t = find_cut(roots, n_roots, from);
    if (t == NULL) {
        ag__fail_more(g, from != NULL ? "nothing depends on it"
                                      : "it depends on no variable or parameter");
        return;
    }
    ag__fail_more(g, "%s", ag__origin_of(t)->op->name);
    if (ag_name_of(t) != NULL) {
        ag__fail_more(g, " \"%.40s\"", ag_name_of(t));
    }
    if (ag__origin_of(t)->where != NULL) {
        ag__fail_more(g, ", called at %s,", ag__origin_of(t)->where);
    }
    const char *why = ag__origin_of(t)->op->flags & AG_OP_NO_GRADIENT ? "hands no gradient on"
                      : t->dtype == AG_I64 ? "gives i64, which has no gradient"
                                           : "was recorded in a no-grad scope";
    ag__fail_more(g, " %s", why);
}
