/* What the traces for programs have in common. Must not know how one is written. */
#include "data_parts.h"

const char *viz__state_word(const viz__record *r, size_t step)
{
    switch (r->fact[step].state) {
    case AG_GRAD_NOT_RUN:
        return "not run";
    case AG_GRAD_NOT_REQUIRED:
        return "not required";
    case AG_GRAD_ACCUMULATED:
        return "accumulated";
    default:
        return "computed";
    }
}

bool viz__has_gradient(const viz__record *r, size_t step)
{
    const viz__fact *f = &r->fact[step];
    return !r->options->forward_only && f->has_gradient &&
           (f->state == AG_GRAD_COMPUTED || f->state == AG_GRAD_ACCUMULATED);
}

void viz__element_name(viz__out *out, const viz__record *r, size_t step, int64_t at)
{
    ag_shape shape = viz__shape_of(r, step), index = shape;
    viz__puts(out, viz__name(r, step));
    for (int i = shape.ndim; i-- > 0;) {
        index.dim[i] = at % shape.dim[i];
        at /= shape.dim[i];
    }
    if (shape.ndim > 0) {
        viz__dims(out, index);
    }
}

void viz__each_term(viz__out *out, viz__record *r, size_t step, viz__term_visit visit)
{
    viz__chain c = {.n = 0};
    if (!r->scalar || r->options->forward_only) {
        return;
    }
    viz__fail(out, viz__chain_read(&c, r, step));
    for (size_t i = 0; i < c.n && c.state == VIZ__EQUATION; i++) {
        visit(out, r, step, &c.term[i], i);
    }
    viz__chain_free(&c, r);
}
