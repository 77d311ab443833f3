/* From what the user gave to files: the picture, the numbers beside it, the description. Must not
 * know any kind of picture.
 */
#include "plot.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "viz/process/process.h"
#include <autograd/file.h>

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

/* What is saved, and for whom. */
typedef struct saving {
    const char *who;
    ag_graph *graph;
    const char *path;
    const viz__chart_kind *kind;
    const void *what;
    const viz_options *options;
} saving;

static ag_status refuse_file(const saving *s, const char *path, int error)
{
    viz__out why = viz__to_text(s->graph);
    viz__print(&why, "\"%s\" cannot be written: %s", path,
               error != 0 ? strerror(error) : "unknown reason");
    ag_status status = viz__keep_error(s->graph, AG_ERR_IO, NULL, s->who, viz__text(&why));
    viz__out_free(&why);
    return status;
}

static ag_status write_file(const saving *s, const char *path, writing how)
{
    viz__out text = viz__to_text(s->graph);
    how(&text, s->kind, s->what, s->options);
    ag_status status = text.status;
    if (status == AG_OK && !ag_file_save(path, viz__text(&text), text.used)) {
        status = refuse_file(s, path, errno);
    }
    viz__out_free(&text);
    return status;
}

/* A file of the same name with another ending. */
static ag_status write_beside(const saving *s, const char *ending, writing how)
{
    viz__out name = viz__to_text(s->graph);
    viz__put(&name, s->path, strlen(s->path) - 4);
    viz__puts(&name, ending);
    ag_status status = name.status;
    if (status == AG_OK) {
        status = write_file(s, viz__text(&name), how);
    }
    viz__out_free(&name);
    return status;
}

/* By rsvg-convert from a picture in a file beside it, which stays where that is not installed. */
static ag_status convert(saving s)
{
    viz_options o = *s.options;
    viz__out name = viz__to_text(s.graph);
    viz__print(&name, "%s.svg", s.path);
    o.theme = o.theme == VIZ_AUTO ? VIZ_LIGHT : o.theme; /* such a file has one look */
    s.options = &o;
    ag_status status = name.status;
    if (status == AG_OK) {
        status = write_file(&s, viz__text(&name), viz__chart_svg);
    }
    if (status == AG_OK) {
        status = viz__convert_svg(viz__text(&name), s.path);
        if (status == AG_ERR_STATE) {
            viz__keep_error(s.graph, status, viz_render_hint(), s.who,
                            "rsvg-convert is not installed");
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

static ag_status save(const saving *s)
{
    ag_status status = AG_OK;
    if (ends_with(s->path, ".svg")) {
        status = write_file(s, s->path, viz__chart_svg);
    } else if (ends_with(s->path, ".pdf") || ends_with(s->path, ".png")) {
        status = convert(*s);
    } else if (!ends_with(s->path, ".csv")) {
        return viz__keep_error(s->graph, AG_ERR_VALUE, "use .svg, .csv, .pdf or .png", s->who,
                               "a picture has no format of this ending");
    }
    if (status == AG_OK) {
        status = write_beside(s, ".csv", write_csv);
    }
    if (status == AG_OK && s->options->alt) {
        status = write_beside(s, ".alt.txt", write_words);
    }
    return status;
}

/* Is there anything wrong with what is to be drawn? Says so. */
static ag_status check(const saving *s)
{
    const viz_options *o = s->options;
    if ((int)o->theme < 0 || o->theme >= VIZ_THEME_COUNT || o->digits < 0 || o->digits > 17) {
        return viz__keep_error(s->graph, AG_ERR_VALUE, NULL, s->who,
                               "options.theme is one of viz_theme, options.digits 0 to 17");
    }
    viz__out why = viz__to_text(s->graph);
    s->kind->fault(&why, s->what);
    ag_status status = why.status;
    if (status == AG_OK && why.used > 0) {
        status = viz__keep_error(s->graph, AG_ERR_VALUE, NULL, s->who, viz__text(&why));
    }
    viz__out_free(&why);
    return status;
}

ag_status viz__chart_save(const char *who, ag_graph *g, const char *path,
                          const viz__chart_kind *kind, const void *what, const viz_options *options)
{
    static const viz_options none = {.digits = 0};
    const saving s = {who, g, path, kind, what, options != NULL ? options : &none};
    if (g == NULL || path == NULL || what == NULL) {
        return viz__keep_error(g, AG_ERR_NULL_ARGUMENT, NULL, who,
                               "a picture needs a path and its data");
    }
    ag_status status = check(&s);
    return status == AG_OK ? save(&s) : status;
}
