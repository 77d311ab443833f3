/* How one call of an operation becomes a node: the operands are checked, the shape is inferred, the
 * values are computed, and the node is appended. Knows operations only through their descriptors.
 */
#include <string.h>

#include "anomaly.h"
#include "autograd/formula/formula.h"
#include "call.h"
#include "error.h"
#include "heap.h"
#include "node.h"
#include "shape_math.h"
#include "tensor.h"

/* The descriptor's own code should keep a message when it fails; where it does not, this does. */
static bool succeeded(const ag_call *call, ag_status status)
{
    if (status != AG_OK && call->graph->error == AG_OK) {
        ag_call_fail(call, AG_ERR_OP, NULL, "its own code failed: %s", ag_status_text(status));
    }
    return status == AG_OK;
}

/* Takes back the newest node, if t is that. */
static ag_tensor *drop(ag_graph *g, ag_tensor *t)
{
    if (t != NULL && g->heap->next == t + 1) {
        g->heap->next--;
    }
    return NULL;
}

/* Asks the descriptor for the dtype and shape of the result, and checks them. */
static bool inferred(ag_call *call)
{
    int64_t size;
    if (!succeeded(call, call->op->infer(call))) {
        return false;
    }
    if ((unsigned)call->dtype >= AG_DTYPE_COUNT) {
        ag_call_fail(call, AG_ERR_DTYPE, NULL, "its infer set dtype %d, which does not exist",
                     (int)call->dtype);
        return false;
    }
    return ag__call_shape(call, &size) == AG_OK;
}

/* The lowest and the highest offset of an element, counted from the element with index 0. */
static void offset_range(int ndim, const int64_t *dim, const int64_t *stride, int64_t *low,
                         int64_t *high)
{
    *low = *high = 0;
    for (int d = 0; d < ndim; d++) {
        int64_t far = (dim[d] - 1) * stride[d];
        *low += far < 0 ? far : 0;
        *high += far > 0 ? far : 0;
    }
}

/* Whether every element of a view lies in the memory of its operand. Offset and strides come from
 * the author of the operation, so none is multiplied before it is known that the product is small.
 */
static bool view_is_inside(const ag_call *call)
{
    ag_array x = ag_array_of(call->in[0]);
    int64_t least, most, low = call->offset, high = low;
    for (int d = 0; d < call->shape.ndim; d++) {
        if (call->shape.dim[d] == 0) {
            return true;
        }
    }
    offset_range(x.ndim, x.dim, x.stride, &least, &most);
    bool inside = x.size > 0 && low >= least && high <= most;
    for (int d = 0; inside && d < call->shape.ndim; d++) {
        int64_t steps = call->shape.dim[d] - 1, stride = call->stride[d];
        int64_t longest = steps > 0 ? (most - least) / steps : 0;
        if (steps > 0) {
            inside = stride <= longest && stride >= -longest;
            low += inside && stride < 0 ? steps * stride : 0;
            high += inside && stride > 0 ? steps * stride : 0;
        }
    }
    return inside && low >= least && high <= most;
}

static ag_tensor *compute(ag_call *call)
{
    ag_graph *g = call->graph;
    if (call->op->flags & AG_OP_VIEW) {
        ag_tensor *x = call->in[0];
        if (!view_is_inside(call)) {
            ag_call_fail(call, AG_ERR_OP, NULL, "its infer gave a view that leaves its operand");
            return NULL;
        }
        ag__storage *a = ag__storage_of(x);
        char *data = ag__value_data(x);
        return ag__view(g, call->dtype, call->shape, call->stride,
                        data + call->offset * (int64_t)ag_dtype_bytes(call->dtype),
                        a != NULL ? a->owner : x);
    }
    ag_tensor *t = ag__result(g, call->dtype, call->shape);
    if (t != NULL) {
        call->out = ag_array_of(t);
        ag__arena before = g->scratch.arena;
        ag_status status = call->op->forward(call);
        ag__workspace_release(g, before);
        if (!succeeded(call, status)) {
            return drop(g, t);
        }
    }
    return t;
}

/* What a node keeps besides its values. */
typedef struct kept {
    ag_tensor **list; /* of three operands or more */
    const void *attr;
} kept;

