/* A figure as SVG: for a page, for librsvg (which pandoc and Quarto use), and for slides, where
 * each value and each gradient is a fragment. Must not know how the figure was laid out, nor any
 * operation.
 *
 * Source: Reveal's manual, "Fragments".
 */
#include "svg.h"

#include "svg_parts.h"
#include "viz/trace/trace.h"

/* --- groups ----------------------------------------------------------------------------------- */

/* Is a line drawn with its box or wire, and not in a fragment of its own? */
static bool is_static(const viz__svg_figure *s, const viz__line *line)
{
    return line->appears == VIZ__NONE ||
           (s->until != VIZ__NONE ? line->appears < s->until : !s->pen.options->steps);
}

/* Writes the lines of a box or wire. They lie side by side, and *at is the first of them. */
static void put_lines(viz__svg_figure *s, size_t *at, uint32_t owner, bool of_wire)
{
    const viz__figure *f = s->figure;
    for (; *at < f->lines && f->line[*at].owner == owner && f->line[*at].of_wire == of_wire;
         ++*at) {
        if (is_static(s, &f->line[*at])) {
            viz__svg_text_line(s, &f->line[*at]);
        }
    }
}

/* Writes <title> with the scratch text, which a viewer shows when one points at the group. */
static void put_tip(viz__svg_figure *s)
{
    viz__out *text = &s->figure->record->scratch;
    if (text->used > 0) {
        viz__puts(s->pen.out, "<title>");
        viz__xml(s->pen.out, viz__text(text));
        viz__puts(s->pen.out, "</title>");
    }
    viz__cut(text, 0);
}

static void put_box(viz__svg_figure *s, uint32_t box, size_t *line)
{
    viz__figure *f = s->figure;
    const viz__item *item = &f->item[box];
    viz__puts(s->pen.out, "<g");
    if (item->step != VIZ__NONE) {
        viz__print(s->pen.out, " id=\"%s-n%zu\"", s->pen.id, (size_t)item->step);
    } else if (item->module != VIZ__NONE) {
        viz__print(s->pen.out, " id=\"%s-module%zu\"", s->pen.id, (size_t)item->module);
    }
    viz__puts(s->pen.out, ">");
    viz__item_tip(&f->record->scratch, f, item);
    put_tip(s);
    viz__svg_outline(s, box);
    put_lines(s, line, box, false);
    viz__puts(s->pen.out, "</g>\n");
}

static void put_wire(viz__svg_figure *s, uint32_t link, size_t *line)
{
    viz__figure *f = s->figure;
    const viz__wire *wire = &f->wire[link];
    viz__puts(s->pen.out, "<g");
    if (wire->step != VIZ__NONE) {
        viz__print(s->pen.out, " id=\"%s-e%zu_%zu\"", s->pen.id, (size_t)wire->step,
                   (size_t)wire->operand);
    }
    viz__puts(s->pen.out, ">");
    viz__wire_tip(&f->record->scratch, f, wire);
    put_tip(s);
    viz__svg_wire(s, link);
    put_lines(s, line, link, true);
    viz__puts(s->pen.out, "</g>\n");
}

/* --- fragments -------------------------------------------------------------------------------- */

/* Which lines and which box belong to each fragment: a list of lines, and a box. */
typedef struct fragments {
    uint32_t *first; /* by fragment: a line, or VIZ__NONE */
    uint32_t *next;  /* by line */
    uint32_t *box;   /* by fragment */
} fragments;

static void sort_fragments(const viz__figure *f, fragments *p)
{
    for (uint32_t k = 0; k < f->steps; k++) {
        p->first[k] = p->box[k] = VIZ__NONE;
    }
    for (size_t i = f->lines; i-- > 0;) {
        uint32_t k = f->line[i].appears;
        if (k < f->steps) {
            p->next[i] = p->first[k];
            p->first[k] = (uint32_t)i;
        }
    }
    for (uint32_t b = 0; b < f->boxes; b++) {
        const viz__item *item = &f->item[b];
        if (item->step != VIZ__NONE) {
            p->box[item->shown] = b;
            if (item->differentiated < f->steps) {
                p->box[item->differentiated] = b;
            }
        }
    }
}

/* The frame around the box is hidden where no slide show runs; the styles of Reveal, which are
 * stronger than an attribute, show it. */
