/* Saving: the ending chooses the format, the description stands beside the figure, frames are
 * numbered; PDF and PNG come from other programs, and what is missing is said.
 */
#include "tests/viz/text.h"

#include <unistd.h>

#include "expect.h"
#include "tests/viz/folder.h"

static ag_graph *g;

/* Saves a file, and returns its text; the file is removed. */
static char *saved(const char *path, const ag_tensor *f, const viz_options *o)
{
    ag_status status = viz_save(path, f, o);
    ck_assert_msg(status == AG_OK, "%s: %s", path, ag_status_text(status));
    char *text = file_text(path);
    ck_assert(removed(path));
    return text;
}

START_TEST(test_endings)
{
    static const struct {
        const char *path, *part;
        viz_format format;
    } row[] = {{"f.txt", "backward", VIZ_TEXT},
               {"f.alt.txt", "Computation graph of f", VIZ_ALT_TEXT},
               {"f.dot", "digraph", VIZ_DOT},
               {"f.svg", "<svg ", VIZ_SVG},
               {"f.html", "class=\"fragment\"", VIZ_REVEAL},
               {"f.tex", "tikzpicture", VIZ_TIKZ},
               {"f.beamer.tex", "\\only<2->", VIZ_BEAMER},
               {"f.mmd", "flowchart", VIZ_MERMAID},
               {"f.md", "| 0 | $x$ | input | $2$ |", VIZ_MARKDOWN},
               {"f.trace.tex", "\\toprule", VIZ_LATEX},
               {"f.json", "\"version\": 1", VIZ_JSON},
               {"f.csv", "node,0,\"x\"", VIZ_CSV},
               {"f.fods", "of:=SQRT([.D5])", VIZ_FODS},
               {"f.stepper.html", "id=\"steps\"", VIZ_STEPPER},
               {"f.xml", "<question type=\"numerical\">", VIZ_MOODLE},
               {"f.gift", "::(1) a::", VIZ_GIFT}};
    char folder[40];
    enter_folder(folder);
    g = ag_graph_new();
    ag_tensor *f = lecture(g, 2.0);
    ck_assert_uint_eq(sizeof row / sizeof row[0], VIZ_FORMAT_COUNT);
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        char *text = saved(row[i].path, f, NULL);
        ck_has(text, row[i].part);
        viz_options o = {.format = row[i].format};
        char *same = written(viz_write, f, &o), *string;
        ck_assert_str_eq(text, same);
        ck_assert_int_eq(viz_string(f, &o, &string), AG_OK);
        ck_assert_str_eq(text, string);
        viz_free(string);
        free(same);
        free(text);
    }
    ag_graph_free(g);
    leave_folder(folder);
}
END_TEST

START_TEST(test_description_beside)
{
    char folder[40];
    enter_folder(folder);
    g = ag_graph_new();
    ag_tensor *f = lecture(g, 2.0);
    free(saved("f.beamer.tex", f, &(viz_options){.alt = true}));
    char *alt = file_text("f.alt.txt");
    ck_has(alt, "Computation graph of f");
    ck_assert(removed("f.alt.txt"));
    free(alt);
    free(saved("f.txt", f, &(viz_options){.alt = true}));
    ck_assert(!removed("f.alt.txt"));
    ag_graph_free(g);
    leave_folder(folder);
}
END_TEST

START_TEST(test_errors)
{
    char folder[40];
    enter_folder(folder);
    g = ag_graph_new();
    ag_tensor *f = lecture(g, 2.0);
    char *text;
    ag_status null = AG_ERR_NULL_ARGUMENT, value = AG_ERR_VALUE;
    no_success(g, HERE, viz_save("f", f, NULL), value, "viz_save: the ending of \"f\"", LINE);
    no_success(g, HERE, viz_save(".svg", f, NULL), value, "\".svg\"");
    no_success(g, HERE, viz_save("f.doc", f, NULL), value, "\"f.doc\" is that of no format");
    no_success(g, HERE, viz_save(NULL, f, NULL), null, "viz_save: the path is NULL", LINE);
    ck_assert_int_eq(viz_save("f.svg", NULL, NULL), null);
    no_success(g, HERE, viz_save("no/f.svg", f, NULL), AG_ERR_IO,
               "viz_save: \"no/f.svg\" cannot be written: No such file or directory", LINE);
    no_success(g, HERE, viz_dot_save("no/f.dot", f, NULL), AG_ERR_IO,
               "viz_dot_save: \"no/f.dot\" cannot be written: No such file");
    no_success(g, HERE, viz_write(NULL, f, NULL), null, "viz_write: the file is NULL", "fopen",
               LINE);
    no_success(g, HERE, viz_trace(NULL, f, VIZ_TEXT), null, "viz_trace: the file is NULL", LINE);
    no_success(g, HERE, viz_string(f, NULL, NULL), null, "viz_string: the place for the text",
               LINE);
    no_success(g, HERE, viz_write(stdout, f, &(viz_options){.format = VIZ_FORMAT_COUNT}), value,
               "viz_write: it does not write this format");
    no_success(g, HERE, viz_string(f, &(viz_options){.format = VIZ_FORMAT_COUNT}, &text), value,
               "viz_string: options.format");
    ck_assert_ptr_null(text);
    no_success(g, HERE, viz_trace(stdout, f, VIZ_SVG), value, "viz_trace: it does not write");
    no_success(g, HERE, viz_save_frames("f.mmd", f, NULL, NULL), value,
               "viz_save_frames: the path ends neither with .svg", LINE);
    no_success(g, HERE, viz_save("f.svg", f, &(viz_options){.digits = 18}), value,
               "viz_save: options.digits is not 0 to 17", LINE);
    no_success(g, HERE, viz_svg(stdout, f, &(viz_options){.target = ag_variable(g, 1)}), value,
               "viz_svg: the root does not depend on options.target", LINE);
    ag_graph_free(g);
    leave_folder(folder);
}
END_TEST

