/* A figure as a TikZ picture with names and formulas in LaTeX's math, of the same geometry as
 * the SVG figure. For Beamer it is the same picture, of which each value and gradient appears
 * with a click. Must not know how the figure was laid out, nor any operation.
 *
 * The picture needs the package tikz and no library of it. It is shrunk to the width of the line
 * where it is wider. Sources: Tantau, "The TikZ and PGF Packages"; Tantau, Wright, Miletic, "The
 * Beamer class", for \only.
 */
#include "tikz.h"

#include <ctype.h>
#include <string.h>

#include "viz/figure/figure.h"
#include "viz/trace/trace.h"

#define POINTS_PER_PIXEL 0.75
#define ARROW_LENGTH 8
#define ARROW_HALF 3.2
#define CORNER 7

typedef struct pen {
    viz__out *out;
    viz__figure *f;
    bool overlays;  /* for Beamer */
    uint32_t until; /* draw the fragments before this number; VIZ__NONE: all */
} pen;

static const char *const color_name[VIZ__INKS] = {"agink",   "agvalue",     "aggradient",
                                                  "agmuted", "aghighlight", "agpaper"};

/* --- head ------------------------------------------------------------------------------------- */

/* TikZ reads "#0072B2" only without its sign; another notation is left to the default. */
static void put_colors(pen *p)
{
    static const viz_options none = {.digits = 0};
    for (int ink = 0; ink < VIZ__INKS; ink++) {
        const char *color = viz__color(p->f->record->options, (viz__ink)ink, false);
        bool good = color[0] == '#' && strlen(color) == 7;
        for (int i = 1; good && i < 7; i++) {
            good = isxdigit((unsigned char)color[i]) != 0;
        }
        color = good ? color : viz__color(&none, (viz__ink)ink, false);
        viz__print(p->out, "\\definecolor{%s}{HTML}{", color_name[ink]);
        for (int i = 1; i < 7; i++) {
            char digit = (char)toupper((unsigned char)color[i]);
            viz__put(p->out, &digit, 1);
        }
        viz__puts(p->out, "}%\n");
    }
}

/* The description is for readers of a PDF who cannot see it; older versions of TikZ have no key for
 * it. */
static void put_alt(pen *p)
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

static void put_head(pen *p)
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

/* --- parts ------------------------------------------------------------------------------------ */

static void put_point(pen *p, double x, double y)
{
    viz__puts(p->out, "(");
    viz__fixed(p->out, x);
    viz__puts(p->out, ",");
    viz__fixed(p->out, y);
    viz__puts(p->out, ")");
}

/* A length that does not depend on the coordinates of the picture. */
static void put_points(pen *p, double pixels)
{
    viz__fixed(p->out, pixels * POINTS_PER_PIXEL);
    viz__puts(p->out, "pt");
}

static void put_path(pen *p, const viz__link *link, viz__point forward, double back)
{
    const viz__point *point = p->f->layout.point + link->first;
    put_point(p, point[0].x, point[0].y);
    for (size_t i = 1; i + 2 < link->n; i += 3) {
        viz__point end = point[i + 2];
        if (i + 3 >= link->n) { /* the line ends within the head of its arrow */
            end.x -= back * forward.x;
            end.y -= back * forward.y;
        }
        if (point[i].x == point[i - 1].x && point[i].y == point[i - 1].y) {
            viz__puts(p->out, " -- ");
        } else {
            viz__puts(p->out, " .. controls ");
            put_point(p, point[i].x, point[i].y);
            viz__puts(p->out, " and ");
            put_point(p, point[i + 1].x, point[i + 1].y);
            viz__puts(p->out, " .. ");
        }
        put_point(p, end.x, end.y);
    }
    viz__puts(p->out, ";\n");
}

