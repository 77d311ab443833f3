/* The parts of an SVG figure: outlines, wires, lines of text. Must not know their order, nor what
 * they mean.
 */
#include "svg_parts.h"

#define ARROW_LENGTH 8
#define ARROW_HALF 3.2
#define CORNER 7

/* --- text ------------------------------------------------------------------------------------- */

static void put_font(viz__svg_figure *s, const viz__run *run)
{
    if (run->size != 14) {
        viz__svg_number(&s->pen, "font-size", run->size);
    }
    viz__puts(s->pen.out, run->bold ? " font-weight=\"bold\"" : "");
    viz__svg_paint(&s->pen, (viz__ink)run->ink, VIZ__INKS);
}

static void put_run(viz__svg_figure *s, const viz__run *run)
{
    viz__out *text = &s->figure->record->scratch;
    viz__cut(text, 0);
    viz__run_text(text, s->figure, run);
    viz__xml(s->pen.out, viz__text(text));
    viz__cut(text, 0);
}

void viz__svg_text_line(viz__svg_figure *s, const viz__line *line)
{
    const viz__run *run = s->figure->run + line->first;
    viz__puts(s->pen.out, "<text text-anchor=\"middle\"");
    viz__svg_number(&s->pen, "x", line->at.x);
    viz__svg_number(&s->pen, "y", line->at.y);
    if (line->n == 1) {
        put_font(s, run);
        viz__puts(s->pen.out, ">");
        put_run(s, run);
    } else {
        viz__puts(s->pen.out, " xml:space=\"preserve\">");
        for (size_t i = 0; i < line->n; i++) {
            viz__puts(s->pen.out, "<tspan");
            put_font(s, &run[i]);
            viz__puts(s->pen.out, ">");
            put_run(s, &run[i]);
            viz__puts(s->pen.out, "</tspan>");
        }
    }
    viz__puts(s->pen.out, "</text>\n");
}

/* --- outlines --------------------------------------------------------------------------------- */

static void put_rectangle(viz__svg_figure *s, const viz__box *b, double outside, double corner)
{
    viz__puts(s->pen.out, "<rect");
    viz__svg_number(&s->pen, "x", b->center.x - b->width / 2 - outside);
    viz__svg_number(&s->pen, "y", b->center.y - b->height / 2 - outside);
    viz__svg_number(&s->pen, "width", b->width + 2 * outside);
    viz__svg_number(&s->pen, "height", b->height + 2 * outside);
    if (corner > 0) {
        viz__svg_number(&s->pen, "rx", corner);
    }
}

static void put_cut(viz__svg_figure *s, const viz__box *b)
{
    double left = b->center.x - b->width / 2, right = b->center.x + b->width / 2;
    double top = b->center.y - b->height / 2, bottom = b->center.y + b->height / 2;
    viz__puts(s->pen.out, "<path d=\"");
    viz__svg_point(&s->pen, "M", left + CORNER, top);
    viz__svg_point(&s->pen, "L", right - CORNER, top);
    viz__svg_point(&s->pen, "L", right, top + CORNER);
    viz__svg_point(&s->pen, "L", right, bottom - CORNER);
    viz__svg_point(&s->pen, "L", right - CORNER, bottom);
    viz__svg_point(&s->pen, "L", left + CORNER, bottom);
    viz__svg_point(&s->pen, "L", left, bottom - CORNER);
    viz__svg_point(&s->pen, "L", left, top + CORNER);
    viz__puts(s->pen.out, "Z\"");
}

static void put_circle(viz__svg_figure *s, const viz__box *b, double radius)
{
    viz__puts(s->pen.out, "<circle");
    viz__svg_number(&s->pen, "cx", b->center.x);
    viz__svg_number(&s->pen, "cy", b->center.y);
    viz__svg_number(&s->pen, "r", radius);
}

static void put_shape(viz__svg_figure *s, const viz__item *item, const viz__box *box)
{
    switch ((viz__outline)item->outline) {
    case VIZ__CUT:
        put_cut(s, box);
        return;
    case VIZ__CIRCLE:
        put_circle(s, box, item->radius);
        return;
    case VIZ__ROUNDED:
        put_rectangle(s, box, 0, CORNER + 2);
        return;
    case VIZ__DASHED:
        put_rectangle(s, box, 0, 0);
        viz__puts(s->pen.out, " stroke-dasharray=\"5 3\"");
        return;
    default:
        put_rectangle(s, box, 0, 0);
    }
}

static void put_rule(viz__svg_figure *s, const viz__item *item, const viz__box *box)
{
    double y = box->center.y - box->height / 2 + item->rule;
    viz__puts(s->pen.out, "<path d=\"");
    viz__svg_point(&s->pen, "M", box->center.x - box->width / 2 + 4, y);
    viz__svg_point(&s->pen, "L", box->center.x + box->width / 2 - 4, y);
    viz__puts(s->pen.out, "\"");
    viz__svg_paint(&s->pen, VIZ__INKS, VIZ__INK_MUTED);
    viz__svg_number(&s->pen, "stroke-width", 0.7);
    viz__puts(s->pen.out, "/>\n");
}