/* What the disk says is handed on. */
START_TEST(test_full_disk)
{
    FILE *full = fopen("/dev/full", "w");
    if (full == NULL) {
        return; /* not a system with such a device */
    }
    g = ag_graph_new();
    ag_tensor *f = lecture(g, 2.0);
    no_success(g, HERE, viz_trace(full, f, VIZ_TEXT), AG_ERR_IO,
               "viz_trace: the file cannot be written: No space left on device", LINE);
    no_success(g, HERE, viz_dot_save("/dev/full", f, NULL), AG_ERR_IO,
               "viz_dot_save: \"/dev/full\" cannot be written: No space left on device", LINE);
    fclose(full);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_frames)
{
    char folder[40], name[20];
    enter_folder(folder);
    g = ag_graph_new();
    ag_tensor *f = lecture(g, 2.0);
    ck_assert_int_eq(ag_backward(f), AG_OK);
    size_t frames = 0, values = 0;
    ck_assert_int_eq(viz_save_frames("f.svg", f, NULL, &frames), AG_OK);
    ck_assert_uint_eq(frames, 15);
    char size[60] = "";
    for (size_t k = 1; k <= frames; k++) {
        snprintf(name, sizeof name, "f-%02zu.svg", k);
        char *text = file_text(name);
        const char *box = strstr(text, "viewBox");
        ck_assert_ptr_nonnull(box);
        ck_assert(k == 1 || strncmp(box, size, 30) == 0); /* the same geometry */
        strncpy(size, box, 59);
        size_t now = count(text, "<text");
        ck_assert(k == 1 || now > values);
        values = now;
        free(text);
        ck_assert(removed(name));
    }
    ag_graph_free(g);
    leave_folder(folder);
}
END_TEST

START_TEST(test_pictures)
{
    static const char *const start[][2] = {{"f.pdf", "%PDF"}, {"f.png", "\x89PNG"}};
    char folder[40];
    enter_folder(folder);
    g = ag_graph_new();
    ag_tensor *f = lecture(g, 2.0);
    for (int i = 0; i < 2; i++) {
        ag_status status = viz_save(start[i][0], f, NULL);
        if (status == AG_ERR_STATE) {
            printf("%s\n", viz_render_hint());
            ck_assert_int_eq(system("rm -f f.*"), 0);
            continue;
        }
        ck_assert_msg(status == AG_OK, "%s", ag_status_text(status));
        char *bytes = file_text(start[i][0]);
        ck_assert_int_eq(strncmp(bytes, start[i][1], 4), 0);
        free(bytes);
        ck_assert(removed(start[i][0]));
    }
    ag_graph_free(g);
    leave_folder(folder); /* it is empty: nothing else was left */
}
END_TEST

/* Without the programs the figure is there in another format, and the hint says what to install. */
START_TEST(test_no_program)
{
    char folder[40];
    enter_folder(folder);
    g = ag_graph_new();
    ag_tensor *f = lecture(g, 2.0);
    ck_assert_int_eq(setenv("PATH", "/nowhere", 1), 0);
    no_success(g, HERE, viz_save("f.pdf", f, NULL), AG_ERR_STATE,
               "viz_save: \"f.pdf\" needs rsvg-convert or dot", "librsvg2-bin", LINE);
    ck_assert(removed("f.pdf.svg"));
    ck_assert(removed("f.pdf.dot"));
    ck_has(viz_render_hint(), "librsvg2-bin");
    ag_graph_free(g);
    leave_folder(folder);
}
END_TEST

CHECK_MAIN("format", test_endings, test_description_beside, test_errors, test_full_disk,
           test_frames, test_pictures, test_no_program)
