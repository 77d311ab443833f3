/* May a backward pass begin at this tensor, with this seed? Must not know how a pass goes on.
 */
#include "root.h"

#include "autograd/graph/call.h"
#include "autograd/graph/dropped.h"
#include "autograd/graph/error.h"
#include "autograd/graph/node.h"
#include "no_gradient.h"

ag_status ag__fail_root(ag_tensor *root, const char *what, ag_status status, const char *why)
{
    ag_graph *g = ag__graph_from(root);
    ag__fail_begin(g, status, "%s: %s", what, why);
    ag__fail_operands(g, &root, 1);
    ag__fail_at(g, g->site.where);
    return status;
}

/* `kind` of tensor: the root or the seed. */
static ag_status fail_gone(ag_tensor *root, const char *what, const char *kind, const ag_tensor *t)
{
    ag_graph *g = ag__graph_from(root);
    ag__fail_begin(g, AG_ERR_STATE, "%s: the %s %s", what, kind, ag__why_gone(t));
    ag__fail_operands(g, &root, 1);
    ag__fail_at(g, g->site.where);
    return AG_ERR_STATE;
}

static ag_status fail_unneeded(ag_tensor *root, const char *what)
{
    ag_graph *g = ag__graph_from(root);
    ag__fail_begin(g, AG_ERR_NO_GRADIENT, "%s: the root needs no gradient: ", what);
    ag__fail_no_path(&root, 1, NULL);
    ag__fail_operands(g, &root, 1);
    ag__fail_at(g, g->site.where);
    return AG_ERR_NO_GRADIENT;
}

static ag_status check_seed(ag_tensor *root, const char *what, const ag_tensor *seed)
{
    if (ag__graph_from(seed) != ag__graph_from(root)) {
        return ag__fail_root(root, what, AG_ERR_GRAPH, "the seed belongs to another graph");
    }
    if (seed->flags & AG__TEMPORARY) {
        return fail_gone(root, what, "seed", seed);
    }
    if (!ag_shape_equal(ag_shape_of(seed), ag_shape_of(root))) {
        return ag__fail_root(root, what, AG_ERR_SHAPE, "the seed has another shape than the root");
    }
    if (seed->dtype != root->dtype) {
        return ag__fail_root(root, what, AG_ERR_DTYPE, "the seed has another dtype than the root");
    }
    return AG_OK;
}

ag_status ag__check_root(ag_tensor *root, const char *what, const ag_tensor *seed)
{
    ag_graph *g = ag__graph_from(root);
    if (g->sweeping) {
        return ag__fail_root(root, what, AG_ERR_STATE,
                             "a backward pass of this graph is already running");
    }
    if (g->segment != 0) {
        return ag__fail_root(
            root, what, AG_ERR_STATE,
            "a checkpointed function is being recorded; it is called twice and would "
            "add these gradients twice; use ag_grad there");
    }
    if (root->flags & AG__TEMPORARY) {
        return fail_gone(root, what, "root", root);
    }
    if (root->dtype == AG_I64) {
        return ag__fail_root(
            root, what, AG_ERR_DTYPE,
            "an i64 tensor has no gradient; compute the loss in f64 or f32 (ag_cast)");
    }
    if (!(root->flags & AG__NEEDS)) {
        return fail_unneeded(root, what);
    }
    if (seed == NULL && ag_size(root) != 1) {
        return ag__fail_root(
            root, what, AG_ERR_SHAPE,
            "the root must have one element; reduce it with ag_sum or ag_mean, or give a "
            "seed to ag_backward_from");
    }
    return seed != NULL ? check_seed(root, what, seed) : AG_OK;
}
