/* A recorded graph as a Graphviz figure: its nodes, an edge for each operand with the local
 * partial, the fold, the legend. Data flows from left to right. dot_node.c writes the nodes. Must
 * not know any operation.
 */
#include "dot_parts.h"

#include <string.h>

#include "viz/trace/alt_text.h"

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

/* --- fold ------------------------------------------------------------------------------------- */

static void put_fold(viz__out *out, const viz__fold *f)
{
    viz__print(out,
               "  fold [id=\"fold\", class=\"fold\", shape=box, style=\"filled,dashed\", "
               "tooltip=\"steps %zu to %zu\", label=\"%zu nodes\\nsteps %zu to %zu\"];\n",
               f->first, f->last, f->folded, f->first, f->last);
}

/* --- edges ------------------------------------------------------------------------------------ */

static void put_partial(viz__out *out, viz__record *r, size_t step, size_t operand)
{
    const viz__edge *edge = &r->edge[r->first_edge[step] + operand];
    if (!edge->known) {
        return;
    }
    if (r->options->style == VIZ_FULL) {
        viz__puts(out, ", label=<");
        viz__partial_name(&r->scratch, r, step, operand);
        viz__puts(&r->scratch, " = ");
        viz__number(&r->scratch, edge->partial, r->digits);
        viz__put_scratch(out, r);
        viz__puts(out, ">");
    }
    viz__partial(&r->scratch, r, step, operand);
    viz__puts(out, ", tooltip=");
    viz__quoted(out, viz__text(&r->scratch));
    viz__cut(&r->scratch, 0);
}

static void put_edge(viz__out *out, viz__record *r, size_t step, size_t operand,
                     const viz_palette *p)
{
    size_t from = r->edge[r->first_edge[step] + operand].from;
    bool flows = r->edge[r->first_edge[step] + operand].flows;
    bool highlighted = (r->flags[from] & r->flags[step] & VIZ__HIGHLIGHTED) != 0;
    viz__print(out, "  n%zu -> n%zu [id=\"e%zu_%zu\", class=\"%s%s\"", from, step, step, operand,
               flows ? "flow" : "still", highlighted ? " highlight" : "");
    if (!flows) {
        viz__puts(out, ", style=dashed");
    } else if (!r->options->forward_only) {
        put_partial(out, r, step, operand);
    }
    if (highlighted) {
        put_attribute(out, ", penwidth=2.5, color", p->highlight);
    }
    viz__puts(out, "];\n");
}

/* Of the edges between a node and the fold one is drawn for each direction. */
static void put_edges(viz__out *out, viz__record *r, size_t step, const viz_palette *p)
{
    bool folded = (r->flags[step] & VIZ__FOLDED) != 0, drawn = false;
    for (size_t e = r->first_edge[step]; e < r->first_edge[step + 1]; e++) {
        uint8_t *from = &r->flags[r->edge[e].from];
        if ((*from & VIZ__SHOWN) == 0) {
            continue;
        }
        bool from_fold = (*from & VIZ__FOLDED) != 0;
        if (!folded && !from_fold) {
            put_edge(out, r, step, e - r->first_edge[step], p);
        } else if (from_fold && !folded && !drawn) {
            viz__print(out, "  fold -> n%zu;\n", step);
            drawn = true;
        } else if (!from_fold && (*from & VIZ__EDGE_TO_FOLD) == 0) {
            viz__print(out, "  n%zu -> fold;\n", (size_t)r->edge[e].from);
            *from |= VIZ__EDGE_TO_FOLD;
        }
    }
}

/* --- legend and note, below the drawing ------------------------------------------------------- */

static void put_legend(viz__out *out, const viz__record *r, const viz_palette *p)
{
    viz__font(out, p->value);
    viz__puts(out, "above the line: value</FONT>");
    if (!r->options->forward_only) {
        viz__puts(out, "; ");
        viz__font(out, p->gradient);
        viz__puts(out, "below it: gradient</FONT>");
        viz__puts(out, r->options->style == VIZ_FULL ? "; on an edge: local partial" : "");
        viz__print(out, "; %s not run yet, ", viz__signs_of(r)->not_run);
        viz__print(out, "%s not required", viz__signs_of(r)->not_required);
    }
    viz__puts(out,
              "<BR/>rounded: input; cut corners: parameter; dashed box: constant; double: result;"
              " dashed edge: no gradient flows");
}

static void put_note(viz__out *out, const viz__record *r, const viz__fold *f, const viz_palette *p)
{
    if (f->folded == 0 && !r->options->legend) {
        return;
    }
    viz__puts(out, "  label=<");
    if (r->options->legend) {
        put_legend(out, r, p);
    }
    if (f->folded > 0) {
        viz__print(out, "%s%zu of %zu nodes are folded into one (fold_above)",
                   r->options->legend ? "<BR/>" : "", f->folded, f->nodes);
    }
    viz__puts(out, ">;\n");
}

static void draw(viz__out *out, viz__record *r)
{
    viz_palette p = viz__light_palette(r->options);
    viz__fold f = viz__fold_mark(r);
    put_head(out, r->options, &p);
    put_note(out, r, &f, &p);
    for (size_t i = 0; i < r->n; i++) {
        if ((r->flags[i] & (VIZ__SHOWN | VIZ__FOLDED)) == VIZ__SHOWN) {
            viz__dot_node(out, r, i);
        } else if (f.folded > 0 && i == f.first) {
            put_fold(out, &f);
        }
    }
    for (size_t i = 0; i < r->n; i++) {
        if (viz__is_shown(r, i)) {
            put_edges(out, r, i, &p);
        }
    }
    viz__puts(out, "}\n");
}

ag_status viz_dot(FILE *out, const ag_tensor *root, const viz_options *options)
{
    return viz__draw_stream(out, root, options, draw);
}

static ag_status save_alt(const char *path, const ag_tensor *root, const viz_options *o)
{
    viz__out name = viz__to_text(ag_graph_of(root));
    size_t n = strlen(path);
    bool dot = n > 4 && strcmp(path + n - 4, ".dot") == 0;
    viz__put(&name, path, dot ? n - 4 : n);
    viz__puts(&name, ".alt.txt");
    ag_status status = name.status;
    if (status == AG_OK) {
        status = viz__draw_file(viz__text(&name), root, o, viz__alt);
    }
    viz__out_free(&name);
    return status;
}

ag_status viz_dot_save(const char *path, const ag_tensor *root, const viz_options *options)
{
    if (path == NULL || root == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    ag_status status = viz__draw_file(path, root, viz__or_default(options), draw);
    return status == AG_OK && viz__or_default(options)->alt ? save_alt(path, root, options)
                                                            : status;
}
