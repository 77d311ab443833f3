/* The figure in sentences, from the same record as the trace. Must not know any operation. */
#include "trace_parts.h"

static void put_counts(viz__out *out, const viz__record *r)
{
    size_t shown = 0, leaves = 0;
    for (size_t i = 0; i < r->n; i++) {
        bool on = (r->flags[i] & VIZ__SHOWN) != 0;
        shown += on;
        leaves += on && ag_op_name(viz__node(r, i)) == NULL;
    }
    viz__print(out,
               "Computation graph of %s: %zu nodes, %zu of them leaves; data flows from the "
               "leaves to %s.\n",
               viz__name(r, viz__root(r)), shown, leaves, viz__name(r, viz__root(r)));
}

static void put_value(viz__out *out, viz__record *r, size_t step)
{
    const ag_tensor *t = viz__node(r, step);
    if (ag_shape_of(t).ndim == 0) {
        viz__puts(out, "value ");
        viz__number(out, ag_item(t), r->digits);
    } else {
        viz__type(out, t);
    }
}

static void put_node(viz__out *out, viz__record *r, size_t step)
{
    bool leaf = ag_op_name(viz__node(r, step)) == NULL;
    viz__print(out, "Step %zu: %s%s", step, viz__name(r, step), leaf ? ", " : " = ");
    viz__formula(&r->scratch, r, step);
    viz__print(out, "%s, ", viz__text(&r->scratch));
    viz__cut(&r->scratch, 0);
    put_value(out, r, step);
    switch (viz__grad_state(r, step)) {
    case AG_GRAD_NOT_RUN:
        viz__puts(out, ", gradient not run yet");
        break;
    case AG_GRAD_NOT_REQUIRED:
        viz__puts(out, ", no gradient required");
        break;
    default:
        viz__puts(out, ", gradient ");
        viz__gradient_value(out, r, step);
    }
    viz__puts(out, ".\n");
}

void viz__alt(viz__out *out, viz__record *r)
{
    put_counts(out, r);
    for (size_t i = 0; i < r->n; i++) {
        if ((r->flags[i] & VIZ__SHOWN) != 0) {
            put_node(out, r, i);
        }
    }
}

ag_status viz_alt_text(FILE *out, const ag_tensor *root, const viz_options *options)
{
    if (out == NULL || root == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    viz__out to = viz__to_file(ag_graph_of(root), out);
    return viz__draw(&to, root, viz__or_default(options), viz__alt);
}
