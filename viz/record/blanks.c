/* The blanks of a worksheet: which numbers a reader is asked for, and how they are numbered. A
 * blank has a place in one array: the values of all nodes and the local partials of all edges,
 * node by node as in the forward part of a trace, then the gradients from the root to the leaves.
 * Must not know how a worksheet looks.
 */
#include "blanks.h"

static size_t value_place(const viz__record *r, size_t step)
{
    return step + r->first_edge[step];
}

static size_t place_of(const viz__record *r, viz__asked asked, size_t step, size_t operand)
{
    if (asked == VIZ__GRADIENT) {
        return r->n + r->edges + (r->n - 1 - step);
    }
    return value_place(r, step) + (asked == VIZ__PARTIAL ? 1 + operand : 0);
}

/* The step in whose places `at` lies, by binary search. */
static size_t step_at(const viz__record *r, size_t at)
{
    size_t low = 0, high = r->n;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (value_place(r, middle) <= at) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

static void find(const viz__record *r, size_t at, viz__blank *b)
{
    if (at >= r->n + r->edges) {
        *b = (viz__blank){.asked = VIZ__GRADIENT, .step = 2 * r->n + r->edges - 1 - at};
        b->answer = r->fact[b->step].gradient;
        return;
    }
    size_t step = step_at(r, at), first = value_place(r, step);
    *b = (viz__blank){.asked = at == first ? VIZ__VALUE : VIZ__PARTIAL, .step = step};
    if (at == first) {
        b->answer = r->fact[step].value;
    } else {
        b->operand = at - first - 1;
        b->answer = r->edge[r->first_edge[step] + b->operand].partial;
    }
}

static bool is_asked(const viz__record *r, const viz__blank *b)
{
    const viz__fact *f = &r->fact[b->step];
    const viz__edge *edge = &r->edge[r->first_edge[b->step] + b->operand];
    if (!viz__is_shown(r, b->step)) {
        return false;
    }
    switch (b->asked) {
    case VIZ__VALUE:
        return !viz__is_leaf(r, b->step);
    case VIZ__PARTIAL:
        return !r->options->forward_only && edge->flows && edge->known &&
               viz__is_shown(r, edge->from);
    default:
        return !r->options->forward_only && b->step != viz__root(r) && f->runs <= 1 &&
               (f->state == AG_GRAD_COMPUTED || f->state == AG_GRAD_ACCUMULATED);
    }
}

/* The other formats have no blanks: they would show the answers. */
static bool has_blanks(viz_format format)
{
    return format == VIZ_TEXT || format == VIZ_MARKDOWN || format == VIZ_LATEX ||
           format == VIZ_STEPPER || format == VIZ_MOODLE || format == VIZ_GIFT;
}

ag_status viz__blanks_new(viz__record *r)
{
    uint32_t number = 0;
    viz_format format = r->options->format;
    if (r->options->sheet == VIZ_TRACE && format != VIZ_MOODLE && format != VIZ_GIFT) {
        return AG_OK;
    }
    if (!has_blanks(format)) {
        return ag_fail(r->graph, AG_ERR_VALUE,
                       "write it as .txt, .md, .trace.tex, .stepper.html, .xml or .gift",
                       "%s: a worksheet in this format would show its answers", r->who);
    }
    if (!r->scalar) {
        return ag_fail(r->graph, AG_ERR_VALUE, "make it of 0-d tensors",
                       "%s: a worksheet asks for single numbers, and not every node is 0-d",
                       r->who);
    }
    r->blank = viz__array(r->graph, viz__blank_places(r), sizeof *r->blank);
    for (size_t at = 0; r->blank != NULL && at < viz__blank_places(r); at++) {
        viz__blank b;
        find(r, at, &b);
        r->blank[at] = is_asked(r, &b) ? ++number : 0;
    }
    return r->blank != NULL ? AG_OK : AG_ERR_MEMORY;
}

size_t viz__blank_number(const viz__record *r, viz__asked asked, size_t step, size_t operand)
{
    return r->blank != NULL ? r->blank[place_of(r, asked, step, operand)] : 0;
}

bool viz__blank_at(const viz__record *r, size_t at, viz__blank *b)
{
    if (r->blank == NULL || r->blank[at] == 0) {
        return false;
    }
    find(r, at, b);
    return true;
}

bool viz__blank_put(viz__out *out, viz__record *r, viz__asked asked, size_t step, size_t operand)
{
    size_t number = viz__blank_number(r, asked, step, operand);
    bool key = r->options->sheet == VIZ_KEY, latex = r->options->format == VIZ_LATEX;
    if (number == 0) {
        return false;
    }
    viz__print(out, latex ? "(%zu)\\;\\underline{" : "(%zu) ", number);
    if (key) {
        viz__blank b;
        find(r, place_of(r, asked, step, operand), &b);
        (latex ? viz__number_tex : viz__number)(out, b.answer, r->digits);
    } else {
        viz__puts(out, latex ? "\\hspace{4em}" : "____");
    }
    viz__puts(out, latex ? "}" : "");
    return true;
}
