/* Checks and messages of operations that are made of others; see composite.h. Must not know any
 * operation.
 */
#include "composite.h"

#include "strided.h"

/* Sets only the members that checks and messages read, because both structs are large, and a
 * composite operation on 0-d tensors takes few instructions itself. */
static void begin(ag__composite *c, const char *name, ag_graph *g)
{
    c->op.name = name;
    c->op.n_in = 0;
    c->call.graph = g;
    c->call.op = &c->op;
    c->call.in = c->in;
    c->call.n_in = 0;
    c->call.attr = NULL;
    c->call.dtype = AG_F64;
    c->call.shape.ndim = 0;
}

bool ag__composite_open(ag__composite *c, const char *name, ag_tensor *const *list, int required,
                        int n)
{
    begin(c, name, NULL);
    c->call.in = list;
    c->call.n_in = n;
    if (n <= AG__COMPOSITE_OPERANDS) {
        c->call.in = c->in;
        c->call.n_in = 0;
        for (int i = 0; i < n; i++) {
            if (i < required || list[i] != NULL) {
                c->in[c->call.n_in++] = list[i];
            }
        }
    }
    return ag_call_operands(&c->call) == AG_OK;
}

bool ag__composite_open_along(ag__composite *c, const char *name, ag_tensor *x, int axis,
                              int *normal, int64_t *size)
{
    ag_shape shape = ag_shape_of(x);
    if (!ag__composite_open(c, name, &x, 1, 1) ||
        ag_call_axis(&c->call, axis, shape.ndim, normal) != AG_OK) {
        return false;
    }
    *size = shape.dim[*normal];
    return true;
}

bool ag__composite_open_graph(ag__composite *c, const char *name, ag_graph *g)
{
    begin(c, name, g);
    return g != NULL;
}

bool ag__composite_shape(const ag__composite *c, const char *what, const ag_tensor *t,
                         ag_shape shape)
{
    char have[AG_SHAPE_TEXT], want[AG_SHAPE_TEXT];
    ag_shape s = ag_shape_of(t);
    bool same = t == NULL || ag_shape_equal(s, shape);
    if (!same) {
        ag_call_fail(&c->call, AG_ERR_SHAPE, NULL, "the %s has shape %s, not %s", what,
                     ag_shape_text(s, have), ag_shape_text(shape, want));
    }
    return same;
}

bool ag__composite_argument(const ag__composite *c, bool good, const char *name, double value,
                            const char *hint)
{
    if (!good) {
        ag_call_fail(&c->call, AG_ERR_VALUE, hint, "%s is %g", name, value);
    }
    return good;
}

ag_tensor *ag__apply_as(const char *name, const ag_op *op, ag_tensor *x, const void *attr,
                        size_t attr_bytes)
{
    ag__composite c;
    if (!ag__composite_open(&c, name, &x, 1, 1)) {
        return NULL;
    }
    return AG__COMPOSED(&c, ag_apply(op, &x, 1, attr, attr_bytes));
}

void ag__composite_enter(const ag__composite *c)
{
    ag_call_enter(&c->call);
}

ag_tensor *ag__composite_leave(const ag__composite *c, ag_tensor *value)
{
    ag_call_leave(&c->call);
    return ag_error(c->call.graph) == AG_ERR_ANOMALY ? NULL : value;
}
