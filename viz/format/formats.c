/* The formats, and the public functions that write one to an open file. Must not know how a
 * format is written.
 */
#include "format.h"

#include <string.h>

#include "viz/data/trace_data.h"
#include "viz/dot/dot.h"
#include "viz/mermaid/mermaid.h"
#include "viz/stepper/stepper.h"
#include "viz/svg/svg.h"
#include "viz/teach/teach.h"
#include "viz/tikz/tikz.h"
#include "viz/trace/trace.h"

static const viz__writer formats[] = {
    {VIZ_TEXT, ".txt", viz__trace_draw, .figure = false},
    {VIZ_ALT_TEXT, ".alt.txt", viz__alt, .figure = false},
    {VIZ_DOT, ".dot", viz__dot_draw, .figure = true},
    {VIZ_SVG, ".svg", viz__svg_draw, .figure = true},
    {VIZ_REVEAL, ".html", viz__svg_draw, .figure = true, .steps = true},
    {VIZ_TIKZ, ".tex", viz__tikz_draw, .figure = true},
    {VIZ_BEAMER, ".beamer.tex", viz__beamer_draw, .figure = true, .steps = true},
    {VIZ_MERMAID, ".mmd", viz__mermaid_draw, .figure = true},
    {VIZ_MARKDOWN, ".md", viz__trace_draw, .figure = false},
    {VIZ_LATEX, ".trace.tex", viz__trace_draw, .figure = false},
    {VIZ_JSON, ".json", viz__json_draw, .figure = false},
    {VIZ_CSV, ".csv", viz__csv_draw, .figure = false},
    {VIZ_FODS, ".fods", viz__fods_draw, .figure = false},
    {VIZ_STEPPER, ".stepper.html", viz__stepper_draw, .figure = true, .steps = true},
    {VIZ_MOODLE, ".xml", viz__moodle_draw, .figure = false},
    {VIZ_GIFT, ".gift", viz__gift_draw, .figure = false},
};
#define FORMATS (sizeof formats / sizeof formats[0])

const viz__writer *viz__writer_of(viz_format format)
{
    for (size_t i = 0; i < FORMATS; i++) {
        if (formats[i].format == format) {
            return &formats[i];
        }
    }
    return NULL;
}

const viz__writer *viz__writer_of_path(const char *path)
{
    const viz__writer *best = NULL;
    size_t n = strlen(path), longest = 0;
    for (size_t i = 0; i < FORMATS; i++) {
        size_t ending = strlen(formats[i].ending);
        if (n > ending && ending > longest && strcmp(path + n - ending, formats[i].ending) == 0) {
            best = &formats[i];
            longest = ending;
        }
    }
    return best;
}

viz_options viz__writer_options(const viz__writer *f, const viz_options *options)
{
    viz_options o = *viz__or_default(options);
    o.format = f->format;
    o.steps = o.steps || f->steps;
    return o;
}

static ag_status write_as(const char *who, FILE *out, const ag_tensor *root,
                          const viz_options *options, viz_format format)
{
    const viz__writer *f = viz__writer_of(format);
    if (out != NULL && root != NULL && f == NULL) {
        return viz__refuse(who, root, AG_ERR_VALUE, NULL, "it does not write this format");
    }
    viz_options o = viz__writer_options(f != NULL ? f : &formats[0], options);
    return viz__draw_stream(who, out, root, &o, f != NULL ? f->draw : NULL);
}

ag_status viz_write(FILE *out, const ag_tensor *root, const viz_options *options)
{
    return write_as("viz_write", out, root, options, viz__or_default(options)->format);
}

ag_status viz_string(const ag_tensor *root, const viz_options *options, char **text)
{
    const viz__writer *f = viz__writer_of(viz__or_default(options)->format);
    viz_options o = f != NULL ? viz__writer_options(f, options) : *viz__or_default(options);
    viz__drawing how = f != NULL ? f->draw : viz__trace_draw;
    return viz__draw_string("viz_string", root, &o, how, text);
}

/* The writer of a format, if that is a trace; else NULL. */
static const viz__writer *trace_writer(const viz_options *options)
{
    const viz__writer *f = viz__writer_of(viz__or_default(options)->format);
    return f != NULL && !f->figure && f->format != VIZ_ALT_TEXT ? f : NULL;
}

static ag_status trace_with(const char *who, FILE *out, const ag_tensor *root,
                            const viz_options *options)
{
    const viz__writer *f = trace_writer(options);
    return write_as(who, out, root, options, f != NULL ? f->format : VIZ_FORMAT_COUNT);
}

ag_status viz_trace_with(FILE *out, const ag_tensor *root, const viz_options *options)
{
    return trace_with("viz_trace_with", out, root, options);
}

ag_status viz_trace(FILE *out, const ag_tensor *root, viz_format format)
{
    return trace_with("viz_trace", out, root, &(viz_options){.format = format});
}

ag_status viz_trace_string(const ag_tensor *root, const viz_options *options, char **text)
{
    const viz__writer *f = trace_writer(options);
    viz__drawing how = f != NULL ? f->draw : viz__trace_draw;
    return viz__draw_string("viz_trace_string", root, options, how, text);
}

ag_status viz_dot(FILE *out, const ag_tensor *root, const viz_options *options)
{
    return write_as("viz_dot", out, root, options, VIZ_DOT);
}

ag_status viz_svg(FILE *out, const ag_tensor *root, const viz_options *options)
{
    return write_as("viz_svg", out, root, options, VIZ_SVG);
}

ag_status viz_alt_text(FILE *out, const ag_tensor *root, const viz_options *options)
{
    return write_as("viz_alt_text", out, root, options, VIZ_ALT_TEXT);
}
