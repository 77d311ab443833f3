/* The value and the gradient of a node in a few characters, for figures and their descriptions.
 * Must not know any operation.
 */
#include "record.h"

#include <string.h>

void viz__value_text(viz__out *out, viz__record *r, size_t step)
{
    if (r->fact[step].scalar) {
        viz__number(out, r->fact[step].value, r->digits);
        return;
    }
    const char *norm = viz__signs_of(r)->norm;
    viz__stats s = {.n = 0};
    viz__fail(out, viz__stats_read(&s, r, step, false));
    viz__type(out, r, step);
    viz__print(out, ", %s%s%s ", norm, viz__name(r, step), norm);
    viz__number(out, s.norm, r->digits);
}

/* For graphs in which every node is 0-d; in other graphs the numbers of the terms are not known. */
static void put_scalar_gradient(viz__out *out, viz__record *r, size_t step)
{
    viz__chain c = {.n = 0};
    viz__fail(out, viz__chain_read(&c, r, step));
    if (!viz__chain_held(out, r, &c, step)) {
        viz__number(out, c.held, r->digits);
    }
    viz__chain_free(&c, r);
}

static void put_tensor_gradient(viz__out *out, viz__record *r, size_t step)
{
    const viz__fact *f = &r->fact[step];
    if (!f->has_gradient) {
        viz__puts(out, "not kept");
        return;
    }
    if (f->scalar) {
        viz__number(out, f->gradient, r->digits);
    } else {
        viz__stats s = {.n = 0};
        viz__fail(out, viz__stats_read(&s, r, step, true));
        viz__puts(out, "norm ");
        viz__number(out, s.norm, r->digits);
    }
    viz__sum_note(out, f->runs);
}

void viz__gradient_value(viz__out *out, viz__record *r, size_t step)
{
    const viz__signs *signs = viz__signs_of(r);
    switch (r->fact[step].state) {
    case AG_GRAD_NOT_RUN:
        viz__puts(out, signs->not_run);
        return;
    case AG_GRAD_NOT_REQUIRED:
        viz__puts(out, signs->not_required);
        return;
    default:
        (r->scalar ? put_scalar_gradient : put_tensor_gradient)(out, r, step);
    }
}

void viz__gradient_line(viz__out *out, viz__record *r, size_t step)
{
    viz__cut(&r->marked, 0);
    viz__gradient_value(&r->marked, r, step);
    const char *value = viz__text(&r->marked);
    bool norm = strncmp(value, "norm ", 5) == 0;
    if (strchr(value, '[') == NULL) {
        const char *bars = norm ? viz__signs_of(r)->norm : "";
        viz__puts(out, bars);
        viz__gradient_name(out, r, step);
        viz__print(out, "%s = ", bars);
        value += norm ? strlen("norm ") : 0;
    }
    viz__puts(out, value);
    viz__cut(&r->marked, 0);
}

void viz__node_tip(viz__out *out, viz__record *r, size_t step)
{
    viz__print(out, "step %zu: %s%s", step, viz__name(r, step),
               viz__is_leaf(r, step) ? ", " : " = ");
    viz__formula(out, r, step);
    if (r->fact[step].source != NULL) {
        viz__puts(out, ", ");
        viz__clean(out, r->fact[step].source, r->options->ascii);
    }
}
