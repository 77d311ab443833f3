/* The nodes of a Graphviz figure, and its labels, which are HTML-like text and tables. Must not
 * know edges, nor any operation.
 *
 * Outlines and dashes also show the role of a node and missing gradients, so the figure can be
 * read without color.
 */
#include "dot_parts.h"

#include <string.h>

/* --- text ------------------------------------------------------------------------------------- */

/* Writes text in which Graphviz keeps the spaces at the begin. */
static void put_text(viz__out *out, const char *text)
{
    size_t spaces = strspn(text, " ");
    for (size_t i = 0; i < spaces && spaces > 1; i++) {
        viz__puts(out, "&#160;");
    }
    viz__html(out, spaces > 1 ? text + spaces : text);
}

static void put_run(viz__out *out, viz__figure *f, const viz__run *run, viz__ink usual, int size)
{
    viz__out *text = &f->record->scratch;
    bool color = run->ink != usual, other = run->size != size;
    viz__cut(text, 0);
    viz__run_text(text, f, run);
    if (text->used == 0) { /* Graphviz does not read <FONT></FONT> */
        return;
    }
    if (color) {
        viz__puts(out, "<FONT COLOR=\"");
        viz__html(out, viz__color(f->record->options, (viz__ink)run->ink, false));
        viz__puts(out, "\">");
    }
    if (other) {
        viz__print(out, "<FONT POINT-SIZE=\"%d\">", (int)run->size);
    }
    viz__puts(out, run->bold ? "<B>" : "");
    put_text(out, viz__text(text));
    viz__cut(text, 0);
    viz__puts(out, run->bold ? "</B>" : "");
    viz__puts(out, other ? "</FONT>" : "");
    viz__puts(out, color ? "</FONT>" : "");
}

void viz__dot_line(viz__out *out, viz__figure *f, size_t line, viz__ink usual, int size)
{
    const viz__line *l = &f->line[line];
    for (size_t i = l->first; i < l->first + l->n; i++) {
        put_run(out, f, &f->run[i], usual, size);
    }
}

/* --- nodes ------------------------------------------------------------------------------------ */

/* A table with a row for each line; the last line is below a rule, if the box has one. */
static void put_table(viz__out *out, viz__figure *f, const viz__item *item, size_t first,
                      size_t end)
{
    viz__puts(out, "<<TABLE BORDER=\"0\" CELLBORDER=\"0\" CELLSPACING=\"0\" CELLPADDING=\"3\">");
    for (size_t i = first; i < end; i++) {
        viz__puts(out, item->rule > 0 && i + 1 == end ? "<HR/><TR><TD>" : "<TR><TD>");
        viz__dot_line(out, f, i, VIZ__INK, 14);
        viz__puts(out, "</TD></TR>");
    }
    viz__puts(out, "</TABLE>>");
}

/* The sign of a circle stands in it, and its other lines beside it. */
static void put_circle(viz__out *out, viz__figure *f, size_t first, size_t end)
{
    viz__puts(out, "<");
    viz__dot_line(out, f, first, VIZ__INK, 14);
    viz__puts(out, ">, xlabel=<");
    for (size_t i = first + 1; i < end; i++) {
        viz__puts(out, i > first + 1 ? "<BR/>" : "");
        viz__dot_line(out, f, i, VIZ__INK, 14);
    }
    viz__puts(out, ">");
}

static const char *outline(const viz__item *item)
{
    switch ((viz__outline)item->outline) {
    case VIZ__DOUBLE:
        return "shape=box, peripheries=2";
    case VIZ__DASHED:
        return "shape=box, style=\"filled,dashed\"";
    case VIZ__ROUNDED:
        return "shape=box, style=\"filled,rounded\"";
    case VIZ__CUT:
        return "shape=box, style=\"filled,diagonals\"";
    case VIZ__CIRCLE:
        return "shape=circle";
    case VIZ__NO_LINE:
        return "shape=plaintext";
    default:
        return "shape=box";
    }
}

static void put_identity(viz__out *out, viz__figure *f, uint32_t box)
{
    const viz__item *item = &f->item[box];
    if (item->module != VIZ__NONE) {
        viz__print(out, "id=\"module%zu\", class=\"module\"", (size_t)item->module);
        return;
    }
    if (item->step == VIZ__NONE) {
        const char *name = box == f->end ? "end" : "fold";
        viz__print(out, "id=\"%s\", class=\"%s\"", name, name);
        return;
    }
    viz__print(out, "id=\"n%zu\", class=\"%s%s%s\"", (size_t)item->step,
               viz__role(f->record, item->step), item->step == viz__root(f->record) ? " root" : "",
               item->highlighted ? " highlight" : "");
}

/* The user's color: pale inside, and of the outline unless that is highlighted. */
static void put_color(viz__out *out, const viz__item *item)
{
    char hex[VIZ__COLOR];
    if (item->color >= 0) {
        viz__hex_color(item->color, hex);
        viz__print(out, ", fillcolor=\"%s33\"", hex);
        if (!item->highlighted) {
            viz__print(out, ", penwidth=1.5, color=\"%s\"", hex);
        }
    }
}

void viz__dot_node(viz__out *out, viz__figure *f, uint32_t box, size_t first, size_t end)
{
    const viz__item *item = &f->item[box];
    viz__puts(out, " [");
    put_identity(out, f, box);
    viz__print(out, ", %s", outline(item));
    viz__item_tip(&f->record->scratch, f, item);
    viz__tooltip(out, viz__text(&f->record->scratch));
    viz__cut(&f->record->scratch, 0);
    if (item->highlighted) {
        viz__puts(out, ", penwidth=2.5, color=");
        viz__quoted(out, viz__color(f->record->options, VIZ__INK_HIGHLIGHT, false));
    }
    put_color(out, item);
    viz__puts(out, ",\n      label=");
    if (item->outline == VIZ__CIRCLE) {
        put_circle(out, f, first, end);
    } else {
        put_table(out, f, item, first, end);
    }
    viz__puts(out, "];\n");
}
