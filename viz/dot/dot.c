/* A recorded graph as a Graphviz figure, from the figure without its places, which Graphviz finds.
 * dot_node.c writes the nodes and the labels. Must not know any operation.
 */
#include "dot_parts.h"

static void put_attribute(viz__out *out, const char *key, const char *value)
{
    viz__print(out, "%s=", key);
    viz__quoted(out, value);
}

static void put_extra(viz__out *out, const char *kind, const char *attributes)
{
    if (attributes != NULL) {
        viz__print(out, "  %s [%s];\n", kind, attributes);
    }
}

static void put_head(viz__out *out, const viz_options *o, const viz_palette *p)
{
    const char *face = o->font != NULL ? o->font : "Helvetica";
    viz__puts(out, "digraph autograd {\n  graph [");
    put_attribute(out, "rankdir", o->rankdir != NULL ? o->rankdir : "LR");
    put_attribute(out, ", fontname", face);
    put_attribute(out, ", fontcolor", p->ink);
    viz__puts(out,
              ", fontsize=12, labelloc=b, nodesep=0.4, ranksep=0.5, charset=\"UTF-8\"];\n  node [");
    put_attribute(out, "fontname", face);
    put_attribute(out, ", fontcolor", p->ink);
    put_attribute(out, ", color", p->ink);
    viz__puts(
        out,
        ", fontsize=14, style=filled, fillcolor=\"#FFFFFF\", margin=\"0.06,0.03\"];\n  edge [");
    put_attribute(out, "fontname", face);
    put_attribute(out, ", fontcolor", p->muted);
    put_attribute(out, ", color", p->muted);
    viz__puts(out, ", fontsize=12, arrowsize=0.8];\n");
    put_extra(out, "graph", o->graph_attributes);
    put_extra(out, "node", o->node_attributes);
    put_extra(out, "edge", o->edge_attributes);
}

/* --- edges ------------------------------------------------------------------------------------ */

/* Writes the name of a box. */
static void put_box_name(viz__out *out, const viz__figure *f, uint32_t box)
{
    if (f->item[box].step != VIZ__NONE) {
        viz__print(out, "n%zu", (size_t)f->item[box].step);
    } else if (f->item[box].module != VIZ__NONE) {
        viz__print(out, "module%zu", (size_t)f->item[box].module);
    } else {
        viz__puts(out, box == f->end ? "end" : "fold");
    }
}

static void put_tip(viz__out *out, viz__figure *f, const viz__wire *w)
{
    viz__out *tip = &f->record->scratch;
    viz__wire_tip(tip, f, w);
    if (tip->used > 0) {
        viz__tooltip(out, viz__text(tip));
    }
    viz__cut(tip, 0);
}

/* The lines from `first` until `end` are the label. */
static void put_label(viz__out *out, viz__figure *f, size_t first, size_t end)
{
    for (size_t i = first; i < end; i++) {
        viz__puts(out, i == first ? ", label=<" : "<BR/>");
        viz__dot_line(out, f, i, VIZ__INK_MUTED, 12);
    }
    viz__puts(out, first < end ? ">" : "");
}

static void put_attributes(viz__out *out, viz__figure *f, const viz__wire *w, size_t first,
                           size_t end)
{
    viz__print(out, " [id=\"e%zu_%zu\", class=\"%s%s\"", (size_t)w->step, (size_t)w->operand,
               w->flows ? "flow" : "still", w->highlighted ? " highlight" : "");
    put_label(out, f, first, end);
    put_tip(out, f, w);
    viz__puts(out, w->flows ? "" : ", style=dashed");
    if (w->highlighted || w->width > 1) {
        viz__puts(out, ", penwidth=");
        viz__fixed(out, w->highlighted ? VIZ__BOLD : w->width);
    }
    if (w->highlighted) {
        put_attribute(out, ", color", viz__color(f->record->options, VIZ__INK_HIGHLIGHT, false));
    }
    viz__puts(out, "]");
}

static void put_edge(viz__out *out, viz__figure *f, uint32_t link, size_t first, size_t end)
{
    const viz__wire *w = &f->wire[link];
    viz__puts(out, "  ");
    put_box_name(out, f, f->link[link].from);
    viz__puts(out, " -> ");
    put_box_name(out, f, f->link[link].to);
    if (w->step != VIZ__NONE) {
        put_attributes(out, f, w, first, end);
    } else if (first < end) {
        viz__puts(out, " [class=flow");
        put_label(out, f, first, end);
        viz__puts(out, "]");
    }
    viz__puts(out, ";\n");
}

/* --- the figure ------------------------------------------------------------------------------- */

/* Writes the lines below the drawing. */
static void put_notes(viz__out *out, viz__figure *f)
{
    bool any = false;
    for (size_t i = 0; i < f->lines; i++) {
        if (f->line[i].owner == VIZ__NONE) {
            viz__puts(out, any ? "<BR/>" : "  label=<");
            viz__dot_line(out, f, i, VIZ__INK, 12);
            any = true;
        }
    }
    viz__puts(out, any ? ">;\n" : "");
}

/* The lines of a box or wire lie side by side: moves *at behind them. */
static size_t lines_of(const viz__figure *f, size_t at, uint32_t owner, bool of_wire)
{
    while (at < f->lines && f->line[at].owner == owner && f->line[at].of_wire == of_wire) {
        at++;
    }
    return at;
}

static void put_parts(viz__out *out, viz__figure *f)
{
    size_t first = 0;
    for (uint32_t b = 0; b < f->boxes; b++) {
        size_t end = lines_of(f, first, b, false);
        viz__puts(out, "  ");
        put_box_name(out, f, b);
        viz__dot_node(out, f, b, first, end);
        first = end;
    }
    for (uint32_t k = 0; k < f->links; k++) {
        size_t end = lines_of(f, first, k, true);
        put_edge(out, f, k, first, end);
        first = end;
    }
}

/* The frame of a module. */
static void begin_cluster(viz__out *out, size_t cluster, const char *title)
{
    viz__print(out, "  subgraph cluster_%zu { style=dotted; label=", cluster);
    viz__quoted(out, title);
    viz__puts(out, ";");
}

static void put_member(viz__out *out, const viz__figure *f, uint32_t box)
{
    viz__puts(out, " ");
    put_box_name(out, f, box);
    viz__puts(out, ";");
}

void viz__dot_draw(viz__out *out, viz__record *r)
{
    viz__figure f;
    if (viz__figure_new(&f, r, false) == AG_OK) {
        viz_palette p = viz__light_palette(r->options);
        put_head(out, r->options, &p);
        put_notes(out, &f);
        put_parts(out, &f);
        viz__put_clusters(out, &f, &(viz__cluster_words){begin_cluster, put_member, " }\n"});
        viz__puts(out, "}\n");
    }
    viz__fail(out, f.status);
    viz__figure_free(&f);
}
