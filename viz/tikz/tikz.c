/* A figure as a TikZ picture with names and formulas in LaTeX's math, of the same geometry as
 * the SVG figure. For Beamer it is the same picture, of which each value and gradient appears
 * with a click. Must not know how the figure was laid out, nor any operation.
 *
 * The picture needs the package tikz and no library of it. It is shrunk to the width of the line
 * where it is wider. Sources: Tantau, "The TikZ and PGF Packages"; Tantau, Wright, Miletic, "The
 * Beamer class", for \only.
 */
#include "tikz_parts.h"

#include <ctype.h>
#include <string.h>

#include "viz/trace/trace.h"

/* --- head ------------------------------------------------------------------------------------- */

/* TikZ reads "#0072B2" only without its sign; another notation is left to the default. */
static void put_colors(viz__tikz_pen *p)
{
    static const viz_options none = {.digits = 0};
    for (int ink = 0; ink < VIZ__INKS; ink++) {
        const char *color = viz__color(p->f->record->options, (viz__ink)ink, false);
        bool good = color[0] == '#' && strlen(color) == 7;
        for (int i = 1; good && i < 7; i++) {
            good = isxdigit((unsigned char)color[i]) != 0;
        }
        color = good ? color : viz__color(&none, (viz__ink)ink, false);
        viz__print(p->out, "\\definecolor{%s}{HTML}{", viz__tikz_color[ink]);
        for (int i = 1; i < 7; i++) {
            char digit = (char)toupper((unsigned char)color[i]);
            viz__put(p->out, &digit, 1);
        }
        viz__puts(p->out, "}%\n");
    }
}

/* The description is for readers of a PDF who cannot see it; older versions of TikZ have no key for
 * it. */
static void put_alt(viz__tikz_pen *p)
{
    viz__out text = viz__to_text(p->f->record->graph);
    viz__alt(&text, p->f->record);
    viz__puts(p->out, "\\tikzset{agalt/.style={}}%\n"
                      "\\pgfkeysifdefined{/tikz/alt/.@cmd}{\\tikzset{agalt/.style={alt={");
    viz__tex(p->out, viz__text(&text));
    viz__puts(p->out, "}}}}{}%\n");
    viz__fail(p->out, text.status);
    viz__out_free(&text);
}

static void put_head(viz__tikz_pen *p)
{
    viz__puts(p->out, p->overlays ? "% A figure for Beamer, made by libautograd: \\usepackage{tikz}"
                                  : "% A figure made by libautograd: \\usepackage{tikz}");
    viz__puts(p->out, " in the preamble, then \\input this file.\n{%\n");
    /* Without a parameter, so that the picture may stand within a frame of Beamer. */
    viz__puts(p->out, "\\ifx\\operatorname\\undefined\\def\\operatorname{\\mathrm}\\fi%\n");
    put_colors(p);
    put_alt(p);
    viz__puts(p->out, "\\resizebox{\\ifdim\\width>\\linewidth\\linewidth\\else\\width\\fi}{!}{%\n"
                      "\\begin{tikzpicture}[agalt, x=0.75pt, y=-0.75pt, line width=0.75pt, "
                      "every node/.style={anchor=base, inner sep=0pt, outer sep=0pt}]\n");
    viz__puts(p->out, "\\useasboundingbox (0,0) rectangle (");
    viz__fixed(p->out, p->f->width);
    viz__puts(p->out, ",");
    viz__fixed(p->out, p->f->height);
    viz__puts(p->out, ");\n");
}

/* --- text ------------------------------------------------------------------------------------- */

static void put_line(viz__tikz_pen *p, const viz__line *line)
{
    viz__out *text = &p->f->record->scratch;
    bool later = p->overlays && line->appears != VIZ__NONE;
    if (later) { /* the first slide has no fragment */
        viz__print(p->out, "\\only<%zu->{", (size_t)line->appears + 2);
    }
    viz__puts(p->out, "\\node at ");
    viz__tikz_point(p, line->at.x, line->at.y);
    viz__puts(p->out, " {");
    for (size_t i = line->first; i < line->first + line->n; i++) {
        const viz__run *run = &p->f->run[i];
        viz__puts(p->out, "{\\fontsize{");
        viz__fixed(p->out, run->size * VIZ__TIKZ_POINTS);
        viz__puts(p->out, "}{");
        viz__fixed(p->out, run->size * VIZ__TIKZ_POINTS * 1.2);
        viz__print(p->out, "}\\selectfont\\color{%s}", viz__tikz_color[run->ink]);
        viz__cut(text, 0);
        viz__run_math(text, p->f, run);
        viz__puts(p->out, viz__text(text));
        viz__puts(p->out, "}");
    }
    viz__cut(text, 0);
    viz__puts(p->out, later ? "};}\n" : "};\n");
}

/* The title of a frame may stand over a wire. */
static void put_title(viz__tikz_pen *p, size_t number)
{
    viz__point place = viz__title_place(&p->f->cluster[number]);
    viz__out *text = &p->f->record->scratch;
    viz__puts(p->out, "\\node[anchor=base west, agmuted, fill=agpaper, "
                      "font=\\fontsize{9}{10.8}\\selectfont] at ");
    viz__tikz_point(p, place.x, place.y);
    viz__puts(p->out, " {");
    viz__cut(text, 0);
    viz__cluster_title(text, p->f, number);
    viz__tex(p->out, viz__text(text));
    viz__cut(text, 0);
    viz__puts(p->out, "};\n");
}

static void put_halos(viz__tikz_pen *p, uint32_t number)
{
    const viz__item *item = &p->f->item[number];
    if (p->overlays && item->step != VIZ__NONE) {
        viz__tikz_halo(p, number, item->shown);
        if (item->differentiated < p->f->steps) {
            viz__tikz_halo(p, number, item->differentiated);
        }
    }
}

/* --- the picture ------------------------------------------------------------------------------ */

static void draw(viz__out *out, viz__record *r, bool overlays)
{
    viz__figure f;
    viz__figure_new(&f, r, true);
    ag_status status = viz__figure_place(&f);
    if (status == AG_OK) {
        viz__tikz_pen p = {
            .out = out, .f = &f, .overlays = overlays, .until = viz__frame_end(r->options)};
        put_head(&p);
        for (size_t c = 0; c < f.clusters; c++) {
            viz__tikz_frame(&p, c);
        }
        for (uint32_t k = 0; k < f.links; k++) {
            viz__tikz_wire(&p, k);
        }
        for (size_t c = 0; c < f.clusters; c++) {
            put_title(&p, c);
        }
        for (uint32_t b = 0; b < f.boxes; b++) {
            viz__tikz_outline(&p, b);
            put_halos(&p, b);
        }
        for (size_t i = 0; i < f.lines; i++) {
            if (f.line[i].appears == VIZ__NONE || f.line[i].appears < p.until) {
                put_line(&p, &f.line[i]);
            }
        }
        viz__puts(out, "\\end{tikzpicture}}%\n}%\n");
    }
    viz__fail(out, status);
    viz__figure_free(&f);
}

void viz__tikz_draw(viz__out *out, viz__record *r)
{
    draw(out, r, false);
}

void viz__beamer_draw(viz__out *out, viz__record *r)
{
    draw(out, r, true);
}
