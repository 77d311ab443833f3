/* One node of a Graphviz figure: its outline, and its label, which is an HTML-like table of name,
 * value and gradient. Must not know edges, nor any operation.
 *
 * Colors have a contrast of at least 5:1 on white (WCAG 2.1, 1.4.3). Outlines and dashes also show
 * the role of a node and missing gradients, so the figure can be read without color.
 */
#include "dot_parts.h"

void viz__put_scratch(viz__out *out, viz__record *r)
{
    viz__html(out, viz__text(&r->scratch));
    viz__cut(&r->scratch, 0);
}

void viz__font(viz__out *out, const char *color)
{
    viz__puts(out, "<FONT COLOR=\"");
    viz__html(out, color);
    viz__puts(out, "\">");
}

/* Writes "3  c = a + b", or "0  x  input". */
static void put_title(viz__out *out, viz__record *r, size_t step, const viz_palette *p)
{
    bool leaf = viz__is_leaf(r, step);
    viz__font(out, p->muted);
    viz__print(out, "<FONT POINT-SIZE=\"10\">%zu</FONT></FONT>&#160;&#160;<B>", step);
    viz__html(out, viz__name(r, step));
    viz__puts(out, "</B>");
    if (r->options->style == VIZ_FULL) {
        viz__puts(out, leaf ? "&#160;&#160;" : " = ");
        viz__formula(&r->scratch, r, step);
        viz__put_scratch(out, r);
    }
}

static void put_value(viz__out *out, viz__record *r, size_t step)
{
    viz__value_text(&r->scratch, r, step);
    viz__put_scratch(out, r);
}

static void put_gradient(viz__out *out, viz__record *r, size_t step)
{
    bool full = r->options->style == VIZ_FULL;
    (full ? viz__gradient_line : viz__gradient_value)(&r->scratch, r, step);
    viz__put_scratch(out, r);
}

static void put_label(viz__out *out, viz__record *r, size_t step, const viz_palette *p)
{
    viz__puts(out, "<<TABLE BORDER=\"0\" CELLBORDER=\"0\" CELLSPACING=\"0\" CELLPADDING=\"3\">"
                   "<TR><TD>");
    put_title(out, r, step, p);
    viz__puts(out, "</TD></TR><TR><TD>");
    viz__font(out, p->value);
    put_value(out, r, step);
    viz__puts(out, "</FONT></TD></TR>");
    if (!r->options->forward_only) {
        viz__puts(out, "<HR/><TR><TD>");
        viz__font(out, p->gradient);
        put_gradient(out, r, step);
        viz__puts(out, "</FONT></TD></TR>");
    }
    viz__puts(out, "</TABLE>>");
}

static void put_tooltip(viz__out *out, viz__record *r, size_t step)
{
    viz__node_tip(&r->scratch, r, step);
    viz__quoted(out, viz__text(&r->scratch));
    viz__cut(&r->scratch, 0);
}

static const char *outline(const viz__record *r, size_t step)
{
    if (step == viz__root(r) && !viz__is_leaf(r, step)) {
        return "shape=box, peripheries=2";
    }
    switch (r->fact[step].role) {
    case AG_CONSTANT:
        return "shape=box, style=\"filled,dashed\"";
    case AG_VARIABLE:
        return "shape=box, style=\"filled,rounded\"";
    case AG_PARAMETER:
        return "shape=box, style=\"filled,diagonals\"";
    default:
        return "shape=box";
    }
}

void viz__dot_node(viz__out *out, viz__record *r, size_t step)
{
    viz_palette p = viz__light_palette(r->options);
    bool highlighted = (r->flags[step] & VIZ__HIGHLIGHTED) != 0;
    viz__print(out, "  n%zu [id=\"n%zu\", class=\"%s%s%s\", %s, tooltip=", step, step,
               viz__role(r, step), step == viz__root(r) ? " root" : "",
               highlighted ? " highlight" : "", outline(r, step));
    put_tooltip(out, r, step);
    if (highlighted) {
        viz__puts(out, ", penwidth=2.5, color=");
        viz__quoted(out, p.highlight);
    }
    viz__puts(out, ",\n      label=");
    put_label(out, r, step, &p);
    viz__puts(out, "];\n");
}
