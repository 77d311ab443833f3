/* From what the user gave to files: the picture, the numbers beside it, the description. Must not
 * know any kind of picture.
 */
#include "plot.h"

#include <stdio.h>
#include <string.h>

#include "viz/process/process.h"

double viz__chart_title(viz__pen *p, const char *title, double x, double y)
{
    if (title == NULL || title[0] == '\0') {
        return 0;
    }
    viz__svg_text(p,
                  (viz__label){.x = x,
                               .y = y + VIZ__TITLE_SIZE - 2,
                               .size = VIZ__TITLE_SIZE,
                               .ink = VIZ__INK,
                               .bold = true},
                  title);
    return VIZ__TITLE_SIZE + 9;
}

/* The elements are made first, since the head needs the size and the colors. */
void viz__chart_svg(viz__out *out, const viz__chart_kind *kind, const void *what,
                    const viz_options *o)
{
    viz__out body = viz__to_text(out->graph), words = viz__to_text(out->graph);
    viz__pen p = {.out = &body, .options = o};
    const char *title = kind->title(what);
    double width = 0, height = 0;
    kind->describe(&words, what);
    viz__svg_id(&p, viz__text(&words), 0);
    kind->draw(&p, what, &width, &height);
    p.out = out;
    viz__svg_head(&p, width, height, title != NULL ? title : "Plot", viz__text(&words));
    viz__put(out, viz__text(&body), body.used);
    viz__puts(out, "</svg>\n");
    viz__fail(out, body.status);
    viz__fail(out, words.status);
    viz__out_free(&body);
    viz__out_free(&words);
}

/* --- files ------------------------------------------------------------------------------------ */

typedef void (*writing)(viz__out *out, const viz__chart_kind *kind, const void *what,
                        const viz_options *o);

static void write_csv(viz__out *out, const viz__chart_kind *kind, const void *what,
                      const viz_options *o)
{
    (void)o;
    kind->csv(out, what);
}

static void write_words(viz__out *out, const viz__chart_kind *kind, const void *what,
                        const viz_options *o)
{
    (void)o;
    const char *title = kind->title(what);
    viz__print(out, "%s%s", title != NULL ? title : "", title != NULL ? ". " : "");
    kind->describe(out, what);
    viz__puts(out, "\n");
}

/* The path with another ending. */
static viz__out path_beside(ag_graph *g, const char *path, const char *ending)
{
    viz__out name = viz__to_text(g);
    viz__put(&name, path, strlen(path) - 4);
    viz__puts(&name, ending);
    return name;
}

static ag_status refuse_file(ag_graph *g, ag_status status, const char *path)
{
    viz__out why = viz__to_text(g);
    viz__print(&why, "a picture cannot be written to %s", path);
    status =
        viz__refuse(g, status, "is there such a folder, and may you write there?", viz__text(&why));
    viz__out_free(&why);
    return status;
}

/* Text is made first, so a file that was there stays as it was unless writing itself fails. */
static ag_status write_file(ag_graph *g, const char *path, writing how, const viz__chart_kind *kind,
                            const void *what, const viz_options *o)
{
    viz__out text = viz__to_text(g);
    how(&text, kind, what, o);
    ag_status status = text.status;
    FILE *file = status == AG_OK ? fopen(path, "wb") : NULL;
    if (file != NULL) {
        bool written = fwrite(viz__text(&text), 1, text.used, file) == text.used;
        status = fclose(file) == 0 && written ? AG_OK : AG_ERR_IO;
    } else if (status == AG_OK) {
        status = AG_ERR_IO;
    }
    viz__out_free(&text);
    return status == AG_ERR_IO ? refuse_file(g, status, path) : status;
}

static ag_status write_beside(ag_graph *g, const char *path, const char *ending, writing how,
                              const viz__chart_kind *kind, const void *what, const viz_options *o)
{
    viz__out name = path_beside(g, path, ending);
    ag_status status = name.status;
    if (status == AG_OK) {
        status = write_file(g, viz__text(&name), how, kind, what, o);
    }
    viz__out_free(&name);
    return status;
}

/* By rsvg-convert from a picture in a file beside it, which stays where that is not installed. */
static ag_status convert(ag_graph *g, const char *path, const viz__chart_kind *kind,
                         const void *what, viz_options o)
{
    viz__out name = viz__to_text(g);
    viz__print(&name, "%s.svg", path);
    o.theme = o.theme == VIZ_AUTO ? VIZ_LIGHT : o.theme; /* such a file has one look */
    ag_status status = name.status;
    if (status == AG_OK) {
        status = write_file(g, viz__text(&name), viz__chart_svg, kind, what, &o);
    }
    if (status == AG_OK) {
        status = viz__convert_svg(viz__text(&name), path);
        if (status == AG_ERR_STATE) {
            viz__refuse(g, status, viz_render_hint(), "rsvg-convert is not installed");
        } else {
            remove(viz__text(&name));
        }
    }
    viz__out_free(&name);
    return status;
}

static bool ends_with(const char *path, const char *ending)
{
    size_t n = strlen(path);
    return n > 4 && strcmp(path + n - 4, ending) == 0;
}

static ag_status save(ag_graph *g, const char *path, const viz__chart_kind *kind, const void *what,
                      const viz_options *o)
{
    ag_status status = AG_OK;
    if (ends_with(path, ".svg")) {
        status = write_file(g, path, viz__chart_svg, kind, what, o);
    } else if (ends_with(path, ".pdf") || ends_with(path, ".png")) {
        status = convert(g, path, kind, what, *o);
    } else if (!ends_with(path, ".csv")) {
        return viz__refuse(g, AG_ERR_VALUE, "use .svg, .csv, .pdf or .png",
                           "a picture has no format of this ending");
    }
    if (status == AG_OK) {
        status = write_beside(g, path, ".csv", write_csv, kind, what, o);
    }
    return status == AG_OK && o->alt ? write_beside(g, path, ".alt.txt", write_words, kind, what, o)
                                     : status;
}

ag_status viz__chart_save(ag_graph *g, const char *path, const viz__chart_kind *kind,
                          const void *what, const viz_options *options)
{
    static const viz_options none = {.digits = 0};
    options = options != NULL ? options : &none;
    if (g == NULL || path == NULL || what == NULL) {
        return viz__refuse(g, AG_ERR_NULL_ARGUMENT, NULL, "a picture needs a path and its data");
    }
    if ((int)options->theme < 0 || options->theme >= VIZ_THEME_COUNT || options->digits < 0 ||
        options->digits > 17) {
        return viz__refuse(g, AG_ERR_VALUE, "theme is one of viz_theme, digits 0 to 17",
                           "an option of the picture has no such value");
    }
    viz__out why = viz__to_text(g);
    kind->fault(&why, what);
    ag_status status = why.status;
    if (status == AG_OK && why.used > 0) {
        status = viz__refuse(g, AG_ERR_VALUE, NULL, viz__text(&why));
    }
    viz__out_free(&why);
    return status == AG_OK ? save(g, path, kind, what, options) : status;
}
