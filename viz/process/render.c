/* Running Graphviz or librsvg on a file. Must not know anything of graphs. */
#include <autograd/viz.h>
#include <string.h>

#include "process.h"

#define PATH_BYTES 4000
#define MOST_SECONDS 60

/* Copies a path, with "./" before a dash that would make it an option. false if it is empty or too
 * long. */
static bool copy_path(char to[PATH_BYTES + 3], const char *path)
{
    size_t n = strlen(path);
    if (n == 0 || n >= PATH_BYTES) {
        return false;
    }
    size_t at = 0;
    if (path[0] == '-') {
        memcpy(to, "./", 2);
        at = 2;
    }
    memcpy(to + at, path, n + 1);
    return true;
}

/* The option of `dot` that chooses the format of the ending; NULL for another ending. */
static const char *format_of(const char *path)
{
    static const char *const form[][2] = {{".svg", "-Tsvg"}, {".pdf", "-Tpdf"}, {".png", "-Tpng"}};
    size_t n = strlen(path);
    for (size_t i = 0; i < sizeof form / sizeof form[0]; i++) {
        if (n > 4 && strcmp(path + n - 4, form[i][0]) == 0) {
            return form[i][1];
        }
    }
    return NULL;
}

ag_status viz_render(const char *dot_path, const char *out_path)
{
    char from[PATH_BYTES + 3], to[PATH_BYTES + 3], form[8], dot[] = "dot", into[] = "-o";
    /* These limit the iterations of the layout. Without them some graphs of a few hundred nodes
     * take many minutes, and do not look better. */
    char ranks[] = "-Gnslimit1=5", places[] = "-Gnslimit=5";
    if (dot_path == NULL || out_path == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    if (format_of(out_path) == NULL) {
        return AG_ERR_VALUE;
    }
    strcpy(form, format_of(out_path));
    if (!copy_path(from, dot_path) || !copy_path(to, out_path)) {
        return dot_path[0] == '\0' ? AG_ERR_IO : AG_ERR_OVERFLOW;
    }
    char *const arguments[] = {dot, form, ranks, places, into, to, from, NULL};
    return viz__run(arguments, MOST_SECONDS);
}

ag_status viz__convert_svg(const char *svg_path, const char *out_path)
{
    char from[PATH_BYTES + 3], to[PATH_BYTES + 3], program[] = "rsvg-convert", into[] = "-o";
    char form[] = "--format=pdf", zoom[] = "--zoom=2"; /* of a PNG, which would be coarse */
    if (format_of(out_path) == NULL) {
        return AG_ERR_VALUE;
    }
    bool png = strcmp(format_of(out_path), "-Tpng") == 0;
    if (!copy_path(from, svg_path) || !copy_path(to, out_path)) {
        return AG_ERR_OVERFLOW;
    }
    memcpy(form + strlen("--format="), png ? "png" : "pdf", 3);
    char *const for_pdf[] = {program, form, into, to, from, NULL};
    char *const for_png[] = {program, form, zoom, into, to, from, NULL};
    return viz__run(png ? for_png : for_pdf, MOST_SECONDS);
}

const char *viz_render_hint(void)
{
    return "Neither Graphviz nor, for viz_save, librsvg is installed, so the figure was written as "
           ".dot or .svg but not as a picture; install them with: apt-get install graphviz "
           "librsvg2-bin (Debian, Ubuntu), dnf install graphviz librsvg2-tools (Fedora), brew "
           "install graphviz librsvg (macOS)";
}
