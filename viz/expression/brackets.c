/* Values in brackets: numbers become the elements of one constant, whatever its dimensions;
 * tensors are stacked. Must not know what is done with them.
 */
#include "syntax.h"

#include <autograd/inspect.h>

#include <string.h>

/* The shape that all children have. */
static bool common_shape(viz_program *p, const viz__syntax *s, ag_shape *shape)
{
    for (uint32_t k = 0; k < s->n; k++) {
        uint32_t child = viz__child_at(p, s, k)->node;
        const viz__value *v = viz__value_at(p, child);
        ag_shape own = v->kind == VIZ__IS_ARRAY ? v->shape : AG_SCALAR;
        if (v->kind == VIZ__IS_TENSOR) {
            own = ag_shape_of(v->tensor);
        }
        char a[AG_SHAPE_TEXT], b[AG_SHAPE_TEXT];
        if (k > 0 && !ag_shape_equal(own, *shape)) {
            return viz__complain(p, viz__syntax_at(p, child)->whole, "all rows have one length",
                                 "its shape is %s, that of the first %s", ag_shape_text(own, a),
                                 ag_shape_text(*shape, b));
        }
        *shape = own;
    }
    return true;
}

static bool all_numbers(const viz_program *p, const viz__syntax *s)
{
    for (uint32_t k = 0; k < s->n; k++) {
        viz__value_kind kind = viz__value_at(p, viz__child_at(p, s, k)->node)->kind;
        if (kind != VIZ__IS_NUMBER && kind != VIZ__IS_ARRAY) {
            return false;
        }
    }
    return true;
}

static bool no_memory(viz_program *p, const viz__syntax *s)
{
    return ag_error(p->graph) != AG_OK ? viz__complain_kept(p, s->span)
                                       : viz__complain(p, s->span, NULL, "out of memory");
}

static bool numbers(viz_program *p, uint32_t i, ag_shape inner)
{
    const viz__syntax *s = viz__syntax_at(p, i);
    viz__value *v = viz__value_at(p, i);
    size_t each = 1;
    v->kind = VIZ__IS_ARRAY;
    v->shape.ndim = inner.ndim + 1;
    v->shape.dim[0] = s->n;
    for (int d = 0; d < inner.ndim; d++) {
        v->shape.dim[d + 1] = inner.dim[d];
        each *= (size_t)inner.dim[d];
    }
    double *element = ag_graph_memory(p->graph, (s->n * each + 1) * sizeof *element);
    if (element == NULL) {
        return no_memory(p, s);
    }
    for (uint32_t k = 0; k < s->n; k++) {
        const viz__value *from = viz__value_at(p, viz__child_at(p, s, k)->node);
        memcpy(element + k * each, from->kind == VIZ__IS_NUMBER ? &from->number : from->element,
               each * sizeof *element);
    }
    v->element = element;
    return true;
}

static bool stacked(viz_program *p, uint32_t i)
{
    const viz__syntax *s = viz__syntax_at(p, i);
    ag_tensor **list = viz__array(p->graph, s->n, sizeof *list), *t = NULL;
    bool good = list != NULL;
    for (uint32_t k = 0; good && k < s->n; k++) {
        list[k] = viz__tensor(p, viz__child_at(p, s, k)->node);
        good = list[k] != NULL;
    }
    t = good ? ag_stack(list, (int)s->n, 0) : NULL;
    viz__array_free(p->graph, list, s->n, sizeof *list);
    return !p->failed && viz__keep(p, i, t);
}

bool viz__brackets(viz_program *p, uint32_t i)
{
    const viz__syntax *s = viz__syntax_at(p, i);
    ag_shape inner = AG_SCALAR;
    if (!common_shape(p, s, &inner)) {
        return false;
    }
    if (inner.ndim == AG_MAX_DIMS) {
        return viz__complain(p, s->span, "take a pair of brackets away", "more than %d dimensions",
                             AG_MAX_DIMS);
    }
    return all_numbers(p, s) ? numbers(p, i, inner) : stacked(p, i);
}
