/* The figure in sentences, from the same record as the trace. Must not know any operation. */
#include "trace_parts.h"

static void put_counts(viz__out *out, const viz__record *r)
{
    size_t shown = 0, leaves = 0;
    for (size_t i = 0; i < r->n; i++) {
        bool on = viz__is_shown(r, i);
        shown += on;
        leaves += on && viz__is_leaf(r, i);
    }
    viz__print(out,
               "Computation graph of %s: %zu nodes, %zu of them leaves; data flows from the "
               "leaves to %s.\n",
               viz__name(r, viz__root(r)), shown, leaves, viz__name(r, viz__root(r)));
}

static void put_value(viz__out *out, viz__record *r, size_t step)
{
    if (r->fact[step].scalar) {
        viz__puts(out, "value ");
        viz__number(out, r->fact[step].value, r->digits);
    } else {
        viz__type(out, r, step);
    }
}

static void put_node(viz__out *out, viz__record *r, size_t step)
{
    bool leaf = viz__is_leaf(r, step);
    viz__print(out, "Step %zu: %s%s", step, viz__name(r, step), leaf ? ", " : " = ");
    viz__formula(&r->scratch, r, step);
    viz__print(out, "%s, ", viz__text(&r->scratch));
    viz__cut(&r->scratch, 0);
    put_value(out, r, step);
    switch (r->fact[step].state) {
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
    viz__fold fold = viz__fold_mark(r); /* what the figure does not draw is not described */
    put_counts(out, r);
    for (size_t i = 0; i < r->n; i++) {
        if ((r->flags[i] & (VIZ__SHOWN | VIZ__FOLDED)) == VIZ__SHOWN) {
            put_node(out, r, i);
        } else if (fold.folded > 0 && i == fold.first) {
            viz__print(out, "Steps %zu to %zu: %zu nodes, drawn as one.\n", fold.first, fold.last,
                       fold.folded);
        }
    }
}
