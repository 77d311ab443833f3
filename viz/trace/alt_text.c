/* The figure in sentences, from the same record as the trace. Must not know any operation. */
#include "trace_parts.h"
#include "viz/record/modules.h"

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

/* A module that is drawn as a frame, as one box, or once for several equal ones. */
static void put_module(viz__out *out, const viz__record *r, const viz__drawn *d, uint32_t module)
{
    const viz__module *m = &d->module[module];
    viz__print(out, "%s ", m->frame == module ? "Frame" : "Box");
    viz__module_title(out, r, d, module);
    viz__print(out, m->end - m->first > 1 ? ": steps %zu to %zu, " : ": step %zu, ",
               (size_t)m->first, (size_t)m->end - 1);
    viz__module_size(out, d, module);
    if (m->copies > 1) {
        viz__print(out, ", drawn once for %zu equal ones up to step %zu", (size_t)m->copies,
                   (size_t)d->module[m->last].end - 1);
    }
    viz__puts(out, ".\n");
}

static void put_modules(viz__out *out, const viz__record *r, const viz__drawn *d, uint32_t *next,
                        size_t step)
{
    for (; *next < d->modules && d->module[*next].first <= step; ++*next) {
        const viz__module *m = &d->module[*next];
        if (!m->hidden && (m->frame == *next || m->box == *next)) {
            put_module(out, r, d, *next);
        }
    }
}

/* What the figure does not draw is not described. */
void viz__alt(viz__out *out, viz__record *r)
{
    viz__drawn d;
    uint32_t next = 0;
    viz__fail(out, viz__drawn_new(&d, r));
    put_counts(out, r);
    for (size_t i = 0; i < r->n && out->status == AG_OK; i++) {
        put_modules(out, r, &d, &next, i);
        bool drawn = viz__stand_in(&d, i) == i && viz__box_module(&d, i) == VIZ__OUTSIDE;
        if ((r->flags[i] & (VIZ__SHOWN | VIZ__FOLDED)) == VIZ__SHOWN && drawn) {
            put_node(out, r, i);
        } else if (d.fold.folded > 0 && i == d.fold.first) {
            viz__print(out, "Steps %zu to %zu: %zu nodes, drawn as one.\n", d.fold.first,
                       d.fold.last, d.fold.folded);
        }
    }
    viz__drawn_free(&d, r);
}
