/* The shapes of a TikZ figure: wires with their arrows, outlines, frames and halos. Must not know
 * text, nor where the picture begins.
 */
#include "tikz_parts.h"

#define ARROW_LENGTH 8
#define ARROW_HALF 3.2
#define CORNER 7

const char *const viz__tikz_color[VIZ__INKS] = {"agink",   "agvalue",     "aggradient",
                                                "agmuted", "aghighlight", "agpaper"};

/* --- places ----------------------------------------------------------------------------------- */

void viz__tikz_point(viz__tikz_pen *p, double x, double y)
{
    viz__puts(p->out, "(");
    viz__fixed(p->out, x);
    viz__puts(p->out, ",");
    viz__fixed(p->out, y);
    viz__puts(p->out, ")");
}

/* A length that does not depend on the coordinates of the picture. */
static void put_points(viz__tikz_pen *p, double pixels)
{
    viz__fixed(p->out, pixels * VIZ__TIKZ_POINTS);
    viz__puts(p->out, "pt");
}

static void put_path(viz__tikz_pen *p, const viz__link *link, viz__point forward, double back)
{
    const viz__point *point = p->f->layout.point + link->first;
    viz__tikz_point(p, point[0].x, point[0].y);
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
            viz__tikz_point(p, point[i].x, point[i].y);
            viz__puts(p->out, " and ");
            viz__tikz_point(p, point[i + 1].x, point[i + 1].y);
            viz__puts(p->out, " .. ");
        }
        viz__tikz_point(p, end.x, end.y);
    }
    viz__puts(p->out, ";\n");
}

void viz__tikz_wire(viz__tikz_pen *p, uint32_t number)
{
    const viz__wire *w = &p->f->wire[number];
    const viz__link *link = &p->f->link[number];
    viz__point forward = viz__forward(p->f);
    viz__point tip = p->f->layout.point[link->first + link->n - 1];
    double width = w->highlighted ? VIZ__BOLD : w->width, size = 0.75 + width / 4;
    double x = tip.x - ARROW_LENGTH * size * forward.x, y = tip.y - ARROW_LENGTH * size * forward.y;
    double half = ARROW_HALF * size;
    const char *color = viz__tikz_color[w->highlighted ? VIZ__INK_HIGHLIGHT : VIZ__INK_MUTED];
    viz__print(p->out, "\\draw[%s, line width=", color);
    put_points(p, width);
    viz__puts(p->out, w->flows ? "] " : ", dash pattern=on 3.75pt off 2.25pt] ");
    put_path(p, link, forward, 0.8 * size * ARROW_LENGTH);
    viz__print(p->out, "\\fill[%s] ", color);
    viz__tikz_point(p, tip.x, tip.y);
    viz__puts(p->out, " -- ");
    viz__tikz_point(p, x - half * forward.y, y + half * forward.x);
    viz__puts(p->out, " -- ");
    viz__tikz_point(p, x + half * forward.y, y - half * forward.x);
    viz__puts(p->out, " -- cycle;\n");
}

static void put_rectangle(viz__tikz_pen *p, const viz__box *b, double outside)
{
    viz__tikz_point(p, b->center.x - b->width / 2 - outside, b->center.y - b->height / 2 - outside);
    viz__puts(p->out, " rectangle ");
    viz__tikz_point(p, b->center.x + b->width / 2 + outside, b->center.y + b->height / 2 + outside);
    viz__puts(p->out, ";\n");
}

static void put_cut(viz__tikz_pen *p, const viz__box *b)
{
    double left = b->center.x - b->width / 2, right = b->center.x + b->width / 2;
    double top = b->center.y - b->height / 2, bottom = b->center.y + b->height / 2;
    const viz__point corner[8] = {{left + CORNER, top},     {right - CORNER, top},
                                  {right, top + CORNER},    {right, bottom - CORNER},
                                  {right - CORNER, bottom}, {left + CORNER, bottom},
                                  {left, bottom - CORNER},  {left, top + CORNER}};
    for (int i = 0; i < 8; i++) {
        viz__tikz_point(p, corner[i].x, corner[i].y);
        viz__puts(p->out, " -- ");
    }
    viz__puts(p->out, "cycle;\n");
}

static void put_circle(viz__tikz_pen *p, const viz__box *b, double radius)
{
    viz__tikz_point(p, b->center.x, b->center.y);
    viz__puts(p->out, " circle[radius=");
    put_points(p, radius);
    viz__puts(p->out, "];\n");
}

static void put_rule(viz__tikz_pen *p, const viz__item *item, const viz__box *box)
{
    double y = box->center.y - box->height / 2 + item->rule;
    viz__puts(p->out, "\\draw[agmuted, line width=0.5pt] ");
    viz__tikz_point(p, box->center.x - box->width / 2 + 4, y);
    viz__puts(p->out, " -- ");
    viz__tikz_point(p, box->center.x + box->width / 2 - 4, y);
    viz__puts(p->out, ";\n");
}

static void put_shape(viz__tikz_pen *p, const viz__item *item, const viz__box *box)
{
    if (item->outline == VIZ__CIRCLE) {
        put_circle(p, box, item->radius);
    } else if (item->outline == VIZ__CUT) {
        put_cut(p, box);
    } else {
        put_rectangle(p, box, 0);
    }
}

/* The user's color upon the paper, which shines through; a highlighted outline stays. */
static void put_tint(viz__tikz_pen *p, const viz__item *item, const char *style)
{
    int red = item->color >> 16, green = item->color >> 8 & 255, blue = item->color & 255;
    viz__print(p->out,
               "\\path[fill%s, color={rgb,255:red,%d;green,%d;blue,%d}, fill opacity=0.2%s] ",
               item->highlighted ? "" : ", draw, line width=1.1pt", red, green, blue,
               style != NULL ? style : "");
}

void viz__tikz_outline(viz__tikz_pen *p, uint32_t number)
{
    static const char *const style[] = {[VIZ__ROUNDED] = ", rounded corners=6.75pt",
                                        [VIZ__DASHED] = ", dash pattern=on 3.75pt off 2.25pt",
                                        [VIZ__NO_LINE] = NULL};
    const viz__item *item = &p->f->item[number];
    const viz__box *box = &p->f->box[number];
    const char *color = viz__tikz_color[item->highlighted ? VIZ__INK_HIGHLIGHT : VIZ__INK];
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
    put_shape(p, item, box);
    if (item->color >= 0) {
        put_tint(p, item, style[item->outline]);
        put_shape(p, item, box);
    }
    if (item->rule > 0) {
        put_rule(p, item, box);
    }
}

/* --- of modules, and of the step that is computed --------------------------------------------- */

void viz__tikz_frame(viz__tikz_pen *p, size_t number)
{
    const viz__cluster *c = &p->f->cluster[number];
    viz__puts(p->out, "\\draw[agmuted, rounded corners=5pt, dash pattern=on 1.5pt off 1.5pt] ");
    put_rectangle(p, &(viz__box){.width = c->width, .height = c->height, .center = c->center}, 0);
}

void viz__tikz_halo(viz__tikz_pen *p, uint32_t number, uint32_t fragment)
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
