/* The blanks of a worksheet: which numbers a reader is asked for, and how they are numbered. A
 * blank has a place in one array: the values of all nodes and the local partials of all edges,
 * node by node as in the forward part of a trace, then the gradients from the root to the leaves.
 * Of a tensor each element has a place. Must not know how a worksheet looks.
 */
#include "blanks.h"

/* --- places ----------------------------------------------------------------------------------- */

static size_t elements(const viz__record *r, size_t step)
{
    return r->first_element[step + 1] - r->first_element[step];
}

static size_t value_place(const viz__record *r, size_t step)
{
    return r->first_element[step] + r->first_edge[step];
}

/* Where the gradients of a node begin; those of the root are the first. */
static size_t gradient_place(const viz__record *r, size_t step)
{
    return 2 * r->first_element[r->n] + r->edges - r->first_element[step + 1];
}

static size_t place_of(const viz__record *r, viz__asked asked, size_t step, size_t at)
{
    if (asked == VIZ__GRADIENT) {
        return gradient_place(r, step) + at;
    }
    return value_place(r, step) + (asked == VIZ__PARTIAL ? elements(r, step) : 0) + at;
}

/* The last step whose places do not begin behind `place`, by binary search. */
static size_t step_at(const viz__record *r, size_t place)
{
    size_t low = 0, high = r->n;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (value_place(r, middle) <= place) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

/* The first step whose gradients do not begin behind `place`. */
static size_t gradient_step_at(const viz__record *r, size_t place)
{
    size_t low = 0, high = r->n - 1;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (gradient_place(r, middle) <= place) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low;
}

static void find(const viz__record *r, size_t place, viz__blank *b)
{
    *b = (viz__blank){.asked = VIZ__GRADIENT, .answer = r->answer[place]};
    if (place >= r->first_element[r->n] + r->edges) {
        b->step = gradient_step_at(r, place);
        b->at = place - gradient_place(r, b->step);
        return;
    }
    b->step = step_at(r, place);
    b->at = place - value_place(r, b->step);
    b->asked = b->at < elements(r, b->step) ? VIZ__VALUE : VIZ__PARTIAL;
    b->at -= b->asked == VIZ__PARTIAL ? elements(r, b->step) : 0;
}

size_t viz__blank_places(const viz__record *r)
{
    return r->first_element != NULL ? 2 * r->first_element[r->n] + r->edges : 0;
}

/* --- what is asked for ------------------------------------------------------------------------ */

/* The trace of tensors has no local partials. */
static bool is_partial_asked(const viz__record *r, const viz__blank *b)
{
    const viz__edge *edge = &r->edge[r->first_edge[b->step] + b->at];
    return r->scalar && !r->options->forward_only && edge->flows && edge->known &&
           viz__is_shown(r, edge->from);
}

static bool is_asked(const viz__record *r, const viz__blank *b)
{
    const viz__fact *f = &r->fact[b->step];
    if (!viz__is_shown(r, b->step)) {
        return false;
    }
    switch (b->asked) {
    case VIZ__VALUE:
        return !viz__is_leaf(r, b->step);
    case VIZ__PARTIAL:
        return is_partial_asked(r, b);
    default:
        return !r->options->forward_only && b->step != viz__root(r) && f->runs <= 1 &&
               (f->state == AG_GRAD_COMPUTED || f->state == AG_GRAD_ACCUMULATED) &&
               (r->scalar || f->has_gradient);
    }
}

/* The other formats have no blanks: they would show the answers. */
static bool has_blanks(viz_format format)
{
    return format == VIZ_TEXT || format == VIZ_MARKDOWN || format == VIZ_LATEX ||
           format == VIZ_STEPPER || format == VIZ_MOODLE || format == VIZ_GIFT;
}

static ag_status check_sizes(viz__record *r)
{
    if (!r->scalar && r->options->format == VIZ_STEPPER) {
        return ag_fail(r->graph, AG_ERR_VALUE, "write it as .txt, .md, .trace.tex, .xml or .gift",
                       "%s: a page that steps through a worksheet has 0-d nodes only", r->who);
    }
    for (size_t i = 0; i < r->n; i++) {
        if (r->fact[i].size > VIZ__FEW_ELEMENTS) {
            return ag_fail(r->graph, AG_ERR_VALUE, "make it of smaller tensors",
                           "%s: a worksheet asks for single numbers, and %.40s has %zu, more than "
                           "%d",
                           r->who, viz__name(r, i), (size_t)r->fact[i].size, VIZ__FEW_ELEMENTS);
        }
    }
    return AG_OK;
}

/* --- answers ---------------------------------------------------------------------------------- */

static ag_status fill_node(viz__record *r, size_t step)
{
    ag_status status = AG_OK;
    bool with = r->fact[step].has_gradient;
    double *value = viz__elements(r, step, false, &status);
    double *gradient = with && value != NULL ? viz__elements(r, step, true, &status) : NULL;
    for (size_t k = 0; k < elements(r, step) && status == AG_OK; k++) {
        r->answer[value_place(r, step) + k] = value[k];
        r->answer[gradient_place(r, step) + k] = gradient != NULL ? gradient[k] : 0;
    }
    for (size_t e = r->first_edge[step]; e < r->first_edge[step + 1]; e++) {
        r->answer[place_of(r, VIZ__PARTIAL, step, e - r->first_edge[step])] = r->edge[e].partial;
    }
    viz__elements_free(r, step, value);
    viz__elements_free(r, step, gradient);
    return status;
}

static ag_status make_blanks(viz__record *r)
{
    uint32_t number = 0;
    ag_status status = AG_OK;
    r->first_element = viz__array(r->graph, r->n + 1, sizeof *r->first_element);
    for (size_t i = 0; r->first_element != NULL && i < r->n; i++) {
        r->first_element[i + 1] = r->first_element[i] + (size_t)r->fact[i].size;
    }
    r->blank = viz__array(r->graph, viz__blank_places(r), sizeof *r->blank);
    r->answer = viz__array(r->graph, viz__blank_places(r), sizeof *r->answer);
    if (r->first_element == NULL || r->blank == NULL || r->answer == NULL) {
        return AG_ERR_MEMORY;
    }
    for (size_t i = 0; i < r->n && status == AG_OK; i++) {
        status = fill_node(r, i);
    }
    for (size_t place = 0; place < viz__blank_places(r); place++) {
        viz__blank b;
        find(r, place, &b);
        r->blank[place] = is_asked(r, &b) ? ++number : 0;
    }
    return status;
}

ag_status viz__blanks_new(viz__record *r)
{
    viz_format format = r->options->format;
    if (r->options->sheet == VIZ_TRACE && format != VIZ_MOODLE && format != VIZ_GIFT) {
        return AG_OK;
    }
    if (!has_blanks(format)) {
        return ag_fail(r->graph, AG_ERR_VALUE,
                       "write it as .txt, .md, .trace.tex, .stepper.html, .xml or .gift",
                       "%s: a worksheet in this format would show its answers", r->who);
    }
    ag_status status = check_sizes(r);
    return status == AG_OK ? make_blanks(r) : status;
}

void viz__blanks_free(viz__record *r)
{
    viz__array_free(r->graph, r->blank, viz__blank_places(r), sizeof *r->blank);
    viz__array_free(r->graph, r->answer, viz__blank_places(r), sizeof *r->answer);
    viz__array_free(r->graph, r->first_element, r->n + 1, sizeof *r->first_element);
}

/* --- reading ---------------------------------------------------------------------------------- */

size_t viz__blank_number(const viz__record *r, viz__asked asked, size_t step, size_t at)
{
    return r->blank != NULL ? r->blank[place_of(r, asked, step, at)] : 0;
}

bool viz__blank_at(const viz__record *r, size_t place, viz__blank *b)
{
    if (r->blank == NULL || r->blank[place] == 0) {
        return false;
    }
    find(r, place, b);
    return true;
}

bool viz__is_secret(const viz__record *r, size_t step)
{
    bool sheet = r->options->sheet == VIZ_WORKSHEET;
    return sheet && r->fact[step].size > 0 && viz__blank_number(r, VIZ__GRADIENT, step, 0) > 0;
}

bool viz__blank_put(viz__out *out, viz__record *r, viz__asked asked, size_t step, size_t at)
{
    size_t number = viz__blank_number(r, asked, step, at);
    bool key = r->options->sheet == VIZ_KEY, latex = r->options->format == VIZ_LATEX;
    if (number == 0) {
        return false;
    }
    viz__print(out, latex ? "(%zu)\\;\\underline{" : "(%zu) ", number);
    if (key) {
        double answer = r->answer[place_of(r, asked, step, at)];
        (latex ? viz__number_tex : viz__number)(out, answer, r->digits);
    } else {
        viz__puts(out, latex ? "\\hspace{4em}" : "____");
    }
    viz__puts(out, latex ? "}" : "");
    return true;
}
