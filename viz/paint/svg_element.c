/* The elements of SVG that all pictures share. Must not know what a picture shows.
 *
 * The light look is in presentation attributes, so that every reader of SVG shows it; one
 * <style> block has the dark look. There is no var() and no dominant-baseline, which librsvg
 * does not know, and every selector begins with the id of the picture, so that several pictures
 * can be in one page.
 * Sources: SVG 1.1, W3C; WAI-ARIA 1.2 for role and names.
 */
#include "paint.h"

#include <string.h>

static bool is_id(char c, bool first)
{
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return letter || (!first && c >= '0' && c <= '9') || c == '-' || c == '_';
}

/* The number is the hash FNV-1a. */
void viz__svg_id(viz__pen *p, const char *description, uint32_t salt)
{
    const char *own = p->options->id;
    uint32_t hash = 2166136261u ^ salt;
    size_t n = 0;
    for (; own != NULL && own[n] != '\0' && n + 1 < VIZ__SVG_ID; n++) {
        p->id[n] = is_id(own[n], n == 0) ? own[n] : '_';
    }
    p->id[n] = '\0';
    for (; *description != '\0'; description++) {
        hash = (hash ^ (unsigned char)*description) * 16777619u;
    }
    if (n == 0) {
        snprintf(p->id, sizeof p->id, "ag-%08lx", (unsigned long)hash);
    }
}

/* --- colors ----------------------------------------------------------------------------------- */

/* The class of an ink: a letter, or a number. */
static void put_class(viz__pen *p, char what, viz__ink ink)
{
    static const char letter[] = "ivgmhp";
    char class[3] = {what, ink < VIZ__INKS ? letter[ink] : '\0', '\0'};
    viz__puts(p->out, class);
    if (ink > VIZ__INKS) {
        viz__print(p->out, "%d", (int)ink - VIZ__INKS);
    }
}

static void put_style(viz__pen *p)
{
    if (p->options->theme != VIZ_AUTO) {
        return;
    }
    viz__puts(p->out, "<style>@media (prefers-color-scheme: dark) {\n");
    for (int i = 0; i < VIZ__ALL_INKS; i++) {
        char room[VIZ__COLOR];
        if (i == VIZ__INKS || (i > VIZ__INKS && !p->used[i])) {
            continue;
        }
        const char *color = viz__ink_color(p->options, (viz__ink)i, true, room);
        viz__print(p->out, "#%s .", p->id);
        put_class(p, 'f', (viz__ink)i);
        viz__puts(p->out, "{fill:");
        viz__css(p->out, color);
        viz__print(p->out, "} #%s .", p->id);
        put_class(p, 's', (viz__ink)i);
        viz__puts(p->out, "{stroke:");
        viz__css(p->out, color);
        viz__puts(p->out, "}\n");
    }
    viz__puts(p->out, "}</style>\n");
}

static void put_color(viz__pen *p, const char *attribute, viz__ink ink)
{
    char room[VIZ__COLOR];
    viz__print(p->out, " %s=\"", attribute);
    viz__xml(p->out, viz__ink_color(p->options, ink, p->options->theme == VIZ_DARK, room));
    viz__puts(p->out, "\"");
    p->used[ink] = true;
}

void viz__svg_paint(viz__pen *p, viz__ink fill, viz__ink stroke)
{
    if (fill == VIZ__INKS) {
        viz__puts(p->out, " fill=\"none\"");
    } else {
        put_color(p, "fill", fill);
    }
    if (stroke != VIZ__INKS) {
        put_color(p, "stroke", stroke);
    }
    if (p->options->theme == VIZ_AUTO) {
        viz__puts(p->out, " class=\"");
        if (fill != VIZ__INKS) {
            put_class(p, 'f', fill);
        }
        viz__puts(p->out, fill != VIZ__INKS && stroke != VIZ__INKS ? " " : "");
        if (stroke != VIZ__INKS) {
            put_class(p, 's', stroke);
        }
        viz__puts(p->out, "\"");
    }
}

void viz__svg_tint(viz__pen *p, int32_t color, bool with_stroke)
{
    char hex[VIZ__COLOR];
    viz__hex_color(color, hex);
    viz__print(p->out, " fill=\"%s\" fill-opacity=\"0.2\"", hex);
    if (with_stroke) {
        viz__print(p->out, " stroke=\"%s\" stroke-width=\"1.5\"", hex);
    }
}

/* --- elements --------------------------------------------------------------------------------- */

