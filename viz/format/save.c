/* Writes a file, whose name says in which format, its description beside it, numbered frames,
 * and PDF and PNG by other programs. Must not know how a format is written.
 */
#include <stdio.h>
#include <string.h>

#include "format.h"
#include "viz/process/process.h"

static const char *const save = "viz_save"; /* begins messages */

/* --- a file ----------------------------------------------------------------------------------- */

/* Writes the description to a file of the same name, with .alt.txt instead of the ending. */
static ag_status save_alt(const char *who, const char *path, const char *ending,
                          const ag_tensor *root, const viz_options *o)
{
    const viz__writer *alt = viz__writer_of(VIZ_ALT_TEXT);
    viz__out name = viz__text_beside(root);
    size_t n = strlen(path), end = strlen(ending);
    bool ends = n > end && strcmp(path + n - end, ending) == 0;
    viz__put(&name, path, ends ? n - end : n);
    viz__puts(&name, alt->ending);
    ag_status status = name.status;
    if (status == AG_OK) {
        status = viz__draw_file(who, viz__text(&name), root, o, alt->draw);
    }
    viz__out_free(&name);
    return status;
}

static ag_status save_as(const char *who, const char *path, const ag_tensor *root,
                         const viz_options *options, const viz__writer *f)
{
    viz_options o = viz__writer_options(f, options);
    ag_status status = viz__draw_file(who, path, root, &o, f->draw);
    return status == AG_OK && f->figure && o.alt ? save_alt(who, path, f->ending, root, &o)
                                                 : status;
}

static ag_status no_path(const char *who, const ag_tensor *root)
{
    return viz__refuse(who, root, AG_ERR_NULL_ARGUMENT, NULL, "the path is NULL");
}

ag_status viz_dot_save(const char *path, const ag_tensor *root, const viz_options *options)
{
    static const char *const who = "viz_dot_save";
    if (path == NULL || root == NULL) {
        return no_path(who, root);
    }
    return save_as(who, path, root, options, viz__writer_of(VIZ_DOT));
}

/* --- PDF and PNG ------------------------------------------------------------------------------ */

/* Keeps the message about a figure that another program did not make. */
static ag_status told(const char *path, const ag_tensor *root, ag_status status)
{
    switch (status) {
    case AG_OK:
        return AG_OK;
    case AG_ERR_STATE:
        return viz__refuse(save, root, status, viz_render_hint(),
                           "\"%.200s\" needs rsvg-convert or dot, and neither is installed", path);
    case AG_ERR_OVERFLOW:
        return viz__refuse(save, root, status, "options.fold_above and target draw fewer nodes",
                           "\"%.200s\" was given up: the program took more than a minute, or the "
                           "path is too long",
                           path);
    default:
        return viz__refuse(save, root, status, "is the folder there, and may you write to it?",
                           "rsvg-convert or dot could not make \"%.200s\"", path);
    }
}

/* Writes the figure beside `path` in a format that the program reads, and runs the program. The
 * file is removed, unless the program is not there, which *missing tells. */
static ag_status save_by(const char *path, const ag_tensor *root, const viz_options *options,
                         viz_format by, bool *missing)
{
    const viz__writer *f = viz__writer_of(by);
    viz_options o = viz__writer_options(f, options);
    o.theme = o.theme == VIZ_AUTO ? VIZ_LIGHT : o.theme; /* such a file has one look */
    o.steps = false;
    viz__out name = viz__text_beside(root);
    viz__print(&name, "%s%s", path, f->ending);
    ag_status status = name.status;
    if (status == AG_OK) {
        status = viz__draw_file(save, viz__text(&name), root, &o, f->draw);
    }
    *missing = false;
    if (status == AG_OK) {
        const char *from = viz__text(&name);
        status = by == VIZ_SVG ? viz__convert_svg(from, path) : viz_render(from, path);
        *missing = status == AG_ERR_STATE;
        if (!*missing) {
            remove(from);
            status = told(path, root, status);
        }
    }
    viz__out_free(&name);
    return status;
}

static bool ends_with(const char *path, const char *ending)
{
    size_t n = strlen(path), end = strlen(ending);
    return n > end && strcmp(path + n - end, ending) == 0;
}

static ag_status save_rendered(const char *path, const ag_tensor *root, const viz_options *options)
{
    bool missing;
    ag_status status = save_by(path, root, options, VIZ_SVG, &missing);
    if (missing) {
        status = save_by(path, root, options, VIZ_DOT, &missing);
        status = missing ? told(path, root, status) : status;
    }
    if (status == AG_OK && viz__or_default(options)->alt) {
        status = save_alt(save, path, ".pdf", root, options);
    }
    return status;
}

ag_status viz_save(const char *path, const ag_tensor *root, const viz_options *options)
{
    if (path == NULL || root == NULL) {
        return no_path(save, root);
    }
    if (ends_with(path, ".pdf") || ends_with(path, ".png")) {
        return save_rendered(path, root, options);
    }
    const viz__writer *f = viz__writer_of_path(path);
    if (f == NULL) {
        return viz__refuse(save, root, AG_ERR_VALUE, "viz.h lists the endings: .svg, .txt, ...",
                           "the ending of \"%.200s\" is that of no format", path);
    }
    return save_as(save, path, root, options, f);
}

/* --- frames ----------------------------------------------------------------------------------- */

/* Writes the name of frame k: "fig-03.svg" of "fig.svg". */
static void put_frame_name(viz__out *name, const char *path, const char *ending, size_t k,
                           size_t frames)
{
    size_t n = strlen(path) - strlen(ending);
    viz__put(name, path, n);
    viz__puts(name, "-");
    for (size_t power = 10; power <= frames; power *= 10) {
        viz__puts(name, k < power ? "0" : "");
    }
    viz__print(name, "%zu%s", k, ending);
}

static ag_status save_frame(const char *path, const ag_tensor *root, const viz_options *o,
                            const viz__writer *f, size_t frames)
{
    static const char *const who = "viz_save_frames";
    viz__out name = viz__text_beside(root);
    put_frame_name(&name, path, f->ending, o->frame, frames);
    ag_status status = name.status;
    if (status == AG_OK) {
        status = viz__draw_file(who, viz__text(&name), root, o, f->draw);
    }
    viz__out_free(&name);
    return status;
}

ag_status viz_save_frames(const char *path, const ag_tensor *root, const viz_options *options,
                          size_t *frames)
{
    const viz__writer *f = path != NULL ? viz__writer_of_path(path) : NULL;
    size_t n = 0;
    if (path == NULL || root == NULL) {
        return no_path("viz_save_frames", root);
    }
    if (f == NULL || (f->format != VIZ_SVG && f->format != VIZ_TIKZ)) {
        return viz__refuse("viz_save_frames", root, AG_ERR_VALUE, NULL,
                           "the path ends neither with .svg nor with .tex");
    }
    viz_options o = viz__writer_options(f, options);
    ag_status status = viz__count_shown("viz_save_frames", root, &o, &n);
    n = (o.forward_only ? n : 2 * n) + 1;
    for (o.frame = 1; o.frame <= n && status == AG_OK; o.frame++) {
        status = save_frame(path, root, &o, f, n);
    }
    if (frames != NULL) {
        *frames = status == AG_OK ? n : 0;
    }
    return status;
}
