/* A figure as SVG: for a page, for librsvg (which pandoc and Quarto use), and for slides, where
 * each value and each gradient is a fragment. Must not know how the figure was laid out, nor any
 * operation.
 *
 * The light look is in presentation attributes, so that every reader of SVG shows it; one
 * <style> block has the dark look. There is no var() and no dominant-baseline, which librsvg
 * does not know, and every selector begins with the id of the figure, so that several figures
 * can be in one page.
 * Sources: SVG 1.1, W3C; WAI-ARIA 1.2 for role and names; Reveal's manual, "Fragments".
 */
#include "svg.h"

#include <string.h>

#include "svg_parts.h"
#include "viz/trace/trace.h"

/* --- head ------------------------------------------------------------------------------------- */

/* The id is the user's, of which only letters, digits, - and _ are kept, or else a number made of
 * the description of the figure and its options (FNV-1a). */
static void choose_id(viz__svg_pen *s, const char *description)
{
    const char *own = s->options->id;
    uint32_t hash = 2166136261u ^ (uint32_t)s->options->style ^ (uint32_t)s->until << 8;
    size_t n = 0;
    for (; own != NULL && own[n] != '\0' && n + 1 < VIZ__SVG_ID; n++) {
        char c = own[n];
        bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                    c == '-' || c == '_';
        s->id[n] = good && (n > 0 || c > '9') ? c : '_';
    }
    s->id[n] = '\0';
    for (; *description != '\0'; description++) {
        hash = (hash ^ (unsigned char)*description) * 16777619u;
    }
    if (n == 0) {
        snprintf(s->id, sizeof s->id, "ag-%08lx", (unsigned long)hash);
    }
}

static void put_style(viz__svg_pen *s)
{
    static const char class_of[] = "ivgmhp";
    if (s->options->theme != VIZ_AUTO) {
        return;
    }
    viz__puts(s->out, "<style>@media (prefers-color-scheme: dark) {\n");
    for (int ink = 0; ink < VIZ__INKS; ink++) {
        char class[2] = {class_of[ink], '\0'};
        const char *color = viz__color(s->options, (viz__ink)ink, true);
        viz__print(s->out, "#%s .f%s{fill:", s->id, class);
        viz__css(s->out, color);
        viz__print(s->out, "} #%s .s%s{stroke:", s->id, class);
        viz__css(s->out, color);
        viz__puts(s->out, "}\n");
    }
    viz__puts(s->out, "}</style>\n");
}

static void put_head(viz__svg_pen *s, const char *description)
{
    const viz__figure *f = s->figure;
    viz__print(s->out, "<svg xmlns=\"http://www.w3.org/2000/svg\" id=\"%s\" role=\"img\"", s->id);
    viz__print(s->out, " aria-labelledby=\"%s-title %s-desc\"", s->id, s->id);
    viz__svg_number(s, "width", f->width);
    viz__svg_number(s, "height", f->height);
    viz__puts(s->out, " viewBox=\"0 0 ");
    viz__fixed(s->out, f->width);
    viz__puts(s->out, " ");
    viz__fixed(s->out, f->height);
    viz__puts(s->out, "\" font-family=\"");
    if (s->options->font != NULL) {
        viz__xml(s->out, s->options->font);
        viz__puts(s->out, ", ");
    }
    viz__puts(s->out, "Helvetica, Arial, sans-serif\" font-size=\"14\">\n");
    viz__print(s->out, "<title id=\"%s-title\">Computation graph of ", s->id);
    viz__xml(s->out, viz__name(f->record, viz__root(f->record)));
    viz__print(s->out, "</title>\n<desc id=\"%s-desc\">", s->id);
    viz__xml(s->out, description);
    viz__puts(s->out, "</desc>\n");
    put_style(s);
    viz__puts(s->out, "<rect width=\"100%\" height=\"100%\"");
    viz__svg_paint(s, VIZ__PAPER, VIZ__INKS);
    viz__puts(s->out, "/>\n");
}

/* --- groups ----------------------------------------------------------------------------------- */

/* Is a line drawn with its box or wire, and not in a fragment of its own? */
static bool is_static(const viz__svg_pen *s, const viz__line *line)
{
    return line->appears == VIZ__NONE ||
           (s->until != VIZ__NONE ? line->appears < s->until : !s->options->steps);
}

/* Writes the lines of a box or wire. They lie side by side, and *at is the first of them. */
static void put_lines(viz__svg_pen *s, size_t *at, uint32_t owner, bool of_wire)
{
    const viz__figure *f = s->figure;
    for (; *at < f->lines && f->line[*at].owner == owner && f->line[*at].of_wire == of_wire;
         ++*at) {
        if (is_static(s, &f->line[*at])) {
            viz__svg_line(s, &f->line[*at]);
        }
    }
}