void viz__svg_number(viz__pen *p, const char *attribute, double value)
{
    viz__print(p->out, " %s=\"", attribute);
    viz__fixed(p->out, value);
    viz__puts(p->out, "\"");
}

void viz__svg_point(viz__pen *p, const char *command, double x, double y)
{
    viz__puts(p->out, command);
    viz__fixed(p->out, x);
    viz__puts(p->out, " ");
    viz__fixed(p->out, y);
}

void viz__svg_head(viz__pen *p, double width, double height, const char *title,
                   const char *description)
{
    viz__print(p->out, "<svg xmlns=\"http://www.w3.org/2000/svg\" id=\"%s\" role=\"img\"", p->id);
    viz__print(p->out, " aria-labelledby=\"%s-title %s-desc\"", p->id, p->id);
    viz__svg_number(p, "width", width);
    viz__svg_number(p, "height", height);
    viz__puts(p->out, " viewBox=\"0 0 ");
    viz__fixed(p->out, width);
    viz__puts(p->out, " ");
    viz__fixed(p->out, height);
    viz__puts(p->out, "\" font-family=\"");
    if (p->options->font != NULL) {
        viz__xml(p->out, p->options->font);
        viz__puts(p->out, ", ");
    }
    viz__puts(p->out, "Helvetica, Arial, sans-serif\" font-size=\"14\">\n");
    viz__print(p->out, "<title id=\"%s-title\">", p->id);
    viz__xml(p->out, title);
    viz__print(p->out, "</title>\n<desc id=\"%s-desc\">", p->id);
    viz__xml(p->out, description);
    viz__puts(p->out, "</desc>\n");
    put_style(p);
    viz__puts(p->out, "<rect width=\"100%\" height=\"100%\"");
    viz__svg_paint(p, VIZ__PAPER, VIZ__INKS);
    viz__puts(p->out, "/>\n");
}

static void put_turn(viz__pen *p, double degrees, double x, double y)
{
    if (degrees != 0) {
        viz__puts(p->out, " transform=\"rotate(");
        viz__fixed(p->out, degrees);
        viz__svg_point(p, " ", x, y);
        viz__puts(p->out, ")\"");
    }
}

void viz__svg_text(viz__pen *p, viz__label at, const char *text)
{
    viz__puts(p->out, "<text");
    viz__svg_number(p, "x", at.x);
    viz__svg_number(p, "y", at.y);
    viz__svg_number(p, "font-size", at.size > 0 ? at.size : 12);
    viz__puts(p->out, at.anchor == 'm'   ? " text-anchor=\"middle\""
                      : at.anchor == 'e' ? " text-anchor=\"end\""
                                         : "");
    viz__puts(p->out, at.bold ? " font-weight=\"bold\"" : "");
    put_turn(p, at.turn, at.x, at.y);
    viz__svg_paint(p, at.ink, VIZ__INKS);
    viz__puts(p->out, ">");
    viz__xml(p->out, text);
    viz__puts(p->out, "</text>\n");
}

void viz__svg_line(viz__pen *p, double x1, double y1, double x2, double y2, viz__ink ink,
                   double width)
{
    viz__svg_point(p, "<path d=\"M", x1, y1);
    viz__svg_point(p, "L", x2, y2);
    viz__puts(p->out, "\"");
    viz__svg_paint(p, VIZ__INKS, ink);
    viz__svg_number(p, "stroke-width", width);
    viz__puts(p->out, "/>\n");
}

void viz__svg_rectangle(viz__pen *p, double x, double y, double width, double height, viz__ink fill,
                        viz__ink stroke)
{
    viz__puts(p->out, "<rect");
    viz__svg_number(p, "x", x);
    viz__svg_number(p, "y", y);
    viz__svg_number(p, "width", width);
    viz__svg_number(p, "height", height);
    viz__svg_paint(p, fill, stroke);
    viz__puts(p->out, "/>\n");
}

void viz__svg_clip(viz__pen *p, double x, double y, double width, double height)
{
    size_t number = p->clips++;
    viz__print(p->out, "<clipPath id=\"%s-c%zu\"><rect", p->id, number);
    viz__svg_number(p, "x", x);
    viz__svg_number(p, "y", y);
    viz__svg_number(p, "width", width);
    viz__svg_number(p, "height", height);
    viz__print(p->out, "/></clipPath>\n<g clip-path=\"url(#%s-c%zu)\">\n", p->id, number);
}