static bool keep(ag_graph *g, kept *k, ag_tensor *const *in, int n_in, const void *attr,
                 size_t attr_bytes)
{
    *k = (kept){NULL, attr_bytes == 0 ? attr : NULL};
    void *copy = NULL;
    size_t bytes = (size_t)n_in * sizeof *in;
    if (n_in >= AG__MANY && (k->list = ag__arena_get(&g->heap->arena, bytes)) != NULL) {
        memcpy(k->list, in, bytes);
    }
    if (attr_bytes > 0 && (copy = ag__arena_get(&g->heap->arena, attr_bytes)) != NULL) {
        k->attr = memcpy(copy, attr, attr_bytes);
    }
    if ((n_in >= AG__MANY && k->list == NULL) || (attr_bytes > 0 && k->attr == NULL)) {
        ag__fail_begin(g, AG_ERR_MEMORY, "out of memory: %zu bytes", bytes + attr_bytes);
        ag__fail_at(g, g->site.where);
        return false;
    }
    return true;
}

static void finish(ag_tensor *t, const ag_op *op, const kept *k, ag_tensor *const *in, int n_in)
{
    unsigned needs = 0;
    ag__origin_of(t)->op = op;
    t->u.op.attr = k->attr;
    t->n_in = (uint8_t)(n_in < AG__MANY ? n_in : AG__MANY);
    if (n_in >= AG__MANY) {
        t->in.many.list = k->list;
        t->in.many.n = (size_t)n_in;
    }
    for (int i = 0; i < n_in; i++) {
        needs |= in[i]->flags;
        if (n_in < AG__MANY) {
            t->in.two[i] = in[i];
        }
    }
    if (!(op->flags & AG_OP_NO_GRADIENT) && t->dtype != AG_I64) {
        t->flags |= (uint16_t)(needs & ag__graph_from(t)->grad_mask);
    }
}

/* What is missing in a descriptor; NULL when nothing is. */
static const char *incomplete(const ag_op *op)
{
    if (op->name == NULL || op->name[0] == '\0') {
        return "has no name";
    }
    if (op->n_in != AG_ANY_NUMBER && op->n_in < 1) {
        return "must take at least one operand";
    }
    if (op->infer == NULL) {
        return "has no infer";
    }
    return op->forward == NULL && !(op->flags & AG_OP_VIEW) ? "has no forward" : NULL;
}

/* Whether the descriptor is complete and goes with the arguments of ag_apply. */
static bool acceptable(const ag_call *call, size_t attr_bytes)
{
    const ag_op *op = call->op;
    const char *missing = incomplete(op);
    if (missing != NULL) {
        ag_call_fail(call, AG_ERR_VALUE, NULL, "the operation %s", missing);
        return false;
    }
    if (op->n_in != AG_ANY_NUMBER && op->n_in != call->n_in) {
        ag_call_fail(call, AG_ERR_VALUE, NULL, "takes %d operand%s, not %d", op->n_in,
                     op->n_in == 1 ? "" : "s", call->n_in);
        return false;
    }
    if (call->attr == NULL && attr_bytes > 0) {
        ag_call_fail(call, AG_ERR_VALUE, NULL, "%zu bytes of parameters, but attr is NULL",
                     attr_bytes);
        return false;
    }
    return true;
}

/* Keeps the message about a call without a descriptor, in the graph of the first operand. */
static void fail_without_op(ag_tensor *const *in, int n_in)
{
    static const ag_op none = {.name = "apply"};
    ag_call call = {.op = &none, .in = in, .n_in = in != NULL ? n_in : 0};
    if (ag_call_operands(&call) == AG_OK) {
        ag_call_fail(&call, AG_ERR_NULL_ARGUMENT, NULL, "the operation is NULL");
    }
}

ag_tensor *ag_apply(const ag_op *op, ag_tensor *const *in, int n_in, const void *attr,
                    size_t attr_bytes)
{
    ag_call call = {.op = op, .in = in, .n_in = n_in, .attr = attr};
    if (op == NULL) {
        fail_without_op(in, n_in);
    }
    if (op == NULL || in == NULL || ag_call_operands(&call) != AG_OK) {
        return NULL;
    }
    ag_graph *g = call.graph;
    if (!acceptable(&call, attr_bytes)) {
        return NULL;
    }
    kept k;
    if (!keep(g, &k, in, n_in, attr, attr_bytes) || !inferred(&call)) {
        return NULL;
    }
    ag_tensor *t = compute(&call);
    if (t != NULL) {
        finish(t, op, &k, in, n_in);
        if (g->anomaly && ag__check_result(g, t, op->name) != AG_OK) {
            return NULL;
        }
    }
    return t;
}