static void put_fragment(viz__svg_figure *s, const fragments *p, uint32_t k)
{
    if (p->box[k] != VIZ__NONE) {
        viz__print(s->pen.out,
                   "<g class=\"fragment current-visible\" data-fragment-index=\"%zu\" "
                   "visibility=\"hidden\">",
                   (size_t)k);
        viz__svg_halo(s, p->box[k]);
        viz__puts(s->pen.out, "</g>\n");
    }
    viz__print(s->pen.out, "<g class=\"fragment\" data-fragment-index=\"%zu\">\n", (size_t)k);
    for (uint32_t i = p->first[k]; i != VIZ__NONE; i = p->next[i]) {
        viz__svg_text_line(s, &s->figure->line[i]);
    }
    viz__puts(s->pen.out, "</g>\n");
}

static void put_fragments(viz__svg_figure *s)
{
    const viz__figure *f = s->figure;
    ag_graph *g = f->record->graph;
    fragments p = {.first = viz__array(g, f->steps, sizeof *p.first),
                   .next = viz__array(g, f->lines, sizeof *p.next),
                   .box = viz__array(g, f->steps, sizeof *p.box)};
    if (p.first != NULL && p.next != NULL && p.box != NULL) {
        sort_fragments(f, &p);
        for (uint32_t k = 0; k < f->steps; k++) {
            put_fragment(s, &p, k);
        }
    } else {
        viz__fail(s->pen.out, AG_ERR_MEMORY);
    }
    viz__array_free(g, p.first, f->steps, sizeof *p.first);
    viz__array_free(g, p.next, f->lines, sizeof *p.next);
    viz__array_free(g, p.box, f->steps, sizeof *p.box);
}

/* The frame around the box that the last fragment is about. */
static void put_last_halo(viz__svg_figure *s)
{
    const viz__figure *f = s->figure;
    for (uint32_t b = 0; b < f->boxes && s->until > 0 && s->until != VIZ__NONE; b++) {
        const viz__item *item = &f->item[b];
        if (item->step != VIZ__NONE &&
            (item->shown == s->until - 1 || item->differentiated == s->until - 1)) {
            viz__svg_halo(s, b);
        }
    }
}

/* --- the figure ------------------------------------------------------------------------------- */

/* Everything that does not belong to a fragment: frames below wires below boxes. */
static void put_parts(viz__svg_figure *s)
{
    const viz__figure *f = s->figure;
    size_t box_line = 0, wire_line = 0;
    while (wire_line < f->lines && !f->line[wire_line].of_wire) {
        wire_line++;
    }
    for (size_t c = 0; c < f->clusters; c++) {
        viz__svg_frame(s, c);
    }
    for (uint32_t k = 0; k < f->links && s->pen.out->status == AG_OK; k++) {
        put_wire(s, k, &wire_line);
    }
    for (size_t c = 0; c < f->clusters; c++) {
        viz__svg_title(s, c);
    }
    for (uint32_t b = 0; b < f->boxes && s->pen.out->status == AG_OK; b++) {
        put_box(s, b, &box_line);
    }
    for (size_t i = 0; i < f->lines; i++) {
        if (f->line[i].owner == VIZ__NONE) {
            viz__svg_text_line(s, &f->line[i]);
        }
    }
}

static void put_head(viz__svg_figure *s, const char *description)
{
    viz__figure *f = s->figure;
    viz__out title = viz__to_text(f->record->graph);
    viz__print(&title, "Computation graph of %s", viz__name(f->record, viz__root(f->record)));
    viz__svg_id(&s->pen, description, (uint32_t)s->pen.options->style ^ (uint32_t)s->until << 8);
    viz__svg_head(&s->pen, f->width, f->height, viz__text(&title), description);
    viz__fail(s->pen.out, title.status);
    viz__out_free(&title);
}

static void write_figure(viz__out *out, viz__figure *f, uint32_t until)
{
    viz__svg_figure s = {
        .pen = {.out = out, .options = f->record->options}, .figure = f, .until = until};
    viz__out description = viz__to_text(f->record->graph);
    viz__alt(&description, f->record);
    put_head(&s, viz__text(&description));
    viz__fail(out, description.status);
    viz__out_free(&description);
    put_parts(&s);
    put_last_halo(&s);
    if (s.pen.options->steps && until == VIZ__NONE) {
        put_fragments(&s);
    }
    viz__puts(out, "</svg>\n");
}

static void draw(viz__out *out, viz__record *r, uint32_t until)
{
    viz__figure f;
    viz__figure_new(&f, r, true);
    ag_status status = viz__figure_place(&f);
    if (status == AG_OK) {
        write_figure(out, &f, until);
    }
    viz__fail(out, status);
    viz__figure_free(&f);
}

void viz__svg_draw(viz__out *out, viz__record *r)
{
    draw(out, r, viz__frame_end(r->options));
}
