/* The usual task: the derivation of a program's value and gradients, in any format. Must not know
 * how a format is written.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "session.h"
#include "viz/format/format.h"
#include "viz/text/text.h"

#define FEW 40

/* --- options ---------------------------------------------------------------------------------- */

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

/* Pixels and PDF are made by other programs, of a file, whose ending then says the format. */
static bool is_made_elsewhere(const viz__request *r)
{
    return r->format != NULL && (strcmp(r->format, "pdf") == 0 || strcmp(r->format, "png") == 0);
}

static bool goes_to_file(const viz__request *r)
{
    const char *dot = r->output != NULL ? strrchr(r->output, '.') : NULL;
    if (dot != NULL && strcmp(dot + 1, r->format) == 0) {
        return true;
    }
    fprintf(stderr, "autograd: --format: %s is written to a file only\n  hint: -o fig.%s\n",
            r->format, r->format);
    return false;
}

static bool set_format(const viz__request *r, viz_options *o)
{
    const viz__writer *w = r->format != NULL ? format_named(r->format) : NULL;
    char words[300];
    if (is_made_elsewhere(r)) {
        return goes_to_file(r);
    }
    if (r->format != NULL && w == NULL) {
        const viz__option *format = viz__option_named("format", 6);
        fprintf(stderr, "autograd: --format: %s is none of %s\n", r->format,
                viz__option_words(format, words, sizeof words));
        return false;
    }
    o->format = w != NULL ? w->format : VIZ_TEXT;
    return true;
}

/* --target is what a derivative of higher order is by; then nothing is left out. */
static bool set_names(const viz__session *s, const viz__request *r, viz_options *o)
{
    enum { MOST = 1 + sizeof o->more_targets / sizeof *o->more_targets };
    ag_tensor *name[MOST] = {NULL}, *highlight = NULL;
    bool good = (r->target == NULL || r->order >= 2 || viz__named(s, r->target, name, MOST) > 0) &&
                (r->highlight == NULL || viz__named(s, r->highlight, &highlight, 1) > 0);
    o->target = name[0];
    for (int i = 1; i < MOST; i++) {
        o->more_targets[i - 1] = name[i];
    }
    o->highlight = highlight;
    return good;
}

/* Have all tensors together few elements, so that a reader wants to see them? */
static bool has_few_elements(const viz__session *s)
{
    ag_order order;
    int64_t elements = 0;
    if (ag_order_by_age(s->root, &order) != AG_OK) {
        ag_error_clear(s->graph);
        return false;
    }
    for (size_t i = 0; i < order.n && elements <= FEW; i++) {
        elements += ag_size(order.node[i]);
    }
    ag_order_free(&order);
    return elements <= FEW;
}

/* False, and what is wrong is printed. */
static bool set_options(const viz__session *s, const viz__request *r, viz_options *o)
{
    o->style = (viz_style)viz__word_of(r->style, viz__option_named("style", 5)->what);
    o->theme = (viz_theme)viz__word_of(r->theme, viz__option_named("theme", 5)->what);
    o->digits = (int)r->digits;
    o->ascii = r->ascii;
    /* Without a gradient there is nothing to say of the way back. */
    o->forward_only = r->forward || ag_size(s->root) != 1 || !ag_needs_grad(s->root);
    o->expand = r->expand || has_few_elements(s);
    o->differences = r->differences;
    o->paths = (size_t)r->paths;
    o->fold_above = (size_t)r->fold;
    o->alt = r->alt;
    o->legend = r->legend;
    o->steady = r->steady;
    o->rankdir = r->direction;
    o->sheet = r->worksheet ? VIZ_WORKSHEET : r->key ? VIZ_KEY : VIZ_TRACE;
    return set_format(r, o) && set_names(s, r, o);
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
static int print_values(const viz__session *s)
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
    if (s->by != NULL && !ag_has_grad(s->by)) {
        printf("d/d%s 0\n", ag_name_of(s->by));
    }
    free(list);
    return list != NULL ? VIZ__DONE : VIZ__WRONG;
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

/* Why there is no way back. */
static void print_foot(const viz__session *s, const viz__request *r)
{
    const char *name = ag_name_of(s->root), *d = r->ascii ? "d" : "\xE2\x88\x82";
    name = name != NULL ? name : "result";
    if (r->forward || ag_needs_grad(s->root) || ag_size(s->root) != 1) {
        return;
    }
    if (s->by != NULL) {
        printf("\n%s%s/%s%s = 0: %s does not depend on %s\n", d, name, d, ag_name_of(s->by), name,
               ag_name_of(s->by));
        return;
    }
    int n = 0;
    free(viz__variables(s, &n));
    puts(n == 0
             ? "\nno gradients: there is no variable; x=2 behind the program makes one of x"
             : "\nno gradients: between the variables and the result stands an operation without "
               "a derivative");
}

static int tell_status(const viz__session *s, ag_status status, const char *path)
{
    if (status != AG_OK && ag_error(s->graph) != AG_OK) {
        return viz__tell_error(s) == VIZ__USAGE && status == AG_ERR_VALUE ? VIZ__USAGE : VIZ__WRONG;
    }
    if (status != AG_OK) {
        fprintf(stderr, "autograd: %s: %s\n", path, ag_status_text(status));
    }
    return status == AG_OK ? VIZ__DONE : VIZ__WRONG;
}

static int print_out(viz__session *s, const viz__request *r, const viz_options *o)
{
    if (o->format == VIZ_TEXT) {
        print_head(s);
    }
    ag_status status = viz_write(stdout, s->root, o);
    if (status == AG_OK && o->format == VIZ_TEXT) {
        print_foot(s, r);
    }
    return tell_status(s, status, "standard output");
}

/* In a format that the ending of the file does not say. */
static ag_status save_as(const viz__session *s, const viz__request *r, const viz_options *o)
{
    char *text = NULL;
    ag_status status = viz_string(s->root, o, &text);
    if (status == AG_OK && !ag_file_save(r->output, text, strlen(text))) {
        status = ag_fail(s->graph, AG_ERR_IO, NULL, "%s cannot be written: %s", r->output,
                         strerror(errno));
    }
    viz_free(text);
    return status;
}

static int write_as(viz__session *s, const viz__request *r, const viz_options *o)
{
    if (r->output == NULL || strcmp(r->output, "-") == 0) {
        return print_out(s, r, o);
    }
    if (viz__overwrites(r->output, r->file)) {
        return VIZ__USAGE;
    }
    bool by_ending = r->format == NULL || is_made_elsewhere(r);
    ag_status status = r->frames   ? viz_save_frames(r->output, s->root, o, NULL)
                       : by_ending ? viz_save(r->output, s->root, o)
                                   : save_as(s, r, o);
    return tell_status(s, status, r->output);
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
    int code = viz__differentiate(s, r);
    if (code != VIZ__DONE) {
        return code;
    }
    if (r->check) {
        return viz__check_gradients(s, r);
    }
    return r->values ? print_values(s) : write_out(s, r);
}
