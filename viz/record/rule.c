/* The gradient of a tensor as a formula with shapes: "∂L/∂W1 [3,4] = xᵀ [3,8] · ∂L/∂z1 [8,4]", and
 * the sums that undo broadcasts. The engine gives the formula of each term; this file finds the
 * tensors in it and writes their shapes after them. Must not know any operation.
 *
 * To find the tensors, the names that the engine is given have the step number at their end,
 * between two control bytes, which no cleaned name can have.
 */
#include "record.h"

#include <string.h>

#define OPEN '\1'
#define CLOSE '\2'

/* The ag_namer for that: as viz__namer, with the step after the name. */
static const char *marking_namer(void *user, const ag_tensor *t)
{
    viz__record *r = user;
    size_t step = t != NULL ? viz__step_of(r, t) : r->n;
    if (step == r->n) {
        return viz__namer(user, t);
    }
    viz__cut(&r->marked, 0);
    viz__print(&r->marked, "%s\1%zu\2", viz__name(r, step), step);
    return viz__text(&r->marked);
}

static void put_shape(viz__out *out, const viz__record *r, size_t step, bool transposed)
{
    ag_shape shape = viz__shape_of(r, step);
    int n = shape.ndim;
    if (n == 0) {
        return;
    }
    if (transposed && n >= 2) {
        int64_t last = shape.dim[n - 1];
        shape.dim[n - 1] = shape.dim[n - 2];
        shape.dim[n - 2] = last;
    }
    viz__put(out, " ", 1);
    viz__dims(out, shape);
}

/* Writes the text with shapes instead of step numbers. The shape of a transposed tensor is written
 * after the sign of the transposition, and is that of the result. */
static void put_annotated(viz__out *out, viz__record *r, const char *text)
{
    const char *sign = r->options->ascii ? "^T" : "ᵀ";
    const char *mark;
    while ((mark = strchr(text, OPEN)) != NULL) {
        viz__put(out, text, (size_t)(mark - text));
        size_t step = 0;
        for (text = mark + 1; *text >= '0' && *text <= '9'; text++) {
            step = 10 * step + (size_t)(*text - '0');
        }
        text += *text == CLOSE;
        bool transposed = strncmp(text, sign, strlen(sign)) == 0;
        if (transposed) {
            viz__puts(out, sign);
            text += strlen(sign);
        }
        put_shape(out, r, step, transposed);
    }
    viz__puts(out, text);
}

/* --- one term --------------------------------------------------------------------------------- */

/* The operand of a node, through which the term comes. */
typedef struct operand {
    size_t step;      /* of the node */
    size_t place;     /* which of its operands */
    bool elementwise; /* the local partial is one number per element of the result */
    bool product;     /* the term is a matrix product */
    bool passed;      /* the term begins with the upstream gradient */
} operand;

static void put_upstream(viz__out *out, viz__record *r, size_t step)
{
    viz__gradient_name(out, r, step);
    put_shape(out, r, step, false);
}

/* "∂L/∂h [8,4] ⊙ (1 - tanh(z)^2)" */
static void put_elementwise(viz__out *out, viz__record *r, const operand *o)
{
    viz__cut(&r->scratch, 0);
    viz__copy_text(&r->scratch, r, ag_partial_text, o->step, o->place, viz__namer);
    const char *partial = viz__text(&r->scratch);
    if (strcmp(partial, "1") != 0) {
        bool wrap = partial[0] == '-' || strchr(partial, ' ') != NULL;
        put_upstream(out, r, o->step);
        viz__print(out, wrap ? " %s (%s)" : " %s %s", viz__signs_of(r)->each, partial);
    } else {
        put_upstream(out, r, o->step);
    }
    viz__cut(&r->scratch, 0);
}