/* Writes <title> with the scratch text, which a viewer shows when one points at the group. */
static void put_tip(viz__svg_pen *s)
{
    viz__out *text = &s->figure->record->scratch;
    if (text->used > 0) {
        viz__puts(s->out, "<title>");
        viz__xml(s->out, viz__text(text));
        viz__puts(s->out, "</title>");
    }
    viz__cut(text, 0);
}

static void put_box(viz__svg_pen *s, uint32_t box, size_t *line)
{
    viz__figure *f = s->figure;
    const viz__item *item = &f->item[box];
    viz__puts(s->out, "<g");
    if (item->step != VIZ__NONE) {
        viz__print(s->out, " id=\"%s-n%zu\"", s->id, (size_t)item->step);
    }
    viz__puts(s->out, ">");
    viz__item_tip(&f->record->scratch, f, item);
    put_tip(s);
    viz__svg_outline(s, box);
    put_lines(s, line, box, false);
    viz__puts(s->out, "</g>\n");
}

static void put_wire(viz__svg_pen *s, uint32_t link, size_t *line)
{
    viz__figure *f = s->figure;
    const viz__wire *wire = &f->wire[link];
    viz__puts(s->out, "<g");
    if (wire->step != VIZ__NONE) {
        viz__print(s->out, " id=\"%s-e%zu_%zu\"", s->id, (size_t)wire->step, (size_t)wire->operand);
    }
    viz__puts(s->out, ">");
    viz__wire_tip(&f->record->scratch, f, wire);
    put_tip(s);
    viz__svg_wire(s, link);
    put_lines(s, line, link, true);
    viz__puts(s->out, "</g>\n");
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
static void put_fragment(viz__svg_pen *s, const fragments *p, uint32_t k)
{
    if (p->box[k] != VIZ__NONE) {
        viz__print(s->out,
                   "<g class=\"fragment current-visible\" data-fragment-index=\"%zu\" "
                   "visibility=\"hidden\">",
                   (size_t)k);
        viz__svg_halo(s, p->box[k]);
        viz__puts(s->out, "</g>\n");
    }
    viz__print(s->out, "<g class=\"fragment\" data-fragment-index=\"%zu\">\n", (size_t)k);
    for (uint32_t i = p->first[k]; i != VIZ__NONE; i = p->next[i]) {
        viz__svg_line(s, &s->figure->line[i]);
    }
    viz__puts(s->out, "</g>\n");
}

static void put_fragments(viz__svg_pen *s)
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
        viz__fail(s->out, AG_ERR_MEMORY);
    }
    viz__array_free(g, p.first, f->steps, sizeof *p.first);
    viz__array_free(g, p.next, f->lines, sizeof *p.next);
    viz__array_free(g, p.box, f->steps, sizeof *p.box);
}

/* The frame around the box that the last fragment is about. */
static void put_last_halo(viz__svg_pen *s)
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
static void put_parts(viz__svg_pen *s)
{
    const viz__figure *f = s->figure;
    size_t box_line = 0, wire_line = 0;
    while (wire_line < f->lines && !f->line[wire_line].of_wire) {
        wire_line++;
    }
    for (size_t c = 0; c < f->clusters; c++) {
        viz__svg_frame(s, c);
    }
    for (uint32_t k = 0; k < f->links && s->out->status == AG_OK; k++) {
        put_wire(s, k, &wire_line);
    }
    for (size_t c = 0; c < f->clusters; c++) {
        viz__svg_title(s, c);
    }
    for (uint32_t b = 0; b < f->boxes && s->out->status == AG_OK; b++) {
        put_box(s, b, &box_line);
    }
    for (size_t i = 0; i < f->lines; i++) {
        if (f->line[i].owner == VIZ__NONE) {
            viz__svg_line(s, &f->line[i]);
        }
    }
}

static void write_figure(viz__out *out, viz__figure *f, uint32_t until)
{
    viz__svg_pen s = {.out = out, .figure = f, .options = f->record->options, .until = until};
    viz__out description = viz__to_text(f->record->graph);
    viz__alt(&description, f->record);
    choose_id(&s, viz__text(&description));
    put_head(&s, viz__text(&description));
    viz__fail(out, description.status);
    viz__out_free(&description);
    put_parts(&s);
    put_last_halo(&s);
    if (s.options->steps && until == VIZ__NONE) {
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
