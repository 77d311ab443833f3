/* The usual task: the derivation of a program's value and gradients, in any format. Must not know
 * how a format is written.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "session.h"
#include "viz/format/format.h"
#include "viz/text/text.h"

/* --- options ---------------------------------------------------------------------------------- */

/* Which of the words it is, or -1, which is printed. */
static int word_of(const char *option, const char *word, const char *words)
{
    int i = 0;
    for (const char *p = words; p != NULL && word != NULL; i++) {
        size_t n = strcspn(p, "|");
        if (strlen(word) == n && strncmp(word, p, n) == 0) {
            return i;
        }
        p = p[n] == '|' ? p + n + 1 : NULL;
    }
    if (word != NULL) {
        fprintf(stderr, "autograd: --%s: %s is none of %s\n", option, word, words);
    }
    return word != NULL ? -1 : 0;
}

/* A format is called by the ending of its files, or by what people call it. */
static const viz__writer *format_named(const char *word)
{
    static const char *const others[][2] = {
        {"text", "txt"},    {"tikz", "tex"},    {"beamer", "beamer.tex"},
        {"reveal", "html"}, {"mermaid", "mmd"}, {"latex", "trace.tex"},
        {"markdown", "md"}, {"alt", "alt.txt"}, {"stepper", "stepper.html"},
    };
    char path[64];
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        word = strcmp(word, others[i][0]) == 0 ? others[i][1] : word;
    }
    snprintf(path, sizeof path, "f.%.50s", word);
    const viz__writer *w = viz__writer_of_path(path);
    return w != NULL && strcmp(w->ending + 1, word) == 0 ? w : NULL;
}

static bool set_format(const viz__request *r, viz_options *o)
{
    const viz__writer *w = r->format != NULL ? format_named(r->format) : NULL;
    char words[300];
    if (r->format != NULL && w == NULL) {
        const viz__option *format = viz__option_at(1);
        fprintf(stderr, "autograd: --format: %s is none of %s\n", r->format,
                viz__option_words(format, words, sizeof words));
        return false;
    }
    o->format = w != NULL ? w->format : VIZ_TEXT;
    return true;
}

/* False, and what is wrong is printed. */
static bool set_options(const viz__session *s, const viz__request *r, viz_options *o)
{
    int style = word_of("style", r->style, "full|compact|circuit|nn");
    int theme = word_of("theme", r->theme, "auto|light|dark");
    if (style < 0 || theme < 0 || !set_format(r, o)) {
        return false;
    }
    o->style = (viz_style)style;
    o->theme = (viz_theme)theme;
    o->digits = (int)r->digits;
    o->ascii = r->ascii;
    o->forward_only = r->forward;
    o->expand = r->expand;
    o->differences = r->differences;
    o->paths = (size_t)r->paths;
    o->fold_above = (size_t)r->fold;
    o->alt = r->alt;
    o->legend = r->legend;
    o->rankdir = r->direction;
    o->sheet = r->worksheet ? VIZ_WORKSHEET : r->key ? VIZ_KEY : VIZ_TRACE;
    o->target = r->target != NULL && r->order == 0 ? viz__named(s, r->target) : NULL;
    o->highlight = r->highlight != NULL ? viz__named(s, r->highlight) : NULL;
    return (r->target == NULL || r->order > 0 || o->target != NULL) &&
           (r->highlight == NULL || o->highlight != NULL);
}

/* --- derivatives ------------------------------------------------------------------------------ */

/* What a derivative is by: the target, or the only variable. */
static ag_tensor *by_what(const viz__session *s, const viz__request *r)
{
    int n;
    if (r->target != NULL) {
        return viz__named(s, r->target);
    }
    ag_tensor **list = viz__variables(s, &n), *x = list != NULL && n == 1 ? list[0] : NULL;
    free(list);
    if (x == NULL) {
        fprintf(stderr, "autograd: --order: name the variable with --target\n");
    }
    return x;
}

/* The root becomes its derivative, which is itself recorded. */
static bool derive(viz__session *s, const viz__request *r)
{
    ag_tensor *x = r->order >= 2 ? by_what(s, r) : NULL;
    char name[16] = "f";
    for (int k = 1; k < (int)r->order; k++) {
        ag_tensor *d = NULL;
        const ag_grad_options o = {.create_graph = true};
        if (x == NULL || ag_grad(&s->root, 1, NULL, &x, 1, &o, &d) != AG_OK) {
            return x != NULL && viz__tell_error(s->graph) == VIZ__DONE;
        }
        strcat(name, "'");
        s->root = ag_name(d, name);
    }
    return true;
}