void viz__svg_outline(viz__svg_figure *s, uint32_t number)
{
    const viz__item *item = &s->figure->item[number];
    const viz__box *box = &s->figure->box[number];
    viz__ink ink = item->highlighted ? VIZ__INK_HIGHLIGHT : VIZ__INK;
    if (item->outline == VIZ__NO_LINE) {
        return;
    }
    if (item->outline == VIZ__DOUBLE) {
        put_rectangle(s, box, VIZ__DOUBLE_GAP, 0);
        viz__svg_paint(&s->pen, VIZ__PAPER, ink);
        viz__puts(s->pen.out, "/>\n");
    }
    put_shape(s, item, box);
    viz__svg_paint(&s->pen, VIZ__PAPER, ink);
    if (item->highlighted) {
        viz__svg_number(&s->pen, "stroke-width", VIZ__BOLD);
    }
    viz__puts(s->pen.out, "/>\n");
    if (item->color >= 0) {
        put_shape(s, item, box);
        viz__svg_tint(&s->pen, item->color, !item->highlighted);
        viz__puts(s->pen.out, "/>\n");
    }
    if (item->rule > 0) {
        put_rule(s, item, box);
    }
}

void viz__svg_halo(viz__svg_figure *s, uint32_t number)
{
    const viz__item *item = &s->figure->item[number];
    const viz__box *box = &s->figure->box[number];
    if (item->outline == VIZ__CIRCLE) {
        put_circle(s, box, item->radius + 4);
    } else {
        put_rectangle(s, box, 6, CORNER);
    }
    viz__svg_paint(&s->pen, VIZ__INKS, VIZ__INK_HIGHLIGHT);
    viz__svg_number(&s->pen, "stroke-width", VIZ__BOLD);
    viz__puts(s->pen.out, "/>\n");
}

void viz__svg_frame(viz__svg_figure *s, size_t number)
{
    const viz__cluster *c = &s->figure->cluster[number];
    put_rectangle(s, &(viz__box){.width = c->width, .height = c->height, .center = c->center}, 0,
                  CORNER);
    viz__svg_paint(&s->pen, VIZ__INKS, VIZ__INK_MUTED);
    viz__puts(s->pen.out, " stroke-dasharray=\"2 2\"/>\n");
}

void viz__svg_title(viz__svg_figure *s, size_t number)
{
    const viz__cluster *c = &s->figure->cluster[number];
    viz__point place = viz__title_place(c);
    viz__out *text = &s->figure->record->scratch;
    viz__box behind = {.width = c->title, .height = 14};
    behind.center = (viz__point){place.x + c->title / 2, place.y - 4};
    put_rectangle(s, &behind, 0, 0);
    viz__svg_paint(&s->pen, VIZ__PAPER, VIZ__INKS);
    viz__puts(s->pen.out, "/>\n<text font-size=\"12\"");
    viz__svg_number(&s->pen, "x", place.x);
    viz__svg_number(&s->pen, "y", place.y);
    viz__svg_paint(&s->pen, VIZ__INK_MUTED, VIZ__INKS);
    viz__puts(s->pen.out, ">");
    viz__cut(text, 0);
    viz__cluster_title(text, s->figure, number);
    viz__xml(s->pen.out, viz__text(text));
    viz__cut(text, 0);
    viz__puts(s->pen.out, "</text>\n");
}

/* --- wires ------------------------------------------------------------------------------------ */

/* The line ends within the head of its arrow, so that it does not show beside the tip. */
static void put_path(viz__svg_figure *s, const viz__link *link, viz__point forward, double back)
{
    const viz__point *p = s->figure->layout.point + link->first;
    viz__svg_point(&s->pen, "M", p[0].x, p[0].y);
    for (size_t i = 1; i + 2 < link->n; i += 3) {
        viz__point first = p[i], second = p[i + 1], end = p[i + 2];
        bool straight = first.x == p[i - 1].x && first.y == p[i - 1].y;
        if (i + 3 >= link->n) {
            end.x -= back * forward.x;
            end.y -= back * forward.y;
        }
        if (straight) {
            viz__svg_point(&s->pen, "L", end.x, end.y);
        } else {
            viz__svg_point(&s->pen, "C", first.x, first.y);
            viz__svg_point(&s->pen, " ", second.x, second.y);
            viz__svg_point(&s->pen, " ", end.x, end.y);
        }
    }
}

static void put_arrow(viz__svg_figure *s, viz__point tip, viz__point forward, double size,
                      viz__ink ink)
{
    double length = ARROW_LENGTH * size, half = ARROW_HALF * size;
    double x = tip.x - length * forward.x, y = tip.y - length * forward.y;
    viz__puts(s->pen.out, "<path d=\"");
    viz__svg_point(&s->pen, "M", tip.x, tip.y);
    viz__svg_point(&s->pen, "L", x - half * forward.y, y + half * forward.x);
    viz__svg_point(&s->pen, "L", x + half * forward.y, y - half * forward.x);
    viz__puts(s->pen.out, "Z\"");
    viz__svg_paint(&s->pen, ink, VIZ__INKS);
    viz__puts(s->pen.out, "/>\n");
}

void viz__svg_wire(viz__svg_figure *s, uint32_t number)
{
    const viz__wire *w = &s->figure->wire[number];
    const viz__link *link = &s->figure->link[number];
    viz__point forward = viz__forward(s->figure);
    viz__point tip = s->figure->layout.point[link->first + link->n - 1];
    viz__ink ink = w->highlighted ? VIZ__INK_HIGHLIGHT : VIZ__INK_MUTED;
    double width = w->highlighted ? VIZ__BOLD : w->width, size = 0.75 + width / 4;
    viz__puts(s->pen.out, "<path d=\"");
    put_path(s, link, forward, 0.8 * size * ARROW_LENGTH);
    viz__puts(s->pen.out, "\"");
    viz__svg_paint(&s->pen, VIZ__INKS, ink);
    if (width > 1) {
        viz__svg_number(&s->pen, "stroke-width", width);
    }
    viz__puts(s->pen.out, w->flows ? "/>\n" : " stroke-dasharray=\"5 3\"/>\n");
    put_arrow(s, tip, forward, size, ink);
}
