/* The gradients of a program's result, or of its derivative of a higher order, which is recorded
 * first. Must not know what is printed of them.
 */
#include <stdlib.h>
#include <string.h>

#include "session.h"

/* What a derivative is by: the target, or the only variable. */
static ag_tensor *by_what(const viz__session *s, const viz__request *r)
{
    ag_tensor *x = NULL;
    if (r->target != NULL) {
        return viz__named(s, r->target, &x, 1) == 1 ? x : NULL;
    }
    int n;
    ag_tensor **list = viz__variables(s, &n);
    if (list != NULL && n == 1) {
        x = list[0];
    } else if (list != NULL && n > 1) {
        fprintf(stderr, "autograd: --order: there are %d variables\n  hint: -t %s\n", n,
                ag_name_of(list[0]));
    } else if (list != NULL) {
        fprintf(stderr, "autograd: --order: there is no variable\n");
    }
    free(list);
    return x;
}

static int refuse_shape(const viz__session *s, const viz__request *r)
{
    char shape[AG_SHAPE_TEXT];
    fprintf(stderr,
            "autograd: the result has the shape %s, and a gradient is that of one number\n"
            "  hint: sum(...) or mean(...) of it has one; --forward asks for none\n",
            ag_shape_text(ag_shape_of(s->root), shape));
    return r->order >= 2 || r->check ? VIZ__USAGE : VIZ__DONE;
}

/* The root becomes its derivative, which is itself recorded; a constant has the derivative 0. */
static int derive(viz__session *s, const viz__request *r)
{
    char name[2 + VIZ__MOST_ORDER] = "f";
    s->by = by_what(s, r);
    if (s->by == NULL) {
        return VIZ__USAGE;
    }
    if (ag_size(s->by) != 1) {
        fprintf(stderr, "autograd: --order: %s has several elements\n  hint: take one: x[0]\n",
                ag_name_of(s->by));
        return VIZ__USAGE;
    }
    for (int k = 1; k < (int)r->order; k++) {
        const ag_grad_options o = {.create_graph = true, .allow_unused = true};
        ag_tensor *d = NULL, *root = s->root;
        ag_status status = AG_OK;
        if (ag_needs_grad(root)) {
            status = ag_grad(&root, 1, NULL, &s->by, 1, &o, &d);
        } else {
            d = ag_constant(s->graph, 0);
        }
        if (status != AG_OK || d == NULL) {
            return viz__tell_error(s);
        }
        strcat(name, "'");
        s->root = ag_name(d, name);
    }
    return VIZ__DONE;
}

int viz__differentiate(viz__session *s, const viz__request *r)
{
    if (ag_size(s->root) != 1) {
        return r->forward ? VIZ__DONE : refuse_shape(s, r);
    }
    int code = r->order >= 2 ? derive(s, r) : VIZ__DONE;
    if (code != VIZ__DONE || r->forward || !ag_needs_grad(s->root)) {
        return code;
    }
    ag_retain_grads(s->graph, true);
    return ag_backward(s->root) == AG_OK ? VIZ__DONE : viz__tell_error(s);
}