static bool differentiate(viz__session *s, const viz__request *r)
{
    if (ag_size(s->root) != 1) {
        char shape[AG_SHAPE_TEXT];
        if (!r->forward) {
            fprintf(stderr,
                    "autograd: the result has the shape %s; sum(...) of it has a gradient\n",
                    ag_shape_text(ag_shape_of(s->root), shape));
        }
        return true;
    }
    if (r->forward || !ag_needs_grad(s->root)) {
        return true;
    }
    ag_retain_grads(s->graph, true);
    return ag_backward(s->root) == AG_OK || viz__tell_error(s->graph) == VIZ__DONE;
}

/* --- output ----------------------------------------------------------------------------------- */

static void put_numbers(const ag_tensor *t, bool gradient)
{
    double *value = viz__elements_of(t, gradient);
    for (int64_t i = 0; value != NULL && i < ag_size(t); i++) {
        printf(" %.17g", value[i]);
    }
    putchar('\n');
    free(value);
}

/* The result, then a line for each variable. */
static void print_values(const viz__session *s)
{
    int n;
    const char *name = ag_name_of(s->root);
    printf("%s", name != NULL ? name : "result");
    put_numbers(s->root, false);
    ag_tensor **list = viz__variables(s, &n);
    for (int i = 0; i < n; i++) {
        if (ag_has_grad(list[i])) {
            printf("d/d%s", ag_name_of(list[i]));
            put_numbers(list[i], true);
        }
    }
    free(list);
}

/* What was understood, and what a reader should know, above a text. */
static void print_head(viz__session *s)
{
    printf("%s\n", viz_program_text(s->program));
    for (int i = 0; viz_program_note(s->program, i) != NULL; i++) {
        printf("(%s)\n", viz_program_note(s->program, i));
    }
    putchar('\n');
}

static int tell_status(const viz__session *s, ag_status status, const char *path)
{
    if (status != AG_OK && ag_error(s->graph) != AG_OK) {
        viz__tell_error(s->graph);
    } else if (status != AG_OK) {
        fprintf(stderr, "autograd: %s: %s\n", path, ag_status_text(status));
    }
    return status == AG_OK ? VIZ__DONE : VIZ__WRONG;
}

static int write_as(viz__session *s, const viz__request *r, const viz_options *o)
{
    bool to_file = r->output != NULL && strcmp(r->output, "-") != 0;
    if (to_file && r->frames) {
        return tell_status(s, viz_save_frames(r->output, s->root, o, NULL), r->output);
    }
    if (to_file && r->format == NULL) {
        return tell_status(s, viz_save(r->output, s->root, o), r->output);
    }
    FILE *out = to_file ? fopen(r->output, "wb") : stdout;
    if (out == NULL) {
        fprintf(stderr, "autograd: cannot write %s\n", r->output);
        return VIZ__WRONG;
    }
    if (!to_file && o->format == VIZ_TEXT) {
        print_head(s);
    }
    ag_status status = viz_write(out, s->root, o);
    if (to_file && fclose(out) != 0 && status == AG_OK) {
        status = AG_ERR_IO;
    }
    return tell_status(s, status, to_file ? r->output : "standard output");
}

static int write_out(viz__session *s, const viz__request *r)
{
    viz_options o = {.digits = 4};
    char *colors = r->colors != NULL ? malloc(strlen(r->colors) + 1) : NULL;
    bool good = r->colors == NULL || colors != NULL;
    if (colors != NULL) {
        good = viz__read_colors(strcpy(colors, r->colors), &o.palette);
    }
    int code = good && set_options(s, r, &o) ? write_as(s, r, &o) : VIZ__USAGE;
    free(colors);
    return code;
}

int viz__print_one(viz__session *s, const viz__request *r)
{
    if (!derive(s, r) || !differentiate(s, r)) {
        return VIZ__USAGE;
    }
    if (r->check) {
        return viz__check_gradients(s, r);
    }
    if (r->values) {
        print_values(s);
        return VIZ__DONE;
    }
    return write_out(s, r);
}
