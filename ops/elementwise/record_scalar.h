/* Recording a 0-d f64 node inline: a handful of stores. Private to elementwise.c, which is why this
 * may see the engine's node.h, as nothing else in this folder does.
 */
#ifndef OPS_ELEMENTWISE_RECORD_SCALAR_H
#define OPS_ELEMENTWISE_RECORD_SCALAR_H

#include "autograd/graph/node.h"

/* May the result be recorded inline? Also asks for a free node, so that nothing below can fail. */
static inline bool is_lean(const ag_tensor *x)
{
    if (x == NULL || !(x->flags & AG__LEAN)) {
        return false;
    }
    const ag_graph *g = ag__graph_from(x);
    return g->plain && g->heap->next != g->heap->end;
}

static inline bool are_lean(const ag_tensor *a, const ag_tensor *b)
{
    if (a == NULL || b == NULL || !(a->flags & b->flags & AG__LEAN)) {
        return false;
    }
    const ag_graph *g = ag__graph_from(a);
    return g == ag__graph_from(b) && g->plain && g->heap->next != g->heap->end;
}

static inline ag_tensor *push_lean(const ag_op *op, ag_tensor *a, double value, uint8_t n_in,
                                   unsigned flags)
{
    const unsigned own = AG__SCALAR | AG__LEAN | AG__PARTIALS;
    ag_graph *g = ag__graph_from(a);
    ag_tensor *t = ag__push_free(g, op);
    t->in.two[0] = a;
    t->value.f64 = value;
    ag__stamp(t, AG_F64, n_in, own | (flags & g->grad_mask));
    return t;
}

/* The inline path was refused: because the block of nodes is full, and then it can be had, or
 * because the operands are not 0-d f64. Out of line, so that the way past it needs no registers
 * saved. */
AG__COLD static bool made_room(ag_tensor *x, bool lean)
{
    ag_graph *g = x != NULL ? ag__graph_from(x) : NULL;
    return lean && g != NULL && g->plain && g->heap->next == g->heap->end &&
           ag__heap_grow(g, g->heap) != NULL;
}

AG__COLD static ag_tensor *apply_unary(const ag_op *op, ag_tensor *x,
                                       ag_tensor *(*again)(ag_tensor *))
{
    return made_room(x, x != NULL && (x->flags & AG__LEAN)) ? again(x)
                                                            : ag_apply(op, &x, 1, NULL, 0);
}

AG__COLD static ag_tensor *apply_parameter(const ag_op *op, ag_tensor *x, double c,
                                           ag_tensor *(*again)(ag_tensor *, double))
{
    return made_room(x, x != NULL && (x->flags & AG__LEAN)) ? again(x, c)
                                                            : ag_apply(op, &x, 1, &c, sizeof c);
}

AG__COLD static ag_tensor *apply_binary(const ag_op *op, ag_tensor *a, ag_tensor *b,
                                        ag_tensor *(*again)(ag_tensor *, ag_tensor *))
{
    bool lean = a != NULL && b != NULL && (a->flags & b->flags & AG__LEAN) &&
                ag__graph_from(a) == ag__graph_from(b);
    return made_room(a, lean) ? again(a, b) : ag_apply(op, (ag_tensor *[]){a, b}, 2, NULL, 0);
}

#endif
