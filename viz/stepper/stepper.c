/* The page that shows a pass step by step: the figure, the step that is shown, the table of all
 * steps. Must not know how the figure is drawn, nor any operation.
 *
 * The page asks for nothing: its policy forbids every request and every script but its own, so it
 * works from a file, on a stick, without a network. A step has the number of the figure's fragment,
 * and the script shows what has a smaller number. Without it, and on paper, all is shown.
 * Source: Content Security Policy Level 3, W3C.
 */
#include "stepper.h"

#include "stepper_parts.h"
#include "viz/paint/paint.h"
#include "viz/svg/svg.h"

/* --- head ------------------------------------------------------------------------------------- */

/* The colors as properties, of the light or the dark look. */
static void put_colors(viz__out *out, const viz_options *o, bool dark)
{
    static const struct {
        const char *name;
        viz__ink ink;
    } color[] = {{"ink", VIZ__INK},
                 {"paper", VIZ__PAPER},
                 {"muted", VIZ__INK_MUTED},
                 {"value", VIZ__INK_VALUE},
                 {"gradient", VIZ__INK_GRADIENT},
                 {"highlight", VIZ__INK_HIGHLIGHT}};
    viz__puts(out, ":root {");
    for (size_t i = 0; i < sizeof color / sizeof color[0]; i++) {
        viz__print(out, " --%s: ", color[i].name);
        viz__css(out, viz__color(o, color[i].ink, dark));
        viz__puts(out, ";");
    }
    viz__print(out, " --faint: %s; --mark: %s; color-scheme: %s; }\n", dark ? "#3A3E45" : "#DDDDDD",
               dark ? "#2B2433" : "#F6EAF5", dark ? "dark" : "light");
}

static void put_lines(viz__out *out, const char *const *line)
{
    for (; *line != NULL; line++) {
        viz__print(out, "%s\n", *line);
    }
}

static void put_style(viz__out *out, const viz_options *o)
{
    viz__puts(out, "<style>\n");
    put_colors(out, o, o->theme == VIZ_DARK);
    if (o->theme == VIZ_AUTO) {
        viz__puts(out, "@media screen and (prefers-color-scheme: dark) {\n");
        put_colors(out, o, true);
        viz__puts(out, "}\n");
    }
    put_lines(out, viz__page_style);
    viz__puts(out, "</style>\n");
}

static void put_head(viz__out *out, viz__record *r)
{
    viz__print(out,
               "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
               "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
               "style-src 'unsafe-inline'; script-src '%s'; base-uri 'none'; "
               "form-action 'none'\">\n"
               "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>",
               viz__page_script_hash);
    viz__xml(out, viz__name(r, viz__root(r)));
    viz__puts(out, ", step by step</title>\n");
    put_style(out, r->options);
    viz__puts(out, "</head>\n<body>\n");
}

/* --- body ------------------------------------------------------------------------------------- */

static void put_controls(viz__out *out, const viz__record *r)
{
    viz__puts(out, "<header>\n<h1>");
    viz__xml(out, viz__name(r, viz__root(r)));
    viz__puts(out, ", step by step</h1>\n<nav aria-label=\"Steps\">\n"
                   "<button id=\"first\" type=\"button\">First</button>\n"
                   "<button id=\"back\" type=\"button\">Back</button>\n"
                   "<span id=\"place\"></span>\n"
                   "<button id=\"next\" type=\"button\">Next</button>\n"
                   "<button id=\"last\" type=\"button\">Last</button>\n"
                   "<label><input id=\"hide\" type=\"checkbox\"");
    viz__puts(out, r->options->sheet == VIZ_WORKSHEET ? " checked" : "");
    viz__puts(out, "> Hide answers</label>\n</nav>\n</header>\n");
}

static void put_table(viz__out *out, const char *caption, const char *const title[4])
{
    viz__print(out, "<div><table>\n<caption>%s</caption>\n<thead><tr>", caption);
    for (int i = 0; i < 4 && title[i] != NULL; i++) {
        viz__print(out, "<th scope=\"col\">%s</th>", title[i]);
    }
    viz__puts(out, "</tr></thead>\n<tbody>\n");
}

static void put_tables(viz__out *out, viz__record *r)
{
    static const char *const values[4] = {"step", "", "value", "local partials"};
    static const char *const alone[4] = {"step", "", "value", NULL};
    static const char *const gradients[4] = {"step", "chain rule", "numbers", "gradient"};
    size_t n = 0;
    for (size_t i = 0; i < r->n; i++) {
        n += viz__is_shown(r, i);
    }
    viz__puts(out, "<div class=\"tables\" id=\"steps\">\n");
    put_table(out, "Forward", r->options->forward_only ? alone : values);
    viz__page_forward(out, r);
    viz__puts(out, "</tbody></table></div>\n");
    if (!r->options->forward_only) {
        put_table(out, "Backward", gradients);
        viz__page_backward(out, r, n);
        viz__puts(out, "</tbody></table></div>\n");
    }
    viz__puts(out, "</div>\n");
}

static void put_main(viz__out *out, viz__record *r)
{
    viz__puts(out, "<figure>\n");
    viz__svg_draw(out, r);
    viz__puts(out, "</figure>\n<div id=\"now\" aria-live=\"polite\"></div>\n");
    put_tables(out, r);
    viz__puts(out, "<p class=\"help\">Arrow keys or space: one step; Home, End: none, all; h: hide "
                   "answers; Enter, or a click on a row: its answers.</p>\n");
}

/* Who looks into the source of a worksheet does not meet its answers: what has them stands there in
 * base64, and the script puts it into the page. */
static void keep_main(viz__out *out, viz__record *r)
{
    viz__out text = viz__to_text(r->graph);
    put_main(&text, r);
    viz__puts(out, "<main data-kept=\"");
    viz__base64(out, viz__text(&text), text.used);
    viz__puts(out, "\">\n<noscript><p>A worksheet needs scripts, which are off here.</p>"
                   "</noscript>\n");
    viz__fail(out, text.status);
    viz__out_free(&text);
}

void viz__stepper_draw(viz__out *out, viz__record *r)
{
    put_head(out, r);
    put_controls(out, r);
    if (r->options->sheet == VIZ_WORKSHEET) {
        keep_main(out, r);
    } else {
        viz__puts(out, "<main>\n");
        put_main(out, r);
    }
    viz__puts(out, "</main>\n<script>");
    put_lines(out, viz__page_script);
    viz__puts(out, "</script>\n</body>\n</html>\n");
}