ag_tensor *(ag_apply_again)(const ag_tensor *t, ag_tensor *const *in, int n_in)
{
    if (t != NULL && ag__origin_of(t)->op == NULL) {
        ag_fail(ag_graph_of(t), AG_ERR_VALUE, NULL, "apply_again: the tensor is a leaf");
        return NULL;
    }
    return t != NULL ? ag_apply(ag__origin_of(t)->op, in, n_in, ag_attr_of(t), 0) : NULL;
}

/* --- operations that are made of others ------------------------------------------------------ */

void ag_call_enter(const ag_call *call)
{
    ag_graph *g = call->graph;
    g->composite = g->composite != NULL ? g->composite : call;
}

void ag_call_leave(const ag_call *call)
{
    ag_graph *g = call->graph;
    if (g->composite != call) {
        return;
    }
    g->composite = NULL;
    uint32_t n = ag__count(&g->main);
    if (g->anomaly && g->error == AG_OK && n > 0) {
        (void)ag__check_result(g, ag__node(&g->main, n - 1), call->op->name);
    }
}

void *ag_workspace(ag_graph *g, size_t bytes)
{
    if (g == NULL) {
        return NULL;
    }
    /* The arena aligns to a cache line only what is at least as large as one. */
    void *memory = ag__arena_get(&g->scratch.arena, bytes > AG__ALIGN ? bytes : AG__ALIGN);
    if (memory == NULL) {
        ag__fail_begin(g, AG_ERR_MEMORY, "out of memory: a workspace of %zu bytes", bytes);
    }
    return memory;
}

/* --- operations of the user ------------------------------------------------------------------- */

/* Stands for every name in a formula; NULL if the operation has no such operand. */
static const char *any_name(void *context, char symbol)
{
    const ag_op *op = context;
    bool operand = symbol >= 'A' && symbol <= 'D';
    return operand && op->n_in != AG_ANY_NUMBER && symbol - 'A' >= op->n_in ? NULL : "x";
}

static bool is_readable(const ag_op *op, const char *formula, const char *value)
{
    ag__formula_names names = {
        .name = any_name, .context = AG_UNCONST(ag_op *, op), .value = value};
    return formula == NULL || ag__formula_write(formula, &names, AG_TEXT_ASCII, NULL, 0) > 0;
}

/* A formula of the descriptor that cannot be read; NULL if all can. */
static const char *unreadable(const ag_op *op)
{
    const char *bad = is_readable(op, op->formula, op->formula) ? NULL : op->formula;
    for (int i = 0; bad == NULL && i < 3; i++) {
        const char *partial = op->partial_formula[i], *rule = op->vjp_formula[i];
        bad = is_readable(op, partial, op->formula) ? NULL : partial;
        bad = bad == NULL && !is_readable(op, rule, NULL) ? rule : bad;
    }
    return bad;
}

ag_status(ag_op_register)(ag_graph *g, const ag_op *op)
{
    if (g == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    if (op == NULL) {
        return ag_fail(g, AG_ERR_NULL_ARGUMENT, NULL, "op_register: the operation is NULL");
    }
    const char *why = incomplete(op);
    if (why != NULL || ag_op_registered(g, op->name) != NULL) {
        return ag_fail(g, AG_ERR_VALUE, NULL, "op_register: operation \"%.40s\" %s",
                       op->name != NULL ? op->name : "", why != NULL ? why : "is there already");
    }
    const char *formula = unreadable(op);
    if (formula != NULL) {
        return ag_fail(g, AG_ERR_VALUE, "its words are those of ops/README.md",
                       "op_register: operation \"%.40s\" has a formula that cannot be read: %.80s",
                       op->name, formula);
    }
    if (!ag__memory_grow(&g->memory, &g->ops, &g->ops_capacity, g->n_ops + 1, sizeof *g->ops)) {
        return ag_fail(g, AG_ERR_MEMORY, NULL, "out of memory: registering %.40s", op->name);
    }
    g->ops[g->n_ops++] = op;
    return AG_OK;
}

const ag_op *ag_op_registered(const ag_graph *g, const char *name)
{
    for (size_t i = 0; g != NULL && name != NULL && i < g->n_ops; i++) {
        if (strcmp(g->ops[i]->name, name) == 0) {
            return g->ops[i];
        }
    }
    return NULL;
}