static void put_wire(pen *p, uint32_t number)
{
    const viz__wire *w = &p->f->wire[number];
    const viz__link *link = &p->f->link[number];
    viz__point forward = viz__forward(p->f);
    viz__point tip = p->f->layout.point[link->first + link->n - 1];
    double width = w->highlighted ? VIZ__BOLD : w->width, size = 0.75 + width / 4;
    double x = tip.x - ARROW_LENGTH * size * forward.x, y = tip.y - ARROW_LENGTH * size * forward.y;
    double half = ARROW_HALF * size;
    const char *color = color_name[w->highlighted ? VIZ__INK_HIGHLIGHT : VIZ__INK_MUTED];
    viz__print(p->out, "\\draw[%s, line width=", color);
    put_points(p, width);
    viz__puts(p->out, w->flows ? "] " : ", dash pattern=on 3.75pt off 2.25pt] ");
    put_path(p, link, forward, 0.8 * size * ARROW_LENGTH);
    viz__print(p->out, "\\fill[%s] ", color);
    put_point(p, tip.x, tip.y);
    viz__puts(p->out, " -- ");
    put_point(p, x - half * forward.y, y + half * forward.x);
    viz__puts(p->out, " -- ");
    put_point(p, x + half * forward.y, y - half * forward.x);
    viz__puts(p->out, " -- cycle;\n");
}

static void put_rectangle(pen *p, const viz__box *b, double outside)
{
    put_point(p, b->center.x - b->width / 2 - outside, b->center.y - b->height / 2 - outside);
    viz__puts(p->out, " rectangle ");
    put_point(p, b->center.x + b->width / 2 + outside, b->center.y + b->height / 2 + outside);
    viz__puts(p->out, ";\n");
}

static void put_cut(pen *p, const viz__box *b)
{
    double left = b->center.x - b->width / 2, right = b->center.x + b->width / 2;
    double top = b->center.y - b->height / 2, bottom = b->center.y + b->height / 2;
    const viz__point corner[8] = {{left + CORNER, top},     {right - CORNER, top},
                                  {right, top + CORNER},    {right, bottom - CORNER},
                                  {right - CORNER, bottom}, {left + CORNER, bottom},
                                  {left, bottom - CORNER},  {left, top + CORNER}};
    for (int i = 0; i < 8; i++) {
        put_point(p, corner[i].x, corner[i].y);
        viz__puts(p->out, " -- ");
    }
    viz__puts(p->out, "cycle;\n");
}

static void put_circle(pen *p, const viz__box *b, double radius)
{
    put_point(p, b->center.x, b->center.y);
    viz__puts(p->out, " circle[radius=");
    put_points(p, radius);
    viz__puts(p->out, "];\n");
}

static void put_rule(pen *p, const viz__item *item, const viz__box *box)
{
    double y = box->center.y - box->height / 2 + item->rule;
    viz__puts(p->out, "\\draw[agmuted, line width=0.5pt] ");
    put_point(p, box->center.x - box->width / 2 + 4, y);
    viz__puts(p->out, " -- ");
    put_point(p, box->center.x + box->width / 2 - 4, y);
    viz__puts(p->out, ";\n");
}

static void put_outline(pen *p, uint32_t number)
{
    static const char *const style[] = {[VIZ__ROUNDED] = ", rounded corners=6.75pt",
                                        [VIZ__DASHED] = ", dash pattern=on 3.75pt off 2.25pt",
                                        [VIZ__NO_LINE] = NULL};
    const viz__item *item = &p->f->item[number];
    const viz__box *box = &p->f->box[number];
    const char *color = color_name[item->highlighted ? VIZ__INK_HIGHLIGHT : VIZ__INK];
    if (item->outline == VIZ__NO_LINE) {
        return;
    }
    if (item->outline == VIZ__DOUBLE) {
        viz__print(p->out, "\\draw[%s, fill=agpaper] ", color);
        put_rectangle(p, box, VIZ__DOUBLE_GAP);
    }
    viz__print(p->out, "\\draw[%s, fill=agpaper%s%s] ", color,
               style[item->outline] != NULL ? style[item->outline] : "",
               item->highlighted ? ", line width=1.9pt" : "");
    if (item->outline == VIZ__CIRCLE) {
        put_circle(p, box, item->radius);
    } else if (item->outline == VIZ__CUT) {
        put_cut(p, box);
    } else {
        put_rectangle(p, box, 0);
    }
    if (item->rule > 0) {
        put_rule(p, item, box);
    }
}