static void put_term(viz__out *out, viz__record *r, operand *o)
{
    viz__cut(&r->scratch, 0);
    if (viz__copy_text(&r->scratch, r, ag_rule_text, o->step, o->place, marking_namer)) {
        const char *rule = viz__text(&r->scratch);
        o->product = strstr(rule, r->options->ascii ? " . " : " · ") != NULL;
        size_t start = out->used;
        put_annotated(out, r, rule);
        size_t end = out->used;
        put_upstream(out, r, o->step);
        size_t length = out->used - end;
        o->passed = !o->product && end - start >= length &&
                    memcmp(viz__text(out) + start, viz__text(out) + end, length) == 0;
        viz__cut(out, end);
        return;
    }
    o->elementwise = viz__copy_text(&r->scratch, r, ag_partial_text, o->step, o->place, viz__namer);
    if (o->elementwise) {
        put_elementwise(out, r, o);
        return;
    }
    put_upstream(out, r, o->step);
    viz__puts(out, viz__signs_of(r)->dot);
    viz__partial_name(out, r, o->step, o->place);
}

/* --- broadcasts ------------------------------------------------------------------------------- */

/* Was a tensor of shape `part` broadcast to `whole`? Then sets axis[i] for each axis of `whole`
 * along which it was repeated. The last `skip` axes are not compared. */
static bool repeated_axes(ag_shape part, ag_shape whole, int skip, bool axis[AG_MAX_DIMS])
{
    bool any = false;
    int lead = whole.ndim - part.ndim;
    if (lead < 0) {
        return false;
    }
    for (int i = 0; i < whole.ndim - skip; i++) {
        int64_t size = i < lead ? 1 : part.dim[i - lead];
        if (size != whole.dim[i] && size != 1) {
            return false;
        }
        axis[i] = i < lead || size != whole.dim[i];
        any = any || size != whole.dim[i];
    }
    return any;
}

static void put_axes(viz__out *out, const bool axis[AG_MAX_DIMS])
{
    const char *between = "";
    int n = 0;
    for (int i = 0; i < AG_MAX_DIMS; i++) {
        n += axis[i];
    }
    viz__print(out, "sum over %s ", n == 1 ? "axis" : "axes");
    for (int i = 0; i < AG_MAX_DIMS; i++) {
        if (axis[i]) {
            viz__print(out, "%s%d", between, i);
            between = ", ";
        }
    }
}

/* Writes the sum over the axes along which the tensor at `step` was broadcast, if it was, and no
 * other term has said so. Where the formula of a term is not known, neither is the broadcast. Of a
 * product of matrices the leading axes are broadcast. */
static void put_broadcast(viz__out *out, viz__record *r, const operand *o, size_t step)
{
    bool axis[AG_MAX_DIMS] = {false};
    size_t start = out->used;
    ag_shape part = viz__shape_of(r, step), whole = viz__shape_of(r, o->step);
    int skip = o->product ? 2 : 0;
    if (!(o->elementwise || o->passed || o->product) || (o->product && part.ndim < 2) ||
        !repeated_axes(part, whole, skip, axis)) {
        return;
    }
    for (int i = 1; i <= skip; i++) {
        whole.dim[whole.ndim - i] = part.dim[part.ndim - i];
    }
    viz__puts(out, start > 0 ? "  " : "");
    size_t note = out->used;
    put_axes(out, axis);
    viz__print(out, ", because %s ", viz__name(r, step));
    viz__dims(out, part);
    viz__puts(out, " was broadcast to ");
    viz__dims(out, whole);
    const char *all = viz__text(out);
    if (strstr(all, all + note) != all + note) {
        viz__cut(out, start);
    }
}

void viz__rule_terms(viz__out *out, viz__out *notes, viz__record *r, size_t step)
{
    const char *between = " = ";
    for (size_t k = r->first_use[step]; k < r->first_use[step + 1]; k++) {
        operand o = {.step = r->use[k].consumer, .place = r->use[k].operand};
        if (!r->edge[r->first_edge[o.step] + o.place].flows) {
            continue;
        }
        viz__puts(out, between);
        put_term(out, r, &o);
        put_broadcast(notes, r, &o, step);
        between = " + ";
    }
}