/* --- text ------------------------------------------------------------------------------------- */

static void put_line(pen *p, const viz__line *line)
{
    viz__out *text = &p->f->record->scratch;
    bool later = p->overlays && line->appears != VIZ__NONE;
    if (later) { /* the first slide has no fragment */
        viz__print(p->out, "\\only<%zu->{", (size_t)line->appears + 2);
    }
    viz__puts(p->out, "\\node at ");
    put_point(p, line->at.x, line->at.y);
    viz__puts(p->out, " {");
    for (size_t i = line->first; i < line->first + line->n; i++) {
        const viz__run *run = &p->f->run[i];
        viz__puts(p->out, "{\\fontsize{");
        viz__fixed(p->out, run->size * POINTS_PER_PIXEL);
        viz__puts(p->out, "}{");
        viz__fixed(p->out, run->size * POINTS_PER_PIXEL * 1.2);
        viz__print(p->out, "}\\selectfont\\color{%s}", color_name[run->ink]);
        viz__cut(text, 0);
        viz__run_math(text, p->f, run);
        viz__puts(p->out, viz__text(text));
        viz__puts(p->out, "}");
    }
    viz__cut(text, 0);
    viz__puts(p->out, later ? "};}\n" : "};\n");
}

static void put_frame(pen *p, size_t number)
{
    const viz__cluster *c = &p->f->cluster[number];
    viz__puts(p->out, "\\draw[agmuted, rounded corners=5pt, dash pattern=on 1.5pt off 1.5pt] ");
    put_rectangle(p, &(viz__box){.width = c->width, .height = c->height, .center = c->center}, 0);
}

/* The title of a frame may stand over a wire. */
static void put_title(pen *p, size_t number)
{
    viz__point place = viz__title_place(&p->f->cluster[number]);
    viz__out *text = &p->f->record->scratch;
    viz__puts(p->out, "\\node[anchor=base west, agmuted, fill=agpaper, "
                      "font=\\fontsize{9}{10.8}\\selectfont] at ");
    put_point(p, place.x, place.y);
    viz__puts(p->out, " {");
    viz__cut(text, 0);
    viz__cluster_title(text, p->f, number);
    viz__tex(p->out, viz__text(text));
    viz__cut(text, 0);
    viz__puts(p->out, "};\n");
}

/* A frame around the box that is being computed. In a handout there is none. */
static void put_halo(pen *p, uint32_t number, uint32_t fragment)
{
    const viz__item *item = &p->f->item[number];
    viz__print(p->out, "\\only<%zu| handout:0>{\\draw[aghighlight, line width=1.9pt] ",
               (size_t)fragment + 2);
    if (item->outline == VIZ__CIRCLE) {
        put_circle(p, &p->f->box[number], item->radius + 4);
    } else {
        put_rectangle(p, &p->f->box[number], 6);
    }
    viz__puts(p->out, "}\n");
}

static void put_halos(pen *p, uint32_t number)
{
    const viz__item *item = &p->f->item[number];
    if (p->overlays && item->step != VIZ__NONE) {
        put_halo(p, number, item->shown);
        if (item->differentiated < p->f->steps) {
            put_halo(p, number, item->differentiated);
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
        pen p = {.out = out, .f = &f, .overlays = overlays, .until = viz__frame_end(r->options)};
        put_head(&p);
        for (size_t c = 0; c < f.clusters; c++) {
            put_frame(&p, c);
        }
        for (uint32_t k = 0; k < f.links; k++) {
            put_wire(&p, k);
        }
        for (size_t c = 0; c < f.clusters; c++) {
            put_title(&p, c);
        }
        for (uint32_t b = 0; b < f.boxes; b++) {
            put_outline(&p, b);
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
